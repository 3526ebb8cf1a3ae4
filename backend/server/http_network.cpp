#include "backend/server/http_network.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "backend/server/http_date.h"
#include "base/log.h"

namespace yizhan::server {
namespace {

constexpr int kMostEvents = 256;
constexpr int kAcceptsAtOnce = 64;
constexpr std::chrono::milliseconds kSweep{100};
constexpr std::chrono::milliseconds kIdleWait{10'000};
constexpr std::chrono::seconds kStopTimeout{2};
constexpr std::chrono::seconds kPoolWait{60};
constexpr std::size_t kMostSpare = 256U << 10U;
// What an event is about, beside ids of connections (which count from 1).
constexpr std::uint64_t kWakeId = 0;
constexpr std::uint64_t kListenerId = ~0ULL;

std::string AddressOf(const sockaddr_storage& address, socklen_t length) {
  char name[NI_MAXHOST] = {};
  const int failed = ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), length, name,
                                   sizeof(name), nullptr, 0, NI_NUMERICHOST);
  return failed == 0 ? name : "";
}

/// A peer that is gone is a matter of return values.
void BlockPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

HandlerPool::HandlerPool(std::size_t threads) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

bool HandlerPool::Add(Connection& connection) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    if (stopping_) return false;
    waiting_.push_back(&connection);
    wake = idle_ > 0;
  }
  if (wake) arrived_.NotifyOne();
  return true;
}

void HandlerPool::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  arrived_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void HandlerPool::Work() {
  BlockPipeSignal();
  for (;;) {
    Connection* connection = nullptr;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && !stopping_) {
        ++idle_;
        arrived_.WaitFor(mutex_, kPoolWait);
        --idle_;
      }
      if (waiting_.empty()) return;
      connection = waiting_.front();
      waiting_.pop_front();
    }
    connection->Handle();
  }
}

bool AddressCount::Enter(const std::string& address, std::size_t most) {
  MutexLock lock(mutex_);
  std::size_t& count = count_[address];
  if (most > 0 && count >= most) return false;
  ++count;
  return true;
}

void AddressCount::Leave(const std::string& address) {
  MutexLock lock(mutex_);
  const auto found = count_.find(address);
  if (found != count_.end() && --found->second == 0) count_.erase(found);
}

Status NetworkThread::Start(UniqueFd listener, std::vector<NetworkThread*> all) {
  listener_ = std::move(listener);
  all_ = std::move(all);
  epoll_ = UniqueFd(::epoll_create1(EPOLL_CLOEXEC));
  wake_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWakeId;
  bool good = epoll_ && wake_ && ::epoll_ctl(epoll_.Get(), EPOLL_CTL_ADD, wake_.Get(), &event) == 0;
  if (good && listener_) {
    event.data.u64 = kListenerId;
    good = ::epoll_ctl(epoll_.Get(), EPOLL_CTL_ADD, listener_.Get(), &event) == 0;
  }
  if (!good) return Fail(ErrorCode::Internal, "the system gives no more descriptors");
  thread_ = std::thread([this] { Run(); });
  return {};
}

void NetworkThread::Stop() {
  if (!thread_.joinable()) return;
  Post([](Inbox& inbox) { inbox.stop = true; });
  thread_.join();
  connections_.clear();
}

template <typename Change>
void NetworkThread::Post(Change change) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    change(inbox_);
    wake = !std::exchange(is_woken_, true);
  }
  if (wake) Wake();
}

void NetworkThread::Wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.Get(), &one, sizeof(one));
}

void NetworkThread::Adopt(UniqueFd socket, std::string address) {
  Post([&](Inbox& inbox) { inbox.sockets.emplace_back(std::move(socket), std::move(address)); });
}

void NetworkThread::Handled(Connection& connection) {
  Post([&](Inbox& inbox) { inbox.handled.push_back(&connection); });
}

void NetworkThread::Tell(std::vector<StreamText> texts) {
  Post([&](Inbox& inbox) {
    std::move(texts.begin(), texts.end(), std::back_inserter(inbox.texts));
  });
}

const std::string& NetworkThread::Date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(SystemClock().Now());
  if (second != date_at_) {
    date_at_ = second;
    date_ = ToHttpDate(second);
  }
  return date_;
}

