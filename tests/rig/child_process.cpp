#include "tests/rig/child_process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace yizhan::rig {
namespace {

using std::chrono::milliseconds;

/// "NAME=value" of everything the child shall see; ours last wins over the inherited one.
std::vector<std::string> Environment(const ChildOptions& options) {
  std::vector<std::string> lines;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    bool replaced = false;
    for (const auto& [name, value] : options.environment) {
      replaced = replaced || line.starts_with(name + "=");
    }
    if (!replaced) lines.emplace_back(line);
  }
  for (const auto& [name, value] : options.environment) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

template <typename Address>
const sockaddr* Generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool Retry(milliseconds timeout, const std::function<bool()>& done) {
  const auto deadline = SystemClock().Monotonic() + timeout;
  while (!done()) {
    if (SystemClock().Monotonic() >= deadline) return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

}  // namespace

Result<ChildProcess> ChildProcess::Start(const ChildOptions& options) {
  const UniqueFd log(
      ::open(options.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const UniqueFd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  int failure_pipe[2] = {-1, -1};
  if (!log || !input || ::pipe2(failure_pipe, O_CLOEXEC) != 0) {
    return Fail(ErrorCode::Internal, std::strerror(errno));
  }
  UniqueFd failure_in(failure_pipe[0]);
  UniqueFd failure_out(failure_pipe[1]);
  auto arguments = options.arguments;
  auto environment = Environment(options);
  const auto argv = Pointers(arguments);
  const auto envp = Pointers(environment);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return Fail(ErrorCode::Internal, std::strerror(errno));
  if (pid == 0) {
    // Only calls that are safe between fork and exec.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(input.Get(), STDIN_FILENO);
    ::dup2(log.Get(), STDOUT_FILENO);
    ::dup2(log.Get(), STDERR_FILENO);
    ::execvpe(argv[0], argv.data(), envp.data());
    const int error = errno;
    [[maybe_unused]] const auto told = ::write(failure_out.Get(), &error, sizeof error);
    ::_exit(127);
  }
  ChildProcess child(pid);
  failure_out.Reset();
  int error = 0;
  if (::read(failure_in.Get(), &error, sizeof error) > 0) {
    return Fail(ErrorCode::NotFound, options.arguments.front() + ": " + std::strerror(error));
  }
  return child;
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    Kill();
    pid_ = std::exchange(other.pid_, -1);
  }
  return *this;
}

bool ChildProcess::Running() {
  if (pid_ < 0) return false;
  if (::waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

int ChildProcess::Wait() {
  int status = 0;
  if (pid_ < 0 || ::waitpid(pid_, &status, 0) != pid_) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void ChildProcess::Kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool WaitForPort(int port, milliseconds timeout) {
  return Retry(timeout, [port] {
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = Loopback(port);
    return ::connect(socket.Get(), Generic(address), sizeof address) == 0;
  });
}

bool WaitForSocket(const std::string& path, milliseconds timeout) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  path.copy(address.sun_path, path.size());
  return Retry(timeout, [&address] {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(socket.Get(), Generic(address), sizeof address) == 0;
  });
}

Result<int> FreePort() {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof address;
  if (::bind(socket.Get(), Generic(address), sizeof address) != 0 ||
      ::getsockname(socket.Get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return Fail(ErrorCode::Internal, std::strerror(errno));
  }
  return ntohs(address.sin_port);
}

}  // namespace yizhan::rig
