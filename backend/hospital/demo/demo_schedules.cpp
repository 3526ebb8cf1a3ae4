// What can be booked in the next two weeks: sessions of the doctors, exam devices, check-up
// packages and beds. The same seed gives the same sessions of a day, whenever they are made.
#include <array>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/demo/demo_parts.h"
#include "domain/money.h"

namespace yizhan::hospital::demo {
namespace {

using fhir::Json;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
namespace systems = fhir::systems;

constexpr int kDaysAhead = 13;
/// Seats of later days are sold to nobody in particular: a start must not take long.
constexpr int kDaysWithPatients = 2;
/// Chiefs' numbers of later days are released a week before, in the morning.
constexpr int kReleasedDaysBefore = 7;
constexpr hours kReleasedAt{7};
constexpr minutes kSlot{30};
constexpr std::size_t kFirstOrdinaryPatient = 101;

struct HalfDay {
  const char* session;
  hours from;
  int slots;
};
constexpr HalfDay kMorning{"am", hours(8), 8};
constexpr HalfDay kAfternoon{"pm", hours(14), 6};
constexpr HalfDay kNight{"night", hours(18), 6};

struct OtherService {
  const char* id;
  const char* kind;  ///< As systems::kResourceKind.
  domain::LocalText name;
  const char* area_id;
  domain::LocalText area;
  const char* fee;
  domain::LocalText preparation;
  int seats;
  const char* letter = "";  ///< Of its queue; "": nobody waits for it in one.
  const char* room_id = "";
  domain::LocalText room = {};  ///< Where its numbers are called.
};
const OtherService kOthers[] = {
    {"exam-ultrasound",
     "exam",
     {"腹部超声", "Abdominal ultrasound"},
     "area-imaging",
     {"医技楼 2 层影像科", "Medical Technology Building, floor 2, Imaging"},
     "120.00",
     {"检查前 8 小时不要进食，可以喝少量水。",
      "Do not eat for 8 hours before. A little water is fine."},
     1},
    {"exam-ct",
     "exam",
     {"CT 平扫", "CT scan"},
     "area-imaging",
     {"医技楼 2 层影像科", "Medical Technology Building, floor 2, Imaging"},
     "260.00",
     {"请取下金属物品；怀孕请先告诉医生。",
      "Take off metal things. Tell the doctor if you are pregnant."},
     2},
    {kUnitPackage,
     "check-up",
     {"基础体检套餐", "Basic check-up"},
     "area-checkup",
     {"门诊楼 7 层体检中心", "Outpatient Building, floor 7, Check-up Centre"},
     "380.00",
     {"请空腹前来，抽血前不要吃早饭。", "Come without breakfast; blood is drawn first."},
     3,
     "T",
     "room-checkup-1",
     {"1 号体检室", "Check-up Room 1"}},
    {"checkup-senior",
     "check-up",
     {"老年体检套餐", "Senior check-up"},
     "area-checkup",
     {"门诊楼 7 层体检中心", "Outpatient Building, floor 7, Check-up Centre"},
     "680.00",
     {"请空腹前来，并带上常用药的药盒。",
      "Come without breakfast and bring the boxes of your medicines."},
     2,
     "W",
     "room-checkup-2",
     {"2 号体检室", "Check-up Room 2"}},
    {"bed-cardiology",
     "bed",
     {"心血管内科病床", "Cardiology ward bed"},
     "area-inpatient",
     {"住院楼 1 层住院服务中心", "Inpatient Building, floor 1, Service Centre"},
     "",
     {"请带身份证、医保卡和洗漱用品。", "Bring your identity card, insurance card and toiletries."},
     2},
    {"bed-surgery",
     "bed",
     {"普通外科病床", "General surgery ward bed"},
     "area-inpatient",
     {"住院楼 1 层住院服务中心", "Inpatient Building, floor 1, Service Centre"},
     "",
     {"请带身份证、医保卡和洗漱用品。", "Bring your identity card, insurance card and toiletries."},
     1},
};

Json Text(std::string_view text) { return Json::String(std::string(text)); }

/// One day being filled. Its own random numbers, so that a day does not depend on the others.
struct Day {
  Builder& builder;
  DemoRandom random;
  std::chrono::local_days date;
  std::string name;  ///< "2026-03-10"
  int ahead = 0;     ///< Days from today.

