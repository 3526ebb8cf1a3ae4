#include "backend/hospital/booking/booking_job.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/booking/contracts.h"
#include "backend/hospital/booking/fee_invoice.h"
#include "backend/hospital/day_search.h"
#include "backend/hospital/refunds/refund_book.h"
#include "domain/money.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using domain::BookingKind;
using fhir::Json;
using State = domain::BookingState;
namespace systems = fhir::systems;

constexpr const char* kOperations = "booking-operation";
/// More bookings of one person on one day are no person's.
constexpr std::size_t kMostOfADay = 50;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

const char* CodeOfLimit(domain::LimitReached limit) {
  switch (limit) {
    case domain::LimitReached::PerDay: return "limit-day";
    case domain::LimitReached::PerServiceAndSession: return "limit-session";
    case domain::LimitReached::PerDoctorAndDay: return "limit-doctor";
    case domain::LimitReached::None: break;
  }
  return "";
}

/// A person at the counter or the terminal today registers on site; nothing bars that (2.4).
bool IsOnSite(const std::string& channel) { return channel == "desk" || channel == "kiosk"; }

const char* NameOf(BookingAct act) {
  switch (act) {
    case BookingAct::Take: return "take";
    case BookingAct::Confirm: return "confirm";
    case BookingAct::Cancel: return "cancel";
    case BookingAct::CheckIn: return "check-in";
    case BookingAct::Begin: return "begin";
    case BookingAct::Finish: return "finish";
    case BookingAct::Stop: return "stop";
    case BookingAct::Offer: return "offer";
    case BookingAct::Accept: return "accept";
    case BookingAct::Decline: return "decline";
    case BookingAct::Withdraw: return "withdraw";
  }
  return "";
}

}  // namespace

tl::unexpected<Error> RefuseBooking(const char* code) { return Fail(ErrorCode::Refused, code); }

const domain::BookingPolicy& Bookings::Job::PolicyOf(const std::string& service_id) const {
  const auto own = rules_.by_service.find(service_id);
  return own == rules_.by_service.end() ? rules_.policy : own->second;
}

BookingAnswer Bookings::Job::AnswerOf(BookingRecord record, std::int64_t fee_minor) const {
  BookingAnswer answer;
  answer.times = domain::TimesOf(record.booking, rules_.zone, PolicyOf(record.service_id));
  answer.record = std::move(record);
  answer.fee_minor = fee_minor;
  return answer;
}

Status Bookings::Job::CheckSeat(const Seat& seat, const BookRequest& request) const {
  if (seat.stopped) return RefuseBooking("stopped");
  if (now_ < seat.release_at) return RefuseBooking("not-released");
  if (now_ >= seat.end || (now_ > seat.closes_at && !owed_)) return RefuseBooking("closed");
  if (!seat.quota.empty() && seat.quota != request.quota) return RefuseBooking("no-quota");
  if (seat.status != SeatStatus::Free) return RefuseBooking("full");
  return {};
}

Result<std::vector<BookingRecord>> Bookings::Job::BookingsOf(const std::string& patient_id,
                                                             std::chrono::local_days day) {
  Result<store::SearchQuery> query = store::ParseSearch(
      "Appointment",
      OnDay({{"patient", "Patient/" + patient_id}}, "date", ToDate(day), rules_.zone), rules_.zone);
  if (!query) return Failed(query);
  query->count = kMostOfADay;
  const Result<store::SearchResult> found = transaction_.Search(*query);
  if (!found) return Failed(found);
  std::vector<BookingRecord> bookings;
  for (const store::StoredResource& stored : found->matches) {
    const Result<Json> body = Json::Parse(stored.text);
    if (!body) return Failed(body);
    if (auto record = FromAppointment(*body)) bookings.push_back(std::move(*record));
  }
  return bookings;
}

Status Bookings::Job::CheckBarred(const std::string& patient_id) {
  const WallTime since = now_ - rules_.no_show.within - rules_.no_show.barred_for;
  Result<store::SearchQuery> query = store::ParseSearch("Appointment",
                                                        {{"patient", "Patient/" + patient_id},
                                                         {"status", "noshow"},
                                                         {"date", "ge" + ToInstant(since)}},
                                                        rules_.zone);
  if (!query) return Failed(query);
  const Result<store::SearchResult> found = transaction_.Search(*query);
  if (!found) return Failed(found);
  std::vector<WallTime> missed;
  for (const store::StoredResource& stored : found->matches) {
    const Result<Json> body = Json::Parse(stored.text);
    const auto record = body ? FromAppointment(*body) : std::nullopt;
    if (record && !record->booking.penalty_waived) missed.push_back(record->booking.start);
  }
  if (domain::BarredUntil(missed, now_, rules_.no_show)) return RefuseBooking("barred");
  return {};
}

