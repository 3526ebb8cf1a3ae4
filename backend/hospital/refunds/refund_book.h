/// \file
/// Money that the hospital owes to patients: records of the store, written in the transaction of
/// the act that causes them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

enum class RefundState {
  Owed,    ///< Nobody was asked yet.
  Asked,   ///< The platform was asked, or may have been.
  Stuck,   ///< Somebody must look at it; the reason says why.
  Done,    ///< The platform has given it back.
  ByHand,  ///< A member of staff has.
};

/// A sum that goes back to whoever paid for a booking.
struct Refund {
  std::string key;    ///< "APPOINTMENT|1": the first one of that booking.
  std::string order;  ///< Number of the paid order at the platform; "": paid in another way.
  std::int64_t amount_minor = 0;
  RefundState state = RefundState::Owed;
  int attempt = 0;
  /// Why it is stuck: no-order (not paid at the platform), no-answer (asked too often), or the
  /// platform's word; of Done: "" or already-reversed.
  std::string reason;
  WallTime owed_at{};
  WallTime due{};  ///< Of Owed and Asked: when to look at it next.

  [[nodiscard]] std::string AppointmentId() const;
  /// Its number at the platform: always the same one, so that it is given back once.
  [[nodiscard]] std::string Number() const;
};

[[nodiscard]] const char* Name(RefundState state);
[[nodiscard]] inline bool IsOpen(RefundState state) {
  return state == RefundState::Owed || state == RefundState::Asked;
}

/// Notes which order at the platform paid for a booking.
[[nodiscard]] Status KeepPaymentOrder(store::Transaction& transaction,
                                      const std::string& appointment_id, const std::string& order);

/// What paid for one booking pays for another one from now on. Nothing where no order is known.
[[nodiscard]] Status CopyPaymentOrder(store::Transaction& transaction, const std::string& from,
                                      const std::string& to);

/// Owes what of `total_minor` is not owed for this booking yet. Once more: nothing more.
[[nodiscard]] Status OweRefund(store::Transaction& transaction, const std::string& appointment_id,
                               std::int64_t total_minor, WallTime now);

/// Stores a refund in place of `before` (which must be as it is stored).
[[nodiscard]] Status MoveRefund(store::Transaction& transaction, const Refund& before,
                                const Refund& after);
/// NotFound.
[[nodiscard]] Result<Refund> ReadRefund(store::Transaction& transaction, const std::string& key);

/// The keys of what is due until `now`, earliest first.
[[nodiscard]] Result<std::vector<std::string>> DueRefunds(store::ResourceStore& store, WallTime now,
                                                          std::size_t most);
/// What is not given back yet: stuck ones first, at most `most`.
[[nodiscard]] Result<std::vector<Refund>> OpenRefunds(store::ResourceStore& store,
                                                      std::size_t most);

/// A member of staff lets a stuck one be tried again (`by_hand` false), or has given the money back
/// otherwise. Audited. Refused: it is not stuck. NotFound.
[[nodiscard]] Status SettleStuckRefund(store::ResourceStore& store, const std::string& key,
                                       bool by_hand, const std::string& who,
                                       const std::string& reason, WallTime now);

}  // namespace yizhan::hospital
