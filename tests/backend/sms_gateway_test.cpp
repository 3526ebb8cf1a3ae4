// The way out to telephones over real HTTP, with a gateway that has every bad habit.
#include "backend/hospital/messages/sms_gateway.h"

#include <gmock/gmock.h>

#include "backend/hospital/messages/message_sender.h"
#include "tests/backend/booking_fixture.h"
#include "tests/rig/sms_gateway.h"

namespace yizhan::hospital {
namespace {

using rig::SmsFault;

class SmsGatewayTest : public testing::Test {
 protected:
  SmsGatewayTest() {
    auto started = rig::VirtualSmsGateway::Start("token-1");
    EXPECT_TRUE(started);
    outside = std::move(*started);
  }
  std::unique_ptr<SmsGateway> Gateway(const std::string& token = "token-1") {
    auto opened = OpenHttpSmsGateway({outside->Url(), token, ""});
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }
  static Sms Message(char id) { return {std::string(32, id), "13900000001", "您好:已预约"}; }

  std::unique_ptr<rig::VirtualSmsGateway> outside;
};

TEST_F(SmsGatewayTest, AMessageIsTakenOnceHoweverOftenItIsSent) {
  const auto gateway = Gateway();
  ASSERT_TRUE(gateway->Send(Message('a')));
  ASSERT_TRUE(gateway->Send(Message('a')));
  ASSERT_EQ(outside->Sent().size(), 1U);
  EXPECT_EQ(outside->Sent()[0].to, "13900000001");
  EXPECT_EQ(outside->Sent()[0].text, "您好:已预约");
}

TEST_F(SmsGatewayTest, EachBadAnswerSaysWhetherToTryAgain) {
  const auto gateway = Gateway();
  outside->FailNext(SmsFault::Refuse);
  EXPECT_EQ(gateway->Send(Message('a')).error().code, ErrorCode::Refused);
  outside->FailNext(SmsFault::Busy);
  EXPECT_EQ(gateway->Send(Message('b')).error().code, ErrorCode::Busy);
  outside->FailNext(SmsFault::LoseAnswer);
  EXPECT_FALSE(gateway->Send(Message('c')));
  EXPECT_TRUE(gateway->Send(Message('c')));
  EXPECT_EQ(outside->Sent().size(), 1U);
  EXPECT_EQ(Gateway("wrong")->Send(Message('d')).error().code, ErrorCode::Busy);
  EXPECT_FALSE(OpenHttpSmsGateway({"sms.example", "", ""}));
  EXPECT_FALSE(OpenHttpSmsGateway({"http://sms.example", "two\nlines", ""}));
}

TEST_F(SmsGatewayTest, ReceiptsComeBehindTheCursorAndTwice) {
  const auto gateway = Gateway();
  ASSERT_TRUE(gateway->Send(Message('a')));
  std::string cursor;
  auto receipts = gateway->Receipts(cursor);
  ASSERT_TRUE(receipts);
  EXPECT_EQ(receipts->size(), 2U);
  EXPECT_TRUE(receipts->front().delivered);
  EXPECT_TRUE(gateway->Receipts(cursor)->empty());
}

class SmsSendingTest : public test::BookingFixture {};

TEST_F(SmsSendingTest, F47_OverALineThatBreaksEachBookingIsToldOnce) {
  auto outside = rig::VirtualSmsGateway::Start();
  ASSERT_TRUE(outside);
  auto gateway = OpenHttpSmsGateway({(*outside)->Url(), "", ""});
  ASSERT_TRUE(gateway);
  for (const char* id : {"zhang", "li", "zhao"}) AddPatient(id, "1390000");
  ASSERT_EQ(Book("zhang", "s-2"), "booked");
  ASSERT_EQ(Book("li", "s-3"), "booked");
  ASSERT_EQ(Book("zhao", "s-4"), "booked");
  (*outside)->FailNext(SmsFault::LoseAnswer);
  (*outside)->FailNext(SmsFault::Busy);
  (*outside)->FailNext(SmsFault::LoseAnswer, 2);
  MessageSender sender(*store, clock, *desk, gateway->get());
  for (int minute = 0; minute < 10; ++minute) {
    Local("06:0" + std::to_string(minute) + ":30");
    ASSERT_TRUE(sender.Work());
  }
  ASSERT_TRUE(sender.TakeReceipts());
  EXPECT_EQ((*outside)->Sent().size(), 3U);
  EXPECT_EQ((*outside)->Asked(), 7);
  int delivered = 0;
  SearchAll("Communication", [&](const fhir::Json& one) {
    delivered += one.Write().find("\"delivered\"") != std::string::npos ? 1 : 0;
  });
  EXPECT_EQ(delivered, 3);
}

}  // namespace
}  // namespace yizhan::hospital
