#include "kiosk/app/app.h"

#include <algorithm>

#include "base/log.h"
#include "base/match.h"
#include "base/wipe.h"
#include "drivers/payment/qr_platform.h"
#include "drivers/reader/reader_link.h"
#include "kiosk/app/hospital_seats.h"
#include "kiosk/app/label_desk.h"
#include "kiosk/app/payment_desk.h"
#include "kiosk/app/print_desk.h"
#include "kiosk/app/translate.h"
#include "offline-store/key.h"
#include "offline-store/print_ledger_table.h"

namespace yizhan::app {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostEvents = 1024;
constexpr std::size_t kMostRequests = 16;
constexpr auto kKeepPrintRecords = std::chrono::days(14);

LogWord ReasonOf(flows::EndSession::Reason reason) {
  using Reason = flows::EndSession::Reason;
  switch (reason) {
    case Reason::CardRemoved: return "card-removed";
    case Reason::OtherCard: return "other-card";
    case Reason::Exit: return "exit";
    case Reason::Idle: return "idle";
    case Reason::ReaderLost: return "reader-lost";
    case Reason::StoreFailed: return "store-failed";
  }
  return "unknown";
}

drivers::ReaderLinkOptions ReaderOptionsOf(const Config& config) {
  drivers::ReaderLinkOptions options;
  options.program = config.reader.program;
  options.reader.device = config.reader.connection;
  options.reader.issuer = config.reader.issuer;
  options.reader.keys = config.reader.keys;
  options.reader.legacy_uid = config.reader.legacy_uid;
  return options;
}

Result<offline::StoreKey> LoadStoreKey(const std::string& file) {
  if (!file.empty()) return offline::LoadKey(file);
  const auto path = offline::CredentialPath("store-key");
  if (!path) return tl::unexpected<Error>(path.error());
  return offline::LoadKey(*path);
}

sync::Station StationOf(const Config& config) {
  return {config.identity.terminal, config.terminal.site, config.terminal.zone,
          config.terminal.check_in};
}

Result<std::unique_ptr<PaymentDesk>> OpenPaymentDesk(const Config& config,
                                                     std::function<void(flows::Event)> tell) {
  std::string key_file = config.payment.key_file;
  if (key_file.empty()) {
    const auto path = offline::CredentialPath("payment-key");
    if (!path) return tl::unexpected<Error>(path.error());
    key_file = *path;
  }
  payment::PlatformOptions platform = config.payment.platform;
  auto key = payment::ReadKey(key_file, "payment.key_file");
  if (!key) return tl::unexpected<Error>(key.error());
  platform.key = std::move(*key);
  auto terminal = drivers::OpenQrPlatform(std::move(platform));
  if (!terminal) return tl::unexpected<Error>(terminal.error());
  auto seats = OpenHospitalSeats(config.hospital, StationOf(config), SystemClock());
  if (!seats) return tl::unexpected<Error>(seats.error());
  PaymentDeskOptions options;
  options.journal = config.payment.journal;
  return PaymentDesk::Open(std::move(options), std::move(*terminal), std::move(*seats),
                           SystemClock(), std::move(tell));
}

}  // namespace

/// Every thread beside the main one. Destroyed (and joined) before what they post to.
struct App::Workers {
  std::unique_ptr<offline::PrintLedgerTable> ledger;
  std::unique_ptr<PrintDesk> print_desk;  ///< Null: this terminal has no printer.
  std::unique_ptr<LabelDesk> label_desk;  ///< Null: no printer of labels.
  std::unique_ptr<sync::Gateway> gateway;
  std::unique_ptr<PaymentDesk> payment_desk;  ///< Null: nobody pays here.
  std::unique_ptr<drivers::ReaderLink> reader;

  ~Workers() {
    // What can make new work goes first.
    reader.reset();
    payment_desk.reset();
    gateway.reset();
    label_desk.reset();
    print_desk.reset();
  }
};

Result<std::unique_ptr<App>> App::Open(Config config) {
  std::unique_ptr<App> app(new App(std::move(config)));
  // The window first: it is what a waiting person sees of a start.
  auto display = ui::Display::Open(app->config_.display);
  if (!display) return tl::unexpected<Error>(display.error());
  app->display_ = std::move(*display);
  static_cast<void>(app->ShowCurrent());
  Log(LogEvent::FirstPixels);
  if (Status started = app->StartWorkers(); !started) {
    return tl::unexpected<Error>(started.error());
  }
  return app;
}

