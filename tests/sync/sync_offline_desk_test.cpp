#include <gtest/gtest.h>

#include <filesystem>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "kiosk/sync/offline_desk.h"
#include "tests/offline-store/store_fixture.h"
#include "tests/support/manual_clock.h"
#include "tests/sync/scripted_client.h"
#include "tests/sync/small_hospital.h"

namespace yizhan::sync {
namespace {

using fhir::Json;
using offline::DeliveryState;
using test::ScriptedClient;
using yizhan::test::ManualClock;

constexpr Abilities kOurs{true, true};

Found News(const std::string& patient = "zhang", const std::string& card = "8801000011113321",
           const std::string& appointment = "a1", const std::string& status = "booked") {
  return {test::Patient(patient, card),
          {test::Appointment(appointment, status, patient)},
          {},
          {test::Invoice()},
          0,
          0};
}

std::string TicketAnswer(const std::string& number, const std::string& operation) {
  return R"({"resourceType":"Parameters","parameter":[{"name":"ticket","resource":)" +
         test::Ticket(number, operation).Write() + "}]}";
}

class OfflineDeskTest : public testing::Test {
 protected:
  OfflineDeskTest() { Restart(); }

  /// As after a power cut: what was not on disk is gone.
  void Restart() {
    desk_.reset();
    cache_.reset();
    database_.reset();
    database_ = offline::test::OpenStore(directory_.File("store.db"));
    auto cache = offline::DirectoryCache::Open(*database_);
    ASSERT_TRUE(cache);
    cache_.emplace(std::move(*cache));
    desk_.emplace(*database_, *cache_, test::kStation);
  }
  Status Remember(std::vector<Found> news) { return desk_->Remember(news, test::Today()); }
  Result<PatientToday> LookUp(const std::string& card = "8801000011113321") {
    return desk_->LookUp(test::Card(card), clock_.Now(), known_);
  }
  CheckedIn CheckIn(const std::string& operation, const std::string& appointment = "a1") {
    domain::Visit visit = ToVisit(test::Appointment(appointment), known_).value();
    auto done = desk_->CheckIn(domain::OperationId(operation), visit, "张*三", "20260310-K3-000001",
                               clock_.Now());
    EXPECT_TRUE(done);
    return done.value_or(CheckedIn());
  }
  Result<Delivery> Deliver() { return desk_->DeliverOne(hospital_, kOurs, clock_); }
  offline::OutboxEntry Act(const std::string& operation) {
    return offline::Outbox(*database_).Find(domain::OperationId(operation)).value();
  }

