#include "backend/hospital/messages/stuck_messages.h"

#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"

namespace yizhan::hospital {
namespace {

using Why = StuckMessage::Why;

constexpr std::size_t kMost = 500;
/// A first failure is nothing to trouble anybody with.
constexpr int kFailedOften = 2;
constexpr const char* kRefused = " refused";
constexpr const char* kNoAnswer = " no-answer";

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

/// What is to happen to a record of one of both kinds; the other one is left alone.
struct Found {
  const char* kind = kStuckMessages;
  Outgoing message;
};

Result<Found> Find(store::Transaction& transaction, const std::string& key) {
  for (const char* kind : {kStuckMessages, kOutbox}) {
    const auto record = transaction.FindRecord(kind, key);
    if (!record) return Failed(record);
    const auto message = *record ? ReadOutgoing(**record) : std::nullopt;
    if (message) return Found{kind, *message};
  }
  return Fail(ErrorCode::NotFound, "not stuck any more");
}

/// The Communication is on its way again, or never will be.
Status SetDelivery(store::Transaction& transaction, const Outgoing& message, const char* word) {
  const auto stored = transaction.Read("Communication", message.Id());
  if (!stored) return stored.error().code == ErrorCode::NotFound ? Status() : Failed(stored);
  if (stored->deleted) return {};
  Result<fhir::Json> body = fhir::Json::Parse(stored->text);
  if (!body) return Failed(body);
  if (WordOf(*body, fhir::systems::kDelivery) == word) return {};
  SetWord(*body, fhir::systems::kDelivery, "valueCode", word);
  const auto kept = transaction.Update(std::move(*body));
  return kept ? Status() : Failed(kept);
}

Status Audit(store::Transaction& transaction, std::string_view act, const Outgoing& message,
             const std::string& reason, const Editor& by) {
  AuditedAct audited = EditOf(act, by, reason);
  audited.appointment_id = message.appointment_id;
  const auto kept = transaction.Create(ToAuditEvent(audited));
  return kept ? Status() : Failed(kept);
}

}  // namespace

Status KeepStuck(store::Transaction& transaction, const Outgoing& message, Why why) {
  return transaction.PutRecord({kStuckMessages,
                                OutboxKey(message),
                                OutboxText(message) + (why == Why::Refused ? kRefused : kNoAnswer),
                                {}});
}

Result<std::vector<StuckMessage>> StuckMessages(store::ReadView& view) {
  std::vector<StuckMessage> all;
  for (const char* kind : {kStuckMessages, kOutbox}) {
    const auto records = view.Records(kind, "", kMost);
    if (!records) return Failed(records);
    for (const store::Record& record : *records) {
      const auto message = ReadOutgoing(record);
      if (!message) continue;
      const bool is_stuck = kind == kStuckMessages;
      if (!is_stuck && message->attempt < kFailedOften) continue;
      const bool refused = record.text.ends_with(kRefused);
      all.push_back({!is_stuck ? Why::Trying
                     : refused ? Why::Refused
                               : Why::NoAnswer,
                     record.key, *message});
    }
  }
  return all;
}

Status RetryMessage(store::ResourceStore& store, const std::string& key, const Editor& by) {
  return store.Write([&](store::Transaction& transaction) -> Status {
    Result<Found> found = Find(transaction, key);
    if (!found) return Failed(found);
    Status status = transaction.RemoveRecord(found->kind, key);
    if (status) status = SetDelivery(transaction, found->message, "queued");
    found->message.due = by.when;
    found->message.attempt = 0;
    if (status) status = Post(transaction, found->message);
    if (status) status = Audit(transaction, "retry-message", found->message, "", by);
    return status;
  });
}

Status GiveUpMessage(store::ResourceStore& store, const std::string& key, const std::string& reason,
                     const Editor& by) {
  if (reason.empty()) return Fail(ErrorCode::Refused, "reason");
  return store.Write([&](store::Transaction& transaction) -> Status {
    const Result<Found> found = Find(transaction, key);
    if (!found) return Failed(found);
    Status status = transaction.RemoveRecord(found->kind, key);
    if (status) status = SetDelivery(transaction, found->message, "failed");
    if (status) status = Audit(transaction, "give-up-message", found->message, reason, by);
    return status;
  });
}

}  // namespace yizhan::hospital
