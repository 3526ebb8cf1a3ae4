#include "backend/hospital/refunds/refund_book.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "backend/hospital/audit.h"
#include "backend/hospital/timed_key.h"
#include "base/crypto.h"

namespace yizhan::hospital {
namespace {

constexpr const char* kOrders = "payment-order";  ///< By appointment.
constexpr const char* kRefunds = "refund";        ///< By Refund::key.
constexpr const char* kDue = "refund-due";        ///< By TimedKey() of Refund::due.
constexpr const char* kStuck = "refund-stuck";    ///< By Refund::key.
constexpr const char* kNone = "-";
constexpr std::size_t kMostOfOne = 20;
constexpr std::size_t kNumberBytes = 15;
/// What was given back is remembered for those who ask.
constexpr auto kKeepDone = std::chrono::days(800);

constexpr std::pair<RefundState, const char*> kNames[] = {{RefundState::Owed, "owed"},
                                                          {RefundState::Asked, "asked"},
                                                          {RefundState::Stuck, "stuck"},
                                                          {RefundState::Done, "done"},
                                                          {RefundState::ByHand, "by-hand"}};

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

WallTime AtMilliseconds(std::int64_t count) { return WallTime(std::chrono::milliseconds(count)); }

std::string OrNone(const std::string& word) { return word.empty() ? kNone : word; }

std::string TextOf(const Refund& refund) {
  std::ostringstream words;
  words << OrNone(refund.order) << ' ' << refund.amount_minor << ' ' << Name(refund.state) << ' '
        << refund.attempt << ' ' << OrNone(refund.reason) << ' '
        << refund.owed_at.time_since_epoch().count() << ' '
        << refund.due.time_since_epoch().count();
  return words.str();
}

std::optional<Refund> FromRecord(const store::Record& record) {
  std::istringstream words(record.text);
  Refund refund;
  refund.key = record.key;
  std::string state;
  std::int64_t owed_at = 0;
  std::int64_t due = 0;
  words >> refund.order >> refund.amount_minor >> state >> refund.attempt >> refund.reason >>
      owed_at >> due;
  const auto name = std::ranges::find(kNames, state, [](const auto& one) { return one.second; });
  if (words.fail() || name == std::end(kNames)) return std::nullopt;
  refund.state = name->first;
  if (refund.order == kNone) refund.order.clear();
  if (refund.reason == kNone) refund.reason.clear();
  refund.owed_at = AtMilliseconds(owed_at);
  refund.due = AtMilliseconds(due);
  return refund;
}

Status Put(store::Transaction& transaction, const Refund& refund) {
  std::optional<WallTime> expires;
  const bool ended = refund.state == RefundState::Done || refund.state == RefundState::ByHand;
  if (ended) expires = refund.owed_at + kKeepDone;
  Status status = transaction.PutRecord({kRefunds, refund.key, TextOf(refund), expires});
  if (status && IsOpen(refund.state)) {
    status = transaction.PutRecord({kDue, TimedKey(refund.due, refund.key), "", {}});
  }
  if (status && refund.state == RefundState::Stuck) {
    status = transaction.PutRecord({kStuck, refund.key, "", {}});
  }
  return status;
}

}  // namespace

const char* Name(RefundState state) {
  for (const auto& [one, name] : kNames) {
    if (one == state) return name;
  }
  return "";
}

std::string Refund::AppointmentId() const { return key.substr(0, key.rfind('|')); }

std::string Refund::Number() const {
  const std::string whole = order + '|' + key;
  const Sha256Digest digest =
      Sha256({reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size()});
  return "YR" + ToHex(ByteView(digest.data(), kNumberBytes));
}

Status KeepPaymentOrder(store::Transaction& transaction, const std::string& appointment_id,
                        const std::string& order) {
  return transaction.PutRecord({kOrders, appointment_id, order, {}});
}

Status CopyPaymentOrder(store::Transaction& transaction, const std::string& from,
                        const std::string& to) {
  const auto order = transaction.FindRecord(kOrders, from);
  if (!order) return Failed(order);
  return *order ? KeepPaymentOrder(transaction, to, (*order)->text) : Status();
}

Status OweRefund(store::Transaction& transaction, const std::string& appointment_id,
                 std::int64_t total_minor, WallTime now) {
  const std::string prefix = appointment_id + '|';
  const auto known = transaction.Records(kRefunds, prefix, kMostOfOne);
  if (!known) return Failed(known);
  std::int64_t owed = 0;
  int count = 0;
  for (const store::Record& record : *known) {
    if (!record.key.starts_with(prefix)) break;
    const auto refund = FromRecord(record);
    if (!refund) return Fail(ErrorCode::BadData, "a refund cannot be read");
    owed += refund->amount_minor;
    ++count;
  }
  if (total_minor <= owed) return {};
  const auto order = transaction.FindRecord(kOrders, appointment_id);
  if (!order) return Failed(order);
  Refund refund;
  refund.key = prefix + std::to_string(count + 1);
  refund.amount_minor = total_minor - owed;
  refund.owed_at = now;
  refund.due = now;
  if (*order) {
    refund.order = (*order)->text;
  } else {
    refund.state = RefundState::Stuck;
    refund.reason = "no-order";
  }
  return Put(transaction, refund);
}

Status MoveRefund(store::Transaction& transaction, const Refund& before, const Refund& after) {
  Status status;
  if (IsOpen(before.state)) {
    status = transaction.RemoveRecord(kDue, TimedKey(before.due, before.key));
  }
  if (status && before.state == RefundState::Stuck) {
    status = transaction.RemoveRecord(kStuck, before.key);
  }
  if (status) status = Put(transaction, after);
  return status;
}

Result<Refund> ReadRefund(store::Transaction& transaction, const std::string& key) {
  const auto record = transaction.FindRecord(kRefunds, key);
  if (!record) return Failed(record);
  const auto refund = *record ? FromRecord(**record) : std::nullopt;
  if (!refund) return Fail(ErrorCode::NotFound, "no such refund");
  return *refund;
}

Result<std::vector<std::string>> DueRefunds(store::ResourceStore& store, WallTime now,
                                            std::size_t most) {
  const auto records = store.Records(kDue, "", most);
  if (!records) return Failed(records);
  std::vector<std::string> keys;
  for (const store::Record& record : *records) {
    const auto due = TimeOfKey(record.key);
    if (due && *due > now) break;
    keys.emplace_back(WhatOfKey(record.key));
  }
  return keys;
}

Result<std::vector<Refund>> OpenRefunds(store::ResourceStore& store, std::size_t most) {
  std::vector<Refund> refunds;
  for (const char* kind : {kStuck, kDue}) {
    const auto records = store.Records(kind, "", most - refunds.size());
    if (!records) return Failed(records);
    for (const store::Record& record : *records) {
      const bool due = std::string_view(kind) == kDue;
      const std::string key(due ? WhatOfKey(record.key) : std::string_view(record.key));
      const auto found = store.FindRecord(kRefunds, key);
      if (!found) return Failed(found);
      const auto refund = *found ? FromRecord(**found) : std::nullopt;
      if (refund) refunds.push_back(*refund);
    }
    if (refunds.size() >= most) break;
  }
  return refunds;
}

Status SettleStuckRefund(store::ResourceStore& store, const std::string& key, bool by_hand,
                         const std::string& who, const std::string& reason, WallTime now) {
  return store.Write([&](store::Transaction& transaction) -> Status {
    const Result<Refund> before = ReadRefund(transaction, key);
    if (!before) return Failed(before);
    if (before->state != RefundState::Stuck) return Fail(ErrorCode::Refused, "not-stuck");
    if (!by_hand && before->order.empty()) return Fail(ErrorCode::Refused, "no-order");
    Refund after = *before;
    after.state = by_hand ? RefundState::ByHand : RefundState::Asked;
    after.due = now;
    // Asked, not owed: what it was stuck on may have been an answer that got lost.
    after.attempt = by_hand ? before->attempt : 1;
    after.reason = by_hand ? before->reason : "";
    if (Status moved = MoveRefund(transaction, *before, after); !moved) return moved;
    const AuditedAct audited{.act = by_hand ? "refund-by-hand" : "refund-again",
                             .who = who,
                             .where = "",
                             .task_id = "",
                             .appointment_id = before->AppointmentId(),
                             .reason = reason,
                             .when = now};
    const auto kept = transaction.Create(ToAuditEvent(audited));
    return kept ? Status() : Failed(kept);
  });
}

}  // namespace yizhan::hospital
