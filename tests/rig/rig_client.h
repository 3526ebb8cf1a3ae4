#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tests/rig/child_process.h"

namespace yizhan::rig {

/// One document the virtual printer put on its pile.
struct PrintedDocument {
  int job = 0;       ///< The printer's job id; starts again at 1 after a power cycle.
  std::string name;  ///< The job's name as the client gave it.
  int pages = 0;
  std::string path;  ///< The document as it arrived.
};

/// One page, the moment it left the printer, finished document or not.
struct PrintedPage {
  int job = 0;
  int page = 0;  ///< From 1.
};

struct RigProcessOptions {
  bool with_printer = true;
  bool paced = false;
};

/// A rig in a folder of its own, for one test. Ends, and takes its folder along, with this value.
/// Thread-bound: the rig also ends when the thread that started it ends.
class RigProcess {
 public:
  /// Returns when every device answers. Timeout: it did not within a minute; the rig's words are
  /// the detail. NotFound, Internal: it could not be started.
  [[nodiscard]] static Result<RigProcess> Start(RigProcessOptions options = {});
  RigProcess(RigProcess&& other) noexcept;
  RigProcess& operator=(RigProcess&&) = delete;
  RigProcess(const RigProcess&) = delete;
  RigProcess& operator=(const RigProcess&) = delete;
  ~RigProcess();

  /// The rig's folder.
  [[nodiscard]] const std::string& Dir() const { return dir_; }
  /// What the kiosk's configuration names: "pn532_uart:..." and "ipp://...".
  [[nodiscard]] std::string ReaderDevice() const;
  [[nodiscard]] std::string PrinterUri() const;
  /// "printer jam", "tap anna 800"... Errors as AskRig.
  Result<std::string> Ask(std::string_view request) const;
  /// Runs `yizhan-rig` itself, for what needs no running rig ("make-card", ...). Returns its
  /// output. Refused: it exits with anything but 0; its words are the detail.
  [[nodiscard]] Result<std::string> RunTool(const std::vector<std::string>& arguments) const;
  /// The pile of finished documents and every single page, oldest first.
  [[nodiscard]] std::vector<PrintedDocument> Printed() const;
  [[nodiscard]] std::vector<PrintedPage> Pages() const;

 private:
  RigProcess(std::string dir, ChildProcess process);
  std::string dir_;
  ChildProcess process_;
};

/// Asks `done` every few milliseconds until it says yes, at most `timeout`. False: it never did.
[[nodiscard]] bool WaitUntil(const std::function<bool()>& done,
                             std::chrono::milliseconds timeout = std::chrono::seconds(20));

}  // namespace yizhan::rig
