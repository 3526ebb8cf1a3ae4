#include "kiosk/sync/booking_desk.h"

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "base/match.h"
#include "domain/money.h"
#include "kiosk/sync/booking_records.h"

namespace yizhan::sync {
namespace {

using domain::BookingAct;
using domain::BookingDone;
using domain::BookingRefused;
using fhir::EncodeQuery;
using fhir::Json;
using fhir::Request;
using fhir::Response;
namespace systems = fhir::systems;

constexpr int kMostPages = 20;
constexpr int kMostTries = 3;
constexpr std::size_t kMostSchedules = 40;  // In one address.

std::string Between(const char* parameter, WallTime from, WallTime until, TimeZone zone) {
  return std::string(parameter) + "=ge" + EncodeQuery(ToLocalDateTime(from, zone)) + "&" +
         parameter + "=lt" + EncodeQuery(ToLocalDateTime(until, zone));
}

/// Other servers know nothing of our kinds: all they have is clinics.
std::string OfKind(domain::ResourceKind kind, const Abilities& abilities) {
  if (!abilities.booking) return "";
  return "&service-category=" +
         EncodeQuery(std::string(systems::kResourceKind) + "|" + CodeOf(kind));
}

const char* OperationOf(BookingAct act) {
  switch (act) {
    case BookingAct::Take: return "take";
    case BookingAct::Cancel: return "cancel";
    case BookingAct::Accept: return "accept";
    case BookingAct::Decline: return "decline";
    case BookingAct::Withdraw: return "withdraw";
    default: return "confirm";
  }
}

/// What every operation of booking says about itself.
Json Caller(const domain::OperationId& operation, const Station& station) {
  Json parameters = Json::Object({{"resourceType", Json::String("Parameters")}});
  fhir::AddParameter(parameters, "operation-id", "valueString", Json::String(operation.Value()));
  fhir::AddParameter(parameters, "terminal", "valueString", Json::String(station.terminal.Value()));
  fhir::AddParameter(parameters, "channel", "valueCode", Json::String("kiosk"));
  return parameters;
}

Request ToRequest(const domain::BookSeat& wish, const Station& station) {
  Json body = Caller(wish.operation, station);
  fhir::AddParameter(body, "slot", "valueReference",
                     fhir::Reference("Slot", wish.seat.slot.Value()));
  if (!wish.in_place_of.Empty()) {
    Request request;
    request.path = "Appointment/" + wish.in_place_of.Value() + "/$" + systems::kRebookOperation;
    request.body = std::move(body);
    return request;
  }
  fhir::AddParameter(body, "patient", "valueReference",
                     fhir::Reference("Patient", wish.patient.Value()));
  if (!wish.follow_up.empty()) {
    fhir::AddParameter(body, "follow-up", "valueReference",
                       fhir::Reference("Task", wish.follow_up));
  }
  if (wish.prepay) fhir::AddParameter(body, "prepay", "valueBoolean", Json::Boolean(true));
  Request request;
  request.path = std::string("Appointment/$") + systems::kBookOperation;
  request.body = std::move(body);
  return request;
}

Request ToRequest(const domain::JoinWaitingList& wish, const Station& station) {
  Json body = Caller(wish.operation, station);
  const auto reference = [&](const char* name, const char* type, const std::string& id) {
    fhir::AddParameter(body, name, "valueReference", fhir::Reference(type, id));
  };
  reference("patient", "Patient", wish.patient.Value());
  reference("service", "HealthcareService", wish.service_id.Value());
  if (!wish.doctor_id.empty()) reference("practitioner", "Practitioner", wish.doctor_id);
  fhir::AddParameter(body, "from", "valueInstant", Json::String(ToInstant(wish.from)));
  fhir::AddParameter(body, "until", "valueInstant", Json::String(ToInstant(wish.until)));
  Request request;
  request.path = std::string("Appointment/$") + systems::kWaitOperation;
  request.body = std::move(body);
  return request;
}

Request ToRequest(const domain::ActOnBooking& wish, const Station& station) {
  Json body = Caller(wish.operation, station);
  if (wish.act == BookingAct::Take) {
    fhir::AddParameter(body, "paid", "valueMoney",
                       Json::Object({{"value", Json::Number(domain::ToDecimal(wish.paid_minor))},
                                     {"currency", Json::String("CNY")}}));
    if (!wish.payment_order.empty()) {
      fhir::AddParameter(body, "payment", "valueString", Json::String(wish.payment_order));
    }
  }
  Request request;
  request.path = "Appointment/" + wish.appointment.Value() + "/$" + OperationOf(wish.act);
  request.body = std::move(body);
  return request;
}

Request ToRequest(const domain::TellLate& wish, const Station& station) {
  Json body = Caller(wish.operation, station);
  fhir::AddParameter(body, "arrival", "valueInstant", Json::String(ToInstant(wish.arrival)));
  Request request;
  request.path = "Appointment/" + wish.appointment.Value() + "/$late-notice";
  request.body = std::move(body);
  return request;
}

tl::unexpected<Error> RefusedBy(const Response& response) {
  return Fail(ErrorCode::Refused, "status " + std::to_string(response.status));
}

/// Released, and not closed.
bool CanBeBooked(const Json& schedule, WallTime now) {
  const auto time = [&](const char* url) -> std::optional<WallTime> {
    for (const Json& extension : schedule["extension"].Items()) {
      if (extension["url"].AsString() != url) continue;
      return ParseInstant(extension["valueInstant"].AsString());
    }
    return std::nullopt;
  };
  if (schedule.Has("active") && !schedule["active"].AsBoolean()) return false;
  return time(systems::kReleaseAt).value_or(now) <= now &&
         time(systems::kClosesAt).value_or(WallTime::max()) > now;
}

}  // namespace

Result<domain::BookingReply> BookingDesk::Answer(const domain::BookingQuestion& question,
                                                 WallTime now, const Abilities& abilities,
                                                 const Directory& directory) {
  return std::visit(
      Match{
          [&](const domain::WhichDays& wish) { return Days(wish, now, abilities); },
          [&](const domain::WhatOnDay& wish) { return Day(wish, now, abilities, directory); },
          [&](const domain::WhenElse& wish) { return Elsewhere(wish, now, abilities, directory); },
          [&](const domain::BookSeat& wish) {
            return abilities.booking ? ByOperation(question, directory)
                                     : BookByStandard(wish, now, directory);
          },
          [&](const domain::JoinWaitingList& wish) {
            return abilities.booking ? ByOperation(question, directory)
                                     : WaitByStandard(wish, now, directory);
          },
          [&](const domain::ActOnBooking& wish) {
            return abilities.booking ? ByOperation(question, directory)
                                     : ActByStandard(wish, directory);
          },
          [&](const domain::TellLate&) -> Reply {
            if (abilities.booking) return ByOperation(question, directory);
            return Fail(ErrorCode::Refused, "the server takes no late notice");
          },
      },
      question);
}

Result<std::vector<Json>> BookingDesk::All(std::string path) {
  std::vector<Json> all;
  for (int number = 0; number < kMostPages && !path.empty(); ++number) {
    Result<Page> page = hospital_.SearchPage(path);
    if (!page) return tl::unexpected<Error>(page.error());
    std::ranges::move(page->resources, std::back_inserter(all));
    path = std::move(page->next_path);
  }
  return all;
}

BookingDesk::Reply BookingDesk::Days(const domain::WhichDays& wish, WallTime now,
                                     const Abilities& abilities) {
  const auto shut = Shut(wish, now, abilities);
  if (!shut) return tl::unexpected<Error>(shut.error());
  std::vector<std::string> paths;
  /// The day that a path counts for; those behind the days' own are taken off again.
  std::vector<std::size_t> days;
  const auto count = [&](std::size_t index, const std::string& more) {
    const auto day = wish.first + std::chrono::days(index);
    const WallTime begun = DayStart(day, station_.zone);
    const WallTime next = DayStart(day + std::chrono::days(1), station_.zone);
    paths.push_back("Slot?status=free&" +
                    Between("start", std::max(begun, now), next, station_.zone) + more +
                    "&_summary=count");
    days.push_back(index);
  };
  const auto wanted = static_cast<std::size_t>(std::max(wish.days, 0));
  std::string of_service;
  if (!wish.service_id.Empty()) {
    of_service = "&schedule.actor=" + EncodeQuery("HealthcareService/" + wish.service_id.Value());
  }
  for (std::size_t i = 0; i < wanted; ++i) count(i, OfKind(wish.kind, abilities) + of_service);
  for (const auto& [day, schedules] : *shut) {
    const auto index = static_cast<std::size_t>((day - wish.first).count());
    for (std::size_t at = 0; at < schedules.size(); at += kMostSchedules) {
      std::string of;
      for (std::size_t i = at; i < std::min(at + kMostSchedules, schedules.size()); ++i) {
        of += (of.empty() ? "&schedule=" : ",") + schedules[i];
      }
      count(index, of);
    }
  }
  const auto counts = hospital_.Counts(paths, abilities);
  if (!counts) return tl::unexpected<Error>(counts.error());
  std::vector<int> free(counts->begin(), counts->begin() + static_cast<std::ptrdiff_t>(wanted));
  for (std::size_t i = wanted; i < paths.size(); ++i) free[days[i]] -= (*counts)[i];
  domain::DaysFound found;
  for (std::size_t i = 0; i < wanted; ++i) {
    // Between two counts somebody may have booked.
    found.days.push_back({wish.first + std::chrono::days(i), std::max(free[i], 0)});
  }
  return domain::BookingReply(std::move(found));
}

Result<std::map<std::chrono::local_days, std::vector<std::string>>> BookingDesk::Shut(
    const domain::WhichDays& wish, WallTime now, const Abilities& abilities) {
  std::map<std::chrono::local_days, std::vector<std::string>> shut;
  // Other servers say nothing about release and closing.
  if (!abilities.booking) return shut;
  const auto end = wish.first + std::chrono::days(wish.days);
  std::string of_service;
  if (!wish.service_id.Empty()) {
    of_service = "&actor=" + EncodeQuery("HealthcareService/" + wish.service_id.Value());
  }
  const auto schedules = All("Schedule?" +
                             Between("date", DayStart(wish.first, station_.zone),
                                     DayStart(end, station_.zone), station_.zone) +
                             OfKind(wish.kind, abilities) + of_service +
                             "&_elements=active,actor,planningHorizon,extension&_count=500");
  if (!schedules) return tl::unexpected<Error>(schedules.error());
  for (const Json& schedule : *schedules) {
    if (schedule["resourceType"].AsString() != "Schedule") continue;
    if (!fhir::IsId(schedule["id"].AsString())) continue;
    const auto start = ParseInstant(schedule["planningHorizon"]["start"].AsString());
    if (!start || CanBeBooked(schedule, now)) continue;
    const auto day = LocalDay(*start, station_.zone);
    if (day >= wish.first && day < end) shut[day].push_back(ReferenceOf(schedule));
  }
  return shut;
}

BookingDesk::Reply BookingDesk::Day(const domain::WhatOnDay& wish, WallTime now,
                                    const Abilities& abilities, const Directory& directory) {
  const WallTime begun = DayStart(wish.day, station_.zone);
  const WallTime next = DayStart(wish.day + std::chrono::days(1), station_.zone);
  const std::string kind = OfKind(wish.kind, abilities);
  const auto schedules =
      All("Schedule?" + Between("date", begun, next, station_.zone) + kind + "&_count=200");
  if (!schedules) return tl::unexpected<Error>(schedules.error());
  const auto slots = All("Slot?status=free,busy,busy-tentative&" +
                         Between("start", std::max(begun, now), next, station_.zone) + kind +
                         "&_elements=status,schedule,start,end,extension&_count=500");
  if (!slots) return tl::unexpected<Error>(slots.error());
  return domain::BookingReply(domain::SessionsFound{ToSessions(*schedules, *slots, directory)});
}

BookingDesk::Reply BookingDesk::Elsewhere(const domain::WhenElse& wish, WallTime now,
                                          const Abilities& abilities, const Directory& directory) {
  const WallTime first = DayStart(wish.after + std::chrono::days(1), station_.zone);
  const WallTime last = DayStart(wish.after + std::chrono::days(1 + wish.days), station_.zone);
  const std::string actor = wish.doctor_id.empty() ? "HealthcareService/" + wish.service_id.Value()
                                                   : "Practitioner/" + wish.doctor_id;
  auto schedules = All("Schedule?actor=" + EncodeQuery(actor) + "&" +
                       Between("date", first, last, station_.zone) + OfKind(wish.kind, abilities) +
                       "&_count=100");
  if (!schedules) return tl::unexpected<Error>(schedules.error());
  std::erase_if(*schedules, [](const Json& one) {
    return one["resourceType"].AsString() != "Schedule" || !fhir::IsId(one["id"].AsString());
  });
  // The next ones are wanted, not all of a month.
  std::ranges::stable_sort(
      *schedules, {}, [](const Json& one) { return one["planningHorizon"]["start"].AsString(); });
  if (schedules->size() > kMostSchedules) schedules->resize(kMostSchedules);
  std::string of;
  for (const Json& schedule : *schedules) of += (of.empty() ? "" : ",") + ReferenceOf(schedule);
  std::vector<Json> slots;
  if (!of.empty()) {
    auto found = All("Slot?schedule=" + of + "&status=free&" +
                     Between("start", std::max(first, now), last, station_.zone) +
                     "&_sort=start&_count=100");
    if (!found) return tl::unexpected<Error>(found.error());
    slots = std::move(*found);
  }
  return domain::BookingReply(domain::SessionsFound{ToSessions(*schedules, slots, directory)});
}

Result<Response> BookingDesk::SendAct(const Request& request) {
  Result<Response> response = Fail(ErrorCode::Unreachable, "not tried");
  bool lost = false;
  for (int number = 0; number < kMostTries; ++number) {
    response = hospital_.Send(request);
    if (response) {
      const bool again = response->status == 409;
      if (again) continue;
      return response;
    }
    const ErrorCode code = response.error().code;
    if (code == ErrorCode::Cancelled) break;
    // Once an answer was lost, a refused connection no longer means that nothing was done.
    if (code == ErrorCode::Unreachable && !lost) break;
    lost = true;
  }
  if (!response && lost) return Fail(ErrorCode::Timeout, "the answer was lost");
  return response;
}

BookingDesk::Reply BookingDesk::ByOperation(const domain::BookingQuestion& act,
                                            const Directory& directory) {
  Request request = std::visit(
      [&](const auto& wish) {
        if constexpr (requires { ToRequest(wish, station_); }) {
          return ToRequest(wish, station_);
        } else {
          return Request();
        }
      },
      act);
  request.method = "POST";
  const Result<Response> response = SendAct(request);
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status == 200) {
    auto booking = ReadBookingAnswer(response->body, directory);
    if (!booking) return Fail(ErrorCode::BadData, "no booking in the answer");
    return domain::BookingReply(BookingDone{std::move(*booking)});
  }
  const auto refusal = ReadRefusal(response->body);
  if (refusal) return domain::BookingReply(BookingRefused{*refusal});
  if (response->status == 409) return Fail(ErrorCode::Conflict, "conflicts without end");
  return RefusedBy(*response);
}

