#include "tests/rig/pn532_chip.h"

#include <algorithm>

namespace yizhan::rig {
namespace {

using std::chrono::microseconds;

// Command codes of the PN532 user manual (UM0701-02), chapter 7.
constexpr std::uint8_t kDiagnose = 0x00;
constexpr std::uint8_t kGetFirmwareVersion = 0x02;
constexpr std::uint8_t kGetGeneralStatus = 0x04;
constexpr std::uint8_t kReadRegister = 0x06;
constexpr std::uint8_t kWriteRegister = 0x08;
constexpr std::uint8_t kSetParameters = 0x12;
constexpr std::uint8_t kSamConfiguration = 0x14;
constexpr std::uint8_t kPowerDown = 0x16;
constexpr std::uint8_t kRfConfiguration = 0x32;
constexpr std::uint8_t kInDataExchange = 0x40;
constexpr std::uint8_t kInCommunicateThru = 0x42;
constexpr std::uint8_t kInDeselect = 0x44;
constexpr std::uint8_t kInListPassiveTarget = 0x4A;
constexpr std::uint8_t kInPsl = 0x4E;
constexpr std::uint8_t kInRelease = 0x52;
constexpr std::uint8_t kInSelect = 0x54;
constexpr std::uint8_t kInJumpForDep = 0x56;
constexpr std::uint8_t kInAutoPoll = 0x60;

constexpr std::uint8_t kNoSuchTarget = 0x27;
constexpr std::uint8_t kAutoRats = 0x10;  ///< SetParameters: activate ISO/IEC 14443-4 by itself.
constexpr std::uint8_t kForever = 0xFF;
constexpr microseconds kPollPeriod{150000};

std::uint8_t At(const Bytes& bytes, std::size_t index) {
  return index < bytes.size() ? bytes[index] : std::uint8_t{0};
}

Bytes From(const Bytes& bytes, std::size_t offset) {
  const auto begin = std::min(offset, bytes.size());
  return {bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.end()};
}

/// A UID as InListPassiveTarget takes it has a cascade tag before each but the last part.
Bytes WithoutCascadeTags(const Bytes& uid) {
  Bytes plain = uid;
  if (plain.size() == 12) plain.erase(plain.begin() + 4);
  if (plain.size() == 11 || plain.size() == 8) plain.erase(plain.begin());
  return plain;
}

/// The payload of a bad reply's frame, broken in the asked way.
void BreakFrame(Bytes& frame, Pn532Fault fault) {
  switch (fault) {
    case Pn532Fault::BadDataChecksum: frame[frame.size() - 2] ^= 0x55; break;
    case Pn532Fault::BadLengthChecksum: frame[4] ^= 0x01; break;
    case Pn532Fault::Truncated: frame.resize(frame.size() / 2); break;
    case Pn532Fault::Garbage: frame.insert(frame.begin(), {0x13, 0x37, 0xAA}); break;
    default: break;
  }
}

}  // namespace

Pn532Timing Pn532Timing::Paced() {
  return {.baud = 115200,
          .empty_try = microseconds(5000),
          .select = microseconds(5000),
          .answer_to_select = microseconds(5000),
          .air_byte = microseconds(85),
          .air_timeout = microseconds(52000),
          .cards_think = true};
}

std::optional<Pn532Fault> Pn532FaultOf(std::string_view word) {
  static const std::map<std::string_view, Pn532Fault> kWords = {
      {"bad-dcs", Pn532Fault::BadDataChecksum},
      {"bad-lcs", Pn532Fault::BadLengthChecksum},
      {"error-frame", Pn532Fault::ErrorFrame},
      {"truncated", Pn532Fault::Truncated},
      {"garbage", Pn532Fault::Garbage},
      {"wrong-code", Pn532Fault::WrongCode},
      {"no-ack", Pn532Fault::NoAck},
      {"no-reply", Pn532Fault::NoReply},
      {"nad-bit", Pn532Fault::NodeAddressBit},
      {"ats-zero", Pn532Fault::ZeroAts},
      {"ats-long", Pn532Fault::LongAts},
      {"huge-uid", Pn532Fault::HugeUid}};
  const auto found = kWords.find(word);
  return found == kWords.end() ? std::nullopt : std::optional(found->second);
}

void Pn532Chip::Receive(ByteView bytes, MonotonicTime now) {
  for (const std::uint8_t byte : bytes) {
    if (!awake_) {
      // Asleep, only the wake-up byte is heard.
      awake_ = byte == 0x55;
      if (awake_) ++counters_.wakeups;
      continue;
    }
    parser_.Feed({&byte, 1});
    while (const auto frame = parser_.Next()) OnFrame(*frame, now);
  }
}

void Pn532Chip::OnFrame(const HostFrame& frame, MonotonicTime now) {
  switch (frame.kind) {
    case HostFrame::Kind::Command: OnCommand(frame.payload, now); break;
    case HostFrame::Kind::Ack:
      if (pending_ || !outputs_.empty()) ++counters_.aborts;
      pending_.reset();
      outputs_.clear();
      break;
    case HostFrame::Kind::Nack:
      if (!mute_ && !last_reply_.empty()) Send(last_reply_, now);
      break;
  }
}

void Pn532Chip::OnCommand(const Bytes& command, MonotonicTime now) {
  ++counters_.commands;
  // A new command cancels the one under way.
  pending_.reset();
  outputs_.clear();
  if (mute_ || Hits(Pn532Fault::NoAck)) return;
  now += LineTime(command.size() + 8);
  Send(Pn532Ack(), now);
  now = outputs_.back().due;
  if (Hits(Pn532Fault::NoReply)) return;
  switch (command[0]) {
    case kInListPassiveTarget: StartListing(command, now); break;
    case kInAutoPoll: StartAutoPoll(command, now); break;
    case kInDataExchange:
    case kInCommunicateThru: pending_ = Pending{.command = command, .due = now}; break;
    default: OnSetting(command, now);
  }
  if (pending_ && (command[0] == kInDataExchange || command[0] == kInCommunicateThru)) {
    *pending_->due += timing_.air_byte * command.size();
    const auto& target = targets_[0];
    if (timing_.cards_think && target && target->live) *pending_->due += target->card->Thinking();
  }
}

/// Commands that are answered at once.
void Pn532Chip::OnSetting(const Bytes& command, MonotonicTime now) {
  const std::uint8_t code = command[0];
  switch (code) {
    case kDiagnose: Reply(code, Diagnose(command), now); break;
    case kGetFirmwareVersion: Reply(code, {0x32, 0x01, 0x06, 0x07}, now); break;
    case kGetGeneralStatus: Reply(code, GeneralStatus(), now); break;
    case kReadRegister: {
      Bytes values;
      for (std::size_t i = 1; i + 1 < command.size(); i += 2) {
        values.push_back(registers_[command[i] << 8 | command[i + 1]]);
      }
      Reply(code, std::move(values), now);
      break;
    }
    case kWriteRegister:
      for (std::size_t i = 1; i + 2 < command.size(); i += 3) {
        registers_[command[i] << 8 | command[i + 1]] = command[i + 2];
      }
      Reply(code, {}, now);
      break;
    case kSetParameters:
      parameters_ = At(command, 1);
      Reply(code, {}, now);
      break;
    case kSamConfiguration: Reply(code, {}, now); break;
    case kPowerDown:
      Reply(code, {0}, now);
      DropField();
      awake_ = false;
      break;
    case kRfConfiguration:
      if (At(command, 1) == 1 && (At(command, 2) & 1) == 0) DropField();
      if (At(command, 1) == 1 && (At(command, 2) & 1) != 0) field_on_ = true;
      if (At(command, 1) == 5) retries_ = At(command, 4);
      Reply(code, {}, now);
      break;
    case kInDeselect:
    case kInRelease:
      Deselect(At(command, 1), code == kInRelease);
      Reply(code, {0}, now);
      break;
    case kInSelect:
    case kInPsl: Reply(code, {0}, now); break;
    case kInJumpForDep: Reply(code, {0x01}, now); break;  // Nobody answers peer to peer.
    default: Send(Pn532ErrorFrame(), now);
  }
}

void Pn532Chip::StartListing(const Bytes& command, MonotonicTime now) {
  field_on_ = true;
  targets_ = {};
  pending_ = Pending{.command = command, .due = std::nullopt};
  if (retries_ != kForever) pending_->due = now + timing_.empty_try * (retries_ + 1);
  const bool type_a = At(command, 2) == 0;
  if (type_a && !Answering(WithoutCascadeTags(From(command, 3))).empty()) WakeListing(now);
}

void Pn532Chip::StartAutoPoll(const Bytes& command, MonotonicTime now) {
  if (command.size() < 4) {
    Send(Pn532ErrorFrame(), now);
    return;
  }
  field_on_ = true;
  targets_ = {};
  pending_ = Pending{.command = command, .due = now};
}

/// A card answers: the listing that waited for one ends after the time its selection takes.
void Pn532Chip::WakeListing(MonotonicTime now) {
  pending_->due = now + timing_.select + timing_.answer_to_select;
}

void Pn532Chip::SetField(std::vector<std::shared_ptr<VirtualCard>> cards, MonotonicTime now) {
  std::vector<InField> field;
  for (auto& card : cards) {
    const auto stayed =
        std::ranges::find_if(field_, [&](const InField& one) { return one.card == card; });
    const bool halted = stayed != field_.end() && stayed->halted;
    if (stayed == field_.end()) card->Activate();
    field.push_back({.card = std::move(card), .halted = halted});
  }
  field_ = std::move(field);
  for (auto& target : targets_) {
    // The chip goes on believing in its target; only the next exchange tells.
    if (target) {
      target->live = target->live && std::ranges::any_of(field_, [&](const InField& one) {
                       return one.card == target->card;
                     });
    }
  }
  if (pending_ && pending_->command[0] == kInListPassiveTarget && At(pending_->command, 2) == 0 &&
      !Answering(WithoutCascadeTags(From(pending_->command, 3))).empty()) {
    WakeListing(now);
  }
}

Bytes Pn532Chip::Run(MonotonicTime now) {
  if (pending_ && pending_->due && *pending_->due <= now) RunPending(now);
  Bytes bytes;
  while (!outputs_.empty() && outputs_.front().due <= now) {
    bytes.insert(bytes.end(), outputs_.front().bytes.begin(), outputs_.front().bytes.end());
    outputs_.pop_front();
  }
  return bytes;
}

std::optional<MonotonicTime> Pn532Chip::NextDue() const {
  std::optional<MonotonicTime> next;
  if (pending_) next = pending_->due;
  if (!outputs_.empty() && (!next || outputs_.front().due < *next)) next = outputs_.front().due;
  return next;
}

void Pn532Chip::RunPending(MonotonicTime now) {
  switch (pending_->command[0]) {
    case kInListPassiveTarget: RunListing(now); break;
    case kInAutoPoll: RunAutoPoll(now); break;
    default: {
      const Bytes command = std::move(pending_->command);
      pending_.reset();
      RunExchange(command, now);
    }
  }
}

void Pn532Chip::RunListing(MonotonicTime now) {
  const Bytes command = std::move(pending_->command);
  pending_.reset();
  Bytes reply = {0};
  if (At(command, 2) == 0) {
    const std::size_t most = At(command, 1) >= 2 ? 2 : 1;
    for (InField* card : Answering(WithoutCascadeTags(From(command, 3)))) {
      if (reply[0] == most) break;
      const Bytes target = SelectTarget(*card, reply[0]);
      reply.insert(reply.end(), target.begin(), target.end());
      ++reply[0];
    }
  }
  Reply(kInListPassiveTarget, std::move(reply), now);
}

void Pn532Chip::RunAutoPoll(MonotonicTime now) {
  const Bytes command = pending_->command;
  const std::size_t types = command.size() - 3;
  const std::uint8_t type = command[3 + pending_->slot % types];
  const auto answering = Answering({});
  const bool part4_only = type == 0x20;
  if (!answering.empty() && (type == 0x00 || type == 0x10 || part4_only) &&
      (!part4_only || answering.front()->card->IsIso14443Part4())) {
    pending_.reset();
    const Bytes target = SelectTarget(*answering.front(), 0);
    Bytes reply = {0x01, type, static_cast<std::uint8_t>(target.size())};
    reply.insert(reply.end(), target.begin(), target.end());
    Reply(kInAutoPoll, std::move(reply), now);
    return;
  }
  ++pending_->slot;
  if (command[1] != kForever && pending_->slot >= command[1] * types) {
    pending_.reset();
    Reply(kInAutoPoll, {0}, now);
    return;
  }
  pending_->due = now + kPollPeriod * std::max<int>(1, command[2]);
}

void Pn532Chip::RunExchange(const Bytes& command, MonotonicTime now) {
  const bool raw = command[0] == kInCommunicateThru;
  const std::size_t number = raw ? 1 : At(command, 1) & 0x3FU;
  const auto& target = number >= 1 && number <= 2 ? targets_[number - 1] : targets_[0];
  if (!target || number > 2 || number == 0) {
    Reply(command[0], {kNoSuchTarget}, now);
    return;
  }
  // InCommunicateThru reaches the card only while the chip speaks type A.
  const bool type_a = (registers_[0x6302] & 3) == 0 && (registers_[0x630D] & 0x10) == 0;
  if (!target->live || (raw && !type_a)) {
    Reply(command[0], {kStatusTimeout}, now + timing_.air_timeout);
    return;
  }
  const CardReply answer =
      raw ? target->card->Raw(From(command, 1)) : target->card->Exchange(From(command, 2));
  Bytes reply = {answer.status};
  if (answer.status == 0) reply.insert(reply.end(), answer.data.begin(), answer.data.end());
  Reply(command[0], std::move(reply), now + timing_.air_byte * answer.data.size());
}

/// Cards that answer a call: by UID even when halted, otherwise those that are not.
std::vector<Pn532Chip::InField*> Pn532Chip::Answering(ByteView wanted_uid) {
  std::vector<InField*> answering;
  for (InField& one : field_) {
    const bool called =
        wanted_uid.empty() ? !one.halted : std::ranges::equal(one.card->Uid(), wanted_uid);
    if (called) answering.push_back(&one);
  }
  return answering;
}

Bytes Pn532Chip::SelectTarget(InField& card, std::size_t index) {
  ++counters_.selections;
  card.halted = false;
  card.card->Activate();
  targets_[index] = Target{.card = card.card, .live = true};
  Bytes uid = card.card->Uid();
  if (Hits(Pn532Fault::HugeUid)) uid.assign(200, 0x41);
  Bytes target = {static_cast<std::uint8_t>(index + 1),
                  static_cast<std::uint8_t>(card.card->Atqa() >> 8),
                  static_cast<std::uint8_t>(card.card->Atqa() & 0xFF), card.card->Sak(),
                  static_cast<std::uint8_t>(uid.size())};
  target.insert(target.end(), uid.begin(), uid.end());
  if ((parameters_ & kAutoRats) != 0 && !card.card->Ats().empty()) {
    Bytes ats = card.card->Ats();
    if (Hits(Pn532Fault::ZeroAts)) ats[0] = 0;
    if (Hits(Pn532Fault::LongAts)) {
      ats.assign(60, 0x41);
      ats[0] = 0xFF;
    }
    target.insert(target.end(), ats.begin(), ats.end());
  }
  return target;
}

void Pn532Chip::Deselect(std::uint8_t number, bool forget) {
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (!targets_[i] || (number != 0 && number != i + 1)) continue;
    for (InField& one : field_) one.halted = one.halted || one.card == targets_[i]->card;
    targets_[i]->live = false;
    if (forget) targets_[i].reset();
  }
}

