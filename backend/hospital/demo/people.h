#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

namespace yizhan::hospital {

/// A small generator whose numbers are the same on every machine (SplitMix64). Thread-bound.
class DemoRandom {
 public:
  explicit DemoRandom(std::uint64_t seed) : state_(seed) {}
  /// 0 to `limit` - 1; `limit` > 0.
  [[nodiscard]] std::size_t Below(std::size_t limit);
  [[nodiscard]] bool Chance(std::size_t percent) { return Below(100) < percent; }
  template <typename T>
  [[nodiscard]] const T& Pick(std::span<const T> items) {
    return items[Below(items.size())];
  }

 private:
  std::uint64_t state_;
};

struct DemoPerson {
  std::string name;
  bool male = false;
  std::chrono::local_days birth_date{};
  std::string id_number;  ///< GB 11643, with its check digit.
  std::string phone;
};

/// A person with a name of some kind: two to four characters, rare characters, a dot inside,
/// Latin. `today` bounds the birth date (0 to 95 years ago).
[[nodiscard]] DemoPerson MakePerson(DemoRandom& random, std::chrono::local_days today);
/// The names that have to work everywhere (domain.md part 7), in the order of the personas.
[[nodiscard]] std::span<const char* const> GoldenNames();
[[nodiscard]] std::string MakeDoctorName(DemoRandom& random);
/// GB 11643: seventeen digits and their check digit (0-9 or X).
[[nodiscard]] char IdCheckDigit(const std::string& seventeen_digits);

}  // namespace yizhan::hospital
