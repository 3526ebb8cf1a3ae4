#include <gtest/gtest.h>

#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "kiosk/sync/hospital.h"
#include "tests/sync/scripted_client.h"
#include "tests/sync/small_hospital.h"

namespace yizhan::sync {
namespace {

using domain::CheckInOutcome;
using domain::CheckInVerdict;
using fhir::Json;
using test::Bundle;
using test::Parse;
using test::ScriptedClient;

constexpr Abilities kPlain{};
constexpr Abilities kBatch{true, false};
constexpr Abilities kOurs{true, true};

Arrival Arriving(const std::string& number = "A-K3-07", bool provisional = false) {
  return {domain::OperationId("op-1"),
          domain::AppointmentId("a1"),
          test::Now(),
          number,
          provisional,
          ""};
}

std::string BatchOf(const std::vector<std::string>& entries) {
  std::string text = R"({"resourceType":"Bundle","type":"batch-response","entry":[)";
  for (std::size_t i = 0; i < entries.size(); ++i) text += (i == 0 ? "" : ",") + entries[i];
  return text + "]}";
}
std::string Entry(const std::string& resource, const std::string& status = "200 OK") {
  return R"({"response":{"status":")" + status + R"("},"resource":)" + resource + "}";
}

class HospitalTest : public testing::Test {
 protected:
  Result<CheckInAnswer> CheckIn(const Arrival& arrival, const Abilities& abilities) {
    return hospital_.CheckIn(arrival, visit_, abilities);
  }
  static CheckedIn Done(const Result<CheckInAnswer>& answer) {
    if (!answer) {
      ADD_FAILURE() << answer.error().detail;
      return {};
    }
    const auto* done = std::get_if<CheckedIn>(&*answer);
    if (done == nullptr) ADD_FAILURE() << "a verdict";
    return done == nullptr ? CheckedIn() : *done;
  }
  static CheckInVerdict Verdict(const Result<CheckInAnswer>& answer) {
    if (!answer || !std::holds_alternative<CheckInVerdict>(*answer)) {
      ADD_FAILURE() << "no verdict";
      return {CheckInOutcome::Ready, {}};
    }
    return std::get<CheckInVerdict>(*answer);
  }
  Result<PatientToday> LookUp(const Abilities& abilities) {
    return hospital_.LookUp(test::Card(), test::Now(), abilities, directory_);
  }
  /// A plain server on which a1 is booked, version 1, and its ticket can be made.
  void ServeStandard(const std::string& status = "booked") {
    client_.On("GET Appointment/a1",
               {ScriptedClient::Reply(200, test::Appointment("a1", status).Write(), "W/\"1\"")});
    client_.On("PUT Appointment/a1", {ScriptedClient::Reply(200)});
    client_.On("POST Task", {ScriptedClient::Reply(201)});
    client_.On("GET Task?code",
               {ScriptedClient::Reply(200, Bundle({test::Ticket("A-K3-07", "op-1")}))});
  }

