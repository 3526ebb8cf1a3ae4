#include "backend/server/admin_channel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace yizhan::server {
namespace {

using fhir::Json;

constexpr std::size_t kMaxBytes = 256U << 10U;
constexpr std::chrono::seconds kPatience{10};
/// The server may be busy with a password.
constexpr std::chrono::seconds kAnswerPatience{30};

/// The socket's address. A path may be longer than an address can hold, so it goes through the
/// open folder.
std::optional<sockaddr_un> AddressIn(int folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder) + "/admin.sock";
  if (path.size() >= sizeof(address.sun_path)) return std::nullopt;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

const sockaddr* Generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// Whether something can be read (or written) before `until`; also false when `wake` is told.
bool WaitFor(int socket, short what, MonotonicTime until, int wake = -1) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - SystemClock().Monotonic());
    if (left.count() <= 0) return false;
    pollfd polled[] = {{socket, what, 0}, {wake, POLLIN, 0}};
    const int ready = ::poll(polled, 2, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return false;
    if (polled[1].revents != 0) return false;
    if (polled[0].revents != 0) return true;
  }
}

/// Reads until the other side has said everything. Empty optional: too much, too slow, or broken.
std::optional<std::string> ReadAll(int socket, std::chrono::seconds patience, int wake = -1) {
  const MonotonicTime until = SystemClock().Monotonic() + patience;
  std::string text;
  while (text.size() <= kMaxBytes) {
    if (!WaitFor(socket, POLLIN, until, wake)) return std::nullopt;
    char buffer[4096];
    const ssize_t got = ::recv(socket, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (got == 0) return text;
    if (got < 0 && errno != EAGAIN && errno != EINTR) return std::nullopt;
    if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

bool WriteAll(int socket, const std::string& text, int wake = -1) {
  const MonotonicTime until = SystemClock().Monotonic() + kPatience;
  std::size_t written = 0;
  while (written < text.size()) {
    if (!WaitFor(socket, POLLOUT, until, wake)) return false;
    const ssize_t now =
        ::send(socket, text.data() + written, text.size() - written, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (now < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (now > 0) written += static_cast<std::size_t>(now);
  }
  return ::shutdown(socket, SHUT_WR) == 0;
}

bool IsOurs(int socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == ::geteuid() || peer.uid == 0);
}

class SocketChannel final : public AdminChannel {
 public:
  SocketChannel(UniqueFd folder, UniqueFd socket, Handler handler)
      : folder_(std::move(folder)),
        socket_(std::move(socket)),
        wake_(::eventfd(0, EFD_CLOEXEC)),
        handler_(std::move(handler)),
        thread_([this] { Run(); }) {}
  ~SocketChannel() override {
    const std::uint64_t one = 1;
    // Cannot fail: the counter is far from full.
    static_cast<void>(::write(wake_.Get(), &one, sizeof(one)));
    thread_.join();
    ::unlinkat(folder_.Get(), "admin.sock", 0);
  }

 private:
  void Run() {
    while (true) {
      pollfd polled[] = {{socket_.Get(), POLLIN, 0}, {wake_.Get(), POLLIN, 0}};
      if (::poll(polled, 2, 60'000) < 0 && errno != EINTR) return;
      if (polled[1].revents != 0) return;
      if (polled[0].revents == 0) continue;
      const UniqueFd peer(::accept4(socket_.Get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (peer && IsOurs(peer.Get())) Serve(peer.Get());
    }
  }

  void Serve(int peer) {
    const std::optional<std::string> asked = ReadAll(peer, kPatience, wake_.Get());
    if (!asked) return;
    const Result<Json> command = Json::Parse(*asked);
    const Json answer =
        command
            ? handler_(*command)
            : Json::Object({{"ok", Json::Boolean(false)}, {"error", Json::String("is no JSON")}});
    static_cast<void>(WriteAll(peer, answer.Write(), wake_.Get()));
  }

  const UniqueFd folder_;
  const UniqueFd socket_;
  const UniqueFd wake_;
  const Handler handler_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<AdminChannel>> AdminChannel::Open(const std::string& folder,
                                                         Handler handler) {
  UniqueFd directory(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = AddressIn(directory.Get());
  if (!directory || !socket || !address) {
    return Fail(ErrorCode::StoreFull, "no admin socket can be made in " + folder);
  }
  // Of a server that was killed: the store's lock says that it is gone.
  ::unlinkat(directory.Get(), "admin.sock", 0);
  const mode_t before = ::umask(0177);
  const bool is_bound = ::bind(socket.Get(), Generic(*address), sizeof(*address)) == 0 &&
                        ::listen(socket.Get(), 8) == 0;
  ::umask(before);
  if (!is_bound) return Fail(ErrorCode::StoreFull, "no admin socket can be made in " + folder);
  return std::unique_ptr<AdminChannel>(
      std::make_unique<SocketChannel>(std::move(directory), std::move(socket), std::move(handler)));
}

Result<Json> AskServer(const std::string& folder, const Json& command) {
  const UniqueFd directory(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = AddressIn(directory.Get());
  if (!directory || !socket || !address ||
      ::connect(socket.Get(), Generic(*address), sizeof(*address)) != 0) {
    return Fail(ErrorCode::Unreachable, "no server listens in " + folder);
  }
  if (!WriteAll(socket.Get(), command.Write())) {
    return Fail(ErrorCode::Refused, "the server did not take the command: is it another user's?");
  }
  const std::optional<std::string> text = ReadAll(socket.Get(), kAnswerPatience);
  if (!text || text->empty()) {
    return Fail(ErrorCode::Refused, "the server did not answer: is it another user's?");
  }
  return Json::Parse(*text);
}

}  // namespace yizhan::server
