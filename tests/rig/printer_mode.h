/// \file
/// How the virtual printer behaves: one word in the file `printer.mode` of the rig's folder. The
/// rig writes it, the print command reads it while it prints, so trouble can come in mid-page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yizhan::rig {

enum class PrinterMode {
  Ok,
  Slow,      ///< Prints, but takes its time.
  PaperOut,  ///< Stands still with "media-empty" until the mode changes.
  Jam,       ///< Stands still with "media-jam" until the mode changes.
  Abort,     ///< Gives up the job between two pages.
};

/// The word of a mode: "ok", "slow", "paper-out", "jam", "abort".
[[nodiscard]] const char* Name(PrinterMode mode);
/// Empty when it is none of these words.
[[nodiscard]] std::optional<PrinterMode> PrinterModeOf(std::string_view word);

/// Ok when the file is missing or holds anything else.
[[nodiscard]] PrinterMode ReadPrinterMode(const std::string& dir);
/// Internal: the folder cannot be written.
[[nodiscard]] Status WritePrinterMode(const std::string& dir, PrinterMode mode);

}  // namespace yizhan::rig
