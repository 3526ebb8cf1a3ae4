/// \file
/// What the terminal's card reading costs beside the bare library: from the moment a card is put on
/// the virtual reader until its content is known. Raw: libnfc in this process, one card expected,
/// the file's name known beforehand, nothing verified. Ours: the reader process, the container
/// read as the standard wants, the signature verified, a second card looked for, the event
/// delivered. Both on one emulator, in turns, in one run. Prints numbers; nothing here is a test.

#include <nfc/nfc.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "drivers/reader/reader_link.h"
#include "tests/rig/rig_client.h"

namespace yizhan {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr int kBlocks = 4;
constexpr int kTapsPerBlock = 40;

[[noreturn]] void GiveUp(const std::string& what) {
  std::fprintf(stderr, "reader_bench: %s\n", what.c_str());
  std::exit(1);
}

void Must(const Result<std::string>& result) {
  if (!result) GiveUp(result.error().detail);
}

/// Time from just before the card is presented.
struct Taps {
  std::vector<double> milliseconds;

  [[nodiscard]] double Percentile(double share) {
    std::ranges::sort(milliseconds);
    const auto last = static_cast<double>(milliseconds.size() - 1);
    return milliseconds[static_cast<std::size_t>(share * last)];
  }
};

bool RawRead(nfc_device* device) {
  const std::vector<std::vector<std::uint8_t>> commands = {
      {0x00, 0xA4, 0x04, 0x00, 0x07, 0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01, 0x00},
      {0x00, 0xA4, 0x00, 0x0C, 0x02, 0xE1, 0x04},
      {0x00, 0xB0, 0x00, 0x00, 0x62}};
  std::uint8_t answer[264];
  for (const auto& command : commands) {
    const int count = nfc_initiator_transceive_bytes(device, command.data(), command.size(), answer,
                                                     sizeof answer, 300);
    if (count < 2 || answer[count - 2] != 0x90) return false;
  }
  return true;
}

void MeasureRaw(const rig::RigProcess& rig, Taps& taps) {
  nfc_context* context = nullptr;
  nfc_init(&context);
  nfc_device* device = nfc_open(context, rig.ReaderDevice().c_str());
  if (device == nullptr || nfc_initiator_init(device) < 0) GiveUp("libnfc cannot open the reader");
  nfc_device_set_property_bool(device, NP_INFINITE_SELECT, false);
  const nfc_modulation type_a{.nmt = NMT_ISO14443A, .nbr = NBR_106};
  for (int tap = 0; tap < kTapsPerBlock; ++tap) {
    std::promise<MonotonicTime> asked;
    auto presented = std::async(std::launch::async, [&] {
      asked.set_value(SystemClock().Monotonic());
      Must(rig.Ask("present anna"));
    });
    const auto start = asked.get_future().get();
    nfc_target target{};
    while (nfc_initiator_select_passive_target(device, type_a, nullptr, 0, &target) <= 0 ||
           !RawRead(device)) {
    }
    const Milliseconds took = SystemClock().Monotonic() - start;
    taps.milliseconds.push_back(took.count());
    presented.get();
    Must(rig.Ask("remove"));
    while (nfc_initiator_select_passive_target(device, type_a, nullptr, 0, &target) > 0) {
    }
  }
  nfc_close(device);
  nfc_exit(context);
}

/// Lets the measuring thread wait for the next event of a kind.
class LastEvent {
 public:
  void Set(const drivers::CardEvent& event) {
    MutexLock lock(mutex_);
    kind_ = event.index();
    at_ = SystemClock().Monotonic();
    arrived_.NotifyAll();
  }
  MonotonicTime WaitFor(const drivers::CardEvent& like) {
    MutexLock lock(mutex_);
    for (int patience = 0; kind_ != like.index(); ++patience) {
      if (patience > 100) GiveUp("the reader link tells nothing");
      arrived_.WaitFor(mutex_, std::chrono::milliseconds(100));
    }
    kind_ = std::variant_npos;
    return at_;
  }

 private:
  Mutex mutex_;
  Condition arrived_;
  std::size_t kind_ GUARDED_BY(mutex_) = std::variant_npos;
  MonotonicTime at_ GUARDED_BY(mutex_){};
};

void MeasureOurs(const rig::RigProcess& rig, const std::string& public_key, Taps& taps,
                 Taps& removals) {
  LastEvent last;
  auto link = drivers::ReaderLink::Start({.program = YIZHAN_READER_PROGRAM,
                                          .reader = {.device = rig.ReaderDevice(),
                                                     .issuer = "H001",
                                                     .keys = {{1, public_key}},
                                                     .legacy_uid = false}},
                                         [&](const drivers::CardEvent& event) { last.Set(event); });
  if (!link) GiveUp(link.error().detail);
  last.WaitFor(drivers::ReaderReady{});
  for (int tap = 0; tap < kTapsPerBlock; ++tap) {
    const auto start = SystemClock().Monotonic();
    Must(rig.Ask("present anna"));
    const Milliseconds took = last.WaitFor(drivers::CardPresented{}) - start;
    taps.milliseconds.push_back(took.count());
    const auto removal = SystemClock().Monotonic();
    Must(rig.Ask("remove"));
    const Milliseconds gone = last.WaitFor(drivers::CardRemoved{}) - removal;
    removals.milliseconds.push_back(gone.count());
  }
}

void Measure(const char* name, bool paced) {
  auto rig = rig::RigProcess::Start({.with_printer = false, .paced = paced});
  if (!rig) GiveUp(rig.error().detail);
  const auto key = rig->RunTool({"make-key"});
  Must(key);
  Must(rig->RunTool({"make-card", "--name", "anna", "--key", rig->Dir() + "/private.pem",
                     "--issuer", "H001", "--number", "2026000123"}));
  Taps ours;
  Taps raw;
  Taps removals;
  for (int block = 0; block < kBlocks; ++block) {
    MeasureRaw(*rig, raw);
    MeasureOurs(*rig, *key, ours, removals);
  }
  std::printf("%-6s tap to card known, p50: ours %.2f ms, raw libnfc %.2f ms, ratio %.2f\n", name,
              ours.Percentile(0.5), raw.Percentile(0.5),
              ours.Percentile(0.5) / raw.Percentile(0.5));
  std::printf("%-6s tap to card known, p95: ours %.2f ms, raw libnfc %.2f ms\n", name,
              ours.Percentile(0.95), raw.Percentile(0.95));
  std::printf("%-6s removal to CardRemoved: p50 %.1f ms, p95 %.1f ms\n", name,
              removals.Percentile(0.5), removals.Percentile(0.95));
}

}  // namespace
}  // namespace yizhan

int main() {
  ::setenv("LIBNFC_AUTO_SCAN", "false", 1);
  ::setenv("LIBNFC_LOG_LEVEL", "0", 1);
  yizhan::Measure("fast", false);
  yizhan::Measure("paced", true);
  return 0;
}
