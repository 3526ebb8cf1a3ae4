#include <poll.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "base/clock.h"
#include "drivers/cards/ed25519.h"
#include "tests/rig/files.h"
#include "tests/rig/issue_card.h"
#include "tests/rig/print_job.h"
#include "tests/rig/rig.h"
#include "tests/rig/wallet.h"

namespace {

namespace rig = yizhan::rig;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int Complain(const yizhan::Error& error) {
  std::fprintf(stderr, "yizhan-rig: %s (%s)\n", error.detail.c_str(), yizhan::Name(error.code));
  return 1;
}

int RunRig(rig::RigOptions options) {
  // Blocked before any thread exists: the rig reads them from a descriptor.
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGINT);
  ::sigaddset(&ending, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &ending, nullptr);
  std::error_code error;
  options.program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  auto started = rig::Rig::Start(std::move(options));
  if (!started) return Complain(started.error());
  std::printf("ready\n");
  std::fflush(stdout);
  const auto ended = started->Run();
  return ended ? 0 : Complain(ended.error());
}

int Ask(const std::string& dir, const std::string& request) {
  // Switching a printer on takes a moment; everything else is answered at once.
  const auto answer = rig::AskRig(dir, request, std::chrono::seconds(30));
  if (!answer) return Complain(answer.error());
  std::printf("%s\n", answer->c_str());
  return 0;
}

/// Makes `private.pem` in the folder and prints the public key, as the reader's configuration
/// wants it.
int MakeKey(const std::string& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  const std::string path = dir + "/private.pem";
  if (std::filesystem::exists(path)) {
    return Complain({yizhan::ErrorCode::Conflict, path + " exists"});
  }
  const auto key = yizhan::drivers::Ed25519SigningKey::Generate();
  if (!key) return Complain(key.error());
  const auto pem = key->ToPem();
  const auto public_key = key->PublicKey();
  if (!pem) return Complain(pem.error());
  if (!public_key) return Complain(public_key.error());
  if (const auto written = rig::WriteFile(path, *pem); !written) return Complain(written.error());
  std::printf("%s\n", yizhan::ToHex(*public_key).c_str());
  return 0;
}

struct CardLine {
  rig::IssueOptions options;
  std::string key_path;
  std::string type = "type4";
  std::string uid;
  std::string flaw = "none";
};

int MakeCard(const std::string& dir, CardLine line) {
  const auto pem = rig::ReadFile(line.key_path, 16384);
  if (!pem) return Complain(pem.error());
  const auto uid = yizhan::FromHex(line.uid);
  if (!uid) return Complain({yizhan::ErrorCode::BadData, "--uid is not hexadecimal"});
  line.options.private_key_pem = *pem;
  line.options.uid = *uid;
  line.options.type = *rig::ChipTypeOf(line.type);
  line.options.flaw = *rig::CardFlawOf(line.flaw);
  const auto card = rig::IssueCard(line.options);
  if (!card) return Complain(card.error());
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (const auto put = rig::PutIntoWallet(dir, *card); !put) return Complain(put.error());
  std::printf("%s %s %s\n", card->name.c_str(), line.type.c_str(),
              yizhan::ToHex(card->uid).c_str());
  return 0;
}

/// Holds a card to the reader for a while, as a person does: returns when it is away again.
int Tap(const std::string& dir, const std::string& card, int hold_ms) {
  const int asked = Ask(dir, "tap " + card + " " + std::to_string(hold_ms));
  if (asked != 0) return asked;
  const auto end = yizhan::SystemClock().Monotonic() + std::chrono::milliseconds(hold_ms);
  for (auto now = yizhan::SystemClock().Monotonic(); now < end;
       now = yizhan::SystemClock().Monotonic()) {
    ::poll(nullptr, 0, 1 + static_cast<int>((end - now) / std::chrono::milliseconds(1)));
  }
  return 0;
}

int PrintJob(const std::string& document) {
  const std::string pace = Environment("YIZHAN_RIG_PAGE_MS");
  const std::string dir = Environment("YIZHAN_RIG_DIR");
  return rig::RunPrintJob(dir, document, pace.empty() ? 20 : std::atoi(pace.c_str()));
}

/// Adds the commands that make keys and cards. They need no running rig.
void AddIssuing(CLI::App& app, CardLine& line) {
  app.add_subcommand("make-key", "Make an issuer's key pair: private.pem; prints the public key");
  auto* card = app.add_subcommand("make-card", "Issue a patient card into the wallet");
  card->add_option("--name", line.options.name, "What the wallet calls it")->required();
  card->add_option("--key", line.key_path, "The issuer's private key (PEM)")->required();
  card->add_option("--key-id", line.options.key_id, "Which of the issuer's keys it is");
  card->add_option("--issuer", line.options.issuer, "The hospital's code")->required();
  card->add_option("--number", line.options.number, "8 to 20 digits")->required();
  card->add_option("--type", line.type, "The chip")
      ->check(CLI::IsMember({"type4", "ntag", "classic", "uid"}));
  card->add_option("--uid", line.uid, "4, 7 or 10 bytes in hexadecimal; random when missing");
  card->add_option("--flaw", line.flaw, "Make a bad card for a test")
      ->check(CLI::IsMember(
          {"none", "forged", "truncated", "oversize", "foreign", "wrong-uid", "unknown-key"}));
}

