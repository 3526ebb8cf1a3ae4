#include "kiosk/app/print_desk.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/match.h"
#include "base/wipe.h"
#include "domain/money.h"
#include "kiosk/app/print_words.h"
#include "kiosk/flows/booking_facts.h"
#include "printer/documents/booking_slip.h"
#include "printer/documents/care_slip.h"
#include "printer/documents/draw_receipt.h"
#include "printer/documents/guide_sheet.h"
#include "printer/documents/ticket_slip.h"
#include "printer/ipp/ipp_device.h"

namespace yizhan::app {
namespace {

using Print = screens::TicketModel::Print;

constexpr std::size_t kMostCopiesKept = 4096;

flows::SessionNumber SessionOf(const PrintDesk::Job& job) {
  return std::visit([](const auto& print) { return print.session; }, job);
}

/// The same for every copy of one slip.
std::string WhatIsOn(const PrintDesk::Job& job) {
  return std::visit(
      Match{[](const flows::PrintTicket& print) { return print.ticket.operation.Value(); },
            [](const flows::PrintLab& print) { return print.lab.ticket.operation.Value(); },
            [](const flows::PrintGuide& print) { return print.sheet.sheet.Value(); },
            [](const flows::PrintCare& print) {
              const auto& tickets = print.tickets.tickets;
              return tickets.empty() ? std::string() : tickets[0].ticket.operation.Value() + "|c";
            },
            [](const flows::PrintBooking& print) {
              const auto state = static_cast<int>(print.booking.booking.state);
              return print.booking.id.Value() + (print.invitation ? "|i" : "|b") +
                     std::to_string(state) + '|' + print.booking.doctor_id;
            }},
      job);
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
      place_(config.terminal),
      clock_(clock),
      tell_(std::move(tell)) {}

PrintDesk::~PrintDesk() { Stop(); }

void PrintDesk::Stop() {
  jobs_.Close();
  if (thread_.joinable()) thread_.join();
  if (service_) service_->Stop();
}

void PrintDesk::Print(Job print) {
  const flows::SessionNumber session = SessionOf(print);
  if (!jobs_.Post(std::move(print))) tell_(flows::PrintProgress{session, Print::Failed});
}

void PrintDesk::Run() {
  // The first slip of a process loads the fonts: better now than with a patient waiting.
  static_cast<void>(printer::RenderTicketSlip({}, domain::Language::ZhCn));
  while (!jobs_.Closed()) {
    for (const Job& job : jobs_.WaitAndTakeAll(std::chrono::minutes(1))) Render(job);
    WipeStack();
  }
}

template <typename Slip>
Slip PrintDesk::Headed(int copy) const {
  Slip slip;
  slip.hospital = hospital_;
  slip.terminal = terminal_.Value();
  slip.zone = place_.zone;
  slip.printed_at = clock_.Now();
  slip.copy = copy;
  return slip;
}

Result<printer::Document> PrintDesk::ToPage(const flows::PrintTicket& print, int copy) const {
  auto slip = Headed<printer::TicketSlip>(copy);
  slip.ticket = print.ticket;
  slip.serial = print.ticket.serial;
  slip.check_up = print.check_up;
  return printer::RenderTicketSlip(slip, print.language);
}

Result<printer::Document> PrintDesk::ToPage(const flows::PrintBooking& print, int copy) const {
  auto slip = Headed<printer::BookingSlip>(copy);
  slip.booking = print.booking;
  slip.booking.times = flows::TimesOf(print.booking, place_);
  slip.masked_name = print.masked_name;
  return print.invitation ? printer::RenderInvitationSlip(slip, print.language)
                          : printer::RenderBookingSlip(slip, print.language);
}

Result<printer::Document> PrintDesk::ToPage(const flows::PrintLab& print, int copy) const {
  auto receipt = Headed<printer::DrawReceipt>(copy);
  receipt.ticket = print.lab.ticket;
  for (const domain::LabTestNotice& test : print.lab.tests) {
    receipt.tests.push_back({test.name, test.ready_at, test.ready_place, test.fasting_hours});
  }
  for (const domain::LabLabel& label : print.lab.labels) {
    receipt.tubes.push_back({label.barcode, label.colour, label.minutes_after_first});
  }
  if (print.lab.unpaid_minor > 0) receipt.unpaid = domain::FormatYuan(print.lab.unpaid_minor);
  receipt.pay_at = print.lab.pay_at;
  receipt.serial = print.lab.ticket.serial;
  return printer::RenderDrawReceipt(receipt, print.language);
}

Result<printer::Document> PrintDesk::ToPage(const flows::PrintGuide& print, int copy) const {
  auto sheet = Headed<printer::GuideSheet>(copy);
  sheet.sheet = print.sheet;
  sheet.masked_name = print.masked_name;
  return printer::RenderGuideSheet(sheet, print.language);
}

Result<printer::Document> PrintDesk::ToPage(const flows::PrintCare& print, int copy) const {
  auto slip = Headed<printer::CareSlip>(copy);
  slip.tickets = print.tickets;
  return printer::RenderCareSlip(slip, print.language);
}

void PrintDesk::Render(const Job& job) {
  printer::PrintOrder order;
  order.record_id = RandomUuid();
  {
    MutexLock lock(mutex_);
    if (copies_.size() > kMostCopiesKept) copies_.clear();
    // A copy asked for by a person is at least the second, also when another terminal or an
    // earlier run printed the first.
    int& copies = copies_[WhatIsOn(job)];
    const bool again = std::visit([](const auto& print) { return print.again; }, job);
    copies = std::max(copies + 1, again ? 2 : 1);
    order.copy = copies;
    pages_.push_back({order.record_id, SessionOf(job)});
  }
  auto document = std::visit([&](const auto& print) { return ToPage(print, order.copy); }, job);
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
