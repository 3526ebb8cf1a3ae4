#include "drivers/cards/ndef.h"

namespace yizhan::drivers {
namespace {

constexpr std::uint8_t kMessageBegin = 0x80;
constexpr std::uint8_t kMessageEnd = 0x40;
constexpr std::uint8_t kChunk = 0x20;
constexpr std::uint8_t kShortRecord = 0x10;
constexpr std::uint8_t kHasId = 0x08;
constexpr std::uint8_t kTypeNameMask = 0x07;
constexpr std::size_t kMaxShortPayload = 255;

/// Takes bytes from the front of a message and remembers when there were too few.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}

  [[nodiscard]] std::uint8_t Byte() {
    const ByteView one = Take(1);
    return one.empty() ? std::uint8_t{0} : one.front();
  }
  [[nodiscard]] std::size_t Number(std::size_t bytes) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | Byte();
    return value;
  }
  [[nodiscard]] ByteView Take(std::size_t count) {
    if (count > rest_.size()) {
      short_ = true;
      return {};
    }
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  [[nodiscard]] bool RanShort() const { return short_; }
  [[nodiscard]] bool AtEnd() const { return rest_.empty(); }

 private:
  ByteView rest_;
  bool short_ = false;
};

/// True when the lengths of type and payload agree with what the type name says.
bool Consistent(const NdefRecord& record) {
  switch (record.type_name) {
    case NdefTypeName::Empty:
      return record.type.empty() && record.id.empty() && record.payload.empty();
    case NdefTypeName::Unknown: return record.type.empty();
    case NdefTypeName::WellKnown:
    case NdefTypeName::Media:
    case NdefTypeName::Uri:
    case NdefTypeName::External: return !record.type.empty();
  }
  return false;
}

}  // namespace

Result<std::vector<NdefRecord>> ParseNdef(ByteView message) {
  if (message.size() > kMaxNdefBytes) return Fail(ErrorCode::BadData, "NDEF message oversize");
  Cursor cursor(message);
  std::vector<NdefRecord> records;
  for (bool last = false; !last;) {
    if (records.size() == kMaxNdefRecords) return Fail(ErrorCode::BadData, "NDEF: many records");
    const std::uint8_t header = cursor.Byte();
    const int type_name = header & kTypeNameMask;
    if ((header & kChunk) != 0 || type_name > static_cast<int>(NdefTypeName::Unknown) ||
        ((header & kMessageBegin) != 0) != records.empty()) {
      return Fail(ErrorCode::BadData, "NDEF record header");
    }
    last = (header & kMessageEnd) != 0;
    const std::size_t type_length = cursor.Byte();
    const std::size_t payload_length = cursor.Number((header & kShortRecord) != 0 ? 1 : 4);
    const std::size_t id_length = (header & kHasId) != 0 ? cursor.Byte() : 0;
    NdefRecord record{.type_name = static_cast<NdefTypeName>(type_name)};
    record.type = AsText(cursor.Take(type_length));
    const ByteView id = cursor.Take(id_length);
    record.id.assign(id.begin(), id.end());
    const ByteView payload = cursor.Take(payload_length);
    record.payload.assign(payload.begin(), payload.end());
    if (cursor.RanShort()) return Fail(ErrorCode::BadData, "NDEF record truncated");
    if (!Consistent(record)) return Fail(ErrorCode::BadData, "NDEF record lengths");
    records.push_back(std::move(record));
  }
  if (!cursor.AtEnd()) return Fail(ErrorCode::BadData, "NDEF: bytes behind the message");
  return records;
}

Result<Bytes> BuildNdef(const std::vector<NdefRecord>& records) {
  if (records.empty() || records.size() > kMaxNdefRecords) {
    return Fail(ErrorCode::BadData, "NDEF: count of records");
  }
  Bytes message;
  for (const NdefRecord& record : records) {
    if (!Consistent(record) || record.type.size() > 255 || record.id.size() > 255 ||
        record.payload.size() > kMaxNdefBytes) {
      return Fail(ErrorCode::BadData, "NDEF record lengths");
    }
    const bool is_short = record.payload.size() <= kMaxShortPayload;
    int header = static_cast<int>(record.type_name);
    if (&record == &records.front()) header |= kMessageBegin;
    if (&record == &records.back()) header |= kMessageEnd;
    if (is_short) header |= kShortRecord;
    if (!record.id.empty()) header |= kHasId;
    message.push_back(static_cast<std::uint8_t>(header));
    message.push_back(static_cast<std::uint8_t>(record.type.size()));
    if (!is_short) message.insert(message.end(), 2, 0);  // Never above kMaxNdefBytes.
    if (!is_short) message.push_back(static_cast<std::uint8_t>(record.payload.size() >> 8));
    message.push_back(static_cast<std::uint8_t>(record.payload.size() & 0xFF));
    if (!record.id.empty()) message.push_back(static_cast<std::uint8_t>(record.id.size()));
    message.insert(message.end(), record.type.begin(), record.type.end());
    message.insert(message.end(), record.id.begin(), record.id.end());
    message.insert(message.end(), record.payload.begin(), record.payload.end());
  }
  if (message.size() > kMaxNdefBytes) return Fail(ErrorCode::BadData, "NDEF message oversize");
  return message;
}

}  // namespace yizhan::drivers
