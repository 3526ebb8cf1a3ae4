#include "printer/job_machine.h"

#include <gtest/gtest.h>

namespace yizhan::printer {
namespace {

using domain::PrintRecord;
using domain::PrintState;
using std::chrono::seconds;
using Action = JobMachine::Action;

PrintRecord Record(PrintState state, int attempt = 0, int job_id = 0) {
  return {.id = "0123456789",
          .state = state,
          .printer = "slips",
          .attempt = attempt,
          .job_id = job_id,
          .pages = 2};
}

JobStatus Job(JobStatus::State state, int impressions, bool incomplete = false) {
  return {.state = state,
          .name = "YZ-01234567-a1",
          .impressions = impressions,
          .incomplete = incomplete};
}

using Answer = Result<std::optional<JobStatus>>;

/// A machine and the time it lives in.
struct Bench {
  explicit Bench(JobMachine m) : machine(std::move(m)) {}

  Action Next() { return machine.Next(now); }
  void Pass(std::chrono::milliseconds time) { now += time; }
  /// Lets a pause end.
  void Wait() {
    ASSERT_EQ(Next(), Action::Pause);
    Pass(machine.PauseLength());
    machine.OnPaused();
  }
  void Store(PrintState expected) {
    ASSERT_EQ(Next(), Action::Store);
    ASSERT_EQ(machine.Record().state, expected);
    machine.OnStored();
  }
  void ReachSent() {
    ASSERT_EQ(Next(), Action::Probe);
    machine.OnProbe(DeviceStatus{});
    Store(PrintState::Creating);
    ASSERT_EQ(Next(), Action::Create);
    machine.OnCreate(7);
    Store(PrintState::Created);
    Store(PrintState::Sending);
    ASSERT_EQ(Next(), Action::Send);
    machine.OnSend({});
    Store(PrintState::Sent);
    ASSERT_EQ(Next(), Action::Observe);
  }
  void Observe(const Answer& answer, bool stands_still = false) {
    ASSERT_EQ(Next(), Action::Observe);
    machine.OnObserve(answer, stands_still, now);
  }
  void ExpectEnd(PrintState state) {
    Store(state);
    EXPECT_EQ(Next(), Action::Finished);
  }

  JobMachine machine;
  MonotonicTime now{};
};

Bench Fresh() { return Bench(JobMachine::Fresh(Record(PrintState::Ready), {}, {})); }
Bench Recovered(PrintState state, bool wanted = true, int attempt = 1) {
  const int job = state == PrintState::Ready || state == PrintState::Creating ? 0 : 7;
  return Bench(JobMachine::Recovered(Record(state, attempt, job), wanted, {}, {}));
}

TEST(JobMachineTest, EveryStateIsStoredBeforeTheStepItAllows) {
  Bench bench = Fresh();
  bench.ReachSent();
  EXPECT_EQ(bench.machine.Record().job_id, 7);
  EXPECT_EQ(bench.machine.Record().attempt, 1);
  bench.Observe(Job(JobStatus::State::Printing, 1));
  bench.Wait();
  bench.Observe(Job(JobStatus::State::Completed, 2));
  bench.ExpectEnd(PrintState::Printed);
}

TEST(JobMachineTest, CompletedWithoutAllPagesIsUncertainAfterASecondLook) {
  for (const int impressions : {-1, 0, 1}) {
    Bench bench = Fresh();
    bench.ReachSent();
    for (int look = 0; look < 3; ++look) {
      bench.Observe(Job(JobStatus::State::Completed, impressions));
      bench.Wait();
    }
    bench.Observe(Job(JobStatus::State::Completed, impressions));
    bench.ExpectEnd(PrintState::Uncertain);
  }
}

TEST(JobMachineTest, APageCountedLateIsStillProof) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.Observe(Job(JobStatus::State::Completed, 1));
  bench.Wait();
  bench.Observe(Job(JobStatus::State::Completed, 2));
  bench.ExpectEnd(PrintState::Printed);
}

TEST(JobMachineTest, APowerCycledPrinterMakesThePageUncertain) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.Observe(std::optional<JobStatus>());
  bench.ExpectEnd(PrintState::Uncertain);
}

