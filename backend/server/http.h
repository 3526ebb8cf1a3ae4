/// \file
/// HTTP as handlers see it: plain values in, plain values out. Beast stays behind http_parser.cpp.
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

/// What many event streams tell alike: made once, sent to each. Asked by one thread at a time.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  /// Asked about five times a second while anybody listens: the next text for all of them, in
  /// event-stream form, or null.
  [[nodiscard]] virtual std::shared_ptr<const std::string> Next() = 0;
  /// What somebody who begins to listen now must hear first; null: nothing. Next() was asked just
  /// before.
  [[nodiscard]] virtual std::shared_ptr<const std::string> First() = 0;
};

/// A stream of server-sent events.
struct EventStream {
  /// Shared by all streams that tell the same, so that a thousand screens cost as much as one.
  std::shared_ptr<EventFeed> feed;
  /// Asked before each text and once a second, on any one thread: true ends the stream, because who
  /// reads it may not any more. Must not block for long. Empty: never.
  std::function<bool()> is_over = {};
};

struct HttpResponse {
  int status = 200;
  std::string content_type = {};
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::optional<EventStream> events = {};  ///< Set: the body is ignored, the stream stays open.
};

/// Called on a pool of threads; may block for as long as the store does.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;
/// Called on a network thread before the handler: an answer that needs no waiting, or nothing, and
/// then the handler is asked. Must not write, and must come back within a fraction of a
/// millisecond.
using HttpQuickHandler = std::function<std::optional<HttpResponse>(const HttpRequest&)>;

}  // namespace yizhan::server
