// The payment worker against the rig's platform over real HTTP: whatever goes wrong, the patient
// hears how it stands, and money ends as paid and booked, or as nothing charged.
#include "kiosk/app/payment_desk.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>

#include "drivers/payment/qr_platform.h"
#include "tests/backend/temp_folder.h"
#include "tests/rig/payment_platform.h"

namespace yizhan::app {
namespace {

using rig::PaymentPlatform;
using rig::PlatformFault;
using State = screens::PayModel::State;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kKey = "0123456789abcdef";
constexpr flows::SessionNumber kSession = 4;
constexpr seconds kLimit{30};

/// A hospital's seats, in memory; outlives the desk that asks for them. Thread-safe.
class Seats {
 public:
  struct Seat {
    bool held = true;
    std::string taken_by;  ///< Order number.
  };
  Result<SeatOwner::Taken> Take(const drivers::OpenPayment& payment) {
    MutexLock lock(mutex_);
    events_.push_back("take");
    if (away_) return Fail(ErrorCode::Timeout, "away");
    Seat& seat = seats_[payment.booking];
    if (seat.taken_by == payment.number) {
      return seat.held ? SeatOwner::Taken::Kept : SeatOwner::Taken::Ended;
    }
    if (!seat.held || !seat.taken_by.empty()) return SeatOwner::Taken::Never;
    seat.taken_by = payment.number;
    if (lose_answer_) {
      lose_answer_ = false;
      return Fail(ErrorCode::Timeout, "the answer was lost");
    }
    return SeatOwner::Taken::Kept;
  }
  Status Release(const std::string& booking) {
    MutexLock lock(mutex_);
    events_.push_back("release");
    if (away_) return Fail(ErrorCode::Unreachable, "away");
    seats_[booking].held = false;
    return {};
  }
  Seat Of(const std::string& booking) {
    MutexLock lock(mutex_);
    return seats_[booking];
  }
  void SetAway(bool away) {
    MutexLock lock(mutex_);
    away_ = away;
  }
  void LoseNextAnswer() {
    MutexLock lock(mutex_);
    lose_answer_ = true;
  }
  std::vector<std::string> Events() {
    MutexLock lock(mutex_);
    return events_;
  }

 private:
  Mutex mutex_;
  std::map<std::string, Seat> seats_ GUARDED_BY(mutex_);
  std::vector<std::string> events_ GUARDED_BY(mutex_);
  bool away_ GUARDED_BY(mutex_) = false;
  bool lose_answer_ GUARDED_BY(mutex_) = false;
};

class SeatsOf final : public SeatOwner {
 public:
  explicit SeatsOf(Seats& seats) : seats_(seats) {}
  Result<Taken> Take(const domain::OperationId& operation,
                     const drivers::OpenPayment& payment) override {
    EXPECT_EQ(drivers::OrderNumberOf(operation.Value()), payment.number);
    return seats_.Take(payment);
  }
  Status Release(const domain::AppointmentId& appointment) override {
    return seats_.Release(appointment.Value());
  }
  void Cancel() noexcept override {}

 private:
  Seats& seats_;
};

/// The machine's time, that can be turned forward. Thread-safe.
class TurnedClock final : public Clock {
 public:
  [[nodiscard]] WallTime Now() const override { return SystemClock().Now() + turned_.load(); }
  [[nodiscard]] MonotonicTime Monotonic() const override { return SystemClock().Monotonic(); }
  void Advance(seconds by) { turned_ = turned_.load() + by; }

 private:
  std::atomic<milliseconds> turned_{milliseconds(0)};
};

class PaymentDeskTest : public testing::Test {
 protected:
  PaymentDeskTest() : platform_(*PaymentPlatform::Start("H001", kKey)) { Start(); }

