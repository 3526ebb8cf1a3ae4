// What the terminal makes of the hospital's answers along a patient's way (contracts:
// backend/fhir/care_systems.h).
#include <gtest/gtest.h>

#include "kiosk/sync/care_desk.h"
#include "kiosk/sync/care_records.h"
#include "tests/sync/scripted_client.h"

namespace yizhan::sync {
namespace {

using domain::GuideKind;
using domain::GuideState;
using domain::LineKind;
using fhir::Json;

Json Parse(const std::string& text) { return Json::Parse(text).value_or(Json()); }

Directory Places() {
  Directory directory;
  for (const char* text :
       {R"({"resourceType":"Location","id":"us","name":"超声科"})",
        R"({"resourceType":"Location","id":"w2","name":"2 号窗口"})",
        R"({"resourceType":"HealthcareService","id":"ultrasound","name":"超声",
            "location":[{"reference":"Location/us"}]})",
        R"({"resourceType":"HealthcareService","id":"centre","name":"入院服务中心",
            "identifier":[{"system":"urn:yizhan:queue-letter","value":"S"}],
            "type":[{"coding":[{"system":"urn:yizhan:queue-kind","code":"service-centre"}]}]})",
        R"({"resourceType":"HealthcareService","id":"nursing","name":"护理评估",
            "type":[{"coding":[{"system":"urn:yizhan:queue-kind","code":"service-centre"}]}]})"}) {
    directory.Put(Parse(text));
  }
  return directory;
}

TEST(SyncCareTest, F36_TheSheetsLinesAreRead) {
  const auto sheet = ReadGuide(Parse(R"({"resourceType":"Parameters","parameter":[
    {"name":"step","part":[{"name":"order","valueInteger":1},
      {"name":"kind","valueCode":"draw"},{"name":"state","valueCode":"next"},
      {"name":"what","valueString":"血常规"},{"name":"what-en","valueString":"CBC"},
      {"name":"where","valueString":"采血室"},{"name":"note","valueString":"禁食"},
      {"name":"ahead","valueInteger":4}]},
    {"name":"step","part":[{"name":"kind","valueCode":"dance"},
      {"name":"state","valueCode":"next"},{"name":"what","valueString":"?"}]}]})"));
  ASSERT_TRUE(sheet);
  ASSERT_EQ(sheet->lines.size(), 1U) << "what this terminal does not know is left out";
  EXPECT_EQ(sheet->lines[0].kind, GuideKind::Draw);
  EXPECT_EQ(sheet->lines[0].state, GuideState::Next);
  EXPECT_EQ(sheet->lines[0].what.en, "CBC");
  EXPECT_EQ(sheet->lines[0].where.zh, "采血室");
  EXPECT_EQ(sheet->lines[0].note.zh, "禁食");
  EXPECT_EQ(sheet->lines[0].ahead, 4);
  EXPECT_FALSE(ReadGuide(Parse(R"({"resourceType":"OperationOutcome"})")));
}

TEST(SyncCareTest, F14_TheSheetOfACheckUpNamesPackageAndUnit) {
  const auto sheet = ReadGuide(Parse(R"({"resourceType":"Parameters","parameter":[
    {"name":"check-up","part":[{"name":"package","valueString":"基础体检套餐"},
      {"name":"package-en","valueString":"Basic check-up"},
      {"name":"payer","valueString":"宏达电子"}]}]})"));
  ASSERT_TRUE(sheet && sheet->check_up);
  EXPECT_EQ(sheet->check_up->package.en, "Basic check-up");
  EXPECT_EQ(sheet->check_up->payer.zh, "宏达电子");
  EXPECT_TRUE(sheet->lines.empty());
  for (const char* odd : {R"({"name":"check-up"})", R"({"name":"check-up","part":[{"name":"payer",
                          "valueString":"x"}]})",
                          R"({"name":"check-up","part":7})"}) {
    const auto plain =
        ReadGuide(Parse(R"({"resourceType":"Parameters","parameter":[)" + std::string(odd) + "]}"));
    ASSERT_TRUE(plain);
    EXPECT_FALSE(plain->check_up) << odd;
  }
}

TEST(SyncCareTest, F32_TicketsCarryPlaceAndWhatHoldsThem) {
  const auto tickets = ReadCareTickets(Parse(R"({"resourceType":"Parameters","parameter":[
    {"name":"ticket","resource":{"resourceType":"Task","id":"t1","identifier":[
      {"system":"urn:yizhan:ticket-number","value":"U007"}],
      "owner":{"reference":"HealthcareService/ultrasound"},
      "authoredOn":"2026-03-10T00:42:00.000Z"}},
    {"name":"hold","part":[{"name":"task","valueString":"Task/t1"},
      {"name":"hint","valueString":"请憋尿"}]}]})"),
                                       LineKind::Exam, Places());
  ASSERT_TRUE(tickets) << tickets.error().detail;
  ASSERT_EQ(tickets->tickets.size(), 1U);
  EXPECT_EQ(tickets->tickets[0].ticket.number, "U007");
  EXPECT_EQ(tickets->tickets[0].ticket.service.zh, "超声");
  EXPECT_EQ(tickets->tickets[0].ticket.place.zh, "超声科");
  EXPECT_EQ(tickets->tickets[0].hint.zh, "请憋尿");
  EXPECT_FALSE(ReadCareTickets(Parse(R"({"resourceType":"Parameters"})"), LineKind::Exam, {}));
}

