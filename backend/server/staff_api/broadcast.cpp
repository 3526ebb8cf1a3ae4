// What a person says to everybody in an area (广播): on its screens and by their voice.
#include "backend/hospital/audit.h"
#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// Key: the area.
constexpr const char* kBroadcasts = "broadcast";
constexpr std::size_t kLongestText = 240;
constexpr std::chrono::minutes kLongestTime{240};

/// {"area", "text", "minutes"}; an empty text ends it.
Result<Json> Broadcast(StaffContext& context, const Json& body, const security::Principal& who) {
  const std::string& area = body["area"].AsString();
  const std::string& text = body["text"].AsString();
  const std::chrono::minutes lasts(body["minutes"].AsInteger().value_or(0));
  if (!context.hospital.Places()->places.contains(area)) {
    return Fail(ErrorCode::NotFound, "no such area");
  }
  if (text.size() > kLongestText) return Fail(ErrorCode::BadData, "text is too long");
  if (!text.empty() && (lasts.count() < 1 || lasts > kLongestTime)) {
    return Fail(ErrorCode::BadData, "minutes");
  }
  const WallTime now = context.hospital.Now();
  const Json kept = Json::Object({{"text", TextView(text)}, {"sinceMs", TimeView(now)}});
  const Status done = context.store.Write([&](store::Transaction& transaction) -> Status {
    Status status = text.empty()
                        ? transaction.RemoveRecord(kBroadcasts, area)
                        : transaction.PutRecord({kBroadcasts, area, kept.Write(), now + lasts});
    if (!status) return status;
    hospital::AuditedAct act;
    act.act = "broadcast";
    act.who = who.id;
    act.where = area;
    act.reason = text;
    act.when = now;
    act.who_system = fhir::systems::kAccount;
    const auto audited = transaction.Create(hospital::ToAuditEvent(act));
    return audited ? Status() : tl::unexpected(audited.error());
  });
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

constexpr StaffAct kActs[] = {{"triage/broadcast", security::Ability::Triage, Broadcast}};

}  // namespace

Json BroadcastView(StaffContext& context, const std::string& area_id) {
  const auto record = context.store.FindRecord(kBroadcasts, area_id);
  if (!record || !*record) return {};
  Result<Json> view = Json::Parse((*record)->text);
  return view ? std::move(*view) : Json();
}

std::span<const StaffAct> BroadcastActs() { return kActs; }

}  // namespace yizhan::server