Connection* NetworkThread::Find(std::uint64_t id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

void NetworkThread::Run() {
  BlockPipeSignal();
  now_ = SystemClock().Monotonic();
  for (;;) {
    Wait();
    TakeInbox();
    // Those that had more to do than one turn allows.
    for (const std::uint64_t id : std::exchange(again_, {})) {
      if (Connection* connection = Find(id)) connection->Advance();
    }
    if (now_ >= next_sweep_) Sweep();
    if (is_stopping_) StopAll();
    for (const std::uint64_t id : std::exchange(over_, {})) {
      const auto found = connections_.find(id);
      if (found != connections_.end() && found->second->IsOver()) connections_.erase(found);
    }
    if (spare_.capacity() > kMostSpare) spare_ = std::string();
    if (is_stopping_ && (connections_.empty() || now_ >= stop_deadline_)) return;
  }
}

void NetworkThread::Wait() {
  auto wait = std::chrono::milliseconds(kIdleWait);
  if (!connections_.empty() || !is_accepting_ || is_stopping_) wait = kSweep;
  if (!again_.empty()) wait = std::chrono::milliseconds(0);
  std::array<epoll_event, kMostEvents> events;
  const int count =
      ::epoll_wait(epoll_.Get(), events.data(), kMostEvents, static_cast<int>(wait.count()));
  now_ = SystemClock().Monotonic();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kWakeId) {
      std::uint64_t ignored = 0;
      [[maybe_unused]] const auto got = ::read(wake_.Get(), &ignored, sizeof(ignored));
    } else if (event.data.u64 == kListenerId) {
      Accept();
    } else if (Connection* connection = Find(event.data.u64)) {
      connection->OnReady((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
    }
  }
}

void NetworkThread::Accept() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    sockaddr_storage from{};
    socklen_t length = sizeof(from);
    UniqueFd socket(::accept4(listener_.Get(), reinterpret_cast<sockaddr*>(&from), &length,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      // Out of descriptors: others must end first, so do not spin. The sweep tries again.
      ::epoll_ctl(epoll_.Get(), EPOLL_CTL_DEL, listener_.Get(), nullptr);
      is_accepting_ = false;
      return;
    }
    std::string address = AddressOf(from, length);
    const HttpServerOptions& options = shared_.options;
    if (shared_.stopping || shared_.connections >= options.max_connections ||
        !shared_.addresses.Enter(address, options.max_connections_per_address)) {
      Log(LogEvent::RequestRefused, {{LogKey::Reason, "connections"}});
      shared_.metrics.connections_refused.Add();
      continue;
    }
    ++shared_.connections;
    const int on = 1;
    ::setsockopt(socket.Get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    all_[next_++ % all_.size()]->Adopt(std::move(socket), std::move(address));
  }
}

void NetworkThread::TakeInbox() {
  Inbox inbox;
  {
    MutexLock lock(mutex_);
    std::swap(inbox, inbox_);
    is_woken_ = false;
  }
  for (auto& [socket, address] : inbox.sockets) {
    const int descriptor = socket.Get();
    const std::uint64_t id = ++last_id_;
    auto made = std::make_unique<Connection>(*this, shared_, id, std::move(socket), address);
    Connection& connection = *made;
    connections_.emplace(id, std::move(made));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = id;
    // A socket that is ready already is told at once.
    if (::epoll_ctl(epoll_.Get(), EPOLL_CTL_ADD, descriptor, &event) != 0) connection.Close();
  }
  for (Connection* connection : inbox.handled) connection->OnHandled();
  for (const StreamText& text : inbox.texts) {
    if (Connection* connection = Find(text.connection)) connection->OnText(text.text);
  }
  if (inbox.stop && !is_stopping_) {
    is_stopping_ = true;
    stop_deadline_ = now_ + kStopTimeout;
    listener_.Reset();
  }
}

void NetworkThread::Sweep() {
  next_sweep_ = now_ + kSweep;
  for (auto& [id, connection] : connections_) connection->OnTime(now_);
  if (!is_accepting_ && listener_) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kListenerId;
    is_accepting_ = ::epoll_ctl(epoll_.Get(), EPOLL_CTL_ADD, listener_.Get(), &event) == 0;
  }
}

void NetworkThread::StopAll() {
  for (auto& [id, connection] : connections_) connection->OnStopping();
}

}  // namespace yizhan::server
