/// \file
/// Somebody with a booking, as the queues take them: what check-in and queues without check-in
/// (非签到) have in common. Inside the caller's transaction.
#pragma once

#include <cstdint>

#include "backend/hospital/queues/enter.h"
#include "domain/visit.h"

namespace yizhan::hospital {

/// The entrant that an appointment makes, without operation, terminal and arrival. The number of
/// its seat is looked up only where the queue is called by it.
[[nodiscard]] Result<Entrant> BookedEntrant(store::ReadView& view, const QueueContext& context,
                                            const fhir::Json& appointment,
                                            const domain::Visit& visit);

/// What is still to be paid before the patient may enter, in fen; at least 1 when an invoice is
/// open whose amount cannot be read.
[[nodiscard]] Result<std::int64_t> DueOf(store::ReadView& view, const fhir::Json& appointment);

}  // namespace yizhan::hospital
