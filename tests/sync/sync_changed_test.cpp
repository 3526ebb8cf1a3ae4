// What the hospital changed about bookings (F20), late notices (F18) and visits that a follow-up
// suggests (F27), on the wire.
#include <gtest/gtest.h>

#include "backend/fhir/resources.h"
#include "kiosk/sync/booking_records.h"
#include "kiosk/sync/records.h"
#include "tests/sync/booking_desk_fixture.h"

namespace yizhan::sync {
namespace {

using domain::BookingState;
using fhir::Json;
using test::Bundle;
using test::kPlain;
using test::Parse;
using test::ScriptedClient;

Json StoppedBooking(const std::string& more) {
  Json appointment = test::Appointment("a1", "cancelled");
  appointment.Set("extension", Parse(R"([{"url":"urn:yizhan:booking-state","valueCode":"stopped"},
      {"url":"urn:yizhan:refund","valueMoney":{"value":50.00,"currency":"CNY"}})" +
                                     more + "]"));
  return appointment;
}

Json FollowUp(const std::string& status = "suggested") {
  return Parse(R"({"resourceType":"Task","id":"fu","status":"requested","intent":"plan",
      "code":{"coding":[{"system":"urn:yizhan:task-code","code":"follow-up"}]},
      "businessStatus":{"coding":[{"system":"urn:yizhan:follow-up-status","code":")" +
               status + R"("}]},
      "for":{"reference":"Patient/zhang"},"owner":{"reference":"Practitioner/wang"},
      "input":[{"type":{"coding":[{"system":"urn:yizhan:follow-up-input","code":"service"}]},
                "valueReference":{"reference":"HealthcareService/cardio"}}],
      "restriction":{"period":{"start":"2026-03-16T00:00:00+08:00"}}})");
}

const char* const kAnswer = R"({"resourceType":"Parameters","parameter":[{"name":"appointment",
    "resource":{"resourceType":"Appointment","id":"a9","status":"booked",
    "start":"2026-03-12T09:00:00+08:00","end":"2026-03-12T09:30:00+08:00","participant":[
    {"actor":{"reference":"HealthcareService/cardio"},"status":"accepted"}]}}]})";

class ChangedBookingDeskTest : public test::BookingDeskFixture {};

TEST_F(ChangedBookingDeskTest, F20_AnotherTimeIsTakenInPlaceOfTheOldBookingAndNotBesideIt) {
  client_.On("POST Appointment/a1/$rebook", {ScriptedClient::Reply(200, kAnswer)});
  domain::BookSeat wish = Wish();
  wish.in_place_of = domain::AppointmentId("a1");
  const auto reply = Ask(wish);
  ASSERT_TRUE(reply && std::holds_alternative<domain::BookingDone>(*reply));
  const auto sent = client_.Sent("POST Appointment/");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(fhir::ParameterOf(*sent[0].body, "slot")["reference"].AsString(), "Slot/s1");
  EXPECT_EQ(fhir::ParameterOf(*sent[0].body, "operation-id").AsString(), "op-1");
}

TEST_F(ChangedBookingDeskTest, F20_AServerThatOwesNothingIsNotAskedToBookInstead) {
  domain::BookSeat wish = Wish();
  wish.in_place_of = domain::AppointmentId("a1");
  EXPECT_EQ(Ask(wish, kPlain).error().code, ErrorCode::Refused);
  EXPECT_TRUE(client_.Sent().empty());
}

TEST_F(ChangedBookingDeskTest, F20_DaysOfOneDepartmentCountItsSeatsAlone) {
  client_.On("POST ", {ScriptedClient::Reply(
                          200, R"({"resourceType":"Bundle","type":"batch-response","entry":[
      {"response":{"status":"200 OK"},"resource":{"resourceType":"Bundle","total":3}}]})")});
  client_.On("GET Schedule?", {ScriptedClient::Reply(200, Bundle({}))});
  const auto reply = Ask(domain::WhichDays{{}, test::Today(), 1, domain::ServiceId("cardio")});
  ASSERT_TRUE(reply && std::holds_alternative<domain::DaysFound>(*reply));
  const std::string asked =
      (*client_.Sent("POST ").at(0).body)["entry"][0]["request"]["url"].AsString();
  EXPECT_NE(asked.find("schedule.actor=HealthcareService%2Fcardio"), std::string::npos) << asked;
  const std::string shut = client_.Sent("GET Schedule?").at(0).path;
  EXPECT_NE(shut.find("actor=HealthcareService%2Fcardio"), std::string::npos) << shut;
}

TEST_F(ChangedBookingDeskTest, F18_ALateNoticeSaysWhenThePatientComes) {
  client_.On("POST Appointment/a1/$late-notice", {ScriptedClient::Reply(200, kAnswer)});
  const WallTime arrival = *ParseInstant("2026-03-10T09:25:00+08:00");
  const domain::TellLate wish{domain::OperationId("op-1"), domain::AppointmentId("a1"), arrival};
  const auto reply = Ask(wish);
  ASSERT_TRUE(reply && std::holds_alternative<domain::BookingDone>(*reply));
  const auto sent = client_.Sent("POST Appointment/a1/$late-notice");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(ParseInstant(fhir::ParameterOf(*sent[0].body, "arrival").AsString()), arrival);
  EXPECT_EQ(Ask(wish, kPlain).error().code, ErrorCode::Refused);
}

TEST_F(ChangedBookingDeskTest, F27_ABookingSaysWhichFollowUpItAnswers) {
  client_.On("POST Appointment/$book", {ScriptedClient::Reply(200, kAnswer)});
  domain::BookSeat wish = Wish();
  wish.follow_up = "fu";
  ASSERT_TRUE(Ask(wish));
  const Json body = *client_.Sent("POST Appointment/$book").at(0).body;
  EXPECT_EQ(fhir::ParameterOf(body, "follow-up")["reference"].AsString(), "Task/fu");
}

