#include "kiosk/app/payment_desk.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/log.h"
#include "base/match.h"
#include "printer/documents/barcode.h"

namespace yizhan::app {
namespace {

using drivers::PaymentCode;
using drivers::PrepaymentState;
using std::chrono::milliseconds;

/// A code that nobody could scan and pay in is not shown.
constexpr std::chrono::seconds kShortest{20};
/// The platform stops taking the money so long before the hospital stops holding the seat.
constexpr std::chrono::seconds kMargin{5};
/// So many looks in a row without an answer, and the screen says that nobody knows.
constexpr int kPatience = 3;
/// What is still open after a failure is settled sooner than what a crash left.
constexpr milliseconds kSettleEvery{10'000};

/// The code as the screen draws it; empty: it cannot be drawn.
screens::CodeDots DotsOf(const PaymentCode& code) {
  auto matrix = printer::QrCode(code.qr_text);
  if (!matrix) return {};
  return {matrix->size, std::move(matrix->black)};
}

/// The operation that belongs to an order number: the way back from drivers::OrderNumberOf().
domain::OperationId OperationOf(const std::string& number) {
  constexpr std::size_t kPrefix = 2;
  constexpr std::size_t kDashes[] = {8, 12, 16, 20};
  std::string id;
  for (std::size_t i = kPrefix; i < number.size(); ++i) {
    if (std::ranges::find(kDashes, i - kPrefix) != std::end(kDashes)) id += '-';
    id += number[i];
  }
  return domain::OperationId(std::move(id));
}

void LogTrouble(const Error& error) {
  Log(LogEvent::PaymentTrouble, {{LogKey::Code, LogWord(error.code)}});
}

}  // namespace

Result<std::unique_ptr<PaymentDesk>> PaymentDesk::Open(
    PaymentDeskOptions options, std::unique_ptr<drivers::PaymentTerminal> terminal,
    std::unique_ptr<SeatOwner> seats, const Clock& clock, std::function<void(flows::Event)> tell) {
  auto journal = drivers::PaymentJournal::Open(options.journal);
  if (!journal) return tl::unexpected<Error>(journal.error());
  std::unique_ptr<PaymentDesk> desk(new PaymentDesk(std::move(options), std::move(terminal),
                                                    std::move(seats), std::move(*journal), clock,
                                                    std::move(tell)));
  desk->thread_ = std::thread([self = desk.get()] { self->Run(); });
  return desk;
}

PaymentDesk::PaymentDesk(PaymentDeskOptions options,
                         std::unique_ptr<drivers::PaymentTerminal> terminal,
                         std::unique_ptr<SeatOwner> seats, drivers::PaymentJournal journal,
                         const Clock& clock, std::function<void(flows::Event)> tell)
    : options_(std::move(options)),
      terminal_(std::move(terminal)),
      seats_(std::move(seats)),
      clock_(clock),
      tell_(std::move(tell)),
      journal_(std::move(journal)),
      prepayment_(*terminal_, journal_,
                  [this](const drivers::OpenPayment& payment) { return TakeSeat(payment); }) {}

PaymentDesk::~PaymentDesk() { Stop(); }

void PaymentDesk::Stop() {
  jobs_.Close();
  terminal_->Cancel();
  seats_->Cancel();
  if (thread_.joinable()) thread_.join();
}

void PaymentDesk::Pay(flows::PayFee fee) {
  const flows::SessionNumber session = fee.session;
  // Nothing was asked of the platform; the hospital ends the hold by itself.
  if (!jobs_.Post(std::move(fee))) tell_(flows::PaymentProgress{session, State::Away, {}});
}

void PaymentDesk::GiveUp(flows::SessionNumber session) {
  if (!jobs_.Post(End{session, Why::GaveUp})) {
    tell_(flows::PaymentProgress{session, State::Unknown, {}});
  }
}

void PaymentDesk::Leave(flows::SessionNumber session) {
  static_cast<void>(jobs_.Post(End{session, Why::Left}));
}

void PaymentDesk::Run() {
  std::size_t open = prepayment_.Recover();
  MonotonicTime recovered = clock_.Monotonic();
  while (!jobs_.Closed()) {
    const milliseconds idle =
        open > 0 ? std::min(kSettleEvery, options_.recover_every) : options_.recover_every;
    const auto jobs = jobs_.WaitAndTakeAll(current_ ? options_.look_every : idle);
    if (jobs_.Closed()) break;
    for (const Job& job : jobs) {
      std::visit(Match{[this](const flows::PayFee& fee) { Begin(fee); },
                       [this](const End& end) { Finish(end); }},
                 job);
    }
    if (current_) {
      if (jobs.empty()) Look();
      continue;
    }
    open = journal_.Unfinished().size();
    if (clock_.Monotonic() - recovered < (open > 0 ? std::min(kSettleEvery, idle) : idle)) continue;
    open = prepayment_.Recover();
    recovered = clock_.Monotonic();
  }
}

void PaymentDesk::Tell(State state) {
  current_->told = state;
  const bool shown = state == State::Open;
  tell_(flows::PaymentProgress{current_->fee.session, state,
                               shown ? current_->code : screens::CodeDots{}});
}

Result<bool> PaymentDesk::TakeSeat(const drivers::OpenPayment& payment) {
  const auto taken = seats_->Take(OperationOf(payment.number), payment);
  if (!taken) return tl::unexpected<Error>(taken.error());
  seat_ended_ = *taken == SeatOwner::Taken::Ended;
  return *taken != SeatOwner::Taken::Never;
}

void PaymentDesk::Begin(const flows::PayFee& fee) {
  if (current_) Finish({current_->fee.session, Why::Left});
  current_ = Current{fee, drivers::OrderNumberOf(RandomUuid()), {}, State::Preparing, 0};
  const auto left = std::chrono::floor<std::chrono::seconds>(fee.until - clock_.Now()) - kMargin;
  Result<PaymentCode> code = Fail(ErrorCode::Timeout, "no time is left");
  if (left >= kShortest) {
    code = prepayment_.Begin({current_->number, fee.amount_minor, "registration-fee", left},
                             fee.appointment.Value());
  }
  if (code) current_->code = DotsOf(*code);
  if (code && current_->code.side > 0) {
    Tell(State::Open);
    return;
  }
  LogTrouble(code ? Error{ErrorCode::BadData, ""} : code.error());
  static_cast<void>(seats_->Release(fee.appointment));
  if (code) static_cast<void>(prepayment_.GiveUp(current_->number));
  Tell(State::Away);
  current_.reset();
}

void PaymentDesk::Look() {
  if (clock_.Now() >= current_->fee.until - kMargin) return TimeUp();
  const auto state = prepayment_.Look(current_->number);
  if (!state) {
    if (++current_->failures >= kPatience && current_->told != State::Unknown) {
      LogTrouble(state.error());
      Tell(State::Unknown);
    }
    return;
  }
  current_->failures = 0;
  if (*state == PrepaymentState::Open) {
    if (current_->told != State::Open) Tell(State::Open);
    return;
  }
  Tell(Ended(state, State::GivenBack));
  current_.reset();
}

void PaymentDesk::TimeUp() {
  const auto state = prepayment_.GiveUp(current_->number);
  const bool unpaid = state && *state == PrepaymentState::Reversed;
  if (unpaid) static_cast<void>(seats_->Release(current_->fee.appointment));
  Tell(Ended(state, State::TimeUp));
  current_.reset();
}

PaymentDesk::State PaymentDesk::Ended(const Result<PrepaymentState>& state, State otherwise) const {
  if (!state) {
    LogTrouble(state.error());
    return State::Unknown;
  }
  if (*state == PrepaymentState::Booked) return seat_ended_ ? State::GivenBack : State::Paid;
  return otherwise;
}

PaymentDesk::State PaymentDesk::Close() {
  // The seat first: a payment that arrives between the two buys nothing and goes back.
  static_cast<void>(seats_->Release(current_->fee.appointment));
  return Ended(prepayment_.GiveUp(current_->number), State::GivenUp);
}

void PaymentDesk::Finish(const End& end) {
  if (!current_ || current_->fee.session != end.session) {
    // It ended by itself meanwhile, and the session was told how.
    return;
  }
  if (end.why == Why::GaveUp) {
    Tell(Close());
  } else if (const auto state = prepayment_.Look(current_->number);
             state && *state == PrepaymentState::Open) {
    // Who paid by telephone and took the card has the seat; nobody has paid here.
    static_cast<void>(Close());
  }
  // What nobody knows is left to Recover(): paid is booked, everything else is closed.
  current_.reset();
}

}  // namespace yizhan::app
