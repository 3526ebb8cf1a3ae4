#include "backend/fhir/resources.h"
#include "backend/server/fhir_operations/operation.h"
#include "backend/server/fhir_validation.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// What is asked: a resource as the body, or one in Parameters with a mode.
struct Asked {
  Json resource;
  std::string mode;
  bool has_profile = false;
};

Asked Understand(const Json& body) {
  if (body["resourceType"].AsString() != "Parameters") return {body, "", false};
  return {fhir::ParameterOf(body, "resource"), fhir::ParameterOf(body, "mode").AsString(),
          !fhir::ParameterOf(body, "profile").AsString().empty()};
}

FhirAnswer Told(const Json& outcome) {
  FhirAnswer answer;
  answer.body = outcome.Write();
  return answer;
}

FhirAnswer Run(const OperationCall& call) {
  if (!call.request.May(Interaction::Read, call.type)) return Forbidden(call.type);
  Asked asked = Understand(call.request.body);
  if (asked.has_profile) {
    return Refusal(422, "not-supported", "this server validates against the base profiles only");
  }
  if (asked.resource.IsNull() && !call.id.empty()) {
    const auto stored = call.store.Read(call.type, call.id);
    if (!stored) return Failure(stored.error());
    if (stored->deleted) return Refusal(410, "deleted", call.type + " was deleted");
    if (asked.mode == "delete") return Told(OutcomeOf({}));
    Result<Json> parsed = Json::Parse(stored->text);
    if (!parsed) return Failure(parsed.error());
    asked.resource = std::move(*parsed);
  }
  if (!asked.resource.IsObject()) return Refusal(400, "required", "a resource is missing");
  r4::ValidateOptions options;
  options.warnings = true;
  std::vector<r4::Issue> issues = r4::Validate(asked.resource, options);
  const auto complain = [&](const char* code, const char* member, const char* what) {
    issues.push_back({r4::Severity::Error, code, call.type + member, what});
  };
  if (asked.resource["resourceType"].AsString() != call.type) {
    complain("invalid", "", "resourceType differs from the address");
  }
  const bool is_other = !call.id.empty() && asked.resource["id"].AsString() != call.id;
  if (is_other && asked.mode != "create") complain("invalid", ".id", "id differs from the address");
  return Told(OutcomeOf(issues));
}

Json Parameters() {
  return Json::Array(
      {OperationParameter("resource", "in", 0, "1", "Resource",
                          "What to validate; absent: the resource in the address"),
       OperationParameter("mode", "in", 0, "1", "code", "create, update or delete"),
       OperationParameter("return", "out", 1, "1", "OperationOutcome",
                          "What is wrong; one issue of severity information: nothing")});
}

}  // namespace

const Operation kValidate = {
    .name = "validate",
    .title = "Validate",
    .description = "Tells what is wrong with a resource according to FHIR R4",
    .type = "Resource",
    .standard = "http://hl7.org/fhir/OperationDefinition/Resource-validate",
    .on_type = true,
    .on_instance = true,
    .affects_state = false,
    .run = Run,
    .parameters = Parameters};

}  // namespace yizhan::server
