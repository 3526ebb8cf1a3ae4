// The commands of yizhan-hospital as an operator uses them: as processes, by their exit codes and
// by what they print.
#include <gmock/gmock.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <fstream>
#include <set>
#include <sstream>

#include "backend/store/sqlite/sqlite_store.h"
#include "tests/backend/raw_http.h"
#include "tests/backend/temp_folder.h"
#include "tests/rig/child_process.h"
#include "tests/support/postgres_cluster.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;

struct Ran {
  int status = -1;
  std::string output;
};

class CommandsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string File(const std::string& name) const {
    return folder.Path() + '/' + name;
  }
  [[nodiscard]] std::string Read(const std::string& name) const {
    std::ifstream file(File(name), std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void Save(const std::string& name, const std::string& text) const {
    std::ofstream(File(name), std::ios::binary) << text;
  }
  /// Runs one command to its end.
  [[nodiscard]] Ran Run(std::vector<std::string> arguments) {
    const std::string log = "log" + std::to_string(++runs_);
    arguments.insert(arguments.begin(), YIZHAN_HOSPITAL_PROGRAM);
    auto child = rig::ChildProcess::Start({std::move(arguments), {}, File(log)});
    if (!child) return {-1, child.error().detail};
    const int status = child->Wait();
    return {status, Read(log)};
  }
  /// A store with one patient and three rows of audit trail.
  void MakeStore(const std::string& name) const {
    auto store = store::OpenSqliteStore({File(name)}, SystemClock());
    ASSERT_TRUE(store) << store.error().detail;
    const Status written = (*store)->Write([](store::Transaction& transaction) -> Status {
      const auto put = [&](const char* text) {
        return static_cast<bool>(transaction.Create(*Json::Parse(text)));
      };
      bool good = put(R"({"resourceType":"Patient","name":[{"text":"张小三"}]})");
      for (int i = 0; i < 3; ++i) {
        good = good && put(R"({"resourceType":"AuditEvent","recorded":"2026-03-10T09:00:00Z"})");
      }
      return good ? Status() : Fail(ErrorCode::Internal, "cannot store");
    });
    ASSERT_TRUE(written) << written.error().detail;
  }

  const test::TempFolder folder;

 private:
  int runs_ = 0;
};

TEST_F(CommandsTest, EachCommandExplainsItself) {
  for (const char* command : {"serve", "init", "backup", "restore", "migrate", "verify-audit"}) {
    const Ran help = Run({command, "--help"});
    EXPECT_EQ(help.status, 0) << command;
    EXPECT_THAT(help.output, HasSubstr("--data")) << command;
    EXPECT_THAT(Run({"--help"}).output, HasSubstr(command));
  }
}

TEST_F(CommandsTest, AWrongCommandLineIsToldApartFromAFailure) {
  EXPECT_EQ(Run({}).status, 2);
  EXPECT_EQ(Run({"serv"}).status, 2);
  EXPECT_EQ(Run({"serve", "--oepn"}).status, 2);
  const Ran failed = Run({"serve", "--open"});
  EXPECT_EQ(failed.status, 1);
  EXPECT_THAT(failed.output, HasSubstr("--data"));
}

TEST_F(CommandsTest, ServeRefusesAConfigurationWithAnUnknownKeyAndNamesIt) {
  Save("hospital.toml", "[server]\nopened = true\n[store]\nfolder = \"" + File("data") + "\"\n");
  const Ran refused = Run({"serve", "--config", File("hospital.toml")});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("server.opened is not known"));
  EXPECT_FALSE(std::filesystem::exists(File("data"))) << "nothing was begun";
}

TEST_F(CommandsTest, InitMakesAHospitalFromTheExampleOnce) {
  const std::vector<std::string> init = {"init", "--data", File("data"), "--site",
                                         "deploy/site.json"};
  const Ran made = Run(init);
  EXPECT_EQ(made.status, 0) << made.output;
  EXPECT_THAT(made.output, HasSubstr("serve --data"));
  EXPECT_EQ(Run(init).status, 1) << "there is one already";
  const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  for (const char* name : {"data", "data/hospital.db"}) {
    EXPECT_EQ(std::filesystem::status(File(name)).permissions() & others,
              std::filesystem::perms::none)
        << name;
  }
  const auto store = store::OpenSqliteStore({File("data")}, SystemClock());
  ASSERT_TRUE(store);
  EXPECT_TRUE((*store)->Read("HealthcareService", "cardiology"));
}

