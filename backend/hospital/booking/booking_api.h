/// \file
/// Booking acts as FHIR operations: Parameters in, Parameters or OperationOutcome out. The contract
/// is in backend/fhir/systems.h.
#pragma once

#include <string>
#include <string_view>

#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/hospital.h"

namespace yizhan::hospital {

/// POST Appointment/$book
[[nodiscard]] OperationAnswer BookOperation(Bookings& bookings, const fhir::Json& parameters);
/// POST Appointment/$wait
[[nodiscard]] OperationAnswer WaitOperation(Bookings& bookings, const fhir::Json& parameters);
/// POST Appointment/{id}/$take, $confirm, $cancel, $accept, $decline
[[nodiscard]] OperationAnswer ActOperation(Bookings& bookings, domain::BookingAct act,
                                           const std::string& appointment_id,
                                           const fhir::Json& parameters);
/// POST Appointment/{id}/$late-notice
[[nodiscard]] OperationAnswer LateNoticeOperation(Bookings& bookings,
                                                  const std::string& appointment_id,
                                                  const fhir::Json& parameters);

/// POST Schedule/{id}/$stop, $substitute, $add-number
[[nodiscard]] OperationAnswer StopOperation(Queues& queues, const std::string& schedule_id,
                                            const fhir::Json& parameters);
[[nodiscard]] OperationAnswer SubstituteOperation(Queues& queues, const std::string& schedule_id,
                                                  const fhir::Json& parameters);
[[nodiscard]] OperationAnswer AddNumberOperation(Bookings& bookings, const std::string& schedule_id,
                                                 const fhir::Json& parameters);
/// POST Appointment/{id}/$rebook
[[nodiscard]] OperationAnswer RebookOperation(Bookings& bookings, const std::string& appointment_id,
                                              const fhir::Json& parameters);
/// GET Appointment/{id}/$alternatives
[[nodiscard]] OperationAnswer AlternativesOperation(Bookings& bookings,
                                                    const std::string& appointment_id);
/// GET Appointment/{id}/$invitation
[[nodiscard]] OperationAnswer InvitationOperation(Bookings& bookings,
                                                  const std::string& appointment_id);

}  // namespace yizhan::hospital
