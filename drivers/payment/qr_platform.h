#pragma once

#include <memory>

#include "backend/payment/platform_client.h"
#include "drivers/payment_terminal.h"

namespace yizhan::drivers {

using QrPlatformOptions = payment::PlatformOptions;

/// A QR payment platform over HTTP (see backend/payment/README.md). BadData: the address, the
/// merchant or the key is not one. See PaymentTerminal for everything else.
[[nodiscard]] Result<std::unique_ptr<PaymentTerminal>> OpenQrPlatform(QrPlatformOptions options);

}  // namespace yizhan::drivers
