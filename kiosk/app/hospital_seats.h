#pragma once

#include <memory>

#include "backend/fhir/client.h"
#include "kiosk/app/payment_desk.h"
#include "kiosk/sync/answers.h"

namespace yizhan::app {

/// Seats at the hospital, over a connection of the payment worker's own: a patient who pays does
/// not wait behind other questions. BadData: no client can be made of the options.
[[nodiscard]] Result<std::unique_ptr<SeatOwner>> OpenHospitalSeats(fhir::ClientOptions client,
                                                                   sync::Station station,
                                                                   const Clock& clock);

}  // namespace yizhan::app
