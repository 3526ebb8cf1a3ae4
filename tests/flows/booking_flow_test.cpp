#include "tests/flows/booking_flow_fixture.h"

namespace yizhan::flows {
namespace {

using domain::BookingAct;
using domain::BookingRefusal;
using domain::BookingState;
using domain::Language;
using domain::ResourceKind;
using screens::BookingResultModel;
using screens::BookingTroubleModel;
using screens::HomeTask;
using screens::ReadBackModel;
using test::At;

TEST_F(BookingFlowTest, F12_FromHomeToConfirmedInSixTouchesAndNoTyping) {
  Found();
  EXPECT_EQ(PageAs<screens::HomeModel>().services.at(0), screens::Service::Book);
  Touch(screens::OpenService{screens::Service::Book});
  EXPECT_EQ(Asked<domain::WhichDays>().days, 14);
  Reply(Days());
  EXPECT_EQ(PageAs<screens::ChooseDayModel>().suggested, 1U) << "the first day with a free seat";
  Touch(screens::Choose{1});
  EXPECT_EQ(ToDate(Asked<domain::WhatOnDay>().day), "2026-03-12");
  Reply(DayWithTwoDoctors());
  EXPECT_EQ(PageAs<screens::ChooseDepartmentModel>().rows.at(0).free, 5);
  Touch(screens::Choose{0});
  EXPECT_TRUE(PageAs<screens::ChooseDoctorModel>().rows.at(0).doctor.empty()) << "any comes first";
  EXPECT_EQ(PageAs<screens::ChooseDoctorModel>().rows.at(0).fee_minor, 2000);
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<screens::ChooseTimeModel>().times.at(0).range, "08:00–08:30");
  EXPECT_EQ(PageAs<screens::ChooseTimeModel>().times.at(0).free, 2);
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<ReadBackModel>().facts.doctor, "li") << "the ordinary number, most seats";
  EXPECT_EQ(PageAs<ReadBackModel>().advised_arrival, "07:45");
  EXPECT_EQ(PageAs<ReadBackModel>().until_time, "17:00");
  Touch(screens::Confirm{});
  EXPECT_EQ(touches_, 6);
  EXPECT_EQ(Asked<domain::BookSeat>().seat.slot.Value(), "cardioli0");
  EXPECT_EQ(Asked<domain::BookSeat>().patient.Value(), "p1");
  const Effects printed = Reply(domain::BookingDone{Own("a1", BookingState::PendingConfirm)});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::ToConfirm);
  ASSERT_NE(Printed(printed), nullptr) << "and the slip comes by itself";
  EXPECT_FALSE(Printed(printed)->invitation);
}

TEST_F(BookingFlowTest, F17_AChosenDoctorIsNeverChanged) {
  Found();
  ToDoctors();
  EXPECT_EQ(PageAs<screens::ChooseDoctorModel>().rows.at(1).doctor, "wang");
  Touch(screens::Choose{1});
  EXPECT_EQ(PageAs<screens::ChooseTimeModel>().times.size(), 2U);
  Touch(screens::Choose{1});
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::BookSeat>().seat.slot.Value(), "cardiowang1");
}

TEST_F(BookingFlowTest, F23_ATimeThatIsFullIsShownAndCannotBeTaken) {
  Found();
  Touch(screens::OpenService{screens::Service::Book});
  Reply(Days());
  Touch(screens::Choose{1});
  domain::BookableSession session = Session("cardio", "", "2026-03-12T08:00:00+08:00", 2);
  // The first of the two is gone, and one at the time of the second.
  session.gone = {session.free[0], session.free[1]};
  session.free.erase(session.free.begin());
  Reply(domain::SessionsFound{{session}});
  Touch(screens::Choose{0});
  const auto times = PageAs<screens::ChooseTimeModel>().times;
  ASSERT_EQ(times.size(), 2U);
  EXPECT_EQ(times[0].range, "08:00–08:30");
  EXPECT_EQ(times[0].free, 0);
  EXPECT_EQ(times[1].free, 1);
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<screens::ChooseTimeModel>().times.size(), 2U) << "nothing happens";
  Touch(screens::Choose{1});
  EXPECT_EQ(PageAs<ReadBackModel>().facts.time_range, "08:30–09:00");
}

