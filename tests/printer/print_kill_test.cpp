/// \file
/// A printing terminal killed with SIGKILL around every change of its ledger and at random
/// moments: every page comes out, none twice.

#include <gtest/gtest.h>
#include <poll.h>

#include <map>
#include <random>

#include "offline-store/print_ledger_table.h"
#include "printer/document.h"
#include "tests/offline-store/store_fixture.h"
#include "tests/rig/child_process.h"
#include "tests/rig/rig_client.h"

namespace yizhan::printer {
namespace {

using domain::PrintState;

class PrintKillTest : public testing::Test {
 protected:
  void SetUp() override {
    auto rig = rig::RigProcess::Start();
    ASSERT_TRUE(rig) << rig.error().detail;
    rig_.emplace(std::move(*rig));
  }

  void AddPages(int first, int count) {
    const auto database = offline::test::OpenStore(Store());
    offline::PrintLedgerTable ledger(*database);
    const Document document{.pdf = "%PDF-1.4\n<</Type /Page>>\n",
                            .pages = 1,
                            .width_hundredths_mm = 8000,
                            .height_hundredths_mm = 9000};
    for (int i = first; i < first + count; ++i) {
      domain::PrintRecord record{.id = Id(i), .printer = "slips", .pages = 1};
      record.changed_at = SystemClock().Now();
      ASSERT_TRUE(ledger.Add(record, Pack(document)));
    }
  }
  rig::ChildProcess StartVictim(std::vector<std::string> death = {}) {
    std::vector<std::string> arguments = {YIZHAN_PRINT_VICTIM, Store(), rig_->PrinterUri()};
    arguments.insert(arguments.end(), death.begin(), death.end());
    auto victim = rig::ChildProcess::Start({.arguments = std::move(arguments),
                                            .environment = {},
                                            .log_path = directory_.File("victim.log")});
    EXPECT_TRUE(victim);
    return std::move(*victim);
  }
  /// Every page 0..count-1 was printed once, and the ledger says so.
  void ExpectEachOnce(int count) {
    std::map<std::string, int> sheets;
    for (const rig::PrintedDocument& document : rig_->Printed()) {
      ++sheets[document.name.substr(0, document.name.rfind("-a"))];
    }
    const auto database = offline::test::OpenStore(Store());
    offline::PrintLedgerTable ledger(*database);
    for (int i = 0; i < count; ++i) {
      const auto record = ledger.Find(Id(i));
      ASSERT_TRUE(record);
      EXPECT_EQ(record->state, PrintState::Printed) << Id(i);
      EXPECT_EQ(sheets["YZ-" + Id(i)], 1) << Id(i);
    }
    EXPECT_EQ(rig_->Pages().size(), static_cast<std::size_t>(count));
  }
  static std::string Id(int i) { return "page" + std::to_string(1000 + i); }
  std::string Store() const { return directory_.File("store.db"); }

  const offline::test::TemporaryDirectory directory_;
  std::optional<rig::RigProcess> rig_;
};

TEST_F(PrintKillTest, AKillAroundEveryChangeOfTheLedgerLosesAndDoublesNothing) {
  int page = 0;
  for (const char* when : {"before", "after"}) {
    // Creating, Created, Sending, Sent, Printed.
    for (int change = 1; change <= 5; ++change) {
      AddPages(page++, 1);
      EXPECT_EQ(StartVictim({when, std::to_string(change)}).Wait(), -1) << "killed itself";
      EXPECT_EQ(StartVictim().Wait(), 0);
    }
  }
  ExpectEachOnce(page);
}

TEST_F(PrintKillTest, KillsAtRandomMomentsLoseAndDoubleNothing) {
  constexpr int kPages = 12;
  constexpr int kKills = 30;
  AddPages(0, kPages);
  std::mt19937 random(7);
  for (int kill = 0; kill < kKills; ++kill) {
    rig::ChildProcess victim = StartVictim();
    // A random moment is the point here, not a wait for something.
    ::poll(nullptr, 0, static_cast<int>(5 + random() % 90));
    victim.Kill();
  }
  ASSERT_EQ(StartVictim().Wait(), 0);
  ExpectEachOnce(kPages);
}

}  // namespace
}  // namespace yizhan::printer