  const offline::test::TemporaryDirectory directory_;
  std::unique_ptr<offline::Database> database_;
  std::optional<offline::DirectoryCache> cache_;
  std::optional<OfflineDesk> desk_;
  ManualClock clock_{test::Now()};
  ScriptedClient client_;
  Hospital hospital_{client_, test::kStation};
  const Directory known_ = test::SmallDirectory();
};

TEST_F(OfflineDeskTest, AVisitorIsKnownByTheCardAfterARestart) {
  ASSERT_TRUE(Remember({News()}));
  Restart();
  const auto today = LookUp();
  ASSERT_TRUE(today);
  EXPECT_TRUE(today->offline);
  EXPECT_EQ(today->patient.id.Value(), "zhang");
  EXPECT_EQ(today->patient.masked_name, "张*三");
  EXPECT_EQ(today->patient.birth_date, ParseDate("1980-02-29").value());
  ASSERT_EQ(today->visits.size(), 1U);
  EXPECT_EQ(today->visits[0].doctor, "王建国");
  EXPECT_EQ(today->visits[0].due_minor, 2550);
  EXPECT_EQ(today->tasks.bills, 0);
  EXPECT_EQ(LookUp("88010000").error().code, ErrorCode::NotFound);
}

TEST_F(OfflineDeskTest, TheStoreKeepsNeitherNameNorNumberNorReason) {
  ASSERT_TRUE(Remember({News()}));
  const std::string body = cache_->Visitor(domain::PatientId("zhang")).value().value();
  for (const char* secret :
       {"小三", "8801000011113321", "13900001111", "血压", "挂号费", "display"}) {
    EXPECT_EQ(body.find(secret), std::string::npos) << secret;
  }
}

TEST_F(OfflineDeskTest, TwoPatientsWithOneCardAreBothTurnedAway) {
  ASSERT_TRUE(Remember({News(), News("li", "8801000011113321", "a2")}));
  EXPECT_EQ(LookUp().error().code, ErrorCode::Conflict);
}

TEST_F(OfflineDeskTest, NewsReplacesWhatItRepeatsAndLeavesTheRest) {
  ASSERT_TRUE(Remember({News(), News("li", "88020000", "b1")}));
  Found news = News("zhang", "8801000011113321", "a2");
  ASSERT_TRUE(Remember({news}));
  EXPECT_EQ(LookUp()->visits.size(), 2U);
  ASSERT_TRUE(Remember({News("zhang", "8801000011113321", "a1", "cancelled")}));
  EXPECT_EQ(LookUp()->visits.size(), 2U);
  EXPECT_EQ(LookUp()->visits[0].state, domain::VisitState::Booked);
  EXPECT_EQ(LookUp()->visits[1].state, domain::VisitState::Cancelled);
  EXPECT_TRUE(LookUp("88020000"));
}

TEST_F(OfflineDeskTest, ALostCardNoLongerOpensAndAMovedVisitIsNotToday) {
  ASSERT_TRUE(Remember({News()}));
  Found moved = News("zhang", "88029999");
  moved.appointments[0].Set("start", Json::String("2026-03-11T09:00:00+08:00"));
  ASSERT_TRUE(Remember({moved}));
  EXPECT_EQ(LookUp().error().code, ErrorCode::NotFound);
  EXPECT_TRUE(LookUp("88029999")->visits.empty());
  Found inactive = News("zhang", "88029999");
  inactive.patient.Set("active", Json::Boolean(false));
  ASSERT_TRUE(Remember({inactive}));
  EXPECT_EQ(LookUp("88029999").error().code, ErrorCode::NotFound);
}

TEST_F(OfflineDeskTest, WhoComesAnotherDayIsNotKept) {
  Found tomorrow = News();
  tomorrow.appointments[0].Set("start", Json::String("2026-03-11T09:00:00+08:00"));
  ASSERT_TRUE(Remember({tomorrow}));
  EXPECT_EQ(LookUp().error().code, ErrorCode::NotFound);
}

TEST_F(OfflineDeskTest, OneHostilePatientDoesNotKeepTheOthersOut) {
  Found hostile = News("hostile", "88030000", "h1");
  Json identifiers = Json::Array();
  for (int i = 0; i < 100; ++i) {
    identifiers.Append(
        fhir::Identifier(fhir::systems::kCardNumber, "8803" + std::to_string(1000 + i / 2)));
  }
  hostile.patient.Set("identifier", identifiers);
  for (int i = 0; i < 3000; ++i) {
    hostile.appointments.push_back(test::Appointment("h" + std::to_string(i), "booked", "hostile"));
    hostile.invoices.push_back(test::Invoice("issued", "i" + std::to_string(i)));
  }
  Found nameless = News();
  nameless.patient = Json();
  ASSERT_TRUE(Remember({hostile, nameless, News()}));
  EXPECT_TRUE(LookUp());
  EXPECT_LE(LookUp("88031000")->visits.size(), 16U);
}

TEST_F(OfflineDeskTest, AFeePaidMeanwhileIsNotAskedFor) {
  ASSERT_TRUE(Remember({News()}));
  ASSERT_TRUE(desk_->RememberInvoices({test::Invoice("balanced"), Json(), test::Parse("[]"),
                                       test::Parse(R"({"subject":{"reference":"Group/1"}})")},
                                      test::Today()));
  EXPECT_EQ(LookUp()->visits[0].due_minor, 0);
  EXPECT_TRUE(LookUp());
}

TEST_F(OfflineDeskTest, ASecondTapGivesTheSameTicketAlsoAfterARestart) {
  ASSERT_TRUE(Remember({News()}));
  const CheckedIn first = CheckIn("op-1");
  EXPECT_EQ(first.ticket.number, "A-K3-01");
  EXPECT_TRUE(first.ticket.provisional);
  EXPECT_FALSE(first.already);
  Restart();
  EXPECT_EQ(LookUp()->visits[0].ticket->number, "A-K3-01");
  EXPECT_EQ(LookUp()->visits[0].state, domain::VisitState::CheckedIn);
  const CheckedIn second = CheckIn("op-2");
  EXPECT_TRUE(second.already);
  EXPECT_EQ(second.ticket.number, "A-K3-01");
  EXPECT_EQ(second.ticket.operation.Value(), "op-1");
  EXPECT_EQ(desk_->Waiting()->pending, 1);
}

TEST_F(OfflineDeskTest, ATicketOfTheHospitalIsShownWhenItGoesAway) {
  ASSERT_TRUE(Remember({News()}));
  const domain::Visit visit = ToVisit(test::Appointment(), known_).value();
  const domain::Ticket ticket = ToTicket(test::Ticket(), visit);
  ASSERT_TRUE(desk_->RememberTicket(visit, ticket, test::Today()));
  ASSERT_TRUE(desk_->RememberTicket(ToVisit(test::Appointment("x", "booked", "li"), known_).value(),
                                    ticket, test::Today()));
  Restart();
  ASSERT_TRUE(LookUp()->visits[0].ticket);
  EXPECT_EQ(LookUp()->visits[0].ticket->number, "A012");
  EXPECT_EQ(LookUp()->visits[0].state, domain::VisitState::CheckedIn);
  EXPECT_FALSE(desk_->Promised(visit.id).value());
}

TEST_F(OfflineDeskTest, EachActIsDeliveredOnceUnderItsOwnId) {
  CheckIn("op-1", "a1");
  CheckIn("op-2", "a2");
  EXPECT_EQ(desk_->Promised(domain::AppointmentId("a1"))->value().number, "A-K3-01");
  client_.On("POST Appointment/a1/$check-in",
             {ScriptedClient::Reply(200, TicketAnswer("A-K3-01", "op-1"))});
  client_.On("POST Appointment/a2/$check-in",
             {ScriptedClient::Reply(200, TicketAnswer("A-K3-02", "op-2"))});
  EXPECT_EQ(Deliver(), Delivery::Settled);
  EXPECT_EQ(Deliver(), Delivery::Settled);
  EXPECT_EQ(Deliver(), Delivery::Nothing);
  const auto sent = client_.Sent("POST");
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(fhir::ParameterOf(*sent[0].body, "operation-id").AsString(), "op-1");
  EXPECT_EQ(fhir::ParameterOf(*sent[0].body, "provisional-number").AsString(), "A-K3-01");
  EXPECT_EQ(fhir::ParameterOf(*sent[0].body, "serial").AsString(), "20260310-K3-000001");
  EXPECT_EQ(ParseInstant(fhir::ParameterOf(*sent[0].body, "arrived").AsString()), test::Now());
  EXPECT_EQ(Act("op-1").state, DeliveryState::Delivered);
  EXPECT_FALSE(desk_->Promised(domain::AppointmentId("a1")).value());
  Restart();
  EXPECT_EQ(Deliver(), Delivery::Nothing);
}

TEST_F(OfflineDeskTest, ACrashBetweenSendingAndConfirmingSendsTheSameIdAgain) {
  CheckIn("op-1");
  client_.On("POST Appointment/a1/$check-in",
             {ScriptedClient::Fails(ErrorCode::Timeout),
              ScriptedClient::Reply(200, TicketAnswer("A-K3-01", "op-1"))});
  EXPECT_EQ(Deliver(), Delivery::Away);
  Restart();
  EXPECT_EQ(Deliver(), Delivery::Settled);
  const auto sent = client_.Sent("POST");
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].body, sent[1].body);
  EXPECT_EQ(Act("op-1").attempts, 2);
}

