#include "kiosk/app/print_words.h"

namespace yizhan::app {

using Kind = printer::PrintEvent::Kind;
using Print = screens::TicketModel::Print;

Print ToScreen(Kind kind) {
  switch (kind) {
    case Kind::Printing: return Print::Printing;
    case Kind::PaperOut: return Print::PaperOut;
    case Kind::Jam: return Print::Jam;
    case Kind::CoverOpen: return Print::CoverOpen;
    case Kind::PrinterAway: return Print::PrinterAway;
    case Kind::Printed: return Print::Printed;
    case Kind::Uncertain: return Print::Uncertain;
    case Kind::Failed: return Print::Failed;
  }
  return Print::Failed;
}

bool IsFinal(Kind kind) {
  return kind == Kind::Printed || kind == Kind::Uncertain || kind == Kind::Failed;
}

}  // namespace yizhan::app
