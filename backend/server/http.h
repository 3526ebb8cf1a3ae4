/// \file
/// HTTP as handlers see it: plain values in, plain values out. Beast stays behind http_server.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace yizhan::server {

struct HttpRequest {
  std::string method;
  std::string path;   ///< "/fhir/Patient/1", as sent (not decoded), without the query.
  std::string query;  ///< Behind the '?', as sent.
  std::string body;
  std::string content_type;
  std::string accept;
  std::string host;
  std::string if_match;
  std::string if_none_match;
  std::string if_modified_since;
  std::string if_none_exist;
  std::string prefer;
  std::string fetch_site;  ///< Sec-Fetch-Site, told by browsers.
  std::string authorization;
  std::string cookie;          ///< As sent: "a=1; b=2".
  std::string csrf_token;      ///< X-CSRF-Token.
  std::string remote_address;  ///< Numeric, of the peer; "" when it is gone already.
  // Of the client certificate, set only when it was verified against the client CA. "": none.
  std::string client_name;         ///< Common name.
  std::string client_fingerprint;  ///< SHA-256 of the certificate, lower-case hexadecimal.
  /// Why the certificate that was sent is not trusted, in OpenSSL's words; "" when it is, or when
  /// there is none. See HttpServerOptions::client_certificate.
  std::string client_problem;
  bool secure = false;
};

/// A stream of server-sent events. Used by one thread at a time.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// Asked about five times a second: the next text to send in event-stream form, or nothing.
  [[nodiscard]] virtual std::optional<std::string> Next() = 0;
  /// Asked before each Next(): true ends the stream, because who reads it may not any more.
  [[nodiscard]] virtual bool IsOver() { return false; }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = {};
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::unique_ptr<EventSource> events = {};  ///< Set: the body is ignored, the stream stays open.
};

/// Called on a pool of threads; may block for as long as the store does.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace yizhan::server
