#include "kiosk/app/config.h"

#include <toml++/toml.h>

#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

namespace yizhan::app {
namespace {

constexpr std::size_t kMostBytes = 64U << 10U;

/// Reads keys out of one table, remembers which were read, and collects what is wrong. The first
/// wrong thing is the answer.
class Section {
 public:
  Section(const toml::table& root, std::string name, std::string& problem)
      : table_(root[name].as_table()), name_(std::move(name)), problem_(problem) {
    if (table_ == nullptr && root.contains(name_)) Say("", "must be a table");
  }

  std::string Text(const char* key, std::optional<std::string> fallback = std::nullopt) {
    const toml::node* node = Take(key);
    if (node == nullptr) return Missing(key, fallback).value_or("");
    const auto value = node->value_exact<std::string>();
    if (!value) Say(key, "must be a text");
    return value.value_or("");
  }

  std::int64_t Integer(const char* key, std::int64_t lowest, std::int64_t highest,
                       std::optional<std::int64_t> fallback = std::nullopt) {
    const toml::node* node = Take(key);
    if (node == nullptr) return Missing(key, fallback).value_or(lowest);
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < lowest || *value > highest) {
      Say(key, "must be a whole number from " + std::to_string(lowest) + " to " +
                   std::to_string(highest));
    }
    return value.value_or(lowest);
  }

