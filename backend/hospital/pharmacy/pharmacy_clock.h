#pragma once

#include <cstdint>

#include "backend/hospital/pharmacy/pharmacy.h"
#include "backend/hospital/regular_look.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// Lets payments become bags (F33: within a second), and the pharmacy follow its load. Looks for
/// changes five times a second on a thread of its own, and at everything each half minute, from the
/// constructor to the destructor (which waits for the look under way). Several servers at one store
/// may each have one. Borrows both, which outlive it.
class PharmacyClock {
 public:
  PharmacyClock(Hospital& hospital, store::ResourceStore& store);

 private:
  void Look();

  Hospital& hospital_;
  store::ResourceStore& store_;
  std::uint64_t seen_ = 0;
  MonotonicTime looked_{};
  RegularLook look_;  ///< The last: its thread uses the others.
};

}  // namespace yizhan::hospital
