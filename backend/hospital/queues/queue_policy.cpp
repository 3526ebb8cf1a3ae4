#include "backend/hospital/queues/queue_policy.h"

#include <algorithm>
#include <set>

namespace yizhan::hospital {
namespace {

using domain::QueueRules;
using fhir::Json;
using std::chrono::minutes;

template <typename T>
struct Word {
  T value;
  const char* text;
};
constexpr Word<QueueRules::Insert> kInserts[] = {
    {QueueRules::Insert::Interval, "interval"},
    {QueueRules::Insert::EndOfPeriod, "end-of-period"},
    {QueueRules::Insert::EndOfHalfDay, "end-of-half-day"},
    {QueueRules::Insert::AsNormal, "as-normal"}};
constexpr Word<QueueRules::OrderBy> kOrders[] = {{QueueRules::OrderBy::Arrival, "arrival"},
                                                 {QueueRules::OrderBy::Number, "number"}};
constexpr Word<RoomAssignment> kAssignments[] = {{RoomAssignment::OnCall, "on-call"},
                                                 {RoomAssignment::AtCheckIn, "check-in"},
                                                 {RoomAssignment::RoomList, "room-list"}};

constexpr std::int64_t kMostInterval = 50;
constexpr std::int64_t kMostMinutes = 24 * 60;
constexpr std::int64_t kMostCalls = 20;
constexpr std::int64_t kMostCapacity = 20;
constexpr std::int64_t kMostReturnDays = 30;
constexpr std::int64_t kMostLevel = 99;
constexpr std::size_t kMostClasses = 20;
/// A mark is one or two characters on a screen.
constexpr std::size_t kLongestMark = 12;
constexpr std::size_t kLongestName = 64;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

template <typename T, std::size_t N>
Json WordOf(T value, const Word<T> (&words)[N]) {
  for (const Word<T>& word : words) {
    if (word.value == value) return Text(word.text);
  }
  return {};
}

/// Reads members and remembers the first one that is wrong.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  template <typename T, std::size_t N>
  void Read(const char* member, const Word<T> (&words)[N], T& value) {
    if (!json_.Has(member)) return;
    for (const Word<T>& word : words) {
      if (json_[member].AsString() != word.text) continue;
      value = word.value;
      return;
    }
    Blame(member);
  }
  void Read(const char* member, std::int64_t least, std::int64_t most, int& value) {
    if (!json_.Has(member)) return;
    const auto number = json_[member].AsInteger();
    if (!number || *number < least || *number > most) return Blame(member);
    value = static_cast<int>(*number);
  }
  void Read(const char* member, bool& value) {
    if (!json_.Has(member)) return;
    const auto kind = json_[member].Type();
    if (kind != Json::Kind::Boolean) return Blame(member);
    value = json_[member].AsBoolean();
  }
  void Read(const char* member, minutes& value) {
    int number = static_cast<int>(value.count());
    Read(member, 0, kMostMinutes, number);
    value = minutes(number);
  }
  void Blame(const char* member) {
    if (wrong_.empty()) wrong_ = member;
  }
  [[nodiscard]] const std::string& Wrong() const { return wrong_; }

