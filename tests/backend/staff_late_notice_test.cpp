// 迟到登记 at the triage desk (domain.md 0.1(2), F18), without a browser.
#include <gmock/gmock.h>

#include "backend/server/app.h"
#include "tests/backend/session_fixture.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using testing::HasSubstr;
using testing::Not;

class StaffLateNoticeTest : public test::SessionFixture {
 protected:
  StaffLateNoticeTest() {
    if (store == nullptr) return;
    app.emplace(*store, *hospital, clock, App::Access::Open);
  }
  /// "200", or the status with the refusal's detail; the answer is in `last`.
  std::string Post(const std::string& path, const std::string& body) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/api/triage/" + path;
    request.host = "localhost";
    request.body = body;
    request.content_type = "application/json";
    const HttpResponse response = app->Handle(request);
    last = test::Parse(response.body);
    if (response.status == 200) return "200";
    return std::to_string(response.status) + ' ' + last["detail"].AsString();
  }
  std::string Late(const std::string& id, const std::string& arrival) {
    const auto ms = ParseInstant(At(arrival))->time_since_epoch().count();
    return Post("late",
                R"({"appointment":")" + id + R"(","arrivalMs":)" + std::to_string(ms) + "}");
  }
  Json Lapsing() {
    HttpRequest request;
    request.method = "GET";
    request.path = "/api/triage";
    request.query = "area=area";
    request.host = "localhost";
    return test::Parse(app->Handle(request).body)["lapsing"];
  }

  std::optional<App> app;
  Json last;
};

TEST_F(StaffLateNoticeTest, F18_WhoTelephonesIsWaitedForUntilThePromisedTime) {
  const std::string id = Book("zhang", "s-1");
  Local("09:10");
  ASSERT_EQ(Late(id, "09:28"), "200");
  EXPECT_EQ(last["promised"].AsString(), "09:28");
  EXPECT_EQ(last["lapses"].AsString(), "09:28");
  EXPECT_EQ(Lapsing()[0]["promised"].AsString(), "09:28");
  Local("09:28");
  SweepBookings();
  EXPECT_EQ(StateOf(id), "booked");
  Local("09:28:01");
  EXPECT_EQ(Lapsing().Items().size(), 0U);
  SweepBookings();
  EXPECT_EQ(StateOf(id), "no-show");
  const auto kept =
      store->Read("AuditEvent", Find("AuditEvent", "subtype=late-notice&entity=Appointment/" + id));
  ASSERT_TRUE(kept) << "channel, time and promise are kept (0.1(2))";
  EXPECT_EQ(test::Parse(kept->text)["purposeOfEvent"][0]["text"].AsString(),
            "phone-agent " + ToInstant(*ParseInstant("2026-03-10T09:28:00+08:00")));
  ExpectValid();
}

TEST_F(StaffLateNoticeTest, F18_ANumberIsKeptAtMostToTheEndOfItsSlot) {
  const std::string id = Book("zhang", "s-1");
  Local("09:10");
  ASSERT_EQ(Late(id, "09:40"), "200");
  EXPECT_EQ(last["promised"].AsString(), "09:40");
  EXPECT_EQ(last["lapses"].AsString(), "09:30");
  Local("09:30");
  SweepBookings();
  EXPECT_EQ(StateOf(id), "booked");
  Local("09:30:01");
  SweepBookings();
  EXPECT_EQ(StateOf(id), "no-show");
}

TEST_F(StaffLateNoticeTest, F18_APromiseBeforeTheUsualTimeTakesNothingAway) {
  const std::string id = Book("zhang", "s-1");
  Local("08:50");
  ASSERT_EQ(Late(id, "09:05"), "200");
  EXPECT_EQ(last["lapses"].AsString(), "09:20");
  ASSERT_EQ(Late(id, "09:25"), "200") << "calls once more";
  EXPECT_EQ(last["lapses"].AsString(), "09:25");
  // A slot that is shorter than the twenty minutes: no promise keeps it longer.
  Put(R"({"resourceType":"Appointment","id":"short","status":"booked",)"
      R"("start":"2026-03-10T09:00:00+08:00","end":"2026-03-10T09:15:00+08:00","participant":[)"
      R"({"actor":{"reference":"Patient/zhang"}},)"
      R"({"actor":{"reference":"HealthcareService/cardio"}}]})");
  ASSERT_EQ(Late("short", "09:40"), "200");
  EXPECT_EQ(last["lapses"].AsString(), "09:20");
  EXPECT_EQ(last["latestMs"].AsInteger(), ParseInstant(At("09:20"))->time_since_epoch().count());
}

TEST_F(StaffLateNoticeTest, F18_WhatCannotBeKeptIsRefusedWithItsReason) {
  const std::string id = Book("zhang", "s-1");
  const std::string came = Book("li", "s-2");
  const std::string cancelled = Book("wu", "s-3");
  ASSERT_TRUE(hospital->Booking().Act({"op", cancelled, domain::BookingAct::Cancel, "K3", "", 0}));
  EXPECT_EQ(Late("nobody", "09:28"), "404 no such booking");
  EXPECT_EQ(Post("late", R"({"appointment":")" + id + "\"}"), "400 arrival is missing");
  EXPECT_EQ(Late(cancelled, "10:10"), "422 not-booked");
  Put(R"({"resourceType":"Appointment","id":"other","status":"booked",)"
      R"("start":"2026-03-11T09:00:00+08:00","end":"2026-03-11T09:30:00+08:00","participant":[)"
      R"({"actor":{"reference":"Patient/zhang"}},)"
      R"({"actor":{"reference":"HealthcareService/cardio"}}]})");
  EXPECT_EQ(Late("other", "09:28"), "422 wrong-day");
  Local("09:15");
  ASSERT_NE(CheckIn(came), "");
  EXPECT_EQ(Late(came, "09:28"), "422 already-checked-in");
  EXPECT_EQ(Late(id, "09:15"), "422 arrival-past");
  // Not swept yet, and swept.
  Local("09:21");
  EXPECT_EQ(Late(id, "09:28"), "422 lapsed");
  SweepBookings();
  EXPECT_EQ(Late(id, "09:28"), "422 lapsed");
  Local("09:30");
  EXPECT_EQ(Late(id, "09:40"), "422 slot-over");
  EXPECT_EQ(Find("AuditEvent", "subtype=late-notice"), "") << "what is refused changes nothing";
}

TEST_F(StaffLateNoticeTest, F18_TheSearchTellsHowLongANumberIsKept) {
  const std::string id = Book("zhang", "s-1");
  Put(R"({"resourceType":"Patient","id":"zhang","name":[{"text":"张小三"}],)"
      R"("telecom":[{"system":"phone","value":"13900001234"}]})");
  ASSERT_EQ(Late(id, "09:28"), "200");
  ASSERT_EQ(Post("find", R"({"q":"13900001234"})"), "200");
  EXPECT_EQ(last["bookings"][0]["promised"].AsString(), "09:28");
  EXPECT_EQ(last["bookings"][0]["lapses"].AsString(), "09:28");
  EXPECT_EQ(last["bookings"][0]["endMs"].AsInteger(),
            ParseInstant(At("09:30"))->time_since_epoch().count());
  EXPECT_THAT(last.Write(), Not(HasSubstr("小三"))) << "masked";
}

}  // namespace
}  // namespace yizhan::server
