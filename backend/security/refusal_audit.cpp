#include "backend/security/refusal_audit.h"

#include <vector>

#include "backend/security/rate_limit.h"
#include "base/log.h"
#include "base/metrics.h"

namespace yizhan::security {
namespace {

constexpr std::size_t kMaxKinds = 256;
/// Rows written together: one unit of work.
constexpr std::size_t kMaxRows = 64;
constexpr std::size_t kMaxWhoBytes = 64;

}  // namespace

RefusalAudit::RefusalAudit(Records& records, const Clock& clock)
    : records_(records), clock_(clock), thread_([this] { Run(); }) {}

RefusalAudit::~RefusalAudit() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
  Flush();
}

void RefusalAudit::Add(const Refusal& refusal, ActorKind kind, const std::string& address) {
  ProcessMetrics()
      .CounterOf("yizhan_access_refused_total", "Requests refused because of who asked, or how.",
                 {{"reason", LogWord::OfProgram(Name(refusal.reason))}})
      .Add();
  ProcessMetrics()
      .CounterOf("yizhan_access_refused_total", "Requests that were refused, by reason.",
                 {{"reason", LogWord::OfProgram(Name(refusal.reason))}})
      .Add();
  Kind key{refusal.reason, kind, refusal.claimed.substr(0, kMaxWhoBytes), LimitedAddress(address)};
  MutexLock lock(mutex_);
  ++total_;
  if (kinds_.size() >= kMaxKinds && !kinds_.contains(key)) {
    key = Kind{refusal.reason, ActorKind::Unknown, "", ""};
  }
  Counted& counted = kinds_[key];
  if (counted.count++ == 0) counted.first = clock_.Now();
  news_ = true;
  changed_.NotifyAll();
}

std::uint64_t RefusalAudit::Total() const {
  MutexLock lock(mutex_);
  return total_;
}

void RefusalAudit::Flush() {
  while (Write(true)) {
  }
}

void RefusalAudit::Run() {
  while (true) {
    {
      MutexLock lock(mutex_);
      if (ending_) return;
      // Something is always due within the interval; without kinds nothing is.
      if (!news_) changed_.WaitFor(mutex_, std::chrono::seconds(kinds_.empty() ? 60 : 1));
      if (ending_) return;
      news_ = false;
    }
    while (Write(false)) {
    }
  }
}

bool RefusalAudit::Write(bool everything) {
  MutexLock writing(writing_);
  std::vector<SecurityAct> due;
  {
    const MonotonicTime now = clock_.Monotonic();
    MutexLock lock(mutex_);
    for (auto entry = kinds_.begin(); entry != kinds_.end() && due.size() < kMaxRows;) {
      auto& [kind, counted] = *entry;
      const bool is_rested = now - counted.written >= kInterval;
      const bool is_new = counted.written == MonotonicTime{};
      if (counted.count > 0 && (everything || is_new || is_rested)) {
        due.push_back({Name(kind.reason), kind.actor, kind.who, kind.address, "", true,
                       counted.count, counted.first});
        counted = Counted{0, {}, now};
      } else if (counted.count == 0 && is_rested) {
        entry = kinds_.erase(entry);
        continue;
      }
      ++entry;
    }
  }
  if (due.empty()) return false;
  // A store that does not write says so elsewhere; refusing goes on.
  static_cast<void>(records_.Write([&](RecordChanges& changes) -> Status {
    for (const SecurityAct& act : due) {
      if (Status audited = changes.Audit(ToAuditEvent(act)); !audited) return audited;
    }
    return {};
  }));
  for (const SecurityAct& act : due) {
    Log(LogEvent::RequestRefused,
        {{LogKey::Reason, LogWord::OfProgram(act.act.data())}, {LogKey::Count, act.count}});
  }
  return true;
}

}  // namespace yizhan::security
