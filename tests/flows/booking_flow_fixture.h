/// \file
/// A patient at a terminal who books: what the tests of booking share.
#pragma once

#include <gtest/gtest.h>

#include "kiosk/flows/booking_flow.h"
#include "kiosk/flows/patient_flow.h"
#include "tests/support/moments.h"

namespace yizhan::flows {

using PayState = screens::PayModel::State;

inline constexpr SessionNumber kSession = 7;
inline const Moment kNow = test::At("2026-03-10T08:45:00+08:00");

inline domain::BookableSession Session(const char* service, const char* doctor, const char* start,
                                       int free, std::int64_t fee = 2000) {
  domain::BookableSession session;
  session.service_id = domain::ServiceId(service);
  session.service = {service, service};
  session.doctor_id = doctor;
  session.doctor = doctor;
  session.where.area = {"3 层", ""};
  session.fee_minor = fee;
  session.start = test::At(start).wall;
  session.end = session.start + std::chrono::hours(4);
  for (int i = 0; i < free; ++i) {
    const WallTime at = session.start + std::chrono::minutes(30 * i);
    session.free.push_back({domain::SlotId(std::string(service) + doctor + std::to_string(i)), at,
                            at + std::chrono::minutes(30)});
  }
  return session;
}

inline domain::OwnBooking Own(const char* id, domain::BookingState state) {
  domain::OwnBooking booking;
  booking.id = domain::AppointmentId(id);
  booking.booking.state = state;
  booking.booking.made_at = kNow.wall;
  booking.booking.start = test::At("2026-03-12T09:00:00+08:00").wall;
  booking.booking.end = booking.booking.start + std::chrono::minutes(30);
  booking.service_id = domain::ServiceId("cardio");
  booking.service = {"心血管内科", "Cardiology"};
  booking.doctor_id = "wang";
  booking.doctor = "王建国";
  return booking;
}

/// A patient at the home page of a terminal, whose every touch is counted.
class BookingFlowTest : public testing::Test {
 protected:
  BookingFlowTest()
      : flow_(terminal_, kSession, domain::CardToken{"H1", domain::CardNumber("88"), 1, 1}) {
    static_cast<void>(flow_.Start());
  }

  void Found(std::vector<domain::OwnBooking> bookings = {}) {
    PatientFound found;
    found.session = kSession;
    found.patient.id = domain::PatientId("p1");
    found.patient.masked_name = "张*三";
    found.bookings = std::move(bookings);
    found.tasks.reports = 1;
    Send(found);
  }
  Effects Send(const Event& event) { return flow_.Handle(event, kNow, domain::Language::ZhCn); }
  Effects Touch(const screens::Intent& intent) {
    ++touches_;
    const Effects effects = Send(Answered{intent});
    for (const Effect& effect : effects) {
      if (const auto* ask = std::get_if<AskBooking>(&effect)) asked_ = *ask;
    }
    return effects;
  }
  Effects Reply(domain::BookingReply reply) {
    const Effects effects = Send(BookingAnswered{kSession, asked_.question, std::move(reply)});
    for (const Effect& effect : effects) {
      if (const auto* ask = std::get_if<AskBooking>(&effect)) asked_ = *ask;
    }
    return effects;
  }
  template <typename T>
  const T& Asked() const {
    const T* question = std::get_if<T>(&asked_.what);
    if (question == nullptr) throw std::runtime_error("another question was asked");
    return *question;
  }
  template <typename T>
  const T& PageAs() {
    const T* page = std::get_if<T>(&flow_.Page());
    if (page == nullptr) throw std::runtime_error("another page is shown");
    return *page;
  }
  static domain::DaysFound Days() {
    const auto today = LocalDay(kNow.wall, TimeZone{});
    return {{{today, 0}, {today + std::chrono::days(2), 9}, {today + std::chrono::days(3), 4}}};
  }
  static domain::SessionsFound DayWithTwoDoctors() {
    return {{Session("cardio", "wang", "2026-03-12T08:00:00+08:00", 2, 5000),
             Session("cardio", "li", "2026-03-12T08:00:00+08:00", 3),
             Session("ent", "zhao", "2026-03-12T08:00:00+08:00", 0)}};
  }
  /// To the doctors of cardiology.
  void ToDoctors(const domain::SessionsFound& day = DayWithTwoDoctors()) {
    Touch(screens::OpenService{screens::Service::Book});
    Reply(Days());
    Touch(screens::Choose{1});
    Reply(day);
    Touch(screens::Choose{0});
  }
  /// To the read-back of the first time of any doctor.
  void ToReadBack() {
    ToDoctors();
    Touch(screens::Choose{0});
    Touch(screens::Choose{0});
  }
  void ToDays() {
    terminal_.can_pay = true;
    Found();
    Touch(screens::OpenService{screens::Service::Book});
  }
  /// From the question for the days to a held seat whose fee is being paid, in this state.
  Effects ToPay(PayState state) {
    Reply(Days());
    Touch(screens::Choose{1});
    Reply(DayWithTwoDoctors());
    for (int i = 0; i < 3; ++i) Touch(screens::Choose{0});
    Touch(screens::Prepay{});
    domain::OwnBooking held = Own("a1", domain::BookingState::Locked);
    held.booking.held_until = kNow.wall + std::chrono::minutes(10);
    Reply(domain::BookingDone{held});
    return Send(PaymentProgress{kSession, state, {1, {true}}});
  }
  static const PrintBooking* Printed(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* print = std::get_if<PrintBooking>(&effect)) return print;
    }
    return nullptr;
  }

  Terminal terminal_;
  PatientFlow flow_;
  AskBooking asked_;
  int touches_ = 0;
};

}  // namespace yizhan::flows
