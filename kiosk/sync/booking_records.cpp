#include "kiosk/sync/booking_records.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "domain/money.h"
#include "kiosk/sync/trim.h"

namespace yizhan::sync {
namespace {

using domain::BookableSession;
using domain::BookingKind;
using domain::BookingRefusal;
using domain::BookingState;
using domain::OwnBooking;
using domain::ResourceKind;
using fhir::Json;
namespace systems = fhir::systems;

const Json& ExtensionOf(const Json& owner, const char* url) {
  static const Json null;
  for (const Json& extension : owner["extension"].Items()) {
    if (extension["url"].AsString() == url) return extension;
  }
  return null;
}

std::int64_t MoneyOf(const Json& money) {
  return std::max<std::int64_t>(0, domain::ParseYuan(money["value"].AsNumberText()).value_or(0));
}

WallTime TimeOf(const Json& instant) {
  return ParseInstant(instant.AsString()).value_or(WallTime{});
}

std::string IdOf(const std::string& reference) {
  return reference.substr(std::min(reference.size(), reference.find('/') + 1));
}

std::optional<domain::SeatLevel> LevelOf(const std::string& code) {
  if (code == "ordinary") return domain::SeatLevel::Ordinary;
  if (code == "deputy") return domain::SeatLevel::Deputy;
  if (code == "chief") return domain::SeatLevel::Chief;
  if (code == "special") return domain::SeatLevel::Special;
  return std::nullopt;
}

/// What Describe() reads of an appointment, said of a schedule.
Json AsParticipants(const Json& actors) {
  Json participants = Json::Array();
  for (const Json& actor : actors.Items()) participants.Append(Json::Object({{"actor", actor}}));
  return Json::Object({{"participant", std::move(participants)}});
}

std::string ActorId(const Json& appointment, const std::string& type) {
  for (const Json& participant : appointment["participant"].Items()) {
    const std::string actor = LocalReference(participant["actor"]);
    if (actor.starts_with(type + "/")) return IdOf(actor);
  }
  return {};
}

ResourceKind KindOf(const Json& schedule, const Directory& directory,
                    const domain::ServiceId& service) {
  for (const Json& category : schedule["serviceCategory"].Items()) {
    const std::string& code = fhir::CodeOf(category, systems::kResourceKind);
    for (const ResourceKind kind :
         {ResourceKind::Clinic, ResourceKind::Exam, ResourceKind::CheckUp, ResourceKind::Bed}) {
      if (code == CodeOf(kind)) return kind;
    }
  }
  return directory.KindOf(service);
}

BookableSession ToSession(const Json& schedule, const Directory& directory, std::string& letter) {
  const Json appointment = AsParticipants(schedule["actor"]);
  domain::Visit visit;
  directory.Describe(appointment, visit);
  letter = visit.queue_letter.empty() ? "~" : visit.queue_letter;
  BookableSession session;
  session.kind = KindOf(schedule, directory, visit.service_id);
  session.service_id = visit.service_id;
  session.service = visit.service;
  session.doctor_id = ActorId(appointment, "Practitioner");
  session.doctor = visit.doctor;
  session.doctor_title = visit.doctor_title;
  session.room_id = ActorId(appointment, "Location");
  session.where = directory.PlaceOf(visit);
  session.contents = directory.ContentsOf(visit.service_id);
  session.policy = directory.PolicyOf(visit.service_id);
  session.level = LevelOf(ExtensionOf(schedule, systems::kSessionLevel)["valueCode"].AsString());
  session.fee_minor = MoneyOf(ExtensionOf(schedule, systems::kFee)["valueMoney"]);
  session.start = TimeOf(schedule["planningHorizon"]["start"]);
  session.end = TimeOf(schedule["planningHorizon"]["end"]);
  session.release_at = TimeOf(ExtensionOf(schedule, systems::kReleaseAt)["valueInstant"]);
  session.closes_at = TimeOf(ExtensionOf(schedule, systems::kClosesAt)["valueInstant"]);
  session.stopped = schedule.Has("active") && !schedule["active"].AsBoolean();
  return session;
}

struct StateWord {
  const char* ours;
  const char* status;
  BookingState state;
};
constexpr StateWord kStates[] = {
    {"locked", "pending", BookingState::Locked},
    {"pending-confirm", "pending", BookingState::PendingConfirm},
    {"booked", "booked", BookingState::Booked},
    {"waiting", "waitlist", BookingState::Waiting},
    {"offered", "waitlist", BookingState::Offered},
    {"checked-in", "arrived", BookingState::CheckedIn},
    {"in-visit", "checked-in", BookingState::InVisit},
    {"done", "fulfilled", BookingState::Done},
    {"no-show", "noshow", BookingState::NoShow},
    {"cancelled-late", "cancelled", BookingState::CancelledLate},
    {"withdrawn", "cancelled", BookingState::Withdrawn},
    {"stopped", "cancelled", BookingState::Stopped},
    {"cancelled", "cancelled", BookingState::Cancelled},
};

std::optional<BookingState> StateOf(const Json& appointment) {
  const std::string& status = appointment["status"].AsString();
  const std::string& ours =
      ExtensionOf(appointment, systems::kBookingState)["valueCode"].AsString();
  for (const StateWord& word : kStates) {
    if (word.ours == ours && word.status == status) return word.state;
  }
  if (status == "proposed" || status == "pending") return BookingState::PendingConfirm;
  for (const StateWord& word : kStates) {
    if (word.status == status && status != "cancelled") return word.state;
  }
  if (status == "cancelled") return BookingState::Cancelled;
  return std::nullopt;
}

BookingKind KindOfBooking(const Json& appointment, BookingState state) {
  const std::string& code = ExtensionOf(appointment, systems::kBookingKind)["valueCode"].AsString();
  if (code == "temporary") return BookingKind::Temporary;
  if (code == "guaranteed") return BookingKind::Guaranteed;
  const bool waits = state == BookingState::Waiting || state == BookingState::Offered;
  return waits ? BookingKind::Waiting : BookingKind::Confirmed;
}

/// The substitute's part of a booking: for whom, and whether the patient has agreed.
void ReadSubstitute(const Json& appointment, const Directory& directory, OwnBooking& own) {
  const std::string before =
      LocalReference(ExtensionOf(appointment, systems::kSubstituteFor)["valueReference"]);
  if (!before.starts_with("Practitioner/")) return;
  own.instead_of = fhir::PersonName(directory.Find(before));
  own.booking.free_to_cancel = true;
  for (const Json& participant : appointment["participant"].Items()) {
    const bool patient = LocalReference(participant["actor"]).starts_with("Patient/");
    if (patient) own.awaits_answer = participant["status"].AsString() == "needs-action";
  }
}

/// The unit that pays: a name without an address. Longer than a line is nobody's.
domain::LocalText PayerOf(const Json& appointment) {
  constexpr std::size_t kMostPayerBytes = 200;
  for (const Json& support : appointment["supportingInformation"].Items()) {
    if (support["type"].AsString() != "Organization" || support.Has("reference")) continue;
    domain::LocalText payer = fhir::TextOf(support, "display");
    if (payer.en.size() > kMostPayerBytes) payer.en.clear();
    if (payer.zh.size() <= kMostPayerBytes) return payer;
  }
  return {};
}

Json Participant(const char* type, const std::string& id) {
  return Json::Object({{"actor", fhir::Reference(type, id)}, {"status", Json::String("accepted")}});
}

Json OperationIdentifier(const domain::OperationId& operation) {
  return Json::Array({fhir::Identifier(systems::kOperationId, operation.Value())});
}

}  // namespace

const char* CodeOf(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::Clinic: return "clinic";
    case ResourceKind::Exam: return "exam";
    case ResourceKind::CheckUp: return "check-up";
    case ResourceKind::Bed: return "bed";
  }
  return "clinic";
}

