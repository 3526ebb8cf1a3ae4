/// \file
/// The hospital that fhir_bench asks, and what it asks: the same for every server.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yizhan::bench {

/// Sizes. Slots of the first day are searched, those of the others are booked.
struct Hospital {
  int patients = 20'000;
  int schedules = 100;
  int days = 26;
  static constexpr int kSlotsADay = 24;

  [[nodiscard]] int Slots() const { return schedules * days * kSlotsADay; }
  [[nodiscard]] int FirstToBook() const { return schedules * kSlotsADay; }
};

/// Each resource as "Type/id" and its JSON. Slot n: day by day, within it schedule by schedule.
[[nodiscard]] std::string PatientText(int number);
[[nodiscard]] std::string ScheduleText(int number);
[[nodiscard]] std::string SlotText(const Hospital& hospital, int number);

/// Whole HTTP requests.
[[nodiscard]] std::string Get(const std::string& path);
[[nodiscard]] std::string Send(const std::string& method, const std::string& path,
                               const std::string& body);
[[nodiscard]] std::string ReadPatient(const Hospital& hospital, std::int64_t n);
[[nodiscard]] std::string FindPatient(const Hospital& hospital, std::int64_t n);
[[nodiscard]] std::string FreeSlots(const Hospital& hospital, std::int64_t n);
[[nodiscard]] std::string CreatePatient(std::int64_t n);
/// Takes the slot only in its first version, and writes the appointment with it.
[[nodiscard]] std::string Book(const Hospital& hospital, int slot);

}  // namespace yizhan::bench
