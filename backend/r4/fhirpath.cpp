#include "backend/r4/fhirpath.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "backend/r4/fhirpath_run.h"
#include "backend/r4/fhirpath_values.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;

const Json& NullValue() {
  static const Json null;
  return null;
}

/// A place typed Resource has the type that the resource there says it has.
const TypeDefinition* ActualType(const Json& json, const TypeDefinition* type) {
  if (type == nullptr || type->kind != TypeDefinition::Kind::Abstract) return type;
  const TypeDefinition* actual = FindType(json["resourceType"].AsString());
  return actual != nullptr && actual->kind == TypeDefinition::Kind::Resource ? actual : type;
}

void AddValue(const Json& json, const Json* shadow, const TypeDefinition* type, Nodes& out) {
  if (shadow != nullptr && !shadow->IsObject()) shadow = nullptr;
  if (json.IsNull() && shadow == nullptr) return;
  out.push_back({&json, shadow, ActualType(json, type)});
}

/// A member with its "_member", which run in parallel where they are lists.
void AddValues(const Json* values, const Json* shadows, const TypeDefinition* type, Nodes& out) {
  const Json& value = values != nullptr ? *values : NullValue();
  const std::size_t shadow_count = shadows != nullptr ? shadows->Items().size() : 0;
  if (!value.IsArray() && shadow_count == 0) {
    AddValue(value, shadows, type, out);
    return;
  }
  const std::size_t count = std::max(value.Items().size(), shadow_count);
  for (std::size_t i = 0; i < count; ++i) {
    AddValue(value[i], i < shadow_count ? &(*shadows)[i] : nullptr, type, out);
  }
}

/// The object whose members are below a node: a primitive's is its shadow.
const Json& ObjectOf(const Node& node) {
  return node.json->IsObject() || node.shadow == nullptr ? *node.json : *node.shadow;
}

const TypeDefinition* TypeOfObject(const Node& node) {
  static const TypeDefinition* const kElement = FindType("Element");
  return node.json->IsObject() ? node.type : kElement;
}

bool NamesType(std::string_view name) { return !name.empty() && name[0] >= 'A' && name[0] <= 'Z'; }

}  // namespace

void AddMember(const Node& parent, std::string_view name, Nodes& out) {
  const Json& object = ObjectOf(parent);
  const TypeDefinition* type = TypeOfObject(parent);
  const Json* value = nullptr;
  const Json* shadow = nullptr;
  const TypeDefinition* value_type = nullptr;
  for (const Json::Member& member : object.Members()) {
    std::string_view key = member.first;
    const bool is_shadow = key.starts_with('_');
    if (is_shadow) key.remove_prefix(1);
    if (!key.starts_with(name)) continue;
    const Member* known = type != nullptr ? type->FindMember(key) : nullptr;
    if (known == nullptr ? key != name : known->element->name != name) continue;
    (is_shadow ? shadow : value) = &member.second;
    value_type = known != nullptr ? known->type->type : nullptr;
  }
  if (value != nullptr || shadow != nullptr) AddValues(value, shadow, value_type, out);
}

void AddChildren(const Node& parent, Nodes& out) {
  const Json& object = ObjectOf(parent);
  const TypeDefinition* type = TypeOfObject(parent);
  const bool shadows = std::any_of(object.Members().begin(), object.Members().end(),
                                   [](const auto& member) { return member.first[0] == '_'; });
  for (const Json::Member& member : object.Members()) {
    std::string_view key = member.first;
    if (key == "resourceType") continue;
    const bool is_shadow = key.starts_with('_');
    if (is_shadow) key.remove_prefix(1);
    const Member* known = type != nullptr ? type->FindMember(key) : nullptr;
    const TypeDefinition* value_type = known != nullptr ? known->type->type : nullptr;
    if (is_shadow) {
      // With its value, where there is one.
      if (!object.Has(key)) AddValues(nullptr, &member.second, value_type, out);
      continue;
    }
    const Json* shadow = shadows ? &object["_" + std::string(key)] : nullptr;
    if (shadow != nullptr && shadow->IsNull()) shadow = nullptr;
    AddValues(&member.second, shadow, value_type, out);
  }
}

