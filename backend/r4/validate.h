#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/r4/definitions.h"

namespace yizhan::r4 {

/// What is wrong with a resource, in an OperationOutcome's terms.
struct Issue {
  Severity severity = Severity::Error;
  /// An IssueType: "structure", "required", "value", "code-invalid", "invariant", "too-costly".
  const char* code = "structure";
  std::string expression;   ///< Where: "Patient.name[0].family".
  std::string diagnostics;  ///< What, for the sender's staff. Never holds a value.
};

struct ValidateOptions {
  /// Also tells what is not wrong but unwise (invariants of severity warning).
  bool warnings = false;
  /// After so many it stops looking; a sender repairs a few at a time.
  std::size_t most_issues = 50;
};

/// Everything that is wrong with a resource according to FHIR R4: structure, cardinality, formats,
/// codes of required bindings, what references point to, invariants; in its contained resources and
/// in those of a Bundle or Parameters, too. Empty: it may be stored. Work and depth are bounded
/// whatever the resource holds; what costs more than it may is an issue ("too-costly").
/// Thread-safe.
[[nodiscard]] std::vector<Issue> Validate(const fhir::Json& resource,
                                          const ValidateOptions& options = {});

/// Whether one of them is an error.
[[nodiscard]] bool HasErrors(const std::vector<Issue>& issues);

}  // namespace yizhan::r4
