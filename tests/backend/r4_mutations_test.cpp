// Published examples with one thing made wrong: each is refused, and the element is named.
#include <gmock/gmock.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backend/r4/address.h"
#include "backend/r4/validate.h"
#include "tests/backend/example_resources.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;
using Kind = TypeDefinition::Kind;

/// A way to spoil one place of a resource.
struct Mutation {
  const char* name;
  std::string expression;  ///< The element that must be named.
  std::function<void(Json&)> spoil;
  std::vector<std::size_t> way;  ///< Members and items from the resource to what is spoilt.
};

/// Finds all places of a resource that can be spoilt.
class Spoiler {
 public:
  std::vector<Mutation> Of(const Json& resource) {
    const TypeDefinition* type = FindType(resource["resourceType"].AsString());
    Object(resource, *type, std::string(type->name));
    return std::move(mutations_);
  }

 private:
  void Add(const char* name, std::string expression, std::function<void(Json&)> spoil) {
    mutations_.push_back({name, std::move(expression), std::move(spoil), way_});
  }

  void Object(const Json& json, const TypeDefinition& type, const std::string& at) {
    Add("unknown element", at + ".unheard",
        [](Json& object) { object.Set("unheard", Json::Boolean(true)); });
    for (const Element* element : type.elements) {
      const std::string name(element->name);
      if (element->min == 0 || !json.Has(name) || json.Has("_" + name)) continue;
      Add("required element missing", at + "." + name,
          [name](Json& object) { object.Remove(name); });
    }
    for (std::size_t i = 0; i < json.Members().size(); ++i) {
      const auto& [name, value] = json.Members()[i];
      const Member* member = type.FindMember(name);
      if (member == nullptr) continue;
      way_.push_back(i);
      MemberValue(value, *member, at + "." + name);
      way_.pop_back();
    }
  }

  void MemberValue(const Json& value, const Member& member, const std::string& at) {
    if (!member.element->IsList()) {
      if (member.type->type->kind != Kind::Abstract) {
        Add("a list where one value belongs", at,
            [](Json& place) { place = Json::Array({place}); });
      }
      Value(value, member, at);
      return;
    }
    if (!value[0].IsNull()) {
      Add("one value where a list belongs", at, [](Json& place) { place = Json(place[0]); });
    }
    for (std::size_t i = 0; i < value.Items().size(); ++i) {
      way_.push_back(i);
      Value(value[i], member, at + "[" + std::to_string(i) + "]");
      way_.pop_back();
    }
  }

  void Value(const Json& value, const Member& member, const std::string& at) {
    const TypeDefinition& type = *member.type->type;
    if (type.kind == Kind::Primitive) {
      Primitive(member, type, at);
    } else if (type.kind == Kind::Abstract) {
      const TypeDefinition* actual = FindType(value["resourceType"].AsString());
      if (actual != nullptr) Object(value, *actual, at);
    } else {
      Add("a text where an object belongs", at, [](Json& place) { place = Json::String("text"); });
      const auto& targets = member.type->targets;
      if (type.name == "Reference" && !targets.empty()) {
        Add("a reference to a type that may not be", at,
            [](Json& place) { place = Read(R"({"reference":"Subscription/1"})"); });
      }
      Object(value, type, at);
    }
  }

  void Primitive(const Member& member, const TypeDefinition& type, const std::string& at) {
    const bool number = type.Is("integer") || type.name == "decimal" || type.name == "boolean";
    Add("a value of another kind", at,
        [number](Json& place) { place = number ? Json::String("text") : Json::Boolean(true); });
    if (type.name == "date" || type.name == "dateTime" || type.name == "instant") {
      Add("a day that is none", at, [](Json& place) { place = Json::String("2026-02-30"); });
    }
    const CodeSet* codes = member.element->codes;
    if (codes != nullptr && !codes->HasCode("unheard")) {
      Add("a code outside of the binding", at,
          [](Json& place) { place = Json::String("unheard"); });
    }
  }

  static Json Read(std::string_view text) { return Json::Parse(text).value(); }

  std::vector<std::size_t> way_;
  std::vector<Mutation> mutations_;
};

/// The resource with one place spoilt.
Json Spoilt(const Json& json, const Mutation& mutation, std::size_t depth = 0) {
  if (depth == mutation.way.size()) {
    Json spoilt = json;
    mutation.spoil(spoilt);
    return spoilt;
  }
  const std::size_t next = mutation.way[depth];
  Json copy = json;
  if (json.IsArray()) {
    copy.MutableItems()[next] = Spoilt(json[next], mutation, depth + 1);
  } else {
    const auto& [name, value] = json.Members()[next];
    copy.Set(name, Spoilt(value, mutation, depth + 1));
  }
  return copy;
}

TEST(MutationsTest, OneThingMadeWrongInAnExampleIsFoundAndNamed) {
  const auto examples = Examples();
  SKIP_WITHOUT_EXAMPLES(examples);
  std::map<std::string, int> tried;
  std::uint32_t random = 20260310;
  for (const Example& example : examples) {
    const Json resource = Json::Parse(example.text).value();
    if (HasErrors(Validate(resource))) continue;
    const auto mutations = Spoiler().Of(resource);
    // A sample: small examples have a hundred places, large ones ten thousand.
    for (int i = 0; i < 12; ++i) {
      random = random * 1664525U + 1013904223U;
      const Mutation& mutation = mutations[(random >> 8U) % mutations.size()];
      bool named = false;
      const auto issues = Validate(Spoilt(resource, mutation), {.most_issues = 10'000});
      for (const Issue& issue : issues) named = named || issue.expression == mutation.expression;
      EXPECT_TRUE(named) << example.name << ": " << mutation.name << " at " << mutation.expression
                         << (issues.empty()
                                 ? ""
                                 : ", but " + issues[0].expression + " " + issues[0].diagnostics);
      ++tried[mutation.name];
    }
  }
  EXPECT_EQ(tried.size(), 9U);
  for (const auto& [name, times] : tried) EXPECT_GT(times, 20) << name;
}

}  // namespace
}  // namespace yizhan::r4