Status Bookings::Job::CheckPerson(const Seat& seat, const BookRequest& request) {
  const Result<store::StoredResource> stored = transaction_.Read("Patient", request.patient_id);
  if (!stored && stored.error().code != ErrorCode::NotFound) return Failed(stored);
  if (!stored || stored->deleted) return RefuseBooking("unknown-patient");
  const Result<Json> patient = Json::Parse(stored->text);
  if (!patient) return Failed(patient);
  if (patient->Has("active") && !(*patient)["active"].AsBoolean()) {
    return RefuseBooking("unknown-patient");
  }
  const auto day = LocalDay(seat.start, rules_.zone);
  const bool on_site = IsOnSite(request.channel) && day == LocalDay(now_, rules_.zone);
  if (!on_site && !owed_) {
    if (Status barred = CheckBarred(request.patient_id); !barred) return barred;
  }
  return CheckHeld(seat, request.patient_id, "");
}

Status Bookings::Job::CheckHeld(const Seat& seat, const std::string& patient_id,
                                const std::string& except) {
  const auto day = LocalDay(seat.start, rules_.zone);
  const auto bookings = BookingsOf(patient_id, day);
  if (!bookings) return Failed(bookings);
  std::vector<domain::HeldBooking> held;
  for (const BookingRecord& one : *bookings) {
    if (one.id == except) continue;
    held.push_back({one.booking.state, day, one.service_id, one.doctor_id, one.session});
  }
  const domain::HeldBooking wanted{State::Booked, day, seat.service_id, seat.doctor_id,
                                   seat.session};
  const auto limit = domain::CheckLimits(held, wanted, rules_.limits);
  if (limit != domain::LimitReached::None) return RefuseBooking(CodeOfLimit(limit));
  return {};
}

Result<BookingAnswer> Bookings::Job::Book(const BookRequest& request) {
  auto done = Remembered(request.operation_id, "");
  if (!done) return Failed(done);
  if (*done) return std::move(**done);
  Result<Seat> seat = ReadSeat(transaction_, request.slot_id);
  if (!seat) return Failed(seat);
  if (Status sellable = CheckSeat(*seat, request); !sellable) {
    return tl::unexpected<Error>(sellable.error());
  }
  if (Status allowed = CheckPerson(*seat, request); !allowed) {
    return tl::unexpected<Error>(allowed.error());
  }
  const domain::BookingPolicy& policy = PolicyOf(seat->service_id);
  BookingRecord record;
  const bool is_paid = paid_by_ != nullptr && paid_by_->booking.prepaid_minor == seat->fee_minor;
  const bool prepay = request.prepay && seat->fee_minor > 0 && !is_paid;
  record.booking.kind = domain::KindOf(now_, seat->start, prepay || is_paid, rules_.zone, policy);
  record.booking.state = State::Locked;
  record.booking.made_at = now_;
  record.booking.start = seat->start;
  record.booking.end = seat->end;
  record.booking.held_until = now_ + policy.lock_for;
  record.patient_id = request.patient_id;
  record.service_id = seat->service_id;
  record.doctor_id = seat->doctor_id;
  record.room_id = seat->room_id;
  record.slot_id = seat->slot_id;
  record.session = seat->session;
  record.channel = request.channel;
  record.operation_id = request.operation_id;
  record.quota = request.quota;
  auto payer = PayerOf(transaction_, request.quota);
  if (!payer) return Failed(payer);
  record.payer = std::move(*payer);
  record.is_added = seat->is_added;
  record.follow_up_id = request.follow_up_id;
  if (!request.notes.empty()) record.body.Set("comment", fhir::Json::String(request.notes));
  if (is_paid) {
    record.booking.prepaid_minor = paid_by_->booking.prepaid_minor;
    record.invoice_id = paid_by_->invoice_id;
  }
  if (prepay) {
    Result<std::string> invoice = CreateFeeInvoice(transaction_, record.patient_id,
                                                   "registration-fee", seat->fee_minor, now_);
    if (!invoice) return Failed(invoice);
    record.invoice_id = std::move(*invoice);
  } else {
    const auto state = domain::After(record.booking, BookingAct::Take, now_, rules_.zone, policy);
    if (!state) return Failed(state);
    record.booking.state = *state;
  }
  const SeatStatus becomes = prepay ? SeatStatus::Held : SeatStatus::Taken;
  Status status = SetSeat(transaction_, *seat, becomes);
  if (status) status = Move(record, std::nullopt);
  if (status) status = Audit(record, "book", request.who, "");
  if (status) status = Remember(request.operation_id, record);
  if (!status) return tl::unexpected<Error>(status.error());
  return AnswerOf(std::move(record), seat->fee_minor);
}

