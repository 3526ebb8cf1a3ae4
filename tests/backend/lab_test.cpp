// The laboratory: check-in, tubes, draw window (domain.md F10, F30, F31).
#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "backend/hospital/care/identity_check.h"
#include "backend/hospital/lab/draw.h"
#include "backend/hospital/lab/lab_check_in.h"
#include "backend/r4/validate.h"
#include "tests/backend/care_fixture.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using test::Parse;
using testing::ElementsAre;
using testing::IsEmpty;

class LabTest : public test::CareFixture {
 protected:
  OperationAnswer CheckInAs(const std::string& patient, const std::string& operation) {
    return LabCheckIn(*hospital, patient, Asked(operation));
  }
  /// "light blue: COAG" of every label, in the order of the answer.
  static std::vector<std::string> Labels(const OperationAnswer& answer) {
    std::vector<std::string> labels;
    for (const Json& label : All(answer.body, "label")) {
      labels.push_back(Part(label, "tube-en") + ": " + Part(label, "test"));
    }
    return labels;
  }
  static std::vector<std::string> Barcodes(const OperationAnswer& answer) {
    std::vector<std::string> codes;
    for (const Json& label : All(answer.body, "label")) codes.push_back(Part(label, "barcode"));
    return codes;
  }
  /// One paid blood count; called to window draw1. Its barcode.
  std::string CalledForCbc(const std::string& patient = "zhang",
                           const std::string& room = "draw1") {
    Order("cbc-" + patient, patient, "CBC");
    const OperationAnswer answer = CheckInAs(patient, "op-" + patient);
    EXPECT_EQ(answer.status, 200) << answer.body.Write();
    const auto called = hospital->Call({room, "ma", "", ""});
    EXPECT_TRUE(called) << called.error().detail;
    const auto codes = Barcodes(answer);
    return codes.empty() ? "" : codes.front();
  }
  static DrawAct At(const std::string& room, const std::string& barcode,
                    const std::string& card = "", bool name_asked = true) {
    return {room, "ma", card, barcode, name_asked, ""};
  }
  static std::string Why(const Result<LabTube>& tube) {
    return tube ? "done" : tube.error().detail;
  }
  void Flag(const std::string& patient, const std::string& who) {
    ASSERT_TRUE(store->Write([&](store::Transaction& transaction) {
      return FlagMismatch(transaction, {patient, who, "draw1", "sex", "", clock.Now()});
    }));
  }
  std::string Lift(const std::string& patient, const std::string& who, const std::string& reason) {
    const Status lifted = store->Write([&](store::Transaction& transaction) {
      return LiftMismatch(transaction, {patient, who, "draw1", "", reason, clock.Now()});
    });
    return lifted ? "lifted" : lifted.error().detail;
  }
};

TEST_F(LabTest, F30_AnOrderSetGivesTheExpectedTubesInTheOrderOfDraw) {
  for (const char* code : {"CBC", "ESR", "COAG", "LIVER", "GLU"}) {
    Order(std::string("o-") + code, "zhang", code);
  }
  const OperationAnswer answer = CheckInAs("zhang", "op");
  ASSERT_EQ(answer.status, 200) << answer.body.Write();
  EXPECT_THAT(Labels(answer), ElementsAre("light blue: COAG", "black: ESR", "gold: LIVER",
                                          "lavender: CBC", "grey: GLU"));
  const std::vector<Json> labels = All(answer.body, "label");
  EXPECT_EQ(Part(labels[0], "place") + '/' + Part(labels[0], "count"), "1/5");
  EXPECT_EQ(Part(labels[0], "name"), "张小三");
  EXPECT_EQ(Part(labels[0], "sex"), "male");
  EXPECT_EQ(Part(labels[0], "age"), "45");
  EXPECT_EQ(Part(labels[0], "number"), "C1");
  EXPECT_EQ(Part(labels[0], "volume-ul"), "2700");
  EXPECT_EQ(Said(answer).substr(0, 1), "X");
  EXPECT_EQ(All(answer.body, "specimen").size(), 5U);
  EXPECT_EQ(Audited("lab-check-in"), 1);
}

