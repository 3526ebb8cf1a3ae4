// Money that the hospital owes goes back by itself, once, whatever is killed or falls silent
// (domain.md F18, F20, F22).
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>

#include "backend/hospital/refunds/refund_sender.h"
#include "backend/payment/platform_client.h"
#include "tests/backend/booking_fixture.h"
#include "tests/rig/child_process.h"
#include "tests/rig/payment_platform.h"

namespace yizhan::test {
namespace {

using domain::BookingAct;
using hospital::RefundAnswer;
using hospital::RefundState;
using rig::PaymentPlatform;
using rig::PlatformFault;

constexpr const char* kKey = "the hospital's payment key";
constexpr const char* kOrder = "YZ0123456789abcdef";
constexpr std::int64_t kFee = 5000;

Result<std::unique_ptr<hospital::RefundGateway>> GatewayTo(const std::string& url,
                                                           const std::string& folder) {
  const std::string file = folder + "/payment.key";
  std::ofstream(file) << kKey << "\n";
  return hospital::OpenPlatformRefunds({url, "H001", file, ""});
}

/// The booking fixture with a payment platform beside it.
class RefundsTest : public BookingFixture {
 protected:
  RefundsTest() : platform(*PaymentPlatform::Start("H001", kKey)) {}

  /// zhang has booked s-1 and paid for it at the platform as this order.
  std::string PaidBooking(const std::string& order = kOrder, const std::string& slot = "s-1") {
    EXPECT_EQ(Book("zhang", slot, true), "locked");
    payment::PlatformOptions options;
    options.base_url = platform->Url();
    options.merchant = "H001";
    options.key = kKey;
    const auto client = *payment::PlatformClient::Open(options);
    EXPECT_TRUE(client->Ask("create", order, {{"amount", "5000"}}));
    EXPECT_TRUE(platform->Pay(order));
    hospital::ActRequest take;
    take.appointment_id = last;
    take.act = BookingAct::Take;
    take.who = "K3";
    take.paid_minor = kFee;
    take.payment_order = order;
    EXPECT_EQ(Said(desk->Act(take)), "booked");
    return last;
  }
  /// Looks again and again, later and later, until nothing is due any more.
  void Settle(int looks = 60) {
    const auto gateway = GatewayTo(platform->Url(), folder.Path());
    ASSERT_TRUE(gateway) << gateway.error().detail;
    hospital::RefundSender sender(*store, clock, **gateway);
    WallTime now = clock.Now();
    for (int i = 0; i < looks && !Due().empty(); ++i) {
      ASSERT_TRUE(sender.Work());
      now += std::chrono::minutes(61);
      clock.Set(ToInstant(now));
    }
  }
  std::vector<hospital::Refund> Due() { return *hospital::OpenRefunds(*store, 100); }
  std::int64_t Taken(const std::string& order = kOrder) {
    return platform->Orders()[order].taken_minor;
  }
  std::size_t Refunds(const std::string& order = kOrder) {
    return platform->Orders()[order].refunds.size();
  }
  std::string Invoice(const std::string& id) {
    return Parse(store->Read("Invoice", Record(id).invoice_id)->text)["status"].AsString();
  }

