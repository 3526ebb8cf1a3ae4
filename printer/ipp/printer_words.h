/// \file
/// Inside of printer/ipp: what a printer's answers mean. Pure reading of IPP messages.
#pragma once

#include <cups/ipp.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "printer/device.h"

namespace yizhan::printer {

/// A reason without its severity: "media-empty-error" -> "media-empty" (RFC 8011 5.4.12).
[[nodiscard]] std::string_view WithoutSeverity(std::string_view reason);

/// What one printer-state-reason changes in the picture of the device. Unknown warnings and reports
/// change nothing, unknown errors mean that it stands still.
void AddReason(DeviceStatus& status, std::string_view reason);

/// From the answer to Get-Printer-Attributes. Borrows `answer`.
[[nodiscard]] DeviceStatus ReadDeviceStatus(ipp_t* answer);
/// From the answer to Get-Job-Attributes. Borrows `answer`.
[[nodiscard]] JobStatus ReadJobStatus(ipp_t* answer);
/// The id of the job with this name in an answer to Get-Jobs. Borrows `answer`.
[[nodiscard]] std::optional<int> FindJobNamed(ipp_t* answer, const std::string& name);
/// Busy when the printer may take it later, Refused when it never will, Timeout when it failed
/// inside and nobody knows how far it came.
[[nodiscard]] Error RefusalOf(ipp_status_t status);

}  // namespace yizhan::printer
