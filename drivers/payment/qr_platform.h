#pragma once

#include <memory>

#include "drivers/payment_terminal.h"
#include "payment/platform_client.h"

namespace yizhan::drivers {

using QrPlatformOptions = payment::PlatformOptions;

/// A QR payment platform over HTTP (see payment/README.md). BadData: the address, the merchant or
/// the key is not one. See PaymentTerminal for everything else.
[[nodiscard]] Result<std::unique_ptr<PaymentTerminal>> OpenQrPlatform(QrPlatformOptions options);

}  // namespace yizhan::drivers
