#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "offline-store/database.h"

namespace yizhan::offline {

/// Numbers of this terminal's own namespace, one series for each queue letter and business day
/// (domain::ProvisionalTicketNumber puts the terminal's name in front, so that two terminals never
/// meet). A number is on disk before it is returned and never comes back: gaps are normal, doubles
/// are impossible. Series are never forgotten, not even of past days: a machine's clock may jump
/// ahead and back, and a forgotten series would start at 1 again. Thread-safe. Borrows the
/// database. Errors: see Database.
class TicketCounter {
 public:
  explicit TicketCounter(Database& database) : database_(database) {}

  /// The next number, from 1.
  [[nodiscard]] Result<int> Draw(const std::string& queue_letter, std::chrono::local_days day);

  /// Never draw `number` or a lower one again: after the hospital said what it has seen from this
  /// terminal (the file might be an older copy). A lower value than the own one changes nothing.
  [[nodiscard]] Status SkipPast(const std::string& queue_letter, std::chrono::local_days day,
                                int number);

 private:
  Database& database_;
};

}  // namespace yizhan::offline
