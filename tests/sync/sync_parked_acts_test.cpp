#include <gtest/gtest.h>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "kiosk/sync/parked_acts.h"
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

class ParkedActsTest : public testing::Test {
 protected:
  ParkedActsTest() {
    offline::OutboxEntry act;
    act.operation = domain::OperationId("op1");
    act.kind = "check-in";
    act.aggregate = "a1";
    act.body = R"({"appointment":"a1","patient":"zhang","number":"A-K3-01"})";
    act.created = test::Now();
    EXPECT_TRUE(outbox_.Add(act));
    Park("payment-due");
    client_.On("POST Task", {ScriptedClient::Reply(201)});
    client_.On("PUT Task/t1", {ScriptedClient::Reply(200)});
  }
  void Park(const std::string& reason) {
    EXPECT_TRUE(outbox_.Park(domain::OperationId("op1"), reason, clock_.Now()));
  }
  /// What the hospital knows of the act.
  void Says(const std::string& status) {
    const std::string bundle =
        status.empty() ? R"({"resourceType":"Bundle","type":"searchset"})"
                       : R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":)"
                         R"({"resourceType":"Task","id":"t1","meta":{"versionId":"4"},"status":")" +
                             status + R"(","for":{"reference":"Patient/zhang"}}}]})";
    client_.On("GET Task?", {ScriptedClient::Reply(200, bundle)});
  }
  bool Look() {
    const Result<bool> looked = parked_.Look(clock_);
    EXPECT_TRUE(looked) << looked.error().detail;
    return looked.value_or(false);
  }
  DeliveryState State() { return outbox_.Find(domain::OperationId("op1"))->state; }

  const offline::test::TemporaryDirectory directory_;
  std::unique_ptr<offline::Database> database_ =
      offline::test::OpenStore(directory_.File("store.db"));
  offline::Outbox outbox_{*database_};
  ManualClock clock_{test::Now()};
  ScriptedClient client_;
  Hospital hospital_{client_, test::kStation};
  ParkedActs parked_{hospital_, *database_, test::kStation};
};

TEST_F(ParkedActsTest, TheHospitalIsToldOnceWhoseActItWasAndWhyItWasRefused) {
  Says("");
  EXPECT_FALSE(Look());
  const auto told = client_.Sent("POST Task");
  ASSERT_EQ(told.size(), 1U);
  const Json& task = *told[0].body;
  EXPECT_EQ(task["status"].AsString(), "requested");
  EXPECT_EQ(fhir::CodeOf(task["statusReason"], fhir::systems::kParkedReason), "payment-due");
  EXPECT_EQ(task["for"]["reference"].AsString(), "Patient/zhang");
  EXPECT_EQ(task["input"][0]["valueString"].AsString(), "A-K3-01");
  EXPECT_NE(told[0].if_none_exist.find("op1"), std::string::npos);
  Says("requested");
  EXPECT_FALSE(Look());
  EXPECT_EQ(client_.Sent("POST Task").size(), 1U);
  EXPECT_EQ(State(), DeliveryState::Parked);
}

TEST_F(ParkedActsTest, APersonLetsItBeTriedAgainAndARefusalComesBackToThePerson) {
  Says("accepted");
  EXPECT_TRUE(Look());
  EXPECT_EQ(State(), DeliveryState::Pending);
  const auto put = client_.Sent("PUT Task/t1");
  ASSERT_EQ(put.size(), 1U);
  EXPECT_EQ((*put[0].body)["status"].AsString(), "in-progress");
  EXPECT_EQ(put[0].if_match, "W/\"4\"");
  Park("late");
  Says("in-progress");
  EXPECT_FALSE(Look());
  const Json again = *client_.Sent("PUT Task/t1").back().body;
  EXPECT_EQ(again["status"].AsString(), "requested");
  EXPECT_EQ(fhir::CodeOf(again["statusReason"], fhir::systems::kParkedReason), "late");
  EXPECT_EQ(State(), DeliveryState::Parked) << "not tried for ever";
}

TEST_F(ParkedActsTest, WhatAPersonGaveUpIsForgotten) {
  Says("rejected");
  EXPECT_FALSE(Look());
  EXPECT_EQ(State(), DeliveryState::Delivered);
  EXPECT_TRUE(outbox_.Find(domain::OperationId("op1"))->body.empty());
}

TEST_F(ParkedActsTest, WhoIsSlowerThanAPersonLooksAgain) {
  Says("accepted");
  client_.On("PUT Task/t1", {ScriptedClient::Reply(412)});
  EXPECT_FALSE(Look());
  EXPECT_EQ(State(), DeliveryState::Parked);
}

TEST_F(ParkedActsTest, AHospitalThatIsAwayChangesNothing) {
  client_.Break(ErrorCode::Unreachable);
  EXPECT_FALSE(Look());
  client_.Break(std::nullopt);
  client_.On("GET Task?", {ScriptedClient::Reply(500)});
  EXPECT_FALSE(Look()) << "no failure of the terminal's own store";
  EXPECT_EQ(State(), DeliveryState::Parked);
}

}  // namespace
}  // namespace yizhan::sync
