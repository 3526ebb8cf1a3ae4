#include "backend/server/fhir_presentation.h"

#include <algorithm>

#include "backend/fhir/json.h"
#include "backend/r4/definitions.h"

namespace yizhan::server {
namespace {

using fhir::Json;

Result<Summary> SummaryOf(std::string_view value) {
  if (value == "true") return Summary::Elements;
  if (value == "text") return Summary::Text;
  if (value == "data") return Summary::WithoutText;
  if (value == "count") return Summary::Count;
  if (value == "false") return Summary::Whole;
  return Fail(ErrorCode::BadData, "_summary is true, text, data, count or false");
}

void AddElements(std::string_view list, std::vector<std::string>& elements) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) elements.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

/// Shortens one resource.
class Filter {
 public:
  Filter(const Presentation& presentation, const r4::TypeDefinition& type)
      : presentation_(presentation), type_(type) {}

  Json Apply(const Json& resource) const {
    Json kept = Json::Object();
    for (const Json::Member& member : resource.Members()) {
      if (member.first == "resourceType") kept.Set(member.first, member.second);
      // The extensions of a primitive element go where it goes.
      const bool is_sibling = member.first.starts_with('_');
      const r4::Member* known =
          type_.FindMember(std::string_view(member.first).substr(is_sibling ? 1 : 0));
      if (known == nullptr || !Keeps(*known)) continue;
      const bool is_short = presentation_.summary == Summary::Elements && !is_sibling;
      kept.Set(member.first, is_short ? Shortened(member.second, *known) : member.second);
    }
    Tag(kept);
    return kept;
  }

 private:
  bool Keeps(const r4::Member& member) const {
    const r4::Element& element = *member.element;
    if (presentation_.summary == Summary::WithoutText) return element.name != "text";
    if (element.name == "id" || element.name == "meta" || element.min > 0) return true;
    if (presentation_.summary == Summary::Elements && element.summary) return true;
    if (presentation_.summary == Summary::Text && element.name == "text") return true;
    return std::ranges::any_of(presentation_.elements, [&](std::string_view wanted) {
      if (const std::size_t dot = wanted.find('.'); dot != std::string_view::npos) {
        if (wanted.substr(0, dot) != type_.name) return false;
        wanted.remove_prefix(dot + 1);
      }
      return wanted == element.name || wanted == member.name;
    });
  }

  /// Nested elements are marked one by one, too; data types are marked whole.
  static Json Shortened(const Json& value, const r4::Member& member) {
    const r4::TypeDefinition* type = member.type == nullptr ? nullptr : member.type->type;
    if (type == nullptr || type->kind != r4::TypeDefinition::Kind::Backbone) return value;
    if (value.IsArray()) {
      Json items = Json::Array();
      for (const Json& item : value.Items()) items.Append(Shortened(item, member));
      return items;
    }
    Json kept = Json::Object();
    for (const Json::Member& inner : value.Members()) {
      const bool is_sibling = inner.first.starts_with('_');
      const r4::Member* known =
          type->FindMember(std::string_view(inner.first).substr(is_sibling ? 1 : 0));
      if (known == nullptr || !(known->element->summary || known->element->min > 0)) continue;
      kept.Set(inner.first, is_sibling ? inner.second : Shortened(inner.second, *known));
    }
    return kept;
  }

  static void Tag(Json& resource) {
    const Json& meta = resource["meta"];
    const bool is_odd =
        (!meta.IsNull() && !meta.IsObject()) || (!meta["tag"].IsNull() && !meta["tag"].IsArray());
    if (is_odd) return;
    Json& tags = resource.At("meta").At("tag");
    tags.Append(Json::Object(
        {{"system", Json::String("http://terminology.hl7.org/CodeSystem/v3-ObservationValue")},
         {"code", Json::String("SUBSETTED")}}));
  }

  const Presentation& presentation_;
  const r4::TypeDefinition& type_;
};

}  // namespace

Result<Presentation> TakePresentation(store::SearchParameters& parameters) {
  Presentation presentation;
  std::string broken;
  std::erase_if(parameters, [&](const auto& parameter) {
    const auto& [name, value] = parameter;
    if (name == "_format" || name == "_pretty") {
      presentation.given.push_back(parameter);
    } else if (name == "_elements") {
      AddElements(value, presentation.elements);
      presentation.given.push_back(parameter);
    } else if (name == "_summary") {
      const Result<Summary> summary = SummaryOf(value);
      if (!summary) broken = summary.error().detail;
      if (summary) presentation.summary = *summary;
      presentation.given.push_back(parameter);
    } else {
      return false;
    }
    return true;
  });
  if (!broken.empty()) return Fail(ErrorCode::BadData, broken);
  return presentation;
}

std::string Present(const std::string& text, const Presentation& presentation) {
  if (presentation.IsWhole()) return text;
  Result<Json> resource = Json::Parse(text);
  if (!resource) return text;
  const r4::TypeDefinition* type = r4::FindType((*resource)["resourceType"].AsString());
  if (type == nullptr) return text;
  return Filter(presentation, *type).Apply(*resource).Write();
}

}  // namespace yizhan::server
