#include "backend/hospital/pharmacy/pharmacy_clock.h"

#include "base/log.h"

namespace yizhan::hospital {
namespace {

constexpr std::chrono::milliseconds kLookEvery{200};
constexpr std::chrono::seconds kLookAtAllEvery{30};

}  // namespace

PharmacyClock::PharmacyClock(Hospital& hospital, store::ResourceStore& store)
    : hospital_(hospital),
      store_(store),
      look_(kLookEvery, [this](const RegularLook&) { Look(); }) {}

void PharmacyClock::Look() {
  // Read before the look: what is paid during it is for the next one.
  const std::uint64_t now_at = hospital_.PaymentChanges();
  const MonotonicTime now = SystemClock().Monotonic();
  if (now_at == seen_ && looked_ != MonotonicTime{} && now - looked_ < kLookAtAllEvery) return;
  const Result<int> made = SweepPharmacy(hospital_, store_);
  if (!made) {
    Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(made.error().code)}});
    return;
  }
  seen_ = now_at;
  looked_ = now;
}

}  // namespace yizhan::hospital
