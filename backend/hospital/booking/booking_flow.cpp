// What follows from a booking's new state: its seat, its deadline, its place on the waiting list,
// its money.
#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/hospital/booking/booking_job.h"
#include "backend/hospital/booking/contracts.h"
#include "base/crypto.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using domain::BookingKind;
using State = domain::BookingState;

constexpr const char* kSweeper = "clock";
constexpr std::string_view kOfAppointment = "Appointment/";
constexpr std::string_view kOfSlot = "Slot/";
constexpr std::size_t kWaitingPage = 50;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

/// Evenly between two, both included.
std::chrono::minutes RandomBetween(std::chrono::minutes least, std::chrono::minutes most) {
  if (most <= least) return least;
  const auto span = static_cast<std::uint64_t>((most - least).count()) + 1;
  std::uint64_t random = 0;
  for (const std::uint8_t byte : RandomBytes(4)) random = random << 8 | byte;
  return least + std::chrono::minutes(random % span);
}

/// The rest of a waiting record's text: "doctor|patient".
std::string WaiterText(const BookingRecord& record) {
  return record.doctor_id + '|' + record.patient_id;
}

}  // namespace

std::string WaitingPrefix(const std::string& service_id, const std::string& day) {
  return service_id + '|' + day + '|';
}

Status Bookings::Job::Store(BookingRecord& record) {
  fhir::Json appointment = ToAppointment(record);
  const Result<store::StoredResource> stored =
      record.id.empty() ? transaction_.Create(appointment)
                        : transaction_.Update(appointment, record.version);
  if (!stored) return Failed(stored);
  record.id = stored->id;
  record.version = stored->version;
  appointment.Set("id", fhir::Json::String(stored->id));
  record.body = std::move(appointment);
  return {};
}

Status Bookings::Job::Move(BookingRecord& record, const std::optional<BookingRecord>& before) {
  const auto settlement = domain::SettlementOf(record.booking, PolicyOf(record.service_id));
  record.penalty_minor = settlement.penalty_minor;
  record.refund_minor = settlement.refund_minor;
  // An offer that nobody took leaves the entry without a seat.
  const bool seatless =
      !domain::HoldsSeat(record.booking.state) && record.booking.kind == BookingKind::Waiting;
  if (seatless) record.slot_id.clear();
  Status status = Store(record);
  if (status) status = FollowDeadline(record, before);
  if (status) status = FollowWaiting(record, before);
  if (status && before) status = FollowSeat(record, *before);
  if (status) status = FollowMessages(record, before);
  if (status) status = FollowQuota(record, before);
  if (status) status = FollowMoney(record, before);
  if (status) status = FollowSuggestion(transaction_, record, rules_.zone);
  return status;
}

Status Bookings::Job::FollowQuota(const BookingRecord& record,
                                  const std::optional<BookingRecord>& before) {
  if (record.quota.empty()) return {};
  // A visit that took place used its number up.
  const auto counts = [](const BookingRecord& one) {
    return domain::HoldsSeat(one.booking.state) || one.booking.state == State::Done ? 1 : 0;
  };
  const int change = counts(record) - (before ? counts(*before) : 0);
  if (change == 0) return {};
  return CountContract(transaction_, record.quota, change, record.service_id,
                       ToDate(LocalDay(record.booking.start, rules_.zone)));
}

Status Bookings::Job::FollowDeadline(const BookingRecord& record,
                                     const std::optional<BookingRecord>& before) {
  const auto key = [&](const BookingRecord& one) -> std::optional<std::string> {
    const auto when = domain::NextDeadline(one.booking, rules_.zone, PolicyOf(one.service_id));
    if (!when) return std::nullopt;
    return TimedKey(*when, std::string(kOfAppointment) + one.id);
  };
  const auto old_key = before ? key(*before) : std::nullopt;
  const auto new_key = key(record);
  if (old_key == new_key) return {};
  Status status;
  if (old_key) status = transaction_.RemoveRecord(kDeadlines, *old_key);
  if (status && new_key) status = transaction_.PutRecord({kDeadlines, *new_key, "", {}});
  return status;
}

