#include "backend/server/fhir_capability.h"

#include <map>

#include "backend/r4/definitions.h"
#include "backend/server/fhir_operations/operation.h"
#include "backend/server/fhir_request.h"
#include "backend/store/search_query.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// Stands where the base belongs; no other text of the statement has it.
constexpr const char* kBaseMark = "[base]";

Json Text(std::string_view text) { return Json::String(std::string(text)); }

Json Codes(std::initializer_list<const char*> codes) {
  Json list = Json::Array();
  for (const char* code : codes) list.Append(Json::Object({{"code", Text(code)}}));
  return list;
}

/// What a CapabilityStatement of R4 has no element for.
constexpr const char* kModifiers =
    "Modifiers of search parameters: missing (all but _id, _lastUpdated, _text, _content and "
    "composites); token: not, text, in and not-in (value sets stored here, listed or expanded), "
    "of-type (identifiers); string: exact, contains; uri: above, below; reference: identifier, the "
    "name of a type. References can be chained and asked from the other side (_has). Other "
    "modifiers are refused.";

/// What a client could not know of how a parameter is answered; "" when there is nothing.
const char* DocumentationOf(const r4::SearchParam& param) {
  if (param.name == "_text" || param.name == "_content") {
    return "Words that must all be there, in any order; Chinese is found from one character on. "
           "No modifiers.";
  }
  switch (param.kind) {
    case r4::ParamKind::Special:
      return "latitude|longitude|distance|units; without units km, without distance 10 km. Units: "
             "km, m, cm, [mi_us], [mi_i], [nmi_i], [ft_i], [yd_i].";
    case r4::ParamKind::Quantity:
      return "Units of UCUM that are powers of ten of each other are compared with each other; "
             "others only with themselves, and refused under handling=strict.";
    default: return "";
  }
}

void AddParams(std::string_view type, std::span<const r4::SearchParam> params, Json& list) {
  for (const r4::SearchParam& param : params) {
    if (!store::IsSearchable(type, param)) continue;
    Json entry = Json::Object({{"name", Text(param.name)}, {"type", Text(Name(param.kind))}});
    const char* documentation = DocumentationOf(param);
    if (*documentation != '\0') entry.Set("documentation", Text(documentation));
    list.Append(std::move(entry));
  }
}

/// For each type, the "Task:focus" of all parameters that can point to it.
std::map<std::string_view, Json> ReverseIncludes() {
  std::map<std::string_view, Json> reverse;
  for (const r4::SearchParam& param : r4::SearchParams()) {
    if (param.kind != r4::ParamKind::Reference || param.type == "Resource") continue;
    const Json name = Text(std::string(param.type) + ':' + std::string(param.name));
    if (param.targets.empty()) {
      for (const std::string_view type : r4::ResourceTypes()) reverse[type].Append(name);
    }
    for (const std::string_view type : param.targets) reverse[type].Append(name);
  }
  return reverse;
}

Json InteractionsOf(std::string_view type) {
  // Append-only: what happened stays written.
  if (type == "AuditEvent") {
    return Codes({"read", "vread", "create", "history-instance", "history-type", "search-type"});
  }
  return Codes({"read", "vread", "update", "patch", "delete", "history-instance", "history-type",
                "create", "search-type"});
}

Json OperationsOf(std::string_view type, const std::string& base) {
  Json list = Json::Array();
  for (const Operation* operation : Operations()) {
    if (operation->type != "Resource" && operation->type != type) continue;
    list.Append(Json::Object(
        {{"name", Text(operation->name)},
         {"definition", Text(base + "/OperationDefinition/" + std::string(operation->name))}}));
  }
  return list;
}

Json ResourceOf(std::string_view type, const std::string& base, Json reverse) {
  const bool is_append_only = type == "AuditEvent";
  Json resource =
      Json::Object({{"type", Text(type)},
                    {"interaction", InteractionsOf(type)},
                    {"versioning", Text("versioned-update")},
                    {"readHistory", Json::Boolean(true)},
                    {"updateCreate", Json::Boolean(!is_append_only)},
                    {"conditionalCreate", Json::Boolean(true)},
                    {"conditionalRead", Text("full-support")},
                    {"conditionalUpdate", Json::Boolean(!is_append_only)},
                    {"conditionalDelete", Text(is_append_only ? "not-supported" : "single")},
                    {"referencePolicy", Json::Array({Text("literal"), Text("logical")})}});
  Json includes = Json::Array({Text("*"), Text(std::string(type) + ":*")});
  for (const r4::SearchParam& param : r4::SearchParamsOf(type)) {
    if (param.kind != r4::ParamKind::Reference) continue;
    includes.Append(Text(std::string(type) + ':' + std::string(param.name)));
  }
  resource.Set("searchInclude", std::move(includes));
  if (!reverse.Items().empty()) resource.Set("searchRevInclude", std::move(reverse));
  Json params = Json::Array();
  AddParams(type, r4::SearchParamsOf("Resource"), params);
  AddParams(type, r4::SearchParamsOf(type), params);
  resource.Set("searchParam", std::move(params));
  Json operations = OperationsOf(type, base);
  if (!operations.Items().empty()) resource.Set("operation", std::move(operations));
  return resource;
}

std::string StatementWith(const std::string& base, const Json& security) {
  std::map<std::string_view, Json> reverse = ReverseIncludes();
  Json resources = Json::Array();
  for (const std::string_view type : r4::ResourceTypes()) {
    resources.Append(ResourceOf(type, base, std::move(reverse[type])));
  }
  Json rest = Json::Object({{"mode", Text("server")}, {"documentation", Text(kModifiers)}});
  if (security.IsObject()) rest.Set("security", security);
  rest.Set("resource", std::move(resources));
  rest.Set("interaction", Codes({"transaction", "batch", "history-system"}));
  return Json::Object(
             {{"resourceType", Text("CapabilityStatement")},
              {"name", Text("YizhanHospital")},
              {"status", Text("active")},
              {"date", Text("2026-03-01")},
              {"kind", Text("instance")},
              {"software", Json::Object({{"name", Text("yizhan-hospital")}})},
              {"implementation", Json::Object({{"description", Text("Yizhan hospital server")},
                                               {"url", Text(base)}})},
              {"fhirVersion", Text("4.0.1")},
              {"format", Json::Array({Text("json"), Text("application/fhir+json")})},
              {"patchFormat", Json::Array({Text("application/json-patch+json")})},
              {"rest", Json::Array({std::move(rest)})}})
      .Write();
}

}  // namespace

std::string Capability::TextFor(const std::string& base) {
  std::call_once(once_, [this] { text_ = StatementWith(kBaseMark, security_); });
  const std::string quoted = Quoted(base);
  const std::string_view escaped = std::string_view(quoted).substr(1, quoted.size() - 2);
  std::string text;
  text.reserve(text_.size() + (64 * escaped.size()));
  std::size_t from = 0;
  for (std::size_t at = text_.find(kBaseMark); at != std::string::npos;
       at = text_.find(kBaseMark, from)) {
    text.append(text_, from, at - from);
    text += escaped;
    from = at + std::string_view(kBaseMark).size();
  }
  return text.append(text_, from);
}

}  // namespace yizhan::server
