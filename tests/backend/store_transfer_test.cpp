#include <gmock/gmock.h>
#include <sqlite3.h>

#include <filesystem>

#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

using Lines = std::vector<std::string>;

LineSource From(const Lines& lines) {
  return [&lines, at = std::size_t{0}]() mutable -> Result<std::optional<std::string>> {
    if (at == lines.size()) return std::optional<std::string>();
    return std::optional<std::string>(lines[at++]);
  };
}

Lines Exported(ResourceStore& store) {
  Lines lines;
  EXPECT_TRUE(store.Export([&](std::string_view line) -> Status {
    lines.emplace_back(line);
    return {};
  }));
  return lines;
}

/// Runs SQL on a data folder whose store is closed.
void Tamper(const std::string& folder, const std::string& sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((folder + "/hospital.db").c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

class StoreTransferTest : public test::StoreFixture {
 protected:
  void FillWithEverything() {
    Put(R"({"resourceType":"Patient","id":"p","name":[{"text":"张小三"}]})");
    Put(R"({"resourceType":"Patient","id":"p","name":[{"text":"张小四"}]})");
    Put(R"({"resourceType":"Slot","id":"gone"})");
    Put(R"({"resourceType":"AuditEvent","id":"e1","action":"C"})");
    Put(R"({"resourceType":"AuditEvent","id":"e2","action":"R"})");
    ASSERT_TRUE(store->Write([&](Transaction& transaction) -> Status {
      EXPECT_TRUE(transaction.Delete("Slot", "gone"));
      EXPECT_TRUE(transaction.NextNumber("ticket|A\t1"));
      EXPECT_TRUE(transaction.PutRecord({"account", "wang\n", "tab\t and \"quote\""}));
      return transaction.PutRecord({"jti", "x", "", clock.Now() + std::chrono::hours(1)});
    }));
  }
  Result<std::unique_ptr<ResourceStore>> OpenAt(const std::string& path) {
    return OpenSqliteStore({path, zone}, clock);
  }
};

TEST_F(StoreTransferTest, ImportedStoreIsTheSameStoreInAHigherEpoch) {
  FillWithEverything();
  const Lines lines = Exported(*store);
  const test::TempFolder other;
  auto copy = OpenAt(other.Path());
  ASSERT_TRUE(copy);
  ASSERT_TRUE((*copy)->Import(From(lines)));
  EXPECT_EQ(*(*copy)->Epoch(), *store->Epoch() + 1);
  Lines again = Exported(**copy);
  ASSERT_EQ(again.size(), lines.size());
  EXPECT_TRUE(std::equal(lines.begin() + 1, lines.end() - 1, again.begin() + 1));
  std::swap(store, *copy);
  EXPECT_EQ(Find("Patient", "name=张小四"), "p");
  EXPECT_EQ(store->ReadVersion("Patient", "p", 1)->version, 1);
  EXPECT_TRUE(store->Read("Slot", "gone")->deleted);
  EXPECT_EQ((*store->FindRecord("account", "wang\n"))->text, "tab\t and \"quote\"");
  EXPECT_TRUE(store->VerifyAudit({})->findings.empty());
  EXPECT_EQ(store->VerifyAudit({})->checked, 2);
  EXPECT_EQ(Put(R"({"resourceType":"Patient","id":"p"})").version, 3);
  std::int64_t number = 0;
  ASSERT_TRUE(store->Write([&](Transaction& transaction) -> Status {
    number = *transaction.NextNumber("ticket|A\t1");
    return {};
  }));
  EXPECT_EQ(number, 2);
  std::swap(store, *copy);
}

TEST_F(StoreTransferTest, ChangedLostOrMovedLineIsNoticedAndNothingIsKept) {
  FillWithEverything();
  const Lines good = Exported(*store);
  const test::TempFolder other;
  auto copy = OpenAt(other.Path());
  ASSERT_TRUE(copy);
  const auto refused = [&](const Lines& lines) {
    EXPECT_EQ((*copy)->Import(From(lines)).error().code, ErrorCode::BadData);
    EXPECT_EQ(*(*copy)->Count("Patient"), 0);
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    Lines changed = good;
    changed[i].back() = changed[i].back() == 'x' ? 'y' : 'x';
    refused(changed);
    Lines lost = good;
    lost.erase(lost.begin() + static_cast<std::ptrdiff_t>(i));
    refused(lost);
  }
  Lines moved = good;
  std::swap(moved[1], moved[2]);
  refused(moved);
  Lines longer = good;
  longer.emplace_back("s\t[\"x\",1]");
  refused(longer);
  refused({});
  EXPECT_TRUE((*copy)->Import(From(good))) << "the attempts before left it empty";
}

TEST_F(StoreTransferTest, OnlyAnEmptyStoreImports) {
  FillWithEverything();
  const Lines lines = Exported(*store);
  EXPECT_EQ(store->Import(From(lines)).error().code, ErrorCode::Refused);
}

TEST_F(StoreTransferTest, EpochOutlivesADatabaseThatIsPutBack) {
  EXPECT_EQ(*store->Epoch(), 1);
  Put(R"({"resourceType":"Patient","id":"p"})");
  store.reset();
  const std::string path = folder.Path() + "/hospital.db";
  std::filesystem::copy_file(path, path + ".old");
  Tamper(folder.Path(), "UPDATE meta SET value='4' WHERE name='epoch'");
  Reopen();
  EXPECT_EQ(*store->Epoch(), 4) << "the file beside follows";
  store.reset();
  std::filesystem::rename(path + ".old", path);
  for (const char* rest : {"-wal", "-shm"}) std::filesystem::remove(path + rest);
  Reopen();
  EXPECT_EQ(*store->Epoch(), 5) << "an older database is a restored one";
}

TEST_F(StoreTransferTest, AuditEventsCanBeAddedButNeitherChangedNorDeleted) {
  Put(R"({"resourceType":"AuditEvent","id":"e","action":"C"})");
  const Status changed = store->Write([](Transaction& transaction) -> Status {
    const auto result =
        transaction.Update(test::Parse(R"({"resourceType":"AuditEvent","id":"e","action":"D"})"));
    return result ? Status() : tl::unexpected<Error>(result.error());
  });
  EXPECT_EQ(changed.error().code, ErrorCode::Refused);
  const Status deleted = store->Write([](Transaction& transaction) -> Status {
    const auto result = transaction.Delete("AuditEvent", "e");
    return result ? Status() : tl::unexpected<Error>(result.error());
  });
  EXPECT_EQ(deleted.error().code, ErrorCode::Refused);
  EXPECT_EQ(store->Read("AuditEvent", "e")->version, 1);
}

class AuditTest : public StoreTransferTest {
 protected:
  AuditTest() {
    for (int i = 1; i <= 5; ++i) {
      Put(R"({"resourceType":"AuditEvent","id":"e)" + std::to_string(i) + R"(","action":"C"})");
    }
  }
  /// "changed 3 e3" for each finding, after `sql` was run on the closed database.
  Lines After(const std::string& sql, const std::vector<AuditHead>& known = {}) {
    store.reset();
    Tamper(folder.Path(), sql);
    Reopen();
    Lines findings;
    const AuditReport report = *store->VerifyAudit(known);
    for (const AuditFinding& finding : report.findings) {
      findings.push_back(std::string(Name(finding.fault)) + ' ' + std::to_string(finding.number) +
                         (finding.id.empty() ? "" : " " + finding.id));
    }
    return findings;
  }
};

TEST_F(AuditTest, UntouchedChainIsWhole) {
  EXPECT_THAT(After("SELECT 1"), testing::IsEmpty());
  EXPECT_EQ(store->VerifyAudit({})->checked, 5);
}

TEST_F(AuditTest, ChangedTextIsNamed) {
  EXPECT_THAT(After("UPDATE history SET body=replace(body,'\"C\"','\"D\"') WHERE body LIKE "
                    "'%\"e3\"%'"),
              testing::ElementsAre("changed 3 e3"));
}

TEST_F(AuditTest, RemovedEventAndRemovedLinkAreNamed) {
  EXPECT_THAT(After("DELETE FROM audit WHERE number=2"),
              testing::UnorderedElementsAre("missing 2", "additional 0 e2"));
  EXPECT_THAT(After("DELETE FROM history WHERE body LIKE '%\"e4\"%'"),
              testing::Contains("missing 4"));
}

TEST_F(AuditTest, RewrittenLinkBreaksTheNext) {
  EXPECT_THAT(After("UPDATE audit SET hash='00' WHERE number=2"),
              testing::UnorderedElementsAre("broken-link 2 e2", "broken-link 3 e3"));
}

TEST_F(AuditTest, AdditionalEventIsNamed) {
  EXPECT_THAT(After("INSERT INTO resource(type,id,version,updated,deleted,seq) "
                    "VALUES('AuditEvent','forged',1,0,0,99);"
                    "INSERT INTO history(seq,key,version,updated,deleted,type,body) "
                    "SELECT 99,key,1,0,0,'AuditEvent','{}' FROM resource WHERE id='forged'"),
              testing::ElementsAre("additional 0 forged"));
}

TEST_F(AuditTest, CutOffTailShowsAgainstAKnownHead) {
  const std::vector<AuditHead> heads = store->VerifyAudit({})->heads;
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].number, 5);
  const std::string cut =
      "DELETE FROM audit WHERE number=5;DELETE FROM history WHERE body LIKE '%\"e5\"%';"
      "DELETE FROM resource WHERE id='e5'";
  EXPECT_THAT(After(cut), testing::IsEmpty()) << "the rest alone looks whole";
  EXPECT_THAT(After("SELECT 1", heads), testing::ElementsAre("cut-off 5"));
}