TEST_F(LabTest, F30_EveryBarcodeIsUniqueAndHasItsCheckDigit) {
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const std::string patient = "p" + std::to_string(i);
    Person(patient, "王小明", "K" + std::to_string(i));
    for (const char* code : {"CBC", "LIVER", "TSH"}) Order(patient + code, patient, code);
    for (const std::string& code : Barcodes(CheckInAs(patient, "op" + patient))) {
      EXPECT_TRUE(IsBarcode(code)) << code;
      EXPECT_TRUE(seen.insert(code).second) << code;
    }
  }
  EXPECT_EQ(seen.size(), 60U);
  EXPECT_FALSE(IsBarcode("260000000019"));
  EXPECT_FALSE(IsBarcode("2600000000180"));
  EXPECT_FALSE(IsBarcode("26000000001x"));
}

TEST_F(LabTest, F30_UnpaidOrdersPrintNoLabelAndSayHowMuchAndWhere) {
  Bill("b1", "issued", "28.00");
  Bill("b2", "issued", "75.50");
  Order("cbc", "zhang", "CBC", "b1");
  Order("esr", "zhang", "ESR", "b1");  // On the same bill: it counts once.
  Order("liver", "zhang", "LIVER", "b2");
  const OperationAnswer answer = CheckInAs("zhang", "op");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(RefusedWith(answer), "payment-due");
  const Json& issue = answer.body["issue"][0];
  EXPECT_EQ(issue["extension"][0]["valueMoney"]["value"].AsNumberText(), "103.50");
  EXPECT_EQ(issue["diagnostics"].AsString(), "收费处");
  EXPECT_EQ(Find("Specimen", ""), "");
  EXPECT_EQ(Find("Task", "code=queue-ticket"), "");

  // The same tap after paying.
  Bill("b1", "balanced");
  const OperationAnswer paid = CheckInAs("zhang", "op2");
  EXPECT_THAT(Labels(paid), ElementsAre("black: ESR", "lavender: CBC"));
  EXPECT_EQ(fhir::ParameterOf(paid.body, "unpaid")["value"].AsNumberText(), "75.50");
  EXPECT_EQ(fhir::ParameterOf(paid.body, "pay-at-en").AsString(), "Cashier");
}

TEST_F(LabTest, F30_ACancelledBillIsNotPaid) {
  Bill("b1", "cancelled");
  Order("cbc", "zhang", "CBC", "b1");
  Order("esr", "zhang", "ESR", "missing");
  EXPECT_EQ(RefusedWith(CheckInAs("zhang", "op")), "payment-due");
}

TEST_F(LabTest, F30_TheSameOperationIsAnsweredAlikeAndMakesNothingTwice) {
  Order("cbc", "zhang", "CBC");
  const OperationAnswer first = CheckInAs("zhang", "op");
  ASSERT_EQ(first.status, 200);
  hospital->Call({"draw1", "ma", "", ""}).value();
  const OperationAnswer again = CheckInAs("zhang", "op");
  EXPECT_EQ(first.body.Write(), again.body.Write());
  EXPECT_EQ(CheckInAs("li", "op").status, 409);
  // Another tap: the tubes and the ticket are there already.
  const OperationAnswer other = CheckInAs("zhang", "op2");
  EXPECT_EQ(RefusedWith(other), "already-checked-in");
  EXPECT_EQ(other.body["contained"].Items().size(), 1U);
}

TEST_F(LabTest, F30_TwoTerminalsAtOnceLabelAnOrderOnce) {
  for (const char* code : {"CBC", "LIVER"}) Order(code, "zhang", code);
  std::vector<OperationAnswer> answers(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    threads.emplace_back([&, i] { answers[i] = CheckInAs("zhang", "op" + std::to_string(i)); });
  }
  for (std::thread& thread : threads) thread.join();
  const auto done = std::ranges::count(answers, 200, &OperationAnswer::status);
  EXPECT_EQ(done, 1);
  store::SearchResult found;
  (void)Find("Specimen", "patient=zhang", &found);
  EXPECT_EQ(found.matches.size(), 2U);
}

