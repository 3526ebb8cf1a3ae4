#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kiosk/sync/answers.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/hospital.h"
#include "kiosk/sync/records.h"
#include "offline-store/check_ins.h"
#include "offline-store/directory_cache.h"
#include "offline-store/outbox.h"

namespace yizhan::sync {

/// How one try to deliver went.
enum class Delivery {
  Nothing,  ///< Nothing waits, or nothing is due before NextTry().
  Settled,  ///< One act is delivered or parked; there may be more.
  Failed,   ///< The hospital failed on one act, which waits for its next try. There may be others.
  Away,     ///< The hospital is unreachable, or its answer did not come. All acts wait on.
};

/// What the terminal can do alone while the hospital is away: know today's visitors by their card,
/// check them in with a number of its own, and tell the hospital later, once. Everything it
/// promises is on disk first. Thread-bound. Borrows everything it is given.
///
/// Failures of every call, beyond those named: StoreFull, BadData, Internal of the store: promise
/// nothing more (IsStoreFailure).
class OfflineDesk {
 public:
  OfflineDesk(offline::Database& database, offline::DirectoryCache& cache, const Station& station)
      : check_ins_(database), outbox_(database), cache_(cache), station_(station) {}

  /// Remembers visitors of `day` for later, cut down to what a check-in needs. What was known of
  /// them and is not repeated stays. Somebody who does not fit into a row is left out.
  [[nodiscard]] Status Remember(const std::vector<Found>& patients, std::chrono::local_days day);
  /// Takes what changed about the fees of known visitors of `day`.
  [[nodiscard]] Status RememberInvoices(const std::vector<fhir::Json>& invoices,
                                        std::chrono::local_days day);
  /// Keeps a ticket that the hospital gave, so that a second tap shows the same one even when the
  /// hospital goes away in between. Of an unknown visitor nothing is kept.
  [[nodiscard]] Status RememberTicket(const domain::Visit& visit, const domain::Ticket& ticket,
                                      std::chrono::local_days day);

  /// NotFound: not expected today as far as this terminal knows. Conflict: several have this card.
  [[nodiscard]] Result<PatientToday> LookUp(const domain::PresentedCard& card, WallTime now,
                                            const Directory& directory);
  /// The ticket this terminal promised for the appointment and the hospital has not heard of yet.
  /// Empty when there is none, or when the hospital refused it.
  [[nodiscard]] Result<std::optional<domain::Ticket>> Promised(
      const domain::AppointmentId& appointment);
  /// Checks in under `operation`, durable before it returns. The same appointment again gives the
  /// same ticket with `already`.
  [[nodiscard]] Result<CheckedIn> CheckIn(const domain::OperationId& operation,
                                          const domain::Visit& visit,
                                          const std::string& masked_name, const std::string& serial,
                                          WallTime now);

  /// Tells the hospital one waiting act, the oldest that is due. What the hospital refuses, or
  /// fails on again and again while it answers otherwise, is parked for a person.
  [[nodiscard]] Result<Delivery> DeliverOne(Hospital& hospital, const Abilities& abilities,
                                            const Clock& clock);
  /// When an act on which the hospital failed is due again; empty: none waits for that.
  [[nodiscard]] std::optional<MonotonicTime> NextTry() const;

  [[nodiscard]] Result<offline::OutboxCounts> Waiting() { return outbox_.Counts(); }
  /// Forgets personal data of days before `day`.
  [[nodiscard]] Status Purge(std::chrono::local_days day, WallTime now);

 private:
  struct Failing {
    int times = 0;
    int answered = 0;  ///< Of these: the hospital was there, and failed.
    MonotonicTime next{};
  };
  /// The oldest act that is due; empty: none.
  [[nodiscard]] Result<std::optional<offline::OutboxEntry>> NextDue(MonotonicTime now);
  [[nodiscard]] Result<Delivery> Settle(const offline::OutboxEntry& entry,
                                        const std::string& number,
                                        const Result<CheckInAnswer>& answer, WallTime now);
  [[nodiscard]] Result<Delivery> PutOff(const domain::OperationId& operation, ErrorCode code,
                                        const Clock& clock);
  [[nodiscard]] Result<Delivery> Park(const domain::OperationId& operation, const char* reason,
                                      WallTime now);

  offline::CheckIns check_ins_;
  offline::Outbox outbox_;
  offline::DirectoryCache& cache_;
  const Station& station_;
  std::map<domain::OperationId, Failing> failing_;  ///< Since this program started.
};

/// True for the failures that mean that the store itself is not to be trusted any more.
[[nodiscard]] bool IsStoreFailure(const Error& error);

}  // namespace yizhan::sync
