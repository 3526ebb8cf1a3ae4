// Bookings per second with all rules on: limits, bans, waiting list, deadlines, messages, audit;
// eight channels on SQLite with its durable commits. The target is in
// backend/hospital/booking/README.md.
//   booking_bench [seconds]
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "backend/hospital/booking/bookings.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "tests/backend/temp_folder.h"

namespace yizhan {
namespace {

using fhir::Json;

constexpr int kDoctors = 40;
constexpr int kPatients = 20'000;
constexpr int kTarget = 1'500;

Json Parsed(const std::string& text) { return Json::Parse(text).value_or(Json()); }

double Seconds(MonotonicTime since) {
  return std::chrono::duration<double>(SystemClock().Monotonic() - since).count();
}

/// Processor time of this program.
double CpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string InstantAt(WallTime time) { return '"' + ToInstant(time) + '"'; }

/// So many doctors with so many seats each, tomorrow and the days after.
Status MakeHospital(store::ResourceStore& store, int seats, WallTime first) {
  for (int i = 0; i < kPatients; i += 1000) {
    Status made = store.Write([&](store::Transaction& transaction) -> Status {
      for (int j = i; j < i + 1000; ++j) {
        const auto put = transaction.Update(
            Parsed(R"({"resourceType":"Patient","id":"p)" + std::to_string(j) + "\"}"));
        if (!put) return tl::unexpected<Error>(put.error());
      }
      return {};
    });
    if (!made) return made;
  }
  for (int doctor = 0; doctor < kDoctors; ++doctor) {
    Status made = store.Write([&](store::Transaction& transaction) -> Status {
      const std::string id = "s" + std::to_string(doctor);
      const auto put = [&](const std::string& text) {
        return static_cast<bool>(transaction.Update(Parsed(text)));
      };
      bool good =
          put(R"({"resourceType":"Schedule","id":")" + id +
              R"(","active":true,"actor":[{"reference":"Practitioner/d)" + std::to_string(doctor) +
              R"("},{"reference":"HealthcareService/h)" + std::to_string(doctor % 10) + "\"}]}");
      for (int seat = 0; seat < seats; ++seat) {
        const WallTime start = first + std::chrono::hours(24) * (seat % 7);
        good = good && put(R"({"resourceType":"Slot","id":")" + id + "-" + std::to_string(seat) +
                           R"(","schedule":{"reference":"Schedule/)" + id +
                           R"("},"status":"free","start":)" + InstantAt(start) + R"(,"end":)" +
                           InstantAt(start + std::chrono::minutes(30)) + "}");
      }
      return good ? Status() : Fail(ErrorCode::Internal, "no hospital");
    });
    if (!made) return made;
  }
  return {};
}

struct Round {
  double per_second = 0;
  double milliseconds = 0;      ///< Of one booking, as its channel waits for it.
  double cpu_milliseconds = 0;  ///< Of one booking: what counts on a machine that is busy.
  int refused = 0;
};

Round Run(hospital::Bookings& desk, int channels, int seats, double seconds, int from) {
  std::atomic<int> next = from;
  std::atomic<int> booked = 0;
  std::atomic<int> refused = 0;
  const double cpu = CpuSeconds();
  const MonotonicTime start = SystemClock().Monotonic();
  std::vector<std::thread> threads;
  for (int i = 0; i < channels; ++i) {
    threads.emplace_back([&] {
      while (Seconds(start) < seconds) {
        const int one = next++;
        if (one >= kDoctors * seats) return;
        hospital::BookRequest request;
        request.operation_id = "op-" + std::to_string(one);
        request.channel = "web";
        request.who = "bench";
        request.patient_id = "p" + std::to_string(one % kPatients);
        request.slot_id =
            "s" + std::to_string(one % kDoctors) + "-" + std::to_string(one / kDoctors);
        desk.Book(request) ? ++booked : ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double took = Seconds(start);
  Round round;
  round.per_second = booked / took;
  round.milliseconds = booked > 0 ? took * 1000 * channels / booked : 0;
  round.cpu_milliseconds = booked > 0 ? (CpuSeconds() - cpu) * 1000 / booked : 0;
  round.refused = refused;
  return round;
}

int Main(double seconds) {
  const test::TempFolder folder;
  auto store = store::OpenSqliteStore({folder.Path(), TimeZone{}}, SystemClock());
  if (!store) return 1;
  const int seats = 1000;
  const WallTime first = SystemClock().Now() + std::chrono::hours(72);
  if (!MakeHospital(**store, seats, first)) return 1;
  hospital::Bookings desk(**store, SystemClock(), hospital::BookingRules{});
  int from = 0;
  for (const int channels : {1, 8, 32}) {
    const Round round = Run(desk, channels, seats, seconds, from);
    from += static_cast<int>(round.per_second * seconds * 1.5) + round.refused + 64;
    std::printf(
        "%2d channels: %7.0f bookings/s (target %d with 8), %.2f ms each, %.3f ms of processor, %d "
        "refused\n",
        channels, round.per_second, kTarget, round.milliseconds, round.cpu_milliseconds,
        round.refused);
  }
  return 0;
}

}  // namespace
}  // namespace yizhan

int main(int argc, char** argv) { return yizhan::Main(argc > 1 ? std::atof(argv[1]) : 5.0); }
