// $booking-terms: what a hospital tells terminals about its limits (F17-F22, F24).
#include "backend/fhir/booking_terms.h"

#include "backend/r4/validate.h"
#include "tests/backend/fhir_fixture.h"

namespace yizhan::fhir {
namespace {

using std::chrono::minutes;

Json Of(const std::string& parameters) {
  return Json::Parse(R"({"resourceType":"Parameters","parameter":[)" + parameters + "]}").value();
}
std::string Hospital(const std::string& parts) {
  return R"({"name":"hospital","part":[)" + parts + "]}";
}
std::string Department(const std::string& service, const std::string& parts) {
  return R"({"name":"department","part":[{"name":"service","valueReference":{"reference":")" +
         service + "\"}}" + (parts.empty() ? "" : ",") + parts + "]}";
}
std::string Value(const std::string& name, const std::string& value) {
  return R"({"name":")" + name + R"(","valueInteger":)" + value + "}";
}

TEST(BookingTermsTest, WhatIsNoAnswerTellsNothing) {
  EXPECT_FALSE(ReadBookingTerms(Json()));
  EXPECT_FALSE(ReadBookingTerms(Json::Parse(R"({"resourceType":"Bundle"})").value()));
  EXPECT_FALSE(ReadBookingTerms(Json::Parse(R"({"resourceType":"Parameters"})").value()));
  EXPECT_FALSE(ReadBookingTerms(Of(Department("HealthcareService/eye", ""))));
  EXPECT_TRUE(ReadBookingTerms(Of(R"({"name":"hospital"})"))) << "the house's values";
}

TEST(BookingTermsTest, AValueOutsideItsBoundsIsNotBelieved) {
  const char* bad[] = {"-1", "-2", "99999999999999999999", "44641", "1.5", "\"20\"", "true", "null",
                       "[]", "{}"};
  for (const char* value : bad) {
    for (const char* name :
         {"late-after-minutes", "penalty-percent", "confirm-before-minutes",
          "cancel-day-before-minute", "rebook-within-days", "day-begins-minute"}) {
      EXPECT_FALSE(ReadBookingTerms(Of(Hospital(Value(name, value))))) << name << ' ' << value;
    }
  }
  EXPECT_FALSE(ReadBookingTerms(Of(Hospital(Value("rebook-within-days", "0")))));
  EXPECT_TRUE(ReadBookingTerms(Of(Hospital(Value("lapses-at-minute", "-1")))));
  EXPECT_FALSE(ReadBookingTerms(Of(Hospital(Value("lapses-at-minute", "-2")))));
}

TEST(BookingTermsTest, ADepartmentThatMakesNoSenseHasTheHospitalsValues) {
  const auto terms = ReadBookingTerms(
      Of(Hospital(Value("penalty-percent", "0")) + "," +
         Department("HealthcareService/eye", Value("late-after-minutes", "9999")) + "," +
         Department("Patient/zhang", Value("late-after-minutes", "40")) + "," +
         Department("HealthcareService/ent", Value("late-after-minutes", "40"))));
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->by_service.size(), 1U);
  EXPECT_EQ(terms->PolicyOf("eye"), terms->hospital);
  EXPECT_EQ(terms->PolicyOf("ent").check_in.late_after_start, minutes(40));
  EXPECT_EQ(terms->PolicyOf("ent").penalty_percent, 0) << "the rest is the hospital's";
}

TEST(BookingTermsTest, AnEndlessListOfDepartmentsIsReadToItsBound) {
  std::string parameters = Hospital("");
  for (int i = 0; i < 1500; ++i) {
    parameters += "," + Department("HealthcareService/s" + std::to_string(i),
                                   Value("late-after-minutes", "1"));
  }
  const auto terms = ReadBookingTerms(Of(parameters));
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->by_service.size(), 1000U);
}

TEST(BookingTermsTest, EveryValueArrivesAsItWasTold) {
  BookingTerms terms;
  domain::BookingPolicy& policy = terms.hospital;
  policy.check_in = {minutes(31), minutes(16), minutes(21)};
  policy.temporary_within_days = 2;
  policy.confirm_before = minutes(600);
  policy.cancel_day_before_at = minutes(961);
  policy.cancel_same_day_before = minutes(45);
  policy.lapses_at_time_of_day = minutes(660);
  policy.penalty_percent = 7;
  terms.rebook_within = std::chrono::days(60);
  terms.day_begins = minutes(300);
  domain::BookingPolicy own = policy;
  own.lapses_at_time_of_day.reset();
  own.check_in.late_after_start = minutes(40);
  terms.by_service["eye"] = own;
  EXPECT_EQ(ReadBookingTerms(ToParameters(terms)), terms);
}

TEST(BookingTermsTest, WhatIsTheHospitalsOwnIsNotToldAgain) {
  BookingTerms terms;
  terms.by_service["eye"] = terms.hospital;
  // Nor what a terminal has no use for.
  terms.by_service["ent"].lock_for = minutes(3);
  EXPECT_EQ(ToParameters(terms)["parameter"].Items().size(), 1U);
}

class BookingTermsOperationTest : public yizhan::test::FhirFixture {};

TEST_F(BookingTermsOperationTest, F18_F24_EachDepartmentsOwnLimitsAreTold) {
  hospital::HospitalOptions options;
  options.check_in.arrive_before_start = minutes(12);
  options.booking.rebook_within = std::chrono::days(45);
  domain::BookingPolicy own;
  own.check_in = options.check_in;
  own.check_in.late_after_start = minutes(40);
  options.booking.by_service["eye"] = own;
  api.reset();
  hospital = std::make_unique<hospital::Hospital>(*store, clock, options);
  ASSERT_TRUE(hospital->Start());
  api.emplace(*store, *hospital);
  const server::FhirAnswer answer = Ask("GET", "HealthcareService/$booking-terms");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json body = yizhan::test::Parse(answer.body);
  const auto terms = ReadBookingTerms(body);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->PolicyOf("cardio").check_in.arrive_before_start, minutes(12));
  EXPECT_EQ(terms->PolicyOf("cardio").check_in.late_after_start, minutes(20));
  EXPECT_EQ(terms->PolicyOf("eye").check_in.late_after_start, minutes(40));
  EXPECT_EQ(terms->rebook_within, std::chrono::days(45));
  for (const r4::Issue& issue : r4::Validate(body)) {
    ADD_FAILURE() << issue.expression << ' ' << issue.diagnostics;
  }
}

TEST_F(BookingTermsOperationTest, F30_WhenCheckInOpensIsWhatTheQueuesRulesSay) {
  const auto opens = [&](const char* service) {
    const auto terms =
        ReadBookingTerms(yizhan::test::Parse(Ask("GET", "HealthcareService/$booking-terms").body));
    return terms ? terms->PolicyOf(service).check_in.opens_before_start : minutes(-1);
  };
  EXPECT_EQ(opens("cardio"), minutes(30));
  hospital::QueuePolicy rules = hospital::DefaultQueuePolicy();
  rules.opens_before_start = minutes(50);
  ASSERT_TRUE(hospital->Queue().SetRules("cardio", rules, "admin", "rush hour"));
  EXPECT_EQ(opens("cardio"), minutes(50));
  EXPECT_EQ(opens("eye"), minutes(30));
}

TEST_F(BookingTermsOperationTest, WhoMayNotReadDepartmentsIsToldNothing) {
  access = [](server::Interaction, std::string_view type) { return type == "Patient"; };
  EXPECT_EQ(Ask("GET", "HealthcareService/$booking-terms").status, 403);
}

}  // namespace
}  // namespace yizhan::fhir