App::App(Config config)
    : config_(std::move(config)),
      session_(config_.terminal, config_.identity, config_.times),
      events_(kMostEvents, [this] { display_->Wake(); }),
      automation_requests_(kMostRequests, [this] { display_->Wake(); }) {}

App::~App() {
  events_.Close();
  automation_requests_.Close();
  // Unanswered requests end with their promises, so that the socket's thread can be joined.
  waiters_.clear();
  touches_.clear();
  static_cast<void>(automation_requests_.TakeAll());
  automation_.reset();
  workers_.reset();
  Log(LogEvent::Stopped);
}

Status App::StartWorkers() {
  auto key = LoadStoreKey(config_.store_key_file);
  if (!key) return tl::unexpected<Error>(key.error());
  auto database = offline::Database::Open({config_.store_path, std::move(*key)});
  if (!database) return tl::unexpected<Error>(database.error());
  database_ = std::move(*database);
  workers_ = std::make_unique<Workers>();
  const auto tell = [this](flows::Event event) { Post(std::move(event)); };

  if (config_.terminal.has_printer) {
    workers_->ledger = std::make_unique<offline::PrintLedgerTable>(*database_);
    if (Status pruned = workers_->ledger->PruneFinal(Now().wall - kKeepPrintRecords); !pruned) {
      return pruned;
    }
    auto desk = PrintDesk::Open(config_, *workers_->ledger, SystemClock(), tell);
    if (!desk) return tl::unexpected<Error>(desk.error());
    workers_->print_desk = std::move(*desk);
    if (!config_.label_printer_uri.empty()) {
      auto labels = LabelDesk::Open(config_, *workers_->ledger, SystemClock(), tell);
      if (!labels) return tl::unexpected<Error>(labels.error());
      workers_->label_desk = std::move(*labels);
    }
  }

  sync::GatewayOptions options;
  options.client = config_.hospital;
  options.station = StationOf(config_);
  auto gateway = sync::Gateway::Open(std::move(options), *database_, SystemClock(),
                                     [this](sync::News news) { Post(ToEvent(std::move(news))); });
  if (!gateway) return tl::unexpected<Error>(gateway.error());
  workers_->gateway = std::move(*gateway);
  workers_->gateway->Start();
  if (config_.terminal.can_pay) {
    auto payment_desk = OpenPaymentDesk(config_, tell);
    if (!payment_desk) return tl::unexpected<Error>(payment_desk.error());
    workers_->payment_desk = std::move(*payment_desk);
  }

  auto reader = drivers::ReaderLink::Start(
      ReaderOptionsOf(config_), [this](const drivers::CardEvent& event) { Post(ToEvent(event)); });
  if (!reader) return tl::unexpected<Error>(reader.error());
  workers_->reader = std::move(*reader);

  if (config_.automation_socket.empty()) return {};
  auto automation = Automation::Open(config_.automation_socket, [this](AutomationRequest request) {
    static_cast<void>(automation_requests_.Post(std::move(request)));
  });
  if (!automation) return tl::unexpected<Error>(automation.error());
  automation_ = std::move(*automation);
  return {};
}

flows::Moment App::Now() const { return {SystemClock().Now(), SystemClock().Monotonic()}; }

void App::Post(flows::Event event) {
  if (!events_.Post(std::move(event)) && !events_.Closed()) Log(LogEvent::MailboxFull);
}

void App::Quit() {
  quit_ = true;
  display_->Wake();
}

void App::Run() {
  Log(LogEvent::Started);
  while (!quit_ && !display_->ShouldQuit()) {
    const bool was_open = session_.Open();
    HandleAll();
    const std::vector<screens::Intent> intents = ShowCurrent();
    for (const screens::Intent& intent : intents) Handle(flows::Answered{intent});
    ServeAutomation();
    AnswerWaiters();
    if (was_open && !session_.Open()) WipeStack();
    const bool more = !intents.empty() || !touches_.empty();
    display_->WaitForInput(more ? milliseconds(0) : WaitTime());
  }
}

std::vector<screens::Intent> App::ShowCurrent() {
  frame_ = std::make_unique<screens::Frame>(session_.View(Now()));
  return display_->Draw(*frame_);
}

void App::HandleAll() {
  for (const flows::Event& event : events_.TakeAll()) Handle(event);
  const flows::Moment now = Now();
  const auto deadline = session_.NextDeadline(now);
  if (deadline && *deadline <= now.steady) Handle(flows::Tick{});
}

