#include "tests/e2e/world.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "base/clock.h"
#include "base/crypto.h"

namespace yizhan::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kStartLimit{60'000};
constexpr const char* kIssuer = "YZ01";
/// Nobody waits behind more people than this.
constexpr int kMostCalls = 300;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.pop_back();
  }
  return text;
}

}  // namespace

Result<std::vector<Persona>> Personas() {
  const std::string command = std::string("'") + YIZHAN_HOSPITAL_PROGRAM + "' demo-cards";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return Fail(ErrorCode::Internal, "demo-cards cannot be started");
  std::string text;
  std::array<char, 256> piece{};
  while (std::fgets(piece.data(), static_cast<int>(piece.size()), pipe) != nullptr) {
    text += piece.data();
  }
  ::pclose(pipe);
  std::vector<Persona> personas;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    Persona persona;
    if (fields >> persona.card_number >> persona.kind) {
      fields >> persona.uid;
      personas.push_back(std::move(persona));
    }
  }
  return personas;
}

Result<std::string> PersonaCard(const std::string& kind, int nth) {
  const auto personas = Personas();
  if (!personas) return tl::unexpected<Error>(personas.error());
  for (const Persona& persona : *personas) {
    if (persona.kind == kind && nth-- == 0) return persona.card_number;
  }
  return Fail(ErrorCode::NotFound, "no such person in the demonstration hospital: " + kind);
}

Result<std::unique_ptr<World>> World::Start(WorldOptions options) {
  std::unique_ptr<World> world(new World(std::move(options)));
  rig::RigProcessOptions devices;
  devices.paced = world->options_.paced;
  auto rig = rig::RigProcess::Start(devices);
  if (!rig) return tl::unexpected<Error>(rig.error());
  world->rig_.emplace(std::move(*rig));
  const auto port = rig::FreePort();
  if (!port) return tl::unexpected<Error>(port.error());
  world->port_ = *port;
  fhir::ClientOptions client;
  client.base_url = world->ServerUrl();
  client.media_type = "application/json";  // For the acts of staff.
  auto opened = fhir::Client::Open(client);
  if (!opened) return tl::unexpected<Error>(opened.error());
  world->client_ = std::move(*opened);
  if (Status keys = world->MakeKeys(); !keys) return tl::unexpected<Error>(keys.error());
  if (Status hospital = world->StartHospital(); !hospital) {
    return tl::unexpected<Error>(hospital.error());
  }
  if (Status kiosk = world->StartKiosk(); !kiosk) return tl::unexpected<Error>(kiosk.error());
  return world;
}

std::string World::Address() const { return "127.0.0.1:" + std::to_string(port_); }

std::string World::ServerUrl() const { return "http://" + Address(); }

Status World::MakeKeys() {
  const auto made = rig_->RunTool({"make-key"});
  if (!made) return tl::unexpected<Error>(made.error());
  issuer_key_ = Trimmed(*made);
  std::ofstream key(options_.dir + "/store.key");
  key << ToHex(RandomBytes(32)) << '\n';
  key.close();
  // What the rig's platform signs with (tests/rig/README.md).
  std::ofstream(options_.dir + "/payment.key") << "the rig's payment key\n";
  if (!key || ::chmod((options_.dir + "/store.key").c_str(), 0600) != 0) {
    return Fail(ErrorCode::Internal, "the store's key cannot be written");
  }
  return {};
}

Status World::StartHospital() {
  const std::string data = options_.dir + "/hospital";
  rig::ChildOptions child;
  child.arguments = {
      YIZHAN_HOSPITAL_PROGRAM, "serve", "--listen", Address(), "--data", data, "--open"};
  // Only the first start makes the demonstration; later ones find what was left behind.
  if (!std::filesystem::exists(data)) child.arguments.emplace_back("--demo");
  std::ofstream config(options_.dir + "/hospital.toml");
  config << "[payment]\nurl = \"" << Trimmed(ReadAll(rig_->Dir() + "/payment.url"))
         << "\"\nmerchant = \"rig\"\nkey_file = \"" << options_.dir << "/payment.key\"\n";
  // A department with limits of its own: what a terminal says must follow.
  for (const char* id : {"exam-ultrasound", "exam-ct"}) {
    config << "[booking.department." << id << "]\ncancel_day_before_minute = 1200\n";
  }
  config.close();
  child.arguments.insert(child.arguments.end(), {"--config", options_.dir + "/hospital.toml"});
  child.log_path = options_.dir + "/hospital.log";
  auto started = rig::ChildProcess::Start(child);
  if (!started) return tl::unexpected<Error>(started.error());
  hospital_ = std::move(*started);
  const bool listens = rig::WaitUntil(
      [&] { return !hospital_.Running() || rig::WaitForPort(port_, milliseconds(200)); },
      kStartLimit);
  if (!listens || !hospital_.Running()) {
    return Fail(ErrorCode::Timeout, "the hospital does not start:\n" + ReadAll(child.log_path));
  }
  return {};
}

