#include "backend/hospital/booking/session_templates.h"

#include <algorithm>
#include <functional>
#include <map>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;
namespace systems = fhir::systems;

constexpr const char* kTemplates = "session-template";
constexpr const char* kHolidays = "holiday";
constexpr std::size_t kMost = 5000;
constexpr minutes kDay{24 * 60};
constexpr int kMostSeats = 500;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

bool IsTemplateId(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

template <typename... Words>
bool IsOneOf(std::string_view word, Words... words) {
  return ((word == words) || ...);
}

const char* WrongMember(const SessionTemplate& one, TimeZone zone) {
  if (!IsTemplateId(one.id)) return "id";
  if (!fhir::IsId(one.service_id)) return "service";
  if (!one.doctor_id.empty() && !fhir::IsId(one.doctor_id)) return "doctor";
  if (!one.room_id.empty() && !fhir::IsId(one.room_id)) return "room";
  if (!IsOneOf(one.session, "am", "pm", "night", "holiday")) return "session";
  if (!IsOneOf(one.level, "ordinary", "deputy", "chief", "special")) return "level";
  if (!IsOneOf(one.kind, "clinic", "exam", "check-up", "bed")) return "kind";
  const auto bad_day = [](int day) { return day < 1 || day > 7; };
  if (std::ranges::any_of(one.weekdays, bad_day)) return "weekdays";
  const minutes day_ends = kDay + zone.day_begins;
  if (one.from < zone.day_begins || one.from >= day_ends) return "from";
  if (one.until <= one.from || one.until > day_ends) return "until";
  if (one.slot < minutes(1) || one.slot > one.until - one.from) return "slot";
  const auto count = (one.until - one.from) / one.slot * one.seats_per_slot;
  if (one.seats_per_slot < 1 || count > kMostSeats) return "seats";
  if (one.fee_minor < 0) return "fee";
  if (one.release_days_before < 0 || one.release_days_before > 365) return "release-days";
  if (one.release_at < minutes(0) || one.release_at >= kDay) return "release-at";
  if (one.closes_before_end < minutes(0)) return "closes-before-end";
  return nullptr;
}

Result<SessionTemplate> FromRecord(const store::Record& record) {
  const Result<Json> body = Json::Parse(record.text);
  if (!body) return Failed(body);
  return ReadTemplate(record.key, *body);
}

/// Keeps or removes a record, and audits it where a person did it.
Status Edit(store::ResourceStore& store, const Editor& by, std::string_view act,
            const std::string& what, const std::function<Status(store::Transaction&)>& change) {
  return store.Write([&](store::Transaction& transaction) -> Status {
    if (Status done = change(transaction); !done) return done;
    if (by.who.empty()) return {};
    const auto kept = transaction.Create(ToAuditEvent(EditOf(act, by, what)));
    return kept ? Status() : Failed(kept);
  });
}

/// Whether the template's session takes place on a day.
bool Opens(const SessionTemplate& one, local_days day, const std::map<std::string, Holiday>& over) {
  int weekday = static_cast<int>(std::chrono::weekday(day).iso_encoding());
  bool holiday = false;
  if (const auto found = over.find(ToDate(day)); found != over.end()) {
    holiday = found->second.works_as == 0;
    if (!holiday) weekday = found->second.works_as;
  }
  if ((one.session == "holiday") != holiday) return false;
  return holiday || std::ranges::find(one.weekdays, weekday) != one.weekdays.end();
}

std::string ScheduleId(const SessionTemplate& one, local_days day) {
  std::string date = ToDate(day);
  std::erase(date, '-');
  return one.id + '-' + date;
}

Json ToSchedule(const SessionTemplate& one, local_days day, TimeZone zone) {
  const WallTime from = AtLocal(day, one.from, zone);
  const WallTime until = AtLocal(day, one.until, zone);
  Json actors = Json::Array();
  if (!one.doctor_id.empty()) actors.Append(fhir::Reference("Practitioner", one.doctor_id));
  actors.Append(fhir::Reference("HealthcareService", one.service_id));
  if (!one.room_id.empty()) actors.Append(fhir::Reference("Location", one.room_id));
  Json schedule = Json::Object(
      {{"resourceType", Json::String("Schedule")},
       {"id", Json::String(ScheduleId(one, day))},
       {"active", Json::Boolean(true)},
       {"serviceCategory", Json::Array({fhir::Concept(systems::kResourceKind, one.kind)})},
       {"actor", std::move(actors)},
       {"planningHorizon", Json::Object({{"start", Json::String(ToInstant(from))},
                                         {"end", Json::String(ToInstant(until))}})}});
  SetWord(schedule, systems::kSession, "valueCode", one.session);
  SetWord(schedule, systems::kSessionLevel, "valueCode", one.level);
  SetMoney(schedule, systems::kFee, one.fee_minor);
  SetInstant(schedule, systems::kReleaseAt,
             AtLocal(day - days(one.release_days_before), one.release_at, zone));
  SetInstant(schedule, systems::kClosesAt, until - one.closes_before_end);
  return schedule;
}

Result<int> MakeSession(store::Transaction& transaction, const SessionTemplate& one, local_days day,
                        TimeZone zone) {
  const auto schedule = transaction.Update(ToSchedule(one, day, zone));
  if (!schedule) return Failed(schedule);
  const std::string id = ScheduleId(one, day);
  int seats = 0;
  // What is left at the end and is shorter than a slot is nobody's.
  for (minutes at = one.from; at + one.slot <= one.until; at += one.slot) {
    for (int i = 0; i < one.seats_per_slot; ++i) {
      Json slot =
          Json::Object({{"resourceType", Json::String("Slot")},
                        {"id", Json::String(id + '-' + std::to_string(++seats))},
                        {"schedule", fhir::Reference("Schedule", id)},
                        {"status", Json::String("free")},
                        {"start", Json::String(ToInstant(AtLocal(day, at, zone)))},
                        {"end", Json::String(ToInstant(AtLocal(day, at + one.slot, zone)))}});
      SetWord(slot, systems::kQuota, "valueString", one.quota);
      const auto stored = transaction.Update(std::move(slot));
      if (!stored) return Failed(stored);
    }
  }
  return seats;
}

/// Takes a session away that a holiday came over. False: patients have booked it.
Result<bool> CloseSession(store::Transaction& transaction, const store::StoredResource& stored,
                          TimeZone zone) {
  auto query = store::ParseSearch("Slot", {{"schedule", "Schedule/" + stored.id}}, zone);
  if (!query) return Failed(query);
  query->count = kMost;
  const auto slots = transaction.Search(*query);
  if (!slots) return Failed(slots);
  std::vector<Json> free;
  for (const store::StoredResource& one : slots->matches) {
    Result<Json> slot = Json::Parse(one.text);
    if (!slot) return Failed(slot);
    const std::string& status = (*slot)["status"].AsString();
    if (status == "busy" || status == "busy-tentative") return false;
    if (status == "free") free.push_back(std::move(*slot));
  }
  for (Json& slot : free) {
    slot.Set("status", Json::String("busy-unavailable"));
    const auto kept = transaction.Update(std::move(slot));
    if (!kept) return Failed(kept);
  }
  Result<Json> schedule = Json::Parse(stored.text);
  if (!schedule) return Failed(schedule);
  schedule->Set("active", Json::Boolean(false));
  const auto kept = transaction.Update(std::move(*schedule), stored.version);
  if (!kept) return Failed(kept);
  return true;
}

Status OneDay(store::Transaction& transaction, const SessionTemplate& one, local_days day,
              bool opens, TimeZone zone, Generated& day_made) {
  day_made = {};
  const auto stored = transaction.Read("Schedule", ScheduleId(one, day));
  if (!stored && stored.error().code != ErrorCode::NotFound) return Failed(stored);
  const bool exists = stored && !stored->deleted;
  if (opens && !exists) {
    const Result<int> seats = MakeSession(transaction, one, day, zone);
    if (!seats) return Failed(seats);
    day_made.made = 1;
    day_made.seats = *seats;
  } else if (!opens && exists) {
    const Result<Json> schedule = Json::Parse(stored->text);
    if (!schedule) return Failed(schedule);
    if (!(*schedule)["active"].AsBoolean()) return {};
    const Result<bool> closed = CloseSession(transaction, *stored, zone);
    if (!closed) return Failed(closed);
    if (*closed) {
      day_made.closed = 1;
    } else {
      day_made.to_stop.push_back(stored->id);
    }
  }
  return {};
}

}  // namespace