TEST_F(LabTest, F30_TestsOfTwoSectionsAndTimedSeriesGetTubesOfTheirOwn) {
  for (const char* code : {"LIVER", "TSH", "OGTT"}) Order(code, "zhang", code);
  EXPECT_THAT(
      Labels(CheckInAs("zhang", "op")),
      ElementsAre("gold: LIVER", "gold: TSH", "grey: OGTT0'", "grey: OGTT30'", "grey: OGTT60'"));
}

TEST_F(LabTest, F30_ThePatientLearnsWhenAndWhereTheReportIsReadyAndHowToFast) {
  for (const char* code : {"CBC", "LIVER", "TSH"}) Order(code, "zhang", code);
  std::map<std::string, Json> tests;
  for (const Json& test : All(CheckInAs("zhang", "op").body, "test")) {
    tests[Part(test, "name")] = test;
  }
  const auto ready = [&](const char* name) {
    return ToLocalDateTime(*ParseInstant(Part(tests[name], "ready-at")), zone).substr(0, 16);
  };
  EXPECT_EQ(ready("项目CBC"), "2026-03-10T08:45");
  EXPECT_EQ(ready("项目LIVER"), "2026-03-10T10:30");
  EXPECT_EQ(ready("项目TSH"), "2026-03-13T10:00") << "the 12th is a holiday";
  EXPECT_EQ(Part(tests["项目LIVER"], "fasting-hours"), "8");
}

TEST_F(LabTest, F30_NothingOrderedOrNotKnownSaysSo) {
  EXPECT_EQ(RefusedWith(CheckInAs("zhang", "op")), "nothing-to-do");
  EXPECT_EQ(RefusedWith(CheckInAs("nobody", "op")), "unknown-patient");
  Order("odd", "zhang", "NOT-IN-THE-CATALOGUE");
  EXPECT_EQ(RefusedWith(CheckInAs("zhang", "op")), "ask-staff");
  EXPECT_EQ(LabCheckIn(*hospital, "zhang", Parse("{}")).status, 400);
  EXPECT_EQ(LabCheckIn(*hospital, "zhang", Asked("op", "no name")).status, 400);
}

TEST_F(LabTest, F31_TheOrderOfCallsIsTheOrderOfCheckIns) {
  std::vector<std::string> called;
  for (const char* patient : {"c", "a", "b"}) {
    Person(patient, "王小明", patient);
    Order(std::string("o") + patient, patient, "CBC");
    clock.Set(ToInstant(clock.Now() + std::chrono::seconds(10)));
    ASSERT_EQ(CheckInAs(patient, std::string("op") + patient).status, 200);
  }
  for (const char* room : {"draw2", "draw1", "draw2"}) {
    const auto ticket = hospital->Call({room, "ma", "", ""});
    ASSERT_TRUE(ticket) << ticket.error().detail;
    EXPECT_EQ(ticket->masked_name, "王*明");
    called.push_back(ticket->patient_id);
  }
  EXPECT_THAT(called, ElementsAre("c", "a", "b"));
  EXPECT_FALSE(hospital->Call({"draw1", "ma", "", ""})) << "who did not check in is never called";
}

TEST_F(LabTest, F30_ATubeIsDrawnAfterTheIdentityCheckAndCarriesTheTime) {
  const std::string barcode = CalledForCbc();
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", barcode))), "not-identified");
  EXPECT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", barcode, "C1", false))), "name-not-asked");
  ASSERT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", barcode, "C1"))), "done");
  clock.Set("2026-03-10T08:05:00+08:00");
  ASSERT_EQ(Why(ScanBack(*hospital, At("draw1", barcode))), "done");
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", barcode))), "drawn");
  const auto work = DrawWorkAt(*hospital, *store, "draw1");
  ASSERT_TRUE(work);
  ASSERT_EQ(work->tubes.size(), 1U);
  EXPECT_EQ(work->tubes[0].state, TubeState::Drawn);
  EXPECT_EQ(ToLocalHourMinute(*work->tubes[0].drawn, zone), "08:05");
  EXPECT_EQ(work->tubes[0].drawn_by, "ma");
  EXPECT_EQ(Audited("draw"), 1);
}

