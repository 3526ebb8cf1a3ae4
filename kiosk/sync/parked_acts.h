#pragma once

#include <optional>

#include "kiosk/sync/hospital.h"
#include "offline-store/outbox.h"

namespace yizhan::sync {

/// Tells the hospital's staff of acts that this terminal did alone and the hospital refused, and
/// does what a person decides: try again, or forget. The wire form is in backend/fhir/systems.h
/// (parked-act); any R4 server keeps it. Thread-bound. Borrows everything it is given.
class ParkedActs {
 public:
  ParkedActs(Hospital& hospital, offline::Database& database, const Station& station)
      : hospital_(hospital), outbox_(database), station_(station) {}

  /// Looks after every parked act once. True: a person let one be tried again, it is pending now.
  /// A hospital that fails ends the look, the next one goes on. Errors are the store's alone.
  [[nodiscard]] Result<bool> Look(const Clock& clock);

 private:
  /// What the hospital knows of an act; empty: nothing.
  struct Known {
    fhir::Json task;
    std::string etag;
  };
  [[nodiscard]] Result<std::optional<Known>> Find(const domain::OperationId& operation);
  [[nodiscard]] Status Report(const offline::OutboxEntry& entry);
  /// Compare and set. Conflict: a person was faster; it is looked at again.
  [[nodiscard]] Status SetStatus(Known known, const char* status,
                                 const offline::OutboxEntry& entry);
  enum class Outcome {
    Waits,    ///< For a person, or settled.
    Resumed,  ///< Pending again.
    Failed,   ///< The hospital did.
  };
  [[nodiscard]] Result<Outcome> LookAt(const offline::OutboxEntry& entry, const Clock& clock);

  Hospital& hospital_;
  offline::Outbox outbox_;
  const Station& station_;
};

}  // namespace yizhan::sync
