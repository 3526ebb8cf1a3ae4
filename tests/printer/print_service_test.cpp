#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "printer/printer.h"
#include "tests/printer/memory_ledger.h"
#include "tests/printer/recorded_events.h"

namespace yizhan::printer {
namespace {

using domain::PrintState;
using std::chrono::milliseconds;
using test::MemoryLedger;
using test::RecordedEvents;
using testing::ElementsAre;
using Kind = PrintEvent::Kind;

/// What the test tells the device to do. Thread-safe; outlives the device.
class Knobs {
 public:
  void Set(const DeviceStatus& status, bool reachable = true) {
    MutexLock lock(mutex_);
    status_ = status;
    reachable_ = reachable;
  }
  Result<DeviceStatus> Status() {
    MutexLock lock(mutex_);
    if (!reachable_) return Fail(ErrorCode::Unreachable, "");
    return status_;
  }
  bool Moves() {
    MutexLock lock(mutex_);
    return reachable_ && !status_.StandsStill();
  }
  void NoteJob(const std::string& name) {
    MutexLock lock(mutex_);
    names_.push_back(name);
  }
  std::vector<std::string> Names() {
    MutexLock lock(mutex_);
    return names_;
  }

 private:
  Mutex mutex_;
  DeviceStatus status_ GUARDED_BY(mutex_);
  bool reachable_ GUARDED_BY(mutex_) = true;
  std::vector<std::string> names_ GUARDED_BY(mutex_);
};

/// Prints at once what it is sent, unless it stands still.
class FakeDevice final : public PrintDevice {
 public:
  explicit FakeDevice(Knobs& knobs) : knobs_(knobs) {}

  Result<DeviceStatus> Status() override { return knobs_.Status(); }
  Result<int> CreateJob(const std::string& name, const Document&) override {
    knobs_.NoteJob(name);
    job_ = {.state = JobStatus::State::Waiting, .name = name, .impressions = 0, .incomplete = true};
    return 1;
  }
  yizhan::Status SendDocument(int, const Document&) override {
    job_.state = JobStatus::State::Printing;
    job_.incomplete = false;
    return {};
  }
  Result<std::optional<JobStatus>> Job(int) override {
    if (knobs_.Moves() && job_.state == JobStatus::State::Printing) {
      job_.state = JobStatus::State::Completed;
      job_.impressions = 1;
    }
    return std::optional<JobStatus>(job_);
  }
  Result<std::optional<int>> FindJob(const std::string&) override { return std::optional<int>(); }
  yizhan::Status CancelJob(int) override {
    job_.state = JobStatus::State::Cancelled;
    return {};
  }
  void Cancel() noexcept override {}

 private:
  Knobs& knobs_;
  JobStatus job_;
};

class PrintServiceTest : public testing::Test {
 protected:
  std::unique_ptr<PrintService> Start() {
    PrintServiceOptions options;
    options.name = "slips";
    options.limits.poll = milliseconds(1);
    options.limits.first_back_off = milliseconds(1);
    options.health_poll = milliseconds(5);
    return std::make_unique<PrintService>(options, std::make_unique<FakeDevice>(knobs_), ledger_,
                                          SystemClock(), events_.Listener());
  }
  static PrintOrder Order(const std::string& id) {
    return {
        .record_id = id,
        .copy = 1,
        .document = {
            .pdf = "%PDF", .pages = 1, .width_hundredths_mm = 8000, .height_hundredths_mm = 9000}};
  }
  PrintState StateOf(const std::string& id) {
    const auto record = ledger_.Find(id);
    return record ? record->state : PrintState::Ready;
  }

  Knobs knobs_;
  MemoryLedger ledger_;
  RecordedEvents events_;
};

TEST_F(PrintServiceTest, APageIsToldAsPrintingAndThenPrinted) {
  const auto service = Start();
  ASSERT_TRUE(service->Submit(Order("page-1")));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Printed));
  EXPECT_THAT(events_.Of("page-1"), ElementsAre(Kind::Printing, Kind::Printed));
  EXPECT_EQ(StateOf("page-1"), PrintState::Printed);
}

TEST_F(PrintServiceTest, TroubleIsToldAtOnceAlsoToThePagesThatWait) {
  knobs_.Set({.jam = true});
  const auto service = Start();
  ASSERT_TRUE(service->Submit(Order("first")));
  ASSERT_TRUE(service->Submit(Order("second")));
  EXPECT_TRUE(events_.WaitFor("first", Kind::Jam));
  EXPECT_TRUE(events_.WaitFor("second", Kind::Jam));
  knobs_.Set({.paper_out = true});
  EXPECT_TRUE(events_.WaitFor("second", Kind::PaperOut));
  knobs_.Set({});
  EXPECT_TRUE(events_.WaitFor("second", Kind::Printed));
  EXPECT_EQ(events_.Of("first").back(), Kind::Printed);
  EXPECT_THAT(knobs_.Names(), ElementsAre("YZ-first-a1", "YZ-second-a1"));
}

