#include "backend/r4/select.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "backend/r4/address.h"
#include "backend/r4/fhirpath.h"
#include "base/assert.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;

/// Which of the values that a step reached go on.
struct Filter {
  enum class Kind { None, PointsTo, MemberIs, Index };
  Kind kind = Kind::None;
  std::string_view name;   ///< PointsTo: the type. MemberIs: the member.
  std::string_view value;  ///< MemberIs.
  std::size_t index = 0;
};

/// One element of a path, as the JSON members it can be.
struct Step {
  struct Variant {
    std::string_view name;
    const TypeDefinition* type = nullptr;
  };
  std::vector<Variant> variants;
  Filter filter;
};

/// One alternative of an expression.
struct Path {
  const TypeDefinition* start = nullptr;
  bool from_resource = false;  ///< In a component: starts at the resource, not at the repetition.
  std::vector<Step> steps;
};

/// Splits "a | b" into its alternatives.
std::vector<std::string_view> Alternatives(std::string_view expression) {
  std::vector<std::string_view> parts;
  constexpr std::string_view kOr = " | ";
  for (std::size_t at = 0;;) {
    const std::size_t end = expression.find(kOr, at);
    parts.push_back(expression.substr(at, end - at));
    if (end == std::string_view::npos) return parts;
    at = end + kOr.size();
  }
}

/// Understands the expressions that are no more than a path with a filter; search parameters hardly
/// know others.
class PathReader {
 public:
  PathReader(std::string_view text, const TypeDefinition* start, const TypeDefinition* resource)
      : text_(text), start_(start), resource_(resource) {}

  std::optional<Path> Read() {
    Path path;
    while (Take("(")) ++open_;
    if (Take("%resource.")) {
      path.from_resource = true;
      path.start = resource_;
    } else {
      path.start = start_;
      // A path may begin with the name of the type it starts at.
      if (Take(start_->name) && !text_.empty() && !Take(".") && text_[0] != ')')
        return std::nullopt;
    }
    types_ = {path.start};
    while (!text_.empty()) {
      if (!ReadStep(path)) return std::nullopt;
    }
    return open_ == 0 ? std::optional(std::move(path)) : std::nullopt;
  }

 private:
  bool Take(std::string_view start) {
    if (!text_.starts_with(start)) return false;
    text_.remove_prefix(start.size());
    return true;
  }

  std::string_view TakeName() {
    std::size_t end = 0;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0)) ++end;
    const std::string_view name = text_.substr(0, end);
    text_.remove_prefix(end);
    return name;
  }

  bool ReadStep(Path& path) {
    if (Take("where(resolve() is ")) {
      return SetFilter(path, {Filter::Kind::PointsTo, TakeName(), {}, 0}) && Take(")") && End();
    }
    if (Take("where(")) {
      const std::string_view member = TakeName();
      if (!Take("='")) return false;
      const std::size_t quote = std::min(text_.find('\''), text_.size());
      const std::string_view value = text_.substr(0, quote);
      text_.remove_prefix(quote);
      return SetFilter(path, {Filter::Kind::MemberIs, member, value, 0}) && Take("')") && End();
    }
    if (Take("ofType(") || Take("as(")) return Narrow(path, TakeName()) && Take(")") && End();
    if (Take("[0]")) return SetFilter(path, {Filter::Kind::Index, {}, {}, 0}) && End();
    return AddStep(path, TakeName()) && End();
  }

  /// After a step: the next one, a bracket that closes, or the end.
  bool End() {
    while (open_ > 0 && Take(")")) --open_;
    return text_.empty() || Take(".") || text_[0] == '[';
  }

  static bool SetFilter(Path& path, Filter filter) {
    if (path.steps.empty() || path.steps.back().filter.kind != Filter::Kind::None) return false;
    path.steps.back().filter = filter;
    return true;
  }

  bool AddStep(Path& path, std::string_view name) {
    Step step;
    for (const TypeDefinition* type : types_) {
      const Element* element = type->FindElement(name);
      if (element == nullptr) continue;
      for (const Member& member : type->members) {
        if (member.element == element) step.variants.push_back({member.name, member.type->type});
      }
    }
    if (step.variants.empty()) return false;
    types_.clear();
    for (const Step::Variant& variant : step.variants) types_.push_back(variant.type);
    path.steps.push_back(std::move(step));
    return true;
  }

  bool Narrow(Path& path, std::string_view type) {
    if (path.steps.empty()) return false;
    auto& variants = path.steps.back().variants;
    std::erase_if(variants,
                  [&](const Step::Variant& variant) { return variant.type->name != type; });
    std::erase_if(types_, [&](const TypeDefinition* kept) { return kept->name != type; });
    return !variants.empty();
  }

  std::string_view text_;
  const TypeDefinition* start_;
  const TypeDefinition* resource_;
  std::vector<const TypeDefinition*> types_;
  int open_ = 0;
};

/// Whether a Reference points to a resource of `type`, as far as it tells itself: by its address,
/// its type element, or the contained resource that it names.
bool PointsTo(const Json& reference, std::string_view type, ContainedResources& contained) {
  const std::string_view address = reference["reference"].AsString();
  if (address.starts_with('#')) {
    const Json* target = contained.Find(address);
    return target != nullptr && (*target)["resourceType"].AsString() == type;
  }
  const std::string_view named = TypeOfAddress(address);
  return named.empty() ? reference["type"].AsString() == type : named == type;
}

