#include "backend/hospital/demo/demo_hospital.h"

#include <gmock/gmock.h>

#include <set>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/contracts.h"
#include "backend/hospital/demo/people.h"
#include "domain/id_number.h"
#include "domain/name.h"
#include "tests/backend/hospital_fixture.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

class DemoHospitalTest : public test::HospitalFixture {
 protected:
  void Make(const std::string& now) {
    clock.Set(now);
    hospital.reset();
    store.reset();
    std::filesystem::remove_all(folder.Path() + "/hospital.db");
    std::filesystem::remove_all(folder.Path() + "/hospital.db-wal");
    std::filesystem::remove_all(folder.Path() + "/hospital.db-shm");
    if (engine == test::Engine::Postgres) MakeDatabase();
    Reopen();
    const Status made = MakeDemoHospital(*store, {20260310, clock.Now(), zone});
    ASSERT_TRUE(made) << made.error().detail;
    Restart();
  }
  /// What a terminal on the main site would hear about each persona's appointments.
  std::string Situation(int patient) {
    const std::string id = std::string(patient < 10 ? "p-000" : "p-00") + std::to_string(patient);
    const std::string day = ToLocalDate(clock.Now(), zone);
    const std::string found =
        Find("Appointment", "patient=Patient/" + id + "&_sort=date&date=ge" + day);
    std::string said;
    std::size_t from = 0;
    while (from < found.size()) {
      const std::size_t space = std::min(found.find(' ', from), found.size());
      const std::string appointment = found.substr(from, space - from);
      const std::string answer = Said(
          hospital->CheckIn(appointment, Parameters("op-" + appointment, "", "", "site-main")));
      said +=
          (said.empty() ? "" : ", ") + (answer.size() == 4 ? "ok " + answer.substr(0, 1) : answer);
      from = space + 1;
    }
    return said;
  }
};

TEST_F(DemoHospitalTest, F14_F26_AMemberWhoIsAPatientAlreadyIsBookedAsThatPatient) {
  Make("2026-03-09T22:10:00Z");
  const fhir::Json patient = test::Parse(store->Read("Patient", "p-0009")->text);
  const std::string number = fhir::IdentifierValue(patient, fhir::systems::kIdCardNumber);
  ASSERT_TRUE(domain::IsIdNumber(number));
  const auto imported = ImportMembers(
      *store, hospital->Booking(),
      {"import-1", "unit:hongda", "office", {{fhir::PersonName(patient), number, ""}}});
  ASSERT_TRUE(imported) << imported.error().detail;
  ASSERT_EQ(imported->booked.size(), 1U)
      << (imported->errors.empty() ? "" : imported->errors[0].code);
  EXPECT_EQ(imported->booked[0].patient_id, "p-0009");
}

TEST_F(DemoHospitalTest, EveryPersonaIsInItsSituation) {
  for (const char* now : {"2026-03-10T01:03:20Z", "2026-03-10T06:59:59Z", "2026-03-09T22:10:00Z",
                          "2026-03-10T14:00:00Z"}) {
    Make(now);
    EXPECT_EQ(Situation(1), "ok A") << now;
    EXPECT_EQ(Situation(2), "422 too-early");
    EXPECT_EQ(Situation(3), "422 late");
    EXPECT_EQ(Situation(4), "422 wrong-day");
    EXPECT_EQ(Situation(5), "422 wrong-site");
    EXPECT_EQ(Situation(6), "422 already-checked-in");
    EXPECT_EQ(Situation(7), "");
    EXPECT_EQ(Situation(8), "422 payment-due");
    EXPECT_EQ(Situation(9), "ok A, ok D");
    EXPECT_EQ(Situation(10), "ok F");
    EXPECT_EQ(Situation(30), "ok B");
    EXPECT_EQ(Situation(38), "ok T") << "a unit's member with a package";
    EXPECT_NE(Find("ServiceRequest", "patient=p-0038&status=active&category=imaging"), "");
  }
}

TEST_F(DemoHospitalTest, NowStaysTodayAtTheEdgesOfTheDay) {
  for (const char* now : {"2026-03-09T16:00:00Z", "2026-03-09T16:04:00Z", "2026-03-10T15:40:00Z",
                          "2026-03-10T15:59:30Z"}) {
    Make(now);
    EXPECT_EQ(Situation(1), "ok A") << now;
    EXPECT_EQ(Situation(5), "422 wrong-site") << now;
    EXPECT_EQ(Situation(9), "ok A, ok D") << now;
  }
}

