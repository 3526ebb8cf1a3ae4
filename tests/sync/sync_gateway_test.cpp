#include <gtest/gtest.h>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "kiosk/sync/gateway.h"
#include "kiosk/sync/records.h"
#include "offline-store/directory_cache.h"
#include "offline-store/outbox.h"
#include "tests/offline-store/store_fixture.h"
#include "tests/support/running_clock.h"
#include "tests/sync/news_box.h"
#include "tests/sync/scripted_client.h"
#include "tests/sync/small_hospital.h"

namespace yizhan::sync {
namespace {

using fhir::Json;
using std::chrono::milliseconds;
using test::Bundle;
using test::NewsBox;
using test::ScriptedClient;

std::string TicketAnswer(const std::string& number, const std::string& operation = "op-h") {
  return R"({"resourceType":"Parameters","parameter":[{"name":"ticket","resource":)" +
         test::Ticket(number, operation).Write() + "}]}";
}

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    auto client = std::make_unique<ScriptedClient>();
    client_ = client.get();
    GatewayOptions options;
    options.station = test::kStation;
    options.visits_every = milliseconds(20);
    options.directory_every = milliseconds(500);
    options.probe_first = milliseconds(5);
    options.probe_most = milliseconds(20);
    ServeHospital();
    gateway_ = Gateway::Over(std::move(client), options, *database_, clock_, news_.Teller());
  }

  void ServeHospital() {
    client_->On("GET metadata", {ScriptedClient::Reply(200, R"({"resourceType":
        "CapabilityStatement","rest":[{"resource":[{"type":"Appointment","operation":
        [{"name":"check-in"}]}]}]})")});
    for (const std::string type :
         {"Location", "HealthcareService", "Practitioner", "PractitionerRole"}) {
      std::vector<Json> some;
      for (const Json& one : test::DirectoryResources()) {
        if (one["resourceType"].AsString() == type) some.push_back(one);
      }
      client_->On("GET " + type, {ScriptedClient::Reply(200, Bundle(some))});
    }
    client_->On("GET Patient?", {ScriptedClient::Reply(200, Bundle({test::Patient()}))});
    Serve("booked");
    client_->On("GET Task", {ScriptedClient::Reply(200, Bundle({}))});
    client_->On("POST Task", {ScriptedClient::Reply(201)});
  }
  void Serve(const std::string& status) {
    const Json appointment = test::Appointment("a1", status);
    client_->On("GET Appointment?patient", {ScriptedClient::Reply(200, Bundle({appointment}))});
    client_->On("GET Appointment?",
                {ScriptedClient::Reply(200, Bundle({appointment, test::Patient()}))});
  }

  /// Starts, and waits until today's visitors were read once.
  void StartOnline() {
    gateway_->Start();
    ASSERT_TRUE(news_.WaitReachable(true));
    ASSERT_TRUE(client_->WaitForSent("GET Appointment?_lastUpdated", 1));
  }
  void GoAway(ErrorCode how) {
    client_->Break(how);
    ASSERT_TRUE(news_.WaitReachable(false));
  }
  Result<PatientToday> LookUp(const std::string& card = "8801000011113321") {
    EXPECT_TRUE(gateway_->Post(AskLookUp{++session_, test::Card(card)}));
    auto news = news_.Wait<LookUpAnswered>();
    if (!news) return Fail(ErrorCode::Cancelled, "no answer");
    EXPECT_EQ(news->session, session_);
    return std::move(news->answer);
  }
  Result<CheckInAnswer> CheckIn() {
    domain::Visit visit = ToVisit(test::Appointment(), test::SmallDirectory()).value();
    EXPECT_TRUE(gateway_->Post(AskCheckIn{++session_, visit, "张*三"}));
    auto news = news_.Wait<CheckInAnswered>();
    if (!news) return Fail(ErrorCode::Cancelled, "no answer");
    EXPECT_EQ(news->appointment.Value(), "a1");
    return std::move(news->answer);
  }
  static CheckedIn Done(const Result<CheckInAnswer>& answer) {
    const auto* done = answer ? std::get_if<CheckedIn>(&*answer) : nullptr;
    if (done == nullptr) ADD_FAILURE() << (answer ? "a verdict" : answer.error().detail);
    return done == nullptr ? CheckedIn() : *done;
  }
  static std::string OperationOf(const fhir::Request& request) {
    return fhir::ParameterOf(*request.body, "operation-id").AsString();
  }

  const offline::test::TemporaryDirectory directory_;
  const std::unique_ptr<offline::Database> database_ =
      offline::test::OpenStore(directory_.File("store.db"));
  yizhan::test::RunningClock clock_{test::Now()};
  NewsBox news_;
  ScriptedClient* client_ = nullptr;
  std::unique_ptr<Gateway> gateway_;
  std::uint64_t session_ = 0;
};

TEST_F(GatewayTest, OnlineTheHospitalAnswers) {
  client_->On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(200, TicketAnswer("A012"))});
  StartOnline();
  const auto today = LookUp();
  ASSERT_TRUE(today);
  EXPECT_FALSE(today->offline);
  EXPECT_EQ(today->visits.at(0).doctor, "王建国");
  const CheckedIn done = Done(CheckIn());
  EXPECT_EQ(done.ticket.number, "A012");
  EXPECT_FALSE(done.ticket.provisional);
  EXPECT_EQ(done.ticket.masked_name, "张*三");
  ASSERT_TRUE(gateway_->Post(AskStaffCall{}));
  EXPECT_TRUE(news_.Wait<StaffCallAnswered>()->reached);
  client_->On("GET Patient?", {ScriptedClient::Reply(200, Bundle({}))});
  EXPECT_EQ(LookUp().error().code, ErrorCode::NotFound);
}

