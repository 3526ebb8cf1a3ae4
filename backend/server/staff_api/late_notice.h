/// \file
/// What the triage desk is told of how long a number is kept for its patient (domain.md 0.1(2)).
#pragma once

#include "backend/hospital/booking/booking_record.h"
#include "backend/server/staff_api/staff_api.h"

namespace yizhan::server {

/// Sets in a booking's row when it lapses ("lapses"), when its slot ends ("endMs"), until when a
/// promise can keep it ("latestMs") and, where the patient has telephoned, the arrival that was
/// promised ("promised").
void TellKept(StaffContext& context, const hospital::BookingRecord& record, fhir::Json& row);

}  // namespace yizhan::server