TEST(JobMachineTest, AnotherJobUnderOurIdIsNotOurs) {
  Bench bench = Fresh();
  bench.ReachSent();
  JobStatus other = Job(JobStatus::State::Completed, 2);
  other.name = "YZ-99999999-a1";
  bench.Observe(std::optional<JobStatus>(other));
  bench.ExpectEnd(PrintState::Uncertain);
}

TEST(JobMachineTest, AnAbortWithoutPaperIsTriedAgainAndNotForever) {
  Bench bench = Fresh();
  for (int attempt = 1; attempt <= 3; ++attempt) {
    bench.ReachSent();
    EXPECT_EQ(bench.machine.Record().attempt, attempt);
    JobStatus job = Job(JobStatus::State::Aborted, 0);
    job.name = JobName(bench.machine.Record());
    bench.Observe(std::optional<JobStatus>(job));
    if (attempt < 3) {
      bench.Store(PrintState::Ready);
      EXPECT_EQ(bench.machine.PauseLength(), std::chrono::milliseconds(500 * attempt))
          << "each wait is longer";
      bench.Wait();
    }
  }
  bench.ExpectEnd(PrintState::Cancelled);
}

TEST(JobMachineTest, AnAbortAfterAPageIsUncertain) {
  for (const int impressions : {-1, 1, 2}) {
    Bench bench = Fresh();
    bench.ReachSent();
    bench.Observe(Job(JobStatus::State::Aborted, impressions));
    bench.ExpectEnd(PrintState::Uncertain);
  }
}

TEST(JobMachineTest, AJobCancelledAtThePrinterIsNotMadeAgain) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.Observe(Job(JobStatus::State::Cancelled, 0));
  bench.ExpectEnd(PrintState::Cancelled);
}

TEST(JobMachineTest, ABusyOrAbsentPrinterIsWaitedForWithoutCountingAttempts) {
  Bench bench = Fresh();
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(bench.Next(), Action::Probe);
    if (i % 2 == 0) {
      bench.machine.OnProbe(DeviceStatus{.busy = true});
    } else {
      bench.machine.OnProbe(Fail(ErrorCode::Unreachable, ""));
    }
    bench.Wait();
  }
  ASSERT_EQ(bench.Next(), Action::Probe);
  bench.machine.OnProbe(DeviceStatus{});
  bench.Store(PrintState::Creating);
  bench.machine.OnCreate(Fail(ErrorCode::Busy, ""));
  bench.Store(PrintState::Ready);
  bench.Wait();
  bench.ReachSent();
  EXPECT_EQ(bench.machine.Record().attempt, 1);
}

TEST(JobMachineTest, AnUnansweredCreateIsLookedForByNameAndCancelled) {
  Bench bench = Fresh();
  bench.machine.OnProbe(DeviceStatus{});
  bench.Store(PrintState::Creating);
  bench.machine.OnCreate(Fail(ErrorCode::Timeout, ""));
  bench.Wait();
  ASSERT_EQ(bench.Next(), Action::Find);
  bench.machine.OnFind(Fail(ErrorCode::Unreachable, ""));
  bench.Wait();
  bench.machine.OnFind(std::optional<int>(9));
  ASSERT_EQ(bench.Next(), Action::Cancel);
  EXPECT_EQ(bench.machine.Record().job_id, 9);
  bench.machine.OnCancel({});
  bench.Store(PrintState::Ready);
}

TEST(JobMachineTest, AnEmptyJobIsNotLeftBehindInThePrinter) {
  Bench bench = Recovered(PrintState::Created);
  ASSERT_EQ(bench.Next(), Action::Cancel);
  bench.machine.OnCancel(Fail(ErrorCode::Unreachable, ""));
  bench.Wait();
  ASSERT_EQ(bench.Next(), Action::Find);
  bench.machine.OnFind(std::optional<int>(7));
  ASSERT_EQ(bench.Next(), Action::Cancel);
  bench.machine.OnCancel(Fail(ErrorCode::Refused, "has ended"));
  bench.Store(PrintState::Ready);
}

TEST(JobMachineTest, ARefusedJobEndsAsCancelledAfterItsAttempts) {
  Bench bench = Fresh();
  for (int attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_EQ(bench.Next(), Action::Probe);
    bench.machine.OnProbe(DeviceStatus{});
    bench.Store(PrintState::Creating);
    bench.machine.OnCreate(Fail(ErrorCode::Refused, ""));
    if (attempt < 3) {
      bench.Store(PrintState::Ready);
      bench.Wait();
    }
  }
  bench.ExpectEnd(PrintState::Cancelled);
}

