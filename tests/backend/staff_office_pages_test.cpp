// The pages of the booking office, the laboratory's catalogue and what is parked, without a
// browser.
#include <gmock/gmock.h>

#include "backend/hospital/lab/test_catalogue.h"
#include "backend/hospital/messages/stuck_messages.h"
#include "backend/server/app.h"
#include "backend/server/staff_api/staff_api.h"
#include "tests/backend/session_fixture.h"

namespace yizhan::server {
namespace {

using domain::BookingAct;
using fhir::Json;
using testing::HasSubstr;
using testing::Not;

/// Refuses every message.
class BrokenGateway final : public hospital::SmsGateway {
 public:
  Status Send(const hospital::Sms&) override {
    if (works) return {};
    return Fail(refuses ? ErrorCode::Refused : ErrorCode::Unreachable, "as scripted");
  }
  Result<std::vector<hospital::SmsReceipt>> Receipts(std::string&) override {
    return std::vector<hospital::SmsReceipt>();
  }
  void Cancel() noexcept override {}

  bool refuses = true;
  bool works = false;
};

class StaffOfficePagesTest : public test::SessionFixture {
 protected:
  StaffOfficePagesTest() {
    if (store == nullptr) return;
    app.emplace(*store, *hospital, clock, App::Access::Open);
    Put(R"({"resourceType":"Patient","id":"ou","name":[{"text":"欧阳小珊"}],"gender":"female",)"
        R"("birthDate":"1980-05-01","telecom":[{"system":"phone","value":"13900001234"}]})");
  }
  HttpResponse Ask(const std::string& method, const std::string& path, const std::string& query,
                   const std::string& body) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.query = query;
    request.host = "localhost";
    request.body = body;
    request.content_type = body.empty() ? "" : "application/json";
    return app->Handle(request);
  }
  Json Get(const std::string& path, const std::string& query = "") {
    const HttpResponse response = Ask("GET", "/api/" + path, query, "");
    return response.status == 200 ? test::Parse(response.body) : Json();
  }
  /// "200", or the status with the refusal's detail; the answer is in `last`.
  std::string Post(const std::string& path, const std::string& body) {
    const HttpResponse response = Ask("POST", "/api/" + path, "", body);
    last = test::Parse(response.body);
    if (response.status == 200) return "200";
    return std::to_string(response.status) + ' ' + last["detail"].AsString();
  }
  std::string Audits(const std::string& act) { return Find("AuditEvent", "subtype=" + act); }
  void SendWith(BrokenGateway& gateway) {
    hospital::MessageSender sender(*store, clock, hospital->Booking(), &gateway);
    while (sender.Work().value_or(0) > 0) {
    }
  }

  std::optional<App> app;
  Json last;
};

TEST_F(StaffOfficePagesTest, F20_ANumberIsAddedForANamedPatientUntilTheSessionHasItsMost) {
  EXPECT_EQ(Post("added/find", R"({"q":"1390"})"), "400 nothing is asked for");
  ASSERT_EQ(Post("added/find", R"({"q":"13900001234"})"), "200");
  EXPECT_EQ(last["people"][0]["name"].AsString(), "欧**珊");
  EXPECT_EQ(last["people"][0]["age"].AsInteger(), 45);
  EXPECT_THAT(last.Write(), Not(HasSubstr("欧阳")));
  const std::string add = R"({"session":"s","patient":"ou","operation":"op-add"})";
  ASSERT_EQ(Post("added/add", add), "200");
  EXPECT_EQ(last["state"].AsString(), "booked");
  ASSERT_EQ(Post("added/add", add), "200") << "once more: the same number";
  EXPECT_EQ(Post("added/add", R"({"session":"s","patient":"ou"})"), "400 operation is missing");
  Json view = Get("added", "id=s");
  EXPECT_EQ(view["standing"].AsInteger(), 1);
  EXPECT_TRUE(view["added"][0]["stands"].AsBoolean());
  EXPECT_EQ(view["added"][0]["name"].AsString(), "欧**珊");
  EXPECT_EQ(Get("sessions", "day=2026-03-10&service=cardio")["sessions"].Items().size(), 0U)
      << "a session without a horizon is on no day";
  for (int i = 2; i <= 5; ++i) {
    const std::string id = "p" + std::to_string(i);
    AddPatient(id);
    EXPECT_EQ(Post("added/add",
                   R"({"session":"s","patient":")" + id + R"(","operation":"op-)" + id + "\"}"),
              "200");
  }
  AddPatient("p6");
  EXPECT_EQ(Post("added/add", R"({"session":"s","patient":"p6","operation":"op-6"})"),
            "422 most-added");
  const std::string booking = view["added"][0]["id"].AsString();
  EXPECT_EQ(Post("added/cancel", R"({"id":")" + booking + R"(","operation":"op-c"})"),
            "400 reason is missing or too long");
  EXPECT_EQ(
      Post("added/cancel", R"({"id":")" + booking + R"(","operation":"op-c","reason":"加错人"})"),
      "200");
  EXPECT_EQ(Get("added", "id=s")["standing"].AsInteger(), 4);
  EXPECT_TRUE(Get("added", "id=nowhere").IsNull());
}