TEST_F(DemoHospitalTest, FirstPersonaHasExactlyFiveThingsToDo) {
  Make("2026-03-10T01:03:20Z");
  EXPECT_EQ(Find("Appointment", "patient=p-0001&status=booked"), "a-persona-1");
  EXPECT_EQ(Find("Invoice", "patient=p-0001&status=issued"), "i-persona-1-a i-persona-1-b");
  EXPECT_EQ(Find("DiagnosticReport", "patient=p-0001&status=final,amended,corrected"),
            "r-persona-1");
  EXPECT_EQ(Find("ServiceRequest", "patient=p-0001&status=active"), "o-persona-1");
  EXPECT_EQ(Find("Patient", "identifier=urn:yizhan:card-number|88010000000001"), "p-0001");
}

TEST_F(DemoHospitalTest, AnotherStartPutsThePersonasBackIntoTheirSituations) {
  Make("2026-03-10T01:03:20Z");
  EXPECT_EQ(Situation(1), "ok A");
  clock.Set("2026-03-10T05:00:00Z");
  ASSERT_TRUE(MakeDemoHospital(*store, {20260310, clock.Now(), zone}));
  EXPECT_EQ(
      Said(hospital->CheckIn("a-persona-1", Parameters("new", "", "", "site-main"))).substr(0, 1),
      "A");
  EXPECT_EQ(*store->Count("Patient"), 2000);
}

TEST_F(DemoHospitalTest, TwoWeeksCanBeBookedAndTheBookingPersonasAreReady) {
  Make("2026-03-10T01:03:20Z");
  for (int ahead = 1; ahead <= 13; ++ahead) {
    const std::string day = ToDate(LocalDay(clock.Now(), zone) + std::chrono::days(ahead));
    EXPECT_NE(Find("Slot", "status=free&service-category=clinic&start=" + day), "") << day;
    EXPECT_NE(Find("Slot", "status=free&service-category=exam&start=" + day), "") << day;
  }
  EXPECT_EQ(Find("Appointment", "patient=p-0031&status=pending"), "a-persona-31");
  EXPECT_EQ(Find("Appointment", "patient=p-0032&status=waitlist"), "a-persona-32");
  EXPECT_EQ(Find("Appointment", "patient=p-0033"), "");
  const domain::BookingState confirmed = hospital->Booking()
                                             .Act({.operation_id = "op-c",
                                                   .appointment_id = "a-persona-31",
                                                   .act = domain::BookingAct::Confirm,
                                                   .who = "K3",
                                                   .reason = ""})
                                             .value()
                                             .record.booking.state;
  EXPECT_EQ(confirmed, domain::BookingState::Booked);
  const auto accepted = hospital->Booking().Act({.operation_id = "op-a",
                                                 .appointment_id = "a-persona-32",
                                                 .act = domain::BookingAct::Accept,
                                                 .who = "K3",
                                                 .reason = ""});
  ASSERT_TRUE(accepted) << accepted.error().detail;
  EXPECT_EQ(ToLocalHourMinute(accepted->record.booking.start, zone), "11:40");
  // The next start puts both back.
  ASSERT_TRUE(MakeDemoHospital(*store, {20260310, clock.Now(), zone}));
  EXPECT_EQ(Find("Appointment", "patient=p-0031&status=pending"), "a-persona-31");
}

TEST_F(DemoHospitalTest, PeopleAreOfEveryKindAndTheirNumbersAreValid) {
  Make("2026-03-10T01:03:20Z");
  EXPECT_EQ(*store->Count("Patient"), 2000);
  EXPECT_GE(*store->Count("HealthcareService"), 12);
  EXPECT_EQ(*store->Count("Practitioner"), 63) << "60 doctors, three at the desks of the centre";
  SearchAll("Patient", [&](const Json& patient) {
    const std::string name = fhir::PersonName(patient);
    EXPECT_FALSE(name.empty());
    EXPECT_NE(domain::MaskName(name), "*");
    const std::string id = patient["identifier"][1]["value"].AsString();
    ASSERT_EQ(id.size(), 18U);
    EXPECT_EQ(IdCheckDigit(id.substr(0, 17)), id.back());
    std::string birth = patient["birthDate"].AsString();
    std::erase(birth, '-');
    EXPECT_EQ(id.substr(6, 8), birth);
    EXPECT_EQ((id[16] - '0') % 2 == 1, patient["gender"].AsString() == "male");
  });
  EXPECT_EQ(IdCheckDigit("11010519491231002"), 'X');
  EXPECT_EQ(IdCheckDigit("44052418800101001"), '4');
}

}  // namespace
}  // namespace yizhan::hospital
