/// \file
/// The order of a queue by published rules (domain.md F29, 2.5): first come, first served inside a
/// class; every departure is one of these rules or an act of a named person. Pure.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace yizhan::domain {

/// Of one queue. Data: a hospital edits it, an area's own rules replace the hospital's as a whole.
struct QueueRules {
  enum class OrderBy {
    Arrival,  ///< 签到号序
    Number,   ///< 挂号号序
  } order_by = OrderBy::Arrival;
  /// Who comes after the own slot, is recalled (过号, from an examination), or returns with results
  /// (回诊): behind every so many normal tickets, or behind everybody.
  enum class Insert {
    Interval,      ///< 间隔插入
    EndOfPeriod,   ///< 子时间段最后
    EndOfHalfDay,  ///< 上下午最后
    AsNormal,      ///< 正常就诊: by arrival, as if on time
  };
  bool check_in = true;       ///< 签到模式; false: who is registered waits (非签到).
  bool by_period = false;     ///< 时间段精准预约: the slots' periods follow one another.
  bool booked_first = false;  ///< 预约永优先, within a period where there are periods.
  Insert late = Insert::Interval;
  int late_interval = 2;
  Insert recalled = Insert::Interval;
  int recall_interval = 2;
  int return_interval = 2;
  int room_capacity = 2;        ///< 诊间候诊上限; 0: no list at the room's door.
  int calls_before_passed = 3;  ///< 过号 after so many calls without an answer.
};

/// How a ticket came into the line.
enum class QueueWay { Normal, Late, Recalled, Returned };

/// A place in the line: compare to sort. Kept with the ticket, so that every server and every
/// restart agrees; a later change of rules gives places anew (OrderQueue).
struct QueuePlace {
  std::int64_t period = 0;  ///< Start of the slot's period in ms since 1970; 0 without periods.
  int rank = 0;             ///< Class within the period, lower first.
  std::int64_t base = 0;    ///< Arrival in ms since 1970, or the number.
  int inserted = 0;         ///< 0: by its own right; n: the n-th put in behind that place.
  friend auto operator<=>(const QueuePlace&, const QueuePlace&) = default;
};
/// "0.1000.1773100800000.0", and back. Empty: not one of ours.
[[nodiscard]] std::string ToText(const QueuePlace& place);
[[nodiscard]] std::optional<QueuePlace> ParseQueuePlace(std::string_view text);

/// A waiting ticket, as far as the order looks at it.
struct QueueEntry {
  std::string number;  ///< Breaks ties: "A9" before "A10".
  int sequence = 0;    ///< Of the day, for QueueRules::OrderBy::Number.
  WallTime arrived{};
  WallTime entered{};  ///< When it came into the line this way; arrival for normal ones.
  bool booked = false;
  WallTime slot_start{};  ///< Zero: none.
  int priority = 0;       ///< Level of a priority class, 1 the most urgent; 0: none.
  QueueWay way = QueueWay::Normal;
  QueuePlace place;  ///< Given by PlaceFor.
};

/// In front of each other: place, then number.
[[nodiscard]] bool IsBefore(const QueueEntry& a, const QueueEntry& b);

/// The place of one more ticket in `waiting` (ordered by IsBefore).
[[nodiscard]] QueuePlace PlaceFor(const QueueEntry& newcomer, std::span<const QueueEntry> waiting,
                                  const QueueRules& rules, TimeZone zone);

/// Gives everybody a place anew, as if they had come in one after the other under these rules, and
/// sorts. For a change of rules and for its preview.
[[nodiscard]] std::vector<QueueEntry> OrderQueue(std::vector<QueueEntry> entries,
                                                 const QueueRules& rules, TimeZone zone);

/// A room that could take a patient of an area's queue.
struct RoomLoad {
  std::string id;
  int waiting = 0;                         ///< In front of its door.
  bool busy = false;                       ///< Somebody is inside.
  std::chrono::milliseconds inside_for{};  ///< How long already.
};
/// Where a patient without a chosen doctor is seen first (F16): the smallest expected wait, ties by
/// id. Empty: no room. `typical` is the length of a consultation; 0: not known, people count.
[[nodiscard]] std::optional<std::string> ChooseRoom(std::span<const RoomLoad> rooms,
                                                    std::chrono::milliseconds typical);

/// How the pharmacy works (F33, F34).
enum class PharmacyMode {
  Ahead,      ///< 人少时: picking starts with the payment.
  OnArrival,  ///< 人多时: picking starts with the check-in.
};
struct PharmacyPolicy {
  int enter_ready = 15;  ///< Bags that wait to be fetched.
  int enter_paid = 25;   ///< Prescriptions paid and not yet picked.
  int leave = 8;         ///< Both at most: back to Ahead.
  std::chrono::minutes dwell{10};
};
struct PharmacyLoad {
  int ready = 0;
  int paid = 0;
};
/// The mode from now on. It changes at most once in `dwell`, so it does not flap.
[[nodiscard]] PharmacyMode NextMode(PharmacyMode mode, WallTime since, const PharmacyLoad& load,
                                    WallTime now, const PharmacyPolicy& policy);

}  // namespace yizhan::domain