Status Bookings::Job::FollowWaiting(const BookingRecord& record,
                                    const std::optional<BookingRecord>& before) {
  const auto prefix = [&](const BookingRecord& one) {
    return WaitingPrefix(one.service_id, ToDate(LocalDay(one.booking.start, rules_.zone)));
  };
  const bool waited = before && before->booking.state == State::Waiting;
  const bool waits = record.booking.state == State::Waiting;
  if (waited == waits) return {};
  if (waits) {
    // Who did not answer an offer stays on the list, behind the others.
    const WallTime since = before ? now_ : record.booking.made_at;
    return transaction_.PutRecord(
        {kWaiting, prefix(record) + TimeDigits(since) + '|' + record.id, WaiterText(record), {}});
  }
  const std::string all = prefix(*before);
  std::string after = all;
  while (true) {
    const auto page = transaction_.Records(kWaiting, after, kWaitingPage);
    if (!page) return Failed(page);
    for (const store::Record& one : *page) {
      if (!one.key.starts_with(all)) return {};
      if (one.key.ends_with('|' + record.id)) return transaction_.RemoveRecord(kWaiting, one.key);
      after = one.key;
    }
    if (page->empty()) return {};
  }
}

Status Bookings::Job::FollowSeat(const BookingRecord& record, const BookingRecord& before) {
  const bool held = domain::HoldsSeat(before.booking.state) && !before.slot_id.empty();
  const bool holds = domain::HoldsSeat(record.booking.state) && !record.slot_id.empty();
  if (!held && !holds) return {};
  const std::string& slot_id = holds ? record.slot_id : before.slot_id;
  Result<Seat> seat = ReadSeat(transaction_, slot_id);
  if (!seat) return Failed(seat);
  if (holds) {
    const bool tentative =
        record.booking.state == State::Locked || record.booking.state == State::Offered;
    const SeatStatus becomes = tentative ? SeatStatus::Held : SeatStatus::Taken;
    return seat->status == becomes ? Status() : SetSeat(transaction_, *seat, becomes);
  }
  // A visit that took place used its seat up.
  if (record.booking.state == State::Done) return {};
  return GiveBack(*seat, record.id);
}

Status Bookings::Job::GiveBack(Seat& seat, const std::string& giver) {
  // A number beyond capacity was for one person: it is nobody else's.
  if (seat.stopped || seat.is_added || now_ >= seat.end)
    return SetSeat(transaction_, seat, SeatStatus::Closed);
  const Result<bool> offered = OfferToFirst(seat, giver);
  if (!offered) return Failed(offered);
  if (*offered) return {};
  const WallTime again =
      now_ + RandomBetween(rules_.release_after_least, rules_.release_after_most);
  if (now_ + rules_.release_after_most >= seat.start) {
    return SetSeat(transaction_, seat, SeatStatus::Free);
  }
  if (Status closed = SetSeat(transaction_, seat, SeatStatus::Closed); !closed) return closed;
  return transaction_.PutRecord(
      {kDeadlines, TimedKey(again, std::string(kOfSlot) + seat.slot_id), "", {}});
}

Result<bool> Bookings::Job::OfferToFirst(Seat& seat, const std::string& giver) {
  const std::string all = WaitingPrefix(seat.service_id, ToDate(LocalDay(seat.start, rules_.zone)));
  std::string after = all;
  while (true) {
    const auto page = transaction_.Records(kWaiting, after, kWaitingPage);
    if (!page) return Failed(page);
    if (page->empty()) return false;
    for (const store::Record& one : *page) {
      if (!one.key.starts_with(all)) return false;
      after = one.key;
      const std::string doctor = one.text.substr(0, one.text.find('|'));
      if (!doctor.empty() && doctor != seat.doctor_id) continue;
      if (one.key.ends_with('|' + giver)) continue;
      Result<BookingRecord> before = Read(one.key.substr(one.key.rfind('|') + 1));
      if (!before) return Failed(before);
      const domain::Booking& asked = before->booking;
      if (seat.start < asked.start || seat.start >= asked.end) continue;
      const domain::BookingPolicy& policy = PolicyOf(seat.service_id);
      const auto state = domain::After(asked, BookingAct::Offer, now_, rules_.zone, policy);
      if (!state) continue;  // Its own time has run out; the clock will remove it.
      BookingRecord record = *before;
      record.booking.state = *state;
      record.booking.held_until =
          domain::OfferUntil(now_, now_ < seat.start ? seat.start : seat.end, rules_.zone, policy);
      record.slot_id = seat.slot_id;
      Status status = SetSeat(transaction_, seat, SeatStatus::Held);
      if (status) status = Store(record);
      if (status) status = FollowDeadline(record, *before);
      if (status) status = FollowWaiting(record, *before);
      if (status) status = FollowMessages(record, *before);
      if (status) status = Audit(record, "offer", kSweeper, "");
      if (!status) return tl::unexpected<Error>(status.error());
      return true;
    }
  }
}