  std::unique_ptr<PaymentPlatform> platform;
};

TEST_F(RefundsTest, F18_CancelledInTimeEverythingGoesBackOnce) {
  const std::string id = PaidBooking();
  EXPECT_EQ(Invoice(id), "balanced") << "else the patient would be asked to pay again";
  EXPECT_EQ(Act(id, BookingAct::Cancel), "cancelled");
  ASSERT_EQ(Due().size(), 1U);
  EXPECT_EQ(Due()[0].amount_minor, kFee);
  Settle();
  EXPECT_EQ(Taken(), 0);
  EXPECT_EQ(Refunds(), 1U);
  EXPECT_EQ(Invoice(id), "cancelled");
  EXPECT_TRUE(Due().empty());
}

TEST_F(RefundsTest, F20_AStoppedClinicGivesEveryPrepaidFeeBack) {
  const std::string id = PaidBooking();
  ASSERT_EQ(Book("li", "s-2"), "booked");
  ASSERT_TRUE(desk->StopSchedule({"s", "office", "医生停诊"}));
  EXPECT_EQ(StateOf(id), "stopped");
  ASSERT_EQ(Due().size(), 1U) << "who paid nothing is owed nothing";
  Settle();
  EXPECT_EQ(Taken(), 0);
}

TEST_F(RefundsTest, F22_ThePenaltyStaysAndItsWaiverGoesBackAsASecondRefund) {
  const std::string id = PaidBooking();
  Local("10:00:00");  // The slot is over; nobody came.
  Sweep();
  ASSERT_EQ(StateOf(id), "no-show");
  Settle();
  EXPECT_EQ(Taken(), 1000);
  EXPECT_EQ(Invoice(id), "balanced");
  ASSERT_TRUE(desk->Waive(id, "office", "住院"));
  Settle();
  EXPECT_EQ(Taken(), 0);
  EXPECT_EQ(Refunds(), 2U);
}

TEST_F(RefundsTest, F21_ASeatThatIsPaidWithAnotherSumIsNotTaken) {
  ASSERT_EQ(Book("zhang", "s-1", true), "locked");
  EXPECT_EQ(Act(last, BookingAct::Take, 4999), "not-paid");
  EXPECT_EQ(Act(last, BookingAct::Cancel), "lock-expired");
  EXPECT_EQ(Invoice(last), "cancelled") << "nobody is asked for it any more";
  EXPECT_TRUE(Due().empty());
}

TEST_F(RefundsTest, NoBadAnswerOfThePlatformGivesMoneyBackTwiceOrNever) {
  int number = 0;
  for (const PlatformFault fault :
       {PlatformFault::Drop, PlatformFault::Garbage, PlatformFault::WrongSign,
        PlatformFault::Replay, PlatformFault::Huge, PlatformFault::Busy, PlatformFault::Failed}) {
    const std::string order = kOrder + std::to_string(++number);
    clock.Set("2026-03-10T06:00:00+08:00");
    const std::string id = PaidBooking(order, "s-" + std::to_string(1 + number % 4));
    ASSERT_EQ(Act(id, BookingAct::Cancel), "cancelled");
    platform->FailNext(fault, 3);
    Settle();
    EXPECT_EQ(Taken(order), 0) << number;
    EXPECT_EQ(Refunds(order), 1U) << number;
    EXPECT_TRUE(Due().empty()) << number;
    // The seat is sold again by hand, for the next turn.
    Put(R"({"resourceType":"Slot","id":")" + Record(id).slot_id +
        R"(","schedule":{"reference":"Schedule/s"},"status":"free",)"
        R"("start":"2026-03-10T10:00:00+08:00","end":"2026-03-10T10:30:00+08:00"})");
  }
}

TEST_F(RefundsTest, WhatThePlatformOnlyTookNoteOfIsAskedForUntilItIsDone) {
  ASSERT_EQ(Act(PaidBooking(), BookingAct::Cancel), "cancelled");
  platform->HoldRefunds(true);
  Settle(3);
  ASSERT_EQ(Due().size(), 1U);
  EXPECT_EQ(Due()[0].state, RefundState::Asked);
  platform->HoldRefunds(false);
  Settle();
  EXPECT_TRUE(Due().empty());
  EXPECT_EQ(Refunds(), 1U);
}

TEST_F(RefundsTest, AnOrderThatTheTerminalGaveBackIsNotGivenBackAgain) {
  ASSERT_EQ(Act(PaidBooking(), BookingAct::Cancel), "cancelled");
  payment::PlatformOptions options;
  options.base_url = platform->Url();
  options.merchant = "H001";
  options.key = kKey;
  ASSERT_TRUE((*payment::PlatformClient::Open(options))->Ask("reverse", kOrder, {}));
  Settle();
  EXPECT_TRUE(Due().empty());
  EXPECT_EQ(Refunds(), 0U);
}

TEST_F(RefundsTest, WhatCannotGoBackByItselfWaitsForAPersonWithItsReason) {
  ASSERT_EQ(Book("zhang", "s-1", true), "locked");
  const std::string by_cash = last;
  ASSERT_EQ(Act(by_cash, BookingAct::Take, kFee), "booked");
  ASSERT_EQ(Act(by_cash, BookingAct::Cancel), "cancelled");
  ASSERT_EQ(Due().size(), 1U);
  EXPECT_EQ(Due()[0].state, RefundState::Stuck);
  EXPECT_EQ(Due()[0].reason, "no-order");
  const std::string key = Due()[0].key;
  EXPECT_FALSE(hospital::SettleStuckRefund(*store, key, false, "wang", "", clock.Now()));
  ASSERT_TRUE(hospital::SettleStuckRefund(*store, key, true, "wang", "现金", clock.Now()));
  EXPECT_TRUE(Due().empty());
  EXPECT_FALSE(hospital::SettleStuckRefund(*store, key, true, "wang", "现金", clock.Now()))
      << "not twice";
}