TEST_F(BookingFlowTest, F11_ASessionThatIsClosedForTodayIsNotOffered) {
  Found();
  Touch(screens::OpenService{screens::Service::Book});
  Reply(Days());
  Touch(screens::Choose{1});
  domain::BookableSession closed = Session("cardio", "wang", "2026-03-12T08:00:00+08:00", 2);
  closed.closes_at = kNow.wall;
  const auto open = Session("cardio", "li", "2026-03-12T08:00:00+08:00", 1);
  Reply(domain::SessionsFound{{closed, open}});
  EXPECT_EQ(PageAs<screens::ChooseDepartmentModel>().rows.at(0).free, 1);
  Touch(screens::Choose{0});
  const auto rows = PageAs<screens::ChooseDoctorModel>().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].doctor, "li");
  EXPECT_EQ(rows[1].state, screens::ChooseDoctorModel::Row::State::Full);
}

TEST_F(BookingFlowTest, BackGoesOneQuestionBackAndHomeLeavesIt) {
  Found();
  ToReadBack();
  Touch(screens::Back{});
  EXPECT_FALSE(PageAs<screens::ChooseTimeModel>().times.empty());
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<screens::ChooseDoctorModel>().rows.size(), 3U);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<screens::ChooseDepartmentModel>().rows.size(), 2U);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<screens::ChooseDayModel>().days.size(), 3U);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<screens::HomeModel>().masked_name, "张*三");
  ToReadBack();
  Touch(screens::GoHome{});
  EXPECT_EQ(PageAs<screens::HomeModel>().masked_name, "张*三");
}

TEST_F(BookingFlowTest, F23_FullOffersTheSameDoctorLaterAndTheWaitingList) {
  Found();
  ToDoctors({{Session("cardio", "wang", "2026-03-12T08:00:00+08:00", 0, 5000),
              Session("cardio", "li", "2026-03-12T08:00:00+08:00", 3)}});
  Touch(screens::Choose{1});
  EXPECT_EQ(Asked<domain::WhenElse>().doctor_id, "wang");
  Reply(domain::SessionsFound{{Session("cardio", "wang", "2026-03-13T08:00:00+08:00", 2, 5000)}});
  const auto& full = PageAs<screens::FullModel>();
  ASSERT_EQ(full.rows.size(), 4U);
  EXPECT_EQ(full.rows.at(0).facts.doctor, "li") << "another doctor the same day";
  EXPECT_EQ(full.rows.at(2).facts.date, "2026-03-13") << "the same doctor on another day";
  EXPECT_TRUE(full.can_wait);
  Touch(screens::JoinList{});
  EXPECT_EQ(PageAs<ReadBackModel>().purpose, ReadBackModel::Purpose::Wait);
  Touch(screens::Confirm{});
  const auto& wish = Asked<domain::JoinWaitingList>();
  EXPECT_EQ(wish.doctor_id, "wang");
  EXPECT_EQ(ToLocalHourMinute(wish.from, TimeZone{}), "08:00");
  EXPECT_EQ(ToLocalHourMinute(wish.until, TimeZone{}), "12:00");
  Reply(domain::BookingDone{Own("w1", BookingState::Waiting)});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::OnWaitingList);
}

TEST_F(BookingFlowTest, F23_WhoLosesTheRaceSeesWhatIsNearAndNeverAnError) {
  Found();
  ToReadBack();
  Touch(screens::Confirm{});
  Reply(domain::BookingRefused{BookingRefusal::Full});
  EXPECT_EQ(ToDate(Asked<domain::WhatOnDay>().day), "2026-03-12") << "looks again";
  Reply(DayWithTwoDoctors());
  Reply(domain::SessionsFound{});
  EXPECT_TRUE(PageAs<screens::FullModel>().just_taken);
  Touch(screens::Choose{0});
  Touch(screens::Confirm{});
  Reply(domain::BookingDone{Own("a1", BookingState::Booked)});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::Booked);
}

