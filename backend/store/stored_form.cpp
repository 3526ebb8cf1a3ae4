#include "backend/store/stored_form.h"

namespace yizhan::store {

using fhir::Json;

Json WithIdentity(Json resource, const std::string& type, const std::string& id,
                  std::int64_t version, WallTime updated) {
  Json meta = resource["meta"].IsObject() ? resource["meta"] : Json::Object();
  meta.Set("versionId", Json::String(std::to_string(version)));
  meta.Set("lastUpdated", Json::String(ToInstant(updated)));
  std::vector<Json::Member> members;
  members.reserve(resource.Members().size() + 3);
  members.emplace_back("resourceType", Json::String(type));
  members.emplace_back("id", Json::String(id));
  members.emplace_back("meta", std::move(meta));
  for (const Json::Member& member : resource.Members()) {
    if (member.first == "resourceType" || member.first == "id" || member.first == "meta") continue;
    members.push_back(member);
  }
  return Json::Object(std::move(members));
}

}  // namespace yizhan::store
