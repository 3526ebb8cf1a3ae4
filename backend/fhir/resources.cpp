#include "backend/fhir/resources.h"

#include <algorithm>

#include "backend/fhir/systems.h"

namespace yizhan::fhir {
namespace {

bool IsAlphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

Json Text(std::string_view text) { return Json::String(std::string(text)); }

bool IsLatin(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return IsAlphanumeric(c) || c == '-' || c == '.';
  });
}

std::optional<Target> ParseReference(std::string_view reference) {
  const std::size_t slash = reference.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view type = reference.substr(0, slash);
  std::string_view id = reference.substr(slash + 1);
  const std::size_t history = id.find("/_history/");
  if (history != std::string_view::npos) id = id.substr(0, history);
  const bool is_type = !type.empty() && type.front() >= 'A' && type.front() <= 'Z' &&
                       std::ranges::all_of(type, IsAlphanumeric);
  if (!is_type || !IsId(id)) return std::nullopt;
  return Target{std::string(type), std::string(id)};
}

Json Reference(std::string_view type, std::string_view id) {
  std::string reference(type);
  reference += '/';
  reference += id;
  return Json::Object({{"reference", Json::String(std::move(reference))}});
}

std::string ReferencedId(const Json& references, std::string_view type) {
  if (references.IsArray()) {
    for (const Json& item : references.Items()) {
      std::string id = ReferencedId(item, type);
      if (!id.empty()) return id;
    }
    return "";
  }
  std::optional<Target> target = ParseReference(references["reference"].AsString());
  return target && target->type == type ? std::move(target->id) : "";
}

Json Identifier(std::string_view system, std::string_view value) {
  return Json::Object({{"system", Text(system)}, {"value", Text(value)}});
}

const std::string& IdentifierValue(const Json& resource, std::string_view system) {
  for (const Json& identifier : resource["identifier"].Items()) {
    if (identifier["system"].AsString() == system) return identifier["value"].AsString();
  }
  return Json()[""].AsString();
}

Json Concept(std::string_view system, std::string_view code) {
  return Json::Object(
      {{"coding", Json::Array({Json::Object({{"system", Text(system)}, {"code", Text(code)}})})}});
}

const std::string& CodeOf(const Json& concept_value, std::string_view system) {
  for (const Json& coding : concept_value["coding"].Items()) {
    if (coding["system"].AsString() == system) return coding["code"].AsString();
  }
  return Json()[""].AsString();
}

domain::LocalText TextOf(const Json& owner, std::string_view member) {
  domain::LocalText text;
  text.zh = owner[member].AsString();
  for (const Json& extension : owner["_" + std::string(member)]["extension"].Items()) {
    if (extension["url"].AsString() != systems::kTranslation) continue;
    std::string language;
    std::string content;
    for (const Json& part : extension["extension"].Items()) {
      if (part["url"].AsString() == "lang") language = part["valueCode"].AsString();
      if (part["url"].AsString() == "content") content = part["valueString"].AsString();
    }
    if (language == "en") text.en = content;
  }
  return text;
}

void SetText(Json& owner, const std::string& member, const domain::LocalText& text) {
  owner.Set(member, Json::String(text.zh));
  if (text.en.empty()) return;
  Json lang = Json::Object({{"url", Text("lang")}, {"valueCode", Text("en")}});
  Json content = Json::Object({{"url", Text("content")}, {"valueString", Json::String(text.en)}});
  Json translation =
      Json::Object({{"url", Text(systems::kTranslation)},
                    {"extension", Json::Array({std::move(lang), std::move(content)})}});
  owner.Set("_" + member, Json::Object({{"extension", Json::Array({std::move(translation)})}}));
}

std::string PersonName(const Json& person) {
  const Json& name = person["name"][0];
  if (!name["text"].AsString().empty()) return name["text"].AsString();
  const std::string& family = name["family"].AsString();
  std::string given;
  for (const Json& part : name["given"].Items()) {
    if (!given.empty() && IsLatin(given)) given += ' ';
    given += part.AsString();
  }
  if (family.empty() || given.empty()) return family + given;
  return IsLatin(family) ? given + ' ' + family : family + given;
}

const Json& ParameterOf(const Json& parameters, std::string_view name) {
  for (const Json& parameter : parameters["parameter"].Items()) {
    if (parameter["name"].AsString() != name) continue;
    for (const Json::Member& member : parameter.Members()) {
      if (member.first.starts_with("value") || member.first == "resource") return member.second;
    }
  }
  return parameters["parameter"]["none"];
}

Json& AddParameter(Json& parameters, std::string_view name, std::string_view value_member,
                   Json value) {
  if (parameters.IsNull()) parameters.Set("resourceType", Text("Parameters"));
  parameters.At("parameter")
      .Append(Json::Object({{"name", Text(name)}, {std::string(value_member), std::move(value)}}));
  return parameters;
}

Json Outcome(std::string_view code, std::string_view diagnostics) {
  Json issue = Json::Object({{"severity", Text("error")}, {"code", Text(code)}});
  if (!diagnostics.empty()) issue.Set("diagnostics", Text(diagnostics));
  return Json::Object(
      {{"resourceType", Text("OperationOutcome")}, {"issue", Json::Array({std::move(issue)})}});
}

}  // namespace yizhan::fhir
