#include "backend/hospital/messages/message_clock.h"

#include "base/log.h"

namespace yizhan::hospital {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr int kMostAtOnce = 32;

}  // namespace

MessageClock::MessageClock(store::ResourceStore& store, const Clock& clock,
                           const Bookings& bookings, std::unique_ptr<SmsGateway> gateway)
    : gateway_(std::move(gateway)),
      sender_(store, clock, bookings, gateway_.get()),
      thread_([this] { Run(); }) {}

MessageClock::~MessageClock() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  if (gateway_) gateway_->Cancel();
  changed_.NotifyAll();
  thread_.join();
}

bool MessageClock::WaitForNext() {
  const MonotonicTime until = SystemClock().Monotonic() + kLookEvery;
  MutexLock lock(mutex_);
  while (!ending_) {
    const auto left = until - SystemClock().Monotonic();
    if (left <= MonotonicTime::duration::zero()) break;
    changed_.WaitFor(mutex_, left);
  }
  return !ending_;
}

void MessageClock::Look() {
  Result<int> done = kMostAtOnce;
  while (done && *done == kMostAtOnce && !Ending()) done = sender_.Work(kMostAtOnce);
  if (!done && done.error().code != ErrorCode::Cancelled) {
    Log(LogEvent::StoreFailed, {{LogKey::Part, "messages"}, {LogKey::Code, done.error().code}});
  }
  // A gateway that is away is asked again a second later; nothing is lost meanwhile.
  static_cast<void>(sender_.TakeReceipts());
}

void MessageClock::Run() {
  do {
    Look();
  } while (WaitForNext());
}

bool MessageClock::Ending() {
  MutexLock lock(mutex_);
  return ending_;
}

}  // namespace yizhan::hospital