TEST_F(BookingFlowTest, ALostAnswerIsTriedAgainWithTheSameOperation) {
  Found();
  ToReadBack();
  Touch(screens::Confirm{});
  using Why = domain::BookingFailed::Why;
  Reply(domain::BookingFailed{Why::Unsure, domain::OperationId("op-1")});
  EXPECT_EQ(PageAs<BookingTroubleModel>().what, BookingTroubleModel::What::Unsure);
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::BookSeat>().operation.Value(), "op-1");
  Reply(domain::BookingFailed{Why::Away, domain::OperationId("op-1")});
  EXPECT_EQ(PageAs<BookingTroubleModel>().what, BookingTroubleModel::What::Away);
  Touch(screens::Back{});
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::BookSeat>().operation.Value(), "op-1") << "also by the long way round";
}

TEST_F(BookingFlowTest, WithoutTheHospitalASentenceSaysSoAndHomeIsOneTouchAway) {
  Found();
  Touch(screens::OpenService{screens::Service::Book});
  Reply(domain::BookingFailed{});
  EXPECT_EQ(PageAs<BookingTroubleModel>().what, BookingTroubleModel::What::Away);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<screens::HomeModel>().masked_name, "张*三");
}

TEST_F(BookingFlowTest, WhatIsNotReleasedOrStoppedCannotBeChosen) {
  Found();
  auto early = Session("cardio", "wang", "2026-03-12T08:00:00+08:00", 2);
  early.release_at = At("2026-03-11T07:00:00+08:00").wall;
  auto stopped = Session("cardio", "li", "2026-03-12T08:00:00+08:00", 2);
  stopped.stopped = true;
  ToDoctors({{early, stopped}});
  using State = screens::ChooseDoctorModel::Row::State;
  const auto& rows = PageAs<screens::ChooseDoctorModel>().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.at(0).state, State::NotReleased);
  EXPECT_EQ(rows.at(0).released_at, "07:00");
  EXPECT_EQ(rows.at(1).state, State::Stopped);
  EXPECT_TRUE(Touch(screens::Choose{0}).empty());
  EXPECT_TRUE(Touch(screens::Choose{1}).empty());
  EXPECT_TRUE(Touch(screens::Choose{9}).empty());
}

TEST_F(BookingFlowTest, F11_AnExamIsBookedWithoutADoctorAndABedWaitsForItsCentre) {
  Found();
  Touch(screens::OpenService{screens::Service::BookOther});
  Touch(screens::Choose{2});
  EXPECT_EQ(Asked<domain::WhichDays>().kind, ResourceKind::Bed);
  Reply(Days());
  Touch(screens::Choose{1});
  auto ward = Session("bed", "", "2026-03-12T09:00:00+08:00", 1, 0);
  ward.kind = ResourceKind::Bed;
  Reply(domain::SessionsFound{{ward}});
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<screens::ChooseTimeModel>().times.size(), 1U) << "no doctor is asked for";
  Touch(screens::Choose{0});
  Touch(screens::Confirm{});
  domain::OwnBooking bed = Own("b1", BookingState::PendingConfirm);
  bed.kind = ResourceKind::Bed;
  Reply(domain::BookingDone{bed});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::ToBeAnswered);
}

TEST_F(BookingFlowTest, F49_TheSlipForACompanionIsPrintedOnlyWhenAskedFor) {
  Found();
  ToReadBack();
  Touch(screens::Confirm{});
  Reply(domain::BookingDone{Own("a1", BookingState::Booked)});
  const Effects effects = Touch(screens::PrintInvite{});
  ASSERT_NE(Printed(effects), nullptr);
  EXPECT_TRUE(Printed(effects)->invitation);
  EXPECT_TRUE(Touch(screens::PrintInvite{}).empty()) << "one touch, one slip";
}

TEST_F(BookingFlowTest, AfterABookingTheHomePageIsLookedUpAnew) {
  Found();
  ToReadBack();
  Touch(screens::Confirm{});
  Reply(domain::BookingDone{Own("a1", BookingState::Booked)});
  const Effects effects = Touch(screens::DoAnother{});
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<LookUpPatient>(effects[0]));
  Found({Own("a1", BookingState::Booked)});
  EXPECT_EQ(PageAs<screens::HomeModel>().services.back(), screens::Service::MyBookings);
}

