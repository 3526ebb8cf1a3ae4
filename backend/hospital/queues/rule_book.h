#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "backend/hospital/directory.h"
#include "backend/hospital/queues/queue_policy.h"
#include "backend/store/resource_store.h"
#include "base/mutex.h"

namespace yizhan::hospital {

/// A room where nobody is called for now (暂停, 专家停诊).
struct RoomPause {
  std::string staff;
  std::string reason;
  WallTime since{};
};

/// The rules of all queues as they were at one moment. Immutable.
struct QueueRulesSnapshot {
  QueuePolicy hospital;                     ///< Where nothing nearer is said.
  std::map<std::string, QueuePolicy> own;   ///< By service or area id; as a whole.
  std::map<std::string, RoomPause> pauses;  ///< By room.

  /// The nearest rules: the service's, its area's, the hospital's.
  [[nodiscard]] const QueuePolicy& Of(const std::string& service_id,
                                      const std::string& area_id) const;
};

/// The hospital's rules of queues, kept as records of the store and read again when any process
/// changed them. Thread-safe. `store` outlives it.
class QueueRuleBook {
 public:
  /// `base` counts where the store holds no rules.
  QueueRuleBook(store::ResourceStore& store, QueuePolicy base)
      : store_(store), base_(std::move(base)) {
    current_ = std::make_shared<QueueRulesSnapshot>(QueueRulesSnapshot{base_, {}, {}});
  }

  /// What the store holds now. May read it: not inside of a WriteJob. Keeps the last good one when
  /// the store cannot be read.
  [[nodiscard]] std::shared_ptr<const QueueRulesSnapshot> Now();
  /// Tells of a committed change: the audit row of a changed rule makes it be read again. True: it
  /// was one.
  bool Changed(const store::StoredResource& change);

  [[nodiscard]] const QueuePolicy& Base() const { return base_; }

  // Kinds of the records, and the names of the acts that change them.
  static constexpr const char* kRules = "queue-rules";  ///< Key: service id, area id, kHospital.
  static constexpr const char* kHospital = "hospital";
  static constexpr const char* kPauses = "room-pause";  ///< Key: room id.
  static constexpr const char* kSetRules = "set-queue-rules";
  static constexpr const char* kPause = "pause-room";
  static constexpr const char* kResume = "resume-room";

 private:
  [[nodiscard]] Result<QueueRulesSnapshot> Load();

  store::ResourceStore& store_;
  const QueuePolicy base_;
  std::atomic<bool> stale_ = true;
  Mutex mutex_;
  // Shared: who works by a snapshot keeps it while a newer one takes its place.
  std::shared_ptr<const QueueRulesSnapshot> current_ GUARDED_BY(mutex_);
};

[[nodiscard]] fhir::Json ToJson(const RoomPause& pause);

}  // namespace yizhan::hospital
