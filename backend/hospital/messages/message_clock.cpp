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
      look_(kLookEvery, [this](const RegularLook& regular) { Look(regular); }) {}

MessageClock::~MessageClock() {
  look_.End();
  if (gateway_) gateway_->Cancel();
}

void MessageClock::Look(const RegularLook& regular) {
  Result<int> done = kMostAtOnce;
  while (done && *done == kMostAtOnce && !regular.Ending()) done = sender_.Work(kMostAtOnce);
  if (!done && done.error().code != ErrorCode::Cancelled) {
    Log(LogEvent::StoreFailed, {{LogKey::Part, "messages"}, {LogKey::Code, done.error().code}});
  }
  // A gateway that is away is asked again a second later; nothing is lost meanwhile.
  static_cast<void>(sender_.TakeReceipts());
}

}  // namespace yizhan::hospital
