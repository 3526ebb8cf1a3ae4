#include "tests/rig/pn532_frame.h"

#include <algorithm>
#include <numeric>

namespace yizhan::rig {
namespace {

constexpr std::uint8_t kFromHost = 0xD4;
constexpr std::uint8_t kToHost = 0xD5;
constexpr std::size_t kStandardLimit = 255;  ///< A longer payload needs the extended frame.

std::uint8_t Sum(ByteView bytes) {
  return static_cast<std::uint8_t>(std::accumulate(bytes.begin(), bytes.end(), 0U));
}

std::uint8_t Complement(std::uint8_t sum) { return static_cast<std::uint8_t>(0x100U - sum); }

void Drop(Bytes& buffer, std::size_t count) {
  buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

void Pn532FrameParser::Feed(ByteView bytes) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

std::optional<HostFrame> Pn532FrameParser::Next() {
  for (;;) {
    const Bytes start = {0x00, 0xFF};
    const auto found = std::search(buffer_.begin(), buffer_.end(), start.begin(), start.end());
    if (found == buffer_.end()) {
      // The last byte may be the first half of a start code.
      const bool half = !buffer_.empty() && buffer_.back() == 0x00;
      Drop(buffer_, buffer_.size() - (half ? 1 : 0));
      return std::nullopt;
    }
    Drop(buffer_, static_cast<std::size_t>(found - buffer_.begin()));
    if (buffer_.size() < 4) return std::nullopt;
    if (buffer_[2] == 0x00 && buffer_[3] == 0xFF) {
      Drop(buffer_, 4);
      return HostFrame{.kind = HostFrame::Kind::Ack};
    }
    if (buffer_[2] == 0xFF && buffer_[3] == 0x00) {
      Drop(buffer_, 4);
      return HostFrame{.kind = HostFrame::Kind::Nack};
    }
    const std::size_t before = buffer_.size();
    auto frame = TakeInformation();
    if (frame) return frame;
    if (buffer_.size() == before) return std::nullopt;  // Whole so far, not complete.
  }
}

/// Takes the information frame the buffer begins with. Empty and nothing taken: incomplete. Empty
/// and something taken: it was none.
std::optional<HostFrame> Pn532FrameParser::TakeInformation() {
  const bool extended = buffer_[2] == 0xFF && buffer_[3] == 0xFF;
  const std::size_t header = extended ? 7 : 4;
  if (buffer_.size() < header) return std::nullopt;
  const ByteView length_bytes = ByteView(buffer_).subspan(extended ? 4 : 2, extended ? 3 : 2);
  const std::size_t length =
      extended ? static_cast<std::size_t>(buffer_[4] << 8 | buffer_[5]) : buffer_[2];
  if (Sum(length_bytes) != 0 || length < 2 || length > kMaxPn532Payload + 1) {
    Drop(buffer_, 2);
    return std::nullopt;
  }
  const std::size_t whole = header + length + 1;
  if (buffer_.size() < whole) return std::nullopt;
  const ByteView body = ByteView(buffer_).subspan(header, length);
  const bool sound = Sum(ByteView(buffer_).subspan(header, length + 1)) == 0;
  std::optional<HostFrame> frame;
  if (sound && body.front() == kFromHost) {
    frame =
        HostFrame{.kind = HostFrame::Kind::Command, .payload = Bytes(body.begin() + 1, body.end())};
  }
  Drop(buffer_, whole);
  return frame;
}

Bytes EncodePn532Reply(ByteView payload) {
  payload = payload.first(std::min(payload.size(), kMaxPn532Payload));
  const std::size_t length = payload.size() + 1;
  const auto high = static_cast<std::uint8_t>(length >> 8);
  const auto low = static_cast<std::uint8_t>(length & 0xFF);
  Bytes frame = {0x00, 0x00, 0xFF};
  if (length > kStandardLimit) {
    frame.insert(frame.end(),
                 {0xFF, 0xFF, high, low, Complement(static_cast<std::uint8_t>(high + low))});
  } else {
    frame.insert(frame.end(), {low, Complement(low)});
  }
  frame.push_back(kToHost);
  frame.insert(frame.end(), payload.begin(), payload.end());
  frame.push_back(Complement(static_cast<std::uint8_t>(kToHost + Sum(payload))));
  frame.push_back(0x00);
  return frame;
}

Bytes Pn532Ack() { return {0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}; }

Bytes Pn532ErrorFrame() { return {0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00}; }

}  // namespace yizhan::rig