Json ToJson(const SessionTemplate& one) {
  Json weekdays = Json::Array();
  for (const int day : one.weekdays) weekdays.Append(Json::Integer(day));
  return Json::Object({{"service", Json::String(one.service_id)},
                       {"doctor", Json::String(one.doctor_id)},
                       {"room", Json::String(one.room_id)},
                       {"session", Json::String(one.session)},
                       {"level", Json::String(one.level)},
                       {"kind", Json::String(one.kind)},
                       {"quota", Json::String(one.quota)},
                       {"weekdays", std::move(weekdays)},
                       {"from", Json::Integer(one.from.count())},
                       {"until", Json::Integer(one.until.count())},
                       {"slot", Json::Integer(one.slot.count())},
                       {"seats", Json::Integer(one.seats_per_slot)},
                       {"fee", Json::Integer(one.fee_minor)},
                       {"releaseDays", Json::Integer(one.release_days_before)},
                       {"releaseAt", Json::Integer(one.release_at.count())},
                       {"closesBeforeEnd", Json::Integer(one.closes_before_end.count())}});
}

SessionTemplate ReadTemplate(const std::string& id, const Json& body) {
  const auto text = [&](const char* member) { return body[member].AsString(); };
  const auto number = [&](const char* member) { return body[member].AsInteger().value_or(0); };
  SessionTemplate one;
  one.id = id;
  one.service_id = text("service");
  one.doctor_id = text("doctor");
  one.room_id = text("room");
  one.session = text("session");
  one.level = text("level");
  one.kind = text("kind");
  one.quota = text("quota");
  for (const Json& day : body["weekdays"].Items()) {
    one.weekdays.push_back(static_cast<int>(day.AsInteger().value_or(0)));
  }
  one.from = minutes(number("from"));
  one.until = minutes(number("until"));
  one.slot = minutes(std::max<std::int64_t>(1, number("slot")));
  one.seats_per_slot = static_cast<int>(number("seats"));
  one.fee_minor = number("fee");
  one.release_days_before = static_cast<int>(number("releaseDays"));
  one.release_at = minutes(number("releaseAt"));
  one.closes_before_end = minutes(number("closesBeforeEnd"));
  return one;
}

