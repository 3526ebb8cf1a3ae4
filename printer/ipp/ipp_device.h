/// \file
/// A printer that speaks IPP (RFC 8010, 8011), asked directly: no print spooler in between, whose
/// "completed" would be no proof of paper. CUPS' library stays behind this line.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "printer/device.h"

namespace yizhan::printer {

struct IppOptions {
  std::string uri;  ///< "ipp://host[:port]/path" or "ipps://...".
  /// SHA-256 of the printer's certificate (DER), 64 hexadecimal digits. Empty: any certificate, for
  /// printers on their own cable. Only for ipps.
  std::string certificate_sha256;
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds answer_timeout{8000};
};

/// Makes the device; connects when first used, and again after each failure. BadData: the address
/// is no IPP address, or the certificate's digest is none.
[[nodiscard]] Result<std::unique_ptr<PrintDevice>> OpenIppDevice(const IppOptions& options);

}  // namespace yizhan::printer
