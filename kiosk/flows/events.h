/// \file
/// What can happen to a session, and what a session can want. Workers and screens make events;
/// kiosk/app carries out effects and answers with events. All are plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "domain/booking_desk.h"
#include "domain/card.h"
#include "domain/care_desk.h"
#include "domain/check_in.h"
#include "domain/lab_check_in.h"
#include "domain/ticket.h"
#include "domain/visit.h"
#include "kiosk/screens/screen.h"

namespace yizhan::flows {

/// Numbers the sessions of one run. Answers carry the number of the session that asked, so that
/// an answer that comes too late reaches nobody. 0: no session.
using SessionNumber = std::uint64_t;

/// Both clocks at the time of an event.
struct Moment {
  WallTime wall{};
  MonotonicTime steady{};
};

// ---- events ---------------------------------------------------------------------------------

struct ReaderReady {};
struct ReaderGone {};
struct CardPresented {
  domain::PresentedCard card;
};
struct CardRefused {
  domain::CardProblem problem;
};
struct CardRemoved {};

using domain::OpenTasks;

/// Answer to LookUpPatient.
struct PatientFound {
  SessionNumber session = 0;
  domain::PatientSummary patient;
  std::vector<domain::Visit> visits;  ///< Today's and the next later one, by start.
  OpenTasks tasks;
  /// Of the coming days, waiting entries, and stopped ones that may be taken at another time.
  std::vector<domain::OwnBooking> bookings;
  bool offline = false;  ///< From this terminal's own memory.
  domain::CareTasks care;
  bool guides = false;      ///< The hospital says where to go next.
  bool has_centre = false;  ///< It has an inpatient service centre.
  std::vector<domain::SuggestedVisit> suggested = {};
};
struct PatientUnknown {
  SessionNumber session = 0;
};
struct LookUpFailed {  ///< Hospital away and the card is not in this terminal's memory.
  SessionNumber session = 0;
};

/// Answers to CheckIn.
struct CheckInDone {
  SessionNumber session = 0;
  domain::AppointmentId appointment;
  domain::Ticket ticket;
  bool already = false;
};
struct CheckInRefused {
  SessionNumber session = 0;
  domain::AppointmentId appointment;
  domain::CheckInVerdict verdict;
};
struct CheckInFailed {
  SessionNumber session = 0;
  bool store_failed = false;  ///< Else: hospital away and offline check-in impossible.
};

/// Answer to AskBooking.
struct BookingAnswered {
  SessionNumber session = 0;
  int question = 0;  ///< The number that AskBooking had.
  domain::BookingReply reply;
};

/// Answer to AskCare.
struct CareAnswered {
  SessionNumber session = 0;
  int question = 0;  ///< The number that AskCare had.
  domain::CareReply reply;
};

/// Answers to PayFee, several times: first the code, then how it stands.
struct PaymentProgress {
  SessionNumber session = 0;
  screens::PayModel::State state = screens::PayModel::State::Preparing;
  screens::CodeDots code;  ///< Of Open.
};

/// Answers to CheckInLab.
struct LabCheckInDone {
  SessionNumber session = 0;
  domain::LabCheckIn lab;
};
struct LabCheckInRefused {
  SessionNumber session = 0;
  domain::LabRefusal refusal;
};
struct LabCheckInFailed {
  SessionNumber session = 0;
  bool store_failed = false;  ///< Else: the hospital is away, or its answer was lost.
};
/// Answer to PrintLab, several times: all labels together. The receipt's is PrintProgress.
struct LabelProgress {
  SessionNumber session = 0;
  screens::TicketModel::Print print = screens::TicketModel::Print::Printing;
};

/// Answer to the effects that print, several times.
struct PrintProgress {
  SessionNumber session = 0;
  screens::TicketModel::Print print = screens::TicketModel::Print::Printing;
};

struct HospitalReachable {
  bool reachable = true;
};
/// The public lists, newly loaded.
struct DirectoryLoaded {
  std::vector<screens::DirectoryModel::Row> departments;
  std::vector<screens::DirectoryModel::Row> doctors;
};
struct StaffCallAnswered {
  bool reached = false;
};
/// The store failed: the terminal must stop promising anything.
struct StoreFailed {};
/// Time passes; sent when the deadline that Session::NextDeadline names has come.
struct Tick {};
/// The patient touched something.
struct Answered {
  screens::Intent intent;
};
/// Any touch, also one that hits no control: somebody is here.
struct Touched {};

using Event =
    std::variant<ReaderReady, ReaderGone, CardPresented, CardRefused, CardRemoved, PatientFound,
                 PatientUnknown, LookUpFailed, CheckInDone, CheckInRefused, CheckInFailed,
                 LabCheckInDone, LabCheckInRefused, LabCheckInFailed, LabelProgress,
                 BookingAnswered, CareAnswered, PaymentProgress, PrintProgress, HospitalReachable,
                 DirectoryLoaded, StaffCallAnswered, StoreFailed, Tick, Answered, Touched>;

// ---- effects --------------------------------------------------------------------------------

struct LookUpPatient {
  SessionNumber session = 0;
  domain::PresentedCard card;
};
struct CheckIn {
  SessionNumber session = 0;
  domain::Visit visit;
  std::string masked_name;
};
struct PrintTicket {
  SessionNumber session = 0;
  domain::Ticket ticket;
  domain::Language language = domain::Language::ZhCn;
  bool again = false;     ///< A person asked for another copy: 补打.
  bool check_up = false;  ///< Of a package whose guide sheet comes next.
};
/// For everything that is ordered at the laboratory and paid.
struct CheckInLab {
  SessionNumber session = 0;
  domain::PatientId patient;
  std::string masked_name;
};
/// Labels and receipt.
struct PrintLab {
  SessionNumber session = 0;
  domain::LabCheckIn lab;
  domain::Language language = domain::Language::ZhCn;
  bool again = false;  ///< As PrintTicket::again.
};
struct AskBooking {
  SessionNumber session = 0;
  int question = 0;  ///< Numbers the questions of one session.
  domain::BookingQuestion what;
};
struct AskCare {
  SessionNumber session = 0;
  int question = 0;  ///< Numbers the questions of one session.
  domain::CareQuestion what;
};
/// The guide sheet (导诊单).
struct PrintGuide {
  SessionNumber session = 0;
  domain::GuideFound sheet;
  std::string masked_name;
  domain::Language language = domain::Language::ZhCn;
  bool again = false;  ///< As PrintTicket::again.
};
/// One slip for numbers that were drawn together.
struct PrintCare {
  SessionNumber session = 0;
  domain::CareTickets tickets;
  domain::Language language = domain::Language::ZhCn;
  bool again = false;  ///< As PrintTicket::again.
};
/// The slip of a booking, or the one for a companion.
struct PrintBooking {
  SessionNumber session = 0;
  domain::OwnBooking booking;
  std::string masked_name;
  domain::Language language = domain::Language::ZhCn;
  bool invitation = false;
  bool again = false;  ///< As PrintTicket::again.
};
/// Take the fee of a held seat. When it is paid, the payment worker takes the seat; when it ends in
/// another way, the worker gives the seat back.
struct PayFee {
  SessionNumber session = 0;
  domain::AppointmentId appointment;
  std::int64_t amount_minor = 0;
  WallTime until{};  ///< The hospital holds the seat so long.
};
/// The patient does not want to pay any more.
struct GiveUpPayment {
  SessionNumber session = 0;
};
/// The patient left: a page that has not begun must not come out later.
struct AbandonPrint {
  SessionNumber session = 0;
};
struct CallForStaff {
  SessionNumber session = 0;
};
/// The session is over. Wipe everything that knew the patient.
struct EndSession {
  enum class Reason { CardRemoved, OtherCard, Exit, Idle, ReaderLost, StoreFailed };
  SessionNumber session = 0;
  Reason reason = Reason::Exit;
};

using Effect = std::variant<LookUpPatient, CheckIn, CheckInLab, PrintLab, PrintTicket, AskBooking,
                            PrintBooking, AskCare, PrintGuide, PrintCare, PayFee, GiveUpPayment,
                            AbandonPrint, CallForStaff, EndSession>;
using Effects = std::vector<Effect>;

}  // namespace yizhan::flows
