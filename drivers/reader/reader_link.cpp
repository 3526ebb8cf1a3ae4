#include "drivers/reader/reader_link.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

#include "base/log.h"
#include "base/match.h"
#include "base/wipe.h"

namespace yizhan::drivers {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kFirstBackOff{50};
constexpr milliseconds kLongestBackOff{2000};
/// A process that lived this long was healthy: the next failure is a new story.
constexpr seconds kHealthyLife{10};
/// Time for an orderly end (libnfc needs 350 ms for a silent chip).
constexpr milliseconds kFarewell{600};

std::string BesideThisProgram() {
  char path[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string_view own(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  const std::size_t slash = own.rfind('/');
  return std::string(own.substr(0, slash == std::string_view::npos ? 0 : slash + 1)) +
         "yizhan-reader";
}

LogWord WordFor(domain::CardProblem problem) {
  switch (problem) {
    case domain::CardProblem::Unreadable: return "unreadable";
    case domain::CardProblem::Foreign: return "foreign";
    case domain::CardProblem::Forged: return "forged";
    case domain::CardProblem::Malformed: return "malformed";
    case domain::CardProblem::SeveralCards: return "several-cards";
    case domain::CardProblem::LegacyRefused: return "legacy-refused";
  }
  return "unknown";
}

/// The actions and attributes of posix_spawn, freed whatever happens.
struct SpawnPlan {
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

Result<std::unique_ptr<ReaderLink>> ReaderLink::Start(ReaderLinkOptions options,
                                                      std::function<void(CardEvent)> deliver) {
  if (const auto policy = PolicyOf(options.reader); !policy) {
    return tl::unexpected(policy.error());
  }
  if (options.program.empty()) options.program = BesideThisProgram();
  std::unique_ptr<ReaderLink> link(new ReaderLink(std::move(options), std::move(deliver)));
  link->wake_ = UniqueFd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!link->wake_) return Fail(ErrorCode::Internal, std::strerror(errno));
  link->thread_ = std::thread([owner = link.get()] { owner->Loop(); });
  return link;
}

void ReaderLink::Stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto woken = ::write(wake_.Get(), &one, sizeof one);
  thread_.join();
}

void ReaderLink::Loop() {
  milliseconds back_off = kFirstBackOff;
  for (;;) {
    const auto start = SystemClock().Monotonic();
    const Status started = StartProcess();
    const End end = started ? Follow() : End::Died;
    EndProcess();
    if (end == End::Stopped) return;
    if (SystemClock().Monotonic() - start > kHealthyLife) back_off = kFirstBackOff;
    TellGone();
    if (WaitForStop(back_off)) return;
    back_off = std::min(back_off * 2, kLongestBackOff);
    Log(LogEvent::ReaderRestarted);
  }
}

Status ReaderLink::StartProcess() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    return Fail(ErrorCode::Internal, std::strerror(errno));
  }
  socket_ = UniqueFd(ends[0]);
  const UniqueFd theirs(ends[1]);
  SpawnPlan plan;
  ::posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&plan.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&plan.actions, theirs.Get(), kReaderSocket);
  // Whatever else the kiosk has open (its store, its window) is none of the reader's business.
  ::posix_spawn_file_actions_addclosefrom_np(&plan.actions, kReaderSocket + 1);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&plan.attributes, &none);
  ::posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSIGMASK);
  std::vector<std::string> words = ArgumentsOf(options_.reader);
  words.insert(words.begin(), options_.program);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, options_.program.c_str(), &plan.actions, &plan.attributes,
                                  arguments.data(), environ);
  if (error != 0) return Fail(ErrorCode::NotFound, std::strerror(error));
  process_id_ = pid;
  last_sign_ = SystemClock().Monotonic();
  return {};
}

/// Delivers events until the process is lost or the kiosk stops.
ReaderLink::End ReaderLink::Follow() {
  ReaderMessageDecoder decoder;
  for (;;) {
    const auto quiet = SystemClock().Monotonic() - last_sign_;
    const auto left = std::chrono::ceil<milliseconds>(options_.silence - quiet).count();
    if (left <= 0) return End::Died;
    pollfd ready[] = {{.fd = wake_.Get(), .events = POLLIN, .revents = 0},
                      {.fd = socket_.Get(), .events = POLLIN, .revents = 0}};
    if (::poll(ready, 2, static_cast<int>(left)) < 0) continue;
    if (ready[0].revents != 0) return End::Stopped;
    if (ready[1].revents == 0) continue;
    const bool alive = Read(decoder);
    WipeStack();
    if (!alive) return End::Died;
  }
}

/// False: the process is gone, or what it says cannot be trusted any more.
bool ReaderLink::Read(ReaderMessageDecoder& decoder) {
  std::uint8_t block[4096];
  const ssize_t count = ::recv(socket_.Get(), block, sizeof block, MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return false;
  decoder.Feed({block, static_cast<std::size_t>(count)});
  for (;;) {
    const auto message = decoder.Next();
    if (!message) return false;
    if (!*message) return true;
    last_sign_ = SystemClock().Monotonic();
    if (const auto* event = std::get_if<CardEvent>(&**message)) Deliver(*event);
  }
}

void ReaderLink::Deliver(const CardEvent& event) {
  std::visit(Match{[this](ReaderReady) {
                     ready_ = true;
                     Log(LogEvent::ReaderUp);
                   },
                   [this](ReaderGone) {
                     ready_ = false;
                     Log(LogEvent::ReaderDown);
                   },
                   [this](const CardPresented&) { card_resting_ = true; },
                   [this](CardRefused refused) {
                     card_resting_ = true;
                     Log(LogEvent::CardRefused, {{LogKey::Reason, WordFor(refused.problem)}});
                   },
                   [this](CardRemoved) { card_resting_ = false; }},
             event);
  deliver_(event);
}

/// What the lost process can no longer say.
void ReaderLink::TellGone() {
  if (card_resting_) Deliver(CardRemoved{});
  if (ready_) Deliver(ReaderGone{});
}

void ReaderLink::EndProcess() {
  // The closed socket is the request to end; a process that hears it closes its device.
  socket_.Reset();
  const int pid = process_id_.load();
  if (pid == 0) return;
  const auto deadline = SystemClock().Monotonic() + kFarewell;
  while (::waitpid(pid, nullptr, WNOHANG) == 0) {
    if (SystemClock().Monotonic() >= deadline) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
      break;
    }
    ::poll(nullptr, 0, 2);
  }
  process_id_ = 0;
}

bool ReaderLink::WaitForStop(milliseconds duration) const {
  pollfd ready{.fd = wake_.Get(), .events = POLLIN, .revents = 0};
  return ::poll(&ready, 1, static_cast<int>(duration.count())) > 0;
}

}  // namespace yizhan::drivers