TEST_F(BookingFlowTest, AHomePageThatCannotBeLookedUpAnewIsShownAsItWas) {
  Found();
  ToReadBack();
  Touch(screens::Confirm{});
  Reply(domain::BookingDone{Own("a1", BookingState::Booked)});
  Touch(screens::GoHome{});
  Send(LookUpFailed{kSession});
  EXPECT_EQ(PageAs<screens::HomeModel>().tasks.size(), 1U);
}

TEST_F(BookingFlowTest, F19_ASwipeShowsTheBookingToConfirmAndOneTouchAfterTheReadBackConfirms) {
  Found({Own("a1", BookingState::PendingConfirm)});
  const auto& tasks = PageAs<screens::HomeModel>().tasks;
  EXPECT_EQ(tasks.at(0).kind, HomeTask::Kind::ConfirmBooking);
  EXPECT_EQ(tasks.at(0).count, 1);
  Touch(screens::Choose{0});
  const auto& page = PageAs<ReadBackModel>();
  EXPECT_EQ(page.purpose, ReadBackModel::Purpose::Confirm);
  EXPECT_EQ(page.until_date + " " + page.until_time, "2026-03-11 09:00") << "24 hours before";
  EXPECT_TRUE(page.can_change && page.can_cancel);
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::ActOnBooking>().act, BookingAct::Confirm);
  EXPECT_NE(Printed(Reply(domain::BookingDone{Own("a1", BookingState::Booked)})), nullptr);
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::Confirmed);
}

TEST_F(BookingFlowTest, F23_AnOfferIsTakenOrLeftToTheNext) {
  domain::OwnBooking offer = Own("w1", BookingState::Offered);
  offer.offered = domain::FreeSeat{domain::SlotId("s1"), At("2026-03-12T10:00:00+08:00").wall,
                                   At("2026-03-12T10:30:00+08:00").wall};
  offer.booking.held_until = At("2026-03-10T09:00:00+08:00").wall;
  Found({offer});
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<ReadBackModel>().facts.time_range, "10:00–10:30");
  EXPECT_EQ(PageAs<ReadBackModel>().until_time, "09:00");
  Touch(screens::Decline{});
  EXPECT_EQ(Asked<domain::ActOnBooking>().act, BookingAct::Decline);
  Reply(domain::BookingDone{Own("w1", BookingState::Waiting)});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::Declined);
}

TEST_F(BookingFlowTest, F18_WhatCancellingCostsIsSaidBefore) {
  domain::OwnBooking paid = Own("a1", BookingState::Booked);
  paid.booking.prepaid_minor = 5000;
  paid.booking.start = kNow.wall + std::chrono::hours(30);  // 17:00 of the day before is to come.
  paid.booking.end = paid.booking.start + std::chrono::minutes(30);
  Found({paid});
  Touch(screens::OpenService{screens::Service::MyBookings});
  EXPECT_EQ(PageAs<screens::MyBookingsModel>().rows.size(), 1U);
  Touch(screens::Choose{0});
  EXPECT_TRUE(Touch(screens::CancelIt{}).empty()) << "asked first";
  EXPECT_FALSE(PageAs<screens::CancelModel>().late);
  EXPECT_EQ(PageAs<screens::CancelModel>().refund_minor, 5000);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<ReadBackModel>().purpose, ReadBackModel::Purpose::Keep);
  Touch(screens::CancelIt{});
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::ActOnBooking>().act, BookingAct::Cancel);
  domain::OwnBooking gone = paid;
  gone.booking.state = BookingState::Cancelled;
  Reply(domain::BookingDone{gone});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::Cancelled);
  EXPECT_EQ(PageAs<BookingResultModel>().refund_minor, 5000);
}

TEST_F(BookingFlowTest, AChangeBooksTheOtherFirstAndCancelsThenTheOld) {
  Found({Own("old", BookingState::Booked)});
  Touch(screens::OpenService{screens::Service::MyBookings});
  Touch(screens::Choose{0});
  Touch(screens::Change{});
  Reply(Days());
  Touch(screens::Choose{1});
  Reply(DayWithTwoDoctors());
  EXPECT_EQ(PageAs<screens::ChooseDepartmentModel>().suggested, 0U) << "the same department";
  Touch(screens::Choose{0});
  Touch(screens::Choose{0});
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<ReadBackModel>().purpose, ReadBackModel::Purpose::Move);
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::BookSeat>().seat.slot.Value(), "cardioli0");
  Reply(domain::BookingDone{Own("new", BookingState::Booked)});
  EXPECT_EQ(Asked<domain::ActOnBooking>().appointment.Value(), "old");
  Reply(domain::BookingFailed{domain::BookingFailed::Why::Unsure, domain::OperationId("op")});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::MovedOldStays);
}

