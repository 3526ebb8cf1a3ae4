// What the hospital changed about a booking, a late patient, and a visit that a follow-up suggests
// (domain.md F18, F20, F27), with real processes on both sides.
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "domain/money.h"
#include "tests/e2e/lobby.h"

namespace yizhan::e2e {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr const char* kDoctor = "dr-cardiology-2";
/// Of the same title; never there at night.
constexpr const char* kSubstitute = "dr-cardiology-3";
constexpr int kMostParts = 4;

class ChangedBookingTest : public LobbyTest {
 protected:
  /// A night session of kDoctor with at least three free seats: every test has its own.
  struct Night {
    std::string schedule;
    int ahead = 0;  ///< Days from today.
    std::vector<std::string> free;
  };
  static void TakeNight(Night& night) {
    const auto today = LocalDay(SystemClock().Now(), TimeZone{});
    for (++last_ahead_; last_ahead_ < 13; ++last_ahead_) {
      night = {};
      night.ahead = last_ahead_;
      night.schedule = std::string("schedule-") + kDoctor + '-' +
                       ToDate(today + std::chrono::days(night.ahead)) + "-night";
      const auto slots =
          world_->Get("fhir/Slot?status=free&_sort=start&schedule=Schedule/" + night.schedule);
      ASSERT_OK(slots);
      for (const Json& entry : (*slots)["entry"].Items()) {
        night.free.push_back(entry["resource"]["id"].AsString());
      }
      if (night.free.size() >= 3) return;
    }
    FAIL() << "no night with free seats";
  }
  static Json Caller() {
    Json parameters = Json::Object({{"resourceType", Json::String("Parameters")}});
    fhir::AddParameter(parameters, "operation-id", "valueString",
                       Json::String("e2e-op-" + std::to_string(++operations_)));
    fhir::AddParameter(parameters, "terminal", "valueString", Json::String("office"));
    fhir::AddParameter(parameters, "channel", "valueCode", Json::String("desk"));
    return parameters;
  }
  /// The id of the nth person with nothing booked.
  static void Person(int nth) {
    const auto number = PersonaCard("free", nth);
    ASSERT_OK(number);
    const auto found =
        world_->Get("fhir/Patient?identifier=" +
                    fhir::EncodeQuery(std::string(systems::kCardNumber) + '|' + *number));
    ASSERT_OK(found);
    patient_ = (*found)["entry"][0]["resource"]["id"].AsString();
    ASSERT_FALSE(patient_.empty());
  }
  /// Books the seat for the person, prepaid or not.
  static void Book(const std::string& slot, bool prepaid) {
    Json body = Caller();
    fhir::AddParameter(body, "patient", "valueReference", fhir::Reference("Patient", patient_));
    fhir::AddParameter(body, "slot", "valueReference", fhir::Reference("Slot", slot));
    if (prepaid) fhir::AddParameter(body, "prepay", "valueBoolean", Json::Boolean(true));
    const auto booked = world_->Post("fhir/Appointment/$book", body);
    ASSERT_OK(booked);
    booking_ = fhir::ParameterOf(*booked, "appointment")["id"].AsString();
    if (!prepaid) return;
    Json paid = Caller();
    fhir::AddParameter(paid, "paid", "valueMoney", fhir::ParameterOf(*booked, "fee"));
    ASSERT_OK(world_->Post("fhir/Appointment/" + booking_ + "/$take", paid));
  }
  static void Substitute(const Night& night) {
    Json body = Caller();
    fhir::AddParameter(body, "practitioner", "valueReference",
                       fhir::Reference("Practitioner", kSubstitute));
    fhir::AddParameter(body, "reason", "valueString", Json::String("出诊医生生病"));
    ASSERT_OK(world_->Post("fhir/Schedule/" + night.schedule + "/$substitute", body));
  }
  static Json Booking(const std::string& id) {
    return world_->Get("fhir/Appointment/" + id).value_or(Json());
  }
  /// The person's appointments that stand.
  static std::vector<Json> Standing() {
    const auto found =
        world_->Get("fhir/Appointment?status=booked,pending&patient=Patient/" + patient_);
    std::vector<Json> all;
    if (!found) return all;
    for (const Json& entry : (*found)["entry"].Items()) all.push_back(entry["resource"]);
    return all;
  }
  /// Fen of a money extension; 0: none.
  static std::int64_t Money(const Json& appointment, const char* url) {
    for (const Json& extension : appointment["extension"].Items()) {
      if (extension["url"].AsString() != url) continue;
      return domain::ParseYuan(extension["valueMoney"]["value"].AsNumberText()).value_or(-1);
    }
    return 0;
  }
  static void Tap(const std::string& item, const char* page, const char* text = "") {
    for (int part = 0; part < kMostParts; ++part) {
      if (world_->Terminal().Tap(item)) break;
      if (!world_->Terminal().Tap("next-part")) break;
    }
    ASSERT_OK(world_->Await(page, text));
  }
  static void TapFirst(const char* prefix, const char* page) {
    ASSERT_OK(world_->Terminal().TapFirst(prefix));
    ASSERT_OK(world_->Await(page));
  }
  /// After the home page was looked up anew nothing waits for an answer.
  static void ExpectSettled() {
    ASSERT_OK(world_->Terminal().Tap("another"));
    const auto home = world_->Await("home");
    ASSERT_OK(home);
    EXPECT_FALSE(Shows(*home, "有变动")) << home->Write(true);
  }

