#include "backend/hospital/refunds/refund_sender.h"

#include <algorithm>

#include "backend/hospital/messages/outbox.h"
#include "base/log.h"
#include "base/metrics.h"

namespace yizhan::hospital {
namespace {

constexpr std::chrono::milliseconds kLookEvery{1000};
constexpr int kMostAtOnce = 16;
/// A refund on its way belongs to one process for so long; a call to the platform takes less.
constexpr std::chrono::minutes kLease{2};
/// Half a minute first, an hour in the end (RetryAfter): two days of asking.
constexpr int kMostAttempts = 54;

}  // namespace

Result<std::optional<Refund>> RefundSender::Lease(const std::string& key) {
  std::optional<Refund> leased;
  const Status status = store_.Write([&](store::Transaction& transaction) -> Status {
    leased.reset();
    const Result<Refund> before = ReadRefund(transaction, key);
    if (!before) return tl::unexpected<Error>(before.error());
    const WallTime now = clock_.Now();
    if (!IsOpen(before->state) || before->due > now) return {};
    Refund after = *before;
    after.state = RefundState::Asked;
    after.due = now + kLease;
    ++after.attempt;
    if (Status moved = MoveRefund(transaction, *before, after); !moved) return moved;
    leased = after;
    return {};
  });
  // Lost against another process, which does the same.
  if (!status && status.error().code == ErrorCode::Conflict) return std::optional<Refund>();
  if (!status) return tl::unexpected<Error>(status.error());
  return leased;
}

Result<RefundAnswer> RefundSender::Ask(const Refund& refund) {
  const std::string number = refund.Number();
  if (refund.attempt > 1) {
    Result<RefundAnswer> known = gateway_.Query(refund.order, number);
    // Only what the platform never heard of is told (again).
    if (known || known.error().code != ErrorCode::NotFound) return known;
  }
  return gateway_.Refund(refund.order, number, refund.amount_minor);
}

Status RefundSender::Note(const Refund& leased, const Result<RefundAnswer>& answer) {
  Refund after = leased;
  const auto stuck = [&](const std::string& reason) {
    after.state = RefundState::Stuck;
    after.reason = reason;
  };
  const auto later = [&] {
    after.due = clock_.Now() + RetryAfter(leased.attempt);
    if (leased.attempt >= kMostAttempts) stuck("no-answer");
  };
  const ErrorCode code = answer ? ErrorCode::Internal : answer.error().code;
  if (answer && *answer == RefundAnswer::Done) {
    after.state = RefundState::Done;
  } else if (answer && *answer == RefundAnswer::Failed) {
    stuck("platform-failed");
  } else if (code == ErrorCode::Refused && answer.error().detail == "already-reversed") {
    // The terminal gave the whole order back: nothing is left to give.
    after.state = RefundState::Done;
    after.reason = "already-reversed";
  } else if (code == ErrorCode::Refused || code == ErrorCode::NotFound) {
    std::string word = answer.error().detail;
    std::ranges::replace(word, ' ', '-');
    stuck(word);
  } else if (code == ErrorCode::Conflict) {
    stuck("number-in-use");
  } else {
    later();
  }
  bool is_ours = false;
  const Status status = store_.Write([&](store::Transaction& transaction) -> Status {
    const Result<Refund> now = ReadRefund(transaction, leased.key);
    if (!now) return tl::unexpected<Error>(now.error());
    // Not when the lease ran out and another process asks under the same number.
    is_ours = now->attempt == leased.attempt && IsOpen(now->state);
    return is_ours ? MoveRefund(transaction, *now, after) : Status();
  });
  if (status && is_ours && after.state == RefundState::Stuck) {
    static Counter& counter = ProcessMetrics().CounterOf("yizhan_refunds_stuck_total",
                                                         "Refunds that a person must look at.");
    counter.Add();
  }
  return status;
}

Result<int> RefundSender::Work(int most) {
  const auto due = DueRefunds(store_, clock_.Now(), static_cast<std::size_t>(std::max(most, 0)));
  if (!due) return tl::unexpected<Error>(due.error());
  int looked = 0;
  for (const std::string& key : *due) {
    const auto leased = Lease(key);
    if (!leased) return tl::unexpected<Error>(leased.error());
    ++looked;
    if (!*leased) continue;
    const Result<RefundAnswer> answer = Ask(**leased);
    if (!answer && answer.error().code == ErrorCode::Cancelled) {
      return tl::unexpected<Error>(answer.error());
    }
    if (Status noted = Note(**leased, answer); !noted) return tl::unexpected<Error>(noted.error());
  }
  return looked;
}

RefundClock::RefundClock(store::ResourceStore& store, const Clock& clock,
                         std::unique_ptr<RefundGateway> gateway)
    : gateway_(std::move(gateway)),
      sender_(store, clock, *gateway_),
      look_(kLookEvery, [this](const RegularLook& regular) { Look(regular); }) {}

RefundClock::~RefundClock() {
  look_.End();
  gateway_->Cancel();
}

void RefundClock::Look(const RegularLook& regular) {
  Result<int> done = kMostAtOnce;
  while (done && *done == kMostAtOnce && !regular.Ending()) done = sender_.Work(kMostAtOnce);
  if (!done && done.error().code != ErrorCode::Cancelled) {
    Log(LogEvent::StoreFailed, {{LogKey::Part, "refunds"}, {LogKey::Code, done.error().code}});
  }
}

}  // namespace yizhan::hospital
