#include "backend/security/audit_event.h"

namespace yizhan::security {
namespace {

using fhir::Json;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

const char* SystemOf(ActorKind actor) {
  switch (actor) {
    case ActorKind::Device: return "urn:yizhan:terminal";
    case ActorKind::System: return "urn:yizhan:client";
    case ActorKind::Staff: return "urn:yizhan:account";
    case ActorKind::Command: return "urn:yizhan:command";
    case ActorKind::Unknown: break;
  }
  return "urn:yizhan:unknown";
}

Json Named(const char* system, const std::string& name) {
  return Json::Object(
      {{"identifier", Json::Object({{"system", Text(system)}, {"value", Text(name)}})}});
}

}  // namespace

fhir::Json ToAuditEvent(const SecurityAct& act) {
  Json agent = Json::Object({{"requestor", Json::Boolean(true)}});
  if (!act.who.empty()) agent.Set("who", Named(SystemOf(act.actor), act.who));
  if (!act.address.empty()) {
    agent.Set("network", Json::Object({{"address", Text(act.address)}, {"type", Text("2")}}));
  }
  Json event = Json::Object(
      {{"resourceType", Text("AuditEvent")},
       {"type",
        Json::Object({{"system", Text("urn:yizhan:audit-type")}, {"code", Text("security")}})},
       {"subtype", Json::Array({Json::Object(
                       {{"system", Text("urn:yizhan:audit-act")}, {"code", Text(act.act)}})})},
       {"action", Text("E")},
       {"recorded", Text(ToInstant(act.when))},
       {"outcome", Text(act.refused ? "4" : "0")}});
  if (act.count > 1) event.Set("outcomeDesc", Text(std::to_string(act.count) + " times"));
  event.Set("agent", Json::Array({std::move(agent)}));
  event.Set("source", Json::Object({{"observer", Json::Object({{"display", Text("hospital")}})}}));
  if (!act.object.empty()) {
    event.Set("entity",
              Json::Array({Json::Object({{"what", Named("urn:yizhan:access", act.object)}})}));
  }
  return event;
}

}  // namespace yizhan::security
