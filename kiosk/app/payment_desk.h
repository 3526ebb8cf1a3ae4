#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "base/clock.h"
#include "base/mailbox.h"
#include "drivers/payment/prepayment.h"
#include "kiosk/flows/events.h"

namespace yizhan::app {

/// What paying needs of the hospital. Thread-bound: the payment worker owns it.
class SeatOwner {
 public:
  virtual ~SeatOwner() = default;

  enum class Taken {
    Kept,   ///< The seat is the patient's.
    Ended,  ///< It was taken with this money, but the booking is over: the hospital gives it back.
    Never,  ///< The hospital says no for good: the money was for nothing.
  };
  /// Takes the held seat for this money. The same operation again has no second effect. Errors:
  /// nobody knows, ask again.
  [[nodiscard]] virtual Result<Taken> Take(const domain::OperationId& operation,
                                           const drivers::OpenPayment& payment) = 0;
  /// Gives a held seat back. Errors: it may still be held; the hospital ends that by itself.
  [[nodiscard]] virtual Status Release(const domain::AppointmentId& appointment) = 0;
  /// Makes the call under way, and every later one, return Cancelled soon. Thread-safe.
  virtual void Cancel() noexcept = 0;
};

struct PaymentDeskOptions {
  std::string journal;                              ///< Path; its folder must exist.
  std::chrono::milliseconds look_every{1000};       ///< While a code is shown.
  std::chrono::milliseconds recover_every{60'000};  ///< While nobody pays.
};

/// Takes the fee of a held seat by a code on the screen: a worker of its own that owns the payment
/// terminal, the journal of order numbers and a way to the hospital. Money is never lost: see
/// drivers/payment. The patient who leaves keeps a seat that is paid; one that is not is given back
/// first and then the order is closed, so that a payment at the last moment comes back.
/// Thread-safe; `tell` is called on the worker's thread and must not block. Borrows the clock.
class PaymentDesk {
 public:
  /// Errors are the journal's: the terminal must not take money without one.
  [[nodiscard]] static Result<std::unique_ptr<PaymentDesk>> Open(
      PaymentDeskOptions options, std::unique_ptr<drivers::PaymentTerminal> terminal,
      std::unique_ptr<SeatOwner> seats, const Clock& clock, std::function<void(flows::Event)> tell);
  ~PaymentDesk();
  PaymentDesk(const PaymentDesk&) = delete;
  PaymentDesk& operator=(const PaymentDesk&) = delete;

  /// The session hears PaymentProgress: the code, then how it ends.
  void Pay(flows::PayFee fee);
  /// The patient does not want to pay: the session hears how it ended.
  void GiveUp(flows::SessionNumber session);
  /// The patient went away; nobody hears anything.
  void Leave(flows::SessionNumber session);
  /// Joins within two seconds, whatever is under way; the next start goes on with it.
  void Stop();

 private:
  using State = screens::PayModel::State;
  enum class Why { GaveUp, Left };
  struct End {
    flows::SessionNumber session = 0;
    Why why = Why::GaveUp;
  };
  using Job = std::variant<flows::PayFee, End>;
  /// What is shown.
  struct Current {
    flows::PayFee fee;
    std::string number;
    screens::CodeDots code;
    State told = State::Preparing;
    int failures = 0;  ///< Of looks, one after the other.
  };

  PaymentDesk(PaymentDeskOptions options, std::unique_ptr<drivers::PaymentTerminal> terminal,
              std::unique_ptr<SeatOwner> seats, drivers::PaymentJournal journal, const Clock& clock,
              std::function<void(flows::Event)> tell);
  void Run();
  void Begin(const flows::PayFee& fee);
  void Look();
  void TimeUp();
  void Finish(const End& end);
  /// Gives the seat back, then the money; how it ended, or Unknown.
  [[nodiscard]] State Close();
  /// Of what the prepayment answered.
  [[nodiscard]] State Ended(const Result<drivers::PrepaymentState>& state, State otherwise) const;
  [[nodiscard]] Result<bool> TakeSeat(const drivers::OpenPayment& payment);
  void Tell(State state);

  const PaymentDeskOptions options_;
  const std::unique_ptr<drivers::PaymentTerminal> terminal_;
  const std::unique_ptr<SeatOwner> seats_;
  const Clock& clock_;
  const std::function<void(flows::Event)> tell_;
  drivers::PaymentJournal journal_;
  drivers::Prepayment prepayment_;
  std::optional<Current> current_;
  bool seat_ended_ = false;  ///< Of the last seat that was asked for.
  Mailbox<Job> jobs_{16};
  std::thread thread_;
};

}  // namespace yizhan::app
