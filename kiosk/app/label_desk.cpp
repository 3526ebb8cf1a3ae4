#include "kiosk/app/label_desk.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/wipe.h"
#include "kiosk/app/print_words.h"
#include "printer/documents/tube_label.h"
#include "printer/ipp/ipp_device.h"

namespace yizhan::app {
namespace {

using Kind = printer::PrintEvent::Kind;
using Print = screens::TicketModel::Print;

/// What is worst among several pages: higher counts.
int Badness(Kind kind) {
  switch (kind) {
    case Kind::Printed: return 0;
    case Kind::Printing: return 1;
    case Kind::PaperOut:
    case Kind::Jam:
    case Kind::CoverOpen:
    case Kind::PrinterAway: return 2;
    case Kind::Uncertain: return 3;
    case Kind::Failed: return 4;
  }
  return 4;
}

printer::TubeLabel LabelOf(const domain::LabLabel& label) {
  return {.barcode = label.barcode,
          .name = label.name,
          .sex = label.sex,
          .age = label.age,
          .number = label.number,
          .department = label.department,
          .tests = label.tests,
          .tube = label.colour.zh,
          .volume_ul = label.volume_ul,
          .minutes_after_first = label.minutes_after_first,
          .urgent = label.urgent,
          .place = label.place,
          .count = label.count,
          .reprints = label.reprints};
}

}  // namespace

Result<std::unique_ptr<LabelDesk>> LabelDesk::Open(const Config& config,
                                                   domain::PrintLedger& ledger, const Clock& clock,
                                                   std::function<void(flows::Event)> tell) {
  printer::IppOptions ipp;
  ipp.uri = config.label_printer_uri;
  auto device = printer::OpenIppDevice(ipp);
  if (!device) return tl::unexpected<Error>(device.error());
  std::unique_ptr<LabelDesk> desk(new LabelDesk(std::move(tell)));
  printer::PrintServiceOptions options;
  options.name = "labels";
  printer::PrintListener listener;
  LabelDesk* self = desk.get();
  listener.on_print = [self](const printer::PrintEvent& event) { self->OnPrinter(event); };
  desk->service_ = std::make_unique<printer::PrintService>(options, std::move(*device), ledger,
                                                           clock, std::move(listener));
  desk->thread_ = std::thread([self] { self->Run(); });
  return desk;
}

LabelDesk::~LabelDesk() { Stop(); }

void LabelDesk::Stop() {
  jobs_.Close();
  if (thread_.joinable()) thread_.join();
  if (service_) service_->Stop();
}

void LabelDesk::Print(flows::SessionNumber session, std::vector<domain::LabLabel> labels) {
  if (labels.empty()) return;
  if (!jobs_.Post({session, std::move(labels)})) {
    tell_(flows::LabelProgress{session, Print::Failed});
  }
}

void LabelDesk::Run() {
  while (!jobs_.Closed()) {
    for (const Job& job : jobs_.WaitAndTakeAll(std::chrono::minutes(1))) Render(job);
    WipeStack();
  }
}

void LabelDesk::Render(const Job& job) {
  std::vector<printer::PrintOrder> orders(job.labels.size());
  {
    MutexLock lock(mutex_);
    // Another patient's pages are all that is left of an earlier job: they are looked after by the
    // ledger.
    std::erase_if(pages_, [](const Page& page) { return IsFinal(page.kind); });
    for (printer::PrintOrder& order : orders) {
      order.record_id = RandomUuid();
      pages_.push_back({order.record_id, job.session, Kind::Printing});
    }
  }
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const std::string record = orders[i].record_id;
    auto document = printer::RenderTubeLabel(LabelOf(job.labels[i]));
    Status submitted;
    if (document) {
      orders[i].document = std::move(*document);
      submitted = service_->Submit(std::move(orders[i]));
    }
    if (!document || !submitted) OnPrinter({record, Kind::Failed});
  }
}

void LabelDesk::OnPrinter(const printer::PrintEvent& event) {
  flows::SessionNumber session = 0;
  Kind worst = Kind::Printed;
  {
    MutexLock lock(mutex_);
    const auto page = std::ranges::find(pages_, event.record_id, &Page::record);
    // Labels of an earlier run belong to nobody who stands here now.
    if (page == pages_.end()) return;
    page->kind = event.kind;
    session = page->session;
    for (const Page& one : pages_) {
      if (one.session == session && Badness(one.kind) > Badness(worst)) worst = one.kind;
    }
  }
  tell_(flows::LabelProgress{session, ToScreen(worst)});
}

}  // namespace yizhan::app
