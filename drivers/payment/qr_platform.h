#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "drivers/payment_terminal.h"

namespace yizhan::drivers {

struct QrPlatformOptions {
  std::string base_url;  ///< "https://pay.example/v1", no slash at the end.
  std::string merchant;  ///< The hospital's name at the platform.
  std::string key;       ///< Signs both ways. Secret.
  std::string ca_file;   ///< PEM; empty: the system's.
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds timeout{5000};  ///< Of one whole exchange.
};

/// A QR payment platform over HTTP: POST base/create, /query, /reverse with a signed form, answered
/// by one. Every answer must carry the question's nonce and the order's number, so that an old
/// answer or another order's proves nothing. BadData from Open(): the address or the key is not
/// one. See PaymentTerminal for everything else.
[[nodiscard]] Result<std::unique_ptr<PaymentTerminal>> OpenQrPlatform(QrPlatformOptions options);

}  // namespace yizhan::drivers
