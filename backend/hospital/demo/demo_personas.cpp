#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/demo/demo_parts.h"
#include "backend/hospital/queue_ticket.h"
#include "domain/name.h"
#include "domain/ticket.h"

namespace yizhan::hospital {
namespace demo {
namespace {

using fhir::Json;
using std::chrono::hours;
using std::chrono::minutes;
namespace systems = fhir::systems;

Json Text(std::string_view text) { return Json::String(std::string(text)); }

/// The moments around which the personas are arranged, all of today.
class Moments {
 public:
  explicit Moments(const DemoOptions& options) : now_(options.now) {
    const std::chrono::local_days today = LocalDay(options.now, options.zone);
    first_ = AtLocal(today, {}, options.zone);
    last_ = AtLocal(today, hours(23) + minutes(55), options.zone);
  }
  /// `now` + `offset` on the last five minutes, kept within today.
  [[nodiscard]] WallTime At(minutes offset) const {
    const WallTime exact = now_ + offset;
    const auto past = (exact - first_) % minutes(5);
    const WallTime rounded = exact - (past < minutes(0) ? past + minutes(5) : past);
    return std::clamp(rounded, first_, last_);
  }

 private:
  WallTime now_;
  WallTime first_{};
  WallTime last_{};
};

/// Takes away what the last demonstration left on this booking.
void ForgetTickets(Builder& builder, const std::string& appointment_id) {
  const Result<store::SearchQuery> query =
      store::ParseSearch("Task", {{"focus", "Appointment/" + appointment_id}}, TimeZone{});
  if (!query) return;
  const Result<store::SearchResult> found = builder.Store().Search(*query);
  if (!found) return;
  for (const store::StoredResource& task : found->matches) {
    const auto deleted = builder.Store().Delete("Task", task.id);
    if (!deleted) builder.Note(tl::unexpected<Error>(deleted.error()));
  }
}

std::string BookingId(std::size_t patient, int nth = 1) {
  return "a-persona-" + std::to_string(patient) + (nth == 1 ? "" : '-' + std::to_string(nth));
}

void Book(Builder& builder, Booking booking) {
  if (booking.end == WallTime{}) booking.end = booking.start + minutes(30);
  if (booking.id.empty()) booking.id = BookingId(booking.patient);
  ForgetTickets(builder, booking.id);
  builder.PutBooking(booking, builder.Options().zone);
}

void PutInvoice(Builder& builder, const std::string& id, std::size_t patient,
                const domain::LocalText& what, const char* yuan) {
  Json amount = Json::Object({{"value", Json::Number(yuan)}, {"currency", Text("CNY")}});
  Json concept_value = Json::Object();
  fhir::SetText(concept_value, "text", what);
  Json invoice = Resource("Invoice", id);
  invoice.Set("status", Text("issued"));
  invoice.Set("type", concept_value);
  invoice.Set("subject", fhir::Reference("Patient", PatientIdAt(patient)));
  invoice.Set("date", Text(ToInstant(builder.Options().now - hours(1))));
  invoice.Set("lineItem",
              Json::Array({Json::Object(
                  {{"chargeItemCodeableConcept", std::move(concept_value)},
                   {"priceComponent",
                    Json::Array({Json::Object({{"type", Text("base")}, {"amount", amount}})})}})}));
  invoice.Set("totalNet", amount);
  invoice.Set("totalGross", std::move(amount));
  builder.Put(std::move(invoice));
}

/// What patient 1 has to do besides the visit: two bills, a report, a laboratory order (F01).
void PutOtherTasks(Builder& builder) {
  const WallTime now = builder.Options().now;
  PutInvoice(builder, "i-persona-1-a", 1, {"血常规", "Complete blood count"}, "28.00");
  PutInvoice(builder, "i-persona-1-b", 1, {"心电图", "Electrocardiogram"}, "100.50");
  const auto coded = [](const domain::LocalText& name) {
    Json value = Json::Object();
    fhir::SetText(value, "text", name);
    return value;
  };
  Json report = Resource("DiagnosticReport", "r-persona-1");
  report.Set("status", Text("final"));
  report.Set("category",
             Json::Array({fhir::Concept("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB")}));
  report.Set("code", coded({"肝功能", "Liver function tests"}));
  report.Set("subject", fhir::Reference("Patient", PatientIdAt(1)));
  report.Set("effectiveDateTime", Text(ToInstant(now - hours(3))));
  report.Set("issued", Text(ToInstant(now - hours(1))));
  builder.Put(std::move(report));

  Json category =
      fhir::Concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory");
  category.Set("text", Text("laboratory"));
  Json order = Resource("ServiceRequest", "o-persona-1");
  order.Set("status", Text("active"));
  order.Set("intent", Text("order"));
  order.Set("category", Json::Array({std::move(category)}));
  order.Set("code", coded({"空腹血糖", "Fasting glucose"}));
  order.Set("subject", fhir::Reference("Patient", PatientIdAt(1)));
  order.Set("authoredOn", Text(ToInstant(now - hours(1))));
  builder.Put(std::move(order));
}

/// Patient 6 came some minutes ago and waits.
void PutCheckedIn(Builder& builder, const Moments& moments) {
  Booking booking{.id = BookingId(6),
                  .patient = 6,
                  .department = 1,
                  .doctor = 0,
                  .start = moments.At(minutes(10)),
                  .end = {},
                  .status = "arrived",
                  .kind = "confirmed",
                  .invoice_id = ""};
  Book(builder, booking);
  const Department& department = DepartmentAt(1);
  const std::string day = ToLocalDate(builder.Options().now, builder.Options().zone);
  const Result<std::int64_t> number =
      builder.Store().NextNumber(std::string("ticket|") + department.id + '|' + day);
  if (!number) return builder.Note(tl::unexpected<Error>(number.error()));
  QueueTicket ticket;
  ticket.id = "t-persona-6-" + std::to_string(*number);
  ticket.number = domain::TicketNumber(department.letter, static_cast<int>(*number));
  ticket.operation_id = "demo-" + ticket.id;
  ticket.day = day;
  ticket.service_id = department.id;
  ticket.room_id = RoomId(1, 0);
  ticket.patient_id = PatientIdAt(6);
  ticket.masked_name = domain::MaskName(GoldenNames()[5]);
  ticket.appointment_id = booking.id;
  ticket.terminal = "K3";
  ticket.arrived = builder.Options().now - minutes(4);
  ticket.slot_start = booking.start;
  ticket.slot_end = booking.start + minutes(30);
  builder.Put(ToTask(ticket));
}

constexpr DemoPersona kPersonas[] = {
    {"88010000000001", "visit-now"},
    {"88010000000002", "too-early"},
    {"88010000000003", "late"},
    {"88010000000004", "tomorrow"},
    {"88010000000005", "other-site"},
    {"88010000000006", "checked-in"},
    {"88010000000007", "nothing"},
    {"88010000000008", "payment-due"},
    {"88010000000009", "two-visits"},
    {"88010000000010", "guaranteed-late"},
    {"88010000000011", "visit-now", "04A1B2C3D4E5F6"},
    {"88010000000012", "visit-now", "DEADBEEF"},
    {"88010000000013", "visit-now"},
    {"88010000000014", "visit-now"},
    {"88010000000015", "visit-now"},
    {"88010000000016", "visit-now"},
    {"88010000000017", "visit-now"},
    {"88010000000018", "visit-now"},
    {"88010000000019", "visit-now"},
    {"88010000000020", "visit-now"},
    {"88010000000021", "visit-now"},
    {"88010000000022", "visit-now"},
    {"88010000000023", "visit-now"},
    {"88010000000024", "visit-now"},
    {"88010000000025", "visit-now"},
    {"88010000000026", "visit-now"},
    {"88010000000027", "visit-now"},
    {"88010000000028", "visit-now"},
    {"88010000000029", "visit-now"},
    {"88010000000030", "visit-now"},
    {"88010000000031", "to-confirm"},
    {"88010000000032", "offer"},
    {"88010000000033", "free"},
    {"88010000000034", "free"},
    {"88010000000035", "free"},
    {"88010000000036", "free"},
    {"88010000000037", "whole-day"},
    {"88010000000038", "check-up"},
    {"88010000000041", "lab-paid"},
    {"88010000000042", "lab-unpaid"},
    {"88010000000043", "lab-part"},
    {"88010000000044", "lab-series"},
    {"88010000000045", "prescription"},
    {"88010000000046", "prescription-unpaid"},
    {"88010000000047", "exams"},
};
constexpr std::size_t kFirstOrdinaryPersona = 11;
constexpr std::size_t kLastOrdinaryPersona = 30;
/// Departments 9 to 11 are at the other site.
constexpr std::size_t kDepartmentsHere = 9;

}  // namespace

WallTime PersonaTime(const DemoOptions& options, minutes offset) {
  return Moments(options).At(offset);
}

void PutPersonas(Builder& builder) {
  const Moments moments(builder.Options());
  const auto book = [&](std::size_t patient, std::size_t department, minutes offset,
                        minutes length = minutes(30), const char* kind = "confirmed") {
    const WallTime start = moments.At(offset);
    Book(builder, Booking{.id = "",
                          .patient = patient,
                          .department = department,
                          .doctor = patient % kDoctorsEach,
                          .start = start,
                          .end = start + length,
                          .status = "booked",
                          .kind = kind,
                          .invoice_id = ""});
  };
  // 王建国 in 5 诊室 is the doctor on every picture of the demonstration.
  Book(builder, Booking{.id = "",
                        .patient = 1,
                        .department = 0,
                        .doctor = 0,
                        .start = moments.At(minutes(10)),
                        .end = {},
                        .status = "booked",
                        .kind = "confirmed",
                        .invoice_id = ""});
  PutOtherTasks(builder);
  book(2, 0, minutes(180));
  book(3, 2, -minutes(60));
  const WallTime tomorrow =
      AtLocal(LocalDay(builder.Options().now, builder.Options().zone) + std::chrono::days(1),
              hours(9), builder.Options().zone);
  Book(builder, Booking{.id = "",
                        .patient = 4,
                        .department = 3,
                        .doctor = 0,
                        .start = tomorrow,
                        .end = {},
                        .status = "booked",
                        .kind = "confirmed",
                        .invoice_id = ""});
  book(5, 9, minutes(10));
  PutCheckedIn(builder, moments);
  PutInvoice(builder, "i-persona-8", 8, {"挂号费", "Registration fee"}, "25.00");
  Book(builder, Booking{.id = "",
                        .patient = 8,
                        .department = 4,
                        .doctor = 0,
                        .start = moments.At(minutes(10)),
                        .end = {},
                        .status = "booked",
                        .kind = "confirmed",
                        .invoice_id = "i-persona-8"});
  book(9, 0, minutes(10));
  Book(builder, Booking{.id = BookingId(9, 2),
                        .patient = 9,
                        .department = 3,
                        .doctor = 1,
                        .start = moments.At(minutes(15)),
                        .end = {},
                        .status = "booked",
                        .kind = "confirmed",
                        .invoice_id = ""});
  book(10, 5, -minutes(25), minutes(60), "guaranteed");
  book(kWholeDayPersona, 0, minutes(10));
  for (std::size_t patient = kFirstOrdinaryPersona; patient <= kLastOrdinaryPersona; ++patient) {
    book(patient, (patient - kFirstOrdinaryPersona) % kDepartmentsHere, minutes(10));
  }
}

}  // namespace demo

std::span<const DemoPersona> DemoPersonas() { return demo::kPersonas; }

}  // namespace yizhan::hospital
