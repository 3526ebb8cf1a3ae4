#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/server/fhir_api.h"
#include "backend/store/search_params.h"

namespace yizhan::server {
namespace {

using fhir::Json;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

Json Codes(std::initializer_list<const char*> codes) {
  Json list = Json::Array();
  for (const char* code : codes) list.Append(Json::Object({{"code", Text(code)}}));
  return list;
}

const char* TypeOf(store::ParamKind kind) {
  switch (kind) {
    case store::ParamKind::Token: return "token";
    case store::ParamKind::Reference: return "reference";
    case store::ParamKind::Date: return "date";
    case store::ParamKind::String: return "string";
  }
  return "special";
}

Json ResourceOf(std::string_view type, const std::string& base) {
  Json params = Json::Array();
  Json includes = Json::Array({Text(std::string(type) + ":*")});
  Json reverse = Json::Array();
  for (const store::SearchParam& param : store::SearchParams()) {
    const std::string name = std::string(param.type) + ':' + param.name;
    if (param.kind == store::ParamKind::Reference && std::string_view(param.targets) == type) {
      reverse.Append(Text(name));
    }
    if (param.type != type) continue;
    // A canonical is of type uri for the specification, a reference for our index.
    const bool is_uri = std::string_view(param.path) == "url";
    params.Append(Json::Object(
        {{"name", Text(param.name)}, {"type", Text(is_uri ? "uri" : TypeOf(param.kind))}}));
    if (param.kind == store::ParamKind::Reference && !is_uri) includes.Append(Text(name));
  }
  for (const auto& [name, kind] : {std::pair("_id", "token"), std::pair("_lastUpdated", "date")}) {
    params.Append(Json::Object({{"name", Text(name)}, {"type", Text(kind)}}));
  }
  Json resource = Json::Object(
      {{"type", Text(type)},
       {"interaction",
        Codes({"read", "vread", "update", "delete", "history-instance", "create", "search-type"})},
       {"versioning", Text("versioned-update")},
       {"readHistory", Json::Boolean(true)},
       {"updateCreate", Json::Boolean(true)},
       {"conditionalCreate", Json::Boolean(true)},
       {"conditionalRead", Text("not-match")},
       {"conditionalUpdate", Json::Boolean(true)},
       {"conditionalDelete", Text("not-supported")},
       {"searchInclude", std::move(includes)}});
  if (!reverse.Items().empty()) resource.Set("searchRevInclude", std::move(reverse));
  resource.Set("searchParam", std::move(params));
  if (type == "Appointment") {
    resource.Set("operation",
                 Json::Array({Json::Object(
                     {{"name", Text(fhir::systems::kCheckInOperation)},
                      {"definition", Text(base + "/OperationDefinition/check-in")}})}));
  }
  return resource;
}

Json Parameter(const char* name, const char* use, int min, const char* type,
               const char* documentation) {
  return Json::Object({{"name", Text(name)},
                       {"use", Text(use)},
                       {"min", Json::Integer(min)},
                       {"max", Text("1")},
                       {"documentation", Text(documentation)},
                       {"type", Text(type)}});
}

}  // namespace

std::string CapabilityText(const std::string& base) {
  Json resources = Json::Array();
  for (const std::string_view type : store::ResourceTypes()) {
    resources.Append(ResourceOf(type, base));
  }
  Json rest = Json::Object({{"mode", Text("server")},
                            {"resource", std::move(resources)},
                            {"interaction", Codes({"transaction", "batch"})}});
  return Json::Object(
             {{"resourceType", Text("CapabilityStatement")},
              {"status", Text("active")},
              {"date", Text("2026-03-01")},
              {"kind", Text("instance")},
              {"software", Json::Object({{"name", Text("yizhan-hospital")}})},
              {"implementation", Json::Object({{"description", Text("Yizhan hospital server")},
                                               {"url", Text(base)}})},
              {"fhirVersion", Text("4.0.1")},
              {"format", Json::Array({Text("json")})},
              {"rest", Json::Array({std::move(rest)})}})
      .Write();
}

Json CheckInDefinition() {
  Json parameters = Json::Array(
      {Parameter("operation-id", "in", 1, "string", "UUID; repeating it has no second effect"),
       Parameter("terminal", "in", 1, "string", "Short name of the terminal"),
       Parameter("site", "in", 1, "Reference", "Location of the site the terminal stands in"),
       Parameter("arrived", "in", 0, "instant", "When the patient came; default: now"),
       Parameter("provisional-number", "in", 0, "string", "Number given while offline"),
       Parameter("ticket", "out", 1, "Task", "The place in the queue"),
       Parameter("appointment", "out", 1, "Appointment", "The appointment as changed"),
       Parameter("ahead", "out", 1, "integer", "People before this one"),
       Parameter("wait-low", "out", 0, "integer", "Expected wait in minutes, at least"),
       Parameter("wait-high", "out", 0, "integer", "Expected wait in minutes, at most")});
  return Json::Object({{"resourceType", Text("OperationDefinition")},
                       {"id", Text("check-in")},
                       {"name", Text("CheckIn")},
                       {"status", Text("active")},
                       {"kind", Text("operation")},
                       {"affectsState", Json::Boolean(true)},
                       {"code", Text(fhir::systems::kCheckInOperation)},
                       {"resource", Json::Array({Text("Appointment")})},
                       {"system", Json::Boolean(false)},
                       {"type", Json::Boolean(false)},
                       {"instance", Json::Boolean(true)},
                       {"parameter", std::move(parameters)}});
}

}  // namespace yizhan::server
