#include "drivers/reader/reader_protocol.h"

#include <algorithm>

#include "base/assert.h"
#include "base/match.h"
#include "drivers/cards/patient_card.h"

namespace yizhan::drivers {
namespace {

using domain::CardProblem;

enum class Kind : std::uint8_t {
  Heartbeat = 0,
  ReaderReady = 1,
  ReaderGone = 2,
  Token = 3,
  Legacy = 4,
  Refused = 5,
  Removed = 6,
};

constexpr std::size_t kDigestDigits = 64;

void AppendText(Bytes& bytes, const std::string& text) {
  YIZHAN_ASSERT(text.size() <= 0xFF);
  bytes.push_back(static_cast<std::uint8_t>(text.size()));
  bytes.insert(bytes.end(), text.begin(), text.end());
}

Bytes Body(Kind kind) { return {kReaderProtocolVersion, static_cast<std::uint8_t>(kind)}; }

Bytes BodyOf(const domain::PresentedCard& card) {
  return std::visit(Match{[](const domain::CardToken& token) {
                            Bytes body = Body(Kind::Token);
                            body.push_back(token.version);
                            body.push_back(token.key_id);
                            AppendText(body, token.issuer);
                            AppendText(body, token.number.Value());
                            return body;
                          },
                          [](const domain::LegacyCard& legacy) {
                            Bytes body = Body(Kind::Legacy);
                            AppendText(body, legacy.uid_digest);
                            return body;
                          }},
                    card);
}

Bytes BodyOf(const CardEvent& event) {
  return std::visit(Match{[](ReaderReady) { return Body(Kind::ReaderReady); },
                          [](ReaderGone) { return Body(Kind::ReaderGone); },
                          [](const CardPresented& presented) { return BodyOf(presented.card); },
                          [](CardRefused refused) {
                            Bytes body = Body(Kind::Refused);
                            body.push_back(static_cast<std::uint8_t>(refused.problem));
                            return body;
                          },
                          [](CardRemoved) { return Body(Kind::Removed); }},
                    event);
}

std::optional<std::string> TakeText(ByteView& rest) {
  if (rest.empty() || rest.size() - 1 < rest[0]) return std::nullopt;
  std::string text(AsText(rest.subspan(1, rest[0])));
  rest = rest.subspan(1 + text.size());
  return text;
}

std::optional<ReaderMessage> ParseToken(ByteView rest) {
  if (rest.size() < 2) return std::nullopt;
  domain::CardToken token{.issuer = {}, .number = {}, .version = rest[0], .key_id = rest[1]};
  rest = rest.subspan(2);
  const auto issuer = TakeText(rest);
  const auto number = TakeText(rest);
  if (!issuer || !number || !rest.empty() || token.version != kPatientCardVersion ||
      !IsIssuerCode(*issuer) || !IsCardNumber(*number)) {
    return std::nullopt;
  }
  token.issuer = *issuer;
  token.number = domain::CardNumber(*number);
  return CardEvent(CardPresented{std::move(token)});
}

std::optional<ReaderMessage> ParseLegacy(ByteView rest) {
  const auto digest = TakeText(rest);
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!digest || !rest.empty() || digest->size() != kDigestDigits ||
      !std::ranges::all_of(*digest, is_digit)) {
    return std::nullopt;
  }
  return CardEvent(CardPresented{domain::LegacyCard{*digest}});
}

std::optional<ReaderMessage> ParseRefused(ByteView rest) {
  constexpr auto kLast = static_cast<std::uint8_t>(CardProblem::LegacyRefused);
  if (rest.size() != 1 || rest[0] > kLast) return std::nullopt;
  return CardEvent(CardRefused{static_cast<CardProblem>(rest[0])});
}

std::optional<ReaderMessage> ParseBody(ByteView body) {
  if (body.size() < 2 || body[0] != kReaderProtocolVersion) return std::nullopt;
  const ByteView rest = body.subspan(2);
  const auto alone = [&](ReaderMessage message) {
    return rest.empty() ? std::optional(std::move(message)) : std::nullopt;
  };
  switch (static_cast<Kind>(body[1])) {
    case Kind::Heartbeat: return alone(Heartbeat{});
    case Kind::ReaderReady: return alone(CardEvent(ReaderReady{}));
    case Kind::ReaderGone: return alone(CardEvent(ReaderGone{}));
    case Kind::Token: return ParseToken(rest);
    case Kind::Legacy: return ParseLegacy(rest);
    case Kind::Refused: return ParseRefused(rest);
    case Kind::Removed: return alone(CardEvent(CardRemoved{}));
  }
  return std::nullopt;
}

}  // namespace

Bytes EncodeReaderMessage(const ReaderMessage& message) {
  const Bytes body = std::visit(Match{[](Heartbeat) { return Body(Kind::Heartbeat); },
                                      [](const CardEvent& event) { return BodyOf(event); }},
                                message);
  YIZHAN_ASSERT(body.size() <= kMaxReaderMessage);
  Bytes bytes = {static_cast<std::uint8_t>(body.size() >> 8),
                 static_cast<std::uint8_t>(body.size() & 0xFF)};
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

void ReaderMessageDecoder::Feed(ByteView bytes) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<ReaderMessage>> ReaderMessageDecoder::Next() {
  if (buffer_.size() < 2) return std::nullopt;
  const std::size_t length = static_cast<std::size_t>(buffer_[0] << 8 | buffer_[1]);
  if (length > kMaxReaderMessage) return Fail(ErrorCode::BadData, "reader message too long");
  if (buffer_.size() < 2 + length) return std::nullopt;
  auto message = ParseBody(ByteView(buffer_).subspan(2, length));
  if (!message) return Fail(ErrorCode::BadData, "reader message");
  // Given back rather than shifted: freed memory is overwritten, the tail of a vector is not.
  buffer_ = Bytes(buffer_.begin() + static_cast<std::ptrdiff_t>(2 + length), buffer_.end());
  return message;
}

}  // namespace yizhan::drivers
