#include "domain/queue_order.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace yizhan::domain {
namespace {

// Ranks within a period. Levels of priority classes come first.
constexpr int kMostPriority = 899;
constexpr int kBookedFirst = 900;
constexpr int kNormal = 1000;
constexpr int kLast = 2000;

constexpr std::chrono::hours kNoon{12};

std::int64_t Ms(WallTime time) { return time.time_since_epoch().count(); }

std::int64_t PeriodOf(const QueueEntry& entry, const QueueRules& rules) {
  if (!rules.by_period) return 0;
  // A walk-in belongs to the period in which it came.
  return Ms(entry.slot_start == WallTime{} ? entry.arrived : entry.slot_start);
}

QueuePlace OwnPlace(const QueueEntry& entry, const QueueRules& rules) {
  QueuePlace place;
  place.period = PeriodOf(entry, rules);
  place.rank = kNormal;
  if (rules.booked_first && entry.booked) place.rank = kBookedFirst;
  if (entry.priority > 0) place.rank = std::min(entry.priority, kMostPriority);
  place.base = rules.order_by == QueueRules::OrderBy::Number ? entry.sequence : Ms(entry.arrived);
  // Where nobody checks in (非签到) arrival says nothing: the booked time does.
  const bool by_slot = !rules.check_in && rules.order_by == QueueRules::OrderBy::Arrival;
  if (by_slot && entry.slot_start != WallTime{}) place.base = Ms(entry.slot_start);
  return place;
}

/// Behind everybody of the period, or of the morning or afternoon.
QueuePlace LastPlace(const QueueEntry& entry, const QueueRules& rules, bool of_half_day,
                     TimeZone zone) {
  QueuePlace place{PeriodOf(entry, rules), kLast, Ms(entry.entered), 0};
  if (rules.by_period && of_half_day) {
    const WallTime when(std::chrono::milliseconds{place.period});
    const auto day = LocalDay(when, zone);
    const WallTime noon = AtLocal(day, kNoon, zone);
    const WallTime end = when < noon ? noon : DayStart(day + std::chrono::days(1), zone);
    place.period = Ms(end) - 1;
  }
  return place;
}

/// Behind `interval` normal tickets, counted from the last one that was put in, or from the head.
/// Priority classes do not count: what stands behind one of them would stand before the next.
QueuePlace IntervalPlace(const QueueEntry& entry, std::span<const QueueEntry> waiting, int interval,
                         const QueueRules& rules) {
  const QueueEntry* anchor = nullptr;
  int left = std::max(interval, 0);
  for (const QueueEntry& one : waiting) {
    if (one.priority > 0) continue;
    if (one.way != QueueWay::Normal) {
      anchor = &one;
      left = std::max(interval, 0);
    } else if (left > 0) {
      anchor = &one;
      --left;
    }
  }
  // Nobody waits: next.
  if (anchor == nullptr) return {PeriodOf(entry, rules), kNormal, Ms(entry.entered), 0};
  QueuePlace place = anchor->place;
  ++place.inserted;
  return place;
}

struct Insertion {
  QueueRules::Insert how;
  int interval;
};

Insertion InsertionOf(QueueWay way, const QueueRules& rules) {
  switch (way) {
    case QueueWay::Late: return {rules.late, rules.late_interval};
    case QueueWay::Recalled: return {rules.recalled, rules.recall_interval};
    case QueueWay::Returned: return {QueueRules::Insert::Interval, rules.return_interval};
    case QueueWay::Normal: break;
  }
  return {QueueRules::Insert::AsNormal, 0};
}

}  // namespace

std::string ToText(const QueuePlace& place) {
  return std::to_string(place.period) + '.' + std::to_string(place.rank) + '.' +
         std::to_string(place.base) + '.' + std::to_string(place.inserted);
}

std::optional<QueuePlace> ParseQueuePlace(std::string_view text) {
  std::array<std::int64_t, 4> parts{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, parts[i]);
    if (error != std::errc() || parts[i] < 0) return std::nullopt;
    at = next;
  }
  if (at != end || parts[1] > kLast || parts[3] > 1'000'000) return std::nullopt;
  return QueuePlace{parts[0], static_cast<int>(parts[1]), parts[2], static_cast<int>(parts[3])};
}

bool IsBefore(const QueueEntry& a, const QueueEntry& b) {
  return std::tuple(a.place, a.number.size(), std::string_view(a.number)) <
         std::tuple(b.place, b.number.size(), std::string_view(b.number));
}

QueuePlace PlaceFor(const QueueEntry& newcomer, std::span<const QueueEntry> waiting,
                    const QueueRules& rules, TimeZone zone) {
  const auto [how, interval] = InsertionOf(newcomer.way, rules);
  // A priority class keeps its right also when it was late or is recalled.
  if (newcomer.priority > 0) return OwnPlace(newcomer, rules);
  switch (how) {
    case QueueRules::Insert::AsNormal: return OwnPlace(newcomer, rules);
    case QueueRules::Insert::Interval: return IntervalPlace(newcomer, waiting, interval, rules);
    case QueueRules::Insert::EndOfPeriod: return LastPlace(newcomer, rules, false, zone);
    case QueueRules::Insert::EndOfHalfDay: return LastPlace(newcomer, rules, true, zone);
  }
  return OwnPlace(newcomer, rules);
}

std::vector<QueueEntry> OrderQueue(std::vector<QueueEntry> entries, const QueueRules& rules,
                                   TimeZone zone) {
  std::stable_sort(entries.begin(), entries.end(), [](const QueueEntry& a, const QueueEntry& b) {
    return std::tuple(a.entered, a.number.size(), std::string_view(a.number)) <
           std::tuple(b.entered, b.number.size(), std::string_view(b.number));
  });
  std::vector<QueueEntry> line;
  for (QueueEntry& entry : entries) {
    entry.place = PlaceFor(entry, line, rules, zone);
    const auto at = std::upper_bound(line.begin(), line.end(), entry, IsBefore);
    line.insert(at, std::move(entry));
  }
  return line;
}

std::optional<std::string> ChooseRoom(std::span<const RoomLoad> rooms,
                                      std::chrono::milliseconds typical) {
  const auto unit = std::max(typical, std::chrono::milliseconds(1));
  const auto wait = [&](const RoomLoad& room) {
    auto sum = unit * room.waiting;
    // Who is inside for longer than usual still needs a moment.
    if (room.busy) sum += std::max(unit - room.inside_for, unit / 4);
    return sum;
  };
  const auto best =
      std::min_element(rooms.begin(), rooms.end(), [&](const RoomLoad& a, const RoomLoad& b) {
        return std::tuple(wait(a), std::string_view(a.id)) <
               std::tuple(wait(b), std::string_view(b.id));
      });
  return best == rooms.end() ? std::nullopt : std::optional(best->id);
}

PharmacyMode NextMode(PharmacyMode mode, WallTime since, const PharmacyLoad& load, WallTime now,
                      const PharmacyPolicy& policy) {
  if (now - since < policy.dwell) return mode;
  if (mode == PharmacyMode::Ahead) {
    const bool many = load.ready >= policy.enter_ready || load.paid >= policy.enter_paid;
    return many ? PharmacyMode::OnArrival : mode;
  }
  const bool few = load.ready <= policy.leave && load.paid <= policy.leave;
  return few ? PharmacyMode::Ahead : mode;
}

}  // namespace yizhan::domain
