#pragma once

#include <chrono>
#include <string>

#include "backend/fhir/json.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace yizhan::e2e {

/// Uses a running terminal as a person would, over its automation socket (kiosk/app/automation.h).
/// Thread-bound. Every call fails with Timeout or Unreachable when the terminal is stuck or gone,
/// Refused with its own words.
class AutomationClient {
 public:
  /// Waits until the terminal listens, at most `timeout`.
  [[nodiscard]] static Result<AutomationClient> Connect(const std::string& socket_path,
                                                        std::chrono::milliseconds timeout);

  [[nodiscard]] Result<fhir::Json> State();
  /// Waits until `page` is shown and returns its state.
  [[nodiscard]] Result<fhir::Json> Await(const std::string& page,
                                         std::chrono::milliseconds timeout);
  [[nodiscard]] Status Tap(const std::string& item);
  /// The first button whose id begins so and that can be touched: what is full is shown greyed.
  [[nodiscard]] Status TapFirst(const std::string& prefix);
  [[nodiscard]] Status Screenshot(const std::string& path);
  [[nodiscard]] Result<fhir::Json> Ask(const std::string& line, std::chrono::milliseconds timeout);

 private:
  explicit AutomationClient(UniqueFd socket) : socket_(std::move(socket)) {}
  UniqueFd socket_;
  std::string unread_;
};

/// The text of an item on the screen; "" when there is none.
[[nodiscard]] std::string LabelOf(const fhir::Json& state, const std::string& id);
/// True when a text or button label on the screen contains `text`.
[[nodiscard]] bool Shows(const fhir::Json& state, const std::string& text);

/// The button of the row that says `text` ("task-3" of the item "task-3/title"); "" when none does.
[[nodiscard]] std::string ButtonOf(const fhir::Json& state, const std::string& text);

}  // namespace yizhan::e2e
