// What the hospital changed about bookings (F20), patients who will be late (F18), and visits that
// a follow-up suggests (F27).
#include "tests/flows/booking_flow_fixture.h"

namespace yizhan::flows {
namespace {

using domain::BookingAct;
using domain::BookingState;
using screens::BookingChangedModel;
using screens::BookingResultModel;
using screens::BookingTroubleModel;
using screens::HomeTask;
using screens::ReadBackModel;
using test::At;

domain::OwnBooking Stopped() {
  domain::OwnBooking booking = Own("a1", BookingState::Stopped);
  booking.rebook_until = At("2026-04-09T08:00:00+08:00").wall;
  booking.refund_minor = 5000;
  booking.booking.prepaid_minor = 5000;
  return booking;
}

/// Prepaid 20 yuan.
domain::OwnBooking Substituted() {
  domain::OwnBooking booking = Own("a1", BookingState::Booked);
  booking.instead_of = "李平";
  booking.awaits_answer = true;
  booking.booking.free_to_cancel = true;
  booking.booking.kind = domain::BookingKind::Guaranteed;
  booking.booking.prepaid_minor = 2000;
  return booking;
}

/// Today at 08:30, for an hour; the place is kept until 08:50.
domain::OwnBooking Late() {
  domain::OwnBooking booking = Own("a1", BookingState::Booked);
  booking.booking.start = At("2026-03-10T08:30:00+08:00").wall;
  booking.booking.end = booking.booking.start + std::chrono::hours(1);
  return booking;
}

class ChangedBookingTest : public BookingFlowTest {
 protected:
  void Suggest(const std::string& doctor) {
    domain::SuggestedVisit visit;
    visit.task = "fu";
    visit.service_id = domain::ServiceId("cardio");
    visit.service = {"心血管内科", "Cardiology"};
    visit.doctor_id = doctor;
    visit.doctor = doctor;
    visit.from = At("2026-03-12T00:00:00+08:00").wall;
    visit.until = At("2026-03-14T00:00:00+08:00").wall;
    PatientFound found;
    found.session = kSession;
    found.patient.id = domain::PatientId("p1");
    found.suggested = {visit};
    Send(found);
  }
  /// From the days of a department to the read-back of the nth doctor's first time.
  void ToReadBackOf(std::size_t doctor) {
    Reply(Days());
    Touch(screens::Choose{1});
    Reply(DayWithTwoDoctors());
    Touch(screens::Choose{doctor});
    Touch(screens::Choose{0});
  }
};

TEST_F(ChangedBookingTest, F20_AStoppedClinicIsTheFirstThingAtHomeAndSixTouchesFromAnotherTime) {
  terminal_.can_pay = true;
  Found({Own("other", BookingState::PendingConfirm), Stopped()});
  EXPECT_EQ(PageAs<screens::HomeModel>().tasks.at(0).kind, HomeTask::Kind::BookingChanged);
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<BookingChangedModel>().what, BookingChangedModel::What::Stopped);
  EXPECT_EQ(PageAs<BookingChangedModel>().refund_minor, 5000);
  EXPECT_EQ(PageAs<BookingChangedModel>().until_date, "2026-04-09");
  Touch(screens::Change{});
  EXPECT_EQ(Asked<domain::WhichDays>().service_id.Value(), "cardio") << "the same department";
  Reply(Days());
  EXPECT_EQ(PageAs<screens::ChooseDayModel>().facts.service.zh, "心血管内科");
  Touch(screens::Choose{1});
  Reply(DayWithTwoDoctors());
  EXPECT_EQ(PageAs<screens::ChooseDoctorModel>().rows.size(), 3U) << "no department is asked";
  Touch(screens::Choose{0});
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<ReadBackModel>().purpose, ReadBackModel::Purpose::Rebook);
  EXPECT_EQ(PageAs<ReadBackModel>().refund_minor, 5000) << "what was paid is on its way back";
  EXPECT_FALSE(PageAs<ReadBackModel>().paid);
  EXPECT_FALSE(PageAs<ReadBackModel>().can_prepay);
  Touch(screens::Confirm{});
  EXPECT_EQ(touches_, 6);
  EXPECT_EQ(Asked<domain::BookSeat>().in_place_of.Value(), "a1");
  EXPECT_NE(Printed(Reply(domain::BookingDone{Own("b1", BookingState::PendingConfirm)})), nullptr);
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::ToConfirm);
}

