// Bookings on PostgreSQL: a Slot changed if it is still the version known, an Appointment made, and
// the index rows of both, durable. Ours beside the bare database given the same statements with
// values made beforehand, in one run, on a server of the bench's own (fsync on).
//   postgres_bench [seconds] [writers...]
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "backend/store/postgres/changes.h"
#include "backend/store/postgres/postgres_store.h"
#include "tests/backend/temp_folder.h"
#include "tests/support/postgres_cluster.h"

namespace yizhan {
namespace {

using fhir::Json;
constexpr int kSlots = 40'000;

[[noreturn]] void Give(const std::string& why) {
  std::fprintf(stderr, "postgres_bench: %s\n", why.c_str());
  std::exit(1);
}

std::string SlotText(int number, const char* status) {
  return R"({"resourceType":"Slot","id":"slot-)" + std::to_string(number) +
         R"(","schedule":{"reference":"Schedule/s)" + std::to_string(number / 40) +
         R"("},"status":")" + status +
         R"(","start":"2026-03-10T09:00:00+08:00","end":"2026-03-10T09:10:00+08:00",)" +
         R"("serviceType":[{"coding":[{"system":"urn:yizhan:service","code":"cardio"}]}]})";
}

std::string AppointmentText(int number) {
  const std::string id = std::to_string(number);
  return R"({"resourceType":"Appointment","status":"booked","start":"2026-03-10T09:00:00+08:00",)"
         R"("end":"2026-03-10T09:10:00+08:00","slot":[{"reference":"Slot/slot-)" +
         id + R"("}],"identifier":[{"system":"urn:yizhan:operation","value":"op-)" + id +
         R"("}],"participant":[{"actor":{"reference":"Patient/p)" + id +
         R"("},"status":"accepted"},{"actor":{"reference":"HealthcareService/cardio"},)"
         R"("status":"accepted"}]})";
}

Json Parsed(const std::string& text) {
  Result<Json> json = Json::Parse(text);
  if (!json) Give(json.error().detail);
  return std::move(*json);
}

void FillSlots(store::ResourceStore& store) {
  for (int from = 0; from < kSlots; from += 1000) {
    const Status done = store.Write([from](store::Transaction& transaction) -> Status {
      for (int i = from; i < from + 1000; ++i) {
        const auto kept = transaction.Update(Parsed(SlotText(i, "free")));
        if (!kept) return tl::unexpected<Error>(kept.error());
      }
      return {};
    });
    if (!done) Give(done.error().detail);
  }
}

