#pragma once

#include <variant>
#include <vector>

#include "domain/booking_desk.h"
#include "domain/card.h"
#include "domain/care_desk.h"
#include "domain/check_in.h"
#include "domain/ticket.h"
#include "domain/visit.h"

namespace yizhan::sync {

/// Who this terminal is and where it stands.
struct Station {
  domain::TerminalId terminal;
  domain::SiteId site;
  TimeZone zone;
  domain::CheckInPolicy check_in;
};

/// A patient and what is open for them today.
struct PatientToday {
  domain::PatientSummary patient;
  std::vector<domain::Visit> visits;  ///< Today's and the later ones of a month, by start.
  domain::OpenTasks tasks;
  /// Not over yet, waiting entries, and stopped ones that may be taken at another time; by start.
  std::vector<domain::OwnBooking> bookings;
  std::vector<domain::SuggestedVisit> suggested;  ///< By a follow-up, and not booked.
  bool offline = false;                           ///< From this terminal's memory.
  domain::CareTasks care;
  bool guides = false;      ///< The hospital says where to go next.
  bool has_centre = false;  ///< It has an inpatient service centre.
};

struct CheckedIn {
  domain::Ticket ticket;
  bool already = false;  ///< The patient had checked in before; this is that ticket.
};
using CheckInAnswer = std::variant<CheckedIn, domain::CheckInVerdict>;

/// One line of a public list.
struct PublicRow {
  domain::LocalText name;
  domain::LocalText detail;
  std::optional<int> waiting;
};
struct PublicLists {
  std::vector<PublicRow> departments;
  std::vector<PublicRow> doctors;
};

}  // namespace yizhan::sync
