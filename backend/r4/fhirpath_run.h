#pragma once

#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/r4/fhirpath.h"
#include "backend/r4/fhirpath_program.h"

namespace yizhan::r4 {

// One evaluation of one expression. Internal to fhirpath*.cpp.

using Nodes = std::pmr::vector<Node>;

/// The member `name` of `parent`, its values with their types; of a choice, whichever is there.
void AddMember(const Node& parent, std::string_view name, Nodes& out);
/// Every value directly below `parent`.
void AddChildren(const Node& parent, Nodes& out);

/// The types of values that an expression computes.
struct SystemTypes {
  const TypeDefinition* boolean;
  const TypeDefinition* integer;
  const TypeDefinition* decimal;
  const TypeDefinition* string;
};
[[nodiscard]] const SystemTypes& TheSystemTypes();

class Run {
 public:
  Run(Evaluator& evaluator, const Program& program, const Node& context)
      : evaluator_(evaluator), program_(program), context_(context) {}

  [[nodiscard]] Nodes Evaluate();
  /// A comparison could not be decided.
  [[nodiscard]] bool Undecided() const { return undecided_; }

 private:
  /// Where a term is evaluated: what it applies to, and what $this and $index mean.
  struct Here {
    const Nodes& focus;
    const Node& self;
    std::size_t index = 0;
  };
  using Tri = std::optional<bool>;

  [[nodiscard]] Nodes New() { return Nodes(&evaluator_.memory_); }
  [[nodiscard]] Nodes One(const Node& node);
  [[nodiscard]] Nodes Of(Tri value);
  [[nodiscard]] Nodes OfText(std::string text);
  [[nodiscard]] Nodes OfInteger(std::int64_t value);
  [[nodiscard]] Nodes OfNumber(std::string text, const TypeDefinition* type);
  /// False when the budget is used up.
  [[nodiscard]] bool Spend(std::size_t steps = 1);

  [[nodiscard]] Nodes Eval(std::uint32_t number, const Here& here);
  [[nodiscard]] Nodes Variable(const Term& term);
  [[nodiscard]] Nodes Members(const Term& term, const Here& here);
  [[nodiscard]] Nodes Binary(const Term& term, const Here& here);
  [[nodiscard]] Nodes Logic(const Term& term, const Here& here);
  [[nodiscard]] Nodes Compare(Op op, const Nodes& left, const Nodes& right);
  [[nodiscard]] Nodes Arithmetic(Op op, const Nodes& left, const Nodes& right);
  [[nodiscard]] Tri EqualNodes(const Nodes& left, const Nodes& right);
  [[nodiscard]] Tri IsIn(const Nodes& left, const Nodes& right);
  [[nodiscard]] Nodes OfTypeNamed(std::string_view type, const Nodes& values);
  [[nodiscard]] static Tri Truthful(const Nodes& values);

  [[nodiscard]] Nodes Call(const Term& term, const Here& here);
  [[nodiscard]] Nodes CallOnList(const Term& term, const Here& here);
  [[nodiscard]] Nodes CallWithCriteria(const Term& term, const Here& here);
  [[nodiscard]] Nodes CallOnTruths(const Term& term, const Here& here);
  [[nodiscard]] Nodes CallOnText(const Term& term, const Here& here);
  [[nodiscard]] Nodes CallConversion(const Term& term, const Here& here);
  [[nodiscard]] Nodes CallOnTree(const Term& term, const Here& here);
  [[nodiscard]] Nodes Argument(const Term& term, std::size_t number, const Here& here);
  [[nodiscard]] std::optional<std::string_view> TextArgument(const Term& term, std::size_t number,
                                                             const Here& here);
  [[nodiscard]] Nodes Matches(const Term& term, const Here& here, std::string_view text);
  [[nodiscard]] Nodes Distinct(const Nodes& values);
  [[nodiscard]] Nodes Both(const Nodes& left, const Nodes& right);
  [[nodiscard]] Nodes Descendants(const Nodes& from);
  [[nodiscard]] Nodes Resolved(const Nodes& references);

  Evaluator& evaluator_;
  const Program& program_;
  const Node& context_;
  bool undecided_ = false;
};

}  // namespace yizhan::r4
