#include "kiosk/app/config.h"

#include <optional>
#include <sstream>
#include <vector>

#include "base/settings.h"

namespace yizhan::app {
namespace {

using Section = Settings::Section;

/// ["中文", "English"] or "中文".
domain::LocalText Names(Section& section, const char* key,
                        std::optional<domain::LocalText> fallback) {
  std::optional<std::vector<std::string>> given;
  if (fallback) given = {fallback->zh, fallback->en};
  const std::vector<std::string> names = section.Texts(key, given);
  if (names.size() == 1) return {names[0], ""};
  if (names.size() == 2) return {names[0], names[1]};
  section.Say(key, "must be a text or [\"Chinese\", \"English\"]");
  return {};
}

std::chrono::milliseconds Seconds(std::int64_t count) { return std::chrono::seconds(count); }

void ReadTerminal(Section section, Config& config) {
  config.identity.terminal = domain::TerminalId(section.Text("id"));
  const std::string& id = config.identity.terminal.Value();
  const bool plain =
      !id.empty() && id.size() <= 8 &&
      id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
  if (!plain) section.Say("id", "must be 1 to 8 capital letters or digits");
  const std::string station = section.Text("station", "lobby");
  if (station == "registration") {
    config.terminal.station = flows::Station::Registration;
  } else if (station == "lab") {
    config.terminal.station = flows::Station::Lab;
  } else if (station != "lobby") {
    section.Say("station", "must be \"lobby\", \"registration\" or \"lab\"");
  }
  config.identity.hospital = Names(section, "hospital_name", std::nullopt);
  config.terminal.site = domain::SiteId(section.Text("site"));
  config.terminal.zone.offset_from_utc =
      std::chrono::minutes(section.Integer("utc_offset_minutes", -720, 840, 480));
  config.terminal.zone.day_begins =
      std::chrono::minutes(section.Integer("day_begins_minute", 0, 360, 0));
  config.terminal.triage_place =
      Names(section, "triage_place", domain::LocalText{"分诊台", "the triage desk"});
  config.terminal.cashier_place =
      Names(section, "cashier_place", domain::LocalText{"收费窗口", "the cashier"});
  config.terminal.lab_place =
      Names(section, "lab_place", domain::LocalText{"采血室", "the blood draw room"});
  config.terminal.report_place =
      Names(section, "report_place", domain::LocalText{"报告打印处", "the report desk"});
}

void ReadCheckIn(Section section, Config& config) {
  domain::CheckInPolicy& policy = config.terminal.check_in;
  policy.opens_before_start =
      std::chrono::minutes(section.Integer("opens_before_minutes", 0, 720, 30));
  policy.arrive_before_start =
      std::chrono::minutes(section.Integer("arrive_before_minutes", 0, 120, 15));
  policy.late_after_start = std::chrono::minutes(section.Integer("late_after_minutes", 0, 720, 20));
}

void ReadBooking(Section section, Config& config) {
  flows::Terminal& terminal = config.terminal;
  terminal.books = section.Switch("enabled", true);
  terminal.book_days = static_cast<int>(section.Integer("days", 1, 28, 14));
  domain::BookingPolicy& policy = terminal.booking;
  policy.check_in = terminal.check_in;
  policy.temporary_within_days =
      static_cast<int>(section.Integer("temporary_within_days", 0, 60, 0));
  policy.confirm_before = std::chrono::hours(section.Integer("confirm_before_hours", 0, 720, 24));
  policy.cancel_day_before_at =
      std::chrono::minutes(section.Integer("cancel_day_before_minute", 0, 1439, 1020));
  policy.cancel_same_day_before =
      std::chrono::minutes(section.Integer("cancel_same_day_before_minutes", 0, 720, 30));
  policy.penalty_percent = static_cast<int>(section.Integer("penalty_percent", 0, 100, 20));
}

void ReadTimes(Section section, Config& config) {
  config.times.idle = Seconds(section.Integer("idle_seconds", 30, 600, 120));
  config.times.paying = Seconds(section.Integer("paying_seconds", 60, 900, 300));
  config.times.warning = Seconds(section.Integer("warning_seconds", 20, 60, 20));
  if (config.times.warning >= config.times.idle) {
    section.Say("warning_seconds", "must be shorter than idle_seconds");
  }
}

void ReadHospital(Section section, Config& config) {
  config.hospital.base_url = section.Text("url");
  const std::string& url = config.hospital.base_url;
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    section.Say("url", "must begin with https:// (or http:// on the same machine)");
  }
  if (url.ends_with("/")) section.Say("url", "must not end with /");
  config.hospital.ca_file = section.Text("ca_file", "");
  config.hospital.certificate_file = section.Text("certificate_file", "");
  config.hospital.key_file = section.Text("key_file", "");
  config.hospital.timeout =
      std::chrono::milliseconds(section.Integer("timeout_ms", 500, 30'000, 4'000));
  config.hospital.connect_timeout =
      std::chrono::milliseconds(section.Integer("connect_timeout_ms", 100, 10'000, 1'000));
}

void ReadReader(Section section, Config& config) {
  config.reader.program = section.Text("program", "");
  config.reader.connection = section.Text("connection");
  config.reader.issuer = section.Text("issuer");
  config.reader.legacy_uid = section.Switch("legacy_uid", false);
  for (const auto& [id, key] : section.Table("keys")) {
    int number = 0;
    std::istringstream digits(id);
    const bool good_id = static_cast<bool>(digits >> number) && number >= 0 && number <= 255;
    if (key.size() != 64 || !good_id) {
      section.Say("keys", "must map a key id 0..255 to 64 hexadecimal digits");
      break;
    }
    config.reader.keys[number] = key;
  }
  if (config.reader.keys.empty() && !config.reader.legacy_uid) {
    section.Say("keys", "is missing: no card could ever be accepted");
  }
}

void ReadDisplay(Section section, Config& config) {
  config.display.width_px = static_cast<int>(section.Integer("width_px", 480, 7680, 1080));
  config.display.height_px = static_cast<int>(section.Integer("height_px", 480, 7680, 1920));
  config.display.diagonal_inches = section.Number("diagonal_inches", 10, 100, 21.5);
  config.display.fullscreen = section.Switch("fullscreen", true);
  const std::string renderer = section.Text("renderer", "software");
  if (renderer != "software" && renderer != "opengl") {
    section.Say("renderer", "must be \"software\" or \"opengl\"");
  }
  config.display.renderer = renderer == "opengl" ? ui::DisplayOptions::Renderer::OpenGl
                                                 : ui::DisplayOptions::Renderer::Software;
  config.display.lang_dir = section.Text("lang_dir", "");
}

void ReadPayment(Section section, Config& config) {
  Config::Payment& to = config.payment;
  to.platform.base_url = section.Text("url", "");
  to.platform.merchant = section.Text("merchant", "");
  to.key_file = section.Text("key_file", "");
  to.platform.ca_file = section.Text("ca_file", "");
  to.journal = section.Text("journal", "/var/lib/yizhan/payments.journal");
  to.platform.connect_timeout =
      std::chrono::milliseconds(section.Integer("connect_timeout_ms", 100, 10'000, 2'000));
  to.platform.timeout =
      std::chrono::milliseconds(section.Integer("timeout_ms", 500, 30'000, 5'000));
  const std::string& url = to.platform.base_url;
  config.terminal.can_pay = !url.empty();
  if (url.empty()) return;
  const bool is_http = url.starts_with("http://") || url.starts_with("https://");
  if (!is_http || url.ends_with('/')) {
    section.Say("url",
                "must begin with https:// (or http:// on the same machine), no / at the end");
  }
  if (to.platform.merchant.empty()) section.Say("merchant", "is missing: who is paid?");
  if (!to.journal.starts_with('/')) section.Say("journal", "must be an absolute path");
}

void ReadRest(Settings& settings, Config& config) {
  Section store = settings.Open("store");
  config.store_path = store.Text("path");
  config.store_key_file = store.Text("key_file", "");
  Section printer = settings.Open("printer");
  config.printer_uri = printer.Text("uri", "");
  config.label_printer_uri = printer.Text("labels", "");
  config.terminal.has_printer = !config.printer_uri.empty();
  Section automation = settings.Open("automation");
  config.automation_socket = automation.Text("socket", "");
}

Result<Config> Read(Result<Settings> settings) {
  if (!settings) return tl::unexpected<Error>(settings.error());
  Config config;
  ReadTerminal(settings->Open("terminal"), config);
  ReadCheckIn(settings->Open("check_in"), config);
  ReadBooking(settings->Open("booking"), config);
  ReadTimes(settings->Open("times"), config);
  ReadHospital(settings->Open("hospital"), config);
  ReadReader(settings->Open("reader"), config);
  ReadPayment(settings->Open("payment"), config);
  ReadDisplay(settings->Open("display"), config);
  ReadRest(*settings, config);
  if (Status problem = settings->Problem(); !problem) {
    return tl::unexpected<Error>(problem.error());
  }
  return config;
}

}  // namespace

Result<Config> ParseConfig(const std::string& text, const std::string& name) {
  return Read(Settings::Parse(text, name));
}

Result<Config> LoadConfig(const std::string& path) { return Read(Settings::Load(path)); }

}  // namespace yizhan::app
