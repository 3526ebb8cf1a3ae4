#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/r4/address.h"
#include "backend/r4/definitions.h"
#include "base/result.h"

namespace yizhan::r4 {

/// One FHIRPath value: a place in a resource, or a value that an expression computed. Borrows.
struct Node {
  const fhir::Json* json = nullptr;    ///< Never null; the null value where only `shadow` is there.
  const fhir::Json* shadow = nullptr;  ///< A primitive's "_name" object (id, extensions), or null.
  const TypeDefinition* type = nullptr;  ///< Null: not known to R4.
};

struct Program;

/// A FHIRPath expression, ready to be evaluated. Knows what R4's search parameters and invariants
/// use: paths, operators, and the functions of the specification except those that ask a clock, a
/// terminology or the network. Immutable; copies share.
class Expression {
 public:
  /// BadData: no expression, an unknown function, or nested too deep; the detail names the place.
  [[nodiscard]] static Result<Expression> Compile(std::string_view text);

 private:
  friend class Evaluator;
  explicit Expression(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;  // Shared: copies of a table of expressions are cheap.
};

/// The resources that %resource and %rootResource mean.
struct Scope {
  Node resource;
  Node root;
};

/// Whether a rule holds. Unknown: FHIRPath cannot tell ("2026" <= "2026-03"), or the expression
/// costs more than it may.
enum class Truth { True, False, Unknown };

/// Evaluates expressions over one resource without copying it. Never throws; work and depth are
/// bounded, see OverBudget(). Thread-bound; the resource must outlive it.
class Evaluator {
 public:
  explicit Evaluator(Scope scope, std::size_t steps = 1'000'000);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// The values; those that were computed live as long as this evaluator, or until Test().
  [[nodiscard]] std::vector<Node> Evaluate(const Expression& expression, const Node& focus);
  /// Whether the result is the one value true. Empty is False unless it was undecidable.
  [[nodiscard]] Truth Test(const Expression& expression, const Node& focus);
  /// The steps are used up: results since then are worthless.
  [[nodiscard]] bool OverBudget() const { return steps_ == 0; }
  /// Adds to the steps that may be spent, unless they are used up.
  void Allow(std::size_t steps) { steps_ += steps_ > 0 ? steps : 0; }
  void SetScope(const Scope& scope);
  /// What %rootResource contains.
  [[nodiscard]] ContainedResources& Contained() { return contained_; }

 private:
  friend class Run;
  Scope scope_;
  ContainedResources contained_;
  std::size_t steps_;
  std::array<std::byte, 8192> buffer_;
  std::pmr::monotonic_buffer_resource memory_;
  std::forward_list<fhir::Json> computed_;
};

/// The resource as a node, with the type it says it has.
[[nodiscard]] Node ResourceNode(const fhir::Json& resource);

}  // namespace yizhan::r4