const SystemTypes& TheSystemTypes() {
  static const SystemTypes types{FindType("boolean"), FindType("integer"), FindType("decimal"),
                                 FindType("string")};
  return types;
}

Node ResourceNode(const Json& resource) {
  return {&resource, nullptr, FindType(resource["resourceType"].AsString())};
}

Evaluator::Evaluator(Scope scope, std::size_t steps)
    : scope_(scope),
      contained_(scope.root.json),
      steps_(steps),
      memory_(buffer_.data(), buffer_.size()) {}

Evaluator::~Evaluator() = default;

void Evaluator::SetScope(const Scope& scope) {
  if (scope.root.json != scope_.root.json) contained_ = ContainedResources(scope.root.json);
  scope_ = scope;
}

std::vector<Node> Evaluator::Evaluate(const Expression& expression, const Node& focus) {
  Run run(*this, *expression.program_, focus);
  const Nodes found = run.Evaluate();
  return {found.begin(), found.end()};
}

Truth Evaluator::Test(const Expression& expression, const Node& focus) {
  Truth truth = Truth::False;
  {
    Run run(*this, *expression.program_, focus);
    const Nodes found = run.Evaluate();
    if (found.size() == 1 && found[0].json->AsBoolean()) truth = Truth::True;
    if ((found.empty() && run.Undecided()) || OverBudget()) truth = Truth::Unknown;
  }
  computed_.clear();
  memory_.release();
  return truth;
}

bool Run::Spend(std::size_t steps) {
  evaluator_.steps_ -= std::min(steps, evaluator_.steps_);
  return evaluator_.steps_ > 0;
}

Nodes Run::One(const Node& node) {
  Nodes nodes = New();
  nodes.push_back(node);
  return nodes;
}

Nodes Run::Of(Tri value) {
  static const Json kTrue = Json::Boolean(true);
  static const Json kFalse = Json::Boolean(false);
  if (!value) return New();
  return One({*value ? &kTrue : &kFalse, nullptr, TheSystemTypes().boolean});
}

Nodes Run::OfText(std::string text) {
  (void)Spend(text.size() / 64);
  const Json& kept = evaluator_.computed_.emplace_front(Json::String(std::move(text)));
  return One({&kept, nullptr, TheSystemTypes().string});
}

Nodes Run::OfInteger(std::int64_t value) {
  const Json& kept = evaluator_.computed_.emplace_front(Json::Integer(value));
  return One({&kept, nullptr, TheSystemTypes().integer});
}

Nodes Run::OfNumber(std::string text, const TypeDefinition* type) {
  const Json& kept = evaluator_.computed_.emplace_front(Json::Number(std::move(text)));
  return One({&kept, nullptr, type});
}

Nodes Run::Evaluate() {
  const Nodes focus = One(context_);
  return Eval(program_.root, {focus, context_, 0});
}

Nodes Run::Eval(std::uint32_t number, const Here& here) {
  const Term& term = program_.terms[number];
  if (!Spend()) return New();
  switch (term.op) {
    case Op::Empty: return New();
    case Op::Literal:
      return One({&program_.literals[term.index], nullptr, program_.literal_types[term.index]});
    case Op::This: return One(here.self);
    case Op::Index: return OfInteger(static_cast<std::int64_t>(here.index));
    case Op::Variable: return Variable(term);
    case Op::Member: return Members(term, here);
    case Op::Call: return Call(term, here);
    case Op::Invoke: {
      const Nodes left = Eval(term.children[0], here);
      return Eval(term.children[1], {left, here.self, here.index});
    }
    case Op::At: {
      const Nodes left = Eval(term.children[0], here);
      const Nodes place = Eval(term.children[1], here);
      const auto index = place.size() == 1 ? place[0].json->AsInteger() : std::nullopt;
      const bool inside = index && *index >= 0 && *index < static_cast<std::int64_t>(left.size());
      return inside ? One(left[static_cast<std::size_t>(*index)]) : New();
    }
    case Op::Negate: {
      const Nodes value = Eval(term.children[0], here);
      if (value.size() != 1 || value[0].json->Type() != Json::Kind::Number) return New();
      const std::string& text = value[0].json->AsNumberText();
      return OfNumber(text.starts_with('-') ? text.substr(1) : "-" + text, value[0].type);
    }
    default: return Binary(term, here);
  }
}

