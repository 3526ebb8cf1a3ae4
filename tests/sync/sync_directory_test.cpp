#include <gtest/gtest.h>

#include "kiosk/sync/booking_records.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/records.h"
#include "kiosk/sync/trim.h"
#include "tests/sync/small_hospital.h"

namespace yizhan::sync {
namespace {

using fhir::Json;
using test::Parse;
using test::SmallDirectory;

domain::Visit Described(const Directory& directory, const std::string& participants) {
  domain::Visit visit;
  directory.Describe(Parse("{\"participant\":" + participants + "}"), visit);
  return visit;
}

TEST(DirectoryTest, ACircleOfPlacesDoesNotHoldTheTerminal) {
  Directory directory;
  directory.Put(Parse(R"({"resourceType":"Location","id":"a","name":"A",
      "partOf":{"reference":"Location/b"}})"));
  directory.Put(Parse(R"({"resourceType":"Location","id":"b","name":"B",
      "partOf":{"reference":"Location/a"}})"));
  directory.Put(Parse(R"({"resourceType":"Location","id":"self",
      "partOf":{"reference":"Location/self"}})"));
  const auto visit = Described(directory, R"([{"actor":{"reference":"Location/a"}}])");
  EXPECT_EQ(visit.room.zh, "A");
  EXPECT_TRUE(visit.site_id.Empty());
  EXPECT_TRUE(Described(directory, R"([{"actor":{"reference":"Location/self"}}])").site_id.Empty());
}

TEST(DirectoryTest, NothingKnownDescribesNothing) {
  const char* participants[] = {"null",
                                "7",
                                "[]",
                                "[null,1,[]]",
                                R"([{"actor":"Patient/1"}])",
                                R"([{"actor":{"reference":"Practitioner/nobody"}}])",
                                R"([{"actor":{"reference":"PractitionerRole/none"}}])",
                                R"([{"actor":{"reference":"https://elsewhere/fhir/Location/1"}}])"};
  for (const char* odd : participants) {
    const auto visit = Described(SmallDirectory(), odd);
    EXPECT_EQ(visit.service.zh, "") << odd;
    EXPECT_EQ(visit.doctor, "") << odd;
    EXPECT_TRUE(visit.site_id.Empty()) << odd;
  }
}

TEST(DirectoryTest, ARoleNamesDoctorServiceAndRoom) {
  const auto visit =
      Described(SmallDirectory(), R"([{"actor":{"reference":"PractitionerRole/wang-cardio"}}])");
  EXPECT_EQ(visit.doctor, "王建国");
  EXPECT_EQ(visit.service_id.Value(), "cardio");
  EXPECT_EQ(visit.room.zh, "5 诊室");
  EXPECT_EQ(visit.site_id.Value(), "east");
}

TEST(DirectoryTest, AServiceThatNoDirectoryKnowsIsNamedByTheAppointment) {
  domain::Visit visit;
  Directory().Describe(Parse(R"({"serviceType":[{"text":"皮肤科"}]})"), visit);
  EXPECT_EQ(visit.service.zh, "皮肤科");
}

TEST(DirectoryTest, ALetterThatCannotStandOnATicketIsNone) {
  for (const char* letter : {"a", "ABCD", "A\\n", "甲", "1", ""}) {
    Directory directory;
    directory.Put(Parse(R"({"resourceType":"HealthcareService","id":"s","identifier":[
        {"system":"urn:yizhan:queue-letter","value":")" +
                        std::string(letter) + "\"}]}"));
    const auto visit = Described(directory, R"([{"actor":{"reference":"HealthcareService/s"}}])");
    EXPECT_EQ(visit.queue_letter, "") << letter;
  }
}

TEST(DirectoryTest, F18_F24_ADepartmentsLimitsAreTheHospitalsOwnWordsNotTheTerminals) {
  Directory directory = SmallDirectory();
  const domain::ServiceId cardio("cardio");
  EXPECT_FALSE(directory.PolicyOf(cardio)) << "nothing was told";
  EXPECT_FALSE(ToVisit(test::Appointment(), directory)->kept_until);
  directory.Put(test::Terms());
  ASSERT_TRUE(directory.PolicyOf(cardio));
  EXPECT_EQ(directory.PolicyOf(cardio)->check_in.late_after_start, std::chrono::minutes(35));
  EXPECT_EQ(directory.PolicyOf(domain::ServiceId("ent"))->check_in.late_after_start,
            std::chrono::minutes(20));
  EXPECT_EQ(directory.Terms()->rebook_within, std::chrono::days(60));
  const auto visit = ToVisit(test::Appointment(), directory);
  EXPECT_EQ(visit->opens_at, ParseInstant("2026-03-10T08:20:00+08:00"));
  EXPECT_EQ(visit->kept_until, ParseInstant("2026-03-10T09:35:00+08:00"));
  Json made_before = test::Appointment();
  made_before.Set("created", Json::String("2026-03-01T10:00:00+08:00"));
  const auto booking = ReadBooking(made_before, directory);
  ASSERT_TRUE(booking);
  EXPECT_EQ(booking->times.advised_arrival, ParseInstant("2026-03-10T08:50:00+08:00"));
  EXPECT_EQ(booking->times.cancel_until, ParseInstant("2026-03-09T20:00:00+08:00"));
  directory.Replace("Parameters", {});
  EXPECT_FALSE(directory.PolicyOf(cardio));
}

TEST(DirectoryTest, F18_ALateNoticeKeepsTheNumberAlsoInWhatTheTerminalRemembers) {
  Directory directory = SmallDirectory();
  directory.Put(test::Terms());
  Json late = test::Appointment();
  late.Set("extension", Parse(R"([{"url":"urn:yizhan:promised-arrival",
      "valueInstant":"2026-03-10T09:50:00+08:00"},
      {"url":"urn:elsewhere:note","valueString":"血压偏高"}])"));
  const auto at_end = ParseInstant("2026-03-10T09:30:00+08:00");
  EXPECT_EQ(ToVisit(late, directory)->kept_until, ParseInstant("2026-03-10T09:35:00+08:00"))
      << "never shorter than without a notice";
  directory.Replace("Parameters", {Parse(R"({"resourceType":"Parameters","id":"booking-terms",
      "parameter":[{"name":"hospital"}]})")});
  EXPECT_EQ(ToVisit(late, directory)->kept_until, at_end) << "at most to the slot's end";
  const Json remembered = TrimAppointment(late);
  EXPECT_EQ(ToVisit(remembered, directory)->kept_until, at_end);
  EXPECT_EQ(remembered["extension"].Items().size(), 1U);
}

TEST(DirectoryTest, RulesThatMakeNoSenseAreNotKept) {
  Json odd = test::Terms();
  odd.At("parameter").Append(Parse(R"({"name":"hospital"})"));
  EXPECT_EQ(TrimDirectory(odd), TrimDirectory(test::Terms())) << "the first one counts";
  Json bad = Parse(R"({"resourceType":"Parameters","id":"booking-terms","parameter":[
      {"name":"hospital","part":[{"name":"late-after-minutes","valueInteger":-5}]}]})");
  EXPECT_TRUE(TrimDirectory(bad).IsNull());
  Directory directory;
  directory.Put(bad);
  EXPECT_EQ(directory.Terms(), nullptr);
}

TEST(DirectoryTest, WhoLeftTheHospitalIsNoLongerListed) {
  Directory directory = SmallDirectory();
  EXPECT_EQ(directory.Lists(std::nullopt).doctors.size(), 1U);
  directory.Replace("Practitioner", {});
  EXPECT_EQ(directory.Lists(std::nullopt).doctors.size(), 0U);
  directory.Put(Parse(R"({"resourceType":"HealthcareService","id":"cardio","active":false,
      "name":"心血管内科"})"));
  EXPECT_EQ(directory.Lists(std::nullopt).departments.size(), 0U);
}

TEST(DirectoryTest, NobodyWaitingIsZeroAndNotKnowingIsNothing) {
  const Directory directory = SmallDirectory();
  EXPECT_EQ(directory.Lists(std::nullopt).departments.at(0).waiting, std::nullopt);
  EXPECT_EQ(directory.Lists(std::map<std::string, int>()).departments.at(0).waiting, 0);
  const std::map<std::string, int> waiting = {{"HealthcareService/cardio", 7}};
  const auto lists = directory.Lists(waiting);
  EXPECT_EQ(lists.departments.at(0).waiting, 7);
  EXPECT_EQ(lists.departments.at(0).name.en, "Cardiology");
  EXPECT_EQ(lists.departments.at(0).detail.zh, "门诊楼 3 层 B 区");
  EXPECT_EQ(lists.doctors.at(0).name.zh, "王建国");
  EXPECT_EQ(lists.doctors.at(0).detail.zh, "主任医师 · 心血管内科");
}

TEST(DirectoryTest, TakesOnlyItsOwnTypesWithAnId) {
  Directory directory;
  directory.Put(Json());
  directory.Put(test::Patient());
  directory.Put(Parse(R"({"resourceType":"Location"})"));
  directory.Put(Parse(R"({"resourceType":"Location","id":"a/b"})"));
  directory.Put(Parse(R"({"resourceType":["Location"],"id":"a"})"));
  EXPECT_TRUE(directory.Empty());
}

Json Plan(const std::string& id, const std::string& status, const std::string& service,
          const std::string& actions) {
  return Parse(R"({"resourceType":"PlanDefinition","id":")" + id + R"(","status":")" + status +
               R"(","description":"secret","useContext":[{"code":{"code":"program"},)" +
               R"("valueReference":{"reference":"HealthcareService/)" + service +
               R"("}}],"action":)" + actions + "}");
}

