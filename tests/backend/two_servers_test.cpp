// Two yizhan-hospital processes at one PostgreSQL database, over HTTP.
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "tests/backend/hospital_fixture.h"
#include "tests/backend/server_process.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using test::HttpAnswer;
using test::ServerProcess;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kBookings = 100;
#else
constexpr int kBookings = 1000;
#endif

class TwoServersTest : public test::HospitalFixture {
 protected:
  TwoServersTest() : HospitalFixture(test::Engine::Postgres) {
    if (store == nullptr) return;
    for (std::unique_ptr<ServerProcess>* server : {&first, &second}) {
      const std::string name = folder.Path() + (server == &first ? "/first" : "/second");
      *server = std::make_unique<ServerProcess>(
          std::vector<std::string>{"--data", name, "--postgres", address, "--demo-now",
                                   "2026-03-10T09:00:00+08:00"},
          name + ".log");
    }
    for (const auto& server : {first.get(), second.get()}) {
      EXPECT_TRUE(server->WaitUntilReady()) << Log("/first.log") << Log("/second.log");
    }
  }
  [[nodiscard]] std::string Log(const std::string& name) const {
    std::ifstream file(folder.Path() + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  /// Checks in at one server; the ticket's number.
  static std::string CheckInAt(const ServerProcess& server, const std::string& id) {
    const HttpAnswer answer = server.Ask("POST", "/fhir/Appointment/" + id + "/$check-in",
                                         Parameters("op-" + id, "").Write());
    EXPECT_EQ(answer.status, 200) << answer.body;
    return fhir::IdentifierValue(fhir::ParameterOf(test::Parse(answer.body), "ticket"),
                                 fhir::systems::kTicketNumber);
  }
  static Json ScreenOf(const ServerProcess& server) {
    return test::Parse(server.Ask("GET", "/api/screen?area=area").body);
  }
  /// Asks until the screen shows it, or long enough to be sure that it never will.
  static bool Shows(const ServerProcess& server, const std::string& text) {
    const MonotonicTime deadline = SystemClock().Monotonic() + std::chrono::seconds(60);
    while (SystemClock().Monotonic() < deadline) {
      if (ScreenOf(server).Write().find(text) != std::string::npos) return true;
    }
    return false;
  }

  std::unique_ptr<ServerProcess> first;
  std::unique_ptr<ServerProcess> second;
};

TEST_F(TwoServersTest, ACheckInAtOneAppearsOnTheOthersScreen) {
  Book("a");
  Book("b");
  const std::string number = CheckInAt(*first, "a");
  EXPECT_TRUE(Shows(*second, '"' + number + '"'));
  const std::string next = CheckInAt(*second, "b");
  EXPECT_NE(next, number);
  EXPECT_TRUE(Shows(*first, '"' + next + '"'));
}

TEST_F(TwoServersTest, NumbersOfOneQueueGoOnAcrossServers) {
  std::set<std::string> numbers;
  for (int i = 0; i < 12; ++i) Book("n" + std::to_string(i));
  std::mutex mutex;
  std::atomic<int> next = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = next++; i < 12; i = next++) {
        const std::string number =
            CheckInAt(t % 2 == 0 ? *first : *second, "n" + std::to_string(i));
        const std::lock_guard lock(mutex);
        numbers.insert(number);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(numbers.size(), 12U);
  EXPECT_EQ(*numbers.begin(), "A001");
  EXPECT_EQ(*numbers.rbegin(), "A012");
}

TEST_F(TwoServersTest, TwoDesksOfOneQueueNeverCallOneTicketTwice) {
  constexpr int kPatients = 24;
  std::string last;
  for (int i = 0; i < kPatients; ++i) {
    Book("c" + std::to_string(i));
    last = CheckInAt(*first, "c" + std::to_string(i));
  }
  std::mutex mutex;
  std::map<std::string, int> called;
  std::vector<std::thread> desks;
  for (const auto& [server, room] :
       {std::pair(first.get(), "room5"), std::pair(second.get(), "room6")}) {
    desks.emplace_back([&, server = server, room = std::string(room)] {
      int nobody = 0;
      // The last tickets may be on their way from the other server.
      while (nobody < 200) {
        const HttpAnswer answer =
            server->Ask("POST", "/api/desk/next", R"({"room":")" + room + "\"}");
        if (answer.status == 200) {
          const std::lock_guard lock(mutex);
          ++called[test::Parse(answer.body)["number"].AsString()];
          nobody = 0;
        } else {
          EXPECT_EQ(answer.status, 404) << answer.body;
          ++nobody;
        }
        const std::lock_guard lock(mutex);
        if (called.size() == kPatients) return;
      }
    });
  }
  for (std::thread& desk : desks) desk.join();
  EXPECT_EQ(called.size(), static_cast<std::size_t>(kPatients));
  for (const auto& [number, times] : called) EXPECT_EQ(times, 1) << number;
}

TEST_F(TwoServersTest, AThousandBookingsOfOneSlotHaveOneWinner) {
  Put(R"({"resourceType":"Slot","id":"s","status":"free","start":"2026-03-10T09:00:00+08:00",
      "end":"2026-03-10T09:10:00+08:00","schedule":{"reference":"Schedule/x"}})");
  const std::string busy =
      R"({"resourceType":"Slot","id":"s","status":"busy","start":"2026-03-10T09:00:00+08:00",)"
      R"("end":"2026-03-10T09:10:00+08:00","schedule":{"reference":"Schedule/x"}})";
  const std::string bundle =
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" + busy +
      R"(,"request":{"method":"PUT","url":"Slot/s","ifMatch":"W/\"1\""}},{"resource":)"
      R"({"resourceType":"Appointment","status":"booked","start":"2026-03-10T09:00:00+08:00",)"
      R"("end":"2026-03-10T09:10:00+08:00","slot":[{"reference":"Slot/s"}],"participant":)"
      R"([{"actor":{"reference":"HealthcareService/cardio"},"status":"accepted"}]},)"
      R"("request":{"method":"POST","url":"Appointment"}}]})";
  std::atomic<int> next = 0;
  std::atomic<int> won = 0;
  std::map<int, int> others;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      while (next++ < kBookings) {
        const HttpAnswer answer = (t % 2 == 0 ? *first : *second).Ask("POST", "/fhir", bundle);
        if (answer.status == 200) {
          ++won;
        } else {
          const std::lock_guard lock(mutex);
          ++others[answer.status];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_THAT(others, testing::ElementsAre(testing::Pair(412, kBookings - 1)));
  EXPECT_EQ(*store->Count("Appointment"), 1);
}

}  // namespace
}  // namespace yizhan::server