TEST_F(GatewayTest, EachActHasASerialNumberOfItsOwnWithoutGaps) {
  client_->On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(200, TicketAnswer("A012"))});
  StartOnline();
  for (const char* serial : {"20260310-K3-000001", "20260310-K3-000002"}) {
    Done(CheckIn());
    const auto sent = client_->Sent("POST Appointment/a1/$check-in");
    EXPECT_EQ(fhir::ParameterOf(*sent.back().body, "serial").AsString(), serial);
  }
  GoAway(ErrorCode::Unreachable);
  EXPECT_EQ(Done(CheckIn()).ticket.serial, "20260310-K3-000003");
}

TEST_F(GatewayTest, TheFirstQuestionWaitsForTheFirstTryToReachTheHospital) {
  EXPECT_TRUE(gateway_->Post(AskLookUp{1, test::Card()}));
  gateway_->Start();
  const auto news = news_.Wait<LookUpAnswered>();
  ASSERT_TRUE(news && news->answer);
  EXPECT_FALSE(news->answer->offline);
}

TEST_F(GatewayTest, ItGoesAwayServesAloneComesBackAndDelivers) {
  StartOnline();
  GoAway(ErrorCode::Unreachable);
  const auto today = LookUp();
  ASSERT_TRUE(today);
  EXPECT_TRUE(today->offline);
  const CheckedIn done = Done(CheckIn());
  EXPECT_EQ(done.ticket.number, "A-K3-01");
  EXPECT_TRUE(done.ticket.provisional);
  EXPECT_TRUE(Done(CheckIn()).already);
  EXPECT_EQ(LookUp("88010000").error().code, ErrorCode::Unreachable);
  ASSERT_TRUE(gateway_->Post(AskStaffCall{}));
  EXPECT_FALSE(news_.Wait<StaffCallAnswered>()->reached);
  EXPECT_TRUE(client_->Sent("POST Appointment").empty());

  client_->On("POST Appointment/a1/$check-in",
              {ScriptedClient::Reply(200, TicketAnswer("A-K3-01"))});
  client_->Break(std::nullopt);
  ASSERT_TRUE(news_.WaitReachable(true));
  ASSERT_TRUE(client_->WaitForSent("POST Appointment/a1/$check-in", 1));
  // Two more rounds of its duties, and the act is not sent again.
  const std::size_t rounds = client_->Sent("GET Appointment?_lastUpdated").size();
  ASSERT_TRUE(client_->WaitForSent("GET Appointment?_lastUpdated", rounds + 2));
  const auto sent = client_->Sent("POST Appointment/a1/$check-in");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(OperationOf(sent[0]), done.ticket.operation.Value());
  EXPECT_EQ(offline::Outbox(*database_).Counts()->pending, 0);
}

TEST_F(GatewayTest, EachChangeIsToldOnce) {
  StartOnline();
  for (int time = 0; time < 3; ++time) {
    GoAway(time == 1 ? ErrorCode::Timeout : ErrorCode::Unreachable);
    const std::size_t probes = client_->Sent("GET metadata").size();
    ASSERT_TRUE(client_->WaitForSent("GET metadata", probes + 3));
    EXPECT_EQ(news_.Count<ReachableChanged>(), 0U);
    client_->Break(std::nullopt);
    ASSERT_TRUE(news_.WaitReachable(true));
  }
  gateway_->Stop();
  EXPECT_EQ(news_.Count<ReachableChanged>(), 0U);
}

