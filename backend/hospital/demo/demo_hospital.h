#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

struct DemoOptions {
  std::uint64_t seed = 20260310;
  WallTime now{};  ///< Around this moment everything is arranged.
  TimeZone zone{};
};

/// A patient of the demonstration whose situation is always the same.
struct DemoPersona {
  const char* card_number;
  /// "visit-now", "too-early", "late", "tomorrow", "other-site", "checked-in", "nothing",
  /// "payment-due", "two-visits", "guaranteed-late", "to-confirm", "offer" (a place on the waiting
  /// list was called up), "free" (nothing booked); and of
  /// demo_care.cpp: "lab-paid", "lab-unpaid", "lab-part" (something paid, something not),
  /// "lab-series", "prescription", "prescription-unpaid", "exams", "whole-day" (a
  /// visit now, tests, examinations and medicines, all paid), "check-up" (a package now, by the
  /// contract of a unit).
  const char* kind;
  const char* uid = "";  ///< Hexadecimal UID of a legacy card of this patient; "": none.
};

/// The personas, in the order of their card numbers.
[[nodiscard]] std::span<const DemoPersona> DemoPersonas();

/// Makes the demonstration hospital: one hospital on two sites, 12 departments, 60 doctors, 2,000
/// patients, today's sessions, queues and the personas around `now`, and what can be booked in the
/// next two weeks. The same seed and moment give
/// the same hospital. On a store that has one already, adds what today lacks and puts the personas
/// into their situations again. At the edges of the day some situations are impossible (nobody can
/// be too early after 23:29 or late before 00:21); the booking is then as near as it can be.
/// Errors: those of ResourceStore::Write.
[[nodiscard]] Status MakeDemoHospital(store::ResourceStore& store, const DemoOptions& options);

}  // namespace yizhan::hospital
