#include <gmock/gmock.h>

#include <map>

#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "backend/hospital/messages/message_sender.h"
#include "backend/hospital/messages/message_text.h"
#include "backend/r4/validate.h"
#include "tests/backend/booking_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using fhir::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Takes messages, or fails as it was told; knows an id again.
class ScriptedGateway final : public SmsGateway {
 public:
  Status Send(const Sms& sms) override {
    ++asked;
    if (!script.empty()) {
      const auto [error, taken] = script.front();
      script.erase(script.begin());
      if (taken) Take(sms);
      if (error) return Fail(*error, "as scripted");
      return {};
    }
    Take(sms);
    return {};
  }
  Result<std::vector<SmsReceipt>> Receipts(std::string& cursor) override {
    cursor = "1";
    return receipts;
  }
  void Cancel() noexcept override {}

  void Take(const Sms& sms) {
    if (texts.emplace(sms.id, sms.text).second) sent.push_back(sms);
    EXPECT_EQ(texts[sms.id], sms.text) << "one id, two texts";
  }

  std::vector<std::pair<std::optional<ErrorCode>, bool>> script;  ///< Error, taken all the same.
  std::vector<Sms> sent;
  std::map<std::string, std::string> texts;
  std::vector<SmsReceipt> receipts;
  int asked = 0;
};

class MessagesTest : public test::BookingFixture {
 protected:
  MessagesTest() {
    if (store == nullptr) return;
    AddPatient("zhang", "13900000001");
    Sell("later", "2026-03-14", "wang");
  }
  void Work() {
    MessageSender sender(*store, clock, *desk, &gateway);
    while (true) {
      const Result<int> done = sender.Work();
      ASSERT_TRUE(done) << done.error().detail;
      if (*done == 0) return;
    }
  }
  /// Lets time go on hour by hour (and sweeps) until then.
  void RunUntil(const std::string& instant) {
    const WallTime end = *ParseInstant(instant);
    Work();
    for (WallTime now = clock.Now(); now < end; now += std::chrono::minutes(30)) {
      clock.Set(ToInstant(std::min(now + std::chrono::minutes(30), end)));
      Sweep();
      Work();
    }
  }
  /// "2026-03-10 06:00 booked", in the order of their times.
  std::vector<std::string> Inbox(const std::string& patient) {
    std::vector<std::string> lines;
    SearchAll("Communication", [&](const Json& one) {
      if (fhir::ReferencedId(one["recipient"], "Patient") != patient) return;
      const auto sent = *ParseInstant(one["sent"].AsString());
      lines.push_back(ToLocalDate(sent, zone) + ' ' + ToLocalHourMinute(sent, zone) + ' ' +
                      one["category"][0]["coding"][0]["code"].AsString());
      EXPECT_FALSE(r4::HasErrors(r4::Validate(one, {})));
    });
    std::ranges::sort(lines);
    return lines;
  }
  std::string Delivery() {
    std::string word;
    SearchAll("Communication",
              [&](const Json& one) { word = WordOf(one, fhir::systems::kDelivery); });
    return word;
  }

  ScriptedGateway gateway;
};

TEST_F(MessagesTest, F47_AConfirmedBookingYieldsTheExactSetOfMessages) {
  ASSERT_EQ(Book("zhang", "later-1"), "pending-confirm");
  const std::string booking = last;
  RunUntil("2026-03-12T12:00:00+08:00");
  ASSERT_EQ(Act(booking, BookingAct::Confirm), "booked");
  RunUntil("2026-03-14T09:10:00+08:00");
  EXPECT_THAT(Inbox("zhang"),
              ElementsAre("2026-03-10 06:00 booked", "2026-03-12 09:00 confirm-soon",
                          "2026-03-13 18:00 day-before", "2026-03-14 07:30 same-day"));
  ASSERT_EQ(gateway.sent.size(), 4U);
  for (const std::size_t reminder : {2U, 3U}) {
    EXPECT_THAT(gateway.sent[reminder].text, HasSubstr("建议08:45到院")) << "F24";
    EXPECT_THAT(gateway.sent[reminder].text, HasSubstr("免费取消截至2026-03-13 17:00")) << "F18";
    EXPECT_THAT(gateway.sent[reminder].text, HasSubstr("09:20后号源不再保留")) << "F18";
  }
  RunUntil("2026-03-14T10:00:00+08:00");
  EXPECT_THAT(Inbox("zhang").back(), HasSubstr("no-show"));
}