Nodes Run::Variable(const Term& term) {
  if (term.text == "resource") return One(evaluator_.scope_.resource);
  if (term.text == "rootResource") return One(evaluator_.scope_.root);
  if (term.text == "context") return One(context_);
  if (term.text == "ucum") return OfText("http://unitsofmeasure.org");
  return OfText(term.text == "sct" ? "http://snomed.info/sct" : "http://loinc.org");
}

Nodes Run::Members(const Term& term, const Here& here) {
  Nodes found = New();
  for (const Node& node : here.focus) {
    if (!Spend()) break;
    // "Appointment.status" in an expression about an Appointment.
    if (NamesType(term.text) && node.type != nullptr && node.type->Is(term.text)) {
      found.push_back(node);
    } else {
      AddMember(node, term.text, found);
    }
  }
  return found;
}

Run::Tri Run::Truthful(const Nodes& values) {
  if (values.size() != 1) return std::nullopt;
  const Json& value = *values[0].json;
  if (value.Type() == Json::Kind::Boolean) return value.AsBoolean();
  // One value that is no boolean stands for "there is one".
  return value.IsNull() ? std::nullopt : Tri(true);
}

Nodes Run::Binary(const Term& term, const Here& here) {
  switch (term.op) {
    case Op::And:
    case Op::Or:
    case Op::Xor:
    case Op::Implies: return Logic(term, here);
    default: break;
  }
  const Nodes left = Eval(term.children[0], here);
  if (term.op == Op::Is) {
    if (left.size() != 1) return New();
    return Of(!OfTypeNamed(term.text, left).empty());
  }
  if (term.op == Op::As) return OfTypeNamed(term.text, left);
  const Nodes right = Eval(term.children[1], here);
  switch (term.op) {
    case Op::Union: return Distinct(Both(left, right));
    case Op::In: return Of(left.empty() ? Tri() : IsIn(left, right));
    case Op::Contains: return Of(right.empty() ? Tri() : IsIn(right, left));
    case Op::Less:
    case Op::Greater:
    case Op::LessOrEqual:
    case Op::GreaterOrEqual:
    case Op::Equal:
    case Op::NotEqual:
    case Op::Equivalent:
    case Op::NotEquivalent: return Compare(term.op, left, right);
    default: return Arithmetic(term.op, left, right);
  }
}

/// Three values: true, false, and not known.
Nodes Run::Logic(const Term& term, const Here& here) {
  const Tri left = Truthful(Eval(term.children[0], here));
  if (term.op == Op::And && left == Tri(false)) return Of(false);
  if (term.op == Op::Or && left == Tri(true)) return Of(true);
  if (term.op == Op::Implies && left == Tri(false)) return Of(true);
  const Tri right = Truthful(Eval(term.children[1], here));
  switch (term.op) {
    case Op::And: return Of(right == Tri(false) ? right : (left ? right : Tri()));
    case Op::Or: return Of(right == Tri(true) ? right : (left ? right : Tri()));
    case Op::Implies: return Of(right == Tri(true) ? right : (left ? right : Tri()));
    default: return Of(left && right ? Tri(*left != *right) : Tri());
  }
}

Run::Tri Run::EqualNodes(const Nodes& left, const Nodes& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!Spend()) return std::nullopt;
    const Tri same = Equal(left[i], right[i]);
    if (!same) undecided_ = true;
    if (same != Tri(true)) return same;
  }
  return true;
}

