#include "tests/e2e/automation_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "base/clock.h"
#include "tests/rig/rig_client.h"

namespace yizhan::e2e {
namespace {

using std::chrono::milliseconds;

UniqueFd TryConnect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return UniqueFd();
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int connected =
      ::connect(socket.Get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return connected == 0 ? std::move(socket) : UniqueFd();
}

}  // namespace

Result<AutomationClient> AutomationClient::Connect(const std::string& socket_path,
                                                   milliseconds timeout) {
  UniqueFd socket;
  const bool there = rig::WaitUntil(
      [&] {
        socket = TryConnect(socket_path);
        return static_cast<bool>(socket);
      },
      timeout);
  if (!there) return Fail(ErrorCode::Unreachable, "the terminal does not listen");
  return AutomationClient(std::move(socket));
}

Result<fhir::Json> AutomationClient::Ask(const std::string& line, milliseconds timeout) {
  const std::string request = line + "\n";
  if (::send(socket_.Get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return Fail(ErrorCode::Unreachable, "the terminal is gone");
  }
  const MonotonicTime until = SystemClock().Monotonic() + timeout;
  auto end = unread_.find('\n');
  while (end == std::string::npos) {
    const auto left = std::chrono::ceil<milliseconds>(until - SystemClock().Monotonic()).count();
    pollfd wait{socket_.Get(), POLLIN, 0};
    if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) {
      return Fail(ErrorCode::Timeout, "no answer to: " + line);
    }
    std::array<char, 4096> piece{};
    const ssize_t got = ::recv(socket_.Get(), piece.data(), piece.size(), 0);
    if (got <= 0) return Fail(ErrorCode::Unreachable, "the terminal is gone");
    unread_.append(piece.data(), static_cast<std::size_t>(got));
    end = unread_.find('\n');
  }
  Result<fhir::Json> answer = fhir::Json::Parse(unread_.substr(0, end));
  unread_.erase(0, end + 1);
  if (answer && answer->Has("error")) {
    return Fail(ErrorCode::Refused, line + ": " + (*answer)["error"].AsString());
  }
  return answer;
}

Result<fhir::Json> AutomationClient::State() { return Ask("state", milliseconds(5'000)); }

Result<fhir::Json> AutomationClient::Await(const std::string& page, milliseconds timeout) {
  return Ask("await " + page + " " + std::to_string(timeout.count()),
             timeout + milliseconds(2'000));
}

Status AutomationClient::Tap(const std::string& item) {
  const auto answer = Ask("tap " + item, milliseconds(5'000));
  if (!answer) return tl::unexpected<Error>(answer.error());
  return {};
}

Status AutomationClient::Screenshot(const std::string& path) {
  const auto answer = Ask("screenshot " + path, milliseconds(10'000));
  if (!answer) return tl::unexpected<Error>(answer.error());
  return {};
}

Status AutomationClient::TapFirst(const std::string& prefix) {
  const Result<fhir::Json> state = State();
  if (!state) return tl::unexpected<Error>(state.error());
  for (const fhir::Json& item : (*state)["items"].Items()) {
    const std::string& id = item["id"].AsString();
    const bool can_touch = item["role"].AsString() == "button" && item["enabled"].AsBoolean();
    if (can_touch && id.starts_with(prefix)) return Tap(id);
  }
  return Fail(ErrorCode::NotFound, "no button " + prefix);
}

std::string LabelOf(const fhir::Json& state, const std::string& id) {
  for (const fhir::Json& item : state["items"].Items()) {
    if (item["id"].AsString() == id) return item["label"].AsString();
  }
  return {};
}

bool Shows(const fhir::Json& state, const std::string& text) {
  for (const fhir::Json& item : state["items"].Items()) {
    if (item["label"].AsString().find(text) != std::string::npos) return true;
  }
  return false;
}

std::string ButtonOf(const fhir::Json& state, const std::string& text) {
  for (const fhir::Json& item : state["items"].Items()) {
    const std::string& id = item["id"].AsString();
    if (item["label"].AsString().find(text) == std::string::npos) continue;
    return id.substr(0, id.find('/'));
  }
  return {};
}

}  // namespace yizhan::e2e