  double Number(const char* key, double lowest, double highest, double fallback) {
    const toml::node* node = Take(key);
    if (node == nullptr) return fallback;
    const auto value = node->value<double>();
    if (!value || !(*value >= lowest && *value <= highest)) {
      Say(key,
          "must be a number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    }
    return value.value_or(fallback);
  }

  bool Switch(const char* key, bool fallback) {
    const toml::node* node = Take(key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<bool>();
    if (!value) Say(key, "must be true or false");
    return value.value_or(fallback);
  }

  /// ["中文", "English"] or "中文".
  domain::LocalText Names(const char* key, std::optional<domain::LocalText> fallback) {
    const toml::node* node = Take(key);
    if (node == nullptr) return Missing(key, fallback).value_or(domain::LocalText{});
    if (const auto text = node->value_exact<std::string>()) return {*text, ""};
    const toml::array* both = node->as_array();
    if (both != nullptr && both->size() == 2) {
      const auto zh = (*both)[0].value_exact<std::string>();
      const auto en = (*both)[1].value_exact<std::string>();
      if (zh && en) return {*zh, *en};
    }
    Say(key, "must be a text or [\"Chinese\", \"English\"]");
    return {};
  }

  const toml::table* Table(const char* key) {
    const toml::node* node = Take(key);
    if (node == nullptr) return nullptr;
    if (node->as_table() == nullptr) Say(key, "must be a table");
    return node->as_table();
  }

  void Say(const std::string& key, const std::string& what) {
    if (problem_.empty()) problem_ = name_ + (key.empty() ? "" : "." + key) + " " + what;
  }

  /// Whatever was not read is a mistake.
  void Close() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
      if (!read_.contains(std::string(key.str()))) Say(std::string(key.str()), "is not known");
    }
  }

 private:
  const toml::node* Take(const char* key) {
    read_.insert(key);
    return table_ == nullptr ? nullptr : table_->get(key);
  }
  template <typename T>
  std::optional<T> Missing(const char* key, const std::optional<T>& fallback) {
    if (!fallback) Say(key, "is missing");
    return fallback;
  }

  const toml::table* table_;
  const std::string name_;
  std::string& problem_;
  std::set<std::string> read_;
};

std::chrono::milliseconds Seconds(std::int64_t count) { return std::chrono::seconds(count); }

void ReadTerminal(Section section, Config& config) {
  config.identity.terminal = domain::TerminalId(section.Text("id"));
  const std::string& id = config.identity.terminal.Value();
  const bool plain =
      !id.empty() && id.size() <= 8 &&
      id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
  if (!plain) section.Say("id", "must be 1 to 8 capital letters or digits");
  config.identity.hospital = section.Names("hospital_name", std::nullopt);
  config.terminal.site = domain::SiteId(section.Text("site"));
  config.terminal.zone.offset_from_utc =
      std::chrono::minutes(section.Integer("utc_offset_minutes", -720, 840, 480));
  config.terminal.triage_place =
      section.Names("triage_place", domain::LocalText{"分诊台", "the triage desk"});
  config.terminal.cashier_place =
      section.Names("cashier_place", domain::LocalText{"收费窗口", "the cashier"});
  config.terminal.lab_place =
      section.Names("lab_place", domain::LocalText{"采血室", "the blood draw room"});
  config.terminal.report_place =
      section.Names("report_place", domain::LocalText{"报告打印处", "the report desk"});
  section.Close();
}

void ReadCheckIn(Section section, Config& config) {
  domain::CheckInPolicy& policy = config.terminal.check_in;
  policy.opens_before_start =
      std::chrono::minutes(section.Integer("opens_before_minutes", 0, 720, 30));
  policy.arrive_before_start =
      std::chrono::minutes(section.Integer("arrive_before_minutes", 0, 120, 15));
  policy.late_after_start = std::chrono::minutes(section.Integer("late_after_minutes", 0, 720, 20));
  section.Close();
}

void ReadTimes(Section section, Config& config) {
  config.times.idle = Seconds(section.Integer("idle_seconds", 30, 600, 120));
  config.times.warning = Seconds(section.Integer("warning_seconds", 20, 60, 20));
  if (config.times.warning >= config.times.idle) {
    section.Say("warning_seconds", "must be shorter than idle_seconds");
  }
  section.Close();
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
  section.Close();
}

void ReadReader(Section section, Config& config) {
  config.reader.program = section.Text("program", "");
  config.reader.connection = section.Text("connection");
  config.reader.issuer = section.Text("issuer");
  config.reader.legacy_uid = section.Switch("legacy_uid", false);
  if (const toml::table* keys = section.Table("keys")) {
    for (const auto& [id, key] : *keys) {
      const auto hex = key.value_exact<std::string>();
      int number = 0;
      std::istringstream digits{std::string(id.str())};
      const bool good_id = static_cast<bool>(digits >> number) && number >= 0 && number <= 255;
      if (!hex || hex->size() != 64 || !good_id) {
        section.Say("keys", "must map a key id 0..255 to 64 hexadecimal digits");
        break;
      }
      config.reader.keys[number] = *hex;
    }
  }
  if (config.reader.keys.empty() && !config.reader.legacy_uid) {
    section.Say("keys", "is missing: no card could ever be accepted");
  }
  section.Close();
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
  section.Close();
}

void ReadRest(const toml::table& root, Config& config, std::string& problem) {
  Section store(root, "store", problem);
  config.store_path = store.Text("path");
  config.store_key_file = store.Text("key_file", "");
  store.Close();
  Section printer(root, "printer", problem);
  config.printer_uri = printer.Text("uri", "");
  config.terminal.has_printer = !config.printer_uri.empty();
  printer.Close();
  Section automation(root, "automation", problem);
  config.automation_socket = automation.Text("socket", "");
  automation.Close();
}

}  // namespace

Result<Config> ParseConfig(const std::string& text, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return Fail(ErrorCode::BadData, name + ":" + std::to_string(error.source().begin.line) + ": " +
                                        std::string(error.description()));
  }
  Config config;
  std::string problem;
  ReadTerminal(Section(root, "terminal", problem), config);
  ReadCheckIn(Section(root, "check_in", problem), config);
  ReadTimes(Section(root, "times", problem), config);
  ReadHospital(Section(root, "hospital", problem), config);
  ReadReader(Section(root, "reader", problem), config);
  ReadDisplay(Section(root, "display", problem), config);
  ReadRest(root, config, problem);
  static const std::set<std::string> kSections = {"terminal", "check_in", "times",
                                                  "hospital", "reader",   "display",
                                                  "store",    "printer",  "automation"};
  for (const auto& [key, node] : root) {
    if (!kSections.contains(std::string(key.str())) && problem.empty()) {
      problem = std::string(key.str()) + " is not known";
    }
  }
  if (!problem.empty()) return Fail(ErrorCode::BadData, name + ": " + problem);
  return config;
}

Result<Config> LoadConfig(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(ErrorCode::NotFound, path + ": cannot be read");
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMostBytes) return Fail(ErrorCode::BadData, path + ": is too large");
  return ParseConfig(text, path);
}

}  // namespace yizhan::app
