#include "tests/rig/virtual_card.h"

#include <algorithm>
#include <array>
#include <map>

namespace yizhan::rig {
namespace {

Bytes Part(ByteView bytes, std::size_t offset, std::size_t count) {
  offset = std::min(offset, bytes.size());
  count = std::min(count, bytes.size() - offset);
  const ByteView part = bytes.subspan(offset, count);
  return {part.begin(), part.end()};
}

void Append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

std::uint16_t Atqa(const Bytes& uid, std::uint16_t of_short_uid) {
  return static_cast<std::uint16_t>(uid.size() == 4 ? of_short_uid : 0x0044);
}

class UidOnlyCard : public VirtualCard {
 public:
  explicit UidOnlyCard(Bytes uid) : VirtualCard(uid, yizhan::rig::Atqa(uid, 0x0004), 0x00) {}
};

/// MIFARE Classic 1K. The cipher lives inside the reader's chip, so only the comparison of the key
/// is visible to the host.
class ClassicCard : public VirtualCard {
 public:
  explicit ClassicCard(const Bytes& uid) : VirtualCard(uid, yizhan::rig::Atqa(uid, 0x0004), 0x08) {
    for (std::size_t sector = 0; sector < 16; ++sector) {
      auto& trailer = blocks_[sector * 4 + 3];
      trailer.fill(0xFF);
      std::ranges::copy(std::array<std::uint8_t, 4>{0xFF, 0x07, 0x80, 0x69}, trailer.begin() + 6);
    }
    std::copy_n(uid.begin(), std::min<std::size_t>(uid.size(), 16), blocks_[0].begin());
  }

  void Activate() override {
    halted_ = false;
    open_sector_.reset();
  }

  CardReply Exchange(ByteView command) override {
    if (halted_ || command.size() < 2) return {kStatusTimeout};
    const std::size_t block = command[1];
    if (block < blocks_.size() && (command[0] == 0x60 || command[0] == 0x61)) {
      return Authenticate(command, block);
    }
    if (block < blocks_.size() && command[0] == 0x30 && open_sector_ == block / 4) {
      Bytes data(blocks_[block].begin(), blocks_[block].end());
      if (block % 4 == 3) std::fill_n(data.begin(), 6, std::uint8_t{0});  // Key A is never told.
      return {0, std::move(data)};
    }
    halted_ = true;
    return {kStatusMifareAuth};
  }

 private:
  CardReply Authenticate(ByteView command, std::size_t block) {
    const auto key = blocks_[block / 4 * 4 + 3].begin() + (command[0] == 0x60 ? 0 : 10);
    if (command.size() < 12 || !std::equal(key, key + 6, command.begin() + 2)) {
      halted_ = true;
      open_sector_.reset();
      return {kStatusMifareAuth};
    }
    open_sector_ = block / 4;
    return {};
  }

  std::array<std::array<std::uint8_t, 16>, 64> blocks_{};
  std::optional<std::size_t> open_sector_;
  bool halted_ = false;
};

/// NFC Forum type 2: pages of 4 bytes, read four at a time.
class NtagCard : public VirtualCard {
 public:
  struct Size {
    std::size_t user_bytes;
    std::uint8_t capability;
  };
  static constexpr std::array<Size, 3> kSizes = {{{144, 0x12}, {496, 0x3E}, {872, 0x6D}}};

  /// Content that promises more than it holds goes onto the largest chip as far as it fits.
  NtagCard(const Bytes& uid, const Bytes& ndef) : VirtualCard(uid, 0x0044, 0x00) {
    Bytes tlv = {0x03};
    if (ndef.size() < 0xFF) {
      tlv.push_back(static_cast<std::uint8_t>(ndef.size()));
    } else {
      const auto length = std::min<std::size_t>(ndef.size(), 0xFFFE);
      tlv.insert(tlv.end(), {0xFF, static_cast<std::uint8_t>(length >> 8),
                             static_cast<std::uint8_t>(length & 0xFF)});
    }
    Append(tlv, ndef);
    tlv.push_back(0xFE);
    Size size = kSizes.back();
    for (const Size& one : kSizes) {
      if (one.user_bytes >= tlv.size() && one.user_bytes < size.user_bytes) size = one;
    }
    memory_.resize(16 + size.user_bytes);
    const Bytes id = Part(uid, 0, 7);
    std::copy_n(id.begin(), std::min<std::size_t>(3, id.size()), memory_.begin());
    if (id.size() == 7) std::copy_n(id.begin() + 3, 4, memory_.begin() + 4);
    std::ranges::copy(std::array<std::uint8_t, 4>{0xE1, 0x10, size.capability, 0x00},
                      memory_.begin() + 12);
    std::copy_n(tlv.begin(), std::min(tlv.size(), size.user_bytes), memory_.begin() + 16);
  }

  void Activate() override { halted_ = false; }

  CardReply Exchange(ByteView command) override {
    if (halted_ || command.size() < 2 || command[0] != 0x30 ||
        std::size_t{command[1]} * 4 >= memory_.size()) {
      halted_ = true;
      return {kStatusFraming};
    }
    Bytes data;
    for (std::size_t i = 0; i < 16; ++i) {  // Reading runs over the end to the beginning.
      data.push_back(memory_[(std::size_t{command[1]} * 4 + i) % memory_.size()]);
    }
    return {0, std::move(data)};
  }