  [[nodiscard]] WallTime At(minutes time) const {
    return AtLocal(date, time, builder.Options().zone);
  }
  [[nodiscard]] bool IsWeekend() const {
    const std::chrono::weekday weekday(date);
    return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
  }
};

std::string SessionId(std::size_t department, std::size_t doctor, const Day& day,
                      const HalfDay& half) {
  return "schedule-" + DoctorId(department, doctor) + '-' + day.name + '-' + half.session;
}

/// How much of a session is sold: some are full, some nearly free.
std::size_t SoldPercent(Day& day) {
  constexpr std::array<std::size_t, 6> kShares = {100, 85, 60, 40, 25, 10};
  return kShares[day.random.Below(kShares.size())];
}

void PutSession(Day& day, std::size_t department, std::size_t doctor, const HalfDay& half) {
  Builder& builder = day.builder;
  const std::string id = SessionId(department, doctor, day, half);
  const WallTime start = day.At(half.from);
  SessionTerms terms = TermsOfDoctor(doctor);
  terms.session = half.session;
  if (doctor == 0 && day.ahead > kReleasedDaysBefore) {
    terms.release_at =
        AtLocal(day.date - days(kReleasedDaysBefore), kReleasedAt, builder.Options().zone);
  }
  terms.active = !(department == 2 && doctor == 1 && day.ahead == 3);  // 停诊
  builder.Put(ScheduleOf(id,
                         {fhir::Reference("Practitioner", DoctorId(department, doctor)),
                          fhir::Reference("HealthcareService", DepartmentAt(department).id),
                          fhir::Reference("Location", RoomId(department, doctor))},
                         start, start + kSlot * half.slots, terms));
  // 王建国 has numbers left whenever somebody looks at the demonstration.
  const std::size_t sold = department == 0 && doctor == 0 ? 50 : SoldPercent(day);
  for (int s = 0; s < half.slots; ++s) {
    Booking booking;
    booking.department = department;
    booking.doctor = doctor;
    booking.start = start + kSlot * s;
    booking.end = booking.start + kSlot;
    booking.schedule_id = id;
    booking.session = half.session;
    booking.id = id.substr(sizeof("schedule-") - 1) + '-' + std::to_string(s);
    const bool taken = terms.active && !terms.release_at && day.random.Chance(sold);
    if (!taken || day.ahead > kDaysWithPatients) {
      const char* status = taken ? "busy" : terms.active ? "free" : "busy-unavailable";
      builder.Put(SlotOf("s-" + booking.id, id, booking.start, booking.end, status, "clinic"));
      continue;
    }
    booking.patient =
        kFirstOrdinaryPatient + day.random.Below(kPatients - kFirstOrdinaryPatient + 1);
    if (day.random.Chance(10)) booking.kind = "guaranteed";
    builder.PutBooking(booking, builder.Options().zone);
  }
}

void PutDoctors(Day& day) {
  const std::size_t working = day.IsWeekend() ? 12 : 32;
  for (std::size_t department = 0; department < kDepartments; ++department) {
    for (std::size_t doctor = 0; doctor < kDoctorsEach; ++doctor) {
      // The first doctor of cardiology is there every morning.
      const bool always = department == 0 && doctor == 0;
      if (always || day.random.Chance(working)) PutSession(day, department, doctor, kMorning);
      if (day.random.Chance(working)) PutSession(day, department, doctor, kAfternoon);
      if (doctor == 1 && department < 3) PutSession(day, department, doctor, kNight);
    }
  }
}

void PutOtherSessions(Day& day) {
  for (const OtherService& other : kOthers) {
    const bool exam = std::string_view(other.kind) == "exam";
    const bool bed = std::string_view(other.kind) == "bed";
    if (day.IsWeekend() && !exam && !bed) continue;
    const std::string id = std::string("schedule-") + other.id + '-' + day.name;
    const WallTime start = day.At(bed ? hours(9) : hours(8));
    const int slots = bed ? 1 : exam ? 7 : 5;
    const SessionTerms terms{.kind = other.kind, .level = "", .session = "am", .fee = other.fee};
    day.builder.Put(ScheduleOf(id,
                               {fhir::Reference("HealthcareService", other.id),
                                fhir::Reference("Location", other.area_id)},
                               start, start + kSlot * slots, terms));
    for (int s = 0; s < slots; ++s) {
      for (int seat = 0; seat < other.seats; ++seat) {
        const bool sold = day.random.Chance(35);
        Json slot = SlotOf(std::string("s-") + other.id + '-' + day.name + '-' + std::to_string(s) +
                               '-' + std::to_string(seat),
                           id, start + kSlot * s, start + kSlot * (s + 1),
                           sold ? "busy-unavailable" : "free", other.kind);
        if (std::string_view(other.id) == kUnitPackage && seat == 0) {
          slot.Set("extension",
                   Json::Array({Json::Object(
                       {{"url", Text(systems::kQuota)}, {"valueString", Text(kUnitContract)}})}));
        }
        day.builder.Put(std::move(slot));
      }
    }
  }
}

}  // namespace

SessionTerms TermsOfDoctor(std::size_t doctor) {
  SessionTerms terms;
  terms.level = doctor == 0 ? "chief" : doctor < 3 ? "deputy" : "ordinary";
  terms.fee = doctor == 0 ? "50.00" : doctor < 3 ? "35.00" : "20.00";
  return terms;
}

Json ScheduleOf(const std::string& id, const std::vector<Json>& actors, WallTime start,
                WallTime end, const SessionTerms& terms) {
  Json schedule = Resource("Schedule", id);
  SetWord(schedule, systems::kSessionLevel, "valueCode", terms.level);
  SetWord(schedule, systems::kSession, "valueCode", terms.session);
  SetInstant(schedule, systems::kReleaseAt, terms.release_at);
  SetMoney(schedule, systems::kFee, domain::ParseYuan(terms.fee).value_or(0));
  schedule.Set("active", Json::Boolean(terms.active));
  schedule.Set("serviceCategory", Json::Array({fhir::Concept(systems::kResourceKind, terms.kind)}));
  schedule.Set("actor", Json::Array(actors));
  schedule.Set("planningHorizon",
               Json::Object({{"start", Text(ToInstant(start))}, {"end", Text(ToInstant(end))}}));
  return schedule;
}

Json SlotOf(const std::string& id, const std::string& schedule_id, WallTime start, WallTime end,
            const char* status, const char* kind) {
  Json slot = Resource("Slot", id);
  slot.Set("serviceCategory", Json::Array({fhir::Concept(systems::kResourceKind, kind)}));
  slot.Set("schedule", fhir::Reference("Schedule", schedule_id));
  slot.Set("status", Text(status));
  slot.Set("start", Text(ToInstant(start)));
  slot.Set("end", Text(ToInstant(end)));
  return slot;
}

void PutOtherServices(Builder& builder) {
  for (const OtherService& other : kOthers) {
    builder.Put(PlaceOf(other.area_id, other.area, "area", "site-main"));
    Json service = Resource("HealthcareService", other.id);
    service.Set("active", Json::Boolean(true));
    service.Set("providedBy", fhir::Reference("Organization", "hospital"));
    service.Set("type", Json::Array({fhir::Concept(systems::kResourceKind, other.kind)}));
    Json locations = Json::Array({fhir::Reference("Location", other.area_id)});
    if (*other.letter != '\0') {
      service.Set("identifier",
                  Json::Array({fhir::Identifier(systems::kQueueLetter, other.letter)}));
      builder.Put(PlaceOf(other.room_id, other.room, "ro", other.area_id));
      locations.Append(fhir::Reference("Location", other.room_id));
    }
    service.Set("location", std::move(locations));
    fhir::SetText(service, "name", other.name);
    fhir::SetText(service, "extraDetails", other.preparation);
    builder.Put(std::move(service));
  }
}

void PutComingDays(Builder& builder) {
  const auto today = LocalDay(builder.Options().now, builder.Options().zone);
  for (int ahead = 1; ahead <= kDaysAhead; ++ahead) {
    const auto date = today + days(ahead);
    const auto number = static_cast<std::uint64_t>(date.time_since_epoch().count());
    Day day{builder, DemoRandom(builder.Options().seed * 1'000'003 + number), date, ToDate(date),
            ahead};
    if (builder.Exists("Schedule", SessionId(0, 0, day, kMorning))) continue;
    PutDoctors(day);
    PutOtherSessions(day);
  }
}

void PutBookingPersonas(Builder& builder) {
  const DemoOptions& options = builder.Options();
  const auto today = LocalDay(options.now, options.zone);
  const auto date = today + days(3);
  const std::string schedule_id =
      "schedule-" + DoctorId(0, 0) + '-' + ToDate(date) + '-' + kMorning.session;
  BookingRecord record;
  record.booking.kind = domain::BookingKind::Confirmed;
  record.booking.state = domain::BookingState::PendingConfirm;
  record.booking.made_at = options.now - hours(20);
  record.booking.start = AtLocal(date, hours(11) + minutes(40), options.zone);
  record.booking.end = record.booking.start + minutes(20);
  record.service_id = DepartmentAt(0).id;
  record.doctor_id = DoctorId(0, 0);
  record.room_id = RoomId(0, 0);
  record.session = kMorning.session;
  record.channel = "phone-agent";
  record.id = "a-persona-31";
  record.patient_id = PatientIdAt(31);
  record.slot_id = "s-" + record.id;
  builder.Put(SlotOf(record.slot_id, schedule_id, record.booking.start, record.booking.end, "busy",
                     "clinic"));
  builder.Put(ToAppointment(record));

  // On the waiting list for that morning; a seat became free and is held for this person.
  BookingRecord offered = record;
  offered.id = "a-persona-32";
  offered.patient_id = PatientIdAt(32);
  offered.slot_id = "s-" + offered.id;
  offered.booking.kind = domain::BookingKind::Waiting;
  offered.booking.state = domain::BookingState::Offered;
  offered.booking.held_until = options.now + hours(2);
  builder.Put(SlotOf(offered.slot_id, schedule_id, record.booking.start, record.booking.end,
                     "busy-tentative", "clinic"));
  offered.booking.start = AtLocal(date, hours(8), options.zone);
  offered.booking.end = AtLocal(date, hours(12), options.zone);
  offered.channel = "kiosk";
  builder.Put(ToAppointment(offered));
}

}  // namespace yizhan::hospital::demo
