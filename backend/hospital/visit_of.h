#pragma once

#include "backend/fhir/json.h"
#include "backend/hospital/directory.h"
#include "domain/visit.h"

namespace yizhan::hospital {

/// The visit an Appointment stands for, as far as the check-in rules need it; due_minor is left 0
/// (it needs the Invoice). Fields that the Appointment does not tell stay empty.
[[nodiscard]] domain::Visit VisitOf(const fhir::Json& appointment,
                                    const DirectorySnapshot& directory);

/// Ids of the Invoices that must be paid before check-in.
[[nodiscard]] std::vector<std::string> InvoicesOf(const fhir::Json& appointment);

}  // namespace yizhan::hospital
