/// \file
/// Pages of booking: one question each (F12). Dates are "2026-03-11", times "09:00–09:30"; ui/ puts
/// them into words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/booking_desk.h"
#include "domain/local_text.h"
#include "kiosk/screens/check_in_pages.h"

namespace yizhan::screens {

/// What is booked, as far as it is decided; what is not yet is empty.
struct BookingFacts {
  domain::ResourceKind kind = domain::ResourceKind::Clinic;
  domain::LocalText service;
  std::string doctor;  ///< "": whoever works there.
  domain::LocalText doctor_title;
  std::string date;
  std::string time_range;
  domain::LocalText place;
  std::int64_t fee_minor = 0;
  bool preset = false;  ///< The department was decided before: fewer questions are asked.
};

/// What kind of thing, besides a doctor's clinic?
struct ChooseKindModel {
  static constexpr const char* kName = "choose-kind";
  std::vector<domain::ResourceKind> kinds;
};

/// Which day?
struct ChooseDayModel {
  static constexpr const char* kName = "choose-day";
  struct Day {
    std::string date;
    bool today = false;
    bool free = false;
  };
  domain::ResourceKind kind = domain::ResourceKind::Clinic;
  std::vector<Day> days;
  std::optional<std::size_t> suggested;
  BookingFacts facts = {};  ///< What is decided already; may be empty.
};

/// Which department, or which exam, package, ward?
struct ChooseDepartmentModel {
  static constexpr const char* kName = "choose-department";
  struct Row {
    domain::LocalText name;
    domain::LocalText place;
    int free = 0;  ///< 0: full, the waiting list may be joined.
  };
  domain::ResourceKind kind = domain::ResourceKind::Clinic;
  std::string date;
  std::vector<Row> rows;
  std::optional<std::size_t> suggested;  ///< Where the patient was before.
};

/// Which doctor, or any?
struct ChooseDoctorModel {
  static constexpr const char* kName = "choose-doctor";
  struct Row {
    enum class State { Open, Full, NotReleased, Stopped } state = State::Open;
    std::string doctor;  ///< "": any doctor.
    domain::LocalText title;
    std::int64_t fee_minor = 0;
    bool from_fee = false;    ///< The fee is the lowest of several.
    std::string earliest;     ///< "08:30"
    std::string released_on;  ///< Of NotReleased: date ...
    std::string released_at;  ///< ... and time.
  };
  BookingFacts facts;
  std::vector<Row> rows;  ///< The first that is open is the one to suggest.
};

/// At what time?
struct ChooseTimeModel {
  static constexpr const char* kName = "choose-time";
  enum class PartOfDay { Morning, Afternoon, Night };
  struct Time {
    std::string range;
    int free = 0;  ///< 0: full, cannot be chosen.
    PartOfDay part = PartOfDay::Morning;
  };
  BookingFacts facts;
  std::vector<Time> times;  ///< By time; the first free one is the one to suggest.
};

/// Nothing left: something near, or the waiting list (F23)?
struct FullModel {
  static constexpr const char* kName = "full";
  struct Row {
    enum class Why { SameDoctor, SameDay } why = Why::SameDoctor;
    BookingFacts facts;
  };
  BookingFacts facts;       ///< What was wanted.
  bool just_taken = false;  ///< Somebody was faster.
  std::vector<Row> rows;
  bool can_wait = false;
};

/// Everything once more, before it counts; also a booking that exists, and what can be done with
/// it.
struct ReadBackModel {
  static constexpr const char* kName = "read-back";
  enum class Purpose {
    Book,     ///< Is this what you want?
    Move,     ///< The same in place of an earlier booking.
    Rebook,   ///< The same in place of one that the hospital changed.
    Wait,     ///< Onto the waiting list for that.
    Confirm,  ///< Waits for the patient's confirmation (F19).
    Offer,    ///< A seat became free for a waiting entry.
    Keep,     ///< Nothing to do; may be changed or cancelled.
    Agree,    ///< Is the substitute all right?
    Waiting,  ///< On the list; may be taken off it.
  } purpose = Purpose::Book;
  BookingFacts facts;
  std::string masked_name;
  std::string number;  ///< Of a booking that exists.
  bool paid = false;
  std::string advised_arrival;  ///< "08:45"
  std::string until_date;  ///< Book, Move, Keep: cancelling is free until then. Confirm: confirm
  std::string until_time;  ///< by then. Offer: answer by then.
  domain::LocalText preparation;
  bool can_prepay = false;  ///< The fee can be paid here, which keeps the number longer.
  bool can_change = false;
  bool can_cancel = false;
  std::int64_t refund_minor = 0;  ///< Of Rebook: what goes back for the earlier booking.
  std::string kept_until = {};    ///< "09:28": somebody said that they will be late.
  bool can_tell_late = false;
  domain::LocalText payer = {};                  ///< The unit that pays; empty: the patient.
  std::vector<domain::LocalText> contents = {};  ///< Of a check-up package, in its order.
};

/// What the hospital changed about a booking, and what now?
struct BookingChangedModel {
  static constexpr const char* kName = "booking-changed";
  enum class What {
    Substitute,  ///< Another doctor of the same title takes the session over.
    Stopped,     ///< It does not take place; the money is given back.
  } what = What::Substitute;
  BookingFacts facts;             ///< As it is now; of Stopped, as it was.
  std::string instead_of;         ///< Of Substitute: the doctor it was.
  std::int64_t refund_minor = 0;  ///< Stopped: was given back. Substitute: would be.
  std::string until_date;         ///< To be answered by then.
  std::string until_time;
};

/// When will you be there?
struct ChooseArrivalModel {
  static constexpr const char* kName = "choose-arrival";
  BookingFacts facts;
  std::string kept_until;             ///< "09:20": without a notice.
  std::vector<std::string> arrivals;  ///< "09:25": kept until then.
  bool to_the_end = false;            ///< The last one is the end of the slot: not a minute longer.
};

/// What cancelling costs, said before it is done.
struct CancelModel {
  static constexpr const char* kName = "cancel";
  BookingFacts facts;
  bool late = false;       ///< The free time is over.
  std::string until_date;  ///< It was, or is, free until then.
  std::string until_time;
  std::int64_t refund_minor = 0;
  std::int64_t kept_minor = 0;
  bool stopped = false;  ///< Only the right to another time is given up.
};

struct BookingResultModel {
  static constexpr const char* kName = "booking-result";
  enum class What {
    Booked,        ///< And binding.
    ToConfirm,     ///< Booked; to be confirmed until `until`.
    ToBeAnswered,  ///< 待床位中心确认
    Confirmed,
    OnWaitingList,
    Moved,          ///< The earlier booking is cancelled.
    MovedOldStays,  ///< The earlier booking could not be cancelled.
    Cancelled,
    Declined,  ///< Stays on the list.
    OffTheList,
    Agreed,       ///< To the substitute.
    NoOtherTime,  ///< The stopped booking is settled.
    LateNoted,    ///< Kept until `until_time`.
  } what = What::Booked;
  BookingFacts facts;
  std::string number;
  bool paid = false;
  std::string advised_arrival;
  std::string until_date;  ///< ToConfirm: confirm by; else cancelling is free until then.
  std::string until_time;
  std::int64_t refund_minor = 0;  ///< Of Cancelled and NoOtherTime.
  TicketModel::Print print = TicketModel::Print::NotAsked;
  bool can_print = false;   ///< Offer the slip (again).
  bool can_invite = false;  ///< Offer the slip for a companion (F49).
};

/// The patient's bookings of the coming days.
struct MyBookingsModel {
  static constexpr const char* kName = "my-bookings";
  struct Row {
    BookingFacts facts;
    enum class State {
      Booked,
      ToConfirm,
      ToBeAnswered,
      Waiting,
      Offered,
      Substitute,  ///< Waits for an answer.
      Stopped,     ///< Likewise.
    } state = State::Booked;
  };
  std::vector<Row> rows;
};

/// A two-dimensional code, ready to be drawn.
struct CodeDots {
  int side = 0;
  std::vector<bool> dark;  ///< Rows from the top, `side` x `side`.
};

/// Paying the fee by scanning a code with a phone (F21).
struct PayModel {
  static constexpr const char* kName = "pay";
  enum class State {
    Preparing,  ///< No code yet.
    Open,       ///< Scan it.
    Closing,    ///< The patient does not want to pay: it is being closed.
    Paid,
    // The seat is free again:
    GivenUp,    ///< As the patient wished; nothing was charged, or it was given back.
    Away,       ///< Payments cannot be taken here now; nothing was charged.
    TimeUp,     ///< The time ran out; nothing was charged, or it was given back.
    GivenBack,  ///< The hospital could not keep the seat; what was paid goes back.
    Unknown,    ///< Nobody knows yet: it will be settled, or given back.
  } state = State::Preparing;
  BookingFacts facts;
  std::int64_t amount_minor = 0;
  CodeDots code;
  int seconds_left = 0;
};

/// Paying has ended without a booking: the page may be left.
[[nodiscard]] inline bool IsOver(PayModel::State state) {
  using State = PayModel::State;
  return state == State::GivenUp || state == State::Away || state == State::TimeUp ||
         state == State::GivenBack;
}

/// Why it could not be booked, and what to do.
struct BookingTroubleModel {
  static constexpr const char* kName = "booking-trouble";
  enum class What {
    Refused,
    Away,        ///< The hospital cannot be reached.
    Unsure,      ///< The answer was lost: try the very same again.
    NotOffered,  ///< The hospital does not offer it here.
    NothingToBook,
  } what = What::Refused;
  domain::BookingRefusal refusal = domain::BookingRefusal::WrongState;
  domain::LocalText place;  ///< Where a person helps.
};

}  // namespace yizhan::screens
