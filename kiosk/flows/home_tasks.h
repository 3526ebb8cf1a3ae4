#pragma once

#include <vector>

#include "kiosk/flows/events.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// A row of the home page, and the visit it stands for (null for other kinds). Borrows visit and
/// suggestion from the PatientFound it was made of.
struct TodaysTask {
  screens::HomeTask row;
  const domain::Visit* visit = nullptr;
  const domain::SuggestedVisit* suggested = nullptr;
};

/// Everything this person can do today in the order it should be done (F01): bookings that the
/// hospital changed, check in what is open now, tickets held, offers, payments, blood draw,
/// examinations, medicines, bookings to confirm, visits that a follow-up suggests, where to go
/// next, messages, reports, forms, then visits of today that cannot be checked in yet or any more.
/// Visits of other days are no task.
[[nodiscard]] std::vector<TodaysTask> TodaysTasks(const PatientFound& found,
                                                  const Terminal& terminal, Moment now);

/// How one visit looks as a row.
[[nodiscard]] screens::HomeTask VisitRow(const domain::Visit& visit, const Terminal& terminal,
                                         Moment now);

}  // namespace yizhan::flows
