#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace yizhan::rig {

/// The chips of which cards are made.
enum class ChipType {
  Type4,    ///< ISO/IEC 14443-4 with the NFC Forum's NDEF application.
  Ntag,     ///< NFC Forum type 2: NTAG213, 215 or 216, whichever is large enough.
  Classic,  ///< MIFARE Classic 1K with transport keys.
  UidOnly,  ///< Answers with its UID and nothing else.
};

/// The words "type4", "ntag", "classic", "uid".
[[nodiscard]] const char* Name(ChipType type);
/// Empty when it is none of these words.
[[nodiscard]] std::optional<ChipType> ChipTypeOf(std::string_view word);

/// What distinguishes one card from another.
struct CardSpec {
  std::string name;
  ChipType type = ChipType::Type4;
  Bytes uid;   ///< 4, 7 or 10 bytes.
  Bytes ndef;  ///< The NDEF message as it stands in memory, sound or not. Unused by the last two.
};

/// How a card reacted. The status is a PN532 error code; 0 is success.
struct CardReply {
  std::uint8_t status = 0;
  Bytes data{};
};
inline constexpr std::uint8_t kStatusTimeout = 0x01;
inline constexpr std::uint8_t kStatusFraming = 0x05;
inline constexpr std::uint8_t kStatusMifareAuth = 0x14;

/// One card, as its chip behaves over the air. Thread-bound.
class VirtualCard {
 public:
  virtual ~VirtualCard() = default;

  [[nodiscard]] const Bytes& Uid() const { return uid_; }
  [[nodiscard]] std::uint16_t Atqa() const { return atqa_; }
  [[nodiscard]] std::uint8_t Sak() const { return sak_; }
  /// Answer to select; empty for chips without ISO/IEC 14443-4.
  [[nodiscard]] const Bytes& Ats() const { return ats_; }
  [[nodiscard]] bool IsIso14443Part4() const { return (sak_ & 0x20) != 0; }
  /// Time the chip thinks about one command.
  [[nodiscard]] std::chrono::microseconds Thinking() const { return thinking_; }

  /// The reader selects the card anew: forget everything.
  virtual void Activate() {}
  /// One command through InDataExchange.
  virtual CardReply Exchange(ByteView command);
  /// One frame through InCommunicateThru (checksums are the reader's business).
  virtual CardReply Raw(ByteView frame);

 protected:
  VirtualCard(Bytes uid, std::uint16_t atqa, std::uint8_t sak)
      : uid_(std::move(uid)), atqa_(atqa), sak_(sak) {}
  Bytes ats_;
  std::chrono::microseconds thinking_{1000};

 private:
  Bytes uid_;
  std::uint16_t atqa_;
  std::uint8_t sak_;
};

/// Makes the card. Null when the UID has no possible length or the content does not fit the
/// largest chip of its type.
[[nodiscard]] std::shared_ptr<VirtualCard> MakeCard(const CardSpec& spec);

}  // namespace yizhan::rig
