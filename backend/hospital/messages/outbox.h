/// \file
/// What is to be told to patients, kept in the transaction of the act that causes it.
#pragma once

#include <optional>
#include <string>

#include "backend/hospital/messages/message_rules.h"
#include "backend/store/resource_store.h"
#include "domain/booking.h"

namespace yizhan::hospital {

/// One message that is to be written and sent.
struct Outgoing {
  MessageKind kind = MessageKind::Booked;
  std::string appointment_id;
  WallTime planned{};  ///< Its moment by the rules; what its identity hangs on.
  WallTime due{};      ///< When to look at it next: later than planned after a failure.
  int attempt = 0;

  /// The same message has the same id for ever, so that nothing is sent twice: 32 hex digits. It is
  /// the id of its Communication and the idempotency key at the gateway.
  [[nodiscard]] std::string Id() const;
};

inline constexpr const char* kOutbox = "outbox";  ///< Kind of the records; keyed by due time.

[[nodiscard]] std::string OutboxKey(const Outgoing& message);
[[nodiscard]] std::string OutboxText(const Outgoing& message);
/// Empty: the record is none of ours.
[[nodiscard]] std::optional<Outgoing> ReadOutgoing(const store::Record& record);

/// Puts a message into the outbox. Once more with the same planned moment: no second message.
[[nodiscard]] Status Post(store::Transaction& transaction, const Outgoing& message);

/// The next reminder of a booking whose moment is after `after` (or has come when the booking was
/// made: then none). Empty: there is none.
[[nodiscard]] std::optional<Outgoing> NextReminder(const std::string& appointment_id,
                                                   const domain::Booking& booking, WallTime after,
                                                   TimeZone zone, const MessageRules& rules,
                                                   const domain::BookingPolicy& policy);

/// `due`, or the end of the quiet hours that it falls into.
[[nodiscard]] WallTime AfterQuiet(WallTime due, TimeZone zone, const MessageRules& rules);

/// How long to wait after so many failures: half a minute, doubled each time, at most an hour.
[[nodiscard]] std::chrono::seconds RetryAfter(int attempt);

}  // namespace yizhan::hospital
