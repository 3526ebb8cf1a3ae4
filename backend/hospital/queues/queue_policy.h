#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "base/result.h"
#include "domain/check_in.h"
#include "domain/local_text.h"
#include "domain/queue_order.h"

namespace yizhan::hospital {

/// A named reason to be called before others (domain.md 2.5).
struct PriorityClass {
  std::string code;  ///< "soldier"
  int level = 1;     ///< 1 the most urgent. Inside one level: by arrival.
  std::string mark;  ///< "军", seen by everybody.
  domain::LocalText name;
  friend bool operator==(const PriorityClass&, const PriorityClass&) = default;
};

/// When a patient without a chosen doctor gets a room.
enum class RoomAssignment {
  OnCall,     ///< Whichever room calls next.
  AtCheckIn,  ///< The one with the least expected wait (F16).
  RoomList,   ///< 二次分诊: a short list at each door, refilled from the area's queue.
};

/// The published rules of one queue, as the hospital edits them. A plain value.
struct QueuePolicy {
  domain::QueueRules order;
  /// A terminal takes check-ins so long before the slot; empty: any time of the day (不限制), zero:
  /// not before it begins (不允许).
  std::optional<std::chrono::minutes> opens_before_start = std::chrono::minutes(30);
  RoomAssignment rooms = RoomAssignment::OnCall;
  int return_days = 1;  ///< 回诊 without a new fee on so many days; 1: the same day.
  std::vector<PriorityClass> priorities;

  /// For domain::DecideCheckIn. How late somebody may come is the booking's rule.
  [[nodiscard]] domain::CheckInPolicy CheckIn(const domain::CheckInPolicy& hospital) const;
  /// Null: no such class here.
  [[nodiscard]] const PriorityClass* Find(const std::string& code) const;
};

/// What a hospital starts with: the defaults of the documents and the usual classes.
[[nodiscard]] QueuePolicy DefaultQueuePolicy();

/// The form in which rules are kept and edited.
[[nodiscard]] fhir::Json ToJson(const QueuePolicy& policy);
/// What is missing keeps its default. BadData: a value that cannot be meant; the detail names the
/// member.
[[nodiscard]] Result<QueuePolicy> ParseQueuePolicy(const fhir::Json& json);

}  // namespace yizhan::hospital