TEST_F(ChangedBookingTest, F20_WhoWantsNoOtherTimeIsAskedOnceMoreAndThenDone) {
  Found({Stopped()});
  Touch(screens::Choose{0});
  EXPECT_TRUE(Touch(screens::Confirm{}).empty()) << "there is nothing to agree to";
  EXPECT_TRUE(Touch(screens::CancelIt{}).empty());
  EXPECT_TRUE(PageAs<screens::CancelModel>().stopped);
  EXPECT_EQ(PageAs<screens::CancelModel>().refund_minor, 5000);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<BookingChangedModel>().what, BookingChangedModel::What::Stopped);
  Touch(screens::CancelIt{});
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::ActOnBooking>().act, BookingAct::Withdraw);
  domain::OwnBooking settled = Stopped();
  settled.rebook_until = {};
  Reply(domain::BookingDone{settled});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::NoOtherTime);
  EXPECT_EQ(PageAs<BookingResultModel>().refund_minor, 5000);
}

TEST_F(ChangedBookingTest, F20_ASubstituteIsAgreedToAfterAReadBackAndTheSlipComes) {
  Found({Substituted()});
  Touch(screens::Choose{0});
  EXPECT_EQ(PageAs<BookingChangedModel>().what, BookingChangedModel::What::Substitute);
  EXPECT_EQ(PageAs<BookingChangedModel>().instead_of, "李平");
  Touch(screens::Confirm{});
  EXPECT_EQ(PageAs<ReadBackModel>().purpose, ReadBackModel::Purpose::Agree);
  EXPECT_EQ(PageAs<ReadBackModel>().facts.doctor, "王建国");
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<BookingChangedModel>().instead_of, "李平") << "the question again";
  Touch(screens::Confirm{});
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::ActOnBooking>().act, BookingAct::Confirm);
  domain::OwnBooking agreed = Substituted();
  agreed.awaits_answer = false;
  EXPECT_NE(Printed(Reply(domain::BookingDone{agreed})), nullptr);
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::Agreed);
}

TEST_F(ChangedBookingTest, F20_AnotherTimeOfTheSamePriceIsPaidByWhatWasPaid) {
  Found({Substituted()});
  Touch(screens::Choose{0});
  Touch(screens::Change{});
  ToReadBackOf(2);
  EXPECT_EQ(PageAs<ReadBackModel>().facts.doctor, "li");
  EXPECT_TRUE(PageAs<ReadBackModel>().paid);
  EXPECT_EQ(PageAs<ReadBackModel>().refund_minor, 0);
}

TEST_F(ChangedBookingTest, F20_ForATimeOfAnotherPriceWhatWasPaidGoesBack) {
  Found({Substituted()});
  Touch(screens::Choose{0});
  Touch(screens::Change{});
  ToReadBackOf(1);
  EXPECT_EQ(PageAs<ReadBackModel>().facts.doctor, "wang");
  EXPECT_FALSE(PageAs<ReadBackModel>().paid);
  EXPECT_EQ(PageAs<ReadBackModel>().refund_minor, 2000);
}

TEST_F(ChangedBookingTest, F20_WhoMindsTheSubstituteCancelsForNothingLongAfterTheLimit) {
  domain::OwnBooking soon = Substituted();
  soon.booking.start = kNow.wall + std::chrono::minutes(10);
  soon.booking.end = soon.booking.start + std::chrono::minutes(30);
  Found({soon});
  Touch(screens::Choose{0});
  Touch(screens::CancelIt{});
  EXPECT_FALSE(PageAs<screens::CancelModel>().late);
  EXPECT_EQ(PageAs<screens::CancelModel>().refund_minor, 2000);
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::ActOnBooking>().act, BookingAct::Cancel);
}

