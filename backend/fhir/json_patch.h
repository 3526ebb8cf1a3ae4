#pragma once

#include "backend/fhir/json.h"
#include "base/result.h"

namespace yizhan::fhir {

/// What one patch may cost us before we refuse it.
struct PatchLimits {
  std::size_t operations = 1000;
  std::size_t depth = 64;          ///< Of the document that comes out.
  std::size_t values = 200'000;    ///< In it.
  std::size_t bytes = 16U << 20U;  ///< Of the texts in it.
};

/// Applies a JSON Patch (RFC 6902) to `document`: all operations or, when one fails, none.
/// BadData: `patch` is no JSON Patch, or over a limit. NotFound: an operation names a place that
/// does not exist. Refused: a "test" found another value. Details name the operation by its place,
/// never a value. Thread-safe.
[[nodiscard]] Status ApplyJsonPatch(Json& document, const Json& patch,
                                    const PatchLimits& limits = {});

/// Equality as RFC 6902 section 4.6 has it: numbers by value (1.50 equals 1.5), members in any
/// order.
[[nodiscard]] bool AreEqual(const Json& left, const Json& right);

}  // namespace yizhan::fhir
