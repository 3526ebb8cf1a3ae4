#include "drivers/nfc/nfc_card_reader.h"

#include <fcntl.h>
#include <nfc/nfc.h>
#include <poll.h>
#include <sys/file.h>

#include <algorithm>
#include <string_view>

// Exported by libnfc, declared in none of its installed headers.
extern "C" int pn53x_transceive(nfc_device* device, const std::uint8_t* command, std::size_t size,
                                std::uint8_t* answer, std::size_t room, int timeout_ms);

namespace yizhan::drivers {
namespace {

using std::chrono::milliseconds;

constexpr nfc_modulation kTypeA{.nmt = NMT_ISO14443A, .nbr = NBR_106};
/// libnfc 1.8 writes beyond a buffer of its own when it is given more.
constexpr std::size_t kMaxCommand = 260;
/// Cards forget everything in a field that is off for 5 ms (ISO/IEC 14443-3).
constexpr int kFieldOffMs = 6;

/// One look may take 300 ms, then libnfc gives up. A chip needs about 5 ms for a try.
constexpr int kPatientTries = 36;
constexpr int kBriefTries = 2;
constexpr int kSettingTimeoutMs = 100;

/// Only chips of this family understand RFConfiguration (PN532 user manual 7.3.1).
bool IsPn53x(std::string_view device) {
  return device.starts_with("pn532") || device.starts_with("pn53x") ||
         device.starts_with("acr122") || device.starts_with("arygon");
}

/// What to do about a libnfc error.
tl::unexpected<Error> Failed(int error) {
  switch (error) {
    case NFC_ETIMEOUT: return Fail(ErrorCode::Timeout, "libnfc: timeout");
    case NFC_ERFTRANS:
    case NFC_ETGRELEASED:
    case NFC_EMFCAUTHFAIL:
    case NFC_EINVARG: return Fail(ErrorCode::NotFound, "libnfc: card " + std::to_string(error));
    default: return Fail(ErrorCode::DeviceGone, "libnfc: " + std::to_string(error));
  }
}

bool IsAboutTheCard(const Error& error) { return error.code == ErrorCode::NotFound; }

FoundCard Describe(const nfc_target& target) {
  const nfc_iso14443a_info& info = target.nti.nai;
  const std::size_t claimed = info.szUidLen;  // Copied: libnfc packs its structures.
  const std::size_t size = std::min(claimed, sizeof info.abtUid);
  FoundCard card{.uid = Bytes(info.abtUid, info.abtUid + size)};
  if ((info.btSak & 0x20) != 0) {
    card.kind = FoundCard::Kind::Iso14443Part4;
  } else if (info.btSak == 0x00 && info.abtAtqa[0] == 0x00 && info.abtAtqa[1] == 0x44) {
    card.kind = FoundCard::Kind::Type2;
  }
  return card;
}

/// The path in "driver:/path[:speed]". Empty when the device is not a file (USB).
std::string PathOf(const std::string& device) {
  const std::size_t slash = device.find(":/");
  if (slash == std::string::npos) return "";
  return device.substr(slash + 1, device.find(':', slash + 1) - slash - 1);
}

}  // namespace

Result<std::unique_ptr<NfcCardReader>> NfcCardReader::Open(const std::string& device) {
  std::unique_ptr<NfcCardReader> reader(new NfcCardReader());
  if (const std::string path = PathOf(device); !path.empty()) {
    // libnfc's own claim is dropped by glibc: two programs could talk to one chip at once.
    reader->lock_ = UniqueFd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!reader->lock_) return Fail(ErrorCode::DeviceGone, "no such device");
    if (::flock(reader->lock_.Get(), LOCK_EX | LOCK_NB) != 0) {
      return Fail(ErrorCode::Busy, "another program has the device");
    }
  }
  nfc_init(&reader->context_);
  if (reader->context_ == nullptr) return Fail(ErrorCode::Internal, "nfc_init");
  reader->device_ = nfc_open(reader->context_, device.c_str());
  if (reader->device_ == nullptr || nfc_initiator_init(reader->device_) < 0 ||
      // With the default (true) an empty field and a dead chip look alike, and late answers are
      // taken for those of the next command.
      nfc_device_set_property_bool(reader->device_, NP_INFINITE_SELECT, false) < 0) {
    return Fail(ErrorCode::DeviceGone, "the device does not answer");
  }
  reader->can_wait_ = IsPn53x(device);
  return reader;
}

NfcCardReader::~NfcCardReader() {
  if (device_ != nullptr) nfc_close(device_);
  if (context_ != nullptr) nfc_exit(context_);
}

Status NfcCardReader::ResetField() {
  int result = nfc_device_set_property_bool(device_, NP_ACTIVATE_FIELD, false);
  if (result >= 0) ::poll(nullptr, 0, kFieldOffMs);
  if (result >= 0) result = nfc_device_set_property_bool(device_, NP_ACTIVATE_FIELD, true);
  if (result < 0) return Failed(result);
  selected_ = false;
  field_stale_ = false;
  return {};
}

