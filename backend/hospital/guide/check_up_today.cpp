#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/day_search.h"
#include "backend/hospital/guide/guide_sheet.h"
#include "backend/hospital/packages/package_plan.h"

namespace yizhan::hospital {
namespace {

using State = domain::BookingState;

constexpr std::size_t kMostOfADay = 200;

}  // namespace

Result<std::optional<domain::CheckUpToday>> CheckUpTodayOf(const GuideContext& context,
                                                           const std::string& patient_id) {
  const std::string today = ToDate(LocalDay(context.now, context.zone));
  const auto appointments =
      FindBodies(context.view, "Appointment",
                 OnDay({{"patient", "Patient/" + patient_id}}, "date", today, context.zone),
                 context.zone, kMostOfADay);
  if (!appointments) return Failed(appointments);
  for (const fhir::Json& appointment : *appointments) {
    const auto record = FromAppointment(appointment);
    if (!record || !IsPackage(context.directory, record->service_id)) continue;
    const State state = record->booking.state;
    if (state != State::CheckedIn && state != State::InVisit && state != State::Done) continue;
    return std::optional(
        domain::CheckUpToday{context.directory.ServiceOf(record->service_id).name, record->payer});
  }
  return std::optional<domain::CheckUpToday>();
}

}  // namespace yizhan::hospital
