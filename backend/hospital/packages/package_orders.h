/// \file
/// The orders of a check-up package, made when its patient checks in (domain.md F14).
#pragma once

#include <string>

#include "backend/fhir/json.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/queues/enter.h"
#include "domain/visit.h"

namespace yizhan::hospital {

/// Why the ticket of a package waits: its patient goes through the examinations first, and the desk
/// lets it be called when the sheet is handed in.
inline constexpr const char* kCheckUpHold = "check-up";

enum class PackageOrders {
  None,    ///< The visit is no package's.
  Made,    ///< They stand, from now or from an earlier check-in.
  Broken,  ///< The package cannot be read: audited, and a person at the centre orders by hand.
};

/// In the transaction of the check-in, before the appointment is stored: a ServiceRequest for
/// everything the package contains, once for an appointment whoever checks it in. They are paid for
/// by what paid for the booking; where nothing did, an Invoice of the package's price is issued and
/// put on `appointment`. An earlier check-in's orders that were taken back stand again. A package
/// that cannot be read stops nobody who stands there. Errors are those of the store.
[[nodiscard]] Result<PackageOrders> OrderPackage(store::Transaction& transaction,
                                                 const QueueContext& context,
                                                 fhir::Json& appointment,
                                                 const domain::Visit& visit, AuditedAct by);

/// The check-in was taken back, or its patient has left: what nobody has begun is taken back, and
/// so is a bill for it that nobody paid.
[[nodiscard]] Status TakeBackPackage(store::Transaction& transaction, const QueueContext& context,
                                     const std::string& appointment_id);

}  // namespace yizhan::hospital
