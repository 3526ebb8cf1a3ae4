/// \file
/// Acts that terminals did while they were alone and the hospital refused when it heard of them: a
/// person decides. Their form on the wire is in backend/fhir/systems.h (parked-act).
#pragma once

#include <string>
#include <vector>

#include "backend/hospital/audit.h"
#include "backend/store/resource_store.h"

namespace yizhan::hospital {

struct ParkedAct {
  std::string id;  ///< Task
  std::string terminal;
  std::string why;     ///< "late", "payment-due", ...; see kiosk/sync.
  std::string number;  ///< On the patient's paper.
  std::string patient_id;
  std::string appointment_id;
  WallTime since{};
  bool trying = false;  ///< A person said so; the terminal has not told yet how it went.
};

/// Those that are not settled, the oldest first; at most 500.
[[nodiscard]] Result<std::vector<ParkedAct>> ParkedActs(store::ReadView& view);
/// The terminal tries it again when it looks next. NotFound: it is settled. Audited.
[[nodiscard]] Status RetryParked(store::ResourceStore& store, const std::string& id,
                                 const Editor& by);
/// The terminal forgets it. Refused without a reason. NotFound: it is settled. Audited.
[[nodiscard]] Status GiveUpParked(store::ResourceStore& store, const std::string& id,
                                  const std::string& reason, const Editor& by);
/// What the act asked for was done, in its own transaction.
[[nodiscard]] Status SettleParked(store::Transaction& transaction, const std::string& operation_id);

}  // namespace yizhan::hospital