TEST(SyncCareTest, F33_TheWindowIsRead) {
  const auto bags = ReadBags(Parse(R"({"resourceType":"Parameters","parameter":[
    {"name":"bag","resource":{"resourceType":"Task","id":"bag-1","businessStatus":{"coding":[
      {"system":"urn:yizhan:bag-status","code":"ready"}]}}},
    {"name":"bag","resource":{"resourceType":"Task","id":"bag-2","businessStatus":{"coding":[
      {"system":"urn:yizhan:bag-status","code":"picking"}]}}},
    {"name":"window","valueString":"2 号窗口"}]})"),
                             Places());
  ASSERT_TRUE(bags);
  EXPECT_EQ(bags->tickets[0].ticket.room.zh, "2 号窗口");
  EXPECT_FALSE(bags->tickets[0].ready) << "one of them is still being picked";
  EXPECT_FALSE(ReadBags(Parse(R"({"resourceType":"Parameters"})"), {}));
}

TEST(SyncCareTest, RefusalsSayWhyAndBringEarlierNumbers) {
  const auto refusal = [](const char* code, const char* more = "") {
    return ReadCareRefusal(Parse(std::string(R"({"resourceType":"OperationOutcome","issue":[
      {"details":{"coding":[{"system":"urn:yizhan:care-refusal","code":")") +
                                 code + R"("}]}}])" + more + "}"),
                           LineKind::Centre, Places());
  };
  const auto why = [&](const char* code) {
    const auto reply = refusal(code);
    return std::get<domain::CareRefused>(reply.value()).why;
  };
  using Why = domain::CareRefused::Why;
  EXPECT_EQ(why("nothing-to-do"), Why::NothingToDo);
  EXPECT_EQ(why("payment-due"), Why::PaymentDue);
  EXPECT_EQ(why("already-checked-in"), Why::AlreadyThere);
  EXPECT_EQ(why("identity-doubt"), Why::AskStaff);
  EXPECT_FALSE(refusal(""));
  const auto again = refusal("already-checked-in", R"(,"contained":[{"resourceType":"Task",
    "identifier":[{"system":"urn:yizhan:ticket-number","value":"S003"}]}])");
  const auto& tickets = std::get<domain::CareTickets>(again.value());
  EXPECT_TRUE(tickets.already);
  EXPECT_EQ(tickets.tickets[0].ticket.number, "S003");
}

TEST(SyncCareTest, F67_TheCentreIsWhatTheDirectoryCallsOne) {
  const domain::CentreFound centre = CentreOf(Places());
  EXPECT_EQ(centre.name.zh, "入院服务中心");
  ASSERT_EQ(centre.services.size(), 1U);
  EXPECT_EQ(centre.services[0].id.Value(), "nursing");
  EXPECT_TRUE(CentreOf(Directory()).services.empty());
}

TEST(SyncCareTest, F47_AMessageWithoutWordsIsNone) {
  const auto message = ReadMessage(Parse(R"({"resourceType":"Communication","id":"m1",
    "sent":"2026-03-10T00:42:00.000Z","payload":[{"contentString":"已预约"}]})"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text, "已预约");
  EXPECT_FALSE(ReadMessage(Parse(R"({"resourceType":"Communication","id":"m1"})")));
  EXPECT_FALSE(ReadMessage(Parse(R"({"payload":[{"contentString":"x"}]})")));
}

TEST(SyncCareTest, F47_WhatWasSeenIsMarkedOverTheVersionThatWasRead) {
  using test::ScriptedClient;
  ScriptedClient client;
  const std::string message = R"({"resourceType":"Communication","id":"m1","status":"completed"})";
  client.On("GET Communication/m1", {ScriptedClient::Reply(200, message, "W/\"1\""),
                                     ScriptedClient::Reply(200, message, "W/\"2\"")});
  client.On("PUT Communication/m1", {ScriptedClient::Reply(412), ScriptedClient::Reply(200)});
  const Station station{domain::TerminalId("K3"), domain::SiteId("main"), {}, {}};
  Hospital hospital(client, station);
  CareDesk desk(hospital, station);
  const WallTime now = ParseInstant("2026-03-10T00:42:00.000Z").value();
  const auto kept = desk.Answer(domain::MessagesSeen{{"m1"}}, {{}, now, ""}, {});
  ASSERT_TRUE(kept) << kept.error().detail;
  const auto sent = client.Sent("PUT Communication/m1");
  ASSERT_EQ(sent.size(), 2U) << "the sender had written meanwhile";
  EXPECT_EQ(sent[1].if_match, "W/\"2\"");
  EXPECT_EQ((*sent[1].body)["received"].AsString(), "2026-03-10T00:42:00.000Z");
}

TEST(SyncCareTest, F47_AMessageThatIsGoneNeedsNoMark) {
  test::ScriptedClient client;
  const Station station{domain::TerminalId("K3"), domain::SiteId("main"), {}, {}};
  Hospital hospital(client, station);
  CareDesk desk(hospital, station);
  EXPECT_TRUE(desk.Answer(domain::MessagesSeen{{"m9"}}, {}, {}));
}

}  // namespace
}  // namespace yizhan::sync