Result<BookingAnswer> Bookings::Job::Act(const ActRequest& request) {
  auto done = Remembered(request.operation_id, request.appointment_id);
  if (!done) return Failed(done);
  if (*done) return std::move(**done);
  Result<BookingRecord> before = Read(request.appointment_id);
  if (!before) return Failed(before);
  BookingRecord record = *before;
  const bool stopped = before->booking.state == State::Stopped;
  if (stopped && request.act == BookingAct::Withdraw) return GiveUpRebooking(*before, request);
  if (request.act == BookingAct::Confirm) record.awaits_answer = false;
  if (request.act == BookingAct::Take) {
    record.booking.prepaid_minor = request.paid_minor;
    const bool held = before->booking.state == State::Locked;
    if (Status right = held ? CheckPrice(record) : Status(); !right)
      return tl::unexpected<Error>(right.error());
  }
  const domain::BookingPolicy& policy = PolicyOf(record.service_id);
  const auto state = domain::After(record.booking, request.act, now_, rules_.zone, policy);
  if (!state) return Failed(state);
  record.booking.state = *state;
  Status status;
  if (request.act == BookingAct::Accept) status = TakeOffer(record);
  if (!request.payment_order.empty()) {
    status = KeepPaymentOrder(transaction_, record.id, request.payment_order);
  }
  const bool moves = *state != before->booking.state;
  const bool answers = record.awaits_answer != before->awaits_answer;
  if (status && moves) status = Move(record, *before);
  if (status && answers && !moves) status = Store(record);
  if (status) status = Audit(record, NameOf(request.act), request.who, request.reason);
  if (status) status = Remember(request.operation_id, record);
  if (!status) return tl::unexpected<Error>(status.error());
  return AnswerOf(std::move(record), 0);
}

Result<BookingAnswer> Bookings::Job::NoticeLate(const LateNotice& notice) {
  Result<BookingRecord> before = Read(notice.appointment_id);
  if (!before) return Failed(before);
  const domain::BookingPolicy& policy = PolicyOf(before->service_id);
  if (before->booking.state != State::Booked) return RefuseBooking("wrong-state");
  if (domain::AfterTime(before->booking, now_, rules_.zone, policy) != State::Booked) {
    return RefuseBooking("too-late");
  }
  BookingRecord record = *before;
  record.booking.promised_arrival = notice.promised;
  Status status = Move(record, *before);
  const std::string said = notice.channel + ' ' + ToInstant(notice.promised);
  if (status) status = Audit(record, "late-notice", notice.who, said);
  if (!status) return tl::unexpected<Error>(status.error());
  return AnswerOf(std::move(record), 0);
}

Result<BookingAnswer> Bookings::Job::Waive(const std::string& id, const std::string& who,
                                           const std::string& reason) {
  if (reason.empty()) return RefuseBooking("wrong-state");
  Result<BookingRecord> before = Read(id);
  if (!before) return Failed(before);
  if (before->booking.state != State::NoShow || before->booking.penalty_waived) {
    return RefuseBooking("wrong-state");
  }
  BookingRecord record = *before;
  record.booking.penalty_waived = true;
  Status status = Move(record, *before);
  if (status) status = Audit(record, "waive-penalty", who, reason);
  if (!status) return tl::unexpected<Error>(status.error());
  return AnswerOf(std::move(record), 0);
}

Result<BookingRecord> Bookings::Job::Read(const std::string& id) {
  const Result<store::StoredResource> stored = transaction_.Read("Appointment", id);
  if (!stored) return Failed(stored);
  if (stored->deleted) return Fail(ErrorCode::NotFound, "Appointment was deleted");
  const Result<Json> body = Json::Parse(stored->text);
  if (!body) return Failed(body);
  auto record = FromAppointment(*body);
  if (!record) return RefuseBooking("wrong-state");
  record->version = stored->version;
  return std::move(*record);
}

Status Bookings::Job::Audit(const BookingRecord& record, std::string_view act,
                            const std::string& who, const std::string& reason) {
  const AuditedAct audited{.act = act,
                           .who = who,
                           .where = "",
                           .task_id = "",
                           .appointment_id = record.id,
                           .reason = reason,
                           .when = now_};
  const auto kept = transaction_.Create(ToAuditEvent(audited));
  return kept ? Status() : Failed(kept);
}

Result<std::optional<BookingAnswer>> Bookings::Job::Remembered(const std::string& operation_id,
                                                               const std::string& appointment_id) {
  if (operation_id.empty()) return std::optional<BookingAnswer>();
  const auto kept = transaction_.FindRecord(kOperations, operation_id);
  if (!kept) return Failed(kept);
  if (!*kept) return std::optional<BookingAnswer>();
  Result<BookingRecord> record = Read((*kept)->text);
  if (!record) return Failed(record);
  const bool other = !appointment_id.empty() && appointment_id != record->id;
  if (other) return Fail(ErrorCode::Conflict, "operation-id belongs to another act");
  return std::optional(AnswerOf(std::move(*record), 0));
}

Status Bookings::Job::Remember(const std::string& operation_id, const BookingRecord& record) {
  if (operation_id.empty()) return {};
  return transaction_.AddRecord(
      {kOperations, operation_id, record.id, now_ + store::kOperationMemory});
}

}  // namespace yizhan::hospital