/// What version 1 of the program left behind.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE resource (key INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL,
  version INTEGER NOT NULL, updated INTEGER NOT NULL, deleted INTEGER NOT NULL,
  body TEXT NOT NULL, UNIQUE (type, id)) STRICT;
CREATE INDEX resource_by_time ON resource (type, updated, key);
CREATE TABLE history (key INTEGER NOT NULL, version INTEGER NOT NULL, updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (key, version)) STRICT;
CREATE TABLE series (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE operation (id TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE token (param INTEGER NOT NULL, text TEXT NOT NULL, key INTEGER NOT NULL,
  system TEXT NOT NULL, PRIMARY KEY (param, text, key, system)) WITHOUT ROWID, STRICT;
INSERT INTO meta VALUES('index','old');
INSERT INTO resource VALUES(1,'Patient','p',2,2000,0,
  '{"resourceType":"Patient","id":"p","meta":{"versionId":"2"},"gender":"female"}');
INSERT INTO history VALUES(1,1,1000,0,
  '{"resourceType":"Patient","id":"p","meta":{"versionId":"1"},"gender":"male"}');
INSERT INTO resource VALUES(2,'AuditEvent','e',1,1500,0,
  '{"resourceType":"AuditEvent","id":"e","meta":{"versionId":"1"},"action":"C"}');
INSERT INTO resource VALUES(3,'Slot','s',2,3000,1,'');
INSERT INTO history VALUES(3,1,1000,0,'{"resourceType":"Slot","id":"s"}');
INSERT INTO series VALUES('q',41);
INSERT INTO operation VALUES('op','answer');
PRAGMA user_version=1;
)sql";

TEST_F(StoreTransferTest, FolderOfVersion1IsTakenOver) {
  store.reset();
  const test::TempFolder old;
  Tamper(old.Path(), kVersion1);
  auto opened = OpenAt(old.Path());
  ASSERT_TRUE(opened) << opened.error().detail;
  store = std::move(*opened);
  EXPECT_EQ(store->Read("Patient", "p")->version, 2);
  EXPECT_EQ(Find("Patient", "gender=female"), "p");
  EXPECT_EQ(store->History({.type = "Patient", .id = "p"})->versions.size(), 2U);
  EXPECT_TRUE(store->Read("Slot", "s")->deleted);
  EXPECT_EQ((*store->FindRecord("operation", "op"))->text, "answer");
  const AuditReport audit = *store->VerifyAudit({});
  EXPECT_EQ(audit.checked, 1);
  EXPECT_TRUE(audit.findings.empty());
  std::vector<std::string> order;
  const HistoryPage all = *store->History({});
  for (const StoredResource& one : all.versions) {
    order.push_back(one.type + std::to_string(one.version));
  }
  EXPECT_THAT(order, testing::ElementsAre("Slot2", "Patient2", "AuditEvent1", "Slot1", "Patient1"));
  std::int64_t number = 0;
  ASSERT_TRUE(store->Write([&](Transaction& transaction) -> Status {
    number = *transaction.NextNumber("q");
    return {};
  }));
  EXPECT_EQ(number, 42);
  store.reset();
}

}  // namespace
}  // namespace yizhan::store