TEST_F(GatewayTest, ALostAnswerBecomesPaperUnderTheSameOperation) {
  client_->On("POST Appointment/a1/$check-in",
              {ScriptedClient::Fails(ErrorCode::Timeout),
               ScriptedClient::Reply(200, TicketAnswer("A-K3-01"))});
  StartOnline();
  const CheckedIn done = Done(CheckIn());
  EXPECT_TRUE(done.ticket.provisional);
  ASSERT_TRUE(client_->WaitForSent("POST Appointment/a1/$check-in", 2));
  const auto sent = client_->Sent("POST Appointment/a1/$check-in");
  EXPECT_EQ(OperationOf(sent[0]), OperationOf(sent[1]));
  EXPECT_EQ(OperationOf(sent[1]), done.ticket.operation.Value());
  EXPECT_EQ(fhir::ParameterOf(*sent[1].body, "provisional-number").AsString(), done.ticket.number);
}

TEST_F(GatewayTest, AServerThatFailsOnOnePatientIsNotAway) {
  client_->On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(500)});
  StartOnline();
  client_->On("GET Patient?", {ScriptedClient::Reply(500)});
  const auto today = LookUp();
  ASSERT_TRUE(today);
  EXPECT_TRUE(today->offline);
  EXPECT_TRUE(Done(CheckIn()).ticket.provisional);
  EXPECT_EQ(news_.Count<ReachableChanged>(), 0U);
}

TEST_F(GatewayTest, ADutyThatTheServerRefusesDoesNotTakeTheTerminalOffline) {
  client_->On("GET PractitionerRole", {ScriptedClient::Reply(403)});
  client_->On("GET Appointment?_include", {ScriptedClient::Reply(400)});
  client_->On("GET Task", {ScriptedClient::Reply(200, "[]")});
  client_->On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(200, TicketAnswer("A012"))});
  gateway_->Start();
  ASSERT_TRUE(news_.WaitReachable(true));
  ASSERT_TRUE(client_->WaitForSent("GET Task", 3));
  EXPECT_EQ(Done(CheckIn()).ticket.number, "A012");
  EXPECT_EQ(news_.Count<ReachableChanged>(), 0U);
}

TEST_F(GatewayTest, TheFirstPatientOfANewTerminalIsNotSentToAnotherSite) {
  client_->HangAt("GET Location");
  gateway_->Start();
  ASSERT_TRUE(news_.WaitReachable(true));
  ASSERT_TRUE(gateway_->Post(AskLookUp{1, test::Card()}));
  client_->HangAt("");
  const auto news = news_.Wait<LookUpAnswered>();
  ASSERT_TRUE(news && news->answer);
  EXPECT_EQ(news->answer->visits.at(0).site_id, test::kStation.site);
  EXPECT_EQ(client_->Sent("GET PractitionerRole").size(), 1U);
  const auto sent = client_->Sent();
  const auto at = [&](const std::string& path) {
    return std::find_if(sent.begin(), sent.end(),
                        [&](const auto& one) { return one.path.starts_with(path); });
  };
  EXPECT_LT(at("PractitionerRole") - sent.begin(), at("Patient?") - sent.begin());
}

TEST_F(GatewayTest, AnEndlessDirectoryLetsQuestionsThrough) {
  client_->On("GET Location", {ScriptedClient::Reply(200, Bundle({}, "Location?again=1"))});
  StartOnline();
  ASSERT_TRUE(client_->WaitForSent("GET Location?again", 10));
  EXPECT_TRUE(LookUp());
}

TEST_F(GatewayTest, TheTicketOnPaperIsShownUntilTheHospitalHasHeardOfIt) {
  StartOnline();
  GoAway(ErrorCode::Unreachable);
  const CheckedIn done = Done(CheckIn());
  client_->On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(500)});
  client_->Break(std::nullopt);
  ASSERT_TRUE(news_.WaitReachable(true));
  ASSERT_TRUE(client_->WaitForSent("POST Appointment/a1/$check-in", 1));
  const auto today = LookUp();
  ASSERT_TRUE(today && today->visits.at(0).ticket);
  EXPECT_FALSE(today->offline);
  EXPECT_EQ(today->visits[0].ticket->number, done.ticket.number);
  const CheckedIn again = Done(CheckIn());
  EXPECT_TRUE(again.already);
  EXPECT_EQ(again.ticket.number, done.ticket.number);
}

