#pragma once

#include "backend/r4/definitions.h"
#include "backend/r4/fhirpath.h"

namespace yizhan::r4 {

/// Whether `node` keeps an invariant; what cannot be decided is kept. Internal to this folder. The
/// rules that nearly every value of every resource must keep are decided without FHIRPath, to the
/// same result; the others' expressions are compiled once.
[[nodiscard]] bool Keeps(const Node& node, const Invariant& invariant, Evaluator& evaluator);

}  // namespace yizhan::r4
