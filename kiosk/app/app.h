#pragma once

#include <atomic>
#include <iosfwd>
#include <memory>
#include <optional>
#include <vector>

#include "base/mailbox.h"
#include "kiosk/app/automation.h"
#include "kiosk/app/config.h"
#include "kiosk/flows/events.h"
#include "kiosk/session/session.h"
#include "kiosk/sync/gateway.h"
#include "offline-store/database.h"
#include "ui/display.h"

namespace yizhan::app {

/// One terminal: owns window, session and every worker, and carries out the session's effects. The
/// main loop takes what workers posted, hands it to the session, draws, and turns touches into
/// events. Thread-bound to the main thread, but for Quit().
class App {
 public:
  /// Fails when the window, the store or the configuration cannot be used: the detail is for the
  /// operator. A reader, printer or hospital that is away is no failure: the screen says so.
  [[nodiscard]] static Result<std::unique_ptr<App>> Open(Config config);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Serves patients until Quit() or the window is closed.
  void Run();
  /// Thread-safe.
  void Quit();

 private:
  struct Workers;
  explicit App(Config config);

  Status StartWorkers();
  [[nodiscard]] flows::Moment Now() const;
  void Post(flows::Event event);
  std::vector<screens::Intent> ShowCurrent();
  void HandleAll();
  void Handle(const flows::Event& event);
  void CarryOut(flows::Effect effect);
  template <typename Slip>
  void PrintSlip(Slip slip);
  void EndSession(const flows::EndSession& end);
  [[nodiscard]] std::chrono::milliseconds WaitTime() const;

  struct Waiter {
    std::string page;
    MonotonicTime until;
    AutomationRequest request;
  };
  /// A touch is answered when the screen shows what it led to, some frames later.
  struct Touch {
    int frames_left = 0;
    AutomationRequest request;
  };
  void ServeAutomation();
  void AnswerWaiters();
  [[nodiscard]] std::string DescribeScreen() const;
  [[nodiscard]] bool TapItem(const std::string& id);
  /// The answer, or empty when it comes later.
  [[nodiscard]] std::optional<std::string> Obey(const AutomationRequest& request);
  [[nodiscard]] std::optional<std::string> ObeyTouch(const std::string& verb, std::istream& words,
                                                     const AutomationRequest& request);

  const Config config_;
  std::unique_ptr<ui::Display> display_;
  std::unique_ptr<offline::Database> database_;
  session::Session session_;
  Mailbox<flows::Event> events_;
  Mailbox<AutomationRequest> automation_requests_;
  std::vector<Waiter> waiters_;
  std::vector<Touch> touches_;
  /// As last drawn. On the heap, because freed memory is overwritten.
  std::unique_ptr<screens::Frame> frame_;
  std::unique_ptr<Workers> workers_;
  std::unique_ptr<Automation> automation_;
  std::atomic<bool> quit_{false};
};

}  // namespace yizhan::app
