#include "tests/rig/printer_mode.h"

#include "tests/rig/files.h"

namespace yizhan::rig {

const char* Name(PrinterMode mode) {
  switch (mode) {
    case PrinterMode::Ok: return "ok";
    case PrinterMode::Slow: return "slow";
    case PrinterMode::PaperOut: return "paper-out";
    case PrinterMode::Jam: return "jam";
    case PrinterMode::Abort: return "abort";
  }
  return "ok";
}

std::optional<PrinterMode> PrinterModeOf(std::string_view word) {
  for (const auto mode : {PrinterMode::Ok, PrinterMode::Slow, PrinterMode::PaperOut,
                          PrinterMode::Jam, PrinterMode::Abort}) {
    if (word == Name(mode)) return mode;
  }
  return std::nullopt;
}

PrinterMode ReadPrinterMode(const std::string& dir) {
  const auto word = ReadFile(dir + "/printer.mode", 64);
  return word ? PrinterModeOf(*word).value_or(PrinterMode::Ok) : PrinterMode::Ok;
}

Status WritePrinterMode(const std::string& dir, PrinterMode mode) {
  return WriteFile(dir + "/printer.mode", Name(mode));
}

}  // namespace yizhan::rig
