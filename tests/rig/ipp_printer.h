#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "tests/rig/child_process.h"
#include "tests/rig/printer_mode.h"

namespace yizhan::rig {

/// Where and how the virtual printer works.
struct IppPrinterOptions {
  std::string dir;                     ///< The rig's folder; printer.uri appears in it.
  std::string program;                 ///< This executable, which also is the print command.
  int port = 0;                        ///< 0: a free one.
  std::chrono::milliseconds page{20};  ///< Time for one page.
};

/// An IPP Everywhere printer: Debian's ippeveprinter with a private message bus. Takes A4 and A5
/// sheets, labels of 50 x 30 mm and an 80 mm roll (any length from 30 mm to 2 m, as media-col).
/// Thread-bound; owns both processes.
class IppPrinter {
 public:
  /// Starts it and waits, at most 10 s, until it answers. NotFound: ippeveprinter or dbus-daemon is
  /// not installed. Timeout: it did not come up; see printer.log in the folder.
  [[nodiscard]] static Result<IppPrinter> Start(IppPrinterOptions options);

  /// "ipp://localhost:PORT/ipp/print"; the same through every power cycle.
  [[nodiscard]] std::string Uri() const;
  [[nodiscard]] Status SetMode(PrinterMode mode);
  [[nodiscard]] PrinterMode Mode() const { return ReadPrinterMode(options_.dir); }
  /// Pulls the plug: jobs, history and the page under way are gone.
  void PowerOff();
  /// Back after a power cut, with an empty queue. Nothing happens when it is on. Errors as Start.
  [[nodiscard]] Status PowerOn();
  [[nodiscard]] bool IsOn() { return printer_.Running(); }

 private:
  explicit IppPrinter(IppPrinterOptions options) : options_(std::move(options)) {}
  Status StartBus();

  IppPrinterOptions options_;
  ChildProcess bus_;
  ChildProcess printer_;
};

}  // namespace yizhan::rig
