/// \file
/// Pages of the way through the hospital: what comes next, what the hospital told the patient,
/// numbers of examinations, pharmacy and service centre.
#pragma once

#include <string>
#include <vector>

#include "domain/care_desk.h"
#include "kiosk/screens/check_in_pages.h"

namespace yizhan::screens {

/// Where to go next (F36).
struct GuideModel {
  static constexpr const char* kName = "guide";
  std::vector<domain::GuideLine> lines;  ///< Empty: nothing is left to do.
  TicketModel::Print print = TicketModel::Print::NotAsked;
  bool can_print = false;                             ///< Offer the sheet on paper (again).
  std::optional<domain::CheckUpToday> check_up = {};  ///< The sheet of a check-up (体检导检单).
};

/// What the hospital told the patient, in its own words (F47).
struct MessagesModel {
  static constexpr const char* kName = "messages";
  struct Row {
    std::string text;
    std::string date;  ///< "2026-03-10"
    std::string time;  ///< "08:30"
  };
  std::vector<Row> rows;
};

/// Numbers that were drawn by one touch, or the pharmacy's window.
struct CareTicketsModel {
  static constexpr const char* kName = "care-tickets";
  domain::CareTickets tickets;
  TicketModel::Print print = TicketModel::Print::Printing;
  bool can_reprint = false;
  bool can_guide = false;  ///< Offer to say where to go next.
};

/// What is it about? Several services of the inpatient service centre, one number (F67).
struct ChooseCentreModel {
  static constexpr const char* kName = "choose-centre";
  struct Row {
    domain::LocalText name;
    bool chosen = false;
  };
  std::vector<Row> rows;
};

}  // namespace yizhan::screens