TEST_F(StaffOfficePagesTest, F20_OnlyAddedNumbersAreListedAndWhoHasCheckedInIsNotCancelledThere) {
  Book("zhang", "s-6");
  ASSERT_EQ(Post("added/add", R"({"session":"s","patient":"ou","operation":"op-add"})"), "200");
  const std::string booking = last["id"].AsString();
  Local("11:15");
  ASSERT_EQ(CheckIn(booking), "A001");
  const Json view = Get("added", "id=s");
  ASSERT_EQ(view["added"].Items().size(), 1U);
  EXPECT_EQ(view["added"][0]["id"].AsString(), booking);
  EXPECT_FALSE(view["added"][0]["stands"].AsBoolean());
  EXPECT_EQ(view["standing"].AsInteger(), 1) << "it still takes one of the session's most";
}

TEST_F(StaffOfficePagesTest, F18_TheTriageDeskSeesWhoWillLapseSoonFromTheTenthMinuteOn) {
  Put(R"({"resourceType":"Patient","id":"zhang","name":[{"text":"张小三"}]})");
  const std::string late = Book("zhang", "s-1");
  Book("li", "s-2");
  const auto lapsing = [&] { return Get("triage", "area=area")["lapsing"]; };
  Local("09:09");
  EXPECT_EQ(lapsing().Items().size(), 0U);
  Local("09:10");
  const Json rows = lapsing();
  ASSERT_EQ(rows.Items().size(), 1U);
  EXPECT_EQ(rows[0]["id"].AsString(), late);
  EXPECT_EQ(rows[0]["lapses"].AsString(), "09:20");
  EXPECT_THAT(rows.Write(), Not(HasSubstr("小三"))) << "masked";
  ASSERT_TRUE(
      hospital->Booking().NoticeLate({late, "phone-agent", "phone", *ParseInstant(At("09:28"))}));
  EXPECT_EQ(lapsing()[0]["lapses"].AsString(), "09:28") << "who called lapses later";
  EXPECT_EQ(lapsing()[0]["promised"].AsString(), "09:28") << "and the desk sees for whom it waits";
  Local("09:28");
  EXPECT_EQ(lapsing().Items().size(), 1U);
  ASSERT_EQ(CheckIn(late), "A001");
  EXPECT_EQ(lapsing().Items().size(), 0U);
  Local("09:51");
  EXPECT_EQ(lapsing().Items().size(), 0U) << "what has lapsed is not warned of";
}