// ---- the standard path: compare-and-set on the Slot, an Appointment that is made once --------

BookingDesk::Reply BookingDesk::BookByStandard(const domain::BookSeat& wish, WallTime now,
                                               const Directory& directory) {
  if (!wish.in_place_of.Empty()) return Fail(ErrorCode::Refused, "the server owes no other time");
  Request read;
  read.path = "Slot/" + wish.seat.slot.Value();
  const Result<Response> slot = SendAct(read);
  if (!slot) return tl::unexpected<Error>(slot.error());
  if (slot->status != 200) return RefusedBy(*slot);
  const std::string& status = slot->body["status"].AsString();
  // The operation on the seat tells whose it is, when the answer to the first try was lost.
  const bool ours =
      fhir::IdentifierValue(slot->body, systems::kOperationId) == wish.operation.Value();
  if (status != "free" && !ours) {
    return domain::BookingReply(BookingRefused{domain::BookingRefusal::Full});
  }
  if (status == "free") {
    Json taken = slot->body;
    taken.Set("status", Json::String("busy"));
    taken.Set("identifier",
              Json::Array({fhir::Identifier(systems::kOperationId, wish.operation.Value())}));
    Request put;
    put.method = "PUT";
    put.path = read.path;
    put.if_match = VersionOf(*slot);
    put.body = std::move(taken);
    const Result<Response> won = hospital_.Send(put);
    if (!won) return tl::unexpected<Error>(won.error());
    if (won->status == 409 || won->status == 412) {
      return domain::BookingReply(BookingRefused{domain::BookingRefusal::Full});
    }
    if (won->status >= 300) return RefusedBy(*won);
  }
  Request make;
  make.method = "POST";
  make.path = "Appointment";
  make.if_none_exist = "identifier=" + EncodeQuery(std::string(systems::kOperationId) + "|" +
                                                   wish.operation.Value());
  make.body = ToAppointment(wish, now, station_);
  const Result<Response> made = SendAct(make);
  if (!made) return tl::unexpected<Error>(made.error());
  if (made->status != 200 && made->status != 201) {
    static_cast<void>(GiveBack(wish.seat.slot.Value()));
    return RefusedBy(*made);
  }
  Json appointment = *make.body;
  const std::string id = made->body["id"].AsString().empty()
                             ? fhir::ParseReference(made->location).value_or(fhir::Target()).id
                             : made->body["id"].AsString();
  appointment.Set("id", Json::String(id.empty() ? wish.operation.Value() : id));
  auto booking = ReadBooking(appointment, directory);
  if (!booking) return Fail(ErrorCode::BadData, "no booking in the answer");
  return domain::BookingReply(BookingDone{std::move(*booking)});
}