TEST_F(ChangedBookingTest, F20_WhatIsOverIsNeitherAskedNorListed) {
  domain::OwnBooking old = Stopped();
  old.rebook_until = kNow.wall - std::chrono::minutes(1);
  domain::OwnBooking begun = Substituted();
  begun.booking.start = kNow.wall;
  Found({old, begun});
  for (const HomeTask& task : PageAs<screens::HomeModel>().tasks) {
    EXPECT_NE(task.kind, HomeTask::Kind::BookingChanged);
  }
  Touch(screens::OpenService{screens::Service::MyBookings});
  ASSERT_EQ(PageAs<screens::MyBookingsModel>().rows.size(), 1U);
  EXPECT_EQ(PageAs<screens::MyBookingsModel>().rows[0].state,
            screens::MyBookingsModel::Row::State::Booked);
}

TEST_F(ChangedBookingTest, F20_TheListOfBookingsLeadsToTheSameQuestion) {
  Found({Substituted(), Stopped()});
  EXPECT_EQ(PageAs<screens::HomeModel>().tasks.at(0).count, 2);
  Touch(screens::Choose{0});
  using State = screens::MyBookingsModel::Row::State;
  EXPECT_EQ(PageAs<screens::MyBookingsModel>().rows.at(0).state, State::Substitute);
  EXPECT_EQ(PageAs<screens::MyBookingsModel>().rows.at(1).state, State::Stopped);
  Touch(screens::Choose{1});
  EXPECT_EQ(PageAs<BookingChangedModel>().what, BookingChangedModel::What::Stopped);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<screens::MyBookingsModel>().rows.size(), 2U);
}

TEST_F(ChangedBookingTest, WithoutTheHospitalNothingIsAnsweredAndASentenceSaysSo) {
  Found({Substituted()});
  Touch(screens::Choose{0});
  Touch(screens::Confirm{});
  Touch(screens::Confirm{});
  Reply(domain::BookingFailed{domain::BookingFailed::Why::Away, {}});
  EXPECT_EQ(PageAs<BookingTroubleModel>().what, BookingTroubleModel::What::Away);
  Touch(screens::Back{});
  EXPECT_EQ(PageAs<BookingChangedModel>().instead_of, "李平") << "nothing has happened";
}

TEST_F(ChangedBookingTest, F18_WhoWillBeLateChoosesWhenAndIsToldHowLongThePlaceIsKept) {
  Found({Late()});
  Touch(screens::OpenService{screens::Service::MyBookings});
  Touch(screens::Choose{0});
  ASSERT_TRUE(PageAs<ReadBackModel>().can_tell_late);
  Touch(screens::TellLate{});
  const auto& page = PageAs<screens::ChooseArrivalModel>();
  EXPECT_EQ(page.kept_until, "08:50");
  EXPECT_EQ(page.arrivals, (std::vector<std::string>{"09:00", "09:15", "09:30"}));
  EXPECT_TRUE(page.to_the_end);
  Touch(screens::Choose{1});
  EXPECT_EQ(ToInstant(Asked<domain::TellLate>().arrival),
            ToInstant(At("2026-03-10T09:15:00+08:00").wall));
  domain::OwnBooking noted = Late();
  noted.booking.promised_arrival = Asked<domain::TellLate>().arrival;
  Reply(domain::BookingDone{noted});
  EXPECT_EQ(PageAs<BookingResultModel>().what, BookingResultModel::What::LateNoted);
  EXPECT_EQ(PageAs<BookingResultModel>().until_time, "09:15");
}

