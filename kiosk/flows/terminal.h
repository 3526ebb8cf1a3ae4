#pragma once

#include "base/clock.h"
#include "domain/booking.h"
#include "domain/check_in.h"
#include "domain/ids.h"
#include "domain/local_text.h"

namespace yizhan::flows {

/// Where a terminal stands, which decides what it is first of all for.
enum class Station {
  Lobby,
  Registration,  ///< Beside the staffed counters.
  Lab,           ///< Blood draw: checks in for all paid laboratory orders by a single tap.
};

/// What a flow must know about the terminal it runs on. Constant over a run.
struct Terminal {
  Station station = Station::Lobby;
  domain::SiteId site;
  TimeZone zone;
  domain::CheckInPolicy check_in;
  bool books = true;  ///< Offers booking.
  /// What the hospital decided about bookings, for what its answers do not say. `check_in` in it
  /// is the same as above.
  domain::BookingPolicy booking;
  int book_days = 14;    ///< Today and the days after it that are offered.
  bool can_pay = false;  ///< A payment platform is configured.
  bool has_printer = true;
  domain::LocalText triage_place;   ///< "各楼层分诊台": where a person helps with visits.
  domain::LocalText cashier_place;  ///< "门诊楼 1 层收费处"
  domain::LocalText lab_place;      ///< "门诊楼 2 层采血室"
  domain::LocalText report_place;   ///< "门诊楼 1 层报告打印处"
};

}  // namespace yizhan::flows
