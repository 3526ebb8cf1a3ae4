#include "backend/hospital/messages/message_sender.h"

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/messages/message_text.h"
#include "backend/hospital/messages/stuck_messages.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using State = domain::BookingState;
namespace systems = fhir::systems;

constexpr const char* kOptOut = "message-opt-out";
constexpr const char* kReceiptCursor = "receipt-cursor";
constexpr const char* kOnlyCursor = "sms";
/// A message on its way belongs to one process for so long; a gateway call takes less.
constexpr std::chrono::minutes kLease{2};
/// A reminder that is so late tells nothing any more.
constexpr std::chrono::hours kLatest{12};

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

bool IsReminder(MessageKind kind) {
  return kind == MessageKind::ConfirmSoon || kind == MessageKind::DayBefore ||
         kind == MessageKind::SameDay;
}

/// Whether the message is still true of the booking.
bool StillTrue(MessageKind kind, const domain::Booking& booking, WallTime now) {
  const State state = booking.state;
  switch (kind) {
    case MessageKind::Booked:
    case MessageKind::Changed:
    case MessageKind::Substituted: return domain::HoldsSeat(state);
    case MessageKind::ConfirmSoon: return state == State::PendingConfirm && now < booking.start;
    case MessageKind::DayBefore:
    case MessageKind::SameDay: return state == State::Booked && now < booking.start;
    case MessageKind::Offer: return state == State::Offered && now < booking.held_until;
    case MessageKind::Stopped: return state == State::Stopped;
    case MessageKind::NoShow: return state == State::NoShow;
    case MessageKind::Unconfirmed: return state == State::Unconfirmed;
  }
  return false;
}

Result<Json> ReadBody(store::Transaction& transaction, const char* type, const std::string& id) {
  const Result<store::StoredResource> stored = transaction.Read(type, id);
  if (!stored) return Failed(stored);
  if (stored->deleted) return Fail(ErrorCode::NotFound, "was deleted");
  return Json::Parse(stored->text);
}

std::string PhoneOf(const Json& patient) {
  for (const Json& telecom : patient["telecom"].Items()) {
    const std::string& system = telecom["system"].AsString();
    const bool old = telecom["use"].AsString() == "old";
    if ((system == "phone" || system == "sms") && !old) return telecom["value"].AsString();
  }
  return "";
}

/// The patient's inbox: what was said, when, and what became of it on its way.
Json ToCommunication(const Outgoing& message, const BookingRecord& record, const MessageText& text,
                     const char* delivery, WallTime now) {
  Json communication = Json::Object({
      {"resourceType", Json::String("Communication")},
      {"id", Json::String(message.Id())},
      {"status", Json::String("completed")},
      {"category", Json::Array({fhir::Concept(systems::kMessageKind, Name(message.kind))})},
      {"subject", fhir::Reference("Patient", record.patient_id)},
      {"about", Json::Array({fhir::Reference("Appointment", record.id)})},
      {"sent", Json::String(ToInstant(now))},
      {"recipient", Json::Array({fhir::Reference("Patient", record.patient_id)})},
      {"payload", Json::Array({Json::Object({{"contentString", Json::String(text.text)}})})},
  });
  SetWord(communication, systems::kTextVersion, "valueString", text.version);
  SetWord(communication, systems::kDelivery, "valueCode", delivery);
  return communication;
}

/// Notes what became of a message; a repeated word changes nothing.
Status SetDelivery(store::Transaction& transaction, const std::string& id, const char* word) {
  Result<Json> body = ReadBody(transaction, "Communication", id);
  if (!body) return body.error().code == ErrorCode::NotFound ? Status() : Failed(body);
  const std::string before = WordOf(*body, systems::kDelivery);
  // A late word about an attempt does not take a delivery back.
  if (before == word || before == "delivered") return {};
  SetWord(*body, systems::kDelivery, "valueCode", word);
  const auto stored = transaction.Update(std::move(*body));
  return stored ? Status() : Failed(stored);
}

}  // namespace