TEST_F(StaffOfficePagesTest, F22_AWaiverNeedsAPersonAndAReasonAndReturnsThePenalty) {
  const std::string paid = Book("zhang", "s-1", true);
  ASSERT_TRUE(hospital->Booking().Act({"", paid, BookingAct::Take, "K3", "", 5000}));
  const std::string free = Book("li", "s-2");
  Local("12:00");
  SweepBookings();
  Json view = Get("waivers", "from=2026-03-10&until=2026-03-10");
  ASSERT_EQ(view["rows"].Items().size(), 2U);
  EXPECT_EQ(view["rows"][1]["penaltyFen"].AsInteger(), 1000);
  EXPECT_THAT(view.Write(), Not(HasSubstr("张小三")));
  const std::string id = R"({"id":")" + paid + '"';
  EXPECT_EQ(Post("waivers/waive", id + "}"), "400 reason is missing or too long");
  EXPECT_EQ(Record(paid).penalty_minor, 1000);
  EXPECT_EQ(Post("waivers/waive", id + R"(,"reason":"地铁停运"})"), "200");
  EXPECT_EQ(Record(paid).penalty_minor, 0);
  EXPECT_EQ(Record(paid).refund_minor, 5000);
  EXPECT_EQ(Post("waivers/waive", id + R"(,"reason":"又一次"})"), "422 wrong-state");
  EXPECT_EQ(Post("waivers/waive", R"({"id":")" + free + R"(","reason":"急病"})"), "200")
      << "one that cost nothing still counts towards a ban";
  EXPECT_NE(Audits("waive-penalty"), "");
}

TEST_F(StaffOfficePagesTest, F26_WhoMissedThreeIsBarredUntilAPersonForgivesOne) {
  AddPatient("zhang");
  for (int day = 1; day <= 3; ++day) {
    Put(R"({"resourceType":"Appointment","id":"m)" + std::to_string(day) +
        R"(","status":"noshow","start":"2026-03-0)" + std::to_string(day) +
        R"(T09:00:00+08:00","end":"2026-03-0)" + std::to_string(day) +
        R"(T09:30:00+08:00","participant":[{"actor":{"reference":"Patient/zhang"}},)"
        R"({"actor":{"reference":"HealthcareService/cardio"}}]})");
  }
  const auto barred = [&] {
    return Get("waivers", "from=2026-03-01&until=2026-03-10")["rows"][0]["barredUntil"].AsString();
  };
  EXPECT_EQ(barred(), "2026-06-01");
  const Json second = Get("waivers", "from=2026-03-02&until=2026-03-02")["rows"];
  ASSERT_EQ(second.Items().size(), 1U) << "of that day only";
  EXPECT_EQ(second[0]["id"].AsString(), "m2");
  ASSERT_EQ(Post("waivers/waive", R"({"id":"m2","reason":"本院原因"})"), "200");
  EXPECT_EQ(barred(), "");
}

TEST_F(StaffOfficePagesTest, F22_WhoIsAskedForByTelephoneIsShownAndNobodyElse) {
  AddPatient("zhang");
  for (const char* who : {"ou", "zhang"}) {
    Put(R"({"resourceType":"Appointment","id":"m-)" + std::string(who) +
        R"(","status":"noshow","start":"2026-03-01T09:00:00+08:00",)"
        R"("end":"2026-03-01T09:30:00+08:00","participant":[{"actor":{"reference":"Patient/)" +
        who + R"("}},{"actor":{"reference":"HealthcareService/cardio"}}]})");
  }
  ASSERT_EQ(Post("waivers/find", R"({"q":"13900001234"})"), "200");
  EXPECT_TRUE(last["known"].AsBoolean());
  ASSERT_EQ(last["rows"].Items().size(), 1U);
  EXPECT_EQ(last["rows"][0]["id"].AsString(), "m-ou");
  ASSERT_EQ(Post("waivers/find", R"({"q":"13900009999"})"), "200");
  EXPECT_FALSE(last["known"].AsBoolean());
}