Status World::WriteConfig(int idle_seconds) const {
  std::ofstream config(options_.dir + "/kiosk.toml");
  config << "[terminal]\nid = \"" << (label_rig_ ? "L1" : options_.terminal) << "\"\nstation = \""
         << (label_rig_ ? "lab" : "lobby") << "\"\nsite = \"site-main\"\n"
         << "hospital_name = [\"市第一人民医院\", \"First People's Hospital\"]\n"
         << "cashier_place = [\"门诊楼 1 层收费处\", \"the cashier, floor 1\"]\n"
         << "lab_place = [\"门诊楼 1 层采血室\", \"the blood draw room, floor 1\"]\n"
         << "report_place = [\"门诊楼 1 层报告打印处\", \"the report desk, floor 1\"]\n"
         << "triage_place = [\"各楼层分诊台\", \"the triage desk on each floor\"]\n"
         << "[times]\nidle_seconds = " << idle_seconds << "\n"
         << "[hospital]\nurl = \"" << ServerUrl() << "/fhir\"\n"
         << "[reader]\nconnection = \"" << rig_->ReaderDevice() << "\"\nissuer = \"" << kIssuer
         << "\"\nlegacy_uid = " << (options_.legacy_uid ? "true" : "false")
         << "\n[reader.keys]\n1 = \"" << issuer_key_ << "\"\n"
         << "[display]\nfullscreen = false\n"
         << "[store]\npath = \"" << options_.dir << (label_rig_ ? "/lab.db" : "/kiosk.db")
         << "\"\nkey_file = \"" << options_.dir << "/store.key\"\n[printer]\nuri = \""
         << rig_->PrinterUri() << "\"\n"
         << (label_rig_ ? "labels = \"" + label_rig_->PrinterUri() + "\"\n" : "")
         << "[payment]\nurl = \"" << Trimmed(ReadAll(rig_->Dir() + "/payment.url"))
         << "\"\nmerchant = \"rig\"\nkey_file = \"" << options_.dir
         << "/payment.key\"\njournal = \"" << options_.dir << "/payments.journal\"\n"
         << "[automation]\nsocket = \"" << options_.dir << "/kiosk.sock\"\n";
  config.close();
  return config ? Status() : Fail(ErrorCode::Internal, "the configuration cannot be written");
}

Status World::StartKiosk(int idle_seconds) {
  if (Status written = WriteConfig(idle_seconds); !written) return written;
  rig::ChildOptions child;
  child.arguments = {YIZHAN_KIOSK_PROGRAM, "--config", options_.dir + "/kiosk.toml"};
  if (!options_.windowed) child.environment = {{"SDL_VIDEODRIVER", "offscreen"}};
  child.log_path = options_.dir + "/kiosk.log";
  auto started = rig::ChildProcess::Start(child);
  if (!started) return tl::unexpected<Error>(started.error());
  kiosk_ = std::move(*started);
  auto terminal = AutomationClient::Connect(options_.dir + "/kiosk.sock", kStartLimit);
  if (!terminal) {
    return Fail(ErrorCode::Timeout, "the terminal does not start:\n" + KioskLog());
  }
  terminal_.emplace(std::move(*terminal));
  return {};
}

Status World::StartLabTerminal() {
  auto labels = rig::RigProcess::Start();
  if (!labels) return tl::unexpected<Error>(labels.error());
  label_rig_.emplace(std::move(*labels));
  StopKiosk();
  return StartKiosk();
}

std::vector<rig::PrintedDocument> World::Labels() const {
  return label_rig_ ? label_rig_->Printed() : std::vector<rig::PrintedDocument>();
}

void World::StopKiosk() {
  terminal_.reset();
  kiosk_.Kill();
  ::unlink((options_.dir + "/kiosk.sock").c_str());
}

Result<std::string> World::CardOf(const std::string& number, const std::string& type,
                                  std::string name) {
  if (name.empty()) name = "card-" + number + "-" + type;
  const auto made =
      rig_->RunTool({"make-card", "--name", name, "--key", rig_->Dir() + "/private.pem", "--issuer",
                     kIssuer, "--number", number, "--type", type});
  if (!made) return tl::unexpected<Error>(made.error());
  return name;
}

Status World::Present(const std::string& card) {
  const auto done = rig_->Ask("present " + card);
  return done ? Status() : Status(tl::unexpected<Error>(done.error()));
}

Status World::RemoveCard() {
  const auto done = rig_->Ask("remove");
  return done ? Status() : Status(tl::unexpected<Error>(done.error()));
}

