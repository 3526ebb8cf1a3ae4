/// \file
/// What each page shows and what a patient can answer: plain values, complete and already decided.
/// A flow makes a model, ui/ draws it, and the patient's touch comes back as an Intent. Words are
/// chosen by ui/ from the values here (gettext), so one model serves every language. Names in a
/// model are masked; nothing here identifies a patient beyond that.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "domain/card.h"
#include "domain/check_in.h"
#include "domain/local_text.h"
#include "domain/ticket.h"

namespace yizhan::screens {

// ---- pages --------------------------------------------------------------------------------

/// Nobody is here: "请刷就诊卡", and what may be seen without a card.
struct IdleModel {
  enum class Reader { Ready, Down } reader = Reader::Ready;
  /// Set for some seconds after a card could not be accepted; says why and what to do.
  std::optional<domain::CardProblem> card_problem;
  bool take_card = false;      ///< The last session is over and its card still lies on the reader.
  bool has_directory = false;  ///< Public pages (departments, doctors) have something to show.
};

/// A public list: departments with places, or today's doctors. One page of rows.
struct DirectoryModel {
  enum class Kind { Departments, Doctors } kind = Kind::Departments;
  struct Row {
    domain::LocalText name;      ///< "心血管内科" or "王建国"
    domain::LocalText detail;    ///< "门诊楼 3 层 B 区" or "主任医师 · 心血管内科"
    std::optional<int> waiting;  ///< People in the queue now; empty: not known.
  };
  std::vector<Row> rows;
  int page = 1;  ///< From 1.
  int pages = 1;
};

/// Something is under way that the patient waits for.
struct WorkingModel {
  enum class Task { LookingUp, CheckingIn } task = Task::LookingUp;
};

/// Second factor of a legacy card: eight digits YYYYMMDD on a keypad.
struct BirthDateModel {
  std::string digits;  ///< Typed so far, at most 8.
  bool wrong = false;  ///< The last complete entry did not match.
  int tries_left = 3;
};

/// One thing a patient has to do today.
struct HomeTask {
  enum class Kind {
    CheckIn,   ///< Appointment that can be checked in now, or not yet.
    InQueue,   ///< Has a ticket: shows number and place.
    Pay,       ///< Unpaid bills: `count`, `amount_minor`.
    LabDraw,   ///< Lab orders: `count`.
    Report,    ///< Reports ready: `count`.
    FollowUp,  ///< A questionnaire to answer.
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
  std::string masked_name;
  std::vector<HomeTask> tasks;  ///< May be empty: nothing today.
  bool offline = false;
  /// The next known appointment on a later day, when nothing is due today: "2026-03-11 09:00".
  std::string next_visit;
};

/// Several visits could be checked in: which one?
struct ChooseVisitModel {
  std::vector<HomeTask> visits;  ///< All CheckIn, at most 5 (more: triage desk).
};

/// Read-back before checking in.
struct ConfirmModel {
  HomeTask visit;
  std::string masked_name;
};

struct TicketModel {
  domain::Ticket ticket;
  std::string arrived;  ///< "08:42"
  enum class Print {
    Printing,  ///< Page on its way.
    Printed,   ///< "请取走小票"
    PaperOut,
    Jam,
    CoverOpen,
    PrinterAway,
    Failed,     ///< Not printed; number stays valid.
    Uncertain,  ///< May or may not have come out: offer one more.
    NotAsked,   ///< Checked in before: paper only when the patient asks for it.
    NoPrinter,  ///< This terminal has none.
  } print = Print::Printing;
  bool already = false;      ///< Not new: the patient had checked in before.
  bool can_reprint = false;  ///< Offer "补打".
  bool more_tasks = false;   ///< Offer "再办一件事".
};

/// What happened, what to do now, call staff.
struct TroubleModel {
  enum class What {
    TooEarly,
    Late,
    WrongDay,
    WrongSite,
    PaymentDue,
    NotBooked,
    NothingToday,    // check-in answers
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
};

using Page = std::variant<IdleModel, DirectoryModel, WorkingModel, BirthDateModel, HomeModel,
                          ChooseVisitModel, ConfirmModel, TicketModel, TroubleModel>;

// ---- around every page --------------------------------------------------------------------

enum class TextSize { Normal, Large };

/// "您还在吗?": drawn over the page, which is dimmed and dead meanwhile.
struct IdleWarning {
  int seconds_left = 0;
  int seconds_total = 20;
};

/// Everything one frame shows.
struct Frame {
  Page page;
  domain::LocalText hospital;
  std::string terminal;  ///< "K3"
  WallTime now{};        ///< Shown in the header to the minute.
  TimeZone zone{};
  domain::Language language = domain::Language::ZhCn;
  TextSize text_size = TextSize::Normal;
  bool signed_in = false;   ///< A session is open: offer "退出".
  std::string masked_name;  ///< Empty when nobody is signed in.
  bool offline = false;     ///< Banner "离线服务中".
  enum class StaffCall { Offered, Calling, Called, Failed } staff_call = StaffCall::Offered;
  std::optional<IdleWarning> warning;
};

// ---- answers ------------------------------------------------------------------------------

struct SetLanguage {
  domain::Language language;
};
struct SetTextSize {
  TextSize size;
};
struct CallStaff {};
struct Exit {};      ///< End the session.
struct StayHere {};  ///< Answer to the idle warning.
struct Choose {
  std::size_t index;  ///< Row of the page's list.
};
struct Confirm {};  ///< The page's main action.
struct Back {};
struct Digit {
  int digit;  ///< 0..9
};
struct Erase {};  ///< The last digit.
struct OpenDirectory {
  DirectoryModel::Kind kind;
};
struct TurnPage {
  int page;
};
struct Reprint {};
struct DoAnother {};  ///< Back to the home page for the next task.

using Intent = std::variant<SetLanguage, SetTextSize, CallStaff, Exit, StayHere, Choose, Confirm,
                            Back, Digit, Erase, OpenDirectory, TurnPage, Reprint, DoAnother>;

}  // namespace yizhan::screens
