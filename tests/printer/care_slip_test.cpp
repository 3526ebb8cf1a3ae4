#include "printer/documents/care_slip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/printer/care_samples.h"
#include "tests/printer/words_on_page.h"

namespace yizhan::printer {
namespace {

using domain::Language;
using testing::HasSubstr;
using testing::Not;

Document Sheet(const GuideSheet& sheet, Language language = Language::ZhCn) {
  auto document = RenderGuideSheet(sheet, language);
  EXPECT_TRUE(document) << document.error().detail;
  return document.value_or(Document{});
}
Document Slip(const CareSlip& slip, Language language = Language::ZhCn) {
  auto document = RenderCareSlip(slip, language);
  EXPECT_TRUE(document) << document.error().detail;
  return document.value_or(Document{});
}

TEST(GuideSheetTest, F36_TheNextStepPlacePreparationAndQueueAreOnIt) {
  WORDS_OR_SKIP(words, Sheet(test::SampleGuide()));
  for (const char* needed :
       {"导诊单", "张*三", "现在请到", "门诊楼1层采血室", "1.血常规、空腹血糖·下一步", "禁食8小时",
        "排队人数：4", "2.可以进食", "3.泌尿系彩超", "医技楼2层超声科", "4.取药", "已完成项目：1",
        "K3", "第1次", "仅当日有效"}) {
    EXPECT_THAT(words, HasSubstr(needed));
  }
  EXPECT_THAT(words, Not(HasSubstr("心血管内科"))) << "what is done only counts";
}

TEST(GuideSheetTest, F14_OfACheckUpItNamesPackageAndUnitAndWhereItIsHandedIn) {
  const GuideSheet sheet = test::SampleCheckUp();
  WORDS_OR_SKIP(words, Sheet(sheet));
  for (const char* needed : {"体检导检单", "张*三", "基础体检套餐", "单位", "宏达电子有限公司",
                             "请将本单交回体检中心"}) {
    EXPECT_THAT(words, HasSubstr(needed));
  }
  WORDS_OR_SKIP(english, Sheet(sheet, Language::En));
  for (const char* needed : {"Check-upGuideSheet", "Basiccheck-up", "HongdaElectronics"}) {
    EXPECT_THAT(english, HasSubstr(needed));
  }
  GuideSheet alone = sheet;
  alone.sheet.check_up->payer = {};
  WORDS_OR_SKIP(own, Sheet(alone));
  EXPECT_THAT(own, Not(HasSubstr("单位")));
  alone.sheet.check_up->payer.zh = std::string(601, 'x');
  EXPECT_EQ(RenderGuideSheet(alone, Language::ZhCn).error().code, ErrorCode::BadData);
}

TEST(GuideSheetTest, F36_EveryOrderHasItsBarsAndItsNumber) {
  WORDS_OR_SKIP(words, Sheet(test::SampleGuide()));
  for (const char* number : {"260310004701", "260310004706", "260310004708"}) {
    EXPECT_THAT(words, HasSubstr(number));
  }
  GuideSheet plain = test::SampleGuide();
  for (auto& line : plain.sheet.lines) line.order_numbers.clear();
  EXPECT_GT(Sheet(test::SampleGuide()).height_hundredths_mm,
            Sheet(plain).height_hundredths_mm + 3 * 800);
}

TEST(GuideSheetTest, F36_ANumberTooLongForTheRollIsPrintedToBeTyped) {
  GuideSheet sheet = test::SampleGuide();
  const std::string longest(20, 'X');
  sheet.sheet.lines[1].order_numbers = {longest};
  WORDS_OR_SKIP(words, Sheet(sheet));
  EXPECT_THAT(words, HasSubstr(longest));
}

TEST(GuideSheetTest, F36_ItSpeaksEnglishAndSaysThatItIsACopy) {
  GuideSheet sheet = test::SampleGuide();
  sheet.copy = 2;
  WORDS_OR_SKIP(words, Sheet(sheet, Language::En));
  EXPECT_THAT(words, HasSubstr("Gonowto"));
  EXPECT_THAT(words, HasSubstr("Urinaryultrasound"));
  EXPECT_THAT(words, HasSubstr("reprint1"));
  EXPECT_THAT(words, Not(HasSubstr("人"))) << "not half translated";
}

TEST(GuideSheetTest, F36_WithEverythingDoneItSaysSo) {
  GuideSheet sheet = test::SampleGuide();
  sheet.sheet.lines.resize(1);
  WORDS_OR_SKIP(words, Sheet(sheet));
  EXPECT_THAT(words, HasSubstr("都已完成"));
}

TEST(GuideSheetTest, ASheetThatIsTooLongOrNoTextIsRefused) {
  GuideSheet sheet = test::SampleGuide();
  sheet.sheet.lines.resize(41);
  EXPECT_EQ(RenderGuideSheet(sheet, Language::ZhCn).error().code, ErrorCode::BadData);
  sheet = test::SampleGuide();
  sheet.sheet.lines[1].order_numbers.assign(61, "1");
  EXPECT_EQ(RenderGuideSheet(sheet, Language::ZhCn).error().code, ErrorCode::BadData);
  sheet = test::SampleGuide();
  sheet.sheet.lines[1].note.zh.assign(601, 'x');
  EXPECT_EQ(RenderGuideSheet(sheet, Language::ZhCn).error().code, ErrorCode::BadData);
  sheet = test::SampleGuide();
  sheet.sheet.lines[1].what.zh = "\xff\xfe";
  EXPECT_EQ(RenderGuideSheet(sheet, Language::ZhCn).error().code, ErrorCode::BadData);
}

TEST(CareSlipTest, F32_BothNumbersAreOnOneSlipWithWhatToDoBefore) {
  WORDS_OR_SKIP(words, Slip(test::SampleExams()));
  for (const char* needed :
       {"U007", "V012", "超声科", "心电图室", "憋尿", "不会同时叫", "前面没有人", "1号心电图室"}) {
    EXPECT_THAT(words, HasSubstr(needed));
  }
}

TEST(CareSlipTest, F33_ThePharmacysSlipNamesTheWindow) {
  CareSlip slip = test::SamplePharmacy();
  {
    WORDS_OR_SKIP(words, Slip(slip));
    EXPECT_THAT(words, HasSubstr("2号取药窗口"));
    EXPECT_THAT(words, HasSubstr("正在配药"));
  }
  slip.tickets.tickets[0].ready = true;
  WORDS_OR_SKIP(words, Slip(slip));
  EXPECT_THAT(words, HasSubstr("药已配好"));
}

TEST(CareSlipTest, ASlipOfNothingIsRefused) {
  CareSlip slip = test::SampleExams();
  slip.tickets.tickets.clear();
  EXPECT_EQ(RenderCareSlip(slip, Language::ZhCn).error().code, ErrorCode::BadData);
}

}  // namespace
}  // namespace yizhan::printer
