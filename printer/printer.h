/// \file
/// Printing as the terminal uses it: hand over a page, hear in words what becomes of it.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "base/clock.h"
#include "base/mailbox.h"
#include "base/result.h"
#include "domain/print_job.h"
#include "printer/device.h"
#include "printer/document.h"
#include "printer/job_machine.h"

namespace yizhan::printer {

/// What the patient is told about a page. The last three are final.
struct PrintEvent {
  enum class Kind {
    Printing,  ///< On its way; also again when a trouble has gone.
    PaperOut,  ///< Goes on by itself when somebody adds paper.
    Jam,
    CoverOpen,
    PrinterAway,  ///< Switched off, unplugged, or stands still for another reason.
    Printed,      ///< Out, by the device's own count.
    Uncertain,    ///< May or may not be out: ask, and offer another copy under a new record.
    Failed,       ///< Given up; certainly nothing came out.
  };
  std::string record_id;
  Kind kind = Kind::Printing;
};

/// The device when nobody prints, so that the terminal knows before a patient starts.
struct PrinterHealth {
  bool reachable = false;
  DeviceStatus device;  ///< Meaningless while it is not reachable.

  /// A page given now should come out.
  [[nodiscard]] bool Ready() const { return reachable && !device.StandsStill(); }
  friend bool operator==(const PrinterHealth&, const PrinterHealth&) = default;
};

struct PrintServiceOptions {
  std::string name;  ///< Configured name; the ledger's records carry it.
  JobLimits limits;
  std::chrono::milliseconds health_poll{std::chrono::seconds(3)};
  /// Pages that an earlier run of the program left unfinished are still printed when they are
  /// younger than this; older ones are only brought to an end.
  std::chrono::seconds resume_within{120};
};

/// One page (or more) to print. The id is new: another copy of the same ticket is another order.
struct PrintOrder {
  std::string record_id;  ///< UUID.
  int copy = 1;           ///< 2..: 补打, asked for by a person.
  Document document;
};

/// Called on the printer's own thread; must not block. Both may be empty.
struct PrintListener {
  std::function<void(const PrintEvent&)> on_print;
  std::function<void(const PrinterHealth&)> on_health;  ///< The first state, then each change.
};

/// One printer and the thread that talks to it. Orders are printed one after another, each through
/// the durable ledger, so that no page is printed twice whatever is killed or unplugged. Starts by
/// finishing what an earlier run left open (events are sent for these, too).
///
/// Thread-safe. Owns the device; borrows ledger and clock, which outlive it.
class PrintService {
 public:
  PrintService(PrintServiceOptions options, std::unique_ptr<PrintDevice> device,
               domain::PrintLedger& ledger, const Clock& clock, PrintListener listener);
  /// Stops within two seconds. Unfinished pages stay in the ledger for the next start.
  ~PrintService();
  PrintService(const PrintService&) = delete;
  PrintService& operator=(const PrintService&) = delete;

  /// Never waits. The first event comes when the page is on its way, or a trouble is known. Busy:
  /// too many orders wait; nothing was accepted.
  [[nodiscard]] Status Submit(PrintOrder order);
  /// The patient left. What has not begun does not come out; what has begun is finished. No more
  /// events but the final one.
  void Abandon(const std::string& record_id);
  /// As the destructor; later orders are Busy.
  void Stop();

 private:
  struct AbandonOrder {
    std::string record_id;
  };
  using Command = std::variant<PrintOrder, AbandonOrder>;

  /// A page in hand or waiting.
  struct Page {
    JobMachine machine;
    std::optional<PrintEvent::Kind> last_told;
  };

  void Run();
  void Recover();
  void TakeCommands(std::chrono::milliseconds wait);
  void Accept(PrintOrder order);
  void Step(Page& page);
  void Store(Page& page);
  void Create(Page& page);
  void Send(Page& page);
  void Observe(Page& page);
  [[nodiscard]] Result<Document> LoadDocument(const Page& page);
  void LookAfterDevice();
  Result<DeviceStatus> AskDevice();
  void NoteHealth(const PrinterHealth& health);
  void TellTrouble();
  void Tell(Page& page, PrintEvent::Kind kind);
  void TellFinal(Page& page);

  const PrintServiceOptions options_;
  const std::unique_ptr<PrintDevice> device_;
  domain::PrintLedger& ledger_;
  const Clock& clock_;
  const PrintListener listener_;
  Mailbox<Command> commands_;
  std::atomic<bool> stopping_ = false;

  // Touched by the thread alone.
  std::deque<Page> pages_;  ///< The first one is in hand.
  std::optional<PrinterHealth> health_;
  std::optional<MonotonicTime> last_look_;

  std::thread thread_;
};

}  // namespace yizhan::printer