  ScriptedClient client_;
  Hospital hospital_{client_, test::kStation};
  const Directory directory_ = test::SmallDirectory();
  const domain::Visit visit_ = ToVisit(test::Appointment(), directory_).value();
};

TEST_F(HospitalTest, ProbeReadsWhatTheServerCan) {
  client_.On("GET metadata", {ScriptedClient::Reply(200, R"({"resourceType":"CapabilityStatement",
      "rest":[{"interaction":[{"code":"transaction"},{"code":"batch"}],"resource":[
        {"type":"Patient"},{"type":"Appointment","operation":[{"name":"check-in"}]}]}]})"),
                              ScriptedClient::Reply(200, R"({"resourceType":"Patient"})"),
                              ScriptedClient::Reply(403), ScriptedClient::Reply(503)});
  const auto both = hospital_.Probe();
  ASSERT_TRUE(both);
  EXPECT_TRUE(both->batch);
  EXPECT_TRUE(both->check_in_operation);
  EXPECT_EQ(hospital_.Probe().error().code, ErrorCode::BadData);
  EXPECT_EQ(hospital_.Probe().error().code, ErrorCode::Refused);
  EXPECT_EQ(hospital_.Probe().error().code, ErrorCode::Timeout);
}

TEST_F(HospitalTest, EachStatusHasItsMeaning) {
  const std::pair<int, ErrorCode> meanings[] = {
      {400, ErrorCode::Refused}, {401, ErrorCode::Busy},     {403, ErrorCode::Refused},
      {404, ErrorCode::Refused}, {408, ErrorCode::Busy},     {425, ErrorCode::Busy},
      {429, ErrorCode::Busy},    {500, ErrorCode::Internal}, {502, ErrorCode::Timeout},
      {503, ErrorCode::Timeout}, {504, ErrorCode::Timeout},  {507, ErrorCode::Internal}};
  for (const auto& [status, code] : meanings) {
    client_.On("GET Location", {ScriptedClient::Reply(status)});
    EXPECT_EQ(hospital_.DirectoryPage("Location", "").error().code, code) << status;
  }
  client_.On("GET Location", {ScriptedClient::Reply(200, "[]")});
  EXPECT_EQ(hospital_.DirectoryPage("Location", "").error().code, ErrorCode::BadData);
}

TEST_F(HospitalTest, LookUpInOneExchangeWhereTheServerCan) {
  client_.On("POST ",
             {ScriptedClient::Reply(
                 200, BatchOf({Entry(Bundle({test::Patient()})),
                               Entry(Bundle({test::Appointment("a1", "arrived")})),
                               Entry(Bundle({test::Ticket()})), Entry(Bundle({test::Invoice()})),
                               Entry(R"({"resourceType":"Bundle","total":2})"),
                               Entry(R"({"resourceType":"Bundle","total":-9})")}))});
  client_.On("GET Task?code", {ScriptedClient::Reply(200, R"({"total":4})")});
  const auto today = LookUp(kBatch);
  ASSERT_TRUE(today);
  EXPECT_EQ(today->patient.masked_name, "张*三");
  EXPECT_EQ(today->tasks.lab_orders, 2);
  EXPECT_EQ(today->tasks.reports, 0);
  EXPECT_EQ(today->tasks.bills_minor, 2550);
  EXPECT_EQ(today->visits.at(0).ticket->ahead, 4);
  EXPECT_FALSE(today->offline);
  EXPECT_EQ(client_.Sent("POST ").size(), 1U);
}

TEST_F(HospitalTest, LookUpInTurnNeedsNoChainedSearch) {
  client_.On("GET Patient?identifier=urn%3Ayizhan%3Acard-number%7C8801000011113321",
             {ScriptedClient::Reply(200, Bundle({test::Patient()}))});
  client_.On("GET Appointment?patient=Patient/zhang",
             {ScriptedClient::Reply(200, Bundle({test::Appointment()}))});
  client_.On("GET Invoice?patient=Patient/zhang", {ScriptedClient::Reply(501)});
  EXPECT_EQ(LookUp(kPlain).error().code, ErrorCode::Internal);
  client_.On("GET Invoice?patient=Patient/zhang", {ScriptedClient::Reply(404)});
  const auto today = LookUp(kPlain);
  ASSERT_TRUE(today);
  ASSERT_EQ(today->visits.size(), 1U);
  EXPECT_EQ(today->visits[0].due_minor, 0);
  for (const fhir::Request& request : client_.Sent("GET")) {
    EXPECT_EQ(request.path.find("patient.identifier"), std::string::npos);
  }
}

TEST_F(HospitalTest, AFailedSearchOfTheBatchIsNeverNoVisitToday) {
  client_.On("POST ", {ScriptedClient::Reply(
                           200, BatchOf({Entry(Bundle({test::Patient()})),
                                         Entry("{}", "400 Bad Request"), Entry(Bundle({})),
                                         Entry(Bundle({})), Entry(Bundle({})), Entry(Bundle({}))})),
                       ScriptedClient::Reply(200, BatchOf({})), ScriptedClient::Reply(405)});
  client_.On("GET Patient?", {ScriptedClient::Reply(200, Bundle({test::Patient()}))});
  client_.On("GET Appointment?", {ScriptedClient::Reply(200, Bundle({test::Appointment()}))});
  for (int way = 0; way < 3; ++way) {
    const auto today = LookUp(kBatch);
    ASSERT_TRUE(today);
    EXPECT_EQ(today->visits.size(), 1U);
  }
  client_.On("GET Appointment?", {ScriptedClient::Reply(403)});
  EXPECT_EQ(LookUp(kBatch).error().code, ErrorCode::Refused);
}

TEST_F(HospitalTest, NobodySeveralAndInactivePatientsAreToldApart) {
  Json inactive = test::Patient("old");
  inactive.Set("active", Json::Boolean(false));
  client_.On("GET Appointment?", {ScriptedClient::Reply(200, Bundle({}))});
  client_.On(
      "GET Patient?",
      {ScriptedClient::Reply(200, Bundle({})), ScriptedClient::Reply(200, Bundle({inactive})),
       ScriptedClient::Reply(200, Bundle({test::Patient(), test::Patient("li")})),
       ScriptedClient::Reply(200, Bundle({inactive, test::Patient()}))});
  EXPECT_EQ(LookUp(kPlain).error().code, ErrorCode::NotFound);
  EXPECT_EQ(LookUp(kPlain).error().code, ErrorCode::NotFound);
  EXPECT_EQ(LookUp(kPlain).error().code, ErrorCode::Conflict);
  EXPECT_TRUE(LookUp(kPlain));
}

TEST_F(HospitalTest, ALongListIsReadToItsEndButNotForEver) {
  client_.On("GET Patient?", {ScriptedClient::Reply(200, Bundle({test::Patient()}))});
  client_.On("GET Appointment?",
             {ScriptedClient::Reply(200, Bundle({test::Appointment()}, "https://h/fhir?page=2"))});
  client_.On("GET https://h/fhir?page=2",
             {ScriptedClient::Reply(200, Bundle({test::Appointment("a2")}, "Again?page=2"))});
  client_.On("GET Again?page=2", {ScriptedClient::Reply(200, Bundle({}, "Again?page=2"))});
  const auto today = LookUp(kPlain);
  ASSERT_TRUE(today);
  EXPECT_EQ(today->visits.size(), 2U);
  EXPECT_LT(client_.Sent("GET Again").size(), 30U);
}

TEST_F(HospitalTest, TheOperationGivesTheHospitalsTicket) {
  client_.On("POST Appointment/a1/$check-in",
             {ScriptedClient::Reply(409),
              ScriptedClient::Reply(200, R"({"resourceType":"Parameters","parameter":[
        {"name":"ticket","resource":)" + test::Ticket().Write() +
                                             R"(},{"name":"ahead","valueInteger":3},
        {"name":"wait-low","valueInteger":10},{"name":"wait-high","valueInteger":20}]})")});
  const CheckedIn done = Done(CheckIn(Arriving(""), kOurs));
  EXPECT_EQ(done.ticket.number, "A012");
  EXPECT_EQ(done.ticket.ahead, 3);
  EXPECT_EQ(done.ticket.wait->last, std::chrono::minutes(20));
  EXPECT_EQ(done.ticket.room.zh, "5 诊室");
  EXPECT_FALSE(done.already);
  const auto sent = client_.Sent("POST");
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].body, sent[1].body);
  const Json& parameters = *sent[1].body;
  EXPECT_EQ(fhir::ParameterOf(parameters, "operation-id").AsString(), "op-1");
  EXPECT_EQ(fhir::ParameterOf(parameters, "site")["reference"].AsString(), "Location/east");
  EXPECT_TRUE(fhir::ParameterOf(parameters, "provisional-number").IsNull());
}

