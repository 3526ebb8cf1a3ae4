#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "drivers/reader/card_watch.h"

namespace yizhan::drivers {

/// What the kiosk's configuration says about its card reader.
struct ReaderOptions {
  std::string device;               ///< As libnfc names it: "pn532_uart:/dev/serial/by-id/...".
  std::string issuer;               ///< Code of the hospital whose cards are accepted.
  std::map<int, std::string> keys;  ///< Key id 0..255 -> Ed25519 public key, 64 hex digits.
  bool legacy_uid = false;          ///< Accept cards that only have a UID.
};

/// BadData: the detail says which option is wrong.
[[nodiscard]] Result<CardPolicy> PolicyOf(const ReaderOptions& options);

/// The command line of yizhan-reader for these options, without the program's name.
[[nodiscard]] std::vector<std::string> ArgumentsOf(const ReaderOptions& options);

/// The other way round. BadData: an unknown or incomplete argument.
[[nodiscard]] Result<ReaderOptions> ParseReaderArguments(const std::vector<std::string>& arguments);

/// The descriptor over which yizhan-reader talks to its parent.
inline constexpr int kReaderSocket = 3;

}  // namespace yizhan::drivers
