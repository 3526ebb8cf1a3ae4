#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "backend/server/http.h"
#include "base/result.h"

namespace yizhan::server {

/// What a TLS connection must prove about itself. Without a client CA nothing is asked.
enum class ClientCertificate {
  Required,  ///< A handshake without a certificate of the client CA fails.
  /// Browsers may come without one. A certificate that is not trusted does not end the handshake:
  /// the handler is told (HttpRequest::client_problem), so that it can refuse with a reason.
  Optional,
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";  ///< Numeric IPv4 or IPv6.
  std::uint16_t port = 0;             ///< 0: any free one.
  std::string certificate_file = {};  ///< PEM chain; empty: no TLS.
  std::string key_file = {};
  std::string client_ca_file = {};  ///< PEM; who signs client certificates.
  ClientCertificate client_certificate = ClientCertificate::Required;
  std::size_t network_threads = 2;
  std::size_t handler_threads = 32;
  /// Asked first for every request, if set. See http.h.
  HttpQuickHandler quick = {};
  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 0;  ///< 0: no limit of its own.
  std::size_t max_event_streams = 2048;
  std::size_t max_body_bytes = 8U << 20U;
  std::size_t max_header_bytes = 16U << 10U;
  /// For a whole request head, and as long as a kept connection may be silent.
  std::chrono::milliseconds head_timeout{30'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds write_timeout{30'000};
};

/// An HTTP/1.1 server: few threads for the network, a pool for handlers. Thread-safe.
class HttpServer {
 public:
  /// Listens at once and serves until Stop(). Unreachable: the address cannot be used. BadData:
  /// address or certificate files are broken.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> Open(HttpServerOptions options,
                                                                HttpHandler handler);
  virtual ~HttpServer() = default;

  [[nodiscard]] virtual std::uint16_t Port() const = 0;
  /// Refuses new requests, lets those under way finish (their waits are bounded, sending takes at
  /// most two seconds), closes everything. Returns when all threads have ended; a second call does
  /// nothing.
  virtual void Stop() = 0;
};

}  // namespace yizhan::server
