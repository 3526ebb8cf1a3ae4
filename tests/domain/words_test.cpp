#include <gtest/gtest.h>

#include "domain/money.h"
#include "domain/name.h"
#include "domain/print_job.h"
#include "domain/ticket.h"

namespace yizhan::domain {
namespace {

TEST(MaskNameTest, EveryKindOfNameKeepsTheSurnameAndHidesTheRest) {
  const std::pair<const char*, const char*> names[] = {{"王", "王"},
                                                       {"张三", "张*"},
                                                       {"张小三", "张*三"},
                                                       {"欧阳小珊", "欧**珊"},
                                                       {"买买提·艾力江", "买***江"},
                                                       {"𠮷田", "𠮷*"},
                                                       {"㛃", "㛃"},
                                                       {"John Smith", "J***"},
                                                       {"  张三 ", "张*"},
                                                       {"Ólafur", "Ó***"},
                                                       {"𠮷田𠮷", "𠮷*𠮷"}};
  for (const auto& [name, masked] : names) EXPECT_EQ(MaskName(name), masked) << name;
}

TEST(MaskNameTest, BrokenTextShowsNothing) {
  EXPECT_EQ(MaskName(""), "*");
  EXPECT_EQ(MaskName("   "), "*");
  EXPECT_EQ(MaskName("\xFF\xFE"), "*");
}

TEST(SurnameTest, OnlyAChineseNameHasASurnameToSpeak) {
  const std::pair<const char*, const char*> names[] = {
      {"张三", "张"},        {"张小三", "张"}, {"欧阳小珊", "欧阳"},
      {"司马光", "司马"},    {"欧阳", "欧"},   {"𠮷田", "𠮷"},
      {" 张三 ", "张"},      {"王", ""},       {"John Smith", ""},
      {"买买提·艾力江", ""}, {"", ""},         {"\xFF\xFE", ""}};
  for (const auto& [name, surname] : names) EXPECT_EQ(SurnameOf(name), surname) << name;
}

TEST(MoneyTest, AmountsRoundTripExactly) {
  EXPECT_EQ(ParseYuan("1.50"), 150);
  EXPECT_EQ(ParseYuan("1.5"), 150);
  EXPECT_EQ(ParseYuan("1.500"), 150);
  EXPECT_EQ(ParseYuan("-0.05"), -5);
  EXPECT_EQ(ParseYuan("0"), 0);
  EXPECT_EQ(FormatYuan(12850), "¥128.50");
  EXPECT_EQ(FormatYuan(-12035), "-¥120.35");
  EXPECT_EQ(ToDecimal(INT64_MIN), "-92233720368547758.08");
}

TEST(MoneyTest, WhatIsNoExactAmountIsRefusedNotRounded) {
  for (const char* text : {"", "-", ".5", "1.", "1.005", "1e2", "1,00", " 1", "1 ", "+1", "0x10",
                           "99999999999999999999", "10000000000000.01"}) {
    EXPECT_FALSE(ParseYuan(text)) << text;
  }
}

TEST(TicketTest, NumbersHaveTheHospitalsShape) {
  EXPECT_EQ(TicketNumber("A", 12), "A012");
  EXPECT_EQ(TicketNumber("B", 1234), "B1234");
  EXPECT_EQ(ProvisionalTicketNumber("A", TerminalId("K3"), 7), "A-K3-07");
}

TEST(PrintStateTest, EveryStateHasANameThatReadsBack) {
  for (int i = 0; i <= static_cast<int>(PrintState::Cancelled); ++i) {
    const auto state = static_cast<PrintState>(i);
    EXPECT_EQ(ParsePrintState(Name(state)), state);
  }
  EXPECT_FALSE(ParsePrintState("finished"));
}

}  // namespace
}  // namespace yizhan::domain