  CardReply Raw(ByteView frame) override {
    if (!halted_ && frame.size() == 1 && frame[0] == 0x60) {  // GET_VERSION
      return {0, {0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x0F, 0x03}};
    }
    return Exchange(frame);
  }

 private:
  Bytes memory_;
  bool halted_ = false;
};

/// A file card with the NDEF application of an NFC Forum type 4 tag.
class Type4Card : public VirtualCard {
 public:
  Type4Card(const Bytes& uid, const Bytes& ndef)
      : VirtualCard(uid, static_cast<std::uint16_t>(uid.size() == 4 ? 0x0004 : 0x0344), 0x20) {
    ats_ = {0x06, 0x78, 0x80, 0x70, 0x02, 0x00};
    thinking_ = std::chrono::microseconds(3000);
    Bytes& content = files_[0xE104];
    content = {static_cast<std::uint8_t>(ndef.size() >> 8),
               static_cast<std::uint8_t>(ndef.size() & 0xFF)};
    Append(content, ndef);
    const std::size_t room = std::max<std::size_t>(content.size(), 1026);
    files_[0xE103] = {0x00,
                      0x0F,
                      0x20,
                      0x00,
                      0xF6,
                      0x00,
                      0xF6,
                      0x04,
                      0x06,
                      0xE1,
                      0x04,
                      static_cast<std::uint8_t>(room >> 8),
                      static_cast<std::uint8_t>(room & 0xFF),
                      0x00,
                      0xFF};
  }

  void Activate() override {
    in_application_ = false;
    file_ = nullptr;
  }

  CardReply Exchange(ByteView command) override { return {0, Answer(command)}; }

  CardReply Raw(ByteView frame) override {
    // The presence check: R(NAK) is answered by R(ACK).
    if (frame.size() == 1 && (frame[0] & 0xF6) == 0xB2) {
      return {0, {static_cast<std::uint8_t>(0xA2 | (frame[0] & 1))}};
    }
    return {kStatusTimeout};
  }

 private:
  static Bytes StatusWord(int word) {
    return {static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word & 0xFF)};
  }

  Bytes Answer(ByteView command) {
    if (command.size() < 5 || command[0] != 0x00) return StatusWord(0x6700);
    const std::size_t parameter = static_cast<std::size_t>(command[2] << 8 | command[3]);
    if (command[1] == 0xA4) return Select(command[2], Part(command, 5, command[4]), command);
    if (command[1] != 0xB0) return StatusWord(0x6D00);
    if (file_ == nullptr) return StatusWord(0x6986);
    if (parameter > file_->size()) return StatusWord(0x6B00);
    const std::size_t wanted = command[4] == 0 ? 256 : command[4];
    Bytes answer = Part(*file_, parameter, std::min<std::size_t>(wanted, 0xF6));
    Append(answer, StatusWord(0x9000));
    return answer;
  }

  Bytes Select(std::uint8_t how, const Bytes& target, ByteView command) {
    static const Bytes kNdefApplication = {0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01};
    if (target.size() != command[4]) return StatusWord(0x6700);
    if (how == 0x04) {
      Activate();
      in_application_ = target == kNdefApplication;
      return StatusWord(in_application_ ? 0x9000 : 0x6A82);
    }
    if (!in_application_ || target.size() != 2) return StatusWord(0x6A82);
    const auto found = files_.find(target[0] << 8 | target[1]);
    if (found == files_.end()) return StatusWord(0x6A82);
    file_ = &found->second;
    return StatusWord(0x9000);
  }

  std::map<int, Bytes> files_;
  bool in_application_ = false;
  const Bytes* file_ = nullptr;
};

}  // namespace

const char* Name(ChipType type) {
  switch (type) {
    case ChipType::Type4: return "type4";
    case ChipType::Ntag: return "ntag";
    case ChipType::Classic: return "classic";
    case ChipType::UidOnly: return "uid";
  }
  return "uid";
}

std::optional<ChipType> ChipTypeOf(std::string_view word) {
  for (const auto type : {ChipType::Type4, ChipType::Ntag, ChipType::Classic, ChipType::UidOnly}) {
    if (word == Name(type)) return type;
  }
  return std::nullopt;
}

CardReply VirtualCard::Exchange(ByteView /*command*/) { return {kStatusTimeout}; }
CardReply VirtualCard::Raw(ByteView /*frame*/) { return {kStatusTimeout}; }

std::shared_ptr<VirtualCard> MakeCard(const CardSpec& spec) {
  const std::size_t size = spec.uid.size();
  if ((size != 4 && size != 7 && size != 10) || spec.ndef.size() > 8192) return nullptr;
  switch (spec.type) {
    case ChipType::Type4: return std::make_shared<Type4Card>(spec.uid, spec.ndef);
    case ChipType::Ntag: return std::make_shared<NtagCard>(spec.uid, spec.ndef);
    case ChipType::Classic: return std::make_shared<ClassicCard>(spec.uid);
    case ChipType::UidOnly: return std::make_shared<UidOnlyCard>(spec.uid);
  }
  return nullptr;
}

}  // namespace yizhan::rig
