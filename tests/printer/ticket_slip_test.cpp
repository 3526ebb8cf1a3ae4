#include "printer/documents/ticket_slip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "printer/documents/barcode.h"
#include "tests/printer/slip_samples.h"
#include "tests/printer/words_on_page.h"

namespace yizhan::printer {
namespace {

using domain::Language;
using test::OfflineSlip;
using test::SampleSlip;
using testing::HasSubstr;
using testing::Not;

Document Render(const TicketSlip& slip, Language language = Language::ZhCn) {
  auto document = RenderTicketSlip(slip, language);
  EXPECT_TRUE(document) << document.error().detail;
  return document.value_or(Document{});
}

TEST(TicketSlipTest, ASlipIsOneNarrowPageOfModestSize) {
  const Document document = Render(SampleSlip());
  EXPECT_TRUE(document.pdf.starts_with("%PDF-"));
  EXPECT_EQ(document.pages, 1);
  EXPECT_EQ(document.width_hundredths_mm, 8000);
  EXPECT_GT(document.height_hundredths_mm, 8000);
  EXPECT_LT(document.height_hundredths_mm, 20000);
  EXPECT_LT(document.pdf.size(), 300'000U) << "a font was embedded nearly whole";
}

TEST(TicketSlipTest, EverythingThePatientNeedsIsOnIt) {
  WORDS_OR_SKIP(words, Render(SampleSlip()));
  for (const char* needed :
       {"江城市第一人民医院", "排队小票", "A012", "张*三", "心血管内科", "王建国", "主任医师",
        "09:00–09:30", "门诊楼3层B区", "5诊室", "7人", "约25–35分钟", "08:42", "20260310-K3-000127",
        "第1次", "仅当日有效", "此凭条不作报销凭证", "过号"}) {
    EXPECT_THAT(words, HasSubstr(needed));
  }
  EXPECT_THAT(words, Not(HasSubstr("离线")));
}

TEST(TicketSlipTest, F14_OfAPackageItSendsNobodyToWaitBeforeTheSheetIsDone) {
  TicketSlip slip = SampleSlip();
  slip.ticket.service = {"基础体检套餐", "Basic check-up"};
  slip.ticket.doctor.clear();
  slip.ticket.ahead.reset();
  slip.check_up = true;
  WORDS_OR_SKIP(words, Render(slip));
  for (const char* needed : {"套餐", "基础体检套餐", "交单", "体检导检单"}) {
    EXPECT_THAT(words, HasSubstr(needed));
  }
  for (const char* wrong : {"候诊", "医生", "科室"}) EXPECT_THAT(words, Not(HasSubstr(wrong)));
}

TEST(TicketSlipTest, AnOfflineSlipSaysSoAndPromisesNoPlaceInTheQueue) {
  WORDS_OR_SKIP(words, Render(OfflineSlip()));
  EXPECT_THAT(words, HasSubstr("A-K3-07"));
  EXPECT_THAT(words, HasSubstr("离线·临时号"));
  EXPECT_THAT(words, HasSubstr("先后按报到时间计算"));
  EXPECT_THAT(words, Not(HasSubstr("前面")));
}

TEST(TicketSlipTest, EveryFurtherCopyIsMarked) {
  TicketSlip slip = SampleSlip();
  slip.copy = 3;
  WORDS_OR_SKIP(chinese, Render(slip));
  EXPECT_THAT(chinese, HasSubstr("补打第2次"));
  WORDS_OR_SKIP(english, Render(slip, Language::En));
  EXPECT_THAT(english, HasSubstr("reprint2"));
}

TEST(TicketSlipTest, TheEnglishSlipUsesTheHospitalsEnglishNamesWhereItHasThem) {
  TicketSlip slip = SampleSlip();
  slip.ticket.room.en.clear();
  WORDS_OR_SKIP(words, Render(slip, Language::En));
  EXPECT_THAT(words, HasSubstr("Cardiology"));
  EXPECT_THAT(words, HasSubstr("QueueTicket"));
  EXPECT_THAT(words, HasSubstr("5诊室")) << "nobody translated it";
  EXPECT_THAT(words, Not(HasSubstr("心血管内科")));
}

TEST(TicketSlipTest, WhatIsNotKnownIsLeftOut) {
  TicketSlip slip = SampleSlip();
  slip.ticket.ahead.reset();
  slip.ticket.room = {};
  slip.ticket.doctor.clear();
  slip.serial.clear();
  WORDS_OR_SKIP(words, Render(slip));
  EXPECT_THAT(words, Not(HasSubstr("前面")));
  EXPECT_THAT(words, Not(HasSubstr("诊室")));
  EXPECT_THAT(words, HasSubstr("轮值医生"));
  EXPECT_THAT(words, Not(HasSubstr("流水号")));
}

TEST(TicketSlipTest, TheFirstInTheQueueIsToldToListen) {
  TicketSlip slip = SampleSlip();
  slip.ticket.ahead = 0;
  WORDS_OR_SKIP(words, Render(slip));
  EXPECT_THAT(words, HasSubstr("前面没有人"));
}

TEST(TicketSlipTest, ACharacterWithoutAFontIsAVisibleSquare) {
  TicketSlip slip = SampleSlip();
  // A private-use character: no font has it, and none may swallow it.
  slip.ticket.masked_name = "张*\xF3\xB0\x80\x80";
  WORDS_OR_SKIP(words, Render(slip));
  EXPECT_THAT(words, HasSubstr("张*□"));
}

TEST(TicketSlipTest, BrokenOrEndlessTextsAreRefused) {
  TicketSlip slip = SampleSlip();
  slip.ticket.place.zh = "\xFF\xFE";
  EXPECT_EQ(RenderTicketSlip(slip, Language::ZhCn).error().code, ErrorCode::BadData);
  slip = SampleSlip();
  slip.ticket.masked_name = "\xC0";
  EXPECT_EQ(RenderTicketSlip(slip, Language::ZhCn).error().code, ErrorCode::BadData);
  slip = SampleSlip();
  slip.ticket.service.zh.assign(201, 'x');
  EXPECT_EQ(RenderTicketSlip(slip, Language::ZhCn).error().code, ErrorCode::BadData);
  slip = SampleSlip();
  slip.ticket.operation = {};
  EXPECT_EQ(RenderTicketSlip(slip, Language::ZhCn).error().code, ErrorCode::BadData);
}

TEST(TicketSlipTest, TheLongestTextsThatFitTheLimitsStillMakeASlip) {
  TicketSlip slip = SampleSlip();
  const std::string text(200, 'W');
  slip.hospital.zh = slip.ticket.number = slip.ticket.service.zh = slip.ticket.doctor = text;
  slip.ticket.place.zh = slip.ticket.room.zh = slip.ticket.masked_name = text;
  slip.serial = slip.terminal = text;
  const Document document = Render(slip);
  EXPECT_LT(document.height_hundredths_mm, 30000);
}

TEST(QrCodeTest, ACodeHasItsThreeFinderMarks) {
  const auto code = QrCode("3f2c8a51-6f0e-4d1b-9a77-0c5e2b1d4e90");
  ASSERT_TRUE(code);
  ASSERT_EQ((code->size - 17) % 4, 0);
  const int far = code->size - 7;
  for (const auto& [row, column] : {std::pair{0, 0}, {0, far}, {far, 0}}) {
    for (int i = 0; i < 7; ++i) {
      EXPECT_TRUE(code->At(row, column + i));
      EXPECT_TRUE(code->At(row + 6, column + i));
      EXPECT_TRUE(code->At(row + i, column));
      EXPECT_TRUE(code->At(row + i, column + 6));
    }
    EXPECT_FALSE(code->At(row + 1, column + 1));
    EXPECT_TRUE(code->At(row + 3, column + 3));
  }
  // The timing line between two marks alternates.
  for (int i = 8; i < far; ++i) EXPECT_EQ(code->At(6, i), i % 2 == 0);
}

TEST(QrCodeTest, DifferentTextsMakeDifferentCodes) {
  EXPECT_NE(QrCode("operation-1")->black, QrCode("operation-2")->black);
}

TEST(QrCodeTest, WhatIsNoShortPrintableTextIsRefused) {
  for (const std::string& text :
       {std::string(), std::string(121, 'a'), std::string("a\n"), std::string("张")}) {
    EXPECT_EQ(QrCode(text).error().code, ErrorCode::BadData);
  }
}

}  // namespace
}  // namespace yizhan::printer