TEST_F(StaffOfficePagesTest, F25_ATemplateAHolidayAndOpenedDaysAreKeptByNamedPersons) {
  const std::string one =
      R"({"id":"cardio-am","service":"cardio","doctor":"wang","room":"room5","session":"am",)"
      R"("level":"chief","kind":"clinic","quota":"","weekdays":[1,2,3,4,5],"from":480,)"
      R"("until":720,"slot":30,"seats":1,"fee":5000,"releaseDays":14,"releaseAt":420,)"
      R"("closesBeforeEnd":0})";
  EXPECT_EQ(Post("templates/put", R"({"id":"x","service":"nowhere"})"), "400 service");
  std::string nobodys = one;
  nobodys.replace(nobodys.find("\"wang\""), 6, "\"nobody\"");
  EXPECT_EQ(Post("templates/put", nobodys), "400 doctor");
  EXPECT_EQ(Post("templates/put", one), "200");
  EXPECT_EQ(Post("templates/put-day", R"({"date":"2026-03-17","name":"院庆","worksAs":0})"), "200");
  EXPECT_EQ(Post("templates/put-day", R"({"date":"2026-03-17","name":"","worksAs":0})"),
            "400 name");
  EXPECT_EQ(Post("templates/open-days", R"({"from":"2026-03-16","until":"2026-12-31"})"),
            "400 until");
  ASSERT_EQ(Post("templates/open-days", R"({"from":"2026-03-16","until":"2026-03-20"})"), "200");
  EXPECT_EQ(last["made"].AsInteger(), 4) << "the holiday is none of them";
  EXPECT_EQ(last["seats"].AsInteger(), 32);
  ASSERT_EQ(Post("templates/put-day", R"({"date":"2026-03-18","name":"停电","worksAs":0})"), "200");
  AddPatient("zhang");
  ASSERT_TRUE(
      hospital->Booking().Book({"b", "kiosk", "K3", "zhang", "cardio-am-20260318-1", false, ""}));
  ASSERT_EQ(Post("templates/open-days", R"({"from":"2026-03-16","until":"2026-03-20"})"), "200");
  EXPECT_EQ(last["toStop"][0]["id"].AsString(), "cardio-am-20260318") << "a person stops it";
  const Json view = Get("templates");
  EXPECT_EQ(view["templates"][0]["serviceName"]["zh"].AsString(), "cardio");
  EXPECT_EQ(view["holidays"].Items().size(), 2U);
  EXPECT_EQ(view["dayBegins"].AsInteger(), 0);
  EXPECT_EQ(Post("templates/remove-day", R"({"date":"2026-03-17"})"), "200");
  EXPECT_EQ(Post("templates/remove", R"({"id":"cardio-am"})"), "200");
  EXPECT_EQ(Post("templates/remove", R"({"id":"cardio-am"})"), "404 no such template");
  EXPECT_EQ(Get("templates")["templates"].Items().size(), 0U);
  for (const char* act :
       {"put-session-template", "put-holiday", "remove-holiday", "remove-session-template"}) {
    EXPECT_NE(Audits(act), "") << act;
  }
}

TEST_F(StaffOfficePagesTest, F13_TheReportOfChannelsAddsUpAndNamesNobody) {
  const std::string gone = Book("zhang", "s-1");
  Book("li", "s-2");
  ASSERT_TRUE(hospital->Booking().Act({"", gone, BookingAct::Cancel, "K3", "", 0}));
  const Json view = Get("reports", "from=2026-03-10&until=2026-03-10");
  EXPECT_EQ(view["total"].AsInteger(), 2);
  EXPECT_EQ(view["channels"][0]["channel"].AsString(), "kiosk");
  EXPECT_EQ(view["channels"][0]["total"].AsInteger(), 2);
  EXPECT_EQ(view["channels"][0]["stands"].AsInteger(), 1);
  EXPECT_EQ(view["doctors"][0]["used"].AsInteger(), 1);
  EXPECT_EQ(view["doctors"][0]["offered"].AsInteger(), 6);
  EXPECT_THAT(view.Write(), Not(HasSubstr("张")));
  EXPECT_TRUE(Get("reports", "from=2026-01-01&until=2026-12-31").IsNull());
}

