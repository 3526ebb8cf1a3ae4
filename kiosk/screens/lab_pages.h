/// \file
/// Pages of the laboratory's terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/ticket.h"
#include "kiosk/screens/check_in_pages.h"

namespace yizhan::screens {

/// Checked in for the blood draw: number, tubes, tests and their reports.
struct LabDrawModel {
  static constexpr const char* kName = "lab-draw";
  struct Test {
    domain::LocalText name;
    int fasting_hours = 0;    ///< 0: none.
    std::string ready_date;   ///< "2026-03-10"; "" when it is today.
    std::string ready_time;   ///< "11:40"
    domain::LocalText place;  ///< Where the report is fetched.
  };
  /// So many tubes of a colour.
  struct Tubes {
    domain::LocalText colour;
    int count = 0;
  };
  domain::Ticket ticket;
  std::vector<Test> tests;
  std::vector<Tubes> tubes;
  std::int64_t unpaid_minor = 0;  ///< More is ordered: pay first, then tap again.
  domain::LocalText pay_at;
  TicketModel::Print slip = TicketModel::Print::Printing;
  TicketModel::Print labels = TicketModel::Print::Printing;
  bool already = false;     ///< Not new: labels were printed before.
  bool more_tasks = false;  ///< Offer "再办一件事".
  bool can_guide = false;   ///< Offer to say where to go next.
};

}  // namespace yizhan::screens
