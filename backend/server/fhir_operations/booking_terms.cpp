#include "backend/fhir/booking_terms.h"

#include "backend/server/fhir_operations/operation.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// When check-in opens is a rule of the queue, everything else one of booking.
fhir::BookingTerms TermsOf(hospital::Hospital& hospital) {
  const hospital::BookingRules& rules = hospital.Booking().Rules();
  const hospital::QueueContext queues = hospital.Queue().Context();
  fhir::BookingTerms terms;
  terms.hospital = rules.policy;
  terms.hospital.check_in = hospital.Options().check_in;
  terms.rebook_within = rules.rebook_within;
  terms.day_begins = hospital.Options().zone.day_begins;
  for (const auto& [id, service] : queues.directory->services) {
    const auto own = rules.by_service.find(id);
    domain::BookingPolicy policy = own == rules.by_service.end() ? terms.hospital : own->second;
    policy.check_in = queues.PolicyOf(id).CheckIn(policy.check_in);
    if (policy != terms.hospital) terms.by_service.emplace(id, policy);
  }
  return terms;
}

FhirAnswer Terms(const OperationCall& call) {
  if (!call.request.May(Interaction::Read, "HealthcareService")) {
    return Forbidden("HealthcareService");
  }
  FhirAnswer answer;
  answer.status = 200;
  answer.body = fhir::ToParameters(TermsOf(call.hospital)).Write();
  return answer;
}

Json TermsParameters() {
  return Json::Array(
      {OperationParameter("hospital", "out", 1, "1", "Element",
                          "The hospital's own values as integer parts: minutes before or after the "
                          "start, minutes of the day, days, percent"),
       OperationParameter("department", "out", 0, "*", "Element",
                          "service as a reference, and the values that differ there")});
}

}  // namespace

const Operation kBookingTerms = {
    .name = "booking-terms",
    .title = "BookingTerms",
    .description = "The limits of bookings and of check-in, of the hospital and by department",
    .type = "HealthcareService",
    .standard = "",
    .on_type = true,
    .on_instance = false,
    .affects_state = false,
    .run = Terms,
    .parameters = TermsParameters};

}  // namespace yizhan::server
