#include "backend/server/fhir_validation.h"

namespace yizhan::server {

using fhir::Json;

Json OutcomeOf(const std::vector<r4::Issue>& issues) {
  Json list = Json::Array();
  for (const r4::Issue& issue : issues) {
    const bool is_error = issue.severity == r4::Severity::Error;
    Json one = Json::Object({{"severity", Json::String(is_error ? "error" : "warning")},
                             {"code", Json::String(issue.code)}});
    if (!issue.diagnostics.empty()) one.Set("diagnostics", Json::String(issue.diagnostics));
    if (!issue.expression.empty()) {
      one.Set("expression", Json::Array({Json::String(issue.expression)}));
    }
    list.Append(std::move(one));
  }
  if (issues.empty()) {
    list.Append(Json::Object({{"severity", Json::String("information")},
                              {"code", Json::String("informational")},
                              {"diagnostics", Json::String("no problem found")}}));
  }
  return Json::Object(
      {{"resourceType", Json::String("OperationOutcome")}, {"issue", std::move(list)}});
}

std::optional<FhirAnswer> RefuseInvalid(const Json& resource) {
  const std::vector<r4::Issue> issues = r4::Validate(resource);
  if (!r4::HasErrors(issues)) return std::nullopt;
  FhirAnswer answer;
  answer.status = 400;
  answer.body = OutcomeOf(issues).Write();
  return answer;
}

}  // namespace yizhan::server
