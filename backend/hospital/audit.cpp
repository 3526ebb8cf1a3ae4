#include "backend/hospital/audit.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::hospital {

using fhir::Json;

fhir::Json ToAuditEvent(const AuditedAct& act) {
  const auto text = [](std::string_view value) { return Json::String(std::string(value)); };
  Json agent = Json::Object(
      {{"who", Json::Object({{"identifier", fhir::Identifier(act.who_system, act.who)}})},
       {"requestor", Json::Boolean(true)}});
  if (!act.where.empty()) agent.Set("location", fhir::Reference("Location", act.where));
  Json entities = Json::Array();
  if (!act.task_id.empty()) {
    entities.Append(Json::Object({{"what", fhir::Reference("Task", act.task_id)}}));
  }
  if (!act.appointment_id.empty()) {
    entities.Append(Json::Object({{"what", fhir::Reference("Appointment", act.appointment_id)}}));
  }
  if (!act.service_id.empty()) {
    entities.Append(Json::Object({{"what", fhir::Reference("HealthcareService", act.service_id)}}));
  }
  Json event = Json::Object(
      {{"resourceType", text("AuditEvent")},
       {"type", Json::Object({{"system", text("urn:yizhan:audit-type")}, {"code", text("queue")}})},
       {"subtype", Json::Array({Json::Object(
                       {{"system", text("urn:yizhan:audit-act")}, {"code", text(act.act)}})})},
       {"action", text("E")},
       {"recorded", text(ToInstant(act.when))},
       {"outcome", text("0")},
       {"agent", Json::Array({std::move(agent)})},
       {"source", Json::Object({{"observer", Json::Object({{"display", text("hospital")}})}})}});
  if (!entities.Items().empty()) event.Set("entity", std::move(entities));
  if (!act.reason.empty()) {
    event.Set("purposeOfEvent", Json::Array({Json::Object({{"text", text(act.reason)}})}));
  }
  return event;
}

}  // namespace yizhan::hospital
