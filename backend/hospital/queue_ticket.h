/// \file
/// A queue ticket as the hospital works with it, and its form on the wire (FHIR Task).
#pragma once

#include <compare>
#include <optional>
#include <string>

#include "backend/fhir/json.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

enum class TicketStatus { Waiting, Called, Passed, Done };

/// Wire word of businessStatus ("waiting").
[[nodiscard]] const char* Name(TicketStatus status);

struct QueueTicket {
  std::string id;  ///< Task id; "" before it is stored.
  std::int64_t version = 0;
  std::string number;  ///< "A012" or "A-K3-07"
  /// The number the hospital had given before it learned of the one on the paper; usually "".
  std::string former_number;
  std::string operation_id;
  std::string serial;  ///< 流水号 of the terminal's act; may be "".
  std::string day;     ///< "2026-03-10", the hospital's.
  std::string service_id;
  std::string room_id;  ///< Where one will be called to; "" any room of the service.
  std::string patient_id;
  std::string masked_name;
  std::string appointment_id;
  std::string terminal;
  bool offline = false;
  WallTime arrived{};
  WallTime slot_start{};
  WallTime slot_end{};
  TicketStatus status = TicketStatus::Waiting;
  std::optional<WallTime> order;         ///< A place given by a staff act, see QueueBoard.
  std::optional<WallTime> first_called;  ///< Start of the consultation.
  std::optional<WallTime> last_called;
  std::optional<WallTime> finished;
};

/// Strictly by arrival, except where a staff act gave another place (domain.md F29). Behind a
/// ticket of the same time comes one that was recalled to its place.
struct PlaceInQueue {
  std::int64_t time_ms = 0;
  bool recalled = false;
  std::size_t number_length = 0;
  std::string number;
  friend auto operator<=>(const PlaceInQueue&, const PlaceInQueue&) = default;
};
[[nodiscard]] PlaceInQueue PlaceOf(const QueueTicket& ticket);

/// The whole Task. Without id when the ticket has none.
[[nodiscard]] fhir::Json ToTask(const QueueTicket& ticket);
/// Empty: no queue ticket, or not one that can be read. Borrows nothing.
[[nodiscard]] std::optional<QueueTicket> FromTask(const fhir::Json& task);
/// True for a Task of that code (queue-ticket, staff-call).
[[nodiscard]] bool HasTaskCode(const fhir::Json& task, std::string_view code);

}  // namespace yizhan::hospital
