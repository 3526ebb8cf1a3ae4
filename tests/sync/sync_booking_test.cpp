#include <gtest/gtest.h>

#include "backend/fhir/resources.h"
#include "kiosk/sync/booking_records.h"
#include "tests/sync/booking_desk_fixture.h"

namespace yizhan::sync {
namespace {

using domain::BookingAct;
using domain::BookingRefusal;
using domain::BookingState;
using fhir::Json;
using test::Bundle;
using test::kPlain;
using test::Parse;
using test::ScriptedClient;

Json Schedule(const std::string& id = "sch1", const std::string& more = "") {
  return Parse(R"({"resourceType":"Schedule","id":")" + id + R"(",)" + more + R"(
      "actor":[{"reference":"Practitioner/wang"},{"reference":"HealthcareService/cardio"},
               {"reference":"Location/r5"}],
      "extension":[{"url":"urn:yizhan:session-level","valueCode":"chief"},
                   {"url":"urn:yizhan:fee","valueMoney":{"value":50.00,"currency":"CNY"}}],
      "planningHorizon":{"start":"2026-03-12T08:00:00+08:00","end":"2026-03-12T12:00:00+08:00"}})");
}

Json Slot(const std::string& id, const std::string& status = "free", const std::string& more = "") {
  return Parse(R"({"resourceType":"Slot","id":")" + id + R"(","status":")" + status + R"(",)" +
               more + R"("schedule":{"reference":"Schedule/sch1"},"meta":{"versionId":"4"},
      "start":"2026-03-12T09:00:00+08:00","end":"2026-03-12T09:30:00+08:00"})");
}

/// The answer of a booking operation.
std::string Booked(const std::string& state = "pending-confirm",
                   const std::string& status = "pending") {
  return R"({"resourceType":"Parameters","parameter":[{"name":"appointment","resource":)"
         R"({"resourceType":"Appointment","id":"a9","status":")" +
         status + R"(","extension":[{"url":"urn:yizhan:booking-state","valueCode":")" + state +
         R"("}],"start":"2026-03-12T09:00:00+08:00","end":"2026-03-12T09:30:00+08:00",
         "participant":[{"actor":{"reference":"HealthcareService/cardio"},"status":"accepted"},
                        {"actor":{"reference":"Practitioner/wang"},"status":"accepted"}]}},
      {"name":"cancel-until","valueInstant":"2026-03-11T17:00:00+08:00"},
      {"name":"confirm-by","valueInstant":"2026-03-11T09:00:00+08:00"},
      {"name":"advised-arrival","valueInstant":"2026-03-12T08:45:00+08:00"},
      {"name":"fee","valueMoney":{"value":50.00,"currency":"CNY"}}]})";
}

std::string Refusal(const std::string& code) {
  return R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"business-rule",
      "details":{"coding":[{"system":"urn:yizhan:booking-refusal","code":")" +
         code + R"("}]}}]})";
}

class BookingDeskTest : public test::BookingDeskFixture {
 protected:
  template <typename T>
  static T As(const Result<domain::BookingReply>& reply) {
    if (!reply || !std::holds_alternative<T>(*reply)) {
      ADD_FAILURE() << (reply ? "another reply" : reply.error().detail);
      return {};
    }
    return std::get<T>(*reply);
  }
  /// The operation ids of all acts that were sent.
  std::vector<std::string> Operations(const std::string& path) {
    std::vector<std::string> ids;
    for (const fhir::Request& request : client_.Sent("POST " + path)) {
      ids.push_back(fhir::ParameterOf(*request.body, "operation-id").AsString());
    }
    return ids;
  }
};

TEST_F(BookingDeskTest, TheDaysOfTwoWeeksAreCountedInOneExchange) {
  std::string batch = R"({"resourceType":"Bundle","type":"batch-response","entry":[)";
  for (int i = 0; i < 14; ++i) {
    batch += std::string(i == 0 ? "" : ",") +
             R"({"response":{"status":"200 OK"},"resource":{"resourceType":"Bundle","total":)" +
             std::to_string(i) + "}}";
  }
  client_.On("POST ", {ScriptedClient::Reply(200, batch + "]}")});
  client_.On("GET Schedule?", {ScriptedClient::Reply(200, Bundle({}))});
  const auto days = As<domain::DaysFound>(Ask(domain::WhichDays{{}, test::Today(), 14})).days;
  ASSERT_EQ(days.size(), 14U);
  EXPECT_EQ(days[0].free, 0);
  EXPECT_EQ(ToDate(days[13].day), "2026-03-23");
  EXPECT_EQ(days[13].free, 13);
  const std::string first =
      (*client_.Sent("POST ").at(0).body)["entry"][0]["request"]["url"].AsString();
  EXPECT_NE(first.find("start=ge2026-03-10T08%3A45"), std::string::npos)
      << "what has begun today cannot be booked: " << first;
}