TEST_F(CommandsTest, InitRefusesASiteWithABrokenResourceAndNamesIt) {
  Save("site.json", R"({"resourceType":"Bundle","type":"collection","entry":[
      {"resource":{"resourceType":"Location","id":"a","status":"opened"}}]})");
  const Ran refused = Run({"init", "--data", File("data"), "--site", File("site.json")});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("entry 0: Location.status"));
}

TEST_F(CommandsTest, BackupOfAServingHospitalIsRestoredUnderAHigherEpoch) {
  MakeStore("data");
  {
    // In use, as by a server.
    const auto serving = store::OpenSqliteStore({File("data")}, SystemClock());
    ASSERT_TRUE(serving);
    const Ran backup = Run({"backup", "--data", File("data"), "--output", File("backup")});
    EXPECT_EQ(backup.status, 0) << backup.output;
    EXPECT_EQ(Run({"restore", "--data", File("data"), "--input", File("backup")}).status, 1);
  }
  EXPECT_EQ(std::filesystem::status(File("backup")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const Ran again = Run({"backup", "--data", File("data"), "--output", File("backup")});
  EXPECT_EQ(again.status, 1) << "an existing backup is not replaced";

  const Ran restored = Run({"restore", "--data", File("new"), "--input", File("backup")});
  EXPECT_EQ(restored.status, 0) << restored.output;
  EXPECT_EQ(Run({"backup", "--data", File("new"), "--output", File("second")}).status, 0);
  // Everything but the epoch and the checksum, which covers it.
  const auto middle = [&](const std::string& name) {
    const std::string text = Read(name);
    const std::size_t begin = text.find('\n');
    return text.substr(begin, text.rfind("\nend") - begin);
  };
  EXPECT_EQ(middle("second"), middle("backup"));
  EXPECT_THAT(Read("backup"), testing::StartsWith("yizhan-store\t1\t1\n"));
  EXPECT_THAT(Read("second"), testing::StartsWith("yizhan-store\t1\t2\n"));
}

TEST_F(CommandsTest, AChangedOrCutBackupLeavesTheStoreEmpty) {
  MakeStore("data");
  ASSERT_EQ(Run({"backup", "--data", File("data"), "--output", File("backup")}).status, 0);
  std::string changed = Read("backup");
  changed.replace(changed.find("张小三"), 3, "李");
  Save("changed", changed);
  Save("cut", Read("backup").substr(0, changed.size() / 2));
  for (const char* name : {"changed", "cut", "missing"}) {
    EXPECT_EQ(Run({"restore", "--data", File("new"), "--input", File(name)}).status, 1) << name;
  }
  EXPECT_EQ(Run({"restore", "--data", File("new"), "--input", File("backup")}).status, 0)
      << "still empty";
}

TEST_F(CommandsTest, VerifyAuditNamesAChangedRowAndACutOffEnd) {
  MakeStore("data");
  const Ran sound = Run({"verify-audit", "--data", File("data"), "--save-heads", File("heads")});
  EXPECT_EQ(sound.status, 0) << sound.output;
  EXPECT_THAT(sound.output, HasSubstr("3 links checked, 0 findings"));
  EXPECT_EQ(Run({"verify-audit", "--data", File("data"), "--heads", File("heads")}).status, 0);

  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(File("data/hospital.db").c_str(), &database), SQLITE_OK);
  EXPECT_EQ(
      sqlite3_exec(database, "UPDATE history SET body=replace(body,'09:00','10:00') WHERE seq=3",
                   nullptr, nullptr, nullptr),
      SQLITE_OK);
  const Ran changed = Run({"verify-audit", "--data", File("data")});
  EXPECT_EQ(changed.status, 3);
  EXPECT_THAT(changed.output, HasSubstr("AuditEvent/"));
  EXPECT_THAT(changed.output, HasSubstr("number 2"));

  EXPECT_EQ(sqlite3_exec(database, "DELETE FROM audit WHERE number=3", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  const Ran cut = Run({"verify-audit", "--data", File("data"), "--heads", File("heads")});
  EXPECT_EQ(cut.status, 3);
  EXPECT_THAT(cut.output, HasSubstr("number 3"));
  Save("nonsense", "1 2 3\n");
  EXPECT_EQ(Run({"verify-audit", "--data", File("data"), "--heads", File("nonsense")}).status, 1);
}

TEST_F(CommandsTest, MigrateMovesEverythingToPostgresOnce) {
  if (!test::PostgresCluster::Installed()) GTEST_SKIP() << test::PostgresCluster::WhySkipped();
  const auto cluster = test::PostgresCluster::Start();
  ASSERT_TRUE(cluster) << cluster.error().detail;
  const auto database = (*cluster)->CreateDatabase();
  ASSERT_TRUE(database);
  MakeStore("data");
  const std::vector<std::string> migrate = {"migrate", "--data", File("data"), "--postgres",
                                            *database};
  {
    const auto serving = store::OpenSqliteStore({File("data")}, SystemClock());
    ASSERT_TRUE(serving);
    EXPECT_EQ(Run(migrate).status, 1) << "a server still writes to the old store";
  }
  const Ran done = Run(migrate);
  EXPECT_EQ(done.status, 0) << done.output;
  EXPECT_EQ(Run(migrate).status, 1) << "the new store is not empty any more";
  const Ran checked = Run({"verify-audit", "--data", File("data"), "--postgres", *database});
  EXPECT_EQ(checked.status, 0) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("3 links checked, 0 findings"));

  // And the same content, whichever engine tells it.
  EXPECT_EQ(Run({"backup", "--data", File("data"), "--output", File("old")}).status, 0);
  EXPECT_EQ(
      Run({"backup", "--data", File("data"), "--postgres", *database, "--output", File("new")})
          .status,
      0);
  const auto versions = [&](const std::string& name) {
    std::set<std::string> all;
    std::istringstream lines(Read(name));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("v\t")) all.insert(line);
    }
    return all;
  };
  EXPECT_EQ(versions("new"), versions("old"));
  EXPECT_EQ(versions("new").size(), 4U);
}

