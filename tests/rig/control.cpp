#include "tests/rig/control.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/clock.h"

namespace yizhan::rig {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxAnswerBytes = 1U << 20;

std::optional<sockaddr_un> Address(const std::string& dir) {
  const std::string path = dir + "/rig.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  path.copy(address.sun_path, path.size());
  return address;
}

const sockaddr* Generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// Reads until the other side stops sending, `stop` is seen, or `limit` bytes. Empty: too slow.
std::optional<std::string> Receive(int fd, std::optional<char> stop, std::size_t limit,
                                   milliseconds timeout) {
  const auto deadline = SystemClock().Monotonic() + timeout;
  std::string text;
  while (text.size() < limit) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - SystemClock().Monotonic()).count();
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) == 0) return std::nullopt;
    char block[4096];
    const ssize_t count = ::recv(fd, block, sizeof block, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) break;
    text.append(block, static_cast<std::size_t>(count));
    if (stop && text.find(*stop) != std::string::npos) return text.substr(0, text.find(*stop));
  }
  return text;
}

void Send(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // The client is gone; it will not miss the rest.
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

Result<ControlServer> ControlServer::Listen(const std::string& dir) {
  const auto address = Address(dir);
  if (!address) return Fail(ErrorCode::Internal, "the folder's path is too long: " + dir);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::unlink(address->sun_path);
  if (!socket || ::bind(socket.Get(), Generic(*address), sizeof *address) != 0 ||
      ::listen(socket.Get(), 16) != 0) {
    return Fail(ErrorCode::Internal, dir + "/rig.sock: " + std::strerror(errno));
  }
  return ControlServer(std::move(socket));
}

void ControlServer::ServeOne(const std::function<Result<std::string>(std::string_view)>& handle) {
  const UniqueFd client(::accept4(socket_.Get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!client) return;
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(client.Get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const auto request = Receive(client.Get(), '\n', kMaxRequestBytes, milliseconds(1000));
  if (!request) return;
  const auto answer = handle(*request);
  Send(client.Get(), answer ? "ok " + *answer : "error " + answer.error().detail);
}

Result<std::string> AskRig(const std::string& dir, std::string_view request, milliseconds timeout) {
  const auto address = Address(dir);
  if (!address) return Fail(ErrorCode::Unreachable, "the folder's path is too long: " + dir);
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.Get(), Generic(*address), sizeof *address) != 0) {
    return Fail(ErrorCode::Unreachable, "no rig runs in " + dir);
  }
  Send(socket.Get(), std::string(request) + "\n");
  const auto answer = Receive(socket.Get(), std::nullopt, kMaxAnswerBytes, timeout);
  if (!answer) return Fail(ErrorCode::Timeout, "the rig does not answer");
  if (answer->starts_with("ok ")) return answer->substr(3);
  if (answer->starts_with("error ")) return Fail(ErrorCode::Refused, answer->substr(6));
  return Fail(ErrorCode::Unreachable, "the rig ended");
}

}  // namespace yizhan::rig
