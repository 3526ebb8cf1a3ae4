#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tests/rig/control.h"
#include "tests/rig/ipp_printer.h"
#include "tests/rig/payment_platform.h"
#include "tests/rig/sms_gateway.h"
#include "tests/rig/virtual_reader.h"

namespace yizhan::rig {

/// Instant answers for tests, or the pace of real hardware for people.
enum class Timing { Fast, Paced };

struct RigOptions {
  std::string dir;      ///< Holds everything the rig makes. Created when missing.
  std::string program;  ///< Path of this executable.
  Timing timing = Timing::Paced;
  int printer_port = 0;  ///< 0: a free one.
  bool with_printer = true;
};

/// The virtual hardware of one kiosk. Thread-bound; owns the devices and their processes.
class Rig {
 public:
  /// Starts every device and waits until each answers. Then the folder holds `reader.tty`,
  /// `printer.uri`, `payment.url`, `sms.url`, `rig.sock` and, last of all, `ready`. Errors as
  /// VirtualReader, IppPrinter and ControlServer.
  [[nodiscard]] static Result<Rig> Start(RigOptions options);

  /// Obeys requests until one of them is "stop" or the program is told to end (SIGINT, SIGTERM,
  /// which must be blocked). Internal: the system refuses to deliver signals.
  [[nodiscard]] Status Run();

 private:
  explicit Rig(RigOptions options) : options_(std::move(options)) {}
  Result<std::string> Handle(std::string_view request);
  Result<std::string> HandleCards(const std::vector<std::string>& words);
  Result<std::string> HandleReader(const std::vector<std::string>& words);
  Result<std::string> ListCards() const;
  std::string Stats() const;
  Status StartServices();
  Result<std::string> HandlePayment(const std::vector<std::string>& words);
  Result<std::string> HandleSms(const std::vector<std::string>& words);
  Result<std::string> HandlePrinter(const std::vector<std::string>& words);

  RigOptions options_;
  std::optional<ControlServer> control_;
  std::unique_ptr<VirtualReader> reader_;
  std::optional<IppPrinter> printer_;
  std::unique_ptr<PaymentPlatform> payment_;
  std::unique_ptr<VirtualSmsGateway> sms_;
  bool stopping_ = false;
};

}  // namespace yizhan::rig