TEST_F(BookingDeskTest, F11_SeatsThatAreNotReleasedYetOrClosedAlreadyAreNotCountedAsFree) {
  const auto session = [](const std::string& id, const std::string& day, const char* url,
                          const std::string& at) {
    return *Json::Parse(R"({"resourceType":"Schedule","id":")" + id +
                        R"(","planningHorizon":{"start":")" + day + R"(T08:00:00+08:00","end":")" +
                        day + R"(T12:00:00+08:00"},"extension":[{"url":")" + url +
                        R"(","valueInstant":")" + at + "\"}]}");
  };
  client_.On(
      "GET Schedule?",
      {ScriptedClient::Reply(200, Bundle({session("now", "2026-03-11", "urn:yizhan:release-at",
                                                  "2026-03-10T08:45:00+08:00"),
                                          session("later", "2026-03-11", "urn:yizhan:release-at",
                                                  "2026-03-10T08:45:01+08:00"),
                                          session("over", "2026-03-12", "urn:yizhan:closes-at",
                                                  "2026-03-10T08:45:00+08:00")}))});
  std::string batch = R"({"resourceType":"Bundle","type":"batch-response","entry":[)";
  for (const char* total : {"0", "9", "4", "5", "4"}) {
    batch += std::string(total == std::string_view("0") ? "" : ",") +
             R"({"response":{"status":"200 OK"},"resource":{"resourceType":"Bundle","total":)" +
             total + "}}";
  }
  client_.On("POST ", {ScriptedClient::Reply(200, batch + "]}")});
  const auto days = As<domain::DaysFound>(Ask(domain::WhichDays{{}, test::Today(), 3})).days;
  ASSERT_EQ(days.size(), 3U);
  EXPECT_EQ(days[0].free, 0);
  EXPECT_EQ(days[1].free, 4) << "nine, of which five are released later";
  EXPECT_EQ(days[2].free, 0) << "all of a session that was closed";
  const Json asked = (*client_.Sent("POST ").at(0).body)["entry"];
  EXPECT_NE(asked[3]["request"]["url"].AsString().find("schedule=Schedule/later"),
            std::string::npos);
  EXPECT_NE(asked[4]["request"]["url"].AsString().find("schedule=Schedule/over"),
            std::string::npos);
}

TEST_F(BookingDeskTest, ADayIsReadByPlainSearchesThatAnyServerAnswers) {
  client_.On("GET Schedule?", {ScriptedClient::Reply(200, Bundle({Schedule()}))});
  client_.On("GET Slot?",
             {ScriptedClient::Reply(200, Bundle({Slot("s2"), Slot("s1"), Slot("sold", "busy"),
                                                 Slot("kept", "free",
                                                      R"("extension":[{"url":"urn:yizhan:quota",
                                                      "valueString":"unit:acme"}],)")}))});
  const auto day = *ParseDate("2026-03-12");
  const auto sessions = As<domain::SessionsFound>(Ask(domain::WhatOnDay{{}, day}, kPlain)).sessions;
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_EQ(sessions[0].service.zh, "心血管内科");
  EXPECT_EQ(sessions[0].doctor, "王建国");
  EXPECT_EQ(sessions[0].level, domain::SeatLevel::Chief);
  EXPECT_EQ(sessions[0].fee_minor, 5000);
  EXPECT_EQ(sessions[0].where.area.zh, "门诊楼 3 层 B 区");
  EXPECT_EQ(sessions[0].free.size(), 2U) << "no sold seat, none of a contract";
  ASSERT_EQ(sessions[0].gone.size(), 1U) << "shown as full";
  EXPECT_EQ(sessions[0].gone[0].slot.Value(), "sold");
  EXPECT_EQ(client_.Sent("GET Schedule?").at(0).path.find("service-category"), std::string::npos)
      << "another server does not know our kinds";
}

TEST_F(BookingDeskTest, BookingByOperationReadsStateTimesAndFee) {
  client_.On("POST Appointment/$book", {ScriptedClient::Reply(200, Booked())});
  const auto booking = As<domain::BookingDone>(Ask(Wish())).booking;
  EXPECT_EQ(booking.id.Value(), "a9");
  EXPECT_EQ(booking.booking.state, BookingState::PendingConfirm);
  EXPECT_EQ(ToLocalHourMinute(booking.times.advised_arrival, TimeZone{}), "08:45");
  EXPECT_EQ(booking.fee_minor, 5000);
  const auto sent = client_.Sent("POST Appointment/$book");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(fhir::ParameterOf(*sent[0].body, "channel").AsString(), "kiosk");
  EXPECT_EQ(fhir::ParameterOf(*sent[0].body, "slot")["reference"].AsString(), "Slot/s1");
}

TEST_F(BookingDeskTest, F48_WhatTheHospitalApprovedForTheBookingReachesTheSlip) {
  Json answer = Parse(Booked());
  Json all = answer["parameter"];
  const auto add = [&](const std::string& zh, const std::string& en) {
    all.Append(Parse(R"({"name":"preparation","part":[{"name":"text","valueString":")" + zh +
                     R"("},{"name":"text-en","valueString":")" + en +
                     R"("},{"name":"version","valueString":"H7"}]})"));
  };
  add("检查前禁食8小时。", "Nothing to eat for 8 hours.");
  add("请带心电图。", "Bring your ECG.");
  add("请带心电图。", "Bring your ECG.");
  add(std::string(400, 'x'), "");
  answer.Set("parameter", std::move(all));
  client_.On("POST Appointment/$book", {ScriptedClient::Reply(200, answer.Write())});
  const auto preparation = As<domain::BookingDone>(Ask(Wish())).booking.where.preparation;
  EXPECT_EQ(preparation.zh, "检查前禁食8小时。请带心电图。")
      << "what is too long for a slip is left out";
  EXPECT_EQ(preparation.en, "Nothing to eat for 8 hours. Bring your ECG.");
}

TEST_F(BookingDeskTest, ALostAnswerIsAskedForAgainWithTheSameOperation) {
  client_.On("POST Appointment/$book",
             {ScriptedClient::Fails(ErrorCode::Timeout), ScriptedClient::Reply(503),
              ScriptedClient::Reply(200, Booked())});
  EXPECT_EQ(As<domain::BookingDone>(Ask(Wish())).booking.id.Value(), "a9");
  EXPECT_EQ(Operations("Appointment/$book"), (std::vector<std::string>(3, "op-1")));
}

TEST_F(BookingDeskTest, AConnectionRefusedAfterALostAnswerIsNotNothing) {
  client_.On("POST Appointment/$book", {ScriptedClient::Fails(ErrorCode::Timeout),
                                        ScriptedClient::Fails(ErrorCode::Unreachable)});
  EXPECT_EQ(Ask(Wish()).error().code, ErrorCode::Timeout);
  client_.On("POST Appointment/$book", {ScriptedClient::Fails(ErrorCode::Unreachable)});
  EXPECT_EQ(Ask(Wish()).error().code, ErrorCode::Unreachable);
}

TEST_F(BookingDeskTest, EveryRefusalOfTheHospitalHasItsOwnWord) {
  const std::pair<const char*, BookingRefusal> words[] = {
      {"full", BookingRefusal::Full},
      {"not-released", BookingRefusal::NotReleased},
      {"limit-doctor", BookingRefusal::LimitDoctor},
      {"barred", BookingRefusal::Barred},
      {"already-waiting", BookingRefusal::AlreadyWaiting},
      {"a-word-of-tomorrow", BookingRefusal::WrongState}};
  for (const auto& [word, refusal] : words) {
    client_.On("POST Appointment/$book", {ScriptedClient::Reply(422, Refusal(word))});
    EXPECT_EQ(As<domain::BookingRefused>(Ask(Wish())).why, refusal) << word;
  }
  client_.On("POST Appointment/$book", {ScriptedClient::Reply(404)});
  EXPECT_EQ(Ask(Wish()).error().code, ErrorCode::Refused);
  client_.On("POST Appointment/$book", {ScriptedClient::Reply(200, R"({"resourceType":"X"})")});
  EXPECT_EQ(Ask(Wish()).error().code, ErrorCode::BadData);
}

TEST_F(BookingDeskTest, EachActHasItsOperation) {
  for (const auto& [act, name] :
       {std::pair(BookingAct::Confirm, "$confirm"), std::pair(BookingAct::Cancel, "$cancel"),
        std::pair(BookingAct::Accept, "$accept"), std::pair(BookingAct::Decline, "$decline"),
        std::pair(BookingAct::Withdraw, "$withdraw")}) {
    const std::string path = std::string("Appointment/a9/") + name;
    client_.On("POST " + path, {ScriptedClient::Reply(200, Booked("cancelled", "cancelled"))});
    const domain::ActOnBooking wish{domain::OperationId("op-2"), domain::AppointmentId("a9"), act,
                                    0};
    EXPECT_EQ(As<domain::BookingDone>(Ask(wish)).booking.booking.state, BookingState::Cancelled);
    EXPECT_EQ(client_.Sent("POST " + path).size(), 1U) << name;
  }
}

TEST_F(BookingDeskTest, OnAPlainServerTheSeatIsWonByCompareAndSet) {
  client_.On("GET Slot/s1", {ScriptedClient::Reply(200, Slot("s1").Write(), "W/\"4\"")});
  client_.On("PUT Slot/s1", {ScriptedClient::Reply(200)});
  client_.On("POST Appointment",
             {ScriptedClient::Reply(201, R"({"resourceType":"Appointment","id":"n1"})")});
  const auto booking = As<domain::BookingDone>(Ask(Wish(), kPlain)).booking;
  EXPECT_EQ(booking.id.Value(), "n1");
  EXPECT_EQ(booking.booking.state, BookingState::Booked);
  EXPECT_EQ(client_.Sent("PUT Slot/s1").at(0).if_match, "W/\"4\"");
  EXPECT_EQ((*client_.Sent("PUT Slot/s1").at(0).body)["status"].AsString(), "busy");
  EXPECT_NE(client_.Sent("POST Appointment").at(0).if_none_exist.find("op-1"), std::string::npos);

  client_.On("PUT Slot/s1", {ScriptedClient::Reply(412)});
  EXPECT_EQ(As<domain::BookingRefused>(Ask(Wish(), kPlain)).why, BookingRefusal::Full);
  client_.On("GET Slot/s1", {ScriptedClient::Reply(200, Slot("s1", "busy").Write())});
  EXPECT_EQ(As<domain::BookingRefused>(Ask(Wish(), kPlain)).why, BookingRefusal::Full);
  EXPECT_EQ(client_.Sent("POST Appointment").size(), 1U) << "no appointment without a seat";
}

TEST_F(BookingDeskTest, OnAPlainServerTheSameOperationKnowsItsSeatAgain) {
  const std::string ours = R"("identifier":[{"system":"urn:yizhan:operation-id","value":"op-1"}],)";
  client_.On("GET Slot/s1", {ScriptedClient::Reply(200, Slot("s1", "busy", ours).Write())});
  client_.On("POST Appointment",
             {ScriptedClient::Reply(200, R"({"resourceType":"Appointment","id":"n1"})")});
  EXPECT_EQ(As<domain::BookingDone>(Ask(Wish(), kPlain)).booking.id.Value(), "n1");
  EXPECT_TRUE(client_.Sent("PUT Slot/s1").empty());
}

TEST_F(BookingDeskTest, OnAPlainServerARefusedAppointmentGivesTheSeatBack) {
  client_.On("GET Slot/s1", {ScriptedClient::Reply(200, Slot("s1").Write(), "W/\"4\"")});
  client_.On("PUT Slot/s1", {ScriptedClient::Reply(200)});
  client_.On("POST Appointment", {ScriptedClient::Reply(400)});
  EXPECT_EQ(Ask(Wish(), kPlain).error().code, ErrorCode::Refused);
  EXPECT_EQ((*client_.Sent("PUT Slot/s1").back().body)["status"].AsString(), "free");
}

TEST_F(BookingDeskTest, OnAPlainServerCancellingFreesTheSeat) {
  Json appointment = test::Appointment();
  appointment.Set("slot", Parse(R"([{"reference":"Slot/s1"}])"));
  client_.On("GET Appointment/a1", {ScriptedClient::Reply(200, appointment.Write(), "W/\"1\"")});
  client_.On("PUT Appointment/a1", {ScriptedClient::Reply(200)});
  client_.On("GET Slot/s1", {ScriptedClient::Reply(200, Slot("s1", "busy").Write(), "W/\"5\"")});
  client_.On("PUT Slot/s1", {ScriptedClient::Reply(200)});
  const domain::ActOnBooking wish{domain::OperationId("op-2"), domain::AppointmentId("a1"),
                                  BookingAct::Cancel, 0};
  EXPECT_EQ(As<domain::BookingDone>(Ask(wish, kPlain)).booking.booking.state,
            BookingState::Cancelled);
  EXPECT_EQ((*client_.Sent("PUT Slot/s1").at(0).body)["status"].AsString(), "free");
}

TEST(BookingTrimTest, WhatASlipSaysOfAPlaceOutlivesEveryTrimmingAndOtherPhonesDoNot) {
  Json site = Parse(R"({"resourceType":"Location","id":"east","name":"东院区","physicalType":
      {"coding":[{"code":"si"}]},"description":"公交 12 路",
      "telecom":[{"system":"phone","value":"010-5550 0100"}]})");
  Json service = Parse(R"({"resourceType":"HealthcareService","id":"cardio","name":"心血管内科",
      "type":[{"coding":[{"system":"urn:yizhan:resource-kind","code":"exam"}]}],
      "extraDetails":"请空腹","telecom":[{"system":"phone","value":"13800000000"}],
      "extension":[{"url":"urn:yizhan:sensitive","valueBoolean":true}],
      "location":[{"reference":"Location/b3"}]})");
  for (int times = 0; times < 3; ++times) {
    site = TrimDirectory(site);
    service = TrimDirectory(service);
  }
  Directory directory = test::SmallDirectory();
  directory.Put(site);
  directory.Put(service);
  domain::Visit visit;
  directory.Describe(test::Appointment(), visit);
  const domain::VisitPlace place = directory.PlaceOf(visit);
  EXPECT_EQ(place.phone, "010-5550 0100");
  EXPECT_EQ(place.way.zh, "公交 12 路");
  EXPECT_EQ(place.preparation.zh, "请空腹");
  EXPECT_TRUE(place.sensitive);
  EXPECT_EQ(directory.KindOf(domain::ServiceId("cardio")), domain::ResourceKind::Exam);
  EXPECT_EQ(service.Write().find("13800000000"), std::string::npos);
  EXPECT_TRUE(directory.Lists({}).departments.empty()) << "an exam room is no department";
}

