#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

#include "backend/hospital/booking/booking_clock.h"
#include "backend/hospital/demo/demo_hospital.h"
#include "backend/hospital/messages/message_clock.h"
#include "backend/hospital/pharmacy/pharmacy_clock.h"
#include "backend/hospital/refunds/refund_sender.h"
#include "backend/server/app.h"
#include "backend/server/commands/command.h"
#include "backend/server/commands/place.h"
#include "backend/server/commands/server_security.h"
#include "backend/server/fhir_operations/operation.h"
#include "backend/server/http_server.h"
#include "backend/server/metrics_page.h"
#include "backend/server/quick_read.h"
#include "backend/server/service_notify.h"
#include "base/log.h"

namespace yizhan::server {
namespace {

struct ServeOptions {
  PlaceOptions place;
  std::string listen;
  std::string metrics;
  bool demo = false;
  std::string demo_now;
  bool open = false;
  std::string certificate;
  std::string key;
  std::string client_ca;
};

/// Runs on from a given moment instead of the real one: for demonstrations and tests. Thread-safe.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(WallTime start) : shift_(start - SystemClock().Now()) {}
  [[nodiscard]] WallTime Now() const override { return SystemClock().Now() + shift_; }
  [[nodiscard]] MonotonicTime Monotonic() const override { return SystemClock().Monotonic(); }

