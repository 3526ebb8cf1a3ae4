/// \file
/// What a terminal asks the hospital for a patient beside visits, bookings and the laboratory, and
/// what comes back: the guide sheet, messages, examinations, medicines, the inpatient service
/// centre. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "domain/guide.h"
#include "domain/ids.h"
#include "domain/local_text.h"
#include "domain/ticket.h"

namespace yizhan::domain {

/// How much of it is open for a patient.
struct CareTasks {
  int exams = 0;      ///< Ordered, and in no queue yet.
  int medicines = 0;  ///< Prescriptions whose patient has not come yet.
  int messages = 0;   ///< Unread.
};

/// Where somebody can go without an appointment.
enum class LineKind { Exam, Pharmacy, Centre };

// ---- questions ------------------------------------------------------------------------------

/// What is best done next (F36).
struct WhatNext {
  PatientId patient;
};
/// What the hospital told the patient and nobody has read yet (F47).
struct WhichMessages {
  PatientId patient;
};
/// The patient has seen these.
struct MessagesSeen {
  std::vector<std::string> ids;
};
/// Into the queues of everything that is ordered and paid (F32).
struct CheckInToExams {
  PatientId patient;
};
/// The patient has come for the medicines (F33, F34).
struct CheckInToPharmacy {
  PatientId patient;
};
/// What the inpatient service centre does (F67).
struct WhatCentreDoes {};
/// One ticket for several of its services.
struct CheckInToCentre {
  PatientId patient;
  std::vector<ServiceId> services;
};
using CareQuestion = std::variant<WhatNext, WhichMessages, MessagesSeen, CheckInToExams,
                                  CheckInToPharmacy, WhatCentreDoes, CheckInToCentre>;

// ---- answers --------------------------------------------------------------------------------

/// One line of the guide sheet.
struct GuideLine {
  GuideKind kind = GuideKind::Exam;
  GuideState state = GuideState::Later;
  LocalText what;            ///< "心血管内科"
  LocalText where;           ///< May be empty.
  LocalText note;            ///< Preparation, ticket number; may be empty.
  std::optional<int> ahead;  ///< People waiting there.
  /// Printed as bars for whoever carries the line out.
  std::vector<std::string> order_numbers = {};
};
/// The check-up that a guide sheet leads through (体检导检单, F14).
struct CheckUpToday {
  LocalText package;  ///< "基础体检套餐"
  LocalText payer;    ///< The unit that pays for it; may be empty.
};
struct GuideFound {
  OperationId sheet;  ///< Names this sheet, so that a second print of it is known as a copy.
  std::vector<GuideLine> lines;
  std::optional<CheckUpToday> check_up = {};  ///< Empty: it is a plain guide sheet.
};

struct PatientMessage {
  std::string id;
  std::string text;
  WallTime sent{};
};
struct MessagesFound {
  std::vector<PatientMessage> messages;  ///< The newest first.
};
struct MessagesKept {};  ///< Nobody will see them as unread again.

/// Numbers that were drawn; of the pharmacy one without a number, whose room is the window.
struct CareTickets {
  struct One {
    Ticket ticket;
    LocalText hint;      ///< What to do before one is called; may be empty.
    bool ready = false;  ///< Pharmacy: the medicines lie at the window.
  };
  LineKind line = LineKind::Exam;
  std::vector<One> tickets;
  bool already = false;  ///< The patient had checked in before.
};

/// What the centre does, as the hospital's directory has it.
struct CentreFound {
  struct Service {
    ServiceId id;
    LocalText name;
  };
  LocalText name;
  std::vector<Service> services;  ///< Empty: this hospital has no such centre.
};

struct CareRefused {
  enum class Why { PaymentDue, NothingToDo, AlreadyThere, AskStaff } why = Why::AskStaff;
  std::int64_t due_minor = 0;
  LocalText pay_at;
};
/// No answer. Of an act nobody knows whether it was done; done again it answers AlreadyThere, or
/// gives the numbers that were drawn.
struct CareFailed {
  bool store_failed = false;  ///< The terminal cannot keep a promise any more.
};
using CareReply = std::variant<GuideFound, MessagesFound, MessagesKept, CareTickets, CentreFound,
                               CareRefused, CareFailed>;

}  // namespace yizhan::domain
