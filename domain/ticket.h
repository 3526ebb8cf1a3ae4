#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/ids.h"
#include "domain/local_text.h"

namespace yizhan::domain {

/// "A012": queue letter and the number of the day, at least three digits (domain.md 2.3).
[[nodiscard]] std::string TicketNumber(const std::string& queue_letter, int number);
/// "A-K3-07": drawn by terminal K3 alone while the hospital was away. The terminal's own namespace,
/// so it can never equal another terminal's or the hospital's number.
[[nodiscard]] std::string ProvisionalTicketNumber(const std::string& queue_letter,
                                                  const TerminalId& terminal, int number);

/// "20260310-K3-000127" (流水号, F04): one for each act at a terminal, in order, so that a gap
/// shows.
[[nodiscard]] std::string SerialNumber(const TerminalId& terminal, std::chrono::local_days day,
                                       int number);

/// Expected wait as an honest range, both ends in whole minutes, first <= last.
struct WaitEstimate {
  std::chrono::minutes first{0};
  std::chrono::minutes last{0};
  friend bool operator==(const WaitEstimate&, const WaitEstimate&) = default;
};

/// A place in a queue.
struct Ticket {
  OperationId operation;     ///< The check-in that made it.
  std::string number;        ///< As shown, printed, called.
  std::string serial;        ///< SerialNumber of the check-in; empty: made without one.
  bool provisional = false;  ///< Made offline; the hospital has not confirmed it yet.
  LocalText service;         ///< "心血管内科"
  std::string doctor;        ///< "王建国"; empty: any doctor of the service.
  LocalText doctor_title;    ///< "主任医师"
  LocalText place;           ///< Where to wait: "门诊楼 3 层 B 区".
  LocalText room;            ///< Where one will be called to: "5 诊室"; may be empty.
  std::string masked_name;
  WallTime slot_start{};
  WallTime slot_end{};
  WallTime arrived_at{};
  std::optional<int> ahead;          ///< People before this one; empty: not known (offline).
  std::optional<WaitEstimate> wait;  ///< Empty: fewer than 5 samples today, or offline.
};

}  // namespace yizhan::domain
