#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "backend/hospital/demo/demo_hospital.h"
#include "backend/server/app.h"
#include "backend/server/commands/command.h"
#include "backend/server/fhir_operations/operation.h"
#include "backend/server/http_server.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "base/log.h"

namespace yizhan::server {
namespace {

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";
  std::string data;
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

/// Splits "127.0.0.1:8080" or "[::1]:8080".
Result<HttpServerOptions> Endpoint(const ServeOptions& options) {
  const std::size_t colon = options.listen.rfind(':');
  HttpServerOptions server;
  int port = -1;
  if (colon != std::string::npos) {
    server.address = options.listen.substr(0, colon);
    if (server.address.starts_with('[') && server.address.ends_with(']')) {
      server.address = server.address.substr(1, server.address.size() - 2);
    }
    char* end = nullptr;
    const char* digits = options.listen.c_str() + colon + 1;
    const long parsed = std::strtol(digits, &end, 10);
    if (*digits != '\0' && *end == '\0' && parsed >= 0 && parsed <= 65535) {
      port = static_cast<int>(parsed);
    }
  }
  if (port < 0) return Fail(ErrorCode::BadData, "--listen must be ADDRESS:PORT");
  server.port = static_cast<std::uint16_t>(port);
  server.certificate_file = options.certificate;
  server.key_file = options.key;
  server.client_ca_file = options.client_ca;
  if (server.certificate_file.empty() != server.key_file.empty()) {
    return Fail(ErrorCode::BadData, "--tls-cert and --tls-key belong together");
  }
  const bool is_loopback = server.address == "::1" || server.address.starts_with("127.");
  if (options.open && !is_loopback) {
    return Fail(ErrorCode::BadData, "--open is for loopback addresses only");
  }
  if (!options.open && (server.certificate_file.empty() || server.client_ca_file.empty())) {
    return Fail(ErrorCode::BadData,
                "--tls-cert, --tls-key and --client-ca are required without --open");
  }
  return server;
}

/// Serves until a signal asks to stop.
Status Serve(const ServeOptions& options) {
  Result<HttpServerOptions> endpoint = Endpoint(options);
  if (!endpoint) return tl::unexpected<Error>(endpoint.error());
  std::optional<ShiftedClock> shifted;
  if (!options.demo_now.empty()) {
    const std::optional<WallTime> start = ParseInstant(options.demo_now);
    if (!start)
      return Fail(ErrorCode::BadData, "--demo-now must be like 2026-03-10T08:45:00+08:00");
    shifted.emplace(*start);
  }
  const Clock& clock = shifted ? static_cast<const Clock&>(*shifted) : SystemClock();

  // Threads inherit this mask; only this one takes the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  const hospital::HospitalOptions rules;
  Result<std::unique_ptr<store::ResourceStore>> store =
      store::OpenSqliteStore({options.data, rules.zone}, clock);
  if (!store) return tl::unexpected<Error>(store.error());
  if (options.demo) {
    hospital::DemoOptions demo;
    demo.now = clock.Now();
    demo.zone = rules.zone;
    if (Status made = hospital::MakeDemoHospital(**store, demo); !made) return made;
  }
  hospital::Hospital hospital(**store, clock, rules);
  if (Status started = hospital.Start(); !started) return started;
  if (Status defined = PublishOperations(**store); !defined) return defined;
  App app(**store, hospital, clock, options.open ? App::Access::Open : App::Access::Certificate);
  const bool is_v6 = endpoint->address.find(':') != std::string::npos;
  const std::string shown = is_v6 ? '[' + endpoint->address + ']' : endpoint->address;
  Result<std::unique_ptr<HttpServer>> server = HttpServer::Open(
      std::move(*endpoint), [&app](const HttpRequest& request) { return app.Handle(request); });
  if (!server) return tl::unexpected<Error>(server.error());

  std::printf("listening on %s:%d\n", shown.c_str(), int{(*server)->Port()});
  std::fflush(stdout);
  Log(LogEvent::Started, {{LogKey::Part, "hospital"}, {LogKey::Port, int{(*server)->Port()}}});
  int received = 0;
  sigwait(&signals, &received);
  (*server)->Stop();
  Log(LogEvent::Stopped, {{LogKey::Part, "hospital"}});
  return {};
}

}  // namespace

Command AddServe(CLI::App& program) {
  CLI::App* serve = program.add_subcommand("serve", "Serve until SIGTERM");
  const auto options = std::make_shared<ServeOptions>();
  serve->add_option("--listen", options->listen, "ADDRESS:PORT; port 0 takes any free one");
  serve->add_option("--data", options->data, "Folder of the store")->required();
  serve->add_flag("--demo", options->demo, "Fill the store with a demonstration hospital");
  serve->add_option("--demo-now", options->demo_now, "Let the server's time start at this instant");
  serve->add_flag("--open", options->open, "No authentication; loopback only");
  serve->add_option("--tls-cert", options->certificate, "Certificate chain (PEM)");
  serve->add_option("--tls-key", options->key, "Private key (PEM)");
  serve->add_option("--client-ca", options->client_ca, "CA of the client certificates (PEM)");
  return {serve, [options] {
            const Status served = Serve(*options);
            if (!served) {
              Log(LogEvent::ConfigurationBad, {{LogKey::Code, LogWord(served.error().code)}});
            }
            return ExitCode(served);
          }};
}

}  // namespace yizhan::server