Status BookingDesk::GiveBack(const std::string& slot_id) {
  Request read;
  read.path = "Slot/" + slot_id;
  const Result<Response> slot = SendAct(read);
  if (!slot) return tl::unexpected<Error>(slot.error());
  if (slot->status != 200) return RefusedBy(*slot);
  Request put;
  put.method = "PUT";
  put.path = read.path;
  put.if_match = VersionOf(*slot);
  put.body = slot->body;
  put.body->Set("status", Json::String("free"));
  put.body->Remove("identifier");
  const Result<Response> given = hospital_.Send(put);
  if (!given) return tl::unexpected<Error>(given.error());
  return given->status < 300 ? Status() : Status(RefusedBy(*given));
}

BookingDesk::Reply BookingDesk::WaitByStandard(const domain::JoinWaitingList& wish, WallTime now,
                                               const Directory& directory) {
  Request make;
  make.method = "POST";
  make.path = "Appointment";
  make.if_none_exist = "identifier=" + EncodeQuery(std::string(systems::kOperationId) + "|" +
                                                   wish.operation.Value());
  make.body = ToAppointment(wish, now);
  const Result<Response> made = SendAct(make);
  if (!made) return tl::unexpected<Error>(made.error());
  if (made->status != 200 && made->status != 201) return RefusedBy(*made);
  Json appointment = *make.body;
  const std::string& id = made->body["id"].AsString();
  appointment.Set("id", Json::String(id.empty() ? wish.operation.Value() : id));
  auto booking = ReadBooking(appointment, directory);
  if (!booking) return Fail(ErrorCode::BadData, "no booking in the answer");
  return domain::BookingReply(BookingDone{std::move(*booking)});
}

