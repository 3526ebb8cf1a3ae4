#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/mailbox.h"
#include "domain/print_job.h"
#include "kiosk/app/config.h"
#include "kiosk/flows/events.h"
#include "printer/printer.h"

namespace yizhan::app {

/// Turns tickets into pages and tells the session how each page fares. Rendering and printing run
/// on workers of its own. Thread-safe; `tell` is called on worker threads and must not block.
/// Borrows the ledger and the clock.
class PrintDesk {
 public:
  [[nodiscard]] static Result<std::unique_ptr<PrintDesk>> Open(
      const Config& config, domain::PrintLedger& ledger, const Clock& clock,
      std::function<void(flows::Event)> tell);
  ~PrintDesk();
  PrintDesk(const PrintDesk&) = delete;
  PrintDesk& operator=(const PrintDesk&) = delete;

  /// Prints a ticket. The session hears of it by PrintProgress; when the desk is too busy or the
  /// page cannot be made, it hears Failed.
  void Print(const flows::PrintTicket& print);
  /// The patient of this session left: what has not begun to come out must not come out.
  void Abandon(flows::SessionNumber session);
  /// Joins within two seconds.
  void Stop();

 private:
  PrintDesk(const Config& config, const Clock& clock, std::function<void(flows::Event)> tell);
  void Run();
  void Render(const flows::PrintTicket& print);
  void OnPrinter(const printer::PrintEvent& event);

  const domain::LocalText hospital_;
  const domain::TerminalId terminal_;
  const TimeZone zone_;
  const Clock& clock_;
  const std::function<void(flows::Event)> tell_;
  Mailbox<flows::PrintTicket> tickets_{16};
  std::unique_ptr<printer::PrintService> service_;
  std::thread thread_;

  Mutex mutex_;
  struct Page {
    std::string record;
    flows::SessionNumber session = 0;
  };
  std::vector<Page> pages_ GUARDED_BY(mutex_);                    ///< Not final yet.
  std::map<domain::OperationId, int> copies_ GUARDED_BY(mutex_);  ///< Of today's tickets.
};

}  // namespace yizhan::app
