#include "kiosk/app/automation.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <future>

namespace yizhan::app {
namespace {

constexpr std::size_t kMostLineBytes = 4096;
constexpr std::size_t kMostAnswerBytes = 1U << 20U;

bool SendAll(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0 && errno != EINTR) return false;
    if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Automation>> Automation::Open(
    const std::string& path, std::function<void(AutomationRequest)> arrived) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Fail(ErrorCode::BadData, "automation socket: path too long");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::unlink(path.c_str());
  const mode_t before = ::umask(0077);
  const int bound =
      ::bind(listener.Get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(listener.Get(), 4) != 0) {
    return Fail(ErrorCode::Refused, "automation socket cannot be made");
  }
  return std::unique_ptr<Automation>(new Automation(std::move(listener), path, std::move(arrived)));
}

Automation::Automation(UniqueFd listener, std::string path,
                       std::function<void(AutomationRequest)> arrived)
    : listener_(std::move(listener)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      path_(std::move(path)),
      arrived_(std::move(arrived)),
      thread_([this] { Run(); }) {}

Automation::~Automation() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_.Get(), &one, sizeof one);
  thread_.join();
  ::unlink(path_.c_str());
}

void Automation::Run() {
  while (true) {
    std::array<pollfd, 2> waits{pollfd{stop_.Get(), POLLIN, 0}, pollfd{listener_.Get(), POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
    if (waits[0].revents != 0) return;
    if (waits[1].revents == 0) continue;
    const UniqueFd connection(::accept4(listener_.Get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection) Serve(connection.Get());
  }
}

void Automation::Serve(int connection) {
  std::string buffer;
  std::array<char, 1024> piece{};
  while (true) {
    std::array<pollfd, 2> waits{pollfd{stop_.Get(), POLLIN, 0}, pollfd{connection, POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
    if (waits[0].revents != 0) return;
    if (waits[1].revents == 0) continue;
    const ssize_t got = ::recv(connection, piece.data(), piece.size(), 0);
    if (got <= 0) return;
    buffer.append(piece.data(), static_cast<std::size_t>(got));
    if (buffer.size() > kMostLineBytes) return;
    for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
      auto promise = std::make_shared<std::promise<std::string>>();
      std::future<std::string> answer = promise->get_future();
      auto once = std::make_shared<std::function<void(std::string)>>(
          [promise](std::string text) { promise->set_value(std::move(text)); });
      arrived_({buffer.substr(0, end), once});
      once.reset();
      promise.reset();
      buffer.erase(0, end + 1);
      try {
        const std::string text = answer.get();
        if (text.size() > kMostAnswerBytes || !SendAll(connection, text + "\n")) return;
      } catch (const std::future_error&) {
        return;  // The terminal ended without an answer.
      }
    }
  }
}

}  // namespace yizhan::app