std::vector<BookableSession> ToSessions(const std::vector<Json>& schedules,
                                        const std::vector<Json>& slots,
                                        const Directory& directory) {
  std::map<std::string, std::vector<domain::FreeSeat>> free;
  std::map<std::string, std::vector<domain::FreeSeat>> gone;
  for (const Json& slot : slots) {
    const std::string& status = slot["status"].AsString();
    const bool is_free = status == "free";
    // What is not for sale (closed, or given back and waiting) is no time that others have.
    const bool counts = is_free || status == "busy" || status == "busy-tentative";
    const bool ours = slot["resourceType"].AsString() == "Slot" && counts &&
                      fhir::IsId(slot["id"].AsString()) &&
                      ExtensionOf(slot, systems::kQuota).IsNull();
    const domain::FreeSeat seat{domain::SlotId(slot["id"].AsString()), TimeOf(slot["start"]),
                                TimeOf(slot["end"])};
    if (!ours || seat.end <= seat.start) continue;
    (is_free ? free : gone)[LocalReference(slot["schedule"])].push_back(seat);
  }
  std::vector<std::pair<std::string, BookableSession>> sessions;
  for (const Json& schedule : schedules) {
    if (schedule["resourceType"].AsString() != "Schedule") continue;
    std::string letter;
    BookableSession session = ToSession(schedule, directory, letter);
    if (session.service_id.Empty()) continue;
    session.free = std::move(free[ReferenceOf(schedule)]);
    session.gone = std::move(gone[ReferenceOf(schedule)]);
    std::ranges::sort(session.free, {}, &domain::FreeSeat::start);
    std::ranges::sort(session.gone, {}, &domain::FreeSeat::start);
    sessions.emplace_back(std::move(letter), std::move(session));
  }
  std::ranges::stable_sort(sessions, [](const auto& one, const auto& other) {
    return std::tie(one.first, one.second.service_id, one.second.doctor_id, one.second.start) <
           std::tie(other.first, other.second.service_id, other.second.doctor_id,
                    other.second.start);
  });
  std::vector<BookableSession> sorted;
  for (auto& [letter, session] : sessions) sorted.push_back(std::move(session));
  return sorted;
}