TEST(JobMachineTest, AHalfSentDocumentIsCancelledOnceThePrinterSurelyWaitsForMore) {
  Bench bench = Fresh();
  bench.machine.OnProbe(DeviceStatus{});
  bench.Store(PrintState::Creating);
  bench.machine.OnCreate(7);
  bench.Store(PrintState::Created);
  bench.Store(PrintState::Sending);
  bench.machine.OnSend(Fail(ErrorCode::Timeout, ""));
  for (int look = 0; look < 2; ++look) {
    bench.Observe(Job(JobStatus::State::Waiting, 0, true));
    bench.Wait();
  }
  bench.Observe(Job(JobStatus::State::Waiting, 0, true));
  ASSERT_EQ(bench.Next(), Action::Cancel);
  bench.machine.OnCancel({});
  bench.Wait();
  bench.Observe(Job(JobStatus::State::Cancelled, 0));
  bench.Store(PrintState::Ready);
}

TEST(JobMachineTest, ADocumentThatArrivedAlthoughSendingFailedIsWatchedNotSentAgain) {
  Bench bench = Recovered(PrintState::Sending);
  bench.Observe(Job(JobStatus::State::Printing, 0));
  bench.Wait();
  bench.Observe(Job(JobStatus::State::Completed, 2));
  bench.ExpectEnd(PrintState::Printed);
}

TEST(JobMachineTest, RecoveryBeforeAnyPageDataMakesANewJob) {
  Bench ready = Recovered(PrintState::Ready);
  EXPECT_EQ(ready.Next(), Action::Probe);

  Bench creating = Recovered(PrintState::Creating);
  ASSERT_EQ(creating.Next(), Action::Find);
  creating.machine.OnFind(std::optional<int>());
  creating.Store(PrintState::Ready);

  Bench created = Recovered(PrintState::Created);
  ASSERT_EQ(created.Next(), Action::Cancel);
  created.machine.OnCancel({});
  created.Store(PrintState::Ready);
}

TEST(JobMachineTest, AnOldPageIsTidiedUpButNotPrintedForAPatientWhoHasGone) {
  Bench ready = Recovered(PrintState::Ready, false);
  ready.ExpectEnd(PrintState::Cancelled);

  Bench creating = Recovered(PrintState::Creating, false);
  ASSERT_EQ(creating.Next(), Action::Find);
  creating.machine.OnFind(std::optional<int>(4));
  ASSERT_EQ(creating.Next(), Action::Cancel);
  creating.machine.OnCancel({});
  creating.ExpectEnd(PrintState::Cancelled);

  Bench sent = Recovered(PrintState::Sent, false);
  sent.Observe(Job(JobStatus::State::Completed, 2));
  sent.ExpectEnd(PrintState::Printed);
}

TEST(JobMachineTest, AHalfSentJobThatAKilledRunHadCancelledIsMadeAgain) {
  Bench bench = Recovered(PrintState::Sending);
  bench.Observe(Job(JobStatus::State::Cancelled, 0));
  bench.Store(PrintState::Ready);
}

TEST(JobMachineTest, APageThatCrashesTheProgramIsNotTriedForever) {
  Bench bench = Recovered(PrintState::Created, true, 3);
  ASSERT_EQ(bench.Next(), Action::Cancel);
  bench.machine.OnCancel({});
  bench.ExpectEnd(PrintState::Cancelled);
}

TEST(JobMachineTest, AnAbandonedPageThatHasNotBegunNeverComesOut) {
  Bench waiting = Fresh();
  waiting.machine.OnProbe(DeviceStatus{.busy = true});
  waiting.machine.Abandon(waiting.now);
  waiting.ExpectEnd(PrintState::Cancelled);

  Bench created = Fresh();
  created.machine.OnProbe(DeviceStatus{});
  created.Store(PrintState::Creating);
  created.machine.Abandon(created.now);
  created.machine.OnCreate(7);
  created.Store(PrintState::Created);
  ASSERT_EQ(created.Next(), Action::Cancel);
  created.machine.OnCancel({});
  created.ExpectEnd(PrintState::Cancelled);
}

