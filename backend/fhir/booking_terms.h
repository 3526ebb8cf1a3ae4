/// \file
/// What a hospital tells terminals about its booking rules: `HealthcareService/$booking-terms`
/// (GET), answered by Parameters. Both ends read and write it here.
///
///   hospital    parts: the hospital's own values (below), "rebook-within-days",
///               "day-begins-minute"
///   department  parts: "service" (Reference to a HealthcareService) and those values that differ
///               from the hospital's; repeated
///
/// The values, as integers: "check-in-opens-before-minutes", "arrive-before-minutes",
/// "late-after-minutes", "temporary-within-days", "confirm-before-minutes",
/// "cancel-day-before-minute" (of the day before, from midnight), "cancel-same-day-before-minutes",
/// "lapses-at-minute" (of the day, from midnight; -1: no such time), "penalty-percent".
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "backend/fhir/json.h"
#include "domain/booking.h"

namespace yizhan::fhir {

/// The policies as far as a terminal needs them: what belongs to locks, offers and staff's lists is
/// not told.
struct BookingTerms {
  domain::BookingPolicy hospital;
  std::map<std::string, domain::BookingPolicy> by_service;  ///< By HealthcareService id.
  std::chrono::days rebook_within{30};  ///< After a stopped clinic another time is owed so long.
  std::chrono::minutes day_begins{0};   ///< Where the hospital's day begins (TimeZone).

  [[nodiscard]] const domain::BookingPolicy& PolicyOf(const std::string& service_id) const;
  friend bool operator==(const BookingTerms&, const BookingTerms&) = default;
};

/// Departments that have the hospital's own values are left out.
[[nodiscard]] Json ToParameters(const BookingTerms& terms);
/// Empty when it is not such an answer, or a value of the hospital's lies outside its bounds. A
/// department with such a value is left out; of further ones than 1,000 nothing is read.
[[nodiscard]] std::optional<BookingTerms> ReadBookingTerms(const Json& parameters);

}  // namespace yizhan::fhir