  static inline int last_ahead_ = 2;
  static inline int operations_ = 0;
  static inline std::string patient_;
  static inline std::string booking_;
};

TEST_F(ChangedBookingTest, F20_ASubstituteIsAgreedToAtTheTerminalAndNotAskedAgain) {
  Night night;
  ASSERT_NO_FATAL_FAILURE(TakeNight(night));
  ASSERT_NO_FATAL_FAILURE(Person(0));
  ASSERT_NO_FATAL_FAILURE(Book(night.free[0], false));
  ASSERT_NO_FATAL_FAILURE(Substitute(night));
  LayDown("free", 0);
  ASSERT_OK(world_->Await("home", "预约有变动"));
  const std::size_t before = Pages();
  ASSERT_NO_FATAL_FAILURE(Tap("main", "booking-changed", "代诊"));
  ASSERT_NO_FATAL_FAILURE(Tap("agree", "read-back", "请核对"));
  ASSERT_NO_FATAL_FAILURE(Tap("confirm", "booking-result", "凭条已打印"));
  EXPECT_TRUE(rig::WaitUntil([&] { return Pages() == before + 1; }));
  const Json booking = Booking(booking_);
  EXPECT_EQ(booking["status"].AsString(), "booked");
  for (const Json& one : booking["participant"].Items()) {
    EXPECT_EQ(one["status"].AsString(), "accepted");
  }
  EXPECT_NE(booking.Write().find(std::string("Practitioner/") + kSubstitute), std::string::npos);
  ExpectSettled();
}

TEST_F(ChangedBookingTest, F20_AnotherTimeInPlaceOfASubstituteIsPaidByWhatWasPaid) {
  Night night;
  ASSERT_NO_FATAL_FAILURE(TakeNight(night));
  ASSERT_NO_FATAL_FAILURE(Person(1));
  ASSERT_NO_FATAL_FAILURE(Book(night.free[0], true));
  const std::string old = booking_;
  const std::int64_t paid = Money(Booking(old), systems::kPrepaid);
  ASSERT_GT(paid, 0);
  ASSERT_NO_FATAL_FAILURE(Substitute(night));
  const auto doctor = world_->Get(std::string("fhir/Practitioner/") + kSubstitute);
  ASSERT_OK(doctor);
  LayDown("free", 1);
  ASSERT_OK(world_->Await("home", "预约有变动"));
  ASSERT_NO_FATAL_FAILURE(Tap("main", "booking-changed", "已付的钱不会少"));
  ASSERT_NO_FATAL_FAILURE(Tap("another-time", "choose-day", "心血管内科"));
  // Earlier or later the same evening, with the doctor who has the same price.
  ASSERT_NO_FATAL_FAILURE(Tap("day-" + std::to_string(night.ahead), "choose-doctor"));
  const auto doctors = world_->Terminal().State();
  ASSERT_OK(doctors);
  const std::string row = ButtonOf(*doctors, (*doctor)["name"][0]["text"].AsString());
  ASSERT_NO_FATAL_FAILURE(Tap(row, "choose-time"));
  ASSERT_NO_FATAL_FAILURE(TapFirst("time-", "read-back"));
  ASSERT_OK(world_->Await("read-back", "已付的挂号费直接用于这个号"));
  ASSERT_NO_FATAL_FAILURE(Tap("confirm", "booking-result", "已付"));
  ASSERT_OK(world_->Await("booking-result", "凭条已打印"));
  const std::vector<Json> standing = Standing();
  ASSERT_EQ(standing.size(), 1U);
  EXPECT_NE(standing[0]["id"].AsString(), old);
  EXPECT_EQ(Money(standing[0], systems::kPrepaid), paid);
  EXPECT_EQ(Booking(old)["status"].AsString(), "cancelled");
  EXPECT_EQ(Money(Booking(old), systems::kRefund), 0);
  EXPECT_EQ(Money(Booking(old), systems::kPenalty), 0);
  ExpectSettled();
}

TEST_F(ChangedBookingTest, F20_AStoppedClinicIsTakenAtAnotherTimeAndAllTheMoneyGoesBack) {
  Night night;
  ASSERT_NO_FATAL_FAILURE(TakeNight(night));
  ASSERT_NO_FATAL_FAILURE(Person(2));
  ASSERT_NO_FATAL_FAILURE(Book(night.free[0], true));
  const std::string old = booking_;
  const std::int64_t paid = Money(Booking(old), systems::kPrepaid);
  Json body = Caller();
  fhir::AddParameter(body, "reason", "valueString", Json::String("医生急诊手术"));
  ASSERT_OK(world_->Post("fhir/Schedule/" + night.schedule + "/$stop", body));
  LayDown("free", 2);
  ASSERT_OK(world_->Await("home", "预约有变动"));
  ASSERT_NO_FATAL_FAILURE(Tap("main", "booking-changed", "停诊"));
  ASSERT_OK(world_->Await("booking-changed", "全额退回"));
  ASSERT_NO_FATAL_FAILURE(Tap("another-time", "choose-day", "心血管内科"));
  ASSERT_NO_FATAL_FAILURE(TapFirst("day-", "choose-doctor"));
  ASSERT_NO_FATAL_FAILURE(TapFirst("doctor-", "choose-time"));
  ASSERT_NO_FATAL_FAILURE(TapFirst("time-", "read-back"));
  ASSERT_NO_FATAL_FAILURE(Tap("confirm", "booking-result", "凭条已打印"));
  const std::vector<Json> standing = Standing();
  ASSERT_EQ(standing.size(), 1U);
  EXPECT_EQ(Money(standing[0], systems::kPrepaid), 0);
  EXPECT_EQ(Money(Booking(old), systems::kRefund), paid);
  EXPECT_EQ(Money(Booking(old), systems::kPenalty), 0);
  ExpectSettled();
}

TEST_F(ChangedBookingTest, F27_AFollowUpIsBookedInFourTouches) {
  ASSERT_NO_FATAL_FAILURE(Person(3));
  const auto today = LocalDay(SystemClock().Now(), TimeZone{});
  const auto at = [&](int days) {
    return Json::String(ToDate(today + std::chrono::days(days)) + "T00:00:00+08:00");
  };
  Json input;
  input.Set("type", fhir::Concept(systems::kFollowUpInput, "service"));
  input.Set("valueReference", fhir::Reference("HealthcareService", "cardiology"));
  Json period;
  period.Set("start", at(1)).Set("end", at(7));
  Json restriction;
  restriction.Set("period", period);
  Json task;
  task.Set("resourceType", Json::String("Task"))
      .Set("status", Json::String("requested"))
      .Set("intent", Json::String("plan"))
      .Set("code", fhir::Concept(systems::kTaskCode, "follow-up"))
      .Set("businessStatus", fhir::Concept(systems::kFollowUpStatus, "suggested"))
      .Set("for", fhir::Reference("Patient", patient_))
      .Set("owner", fhir::Reference("Practitioner", "dr-cardiology-1"))
      .Set("input", Json::Array({input}))
      .Set("restriction", restriction);
  const auto made = world_->Post("fhir/Task", task);
  ASSERT_OK(made);
  LayDown("free", 3);
  ASSERT_OK(world_->Await("home", "建议您复诊"));
  ASSERT_NO_FATAL_FAILURE(Tap("main", "choose-day", "王建国"));
  ASSERT_NO_FATAL_FAILURE(TapFirst("day-", "choose-time"));
  ASSERT_NO_FATAL_FAILURE(TapFirst("time-", "read-back"));
  ASSERT_NO_FATAL_FAILURE(Tap("confirm", "booking-result", "王建国"));
  ASSERT_OK(world_->Await("booking-result", "凭条已打印"));
  const auto followed = world_->Get("fhir/Task/" + (*made)["id"].AsString());
  ASSERT_OK(followed);
  EXPECT_EQ(fhir::CodeOf((*followed)["businessStatus"], systems::kFollowUpStatus), "booked");
  ASSERT_OK(world_->Terminal().Tap("another"));
  const auto home = world_->Await("home");
  ASSERT_OK(home);
  EXPECT_FALSE(Shows(*home, "建议您复诊"));
}

TEST_F(ChangedBookingTest, F18_WhoWillBeLateSaysSoAndThePlaceIsKept) {
  LayDown("visit-now", 3);
  ASSERT_OK(world_->Await("home", "我的预约"));
  ASSERT_NO_FATAL_FAILURE(Tap("service-2", "my-bookings"));
  ASSERT_NO_FATAL_FAILURE(Tap("booking-0", "read-back"));
  ASSERT_NO_FATAL_FAILURE(Tap("tell-late", "choose-arrival", "不登记的话"));
  ASSERT_NO_FATAL_FAILURE(Tap("arrival-0", "booking-result", "号源为您保留到"));
  const auto found =
      world_->Get("fhir/Appointment?status=booked&patient.identifier=" +
                  fhir::EncodeQuery(std::string(systems::kCardNumber) + '|' + number_));
  ASSERT_OK(found);
  EXPECT_NE(found->Write().find(systems::kPromisedArrival), std::string::npos);
}

TEST_F(ChangedBookingTest, WithoutTheHospitalNothingIsAnsweredAndTheTerminalSaysSo) {
  Night night;
  ASSERT_NO_FATAL_FAILURE(TakeNight(night));
  ASSERT_NO_FATAL_FAILURE(Person(0));
  ASSERT_NO_FATAL_FAILURE(Book(night.free[1], false));
  ASSERT_NO_FATAL_FAILURE(Substitute(night));
  LayDown("free", 0);
  ASSERT_OK(world_->Await("home", "预约有变动"));
  ASSERT_NO_FATAL_FAILURE(Tap("main", "booking-changed"));
  ASSERT_NO_FATAL_FAILURE(Tap("agree", "read-back"));
  world_->StopHospital();
  const auto touched = world_->Terminal().Tap("confirm");
  const auto away = world_->Await("booking-trouble", "需要联网");
  ASSERT_OK(world_->StartHospital());
  ASSERT_OK(touched);
  ASSERT_OK(away);
}

}  // namespace
}  // namespace yizhan::e2e