/// Without a field every card loses its memory, also that it was told to keep quiet.
void Pn532Chip::DropField() {
  field_on_ = false;
  targets_ = {};
  for (InField& one : field_) {
    one.halted = false;
    one.card->Activate();
  }
}

Bytes Pn532Chip::Diagnose(const Bytes& command) const {
  if (At(command, 1) == 0x00) return From(command, 1);  // Communication line test: an echo.
  if (At(command, 1) != 0x06) return {0};
  const bool present = targets_[0] && targets_[0]->live;
  return {static_cast<std::uint8_t>(present ? 0 : 1)};
}

Bytes Pn532Chip::GeneralStatus() const {
  Bytes status = {0, static_cast<std::uint8_t>(field_on_ ? 1 : 0), 0};
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (!targets_[i]) continue;
    ++status[2];
    status.insert(status.end(), {static_cast<std::uint8_t>(i + 1), 0, 0, 0x10});
  }
  status.push_back(0x80);
  return status;
}

void Pn532Chip::Reply(std::uint8_t command, Bytes data, MonotonicTime now) {
  if (Hits(Pn532Fault::ErrorFrame)) {
    Send(Pn532ErrorFrame(), now);
    return;
  }
  const bool exchange = command == kInDataExchange || command == kInCommunicateThru;
  if (exchange && !data.empty() && Hits(Pn532Fault::NodeAddressBit)) data[0] |= 0x80;
  Bytes payload = {static_cast<std::uint8_t>(command + 1 + (Hits(Pn532Fault::WrongCode) ? 1 : 0))};
  payload.insert(payload.end(), data.begin(), data.end());
  Bytes frame = EncodePn532Reply(payload);
  last_reply_ = frame;
  for (const auto fault : {Pn532Fault::BadLengthChecksum, Pn532Fault::BadDataChecksum,
                           Pn532Fault::Truncated, Pn532Fault::Garbage}) {
    if (Hits(fault)) BreakFrame(frame, fault);
  }
  Send(std::move(frame), now);
}

void Pn532Chip::Send(Bytes bytes, MonotonicTime now) {
  const auto start = outputs_.empty() ? now : std::max(now, outputs_.back().due);
  const auto due = start + LineTime(bytes.size());
  outputs_.push_back({.due = due, .bytes = std::move(bytes)});
}

bool Pn532Chip::Hits(Pn532Fault fault) {
  const auto armed = faults_.find(fault);
  if (armed == faults_.end() || armed->second <= 0) return false;
  --armed->second;
  return true;
}

microseconds Pn532Chip::LineTime(std::size_t bytes) const {
  // Ten bits on the line for each byte.
  return timing_.baud == 0 ? microseconds(0) : microseconds(bytes * 10U * 1000000U / timing_.baud);
}

void Pn532Chip::Reset() {
  awake_ = false;
  parser_.Clear();
  pending_.reset();
  outputs_.clear();
  registers_.clear();
  parameters_ = 0x14;
  retries_ = kForever;
  DropField();
}

void Pn532Chip::SetMute(bool mute) {
  mute_ = mute;
  if (!mute_) return;
  pending_.reset();
  outputs_.clear();
}

}  // namespace yizhan::rig
