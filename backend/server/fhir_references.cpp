#include "backend/server/fhir_references.h"

#include <algorithm>
#include <array>

#include "backend/server/fhir_request.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// Elements of type Reference.reference, uri, url, oid and uuid, by the way R4 names them.
bool IsLink(std::string_view key) {
  static constexpr std::array<std::string_view, 4> kTypes = {"Uri", "Url", "Oid", "Uuid"};
  return key == "reference" || key == "url" || key == "uri" ||
         std::ranges::any_of(kTypes, [&](std::string_view type) { return key.ends_with(type); });
}

/// "http://h/fhir/" of "http://h/fhir/Patient/1"; "" when it does not end in type and id.
std::string_view BaseOf(std::string_view full_url) {
  if (!full_url.starts_with("http://") && !full_url.starts_with("https://")) return {};
  const std::size_t id = full_url.rfind('/');
  if (id == std::string_view::npos || id == 0) return {};
  const std::size_t type = full_url.rfind('/', id - 1);
  if (type == std::string_view::npos || !IsType(full_url.substr(type + 1, id - type - 1))) {
    return {};
  }
  return full_url.substr(0, type + 1);
}

struct Condition {
  std::string type;
  std::string query;
};

std::optional<Condition> ConditionOf(std::string_view key, std::string_view text) {
  const std::size_t question = text.find('?');
  if (key != "reference" || question == std::string_view::npos) return std::nullopt;
  if (!IsType(text.substr(0, question))) return std::nullopt;
  return Condition{std::string(text.substr(0, question)), std::string(text.substr(question + 1))};
}

}  // namespace

void ReferenceMap::Add(std::string full_url, std::string name) {
  names_[std::move(full_url)] = std::move(name);
}

void ReferenceMap::Replace(Json& resource, std::string_view own_full_url) const {
  if (!names_.empty()) Walk(resource, BaseOf(own_full_url));
}

std::string ReferenceMap::Renamed(std::string_view text, std::string_view own_base) const {
  const std::size_t part = std::min(text.find('#'), text.size());
  const std::size_t stem_end = std::min(text.find("/_history/"), part);
  const std::string_view stem = text.substr(0, stem_end);
  auto found = names_.find(stem);
  if (found == names_.end() && !own_base.empty() && stem.find(':') == std::string_view::npos) {
    found = names_.find(std::string(own_base) + std::string(stem));
  }
  if (found == names_.end()) return "";
  return found->second + std::string(text.substr(stem_end));
}

std::string ReferenceMap::RenamedLinks(std::string_view narrative,
                                       std::string_view own_base) const {
  static constexpr std::array<std::string_view, 2> kAttributes = {"href=\"", "src=\""};
  std::string out;
  std::size_t from = 0;
  while (from < narrative.size()) {
    std::size_t value = narrative.size();
    for (const std::string_view attribute : kAttributes) {
      const std::size_t at = narrative.find(attribute, from);
      if (at != std::string_view::npos) value = std::min(value, at + attribute.size());
    }
    const std::size_t end = std::min(narrative.find('"', value), narrative.size());
    const std::string renamed = Renamed(narrative.substr(value, end - value), own_base);
    out += narrative.substr(from, value - from);
    out += renamed.empty() ? narrative.substr(value, end - value) : renamed;
    from = end;
    if (value == narrative.size()) break;
  }
  return out;
}

void ReferenceMap::Walk(Json& value, std::string_view own_base) const {
  if (value.IsArray()) {
    for (Json& item : value.MutableItems()) Walk(item, own_base);
    return;
  }
  std::vector<std::string> keys;
  for (const Json::Member& member : value.Members()) {
    const bool is_text = member.second.IsString();
    const bool matters = !is_text || member.first == "div" || IsLink(member.first);
    const bool is_deep = member.second.IsArray() || member.second.IsObject();
    if (matters && (is_text || is_deep)) keys.push_back(member.first);
  }
  for (const std::string& key : keys) {
    Json& member = value.At(key);
    if (!member.IsString()) {
      // An array of links ("instantiatesUri") has no members to tell what it holds.
      if (member.IsArray() && IsLink(key)) {
        for (Json& item : member.MutableItems()) {
          const std::string renamed = Renamed(item.AsString(), own_base);
          if (!renamed.empty()) item = Json::String(renamed);
        }
      }
      Walk(member, own_base);
    } else if (key == "div") {
      member = Json::String(RenamedLinks(member.AsString(), own_base));
    } else if (std::string renamed = Renamed(member.AsString(), own_base); !renamed.empty()) {
      member = Json::String(std::move(renamed));
    }
  }
}

bool HasConditionalReference(const Json& resource) {
  if (resource.IsArray()) return std::ranges::any_of(resource.Items(), HasConditionalReference);
  return std::ranges::any_of(resource.Members(), [](const Json::Member& member) {
    return ConditionOf(member.first, member.second.AsString()).has_value() ||
           HasConditionalReference(member.second);
  });
}

Status ResolveConditionalReferences(
    Json& resource,
    const std::function<Result<std::string>(const std::string& type, const std::string& query)>&
        find) {
  if (resource.IsArray()) {
    for (Json& item : resource.MutableItems()) {
      if (Status done = ResolveConditionalReferences(item, find); !done) return done;
    }
    return {};
  }
  for (std::size_t i = 0; i < resource.Members().size(); ++i) {
    const std::string key = resource.Members()[i].first;
    Json& member = resource.At(key);
    const std::optional<Condition> condition = ConditionOf(key, member.AsString());
    if (!condition) {
      if (Status done = ResolveConditionalReferences(member, find); !done) return done;
      continue;
    }
    Result<std::string> name = find(condition->type, condition->query);
    if (!name) return tl::unexpected<Error>(name.error());
    member = Json::String(std::move(*name));
  }
  return {};
}

}  // namespace yizhan::server
