#include "drivers/cards/patient_card.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>

#include "drivers/cards/ndef.h"

namespace yizhan::drivers {
namespace {

using domain::CardProblem;

constexpr std::string_view kSignatureContext{"yizhan card 1\0", 14};
constexpr std::size_t kMaxIssuer = 32;
constexpr std::size_t kMinDigits = 8;
constexpr std::size_t kMaxDigits = 20;
constexpr std::size_t kSignatureBytes = std::tuple_size_v<Ed25519Signature>;

void Append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

bool IsUid(ByteView uid) { return uid.size() == 4 || uid.size() == 7 || uid.size() == 10; }

/// What the issuer signs: `body` (the payload without its signature) tied to one chip.
Bytes SignedBytes(ByteView uid, ByteView body) {
  Bytes bytes;
  Append(bytes, AsBytes(kSignatureContext));
  bytes.push_back(static_cast<std::uint8_t>(uid.size()));
  Append(bytes, uid);
  Append(bytes, body);
  return bytes;
}

/// Takes a text with a length byte from the front of `rest`. Null when `rest` is too short.
std::optional<std::string> TakeText(ByteView& rest) {
  if (rest.empty() || rest.size() - 1 < rest.front()) return std::nullopt;
  std::string text(AsText(rest.subspan(1, rest.front())));
  rest = rest.subspan(1 + text.size());
  return text;
}

CardVerdict VerifyPayload(ByteView payload, ByteView uid, const KeyRing& keys) {
  if (payload.empty()) return CardProblem::Malformed;
  if (payload[0] != kPatientCardVersion) return CardProblem::Foreign;
  if (payload.size() < 2 + kSignatureBytes) return CardProblem::Malformed;
  const ByteView body = payload.first(payload.size() - kSignatureBytes);
  ByteView rest = body.subspan(2);
  const auto issuer = TakeText(rest);
  const auto number = TakeText(rest);
  if (!issuer || !number || !rest.empty() || !IsIssuerCode(*issuer) || !IsCardNumber(*number)) {
    return CardProblem::Malformed;
  }
  if (!keys.Knows(*issuer)) return CardProblem::Foreign;
  const std::uint8_t key_id = payload[1];
  const Ed25519PublicKey* key = keys.Find(*issuer, key_id);
  Ed25519Signature signature{};
  std::ranges::copy(payload.last(kSignatureBytes), signature.begin());
  if (key == nullptr || !VerifyEd25519(*key, SignedBytes(uid, body), signature)) {
    return CardProblem::Forged;
  }
  return domain::CardToken{.issuer = *issuer,
                           .number = domain::CardNumber(*number),
                           .version = kPatientCardVersion,
                           .key_id = key_id};
}

}  // namespace

bool IsIssuerCode(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIssuer &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

bool IsCardNumber(std::string_view text) {
  return text.size() >= kMinDigits && text.size() <= kMaxDigits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<Bytes> IssuePatientCard(const domain::CardToken& token, ByteView uid,
                               const Ed25519SigningKey& key) {
  const std::string& number = token.number.Value();
  if (token.version != kPatientCardVersion || !IsIssuerCode(token.issuer) ||
      !IsCardNumber(number) || !IsUid(uid)) {
    return Fail(ErrorCode::BadData, "patient card fields");
  }
  Bytes payload{kPatientCardVersion, token.key_id, static_cast<std::uint8_t>(token.issuer.size())};
  Append(payload, AsBytes(token.issuer));
  payload.push_back(static_cast<std::uint8_t>(number.size()));
  Append(payload, AsBytes(number));
  const auto signature = key.Sign(SignedBytes(uid, payload));
  if (!signature) return tl::unexpected(signature.error());
  Append(payload, *signature);
  return BuildNdef({NdefRecord{.type_name = NdefTypeName::External,
                               .type = std::string(kPatientCardRecordType),
                               .id = {},
                               .payload = std::move(payload)}});
}

CardVerdict VerifyPatientCard(ByteView ndef, ByteView uid, const KeyRing& keys) {
  if (ndef.empty()) return CardProblem::Foreign;  // Formatted, never issued.
  const auto records = ParseNdef(ndef);
  if (!records) return CardProblem::Malformed;
  const auto is_ours = [](const NdefRecord& record) {
    return record.type_name == NdefTypeName::External && record.type == kPatientCardRecordType;
  };
  const auto ours = std::ranges::find_if(*records, is_ours);
  if (ours == records->end()) return CardProblem::Foreign;
  // The signature covers one record: a card with more was not written by an issuer.
  if (records->size() != 1 || !ours->id.empty() || !IsUid(uid)) return CardProblem::Malformed;
  return VerifyPayload(ours->payload, uid, keys);
}

}  // namespace yizhan::drivers