/// The commands for a running rig, each with what the patient or the staff would do.
struct ClientLine {
  std::vector<std::string> cards;
  int hold_ms = 1500;
  std::string word;
  std::string fault;
  int count = 1;
};

void AddClient(CLI::App& app, ClientLine& line) {
  auto* tap = app.add_subcommand("tap", "Hold a card to the reader for a while");
  tap->add_option("card", line.cards, "A name in the wallet, or TYPE:UID[:NDEF]")
      ->required()
      ->expected(1);
  tap->add_option("--hold", line.hold_ms, "Milliseconds")->check(CLI::Range(0, 600000));
  auto* present = app.add_subcommand("present", "Put one card, or two at once, on the reader");
  present->add_option("card", line.cards)->required()->expected(1, 2);
  app.add_subcommand("remove", "Take away what rests on the reader");
  auto* swap = app.add_subcommand("swap", "Replace what rests on the reader in one move");
  swap->add_option("card", line.cards)->required()->expected(1);
  auto* reader = app.add_subcommand("reader", "Make or end trouble at the card reader");
  reader->add_option("word", line.word)
      ->required()
      ->check(CLI::IsMember({"unplug", "plug", "mute", "unmute", "reset", "fault"}));
  reader->add_option("fault", line.fault,
                     "bad-dcs, bad-lcs, error-frame, truncated, garbage, wrong-code, no-ack, "
                     "no-reply, nad-bit, ats-zero, ats-long, huge-uid");
  reader->add_option("count", line.count, "How many frames");
  auto* printer = app.add_subcommand("printer", "Make or end trouble at the printer");
  printer->add_option("word", line.word)
      ->required()
      ->check(CLI::IsMember({"ok", "slow", "paper-out", "jam", "abort", "off", "on", "status"}));
  auto* payment = app.add_subcommand("payment", "Pay at the payment platform, or make trouble");
  payment->add_option("word", line.word)
      ->required()
      ->check(CLI::IsMember({"pay", "list", "fault"}));
  payment->add_option("fault", line.fault,
                      "An order's number; or drop, hang, garbage, wrong-sign, replay, huge, busy, "
                      "failed");
  payment->add_option("count", line.count, "How many answers");
  auto* sms = app.add_subcommand("sms", "List text messages, or make trouble at the gateway");
  sms->add_option("word", line.word)->required()->check(CLI::IsMember({"list", "fault"}));
  sms->add_option("fault", line.fault, "refuse, busy, lose-answer, hang");
  sms->add_option("count", line.count, "How many messages");
  app.add_subcommand("cards", "List the wallet");
  app.add_subcommand("stats", "What the card reader's chip did so far");
  app.add_subcommand("stop", "End the rig");
}

std::string RequestOf(const std::string& command, const ClientLine& line) {
  std::string request = command;
  for (const std::string& card : line.cards) request += " " + card;
  if (!line.word.empty()) request += " " + line.word;
  if (!line.fault.empty()) request += " " + line.fault + " " + std::to_string(line.count);
  return request;
}

int Main(int argc, char** argv) {
  // ippeveprinter runs its print command with the document as the only argument.
  if (argc == 2 && std::filesystem::path(argv[0]).filename() == "print-job") {
    return PrintJob(argv[1]);
  }
  CLI::App app("Virtual hardware for a Yizhan kiosk: card reader, cards and printer.");
  app.require_subcommand(1);
  app.fallthrough();
  std::string dir = Environment("YIZHAN_RIG_DIR");
  app.add_option("--dir", dir, "The rig's folder (or YIZHAN_RIG_DIR)");

  rig::RigOptions options;
  const std::map<std::string, rig::Timing> timings{{"fast", rig::Timing::Fast},
                                                   {"paced", rig::Timing::Paced}};
  auto* run = app.add_subcommand("run", "Run the devices in the foreground");
  run->add_option("--timing", options.timing, "fast: for tests; paced: as slow as hardware")
      ->transform(CLI::CheckedTransformer(timings));
  run->add_option("--printer-port", options.printer_port, "Port of the printer, 0: any")
      ->check(CLI::Range(0, 65535));
  bool without_printer = false;
  run->add_flag("--no-printer", without_printer, "Only the card reader");
  CardLine card;
  AddIssuing(app, card);
  ClientLine client;
  AddClient(app, client);

  CLI11_PARSE(app, argc, argv);
  if (dir.empty()) {
    std::fprintf(stderr, "yizhan-rig: --dir is missing\n");
    return 2;
  }
  const std::string command = app.get_subcommands().front()->get_name();
  if (command == "run") {
    options.dir = dir;
    options.with_printer = !without_printer;
    return RunRig(std::move(options));
  }
  if (command == "make-key") return MakeKey(dir);
  if (command == "make-card") return MakeCard(dir, std::move(card));
  if (command == "tap") return Tap(dir, client.cards.front(), client.hold_ms);
  return Ask(dir, RequestOf(command, client));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "yizhan-rig: %s\n", exception.what());
    return 1;
  }
}