std::optional<OwnBooking> ReadBooking(const Json& appointment, const Directory& directory) {
  const std::optional<BookingState> state = StateOf(appointment);
  if (appointment["resourceType"].AsString() != "Appointment" || !state ||
      !fhir::IsId(appointment["id"].AsString())) {
    return std::nullopt;
  }
  const Json& asked = appointment["requestedPeriod"][0];
  const bool waits = *state == BookingState::Waiting || *state == BookingState::Offered;
  const Json& times = waits || !appointment.Has("start") ? asked : appointment;
  domain::Visit visit;
  directory.Describe(appointment, visit);
  OwnBooking own;
  own.id = domain::AppointmentId(appointment["id"].AsString());
  own.kind = directory.KindOf(visit.service_id);
  own.booking.state = *state;
  own.booking.kind = KindOfBooking(appointment, *state);
  own.booking.start = TimeOf(times["start"]);
  own.booking.end = std::max(own.booking.start, TimeOf(times["end"]));
  if (own.booking.start == WallTime{}) return std::nullopt;
  own.booking.made_at = ParseInstant(appointment["created"].AsString()).value_or(own.booking.start);
  own.booking.held_until = TimeOf(ExtensionOf(appointment, systems::kHeldUntil)["valueInstant"]);
  own.booking.prepaid_minor = MoneyOf(ExtensionOf(appointment, systems::kPrepaid)["valueMoney"]);
  own.refund_minor = MoneyOf(ExtensionOf(appointment, systems::kRefund)["valueMoney"]);
  own.rebook_until = TimeOf(ExtensionOf(appointment, systems::kRebookUntil)["valueInstant"]);
  const WallTime promised =
      TimeOf(ExtensionOf(appointment, systems::kPromisedArrival)["valueInstant"]);
  if (promised != WallTime{}) own.booking.promised_arrival = promised;
  ReadSubstitute(appointment, directory, own);
  own.service_id = visit.service_id;
  own.service = visit.service;
  own.doctor_id = ActorId(appointment, "Practitioner");
  own.doctor = visit.doctor;
  own.doctor_title = visit.doctor_title;
  own.where = directory.PlaceOf(visit);
  own.payer = PayerOf(appointment);
  own.contents = directory.ContentsOf(visit.service_id);
  own.times = directory.TimesOf(own.booking, own.service_id).value_or(domain::BookingTimes());
  return own;
}

