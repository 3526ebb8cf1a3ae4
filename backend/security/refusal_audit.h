#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>

#include "backend/security/audit_event.h"
#include "backend/security/records.h"
#include "backend/security/refusal.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace yizhan::security {

/// Writes refusals into the audit, on a thread of its own. Nobody can fill the disk by being
/// refused: the first of a kind is written soon, the following ones are counted, and the count is
/// written once a minute. A kind is reason, claimed name and address; when there are too many
/// kinds, the reason alone. Thread-safe. What it is given outlives it.
class RefusalAudit {
 public:
  static constexpr std::chrono::seconds kInterval{60};

  RefusalAudit(Records& records, const Clock& clock);
  /// Writes what is left.
  ~RefusalAudit();
  RefusalAudit(const RefusalAudit&) = delete;
  RefusalAudit& operator=(const RefusalAudit&) = delete;

  /// Never waits for the store.
  void Add(const Refusal& refusal, ActorKind kind, const std::string& address);
  /// Writes everything that was counted, now.
  void Flush();
  /// How many were refused since the start.
  [[nodiscard]] std::uint64_t Total() const;

 private:
  struct Kind {
    Reason reason;
    ActorKind actor;
    std::string who;
    std::string address;
    friend auto operator<=>(const Kind&, const Kind&) = default;
  };
  struct Counted {
    std::int64_t count = 0;
    WallTime first{};
    MonotonicTime written{};  ///< Zero: never.
  };

  void Run();
  /// Writes what is due, or everything; false: there was nothing.
  bool Write(bool everything);

  Records& records_;
  const Clock& clock_;
  Mutex writing_;  ///< One writes at a time: Flush() returns when everything is in the store.
  mutable Mutex mutex_;
  Condition changed_;
  std::map<Kind, Counted> kinds_ GUARDED_BY(mutex_);
  std::uint64_t total_ GUARDED_BY(mutex_) = 0;
  bool news_ GUARDED_BY(mutex_) = false;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace yizhan::security
