// Bookings that somebody else changed: a check-in, or another program by plain FHIR.
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/booking_job.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/messages/outbox.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using State = domain::BookingState;

/// Who acts where only time has passed.
constexpr const char* kNobody = "clock";

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

bool HoldsSeat(const std::optional<BookingRecord>& record) {
  return record && domain::HoldsSeat(record->booking.state) && !record->slot_id.empty();
}

std::optional<BookingRecord> RecordOf(const store::StoredResource& stored) {
  if (stored.deleted) return std::nullopt;
  const Result<Json> body = Json::Parse(stored.text);
  if (!body) return std::nullopt;
  auto record = FromAppointment(*body);
  if (record) record->version = stored.version;
  return record;
}

}  // namespace

Result<store::StoredResource> Bookings::CheckIn(store::Transaction& transaction,
                                                Json appointment) const {
  return Job(*this, transaction).CheckIn(std::move(appointment));
}

std::optional<WallTime> Bookings::KeptUntil(const Json& appointment) const {
  const auto record = FromAppointment(appointment);
  if (!record) return std::nullopt;
  const auto own = rules_.by_service.find(record->service_id);
  const domain::BookingPolicy& policy =
      own == rules_.by_service.end() ? rules_.policy : own->second;
  return domain::TimesOf(record->booking, rules_.zone, policy).lapses;
}

Status Bookings::Follow(store::Transaction& transaction, const std::string& appointment_id) const {
  return Job(*this, transaction).Follow(appointment_id);
}

Status Bookings::Miss(store::Transaction& transaction, const std::string& appointment_id) const {
  return Job(*this, transaction).Miss(appointment_id);
}

Status Bookings::Job::Miss(const std::string& id) {
  Result<BookingRecord> before = Read(id);
  if (!before) return Failed(before);
  if (before->booking.state != State::CheckedIn) return {};
  BookingRecord record = *before;
  record.booking.state = State::NoShow;
  if (Status moved = Move(record, *before); !moved) return moved;
  return Audit(record, Name(State::NoShow), kNobody, "");
}

Result<store::StoredResource> Bookings::Job::CheckIn(Json appointment) {
  const auto before = FromAppointment(appointment);
  // Only what changes: other participants and fields of another program stay as they are.
  appointment.Set("status", Json::String("arrived"));
  const bool ours = !WordOf(appointment, fhir::systems::kBookingState).empty();
  if (ours) {
    SetWord(appointment, fhir::systems::kBookingState, "valueCode", Name(State::CheckedIn));
  }
  Result<store::StoredResource> stored = transaction_.Update(std::move(appointment));
  if (!stored || !before) return stored;
  BookingRecord record = *before;
  record.booking.state = State::CheckedIn;
  if (Status followed = FollowDeadline(record, *before); !followed) {
    return tl::unexpected<Error>(followed.error());
  }
  return stored;
}

Status Bookings::Job::Follow(const std::string& id) {
  const Result<store::StoredResource> stored = transaction_.Read("Appointment", id);
  if (!stored) return stored.error().code == ErrorCode::NotFound ? Status() : Failed(stored);
  const auto after = RecordOf(*stored);
  std::optional<BookingRecord> before;
  if (stored->version > 1) {
    const auto former = transaction_.ReadVersion("Appointment", id, stored->version - 1);
    if (!former && former.error().code != ErrorCode::NotFound) return Failed(former);
    if (former) before = RecordOf(*former);
  }
  // A booking belongs to one person from the first moment (F26).
  const bool renamed =
      before && after && before->patient_id != after->patient_id && !before->patient_id.empty();
  if (renamed) return RefuseBooking("wrong-person");
  if (Status seat = FollowForeignSeat(after, before); !seat) return seat;
  if (!after) return {};
  // What was over already when it was written is its writer's business.
  const domain::BookingPolicy& policy = PolicyOf(after->service_id);
  const bool over =
      domain::AfterTime(after->booking, now_, rules_.zone, policy) != after->booking.state;
  if (Status suggested = FollowSuggestion(transaction_, *after, rules_.zone); !suggested)
    return suggested;
  if (over) return {};
  if (Status deadline = FollowDeadline(*after, before); !deadline) return deadline;
  const bool moved = before && domain::HoldsSeat(before->booking.state) &&
                     domain::HoldsSeat(after->booking.state) &&
                     (before->booking.start != after->booking.start ||
                      before->room_id != after->room_id || before->doctor_id != after->doctor_id);
  if (!moved) return FollowMessages(*after, before);
  if (Status told = Tell(*after, MessageKind::Changed); !told) return told;
  const auto next = NextReminder(after->id, after->booking, now_, rules_.zone, rules_.messages,
                                 PolicyOf(after->service_id));
  return next ? Post(transaction_, *next) : Status();
}

Status Bookings::Job::Tell(const BookingRecord& record, MessageKind kind) {
  return Post(transaction_, {kind, record.id, now_, now_, 0});
}

Status Bookings::Job::FollowMessages(const BookingRecord& record,
                                     const std::optional<BookingRecord>& before) {
  const State state = record.booking.state;
  const bool stood = before && (before->booking.state == State::Booked ||
                                before->booking.state == State::PendingConfirm);
  const bool stands = state == State::Booked || state == State::PendingConfirm;
  if (stands && !stood) {
    if (Status told = Tell(record, MessageKind::Booked); !told) return told;
    const auto next = NextReminder(record.id, record.booking, now_, rules_.zone, rules_.messages,
                                   PolicyOf(record.service_id));
    return next ? Post(transaction_, *next) : Status();
  }
  if (before && before->booking.state == state) return {};
  switch (state) {
    case State::Offered: return Tell(record, MessageKind::Offer);
    case State::Stopped: return Tell(record, MessageKind::Stopped);
    case State::NoShow: return Tell(record, MessageKind::NoShow);
    case State::Unconfirmed: return Tell(record, MessageKind::Unconfirmed);
    default: return {};
  }
}

Status Bookings::Job::FollowForeignSeat(const std::optional<BookingRecord>& after,
                                        const std::optional<BookingRecord>& before) {
  const bool same = HoldsSeat(after) && HoldsSeat(before) && after->slot_id == before->slot_id;
  if (same) return {};
  if (HoldsSeat(before)) {
    Result<Seat> seat = ReadSeat(transaction_, before->slot_id);
    // A Slot that is not here, or without a time, is no seat of ours.
    const bool used_up = after && after->booking.state == State::Done;
    if (seat && !used_up) {
      if (Status given = GiveBack(*seat, before->id); !given) return given;
    }
  }
  if (!HoldsSeat(after)) return {};
  Result<Seat> seat = ReadSeat(transaction_, after->slot_id);
  if (!seat) return {};
  const Result<bool> other = HeldByOther(after->slot_id, after->id);
  if (!other) return Failed(other);
  if (*other) return RefuseBooking("full");
  return seat->status == SeatStatus::Taken ? Status()
                                           : SetSeat(transaction_, *seat, SeatStatus::Taken);
}

Result<bool> Bookings::Job::HeldByOther(const std::string& slot_id,
                                        const std::string& appointment_id) {
  const auto query = store::ParseSearch("Appointment", {{"slot", "Slot/" + slot_id}}, rules_.zone);
  if (!query) return Failed(query);
  const Result<store::SearchResult> found = transaction_.Search(*query);
  if (!found) return Failed(found);
  for (const store::StoredResource& one : found->matches) {
    if (one.id != appointment_id && HoldsSeat(RecordOf(one))) return true;
  }
  return false;
}

}  // namespace yizhan::hospital