Run::Tri Run::IsIn(const Nodes& left, const Nodes& right) {
  if (left.size() != 1) return std::nullopt;
  return std::any_of(right.begin(), right.end(), [&](const Node& each) {
    return Spend() && Equal(left[0], each) == Tri(true);
  });
}

Nodes Run::Compare(Op op, const Nodes& left, const Nodes& right) {
  if (op == Op::Equivalent || op == Op::NotEquivalent) {
    const bool same = EqualNodes(left, right) == Tri(true);
    return Of(same == (op == Op::Equivalent));
  }
  if (left.empty() || right.empty()) return New();
  if (op == Op::Equal || op == Op::NotEqual) {
    const Tri same = EqualNodes(left, right);
    return Of(same ? Tri(*same == (op == Op::Equal)) : Tri());
  }
  if (left.size() != 1 || right.size() != 1) return New();
  const Ordered order = Order(left[0], right[0]);
  if (order == Ordered::Undecidable) undecided_ = true;
  if (order == Ordered::Undecidable || order == Ordered::Incomparable) return New();
  switch (op) {
    case Op::Less: return Of(order == Ordered::Less);
    case Op::Greater: return Of(order == Ordered::Greater);
    case Op::LessOrEqual: return Of(order != Ordered::Greater);
    default: return Of(order != Ordered::Less);
  }
}

Nodes Run::Arithmetic(Op op, const Nodes& left, const Nodes& right) {
  const auto text = [](const Nodes& nodes) {
    return nodes.size() == 1 ? nodes[0].json->AsString() : std::string();
  };
  if (op == Op::Concatenate) return OfText(text(left) + text(right));
  if (left.size() != 1 || right.size() != 1) return New();
  const Json& a = *left[0].json;
  const Json& b = *right[0].json;
  if (op == Op::Add && a.IsString() && b.IsString()) return OfText(a.AsString() + b.AsString());
  if (a.Type() != Json::Kind::Number || b.Type() != Json::Kind::Number) return New();
  const auto i = a.AsInteger();
  const auto j = b.AsInteger();
  constexpr std::int64_t kSmall = 1'000'000'000;
  const bool small = i && j && std::abs(*i) <= kSmall && std::abs(*j) <= kSmall;
  if (small) {
    switch (op) {
      case Op::Add: return OfInteger(*i + *j);
      case Op::Subtract: return OfInteger(*i - *j);
      case Op::Multiply: return OfInteger(*i * *j);
      case Op::WholeDivide: return *j == 0 ? New() : OfInteger(*i / *j);
      case Op::Modulo: return *j == 0 ? New() : OfInteger(*i % *j);
      default: break;
    }
  }
  const double x = std::strtod(a.AsNumberText().c_str(), nullptr);
  const double y = std::strtod(b.AsNumberText().c_str(), nullptr);
  double result = 0;
  switch (op) {
    case Op::Add: result = x + y; break;
    case Op::Subtract: result = x - y; break;
    case Op::Multiply: result = x * y; break;
    case Op::Divide: result = x / y; break;
    case Op::WholeDivide: result = std::trunc(x / y); break;
    default: result = std::fmod(x, y); break;
  }
  if (!std::isfinite(result)) return New();
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), result);
  return OfNumber(std::string(buffer, end.ptr), TheSystemTypes().decimal);
}

Nodes Run::OfTypeNamed(std::string_view type, const Nodes& values) {
  // System types have capitals where FHIR's primitives have none: Boolean, DateTime.
  std::string lower(type);
  if (!lower.empty() && lower[0] >= 'A' && lower[0] <= 'Z') {
    lower[0] = static_cast<char>(lower[0] - 'A' + 'a');
  }
  const TypeDefinition* primitive = FindType(lower);
  if (primitive != nullptr && primitive->kind != TypeDefinition::Kind::Primitive) {
    primitive = nullptr;
  }
  Nodes found = New();
  for (const Node& node : values) {
    if (node.type == nullptr) continue;
    const bool is = node.type->Is(type) || (primitive != nullptr && node.type->Is(lower));
    if (is) found.push_back(node);
  }
  return found;
}

}  // namespace yizhan::r4