TEST_F(RefundsTest, AnOrderThatThePlatformDoesNotKnowIsStuckAndCanBeTriedAgain) {
  const std::string id = PaidBooking();
  ASSERT_EQ(Act(id, BookingAct::Cancel), "cancelled");
  const auto real = std::move(platform);
  platform = *PaymentPlatform::Start("H001", kKey);
  Settle();
  ASSERT_EQ(Due().size(), 1U);
  EXPECT_EQ(Due()[0].state, RefundState::Stuck);
  EXPECT_EQ(Due()[0].reason, "unknown-order");
  ASSERT_TRUE(hospital::SettleStuckRefund(*store, Due()[0].key, false, "wang", "", clock.Now()));
  platform = std::move(*PaymentPlatform::Start("H001", kKey));
  const auto gateway = GatewayTo(real->Url(), folder.Path());
  hospital::RefundSender sender(*store, clock, **gateway);
  ASSERT_TRUE(sender.Work());
  EXPECT_EQ(real->Orders()[kOrder].taken_minor, 0);
  EXPECT_TRUE(Due().empty());
}

TEST_F(RefundsTest, AfterTwoDaysWithoutAnAnswerAPersonMustLook) {
  ASSERT_EQ(Act(PaidBooking(), BookingAct::Cancel), "cancelled");
  platform->FailNext(PlatformFault::Failed, 1000);
  Settle(100);
  ASSERT_EQ(Due().size(), 1U);
  EXPECT_EQ(Due()[0].reason, "no-answer");
  EXPECT_EQ(Taken(), 0) << "it was given back at once; only nobody said so";
  EXPECT_EQ(Refunds(), 1U);
}

/// While it is asked for the first time, another process does all there is to do.
class Overtaken final : public hospital::RefundGateway {
 public:
  Overtaken(hospital::RefundGateway& inner, std::function<void()> meanwhile)
      : inner_(inner), meanwhile_(std::move(meanwhile)) {}
  Result<RefundAnswer> Refund(const std::string& order, const std::string& number,
                              std::int64_t amount_minor) override {
    asked.push_back(order);
    if (asked.size() == 1) meanwhile_();
    return inner_.Refund(order, number, amount_minor);
  }
  Result<RefundAnswer> Query(const std::string& order, const std::string& number) override {
    asked.push_back(order);
    return inner_.Query(order, number);
  }
  void Cancel() noexcept override {}
  std::vector<std::string> asked;

 private:
  hospital::RefundGateway& inner_;
  const std::function<void()> meanwhile_;
};

TEST_F(RefundsTest, WhatAnotherProcessGaveBackMeanwhileIsNotAskedForAgain) {
  ASSERT_EQ(Act(PaidBooking("YZ-first", "s-1"), BookingAct::Cancel), "cancelled");
  ASSERT_EQ(Act(PaidBooking("YZ-second", "s-2"), BookingAct::Cancel), "cancelled");
  const auto gateway = GatewayTo(platform->Url(), folder.Path());
  ASSERT_TRUE(gateway);
  hospital::RefundSender other(*store, clock, **gateway);
  Overtaken slow(**gateway, [&] { EXPECT_TRUE(other.Work()); });
  hospital::RefundSender sender(*store, clock, slow);
  ASSERT_TRUE(sender.Work());
  EXPECT_EQ(slow.asked.size(), 1U) << "the other one is done";
  EXPECT_TRUE(Due().empty());
  EXPECT_EQ(Taken("YZ-first"), 0);
  EXPECT_EQ(Taken("YZ-second"), 0);
  EXPECT_EQ(Refunds("YZ-first"), 1U);
  EXPECT_EQ(Refunds("YZ-second"), 1U);
}

// ---- killed at every step -------------------------------------------------------------------

/// Ends the process at its n-th step.
class Fate {
 public:
  explicit Fate(int steps) : left_(steps) {}
  void Step() {
    if (--left_ == 0) ::_exit(9);
  }

 private:
  std::atomic<int> left_;
};