TEST_F(GatewayTest, AfterARestartWithoutTheHospitalTheListsAreStillThere) {
  StartOnline();
  ASSERT_TRUE(news_.Wait<ListsChanged>(
      [](const ListsChanged& news) { return !news.lists.doctors.empty(); }));
  gateway_->Stop();
  NewsBox news;
  auto client = std::make_unique<ScriptedClient>();
  client->Break(ErrorCode::Unreachable);
  GatewayOptions options;
  options.station = test::kStation;
  const auto again = Gateway::Over(std::move(client), options, *database_, clock_, news.Teller());
  again->Start();
  const auto lists = news.Wait<ListsChanged>();
  ASSERT_TRUE(lists);
  EXPECT_EQ(lists->lists.doctors.at(0).name.zh, "王建国");
  EXPECT_EQ(lists->lists.departments.at(0).waiting, std::nullopt);
  ASSERT_TRUE(again->Post(AskLookUp{1, test::Card()}));
  const auto answered = news.Wait<LookUpAnswered>();
  ASSERT_TRUE(answered && answered->answer);
  EXPECT_TRUE(answered->answer->offline);
}

TEST_F(GatewayTest, StopsWithinTwoSecondsWhateverItWaitsFor) {
  const char* moments[] = {"GET metadata", "GET Location", "GET Appointment?",
                           "GET Task",     "GET Patient?", "POST Appointment"};
  for (const char* moment : moments) {
    NewsBox news;
    auto owned = std::make_unique<ScriptedClient>();
    client_ = owned.get();
    ServeHospital();
    GatewayOptions options;
    options.station = test::kStation;
    const auto gateway =
        Gateway::Over(std::move(owned), options, *database_, clock_, news.Teller());
    client_->HangAt(moment);
    gateway->Start();
    if (std::string(moment) == "GET Patient?") {
      ASSERT_TRUE(gateway->Post(AskLookUp{1, test::Card()}));
    }
    if (std::string(moment) == "POST Appointment") {
      ASSERT_TRUE(gateway->Post(
          AskCheckIn{1, ToVisit(test::Appointment(), test::SmallDirectory()).value(), ""}));
    }
    ASSERT_TRUE(client_->WaitForSent(moment, 1)) << moment;
    const MonotonicTime began = SystemClock().Monotonic();
    gateway->Stop();
    EXPECT_LT(SystemClock().Monotonic() - began, std::chrono::seconds(2)) << moment;
    EXPECT_FALSE(gateway->Post(AskStaffCall{}));
  }
}

TEST_F(GatewayTest, YesterdaysVisitorsAreForgottenAlsoWhileTheHospitalIsAway) {
  StartOnline();
  GoAway(ErrorCode::Unreachable);
  auto cache = offline::DirectoryCache::Open(*database_);
  ASSERT_TRUE(cache);
  ASSERT_TRUE(cache->Visitor(domain::PatientId("zhang")).value());
  clock_.Jump(std::chrono::hours(24));
  const std::size_t probes = client_->Sent("GET metadata").size();
  ASSERT_TRUE(client_->WaitForSent("GET metadata", probes + 3));
  EXPECT_FALSE(cache->Visitor(domain::PatientId("zhang")).value());
  EXPECT_EQ(LookUp().error().code, ErrorCode::Unreachable);
}

TEST_F(GatewayTest, F32_ALostCheckInIsAskedForOnceMoreWithTheSameOperation) {
  StartOnline();
  client_->On("POST Patient/p1/$exam-check-in",
              {ScriptedClient::Fails(ErrorCode::Timeout),
               ScriptedClient::Reply(200, R"({"resourceType":"Parameters","parameter":[
                 {"name":"ticket","resource":{"resourceType":"Task","id":"t1","identifier":[
                   {"system":"urn:yizhan:ticket-number","value":"U007"}]}}]})")});
  const domain::CheckInToExams wish{domain::PatientId("p1")};
  ASSERT_TRUE(gateway_->Post(AskCare{++session_, 1, wish}));
  const auto news = news_.Wait<CareAnswered>();
  ASSERT_TRUE(news);
  ASSERT_TRUE(std::holds_alternative<domain::CareTickets>(news->reply));
  const auto sent = client_->Sent("POST Patient/p1/$exam-check-in");
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(*sent[0].body, *sent[1].body);
}