TEST_F(BookingFlowTest, F17_F18_F24_TheReadBackSaysTheDepartmentsOwnLimits) {
  domain::BookingPolicy own;
  own.check_in.arrive_before_start = std::chrono::minutes(40);
  own.cancel_day_before_at = std::chrono::hours(20);
  own.temporary_within_days = 3;
  domain::SessionsFound day = DayWithTwoDoctors();
  for (domain::BookableSession& session : day.sessions) session.policy = own;
  Found();
  ToDoctors(day);
  Touch(screens::Choose{0});
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<ReadBackModel>().advised_arrival, "07:20");
  EXPECT_EQ(PageAs<ReadBackModel>().until_time, "20:00");
  EXPECT_EQ(PageAs<ReadBackModel>().until_date, "2026-03-11");
}

TEST_F(BookingFlowTest, F23_AnOfferSaysHowEarlyItsDepartmentWantsPeople) {
  domain::OwnBooking offer = Own("w1", BookingState::Offered);
  offer.times.advised_arrival = offer.booking.start - std::chrono::minutes(40);
  offer.offered = domain::FreeSeat{domain::SlotId("s1"), At("2026-03-12T10:00:00+08:00").wall,
                                   At("2026-03-12T10:30:00+08:00").wall};
  Found({offer});
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<ReadBackModel>().advised_arrival, "09:20");
}

TEST_F(BookingFlowTest, ALimitThatIsOverIsNotPromised) {
  Found();
  Touch(screens::OpenService{screens::Service::Book});
  Reply(Days());
  Touch(screens::Choose{1});
  Reply(domain::SessionsFound{{Session("cardio", "wang", "2026-03-10T09:00:00+08:00", 2)}});
  Touch(screens::Choose{0});
  Touch(screens::Choose{0});
  Touch(screens::Choose{0});
  EXPECT_TRUE(PageAs<ReadBackModel>().until_date.empty()) << "15 minutes before, for nothing";
  Touch(screens::Confirm{});
  domain::OwnBooking soon = Own("a1", BookingState::Booked);
  soon.booking.start = At("2026-03-10T09:00:00+08:00").wall;
  Reply(domain::BookingDone{soon});
  EXPECT_TRUE(PageAs<BookingResultModel>().until_date.empty());
}

TEST_F(BookingFlowTest, F18_ABookingOfTodayDoesNotSayThatCancellingWasFreeYesterday) {
  domain::OwnBooking today = Own("a1", BookingState::Booked);
  today.booking.made_at = At("2026-03-01T10:00:00+08:00").wall;
  today.booking.start = At("2026-03-10T09:00:00+08:00").wall;
  today.booking.end = At("2026-03-10T09:30:00+08:00").wall;
  domain::OwnBooking later = Own("a2", BookingState::Booked);
  later.booking.made_at = today.booking.made_at;
  Found({today, later});
  Touch(screens::OpenService{screens::Service::MyBookings});
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<ReadBackModel>().until_date, "");
  Touch(screens::CancelIt{});
  EXPECT_TRUE(PageAs<screens::CancelModel>().late) << "who cancels is told";
  EXPECT_EQ(PageAs<screens::CancelModel>().until_date, "2026-03-09");
  Touch(screens::Back{});
  Touch(screens::Back{});
  Touch(screens::Choose{1});
  EXPECT_EQ(PageAs<ReadBackModel>().until_date, "2026-03-11");
}

TEST_F(BookingFlowTest, AnAnswerToAnEarlierQuestionChangesNothing) {
  Found();
  Touch(screens::OpenService{screens::Service::Book});
  Send(BookingAnswered{kSession, asked_.question - 1, Days()});
  Send(BookingAnswered{kSession - 1, asked_.question, Days()});
  EXPECT_EQ(PageAs<screens::WorkingModel>().task, screens::WorkingModel::Task::LookingForSeats);
}

}  // namespace
}  // namespace yizhan::flows