  void Start(const std::string& url = "") {
    desk_.reset();
    drivers::QrPlatformOptions platform;
    platform.base_url = url.empty() ? platform_->Url() : url;
    platform.merchant = "H001";
    platform.key = kKey;
    platform.timeout = milliseconds(500);
    PaymentDeskOptions options;
    options.journal = folder_.Path() + "/payments.journal";
    options.look_every = milliseconds(20);
    options.recover_every = milliseconds(50);
    auto desk = PaymentDesk::Open(
        options, *drivers::OpenQrPlatform(platform), std::make_unique<SeatsOf>(seats_), clock_,
        [this](flows::Event event) { static_cast<void>(told_.Post(std::move(event))); });
    ASSERT_TRUE(desk) << desk.error().detail;
    desk_ = std::move(*desk);
  }
  void Pay(const std::string& booking = "b1", seconds hold = seconds(600),
           flows::SessionNumber session = kSession) {
    desk_->Pay({session, domain::AppointmentId(booking), 5000, clock_.Now() + hold});
  }
  /// The next thing that the session hears.
  flows::PaymentProgress Heard() {
    const MonotonicTime until = SystemClock().Monotonic() + kLimit;
    while (heard_.empty() && SystemClock().Monotonic() < until) {
      for (flows::Event& event : told_.WaitAndTakeAll(milliseconds(100))) {
        heard_.push_back(std::get<flows::PaymentProgress>(event));
      }
    }
    if (heard_.empty()) {
      ADD_FAILURE() << "nothing is heard";
      return {};
    }
    const flows::PaymentProgress first = heard_.front();
    heard_.pop_front();
    return first;
  }
  std::string Open(const std::string& booking = "b1", seconds hold = seconds(600)) {
    Pay(booking, hold);
    EXPECT_EQ(Heard().state, State::Open);
    return platform_->Latest();
  }
  rig::PlatformOrder Order(const std::string& number) { return platform_->Orders()[number]; }
  template <typename Condition>
  bool Wait(const Condition& condition) {
    const MonotonicTime until = SystemClock().Monotonic() + kLimit;
    while (!condition()) {
      if (SystemClock().Monotonic() > until) return false;
      static_cast<void>(quiet_.WaitAndTakeAll(milliseconds(10)));
    }
    return true;
  }