const domain::BookingPolicy& MessageSender::PolicyOf(const std::string& service_id) const {
  const auto own = rules_.by_service.find(service_id);
  return own == rules_.by_service.end() ? rules_.policy : own->second;
}

Status MessageSender::Delay(store::Transaction& transaction, const Outgoing& message,
                            WallTime due) const {
  Outgoing later = message;
  later.due = due;
  Status status = transaction.RemoveRecord(kOutbox, OutboxKey(message));
  if (status) status = Post(transaction, later);
  return status;
}

Status MessageSender::Chain(store::Transaction& transaction, const Outgoing& message,
                            const BookingRecord& record) const {
  if (!domain::HoldsSeat(record.booking.state)) return {};
  const WallTime after = std::max(message.planned, clock_.Now());
  const auto next = NextReminder(record.id, record.booking, after, rules_.zone, rules_.messages,
                                 PolicyOf(record.service_id));
  return next ? Post(transaction, *next) : Status();
}

Status MessageSender::Prepare(store::Transaction& transaction, const store::Record& record,
                              Prepared& prepared) const {
  prepared = {};
  const auto there = transaction.FindRecord(kOutbox, record.key);
  if (!there) return Failed(there);
  const auto message = *there ? ReadOutgoing(**there) : std::nullopt;
  if (!*there) return {};  // Another process has it.
  if (!message) return transaction.RemoveRecord(kOutbox, record.key);
  const Result<Json> body = ReadBody(transaction, "Appointment", message->appointment_id);
  if (!body && body.error().code != ErrorCode::NotFound) return Failed(body);
  const auto booking = body ? FromAppointment(*body) : std::nullopt;
  const WallTime now = clock_.Now();
  const bool stale = IsReminder(message->kind) && now > message->planned + kLatest;
  const bool is_true = booking && StillTrue(message->kind, booking->booking, now) && !stale;
  // A first attempt only: what is on its way already goes its way.
  if (!is_true && message->attempt == 0) {
    Status status = transaction.RemoveRecord(kOutbox, record.key);
    // Of one that a person let be tried again, too late.
    if (status) status = SetDelivery(transaction, message->Id(), "failed");
    if (status && booking && IsReminder(message->kind)) {
      status = Chain(transaction, *message, *booking);
    }
    return status;
  }
  if (!booking) return transaction.RemoveRecord(kOutbox, record.key);
  return Compose(transaction, *message, *booking, prepared);
}

Status MessageSender::Compose(store::Transaction& transaction, const Outgoing& message,
                              const BookingRecord& record, Prepared& prepared) const {
  const Result<Json> patient = ReadBody(transaction, "Patient", record.patient_id);
  if (!patient && patient.error().code != ErrorCode::NotFound) return Failed(patient);
  if (!patient) return transaction.RemoveRecord(kOutbox, OutboxKey(message));
  const domain::BookingPolicy& policy = PolicyOf(record.service_id);
  const Result<MessageText> text =
      ComposeMessage(transaction, message.kind, record, *patient, rules_.zone, rules_.messages,
                     domain::TimesOf(record.booking, rules_.zone, policy));
  if (!text) return Failed(text);
  const WallTime now = clock_.Now();
  const WallTime awake = AfterQuiet(now, rules_.zone, rules_.messages);
  if (!text->urgent && awake > now) return Delay(transaction, message, awake);

  const auto silent = transaction.FindRecord(kOptOut, record.patient_id);
  if (!silent) return Failed(silent);
  const std::string phone = PhoneOf(*patient);
  const bool by_phone = gateway_ != nullptr && !phone.empty() && !*silent;
  const std::string id = message.Id();
  const Result<store::StoredResource> told = transaction.Read("Communication", id);
  if (!told && told.error().code != ErrorCode::NotFound) return Failed(told);
  std::string words = text->text;
  Status status;
  if (!told) {
    const auto stored = transaction.Update(
        ToCommunication(message, record, *text, by_phone ? "queued" : "not-sent", now));
    if (!stored) return Failed(stored);
    if (IsReminder(message.kind)) status = Chain(transaction, message, record);
  } else if (!told->deleted) {
    // A repetition says the same words, whatever was changed meanwhile.
    const Result<Json> before = Json::Parse(told->text);
    if (!before) return Failed(before);
    const std::string& delivery = WordOf(*before, systems::kDelivery);
    words = (*before)["payload"][0]["contentString"].AsString();
    if (delivery != "queued") return transaction.RemoveRecord(kOutbox, OutboxKey(message));
  }
  if (!status) return status;
  if (!by_phone) return transaction.RemoveRecord(kOutbox, OutboxKey(message));
  prepared.leased = message;
  prepared.leased.due = now + kLease;
  ++prepared.leased.attempt;
  prepared.sms = {id, phone, words};
  prepared.to_send = true;
  status = transaction.RemoveRecord(kOutbox, OutboxKey(message));
  if (status) status = Post(transaction, prepared.leased);
  return status;
}

