// What a server keeps of those who ask it: nothing of requests, little of who listens.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <deque>

#include "tests/backend/server_process.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::server {
namespace {

using test::RawConnection;
using test::ServerProcess;

class ServerMemoryTest : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "SKIPPED: a sanitizer's memory is not the server's";
#endif
    // A thousand connections on both sides, whatever the shell allows.
    rlimit files{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_max < 2048) GTEST_SKIP() << "SKIPPED: too few files may be open here";
    files.rlim_cur = std::max<rlim_t>(files.rlim_cur, 2048);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
    server.emplace(std::vector<std::string>{"--data", folder.Path() + "/data", "--demo"},
                   folder.Path() + "/log");
    ASSERT_TRUE(server->WaitUntilReady());
  }

  /// Sends requests in one go and tells how many were answered well.
  int Ask(const std::vector<std::string>& targets) const {
    RawConnection connection(server->Port());
    std::string all;
    for (const std::string& target : targets) {
      const bool is_last = &target == &targets.back();
      all += "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
             (is_last ? "Connection: close\r\n\r\n" : "\r\n");
    }
    if (!connection.Send(all)) return 0;
    const std::string& answers = connection.ReadUntil("\x01never\x01", std::chrono::seconds(100));
    int good = 0;
    for (std::size_t at = answers.find("HTTP/1.1 200"); at != std::string::npos;
         at = answers.find("HTTP/1.1 200", at + 1)) {
      ++good;
    }
    return good;
  }

  const test::TempFolder folder;
  std::optional<ServerProcess> server;
};

TEST_F(ServerMemoryTest, RequestsLeaveNothingBehind) {
  constexpr int kBatch = 200;
  int number = 0;
  int good = 0;
  const auto ask = [&](int batches) {
    for (int batch = 0; batch < batches; ++batch) {
      std::vector<std::string> targets;
      for (int i = 0; i < kBatch; ++i) {
        // Texts that were never asked before, so that whoever keeps them is found out.
        const std::string fresh = std::to_string(++number);
        targets.push_back(i % 4 == 0   ? "/fhir/Location?_count=1&near=31|121|" + fresh
                          : i % 4 == 1 ? "/fhir/Patient?_count=1&name=x" + fresh
                          : i % 4 == 2 ? "/fhir/Patient?_count=1&identifier=urn:x|" + fresh
                                       : "/fhir/Slot?_count=2&_text=x" + fresh + "&status=free");
      }
      good += Ask(targets);
    }
  };
  ask(40);
  const double before = server->OwnMemoryMb();
  ask(160);
  EXPECT_EQ(good, 200 * kBatch);
  EXPECT_LT(server->OwnMemoryMb() - before, 8.0) << "a quarter of a KB a request would be 8 MB";
}

TEST_F(ServerMemoryTest, AThousandIdleEventStreamsCostLessThanFiftyMegabytes) {
  const auto places = test::Parse(server->Ask("GET", "/api/places").body);
  const std::string area = places["services"][0]["area"]["id"].AsString();
  ASSERT_NE(area, "");
  const double before = server->OwnMemoryMb();
  std::deque<RawConnection> streams;
  for (int i = 0; i < 1000; ++i) {
    streams.emplace_back(server->Port());
    ASSERT_TRUE(streams.back().Send("GET /api/screen/events?area=" + area +
                                    " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
        << i;
  }
  for (RawConnection& stream : streams) {
    const std::string& heard = stream.ReadUntil("event: view", std::chrono::seconds(60));
    ASSERT_NE(heard.find("event: view"), std::string::npos);
  }
  EXPECT_LT(server->OwnMemoryMb() - before, 50.0);
}

}  // namespace
}  // namespace yizhan::server
