#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace yizhan::hospital {

/// Keys of records that become due: sixteen digits of milliseconds, so that they sort by time, and
/// behind a bar what is due. "0001773100800000|Appointment/x".
[[nodiscard]] std::string TimedKey(WallTime when, std::string_view what);
/// The digits alone. Times before 1970 are 1970.
[[nodiscard]] std::string TimeDigits(WallTime when);
/// Empty: the key is none of these.
[[nodiscard]] std::optional<WallTime> TimeOfKey(std::string_view key);
/// What is behind the bar; "" when the key is none of these.
[[nodiscard]] std::string_view WhatOfKey(std::string_view key);

}  // namespace yizhan::hospital
