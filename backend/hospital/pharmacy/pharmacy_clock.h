#pragma once

#include <thread>

#include "backend/hospital/pharmacy/pharmacy.h"
#include "base/mutex.h"

namespace yizhan::hospital {

/// Lets payments become bags (F33: within a second), and the pharmacy follow its load. Looks for
/// changes five times a second on a thread of its own, and at everything each half minute, from the
/// constructor to the destructor (which waits for the look under way). Several servers at one store
/// may each have one. Borrows both, which outlive it.
class PharmacyClock {
 public:
  PharmacyClock(Hospital& hospital, store::ResourceStore& store);
  ~PharmacyClock();
  PharmacyClock(const PharmacyClock&) = delete;
  PharmacyClock& operator=(const PharmacyClock&) = delete;

 private:
  void Run();
  /// False: it is to end.
  [[nodiscard]] bool WaitForNext();

  Hospital& hospital_;
  store::ResourceStore& store_;
  Mutex mutex_;
  Condition changed_;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace yizhan::hospital