TEST_F(ChangedBookingDeskTest, F20_AStoppedBookingIsListedWhileAnotherTimeIsOwedForIt) {
  const auto owed = ToBooking(
      StoppedBooking(
          R"(,{"url":"urn:yizhan:rebook-until","valueInstant":"2026-04-09T08:00:00+08:00"})"),
      {}, directory_);
  ASSERT_TRUE(owed);
  EXPECT_EQ(owed->booking.state, BookingState::Stopped);
  EXPECT_EQ(owed->refund_minor, 5000);
  EXPECT_EQ(owed->rebook_until, *ParseInstant("2026-04-09T08:00:00+08:00"));
  EXPECT_FALSE(ToBooking(StoppedBooking(""), {}, directory_)) << "refunded, and that is all";
}

TEST_F(ChangedBookingDeskTest, F20_ASubstitutesBookingTellsForWhomAndWhetherThePatientAgreed) {
  Json appointment = test::Appointment();
  appointment.Set("extension", Parse(R"([{"url":"urn:yizhan:substitute-for",
      "valueReference":{"reference":"Practitioner/wang"}}])"));
  EXPECT_FALSE(ToBooking(appointment, {}, directory_)->awaits_answer);
  EXPECT_EQ(ToBooking(appointment, {}, directory_)->instead_of, "王建国");
  EXPECT_TRUE(ToBooking(appointment, {}, directory_)->booking.free_to_cancel);
  Json asked = *Json::Parse(appointment.Write());
  asked.At("participant").MutableItems().front().Set("status", Json::String("needs-action"));
  EXPECT_TRUE(ToBooking(asked, {}, directory_)->awaits_answer);
  asked.Set("extension", Json::Array());
  EXPECT_FALSE(ToBooking(asked, {}, directory_)->awaits_answer)
      << "what another program waits for is not ours to ask";
}

TEST_F(ChangedBookingDeskTest, F18_APromisedArrivalKeepsThePlace) {
  Json appointment = test::Appointment();
  appointment.Set("extension", Parse(R"([{"url":"urn:yizhan:promised-arrival",
      "valueInstant":"2026-03-10T09:28:00+08:00"}])"));
  EXPECT_EQ(ToBooking(appointment, {}, directory_)->booking.promised_arrival,
            ParseInstant("2026-03-10T09:28:00+08:00").value());
}

TEST_F(ChangedBookingDeskTest, F27_AFollowUpIsAVisitToBookOnlyWhileItIsSuggested) {
  const auto visit = ToSuggestedVisit(FollowUp(), directory_);
  ASSERT_TRUE(visit);
  EXPECT_EQ(visit->task, "fu");
  EXPECT_EQ(visit->service_id.Value(), "cardio");
  EXPECT_EQ(visit->service.zh, "心血管内科");
  EXPECT_EQ(visit->doctor_id, "wang");
  EXPECT_EQ(visit->doctor, "王建国");
  EXPECT_EQ(visit->from, *ParseInstant("2026-03-16T00:00:00+08:00"));
  EXPECT_EQ(visit->until, WallTime{});
  EXPECT_FALSE(ToSuggestedVisit(FollowUp("booked"), directory_));
  EXPECT_FALSE(ToSuggestedVisit(test::Ticket(), directory_));
  Json nowhere = FollowUp();
  nowhere.Remove("input");
  EXPECT_FALSE(ToSuggestedVisit(nowhere, directory_)) << "nobody can book that";
}

TEST_F(ChangedBookingDeskTest, ALookUpHoldsWhatWasStoppedOnFormerDaysAndWhatIsSuggested) {
  Found found;
  found.patient = test::Patient();
  found.cancelled = {
      test::Appointment("a0", "cancelled"),
      StoppedBooking(
          R"(,{"url":"urn:yizhan:rebook-until","valueInstant":"2026-04-09T08:00:00+08:00"})")};
  found.follow_ups = {FollowUp(), FollowUp("visited")};
  const PatientToday today = Assemble(found, directory_);
  ASSERT_EQ(today.bookings.size(), 1U);
  EXPECT_EQ(today.bookings[0].id.Value(), "a1");
  EXPECT_EQ(today.suggested.size(), 1U);
  EXPECT_TRUE(today.visits.empty()) << "they are no visits of today";
}

TEST_F(ChangedBookingDeskTest, F20_StoppedBookingsAreLookedForAsLongAsTheHospitalOwesAnotherTime) {
  client_.On("GET Patient?", {ScriptedClient::Reply(200, test::Bundle({test::Patient()}))});
  client_.On("GET Appointment?", {ScriptedClient::Reply(200, test::Bundle({}))});
  Abilities abilities;
  abilities.booking = true;
  const auto looked_from = [&](const Directory& directory) {
    EXPECT_TRUE(hospital_.LookUp(test::Card(), test::Now(), abilities, directory));
    const auto sent = client_.Sent("GET Appointment?patient=Patient/zhang&status=cancelled");
    const std::string path = sent.empty() ? "" : sent.back().path;
    return path.substr(std::min(path.size(), path.find("date=ge") + 7), 10);
  };
  EXPECT_EQ(looked_from(directory_), "2026-02-08") << "30 days, where nothing is told";
  Directory told = test::SmallDirectory();
  told.Put(test::Terms());
  EXPECT_EQ(looked_from(told), "2026-01-09");
}

}  // namespace
}  // namespace yizhan::sync
