// What the store alone can do with a hospital of full size: 100,000 patients and 1,000,000 slots.
// Prints p50 and p99 of each question, and how many of them one reader answers in a second.
//   store_bench [folder [patients [slots]]]
// A folder that holds such a hospital already is used again.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "backend/store/sqlite/sqlite_store.h"
#include "tests/backend/temp_folder.h"

namespace yizhan {
namespace {

using fhir::Json;

constexpr int kSlotsADay = 50;
constexpr int kAppointmentsEach = 3;
constexpr int kInOneWrite = 2000;

struct Size {
  int patients = 100'000;
  int slots = 1'000'000;
  [[nodiscard]] int Days() const { return 20; }
  [[nodiscard]] int Schedules() const { return std::max(1, slots / (kSlotsADay * Days())); }
};

double Seconds(MonotonicTime since) {
  return std::chrono::duration<double>(SystemClock().Monotonic() - since).count();
}

std::string Day(int day) { return ToDate(std::chrono::local_days(std::chrono::days(20522 + day))); }

std::string Minute(int slot) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", 8 + slot * 10 / 60, slot * 10 % 60);
  return text;
}

const std::vector<std::string>& Families() {
  static const std::vector<std::string> names = {"王", "李", "张", "刘", "陈", "杨",
                                                 "黄", "赵", "吴", "周", "徐", "孙"};
  return names;
}

std::string PatientText(int i) {
  const auto& families = Families();
  const std::size_t number = static_cast<std::size_t>(i);
  // About eight people share each name.
  const std::string given =
      families[number / 12 % 12] + families[number / 144 % 12] + std::to_string(number % 97);
  return R"({"resourceType":"Patient","id":"p)" + std::to_string(i) +
         R"(","active":true,"gender":")" + (i % 2 == 0 ? "male" : "female") + R"(","birthDate":")" +
         ToDate(std::chrono::local_days(std::chrono::days(i % 20000))) +
         R"(","identifier":[{"system":"urn:yizhan:card-number","value":")" +
         std::to_string(8'800'000 + i) + R"("}],"name":[{"text":")" + families[number % 12] +
         given + R"("}],"telecom":[{"system":"phone","value":"139)" +
         std::to_string(10'000'000 + i) + R"("}]})";
}

std::string SlotText(const Size& size, int i) {
  const int schedule = i / (kSlotsADay * size.Days());
  const int day = i / kSlotsADay % size.Days();
  const int slot = i % kSlotsADay;
  return R"({"resourceType":"Slot","id":"s)" + std::to_string(i) +
         R"(","schedule":{"reference":"Schedule/d)" + std::to_string(schedule) +
         R"("},"status":")" + (i % 3 == 0 ? "busy" : "free") + R"(","start":")" + Day(day) + 'T' +
         Minute(slot) + R"(:00+08:00","end":")" + Day(day) + 'T' + Minute(slot + 1) +
         R"(:00+08:00"})";
}

std::string AppointmentText(const Size& size, int i) {
  const int slot = static_cast<int>((static_cast<std::int64_t>(i) * 7919) % size.slots);
  return R"({"resourceType":"Appointment","id":"a)" + std::to_string(i) +
         R"(","status":"booked","slot":[{"reference":"Slot/s)" + std::to_string(slot) +
         R"("}],"start":")" + Day(i % size.Days()) + "T" + Minute(i % kSlotsADay) +
         R"(:00+08:00","participant":[{"actor":{"reference":"Patient/p)" +
         std::to_string(i / kAppointmentsEach) + R"("},"status":"accepted"},{"actor":)" +
         R"({"reference":"Practitioner/w)" + std::to_string(i % size.Schedules()) +
         R"("},"status":"accepted"}]})";
}

