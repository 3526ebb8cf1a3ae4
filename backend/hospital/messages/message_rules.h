#pragma once

#include <chrono>
#include <string>

namespace yizhan::hospital {

/// What a message is about. The wire words are Name()'s.
enum class MessageKind {
  Booked,       ///< A booking was made (F47).
  ConfirmSoon,  ///< 确认类: the deadline comes near (F19).
  DayBefore,
  SameDay,      ///< So long before the start.
  Changed,      ///< Another time or place.
  Offer,        ///< A seat became free for a waiting entry (F23).
  Stopped,      ///< 停诊 (F20).
  Substituted,  ///< 替诊.
  NoShow,
  Unconfirmed,
};
[[nodiscard]] const char* Name(MessageKind kind);

/// When the hospital writes to its patients. Every number is the hospital's.
struct MessageRules {
  std::chrono::minutes day_before_at{18 * 60};
  std::chrono::minutes same_day_before{120};
  std::chrono::minutes confirm_remind_before{24 * 60};  ///< Before the confirm deadline.
  /// Nothing is sent from one to the other (both local); what is urgent goes all the same.
  std::chrono::minutes quiet_from{21 * 60};
  std::chrono::minutes quiet_until{7 * 60 + 30};
  int most_attempts = 8;
  std::string phone;  ///< Of the hospital, for the patient to call.
};

}  // namespace yizhan::hospital
