/// \file
/// Pages of every patient's stay: who it is, what there is to do, what stands in the way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/check_in.h"
#include "domain/local_text.h"
#include "kiosk/screens/answers.h"

namespace yizhan::screens {

/// Something is under way that the patient waits for.
struct WorkingModel {
  static constexpr const char* kName = "working";
  enum class Task { LookingUp, CheckingIn, LookingForSeats, Booking } task = Task::LookingUp;
};

/// Second factor of a legacy card: eight digits YYYYMMDD on a keypad.
struct BirthDateModel {
  static constexpr const char* kName = "birth-date";
  std::string digits;  ///< Typed so far, at most 8.
  bool wrong = false;  ///< The last complete entry did not match.
  int tries_left = 3;
};

/// One thing a patient has to do today.
struct HomeTask {
  enum class Kind {
    CheckIn,         ///< Appointment that can be checked in now, or not yet.
    InQueue,         ///< Has a ticket: shows number and place.
    Pay,             ///< Unpaid bills: `count`, `amount_minor`.
    LabDraw,         ///< Lab orders: `count`.
    Exam,            ///< Examinations that are ordered: `count`.
    Medicine,        ///< Prescriptions: `count`.
    Guide,           ///< Where to go next.
    Messages,        ///< Unread: `count`.
    Report,          ///< Reports ready: `count`.
    FollowUp,        ///< A questionnaire to answer.
    ConfirmBooking,  ///< A booking waits for the patient's confirmation.
    Offer,           ///< A seat is held for somebody on the waiting list.
    BookingChanged,  ///< The hospital changed bookings and waits for an answer: `count`.
    Suggested,       ///< "Come again": `date` and later.
  } kind = Kind::CheckIn;
  domain::LocalText service;  ///< CheckIn, InQueue
  std::string doctor;
  domain::LocalText doctor_title;
  domain::LocalText place;   ///< Where to go for it.
  std::string time_range;    ///< "09:00–09:30"
  std::string number;        ///< InQueue: "A012"
  std::optional<int> ahead;  ///< InQueue
  int count = 0;
  std::int64_t amount_minor = 0;
  /// CheckIn: what DecideCheckIn says and the time that belongs to it ("08:30").
  domain::CheckInOutcome outcome = domain::CheckInOutcome::Ready;
  std::string outcome_time;
  std::string date;   ///< CheckIn on another day: "2026-03-11".
  bool here = false;  ///< This terminal can do it now: draw a button. Else say where.
};

/// What can be done now, in the order it should be done (F01). The first task that is `here`
/// is the main action.
struct HomeModel {
  static constexpr const char* kName = "home";
  std::string masked_name;
  std::vector<HomeTask> tasks;    ///< May be empty: nothing today.
  std::vector<Service> services;  ///< Offered besides.
  bool offline = false;
  /// The next known appointment on a later day, when nothing is due today: "2026-03-11 09:00".
  std::string next_visit;
};

/// What happened, what to do now, call staff.
struct TroubleModel {
  static constexpr const char* kName = "trouble";
  enum class What {
    TooEarly,
    Late,
    WrongDay,
    WrongSite,
    PaymentDue,
    NotBooked,
    NothingToday,    // check-in answers
    NothingToDraw,   ///< The laboratory has nothing for this patient.
    AskLaboratory,   ///< It has, but a person must look at it.
    NothingOrdered,  ///< No examination, no medicine: nothing to check in for.
    AlreadyThere,    ///< Checked in before; the number is on the earlier slip.
    AskDesk,         ///< A person must look at it.
    UnknownPatient,  ///< Card is genuine but the hospital has no such patient.
    BirthDateWrong,  ///< Second factor failed three times.
    HospitalAway,    ///< Needs the hospital and it cannot be reached.
    StoreFailed,     ///< The terminal cannot keep a promise: out of service.
  } what = What::NothingToday;
  domain::LocalText service;
  domain::LocalText place;  ///< Where help or the right place is, when known.
  std::string time;         ///< "08:30"
  std::string date;         ///< "2026-03-11"
  std::int64_t amount_minor = 0;
  bool can_go_back = false;  ///< Offer "返回" to the home page.
  bool can_book = false;     ///< Offer to book.
};

}  // namespace yizhan::screens