TEST(DirectoryTest, F14_APackageTellsWhatItContains) {
  Directory directory = test::SmallDirectory();
  const domain::ServiceId package("cardio");
  EXPECT_TRUE(directory.ContentsOf(package).empty());
  Json plan = Plan("p1", "active", "cardio",
                   R"([{"title":"血常规","code":[{"coding":[{"code":"CBC"}]}]},7,{},null,
                       {"title":"心电图","_title":{"extension":[{"url":
                       "http://hl7.org/fhir/StructureDefinition/translation","extension":
                       [{"url":"lang","valueCode":"en"},{"url":"content","valueString":"ECG"}]}]}}])");
  EXPECT_EQ(TrimDirectory(TrimDirectory(plan)), TrimDirectory(plan)) << "as it is kept";
  EXPECT_EQ(TrimDirectory(plan).Write().find("secret"), std::string::npos);
  directory.Put(plan);
  const auto contents = directory.ContentsOf(package);
  ASSERT_EQ(contents.size(), 2U);
  EXPECT_EQ(contents[0].zh, "血常规");
  EXPECT_EQ(contents[1].en, "ECG");
  EXPECT_TRUE(directory.ContentsOf(domain::ServiceId("other")).empty());
  directory.Put(Plan("p2", "retired", "cardio", R"([{"title":"旧项目"}])"));
  EXPECT_EQ(directory.ContentsOf(package).size(), 2U) << "out of use";
  directory.Put(Plan("p3", "active", "cardio", R"([{"title":"肝功能"}])"));
  EXPECT_TRUE(directory.ContentsOf(package).empty()) << "nobody knows which of two counts";
}

