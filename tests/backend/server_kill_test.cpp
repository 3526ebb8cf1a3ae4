// What a server has answered is there, whenever it is killed.
#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <tuple>

#include "tests/backend/server_process.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::server {
namespace {

using test::HttpAnswer;
using test::ServerProcess;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kKills = 5;
#else
constexpr int kKills = 50;
#endif
/// Parts of the whole, so that each ends in time on a slow machine: 4 x 50 kills for each engine.
constexpr int kParts = 4;

class ServerKillTest : public test::StoreFixture,
                       public testing::WithParamInterface<std::tuple<test::Engine, int>> {
 protected:
  ServerKillTest() : StoreFixture(std::get<0>(GetParam())) {}

  [[nodiscard]] std::vector<std::string> Place() const {
    std::vector<std::string> place = {"--data", folder.Path()};
    if (!address.empty()) place.insert(place.end(), {"--postgres", address});
    return place;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ServerKillTest,
                         testing::Combine(test::AllEngines(), testing::Range(0, kParts)),
                         [](const testing::TestParamInfo<std::tuple<test::Engine, int>>& info) {
                           const bool sqlite = std::get<0>(info.param) == test::Engine::Sqlite;
                           return (sqlite ? "Sqlite" : "Postgres") +
                                  std::to_string(std::get<1>(info.param));
                         });

TEST_P(ServerKillTest, NoAnsweredWriteIsLost) {
  if (engine == test::Engine::Sqlite) store.reset();  // The folder is the server's.
  std::mutex mutex;
  std::condition_variable more;
  std::vector<std::string> answered;
  for (int kill = 0; kill < kKills; ++kill) {
    ServerProcess server(Place(), folder.Path() + "/log");
    ASSERT_TRUE(server.WaitUntilReady());
    // Each time it dies at another point of its work.
    const std::size_t wanted =
        answered.size() + 1 +
        static_cast<std::size_t>((kill * kParts + std::get<1>(GetParam())) % 13);
    std::atomic<bool> dead = false;
    std::vector<std::thread> clients;
    for (int c = 0; c < 3; ++c) {
      clients.emplace_back([&, c] {
        for (int i = 0; !dead; ++i) {
          const std::string id =
              std::to_string(kill) + '-' + std::to_string(c) + '-' + std::to_string(i);
          const HttpAnswer answer =
              server.Ask("PUT", "/fhir/Basic/" + id,
                         R"({"resourceType":"Basic","id":")" + id + R"(","code":{"text":"x"}})");
          if (answer.status != 201) continue;
          const std::lock_guard lock(mutex);
          answered.push_back(id);
          more.notify_one();
        }
      });
    }
    {
      std::unique_lock lock(mutex);
      more.wait_for(lock, std::chrono::seconds(60), [&] { return answered.size() >= wanted; });
    }
    server.Kill();
    dead = true;
    for (std::thread& client : clients) client.join();
    ASSERT_GE(answered.size(), wanted);
  }
  Reopen();
  for (const std::string& id : answered) ASSERT_TRUE(store->Read("Basic", id)) << id;
  EXPECT_GE(*store->Count("Basic"), static_cast<std::int64_t>(answered.size()));
}

}  // namespace
}  // namespace yizhan::server
