#include "backend/hospital/messages/outbox.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backend/hospital/timed_key.h"
#include "base/crypto.h"

namespace yizhan::hospital {
namespace {

constexpr std::size_t kIdBytes = 16;

constexpr std::pair<MessageKind, const char*> kNames[] = {
    {MessageKind::Booked, "booked"},        {MessageKind::ConfirmSoon, "confirm-soon"},
    {MessageKind::DayBefore, "day-before"}, {MessageKind::SameDay, "same-day"},
    {MessageKind::Changed, "changed"},      {MessageKind::Offer, "offer"},
    {MessageKind::Stopped, "stopped"},      {MessageKind::Substituted, "substituted"},
    {MessageKind::NoShow, "no-show"},       {MessageKind::Unconfirmed, "unconfirmed"},
};

std::optional<std::int64_t> Number(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The words of a line, apart by one space.
std::string_view NextWord(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

}  // namespace

const char* Name(MessageKind kind) {
  for (const auto& [one, name] : kNames) {
    if (one == kind) return name;
  }
  return "";
}

std::string Outgoing::Id() const {
  const std::string whole =
      std::string(Name(kind)) + '|' + appointment_id + '|' + TimeDigits(planned);
  const Sha256Digest digest =
      Sha256({reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size()});
  return ToHex(ByteView(digest.data(), kIdBytes));
}

std::string OutboxKey(const Outgoing& message) { return TimedKey(message.due, message.Id()); }

std::string OutboxText(const Outgoing& message) {
  return std::string(Name(message.kind)) + ' ' + message.appointment_id + ' ' +
         std::to_string(message.planned.time_since_epoch().count()) + ' ' +
         std::to_string(message.attempt);
}

std::optional<Outgoing> ReadOutgoing(const store::Record& record) {
  std::string_view line = record.text;
  const std::string_view kind = NextWord(line);
  Outgoing message;
  message.appointment_id = NextWord(line);
  const auto planned = Number(NextWord(line));
  const auto attempt = Number(NextWord(line));
  const auto due = TimeOfKey(record.key);
  const auto name = std::ranges::find(kNames, kind, [](const auto& one) { return one.second; });
  if (name == std::end(kNames) || !planned || !attempt || !due) return std::nullopt;
  message.kind = name->first;
  message.planned = WallTime(std::chrono::milliseconds(*planned));
  message.due = *due;
  message.attempt = static_cast<int>(*attempt);
  return message;
}

Status Post(store::Transaction& transaction, const Outgoing& message) {
  return transaction.PutRecord({kOutbox, OutboxKey(message), OutboxText(message), {}});
}

std::optional<Outgoing> NextReminder(const std::string& appointment_id,
                                     const domain::Booking& booking, WallTime after, TimeZone zone,
                                     const MessageRules& rules,
                                     const domain::BookingPolicy& policy) {
  std::optional<Outgoing> next;
  const auto offer = [&](MessageKind kind, WallTime when) {
    if (when <= after || when >= booking.start) return;
    if (next && next->planned <= when) return;
    next = Outgoing{kind, appointment_id, when, when, 0};
  };
  using std::chrono::days;
  const domain::BookingTimes times = domain::TimesOf(booking, zone, policy);
  if (booking.state == domain::BookingState::PendingConfirm) {
    offer(MessageKind::ConfirmSoon, times.confirm_by - rules.confirm_remind_before);
  }
  const auto day = LocalDay(booking.start, zone);
  offer(MessageKind::DayBefore, AtLocal(day - days(1), rules.day_before_at, zone));
  offer(MessageKind::SameDay, booking.start - rules.same_day_before);
  return next;
}

WallTime AfterQuiet(WallTime due, TimeZone zone, const MessageRules& rules) {
  if (rules.quiet_from == rules.quiet_until) return due;
  const auto day = CalendarDay(due, zone);
  const WallTime until = AtLocal(day, rules.quiet_until, zone);
  const WallTime from = AtLocal(day, rules.quiet_from, zone);
  if (rules.quiet_from < rules.quiet_until) return due >= from && due < until ? until : due;
  if (due < until) return until;
  return due >= from ? AtLocal(day + std::chrono::days(1), rules.quiet_until, zone) : due;
}

std::chrono::seconds RetryAfter(int attempt) {
  constexpr std::chrono::seconds kFirst{30};
  constexpr std::chrono::seconds kMost{3600};
  std::chrono::seconds wait = kFirst;
  for (int i = 1; i < attempt && wait < kMost; ++i) wait *= 2;
  return std::min(wait, kMost);
}

}  // namespace yizhan::hospital