Status PutTemplate(store::ResourceStore& store, const SessionTemplate& one, TimeZone zone,
                   const Editor& by) {
  if (const char* wrong = WrongMember(one, zone)) return Fail(ErrorCode::BadData, wrong);
  return Edit(store, by, "put-session-template", one.id, [&](store::Transaction& transaction) {
    return transaction.PutRecord({kTemplates, one.id, ToJson(one).Write(), {}});
  });
}

Status RemoveTemplate(store::ResourceStore& store, const std::string& id, const Editor& by) {
  return Edit(store, by, "remove-session-template", id,
              [&](store::Transaction& transaction) -> Status {
                const auto known = transaction.FindRecord(kTemplates, id);
                if (!known) return Failed(known);
                if (!*known) return Fail(ErrorCode::NotFound, "no such template");
                return transaction.RemoveRecord(kTemplates, id);
              });
}

Status PutHoliday(store::ResourceStore& store, const Holiday& one, const Editor& by) {
  if (!ParseDate(one.date)) return Fail(ErrorCode::BadData, "date");
  if (one.works_as < 0 || one.works_as > 7) return Fail(ErrorCode::BadData, "works-as");
  const Json body =
      Json::Object({{"name", Json::String(one.name)}, {"worksAs", Json::Integer(one.works_as)}});
  return Edit(store, by, "put-holiday", one.date, [&](store::Transaction& transaction) {
    return transaction.PutRecord({kHolidays, one.date, body.Write(), {}});
  });
}

Status RemoveHoliday(store::ResourceStore& store, const std::string& date, const Editor& by) {
  return Edit(store, by, "remove-holiday", date, [&](store::Transaction& transaction) {
    return transaction.RemoveRecord(kHolidays, date);
  });
}

Result<std::vector<SessionTemplate>> Templates(store::ReadView& view) {
  const auto records = view.Records(kTemplates, "", kMost);
  if (!records) return Failed(records);
  std::vector<SessionTemplate> all;
  for (const store::Record& record : *records) {
    Result<SessionTemplate> one = FromRecord(record);
    if (!one) return Failed(one);
    all.push_back(std::move(*one));
  }
  return all;
}

Result<std::vector<Holiday>> Holidays(store::ReadView& view) {
  const auto records = view.Records(kHolidays, "", kMost);
  if (!records) return Failed(records);
  std::vector<Holiday> all;
  for (const store::Record& record : *records) {
    const Result<Json> body = Json::Parse(record.text);
    if (!body) return Failed(body);
    all.push_back({record.key, (*body)["name"].AsString(),
                   static_cast<int>((*body)["worksAs"].AsInteger().value_or(0))});
  }
  return all;
}

Result<Generated> GenerateSessions(store::ResourceStore& store, local_days from, local_days until,
                                   TimeZone zone) {
  const auto templates = Templates(store);
  const auto holidays = Holidays(store);
  if (!templates) return Failed(templates);
  if (!holidays) return Failed(holidays);
  std::map<std::string, Holiday> over;
  for (const Holiday& one : *holidays) over[one.date] = one;
  Generated all;
  for (local_days day = from; day <= until; day += days(1)) {
    for (const SessionTemplate& one : *templates) {
      Generated made;
      const Status status = store.Write([&](store::Transaction& transaction) {
        return OneDay(transaction, one, day, Opens(one, day, over), zone, made);
      });
      if (!status) return tl::unexpected<Error>(status.error());
      all.made += made.made;
      all.seats += made.seats;
      all.closed += made.closed;
      all.to_stop.insert(all.to_stop.end(), made.to_stop.begin(), made.to_stop.end());
    }
  }
  return all;
}

}  // namespace yizhan::hospital
