#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/demo/demo_parts.h"
#include "backend/hospital/queue_ticket.h"
#include "domain/name.h"
#include "domain/ticket.h"

namespace yizhan::hospital::demo {
namespace {

using fhir::Json;
using std::chrono::hours;
using std::chrono::minutes;
namespace systems = fhir::systems;

constexpr minutes kSlot{15};
/// The clinics run this late, so that there are people who wait.
constexpr minutes kBehind{45};
constexpr hours kFirstSession{6};
constexpr hours kLastSession{23};
/// Patients of the personas and their spares never appear in ordinary bookings.
constexpr std::size_t kFirstOrdinaryPatient = 101;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

Json Participant(const char* type, const std::string& id) {
  return Json::Object({{"actor", fhir::Reference(type, id)}, {"status", Text("accepted")}});
}

std::string ScheduleId(std::size_t department, std::size_t doctor, const std::string& day) {
  return "schedule-" + DoctorId(department, doctor) + '-' + day;
}

void PutSchedule(Builder& builder, std::size_t d, std::size_t i, const std::string& day,
                 WallTime midnight) {
  builder.Put(ScheduleOf(ScheduleId(d, i, day),
                         {fhir::Reference("Practitioner", DoctorId(d, i)),
                          fhir::Reference("HealthcareService", DepartmentAt(d).id),
                          fhir::Reference("Location", RoomId(d, i))},
                         midnight + kFirstSession, midnight + kLastSession, TermsOfDoctor(i)));
}

void PutSlot(Builder& builder, const std::string& id, const std::string& schedule_id,
             WallTime start, WallTime end, const char* status) {
  builder.Put(SlotOf(id, schedule_id, start, end, status, "clinic"));
}

/// A patient who has arrived: the ticket in the state that the moment gives it.
struct Arrival {
  Booking booking;
  WallTime arrived{};
  TicketStatus status = TicketStatus::Waiting;
};

std::string MaskedNameOf(Builder& builder, std::size_t patient) {
  const auto stored = builder.Store().Read("Patient", PatientIdAt(patient));
  if (!stored) return "";
  const Result<Json> body = Json::Parse(stored->text);
  return domain::MaskName(body ? fhir::PersonName(*body) : "");
}

void PutTicket(Builder& builder, const Arrival& arrival, const std::string& day) {
  const Department& department = DepartmentAt(arrival.booking.department);
  const Result<std::int64_t> number =
      builder.Store().NextNumber(std::string("ticket|") + department.id + '|' + day);
  if (!number) return builder.Note(tl::unexpected<Error>(number.error()));
  QueueTicket ticket;
  ticket.id = "t-" + arrival.booking.id;
  ticket.number = domain::TicketNumber(department.letter, static_cast<int>(*number));
  ticket.operation_id = "demo-" + arrival.booking.id;
  ticket.day = day;
  ticket.service_id = department.id;
  ticket.room_id = RoomId(arrival.booking.department, arrival.booking.doctor);
  ticket.patient_id = PatientIdAt(arrival.booking.patient);
  ticket.masked_name = MaskedNameOf(builder, arrival.booking.patient);
  ticket.appointment_id = arrival.booking.id;
  ticket.terminal = "K" + std::to_string(1 + builder.Random().Below(4));
  ticket.arrived = arrival.arrived;
  ticket.slot_start = arrival.booking.start;
  ticket.slot_end = arrival.booking.end;
  ticket.status = arrival.status;
  if (arrival.status == TicketStatus::Done) {
    ticket.first_called = arrival.booking.start + minutes(builder.Random().Below(10));
    ticket.last_called = ticket.first_called;
    ticket.finished = *ticket.first_called + minutes(4 + builder.Random().Below(6));
  }
  builder.Put(ToTask(ticket));
}

/// How an ordinary booking stands at this moment, and whether it has a ticket.
std::optional<Arrival> ArrivalOf(Builder& builder, Booking& booking) {
  const WallTime now = builder.Options().now;
  const bool is_past = booking.end <= now - kBehind;
  const bool may_be_here = booking.start <= now + minutes(25);
  if (!is_past && !(may_be_here && builder.Random().Chance(75))) return std::nullopt;
  if (is_past && builder.Random().Chance(12)) {
    booking.status = "noshow";
    return std::nullopt;
  }
  booking.status = is_past ? "fulfilled" : "arrived";
  Arrival arrival{booking, {}, is_past ? TicketStatus::Done : TicketStatus::Waiting};
  arrival.arrived = std::min(now - minutes(1), booking.start) -
                    std::chrono::seconds(builder.Random().Below(20 * 60));
  return arrival;
}

void PutSessions(Builder& builder, std::size_t department, const std::string& day,
                 WallTime midnight) {
  std::vector<Arrival> arrivals;
  const auto slots = static_cast<std::size_t>((kLastSession - kFirstSession) / kSlot);
  for (std::size_t doctor = 0; doctor < kDoctorsEach; ++doctor) {
    PutSchedule(builder, department, doctor, day, midnight);
    for (std::size_t s = 0; s < slots; ++s) {
      Booking booking;
      booking.department = department;
      booking.doctor = doctor;
      booking.start = midnight + kFirstSession + kSlot * static_cast<int>(s);
      booking.end = booking.start + kSlot;
      booking.id = "a-" + DoctorId(department, doctor) + '-' + day + '-' + std::to_string(s);
      if (!builder.Random().Chance(70)) {
        PutSlot(builder, "s-" + booking.id, ScheduleId(department, doctor, day), booking.start,
                booking.end, "free");
        continue;
      }
      booking.patient =
          kFirstOrdinaryPatient + builder.Random().Below(kPatients - kFirstOrdinaryPatient + 1);
      if (builder.Random().Chance(10)) booking.kind = "guaranteed";
      if (std::optional<Arrival> arrival = ArrivalOf(builder, booking)) {
        arrivals.push_back(std::move(*arrival));
      }
      builder.PutBooking(booking, builder.Options().zone);
    }
  }
  std::ranges::sort(arrivals, {}, &Arrival::arrived);
  for (const Arrival& arrival : arrivals) PutTicket(builder, arrival, day);
}

}  // namespace

void Builder::PutBooking(const Booking& booking, TimeZone zone) {
  const std::string day = ToLocalDate(booking.start, zone);
  PutSlot(*this, "s-" + booking.id,
          booking.schedule_id.empty() ? ScheduleId(booking.department, booking.doctor, day)
                                      : booking.schedule_id,
          booking.start, booking.end, "busy");
  Json appointment = Resource("Appointment", booking.id);
  SetWord(appointment, systems::kBookingKind, "valueCode", booking.kind);
  SetWord(appointment, systems::kSession, "valueCode", booking.session);
  appointment.Set("status", Text(booking.status));
  if (!booking.invoice_id.empty()) {
    appointment.Set("supportingInformation",
                    Json::Array({fhir::Reference("Invoice", booking.invoice_id)}));
  }
  appointment.Set("start", Text(ToInstant(booking.start)));
  appointment.Set("end", Text(ToInstant(booking.end)));
  appointment.Set("slot", Json::Array({fhir::Reference("Slot", "s-" + booking.id)}));
  appointment.Set(
      "participant",
      Json::Array({Participant("Patient", PatientIdAt(booking.patient)),
                   Participant("HealthcareService", DepartmentAt(booking.department).id),
                   Participant("Location", RoomId(booking.department, booking.doctor)),
                   Participant("Practitioner", DoctorId(booking.department, booking.doctor))}));
  Put(std::move(appointment));
}

void PutDay(Builder& builder) {
  const TimeZone zone = builder.Options().zone;
  const std::string day = ToLocalDate(builder.Options().now, zone);
  if (builder.Exists("Schedule", ScheduleId(0, 0, day))) return;
  const WallTime midnight = AtLocal(LocalDay(builder.Options().now, zone), {}, zone);
  for (std::size_t department = 0; department < kDepartments; ++department) {
    PutSessions(builder, department, day, midnight);
  }
}

}  // namespace yizhan::hospital::demo
