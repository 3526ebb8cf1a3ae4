#include "backend/r4/rules.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "backend/r4/address.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;

struct Rule {
  /// Null: decided by the expression.
  bool (*decide)(const Node& node, Evaluator& evaluator) = nullptr;
  Expression expression;
};

bool Has(const Json& object, std::string_view start) {
  return std::any_of(object.Members().begin(), object.Members().end(),
                     [&](const Json::Member& member) { return member.first.starts_with(start); });
}

/// ele-1: the walk over the members has seen whether there is content.
bool Always(const Node& /*node*/, Evaluator& /*evaluator*/) { return true; }

/// ext-1: extensions or a value, not both.
bool ExtensionOrValue(const Node& node, Evaluator& /*evaluator*/) {
  return Has(*node.json, "extension") != (Has(*node.json, "value") || Has(*node.json, "_value"));
}

/// ref-1: "#id" names a resource contained in this one.
bool NamesContained(const Node& node, Evaluator& evaluator) {
  const std::string& address = (*node.json)["reference"].AsString();
  if (!address.starts_with('#')) return true;
  // "#" alone is the container itself, said by a contained resource.
  return evaluator.Contained().Find(address) != nullptr;
}

bool NothingContained(const Node& node, Evaluator& /*evaluator*/) {
  const auto& contained = (*node.json)["contained"].Items();
  return std::none_of(contained.begin(), contained.end(),
                      [](const Json& each) { return each.Has("contained"); });
}

bool ContainedHaveNoVersion(const Node& node, Evaluator& /*evaluator*/) {
  const auto& contained = (*node.json)["contained"].Items();
  return std::none_of(contained.begin(), contained.end(), [](const Json& each) {
    return each["meta"].Has("versionId") || each["meta"].Has("lastUpdated");
  });
}

bool ContainedHaveNoSecurity(const Node& node, Evaluator& /*evaluator*/) {
  const auto& contained = (*node.json)["contained"].Items();
  return std::none_of(contained.begin(), contained.end(),
                      [](const Json& each) { return each["meta"].Has("security"); });
}

/// Every text that begins with '#', wherever it stands: references, canonicals and URIs. Display
/// texts of that form are as good as none.
void CollectFragments(const Json& json, std::vector<std::string_view>& found) {
  if (json.IsString() && json.AsString().starts_with('#')) found.push_back(json.AsString());
  for (const Json& item : json.Items()) CollectFragments(item, found);
  for (const Json::Member& member : json.Members()) CollectFragments(member.second, found);
}

/// dom-3: what is contained is referred to, or refers to its container.
bool ContainedAreUsed(const Node& node, Evaluator& /*evaluator*/) {
  const auto& contained = (*node.json)["contained"].Items();
  if (contained.empty()) return true;
  std::vector<std::string_view> fragments;
  CollectFragments(*node.json, fragments);
  std::sort(fragments.begin(), fragments.end());
  return std::all_of(contained.begin(), contained.end(), [&](const Json& each) {
    const std::string wanted = "#" + each["id"].AsString();
    if (wanted.size() > 1 && std::binary_search(fragments.begin(), fragments.end(), wanted)) {
      return true;
    }
    std::vector<std::string_view> own;
    CollectFragments(each, own);
    return std::find(own.begin(), own.end(), "#") != own.end();
  });
}

using Decide = bool (*)(const Node&, Evaluator&);

Decide DecisionFor(std::string_view key) {
  if (key == "ele-1") return Always;
  if (key == "ext-1") return ExtensionOrValue;
  if (key == "ref-1") return NamesContained;
  if (key == "dom-2") return NothingContained;
  if (key == "dom-3") return ContainedAreUsed;
  if (key == "dom-4") return ContainedHaveNoVersion;
  if (key == "dom-5") return ContainedHaveNoSecurity;
  return nullptr;
}

const Rule& RuleOf(const Invariant& invariant) {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> made;
    made.reserve(Invariants().size());
    for (const Invariant& each : Invariants()) {
      made.push_back({DecisionFor(each.key), Expression::Compile(each.expression).value()});
    }
    return made;
  }();
  return rules[invariant.number];
}

}  // namespace

bool Keeps(const Node& node, const Invariant& invariant, Evaluator& evaluator) {
  const Rule& rule = RuleOf(invariant);
  if (rule.decide != nullptr) return rule.decide(node, evaluator);
  return evaluator.Test(rule.expression, node) != Truth::False;
}

}  // namespace yizhan::r4