TEST(DirectoryTest, F14_NobodyIsSentOnAWayRoundThatNoPlanTells) {
  Directory directory = test::SmallDirectory();
  directory.Put(Parse(R"({"resourceType":"HealthcareService","id":"cardio","name":"体检","type":[
      {"coding":[{"system":"urn:yizhan:resource-kind","code":"check-up"}]}]})"));
  const Json appointment = test::Appointment();
  ASSERT_EQ(directory.KindOf(domain::ServiceId("cardio")), domain::ResourceKind::CheckUp);
  EXPECT_FALSE(ToVisit(appointment, directory)->is_check_up);
  directory.Put(Plan("p1", "active", "cardio", R"([{"title":"血常规"}])"));
  EXPECT_TRUE(ToVisit(appointment, directory)->is_check_up);
  directory.Put(Plan("p2", "active", "cardio", R"([{"title":"肝功能"}])"));
  EXPECT_FALSE(ToVisit(appointment, directory)->is_check_up) << "nor of two that differ";
}

TEST(DirectoryTest, F14_AnEndlessOrBrokenPackageTellsNoMoreThanAListHolds) {
  Directory directory;
  std::string many = "[";
  for (int i = 0; i < 5000; ++i) many += R"({"title":"项目"},)";
  directory.Put(Plan("p1", "active", "cardio", many + "{}]"));
  EXPECT_LE(directory.ContentsOf(domain::ServiceId("cardio")).size(), 32U);
  for (const char* odd : {"null", "7", "{}", R"("x")", R"([[{"title":"x"}]])"}) {
    directory.Put(Plan("p1", "active", "cardio", odd));
    EXPECT_TRUE(directory.ContentsOf(domain::ServiceId("cardio")).empty()) << odd;
  }
}

TEST(TrimTest, KeepsNoTelephoneNoPhotographAndNoEndlessName) {
  Json doctor = Parse(R"({"resourceType":"Practitioner","id":"wang","name":[{"text":"王建国"}],
      "telecom":[{"value":"13800000000"}],"photo":[{"data":"AAAA"}],"birthDate":"1970-01-01",
      "text":{"div":"<div>secret</div>"},"meta":{"versionId":"3"}})");
  EXPECT_EQ(TrimDirectory(doctor),
            Parse(R"({"resourceType":"Practitioner","id":"wang","name":[{"text":"王建国"}]})"));
  doctor.Set("name", Json::Array({Json::Object({{"text", Json::String(std::string(9999, 'x'))}})}));
  EXPECT_FALSE(TrimDirectory(doctor).Has("name"));
}

TEST(TrimTest, AnAppointmentKeepsNoNameAndNoReason) {
  const std::string kept = TrimAppointment(test::Appointment()).Write();
  EXPECT_EQ(kept.find("张"), std::string::npos);
  EXPECT_EQ(kept.find("血压"), std::string::npos);
  EXPECT_EQ(kept.find("lastUpdated"), std::string::npos);
  const auto visit = ToVisit(Parse(kept), SmallDirectory());
  ASSERT_TRUE(visit);
  EXPECT_EQ(visit->room.zh, "5 诊室");
  EXPECT_EQ(TrimInvoice(test::Invoice()).Write().find("挂号"), std::string::npos);
}

}  // namespace
}  // namespace yizhan::sync
