#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "domain/print_job.h"

namespace yizhan::printer::test {

/// A ledger that forgets with the process, and can be told to fail. Thread-safe.
class MemoryLedger final : public domain::PrintLedger {
 public:
  Status Add(const domain::PrintRecord& record, const std::string& document) override {
    MutexLock lock(mutex_);
    if (failing_) return Fail(ErrorCode::StoreFull, "full");
    records_[record.id] = {record, document};
    return {};
  }
  Status Update(const domain::PrintRecord& record) override {
    MutexLock lock(mutex_);
    if (failing_) return Fail(ErrorCode::StoreFull, "full");
    records_[record.id].record = record;
    return {};
  }
  Result<std::vector<domain::PrintRecord>> Open() override {
    MutexLock lock(mutex_);
    std::vector<domain::PrintRecord> open;
    for (const auto& [id, entry] : records_) {
      if (!domain::IsFinal(entry.record.state)) open.push_back(entry.record);
    }
    return open;
  }
  Result<domain::PrintRecord> Find(const std::string& id) override {
    MutexLock lock(mutex_);
    if (records_.count(id) == 0) return Fail(ErrorCode::NotFound, "");
    return records_[id].record;
  }
  Result<std::string> Document(const std::string& id) override {
    MutexLock lock(mutex_);
    if (records_.count(id) == 0) return Fail(ErrorCode::NotFound, "");
    return records_[id].document;
  }

  void SetFailing(bool failing) {
    MutexLock lock(mutex_);
    failing_ = failing;
  }

 private:
  struct Entry {
    domain::PrintRecord record;
    std::string document;
  };
  Mutex mutex_;
  std::map<std::string, Entry> records_ GUARDED_BY(mutex_);
  bool failing_ GUARDED_BY(mutex_) = false;
};

}  // namespace yizhan::printer::test
