// The FHIR server side by side, in one run, with an independent server (@medplum/fhir-router, which
// validates what it stores, in memory) and with the bare database on the same disk. Real processes
// over loopback; the client takes its share of the same processors.
//   fhir_bench [seconds]           reads, searches, creates, bookings at 1, 8, 64, 256 connections
//   fhir_bench memory [requests]   resident memory over a million requests
//   fhir_bench streams [clients]   memory and processor time of a thousand idle event streams
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "backend/fhir/json.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "base/unique_fd.h"
#include "tests/backend/temp_folder.h"
#include "tests/bench/fhir_questions.h"
#include "tests/bench/load_client.h"
#include "tests/peers/peer_server.h"
#include "tests/rig/child_process.h"

namespace yizhan::bench {
namespace {

constexpr int kLevels[] = {1, 8, 64, 256};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// yizhan-hospital on a folder of its own.
class OurServer {
 public:
  bool Start(const std::vector<std::string>& more = {}) {
    port_ = rig::FreePort().value_or(0);
    std::vector<std::string> arguments = {YIZHAN_HOSPITAL_PROGRAM,
                                          "serve",
                                          "--open",
                                          "--listen",
                                          "127.0.0.1:" + std::to_string(port_),
                                          "--data",
                                          Folder()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto child = rig::ChildProcess::Start({arguments, {}, folder_.Path() + "/log"});
    if (!child) return false;
    child_ = std::move(*child);
    const bool ready = rig::WaitForPort(port_, std::chrono::seconds(30)) && child_.Running();
    if (!ready) std::printf("%s\n", ReadFile(folder_.Path() + "/log").c_str());
    return ready;
  }
  [[nodiscard]] std::string Folder() const { return folder_.Path() + "/data"; }
  [[nodiscard]] int Port() const { return port_; }
  /// Memory of its own. Pages of the database that it has mapped are the system's cache, and grow
  /// to the size of the database.
  [[nodiscard]] double ResidentMb() const {
    std::istringstream status(ReadFile("/proc/" + std::to_string(child_.Pid()) + "/status"));
    long kilobytes = 0;
    for (std::string line; std::getline(status, line);) {
      static_cast<void>(std::sscanf(line.c_str(), "RssAnon: %ld kB", &kilobytes));
    }
    return static_cast<double>(kilobytes) / 1024;
  }
  [[nodiscard]] double CpuSeconds() const {
    const std::string stat = ReadFile("/proc/" + std::to_string(child_.Pid()) + "/stat");
    long user = 0;
    long system = 0;
    const std::size_t behind_name = stat.rfind(')');
    static_cast<void>(std::sscanf(stat.c_str() + behind_name + 2,
                                  "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
                                  &system));
    return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

 private:
  const test::TempFolder folder_;
  rig::ChildProcess child_;
  int port_ = 0;
};

bool FillStore(const std::string& folder, const Hospital& hospital) {
  auto store = store::OpenSqliteStore({folder}, SystemClock());
  if (!store) return false;
  const int all = hospital.patients + hospital.schedules + hospital.Slots();
  constexpr int kAtOnce = 1000;
  for (int from = 0; from < all; from += kAtOnce) {
    const Status written = (*store)->Write([&](store::Transaction& transaction) -> Status {
      for (int i = from; i < std::min(from + kAtOnce, all); ++i) {
        const int slot = i - hospital.patients - hospital.schedules;
        const std::string text = i < hospital.patients ? PatientText(i)
                                 : slot < 0            ? ScheduleText(i - hospital.patients)
                                                       : SlotText(hospital, slot);
        const auto stored = transaction.Update(*fhir::Json::Parse(text));
        if (!stored) return tl::unexpected<Error>(stored.error());
      }
      return {};
    });
    if (!written) return false;
  }
  return true;
}

/// Over HTTP, as anybody would.
bool FillByHttp(int port, const Hospital& hospital) {
  const int all = hospital.patients + hospital.schedules + hospital.Slots();
  const LoadResult result =
      Run({port, 8, std::chrono::minutes(10), all, [&](std::int64_t n) {
             const int i = static_cast<int>(n);
             const int slot = i - hospital.patients - hospital.schedules;
             if (i < hospital.patients) {
               return Send("PUT", "/Patient/patient-" + std::to_string(i), PatientText(i));
             }
             if (slot < 0) {
               const int schedule = i - hospital.patients;
               return Send("PUT", "/Schedule/schedule-" + std::to_string(schedule),
                           ScheduleText(schedule));
             }
             return Send("PUT", "/Slot/slot-" + std::to_string(slot), SlotText(hospital, slot));
           }});
  if (result.bad > 0) std::printf("!! filling: %s\n", result.complaint.c_str());
  return result.bad == 0;
}

struct Question {
  const char* name;
  double target;  ///< A second, on two cores; what the project asks of itself.
};
constexpr Question kQuestions[] = {{"read by id", 20'000},
                                   {"search by identifier", 10'000},
                                   {"free slots of a day", 5'000},
                                   {"create", 0},
                                   {"booking (If-Match + POST)", 1'500}};
constexpr std::size_t kBooking = 4;

/// Requests of one kind for one server; bookings go on where the last ones ended.
class Asker {
 public:
  Asker(int port, Hospital hospital) : port_(port), hospital_(hospital) {}

  LoadResult Ask(std::size_t question, int connections, double seconds) {
    Load load;
    load.port = port_;
    load.connections = connections;
    load.time = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    const std::int64_t first = asked_;
    const int first_slot = hospital_.FirstToBook() + booked_;
    if (question == kBooking) load.requests = hospital_.Slots() - first_slot;
    load.request = [this, question, first, first_slot](std::int64_t n) {
      switch (question) {
        case 0: return ReadPatient(hospital_, first + n);
        case 1: return FindPatient(hospital_, first + n);
        case 2: return FreeSlots(hospital_, first + n);
        case 3: return CreatePatient(first + n);
        default: return Book(hospital_, first_slot + static_cast<int>(n));
      }
    };
    LoadResult result = Run(load);
    asked_ += result.good + result.bad;
    if (question == kBooking) booked_ += static_cast<int>(result.good + result.bad);
    return result;
  }

 private:
  const int port_;
  const Hospital hospital_;
  std::int64_t asked_ = 0;
  int booked_ = 0;
};

/// What the database itself gives for the statements of a booking, so many bookings a commit.
double BareBookings(const Hospital& hospital, double seconds, int a_commit) {
  const test::TempFolder folder;
  sqlite3* database = nullptr;
  sqlite3_open((folder.Path() + "/bare.db").c_str(), &database);
  const auto run = [&](const char* sql) { sqlite3_exec(database, sql, nullptr, nullptr, nullptr); };
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
      "CREATE TABLE current (id TEXT PRIMARY KEY, version INTEGER, body TEXT) WITHOUT ROWID;"
      "CREATE TABLE history (id TEXT, version INTEGER, body TEXT, PRIMARY KEY (id, version)); "
      "BEGIN");
  const auto prepare = [&](const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
    return statement;
  };
  sqlite3_stmt* const insert = prepare("INSERT INTO current VALUES(?,1,?)");
  sqlite3_stmt* const update =
      prepare("UPDATE current SET version=2, body=?2 WHERE id=?1 AND version=1");
  sqlite3_stmt* const history = prepare("INSERT INTO history VALUES(?,1,?)");
  const auto step = [&](sqlite3_stmt* statement, const std::string& id, const std::string& body) {
    sqlite3_bind_text(statement, 1, id.data(), static_cast<int>(id.size()), SQLITE_TRANSIENT);
    sqlite3_bind_text(statement, 2, body.data(), static_cast<int>(body.size()), SQLITE_TRANSIENT);
    sqlite3_step(statement);
    sqlite3_reset(statement);
  };
  const std::string body = SlotText(hospital, 0);
  for (int i = 0; i < hospital.Slots(); ++i) step(insert, "slot-" + std::to_string(i), body);
  run("COMMIT");
  int done = 0;
  const auto begun = SystemClock().Monotonic();
  double elapsed = 0;
  while (elapsed < seconds && done + a_commit <= hospital.Slots()) {
    run("BEGIN IMMEDIATE");
    for (int i = 0; i < a_commit; ++i, ++done) {
      const std::string id = "slot-" + std::to_string(done);
      step(history, id, body);
      step(update, id, body);
      step(insert, "appointment-" + std::to_string(done), body + body);
    }
    run("COMMIT");
    elapsed = std::chrono::duration<double>(SystemClock().Monotonic() - begun).count();
  }
  for (sqlite3_stmt* statement : {insert, update, history}) sqlite3_finalize(statement);
  sqlite3_close(database);
  return done / elapsed;
}

/// Reads by id from the bare database, two threads.
double BareReads(const std::string& folder, const Hospital& hospital, double seconds) {
  std::atomic<std::int64_t> reads = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      sqlite3* database = nullptr;
      sqlite3_open_v2((folder + "/hospital.db").c_str(), &database,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
      sqlite3_stmt* statement = nullptr;
      sqlite3_prepare_v2(database,
                         "SELECT body FROM resource r JOIN history h ON h.seq=r.seq WHERE "
                         "r.type='Patient' AND r.id=?",
                         -1, &statement, nullptr);
      const auto begun = SystemClock().Monotonic();
      for (int i = t; SystemClock().Monotonic() - begun < std::chrono::duration<double>(seconds);
           ++i) {
        const std::string id = "patient-" + std::to_string(i * 7919 % hospital.patients);
        sqlite3_bind_text(statement, 1, id.data(), static_cast<int>(id.size()), SQLITE_TRANSIENT);
        if (sqlite3_step(statement) == SQLITE_ROW) ++reads;
        sqlite3_reset(statement);
      }
      sqlite3_finalize(statement);
      sqlite3_close(database);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return static_cast<double>(reads) / seconds;
}

void Compare(double seconds) {
  const Hospital large;
  const Hospital small{.patients = 1000, .schedules = 10, .days = 40};
  OurServer ours;
  if (!FillStore(ours.Folder(), large)) return;
  const double bare_reads = BareReads(ours.Folder(), large, seconds);
  if (!ours.Start()) return;
  Asker us(ours.Port(), large);
  std::unique_ptr<test::PeerServer> peer;
  const std::string why_not = test::PeerServer::WhyNot();
  if (why_not.empty()) peer = test::PeerServer::Start();
  if (peer && !FillByHttp(peer->Port(), small)) peer.reset();
  std::optional<Asker> them;
  if (peer) them.emplace(peer->Port(), small);
  std::printf("ours: %d patients, %d slots in SQLite; peer: %s\n", large.patients, large.Slots(),
              peer ? "1000 patients, 9600 slots in memory" : why_not.c_str());
  std::printf("%-26s %5s %9s %8s %8s %9s %8s %7s %8s\n", "", "conn", "ours/s", "p50 ms", "p99 ms",
              "peer/s", "p50 ms", "ratio", "target");
  double best_booking = 0;
  for (std::size_t q = 0; q < std::size(kQuestions); ++q) {
    for (const int connections : kLevels) {
      const LoadResult mine = us.Ask(q, connections, seconds);
      LoadResult theirs;
      if (them) theirs = them->Ask(q, connections, seconds);
      const double ratio = theirs.good > 0 ? mine.PerSecond() / theirs.PerSecond() : 0;
      std::printf("%-26s %5d %9.0f %8.2f %8.2f %9.0f %8.2f %7.1f %8.0f\n", kQuestions[q].name,
                  connections, mine.PerSecond(), mine.At(0.5), mine.At(0.99), theirs.PerSecond(),
                  theirs.At(0.5), ratio, kQuestions[q].target);
      for (const auto& [who, result] :
           {std::pair<const char*, const LoadResult*>("ours", &mine),
            std::pair<const char*, const LoadResult*>("peer", &theirs)}) {
        if (result->bad == 0) continue;
        std::printf("  !! %s: %lld failed, the first: %s\n", who,
                    static_cast<long long>(result->bad), result->complaint.c_str());
      }
      if (q == kBooking) best_booking = std::max(best_booking, mine.PerSecond());
      std::fflush(stdout);
    }
  }
  std::printf("bare SQLite, reads by id, 2 threads            %9.0f /s\n", bare_reads);
  for (const int a_commit : {1, 32}) {
    const double bare = BareBookings(large, seconds, a_commit);
    std::printf(
        "bare SQLite, bookings, %2d a commit             %9.0f /s; ours reaches %.2f of it\n",
        a_commit, bare, best_booking / bare);
  }
}

void Memory(std::int64_t requests) {
  const Hospital hospital;
  OurServer server;
  if (!FillStore(server.Folder(), hospital) || !server.Start()) return;
  std::printf("at rest                 %7.1f MB\n", server.ResidentMb());
  constexpr int kSteps = 10;
  std::int64_t asked = 0;
  for (int step = 0; step < kSteps; ++step) {
    const LoadResult result = Run(
        {server.Port(), 64, std::chrono::minutes(10), requests / kSteps, [&](std::int64_t n) {
           const std::int64_t number = asked + n;
           if (number % 10 == 0) return FreeSlots(hospital, number);
           return number % 2 == 0 ? FindPatient(hospital, number) : ReadPatient(hospital, number);
         }});
    asked += result.good + result.bad;
    std::printf("after %9lld          %7.1f MB  %8.0f /s%s\n", static_cast<long long>(asked),
                server.ResidentMb(), result.PerSecond(), result.bad > 0 ? "  !! failures" : "");
    std::fflush(stdout);
  }
}

void Streams(int clients) {
  OurServer server;
  if (!server.Start({"--demo"})) return;
  const std::string paths[] = {"/api/desk/events?room=", "/api/screen/events?area="};
  // The first room and area that the server tells of.
  const int asking = Connect(server.Port());
  const UniqueFd guard(asking);
  const std::string question =
      "GET /api/places HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  static_cast<void>(::send(asking, question.data(), question.size(), MSG_NOSIGNAL));
  std::string answer;
  char buffer[65536];
  for (ssize_t got = 1; got > 0;) {
    got = ::recv(asking, buffer, sizeof(buffer), 0);
    if (got > 0) answer.append(buffer, static_cast<std::size_t>(got));
  }
  const auto json = fhir::Json::Parse(answer.substr(answer.find("\r\n\r\n") + 4));
  if (!json) return;
  std::vector<std::string> rooms;
  std::vector<std::string> areas;
  for (const fhir::Json& service : (*json)["services"].Items()) {
    areas.push_back(service["area"]["id"].AsString());
    for (const fhir::Json& room : service["rooms"].Items()) {
      rooms.push_back(room["id"].AsString());
    }
  }
  if (rooms.empty() || areas.empty()) return;
  const double before = server.ResidentMb();
  std::vector<UniqueFd> sockets;
  int hearing = 0;
  for (int i = 0; i < clients; ++i) {
    const auto& places = i % 2 == 0 ? rooms : areas;
    const std::string& id = places[static_cast<std::size_t>(i / 2) % places.size()];
    sockets.emplace_back(Connect(server.Port()));
    const std::string request = "GET " + paths[i % 2] + id + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    static_cast<void>(::send(sockets.back().Get(), request.data(), request.size(), MSG_NOSIGNAL));
  }
  for (const UniqueFd& socket : sockets) {
    std::string text;
    for (ssize_t got = 1; got > 0 && text.find("event: view") == std::string::npos;) {
      got = ::recv(socket.Get(), buffer, sizeof(buffer), 0);
      if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
    }
    if (text.find("event: view") != std::string::npos) ++hearing;
  }
  const double after = server.ResidentMb();
  const double cpu = server.CpuSeconds();
  ::sleep(10);
  std::printf(
      "%d streams, %d heard the view: %.1f MB before, %.1f MB with them (%.1f MB, %.1f KB each); "
      "idle %.2f %% of a core\n",
      clients, hearing, before, after, after - before, 1024 * (after - before) / clients,
      10 * (server.CpuSeconds() - cpu));
}

}  // namespace
}  // namespace yizhan::bench

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "2";
  if (mode == "memory") {
    yizhan::bench::Memory(argc > 2 ? std::atoll(argv[2]) : 1'000'000);
  } else if (mode == "streams") {
    yizhan::bench::Streams(argc > 2 ? std::atoi(argv[2]) : 1000);
  } else {
    yizhan::bench::Compare(std::atof(mode.c_str()));
  }
  return 0;
}
