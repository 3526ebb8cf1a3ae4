#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/rig/pn532_frame.h"
#include "tests/rig/virtual_card.h"

namespace yizhan::rig {

/// How long things take. The values of Paced() are a plausible model of the air side, not
/// measurements of a real chip.
struct Pn532Timing {
  unsigned baud = 0;                              ///< 0: the serial line takes no time.
  std::chrono::microseconds empty_try{100};       ///< One look into an empty field.
  std::chrono::microseconds select{0};            ///< Wake-up to selected.
  std::chrono::microseconds answer_to_select{0};  ///< ISO/IEC 14443-4 activation.
  std::chrono::microseconds air_byte{0};          ///< One byte at 106 kbit/s.
  std::chrono::microseconds air_timeout{0};       ///< Waiting for a card that went away.
  bool cards_think = false;

  [[nodiscard]] static Pn532Timing Fast() { return {}; }
  [[nodiscard]] static Pn532Timing Paced();
};

/// A way to misbehave; each is armed for a number of frames.
enum class Pn532Fault {
  BadDataChecksum,
  BadLengthChecksum,
  ErrorFrame,      ///< "Syntax error" instead of a reply.
  Truncated,       ///< Half of the reply.
  Garbage,         ///< Noise before the reply.
  WrongCode,       ///< The reply belongs to another command.
  NoAck,           ///< A command is not even acknowledged.
  NoReply,         ///< Acknowledged, never answered.
  NodeAddressBit,  ///< Status byte with the reserved high bit: libnfc 1.8 aborts.
  ZeroAts,         ///< ATS of length 0: libnfc 1.8 reads wild memory.
  LongAts,         ///< ATS that claims 255 bytes and has 60.
  HugeUid,         ///< UID of 200 bytes.
};
/// "bad-dcs", "bad-lcs", "error-frame", "truncated", "garbage", "wrong-code", "no-ack", "no-reply",
/// "nad-bit", "ats-zero", "ats-long", "huge-uid". Empty when it is none of these.
[[nodiscard]] std::optional<Pn532Fault> Pn532FaultOf(std::string_view word);

/// What happened so far.
struct Pn532Counters {
  std::uint64_t commands = 0;
  std::uint64_t aborts = 0;  ///< The host gave up on a command.
  std::uint64_t wakeups = 0;
  std::uint64_t selections = 0;
};

/// An NXP PN532 with cards in its field, as the host sees it over the serial line. Knows no clock
/// and no file: time and bytes are handed in, bytes and their time are handed out, so the same
/// calls always give the same bytes. Thread-bound; shares the cards with nobody.
class Pn532Chip {
 public:
  explicit Pn532Chip(Pn532Timing timing) : timing_(timing) {}

  /// Bytes from the host.
  void Receive(ByteView bytes, MonotonicTime now);
  /// What rests on the antenna from now on. Cards that stay keep their state.
  void SetField(std::vector<std::shared_ptr<VirtualCard>> cards, MonotonicTime now);
  /// Works off what is due and returns the bytes to send now.
  [[nodiscard]] Bytes Run(MonotonicTime now);
  /// When to call Run() again. Empty: not before something happens.
  [[nodiscard]] std::optional<MonotonicTime> NextDue() const;

  /// A brown-out: asleep as after power on, and the host was not told.
  void Reset();
  /// A mute chip listens but says nothing.
  void SetMute(bool mute);
  void Arm(Pn532Fault fault, int frames) { faults_[fault] = frames; }
  [[nodiscard]] const Pn532Counters& Counters() const { return counters_; }

 private:
  struct InField {
    std::shared_ptr<VirtualCard> card;
    bool halted = false;  ///< Answers only to a call by its UID.
  };
  struct Target {
    std::shared_ptr<VirtualCard> card;
    bool live = false;  ///< Still in the field and selected.
  };
  struct Pending {
    Bytes command;
    std::optional<MonotonicTime> due;  ///< Empty: only a card ends it.
    std::size_t slot = 0;              ///< InAutoPoll: how many looks are done.
  };
  struct Output {
    MonotonicTime due;
    Bytes bytes;
  };

  void OnFrame(const HostFrame& frame, MonotonicTime now);
  void OnCommand(const Bytes& command, MonotonicTime now);
  void OnSetting(const Bytes& command, MonotonicTime now);
  void StartListing(const Bytes& command, MonotonicTime now);
  void StartAutoPoll(const Bytes& command, MonotonicTime now);
  void RunPending(MonotonicTime now);
  void RunExchange(const Bytes& command, MonotonicTime now);
  void RunListing(MonotonicTime now);
  void RunAutoPoll(MonotonicTime now);
  void Deselect(std::uint8_t number, bool forget);
  void DropField();
  void WakeListing(MonotonicTime now);

  std::vector<InField*> Answering(ByteView wanted_uid);
  Bytes SelectTarget(InField& card, std::size_t index);
  Bytes Diagnose(const Bytes& command) const;
  Bytes GeneralStatus() const;
  void Reply(std::uint8_t command, Bytes data, MonotonicTime now);
  void Send(Bytes bytes, MonotonicTime now);
  bool Hits(Pn532Fault fault);
  std::chrono::microseconds LineTime(std::size_t bytes) const;

  Pn532Timing timing_;
  Pn532FrameParser parser_;
  bool awake_ = false;
  bool mute_ = false;
  bool field_on_ = false;
  std::uint8_t parameters_ = 0x14;
  std::uint8_t retries_ = 0xFF;
  std::map<int, std::uint8_t> registers_;
  std::vector<InField> field_;
  std::array<std::optional<Target>, 2> targets_;
  std::optional<Pending> pending_;
  std::deque<Output> outputs_;
  Bytes last_reply_;
  std::map<Pn532Fault, int> faults_;
  Pn532Counters counters_;
};

}  // namespace yizhan::rig