struct Rate {
  double a_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

/// Calls `book` with numbers that nobody else gets, from many threads, for some time.
template <typename Book>
Rate Measure(int writers, double seconds, std::atomic<int>& next, const Book& book) {
  const Clock& clock = SystemClock();
  const MonotonicTime begin = clock.Monotonic();
  const auto length =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
  std::vector<std::vector<double>> times(static_cast<std::size_t>(writers));
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      while (clock.Monotonic() - begin < length) {
        const int number = next++;
        if (number >= kSlots) Give("too few slots: shorten the run");
        const MonotonicTime before = clock.Monotonic();
        book(w, number);
        const std::chrono::duration<double, std::milli> took = clock.Monotonic() - before;
        times[static_cast<std::size_t>(w)].push_back(took.count());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> took = clock.Monotonic() - begin;
  std::vector<double> all;
  for (const auto& mine : times) all.insert(all.end(), mine.begin(), mine.end());
  std::ranges::sort(all);
  return {static_cast<double>(all.size()) / took.count(), all[all.size() / 2],
          all[all.size() * 99 / 100]};
}

Rate Ours(store::ResourceStore& store, int writers, double seconds, std::atomic<int>& next) {
  return Measure(writers, seconds, next, [&](int, int number) {
    const std::string slot = SlotText(number, "busy");
    const std::string appointment = AppointmentText(number);
    const Status done = store.Write([&](store::Transaction& transaction) -> Status {
      const auto taken = transaction.Update(Parsed(slot), 1);
      if (!taken) return tl::unexpected<Error>(taken.error());
      const auto made = transaction.Create(Parsed(appointment));
      return made ? Status() : tl::unexpected<Error>(made.error());
    });
    if (!done) Give(done.error().detail);
  });
}

/// What one booking sends, made before the clock runs.
struct Prepared {
  std::int64_t key = 0;
  store::StoredResource slot;
  store::StoredResource appointment;
  std::vector<store::IndexEntry> gained;
  std::vector<store::IndexEntry> lost;
  std::vector<store::IndexEntry> of_appointment;
};

Prepared Prepare(store::ResourceStore& store, int number, std::int64_t seq) {
  Prepared made;
  const auto current = store.Read("Slot", "slot-" + std::to_string(number));
  if (!current) Give(current.error().detail);
  made.key = current->seq;  // Of a first version both are the same.
  const auto before = store::IndexEntries(Parsed(current->text), TimeZone{});
  made.slot = *current;
  made.slot.version = 2;
  made.slot.seq = seq;
  made.slot.text = SlotText(number, "busy");
  const auto after = store::IndexEntries(Parsed(made.slot.text), TimeZone{});
  std::ranges::set_difference(after, before, std::back_inserter(made.gained));
  std::ranges::set_difference(before, after, std::back_inserter(made.lost));
  made.appointment = {"Appointment", "bare-" + std::to_string(number), 1,      current->updated,
                      false,         AppointmentText(number),          seq + 1};
  made.of_appointment = store::IndexEntries(Parsed(made.appointment.text), TimeZone{});
  return made;
}

using Connections = std::vector<std::unique_ptr<store::Connection>>;

Connections OpenConnections(const std::string& address, int count) {
  Connections connections;
  for (int i = 0; i < count; ++i) {
    auto opened = store::Connection::Open({.address = address});
    if (!opened) Give(opened.error().detail);
    connections.push_back(std::move(*opened));
  }
  return connections;
}

/// The same statements with the values made beforehand: what the database alone can do.
Rate Bare(const Connections& connections, store::ResourceStore& store, double seconds,
          std::atomic<int>& next, int expected) {
  const int writers = static_cast<int>(connections.size());
  const int first = next;
  std::vector<Prepared> prepared;
  static std::int64_t seq = 1'000'000'000;
  for (int i = 0; i < expected; ++i, seq += 2) {
    if (first + i >= kSlots) break;
    prepared.push_back(Prepare(store, first + i, seq));
  }
  return Measure(writers, seconds, next, [&](int writer, int number) {
    const auto place = static_cast<std::size_t>(number - first);
    if (place >= prepared.size()) Give("too few bookings were prepared");
    Prepared& one = prepared[place];
    store::Connection& connection = *connections[static_cast<std::size_t>(writer)];
    const auto row = connection.Run(
        "SELECT r.key,h.version,h.updated,h.deleted,h.body,h.seq FROM resource r "
        "JOIN history h ON h.seq=r.seq WHERE r.type=$1 AND r.id=$2",
        store::Parameters() << one.slot.type << one.slot.id);
    if (!row || row->Integer(0, 1) != 1) Give("slot is not free");
    store::PendingChanges changes(1);
    using Row = store::PendingChanges::Row;
    changes.AddVersion(Row::Known, one.key, std::move(one.slot), std::move(one.gained),
                       std::move(one.lost));
    const std::int64_t key = one.appointment.seq;
    changes.AddVersion(Row::New, key, std::move(one.appointment), std::move(one.of_appointment),
                       {});
    changes.Queue(connection);
    if (const auto sent = connection.Send(); !sent) Give(sent.error().detail);
  });
}

int Main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  std::vector<int> counts;
  for (int i = 2; i < argc; ++i) counts.push_back(std::atoi(argv[i]));
  if (counts.empty()) counts = {1, 8, 16};
  auto cluster = test::PostgresCluster::Start(test::PostgresCluster::Durability::On);
  if (!cluster) Give(cluster.error().detail);
  const auto address = (*cluster)->CreateDatabase();
  if (!address) Give(address.error().detail);
  const test::TempFolder folder;
  store::PostgresStoreOptions options;
  options.address = *address;
  options.folder = folder.Path();
  options.connections = 32;
  auto store = store::OpenPostgresStore(options, SystemClock());
  if (!store) Give(store.error().detail);
  FillSlots(**store);
  static_cast<void>((*cluster)->Query(*address, "VACUUM ANALYZE"));
  std::printf("bookings a second, p50 and p99 in ms\n");
  std::printf("%8s %26s %26s %7s\n", "writers", "bare database", "ours", "ratio");
  std::atomic<int> next = 0;
  for (const int writers : counts) {
    // Each side twice and in turn: what the machine does meanwhile meets both.
    const Connections connections = OpenConnections(*address, writers);
    Rate bare;
    Rate ours;
    for (int round = 0; round < 2; ++round) {
      // Connections are opened and statements planned before the clock runs.
      static_cast<void>(Ours(**store, writers, seconds / 10, next));
      const Rate a = Ours(**store, writers, seconds / 2, next);
      const int expected = static_cast<int>(a.a_second * seconds * 1.5) + 500;
      static_cast<void>(Bare(connections, **store, seconds / 10, next, expected));
      const Rate b = Bare(connections, **store, seconds / 2, next, expected);
      if (a.a_second > ours.a_second) ours = a;
      if (b.a_second > bare.a_second) bare = b;
    }
    std::printf("%8d %10.0f %7.2f %7.2f %10.0f %7.2f %7.2f %7.2f\n", writers, bare.a_second,
                bare.p50_ms, bare.p99_ms, ours.a_second, ours.p50_ms, ours.p99_ms,
                ours.a_second / bare.a_second);
  }
  return 0;
}

}  // namespace
}  // namespace yizhan

int main(int argc, char** argv) { return yizhan::Main(argc, argv); }