TEST(JobMachineTest, AnAbandonedPageInAPrinterWithoutPaperIsCancelled) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.Observe(Job(JobStatus::State::Printing, 0), true);
  bench.Wait();
  bench.machine.Abandon(bench.now);
  bench.Observe(Job(JobStatus::State::Printing, 0), true);
  ASSERT_EQ(bench.Next(), Action::Cancel);
  bench.machine.OnCancel({});
  bench.Wait();
  bench.Observe(Job(JobStatus::State::Printing, 0), true);
  bench.Wait();
  bench.Observe(Job(JobStatus::State::Cancelled, 0), true);
  bench.ExpectEnd(PrintState::Cancelled);
}

TEST(JobMachineTest, ACancelledJobThatWillNotEndIsUncertain) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.machine.Abandon(bench.now);
  bench.Observe(Job(JobStatus::State::Stopped, 0), true);
  bench.machine.OnCancel({});
  bench.Pass(seconds(31));
  bench.ExpectEnd(PrintState::Uncertain);
}

TEST(JobMachineTest, AnAbandonedPageUnderWayMayFinish) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.machine.Abandon(bench.now);
  bench.Observe(Job(JobStatus::State::Printing, 1));
  bench.Wait();
  bench.Observe(Job(JobStatus::State::Completed, 2));
  bench.ExpectEnd(PrintState::Printed);
}

TEST(JobMachineTest, AnAbandonedPageUnderWayIsCancelledWhenItTakesTooLong) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.machine.Abandon(bench.now);
  bench.Pass(seconds(9));
  bench.Observe(Job(JobStatus::State::Printing, 1));
  EXPECT_EQ(bench.Next(), Action::Cancel);
}

TEST(JobMachineTest, APageNobodyAsksForAnyMoreIsGivenUpByItself) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.Pass(std::chrono::minutes(11));
  bench.Observe(Job(JobStatus::State::Printing, 0), true);
  EXPECT_EQ(bench.Next(), Action::Cancel);
}

TEST(JobMachineTest, AnUnreachablePrinterWithOurPageIsUncertainOnlyAfterTheLimit) {
  Bench bench = Fresh();
  bench.ReachSent();
  bench.machine.Abandon(bench.now);
  for (int i = 0; i < 100; ++i) {
    bench.Observe(Fail(ErrorCode::Unreachable, ""));
    bench.Wait();
  }
  bench.Pass(seconds(10));
  bench.ExpectEnd(PrintState::Uncertain);
}

TEST(JobMachineTest, AFailingLedgerStopsEverythingAndIsHonestAboutThePage) {
  Bench early = Fresh();
  early.machine.OnProbe(DeviceStatus{});
  ASSERT_EQ(early.Next(), Action::Store);
  early.machine.OnStoreFailed();
  EXPECT_EQ(early.Next(), Action::Finished);
  EXPECT_EQ(early.machine.Record().state, PrintState::Cancelled);

  Bench unsent = Fresh();
  unsent.machine.OnProbe(DeviceStatus{});
  unsent.Store(PrintState::Creating);
  unsent.machine.OnCreate(7);
  unsent.Store(PrintState::Created);
  unsent.machine.OnStoreFailed();
  EXPECT_EQ(unsent.Next(), Action::Finished);
  EXPECT_EQ(unsent.machine.Record().state, PrintState::Cancelled);

  Bench sent = Recovered(PrintState::Sending);
  sent.Observe(std::optional<JobStatus>());
  ASSERT_EQ(sent.Next(), Action::Store);
  sent.machine.OnStoreFailed();
  EXPECT_EQ(sent.machine.Record().state, PrintState::Uncertain);

  Bench out = Fresh();
  out.ReachSent();
  out.Observe(Job(JobStatus::State::Completed, 2));
  out.machine.OnStoreFailed();
  EXPECT_EQ(out.machine.Record().state, PrintState::Printed);
}

TEST(JobMachineTest, TheJobsNameTellsNothingButAPartOfTheRecordsId) {
  EXPECT_EQ(JobName(Record(PrintState::Sent, 2)), "YZ-01234567-a2");
}

}  // namespace
}  // namespace yizhan::printer
