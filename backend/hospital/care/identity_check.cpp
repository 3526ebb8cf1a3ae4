#include "backend/hospital/care/identity_check.h"

#include <algorithm>
#include <array>

#include "backend/fhir/json.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/care/care_request.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

constexpr const char* kDoubts = "identity-doubt";
constexpr std::chrono::days kKept{2};
constexpr std::array<std::string_view, 4> kWhat = {"sex", "age", "photo", "name"};

Json Text(const std::string& text) { return Json::String(text); }

Status Keep(store::Transaction& transaction, const IdentityDoubt& doubt) {
  const Json text = Json::Object({{"what", Text(doubt.what)},
                                  {"by", Text(doubt.flagged_by)},
                                  {"at", Text(ToInstant(doubt.at))},
                                  {"liftedBy", Text(doubt.lifted_by)},
                                  {"reason", Text(doubt.reason)}});
  return transaction.PutRecord({kDoubts, doubt.patient_id, text.Write(), doubt.at + kKept});
}

Status Audit(store::Transaction& transaction, const IdentityAct& act, std::string_view name,
             const std::string& reason) {
  const AuditedAct audited{.act = name,
                           .who = act.staff,
                           .where = act.place_id,
                           .task_id = "",
                           .appointment_id = "",
                           .reason = reason,
                           .when = act.at,
                           .who_system = fhir::systems::kAccount};
  Json event = ToAuditEvent(audited);
  event.Set("entity",
            Json::Array({Json::Object(
                {{"what", Json::Object({{"reference", Text("Patient/" + act.patient_id)}})}})}));
  const auto kept = transaction.Create(std::move(event));
  return kept ? Status() : Failed(kept);
}

}  // namespace

Result<std::optional<IdentityDoubt>> DoubtAbout(store::ReadView& view,
                                                const std::string& patient_id) {
  const auto record = view.FindRecord(kDoubts, patient_id);
  if (!record) return Failed(record);
  if (!*record) return std::optional<IdentityDoubt>();
  const Result<Json> text = Json::Parse((*record)->text);
  if (!text) return Failed(text);
  IdentityDoubt doubt;
  doubt.patient_id = patient_id;
  doubt.what = (*text)["what"].AsString();
  doubt.flagged_by = (*text)["by"].AsString();
  doubt.at = ParseInstant((*text)["at"].AsString()).value_or(WallTime{});
  doubt.lifted_by = (*text)["liftedBy"].AsString();
  doubt.reason = (*text)["reason"].AsString();
  return std::optional(std::move(doubt));
}

Status MayCarryOut(store::ReadView& view, const std::string& patient_id) {
  const auto doubt = DoubtAbout(view, patient_id);
  if (!doubt) return Failed(doubt);
  if (*doubt && (*doubt)->Stands()) return Fail(ErrorCode::Refused, "identity-doubt");
  return {};
}

Status FlagMismatch(store::Transaction& transaction, const IdentityAct& act) {
  if (std::ranges::find(kWhat, act.what) == kWhat.end() || act.patient_id.empty()) {
    return Fail(ErrorCode::BadData, "what does not fit is missing");
  }
  const IdentityDoubt doubt{act.patient_id, act.what, act.staff, act.at, "", ""};
  if (Status kept = Keep(transaction, doubt); !kept) return kept;
  return Audit(transaction, act, "identity-mismatch", act.what);
}

Status LiftMismatch(store::Transaction& transaction, const IdentityAct& act) {
  auto doubt = DoubtAbout(transaction, act.patient_id);
  if (!doubt) return Failed(doubt);
  if (!*doubt || !(*doubt)->Stands()) return Fail(ErrorCode::Refused, "no-doubt");
  if (act.reason.empty()) return Fail(ErrorCode::Refused, "reason");
  if ((*doubt)->flagged_by == act.staff) return Fail(ErrorCode::Refused, "same-person");
  (*doubt)->lifted_by = act.staff;
  (*doubt)->reason = act.reason;
  if (Status kept = Keep(transaction, **doubt); !kept) return kept;
  return Audit(transaction, act, "identity-override", act.reason);
}

}  // namespace yizhan::hospital
