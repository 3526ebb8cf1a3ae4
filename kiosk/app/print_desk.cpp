#include "kiosk/app/print_desk.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/wipe.h"
#include "printer/documents/ticket_slip.h"
#include "printer/ipp/ipp_device.h"

namespace yizhan::app {
namespace {

using Print = screens::TicketModel::Print;

constexpr std::size_t kMostCopiesKept = 4096;

Print ToScreen(printer::PrintEvent::Kind kind) {
  using Kind = printer::PrintEvent::Kind;
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

bool IsFinal(printer::PrintEvent::Kind kind) {
  using Kind = printer::PrintEvent::Kind;
  return kind == Kind::Printed || kind == Kind::Uncertain || kind == Kind::Failed;
}

}  // namespace

Result<std::unique_ptr<PrintDesk>> PrintDesk::Open(const Config& config,
                                                   domain::PrintLedger& ledger, const Clock& clock,
                                                   std::function<void(flows::Event)> tell) {
  printer::IppOptions ipp;
  ipp.uri = config.printer_uri;
  auto device = printer::OpenIppDevice(ipp);
  if (!device) return tl::unexpected<Error>(device.error());
  std::unique_ptr<PrintDesk> desk(new PrintDesk(config, clock, std::move(tell)));
  printer::PrintServiceOptions options;
  options.name = "slips";
  printer::PrintListener listener;
  PrintDesk* self = desk.get();
  listener.on_print = [self](const printer::PrintEvent& event) { self->OnPrinter(event); };
  desk->service_ = std::make_unique<printer::PrintService>(options, std::move(*device), ledger,
                                                           clock, std::move(listener));
  desk->thread_ = std::thread([self] { self->Run(); });
  return desk;
}

PrintDesk::PrintDesk(const Config& config, const Clock& clock,
                     std::function<void(flows::Event)> tell)
    : hospital_(config.identity.hospital),
      terminal_(config.identity.terminal),
      zone_(config.terminal.zone),
      clock_(clock),
      tell_(std::move(tell)) {}

PrintDesk::~PrintDesk() { Stop(); }

void PrintDesk::Stop() {
  tickets_.Close();
  if (thread_.joinable()) thread_.join();
  if (service_) service_->Stop();
}

void PrintDesk::Print(const flows::PrintTicket& print) {
  if (!tickets_.Post(print)) tell_(flows::PrintProgress{print.session, Print::Failed});
}

void PrintDesk::Run() {
  // The first slip of a process loads the fonts: better now than with a patient waiting.
  static_cast<void>(printer::RenderTicketSlip({}, domain::Language::ZhCn));
  while (!tickets_.Closed()) {
    for (const flows::PrintTicket& print : tickets_.WaitAndTakeAll(std::chrono::minutes(1))) {
      Render(print);
    }
    WipeStack();
  }
}

void PrintDesk::Render(const flows::PrintTicket& print) {
  printer::PrintOrder order;
  order.record_id = RandomUuid();
  {
    MutexLock lock(mutex_);
    if (copies_.size() > kMostCopiesKept) copies_.clear();
    // A copy asked for by a person is at least the second, also when another terminal or an
    // earlier run printed the first.
    int& copies = copies_[print.ticket.operation];
    copies = std::max(copies + 1, print.again ? 2 : 1);
    order.copy = copies;
    pages_.push_back({order.record_id, print.session});
  }
  printer::TicketSlip slip;
  slip.hospital = hospital_;
  slip.terminal = terminal_.Value();
  slip.zone = zone_;
  slip.ticket = print.ticket;
  slip.serial = print.ticket.serial;
  slip.printed_at = clock_.Now();
  slip.copy = order.copy;
  auto document = printer::RenderTicketSlip(slip, print.language);
  Status submitted;
  if (document) {
    order.document = std::move(*document);
    submitted = service_->Submit(order);
  }
  if (!document || !submitted) OnPrinter({order.record_id, printer::PrintEvent::Kind::Failed});
}

void PrintDesk::Abandon(flows::SessionNumber session) {
  std::vector<std::string> records;
  {
    MutexLock lock(mutex_);
    for (const Page& page : pages_) {
      if (page.session == session) records.push_back(page.record);
    }
  }
  for (const std::string& record : records) service_->Abandon(record);
}

void PrintDesk::OnPrinter(const printer::PrintEvent& event) {
  flows::SessionNumber session = 0;
  {
    MutexLock lock(mutex_);
    const auto page = std::find_if(pages_.begin(), pages_.end(), [&](const Page& candidate) {
      return candidate.record == event.record_id;
    });
    if (page != pages_.end()) {
      session = page->session;
      if (IsFinal(event.kind)) pages_.erase(page);
    }
  }
  // Pages of an earlier run belong to nobody who stands here now.
  if (session != 0) tell_(flows::PrintProgress{session, ToScreen(event.kind)});
}

}  // namespace yizhan::app
