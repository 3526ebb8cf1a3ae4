#pragma once

#include <string>
#include <vector>

#include "backend/hospital/booking/booking_record.h"
#include "backend/store/resource_store.h"

namespace yizhan::hospital {

/// Who waits for a seat of a service on a day ("2026-03-10"), in the order in which seats are
/// offered; those with an offer under way come first. A picture for a page: nothing is decided by
/// it. Errors: those of the store.
[[nodiscard]] Result<std::vector<BookingRecord>> WaitingList(store::ReadView& view,
                                                             const std::string& service_id,
                                                             const std::string& day, TimeZone zone);

}  // namespace yizhan::hospital