class FatefulClock final : public Clock {
 public:
  FatefulClock(const Clock& inner, Fate& fate) : inner_(inner), fate_(fate) {}
  [[nodiscard]] WallTime Now() const override {
    fate_.Step();
    return inner_.Now();
  }
  [[nodiscard]] MonotonicTime Monotonic() const override { return inner_.Monotonic(); }

 private:
  const Clock& inner_;
  Fate& fate_;
};

class FatefulGateway final : public hospital::RefundGateway {
 public:
  FatefulGateway(hospital::RefundGateway& inner, Fate& fate) : inner_(inner), fate_(fate) {}
  Result<RefundAnswer> Refund(const std::string& order, const std::string& number,
                              std::int64_t amount_minor) override {
    fate_.Step();
    auto answer = inner_.Refund(order, number, amount_minor);
    fate_.Step();
    return answer;
  }
  Result<RefundAnswer> Query(const std::string& order, const std::string& number) override {
    fate_.Step();
    auto answer = inner_.Query(order, number);
    fate_.Step();
    return answer;
  }
  void Cancel() noexcept override {}

 private:
  hospital::RefundGateway& inner_;
  Fate& fate_;
};

constexpr const char* kFolder = "YIZHAN_REFUND_FOLDER";
constexpr const char* kUrl = "YIZHAN_REFUND_URL";
constexpr const char* kBooking = "YIZHAN_REFUND_BOOKING";
constexpr const char* kSteps = "YIZHAN_REFUND_STEPS";

/// The server process that dies: run by the test below, never by itself.
TEST(RefundsChild, DISABLED_CancelsAndGivesBackUntilItDies) {
  ASSERT_NE(std::getenv(kFolder), nullptr);
  const HandClock hand("2026-03-10T06:00:00+08:00");
  Fate fate(std::atoi(std::getenv(kSteps)));
  const FatefulClock clock(hand, fate);
  auto store = store::OpenSqliteStore({std::getenv(kFolder), TimeZone{}}, hand);
  ASSERT_TRUE(store) << store.error().detail;
  hospital::Bookings desk(**store, clock, hospital::BookingRules{});
  ASSERT_TRUE(desk.Act({std::string("cancel-") + std::getenv(kBooking), std::getenv(kBooking),
                        BookingAct::Cancel, "K3", "", 0}));
  fate.Step();
  const auto inner = GatewayTo(std::getenv(kUrl), std::getenv(kFolder));
  ASSERT_TRUE(inner);
  FatefulGateway gateway(**inner, fate);
  hospital::RefundSender sender(**store, clock, gateway);
  ASSERT_TRUE(sender.Work());
  ::_exit(0);
}

TEST_F(RefundsTest, KilledAtEveryStepTheMoneyGoesBackExactlyOnce) {
  if (engine != Engine::Sqlite) GTEST_SKIP() << "the dying process opens SQLite";
  int killed = 0;
  for (int steps = 1; steps < 100; ++steps) {
    const std::string order = kOrder + std::to_string(steps);
    clock.Set("2026-03-10T06:00:00+08:00");
    PutSlot("k-" + std::to_string(steps), "s", "2026-03-10T10:00", "2026-03-10T10:30");
    const std::string id = PaidBooking(order, "k-" + std::to_string(steps));
    desk.reset();
    store.reset();
    rig::ChildOptions child;
    child.arguments = {"/proc/self/exe", "--gtest_filter=RefundsChild.*",
                       "--gtest_also_run_disabled_tests"};
    child.environment = {{kFolder, folder.Path()},
                         {kUrl, platform->Url()},
                         {kBooking, id},
                         {kSteps, std::to_string(steps)}};
    child.log_path = folder.Path() + "/child.log";
    auto process = rig::ChildProcess::Start(child);
    ASSERT_TRUE(process);
    const int code = process->Wait();
    ASSERT_TRUE(code == 0 || code == 9) << code;
    Reopen();
    With(hospital::BookingRules{});
    // The patient (or the terminal) says it again; it was the same operation.
    ASSERT_EQ(Said(desk->Act({"cancel-" + id, id, BookingAct::Cancel, "K3", "", 0})), "cancelled")
        << steps;
    Settle();
    EXPECT_EQ(Taken(order), 0) << steps;
    EXPECT_EQ(Refunds(order), 1U) << steps;
    EXPECT_TRUE(Due().empty()) << steps;
    if (code == 0) break;
    ++killed;
  }
  EXPECT_GE(killed, 6);
}

}  // namespace
}  // namespace yizhan::test