TEST_F(MessagesTest, F47_ACancelledBookingYieldsNoneAfterCancelling) {
  ASSERT_EQ(Book("zhang", "later-1"), "pending-confirm");
  RunUntil("2026-03-11T12:00:00+08:00");
  ASSERT_EQ(Act(last, BookingAct::Cancel), "cancelled");
  RunUntil("2026-03-15T00:00:00+08:00");
  EXPECT_THAT(Inbox("zhang"), ElementsAre("2026-03-10 06:00 booked"));
  // Not even what was to be sent at that moment.
  ASSERT_EQ(Book("zhang", "later-2"), "closed");
}

TEST_F(MessagesTest, F47_AGuaranteedBookingIsToldWhenItIsPaidAndNeverAskedToConfirm) {
  ASSERT_EQ(Book("zhang", "later-1", true), "locked");
  Work();
  EXPECT_THAT(Inbox("zhang"), IsEmpty()) << "nothing is booked yet";
  ASSERT_EQ(Act(last, BookingAct::Take, 5000), "booked");
  RunUntil("2026-03-14T09:25:00+08:00");
  EXPECT_THAT(Inbox("zhang"), ElementsAre("2026-03-10 06:00 booked", "2026-03-13 18:00 day-before",
                                          "2026-03-14 07:30 same-day"));
  // Held to the end of its slot, not to the twentieth minute.
  RunUntil("2026-03-14T10:00:00+08:00");
  EXPECT_THAT(Inbox("zhang").back(), HasSubstr("2026-03-14 09:55 no-show"));
}

TEST_F(MessagesTest, F19_WhoDoesNotConfirmIsToldThatTheNumberIsGone) {
  ASSERT_EQ(Book("zhang", "later-1"), "pending-confirm");
  RunUntil("2026-03-14T10:00:00+08:00");
  EXPECT_THAT(Inbox("zhang"),
              ElementsAre("2026-03-10 06:00 booked", "2026-03-12 09:00 confirm-soon",
                          "2026-03-13 09:30 unconfirmed"));
}

TEST_F(MessagesTest, F18_ANoShowTellsTheFirstWhoWaitsAtOnce) {
  AddPatient("li", "13900000002");
  for (int i = 1; i <= 4; ++i) {
    AddPatient("b" + std::to_string(i));
    ASSERT_EQ(Book("b" + std::to_string(i), "s-" + std::to_string(i)), "booked");
  }
  ASSERT_TRUE(desk->Wait({"w", "kiosk", "K3", "li", "cardio", "",
                          *ParseInstant("2026-03-10T08:00:00+08:00"),
                          *ParseInstant("2026-03-10T12:00:00+08:00")}));
  Local("09:20:00");
  Sweep();
  Work();
  EXPECT_THAT(Inbox("li"), IsEmpty());
  Local("09:20:01");
  Sweep();
  Work();
  EXPECT_THAT(Inbox("li"), ElementsAre("2026-03-10 09:20 offer"));
}

TEST_F(MessagesTest, F17_ABookingForTodayIsNotAskedToConfirm) {
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  RunUntil("2026-03-10T10:00:00+08:00");
  EXPECT_THAT(Inbox("zhang"), ElementsAre("2026-03-10 06:00 booked", "2026-03-10 08:30 same-day"));
}