TEST_F(HospitalTest, EachRefusalOfTheOperationIsUnderstood) {
  const std::pair<const char*, CheckInOutcome> refusals[] = {
      {"too-early", CheckInOutcome::TooEarly},
      {"late", CheckInOutcome::Late},
      {"wrong-day", CheckInOutcome::WrongDay},
      {"wrong-site", CheckInOutcome::WrongSite},
      {"payment-due", CheckInOutcome::PaymentDue},
      {"not-booked", CheckInOutcome::NotBooked},
      {"already-checked-in", CheckInOutcome::AlreadyCheckedIn},
      {"unknown-appointment", CheckInOutcome::NotBooked}};
  for (const auto& [code, outcome] : refusals) {
    Json refusal = fhir::Outcome("business-rule", "");
    refusal.At("issue").MutableItems().front().Set(
        "details", fhir::Concept(fhir::systems::kCheckInRefusal, code));
    client_.On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(422, refusal.Write())});
    EXPECT_EQ(Verdict(CheckIn(Arriving(""), kOurs)).outcome, outcome) << code;
  }
  client_.On("POST Appointment/a1/$check-in",
             {ScriptedClient::Reply(422, fhir::Outcome("structure", "").Write())});
  EXPECT_EQ(CheckIn(Arriving(""), kOurs).error().code, ErrorCode::Refused);
  client_.On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(404)});
  EXPECT_EQ(Verdict(CheckIn(Arriving(""), kOurs)).outcome, CheckInOutcome::NotBooked);
}