void App::Handle(const flows::Event& event) {
  for (flows::Effect& effect : session_.Handle(event, Now())) CarryOut(std::move(effect));
}

template <typename Slip>
void App::PrintSlip(Slip slip) {
  if (workers_->print_desk) workers_->print_desk->Print(std::move(slip));
}

void App::CarryOut(flows::Effect effect) {
  std::visit(
      Match{
          [&](flows::LookUpPatient& look_up) {
            Log(LogEvent::SessionStarted);
            if (!workers_->gateway->Post(sync::AskLookUp{look_up.session, look_up.card})) {
              Post(flows::LookUpFailed{look_up.session});
            }
          },
          [&](flows::CheckIn& check_in) {
            const flows::SessionNumber session = check_in.session;
            if (!workers_->gateway->Post(sync::AskCheckIn{session, std::move(check_in.visit),
                                                          std::move(check_in.masked_name)})) {
              Post(flows::CheckInFailed{session, false});
            }
          },
          [&](flows::AskBooking& ask) {
            const flows::SessionNumber session = ask.session;
            const int question = ask.question;
            if (!workers_->gateway->Post(
                    sync::AskBooking{session, question, std::move(ask.what)})) {
              Post(flows::BookingAnswered{session, question, domain::BookingFailed{}});
            }
          },
          [&](flows::AskCare& ask) {
            const flows::SessionNumber session = ask.session;
            const int question = ask.question;
            if (!workers_->gateway->Post(sync::AskCare{session, question, std::move(ask.what)})) {
              Post(flows::CareAnswered{session, question, domain::CareFailed{}});
            }
          },
          [&](flows::CheckInLab& lab) {
            const flows::SessionNumber session = lab.session;
            if (!workers_->gateway->Post(
                    sync::AskLab{session, std::move(lab.patient), std::move(lab.masked_name)})) {
              Post(flows::LabCheckInFailed{session, false});
            }
          },
          [&](flows::PrintLab& print) {
            if (workers_->label_desk) {
              workers_->label_desk->Print(print.session, print.lab.labels);
            } else {
              Post(flows::LabelProgress{print.session, screens::TicketModel::Print::NoPrinter});
            }
            PrintSlip(std::move(print));
          },
          [&](flows::PrintTicket& print) { PrintSlip(std::move(print)); },
          [&](flows::PrintBooking& print) { PrintSlip(std::move(print)); },
          [&](flows::PrintGuide& print) { PrintSlip(std::move(print)); },
          [&](flows::PrintCare& print) { PrintSlip(std::move(print)); },
          // Without a payment platform nobody is offered to pay.
          [&](const flows::PayFee& pay) {
            if (workers_->payment_desk) workers_->payment_desk->Pay(pay);
          },
          [&](const flows::GiveUpPayment& give_up) {
            if (workers_->payment_desk) workers_->payment_desk->GiveUp(give_up.session);
          },
          [&](const flows::AbandonPrint& abandon) {
            if (workers_->print_desk) workers_->print_desk->Abandon(abandon.session);
          },
          [&](const flows::CallForStaff&) {
            if (!workers_->gateway->Post(sync::AskStaffCall{})) {
              Post(flows::StaffCallAnswered{false});
            }
          },
          [&](const flows::EndSession& end) { EndSession(end); },
      },
      effect);
}

void App::EndSession(const flows::EndSession& end) {
  frame_ = std::make_unique<screens::Frame>();
  display_->Forget();
  if (workers_->payment_desk) workers_->payment_desk->Leave(end.session);
  Log(LogEvent::SessionEnded, {{LogKey::Reason, ReasonOf(end.reason)}});
}

milliseconds App::WaitTime() const {
  const flows::Moment now = Now();
  // The header shows the minute; nothing else on a quiet screen changes by itself.
  const auto to_minute =
      std::chrono::ceil<std::chrono::minutes>(now.wall + milliseconds(1)) - now.wall;
  milliseconds wait = std::chrono::ceil<milliseconds>(to_minute);
  const auto consider = [&](MonotonicTime at) {
    wait =
        std::min(wait, std::max(milliseconds(0), std::chrono::ceil<milliseconds>(at - now.steady)));
  };
  if (const auto deadline = session_.NextDeadline(now)) consider(*deadline);
  for (const Waiter& waiter : waiters_) consider(waiter.until);
  return wait;
}

}  // namespace yizhan::app
