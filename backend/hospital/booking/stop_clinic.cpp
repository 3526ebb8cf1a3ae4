// What the hospital cannot keep, and what it gives instead (F20): stop, substitute, another time.
#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/booking_job.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/refunds/refund_book.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using fhir::Json;
using State = domain::BookingState;

constexpr std::size_t kMostSeats = 1000;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

Result<std::vector<Json>> RolesOf(store::ReadView& view, const std::string& doctor_id) {
  const auto query = store::ParseSearch(
      "PractitionerRole", {{"practitioner", "Practitioner/" + doctor_id}}, TimeZone{});
  if (!query) return Failed(query);
  const Result<store::SearchResult> found = view.Search(*query);
  if (!found) return Failed(found);
  std::vector<Json> roles;
  for (const store::StoredResource& one : found->matches) {
    Result<Json> role = Json::Parse(one.text);
    if (!role) return Failed(role);
    roles.push_back(std::move(*role));
  }
  return roles;
}

/// The titles of a doctor, as the hospital writes them.
Result<std::vector<std::string>> TitlesOf(store::ReadView& view, const std::string& doctor_id) {
  const auto roles = RolesOf(view, doctor_id);
  if (!roles) return Failed(roles);
  std::vector<std::string> titles;
  for (const Json& role : *roles) {
    const std::string& title = role["code"][0]["text"].AsString();
    if (!title.empty()) titles.push_back(title);
  }
  return titles;
}

/// The room in which a doctor sees that department's patients; "": none of their own.
Result<std::string> RoomOf(store::ReadView& view, const std::string& doctor_id,
                           const std::string& service_id) {
  const auto roles = RolesOf(view, doctor_id);
  if (!roles) return Failed(roles);
  for (const Json& role : *roles) {
    const bool works_here =
        std::ranges::any_of(role["healthcareService"].Items(), [&](const Json& service) {
          return fhir::ReferencedId(service, "HealthcareService") == service_id;
        });
    std::string room = fhir::ReferencedId(role["location"], "Location");
    if (works_here && !room.empty()) return room;
  }
  return std::string();
}

struct Hours {
  WallTime from = WallTime::max();
  WallTime until = WallTime::min();
};

bool Overlap(const Hours& a, const Hours& b) { return a.from < b.until && b.from < a.until; }

}  // namespace

Result<std::vector<store::StoredResource>> Bookings::Job::SlotsOf(const std::string& schedule_id) {
  Result<store::SearchQuery> query =
      store::ParseSearch("Slot", {{"schedule", "Schedule/" + schedule_id}}, rules_.zone);
  if (!query) return Failed(query);
  query->count = kMostSeats;
  Result<store::SearchResult> found = transaction_.Search(*query);
  if (!found) return Failed(found);
  return std::move(found->matches);
}

Result<std::vector<BookingRecord>> Bookings::Job::BookingsOn(const std::string& slot_id) {
  const auto query = store::ParseSearch("Appointment", {{"slot", "Slot/" + slot_id}}, rules_.zone);
  if (!query) return Failed(query);
  const Result<store::SearchResult> found = transaction_.Search(*query);
  if (!found) return Failed(found);
  std::vector<BookingRecord> bookings;
  for (const store::StoredResource& one : found->matches) {
    Result<BookingRecord> record = Read(one.id);
    if (!record) return Failed(record);
    if (domain::HoldsSeat(record->booking.state)) bookings.push_back(std::move(*record));
  }
  return bookings;
}

Result<bool> Bookings::Job::MayChange(const BookingRecord& record, const FollowInQueue& queue) {
  const bool in_queue = record.booking.state == State::CheckedIn && queue != nullptr;
  return in_queue ? queue(transaction_, record) : Result<bool>(true);
}

