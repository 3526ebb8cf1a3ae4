#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "domain/care_desk.h"
#include "domain/local_text.h"
#include "printer/document.h"

namespace yizhan::printer {

/// The numbers that one touch drew (F32, F67), or the pharmacy's window (F33, F34). Names are
/// masked already.
struct CareSlip {
  domain::LocalText hospital;
  domain::CareTickets tickets;
  std::string terminal;  ///< "K3"
  int copy = 1;          ///< 2: 补打第 1 次, and so on.
  WallTime printed_at{};
  TimeZone zone{};
};

/// One page for an 80 mm roll. Thread-safe. BadData: a text is no UTF-8 or too long for a slip (400
/// bytes each), there is no ticket or more than 12. Internal: no fonts.
[[nodiscard]] Result<Document> RenderCareSlip(const CareSlip& slip, domain::Language language);

}  // namespace yizhan::printer
