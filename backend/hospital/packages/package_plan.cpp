#include "backend/hospital/packages/package_plan.h"

#include <set>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/exam/exam_check_in.h"
#include "backend/hospital/lab/test_catalogue.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr std::size_t kMostActions = 30;
constexpr std::size_t kMostTitleBytes = 200;

tl::unexpected<Error> Broken(const char* why) { return Fail(ErrorCode::BadData, why); }

/// The one code of the catalogue that an action has; "": none.
Result<std::string> CodeOfAction(const Json& action) {
  std::string code;
  for (const Json& one : action["code"].Items()) {
    const std::string& own = fhir::CodeOf(one, systems::kCatalogueCode);
    if (own.empty()) continue;
    if (!code.empty()) return Broken("an action with two codes");
    code = own;
  }
  // Codes of other systems alone would look like something to be ordered, and nothing would be.
  if (code.empty() && action.Has("code")) return Broken("a code of another catalogue");
  return code;
}

Result<std::string> ServiceOfCode(store::ReadView& view, const DirectorySnapshot& directory,
                                  const std::string& code) {
  const auto test = FindLabTest(view, code);
  if (!test) return Failed(test);
  if (*test) return std::string();
  const auto exam = FindExam(view, code);
  if (!exam) return Failed(exam);
  if (!*exam) return Broken("a code that no catalogue has");
  if (!directory.services.contains((*exam)->service_id)) {
    return Broken("an examination without rooms");
  }
  return (*exam)->service_id;
}

}  // namespace

bool IsPackage(const DirectorySnapshot& directory, const std::string& service_id) {
  return !directory.ServiceOf(service_id).plan_ids.empty();
}

Result<PackagePlan> ReadPackagePlan(store::ReadView& view, const DirectorySnapshot& directory,
                                    const std::string& service_id) {
  const std::vector<std::string>& ids = directory.ServiceOf(service_id).plan_ids;
  if (ids.size() != 1) return Broken("not exactly one plan");
  const Result<Json> body = ReadBody(view, "PlanDefinition", ids.front());
  if (!body && body.error().code == ErrorCode::NotFound) return Broken("the plan was deleted");
  if (!body) return Failed(body);
  const std::vector<Json>& actions = (*body)["action"].Items();
  if (actions.empty() || actions.size() > kMostActions) return Broken("no actions, or too many");
  PackagePlan plan;
  plan.url = (*body)["url"].AsString();
  std::set<std::string> codes;
  for (const Json& action : actions) {
    if (action.Has("action")) return Broken("groups of actions");
    if (action.Has("condition")) return Broken("conditions on actions");
    PackageOrder order;
    order.title = fhir::TextOf(action, "title");
    const std::size_t longest = std::max(order.title.zh.size(), order.title.en.size());
    if (order.title.zh.empty() || longest > kMostTitleBytes) return Broken("a title");
    Result<std::string> code = CodeOfAction(action);
    if (!code) return Failed(code);
    if (code->empty()) continue;
    if (!codes.insert(*code).second) return Broken("a code twice");
    Result<std::string> service = ServiceOfCode(view, directory, *code);
    if (!service) return Failed(service);
    order.code = std::move(*code);
    order.service_id = std::move(*service);
    plan.orders.push_back(std::move(order));
  }
  return plan;
}

}  // namespace yizhan::hospital