TEST_F(OfflineDeskTest, ARefusedActIsParkedWithItsReason) {
  CheckIn("op-1", "a1");
  CheckIn("op-2", "a2");
  CheckIn("op-3", "a3");
  Json refusal = fhir::Outcome("business-rule", "");
  refusal.At("issue").MutableItems().front().Set(
      "details", fhir::Concept(fhir::systems::kCheckInRefusal, "already-checked-in"));
  client_.On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(422, refusal.Write())});
  client_.On("POST Appointment/a2/$check-in", {ScriptedClient::Reply(403)});
  client_.On("POST Appointment/a3/$check-in",
             {ScriptedClient::Reply(200, TicketAnswer("A044", "op-3"))});
  for (int act = 0; act < 3; ++act) EXPECT_EQ(Deliver(), Delivery::Settled);
  EXPECT_EQ(Act("op-1").parked_reason, "already-checked-in");
  EXPECT_EQ(Act("op-2").parked_reason, "refused");
  EXPECT_EQ(Act("op-3").parked_reason, "number-differs");
  EXPECT_EQ(desk_->Waiting()->parked, 3);
  EXPECT_EQ(Deliver(), Delivery::Nothing);
  // Online the hospital decides anew about a refused one.
  EXPECT_FALSE(desk_->Promised(domain::AppointmentId("a1")).value());
}

