#include "backend/server/http_server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "backend/server/http_network.h"

namespace yizhan::server {
namespace {

/// A listening socket, and the port it got.
Result<UniqueFd> Listen(const HttpServerOptions& options, std::uint16_t& port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(options.port);
  if (::getaddrinfo(options.address.c_str(), service.c_str(), &hints, &found) != 0) {
    return Fail(ErrorCode::BadData, "listen address is not numeric");
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(found, &::freeaddrinfo);
  UniqueFd socket(
      ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  const int on = 1;
  if (!socket || ::setsockopt(socket.Get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      ::bind(socket.Get(), address->ai_addr, address->ai_addrlen) != 0 ||
      ::listen(socket.Get(), SOMAXCONN) != 0) {
    return Fail(ErrorCode::Unreachable, std::string("cannot listen: ") + std::strerror(errno));
  }
  sockaddr_storage bound{};
  socklen_t length = sizeof(bound);
  if (::getsockname(socket.Get(), reinterpret_cast<sockaddr*>(&bound), &length) == 0) {
    port =
        ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                          : reinterpret_cast<const sockaddr_in&>(bound).sin_port);
  }
  return socket;
}

class EpollServer final : public HttpServer {
 public:
  EpollServer(HttpServerOptions options, HttpHandler handler)
      : shared_(std::move(options), std::move(handler)) {}
  ~EpollServer() override { Stop(); }

  Status Start() {
    Result<std::unique_ptr<TlsContext>> tls = TlsContext::Open(shared_.options);
    if (!tls) return tl::unexpected<Error>(tls.error());
    shared_.tls = std::move(*tls);
    Result<UniqueFd> listener = Listen(shared_.options, port_);
    if (!listener) return tl::unexpected<Error>(listener.error());
    std::vector<NetworkThread*> all;
    for (std::size_t i = 0; i < std::max<std::size_t>(shared_.options.network_threads, 1); ++i) {
      all.push_back(networks_.emplace_back(std::make_unique<NetworkThread>(shared_)).get());
    }
    // The one that accepts comes last: the others must be able to take what it deals out.
    for (std::size_t i = all.size(); i > 0; --i) {
      UniqueFd mine = i == 1 ? std::move(*listener) : UniqueFd();
      if (Status started = all[i - 1]->Start(std::move(mine), all); !started) return started;
    }
    return {};
  }

  std::uint16_t Port() const override { return port_; }

  void Stop() override {
    shared_.stopping = true;
    shared_.pool.Stop();    // Handlers end by themselves: every wait of theirs is bounded.
    shared_.events.Stop();  // Nobody is told anything any more.
    for (auto& network : networks_) network->Stop();
  }

 private:
  HttpShared shared_;
  std::vector<std::unique_ptr<NetworkThread>> networks_;
  std::uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Open(HttpServerOptions options,
                                                     HttpHandler handler) {
  auto server = std::make_unique<EpollServer>(std::move(options), std::move(handler));
  if (Status started = server->Start(); !started) {
    return tl::unexpected<Error>(started.error());
  }
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace yizhan::server
