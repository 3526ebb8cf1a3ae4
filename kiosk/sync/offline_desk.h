#pragma once

#include "kiosk/sync/answers.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/hospital.h"
#include "kiosk/sync/records.h"
#include "offline-store/check_ins.h"
#include "offline-store/directory_cache.h"
#include "offline-store/outbox.h"

namespace yizhan::sync {

/// What the terminal can do alone while the hospital is away: know today's visitors by their card,
/// check them in with a number of its own, and tell the hospital later, once. Everything it
/// promises is on disk first. Thread-bound. Borrows everything it is given.
///
/// Failures of every call: StoreFull, BadData, Internal from the store: promise nothing more.
class OfflineDesk {
 public:
  OfflineDesk(offline::Database& database, offline::DirectoryCache& cache, const Station& station)
      : check_ins_(database), outbox_(database), cache_(cache), station_(station) {}

  /// Remembers visitors of `day` for later. What was known of them and is not repeated stays.
  [[nodiscard]] Status Remember(const std::vector<Found>& patients, std::chrono::local_days day);
  /// NotFound: not expected today as far as this terminal knows. Conflict: several have this card.
  [[nodiscard]] Result<PatientToday> LookUp(const domain::PresentedCard& card, WallTime now,
                                            const Directory& directory);
  /// Checks in under `operation`, durable before it returns. The same appointment again gives the
  /// same ticket with `already`.
  [[nodiscard]] Result<CheckedIn> CheckIn(const domain::OperationId& operation,
                                          const domain::Visit& visit,
                                          const std::string& masked_name, WallTime now);

  /// Tells the hospital one waiting act, the oldest that is due. Returns whether there was one.
  /// What the hospital refuses for good is parked for a person. Unreachable, Timeout and Internal:
  /// the hospital is away or ailing, the act waits on.
  [[nodiscard]] Result<bool> DeliverOne(Hospital& hospital, const Abilities& abilities,
                                        WallTime now);

  [[nodiscard]] Result<offline::OutboxCounts> Waiting() { return outbox_.Counts(); }
  /// Forgets personal data of days before `day`.
  [[nodiscard]] Status Purge(std::chrono::local_days day, WallTime now);

 private:
  offline::CheckIns check_ins_;
  offline::Outbox outbox_;
  offline::DirectoryCache& cache_;
  const Station& station_;
};

}  // namespace yizhan::sync