  test::TempFolder folder_;
  TurnedClock clock_;
  std::unique_ptr<PaymentPlatform> platform_;
  Seats seats_;
  Mailbox<flows::Event> told_{256};
  Mailbox<int> quiet_{1};
  std::deque<flows::PaymentProgress> heard_;
  std::unique_ptr<PaymentDesk> desk_;
};

TEST_F(PaymentDeskTest, F21_APaidSeatIsTakenWithTheNumberThatWasPaid) {
  Pay();
  const flows::PaymentProgress open = Heard();
  EXPECT_EQ(open.state, State::Open);
  EXPECT_EQ(open.session, kSession);
  EXPECT_GE(open.code.side, 21);
  EXPECT_EQ(open.code.dark.size(), static_cast<std::size_t>(open.code.side * open.code.side));
  ASSERT_TRUE(platform_->Pay(platform_->Latest()));
  EXPECT_EQ(Heard().state, State::Paid);
  EXPECT_EQ(seats_.Of("b1").taken_by, platform_->Latest());
  EXPECT_EQ(Order(platform_->Latest()).taken_minor, 5000);
}

TEST_F(PaymentDeskTest, WhoDoesNotWantToPayGivesTheSeatBackFirstAndIsNeverChargedLater) {
  const std::string number = Open();
  desk_->GiveUp(kSession);
  EXPECT_EQ(Heard().state, State::GivenUp);
  EXPECT_EQ(seats_.Events(), std::vector<std::string>{"release"});
  EXPECT_FALSE(seats_.Of("b1").held);
  EXPECT_FALSE(platform_->Pay(number));
}

TEST_F(PaymentDeskTest, TheCardIsTakenBeforePayingAndNothingIsCharged) {
  const std::string number = Open();
  desk_->Leave(kSession);
  ASSERT_TRUE(Wait([&] { return Order(number).closed; }));
  EXPECT_FALSE(seats_.Of("b1").held);
  EXPECT_EQ(Order(number).taken_minor, 0);
}

TEST_F(PaymentDeskTest, WhoPaysAndTakesTheCardAtOnceHasTheSeat) {
  const std::string number = Open();
  ASSERT_TRUE(platform_->Pay(number));
  desk_->Leave(kSession);
  ASSERT_TRUE(Wait([&] { return seats_.Of("b1").taken_by == number; }));
  EXPECT_TRUE(seats_.Of("b1").held);
  EXPECT_EQ(Order(number).taken_minor, 5000);
}

TEST_F(PaymentDeskTest, APaymentThatTheSeatDidNotWaitForGoesBackAndTheSentenceSaysSo) {
  const std::string number = Open();
  ASSERT_TRUE(seats_.Release("b1"));  // The clinic was stopped.
  ASSERT_TRUE(platform_->Pay(number));
  EXPECT_EQ(Heard().state, State::GivenBack);
  EXPECT_EQ(Order(number).taken_minor, 0);
}

TEST_F(PaymentDeskTest, WithoutThePlatformNothingIsChargedAndTheSeatIsFree) {
  Start("http://127.0.0.1:1");
  Pay();
  EXPECT_EQ(Heard().state, State::Away);
  EXPECT_FALSE(seats_.Of("b1").held);
  EXPECT_TRUE(platform_->Orders().empty());
}

TEST_F(PaymentDeskTest, AnOrderWhoseCodeWasLostIsClosedAndNeverPaid) {
  platform_->FailNext(PlatformFault::Drop, 1, "create");
  Pay();
  EXPECT_EQ(Heard().state, State::Away);
  const std::string number = platform_->Latest();
  ASSERT_TRUE(Wait([&] { return Order(number).closed; }));
  EXPECT_FALSE(platform_->Pay(number));
}

TEST_F(PaymentDeskTest, APlatformThatFallsSilentIsUnknownUntilItAnswersAndThenBooked) {
  const std::string number = Open();
  testing::internal::CaptureStderr();
  platform_->FailNext(PlatformFault::Drop, 6, "query");
  EXPECT_EQ(Heard().state, State::Unknown);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("\"payment-trouble\""), std::string::npos) << log;
  EXPECT_EQ(log.find(number), std::string::npos) << "an order's number is somebody's";
  ASSERT_TRUE(platform_->Pay(number));
  flows::PaymentProgress next = Heard();
  if (next.state == State::Open) next = Heard();
  EXPECT_EQ(next.state, State::Paid);
  EXPECT_EQ(Order(number).taken_minor, 5000);
}

TEST_F(PaymentDeskTest, ALostAnswerOfTheHospitalTakesTheSeatOnce) {
  const std::string number = Open();
  seats_.LoseNextAnswer();
  ASSERT_TRUE(platform_->Pay(number));
  EXPECT_EQ(Heard().state, State::Paid);
  EXPECT_EQ(Order(number).taken_minor, 5000);
}

TEST_F(PaymentDeskTest, WhileTheHospitalIsAwayThePaymentWaitsForItsAnswer) {
  const std::string number = Open();
  seats_.SetAway(true);
  ASSERT_TRUE(platform_->Pay(number));
  EXPECT_EQ(Heard().state, State::Unknown);
  EXPECT_EQ(Order(number).taken_minor, 5000) << "not given back while nobody knows";
  desk_->Leave(kSession);
  seats_.SetAway(false);
  ASSERT_TRUE(Wait([&] { return seats_.Of("b1").taken_by == number; }));
  EXPECT_EQ(Order(number).taken_minor, 5000);
}

TEST_F(PaymentDeskTest, WhenTheTimeIsUpTheOrderIsClosed) {
  const std::string number = Open("b1");
  clock_.Advance(seconds(596));
  EXPECT_EQ(Heard().state, State::TimeUp);
  EXPECT_FALSE(platform_->Pay(number));
  EXPECT_FALSE(seats_.Of("b1").held);
}

TEST_F(PaymentDeskTest, AHoldThatIsNearlyOverIsNotPaidFor) {
  Pay("b1", seconds(10));
  EXPECT_EQ(Heard().state, State::Away);
  EXPECT_TRUE(platform_->Orders().empty());
}

TEST_F(PaymentDeskTest, AfterAPowerCutAPaidSeatIsTakenAndAnUnpaidOrderClosed) {
  const std::string paid = Open("b1");
  desk_->Stop();
  ASSERT_TRUE(platform_->Pay(paid));
  Start();
  ASSERT_TRUE(Wait([&] { return seats_.Of("b1").taken_by == paid; }));
  const std::string unpaid = Open("b2");
  desk_->Stop();
  Start();
  ASSERT_TRUE(Wait([&] { return Order(unpaid).closed; }));
  EXPECT_EQ(Order(paid).taken_minor, 5000);
  EXPECT_TRUE(seats_.Of("b2").taken_by.empty());
}

TEST_F(PaymentDeskTest, TheNextPatientNeverSeesThePaymentOfTheLast) {
  const std::string first = Open("b1");
  Pay("b2", seconds(600), kSession + 1);
  const flows::PaymentProgress open = Heard();
  EXPECT_EQ(open.session, kSession + 1);
  EXPECT_EQ(open.state, State::Open);
  EXPECT_TRUE(Order(first).closed);
  desk_->GiveUp(kSession);  // Of the first session, too late: it concerns nobody.
  ASSERT_TRUE(platform_->Pay(platform_->Latest()));
  const flows::PaymentProgress end = Heard();
  EXPECT_EQ(end.session, kSession + 1);
  EXPECT_EQ(end.state, State::Paid);
}

TEST_F(PaymentDeskTest, StoppingWhileThePlatformHangsTakesLessThanTwoSeconds) {
  Open();
  platform_->FailNext(PlatformFault::Hang, 1, "query");
  const MonotonicTime begun = SystemClock().Monotonic();
  desk_->Stop();
  EXPECT_LT(SystemClock().Monotonic() - begun, seconds(2));
}

}  // namespace
}  // namespace yizhan::app