TEST_F(LabTest, F10_AnotherPatientsLabelOrCardIsRefusedAndRemembered) {
  const std::string barcode = CalledForCbc();
  const std::string others = CalledForCbc("li", "draw2");
  EXPECT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", others, "C1"))), "wrong-patient");
  EXPECT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", barcode, "C2"))), "wrong-patient");
  EXPECT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", barcode, ""))), "wrong-patient");
  ASSERT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", barcode, "C1"))), "done");
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", others))), "wrong-patient");
  EXPECT_EQ(Audited("wrong-patient"), 4);
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", "12"))), "no label has this number");
}

TEST_F(LabTest, F30_AFailedDrawVoidsTheLabelAndCountsTheReprint) {
  const std::string barcode = CalledForCbc();
  ASSERT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", barcode, "C1"))), "done");
  EXPECT_EQ(Why(FailDraw(*hospital, At("draw1", barcode))), "reason");
  DrawAct act = At("draw1", barcode);
  act.reason = "clotted";
  const Result<LabTube> next = FailDraw(*hospital, act);
  ASSERT_TRUE(next) << next.error().detail;
  EXPECT_NE(next->barcode, barcode);
  EXPECT_EQ(next->reprints, 1);
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", barcode))), "failed");
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", next->barcode))), "done");
  const Json order = Parse(store->Read("ServiceRequest", "cbc-zhang")->text);
  ASSERT_EQ(order["specimen"].Items().size(), 1U);
  EXPECT_EQ(order["specimen"][0]["reference"].AsString(), "Specimen/" + next->id);
}

TEST_F(LabTest, F10_ASexMismatchBlocksTheDrawUntilASecondPersonLiftsIt) {
  const std::string barcode = CalledForCbc();
  ASSERT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", barcode, "C1"))), "done");
  Flag("zhang", "ma");
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", barcode))), "identity-doubt");
  EXPECT_EQ(Lift("zhang", "ma", "seen the passport"), "same-person");
  EXPECT_EQ(Lift("zhang", "liu", ""), "reason");
  EXPECT_EQ(Lift("li", "liu", "why not"), "no-doubt");
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", barcode))), "identity-doubt");
  EXPECT_EQ(Lift("zhang", "liu", "seen the passport"), "lifted");
  EXPECT_EQ(Why(ScanBack(*hospital, At("draw1", barcode))), "done");
  EXPECT_EQ(Audited("identity-mismatch"), 1);
  EXPECT_EQ(Audited("identity-override"), 1);
}

TEST_F(LabTest, WhatTheLaboratoryWritesIsValid) {
  const std::string barcode = CalledForCbc();
  ASSERT_EQ(Why(IdentifyForDraw(*hospital, At("draw1", barcode, "C1"))), "done");
  DrawAct act = At("draw1", barcode);
  act.reason = "clotted";
  const auto next = FailDraw(*hospital, act);
  ASSERT_TRUE(next);
  ASSERT_EQ(Why(ScanBack(*hospital, At("draw1", next->barcode))), "done");
  for (const char* type : {"Specimen", "Task", "ServiceRequest", "AuditEvent"}) {
    SearchAll(type, [&](const Json& body) {
      for (const r4::Issue& issue : r4::Validate(body)) {
        ADD_FAILURE() << type << ' ' << issue.expression << ' ' << issue.diagnostics;
      }
    });
  }
}

TEST_F(LabTest, ACatalogueThatMakesNoSenseIsRefused) {
  for (const char* text :
       {R"({})", R"({"code":"A","name":"a","tube":"pink"})",
        R"({"code":"A","name":"a","tube":"edta","volumeUl":-1})",
        R"({"code":"A","name":"a","tube":"edta","series":[30,30]})",
        R"({"code":"A","name":"a","tube":"edta","batches":[{"until":"8:30","ready":"10:00"}]})",
        R"({"code":"A","name":"a","tube":"edta","workingDays":1,"at":"25:00"})"}) {
    EXPECT_FALSE(ReadLabTest(Parse(text))) << text;
  }
  EXPECT_FALSE(ReadLabSettings(Parse(R"({"payAt":"x"})")));
}

}  // namespace
}  // namespace yizhan::hospital