TEST_F(StaffOfficePagesTest, F20_F25_TheReportSaysWhoWasSeenInTheSlotAndWhoIsIdleOrOverloaded) {
  Sell("t", "chen", "room6");
  const auto visit = [&](const std::string& booking, const std::string& done_at) {
    Local("09:05");
    for (const auto act : {BookingAct::CheckIn, BookingAct::Begin, BookingAct::Finish}) {
      if (act == BookingAct::Finish) Local(done_at);
      ASSERT_TRUE(hospital->Booking().Act({"", booking, act, "room5", "", 0}));
    }
  };
  const std::string early = Book("zhang", "s-1");
  const std::string late = Book("li", "s-2");
  const std::string again = Book("zhao", "s-3");
  ASSERT_EQ(Post("added/add", R"({"session":"s","patient":"ou","operation":"op-add"})"), "200");
  visit(early, "09:25");
  visit(late, "10:01");
  visit(again, "10:20");
  const Json view = Get("reports", "from=2026-03-10&until=2026-03-10");
  EXPECT_EQ(view["inSlotPercent"].AsInteger(), 66) << "two of three";
  ASSERT_EQ(view["doctors"].Items().size(), 2U);
  EXPECT_TRUE(view["doctors"][0]["idle"].AsBoolean());
  EXPECT_FALSE(view["doctors"][0]["overloaded"].AsBoolean());
  EXPECT_FALSE(view["doctors"][1]["idle"].AsBoolean());
  EXPECT_TRUE(view["doctors"][1]["overloaded"].AsBoolean());
}

TEST_F(StaffOfficePagesTest, F30_TheCatalogueOfTestsIsTheHospitalsOwn) {
  EXPECT_EQ(Post("lab-tests/put", R"({"code":"CBC","name":"血常规","tube":"teapot"})"),
            "400 tube is wrong");
  EXPECT_EQ(Post("lab-tests/put", R"({"code":"C C","name":"血常规","tube":"edta"})"),
            "400 code is wrong");
  EXPECT_EQ(Post("lab-tests/put", R"({"code":"CBC","name":"血常规","tube":"edta",)"
                                  R"("volumeUl":2000,"afterMinutes":30,"surprise":1})"),
            "200");
  const Json view = Get("lab-tests");
  EXPECT_EQ(view["tests"][0]["code"].AsString(), "CBC");
  EXPECT_FALSE(view["tests"][0].Has("surprise"));
  EXPECT_EQ(view["tubes"].Items().size(), 7U);
  EXPECT_EQ((*hospital::FindLabTest(*store, "CBC"))->volume_ul, 2000);
  EXPECT_EQ(Post("lab-tests/remove", R"({"code":"CBC"})"), "200");
  EXPECT_EQ(Post("lab-tests/remove", R"({"code":"CBC"})"), "404 no such test");
  const std::string kept = Audits("put-lab-test");
  ASSERT_NE(kept, "");
  EXPECT_THAT(store->Read("AuditEvent", kept)->text, HasSubstr(R"("value":"open")")) << "by whom";
  EXPECT_NE(Audits("remove-lab-test"), "");
}

TEST_F(StaffOfficePagesTest, F47_AMessageThatDoesNotGetThroughWaitsForAPerson) {
  ASSERT_TRUE(hospital->Booking().Book({"b", "kiosk", "K3", "ou", "s-6", false, ""}));
  BrokenGateway gateway;
  SendWith(gateway);
  Json view = Get("parked");
  ASSERT_EQ(view["messages"].Items().size(), 1U);
  const Json stuck = view["messages"][0];
  EXPECT_EQ(stuck["why"].AsString(), "not-taken");
  EXPECT_EQ(stuck["name"].AsString(), "欧**珊");
  EXPECT_EQ(stuck["phone"].AsString(), "139****1234");
  const std::string key = R"({"key":")" + stuck["key"].AsString() + '"';
  gateway.works = true;
  EXPECT_EQ(Post("parked/retry-messages", key + "}"), "200");
  SendWith(gateway);
  EXPECT_EQ(Get("parked")["messages"].Items().size(), 0U);
  SearchAll("Communication", [](const Json& message) {
    EXPECT_THAT(message.Write(), HasSubstr(R"("valueCode":"sent")"));
  });
  EXPECT_EQ(Post("parked/retry-messages", key + "}"), "404 not stuck any more");
  EXPECT_NE(Audits("retry-message"), "");
}