TEST_F(HospitalTest, TooEarlyAndLateSayWhen) {
  const auto refuse = [&](const char* code) {
    Json refusal = fhir::Outcome("business-rule", "");
    refusal.At("issue").MutableItems().front().Set(
        "details", fhir::Concept(fhir::systems::kCheckInRefusal, code));
    client_.On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(422, refusal.Write())});
    return Verdict(CheckIn(Arriving(""), kOurs)).at;
  };
  EXPECT_EQ(refuse("too-early"), visit_.start - std::chrono::minutes(30));
  EXPECT_EQ(refuse("late"), visit_.start + std::chrono::minutes(20));
}

TEST_F(HospitalTest, AnEarlierTicketIsShownUnlessAnotherIsOnPaper) {
  Json refusal = fhir::Outcome("business-rule", "");
  refusal.At("issue").MutableItems().front().Set(
      "details", fhir::Concept(fhir::systems::kCheckInRefusal, "already-checked-in"));
  refusal.Set("contained", Json::Array({test::Ticket("A003", "op-0")}));
  client_.On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(422, refusal.Write())});
  const CheckedIn done = Done(CheckIn(Arriving(""), kOurs));
  EXPECT_EQ(done.ticket.number, "A003");
  EXPECT_TRUE(done.already);
  EXPECT_EQ(Verdict(CheckIn(Arriving("A-K3-07", true), kOurs)).outcome,
            CheckInOutcome::AlreadyCheckedIn);
}

TEST_F(HospitalTest, FailuresOfTheOperationAreHandedOn) {
  const std::pair<ScriptedClient::Answer, ErrorCode> failures[] = {
      {ScriptedClient::Reply(500), ErrorCode::Internal},
      {ScriptedClient::Reply(200, "{}"), ErrorCode::BadData},
      {ScriptedClient::Reply(409), ErrorCode::Conflict},
      {ScriptedClient::Reply(403), ErrorCode::Refused},
      {ScriptedClient::Fails(ErrorCode::Timeout), ErrorCode::Timeout},
      {ScriptedClient::Fails(ErrorCode::Unreachable), ErrorCode::Unreachable},
      {ScriptedClient::Fails(ErrorCode::Cancelled), ErrorCode::Cancelled}};
  for (const auto& [answer, code] : failures) {
    client_.On("POST Appointment/a1/$check-in", {answer});
    EXPECT_EQ(CheckIn(Arriving(""), kOurs).error().code, code) << Name(code);
  }
  EXPECT_LE(client_.Sent("POST").size(), 15U);
}

TEST_F(HospitalTest, TheStandardPathPutsTheClaimIntoTheDecidingWrite) {
  ServeStandard();
  const CheckedIn done = Done(CheckIn(Arriving(), kPlain));
  EXPECT_EQ(done.ticket.number, "A-K3-07");
  EXPECT_FALSE(done.already);
  const auto updates = client_.Sent("PUT");
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].if_match, "W/\"1\"");
  const Json& appointment = *updates[0].body;
  EXPECT_EQ(appointment["status"].AsString(), "arrived");
  EXPECT_EQ(appointment["comment"].AsString(), "血压偏高");
  EXPECT_EQ(fhir::IdentifierValue(appointment, fhir::systems::kOperationId), "op-1");
  EXPECT_EQ(fhir::IdentifierValue(appointment, fhir::systems::kTicketNumber), "A-K3-07");
  const auto made = client_.Sent("POST Task");
  ASSERT_EQ(made.size(), 1U);
  EXPECT_NE(made[0].if_none_exist.find("focus=Appointment%2Fa1"), std::string::npos);
  EXPECT_EQ((*made[0].body)["owner"]["reference"].AsString(), "HealthcareService/cardio");
  EXPECT_EQ((*made[0].body)["for"]["reference"].AsString(), "Patient/zhang");
}

TEST_F(HospitalTest, AServerThatForgetsTheETagIsStillAskedConditionally) {
  ServeStandard();
  client_.On("GET Appointment/a1", {ScriptedClient::Reply(200, test::Appointment().Write())});
  EXPECT_EQ(Done(CheckIn(Arriving(), kPlain)).ticket.number, "A-K3-07");
  EXPECT_EQ(client_.Sent("PUT").at(0).if_match, "W/\"1\"");
}

