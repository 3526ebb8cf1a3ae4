#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/local_text.h"
#include "domain/ticket.h"
#include "printer/document.h"

namespace yizhan::printer {

/// What the patient takes along from the laboratory terminal (采血回执): the number in the draw
/// queue, what is drawn, and when and where the reports are ready. The name is masked already.
struct DrawReceipt {
  struct Test {
    domain::LocalText name;
    WallTime ready_at{};
    domain::LocalText ready_place;
    int fasting_hours = 0;
  };
  struct Tube {
    std::string barcode;
    domain::LocalText colour;
    int minutes_after_first = 0;
  };

  domain::LocalText hospital;
  domain::Ticket ticket;
  std::vector<Test> tests;
  std::vector<Tube> tubes;
  std::string unpaid;  ///< "¥28.00": something more is ordered and not paid; "" nothing.
  domain::LocalText pay_at;
  std::string serial;
  std::string terminal;
  int copy = 1;  ///< 2: 补打第 1 次, and so on.
  WallTime printed_at{};
  TimeZone zone{};
};

/// One page for an 80 mm roll. Thread-safe. Errors as RenderTicketSlip; BadData also: more than 40
/// tests or tubes.
[[nodiscard]] Result<Document> RenderDrawReceipt(const DrawReceipt& receipt,
                                                 domain::Language language);

}  // namespace yizhan::printer
