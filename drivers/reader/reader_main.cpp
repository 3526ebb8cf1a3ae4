/// \file
/// yizhan-reader: owns the card reader, so that the kiosk outlives whatever a card or a chip does
/// to libnfc. Started by the kiosk (reader_link.h) with a socket as descriptor 3; ends when that
/// socket closes. Not meant to be started by hand.
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/clock.h"
#include "base/log.h"
#include "drivers/nfc/nfc_card_reader.h"
#include "drivers/reader/reader_options.h"
#include "drivers/reader/reader_protocol.h"

namespace yizhan::drivers {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBeatEvery{250};
constexpr milliseconds kFirstBackOff{50};
constexpr milliseconds kLongestBackOff{1000};
constexpr milliseconds kSendPatience{1000};

/// The way to the kiosk. Thread-bound.
class Channel {
 public:
  /// False: the kiosk is gone or does not listen; there is nobody to read cards for.
  [[nodiscard]] bool Open() const { return open_; }

  void Send(const ReaderMessage& message) {
    const Bytes bytes = EncodeReaderMessage(message);
    std::size_t sent = 0;
    while (open_ && sent < bytes.size()) {
      const ssize_t count = ::send(kReaderSocket, bytes.data() + sent, bytes.size() - sent,
                                   MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count > 0) {
        sent += static_cast<std::size_t>(count);
        continue;
      }
      pollfd ready{.fd = kReaderSocket, .events = POLLOUT, .revents = 0};
      open_ = errno == EAGAIN && ::poll(&ready, 1, static_cast<int>(kSendPatience.count())) > 0;
    }
  }

  /// Says that this process is not stuck, often enough.
  void Beat() {
    const auto now = SystemClock().Monotonic();
    if (now < next_beat_) return;
    next_beat_ = now + kBeatEvery;
    Send(Heartbeat{});
  }

  /// Pauses; ends early when the kiosk hangs up. The kiosk never sends anything.
  void Pause(milliseconds duration) {
    pollfd ready{.fd = kReaderSocket, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(duration.count())) > 0) open_ = false;
  }

 private:
  bool open_ = true;
  MonotonicTime next_beat_{};
};

void Serve(const ReaderOptions& options, CardPolicy policy) {
  Channel channel;
  CardWatch watch(std::move(policy), SystemClock(),
                  [&channel](const CardEvent& event) { channel.Send(event); });
  std::unique_ptr<CardReader> reader;
  milliseconds back_off = kFirstBackOff;
  while (channel.Open()) {
    channel.Beat();
    if (!reader) {
      auto opened = NfcCardReader::Open(options.device);
      if (!opened) {
        watch.OpenFailed();
        channel.Pause(back_off);
        back_off = std::min(back_off * 2, kLongestBackOff);
        continue;
      }
      reader = std::move(*opened);
      watch.Opened();
    }
    const auto pause = watch.Turn(*reader);
    if (pause) {
      back_off = kFirstBackOff;
      channel.Pause(*pause);
    } else {
      reader.reset();
      watch.Lost(pause.error());
    }
  }
}

/// Leaves nothing of a card behind and nothing to grow into.
void Confine() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // libnfc aborts at descriptor 1024: a leak must end earlier, as a failed open.
  const rlimit few_files{.rlim_cur = 64, .rlim_max = 64};
  ::setrlimit(RLIMIT_NOFILE, &few_files);
  // A signal makes libnfc begin a wait anew.
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, nullptr);
  // Never look for readers on ports that were not named, never write to the log in free text.
  ::setenv("LIBNFC_AUTO_SCAN", "false", 1);
  ::setenv("LIBNFC_INTRUSIVE_SCAN", "false", 1);
  ::setenv("LIBNFC_LOG_LEVEL", "0", 1);
}

}  // namespace
}  // namespace yizhan::drivers

int main(int argc, char** argv) {
  using namespace yizhan::drivers;  // NOLINT(google-build-using-namespace)
  Confine();
  const auto options = ParseReaderArguments({argv + std::min(argc, 1), argv + argc});
  const auto policy =
      options ? PolicyOf(*options) : yizhan::Result<CardPolicy>(tl::unexpected(options.error()));
  if (!policy) {
    const std::string words = "yizhan-reader: " + policy.error().detail + "\n";
    [[maybe_unused]] const auto told = ::write(STDERR_FILENO, words.data(), words.size());
    yizhan::Log(yizhan::LogEvent::ConfigurationBad, {{yizhan::LogKey::Part, "yizhan-reader"}});
    return 2;
  }
  Serve(*options, *policy);
  return 0;
}