Result<std::vector<BookingRecord>> Bookings::Job::StopSchedule(const StopRequest& request,
                                                               const FollowInQueue& queue) {
  const Result<store::StoredResource> stored = transaction_.Read("Schedule", request.schedule_id);
  if (!stored) return Failed(stored);
  Result<Json> schedule = Json::Parse(stored->text);
  if (!schedule) return Failed(schedule);
  schedule->Set("active", Json::Boolean(false));
  if (const auto kept = transaction_.Update(std::move(*schedule), stored->version); !kept) {
    return Failed(kept);
  }
  const auto slots = SlotsOf(request.schedule_id);
  if (!slots) return Failed(slots);
  std::vector<BookingRecord> stopped;
  for (const store::StoredResource& one : *slots) {
    Result<Seat> seat = ReadSeat(transaction_, one.id);
    if (!seat) return Failed(seat);
    if (seat->status == SeatStatus::Free) {
      if (Status closed = SetSeat(transaction_, *seat, SeatStatus::Closed); !closed) {
        return tl::unexpected<Error>(closed.error());
      }
    }
    auto bookings = BookingsOn(one.id);
    if (!bookings) return Failed(bookings);
    for (const BookingRecord& before : *bookings) {
      // Who was only offered the seat waits on, where he stood.
      const bool offered = before.booking.state == State::Offered;
      const auto state =
          domain::After(before.booking, offered ? BookingAct::Decline : BookingAct::Stop, now_,
                        rules_.zone, PolicyOf(before.service_id));
      if (!state) continue;  // Over, or with the doctor right now.
      const Result<bool> may = MayChange(before, queue);
      if (!may) return Failed(may);
      if (!*may) continue;
      BookingRecord record = before;
      record.booking.state = *state;
      const bool owed =
          !offered && before.booking.state != State::Locked && request.remedy == Remedy::Rebook;
      if (owed) record.rebook_until = now_ + rules_.rebook_within;
      Status status = Move(record, before);
      if (status) status = Audit(record, "stop", request.who, request.reason);
      if (!status) return tl::unexpected<Error>(status.error());
      if (!offered) stopped.push_back(std::move(record));
    }
  }
  return stopped;
}

/// Refused: not-same-level, doctor-busy.
Status Bookings::Job::CheckSubstitute(const std::string& schedule_id, const std::string& stopped,
                                      const std::string& substitute) {
  const auto old_titles = TitlesOf(transaction_, stopped);
  const auto new_titles = TitlesOf(transaction_, substitute);
  if (!old_titles) return Failed(old_titles);
  if (!new_titles) return Failed(new_titles);
  const bool same = std::ranges::any_of(*old_titles, [&](const std::string& title) {
    return std::ranges::find(*new_titles, title) != new_titles->end();
  });
  if (!same || substitute == stopped) return RefuseBooking("not-same-level");
  const auto hours_of = [&](const std::string& id) -> Result<Hours> {
    const auto slots = SlotsOf(id);
    if (!slots) return Failed(slots);
    Hours hours;
    for (const store::StoredResource& one : *slots) {
      const Result<Json> slot = Json::Parse(one.text);
      if (!slot) return Failed(slot);
      const auto start = ParseInstant((*slot)["start"].AsString());
      const auto end = ParseInstant((*slot)["end"].AsString());
      if (start) hours.from = std::min(hours.from, *start);
      if (end) hours.until = std::max(hours.until, *end);
    }
    return hours;
  };
  const Result<Hours> wanted = hours_of(schedule_id);
  if (!wanted) return Failed(wanted);
  Result<store::SearchQuery> query = store::ParseSearch(
      "Schedule", {{"actor", "Practitioner/" + substitute}, {"active", "true"}}, rules_.zone);
  if (!query) return Failed(query);
  query->count = kMostSeats;
  const Result<store::SearchResult> found = transaction_.Search(*query);
  if (!found) return Failed(found);
  for (const store::StoredResource& one : found->matches) {
    if (one.id == schedule_id) continue;
    const Result<Hours> busy = hours_of(one.id);
    if (!busy) return Failed(busy);
    if (Overlap(*wanted, *busy)) return RefuseBooking("doctor-busy");
  }
  return {};
}