Status Bookings::Job::TakeOffer(BookingRecord& record) {
  const Result<Seat> seat = ReadSeat(transaction_, record.slot_id);
  if (!seat) return Failed(seat);
  // Who booked meanwhile has no second number with the same doctor.
  if (Status held = CheckHeld(*seat, record.patient_id, record.id); !held) return held;
  record.booking.kind =
      domain::KindOf(now_, seat->start, false, rules_.zone, PolicyOf(record.service_id));
  record.booking.start = seat->start;
  record.booking.end = seat->end;
  // A seat that became free after its start: until its end it is not too late.
  if (now_ >= seat->start) record.booking.promised_arrival = seat->end;
  record.doctor_id = seat->doctor_id;
  record.room_id = seat->room_id;
  record.session = seat->session;
  return {};
}

Result<BookingAnswer> Bookings::Job::Wait(const WaitRequest& request) {
  auto done = Remembered(request.operation_id, "");
  if (!done) return Failed(done);
  if (*done) return std::move(**done);
  const std::string day = ToDate(LocalDay(request.from, rules_.zone));
  if (request.until <= request.from || request.until <= now_) return RefuseBooking("closed");
  const std::string all = WaitingPrefix(request.service_id, day);
  const auto waiting = transaction_.Records(kWaiting, all, rules_.most_waiting);
  if (!waiting) return Failed(waiting);
  const auto in_target = [&](const store::Record& one) { return one.key.starts_with(all); };
  const auto count = std::count_if(waiting->begin(), waiting->end(), in_target);
  if (static_cast<std::size_t>(count) >= rules_.most_waiting) return RefuseBooking("full");
  BookingRecord record;
  record.booking.kind = BookingKind::Waiting;
  record.booking.state = State::Waiting;
  record.booking.made_at = now_;
  record.booking.start = request.from;
  record.booking.end = request.until;
  record.patient_id = request.patient_id;
  record.service_id = request.service_id;
  record.doctor_id = request.doctor_id;
  record.channel = request.channel;
  record.operation_id = request.operation_id;
  const std::string text = WaiterText(record);
  for (const store::Record& one : *waiting) {
    if (in_target(one) && one.text == text) return RefuseBooking("already-waiting");
  }
  const Result<store::StoredResource> patient = transaction_.Read("Patient", request.patient_id);
  if (!patient || patient->deleted) return RefuseBooking("unknown-patient");
  Status status = Move(record, std::nullopt);
  if (status) status = Audit(record, "wait", request.who, "");
  if (status) status = Remember(request.operation_id, record);
  if (!status) return tl::unexpected<Error>(status.error());
  return AnswerOf(std::move(record), 0);
}

Status Bookings::Job::Due(const std::string& key) {
  const auto known = transaction_.FindRecord(kDeadlines, key);
  if (!known) return Failed(known);
  if (!*known) return {};  // Somebody else did it.
  const std::string what(WhatOfKey(key));
  if (what.starts_with(kOfSlot)) {
    if (Status gone = transaction_.RemoveRecord(kDeadlines, key); !gone) return gone;
    Result<Seat> seat = ReadSeat(transaction_, what.substr(kOfSlot.size()));
    if (!seat) return seat.error().code == ErrorCode::NotFound ? Status() : Failed(seat);
    if (seat->stopped || seat->status != SeatStatus::Closed) return {};
    return SetSeat(transaction_, *seat, now_ < seat->end ? SeatStatus::Free : SeatStatus::Closed);
  }
  Result<BookingRecord> before = Read(what.substr(std::min(what.size(), kOfAppointment.size())));
  if (!before) {
    const bool gone =
        before.error().code == ErrorCode::NotFound || before.error().code == ErrorCode::Refused;
    return gone ? transaction_.RemoveRecord(kDeadlines, key) : Failed(before);
  }
  BookingRecord record = *before;
  record.booking.state =
      domain::AfterTime(record.booking, now_, rules_.zone, PolicyOf(record.service_id));
  if (record.booking.state == before->booking.state) {
    // Another program changed the booking: what is due now is due at another time.
    const auto next =
        domain::NextDeadline(record.booking, rules_.zone, PolicyOf(record.service_id));
    const std::string right = next ? TimedKey(*next, what) : "";
    if (right == key) return {};  // This very instant is still in time.
    Status status = transaction_.RemoveRecord(kDeadlines, key);
    if (status && next) status = transaction_.PutRecord({kDeadlines, right, "", {}});
    return status;
  }
  if (Status gone = transaction_.RemoveRecord(kDeadlines, key); !gone) return gone;
  if (Status moved = Move(record, *before); !moved) return moved;
  return Audit(record, Name(record.booking.state), kSweeper, "");
}

}  // namespace yizhan::hospital
