/// \file
/// The door to libnfc. libnfc 1.8 can wait without limit, abort and read wild memory when a card or
/// a chip misbehaves: use it only in the reader process, never in the kiosk.
#pragma once

#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "drivers/card_reader.h"

struct nfc_context;
struct nfc_device;

namespace yizhan::drivers {

/// A PN532 or similar reader through libnfc. Thread-bound, and all signals must be blocked in that
/// thread: a signal makes libnfc start a wait again from its beginning.
class NfcCardReader : public CardReader {
 public:
  /// Opens what libnfc calls `device`, "pn532_uart:/dev/serial/by-id/..." (a path with ':' cannot
  /// be named). Takes up to 1.5 s when the chip is silent. DeviceGone: it is not there or does not
  /// answer, try again later. Busy: another process has it.
  [[nodiscard]] static Result<std::unique_ptr<NfcCardReader>> Open(const std::string& device);
  ~NfcCardReader() override;
  NfcCardReader(const NfcCardReader&) = delete;
  NfcCardReader& operator=(const NfcCardReader&) = delete;

  [[nodiscard]] Result<std::optional<FoundCard>> Select() override;
  [[nodiscard]] Result<std::optional<FoundCard>> Await() override;
  [[nodiscard]] Result<Bytes> Transceive(ByteView command,
                                         std::chrono::milliseconds timeout) override;
  [[nodiscard]] Result<bool> AnotherCard(const FoundCard& selected) override;
  [[nodiscard]] Result<bool> StillThere(const FoundCard& card) override;

 private:
  NfcCardReader() = default;
  Result<std::optional<FoundCard>> SelectNow(ByteView uid);
  Result<bool> SelectAgain(const FoundCard& card);
  Status ResetField();
  Status SetTries(int tries);

  UniqueFd lock_;
  nfc_context* context_ = nullptr;
  nfc_device* device_ = nullptr;
  int tries_ = 0;             ///< What the chip was told last; 0: libnfc's own choice.
  bool can_wait_ = false;     ///< The chip takes a number of tries and keeps within our patience.
  bool selected_ = false;     ///< The chip holds a card that was not deselected.
  bool field_stale_ = false;  ///< A card may lie there halted and would not answer a call.
};

}  // namespace yizhan::drivers