TEST_F(HospitalTest, WhoLosesTheRaceShowsTheWinnersTicket) {
  ServeStandard();
  Json won = test::Appointment("a1", "arrived");
  won.Set("identifier", Parse(R"([{"system":"urn:yizhan:operation-id","value":"op-9"},
      {"system":"urn:yizhan:ticket-number","value":"A-K5-02",
       "period":{"start":"2026-03-10T08:44:00+08:00"}}])"));
  client_.On("GET Appointment/a1",
             {ScriptedClient::Reply(200, test::Appointment().Write(), "W/\"1\""),
              ScriptedClient::Reply(200, won.Write(), "W/\"2\"")});
  client_.On("PUT Appointment/a1", {ScriptedClient::Reply(412)});
  client_.On("GET Task?code",
             {ScriptedClient::Reply(200, Bundle({test::Ticket("A-K5-02", "op-9")}))});
  const CheckedIn done = Done(CheckIn(Arriving(), kPlain));
  EXPECT_TRUE(done.already);
  EXPECT_EQ(done.ticket.number, "A-K5-02");
  // Had the winner died before it made the ticket, the loser makes the same one.
  const Json task = *client_.Sent("POST Task").at(0).body;
  EXPECT_EQ(fhir::IdentifierValue(task, fhir::systems::kTicketNumber), "A-K5-02");
  EXPECT_EQ(fhir::IdentifierValue(task, fhir::systems::kOperationId), "op-9");
  EXPECT_EQ(ParseInstant(task["authoredOn"].AsString()), ParseInstant("2026-03-10T08:44:00+08:00"));
  EXPECT_EQ(Verdict(CheckIn(Arriving("A-K3-07", true), kPlain)).outcome,
            CheckInOutcome::AlreadyCheckedIn);
}

TEST_F(HospitalTest, ArrivedWithoutATicketGetsOne) {
  ServeStandard("arrived");
  const CheckedIn done = Done(CheckIn(Arriving(), kPlain));
  EXPECT_EQ(done.ticket.number, "A-K3-07");
  const auto updates = client_.Sent("PUT");
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ((*updates[0].body)["status"].AsString(), "arrived");
}

TEST_F(HospitalTest, ATicketOfAnotherOperationIsTheTicket) {
  ServeStandard("checked-in");
  client_.On("GET Task?code", {ScriptedClient::Reply(200, Bundle({test::Ticket("A003", "desk")}))});
  const CheckedIn done = Done(CheckIn(Arriving(), kPlain));
  EXPECT_TRUE(done.already);
  EXPECT_EQ(done.ticket.number, "A003");
}

TEST_F(HospitalTest, TheNumberOnPaperReplacesTheOneThatNobodySaw) {
  Json claimed = test::Appointment("a1", "arrived");
  claimed.Set("identifier", Parse(R"([{"system":"urn:other","value":"keep"},
      {"system":"urn:yizhan:operation-id","value":"op-1"},
      {"system":"urn:yizhan:ticket-number","value":"A-K3-06"}])"));
  ServeStandard();
  client_.On("GET Appointment/a1", {ScriptedClient::Reply(200, claimed.Write(), "W/\"2\"")});
  const Json old = test::Ticket("A-K3-06", "op-1");
  client_.On("GET Task?code", {ScriptedClient::Reply(200, Bundle({old}))});
  client_.On("GET Task/t1", {ScriptedClient::Reply(200, old.Write(), "W/\"8\"")});
  client_.On("PUT Task/t1", {ScriptedClient::Reply(412), ScriptedClient::Reply(200)});
  EXPECT_EQ(CheckIn(Arriving("A-K3-07", true), kPlain).error().code, ErrorCode::Conflict);
  const CheckedIn done = Done(CheckIn(Arriving("A-K3-07", true), kPlain));
  EXPECT_EQ(done.ticket.number, "A-K3-07");
  EXPECT_FALSE(done.already);
  const fhir::Request update = client_.Sent("PUT Task/t1").at(1);
  EXPECT_EQ(update.if_match, "W/\"8\"");
  EXPECT_EQ(ToTicket(*update.body, visit_).number, "A-K3-07");
  EXPECT_EQ((*update.body)["identifier"][1]["use"].AsString(), "old");
  const Json appointment = *client_.Sent("PUT Appointment").at(0).body;
  EXPECT_EQ(fhir::IdentifierValue(appointment, "urn:other"), "keep");
  EXPECT_EQ(fhir::IdentifierValue(appointment, fhir::systems::kTicketNumber), "A-K3-07");
}

