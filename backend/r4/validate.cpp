#include "backend/r4/validate.h"

#include <algorithm>
#include <optional>

#include "backend/r4/address.h"
#include "backend/r4/fhirpath.h"
#include "backend/r4/primitives.h"
#include "backend/r4/rules.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;
using Kind = TypeDefinition::Kind;

constexpr std::size_t kMostDepth = 100;
// Work on rules may grow with the size of a resource, not with its square.
constexpr std::size_t kSteps = 500'000;
constexpr std::size_t kStepsPerObject = 100;

/// A name may be told when it looks like one: nobody's data hides in it.
bool MayBeTold(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

class Validator {
 public:
  explicit Validator(const ValidateOptions& options) : options_(options), evaluator_({}, kSteps) {}

  std::vector<Issue> Check(const Json& resource) {
    Resource(resource, nullptr);
    if (evaluator_.OverBudget()) Add("too-costly", "costs more to check than a resource may");
    return std::move(issues_);
  }

 private:
  /// One part of the way to the value that is looked at.
  struct Place {
    std::string_view name;
    std::optional<std::size_t> index;
  };

  /// Adds a part of the way for as long as it lives.
  class Step {
   public:
    Step(Validator& validator, std::string_view name) : way_(validator.way_) {
      way_.push_back({name, {}});
    }
    ~Step() { way_.pop_back(); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    void SetIndex(std::size_t index) { way_.back().index = index; }

   private:
    std::vector<Place>& way_;
  };

  [[nodiscard]] bool Full() const { return issues_.size() >= options_.most_issues; }

  [[nodiscard]] std::string Way() const {
    std::string text;
    for (const Place& place : way_) {
      if (!text.empty()) text += '.';
      text += place.name;
      if (place.index) text += "[" + std::to_string(*place.index) + "]";
    }
    return text;
  }

  void Add(const char* code, std::string diagnostics, Severity severity = Severity::Error) {
    if (!Full()) issues_.push_back({severity, code, Way(), std::move(diagnostics)});
  }

  /// `root`: the resource that contains this one; null: this one stands for itself.
  void Resource(const Json& json, const Json* root) {
    const std::string& name = json["resourceType"].AsString();
    const TypeDefinition* type = FindType(name);
    if (type == nullptr || type->kind != Kind::Resource) {
      Add("structure", "has no resourceType that R4 knows");
      return;
    }
    std::optional<Step> outermost;
    if (way_.empty()) outermost.emplace(*this, type->name);
    const Scope before = scope_;
    scope_.resource = {&json, nullptr, type};
    scope_.root = root != nullptr ? before.root : scope_.resource;
    evaluator_.SetScope(scope_);
    Complex(json, *type, nullptr);
    scope_ = before;
    evaluator_.SetScope(scope_);
  }

  /// An object with the members that its type allows, then the rules about it as a whole.
  void Complex(const Json& json, const TypeDefinition& type, const Element* element) {
    if (!json.IsObject()) {
      Add("structure", "is not an object");
      return;
    }
    if (way_.size() > kMostDepth) {
      Add("too-costly", "is nested too deep");
      return;
    }
    evaluator_.Allow(kStepsPerObject);
    const std::size_t issues = issues_.size();
    Members(json, type);
    // Rules about what is malformed would only repeat it.
    if (issues_.size() > issues || Full()) return;
    Rules({&json, nullptr, &type}, type.invariants);
    if (element != nullptr) Rules({&json, nullptr, &type}, element->invariants);
  }

  void Members(const Json& json, const TypeDefinition& type) {
    std::vector<const Member*> seen;
    seen.reserve(json.Members().size());
    bool has_content = false;
    for (const Json::Member& member : json.Members()) {
      std::string_view key = member.first;
      if (key == "resourceType" && type.Is("Resource")) continue;
      const bool is_shadow = key.starts_with('_');
      if (is_shadow) key.remove_prefix(1);
      const Member* known = type.FindMember(key);
      has_content = has_content || key != "id";
      if (known == nullptr || (is_shadow && known->type->type->kind != Kind::Primitive)) {
        Unknown(member.first);
        continue;
      }
      if (is_shadow && json.Has(key)) continue;  // Looked at with its value.
      OnlyOneOfAChoice(seen, *known);
      seen.push_back(known);
      const Json* shadow = is_shadow ? &member.second : ShadowOf(json, *known);
      Values(*known, is_shadow ? nullptr : &member.second, shadow);
    }
    if (!has_content && type.Is("Element")) Add("invariant", "ele-1: is empty");
    for (const Element* element : type.elements) {
      if (element->min == 0) continue;
      const bool there = std::any_of(seen.begin(), seen.end(), [&](const Member* member) {
        return member->element == element;
      });
      if (there) continue;
      const Step step(*this, element->name);
      Add("required", "is missing");
    }
  }

  void Unknown(const std::string& name) {
    if (MayBeTold(name)) {
      const Step step(*this, name);
      Add("structure", "is no element of R4");
    } else {
      Add("structure", "has an element that R4 does not know");
    }
  }

  void OnlyOneOfAChoice(const std::vector<const Member*>& seen, const Member& known) {
    if (!known.element->choice) return;
    const bool twice = std::any_of(seen.begin(), seen.end(), [&](const Member* member) {
      return member->element == known.element;
    });
    if (!twice) return;
    const Step step(*this, known.element->name);
    Add("structure", "has more than one of its types");
  }

  static const Json* ShadowOf(const Json& json, const Member& known) {
    if (known.type->type->kind != Kind::Primitive) return nullptr;
    for (const Json::Member& member : json.Members()) {
      if (member.first.size() == known.name.size() + 1 && member.first[0] == '_' &&
          member.first.ends_with(known.name)) {
        return &member.second;
      }
    }
    return nullptr;
  }

  /// One or many values of a member; either of `value` and `shadow` may be null.
  void Values(const Member& member, const Json* value, const Json* shadow) {
    Step step(*this, member.name);
    if (!member.element->IsList()) {
      Value(member, value, shadow);
      return;
    }
    for (const Json* list : {value, shadow}) {
      if (list == nullptr || (list->IsArray() && !list->Items().empty())) continue;
      Add("structure", list->IsArray() ? "is an empty array" : "is not an array");
      return;
    }
    const std::size_t values = value != nullptr ? value->Items().size() : 0;
    const std::size_t shadows = shadow != nullptr ? shadow->Items().size() : 0;
    const std::size_t count = std::max(values, shadows);
    if (count > member.element->max) Add("structure", "has more values than allowed");
    for (std::size_t i = 0; i < count && !Full(); ++i) {
      step.SetIndex(i);
      // In parallel arrays null fills the places that the other array needs.
      const Json* item = i < values && !(*value)[i].IsNull() ? &(*value)[i] : nullptr;
      const Json* item_shadow = i < shadows && !(*shadow)[i].IsNull() ? &(*shadow)[i] : nullptr;
      if (item == nullptr && item_shadow == nullptr) {
        Add("structure", "is null");
      } else {
        Value(member, item, item_shadow);
      }
    }
  }

  void Value(const Member& member, const Json* value, const Json* shadow) {
    const TypeDefinition& type = *member.type->type;
    if (type.kind == Kind::Primitive) {
      Primitive(member, value, shadow);
      return;
    }
    if (type.kind == Kind::Abstract) {
      // Only contained resources belong to the resource around them.
      Resource(*value, member.name == "contained" ? scope_.root.json : nullptr);
      return;
    }
    Complex(*value, type, member.element);
    if (!value->IsObject()) return;
    if (type.name == "Reference") ReferenceTarget(*value, *member.type);
    if (member.element->codes != nullptr) Coded(*value, type, *member.element->codes);
  }

  void Primitive(const Member& member, const Json* value, const Json* shadow) {
    const TypeDefinition& type = *member.type->type;
    // Beside a value an id alone says something.
    const bool only_id = shadow != nullptr && value != nullptr && shadow->Members().size() == 1 &&
                         (*shadow)["id"].IsString();
    if (shadow != nullptr && !only_id) {
      static const TypeDefinition* const kElement = FindType("Element");
      Complex(*shadow, *kElement, nullptr);
    }
    if (value == nullptr) return;
    if (const char* trouble = PrimitiveTrouble(*value, type.name); trouble != nullptr) {
      Add(value->IsArray() ? "structure" : "value", value->IsArray() ? "is an array" : trouble);
      return;
    }
    if (member.element->codes != nullptr) {
      const std::string& code = value->AsString();
      if (!member.element->codes->HasCode(code) || !IsPlausible(code, *member.element->codes)) {
        Add("code-invalid", "is no code of " + std::string(member.element->codes->name));
      }
    }
    Rules({value, shadow, &type}, member.element->invariants);
  }

  /// ISO 4217 is not listed in R4's definitions; the form of its codes is known.
  static bool IsPlausible(std::string_view code, const CodeSet& set) {
    if (set.name != "currencies") return true;
    return code.size() == 3 &&
           std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  }

  void Coded(const Json& value, const TypeDefinition& type, const CodeSet& set) {
    const auto fits = [&](const Json& coding) {
      return set.HasCoding(coding["system"].AsString(), coding["code"].AsString());
    };
    bool good = true;
    if (type.name == "CodeableConcept") {
      const auto& codings = value["coding"].Items();
      good = std::any_of(codings.begin(), codings.end(), fits);
    } else if (type.name == "Coding" || type.Is("Quantity")) {
      good = fits(value);
    }
    if (!good) Add("code-invalid", "has no code of " + std::string(set.name));
  }

  void ReferenceTarget(const Json& reference, const ElementType& allowed) {
    const std::string_view address = reference["reference"].AsString();
    std::string_view type = TypeOfAddress(address);
    if (address.starts_with('#')) {
      const Json* contained = evaluator_.Contained().Find(address);
      // That one must exist is a rule of its own (ref-1).
      if (contained != nullptr) type = (*contained)["resourceType"].AsString();
    } else if (type.empty() && LooksLikeAType(address)) {
      Add("value", "points to a type that R4 does not know");
      return;
    }
    const TypeDefinition* said = FindType(reference["type"].AsString());
    if (said != nullptr && !type.empty() && said->name != type) {
      Add("value", "points to another type than it says");
      return;
    }
    if (type.empty() && said != nullptr) type = said->name;
    if (type.empty() || allowed.targets.empty()) return;
    const auto& targets = allowed.targets;
    if (std::find(targets.begin(), targets.end(), type) != targets.end()) return;
    Add("value", "points to a " + std::string(FindType(type) != nullptr ? type : "type") +
                     ", which is not allowed here");
  }

  /// "Patients/1": a relative address of two parts that begins like a type.
  static bool LooksLikeAType(std::string_view address) {
    const std::size_t slash = address.find('/');
    return slash != std::string_view::npos && slash > 0 && address[0] >= 'A' && address[0] <= 'Z' &&
           MayBeTold(address.substr(0, slash)) && address.find(':') == std::string_view::npos;
  }

  void Rules(const Node& node, const std::vector<const Invariant*>& invariants) {
    for (const Invariant* invariant : invariants) {
      if (invariant->severity == Severity::Warning && !options_.warnings) continue;
      if (Keeps(node, *invariant, evaluator_)) continue;
      Add("invariant", std::string(invariant->key) + ": " + std::string(invariant->human),
          invariant->severity);
    }
  }

  const ValidateOptions& options_;
  std::vector<Issue> issues_;
  std::vector<Place> way_;
  Scope scope_;
  Evaluator evaluator_;
};

}  // namespace

std::vector<Issue> Validate(const Json& resource, const ValidateOptions& options) {
  return Validator(options).Check(resource);
}

bool HasErrors(const std::vector<Issue>& issues) {
  return std::any_of(issues.begin(), issues.end(),
                     [](const Issue& issue) { return issue.severity == Severity::Error; });
}

}  // namespace yizhan::r4