TEST_F(GatewayTest, F36_WithoutTheHospitalNoGuideIsMadeUp) {
  StartOnline();
  client_->On("GET Patient/p1/$guide", {ScriptedClient::Fails(ErrorCode::Unreachable)});
  client_->HangAt("GET metadata");
  const domain::WhatNext wish{domain::PatientId("p1")};
  for (int question = 1; question <= 2; ++question) {
    ASSERT_TRUE(gateway_->Post(AskCare{++session_, question, wish}));
    const auto news = news_.Wait<CareAnswered>();
    ASSERT_TRUE(news);
    EXPECT_EQ(news->question, question);
    EXPECT_TRUE(std::holds_alternative<domain::CareFailed>(news->reply));
  }
  EXPECT_EQ(client_->Sent("GET Patient/p1/$guide").size(), 1U) << "it is known to be away";
}

TEST_F(GatewayTest, BookingNeedsTheHospitalAndKeepsItsOperationForTheNextTry) {
  StartOnline();
  const auto ask = [&](const std::string& operation) {
    domain::BookSeat wish;
    wish.operation = domain::OperationId(operation);
    wish.seat.slot = domain::SlotId("s1");
    EXPECT_TRUE(gateway_->Post(AskBooking{++session_, 4, wish}));
    const auto news = news_.Wait<BookingAnswered>();
    EXPECT_TRUE(news);
    EXPECT_EQ(news->question, 4);
    const auto* failed = std::get_if<domain::BookingFailed>(&news->reply);
    EXPECT_NE(failed, nullptr);
    return failed == nullptr ? domain::BookingFailed() : *failed;
  };
  using Why = domain::BookingFailed::Why;
  const domain::BookingFailed refused = ask("");
  EXPECT_EQ(refused.why, Why::Cannot) << "this hospital has no such seat";
  EXPECT_FALSE(refused.operation.Empty());
  client_->On("GET Slot/s1", {ScriptedClient::Fails(ErrorCode::Timeout)});
  client_->HangAt("GET metadata");  // It stays away for the next question.
  const domain::BookingFailed lost = ask("op-7");
  EXPECT_EQ(lost.why, Why::Unsure);
  EXPECT_EQ(lost.operation.Value(), "op-7");
  EXPECT_EQ(ask("op-7").why, Why::Away) << "nothing is asked of a hospital that is away";
}

TEST_F(GatewayTest, StopsAlsoWhenItNeverStarted) {
  gateway_->Stop();
  gateway_->Stop();
  EXPECT_EQ(news_.Count<ReachableChanged>(), 0U);
}

TEST_F(GatewayTest, AFullMailboxSaysSoAtOnce) {
  client_->HangAt("GET metadata");
  gateway_->Start();
  ASSERT_TRUE(client_->WaitForSent("GET metadata", 1));
  int taken = 0;
  while (taken < 1000 && gateway_->Post(AskStaffCall{})) ++taken;
  EXPECT_EQ(taken, 64);
  client_->HangAt("");
  for (int answered = 0; answered < taken; ++answered) {
    ASSERT_TRUE(news_.Wait<StaffCallAnswered>());
  }
  EXPECT_TRUE(gateway_->Post(AskStaffCall{}));
}

TEST_F(GatewayTest, WithoutOurOperationTheStandardPathDrawsAnOwnNumber) {
  client_->On("GET metadata",
              {ScriptedClient::Reply(200, R"({"resourceType":"CapabilityStatement"})")});
  client_->On("GET Appointment/a1",
              {ScriptedClient::Reply(200, test::Appointment().Write(), "W/\"1\"")});
  client_->On("PUT Appointment/a1", {ScriptedClient::Reply(200)});
  client_->On("GET Task?code=urn%3Ayizhan%3Atask-code%7Cqueue-ticket&focus",
              {ScriptedClient::Reply(200, Bundle({test::Ticket("A-K3-01", "x")}))});
  StartOnline();
  const CheckedIn done = Done(CheckIn());
  EXPECT_EQ(done.ticket.number, "A-K3-01");
  EXPECT_FALSE(done.ticket.provisional);
  const Json task = *client_->Sent("POST Task").at(0).body;
  EXPECT_EQ(fhir::IdentifierValue(task, fhir::systems::kTicketNumber), "A-K3-01");
}

}  // namespace
}  // namespace yizhan::sync