BookingDesk::Reply BookingDesk::ActByStandard(const domain::ActOnBooking& wish,
                                              const Directory& directory) {
  const bool cancels = wish.act == BookingAct::Cancel || wish.act == BookingAct::Withdraw;
  if (!cancels && wish.act != BookingAct::Confirm) {
    return Fail(ErrorCode::Refused, "the server has no offers");
  }
  Request read;
  read.path = "Appointment/" + wish.appointment.Value();
  const Result<Response> known = SendAct(read);
  if (!known) return tl::unexpected<Error>(known.error());
  if (known->status != 200) return RefusedBy(*known);
  const char* becomes = cancels ? "cancelled" : "booked";
  Json appointment = known->body;
  if (appointment["status"].AsString() != becomes) {
    appointment.Set("status", Json::String(becomes));
    Request put;
    put.method = "PUT";
    put.path = read.path;
    put.if_match = VersionOf(*known);
    put.body = appointment;
    const Result<Response> done = hospital_.Send(put);
    if (!done) return tl::unexpected<Error>(done.error());
    if (done->status == 409 || done->status == 412) {
      return domain::BookingReply(BookingRefused{domain::BookingRefusal::WrongState});
    }
    if (done->status >= 300) return RefusedBy(*done);
    const std::string slot = fhir::ReferencedId(appointment["slot"], "Slot");
    // A seat that stays taken loses the hospital a number, not the patient a right.
    if (cancels && !slot.empty()) static_cast<void>(GiveBack(slot));
  }
  auto booking = ReadBooking(appointment, directory);
  if (!booking) return Fail(ErrorCode::BadData, "no booking in the answer");
  return domain::BookingReply(BookingDone{std::move(*booking)});
}

}  // namespace yizhan::sync
