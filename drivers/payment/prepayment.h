#pragma once

#include <functional>
#include <string>

#include "drivers/payment/payment_journal.h"
#include "drivers/payment_terminal.h"

namespace yizhan::drivers {

enum class PrepaymentState {
  Open,      ///< The patient may still pay.
  Booked,    ///< Paid, and the seat is taken.
  Reversed,  ///< Nothing was charged, or everything was given back.
};

/// Money for a seat, so that at any moment, whatever is killed, it ends as paid and booked, or as
/// nothing charged. The order number is durable before the platform hears of it; what is not known
/// is queried; what must not stay is reversed. Thread-bound: the payment worker owns it. Borrows
/// terminal and journal.
class Prepayment {
 public:
  /// Takes the seat for the money ($take with the operation id of the order number, so that
  /// repeating it has no second effect). True: taken, now or before. False: the hospital says no
  /// for good (too late, another amount). An error: nobody knows, ask again.
  using TakeSeat = std::function<Result<bool>(const OpenPayment& payment)>;

  Prepayment(PaymentTerminal& terminal, PaymentJournal& journal, TakeSeat take)
      : terminal_(terminal), journal_(journal), take_(std::move(take)) {}

  /// Opens the order. On any error nothing may be shown to the patient; what may have happened is
  /// reversed now or by Recover(). Conflict: the number was used before.
  [[nodiscard]] Result<PaymentCode> Begin(const PaymentOrder& order, const std::string& booking);
  /// Looks how it stands; call every second or two while the code is shown. Errors: those of
  /// PaymentTerminal and of the seat: still open, look again.
  [[nodiscard]] Result<PrepaymentState> Look(const std::string& number);
  /// The patient gave up, or the time ran out: closes the order, so that nobody can pay it later.
  /// Who paid at the last moment is booked if the hospital still holds the seat: cancel the booking
  /// first when it is not wanted, then everything goes back. An error: Recover() will do it.
  [[nodiscard]] Result<PrepaymentState> GiveUp(const std::string& number);
  /// Ends what an earlier life of the program left open: paid ones are booked, others reversed.
  /// Call at start and every minute while no patient pays. Tells how many are still open.
  [[nodiscard]] std::size_t Recover();

 private:
  [[nodiscard]] Result<OpenPayment> Find(const std::string& number) const;
  [[nodiscard]] Result<PrepaymentState> Settle(const OpenPayment& payment, bool may_wait);
  [[nodiscard]] Result<PrepaymentState> GiveBack(const std::string& number);

  PaymentTerminal& terminal_;
  PaymentJournal& journal_;
  const TakeSeat take_;
};

}  // namespace yizhan::drivers
