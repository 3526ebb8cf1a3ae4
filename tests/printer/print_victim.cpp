/// \file
/// A terminal that only prints: finishes what the ledger holds and ends. Made to be killed; with a
/// number it kills itself around that many changes of the ledger.
///
/// print_victim STORE URI [before|after N]

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/mailbox.h"
#include "offline-store/print_ledger_table.h"
#include "printer/ipp/ipp_device.h"
#include "printer/printer.h"

namespace yizhan::printer {
namespace {

/// The real ledger, with death at a chosen change.
class DeadlyLedger final : public domain::PrintLedger {
 public:
  DeadlyLedger(offline::Database& database, std::string when, int change)
      : ledger_(database), when_(std::move(when)), left_(change) {}
  /// Waits until a page has got further.
  void AwaitChange() { static_cast<void>(changed_.WaitAndTakeAll(std::chrono::seconds(1))); }

  Status Add(const domain::PrintRecord& record, const std::string& document) override {
    return ledger_.Add(record, document);
  }
  Status Update(const domain::PrintRecord& record) override {
    const bool now = --left_ == 0;
    if (now && when_ == "before") ::kill(::getpid(), SIGKILL);
    Status done = ledger_.Update(record);
    if (now && when_ == "after") ::kill(::getpid(), SIGKILL);
    static_cast<void>(changed_.Post(true));  // Full: there is something to wake for already.
    return done;
  }
  Result<std::vector<domain::PrintRecord>> Open() override { return ledger_.Open(); }
  Result<domain::PrintRecord> Find(const std::string& id) override { return ledger_.Find(id); }
  Result<std::string> Document(const std::string& id) override { return ledger_.Document(id); }

 private:
  offline::PrintLedgerTable ledger_;
  std::string when_;
  int left_;
  Mailbox<bool> changed_{64};
};

int Run(int count, char** arguments) {
  if (count != 3 && count != 5) return 2;
  offline::OpenOptions store{.path = arguments[1],
                             .key = offline::StoreKey(Bytes(offline::StoreKey::kSizeBytes, 0x5A))};
  auto database = offline::Database::Open(std::move(store));
  if (!database) return 3;
  auto device = OpenIppDevice({.uri = arguments[2], .certificate_sha256 = ""});
  if (!device) return 4;
  DeadlyLedger ledger(**database, count == 5 ? arguments[3] : "",
                      count == 5 ? std::atoi(arguments[4]) : 0);
  PrintServiceOptions options;
  options.name = "slips";
  options.limits.poll = std::chrono::milliseconds(10);
  options.limits.first_back_off = std::chrono::milliseconds(5);
  options.limits.max_attempts = 1000;
  options.resume_within = std::chrono::hours(1);
  PrintService service(options, std::move(*device), ledger, SystemClock(), {});
  for (;;) {
    const auto open = ledger.Open();
    if (!open) return 5;
    if (open->empty()) return 0;
    ledger.AwaitChange();
  }
}

}  // namespace
}  // namespace yizhan::printer

int main(int count, char** arguments) { return yizhan::printer::Run(count, arguments); }
