/// \file
/// Pages of checking in.
#pragma once

#include <string>
#include <vector>

#include "domain/ticket.h"
#include "kiosk/screens/patient_pages.h"

namespace yizhan::screens {

/// Several visits could be checked in: which one?
struct ChooseVisitModel {
  static constexpr const char* kName = "choose-visit";
  std::vector<HomeTask> visits;  ///< All CheckIn, at most 5 (more: triage desk).
};

/// Read-back before checking in.
struct ConfirmModel {
  static constexpr const char* kName = "confirm";
  HomeTask visit;
  std::string masked_name;
};

struct TicketModel {
  static constexpr const char* kName = "ticket";
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
  bool can_guide = false;    ///< Offer to say where to go next.
  bool check_up = false;     ///< Of a package: its guide sheet is what the patient needs next.
};

}  // namespace yizhan::screens