/// Stores `count` resources, many in one write.
void Fill(store::ResourceStore& store, const char* what, int count,
          const std::function<std::string(int)>& text) {
  const MonotonicTime start = SystemClock().Monotonic();
  for (int at = 0; at < count; at += kInOneWrite) {
    const Status status = store.Write([&](store::Transaction& transaction) -> Status {
      for (int i = at; i < std::min(count, at + kInOneWrite); ++i) {
        Result<Json> json = Json::Parse(text(i));
        if (!json) return tl::unexpected<Error>(json.error());
        const auto stored = transaction.Update(std::move(*json));
        if (!stored) return tl::unexpected<Error>(stored.error());
      }
      return {};
    });
    if (!status) {
      std::printf("!! %s\n", status.error().detail.c_str());
      std::exit(1);
    }
  }
  std::printf("made %8d %-14s %8.0f/s\n", count, what, count / Seconds(start));
  std::fflush(stdout);
}

void Report(const char* what, std::vector<double> micros, double seconds) {
  std::ranges::sort(micros);
  const auto at = [&](double share) {
    return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  std::printf("%-44s p50 %8.0f us  p99 %8.0f us  %8.0f/s\n", what, at(0.5), at(0.99),
              static_cast<double>(micros.size()) / seconds);
  std::fflush(stdout);
}

/// Asks for about two seconds. `ask` gives how many resources it found.
void Measure(const char* what, const std::function<std::size_t(std::mt19937&)>& ask) {
  std::mt19937 random(7);
  std::size_t found = 0;
  for (int i = 0; i < 20; ++i) found += ask(random);
  if (found == 0) std::printf("!! nothing found: %s\n", what);
  std::vector<double> micros;
  const MonotonicTime start = SystemClock().Monotonic();
  while (Seconds(start) < 2.0) {
    const MonotonicTime one = SystemClock().Monotonic();
    static_cast<void>(ask(random));
    micros.push_back(Seconds(one) * 1e6);
  }
  Report(what, std::move(micros), Seconds(start));
}

std::size_t Ask(store::ReadView& view, const std::string& type,
                const store::SearchParameters& parameters) {
  const auto query = store::ParseSearch(type, parameters, TimeZone{}, store::Handling::Strict);
  if (!query) {
    std::printf("!! %s\n", query.error().detail.c_str());
    return 0;
  }
  const auto found = view.Search(*query);
  if (!found) std::printf("!! %s\n", found.error().detail.c_str());
  return found ? found->matches.size() : 0;
}

void MeasureReads(store::ResourceStore& store, const Size& size) {
  const auto any = [](std::mt19937& random, int below) {
    return std::to_string(std::uniform_int_distribution<int>(0, below - 1)(random));
  };
  Measure("read a patient", [&](std::mt19937& random) {
    return store.Read("Patient", "p" + any(random, size.patients)) ? 1U : 0U;
  });
  Measure("patient by card number", [&](std::mt19937& random) {
    const int i = std::uniform_int_distribution<int>(0, size.patients - 1)(random);
    return Ask(store, "Patient",
               {{"identifier", "urn:yizhan:card-number|" + std::to_string(8'800'000 + i)}});
  });
  Measure("free slots of a schedule on a day", [&](std::mt19937& random) {
    return Ask(store, "Slot",
               {{"schedule", "Schedule/d" + any(random, size.Schedules())},
                {"start", Day(std::uniform_int_distribution<int>(0, size.Days() - 1)(random))},
                {"status", "free"}});
  });
  Measure("the same between two moments, sorted", [&](std::mt19937& random) {
    const int day = std::uniform_int_distribution<int>(0, size.Days() - 1)(random);
    return Ask(store, "Slot",
               {{"schedule", "Schedule/d" + any(random, size.Schedules())},
                {"start", "ge" + Day(day) + "T00:00:00+08:00"},
                {"start", "lt" + Day(day + 1) + "T00:00:00+08:00"},
                {"status", "free"},
                {"_sort", "start"}});
  });
  Measure("a patient's appointments", [&](std::mt19937& random) {
    return Ask(store, "Appointment", {{"patient", "Patient/p" + any(random, size.patients)}});
  });
  Measure("appointments of a card number (chain)", [&](std::mt19937& random) {
    const int i = std::uniform_int_distribution<int>(0, size.patients - 1)(random);
    return Ask(store, "Appointment",
               {{"patient.identifier", "urn:yizhan:card-number|" + std::to_string(8'800'000 + i)}});
  });
  Measure("patients of a doctor on a day (_has)", [&](std::mt19937& random) {
    return Ask(store, "Patient",
               {{"_has:Appointment:patient:practitioner",
                 "Practitioner/w" + any(random, size.Schedules())},
                {"_count", "20"}});
  });
  Measure("patients by the beginning of a name", [&](std::mt19937& random) {
    const auto& families = Families();
    std::uniform_int_distribution<std::size_t> one(0, 11);
    return Ask(
        store, "Patient",
        {{"name", families[one(random)] + families[one(random)] + families[one(random)] + "1"},
         {"_count", "20"}});
  });
  Measure("one page of all free slots", [&](std::mt19937&) {
    return Ask(store, "Slot", {{"status", "free"}, {"_count", "20"}});
  });
}

/// Bookings from several threads at once: Slot with its version, Appointment, in one write.
void MeasureBookings(store::ResourceStore& store, const Size& size) {
  constexpr int kThreads = 8;
  std::vector<std::vector<double>> micros(kThreads);
  const MonotonicTime start = SystemClock().Monotonic();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      while (Seconds(start) < 4.0) {
        const MonotonicTime one = SystemClock().Monotonic();
        const int i = std::uniform_int_distribution<int>(0, size.slots - 1)(random);
        const Status booked = store.Write([&](store::Transaction& transaction) -> Status {
          const auto slot = transaction.Read("Slot", "s" + std::to_string(i));
          if (!slot) return tl::unexpected<Error>(slot.error());
          Result<Json> body = Json::Parse(slot->text);
          if (!body) return tl::unexpected<Error>(body.error());
          const bool is_free = (*body)["status"].AsString() == "free";
          body->Set("status", Json::String(is_free ? "busy" : "free"));
          if (auto kept = transaction.Update(std::move(*body), slot->version); !kept) {
            return tl::unexpected<Error>(kept.error());
          }
          Result<Json> appointment = Json::Parse(AppointmentText(size, i % size.patients));
          const auto made = transaction.Create(std::move(*appointment));
          return made ? Status() : tl::unexpected<Error>(made.error());
        });
        if (!booked) std::printf("!! %s\n", booked.error().detail.c_str());
        micros[static_cast<std::size_t>(t)].push_back(Seconds(one) * 1e6);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = Seconds(start);
  std::vector<double> all;
  for (const auto& mine : micros) all.insert(all.end(), mine.begin(), mine.end());
  Report("bookings of eight clients", std::move(all), seconds);
}

int Run(int argc, char** argv) {
  const test::TempFolder temporary;
  const std::string folder = argc > 1 ? argv[1] : temporary.Path();
  Size size;
  if (argc > 2) size.patients = std::atoi(argv[2]);
  if (argc > 3) size.slots = std::atoi(argv[3]);
  auto store = store::OpenSqliteStore({folder, TimeZone{}}, SystemClock());
  if (!store) {
    std::printf("!! %s\n", store.error().detail.c_str());
    return 1;
  }
  if ((*store)->Count("Slot").value_or(0) < size.slots) {
    Fill(**store, "patients", size.patients, PatientText);
    Fill(**store, "slots", size.slots, [&](int i) { return SlotText(size, i); });
    Fill(**store, "appointments", size.patients * kAppointmentsEach,
         [&](int i) { return AppointmentText(size, i); });
  }
  MeasureReads(**store, size);
  MeasureBookings(**store, size);
  return 0;
}

}  // namespace
}  // namespace yizhan

int main(int argc, char** argv) { return yizhan::Run(argc, argv); }
