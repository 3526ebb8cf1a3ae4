#include <algorithm>

#include "base/log.h"
#include "base/match.h"
#include "printer/printer.h"

namespace yizhan::printer {
namespace {

using domain::PrintRecord;
using domain::PrintState;
using std::chrono::milliseconds;
using Kind = PrintEvent::Kind;

constexpr std::size_t kMaxCommands = 64;

/// What a patient should know about the device, when there is something.
std::optional<Kind> Trouble(const PrinterHealth& health) {
  if (!health.reachable) return Kind::PrinterAway;
  if (health.device.jam) return Kind::Jam;
  if (health.device.cover_open) return Kind::CoverOpen;
  if (health.device.paper_out) return Kind::PaperOut;
  if (health.device.other_trouble) return Kind::PrinterAway;
  return std::nullopt;
}

bool IsTrouble(std::optional<Kind> kind) {
  return kind == Kind::PrinterAway || kind == Kind::Jam || kind == Kind::CoverOpen ||
         kind == Kind::PaperOut;
}

LogWord Reason(Kind trouble) {
  switch (trouble) {
    case Kind::PaperOut: return "paper-out";
    case Kind::Jam: return "jam";
    case Kind::CoverOpen: return "cover-open";
    default: return "away";
  }
}

}  // namespace

PrintService::PrintService(PrintServiceOptions options, std::unique_ptr<PrintDevice> device,
                           domain::PrintLedger& ledger, const Clock& clock, PrintListener listener)
    : options_(std::move(options)),
      device_(std::move(device)),
      ledger_(ledger),
      clock_(clock),
      listener_(std::move(listener)),
      commands_(kMaxCommands),
      thread_([this] { Run(); }) {}

PrintService::~PrintService() { Stop(); }

void PrintService::Stop() {
  stopping_ = true;
  device_->Cancel();
  commands_.Close();
  if (thread_.joinable()) thread_.join();
}

Status PrintService::Submit(PrintOrder order) {
  if (!commands_.Post(std::move(order))) return Fail(ErrorCode::Busy, "too many pages wait");
  return {};
}

void PrintService::Abandon(const std::string& record_id) {
  // Without room the page gives itself up after its own time.
  if (!commands_.Post(AbandonOrder{record_id})) Log(LogEvent::MailboxFull);
}

void PrintService::Run() {
  Recover();
  while (!stopping_) {
    if (pages_.empty()) {
      LookAfterDevice();
      TakeCommands(options_.health_poll);
    } else {
      TakeCommands(milliseconds(0));
      Step(pages_.front());
      if (pages_.front().machine.Next(clock_.Monotonic()) == JobMachine::Action::Finished) {
        TellFinal(pages_.front());
        pages_.pop_front();
      }
    }
  }
}

void PrintService::Recover() {
  const auto open = ledger_.Open();
  if (!open) {
    Log(LogEvent::StoreFailed, {{LogKey::Code, open.error().code}});
    return;
  }
  const WallTime now = clock_.Now();
  for (const PrintRecord& record : *open) {
    if (record.printer != options_.name) continue;
    // A clock that went back makes pages look new: printing an old one is the smaller harm.
    const bool wanted = now - record.changed_at <= options_.resume_within;
    pages_.push_back(
        {JobMachine::Recovered(record, wanted, options_.limits, clock_.Monotonic()), {}});
  }
}

void PrintService::TakeCommands(milliseconds wait) {
  auto commands = wait.count() > 0 ? commands_.WaitAndTakeAll(wait) : commands_.TakeAll();
  for (Command& command : commands) {
    std::visit(Match{[this](PrintOrder& order) { Accept(std::move(order)); },
                     [this](const AbandonOrder& order) {
                       for (Page& page : pages_) {
                         if (page.machine.Record().id == order.record_id) {
                           page.machine.Abandon(clock_.Monotonic());
                         }
                       }
                     }},
               command);
  }
  // A page that nobody waits for need not wait for its turn to be given up.
  for (std::size_t at = 1; at < pages_.size();) {
    Page& page = pages_[at];
    if (!page.machine.Abandoned() || page.machine.Record().state != PrintState::Ready) {
      ++at;
      continue;
    }
    Step(page);
    TellFinal(page);
    pages_.erase(pages_.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

void PrintService::Accept(PrintOrder order) {
  const PrintRecord record{.id = std::move(order.record_id),
                           .state = PrintState::Ready,
                           .printer = options_.name,
                           .attempt = 0,
                           .job_id = 0,
                           .pages = order.document.pages,
                           .copy = order.copy,
                           .changed_at = clock_.Now()};
  if (Status kept = ledger_.Add(record, Pack(order.document)); !kept) {
    Log(LogEvent::StoreFailed, {{LogKey::Code, kept.error().code}});
    if (listener_.on_print) listener_.on_print({record.id, Kind::Failed});
    return;
  }
  pages_.push_back({JobMachine::Fresh(record, options_.limits, clock_.Monotonic()), {}});
  if (health_) TellTrouble();
}

void PrintService::Step(Page& page) {
  switch (page.machine.Next(clock_.Monotonic())) {
    case JobMachine::Action::Store: Store(page); break;
    case JobMachine::Action::Probe: page.machine.OnProbe(AskDevice()); break;
    case JobMachine::Action::Create: Create(page); break;
    case JobMachine::Action::Send: Send(page); break;
    case JobMachine::Action::Observe: Observe(page); break;
    case JobMachine::Action::Find:
      page.machine.OnFind(device_->FindJob(JobName(page.machine.Record())));
      break;
    case JobMachine::Action::Cancel:
      page.machine.OnCancel(device_->CancelJob(page.machine.Record().job_id));
      break;
    case JobMachine::Action::Pause: {
      const milliseconds length = page.machine.PauseLength();
      page.machine.OnPaused();
      TakeCommands(length);  // May move the pages: `page` is not used after it.
      break;
    }
    case JobMachine::Action::Finished: break;
  }
}

void PrintService::Store(Page& page) {
  PrintRecord record = page.machine.Record();
  record.changed_at = clock_.Now();
  if (Status kept = ledger_.Update(record); !kept) {
    Log(LogEvent::StoreFailed, {{LogKey::Code, kept.error().code}});
    page.machine.OnStoreFailed();
    return;
  }
  page.machine.OnStored();
}

Result<Document> PrintService::LoadDocument(const Page& page) {
  const auto packed = ledger_.Document(page.machine.Record().id);
  if (!packed) return tl::unexpected<Error>(packed.error());
  return Unpack(*packed);
}

void PrintService::Create(Page& page) {
  const auto document = LoadDocument(page);
  if (!document) {
    page.machine.OnCreate(Fail(ErrorCode::BadData, "document is not in the ledger"));
    return;
  }
  page.machine.OnCreate(device_->CreateJob(JobName(page.machine.Record()), *document));
}

void PrintService::Send(Page& page) {
  const auto document = LoadDocument(page);
  if (!document) {
    page.machine.OnSend(Fail(ErrorCode::BadData, "document is not in the ledger"));
    return;
  }
  const Status sent = device_->SendDocument(page.machine.Record().job_id, *document);
  page.machine.OnSend(sent);
  if (sent && !IsTrouble(page.last_told)) Tell(page, Kind::Printing);
}

void PrintService::Observe(Page& page) {
  const auto status = AskDevice();
  const bool stands_still = status && status->StandsStill();
  page.machine.OnObserve(device_->Job(page.machine.Record().job_id), stands_still,
                         clock_.Monotonic());
}

void PrintService::LookAfterDevice() {
  const MonotonicTime now = clock_.Monotonic();
  if (last_look_ && now - *last_look_ < options_.health_poll) return;
  [[maybe_unused]] const auto status = AskDevice();
}

Result<DeviceStatus> PrintService::AskDevice() {
  auto status = device_->Status();
  last_look_ = clock_.Monotonic();
  if (!status && status.error().code == ErrorCode::Cancelled) return status;
  PrinterHealth health{.reachable = status.has_value(), .device = {}};
  if (status) {
    health.device = *status;
    health.device.busy = false;  // Comes and goes with each page: no matter of health.
  }
  NoteHealth(health);
  return status;
}

void PrintService::NoteHealth(const PrinterHealth& health) {
  if (health_ == health) return;
  const auto before = health_ ? Trouble(*health_) : std::nullopt;
  const auto after = Trouble(health);
  const bool first = !health_;
  health_ = health;
  if (after && after != before) Log(LogEvent::PrinterTrouble, {{LogKey::Reason, Reason(*after)}});
  if (!after && (first || before)) Log(LogEvent::PrinterReady);
  if (listener_.on_health) listener_.on_health(health);
  TellTrouble();
}

void PrintService::TellTrouble() {
  const auto trouble = Trouble(*health_);
  for (Page& page : pages_) {
    if (trouble) {
      Tell(page, *trouble);
    } else if (IsTrouble(page.last_told)) {
      Tell(page, Kind::Printing);
    }
  }
}

void PrintService::Tell(Page& page, Kind kind) {
  if (page.machine.Abandoned() || page.last_told == kind) return;
  page.last_told = kind;
  if (listener_.on_print) listener_.on_print({page.machine.Record().id, kind});
}

void PrintService::TellFinal(Page& page) {
  const PrintRecord& record = page.machine.Record();
  Kind kind = Kind::Failed;
  if (record.state == PrintState::Printed) {
    kind = Kind::Printed;
    Log(LogEvent::Printed, {{LogKey::Attempt, record.attempt}});
  } else if (record.state == PrintState::Uncertain) {
    kind = Kind::Uncertain;
    Log(LogEvent::PrintUncertain, {{LogKey::Attempt, record.attempt}});
  }
  if (listener_.on_print) listener_.on_print({record.id, kind});
}

}  // namespace yizhan::printer
