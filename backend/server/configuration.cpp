#include "backend/server/configuration.h"

#include <algorithm>
#include <charconv>

#include "base/settings.h"

namespace yizhan::server {
namespace {

using Section = Settings::Section;

std::chrono::milliseconds Seconds(std::int64_t count) { return std::chrono::seconds(count); }

std::size_t Size(std::int64_t count) { return static_cast<std::size_t>(count); }

void ReadServer(Section section, Configuration& to) {
  to.listen = section.Text("listen", to.listen);
  to.open = section.Switch("open", false);
  HttpServerOptions& http = to.http;
  http.network_threads = Size(section.Integer("network_threads", 1, 64, 2));
  http.handler_threads = Size(section.Integer("handler_threads", 1, 512, 32));
  http.max_connections = Size(section.Integer("max_connections", 16, 100'000, 4096));
  http.max_connections_per_address =
      Size(section.Integer("max_connections_per_address", 0, 100'000, 256));
  http.max_event_streams = Size(section.Integer("max_event_streams", 1, 100'000, 2048));
  http.max_body_bytes = Size(section.Integer("max_body_mib", 1, 256, 8)) << 20U;
  http.max_header_bytes = Size(section.Integer("max_head_kib", 4, 64, 16)) << 10U;
  http.head_timeout = Seconds(section.Integer("head_timeout_seconds", 1, 300, 30));
  http.body_timeout = Seconds(section.Integer("body_timeout_seconds", 1, 300, 30));
  http.write_timeout = Seconds(section.Integer("write_timeout_seconds", 1, 300, 30));
}

void ReadTls(Section section, Configuration& to) {
  to.http.certificate_file = section.Text("certificate_file", "");
  to.http.key_file = section.Text("key_file", "");
  to.http.client_ca_file = section.Text("client_ca_file", "");
}

void ReadStore(Section section, Configuration& to) {
  to.store.folder = section.Text("folder", "");
  to.store.postgres = section.Text("postgres", "");
}

void ReadHospital(Section section, Configuration& to) {
  to.rules.zone.offset_from_utc =
      std::chrono::minutes(section.Integer("utc_offset_minutes", -720, 840, 480));
  to.rules.zone.day_begins = std::chrono::minutes(section.Integer("day_begins_minute", 0, 360, 0));
  to.rules.queues.order.recall_interval =
      static_cast<int>(section.Integer("recall_behind", 1, 20, 2));
}

void ReadCheckIn(Section section, Configuration& to) {
  domain::CheckInPolicy& policy = to.rules.check_in;
  policy.opens_before_start =
      std::chrono::minutes(section.Integer("opens_before_minutes", 0, 720, 30));
  policy.arrive_before_start =
      std::chrono::minutes(section.Integer("arrive_before_minutes", 0, 120, 15));
  policy.late_after_start = std::chrono::minutes(section.Integer("late_after_minutes", 0, 720, 20));
}

/// The clocks and the penalty; what the file does not say stays as it is.
void ReadPolicy(Section& section, domain::BookingPolicy& policy) {
  using std::chrono::minutes;
  const auto read = [&section](const char* key, std::int64_t lowest, std::int64_t highest,
                               minutes& value, std::int64_t unit = 1) {
    value = minutes(section.Integer(key, lowest, highest, value.count() / unit) * unit);
  };
  policy.penalty_percent =
      static_cast<int>(section.Integer("penalty_percent", 0, 100, policy.penalty_percent));
  read("lock_minutes", 1, 120, policy.lock_for);
  read("confirm_before_hours", 0, 720, policy.confirm_before, 60);
  read("cancel_day_before_minute", 0, 1439, policy.cancel_day_before_at);
  read("cancel_same_day_before_minutes", 0, 720, policy.cancel_same_day_before);
  policy.temporary_within_days = static_cast<int>(
      section.Integer("temporary_within_days", 0, 60, policy.temporary_within_days));
  read("offer_minutes", 1, 240, policy.offer_for);
  read("offer_same_day_minutes", 1, 240, policy.offer_for_same_day);
  read("warn_before_minutes", 0, 240, policy.warn_before_lapse);
  const std::int64_t cut_off =
      section.Integer("lapses_at_minute", -1, 1439,
                      policy.lapses_at_time_of_day ? policy.lapses_at_time_of_day->count() : -1);
  policy.lapses_at_time_of_day.reset();
  if (cut_off >= 0) policy.lapses_at_time_of_day = minutes(cut_off);
}

/// The hospital's policy, and a department's over it.
void ReadDepartments(Section& section, Configuration& to) {
  hospital::BookingRules& rules = to.rules.booking;
  for (auto& [id, own] : section.Tables("department")) {
    domain::BookingPolicy policy = rules.policy;
    policy.check_in = to.rules.check_in;
    ReadPolicy(own, policy);
    using std::chrono::minutes;
    minutes& late = policy.check_in.late_after_start;
    late = minutes(own.Integer("late_after_minutes", 0, 720, late.count()));
    minutes& early = policy.check_in.arrive_before_start;
    early = minutes(own.Integer("arrive_before_minutes", 0, 120, early.count()));
    rules.by_service.emplace(id, policy);
  }
}

/// The profile first, then what the file says otherwise.
void ReadBooking(Section section, Configuration& to) {
  const std::string profile = section.Text("profile", "demonstration");
  const bool is_public = profile == "public";
  if (!is_public && profile != "demonstration") {
    section.Say("profile", "must be demonstration or public");
  }
  hospital::BookingRules& rules = to.rules.booking;
  if (is_public) rules.policy.penalty_percent = 0;
  ReadPolicy(section, rules.policy);
  const auto count = [&section](const char* key, std::int64_t standard) {
    return static_cast<int>(section.Integer(key, 0, 50, standard));
  };
  rules.limits.per_day = count("most_per_day", 3);
  rules.limits.per_service_and_session = count("most_per_session", 2);
  rules.limits.per_doctor_and_day = count("most_per_doctor", 1);
  rules.no_show.count = count("no_shows", 3);
  rules.no_show.within = std::chrono::days(section.Integer("no_shows_within_days", 1, 730, 180));
  rules.no_show.barred_for = std::chrono::days(section.Integer("barred_days", 1, 730, 90));
  rules.most_added_per_session =
      static_cast<int>(section.Integer("added_numbers_per_session", 0, 100, 5));
  rules.release_after_least =
      std::chrono::minutes(section.Integer("resell_after_least_minutes", 0, 1440, 60));
  rules.release_after_most =
      std::chrono::minutes(section.Integer("resell_after_most_minutes", 0, 1440, 120));
  if (rules.release_after_most < rules.release_after_least) {
    section.Say("resell_after_most_minutes", "must not be less than resell_after_least_minutes");
  }
  rules.most_waiting = Size(section.Integer("most_waiting", 0, 1000, 200));
  rules.rebook_within = std::chrono::days(section.Integer("rebook_within_days", 1, 365, 30));
  ReadDepartments(section, to);
}

void ReadMessages(Section section, Configuration& to) {
  to.sms.url = section.Text("sms_gateway", "");
  to.sms.token_file = section.Text("sms_token_file", "");
  to.sms.ca_file = section.Text("sms_ca_file", "");
  const bool is_http = to.sms.url.starts_with("http://") || to.sms.url.starts_with("https://");
  if (!to.sms.url.empty() && (!is_http || to.sms.url.ends_with('/'))) {
    section.Say("sms_gateway", "must be http(s) without a slash at the end");
  }
  hospital::MessageRules& rules = to.rules.booking.messages;
  using std::chrono::minutes;
  rules.phone = section.Text("phone", "");
  rules.day_before_at = minutes(section.Integer("day_before_at_minute", 0, 1439, 1080));
  rules.same_day_before = minutes(section.Integer("same_day_before_minutes", 0, 1439, 120));
  rules.confirm_remind_before =
      std::chrono::hours(section.Integer("confirm_remind_before_hours", 0, 720, 24));
  rules.quiet_from = minutes(section.Integer("quiet_from_minute", 0, 1439, 1260));
  rules.quiet_until = minutes(section.Integer("quiet_until_minute", 0, 1439, 450));
  rules.most_attempts = static_cast<int>(section.Integer("most_attempts", 1, 50, 8));
}

void ReadPayment(Section section, Configuration& to) {
  hospital::PlatformRefundOptions& payment = to.payment;
  payment.url = section.Text("url", "");
  payment.merchant = section.Text("merchant", "");
  payment.key_file = section.Text("key_file", "");
  payment.ca_file = section.Text("ca_file", "");
  const std::string& url = payment.url;
  if (url.empty()) return;
  const bool is_http = url.starts_with("http://") || url.starts_with("https://");
  if (!is_http || url.ends_with('/')) {
    section.Say("url", "must be http(s) without a slash at the end");
  }
  if (payment.merchant.empty()) section.Say("merchant", "is missing: who pays back?");
  if (payment.key_file.empty()) section.Say("key_file", "is missing");
}

void ReadAccess(Section section, Configuration& to) {
  security::GateOptions& access = to.access;
  std::string& url = access.smart.public_url;
  url = section.Text("public_url", "");
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty() && !url.starts_with("https://")) {
    section.Say("public_url", "must begin with https://");
  }
  access.sessions.idle = std::chrono::minutes(section.Integer("idle_minutes", 1, 480, 30));
  access.sessions.absolute = std::chrono::hours(section.Integer("log_in_hours", 1, 24, 12));
  const auto rate = [&section](const char* key, std::int64_t standard, double bursts) {
    const auto per_second = static_cast<double>(section.Integer(key, 0, 1'000'000, standard));
    return security::Rate{per_second, per_second * bursts};
  };
  access.per_principal = rate("requests_per_second", 200, 5);
  access.per_address = rate("anonymous_requests_per_second", 50, 8);
  const auto log_ins = static_cast<double>(section.Integer("log_ins_per_minute", 0, 100'000, 60));
  access.per_secret = {log_ins / 60, std::max(5.0, log_ins / 3)};
}

Result<Configuration> Read(Result<Settings> settings) {
  if (!settings) return tl::unexpected<Error>(settings.error());
  Configuration configuration;
  ReadServer(settings->Open("server"), configuration);
  ReadTls(settings->Open("tls"), configuration);
  ReadStore(settings->Open("store"), configuration);
  ReadAccess(settings->Open("access"), configuration);
  ReadHospital(settings->Open("hospital"), configuration);
  ReadCheckIn(settings->Open("check_in"), configuration);
  ReadBooking(settings->Open("booking"), configuration);
  ReadMessages(settings->Open("messages"), configuration);
  ReadPayment(settings->Open("payment"), configuration);
  configuration.metrics.listen = settings->Open("metrics").Text("listen", "");
  if (Status problem = settings->Problem(); !problem) {
    return tl::unexpected<Error>(problem.error());
  }
  return configuration;
}

}  // namespace

Result<Configuration> LoadConfiguration(const std::string& path) {
  return Read(Settings::Load(path));
}

Result<Configuration> ParseConfiguration(const std::string& text, const std::string& name) {
  return Read(Settings::Parse(text, name));
}

std::string Endpoint::Text() const {
  const bool is_v6 = address.find(':') != std::string::npos;
  return (is_v6 ? '[' + address + ']' : address) + ':' + std::to_string(port);
}

Result<Endpoint> ParseEndpoint(const std::string& text, const std::string& what) {
  const std::size_t colon = text.rfind(':');
  Endpoint endpoint;
  if (colon != std::string::npos) {
    endpoint.address = text.substr(0, colon);
    if (endpoint.address.starts_with('[') && endpoint.address.ends_with(']')) {
      endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
    }
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    if (read.ec == std::errc() && read.ptr == end && !endpoint.address.empty()) return endpoint;
  }
  return Fail(ErrorCode::BadData, what + " must be ADDRESS:PORT");
}

std::string SecurityFolder(const Configuration& configuration) {
  return configuration.store.folder + "/security";
}

Status Settle(Configuration& configuration) {
  const Result<Endpoint> endpoint = ParseEndpoint(configuration.listen, "listen address");
  if (!endpoint) return tl::unexpected<Error>(endpoint.error());
  HttpServerOptions& http = configuration.http;
  http.address = endpoint->address;
  http.port = endpoint->port;
  // On loopback all clients, or a proxy in front of them, have one address.
  if (endpoint->IsLoopback()) http.max_connections_per_address = 0;
  if (http.certificate_file.empty() != http.key_file.empty()) {
    return Fail(ErrorCode::BadData, "certificate and key (--tls-cert, --tls-key) belong together");
  }
  if (configuration.open && !endpoint->IsLoopback()) {
    return Fail(ErrorCode::BadData, "--open is for loopback addresses only");
  }
  if (configuration.store.folder.empty()) {
    return Fail(ErrorCode::BadData, "--data (or store.folder in the configuration) is required");
  }
  if (!configuration.open) {
    const std::string folder = SecurityFolder(configuration);
    if (http.certificate_file.empty()) {
      http.certificate_file = folder + "/server.pem";
      http.key_file = folder + "/server.key";
    }
    if (http.client_ca_file.empty()) http.client_ca_file = folder + "/ca.pem";
    // Browsers have none: their users log in.
    http.client_certificate = ClientCertificate::Optional;
  }
  if (configuration.metrics.listen.empty()) return {};
  const Result<Endpoint> figures = ParseEndpoint(configuration.metrics.listen, "metrics.listen");
  if (!figures) return tl::unexpected<Error>(figures.error());
  if (!figures->IsLoopback()) {
    return Fail(ErrorCode::BadData, "metrics.listen must be a loopback address");
  }
  return {};
}

}  // namespace yizhan::server