std::optional<OwnBooking> ToBooking(const Json& appointment, const std::vector<Json>& slots,
                                    const Directory& directory) {
  std::optional<OwnBooking> own = ReadBooking(appointment, directory);
  if (!own) return std::nullopt;
  switch (own->booking.state) {
    case BookingState::PendingConfirm:
    case BookingState::Booked:
    case BookingState::Waiting: return own;
    case BookingState::Offered: break;
    case BookingState::Stopped:
      if (own->rebook_until == WallTime{}) return std::nullopt;
      return own;
    default: return std::nullopt;
  }
  const std::string slot_id = fhir::ReferencedId(appointment["slot"], "Slot");
  for (const Json& slot : slots) {
    if (slot["resourceType"].AsString() != "Slot" || slot["id"].AsString() != slot_id) continue;
    own->offered =
        domain::FreeSeat{domain::SlotId(slot_id), TimeOf(slot["start"]), TimeOf(slot["end"])};
  }
  // An offer whose time nobody knows cannot be agreed to here.
  if (!own->offered) return std::nullopt;
  return own;
}

namespace {

/// Bytes of what to do before the visit: a slip refuses texts that are much longer.
constexpr std::size_t kMostPreparation = 380;

/// Puts a text behind what is there, unless it says that already.
void AddText(std::string& all, const std::string& more, const char* between) {
  if (more.empty() || all.find(more) != std::string::npos) return;
  if (all.size() + more.size() + 1 > kMostPreparation) return;
  all += (all.empty() ? "" : between) + more;
}

/// What the hospital approved for this very booking (F48), behind what it says of the place.
void ReadPreparations(const Json& parameters, domain::LocalText& preparation) {
  for (const Json& one : parameters["parameter"].Items()) {
    if (one["name"].AsString() != "preparation") continue;
    for (const Json& part : one["part"].Items()) {
      const std::string& text = part["valueString"].AsString();
      if (part["name"].AsString() == "text") AddText(preparation.zh, text, "");
      if (part["name"].AsString() == "text-en") AddText(preparation.en, text, " ");
    }
  }
}

}  // namespace

std::optional<OwnBooking> ReadBookingAnswer(const Json& parameters, const Directory& directory) {
  std::optional<OwnBooking> own =
      ReadBooking(fhir::ParameterOf(parameters, "appointment"), directory);
  if (!own) return std::nullopt;
  const auto take = [&](const char* name, WallTime& time) {
    const WallTime told = TimeOf(fhir::ParameterOf(parameters, name));
    if (told != WallTime{}) time = told;
  };
  take("confirm-by", own->times.confirm_by);
  take("advised-arrival", own->times.advised_arrival);
  take("check-in-opens", own->times.check_in_opens);
  take("cancel-until", own->times.cancel_until);
  take("lapses", own->times.lapses);
  own->fee_minor = MoneyOf(fhir::ParameterOf(parameters, "fee"));
  ReadPreparations(parameters, own->where.preparation);
  return own;
}

std::optional<domain::SuggestedVisit> ToSuggestedVisit(const Json& task,
                                                       const Directory& directory) {
  const bool suggests =
      task["resourceType"].AsString() == "Task" && fhir::IsId(task["id"].AsString()) &&
      fhir::CodeOf(task["code"], systems::kTaskCode) == "follow-up" &&
      fhir::CodeOf(task["businessStatus"], systems::kFollowUpStatus) == "suggested";
  if (!suggests) return std::nullopt;
  Json actors = Json::Array({task["owner"]});
  for (const Json& input : task["input"].Items()) {
    const bool service = fhir::CodeOf(input["type"], systems::kFollowUpInput) == "service";
    if (service) actors.Append(input["valueReference"]);
  }
  const Json appointment = AsParticipants(actors);
  domain::Visit visit;
  directory.Describe(appointment, visit);
  // Nobody can book a department that is not known.
  if (visit.service_id.Empty()) return std::nullopt;
  const Json& period = task["restriction"]["period"];
  domain::SuggestedVisit suggested;
  suggested.task = task["id"].AsString();
  suggested.kind = directory.KindOf(visit.service_id);
  suggested.service_id = visit.service_id;
  suggested.service = visit.service;
  suggested.doctor_id = ActorId(appointment, "Practitioner");
  suggested.doctor = visit.doctor;
  suggested.doctor_title = visit.doctor_title;
  suggested.from = TimeOf(period["start"]);
  suggested.until = TimeOf(period["end"]);
  return suggested;
}

