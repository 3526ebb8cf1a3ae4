#include "backend/hospital/visit_of.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

domain::BookingKind KindOf(const Json& appointment) {
  for (const Json& extension : appointment["extension"].Items()) {
    if (extension["url"].AsString() != fhir::systems::kBookingKind) continue;
    const std::string& code = extension["valueCode"].AsString();
    if (code == "temporary") return domain::BookingKind::Temporary;
    if (code == "guaranteed") return domain::BookingKind::Guaranteed;
    if (code == "waiting") return domain::BookingKind::Waiting;
  }
  return appointment["status"].AsString() == "waitlist" ? domain::BookingKind::Waiting
                                                        : domain::BookingKind::Confirmed;
}

domain::VisitState StateOf(const std::string& status) {
  if (status == "booked") return domain::VisitState::Booked;
  if (status == "arrived" || status == "checked-in") return domain::VisitState::CheckedIn;
  if (status == "fulfilled") return domain::VisitState::Done;
  if (status == "noshow") return domain::VisitState::NoShow;
  // A waiting-list entry is told by its kind; everything else cannot be checked in.
  return status == "waitlist" ? domain::VisitState::Booked : domain::VisitState::Cancelled;
}

}  // namespace

domain::Visit VisitOf(const Json& appointment, const DirectorySnapshot& directory) {
  domain::Visit visit;
  visit.id = domain::AppointmentId(appointment["id"].AsString());
  visit.kind = KindOf(appointment);
  visit.state = StateOf(appointment["status"].AsString());
  visit.start = ParseInstant(appointment["start"].AsString()).value_or(WallTime{});
  visit.end = ParseInstant(appointment["end"].AsString()).value_or(visit.start);
  std::string room;
  for (const Json& participant : appointment["participant"].Items()) {
    const auto target = fhir::ParseReference(participant["actor"]["reference"].AsString());
    if (!target) continue;
    if (target->type == "Patient") visit.patient = domain::PatientId(target->id);
    if (target->type == "HealthcareService") visit.service_id = domain::ServiceId(target->id);
    if (target->type == "Location") room = target->id;
    if (target->type == "Practitioner" && directory.doctors.contains(target->id)) {
      visit.doctor = directory.doctors.at(target->id).name;
    }
  }
  const Service& service = directory.ServiceOf(visit.service_id.Value());
  visit.service = service.name;
  visit.queue_letter = service.queue_letter;
  visit.place = directory.PlaceOf(service.area_id).name;
  visit.room = directory.PlaceOf(room).name;
  visit.site_id = domain::SiteId(directory.SiteOf(room.empty() ? service.area_id : room));
  return visit;
}

std::vector<std::string> InvoicesOf(const Json& appointment) {
  std::vector<std::string> ids;
  for (const Json& information : appointment["supportingInformation"].Items()) {
    std::string id = fhir::ReferencedId(information, "Invoice");
    if (!id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace yizhan::hospital
