#include "backend/fhir/booking_terms.h"

#include <utility>

#include "backend/fhir/resources.h"

namespace yizhan::fhir {
namespace {

using domain::BookingPolicy;
using std::chrono::minutes;

constexpr std::size_t kMostDepartments = 1000;
constexpr std::int64_t kMinutesOfDay = 24 * 60;

/// One value of a policy as a number.
struct Term {
  const char* name;
  std::int64_t least;
  std::int64_t most;
  std::int64_t (*get)(const BookingPolicy& policy);
  void (*set)(BookingPolicy& policy, std::int64_t value);
};

template <auto kMember>
constexpr Term OfCheckIn(const char* name) {
  return {
      name, 0, kMinutesOfDay,
      [](const BookingPolicy& policy) -> std::int64_t {
        return (policy.check_in.*kMember).count();
      },
      [](BookingPolicy& policy, std::int64_t value) { policy.check_in.*kMember = minutes(value); }};
}

template <auto kMember>
constexpr Term OfMinutes(const char* name, std::int64_t most) {
  return {name, 0, most,
          [](const BookingPolicy& policy) -> std::int64_t { return (policy.*kMember).count(); },
          [](BookingPolicy& policy, std::int64_t value) { policy.*kMember = minutes(value); }};
}

template <auto kMember>
constexpr Term OfNumber(const char* name, std::int64_t most) {
  return {
      name, 0, most, [](const BookingPolicy& policy) -> std::int64_t { return policy.*kMember; },
      [](BookingPolicy& policy, std::int64_t value) { policy.*kMember = static_cast<int>(value); }};
}

constexpr Term kTerms[] = {
    OfCheckIn<&domain::CheckInPolicy::opens_before_start>("check-in-opens-before-minutes"),
    OfCheckIn<&domain::CheckInPolicy::arrive_before_start>("arrive-before-minutes"),
    OfCheckIn<&domain::CheckInPolicy::late_after_start>("late-after-minutes"),
    OfNumber<&BookingPolicy::temporary_within_days>("temporary-within-days", 60),
    OfMinutes<&BookingPolicy::confirm_before>("confirm-before-minutes", 30 * kMinutesOfDay),
    OfMinutes<&BookingPolicy::cancel_day_before_at>("cancel-day-before-minute", kMinutesOfDay - 1),
    OfMinutes<&BookingPolicy::cancel_same_day_before>("cancel-same-day-before-minutes",
                                                      kMinutesOfDay),
    {"lapses-at-minute", -1, kMinutesOfDay - 1,
     [](const BookingPolicy& policy) -> std::int64_t {
       return policy.lapses_at_time_of_day ? policy.lapses_at_time_of_day->count() : -1;
     },
     [](BookingPolicy& policy, std::int64_t value) {
       policy.lapses_at_time_of_day.reset();
       if (value >= 0) policy.lapses_at_time_of_day = minutes(value);
     }},
    OfNumber<&BookingPolicy::penalty_percent>("penalty-percent", 100),
};

Json Part(const char* name, std::int64_t value) {
  return Json::Object({{"name", Json::String(name)}, {"valueInteger", Json::Integer(value)}});
}

const Json& PartOf(const Json& parameter, const char* name) {
  static const Json null;
  for (const Json& part : parameter["part"].Items()) {
    if (part["name"].AsString() == name) return part;
  }
  return null;
}

/// False: there is such a part and it holds no number between these.
bool Read(const Json& parameter, const char* name, std::int64_t least, std::int64_t most,
          std::int64_t& value) {
  const Json& part = PartOf(parameter, name);
  if (part.IsNull()) return true;
  const auto number = part["valueInteger"].AsInteger();
  if (!number || *number < least || *number > most) return false;
  value = *number;
  return true;
}

bool ReadPolicy(const Json& parameter, BookingPolicy& policy) {
  for (const Term& term : kTerms) {
    std::int64_t value = term.get(policy);
    if (!Read(parameter, term.name, term.least, term.most, value)) return false;
    term.set(policy, value);
  }
  return true;
}

Json Parameter(const char* name, Json parts) {
  return Json::Object({{"name", Json::String(name)}, {"part", std::move(parts)}});
}

}  // namespace

const BookingPolicy& BookingTerms::PolicyOf(const std::string& service_id) const {
  const auto own = by_service.find(service_id);
  return own == by_service.end() ? hospital : own->second;
}

Json ToParameters(const BookingTerms& terms) {
  Json parts = Json::Array();
  for (const Term& term : kTerms) parts.Append(Part(term.name, term.get(terms.hospital)));
  parts.Append(Part("rebook-within-days", terms.rebook_within.count()));
  parts.Append(Part("day-begins-minute", terms.day_begins.count()));
  Json all = Json::Array({Parameter("hospital", std::move(parts))});
  for (const auto& [id, policy] : terms.by_service) {
    Json own =
        Json::Array({Json::Object({{"name", Json::String("service")},
                                   {"valueReference", Reference("HealthcareService", id)}})});
    for (const Term& term : kTerms) {
      const std::int64_t value = term.get(policy);
      if (value != term.get(terms.hospital)) own.Append(Part(term.name, value));
    }
    if (own.Items().size() > 1) all.Append(Parameter("department", std::move(own)));
  }
  return Json::Object(
      {{"resourceType", Json::String("Parameters")}, {"parameter", std::move(all)}});
}

std::optional<BookingTerms> ReadBookingTerms(const Json& parameters) {
  if (parameters["resourceType"].AsString() != "Parameters") return std::nullopt;
  BookingTerms terms;
  bool told = false;
  for (const Json& parameter : parameters["parameter"].Items()) {
    if (parameter["name"].AsString() != "hospital" || told) continue;
    told = true;
    std::int64_t days = terms.rebook_within.count();
    std::int64_t begins = 0;
    const bool fits = ReadPolicy(parameter, terms.hospital) &&
                      Read(parameter, "rebook-within-days", 1, 365, days) &&
                      Read(parameter, "day-begins-minute", 0, kMinutesOfDay - 1, begins);
    if (!fits) return std::nullopt;
    terms.rebook_within = std::chrono::days(days);
    terms.day_begins = minutes(begins);
  }
  if (!told) return std::nullopt;
  for (const Json& parameter : parameters["parameter"].Items()) {
    if (parameter["name"].AsString() != "department") continue;
    if (terms.by_service.size() >= kMostDepartments) break;
    const auto service =
        ParseReference(PartOf(parameter, "service")["valueReference"]["reference"].AsString());
    if (!service || service->type != "HealthcareService") continue;
    BookingPolicy policy = terms.hospital;
    if (ReadPolicy(parameter, policy)) terms.by_service.insert_or_assign(service->id, policy);
  }
  return terms;
}

}  // namespace yizhan::fhir
