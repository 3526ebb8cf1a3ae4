#include "drivers/payment/prepayment.h"

#include <algorithm>

namespace yizhan::drivers {

Result<PaymentCode> Prepayment::Begin(const PaymentOrder& order, const std::string& booking) {
  if (Status kept = journal_.Begin({order.number, order.amount_minor, booking}); !kept) {
    return tl::unexpected<Error>(kept.error());
  }
  Result<PaymentCode> code = terminal_.Create(order);
  // Nobody will see the code, so nobody may pay by it later; what fails here, Recover() does.
  if (!code) static_cast<void>(GiveBack(order.number));
  return code;
}

Result<OpenPayment> Prepayment::Find(const std::string& number) const {
  const auto& open = journal_.Unfinished();
  const auto found = std::ranges::find(open, number, &OpenPayment::number);
  if (found == open.end()) return Fail(ErrorCode::NotFound, "no open payment of that number");
  return *found;
}

Result<PrepaymentState> Prepayment::Look(const std::string& number) {
  const Result<OpenPayment> payment = Find(number);
  if (!payment) return tl::unexpected<Error>(payment.error());
  return Settle(*payment, true);
}

Result<PrepaymentState> Prepayment::GiveUp(const std::string& number) {
  const Result<OpenPayment> payment = Find(number);
  if (!payment) return tl::unexpected<Error>(payment.error());
  return Settle(*payment, false);
}

std::size_t Prepayment::Recover() {
  const std::vector<OpenPayment> open = journal_.Unfinished();
  for (const OpenPayment& payment : open) static_cast<void>(Settle(payment, false));
  return journal_.Unfinished().size();
}

Result<PrepaymentState> Prepayment::Settle(const OpenPayment& payment, bool may_wait) {
  const Result<PaymentStatus> status = terminal_.Query(payment.number);
  if (!status && status.error().code != ErrorCode::NotFound) {
    return tl::unexpected<Error>(status.error());
  }
  // Never heard of, yet its creation may still be on the way: closing it stops that, too.
  if (!status) return GiveBack(payment.number);
  switch (status->state) {
    case PaymentState::Open:
      if (may_wait) return PrepaymentState::Open;
      return GiveBack(payment.number);
    case PaymentState::Closed: return GiveBack(payment.number);
    case PaymentState::Paid: break;
  }
  // Another sum than was asked for buys nothing.
  if (status->paid_minor != payment.amount_minor) return GiveBack(payment.number);
  const Result<bool> taken = take_(payment);
  if (!taken) return tl::unexpected<Error>(taken.error());
  if (!*taken) return GiveBack(payment.number);
  if (Status kept = journal_.Finish(payment.number, PaymentEnd::Booked); !kept) {
    return tl::unexpected<Error>(kept.error());
  }
  return PrepaymentState::Booked;
}

Result<PrepaymentState> Prepayment::GiveBack(const std::string& number) {
  const Result<PaymentStatus> reversed = terminal_.Reverse(number);
  if (!reversed) return tl::unexpected<Error>(reversed.error());
  if (Status kept = journal_.Finish(number, PaymentEnd::Reversed); !kept) {
    return tl::unexpected<Error>(kept.error());
  }
  return PrepaymentState::Reversed;
}

}  // namespace yizhan::drivers
