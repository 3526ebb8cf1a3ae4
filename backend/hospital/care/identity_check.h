/// \file
/// Is the person here the one the orders are for (domain.md F10)? Asked at the draw, the
/// examination and the pharmacy.
#pragma once

#include <optional>
#include <string>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// 人证不符: sex, age or picture do not fit the person. While nobody else lifted it, nothing is
/// done for this patient anywhere.
struct IdentityDoubt {
  std::string patient_id;
  std::string what;  ///< "sex", "age", "photo", "name"
  std::string flagged_by;
  WallTime at{};
  std::string lifted_by;  ///< "": it stands.
  std::string reason;

  [[nodiscard]] bool Stands() const { return lifted_by.empty(); }
};

/// Somebody compared the person with what is on the screen. Kept until the end of the next day.
struct IdentityAct {
  std::string patient_id;
  std::string staff;
  std::string place_id;  ///< Window or room; may be "".
  std::string what;      ///< For FlagMismatch.
  std::string reason;    ///< For LiftMismatch.
  WallTime at{};
};

/// The doubt about a patient; empty: there is none.
[[nodiscard]] Result<std::optional<IdentityDoubt>> DoubtAbout(store::ReadView& view,
                                                              const std::string& patient_id);
/// Refused ("identity-doubt"): a doubt stands, nothing may be carried out.
[[nodiscard]] Status MayCarryOut(store::ReadView& view, const std::string& patient_id);

/// Records the mismatch, with its audit row. BadData: `what` is none of the four.
[[nodiscard]] Status FlagMismatch(store::Transaction& transaction, const IdentityAct& act);
/// A second member of staff vouches for the person. Refused: nothing stands, no reason is given, or
/// it is the one who doubted ("same-person").
[[nodiscard]] Status LiftMismatch(store::Transaction& transaction, const IdentityAct& act);

}  // namespace yizhan::hospital
