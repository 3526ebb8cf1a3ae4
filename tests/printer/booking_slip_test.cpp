#include "printer/documents/booking_slip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/printer/booking_samples.h"

// Fontconfig keeps its patterns for the life of the process, behind pointers stored as offsets that
// the leak detector cannot follow.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig"; }

namespace yizhan::printer {
namespace {

using domain::BookingState;
using domain::Language;
using test::SampleBooking;
using testing::HasSubstr;
using testing::Not;

/// What a reader finds on the page, without spaces. Empty optional: no pdftotext on this machine.
std::optional<std::string> WordsOn(const Result<Document>& document) {
  EXPECT_TRUE(document) << document.error().detail;
  if (!document || std::system("command -v pdftotext >/dev/null 2>&1") != 0) return std::nullopt;
  std::string path = (std::filesystem::temp_directory_path() / "yizhan-slip-XXXXXX").string();
  const int file = ::mkstemp(path.data());
  EXPECT_GE(file, 0);
  std::ofstream(path, std::ios::binary) << document->pdf;
  std::string text;
  FILE* reader = ::popen(("pdftotext -raw " + path + " - 2>/dev/null").c_str(), "r");
  std::array<char, 512> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), reader) != nullptr) text += buffer.data();
  ::pclose(reader);
  ::close(file);
  std::filesystem::remove(path);
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\f'; });
  return text;
}

#define WORDS_OR_SKIP(words, document)                                       \
  const auto words##_found = WordsOn(document);                              \
  if (!words##_found) GTEST_SKIP() << "pdftotext (poppler-utils) is absent"; \
  const std::string& words = *words##_found

TEST(BookingSlipTest, F24_ANineOClockVisitPrintsTheAdviceToComeAtAQuarterToNine) {
  WORDS_OR_SKIP(words, RenderBookingSlip(SampleBooking(), Language::ZhCn));
  EXPECT_THAT(words, HasSubstr("建议到院：08:45"));
}

TEST(BookingSlipTest, F18_BothTimeLimitsAndEverythingElseIsOnTheSlip) {
  WORDS_OR_SKIP(words, RenderBookingSlip(SampleBooking(), Language::ZhCn));
  for (const char* needed : {"预约凭条",
                             "3F9A-21C7",
                             "张*三",
                             "心血管内科",
                             "王建国",
                             "主任医师",
                             "2026-03-12",
                             "09:00–09:30",
                             "门诊楼3层B区",
                             "5诊室",
                             "确认类预约·待确认",
                             "2026-03-1109:00",
                             "免费取消截止",
                             "2026-03-1117:00",
                             "逾时：09:20",
                             "¥50.00",
                             "未付",
                             "请带",
                             "请空腹前来",
                             "取消或改约"}) {
    EXPECT_THAT(words, HasSubstr(needed));
  }
}

TEST(BookingSlipTest, F21_APrepaidOneSaysThatItIsGuaranteedAndPaid) {
  BookingSlip slip = SampleBooking();
  slip.booking.booking.state = BookingState::Booked;
  slip.booking.booking.kind = domain::BookingKind::Guaranteed;
  slip.booking.booking.prepaid_minor = 5000;
  WORDS_OR_SKIP(words, RenderBookingSlip(slip, Language::ZhCn));
  EXPECT_THAT(words, HasSubstr("保证类预约·已付"));
  EXPECT_THAT(words, HasSubstr("保留到时段结束"));
  EXPECT_THAT(words, Not(HasSubstr("未付")));
}

TEST(BookingSlipTest, F11_ABedWaitsForItsCentre) {
  BookingSlip slip = SampleBooking();
  slip.booking.kind = domain::ResourceKind::Bed;
  slip.booking.doctor.clear();
  WORDS_OR_SKIP(words, RenderBookingSlip(slip, Language::ZhCn));
  EXPECT_THAT(words, HasSubstr("待床位中心确认"));
  EXPECT_THAT(words, Not(HasSubstr("轮值医生")));
}

TEST(BookingSlipTest, F23_AWaitingEntryIsNoBooking) {
  BookingSlip slip = SampleBooking();
  slip.booking.booking.state = BookingState::Waiting;
  WORDS_OR_SKIP(words, RenderBookingSlip(slip, Language::ZhCn));
  EXPECT_THAT(words, HasSubstr("等待登记"));
  EXPECT_THAT(words, Not(HasSubstr("建议到院")));
}

TEST(BookingSlipTest, F49_TheInvitationTellsWhereAndWhenAndNothingElse) {
  BookingSlip slip = SampleBooking();
  WORDS_OR_SKIP(words, RenderInvitationSlip(slip, Language::ZhCn));
  for (const char* needed : {"张*三", "门诊楼3层B区", "09:00–09:30", "010-55500100", "地铁2号线"}) {
    EXPECT_THAT(words, HasSubstr(needed));
  }
  for (const char* secret : {"3F9A-21C7", "空腹", "¥", "王建国", "88010000"}) {
    EXPECT_THAT(words, Not(HasSubstr(secret)));
  }
  slip.booking.where.sensitive = true;
  WORDS_OR_SKIP(discreet, RenderInvitationSlip(slip, Language::ZhCn));
  EXPECT_THAT(discreet, Not(HasSubstr("心血管")));
  EXPECT_THAT(discreet, Not(HasSubstr("3层")));
  EXPECT_THAT(discreet, HasSubstr("总院"));
}

TEST(BookingSlipTest, BothLanguagesAndBrokenTextsEndInAPageOrAnError) {
  EXPECT_TRUE(RenderBookingSlip(SampleBooking(), Language::En));
  EXPECT_TRUE(RenderInvitationSlip(SampleBooking(), Language::En));
  BookingSlip slip = SampleBooking();
  slip.booking.service.zh = std::string(500, 'x');
  EXPECT_EQ(RenderBookingSlip(slip, Language::ZhCn).error().code, ErrorCode::BadData);
  EXPECT_EQ(RenderBookingSlip({}, Language::ZhCn).error().code, ErrorCode::BadData);
}

}  // namespace
}  // namespace yizhan::printer