 private:
  const std::chrono::milliseconds shift_;
};

void Override(std::string& key, const std::string& option) {
  if (!option.empty()) key = option;
}

/// The configuration with the command line over it.
Result<Configuration> ConfigurationOf(const ServeOptions& options) {
  Result<Configuration> configuration = ConfigurationAt(options.place);
  if (!configuration) return configuration;
  Override(configuration->listen, options.listen);
  Override(configuration->metrics.listen, options.metrics);
  Override(configuration->http.certificate_file, options.certificate);
  Override(configuration->http.key_file, options.key);
  Override(configuration->http.client_ca_file, options.client_ca);
  configuration->open = configuration->open || options.open;
  if (Status settled = Settle(*configuration); !settled) {
    return tl::unexpected<Error>(settled.error());
  }
  return configuration;
}

/// As many descriptors as the connections may need; the usual soft limit of 1024 is for programs
/// that use select().
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Threads inherit the mask: only who waits for these signals takes them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// The figures' own listener; null when there is none.
Result<std::unique_ptr<HttpServer>> OpenMetrics(const Configuration& configuration) {
  if (configuration.metrics.listen.empty()) return std::unique_ptr<HttpServer>();
  const Result<Endpoint> endpoint = ParseEndpoint(configuration.metrics.listen, "metrics.listen");
  if (!endpoint) return tl::unexpected<Error>(endpoint.error());
  HttpServerOptions options;
  options.address = endpoint->address;
  options.port = endpoint->port;
  options.network_threads = 1;
  options.handler_threads = 1;
  options.max_connections = 16;
  return HttpServer::Open(options, HandleMetrics);
}

/// The way out to telephones; null when there is none.
Result<std::unique_ptr<hospital::SmsGateway>> OpenGateway(const Configuration& configuration) {
  const Configuration::Sms& sms = configuration.sms;
  if (sms.url.empty()) return std::unique_ptr<hospital::SmsGateway>();
  hospital::HttpSmsOptions options{sms.url, "", sms.ca_file};
  if (!sms.token_file.empty()) {
    std::ifstream file(sms.token_file);
    if (!std::getline(file, options.token) || options.token.empty()) {
      return Fail(ErrorCode::NotFound, "messages.sms_token_file cannot be read");
    }
  }
  return hospital::OpenHttpSmsGateway(options);
}

/// Serves until a signal asks to stop.
Status ServeStore(const Configuration& configuration, store::ResourceStore& store,
                  const Clock& clock, const sigset_t& signals) {
  hospital::Hospital hospital(store, clock, configuration.rules);
  if (Status started = hospital.Start(); !started) return started;
  if (Status defined = PublishOperations(store); !defined) return defined;
  hospital::BookingClock booking_clock(hospital.Booking(), hospital.Queue());
  Result<std::unique_ptr<hospital::SmsGateway>> gateway = OpenGateway(configuration);
  if (!gateway) return tl::unexpected<Error>(gateway.error());
  const hospital::MessageClock message_clock(store, clock, hospital.Booking(), std::move(*gateway));
  hospital::PharmacyClock pharmacy_clock(hospital, store);
  std::optional<hospital::RefundClock> refund_clock;
  if (!configuration.payment.url.empty()) {
    auto refunds = hospital::OpenPlatformRefunds(configuration.payment);
    if (!refunds) return tl::unexpected<Error>(refunds.error());
    refund_clock.emplace(store, clock, std::move(*refunds));
  }
  const Result<ServerSecurity> security = OpenSecurity(store, clock, configuration);
  if (!security) return tl::unexpected<Error>(security.error());
  std::optional<App> app;
  if (configuration.open) {
    app.emplace(store, hospital, clock, App::Access::Open);
  } else {
    app.emplace(store, hospital, clock, *security->gate);
  }
  HttpServerOptions http = configuration.http;
  // SQLite answers a read by id from memory; a database elsewhere would keep a network thread.
  // Refusals are written by a thread of their own, so that nothing here waits for a disk.
  if (configuration.store.postgres.empty()) {
    http.quick = [&app](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (!IsQuickRead(request)) return std::nullopt;
      return app->Handle(request);
    };
  }
  const Result<std::unique_ptr<HttpServer>> metrics = OpenMetrics(configuration);
  if (!metrics) return tl::unexpected<Error>(metrics.error());
  Result<std::unique_ptr<HttpServer>> server = HttpServer::Open(
      std::move(http), [&app](const HttpRequest& request) { return app->Handle(request); });
  if (!server) return tl::unexpected<Error>(server.error());

  const Endpoint shown{configuration.http.address, (*server)->Port()};
  std::printf("listening on %s\n", shown.Text().c_str());
  if (*metrics) std::printf("metrics on port %d\n", int{(*metrics)->Port()});
  std::fflush(stdout);
  Log(LogEvent::Started, {{LogKey::Part, "hospital"}, {LogKey::Port, int{(*server)->Port()}}});
  NotifyService("READY=1");
  int received = 0;
  sigwait(&signals, &received);
  NotifyService("STOPPING=1");
  (*server)->Stop();
  Log(LogEvent::Stopped, {{LogKey::Part, "hospital"}});
  return {};
}

Status Serve(const ServeOptions& options) {
  const Result<Configuration> configuration = ConfigurationOf(options);
  if (!configuration) return tl::unexpected<Error>(configuration.error());
  std::optional<ShiftedClock> shifted;
  if (!options.demo_now.empty()) {
    const std::optional<WallTime> start = ParseInstant(options.demo_now);
    if (!start) {
      return Fail(ErrorCode::BadData, "--demo-now must be like 2026-03-10T08:45:00+08:00");
    }
    shifted.emplace(*start);
  }
  const Clock& clock = shifted ? static_cast<const Clock&>(*shifted) : SystemClock();
  RaiseDescriptorLimit();
  const sigset_t signals = BlockStopSignals();
  Result<std::unique_ptr<store::ResourceStore>> store = OpenStoreOf(*configuration, clock);
  if (!store) return tl::unexpected<Error>(store.error());
  if (options.demo) {
    hospital::DemoOptions demo;
    demo.now = clock.Now();
    demo.zone = configuration->rules.zone;
    if (Status made = hospital::MakeDemoHospital(**store, demo); !made) return made;
  }
  return ServeStore(*configuration, **store, clock, signals);
}

}  // namespace

Command AddServe(CLI::App& program) {
  CLI::App* serve =
      program.add_subcommand("serve", "Serve terminals, systems and staff pages until SIGTERM");
  const auto options = std::make_shared<ServeOptions>();
  AddPlaceOptions(*serve, options->place);
  serve->add_option("--listen", options->listen,
                    "ADDRESS:PORT; port 0 takes any free one (127.0.0.1:8080)");
  serve->add_flag("--open", options->open, "No authentication; loopback only");
  serve->add_option("--tls-cert", options->certificate, "Certificate chain (PEM)");
  serve->add_option("--tls-key", options->key, "Private key (PEM)");
  serve->add_option("--client-ca", options->client_ca, "CA of the client certificates (PEM)");
  serve->add_option("--metrics", options->metrics,
                    "ADDRESS:PORT on loopback with the figures for Prometheus at /metrics");
  serve->add_flag("--demo", options->demo, "Fill the store with a demonstration hospital");
  serve->add_option("--demo-now", options->demo_now, "Let the server's time start at this instant");
  return {serve, [options] {
            const Status served = Serve(*options);
            if (!served) {
              Log(LogEvent::ConfigurationBad, {{LogKey::Code, LogWord(served.error().code)}});
            }
            return ExitCode(served);
          }};
}

}  // namespace yizhan::server