TEST_F(StaffOfficePagesTest, F47_AStuckMessageIsGivenUpOnlyWithAReason) {
  ASSERT_TRUE(hospital->Booking().Book({"b", "kiosk", "K3", "ou", "s-6", false, ""}));
  BrokenGateway gateway;
  gateway.refuses = false;
  for (int i = 0; i < 10; ++i) {
    SendWith(gateway);
    if (i == 1) {
      EXPECT_EQ(Get("parked")["messages"][0]["why"].AsString(), "trying");
    }
    clock.Set(ToInstant(clock.Now() + std::chrono::minutes(65)));
  }
  const Json before = Get("parked")["messages"];
  const Json stuck = before[0];
  EXPECT_EQ(stuck["why"].AsString(), "no-answer");
  const std::string key = R"({"key":")" + stuck["key"].AsString() + '"';
  EXPECT_EQ(Post("parked/give-up-messages", key + "}"), "400 reason is missing or too long");
  EXPECT_EQ(Post("parked/give-up-messages", key + R"(,"reason":"已电话告知患者"})"), "200");
  // Reminders of the same booking may be stuck, too.
  EXPECT_EQ(Get("parked")["messages"].Items().size(), before.Items().size() - 1);
  EXPECT_NE(Audits("give-up-message"), "");
}