Result<std::vector<BookingRecord>> Bookings::Job::Substitute(const SubstituteRequest& request,
                                                             const FollowInQueue& queue) {
  const Result<store::StoredResource> stored = transaction_.Read("Schedule", request.schedule_id);
  if (!stored) return Failed(stored);
  Result<Json> schedule = Json::Parse(stored->text);
  if (!schedule) return Failed(schedule);
  const bool stopped = schedule->Has("active") && !(*schedule)["active"].AsBoolean();
  if (stopped) return RefuseBooking("stopped");
  const std::string doctor = fhir::ReferencedId((*schedule)["actor"], "Practitioner");
  if (doctor.empty()) return RefuseBooking("not-same-level");
  Status fit = CheckSubstitute(request.schedule_id, doctor, request.doctor_id);
  if (!fit) return tl::unexpected<Error>(fit.error());
  // Patients go where the substitute works; without a room of the own, everybody stays here.
  const Result<std::string> room =
      RoomOf(transaction_, request.doctor_id,
             fhir::ReferencedId((*schedule)["actor"], "HealthcareService"));
  if (!room) return Failed(room);
  std::vector<Json> actors;
  for (const Json& actor : (*schedule)["actor"].Items()) {
    const bool is_doctor = !fhir::ReferencedId(actor, "Practitioner").empty();
    const bool is_room = !fhir::ReferencedId(actor, "Location").empty() && !room->empty();
    actors.push_back(is_doctor ? fhir::Reference("Practitioner", request.doctor_id)
                     : is_room ? fhir::Reference("Location", *room)
                               : actor);
  }
  schedule->Set("actor", Json::Array(std::move(actors)));
  if (const auto kept = transaction_.Update(std::move(*schedule), stored->version); !kept) {
    return Failed(kept);
  }
  const auto slots = SlotsOf(request.schedule_id);
  if (!slots) return Failed(slots);
  std::vector<BookingRecord> moved;
  for (const store::StoredResource& one : *slots) {
    auto bookings = BookingsOn(one.id);
    if (!bookings) return Failed(bookings);
    for (const BookingRecord& before : *bookings) {
      const State state = before.booking.state;
      // An offer becomes the substitute's when it is accepted; who is with the doctor stays there.
      if (state == State::Offered || state == State::InVisit) continue;
      BookingRecord record = before;
      record.doctor_id = request.doctor_id;
      if (!room->empty()) record.room_id = *room;
      const Result<bool> may = MayChange(record, queue);
      if (!may) return Failed(may);
      if (!*may) continue;
      if (record.substitute_for.empty()) record.substitute_for = doctor;
      record.booking.free_to_cancel = true;
      record.awaits_answer = true;
      Status status = Store(record);
      if (status && state != State::Locked) status = Tell(record, MessageKind::Substituted);
      if (status) status = Audit(record, "substitute", request.who, request.reason);
      if (!status) return tl::unexpected<Error>(status.error());
      moved.push_back(std::move(record));
    }
  }
  return moved;
}

Status Bookings::Job::CheckOwed(const BookingRecord& record) const {
  const State state = record.booking.state;
  const bool stands = state == State::Booked || state == State::PendingConfirm;
  if (stands && record.booking.free_to_cancel) {
    const State reached =
        domain::AfterTime(record.booking, now_, rules_.zone, PolicyOf(record.service_id));
    const bool over = reached != state || now_ >= record.booking.start;
    return over ? Status(RefuseBooking("too-late")) : Status();
  }
  if (state != State::Stopped || !record.rebook_until) return RefuseBooking("wrong-state");
  return now_ > *record.rebook_until ? Status(RefuseBooking("too-late")) : Status();
}

Result<BookingAnswer> Bookings::Job::Rebook(const RebookRequest& request) {
  auto done = Remembered(request.operation_id, "");
  if (!done) return Failed(done);
  if (*done) return std::move(**done);
  const Result<BookingRecord> before = Read(request.appointment_id);
  if (!before) return Failed(before);
  if (Status owed = CheckOwed(*before); !owed) return tl::unexpected<Error>(owed.error());
  const Result<Seat> seat = ReadSeat(transaction_, request.slot_id);
  if (!seat) return Failed(seat);
  if (seat->service_id != before->service_id) return RefuseBooking("wrong-state");
  BookRequest book;
  book.operation_id = request.operation_id;
  book.channel = request.channel;
  book.who = request.who;
  book.patient_id = before->patient_id;
  book.slot_id = request.slot_id;
  book.follow_up_id = before->follow_up_id;
  owed_ = true;
  BookingRecord used = *before;
  Status status;
  // Who does not want the substitute gives that seat back first: nobody has two numbers, and no
  // limit stands in the way of the new one.
  const bool stands = before->booking.state != State::Stopped;
  const std::int64_t paid = before->booking.prepaid_minor;
  const bool keeps = stands && paid > 0 && seat->fee_minor == paid;
  if (stands) {
    used.booking.state = State::Cancelled;
    if (keeps) {
      used.booking.prepaid_minor = 0;
      used.invoice_id.clear();
      paid_by_ = &*before;
    }
    status = Move(used, *before);
    if (!status) return tl::unexpected<Error>(status.error());
  }
  Result<BookingAnswer> answer = Book(book);
  if (!answer) return answer;
  if (keeps) status = CopyPaymentOrder(transaction_, before->id, answer->record.id);
  // Once: the right is used up.
  used.rebook_until.reset();
  if (status && !stands) status = Store(used);
  if (status) status = Audit(used, "rebook", request.who, "");
  if (!status) return tl::unexpected<Error>(status.error());
  return answer;
}

