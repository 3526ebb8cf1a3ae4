#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "domain/local_text.h"
#include "domain/ticket.h"
#include "printer/document.h"

namespace yizhan::printer {

/// Everything on the slip of a queue (排队小票). The name in the ticket is masked already; nothing
/// else here tells who the patient is.
struct TicketSlip {
  domain::LocalText hospital;
  domain::Ticket ticket;
  std::string serial;     ///< 流水号, "20260310-K3-000127"; empty: left out.
  std::string terminal;   ///< "K3"
  int copy = 1;           ///< 2: 补打第 1 次, and so on.
  bool check_up = false;  ///< Of a package: its guide sheet comes first, the number at the end.
  WallTime printed_at{};
  TimeZone zone{};
};

/// One page for an 80 mm roll (72 mm printed), as long as its text. Takes some milliseconds after
/// the first one of a process. Thread-safe. BadData: a text is no UTF-8 or too long for a slip
/// (200 bytes each), or the operation id does not fit a QR code. Internal: no fonts.
[[nodiscard]] Result<Document> RenderTicketSlip(const TicketSlip& slip, domain::Language language);

}  // namespace yizhan::printer
