/// \file
/// What a terminal asks about booking, and what it hears: plain values of the number source (号源)
/// as a patient sees it (domain.md F11, F12, F19, F23).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "domain/booking.h"
#include "domain/ids.h"
#include "domain/local_text.h"

namespace yizhan::domain {

enum class ResourceKind { Clinic, Exam, CheckUp, Bed };
enum class SeatLevel { Ordinary, Deputy, Chief, Special };

/// Where a visit takes place, and what the patient must know about it.
struct VisitPlace {
  LocalText site;          ///< "总院"
  LocalText area;          ///< "门诊楼 3 层 B 区"
  LocalText room;          ///< "5 诊室"; may be empty.
  LocalText way;           ///< How to get to the site.
  std::string phone;       ///< Of the site.
  LocalText preparation;   ///< Approved text; may be empty (F48).
  bool sensitive = false;  ///< The service's name tells what a patient suffers from (F49).
};

struct FreeSeat {
  SlotId slot;
  WallTime start{};
  WallTime end{};
};

/// A session of somebody (or of a device) on one day, with the seats that are left.
struct BookableSession {
  ResourceKind kind = ResourceKind::Clinic;
  ServiceId service_id;
  LocalText service;
  std::string doctor_id;  ///< "": nobody in particular.
  std::string doctor;
  LocalText doctor_title;
  std::string room_id;
  VisitPlace where;
  std::optional<SeatLevel> level;
  std::int64_t fee_minor = 0;
  /// The department's, as the hospital told it. Empty: the terminal's own rules tell.
  std::optional<BookingPolicy> policy;
  WallTime start{};
  WallTime end{};
  WallTime release_at{};                 ///< Not to be booked before.
  WallTime closes_at{};                  ///< Nor from then on; zero: until it ends.
  bool stopped = false;                  ///< 停诊
  std::vector<FreeSeat> free;            ///< By start.
  std::vector<FreeSeat> gone;            ///< Seats that others have, by start.
  std::vector<LocalText> contents = {};  ///< Of a check-up package; empty: not known.
};

/// One booking of the patient. Ends are no longer listed, but for a stopped one that may be taken
/// at another time.
struct OwnBooking {
  AppointmentId id;
  ResourceKind kind = ResourceKind::Clinic;
  Booking booking;
  BookingTimes times;  ///< As the hospital said; else worked out by this terminal's rules.
  ServiceId service_id;
  LocalText service;
  std::string doctor_id;  ///< "" any.
  std::string doctor;
  LocalText doctor_title;
  VisitPlace where;
  std::int64_t fee_minor = 0;       ///< 0: not known, or free of charge.
  std::optional<FreeSeat> offered;  ///< What is held for a waiting entry.
  std::string instead_of;           ///< The doctor whom a substitute stands in for; "" none.
  bool awaits_answer = false;       ///< Nobody knows yet whether the substitute will do.
  WallTime rebook_until{};          ///< Of a stopped one: another time is had until then.
  std::int64_t refund_minor = 0;    ///< Of a stopped one: given back.
  LocalText payer = {};             ///< The unit whose contract it goes by; empty: the patient.
  std::vector<LocalText> contents = {};  ///< Of a check-up package; empty: not known.
};

/// "Come again", as a follow-up says it (F27).
struct SuggestedVisit {
  std::string task;
  ResourceKind kind = ResourceKind::Clinic;
  ServiceId service_id;
  LocalText service;
  std::string doctor_id;  ///< "" any.
  std::string doctor;
  LocalText doctor_title;
  WallTime from{};   ///< Zero: from now on.
  WallTime until{};  ///< Zero: as long as bookings are taken.
};

enum class BookingRefusal {
  Full,
  Closed,
  Stopped,
  NotReleased,
  NoQuota,
  LimitDay,
  LimitSession,
  LimitDoctor,
  Barred,  ///< 爽约: only on-site registration.
  UnknownPatient,
  AlreadyWaiting,
  TooLate,
  NotPaid,
  WrongState,  ///< Somebody or something changed it meanwhile.
};

// ---- questions ------------------------------------------------------------------------------

/// On which of `days` days from `first` anything of this kind is free.
struct WhichDays {
  ResourceKind kind = ResourceKind::Clinic;
  std::chrono::local_days first{};
  int days = 14;
  ServiceId service_id = {};  ///< Empty: of any department.
};
struct WhatOnDay {
  ResourceKind kind = ResourceKind::Clinic;
  std::chrono::local_days day{};
};
/// The next free seats of a doctor (or, without one, of a service) after the day.
struct WhenElse {
  ResourceKind kind = ResourceKind::Clinic;
  ServiceId service_id;
  std::string doctor_id;
  std::chrono::local_days after{};
  int days = 14;
};
/// The acts that change something carry an operation: empty in the first try, and the one that
/// BookingFailed gave back when the same act is tried again, so that it has one effect.
struct BookSeat {
  OperationId operation;
  PatientId patient;
  FreeSeat seat;
  BookableSession session;  ///< Whose seat it is; its list of seats is empty.
  bool prepay = false;
  /// The hospital stopped it or gave it to a substitute: the seat takes its place for nothing.
  AppointmentId in_place_of = {};
  std::string follow_up = {};  ///< SuggestedVisit::task that it answers; "" none.
};
struct JoinWaitingList {
  OperationId operation;
  PatientId patient;
  ServiceId service_id;
  std::string doctor_id;  ///< "" any.
  WallTime from{};        ///< Both on one day.
  WallTime until{};
};
struct ActOnBooking {
  OperationId operation;
  AppointmentId appointment;
  BookingAct act = BookingAct::Confirm;
  std::int64_t paid_minor = 0;     ///< Of Take,
  std::string payment_order = {};  ///< and its number at the payment platform.
};
/// The patient will come late (晚到).
struct TellLate {
  OperationId operation;
  AppointmentId appointment;
  WallTime arrival{};
};
using BookingQuestion =
    std::variant<WhichDays, WhatOnDay, WhenElse, BookSeat, JoinWaitingList, ActOnBooking, TellLate>;

// ---- answers --------------------------------------------------------------------------------

struct BookableDay {
  std::chrono::local_days day{};
  int free = 0;
};
struct DaysFound {
  std::vector<BookableDay> days;
};
struct SessionsFound {
  std::vector<BookableSession> sessions;
};
/// The act was done; the booking as it is now.
struct BookingDone {
  OwnBooking booking;
};
struct BookingRefused {
  BookingRefusal why = BookingRefusal::WrongState;
};
struct BookingFailed {
  enum class Why {
    Away,    ///< The hospital cannot be reached: nothing was done.
    Unsure,  ///< The answer was lost: the act may have been done. Try the same operation again.
    Cannot,  ///< The hospital did not understand or does not have it.
  } why = Why::Away;
  OperationId operation;
};
using BookingReply =
    std::variant<DaysFound, SessionsFound, BookingDone, BookingRefused, BookingFailed>;

/// The number that a person reads out on the phone: short, of the booking's id.
[[nodiscard]] std::string BookingNumber(const AppointmentId& id);

}  // namespace yizhan::domain