TEST_F(StaffOfficePagesTest, F46_AnActThatATerminalCouldNotReplayIsRetriedOrGivenUpByAPerson) {
  const auto park = [&](const std::string& id, const std::string& operation) {
    Put(R"({"resourceType":"Task","id":")" + id +
        R"(","identifier":[{"system":"urn:yizhan:operation-id","value":")" + operation +
        R"("}],"status":"requested","intent":"order","code":{"coding":[{"system":)"
        R"("urn:yizhan:task-code","code":"parked-act"}]},"authoredOn":)"
        R"("2026-03-10T08:40:00+08:00","for":{"reference":"Patient/ou"},"statusReason":)"
        R"({"coding":[{"system":"urn:yizhan:parked-reason","code":"payment-due"}]},"requester":)"
        R"({"identifier":{"system":"urn:yizhan:terminal","value":"K3"}},"input":[{"type":)"
        R"({"coding":[{"system":"urn:yizhan:ticket-input","code":"number"}]},)"
        R"("valueString":"A-K3-01"}]})");
  };
  park("t1", "op-a");
  park("t2", "op-b");
  const Json row = Get("parked")["acts"][0];
  EXPECT_EQ(row["name"].AsString(), "欧**珊");
  EXPECT_EQ(row["number"].AsString(), "A-K3-01");
  EXPECT_EQ(row["terminal"].AsString(), "K3");
  EXPECT_EQ(row["why"].AsString(), "payment-due");
  EXPECT_EQ(Post("parked/give-up-acts", R"({"key":"t1"})"), "400 reason is missing or too long");
  EXPECT_EQ(Post("parked/give-up-acts", R"({"key":"t1","reason":"已人工处理"})"), "200");
  EXPECT_EQ(Post("parked/retry-acts", R"({"key":"t1"})"), "404 it is settled");
  EXPECT_EQ(Post("parked/retry-acts", R"({"key":"t2"})"), "200");
  EXPECT_EQ(test::Parse(store->Read("Task", "t2")->text)["status"].AsString(), "accepted");
  EXPECT_TRUE(Get("parked")["acts"][0]["trying"].AsBoolean());
  // The terminal sends it again, and it is done.
  const std::string booked = Book("zhang", "s-1");
  Local("08:50");
  EXPECT_EQ(
      HospitalFixture::Said(hospital->CheckIn(booked, Parameters("op-b", At("08:45"), "A-K3-01"))),
      "A-K3-01");
  EXPECT_EQ(Get("parked")["acts"].Items().size(), 0U);
  EXPECT_NE(Audits("retry-parked-act"), "");
  EXPECT_NE(Audits("give-up-parked-act"), "");
}

TEST_F(StaffOfficePagesTest, F15_WhatAPatientWroteIsOnTheDoctorsListAndNowhereInPublic) {
  AddPatient("zhang");
  hospital::BookRequest request{"b", "web", "portal", "zhang", "s-1", false, ""};
  request.notes = "胸闷三天,夜间加重";
  const auto booked = hospital->Booking().Book(request);
  ASSERT_TRUE(booked);
  Local("08:45");
  ASSERT_EQ(CheckIn(booked->record.id), "A001");
  const Json notes = Get("desk-notes", "room=room5");
  EXPECT_EQ(notes["notes"][0]["text"].AsString(), "胸闷三天,夜间加重");
  for (const auto& [path, query] :
       {std::pair("screen", "area=area"), std::pair("door", "room=room5"),
        std::pair("desk", "room=room5"), std::pair("triage", "area=area")}) {
    EXPECT_THAT(Get(path, query).Write(), Not(HasSubstr("胸闷"))) << path;
  }
  const std::string task = store->Read("Task", Ticket("A001").id)->text;
  EXPECT_THAT(task, Not(HasSubstr("胸闷"))) << "what a terminal prints its slip from";
  ExpectValid();
}

TEST_F(StaffOfficePagesTest, F20_TheCallScreenTellsWhoWaitedThatTheClinicWasStopped) {
  const std::string booked = Book("zhang", "s-1");
  Local("08:45");
  ASSERT_EQ(CheckIn(booked), "A001");
  EXPECT_EQ(Get("screen", "area=area")["stopped"].Items().size(), 0U);
  EXPECT_EQ(Post("stop/session", R"({"id":"s","reason":"急诊手术"})"), "200");
  const Json screen = Get("screen", "area=area");
  EXPECT_EQ(screen["stopped"][0].AsString(), "A001");
  EXPECT_THAT(screen.Write(), Not(HasSubstr("急诊手术")));
  Local("09:16");
  EXPECT_EQ(Get("screen", "area=area")["stopped"].Items().size(), 0U) << "half an hour is enough";
}

TEST_F(StaffOfficePagesTest, TheDoorHasADoctorsPhotoAndTheHospitalsOwnClasses) {
  hospital::QueuePolicy policy = hospital::DefaultQueuePolicy();
  policy.priorities.push_back({"donor", 3, "献", {"献血者优先", "Blood donors"}});
  ASSERT_EQ(SetRules("cardio", policy), "ok");
  EXPECT_THAT(Get("door", "room=room5")["classes"].Write(), HasSubstr("献血者优先"));
  EXPECT_EQ(Get("door", "room=room5")["doctorId"].AsString(), "wang");
  EXPECT_FALSE(Get("door-photo", "doctor=wang").Has("data"));
  Put(R"({"resourceType":"Practitioner","id":"wang","name":[{"text":"王建国"}],"photo":[)"
      R"({"contentType":"image/svg+xml","data":"PHN2Zy8+"},)"
      R"({"contentType":"image/png","data":"iVBORw0KGgo="}]})");
  const Json photo = Get("door-photo", "doctor=wang");
  EXPECT_EQ(photo["type"].AsString(), "image/png") << "never a picture that can hold a program";
  EXPECT_EQ(photo["data"].AsString(), "iVBORw0KGgo=");
  EXPECT_TRUE(Get("door-photo", "doctor=nobody").IsNull());
}

}  // namespace
}  // namespace yizhan::server
