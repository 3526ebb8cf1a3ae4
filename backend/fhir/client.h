#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "backend/fhir/json.h"
#include "base/result.h"

namespace yizhan::fhir {

struct ClientOptions {
  std::string base_url = {};  ///< "https://hospital.example:8443/fhir", no slash at the end.
  std::string ca_file = {};   ///< PEM; empty: the system's.
  std::string certificate_file = {};  ///< Client certificate and key, PEM; both empty: none.
  std::string key_file = {};
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds timeout{8000};  ///< Whole exchange.
  std::size_t response_bytes = 16U << 20U;  ///< More is refused.
  /// Of requests; gateways that are no FHIR servers want application/json.
  std::string media_type = "application/fhir+json";
  std::string bearer_token = {};  ///< "Authorization: Bearer ..."; empty: none. Secret.
};

struct Request {
  std::string method = "GET";  ///< GET, POST, PUT, DELETE, PATCH
  /// Below the base: "Patient?identifier=..."; "" is the base itself. Also a whole URL below the
  /// base, as a page's "next" link gives it.
  std::string path = {};
  std::optional<Json> body = {};
  std::string if_match = {};       ///< ETag verbatim: W/"3"
  std::string if_none_exist = {};  ///< Search parameters of a conditional create.
};

struct Response {
  int status = 0;
  Json body;         ///< null when the answer has none.
  std::string etag;  ///< Verbatim.
  std::string location;
};

/// HTTP client of one FHIR R4 server over libcurl, keeping its connection alive. Thread-bound:
/// one worker owns it. An answer with any status is a Response (body null where a gateway explains
/// its 502 in HTML); failures are: Unreachable (no connection, TLS refused: nothing was done),
/// Timeout (outcome unknown: query before repeating), BadData (a good answer that is no FHIR JSON,
/// or is too large; also a request that HTTP cannot carry), Cancelled (see Cancel).
class Client {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Client>> Open(ClientOptions options);
  virtual ~Client() = default;

  [[nodiscard]] virtual Result<Response> Send(const Request& request) = 0;
  /// Makes a Send under way, and every later one, return Cancelled soon. Thread-safe.
  virtual void Cancel() noexcept = 0;
};

/// Percent-encodes one query parameter value (RFC 3986 unreserved characters stay).
[[nodiscard]] std::string EncodeQuery(std::string_view text);

}  // namespace yizhan::fhir
