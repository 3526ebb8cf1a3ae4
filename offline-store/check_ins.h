#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "domain/ids.h"
#include "offline-store/database.h"

namespace yizhan::offline {

/// A check-in to be made without the hospital.
struct CheckInDraft {
  domain::OperationId operation;  ///< New UUID.
  domain::AppointmentId appointment;
  std::string queue_letter;
  std::chrono::local_days day{};  ///< Business day.
  WallTime arrived{};
};

/// The texts that depend on the number, made while it is being drawn.
struct CheckInTexts {
  std::string body;    ///< Intent for the outbox, JSON, at most 64 KiB.
  std::string ticket;  ///< The ticket to show and print, JSON, at most 16 KiB. Masked name only.
};

struct LocalCheckIn {
  domain::OperationId operation;
  domain::AppointmentId appointment;
  std::chrono::local_days day{};
  std::string queue_letter;
  int number = 0;          ///< In this terminal's namespace.
  bool confirmed = false;  ///< The hospital has it; `ticket` is the hospital's then.
  std::string ticket;
  bool already = false;  ///< Record found an earlier check-in and made none.
};

/// Check-ins that this terminal made while the hospital was away. Thread-safe. Borrows the
/// database. Errors of every call: see Database.
class CheckIns {
 public:
  explicit CheckIns(Database& database) : database_(database) {}

  /// In one commit: draws the next number of (queue letter, day), records the act in the outbox
  /// (kind "check-in", aggregate = appointment) and remembers the ticket. When it returned, nothing
  /// of it is lost by a power cut; only then show or print the ticket. On an error nothing is kept
  /// and the patient was promised nothing (after StoreFull the act may still reach the hospital
  /// once, if the disk had it after all).
  ///
  /// A second call for the same appointment returns the first ticket with `already`.
  /// `compose(number)` runs under the store's lock: it must not call the store. BadData: a limit
  /// of CheckInTexts is exceeded or an id is missing. Conflict: the operation id was used before.
  [[nodiscard]] Result<LocalCheckIn> Record(const CheckInDraft& draft,
                                            const std::function<CheckInTexts(int number)>& compose);

  /// Empty optional: this appointment was not checked in here.
  [[nodiscard]] Result<std::optional<LocalCheckIn>> Find(const domain::AppointmentId& appointment);

  /// The hospital accepted it: keeps the hospital's ticket instead, and marks the act delivered, in
  /// one commit. Repeating succeeds. An empty `ticket` keeps the provisional one. NotFound: no such
  /// operation in the outbox.
  [[nodiscard]] Status Confirm(const domain::OperationId& operation, const std::string& ticket,
                               WallTime now);

  /// Forgets the tickets of days before `day`. Acts not yet delivered stay in the outbox.
  [[nodiscard]] Status PurgeBefore(std::chrono::local_days day);

 private:
  Database& database_;
};

}  // namespace yizhan::offline
