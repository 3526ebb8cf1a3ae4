/// \file
/// Who may book: limits against scalping, and what missed bookings lead to (domain.md F26, 2.4).
/// Pure; every number is policy.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "domain/booking.h"

namespace yizhan::domain {

/// Numbers one person may hold. 0: no limit.
struct BookingLimits {
  int per_day = 3;
  int per_service_and_session = 2;
  int per_doctor_and_day = 1;
};

/// One booking of the person, as far as a limit looks at it.
struct HeldBooking {
  BookingState state = BookingState::Booked;
  std::chrono::local_days day{};
  std::string service;
  std::string doctor;   ///< "" any.
  std::string session;  ///< "am", "pm", "night": the hospital's own words.
};

enum class LimitReached { None, PerDay, PerServiceAndSession, PerDoctorAndDay };

/// Whether `wanted` may join what the person holds already. Bookings that ended do not count, but
/// a visit that took place does.
[[nodiscard]] LimitReached CheckLimits(std::span<const HeldBooking> held, const HeldBooking& wanted,
                                       const BookingLimits& limits);

/// 爽约: so many no-shows within a time bar a person from booking ahead for a time. It never keeps
/// anybody from registering on site, nor from emergency care.
struct NoShowPolicy {
  int count = 3;  ///< 0: nobody is barred.
  std::chrono::days within{180};
  std::chrono::days barred_for{90};
};

/// The moment until which booking ahead is barred, counted from the no-show that filled the
/// measure; empty: not barred at `now`. `no_shows` in any order, without those a person forgave.
[[nodiscard]] std::optional<WallTime> BarredUntil(std::span<const WallTime> no_shows, WallTime now,
                                                  const NoShowPolicy& policy);

}  // namespace yizhan::domain
