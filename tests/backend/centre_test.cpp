// The inpatient service centre: one ticket for several services, without an appointment (F67).
#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/centre/centre_check_in.h"
#include "backend/r4/validate.h"
#include "tests/backend/queue_fixture.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

class CentreTest : public test::QueueFixture {
 protected:
  CentreTest() {
    if (store == nullptr) return;
    AddPatient("a");
    AddPatient("b");
  }
  OperationAnswer Ask(const std::string& patient, const std::string& operation,
                      const std::vector<std::string>& services) {
    Json parameters;
    parameters.Set("resourceType", Json::String("Parameters"));
    fhir::AddParameter(parameters, "operation-id", "valueString", Json::String(operation));
    fhir::AddParameter(parameters, "terminal", "valueString", Json::String("K3"));
    for (const std::string& one : services) {
      fhir::AddParameter(parameters, "service", "valueReference",
                         fhir::Reference("HealthcareService", one));
    }
    return CentreCheckIn(*hospital, patient, parameters);
  }
  static std::string NumberOf(const Json& task) {
    return fhir::IdentifierValue(task, systems::kTicketNumber);
  }
  static std::string NumberIn(const OperationAnswer& answer) {
    return NumberOf(fhir::ParameterOf(answer.body, "ticket"));
  }
  static std::string CodeOf(const OperationAnswer& answer) {
    return fhir::CodeOf(answer.body["issue"][0]["details"], systems::kCareRefusal);
  }
};

TEST_F(CentreTest, F67_OneTicketForEverythingThatIsWanted) {
  const OperationAnswer first = Ask("a", "op-1", {"advice", "nursing", "advice"});
  ASSERT_EQ(first.status, 200) << first.body.Write(true);
  EXPECT_EQ(NumberIn(first), "Z001");
  EXPECT_EQ(fhir::ParameterOf(first.body, "ahead").AsInteger(), 0);
  const auto ticket = FromTask(fhir::ParameterOf(first.body, "ticket"));
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->stops, (std::vector<std::string>{"advice", "nursing"}));
  for (const r4::Issue& issue : r4::Validate(fhir::ParameterOf(first.body, "ticket"))) {
    ADD_FAILURE() << issue.expression << " " << issue.diagnostics;
  }
  const OperationAnswer second = Ask("b", "op-2", {"approval"});
  EXPECT_EQ(NumberIn(second), "Z002");
  EXPECT_EQ(fhir::ParameterOf(second.body, "ahead").AsInteger(), 1);
}

TEST_F(CentreTest, F67_ARepeatedOperationDrawsNoSecondNumber) {
  EXPECT_EQ(NumberIn(Ask("a", "op-1", {"advice"})), "Z001");
  EXPECT_EQ(NumberIn(Ask("a", "op-1", {"advice"})), "Z001");
  EXPECT_EQ(NumberIn(Ask("b", "op-2", {"advice"})), "Z002");
}

TEST_F(CentreTest, F67_NobodyStandsInTheLineTwice) {
  ASSERT_EQ(NumberIn(Ask("a", "op-1", {"advice"})), "Z001");
  const OperationAnswer again = Ask("a", "op-2", {"nursing"});
  EXPECT_EQ(again.status, 422);
  EXPECT_EQ(CodeOf(again), "already-checked-in");
  EXPECT_EQ(NumberOf(again.body["contained"][0]), "Z001");
  EXPECT_EQ(NumberIn(Ask("b", "op-3", {"advice"})), "Z002") << "no number was lost";
}

TEST_F(CentreTest, F67_WhatNoDeskDoesIsRefused) {
  EXPECT_EQ(CodeOf(Ask("a", "op-1", {})), "nothing-to-do");
  EXPECT_EQ(CodeOf(Ask("a", "op-2", {"advice", "cardio"})), "nothing-to-do");
  EXPECT_EQ(CodeOf(Ask("a", "op-3", {"centre"})), "nothing-to-do");
  EXPECT_EQ(CodeOf(Ask("nobody", "op-4", {"advice"})), "unknown-patient");
  EXPECT_EQ(Ask("a", "", {"advice"}).status, 400);
  EXPECT_EQ(NumberIn(Ask("a", "op-5", {"advice"})), "Z001");
}

}  // namespace
}  // namespace yizhan::hospital
