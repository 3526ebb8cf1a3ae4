/// \file
/// Pieces of the booking office's views, used by several of its files.
#pragma once

#include <string>
#include <vector>

#include "backend/hospital/booking/booking_record.h"
#include "backend/server/staff_api/staff_api.h"

namespace yizhan::server {

/// Resources of a search as JSON, at most 1,000; what cannot be read is left out.
[[nodiscard]] std::vector<fhir::Json> Found(StaffContext& context, const std::string& type,
                                            store::SearchParameters parameters);
/// Null: it is not there.
[[nodiscard]] fhir::Json Body(store::ResourceStore& store, const std::string& type,
                              const std::string& id);
/// {"name", "title"}; null: nobody in particular.
[[nodiscard]] fhir::Json DoctorOf(const hospital::DirectorySnapshot& directory,
                                  const std::string& id);
/// "09:00–09:30"
[[nodiscard]] std::string Span(WallTime from, WallTime to, TimeZone zone);
/// "*": nobody is known by that id.
[[nodiscard]] std::string MaskedNameOf(store::ResourceStore& store, const std::string& patient_id);
/// A Schedule: {"id", "service", "doctor", "room", "session", "stopped", "day", "hours"}.
[[nodiscard]] fhir::Json SessionView(StaffContext& context, const fhir::Json& schedule);
/// {"id", "name" (masked), "slot", "state", "channel", "prepaidFen", "refundFen"}; of an offer also
/// "heldUntil".
[[nodiscard]] fhir::Json BookingView(StaffContext& context, const hospital::BookingRecord& record);

/// The clocks of a booking by its department's policy, or the hospital's.
[[nodiscard]] domain::BookingTimes TimesOf(const hospital::BookingRules& rules,
                                           const hospital::BookingRecord& record);

/// {"q"}: the Patients with this card, document or telephone, at most five. Asked for in a body,
/// never in an address. BadData: too short for any of them, or too long.
[[nodiscard]] Result<std::vector<fhir::Json>> FindPeople(StaffContext& context,
                                                         const fhir::Json& body);
/// {"id", "name" (masked), "sex", "age"}: enough to ask the person.
[[nodiscard]] fhir::Json PersonRow(StaffContext& context, const fhir::Json& patient);

/// Bytes that the audit keeps of a reason.
inline constexpr std::size_t kLongestReason = 200;
/// The reason of an act. BadData: none, or longer than the audit keeps.
[[nodiscard]] Result<std::string> ReasonOf(const fhir::Json& body);

}  // namespace yizhan::server
