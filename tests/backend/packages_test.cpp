// Check-up packages: what they contain is ordered when their patient checks in (F14).
#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/booking/contracts.h"
#include "backend/hospital/exam/exam_check_in.h"
#include "backend/hospital/guide/guide_sheet.h"
#include "backend/hospital/lab/lab_check_in.h"
#include "backend/hospital/packages/package_orders.h"
#include "backend/r4/validate.h"
#include "tests/backend/care_fixture.h"
#include "tests/backend/guide_words.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
namespace systems = fhir::systems;

class PackagesTest : public test::CareFixture {
 protected:
  PackagesTest() {
    if (store == nullptr) return;
    clock.Set("2026-03-10T09:00:00+08:00");
    Record(kExams, "ECG", R"({"name":"心电图","service":"ecg"})");
    Record(kExams, "US", R"({"name":"腹部彩超","preparation":"fasting","service":"ultrasound"})");
    Record(kExams, "CT", R"({"name":"CT"})");
    Put(Location("room7", "ro", "area"));
    Put(R"({"resourceType":"HealthcareService","id":"basic","name":"基础体检套餐","identifier":[)"
        R"({"system":"urn:yizhan:queue-letter","value":"T"}],"type":[{"coding":[{"system":)"
        R"("urn:yizhan:resource-kind","code":"check-up"}]}],"location":[)"
        R"({"reference":"Location/area"},{"reference":"Location/room7"}]})");
    Plan(R"({"title":"内科检查"},)" + Action("CBC") + "," + Action("GLU") + "," + Action("ECG") +
         "," + Action("US"));
    Unit("zhang");
  }
  static std::string Action(const std::string& code) {
    return R"({"title":"项目)" + code +
           R"(","code":[{"coding":[{"system":"urn:yizhan:catalogue","code":")" + code + "\"}]}]}";
  }
  void Plan(const std::string& actions, const std::string& id = "plan",
            const std::string& status = "active", const std::string& more = "") {
    Put(R"({"resourceType":"PlanDefinition","id":")" + id + R"(","url":"urn:x:basic","status":")" +
        status +
        R"(","type":{"coding":[{"system":)"
        R"("http://terminology.hl7.org/CodeSystem/plan-definition-type","code":"order-set"}]},)"
        R"("useContext":[{"code":{"system":)"
        R"("http://terminology.hl7.org/CodeSystem/usage-context-type","code":"program"},)"
        R"("valueReference":{"reference":"HealthcareService/basic"}}])" +
        more + R"(,"action":[)" + actions + "]}");
  }
  /// A member of a unit with a number from 09:00 to 09:30.
  void Unit(const std::string& id) {
    static_cast<void>(PutContract(
        *store, {"unit:acme", {"宏达电子", "Hongda"}, 40, "basic", "2026-03-01", "2026-03-31"},
        "admin", clock.Now()));
    Book(id, "basic",
         R"(,"supportingInformation":[{"type":"Organization","display":"宏达电子"}],)"
         R"("extension":[{"url":"urn:yizhan:quota","valueString":"unit:acme"}])");
  }
  /// Somebody who booked alone at a price of 380 yuan; `invoice`: its status, "": none.
  void Alone(const std::string& id, const std::string& invoice = "") {
    Put(R"({"resourceType":"Schedule","id":"s","actor":[{"reference":)"
        R"("HealthcareService/basic"}],"extension":[{"url":"urn:yizhan:fee",)"
        R"("valueMoney":{"value":380.00,"currency":"CNY"}}]})");
    Put(R"({"resourceType":"Slot","id":"s-1","schedule":{"reference":"Schedule/s"},)"
        R"("status":"busy","start":"2026-03-10T09:00:00+08:00",)"
        R"("end":"2026-03-10T09:30:00+08:00"})");
    if (!invoice.empty()) Bill("prepaid", invoice, "380.00");
    Book(id, "basic",
         std::string(R"(,"slot":[{"reference":"Slot/s-1"}])") +
             (invoice.empty() ? ""
                              : R"(,"supportingInformation":[{"reference":"Invoice/prepaid"}])"));
  }
  std::vector<Json> Orders() {
    std::vector<Json> orders;
    SearchAll("ServiceRequest", [&](const Json& order) { orders.push_back(order); });
    return orders;
  }
  std::vector<std::string> Codes(const std::string& status = "active") {
    std::vector<std::string> codes;
    for (const Json& order : Orders()) {
      if (order["status"].AsString() != status) continue;
      codes.push_back(fhir::CodeOf(order["code"], systems::kCatalogueCode));
    }
    return codes;
  }
  OperationAnswer CheckInBy(const std::string& operation, const std::string& id = "zhang") {
    return hospital->CheckIn(id, Parameters(operation, ""));
  }
  QueueTicket TicketOf(const std::string& id) {
    const auto task = TaskOfAppointment(*store, id);
    EXPECT_TRUE(task);
    const auto ticket = task ? FromTask(*task) : std::nullopt;
    return ticket.value_or(QueueTicket());
  }
  /// As WordsOf().
  std::vector<std::string> Sheet() {
    const auto places = hospital->Places();
    const GuideContext context{*store, hospital->Board(), *places, zone, clock.Now()};
    const auto lines = GuideSheetOf(context, "zhang");
    EXPECT_TRUE(lines);
    return test::WordsOf(lines.value_or(std::vector<GuideLine>()));
  }
  std::optional<domain::CheckUpToday> CheckUp() {
    const auto places = hospital->Places();
    const GuideContext context{*store, hospital->Board(), *places, zone, clock.Now()};
    const auto found = CheckUpTodayOf(context, "zhang");
    EXPECT_TRUE(found);
    return found.value_or(std::nullopt);
  }
  void Complete(const std::string& code) {
    for (Json order : Orders()) {
      if (fhir::CodeOf(order["code"], systems::kCatalogueCode) != code) continue;
      order.Set("status", Json::String("completed"));
      Put(order.Write());
    }
  }
};

TEST_F(PackagesTest, F14_CheckInOrdersWhatThePackageContainsOnce) {
  EXPECT_THAT(Codes(), IsEmpty()) << "nothing is ordered for who does not come";
  ASSERT_EQ(Said(CheckInBy("op1")), "T001");
  EXPECT_THAT(Codes(), UnorderedElementsAre("CBC", "GLU", "ECG", "US"));
  std::set<std::string> numbers;
  for (const Json& order : Orders()) {
    EXPECT_THAT(r4::Validate(order), IsEmpty()) << order.Write(true);
    EXPECT_EQ(order["instantiatesCanonical"][0].AsString(), "urn:x:basic");
    EXPECT_EQ(order["requisition"]["value"].AsString(), "zhang");
    numbers.insert(fhir::IdentifierValue(order, systems::kOrderNumber));
  }
  EXPECT_EQ(numbers.size(), 4U);
  EXPECT_EQ(numbers.begin()->size(), 14U);
  EXPECT_EQ(Said(CheckInBy("op1")), "T001") << "the answer was lost";
  EXPECT_EQ(Said(CheckInBy("op2")), "422 already-checked-in");
  EXPECT_EQ(Orders().size(), 4U);
  EXPECT_EQ(Audited("order-package"), 1);
}

TEST_F(PackagesTest, F14_TerminalsThatCheckInAtTheSameMomentOrderOnce) {
  for (int round = 0; round < 5; ++round) {
    const std::string id = "member" + std::to_string(round);
    Unit(id);
    std::atomic<int> done = 0;
    std::vector<std::thread> terminals;
    for (int nth = 0; nth < 4; ++nth) {
      terminals.emplace_back([&, nth] {
        const std::string operation = id + "-op" + std::to_string(nth);
        OperationAnswer answer = CheckInBy(operation, id);
        for (int again = 0; answer.status == 409 && again < 20; ++again) {
          answer = CheckInBy(operation, id);
        }
        done += answer.status == 200 ? 1 : 0;
      });
    }
    for (std::thread& one : terminals) one.join();
    EXPECT_EQ(done, 1);
    EXPECT_EQ(Orders().size(), 4U * static_cast<std::size_t>(round + 1));
  }
}

TEST_F(PackagesTest, F14_TwoProcessesAtOneDatabaseOrderOnce) {
  if (engine != test::Engine::Postgres) GTEST_SKIP() << "one process at a SQLite file";
  const auto opened = Open(clock, zone);
  ASSERT_TRUE(opened);
  Hospital other(**opened, clock, HospitalOptions{});
  ASSERT_TRUE(other.Start());
  for (int round = 0; round < 10; ++round) {
    const std::string id = "member" + std::to_string(round);
    Unit(id);
    std::atomic<int> done = 0;
    const auto check_in = [&](Hospital& where, const std::string& operation) {
      OperationAnswer answer = where.CheckIn(id, Parameters(operation, ""));
      for (int again = 0; answer.status == 409 && again < 20; ++again) {
        answer = where.CheckIn(id, Parameters(operation, ""));
      }
      done += answer.status == 200 ? 1 : 0;
    };
    std::thread there([&] { check_in(other, id + "-there"); });
    check_in(*hospital, id + "-here");
    there.join();
    EXPECT_EQ(done, 1);
    EXPECT_EQ(Orders().size(), 4U * static_cast<std::size_t>(round + 1));
  }
}

TEST_F(PackagesTest, F14_TheUnitsMemberPaysNothingAndGoesStraightToTheRooms) {
  ASSERT_EQ(Said(CheckInBy("op1")), "T001");
  const OperationAnswer lab = LabCheckIn(*hospital, "zhang", Asked("lab"));
  ASSERT_EQ(lab.status, 200) << lab.body.Write(true);
  EXPECT_EQ(All(lab.body, "specimen").size(), 2U);
  EXPECT_TRUE(All(lab.body, "unpaid").empty());
  const OperationAnswer exams = ExamCheckIn(*hospital, "zhang", Asked("exams"));
  ASSERT_EQ(exams.status, 200) << exams.body.Write(true);
  EXPECT_EQ(All(exams.body, "ticket").size(), 2U);
  EXPECT_EQ(Find("Invoice", ""), "");
}

TEST_F(PackagesTest, F14_APackageThatNobodyPaidForIsBilledBeforeAnythingIsDrawn) {
  Alone("zhang");
  ASSERT_EQ(Said(CheckInBy("op1")), "T001");
  const OperationAnswer refused = LabCheckIn(*hospital, "zhang", Asked("lab"));
  EXPECT_EQ(RefusedWith(refused), "payment-due");
  ASSERT_NE(Find("Invoice", "status=issued"), "");
  const Json& issue = refused.body["issue"][0];
  EXPECT_EQ(issue["extension"][0]["valueMoney"]["value"].AsNumberText(), "380.00")
      << "one bill for all of it";
  EXPECT_EQ(RefusedWith(ExamCheckIn(*hospital, "zhang", Asked("exams"))), "payment-due");
  EXPECT_THAT(Sheet().front(), "缴费 380.00 元!");
  const std::string bill = Find("Invoice", "status=issued");
  Json paid = test::Parse(store->Read("Invoice", bill)->text);
  EXPECT_THAT(r4::Validate(paid), IsEmpty());
  paid.Set("status", Json::String("balanced"));
  Put(paid.Write());
  EXPECT_EQ(LabCheckIn(*hospital, "zhang", Asked("lab2")).status, 200);
}

TEST_F(PackagesTest, F14_WhatPaidForTheBookingPaysForTheOrders) {
  Alone("zhang", "balanced");
  ASSERT_EQ(Said(CheckInBy("op1")), "T001");
  EXPECT_EQ(Find("Invoice", ""), "prepaid") << "no second bill";
  EXPECT_EQ(LabCheckIn(*hospital, "zhang", Asked("lab")).status, 200);
  // Money that went back pays for nothing.
  Bill("prepaid", "cancelled", "380.00");
  EXPECT_EQ(RefusedWith(ExamCheckIn(*hospital, "zhang", Asked("exams"))), "nothing-to-do");
}

TEST_F(PackagesTest, F14_ARefusedCheckInOrdersNothing) {
  clock.Set("2026-03-10T08:00:00+08:00");
  EXPECT_EQ(Said(CheckInBy("early")), "422 too-early");
  clock.Set("2026-03-10T09:00:00+08:00");
  Alone("zhang", "issued");
  EXPECT_EQ(Said(CheckInBy("unpaid")), "422 payment-due");
  Unit("zhang");
  Json wrong = Parameters("wrong", "");
  fhir::AddParameter(wrong, "patient", "valueReference", fhir::Reference("Patient", "li"));
  EXPECT_EQ(Said(hospital->CheckIn("zhang", wrong)), "422 wrong-person");
  EXPECT_THAT(Orders(), IsEmpty());
  EXPECT_EQ(Find("Invoice", "status=issued"), "prepaid");
}

TEST_F(PackagesTest, F14_AnotherServiceOrdersNothing) {
  Book("zhang");
  EXPECT_EQ(Said(CheckInBy("op1")), "A001");
  EXPECT_THAT(Orders(), IsEmpty());
  EXPECT_EQ(TicketOf("zhang").hold, "");
  EXPECT_FALSE(CheckUp());
}

TEST_F(PackagesTest, F14_APackageThatCannotBeReadStopsNobodyAndIsNoHalfPackage) {
  std::string many = Action("CBC");
  for (int i = 0; i < 30; ++i) many += R"(,{"title":"项目"})";
  const std::string hostile[] = {
      Action("CBC") + "," + Action("NOBODY-KNOWS"),
      Action("CBC") + "," + Action("CT"),  // No rooms.
      Action("CBC") + "," + Action("CBC"),
      Action("CBC") + R"(,{"code":[{"text":"?"}]})",
      Action("CBC") + R"(,{"title":"x","code":[{"coding":[{"system":"other","code":"GLU"}]}]})",
      Action("CBC") + R"(,{"title":"x","action":[)" + Action("GLU") + "]}",
      Action("CBC") + R"(,{"title":"x","condition":[{"kind":"applicability"}]})",
      Action("CBC") + R"(,{"title":")" + std::string(201, 'x') + "\"}",
      many,
  };
  int nth = 0;
  for (const std::string& actions : hostile) {
    const std::string id = "member" + std::to_string(++nth);
    Plan(actions);
    Unit(id);
    EXPECT_EQ(CheckInBy("op-" + id, id).status, 200) << actions;
    EXPECT_THAT(Orders(), IsEmpty()) << "a sheet that misses a test looks complete: " << actions;
    EXPECT_EQ(Audited("package-unreadable"), nth) << "staff can see why";
    EXPECT_EQ(TicketOf(id).hold, "") << "the centre calls and orders by hand";
  }
  // Two plans for one package: nobody knows which one is meant.
  Plan(Action("CBC"));
  Plan(Action("GLU"), "plan2");
  EXPECT_EQ(CheckInBy("op1").status, 200);
  EXPECT_THAT(Orders(), IsEmpty());
  EXPECT_EQ(Audited("package-unreadable"), nth + 1);
}

TEST_F(PackagesTest, F14_APlanThatIsNotInUseIsNoPackage) {
  Plan(Action("CBC"), "plan", "retired");
  EXPECT_EQ(Said(CheckInBy("op1")), "T001");
  EXPECT_THAT(Orders(), IsEmpty());
  EXPECT_EQ(Audited("package-unreadable"), 0);
}

TEST_F(PackagesTest, F14_ACheckInMadeWithoutTheHospitalOrdersWhenItIsDelivered) {
  EXPECT_EQ(
      Said(hospital->CheckIn("zhang", Parameters("op1", "2026-03-10T08:50:00+08:00", "T-K3-01"))),
      "T-K3-01");
  EXPECT_EQ(Orders().size(), 4U);
}

TEST_F(PackagesTest, F14_ADeskThatAdmitsSomebodyLateOrdersToo) {
  clock.Set("2026-03-10T10:30:00+08:00");
  EXPECT_EQ(Said(CheckInBy("op1")), "422 late");
  EXPECT_TRUE(hospital->CheckInAtDesk("zhang", {"", "nurse.li", "", "traffic"}, "desk-op"));
  EXPECT_EQ(Orders().size(), 4U);
}

TEST_F(PackagesTest, F14_WhereNobodyChecksInTheQueueOrdersByTheBooking) {
  QueuePolicy policy = DefaultQueuePolicy();
  policy.order.check_in = false;
  ASSERT_TRUE(hospital->Queue().SetRules("basic", policy, "admin", "trial"));
  const auto entered = hospital->Queue().EnterRegistered();
  ASSERT_TRUE(entered);
  EXPECT_EQ(*entered, 1);
  EXPECT_EQ(Codes().size(), 4U);
  EXPECT_EQ(hospital->Queue().EnterRegistered().value_or(-1), 0);
  EXPECT_EQ(Orders().size(), 4U);
}

TEST_F(PackagesTest, F14_ACheckInThatIsTakenBackTakesBackWhatNobodyBegan) {
  Alone("zhang");
  ASSERT_EQ(Said(CheckInBy("op1")), "T001");
  ASSERT_TRUE(hospital->Queue().CancelCheckIn({"", "nurse.li", TicketOf("zhang").id, "mistake"}));
  EXPECT_THAT(Codes(), IsEmpty());
  EXPECT_EQ(Codes("revoked").size(), 4U);
  EXPECT_EQ(Find("Invoice", "status=issued"), "") << "nobody is asked to pay for nothing";
  ASSERT_EQ(Said(CheckInBy("op2")), "T002");
  EXPECT_EQ(Codes().size(), 4U) << "the same orders stand again";
  EXPECT_THAT(Codes("revoked"), IsEmpty());
  EXPECT_EQ(RefusedWith(LabCheckIn(*hospital, "zhang", Asked("lab"))), "payment-due");
  for (const Json& order : Orders()) EXPECT_THAT(r4::Validate(order), IsEmpty());
}

TEST_F(PackagesTest, F14_WhatIsUnderWayStaysWhenItsPatientGivesTheRestUp) {
  ASSERT_EQ(Said(CheckInBy("op1")), "T001");
  ASSERT_EQ(LabCheckIn(*hospital, "zhang", Asked("lab")).status, 200);
  ASSERT_TRUE(hospital->Queue().GiveUp({"", "nurse.li", TicketOf("zhang").id, "left"}));
  EXPECT_THAT(Codes(), UnorderedElementsAre("CBC", "GLU")) << "their tubes have labels";
  EXPECT_THAT(Codes("revoked"), UnorderedElementsAre("ECG", "US"));
}

TEST_F(PackagesTest, F14_F36_TheSheetLeadsThroughThePackageAndBackToTheCentre) {
  EXPECT_FALSE(CheckUp()) << "before check-in it is no 体检导检单";
  ASSERT_EQ(Said(CheckInBy("op1")), "T001");
  ASSERT_TRUE(CheckUp());
  EXPECT_EQ(CheckUp()->package.zh, "基础体检套餐");
  EXPECT_EQ(CheckUp()->payer.zh, "宏达电子");
  const Json wire = ToParameters({}, CheckUp());
  EXPECT_EQ(Part(All(wire, "check-up").at(0), "payer"), "宏达电子");
  EXPECT_EQ(wire.Write().find("acme"), std::string::npos) << "no contract code";
  EXPECT_THAT(Sheet(),
              ElementsAre("项目CBC、项目GLU!", "项目US", "可以进食", "项目ECG", "基础体检套餐"));
  // Nobody is called at the centre before the sheet is handed in.
  EXPECT_EQ(TicketOf("zhang").hold, kCheckUpHold);
  EXPECT_FALSE(hospital->Call({"room7", "wang", "", ""}));
  for (const char* code : {"CBC", "GLU", "US", "ECG"}) Complete(code);
  EXPECT_THAT(Sheet().back(), "基础体检套餐!");
  ASSERT_TRUE(hospital->Queue().Release({"", "nurse.li", TicketOf("zhang").id, ""}));
  EXPECT_THAT(Sheet().back(), "基础体检套餐~");
  ASSERT_TRUE(hospital->Call({"room7", "wang", "", ""}));
  ASSERT_TRUE(hospital->Finish({"room7", "wang", "", ""}));
  EXPECT_THAT(Sheet(), testing::Each(testing::StartsWith("["))) << "no doctor waits for results";
  EXPECT_TRUE(CheckUp());
}

TEST_F(PackagesTest, F14_ABookingByContractNamesTheUnitAndKeepsItThroughEveryChange) {
  BookingRecord record;
  record.booking.start = clock.Now();
  record.booking.end = clock.Now() + std::chrono::minutes(30);
  record.booking.state = domain::BookingState::Booked;
  record.patient_id = "zhang";
  record.invoice_id = "bill";
  record.payer = {"宏达电子", "Hongda"};
  Json appointment = ToAppointment(record);
  EXPECT_THAT(r4::Validate(appointment), IsEmpty()) << appointment.Write(true);
  auto again = FromAppointment(appointment);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->payer.en, "Hongda");
  EXPECT_EQ(again->invoice_id, "bill");
  appointment = ToAppointment(*again);
  EXPECT_EQ(appointment["supportingInformation"].Items().size(), 2U) << "not twice";
  again->payer = {};
  EXPECT_EQ(ToAppointment(*again)["supportingInformation"].Items().size(), 1U);
}

TEST_F(PackagesTest, F14_AnImportedMembersBookingSaysWhoPays) {
  Alone("li");
  Put(R"({"resourceType":"Slot","id":"u-1","schedule":{"reference":"Schedule/s"},)"
      R"("status":"free","start":"2026-03-10T10:00:00+08:00","end":"2026-03-10T10:30:00+08:00",)"
      R"("extension":[{"url":"urn:yizhan:quota","valueString":"unit:acme"}]})");
  const auto imported = ImportMembers(
      *store, hospital->Booking(),
      {"imp", "unit:acme", "admin", ParseMembers("王五,11010519491231002X,13900001111")});
  ASSERT_TRUE(imported) << imported.error().detail;
  ASSERT_EQ(imported->booked.size(), 1U);
  const std::string& id = imported->booked.front().id;
  const Json appointment = test::Parse(store->Read("Appointment", id)->text);
  EXPECT_EQ(FromAppointment(appointment)->payer.zh, "宏达电子");
  clock.Set("2026-03-10T09:50:00+08:00");
  ASSERT_EQ(Said(CheckInBy("op1", id)), "T001");
  EXPECT_EQ(Orders().size(), 4U);
  EXPECT_EQ(Find("Invoice", ""), "") << "the unit pays, whatever the seat costs others";
}

}  // namespace
}  // namespace yizhan::hospital