TEST_F(MessagesTest, F23_AnOfferIsToldAtOnceAlsoInQuietHours) {
  for (int i = 1; i <= 4; ++i) {
    AddPatient("b" + std::to_string(i));
    ASSERT_EQ(Book("b" + std::to_string(i), "s-" + std::to_string(i)), "booked");
  }
  const auto waits = desk->Wait({"w", "kiosk", "K3", "zhang", "cardio", "",
                                 *ParseInstant("2026-03-10T08:00:00+08:00"),
                                 *ParseInstant("2026-03-10T12:00:00+08:00")});
  ASSERT_TRUE(waits);
  ASSERT_EQ(Act(last, BookingAct::Cancel), "cancelled");
  Work();
  EXPECT_THAT(Inbox("zhang"), ElementsAre("2026-03-10 06:00 offer"));
  ASSERT_EQ(gateway.sent.size(), 1U);
  EXPECT_THAT(gateway.sent[0].text, HasSubstr("06:05"));
}

TEST_F(MessagesTest, F47_RetriesAreOneMessageWhateverTheGatewayDoes) {
  gateway.script = {{ErrorCode::Busy, false},
                    {ErrorCode::Timeout, true},  // It took the message and its answer was lost.
                    {ErrorCode::Unreachable, false}};
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  Work();
  EXPECT_EQ(gateway.asked, 1);
  EXPECT_EQ(Delivery(), "queued");
  // Words that change meanwhile do not change what is on its way.
  ASSERT_TRUE(store->Write([](store::Transaction& t) {
    return t.PutRecord({kTemplates, "booked", R"({"zh":"别的","en":"other","version":"9"})", {}});
  }));
  RunUntil("2026-03-10T08:00:00+08:00");
  EXPECT_EQ(gateway.asked, 4);
  EXPECT_EQ(gateway.sent.size(), 1U);
  EXPECT_EQ(Delivery(), "sent");
}

TEST_F(MessagesTest, ARefusedMessageIsNotRepeatedAndStaysInTheInbox) {
  gateway.script = {{ErrorCode::Refused, false}};
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  RunUntil("2026-03-10T08:00:00+08:00");
  EXPECT_EQ(gateway.asked, 1);
  EXPECT_EQ(Delivery(), "failed");
  EXPECT_EQ(Inbox("zhang").size(), 1U);
}

TEST_F(MessagesTest, AProcessThatDiedWhileSendingDoesNotDoubleTheMessage) {
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  // It had sent, but not noted it.
  gateway.script = {{ErrorCode::Cancelled, true}};
  MessageSender died(*store, clock, *desk, &gateway);
  EXPECT_EQ(died.Work().error().code, ErrorCode::Cancelled);
  Work();
  EXPECT_EQ(gateway.asked, 1) << "the lease still stands";
  Local("06:03:00");
  Work();
  EXPECT_EQ(gateway.asked, 2);
  EXPECT_EQ(gateway.sent.size(), 1U);
}

TEST_F(MessagesTest, WhoWantsNoTextMessagesStillHasTheInbox) {
  ASSERT_TRUE(SetOptOut(*store, "zhang", true));
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  Work();
  EXPECT_EQ(gateway.asked, 0);
  EXPECT_EQ(Delivery(), "not-sent");
  EXPECT_EQ(Inbox("zhang").size(), 1U);
}

TEST_F(MessagesTest, ReceiptsAreNotedOnceHoweverOftenTheyAreTold) {
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  Work();
  const std::string id = gateway.sent.at(0).id;
  gateway.receipts = {{id, true}, {id, true}, {id, false}, {std::string(32, 'f'), true}};
  MessageSender sender(*store, clock, *desk, &gateway);
  ASSERT_TRUE(sender.TakeReceipts());
  ASSERT_TRUE(sender.TakeReceipts());
  EXPECT_EQ(Delivery(), "delivered");
  EXPECT_EQ(store->Read("Communication", id)->version, 3);
}