TEST_F(HospitalTest, WhatIsNotBookedIsNotCheckedIn) {
  for (const char* status : {"cancelled", "noshow", "fulfilled", "waitlist", "proposed", ""}) {
    ServeStandard(status);
    EXPECT_EQ(Verdict(CheckIn(Arriving(), kPlain)).outcome, CheckInOutcome::NotBooked) << status;
  }
  for (const int status : {404, 410}) {
    client_.On("GET Appointment/a1", {ScriptedClient::Reply(status)});
    EXPECT_EQ(Verdict(CheckIn(Arriving(), kPlain)).outcome, CheckInOutcome::NotBooked) << status;
  }
  EXPECT_TRUE(client_.Sent("PUT").empty());
}

TEST_F(HospitalTest, EveryStepOfTheStandardPathMayFail) {
  const char* steps[] = {"GET Appointment/a1", "PUT Appointment/a1", "POST Task", "GET Task?code"};
  for (const char* step : steps) {
    for (const ErrorCode code : {ErrorCode::Unreachable, ErrorCode::Timeout, ErrorCode::BadData}) {
      ServeStandard();
      client_.On(step, {ScriptedClient::Fails(code)});
      EXPECT_EQ(CheckIn(Arriving(), kPlain).error().code, code) << step;
    }
    ServeStandard();
    client_.On(step, {ScriptedClient::Reply(500)});
    EXPECT_EQ(CheckIn(Arriving(), kPlain).error().code, ErrorCode::Internal) << step;
  }
  ServeStandard();
  client_.On("GET Task?code", {ScriptedClient::Reply(200, Bundle({}))});
  EXPECT_EQ(CheckIn(Arriving(), kPlain).error().code, ErrorCode::BadData);
  client_.On("PUT Appointment/a1", {ScriptedClient::Reply(409)});
  EXPECT_EQ(CheckIn(Arriving(), kPlain).error().code, ErrorCode::Conflict);
}

TEST_F(HospitalTest, VisitsBelongToTheirPatientsPageByPage) {
  client_.On("GET Appointment?",
             {ScriptedClient::Reply(200, Bundle({test::Appointment(), test::Appointment("a2"),
                                                 test::Appointment("x", "booked", "stranger"),
                                                 test::Patient(), test::Invoice()},
                                                "Appointment?page=2"))});
  const auto changed = hospital_.Visits(test::Today(), std::nullopt, "");
  ASSERT_TRUE(changed);
  ASSERT_EQ(changed->patients.size(), 1U);
  EXPECT_EQ(changed->patients[0].appointments.size(), 2U);
  EXPECT_EQ(changed->patients[0].invoices.size(), 1U);
  EXPECT_EQ(changed->next_path, "Appointment?page=2");
  EXPECT_EQ(changed->newest, ParseInstant("2026-03-10T00:10:00Z"));
  ASSERT_TRUE(hospital_.Visits(test::Today(), test::Now(), ""));
  const auto sent = client_.Sent("GET");
  EXPECT_NE(sent[0].path.find("date=ge2026-03-10T00%3A00%3A00%2B08%3A00"), std::string::npos);
  EXPECT_EQ(sent[1].path.find("date="), std::string::npos);
  EXPECT_NE(sent[1].path.find("_lastUpdated=ge2026-03-10T00%3A45%3A00.000Z"), std::string::npos);
}

TEST_F(HospitalTest, ACallForStaffIsLeftOnce) {
  client_.On("POST Task",
             {ScriptedClient::Reply(201), ScriptedClient::Reply(200), ScriptedClient::Reply(412)});
  const domain::OperationId operation("call-1");
  EXPECT_TRUE(hospital_.CallStaff(operation, test::Now()));
  EXPECT_TRUE(hospital_.CallStaff(operation, test::Now()));
  EXPECT_EQ(hospital_.CallStaff(operation, test::Now()).error().code, ErrorCode::Refused);
  EXPECT_EQ(client_.Sent("POST Task")[0].if_none_exist,
            "identifier=urn%3Ayizhan%3Aoperation-id%7Ccall-1");
}

}  // namespace
}  // namespace yizhan::sync