TEST_F(CommandsTest, ServeTellsItsFiguresAndStopsInOrder) {
  // Who started it, as systemd does.
  const UniqueFd manager(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  File("notify").copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(manager.Get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  const auto told = [&] {
    char text[64] = {};
    pollfd wait{manager.Get(), POLLIN, 0};
    if (::poll(&wait, 1, 60'000) <= 0) return std::string("nothing");
    const ssize_t got = ::recv(manager.Get(), text, sizeof(text), 0);
    return std::string(text, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  };
  auto server =
      rig::ChildProcess::Start({{YIZHAN_HOSPITAL_PROGRAM, "serve", "--open", "--listen",
                                 "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--data", File("data")},
                                {{"NOTIFY_SOCKET", File("notify")}},
                                File("log")});
  ASSERT_TRUE(server);
  EXPECT_EQ(told(), "READY=1") << Read("log");
  int port = 0;
  int metrics = 0;
  std::istringstream lines(Read("log"));
  for (std::string line; std::getline(lines, line);) {
    static_cast<void>(std::sscanf(line.c_str(), "listening on 127.0.0.1:%d", &port));
    static_cast<void>(std::sscanf(line.c_str(), "metrics on port %d", &metrics));
  }
  ASSERT_GT(metrics, 0) << Read("log");
  const auto ask = [](int at, const std::string& path) {
    test::RawConnection connection(static_cast<std::uint16_t>(at));
    connection.Send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return connection.ReadAll();
  };
  EXPECT_THAT(ask(port, "/fhir/Patient/nobody"), HasSubstr("HTTP/1.1 404"));
  EXPECT_THAT(ask(port, "/metrics"), HasSubstr("HTTP/1.1 404")) << "not where everybody asks";
  const std::string figures = ask(metrics, "/metrics");
  EXPECT_THAT(figures, HasSubstr("yizhan_http_requests_total{route=\"fhir\",status=\"404\"} 1\n"));
  EXPECT_THAT(figures, HasSubstr("process_resident_memory_bytes"));
  EXPECT_THAT(figures, testing::Not(HasSubstr("nobody"))) << "no path is a label";
  ::kill(server->Pid(), SIGTERM);
  EXPECT_EQ(told(), "STOPPING=1");
  EXPECT_EQ(server->Wait(), 0);
  EXPECT_THAT(Read("log"), HasSubstr("\"event\":\"stopped\""));
}

}  // namespace
}  // namespace yizhan::server
