#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/mailbox.h"
#include "domain/print_job.h"
#include "kiosk/app/config.h"
#include "kiosk/flows/events.h"
#include "kiosk/flows/terminal.h"
#include "printer/printer.h"

namespace yizhan::app {

/// Turns tickets and bookings into pages and tells the session how each page fares. Rendering and
/// printing run on workers of its own. Thread-safe; `tell` is called on worker threads and must not
/// block. Borrows the ledger and the clock.
class PrintDesk {
 public:
  [[nodiscard]] static Result<std::unique_ptr<PrintDesk>> Open(
      const Config& config, domain::PrintLedger& ledger, const Clock& clock,
      std::function<void(flows::Event)> tell);
  ~PrintDesk();
  using Job = std::variant<flows::PrintTicket, flows::PrintBooking, flows::PrintLab,
                           flows::PrintGuide, flows::PrintCare>;

  PrintDesk(const PrintDesk&) = delete;
  PrintDesk& operator=(const PrintDesk&) = delete;

  /// Prints a slip. The session hears of it by PrintProgress; when the desk is too busy or the
  /// page cannot be made, it hears Failed.
  void Print(Job print);
  /// The patient of this session left: what has not begun to come out must not come out.
  void Abandon(flows::SessionNumber session);
  /// Joins within two seconds.
  void Stop();

 private:
  PrintDesk(const Config& config, const Clock& clock, std::function<void(flows::Event)> tell);
  void Run();
  void Render(const Job& job);
  /// A slip with what all of them say of this terminal and this copy.
  template <typename Slip>
  [[nodiscard]] Slip Headed(int copy) const;
  [[nodiscard]] Result<printer::Document> ToPage(const flows::PrintTicket& print, int copy) const;
  [[nodiscard]] Result<printer::Document> ToPage(const flows::PrintBooking& print, int copy) const;
  [[nodiscard]] Result<printer::Document> ToPage(const flows::PrintLab& print, int copy) const;
  [[nodiscard]] Result<printer::Document> ToPage(const flows::PrintGuide& print, int copy) const;
  [[nodiscard]] Result<printer::Document> ToPage(const flows::PrintCare& print, int copy) const;
  void OnPrinter(const printer::PrintEvent& event);

  const domain::LocalText hospital_;
  const domain::TerminalId terminal_;
  const flows::Terminal place_;  ///< Where it stands, and its rules.
  const Clock& clock_;
  const std::function<void(flows::Event)> tell_;
  Mailbox<Job> jobs_{16};
  std::unique_ptr<printer::PrintService> service_;
  std::thread thread_;

  Mutex mutex_;
  struct Page {
    std::string record;
    flows::SessionNumber session = 0;
  };
  std::vector<Page> pages_ GUARDED_BY(mutex_);            ///< Not final yet.
  std::map<std::string, int> copies_ GUARDED_BY(mutex_);  ///< Of today's slips, by what is on them.
};

}  // namespace yizhan::app