TEST_F(BookingDeskTest, F14_TheUnitThatPaysIsReadFromTheBookingAndNeverItsContract) {
  Json appointment = test::Appointment();
  appointment.Set("extension", *Json::Parse(R"([{"url":"urn:yizhan:quota","valueString":
      "unit:acme-7"}])"));
  const auto payer = [&](const std::string& support) {
    appointment.Set("supportingInformation", *Json::Parse(support));
    const auto own = ReadBooking(appointment, directory_);
    EXPECT_TRUE(own);
    return own ? own->payer.zh : "?";
  };
  EXPECT_EQ(payer(R"([{"reference":"Invoice/i1"},{"type":"Organization","display":"宏达电子"}])"),
            "宏达电子");
  // A reference with an address is about something else; a text without end is nobody's name.
  EXPECT_EQ(payer(R"([{"type":"Organization","reference":"Organization/x","display":"某院"}])"),
            "");
  EXPECT_EQ(payer(R"([{"type":"Organization","display":")" + std::string(999, 'x') + "\"}]"), "");
  EXPECT_EQ(payer(R"([null,7,{"type":["Organization"]},{"type":"Organization"}])"), "");
  EXPECT_EQ(payer("[]"), "");
}

TEST_F(BookingDeskTest, TheListOfOwnBookingsHoldsWhatIsToComeAndWhatIsOffered) {
  Found found;
  found.patient = test::Patient();
  Json pending = test::Appointment("a2", "pending");
  found.appointments = {test::Appointment("a1", "booked"), pending,
                        test::Appointment("a3", "fulfilled"), test::Appointment("a4", "cancelled")};
  const char* held = R"({"resourceType":"Appointment","id":"w1","status":"waitlist",
      "extension":[{"url":"urn:yizhan:booking-state","valueCode":"offered"},
                   {"url":"urn:yizhan:held-until","valueInstant":"2026-03-10T09:00:00+08:00"}],
      "requestedPeriod":[{"start":"2026-03-12T08:00:00+08:00","end":"2026-03-12T12:00:00+08:00"}],
      "slot":[{"reference":"Slot/s1"}],
      "participant":[{"actor":{"reference":"HealthcareService/cardio"},"status":"accepted"}]})";
  found.waiting = {Parse(held), Slot("s1", "busy-tentative")};
  const auto bookings = Assemble(found, directory_).bookings;
  ASSERT_EQ(bookings.size(), 3U);
  EXPECT_EQ(bookings[0].booking.state, BookingState::Booked);
  EXPECT_EQ(bookings[1].booking.state, BookingState::PendingConfirm);
  ASSERT_TRUE(bookings[2].offered);
  EXPECT_EQ(ToLocalHourMinute(bookings[2].offered->start, TimeZone{}), "09:00");
  // An offer whose seat is not known cannot be agreed to.
  found.waiting.pop_back();
  EXPECT_EQ(Assemble(found, directory_).bookings.size(), 2U);
}

}  // namespace
}  // namespace yizhan::sync