/// Follows one path through one resource.
class Walk {
 public:
  Walk(const Path& path, ContainedResources& contained, std::vector<Selected>& found)
      : path_(path), contained_(contained), found_(found) {}

  void From(const Json& value, const TypeDefinition* type) { Go(value, type, 0); }

 private:
  void Go(const Json& value, const TypeDefinition* type, std::size_t step) {
    if (value.IsNull()) return;
    if (step == path_.steps.size()) {
      found_.push_back({&value, TypeName(value, *type)});
      return;
    }
    for (const Step::Variant& variant : path_.steps[step].variants) {
      const Json& member = value[variant.name];
      if (member.IsNull()) continue;
      if (!member.IsArray()) {
        Visit(member, variant.type, step, 0);
        continue;
      }
      std::size_t index = 0;
      for (const Json& item : member.Items()) Visit(item, variant.type, step, index++);
    }
  }

  void Visit(const Json& value, const TypeDefinition* type, std::size_t step, std::size_t index) {
    if (Passes(value, path_.steps[step].filter, index)) Go(value, type, step + 1);
  }

  bool Passes(const Json& value, const Filter& filter, std::size_t index) {
    switch (filter.kind) {
      case Filter::Kind::None: return true;
      case Filter::Kind::PointsTo: return PointsTo(value, filter.name, contained_);
      case Filter::Kind::MemberIs: return value[filter.name].AsString() == filter.value;
      case Filter::Kind::Index: return index == filter.index;
    }
    return false;
  }

  static std::string_view TypeName(const Json& value, const TypeDefinition& type) {
    if (type.kind != TypeDefinition::Kind::Abstract) return type.name;
    const TypeDefinition* actual = FindType(value["resourceType"].AsString());
    return actual != nullptr ? actual->name : type.name;
  }

  const Path& path_;
  ContainedResources& contained_;
  std::vector<Selected>& found_;
};

/// What a parameter's expression means.
struct Plan {
  std::vector<Path> paths;
  /// What is no path and says yes or no (Patient.deceased); null otherwise.
  std::shared_ptr<const Expression> question;
  /// For each component its paths, for each type that a repetition can have.
  std::vector<std::vector<Path>> components;
};

/// The types that a path ends at.
std::vector<const TypeDefinition*> EndsOf(const Path& path) {
  if (path.steps.empty()) return {path.start};
  std::vector<const TypeDefinition*> ends;
  for (const Step::Variant& variant : path.steps.back().variants) ends.push_back(variant.type);
  return ends;
}

Plan PlanOf(const SearchParam& param) {
  Plan plan;
  const TypeDefinition* resource = FindType(param.type);
  if (param.expression.empty()) return plan;
  for (const std::string_view part : Alternatives(param.expression)) {
    auto path = PathReader(part, resource, resource).Read();
    if (path) {
      plan.paths.push_back(std::move(*path));
    } else {
      plan.question = std::make_shared<Expression>(Expression::Compile(param.expression).value());
    }
  }
  for (const SearchParam::Component& component : param.components) {
    std::vector<Path>& paths = plan.components.emplace_back();
    for (const Path& start : plan.paths) {
      for (const TypeDefinition* type : EndsOf(start)) {
        for (const std::string_view part : Alternatives(component.expression)) {
          auto path = PathReader(part, type, resource).Read();
          // Not every type has every alternative (Observation.component has all of value[x]).
          if (path) paths.push_back(std::move(*path));
        }
      }
    }
    YIZHAN_ASSERT(!paths.empty());
  }
  return plan;
}

const Plan& PlanFor(const SearchParam& param) {
  static const std::vector<Plan> plans = [] {
    std::vector<Plan> made;
    made.reserve(SearchParams().size());
    for (const SearchParam& each : SearchParams()) made.push_back(PlanOf(each));
    return made;
  }();
  return plans[param.number];
}

bool IsOfType(const Json& resource, const SearchParam& param) {
  return param.type == "Resource" || resource["resourceType"].AsString() == param.type;
}

}  // namespace

std::vector<Selected> Select(const Json& resource, const SearchParam& param) {
  std::vector<Selected> found;
  if (!IsOfType(resource, param)) return found;
  const Plan& plan = PlanFor(param);
  ContainedResources contained(&resource);
  for (const Path& path : plan.paths) Walk(path, contained, found).From(resource, path.start);
  if (plan.question != nullptr) {
    const Node node = ResourceNode(resource);
    Evaluator evaluator({node, node});
    for (const Node& answer : evaluator.Evaluate(*plan.question, node)) {
      // A truth lives on without its evaluator.
      if (answer.json->Type() == Json::Kind::Boolean) found.push_back({answer.json, "boolean"});
    }
  }
  return found;
}

std::vector<SelectedGroup> SelectGroups(const Json& resource, const SearchParam& param) {
  std::vector<SelectedGroup> groups;
  const Plan& plan = PlanFor(param);
  ContainedResources contained(&resource);
  for (const Selected& repetition : Select(resource, param)) {
    SelectedGroup group;
    for (const std::vector<Path>& paths : plan.components) {
      std::vector<Selected>& values = group.components.emplace_back();
      for (const Path& path : paths) {
        if (!path.from_resource && path.start->name != repetition.type) continue;
        const Json& start = path.from_resource ? resource : *repetition.value;
        Walk(path, contained, values).From(start, path.start);
      }
    }
    const bool whole = std::all_of(group.components.begin(), group.components.end(),
                                   [](const auto& values) { return !values.empty(); });
    if (whole && !group.components.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace yizhan::r4
