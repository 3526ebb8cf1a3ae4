/// \file
/// The store killed between any two writes, cut from power at any write, and on a disk that is full
/// or fails at any write. A child process works and says through a pipe what it was promised; then
/// the file is opened again and must hold at least that, and nothing half.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <set>
#include <sstream>

#include "base/unique_fd.h"
#include "offline-store/check_ins.h"
#include "offline-store/directory_cache.h"
#include "offline-store/outbox.h"
#include "offline-store/print_ledger_table.h"
#include "offline-store/ticket_counter.h"
#include "tests/offline-store/faulty_vfs.h"
#include "tests/offline-store/store_fixture.h"

namespace yizhan::offline {
namespace {

using domain::AppointmentId;
using domain::OperationId;
using domain::PrintState;
using test::At;
using test::Fault;
using test::kDay;

constexpr int kPatients = 2;

using Promise = std::function<void(const std::string&)>;

std::string Name(const char* what, int i) { return std::string(what) + std::to_string(i); }

Status CheckInAndPrint(Database& database, int i, const Promise& promise) {
  const CheckInDraft draft{.operation = OperationId(Name("op", i)),
                           .appointment = AppointmentId(Name("visit", i)),
                           .queue_letter = "A",
                           .day = kDay,
                           .arrived = At(i)};
  // Bodies of several pages make commits of several writes.
  const auto made = CheckIns(database).Record(draft, [&](int number) {
    return CheckInTexts{.body = std::string(5000, 'b'), .ticket = std::to_string(number)};
  });
  if (!made) return tl::unexpected<Error>(made.error());
  promise("number " + std::to_string(i) + " " + std::to_string(made->number));

  PrintLedgerTable ledger(database);
  domain::PrintRecord record{.id = Name("page", i), .printer = "slips", .pages = 1};
  if (Status done = ledger.Add(record, std::string(6000, 'p')); !done) return done;
  promise("page " + std::to_string(i) + " ready");
  for (const PrintState state : {PrintState::Creating, PrintState::Sent, PrintState::Printed}) {
    record.state = state;
    if (Status done = ledger.Update(record); !done) return done;
    promise("page " + std::to_string(i) + " " + domain::Name(state));
  }
  if (i % 2 == 0) {
    if (Status done = CheckIns(database).Confirm(draft.operation, "", At(100)); !done) return done;
    promise("delivered " + std::to_string(i));
  }
  return {};
}

/// A short morning without the hospital.
Status Work(const std::string& path, const Promise& promise) {
  auto database = Database::Open({.path = path, .key = test::TestKey()});
  if (!database) return tl::unexpected<Error>(database.error());
  auto cache = DirectoryCache::Open(**database);
  if (!cache) return tl::unexpected<Error>(cache.error());
  if (Status done = cache->Replace("department", {{"a", std::string(6000, 'x')}}); !done) {
    return done;
  }
  promise("directory");
  for (int i = 1; i <= kPatients; ++i) {
    if (Status done = CheckInAndPrint(**database, i, promise); !done) return done;
  }
  return {};
}

struct Outcome {
  int status = 0;  ///< As waitpid gives it.
  std::vector<std::string> promises;
};

/// Runs Work with the fault in a child and collects what it was promised before it ended.
Outcome RunChild(const std::string& path, const Fault& fault) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe(ends), 0);
  UniqueFd from(ends[0]);
  UniqueFd into(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    from.Reset();
    test::InstallFaultyVfs();
    test::PlanFault(fault);
    const Status done = Work(path, [&](const std::string& promise) {
      const std::string line = promise + "\n";
      if (::write(into.Get(), line.data(), line.size()) < 0) ::_exit(3);
    });
    ::_exit(done ? 0 : 1);
  }
  into.Reset();
  std::string text;
  char buffer[512];
  for (ssize_t got = 0; (got = ::read(from.Get(), buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  Outcome outcome;
  EXPECT_EQ(::waitpid(child, &outcome.status, 0), child);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) outcome.promises.push_back(line);
  return outcome;
}

/// Whole or not at all, and numbers only once.
void CheckSoundness(Database& database) {
  std::set<int> numbers;
  for (int i = 1; i <= kPatients; ++i) {
    const auto ticket = CheckIns(database).Find(AppointmentId(Name("visit", i)));
    ASSERT_TRUE(ticket) << ticket.error().detail;
    const auto act = Outbox(database).Find(OperationId(Name("op", i)));
    EXPECT_EQ(ticket->has_value(), act.has_value()) << "a ticket without its act, or an act alone";
    if (ticket->has_value()) {
      EXPECT_TRUE(numbers.insert((*ticket)->number).second);
      EXPECT_EQ((*ticket)->ticket, std::to_string((*ticket)->number));
    }
    const auto page = PrintLedgerTable(database).Find(Name("page", i));
    if (page) {
      EXPECT_EQ(PrintLedgerTable(database).Document(page->id).has_value(),
                !domain::IsFinal(page->state));
    }
  }
  const auto next = TicketCounter(database).Draw("A", kDay);
  ASSERT_TRUE(next);
  if (!numbers.empty()) {
    EXPECT_GT(*next, *numbers.rbegin());
  }
}

void CheckPromises(Database& database, const std::vector<std::string>& promises) {
  for (const std::string& promise : promises) {
    std::istringstream words(promise);
    std::string kind;
    int i = 0;
    std::string value;
    words >> kind >> i >> value;
    if (kind == "number") {
      const auto ticket = CheckIns(database).Find(AppointmentId(Name("visit", i)));
      ASSERT_TRUE(ticket && ticket->has_value()) << promise;
      EXPECT_EQ(std::to_string((*ticket)->number), value);
    } else if (kind == "delivered") {
      const auto act = Outbox(database).Find(OperationId(Name("op", i)));
      ASSERT_TRUE(act) << promise;
      EXPECT_EQ(act->state, DeliveryState::Delivered);
    } else if (kind == "page") {
      const auto page = PrintLedgerTable(database).Find(Name("page", i));
      ASSERT_TRUE(page) << promise;
      EXPECT_GE(page->state, *domain::ParsePrintState(value)) << promise;
    }
  }
}

void CheckReopened(const std::string& path, const std::vector<std::string>& promises) {
  auto database = test::OpenStore(path);
  ASSERT_TRUE(database);
  CheckPromises(*database, promises);
  CheckSoundness(*database);
  database.reset();
  EXPECT_EQ(test::Meddle(path, test::TestKeyHex(), "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(test::Meddle(path, test::TestKeyHex(), "PRAGMA foreign_key_check"), "");
}

TEST(CrashTest, AKillBetweenAnyTwoWritesLosesNoPromiseAndDoublesNoNumber) {
  test::InstallFaultyVfs();
  std::int64_t at = 1;
  for (;; ++at) {
    SCOPED_TRACE("killed before change " + std::to_string(at));
    const test::TemporaryDirectory directory;
    const Outcome outcome =
        RunChild(directory.File("store.db"), {.kind = Fault::Kind::Kill, .at = at});
    CheckReopened(directory.File("store.db"), outcome.promises);
    if (HasFatalFailure()) return;
    if (WIFEXITED(outcome.status)) {
      EXPECT_EQ(WEXITSTATUS(outcome.status), 0);
      break;
    }
    ASSERT_EQ(WTERMSIG(outcome.status), SIGKILL);
  }
  EXPECT_GT(at, 100) << "the work must have been cut at many places";
}

TEST(CrashTest, APowerCutAtAnyWriteLosesNoPromiseAndDoublesNoNumber) {
  test::InstallFaultyVfs();
  int cuts = 0;
  for (std::int64_t at = 1;; ++at, ++cuts) {
    SCOPED_TRACE("power cut at change " + std::to_string(at));
    const test::TemporaryDirectory directory;
    // The file exists before: the model does not lose directory entries.
    ASSERT_TRUE(test::OpenStore(directory.File("store.db")));
    std::filesystem::create_directory(directory.File("crash"));
    const Outcome outcome =
        RunChild(directory.File("store.db"), {.kind = Fault::Kind::PowerCut,
                                              .at = at,
                                              .seed = static_cast<std::uint64_t>(at) * 977,
                                              .crash_directory = directory.File("crash")});
    ASSERT_TRUE(WIFEXITED(outcome.status));
    if (WEXITSTATUS(outcome.status) == 0) break;
    ASSERT_EQ(WEXITSTATUS(outcome.status), test::kPowerCutExit);
    CheckReopened(directory.File("crash/store.db"), outcome.promises);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(cuts, 100);
}

TEST(CrashTest, AFirstStartCutFromPowerAnywhereCanStartAgain) {
  test::InstallFaultyVfs();
  for (std::int64_t at = 1; at < 60; ++at) {
    SCOPED_TRACE("power cut at change " + std::to_string(at));
    const test::TemporaryDirectory directory;
    std::filesystem::create_directory(directory.File("crash"));
    const Outcome outcome =
        RunChild(directory.File("store.db"), {.kind = Fault::Kind::PowerCut,
                                              .at = at,
                                              .seed = static_cast<std::uint64_t>(at),
                                              .crash_directory = directory.File("crash")});
    ASSERT_TRUE(WIFEXITED(outcome.status));
    CheckReopened(directory.File("crash/store.db"), outcome.promises);
    if (HasFatalFailure()) return;
  }
}

/// Works on a disk that fails at change `at`; afterwards, on a sound disk, everything promised must
/// be there. True when the fault was met.
bool SurvivesFault(const Fault& fault) {
  SCOPED_TRACE("fault at change " + std::to_string(fault.at));
  const test::TemporaryDirectory directory;
  const std::string path = directory.File("store.db");
  std::vector<std::string> promises;
  test::PlanFault(fault);
  const Status done = Work(path, [&](const std::string& promise) { promises.push_back(promise); });
  const bool met = test::CountedChanges() >= fault.at;
  test::PlanFault({});
  // A failing checkpoint may go unnoticed: then all the work is there.
  if (!done) {
    EXPECT_EQ(done.error().code, ErrorCode::StoreFull) << done.error().detail;
  }
  CheckReopened(path, promises);
  return met;
}

TEST(CrashTest, ADiskThatFillsUpAtAnyWriteStopsPromisesAndLosesNone) {
  test::InstallFaultyVfs();
  constexpr std::int64_t kForever = 1'000'000;
  std::int64_t at = 1;
  while (SurvivesFault({.kind = Fault::Kind::Full, .at = at, .length = kForever})) {
    ASSERT_FALSE(HasFailure());
    ++at;
  }
  EXPECT_GT(at, 100);
}

TEST(CrashTest, AWriteOrSyncThatFailsOnceStopsPromisesAndLosesNone) {
  test::InstallFaultyVfs();
  std::int64_t at = 1;
  while (SurvivesFault({.kind = Fault::Kind::IoError, .at = at})) {
    ASSERT_FALSE(HasFailure());
    ++at;
  }
  EXPECT_GT(at, 100);
}

OutboxEntry StaffCall(const std::string& operation) {
  OutboxEntry entry;
  entry.operation = OperationId(operation);
  entry.kind = "staff-call";
  entry.body = "{}";
  return entry;
}

TEST(CrashTest, AfterAFailedSyncNoChangeIsTriedAgainButReadingGoesOn) {
  test::InstallFaultyVfs();
  const test::TemporaryDirectory directory;
  auto database = test::OpenStore(directory.File("store.db"));
  Outbox outbox(*database);
  ASSERT_TRUE(outbox.Add(StaffCall("kept")));
  // The commit of one small act writes a few pages and then syncs: fail each of these in turn
  // until the sync was met.
  test::PlanFault({});
  ASSERT_TRUE(outbox.Add(StaffCall("counted")));
  const std::int64_t changes = test::CountedChanges();
  ASSERT_GT(changes, 1);
  test::PlanFault({.kind = Fault::Kind::IoError, .at = changes});
  EXPECT_EQ(outbox.Add(StaffCall("lost")).error().code, ErrorCode::StoreFull);
  test::PlanFault({});
  EXPECT_EQ(outbox.Add(StaffCall("refused")).error().code, ErrorCode::StoreFull);
  EXPECT_EQ(test::CountedChanges(), 0) << "the disk must not even be tried";
  EXPECT_TRUE(outbox.Find(OperationId("kept")));
  database.reset();
  database = test::OpenStore(directory.File("store.db"));
  EXPECT_TRUE(Outbox(*database).Add(StaffCall("again")));
}

TEST(CrashTest, AFullDiskServesAgainOnceThereIsRoom) {
  test::InstallFaultyVfs();
  const test::TemporaryDirectory directory;
  auto database = test::OpenStore(directory.File("store.db"));
  Outbox outbox(*database);
  test::PlanFault({.kind = Fault::Kind::Full, .at = 1, .length = 1'000'000});
  EXPECT_EQ(outbox.Add(StaffCall("a")).error().code, ErrorCode::StoreFull);
  EXPECT_EQ(outbox.Find(OperationId("a")).error().code, ErrorCode::NotFound);
  test::PlanFault({});
  EXPECT_TRUE(outbox.Add(StaffCall("a")));
  EXPECT_TRUE(outbox.Find(OperationId("a")));
}

}  // namespace
}  // namespace yizhan::offline
