// The published rules of queues: reading, trying and changing them.
#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::QueuePolicy;
using hospital::QueueRuleBook;
using security::Ability;

constexpr std::size_t kLongestReason = 200;

/// What counts for a service, an area or the hospital, and whether it is said there itself.
struct Effective {
  QueuePolicy policy;
  bool is_own = false;
};

Effective RulesOf(hospital::Hospital& hospital, const std::string& key) {
  const auto rules = hospital.Queue().Rules();
  const auto own = rules->own.find(key);
  if (own != rules->own.end()) return {own->second, true};
  const auto directory = hospital.Places();
  const auto service = directory->services.find(key);
  if (service != directory->services.end()) {
    return {rules->Of(key, service->second.area_id), false};
  }
  return {rules->hospital, key == QueueRuleBook::kHospital};
}

/// ?key=SERVICE, AREA or "hospital"
Json RulesView(StaffContext& context, const Query& query) {
  const std::string& key = query["key"];
  const auto directory = context.hospital.Places();
  const bool is_known = key == QueueRuleBook::kHospital || directory->services.contains(key) ||
                        directory->places.contains(key);
  if (!is_known) return {};
  const Effective now = RulesOf(context.hospital, key);
  return Json::Object({{"key", TextView(key)},
                       {"own", Json::Boolean(now.is_own)},
                       {"rules", hospital::ToJson(now.policy)}});
}

/// {"service", "rules"} -> {"rows"}: today's line as it is and as it would be. BadData: the detail
/// is the member that cannot be meant.
Result<Json> Preview(StaffContext& context, const Json& body, const security::Principal& /*who*/) {
  const Result<QueuePolicy> policy = hospital::ParseQueuePolicy(body["rules"]);
  if (!policy) return tl::unexpected(policy.error());
  const auto rows = context.hospital.Queue().PreviewRules(body["service"].AsString(), *policy);
  if (!rows) return tl::unexpected(rows.error());
  Json list = Json::Array();
  for (const hospital::PreviewRow& row : *rows) {
    Json view = PublicTicket(row.ticket);
    view.Set("before", Json::Integer(row.before));
    view.Set("after", Json::Integer(row.after));
    list.Append(std::move(view));
  }
  return Json::Object({{"rows", std::move(list)}});
}

/// {"key", "rules", "reason"}; rules null: `key` has none of its own any more.
Result<Json> SetRules(StaffContext& context, const Json& body, const security::Principal& who) {
  const std::string& reason = body["reason"].AsString();
  if (reason.size() > kLongestReason) return Fail(ErrorCode::BadData, "reason");
  std::optional<QueuePolicy> policy;
  if (!body["rules"].IsNull()) {
    Result<QueuePolicy> parsed = hospital::ParseQueuePolicy(body["rules"]);
    if (!parsed) return tl::unexpected(parsed.error());
    policy = std::move(*parsed);
  }
  const Status done =
      context.hospital.Queue().SetRules(body["key"].AsString(), policy, who.id, reason);
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

constexpr StaffView kViews[] = {{"rules", Ability::EditRules, RulesView}};

constexpr StaffAct kActs[] = {
    {"rules/preview", Ability::EditRules, Preview},
    {"rules/set", Ability::EditRules, SetRules},
};

}  // namespace

std::span<const StaffView> RulesViews() { return kViews; }

std::span<const StaffAct> RulesActs() { return kActs; }

}  // namespace yizhan::server
