#include "backend/server/staff_api/booking_parts.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/server/staff_api/view_parts.h"
#include "domain/name.h"

namespace yizhan::server {

using domain::BookingState;
using fhir::Json;
using hospital::BookingRecord;
namespace systems = fhir::systems;

namespace {

/// Shorter texts are no number of a card, a document or a telephone.
constexpr std::size_t kShortestIdentifier = 6;
constexpr std::size_t kLongestQuestion = 64;

}  // namespace

/// Resources of a search as JSON; what cannot be read is left out.
std::vector<Json> Found(StaffContext& context, const std::string& type,
                        store::SearchParameters parameters) {
  std::vector<Json> bodies;
  parameters.emplace_back("_count", "1000");
  const auto query = store::ParseSearch(type, parameters, context.hospital.Options().zone);
  if (!query) return bodies;
  const Result<store::SearchResult> found = context.store.Search(*query);
  if (!found) return bodies;
  for (const store::StoredResource& one : found->matches) {
    if (Result<Json> body = Json::Parse(one.text)) bodies.push_back(std::move(*body));
  }
  return bodies;
}

Json Body(store::ResourceStore& store, const std::string& type, const std::string& id) {
  const Result<store::StoredResource> stored = store.Read(type, id);
  if (!stored || stored->deleted) return {};
  Result<Json> body = Json::Parse(stored->text);
  return body ? std::move(*body) : Json();
}

Json DoctorOf(const hospital::DirectorySnapshot& directory, const std::string& id) {
  const auto doctor = directory.doctors.find(id);
  return doctor == directory.doctors.end() ? Json() : DoctorView(&doctor->second);
}

std::string Span(WallTime from, WallTime to, TimeZone zone) {
  return ToLocalHourMinute(from, zone) + "–" + ToLocalHourMinute(to, zone);
}

/// The members of a session that its row and its own page share.
Json SessionView(StaffContext& context, const Json& schedule) {
  const auto directory = context.hospital.Places();
  const TimeZone zone = context.hospital.Options().zone;
  const std::string room = fhir::ReferencedId(schedule["actor"], "Location");
  const std::string& service = fhir::ReferencedId(schedule["actor"], "HealthcareService");
  Json view = Json::Object(
      {{"id", schedule["id"]},
       {"service", LocalView(directory->ServiceOf(service).name)},
       {"doctor", DoctorOf(*directory, fhir::ReferencedId(schedule["actor"], "Practitioner"))},
       {"room", LocalView(directory->PlaceOf(room).name)},
       {"session", TextView(hospital::WordOf(schedule, systems::kSession))},
       {"stopped", Json::Boolean(schedule.Has("active") && !schedule["active"].AsBoolean())}});
  const auto from = ParseInstant(schedule["planningHorizon"]["start"].AsString());
  const auto to = ParseInstant(schedule["planningHorizon"]["end"].AsString());
  if (from && to) {
    view.Set("day", TextView(ToDate(LocalDay(*from, zone))));
    view.Set("hours", TextView(Span(*from, *to, zone)));
  }
  return view;
}

std::string MaskedNameOf(store::ResourceStore& store, const std::string& patient_id) {
  const Json patient = Body(store, "Patient", patient_id);
  return patient.IsNull() ? "*" : domain::MaskName(fhir::PersonName(patient));
}

Json BookingView(StaffContext& context, const BookingRecord& record) {
  const TimeZone zone = context.hospital.Options().zone;
  const domain::Booking& booking = record.booking;
  Json view = Json::Object({{"id", TextView(record.id)},
                            {"name", TextView(MaskedNameOf(context.store, record.patient_id))},
                            {"slot", TextView(Span(booking.start, booking.end, zone))},
                            {"state", TextView(hospital::Name(booking.state))},
                            {"channel", TextView(record.channel)},
                            {"prepaidFen", Json::Integer(booking.prepaid_minor)},
                            {"refundFen", Json::Integer(record.refund_minor)}});
  if (booking.state == BookingState::Offered) {
    view.Set("heldUntil", TextView(ToLocalHourMinute(booking.held_until, zone)));
  }
  return view;
}

domain::BookingTimes TimesOf(const hospital::BookingRules& rules, const BookingRecord& record) {
  const auto own = rules.by_service.find(record.service_id);
  return domain::TimesOf(record.booking, rules.zone,
                         own == rules.by_service.end() ? rules.policy : own->second);
}

Result<std::vector<Json>> FindPeople(StaffContext& context, const Json& body) {
  const std::string& asked = body["q"].AsString();
  if (asked.size() < kShortestIdentifier || asked.size() > kLongestQuestion) {
    return Fail(ErrorCode::BadData, "nothing is asked for");
  }
  const TimeZone zone = context.hospital.Options().zone;
  for (const char* by : {"identifier", "phone"}) {
    const auto query = store::ParseSearch("Patient", {{by, asked}, {"_count", "5"}}, zone);
    if (!query) continue;
    const Result<store::SearchResult> found = context.store.Search(*query);
    if (!found) return tl::unexpected<Error>(found.error());
    std::vector<Json> people;
    for (const store::StoredResource& one : found->matches) {
      if (Result<Json> patient = Json::Parse(one.text)) people.push_back(std::move(*patient));
    }
    if (!people.empty()) return people;
  }
  return std::vector<Json>();
}

Json PersonRow(StaffContext& context, const Json& patient) {
  Json view = Json::Object({{"id", patient["id"]},
                            {"name", TextView(domain::MaskName(fhir::PersonName(patient)))},
                            {"sex", patient["gender"]}});
  const auto age = AgeOn(context.hospital.Today(), patient["birthDate"].AsString());
  if (age) view.Set("age", Json::Integer(*age));
  return view;
}

Result<std::string> ReasonOf(const Json& body) {
  const std::string& reason = body["reason"].AsString();
  if (reason.empty() || reason.size() > kLongestReason) {
    return Fail(ErrorCode::BadData, "reason is missing or too long");
  }
  return reason;
}

}  // namespace yizhan::server