std::optional<BookingRefusal> ReadRefusal(const Json& outcome) {
  constexpr std::pair<const char*, BookingRefusal> kWords[] = {
      {"full", BookingRefusal::Full},
      {"closed", BookingRefusal::Closed},
      {"stopped", BookingRefusal::Stopped},
      {"not-released", BookingRefusal::NotReleased},
      {"no-quota", BookingRefusal::NoQuota},
      {"limit-day", BookingRefusal::LimitDay},
      {"limit-session", BookingRefusal::LimitSession},
      {"limit-doctor", BookingRefusal::LimitDoctor},
      {"barred", BookingRefusal::Barred},
      {"unknown-patient", BookingRefusal::UnknownPatient},
      {"already-waiting", BookingRefusal::AlreadyWaiting},
      {"too-late", BookingRefusal::TooLate},
      {"not-paid", BookingRefusal::NotPaid}};
  const std::string& code = fhir::CodeOf(outcome["issue"][0]["details"], systems::kBookingRefusal);
  if (code.empty()) return std::nullopt;
  for (const auto& [word, refusal] : kWords) {
    if (code == word) return refusal;
  }
  return BookingRefusal::WrongState;
}

Json ToAppointment(const domain::BookSeat& wish, WallTime now, const Station& station) {
  const BookableSession& session = wish.session;
  const bool today = LocalDay(wish.seat.start, station.zone) == LocalDay(now, station.zone);
  Json participants = Json::Array({Participant("Patient", wish.patient.Value()),
                                   Participant("HealthcareService", session.service_id.Value())});
  if (!session.doctor_id.empty()) {
    participants.Append(Participant("Practitioner", session.doctor_id));
  }
  if (!session.room_id.empty()) participants.Append(Participant("Location", session.room_id));
  Json kind = Json::Object({{"url", Json::String(systems::kBookingKind)},
                            {"valueCode", Json::String(today ? "temporary" : "confirmed")}});
  return Json::Object({{"resourceType", Json::String("Appointment")},
                       {"extension", Json::Array({std::move(kind)})},
                       {"identifier", OperationIdentifier(wish.operation)},
                       {"status", Json::String("booked")},
                       {"start", Json::String(ToInstant(wish.seat.start))},
                       {"end", Json::String(ToInstant(wish.seat.end))},
                       {"slot", Json::Array({fhir::Reference("Slot", wish.seat.slot.Value())})},
                       {"created", Json::String(ToInstant(now))},
                       {"participant", std::move(participants)}});
}

Json ToAppointment(const domain::JoinWaitingList& wish, WallTime now) {
  Json participants = Json::Array({Participant("Patient", wish.patient.Value()),
                                   Participant("HealthcareService", wish.service_id.Value())});
  if (!wish.doctor_id.empty()) participants.Append(Participant("Practitioner", wish.doctor_id));
  Json period = Json::Object({{"start", Json::String(ToInstant(wish.from))},
                              {"end", Json::String(ToInstant(wish.until))}});
  return Json::Object({{"resourceType", Json::String("Appointment")},
                       {"identifier", OperationIdentifier(wish.operation)},
                       {"status", Json::String("waitlist")},
                       {"created", Json::String(ToInstant(now))},
                       {"requestedPeriod", Json::Array({std::move(period)})},
                       {"participant", std::move(participants)}});
}

}  // namespace yizhan::sync
