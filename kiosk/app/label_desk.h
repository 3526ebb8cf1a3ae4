#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/mailbox.h"
#include "base/mutex.h"
#include "domain/lab_check_in.h"
#include "domain/print_job.h"
#include "kiosk/app/config.h"
#include "kiosk/flows/events.h"
#include "printer/printer.h"

namespace yizhan::app {

/// Prints the labels of the laboratory's terminal on a printer of their own, each through the print
/// ledger. Labels are for staff: those of a patient who has left still come out. Thread-safe;
/// `tell` is called on worker threads and must not block. Borrows ledger and clock.
class LabelDesk {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LabelDesk>> Open(
      const Config& config, domain::PrintLedger& ledger, const Clock& clock,
      std::function<void(flows::Event)> tell);
  ~LabelDesk();
  LabelDesk(const LabelDesk&) = delete;
  LabelDesk& operator=(const LabelDesk&) = delete;

  /// The session hears LabelProgress: Printed when all of them are out, else the worst of them.
  void Print(flows::SessionNumber session, std::vector<domain::LabLabel> labels);
  /// Joins within two seconds.
  void Stop();

 private:
  explicit LabelDesk(std::function<void(flows::Event)> tell) : tell_(std::move(tell)) {}
  struct Job {
    flows::SessionNumber session = 0;
    std::vector<domain::LabLabel> labels;
  };
  struct Page {
    std::string record;
    flows::SessionNumber session = 0;
    printer::PrintEvent::Kind kind = printer::PrintEvent::Kind::Printing;
  };
  void Run();
  void Render(const Job& job);
  void OnPrinter(const printer::PrintEvent& event);

  const std::function<void(flows::Event)> tell_;
  Mailbox<Job> jobs_{16};
  std::unique_ptr<printer::PrintService> service_;
  std::thread thread_;
  Mutex mutex_;
  std::vector<Page> pages_ GUARDED_BY(mutex_);
};

}  // namespace yizhan::app
