#include "backend/hospital/pharmacy/pharmacy_clock.h"

#include "base/log.h"

namespace yizhan::hospital {
namespace {

constexpr std::chrono::milliseconds kLookEvery{200};
constexpr std::chrono::seconds kLookAtAllEvery{30};

}  // namespace

PharmacyClock::PharmacyClock(Hospital& hospital, store::ResourceStore& store)
    : hospital_(hospital), store_(store), thread_([this] { Run(); }) {}

PharmacyClock::~PharmacyClock() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

bool PharmacyClock::WaitForNext() {
  const MonotonicTime until = SystemClock().Monotonic() + kLookEvery;
  MutexLock lock(mutex_);
  while (!ending_) {
    const auto left = until - SystemClock().Monotonic();
    if (left <= MonotonicTime::duration::zero()) break;
    changed_.WaitFor(mutex_, left);
  }
  return !ending_;
}

void PharmacyClock::Run() {
  std::uint64_t seen = 0;
  MonotonicTime looked{};
  do {
    // Read before the look: what is paid during it is for the next one.
    const std::uint64_t now_at = hospital_.PaymentChanges();
    const MonotonicTime now = SystemClock().Monotonic();
    if (now_at == seen && looked != MonotonicTime{} && now - looked < kLookAtAllEvery) continue;
    const Result<int> made = SweepPharmacy(hospital_, store_);
    if (!made) {
      Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(made.error().code)}});
      continue;
    }
    seen = now_at;
    looked = now;
  } while (WaitForNext());
}

}  // namespace yizhan::hospital