 private:
  const Json& json_;
  std::string wrong_;
};

bool IsCode(const std::string& text) {
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void ReadClasses(const Json& json, QueuePolicy& policy, Reader& reader) {
  if (!json.Has("priorities")) return;
  const Json& list = json["priorities"];
  if (!list.IsArray() || list.Items().size() > kMostClasses) return reader.Blame("priorities");
  policy.priorities.clear();
  std::set<std::string> codes;
  for (const Json& one : list.Items()) {
    PriorityClass known;
    known.code = one["code"].AsString();
    known.mark = one["mark"].AsString();
    known.name = {one["name"]["zh"].AsString(), one["name"]["en"].AsString()};
    const auto level = one["level"].AsInteger();
    const bool fits = IsCode(known.code) && codes.insert(known.code).second && level &&
                      *level >= 1 && *level <= kMostLevel && !known.mark.empty() &&
                      known.mark.size() <= kLongestMark && known.name.zh.size() <= kLongestName &&
                      known.name.en.size() <= kLongestName;
    if (!fits) return reader.Blame("priorities");
    known.level = static_cast<int>(*level);
    policy.priorities.push_back(std::move(known));
  }
}

}  // namespace

domain::CheckInPolicy QueuePolicy::CheckIn(const domain::CheckInPolicy& hospital) const {
  domain::CheckInPolicy policy = hospital;
  // "Any time" is still a time of the slot's day: DecideCheckIn looks at the day first.
  policy.opens_before_start = opens_before_start.value_or(minutes(kMostMinutes));
  return policy;
}

const PriorityClass* QueuePolicy::Find(const std::string& code) const {
  const auto found = std::ranges::find(priorities, code, &PriorityClass::code);
  return found == priorities.end() ? nullptr : &*found;
}

QueuePolicy DefaultQueuePolicy() {
  QueuePolicy policy;
  policy.priorities = {
      {"emergency", 1, "急", {"急危重", "Emergency"}}, {"soldier", 2, "军", {"军人", "Soldier"}},
      {"elder", 3, "老", {"老人", "Elderly"}},         {"disabled", 3, "残", {"残障", "Disabled"}},
      {"pregnant", 4, "孕", {"孕妇", "Pregnant"}},     {"child", 4, "幼", {"幼儿", "Child"}}};
  return policy;
}

Json ToJson(const QueuePolicy& policy) {
  const QueueRules& order = policy.order;
  Json classes = Json::Array();
  for (const PriorityClass& one : policy.priorities) {
    classes.Append(Json::Object(
        {{"code", Text(one.code)},
         {"level", Json::Integer(one.level)},
         {"mark", Text(one.mark)},
         {"name", Json::Object({{"zh", Text(one.name.zh)}, {"en", Text(one.name.en)}})}}));
  }
  const auto& opens = policy.opens_before_start;
  return Json::Object({{"checkIn", Json::Boolean(order.check_in)},
                       {"orderBy", WordOf(order.order_by, kOrders)},
                       {"byPeriod", Json::Boolean(order.by_period)},
                       {"bookedFirst", Json::Boolean(order.booked_first)},
                       {"late", WordOf(order.late, kInserts)},
                       {"lateInterval", Json::Integer(order.late_interval)},
                       {"recalled", WordOf(order.recalled, kInserts)},
                       {"recallInterval", Json::Integer(order.recall_interval)},
                       {"returnInterval", Json::Integer(order.return_interval)},
                       {"roomCapacity", Json::Integer(order.room_capacity)},
                       {"callsBeforePassed", Json::Integer(order.calls_before_passed)},
                       {"opensMinutes", opens ? Json::Integer(opens->count()) : Json()},
                       {"rooms", WordOf(policy.rooms, kAssignments)},
                       {"returnDays", Json::Integer(policy.return_days)},
                       {"priorities", std::move(classes)}});
}

Result<QueuePolicy> ParseQueuePolicy(const Json& json) {
  if (!json.IsObject()) return Fail(ErrorCode::BadData, "rules are no object");
  QueuePolicy policy = DefaultQueuePolicy();
  QueueRules& order = policy.order;
  Reader reader(json);
  reader.Read("checkIn", order.check_in);
  reader.Read("orderBy", kOrders, order.order_by);
  reader.Read("byPeriod", order.by_period);
  reader.Read("bookedFirst", order.booked_first);
  reader.Read("late", kInserts, order.late);
  reader.Read("lateInterval", 1, kMostInterval, order.late_interval);
  reader.Read("recalled", kInserts, order.recalled);
  reader.Read("recallInterval", 1, kMostInterval, order.recall_interval);
  reader.Read("returnInterval", 1, kMostInterval, order.return_interval);
  reader.Read("roomCapacity", 0, kMostCapacity, order.room_capacity);
  reader.Read("callsBeforePassed", 1, kMostCalls, order.calls_before_passed);
  reader.Read("rooms", kAssignments, policy.rooms);
  reader.Read("returnDays", 1, kMostReturnDays, policy.return_days);
  if (json.Has("opensMinutes")) {
    minutes opens{0};
    if (!json["opensMinutes"].IsNull()) reader.Read("opensMinutes", opens);
    policy.opens_before_start = json["opensMinutes"].IsNull() ? std::nullopt : std::optional(opens);
  }
  ReadClasses(json, policy, reader);
  if (!reader.Wrong().empty()) return Fail(ErrorCode::BadData, reader.Wrong());
  return policy;
}

}  // namespace yizhan::hospital
