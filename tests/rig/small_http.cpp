#include "tests/rig/small_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace yizhan::rig {
namespace {

constexpr std::size_t kMostBytes = 1U << 20U;
constexpr int kLookMs = 20;
constexpr int kMostLooks = 500;  ///< Ten seconds of silence end a connection.

/// The value of a header, whatever the case of its name.
std::string HeaderOf(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon != name.size()) continue;
    const bool same = std::equal(name.begin(), name.end(), line.begin(),
                                 [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    if (!same) continue;
    const std::size_t first = line.find_first_not_of(' ', colon + 1);
    return first == std::string_view::npos ? "" : std::string(line.substr(first));
  }
  return "";
}

std::optional<HttpAsk> Parse(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  const std::string_view head = std::string_view(text).substr(0, end);
  const std::string length = HeaderOf(head, "content-length");
  std::size_t body = 0;
  std::from_chars(length.data(), length.data() + length.size(), body);
  if (text.size() < end + 4 + body) return std::nullopt;
  const std::size_t space = head.find(' ');
  const std::size_t second = head.find(' ', space + 1);
  if (space == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  HttpAsk ask;
  ask.method = head.substr(0, space);
  ask.path = head.substr(space + 1, second - space - 1);
  ask.authorization = HeaderOf(head, "authorization");
  ask.body = text.substr(end + 4, body);
  return ask;
}

void Write(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

Result<std::unique_ptr<SmallHttp>> SmallHttp::Start(Handler handler, int port) {
  std::unique_ptr<SmallHttp> server(new SmallHttp(std::move(handler)));
  server->listener_.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof(address);
  const int fd = server->listener_.Get();
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (::bind(fd, raw, length) != 0 || ::listen(fd, 64) != 0 ||
      ::getsockname(fd, raw, &length) != 0) {
    return Fail(ErrorCode::Internal, "no port for a simulated service");
  }
  server->port_ = ntohs(address.sin_port);
  server->accepting_ = std::thread([raw_server = server.get()] { raw_server->Accept(); });
  return server;
}

SmallHttp::~SmallHttp() {
  ending_ = true;
  if (accepting_.joinable()) accepting_.join();
  std::vector<Serving> serving;
  {
    MutexLock lock(mutex_);
    serving.swap(serving_);
  }
  for (Serving& one : serving) one.thread.join();
}

void SmallHttp::Reap() {
  for (Serving& one : serving_) {
    if (*one.over) one.thread.join();
  }
  std::erase_if(serving_, [](const Serving& one) { return !one.thread.joinable(); });
}

std::string SmallHttp::Url() const { return "http://127.0.0.1:" + std::to_string(port_); }

void SmallHttp::Accept() {
  while (!ending_) {
    pollfd wait{listener_.Get(), POLLIN, 0};
    if (::poll(&wait, 1, kLookMs) <= 0) continue;
    const int connection = ::accept4(listener_.Get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    auto over = std::make_unique<std::atomic<bool>>(false);
    std::thread thread([this, connection, flag = over.get()] {
      Serve(connection);
      *flag = true;
    });
    MutexLock lock(mutex_);
    Reap();
    serving_.push_back({std::move(thread), std::move(over)});
  }
}

void SmallHttp::Serve(int connection) {
  const UniqueFd owned(connection);
  std::string text;
  std::optional<HttpAsk> ask;
  int silent = 0;
  while (!ending_ && !ask && silent < kMostLooks) {
    pollfd wait{connection, POLLIN, 0};
    if (::poll(&wait, 1, kLookMs) <= 0) {
      ++silent;
      continue;
    }
    char buffer[8192];
    const ssize_t got = ::recv(connection, buffer, sizeof(buffer), 0);
    if (got <= 0 || text.size() > kMostBytes) return;
    text.append(buffer, static_cast<std::size_t>(got));
    ask = Parse(text);
  }
  if (!ask) return;
  const HttpReply reply = handler_(*ask);
  if (reply.how == HttpReply::How::Drop) return;
  if (reply.how == HttpReply::How::Hang) {
    pollfd wait{connection, POLLIN, 0};
    while (!ending_ && ::poll(&wait, 1, kLookMs) <= 0) {
    }
    return;
  }
  Write(connection,
        "HTTP/1.1 " + std::to_string(reply.status) + " Simulated\r\nContent-Type: " + reply.type +
            "\r\nConnection: close\r\nContent-Length: " + std::to_string(reply.body.size()) +
            "\r\n\r\n" + reply.body);
}

}  // namespace yizhan::rig