Result<fhir::Json> World::Await(const std::string& page, const std::string& text,
                                milliseconds timeout) {
  const MonotonicTime until = SystemClock().Monotonic() + timeout;
  Result<fhir::Json> state = terminal_->Await(page, timeout);
  while (state && !text.empty() && !Shows(*state, text)) {
    if (SystemClock().Monotonic() > until) {
      return Fail(ErrorCode::Timeout, page + " without: " + text + "\n" + state->Write(true));
    }
    state = terminal_->Await(page, milliseconds(1'000));
  }
  if (!state) {
    const auto now = terminal_->State();
    return Fail(state.error().code,
                state.error().detail + "\n" + (now ? now->Write(true) : now.error().detail));
  }
  return state;
}

Status World::AwaitOffline(bool offline) {
  const bool is = rig::WaitUntil(
      [&] {
        const auto state = terminal_->State();
        return state && (*state)["offline"].AsBoolean() == offline;
      },
      kStartLimit);
  return is ? Status() : Fail(ErrorCode::Timeout, "the terminal does not notice");
}

Status World::AwaitEvent(const std::string& event) {
  const bool seen = rig::WaitUntil(
      [&] {
        const std::string log = KioskLog();
        const auto start = log.rfind("\"first-pixels\"");
        return start != std::string::npos &&
               log.find("\"event\":\"" + event + "\"", start) != std::string::npos;
      },
      kStartLimit);
  return seen ? Status() : Fail(ErrorCode::Timeout, "the terminal never says " + event);
}

Result<fhir::Json> World::Ask(const fhir::Request& request) {
  auto response = client_->Send(request);
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status != 200 && response->status != 201) {
    return Fail(ErrorCode::Refused, request.path + ": status " + std::to_string(response->status));
  }
  return std::move(response->body);
}

Result<fhir::Json> World::Get(const std::string& path) { return Ask({.path = path}); }

Result<fhir::Json> World::Post(const std::string& path, fhir::Json body) {
  return Ask({.method = "POST", .path = path, .body = std::move(body)});
}

Result<int> World::TicketsOf(const std::string& card_number) {
  const auto found =
      Get("fhir/Task?patient.identifier=" +
          fhir::EncodeQuery(std::string(fhir::systems::kCardNumber) + "|" + card_number) +
          "&code=" + fhir::EncodeQuery(std::string(fhir::systems::kTaskCode) + "|queue-ticket"));
  if (!found) return tl::unexpected<Error>(found.error());
  return static_cast<int>((*found)["entry"].Items().size());
}

Result<std::string> World::RoomOf(const std::string& number) {
  const auto found =
      Get("fhir/Task?identifier=" +
          fhir::EncodeQuery(std::string(fhir::systems::kTicketNumber) + '|' + number));
  if (!found) return tl::unexpected<Error>(found.error());
  for (const fhir::Json& entry : (*found)["entry"].Items()) {
    std::string room = fhir::ReferencedId(entry["resource"]["location"], "Location");
    if (!room.empty()) return room;
  }
  return Fail(ErrorCode::NotFound, "the hospital has no such ticket");
}

Status World::CallUpTo(const std::string& number) {
  const auto room = RoomOf(number);
  if (!room) return tl::unexpected<Error>(room.error());
  for (int calls = 0; calls < kMostCalls; ++calls) {
    fhir::Json act;
    act.Set("room", fhir::Json::String(*room));
    const auto called = Post("api/desk/next", std::move(act));
    if (!called) return tl::unexpected<Error>(called.error());
    if ((*called)["number"].AsString() == number) return {};
  }
  return Fail(ErrorCode::NotFound, "it never is this patient's turn");
}

Result<fhir::Json> World::CallOnScreen(const std::string& number) {
  const auto places = Get("api/places");
  if (!places) return tl::unexpected<Error>(places.error());
  for (const fhir::Json& service : (*places)["services"].Items()) {
    const auto screen = Get("api/screen?area=" + service["area"]["id"].AsString());
    if (!screen) return tl::unexpected<Error>(screen.error());
    for (const fhir::Json& call : (*screen)["calls"].Items()) {
      if (call["number"].AsString() == number) return call;
    }
  }
  return Fail(ErrorCode::NotFound, "no call screen shows the number");
}

std::optional<WallTime> World::FirstPixels() const {
  const std::string log = KioskLog();
  const auto event = log.rfind("\"event\":\"first-pixels\"");
  const auto line = event == std::string::npos ? event : log.rfind('{', event);
  if (line == std::string::npos) return std::nullopt;
  const Result<fhir::Json> entry = fhir::Json::Parse(log.substr(line, log.find('\n', line) - line));
  return entry ? ParseInstant((*entry)["at"].AsString()) : std::nullopt;
}

std::string World::KioskLog() const { return ReadAll(options_.dir + "/kiosk.log"); }

}  // namespace yizhan::e2e
