#include "printer/documents/booking_slip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/printer/booking_samples.h"
#include "tests/printer/words_on_page.h"

namespace yizhan::printer {
namespace {

using domain::BookingState;
using domain::Language;
using test::SampleBooking;
using testing::HasSubstr;
using testing::Not;

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
