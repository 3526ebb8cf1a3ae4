#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"

namespace yizhan::security {

/// The changes of one unit of work. Valid only during the job that received it.
class RecordChanges {
 public:
  RecordChanges(store::Transaction& transaction, std::vector<std::string>& touched)
      : transaction_(transaction), touched_(touched) {}

  [[nodiscard]] Result<std::optional<std::string>> Find(const std::string& kind,
                                                        const std::string& key);
  [[nodiscard]] Status Put(store::Record record);
  /// Conflict: the key is in use.
  [[nodiscard]] Status Add(store::Record record);
  [[nodiscard]] Status Remove(const std::string& kind, const std::string& key);
  /// Stores an AuditEvent with what it tells about.
  [[nodiscard]] Status Audit(fhir::Json event);

 private:
  store::Transaction& transaction_;
  std::vector<std::string>& touched_;
};

/// The records that access checks live on, read at every request. Changes made through this object
/// are seen at once, those of other processes (a command, a server beside this one) within
/// kFreshness. Thread-safe. `store` and `clock` outlive it.
class Records {
 public:
  static constexpr std::chrono::milliseconds kFreshness{500};

  Records(store::ResourceStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// The record's text; empty optional: there is none, or it has expired. Errors: the store's.
  [[nodiscard]] Result<std::optional<std::string>> Find(const std::string& kind,
                                                        const std::string& key);
  /// The same past the cache, for what happens rarely.
  [[nodiscard]] Result<std::optional<std::string>> FindNow(const std::string& kind,
                                                           const std::string& key);
  /// All records of a kind in the order of their keys, at most 10,000.
  [[nodiscard]] Result<std::vector<store::Record>> All(const std::string& kind);
  /// The same as values: `read` makes one of key and text, or none of what it cannot read.
  template <typename Value>
  [[nodiscard]] Result<std::vector<Value>> AllAs(
      const std::string& kind,
      std::optional<Value> (*read)(const std::string& key, const std::string& text)) {
    const Result<std::vector<store::Record>> records = All(kind);
    if (!records) return tl::unexpected<Error>(records.error());
    std::vector<Value> values;
    for (const store::Record& record : *records) {
      std::optional<Value> value = read(record.key, record.text);
      if (value) values.push_back(std::move(*value));
    }
    return values;
  }

  /// As ResourceStore::WriteJob: may be run more than once, so it sets its captures anew each time.
  using Job = std::function<Status(RecordChanges&)>;
  [[nodiscard]] Status Write(const Job& job);

 private:
  struct Seen {
    std::optional<std::string> text;
    MonotonicTime at{};
  };

  store::ResourceStore& store_;
  const Clock& clock_;
  Mutex mutex_;
  std::unordered_map<std::string, Seen> cache_ GUARDED_BY(mutex_);
  /// Counts changes of this process: what was read before one is not remembered after it.
  std::uint64_t changes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace yizhan::security