TEST_F(OfflineDeskTest, AnActThatTheHospitalAlwaysFailsOnHoldsUpNobodyAndIsParkedInTheEnd) {
  CheckIn("op-1", "a1");
  CheckIn("op-2", "a2");
  client_.On("POST Appointment/a1/$check-in", {ScriptedClient::Reply(500)});
  client_.On("POST Appointment/a2/$check-in",
             {ScriptedClient::Reply(200, TicketAnswer("A-K3-02", "op-2"))});
  EXPECT_EQ(Deliver(), Delivery::Failed);
  EXPECT_EQ(Deliver(), Delivery::Settled);
  EXPECT_EQ(Act("op-2").state, DeliveryState::Delivered);
  const MonotonicTime began = clock_.Monotonic();
  int tries = 1;
  while (Act("op-1").state == DeliveryState::Pending && tries < 100) {
    EXPECT_EQ(Deliver(), Delivery::Nothing);
    ASSERT_TRUE(desk_->NextTry());
    clock_.Advance(
        std::chrono::ceil<std::chrono::milliseconds>(*desk_->NextTry() - clock_.Monotonic()));
    ASSERT_TRUE(Deliver());
    ++tries;
  }
  EXPECT_EQ(Act("op-1").state, DeliveryState::Parked);
  EXPECT_EQ(Act("op-1").parked_reason, "hospital-fails");
  EXPECT_LE(tries, 20);
  // A server that fails for some minutes does not fill the desk's list.
  EXPECT_GT(clock_.Monotonic() - began, std::chrono::minutes(15));
  EXPECT_FALSE(desk_->NextTry());
}

TEST_F(OfflineDeskTest, AnUnreachableHospitalParksNothingHoweverOftenItIsTried) {
  CheckIn("op-1");
  for (const ErrorCode code : {ErrorCode::Unreachable, ErrorCode::Timeout}) {
    client_.On("POST Appointment/a1", {ScriptedClient::Fails(code)});
    for (int attempt = 0; attempt < 50; ++attempt) {
      clock_.Advance(std::chrono::minutes(10));
      EXPECT_EQ(Deliver(), Delivery::Away);
    }
  }
  EXPECT_EQ(Act("op-1").state, DeliveryState::Pending);
}

TEST_F(OfflineDeskTest, AnActThatTheServerHangsOnLetsOthersPass) {
  CheckIn("op-1", "a1");
  CheckIn("op-2", "a2");
  client_.On("POST Appointment/a1/$check-in", {ScriptedClient::Fails(ErrorCode::Timeout)});
  client_.On("POST Appointment/a2/$check-in",
             {ScriptedClient::Reply(200, TicketAnswer("A-K3-02", "op-2"))});
  EXPECT_EQ(Deliver(), Delivery::Away);
  EXPECT_EQ(Deliver(), Delivery::Settled);
  EXPECT_EQ(Act("op-2").state, DeliveryState::Delivered);
}

TEST_F(OfflineDeskTest, AnActThatNobodyUnderstandsIsParkedUnsent) {
  offline::Outbox outbox(*database_);
  for (const char* body : {"{", "[]", "{}", R"({"appointment":7,"number":"A"})"}) {
    offline::OutboxEntry entry;
    entry.operation = domain::OperationId(std::string("odd") + body);
    entry.kind = "check-in";
    entry.body = body;
    ASSERT_TRUE(outbox.Add(entry));
    EXPECT_EQ(Deliver(), Delivery::Settled);
    EXPECT_EQ(Act(entry.operation.Value()).parked_reason, "not-understood");
  }
  EXPECT_TRUE(client_.Sent().empty());
}

TEST_F(OfflineDeskTest, YesterdaysVisitorsAreForgottenAndTheirActsAreNot) {
  ASSERT_TRUE(Remember({News()}));
  CheckIn("op-1");
  ASSERT_TRUE(desk_->Purge(test::Today(), clock_.Now()));
  EXPECT_TRUE(LookUp());
  ASSERT_TRUE(desk_->Purge(test::Today() + std::chrono::days(1), clock_.Now()));
  EXPECT_EQ(LookUp().error().code, ErrorCode::NotFound);
  EXPECT_FALSE(cache_->Visitor(domain::PatientId("zhang")).value());
  EXPECT_EQ(desk_->Waiting()->pending, 1);
  client_.On("POST Appointment/a1/$check-in",
             {ScriptedClient::Reply(200, TicketAnswer("A-K3-01", "op-1"))});
  EXPECT_EQ(Deliver(), Delivery::Settled);
  EXPECT_EQ(Act("op-1").state, DeliveryState::Delivered);
}

}  // namespace
}  // namespace yizhan::sync
