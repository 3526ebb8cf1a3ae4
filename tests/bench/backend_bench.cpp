// What the hospital's server can take: check-ins per second with eight terminals over loopback
// HTTP, beside what the disk alone allows: bare SQLite with one commit each, and with eight rows a
// commit. Prints both sides; see backend/hospital/README.md for the target.
//   backend_bench [seconds]
#include <sqlite3.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "backend/fhir/client.h"
#include "backend/fhir/resources.h"
#include "backend/hospital/hospital.h"
#include "backend/server/app.h"
#include "backend/server/http_server.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "base/crypto.h"
#include "tests/backend/temp_folder.h"

namespace yizhan {
namespace {

using fhir::Json;

constexpr int kClients = 8;
constexpr int kServices = 12;

/// Processor time of this program, terminals and server together.
double CpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Seconds(MonotonicTime since) {
  return std::chrono::duration<double>(SystemClock().Monotonic() - since).count();
}

Json Parsed(const std::string& text) { return Json::Parse(text).value_or(Json()); }

/// One site with twelve queues, and so many patients booked for now.
void MakeHospital(store::ResourceStore& store, int patients) {
  const WallTime now = SystemClock().Now();
  const Status made = store.Write([&](store::Transaction& transaction) -> Status {
    const auto put = [&](const std::string& text) {
      return static_cast<bool>(transaction.Update(Parsed(text)));
    };
    bool good = put(R"({"resourceType":"Location","id":"site","physicalType":{"coding":[
        {"code":"si"}]}})");
    for (int s = 0; s < kServices; ++s) {
      const std::string id = "s" + std::to_string(s);
      good = good &&
             put(R"({"resourceType":"HealthcareService","id":")" + id +
                 R"(","identifier":[{"system":"urn:yizhan:queue-letter","value":")" +
                 static_cast<char>('A' + s) + R"("}],"location":[{"reference":"Location/site"}]})");
    }
    for (int p = 0; p < patients && good; ++p) {
      const std::string id = "p" + std::to_string(p);
      good =
          put(R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"text":"张小三"}]})") &&
          put(R"({"resourceType":"Appointment","id":")" + id + R"(","status":"booked","start":")" +
              ToInstant(now) + R"(","end":")" + ToInstant(now + std::chrono::minutes(30)) +
              R"(","participant":[{"actor":{"reference":"Patient/)" + id +
              R"("}},{"actor":{"reference":"HealthcareService/s)" + std::to_string(p % kServices) +
              "\"}}]}");
    }
    return good ? Status() : Fail(ErrorCode::Internal, "cannot make the hospital");
  });
  if (!made) std::printf("!! %s\n", made.error().detail.c_str());
}

void BenchCheckIn(double seconds) {
  const test::TempFolder folder;
  auto store = store::OpenSqliteStore({folder.Path(), TimeZone{}}, SystemClock());
  if (!store) return;
  const int patients = static_cast<int>(seconds * 4000);
  MakeHospital(**store, patients);
  hospital::Hospital hospital(**store, SystemClock(), {});
  if (!hospital.Start()) return;
  server::App app(**store, hospital, SystemClock(), server::App::Access::Open);
  auto server = server::HttpServer::Open(
      {}, [&](const server::HttpRequest& request) { return app.Handle(request); });
  if (!server) return;

  fhir::ClientOptions options;
  options.base_url = "http://127.0.0.1:" + std::to_string((*server)->Port()) + "/fhir";
  std::atomic<int> next = 0;
  std::atomic<int> done = 0;
  std::vector<std::vector<double>> latencies(kClients);
  std::vector<std::thread> clients;
  const double cpu_before = CpuSeconds();
  const auto start = SystemClock().Monotonic();
  for (std::vector<double>& mine : latencies) {
    clients.emplace_back([&] {
      auto client = fhir::Client::Open(options);
      while (client && Seconds(start) < seconds) {
        const int number = next++;
        if (number >= patients) return;
        fhir::Request request;
        request.method = "POST";
        request.path = "Appointment/p" + std::to_string(number) + "/$check-in";
        Json parameters;
        fhir::AddParameter(parameters, "operation-id", "valueString", Json::String(RandomUuid()));
        fhir::AddParameter(parameters, "terminal", "valueString", Json::String("K3"));
        fhir::AddParameter(parameters, "site", "valueReference",
                           fhir::Reference("Location", "site"));
        request.body = std::move(parameters);
        const auto asked = SystemClock().Monotonic();
        const Result<fhir::Response> answer = (*client)->Send(request);
        if (!answer || answer->status != 200) return;
        mine.push_back(Seconds(asked) * 1000);
        ++done;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  const double elapsed = Seconds(start);
  std::vector<double> all;
  for (const auto& mine : latencies) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) {
    return all.empty() ? 0.0
                       : all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  std::printf(
      "$check-in, %d clients over HTTP      %8.0f /s   p50 %.1f ms  p99 %.1f ms  processor "
      "%.2f ms each\n",
      kClients, done / elapsed, at(0.5), at(0.99),
      1000 * (CpuSeconds() - cpu_before) / std::max(1, done.load()));
}

/// Bare rows of the size of a check-in, so many a commit, on one connection.
void BenchSqlite(double seconds, int rows_a_commit) {
  const test::TempFolder folder;
  sqlite3* database = nullptr;
  sqlite3_open((folder.Path() + "/bare.db").c_str(), &database);
  sqlite3_exec(database,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
               "CREATE TABLE t (k INTEGER PRIMARY KEY, body TEXT)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO t(body) VALUES(?)", -1, &insert, nullptr);
  const std::string body(4000, 'x');
  int rows = 0;
  const auto start = SystemClock().Monotonic();
  while (Seconds(start) < seconds) {
    sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    for (int i = 0; i < rows_a_commit; ++i, ++rows) {
      sqlite3_bind_text(insert, 1, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
    }
    sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr);
  }
  std::printf("bare SQLite, %d row(s) of 4 KB a commit %8.0f rows/s\n", rows_a_commit,
              rows / Seconds(start));
  sqlite3_finalize(insert);
  sqlite3_close(database);
}

}  // namespace
}  // namespace yizhan

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 5;
  for (int round = 0; round < 3; ++round) {
    yizhan::BenchSqlite(seconds, 1);
    yizhan::BenchSqlite(seconds, yizhan::kClients);
    yizhan::BenchCheckIn(seconds);
  }
  return 0;
}