TEST_F(ChangedBookingTest, F18_NoNoticeIsOfferedWhereItWouldNotHelp) {
  domain::OwnBooking paid = Late();  // Kept to the end of its slot anyway.
  paid.booking.kind = domain::BookingKind::Guaranteed;
  domain::OwnBooking waits = Late();  // To be confirmed first.
  waits.booking.state = BookingState::PendingConfirm;
  domain::OwnBooking lapsed = Late();
  lapsed.booking.start = At("2026-03-10T08:20:00+08:00").wall;
  Found({Own("in two days", BookingState::Booked), paid, waits, lapsed});
  Touch(screens::OpenService{screens::Service::MyBookings});
  for (std::size_t i = 0; i < 4; ++i) {
    Touch(screens::Choose{i});
    EXPECT_FALSE(PageAs<ReadBackModel>().can_tell_late) << i;
    EXPECT_TRUE(Touch(screens::TellLate{}).empty());
    Touch(screens::Back{});
  }
}

TEST_F(ChangedBookingTest, F27_AFollowUpIsBookedInFourTouches) {
  Suggest("wang");
  EXPECT_EQ(PageAs<screens::HomeModel>().tasks.at(0).kind, HomeTask::Kind::Suggested);
  Touch(screens::Choose{0});
  EXPECT_EQ(Asked<domain::WhenElse>().doctor_id, "wang");
  EXPECT_EQ(ToDate(Asked<domain::WhenElse>().after), "2026-03-11");
  EXPECT_EQ(Asked<domain::WhenElse>().days, 3);
  Reply(domain::SessionsFound{{Session("cardio", "wang", "2026-03-13T08:00:00+08:00", 2, 5000)}});
  const auto& days = PageAs<screens::ChooseDayModel>();
  ASSERT_EQ(days.days.size(), 3U);
  EXPECT_EQ(days.suggested, 1U);
  EXPECT_FALSE(days.days[0].free);
  EXPECT_EQ(days.facts.doctor, "wang");
  Touch(screens::Choose{1});
  EXPECT_EQ(PageAs<screens::ChooseTimeModel>().times.size(), 2U);
  Touch(screens::Choose{1});
  Touch(screens::Confirm{});
  EXPECT_EQ(touches_, 4);
  EXPECT_EQ(Asked<domain::BookSeat>().follow_up, "fu");
  EXPECT_EQ(Asked<domain::BookSeat>().seat.slot.Value(), "cardiowang1");
}

TEST_F(ChangedBookingTest, F27_WhenTheDoctorHasNoTimeAnotherOneIsOfferedAndNeverTakenUnasked) {
  Suggest("wang");
  Touch(screens::Choose{0});
  Reply(domain::SessionsFound{});
  EXPECT_EQ(Asked<domain::WhichDays>().service_id.Value(), "cardio");
  Reply(Days());
  Touch(screens::Choose{1});
  Reply(DayWithTwoDoctors());
  EXPECT_EQ(PageAs<screens::ChooseDoctorModel>().rows.size(), 3U);
}

TEST_F(ChangedBookingTest, F27_WhoLosesTheRaceForTheSuggestedTimeSeesWhatIsNear) {
  Suggest("wang");
  Touch(screens::Choose{0});
  Reply(domain::SessionsFound{{Session("cardio", "wang", "2026-03-13T08:00:00+08:00", 1, 5000)}});
  Touch(screens::Choose{1});
  Touch(screens::Choose{0});
  Touch(screens::Confirm{});
  Reply(domain::BookingRefused{domain::BookingRefusal::Full});
  Reply(domain::SessionsFound{{Session("cardio", "li", "2026-03-13T08:00:00+08:00", 1)}});
  Reply(domain::SessionsFound{{Session("cardio", "wang", "2026-03-16T08:00:00+08:00", 1, 5000)}});
  EXPECT_EQ(PageAs<screens::FullModel>().rows.size(), 2U);
  EXPECT_TRUE(PageAs<screens::FullModel>().just_taken);
  Touch(screens::Choose{1});
  Touch(screens::Confirm{});
  EXPECT_EQ(Asked<domain::BookSeat>().follow_up, "fu") << "it still answers the suggestion";
}

}  // namespace
}  // namespace yizhan::flows
