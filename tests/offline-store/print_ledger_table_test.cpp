#include "offline-store/print_ledger_table.h"

#include <gtest/gtest.h>

#include "tests/offline-store/store_fixture.h"

namespace yizhan::offline {
namespace {

using domain::PrintRecord;
using domain::PrintState;
using test::At;

PrintRecord Record(const std::string& id) {
  return {.id = id, .printer = "slips", .pages = 1, .changed_at = At(0)};
}

class PrintLedgerTableTest : public testing::Test {
 protected:
  const test::TemporaryDirectory directory_;
  std::unique_ptr<Database> database_ = test::OpenStore(directory_.File("store.db"));
  PrintLedgerTable ledger_{*database_};
};

TEST_F(PrintLedgerTableTest, EveryFieldComesBackAfterARestart) {
  PrintRecord record = Record("r1");
  record.copy = 3;
  ASSERT_TRUE(ledger_.Add(record, std::string("%PDF\0\xFF", 6)));
  record.state = PrintState::Sending;
  record.attempt = 2;
  record.job_id = 17;
  record.changed_at = At(5);
  ASSERT_TRUE(ledger_.Update(record));
  database_.reset();
  database_ = test::OpenStore(directory_.File("store.db"));
  PrintLedgerTable ledger(*database_);
  const auto open = ledger.Open();
  ASSERT_TRUE(open);
  ASSERT_EQ(open->size(), 1U);
  const PrintRecord& found = open->front();
  EXPECT_EQ(found.state, PrintState::Sending);
  EXPECT_EQ(found.printer, "slips");
  EXPECT_EQ(found.attempt, 2);
  EXPECT_EQ(found.job_id, 17);
  EXPECT_EQ(found.pages, 1);
  EXPECT_EQ(found.copy, 3);
  EXPECT_EQ(found.changed_at, At(5));
  EXPECT_EQ(*ledger.Document("r1"), std::string("%PDF\0\xFF", 6));
}

TEST_F(PrintLedgerTableTest, OpenRecordsComeOldestFirst) {
  for (const char* id : {"b", "a", "c"}) ASSERT_TRUE(ledger_.Add(Record(id), "x"));
  PrintRecord done = Record("a");
  done.state = PrintState::Printed;
  ASSERT_TRUE(ledger_.Update(done));
  const auto open = ledger_.Open();
  ASSERT_EQ(open->size(), 2U);
  EXPECT_EQ((*open)[0].id, "b");
  EXPECT_EQ((*open)[1].id, "c");
}

TEST_F(PrintLedgerTableTest, AFinalRecordKeepsNoDocumentAndNeverChangesAgain) {
  for (const PrintState state :
       {PrintState::Printed, PrintState::Uncertain, PrintState::Cancelled}) {
    const std::string id = domain::Name(state);
    ASSERT_TRUE(ledger_.Add(Record(id), "page"));
    PrintRecord record = Record(id);
    record.state = state;
    ASSERT_TRUE(ledger_.Update(record));
    EXPECT_EQ(ledger_.Document(id).error().code, ErrorCode::NotFound);
    record.state = PrintState::Ready;
    EXPECT_EQ(ledger_.Update(record).error().code, ErrorCode::Conflict);
    EXPECT_EQ(ledger_.Find(id)->state, state);
  }
}

TEST_F(PrintLedgerTableTest, TheSameDocumentIsNotAddedTwice) {
  ASSERT_TRUE(ledger_.Add(Record("r"), "x"));
  EXPECT_EQ(ledger_.Add(Record("r"), "x").error().code, ErrorCode::Conflict);
}

TEST_F(PrintLedgerTableTest, AnUnknownRecordIsNotFound) {
  EXPECT_EQ(ledger_.Update(Record("r")).error().code, ErrorCode::NotFound);
  EXPECT_EQ(ledger_.Find("r").error().code, ErrorCode::NotFound);
  EXPECT_EQ(ledger_.Document("r").error().code, ErrorCode::NotFound);
}

TEST_F(PrintLedgerTableTest, OnlyOldFinalRecordsAreForgotten) {
  for (const char* id : {"open", "old", "new"}) ASSERT_TRUE(ledger_.Add(Record(id), "x"));
  PrintRecord record = Record("old");
  record.state = PrintState::Printed;
  record.changed_at = At(10);
  ASSERT_TRUE(ledger_.Update(record));
  record.id = "new";
  record.changed_at = At(30);
  ASSERT_TRUE(ledger_.Update(record));
  ASSERT_TRUE(ledger_.PruneFinal(At(20)));
  EXPECT_FALSE(ledger_.Find("old"));
  EXPECT_TRUE(ledger_.Find("new"));
  EXPECT_TRUE(ledger_.Find("open"));
}

}  // namespace
}  // namespace yizhan::offline