Result<BookingAnswer> Bookings::Job::GiveUpRebooking(const BookingRecord& before,
                                                     const ActRequest& request) {
  if (!before.rebook_until) return RefuseBooking("wrong-state");
  BookingRecord record = before;
  record.rebook_until.reset();
  Status status = Store(record);
  if (status) status = Audit(record, "give-up-rebooking", request.who, request.reason);
  if (status) status = Remember(request.operation_id, record);
  if (!status) return tl::unexpected<Error>(status.error());
  return AnswerOf(std::move(record), 0);
}

Result<BookingAnswer> Bookings::Job::AddNumber(const AddRequest& request) {
  auto done = Remembered(request.operation_id, "");
  if (!done) return Failed(done);
  if (*done) return std::move(**done);
  const auto slots = SlotsOf(request.schedule_id);
  if (!slots) return Failed(slots);
  if (slots->empty()) return RefuseBooking("no-seat");
  int added = 0;
  std::optional<Seat> last;
  for (const store::StoredResource& one : *slots) {
    Result<Seat> seat = ReadSeat(transaction_, one.id);
    if (!seat) return Failed(seat);
    const bool counts = seat->is_added && seat->status == SeatStatus::Taken;
    added += counts ? 1 : 0;
    if (!seat->is_added && (!last || seat->start > last->start)) last = std::move(*seat);
  }
  if (!last) return RefuseBooking("no-seat");
  if (last->stopped) return RefuseBooking("stopped");
  if (now_ >= last->end) return RefuseBooking("closed");
  if (added >= rules_.most_added_per_session) return RefuseBooking("most-added");
  // Beyond capacity at the end of the session, or where the doctor says.
  const WallTime start = request.start.value_or(last->start);
  Json slot = Json::Object({{"resourceType", Json::String("Slot")},
                            {"schedule", fhir::Reference("Schedule", request.schedule_id)},
                            {"status", Json::String("free")},
                            {"start", Json::String(ToInstant(start))},
                            {"end", Json::String(ToInstant(start + (last->end - last->start)))},
                            {"overbooked", Json::Boolean(true)}});
  SetExtension(slot, fhir::systems::kAddedNumber, "valueBoolean", Json::Boolean(true));
  const Result<store::StoredResource> stored = transaction_.Create(std::move(slot));
  if (!stored) return Failed(stored);
  BookRequest book;
  book.operation_id = request.operation_id;
  book.channel = request.channel;
  book.who = request.who;
  book.patient_id = request.patient_id;
  book.slot_id = stored->id;
  owed_ = true;
  return Book(book);
}

Result<std::vector<BookingRecord>> Bookings::StopIn(store::Transaction& transaction,
                                                    const StopRequest& request,
                                                    const FollowInQueue& queue) const {
  return Job(*this, transaction).StopSchedule(request, queue);
}

Result<std::vector<BookingRecord>> Bookings::SubstituteIn(store::Transaction& transaction,
                                                          const SubstituteRequest& request,
                                                          const FollowInQueue& queue) const {
  return Job(*this, transaction).Substitute(request, queue);
}

Result<std::vector<BookingRecord>> Bookings::StopSchedule(const StopRequest& request) {
  return InOne<std::vector<BookingRecord>>(
      [&](store::Transaction& t) { return StopIn(t, request, {}); });
}

Result<std::vector<BookingRecord>> Bookings::Substitute(const SubstituteRequest& request) {
  return InOne<std::vector<BookingRecord>>(
      [&](store::Transaction& t) { return SubstituteIn(t, request, {}); });
}

Result<BookingAnswer> Bookings::Rebook(const RebookRequest& request) {
  return InOne<BookingAnswer>([&](store::Transaction& t) { return Job(*this, t).Rebook(request); });
}

Result<BookingAnswer> Bookings::AddNumber(const AddRequest& request) {
  return InOne<BookingAnswer>(
      [&](store::Transaction& t) { return Job(*this, t).AddNumber(request); });
}

}  // namespace yizhan::hospital