TEST_F(MessagesTest, F48_AFastingTestAddsItsApprovedTextAndTheVersionIsRecorded) {
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  Put(R"({"resourceType":"ServiceRequest","id":"glu","status":"active","intent":"order",)"
      R"("subject":{"reference":"Patient/zhang"},"code":{"coding":[{"code":"fasting-glucose"}]}})");
  Json appointment = test::Parse(store->Read("Appointment", last)->text);
  appointment.Set("basedOn", Json::Array({fhir::Reference("ServiceRequest", "glu")}));
  Put(appointment.Write());
  Work();
  ASSERT_EQ(gateway.sent.size(), 1U);
  EXPECT_THAT(gateway.sent[0].text, HasSubstr("禁食8小时"));
  const auto told = test::Parse(store->Read("Communication", gateway.sent[0].id)->text);
  EXPECT_EQ(WordOf(told, fhir::systems::kTextVersion), "2026-11.3+2026-11.3");
  // The reminder says it again.
  RunUntil("2026-03-10T09:00:00+08:00");
  ASSERT_EQ(gateway.sent.size(), 2U);
  EXPECT_THAT(gateway.sent[1].text, HasSubstr("禁食8小时"));
  const auto reminded = test::Parse(store->Read("Communication", gateway.sent[1].id)->text);
  EXPECT_EQ(WordOf(reminded, fhir::systems::kTextVersion), "2026-11.3+2026-11.3");
  // The hospital's own wording takes its place, with its own version.
  ASSERT_TRUE(store->Write([](store::Transaction& t) {
    return t.PutRecord({kPreparations, "cardio", R"({"zh":"请带心电图","version":"H7"})", {}});
  }));
  const auto texts = PreparationsOf(*store, appointment);
  ASSERT_TRUE(texts);
  ASSERT_EQ(texts->size(), 2U);
  EXPECT_EQ(texts->at(0).text.zh, "请带心电图");
  EXPECT_EQ(texts->at(0).version, "H7");
}

TEST_F(MessagesTest, F49_AnInvitationSaysWhoWhenWhereAndNothingElse) {
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  MessageRules rules;
  rules.phone = "0532-12345";
  const auto open = ComposeInvitation(*store, last, zone, rules);
  ASSERT_TRUE(open);
  for (const char* part :
       {"张*三", "2026-03-10 10:30", "3层B区 5诊室", "东侧扶梯", "0532-12345", "心血管内科"}) {
    EXPECT_THAT(open->zh, HasSubstr(part));
  }
  Put(R"({"resourceType":"HealthcareService","id":"cardio","name":"性病科","location":)"
      R"([{"reference":"Location/area"}],"extension":[{"url":"urn:yizhan:sensitive",)"
      R"("valueBoolean":true}]})");
  const auto discreet = ComposeInvitation(*store, last, zone, rules);
  ASSERT_TRUE(discreet);
  EXPECT_THAT(discreet->zh, Not(HasSubstr("性病")));
  EXPECT_THAT(discreet->zh, Not(HasSubstr("诊室")));
  EXPECT_THAT(discreet->zh, HasSubstr("本院"));
  EXPECT_THAT(discreet->zh, HasSubstr("地铁2号线"));
  ASSERT_EQ(Act(last, BookingAct::Cancel), "cancelled");
  EXPECT_EQ(ComposeInvitation(*store, last, zone, rules).error().detail, "wrong-state");
}

TEST_F(MessagesTest, TextsNeverHoldAWholeName) {
  ASSERT_EQ(Book("zhang", "s-4"), "booked");
  RunUntil("2026-03-10T11:00:00+08:00");
  ASSERT_FALSE(gateway.sent.empty());
  for (const Sms& sms : gateway.sent) {
    EXPECT_THAT(sms.text, Not(HasSubstr("张小三")));
    EXPECT_THAT(sms.text, Not(HasSubstr("{")));
  }
}

TEST(MessageTimesTest, QuietHoursEndInTheMorning) {
  const MessageRules rules;
  const auto at = [](const char* time) { return *ParseInstant(time); };
  const TimeZone zone;
  EXPECT_EQ(AfterQuiet(at("2026-03-10T20:59:59+08:00"), zone, rules),
            at("2026-03-10T20:59:59+08:00"));
  EXPECT_EQ(AfterQuiet(at("2026-03-10T21:00:00+08:00"), zone, rules),
            at("2026-03-11T07:30:00+08:00"));
  EXPECT_EQ(AfterQuiet(at("2026-03-10T06:30:00+08:00"), zone, rules),
            at("2026-03-10T07:30:00+08:00"));
}

}  // namespace
}  // namespace yizhan::hospital
