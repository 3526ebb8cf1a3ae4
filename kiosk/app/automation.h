#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/mailbox.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace yizhan::app {

/// One line from a driver of the terminal, and where its one-line answer goes.
struct AutomationRequest {
  std::string line;
  std::shared_ptr<std::function<void(std::string)>> answer;
};

/// A Unix socket by which another program uses the terminal as a person would: it sees the item
/// registry and touches by real finger events. For demo, tests, training and remote help; off
/// unless the configuration names a socket, readable by the same user only. One driver at a time,
/// lines of at most 4 KiB.
///
///   state               -> {"page":"home","signed_in":true,"items":[...], ...}; an item has its
///                          "id", "label", "role", "enabled", "rect" [x, y, width, height] in
///                          pixels, and "focus" (a button's place in the order of Tab) or
///                          "text_rect" (where a text's characters are)
///   await PAGE MS       -> the same when PAGE is shown; {"error":"timeout"} after MS
///   tap ITEM            -> {"ok":true} | {"error":"no such control"}
///   touch X Y, release X Y  (pixels)  -> {"ok":true}
///   screenshot PATH     -> {"ok":true} | {"error":"cannot write"}
class Automation {
 public:
  /// `arrived` is called on the socket's thread for each line. Refused: somebody else has the path.
  [[nodiscard]] static Result<std::unique_ptr<Automation>> Open(
      const std::string& path, std::function<void(AutomationRequest)> arrived);
  ~Automation();
  Automation(const Automation&) = delete;
  Automation& operator=(const Automation&) = delete;

 private:
  Automation(UniqueFd listener, std::string path, std::function<void(AutomationRequest)> arrived);
  void Run();
  void Serve(int connection);

  UniqueFd listener_;
  UniqueFd stop_;  ///< eventfd
  const std::string path_;
  const std::function<void(AutomationRequest)> arrived_;
  std::thread thread_;
};

}  // namespace yizhan::app
