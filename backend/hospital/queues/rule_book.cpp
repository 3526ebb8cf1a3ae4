#include "backend/hospital/queues/rule_book.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

constexpr std::size_t kPage = 500;

RoomPause PauseOf(const Json& json) {
  return {json["staff"].AsString(), json["reason"].AsString(),
          ParseInstant(json["since"].AsString()).value_or(WallTime{})};
}

}  // namespace

Json ToJson(const RoomPause& pause) {
  return Json::Object({{"staff", Json::String(pause.staff)},
                       {"reason", Json::String(pause.reason)},
                       {"since", Json::String(ToInstant(pause.since))}});
}

const QueuePolicy& QueueRulesSnapshot::Of(const std::string& service_id,
                                          const std::string& area_id) const {
  for (const std::string& key : {service_id, area_id}) {
    if (const auto found = own.find(key); found != own.end()) return found->second;
  }
  return hospital;
}

Result<QueueRulesSnapshot> QueueRuleBook::Load() {
  QueueRulesSnapshot fresh{base_, {}, {}};
  for (const char* kind : {kRules, kPauses}) {
    std::string after;
    while (true) {
      const auto page = store_.Records(kind, after, kPage);
      if (!page) return tl::unexpected<Error>(page.error());
      for (const store::Record& record : *page) {
        const Result<Json> json = Json::Parse(record.text);
        if (!json) continue;
        if (kind == kPauses) {
          fresh.pauses[record.key] = PauseOf(*json);
        } else if (Result<QueuePolicy> policy = ParseQueuePolicy(*json)) {
          (record.key == kHospital ? fresh.hospital : fresh.own[record.key]) = std::move(*policy);
        }
      }
      if (page->size() < kPage) break;
      after = page->back().key;
    }
  }
  return fresh;
}

std::shared_ptr<const QueueRulesSnapshot> QueueRuleBook::Now() {
  MutexLock lock(mutex_);
  if (stale_.exchange(false)) {
    if (Result<QueueRulesSnapshot> fresh = Load()) {
      current_ = std::make_shared<const QueueRulesSnapshot>(std::move(*fresh));
    } else {
      stale_ = true;
    }
  }
  return current_;
}

bool QueueRuleBook::Changed(const store::StoredResource& change) {
  if (change.type != "AuditEvent") return false;
  // Every act passes by here: the words are looked for before anything is parsed, and one read too
  // many does no harm.
  for (const char* act : {kSetRules, kPause, kResume}) {
    if (change.text.find(act) == std::string::npos) continue;
    stale_ = true;
    return true;
  }
  return false;
}

}  // namespace yizhan::hospital
