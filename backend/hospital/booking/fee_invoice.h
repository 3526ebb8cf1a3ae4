/// \file
/// The bill for a fee that is known before anything is done: registration, a check-up package.
#pragma once

#include <cstdint>
#include <string>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// Invoice.type: registration-fee | package-fee.
inline constexpr const char* kInvoiceType = "urn:yizhan:invoice-type";

/// Stores an Invoice with status issued and returns its id.
[[nodiscard]] Result<std::string> CreateFeeInvoice(store::Transaction& transaction,
                                                   const std::string& patient_id, const char* what,
                                                   std::int64_t fee_minor, WallTime now);

}  // namespace yizhan::hospital