TEST_F(PrintServiceTest, EveryTroubleHasItsOwnWord) {
  const auto service = Start();
  const std::vector<std::pair<DeviceStatus, Kind>> table = {
      {{.paper_out = true}, Kind::PaperOut},
      {{.paper_out = true, .jam = true}, Kind::Jam},
      {{.cover_open = true}, Kind::CoverOpen},
      {{.other_trouble = true}, Kind::PrinterAway}};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::string id = "page-" + std::to_string(i);
    knobs_.Set(table[i].first);
    ASSERT_TRUE(service->Submit(Order(id)));
    EXPECT_TRUE(events_.WaitFor(id, table[i].second)) << i;
    knobs_.Set({});
    EXPECT_TRUE(events_.WaitFor(id, Kind::Printed));
  }
}

TEST_F(PrintServiceTest, AnAbsentPrinterIsToldAndThePageComesOutWhenItIsBack) {
  knobs_.Set({}, false);
  const auto service = Start();
  ASSERT_TRUE(service->Submit(Order("page-1")));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::PrinterAway));
  knobs_.Set({});
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Printed));
  EXPECT_EQ(knobs_.Names().size(), 1U);
}

TEST_F(PrintServiceTest, AnAbandonedPageNeverReachesThePrinterEvenFromTheEndOfTheQueue) {
  knobs_.Set({}, false);
  const auto service = Start();
  ASSERT_TRUE(service->Submit(Order("first")));
  ASSERT_TRUE(service->Submit(Order("second")));
  service->Abandon("second");
  EXPECT_TRUE(events_.WaitFor("second", Kind::Failed));
  EXPECT_EQ(StateOf("second"), PrintState::Cancelled);
  service->Abandon("first");
  EXPECT_TRUE(events_.WaitFor("first", Kind::Failed));
  EXPECT_TRUE(knobs_.Names().empty());
}

TEST_F(PrintServiceTest, AnAbandonedPageInAJamIsCancelledAndToldOnlyItsEnd) {
  const auto service = Start();
  knobs_.Set({.jam = true});
  ASSERT_TRUE(service->Submit(Order("page-1")));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Jam));
  service->Abandon("page-1");
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Failed));
  knobs_.Set({});
  ASSERT_TRUE(service->Submit(Order("page-2")));
  ASSERT_TRUE(events_.WaitFor("page-2", Kind::Printed));
  EXPECT_EQ(events_.Of("page-1").back(), Kind::Failed);
}

TEST_F(PrintServiceTest, AFailingLedgerPrintsNothing) {
  const auto service = Start();
  ledger_.SetFailing(true);
  ASSERT_TRUE(service->Submit(Order("page-1")));
  EXPECT_TRUE(events_.WaitFor("page-1", Kind::Failed));
  EXPECT_TRUE(knobs_.Names().empty());
}

TEST_F(PrintServiceTest, AnInterruptedPageIsPrintedByTheNextRunAndAnOldOneIsNot) {
  const auto add = [&](const std::string& id, std::chrono::seconds age, const char* printer) {
    const PrintOrder order = Order(id);
    domain::PrintRecord record{.id = id, .printer = printer, .pages = 1};
    record.changed_at = SystemClock().Now() - age;
    ASSERT_TRUE(ledger_.Add(record, Pack(order.document)));
  };
  add("young", std::chrono::seconds(5), "slips");
  add("old", std::chrono::hours(1), "slips");
  add("other", std::chrono::seconds(5), "reports");
  const auto service = Start();
  EXPECT_TRUE(events_.WaitFor("young", Kind::Printed));
  EXPECT_TRUE(events_.WaitFor("old", Kind::Failed));
  EXPECT_EQ(StateOf("other"), PrintState::Ready) << "it is another printer's";
}

TEST_F(PrintServiceTest, HealthIsToldOnceAndThenOnlyWhenItChanges) {
  const auto service = Start();
  EXPECT_TRUE(events_.WaitForHealth([](const PrinterHealth& h) { return h.Ready(); }));
  knobs_.Set({.toner_low = true});
  EXPECT_TRUE(events_.WaitForHealth([](const PrinterHealth& h) { return h.device.toner_low; }));
  knobs_.Set({.paper_out = true});
  EXPECT_TRUE(events_.WaitForHealth([](const PrinterHealth& h) { return !h.Ready(); }));
  knobs_.Set({}, false);
  EXPECT_TRUE(events_.WaitForHealth([](const PrinterHealth& h) { return !h.reachable; }));
}

TEST_F(PrintServiceTest, OrdersAfterTheStopAreRefused) {
  const auto service = Start();
  service->Stop();
  EXPECT_EQ(service->Submit(Order("page-1")).error().code, ErrorCode::Busy);
  service->Abandon("page-1");
}

}  // namespace
}  // namespace yizhan::printer
