#include "tests/rig/virtual_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace yizhan::rig {
namespace {

Status Failed(const char* what) {
  return Fail(ErrorCode::Internal, std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

VirtualReader::VirtualReader(std::string link, Pn532Timing timing)
    : link_(std::move(link)), timing_(timing), chip_(timing) {}

Result<std::unique_ptr<VirtualReader>> VirtualReader::Start(std::string link, Pn532Timing timing) {
  std::unique_ptr<VirtualReader> reader(new VirtualReader(std::move(link), timing));
  reader->wake_ = UniqueFd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!reader->wake_) return Fail(ErrorCode::Internal, std::strerror(errno));
  if (const auto plugged = reader->Plug(); !plugged) return tl::unexpected(plugged.error());
  reader->thread_ = std::thread([owner = reader.get()] { owner->Loop(); });
  return reader;
}

VirtualReader::~VirtualReader() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  Wake();
  if (thread_.joinable()) thread_.join();
  MutexLock lock(mutex_);
  UnplugLocked();
}

void VirtualReader::Present(std::vector<std::shared_ptr<VirtualCard>> cards,
                            std::optional<std::chrono::milliseconds> hold) {
  {
    MutexLock lock(mutex_);
    const auto now = SystemClock().Monotonic();
    cards_ = std::move(cards);
    removal_ = hold ? std::optional(now + *hold) : std::nullopt;
    chip_.SetField(cards_, now);
  }
  Wake();
}

void VirtualReader::Unplug() {
  {
    MutexLock lock(mutex_);
    UnplugLocked();
  }
  Wake();
}

Status VirtualReader::Plug() {
  Status plugged;
  {
    MutexLock lock(mutex_);
    UnplugLocked();
    plugged = PlugLocked();
  }
  Wake();
  return plugged;
}

Status VirtualReader::PlugLocked() {
  UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  char name[64];
  if (!master || ::grantpt(master.Get()) != 0 || ::unlockpt(master.Get()) != 0 ||
      ::ptsname_r(master.Get(), name, sizeof name) != 0) {
    return Failed("pseudo-terminal");
  }
  // Kept open: without any client the master would report errors instead of silence. Raw before
  // the first client: a cooked terminal echoes what it is sent.
  UniqueFd slave(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  termios settings{};
  if (!slave || ::tcgetattr(slave.Get(), &settings) != 0) return Failed("pseudo-terminal");
  ::cfmakeraw(&settings);
  if (::tcsetattr(slave.Get(), TCSANOW, &settings) != 0) return Failed("pseudo-terminal");
  const std::string fresh = link_ + ".new";
  ::unlink(fresh.c_str());
  if (::symlink(name, fresh.c_str()) != 0 || std::rename(fresh.c_str(), link_.c_str()) != 0) {
    return Failed("link to the pseudo-terminal");
  }
  master_ = std::move(master);
  slave_ = std::move(slave);
  chip_ = Pn532Chip(timing_);
  chip_.SetField(cards_, SystemClock().Monotonic());
  return {};
}

void VirtualReader::UnplugLocked() {
  if (!master_) return;
  ::unlink(link_.c_str());
  slave_.Reset();
  master_.Reset();
}

void VirtualReader::SetMute(bool mute) {
  MutexLock lock(mutex_);
  chip_.SetMute(mute);
}

void VirtualReader::Reset() {
  MutexLock lock(mutex_);
  chip_.Reset();
}

void VirtualReader::Arm(Pn532Fault fault, int frames) {
  MutexLock lock(mutex_);
  chip_.Arm(fault, frames);
}

Pn532Counters VirtualReader::Counters() const {
  MutexLock lock(mutex_);
  return chip_.Counters();
}

std::size_t VirtualReader::CardCount() const {
  MutexLock lock(mutex_);
  return cards_.size();
}

std::optional<MonotonicTime> VirtualReader::NextDue() const {
  auto next = chip_.NextDue();
  if (removal_ && (!next || *removal_ < *next)) next = removal_;
  return next;
}

void VirtualReader::Loop() {
  for (;;) {
    pollfd ready[] = {{.fd = wake_.Get(), .events = POLLIN, .revents = 0},
                      {.fd = -1, .events = POLLIN, .revents = 0}};
    timespec timeout{};
    bool limited = false;
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      ready[1].fd = master_.Get();
      if (const auto due = NextDue()) {
        limited = true;
        const auto left = std::max((*due - SystemClock().Monotonic()).count(), 0L);
        timeout = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
      }
    }
    ::ppoll(ready, 2, limited ? &timeout : nullptr, nullptr);
    std::uint64_t count = 0;
    if (ready[0].revents != 0) {
      [[maybe_unused]] const auto drained = ::read(wake_.Get(), &count, sizeof count);
    }
    MutexLock lock(mutex_);
    // While the lock was free the cable may have been pulled: the number may be another's now.
    Pump(ready[1].revents != 0 && ready[1].fd == master_.Get());
  }
}

void VirtualReader::Pump(bool readable) {
  const auto now = SystemClock().Monotonic();
  if (removal_ && *removal_ <= now) {
    removal_.reset();
    cards_.clear();
    chip_.SetField({}, now);
  }
  if (!master_) return;
  if (readable) {
    std::uint8_t block[512];
    const ssize_t count = ::read(master_.Get(), block, sizeof block);
    if (count > 0) chip_.Receive({block, static_cast<std::size_t>(count)}, now);
  }
  const Bytes bytes = chip_.Run(now);
  // The terminal's buffer holds many frames; a host that reads none of them loses bytes, as on a
  // real line.
  if (!bytes.empty()) {
    [[maybe_unused]] const auto sent = ::write(master_.Get(), bytes.data(), bytes.size());
  }
}

void VirtualReader::Wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto woken = ::write(wake_.Get(), &one, sizeof one);
}

}  // namespace yizhan::rig