/// One look. With a UID only that card answers, halted or not.
Result<std::optional<FoundCard>> NfcCardReader::SelectNow(ByteView uid) {
  nfc_target target{};
  selected_ = false;
  const int found =
      nfc_initiator_select_passive_target(device_, kTypeA, uid.data(), uid.size(), &target);
  if (found < 0) {
    auto failure = Failed(found);
    if (IsAboutTheCard(failure.value())) return std::nullopt;
    return failure;
  }
  if (found == 0) return std::nullopt;
  selected_ = true;
  return Describe(target);
}

/// How often the chip itself tries before it calls the field empty (MxRtyPassiveActivation).
Status NfcCardReader::SetTries(int tries) {
  if (!can_wait_ || tries == tries_) return {};
  const std::uint8_t command[] = {0x32, 0x05, 0x00, 0x01, static_cast<std::uint8_t>(tries - 1)};
  std::uint8_t answer[16];
  const int result =
      pn53x_transceive(device_, command, sizeof command, answer, sizeof answer, kSettingTimeoutMs);
  if (result < 0) return Failed(result);
  tries_ = tries;
  return {};
}

Result<std::optional<FoundCard>> NfcCardReader::Select() {
  if (field_stale_) {
    if (const auto reset = ResetField(); !reset) return tl::unexpected(reset.error());
  }
  if (const auto set = SetTries(kBriefTries); !set) return tl::unexpected(set.error());
  return SelectNow({});
}

Result<std::optional<FoundCard>> NfcCardReader::Await() {
  if (field_stale_) {
    if (const auto reset = ResetField(); !reset) return tl::unexpected(reset.error());
  }
  if (const auto set = SetTries(kPatientTries); !set) return tl::unexpected(set.error());
  auto found = SelectNow({});
  // A chip that needs longer for a try than expected is asked briefly from now on.
  if (!found && found.error().code == ErrorCode::Timeout && can_wait_) {
    if (const auto set = SetTries(kBriefTries); !set) return tl::unexpected(set.error());
    can_wait_ = false;
  }
  return found;
}

Result<Bytes> NfcCardReader::Transceive(ByteView command, milliseconds timeout) {
  if (command.empty() || command.size() > kMaxCommand) {
    return Fail(ErrorCode::BadData, "command length");
  }
  Bytes answer(264);
  // 0 would mean to wait for ever.
  const int limit = static_cast<int>(std::max<milliseconds::rep>(timeout.count(), 1));
  const int count = nfc_initiator_transceive_bytes(device_, command.data(), command.size(),
                                                   answer.data(), answer.size(), limit);
  if (count == NFC_EOVFLOW) return Fail(ErrorCode::NotFound, "the card's answer is too long");
  if (count < 0) return Failed(count);
  answer.resize(std::min(static_cast<std::size_t>(count), answer.size()));
  return answer;
}

Result<bool> NfcCardReader::AnotherCard(const FoundCard& selected) {
  // A halted card keeps quiet until the field drops, so any answer is another card's. Chips that
  // wake halted cards answer with the same card again.
  const int halted = nfc_initiator_deselect_target(device_);
  selected_ = false;
  field_stale_ = true;
  if (halted < 0 && !IsAboutTheCard(Failed(halted).value())) return Failed(halted);
  if (const auto set = SetTries(kBriefTries); !set) return tl::unexpected(set.error());
  const auto found = SelectNow({});
  if (!found) return tl::unexpected(found.error());
  const bool another =
      *found && (*found)->uid != selected.uid && !(HasRandomUid(**found) && HasRandomUid(selected));
  return another;
}

Result<bool> NfcCardReader::StillThere(const FoundCard& card) {
  if (selected_ && card.kind == FoundCard::Kind::Iso14443Part4) {
    const int present = nfc_initiator_target_is_present(device_, nullptr);
    if (present == 0) return true;
    const auto failure = Failed(present);
    if (!IsAboutTheCard(failure.value())) return failure;
  } else if (selected_ && card.kind == FoundCard::Kind::Type2) {
    constexpr milliseconds kPatience{100};
    if (const auto page = Transceive(Bytes{0x30, 0x00}, kPatience)) return true;
  }
  return SelectAgain(card);
}

/// One unanswered question is not a removal: the card is called by its name, then looked for in a
/// fresh field.
Result<bool> NfcCardReader::SelectAgain(const FoundCard& card) {
  const auto same = [&](const std::optional<FoundCard>& found) {
    return found && (found->uid == card.uid || (HasRandomUid(*found) && HasRandomUid(card)));
  };
  if (const auto set = SetTries(kBriefTries); !set) return tl::unexpected(set.error());
  const auto called = SelectNow(card.uid);
  if (!called) return tl::unexpected(called.error());
  if (same(*called)) return true;
  field_stale_ = true;
  const auto looked = Select();
  if (!looked) return tl::unexpected(looked.error());
  if (same(*looked)) return true;
  // Whatever lies there now is judged from the beginning.
  field_stale_ = looked->has_value();
  return false;
}

}  // namespace yizhan::drivers