Status MessageSender::Deliver(const Prepared& prepared) {
  const Status sent = gateway_->Send(prepared.sms);
  if (!sent && sent.error().code == ErrorCode::Cancelled) return sent;
  const bool never = !sent && sent.error().code == ErrorCode::Refused;
  const bool over = !sent && prepared.leased.attempt >= rules_.messages.most_attempts;
  return store_.Write([&](store::Transaction& transaction) -> Status {
    const auto lease = transaction.FindRecord(kOutbox, OutboxKey(prepared.leased));
    if (!lease) return Failed(lease);
    // The lease ran out and another process sends it under the same id.
    if (!*lease) return {};
    if (sent || never || over) {
      Status status = transaction.RemoveRecord(kOutbox, OutboxKey(prepared.leased));
      if (status) status = SetDelivery(transaction, prepared.sms.id, sent ? "sent" : "failed");
      if (status && !sent) {
        using Why = StuckMessage::Why;
        status = KeepStuck(transaction, prepared.leased, never ? Why::Refused : Why::NoAnswer);
      }
      return status;
    }
    return Delay(transaction, prepared.leased, clock_.Now() + RetryAfter(prepared.leased.attempt));
  });
}

Result<int> MessageSender::Work(int most) {
  const auto due = store_.Records(kOutbox, "", static_cast<std::size_t>(std::max(most, 0)));
  if (!due) return Failed(due);
  const WallTime now = clock_.Now();
  int looked = 0;
  for (const store::Record& record : *due) {
    const auto message = ReadOutgoing(record);
    if (message && message->due > now) break;
    Prepared prepared;
    const Status status = store_.Write(
        [&](store::Transaction& transaction) { return Prepare(transaction, record, prepared); });
    // Lost against another process, which does the same.
    if (!status && status.error().code == ErrorCode::Conflict) continue;
    if (!status) return tl::unexpected<Error>(status.error());
    ++looked;
    if (!prepared.to_send) continue;
    if (Status delivered = Deliver(prepared); !delivered) {
      return tl::unexpected<Error>(delivered.error());
    }
  }
  return looked;
}

Status MessageSender::TakeReceipts() {
  if (gateway_ == nullptr) return {};
  const auto kept = store_.FindRecord(kReceiptCursor, kOnlyCursor);
  if (!kept) return Failed(kept);
  const std::string before = *kept ? (*kept)->text : "";
  std::string cursor = before;
  const auto receipts = gateway_->Receipts(cursor);
  if (!receipts) return Failed(receipts);
  if (receipts->empty() && cursor == before) return {};
  return store_.Write([&](store::Transaction& transaction) -> Status {
    for (const SmsReceipt& one : *receipts) {
      const char* const word = one.delivered ? "delivered" : "failed";
      if (Status noted = SetDelivery(transaction, one.id, word); !noted) return noted;
    }
    return transaction.PutRecord({kReceiptCursor, kOnlyCursor, cursor, {}});
  });
}

Status SetOptOut(store::ResourceStore& store, const std::string& patient_id, bool opts_out) {
  return store.Write([&](store::Transaction& transaction) {
    return opts_out ? transaction.PutRecord({kOptOut, patient_id, "sms", {}})
                    : transaction.RemoveRecord(kOptOut, patient_id);
  });
}

}  // namespace yizhan::hospital
