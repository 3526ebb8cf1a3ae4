/// \file
/// A queue ticket as the hospital works with it, and its form on the wire (FHIR Task).
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"
#include "domain/queue_order.h"

namespace yizhan::hospital {

enum class TicketStatus {
  Waiting,
  Called,
  Passed,  ///< 过号
  Done,
  Away,         ///< 检查中: comes back with results.
  Abandoned,    ///< 弃号
  Transferred,  ///< 转诊: another ticket took over.
  Withdrawn,    ///< The check-in was taken back.
  Stopped,      ///< 停诊: the hospital cannot keep the session.
};

/// Wire word of businessStatus ("waiting").
[[nodiscard]] const char* Name(TicketStatus status);

/// Who said to which room somebody goes. What a patient chose is changed only with consent (F16).
enum class RoomChoice { Patient, Rule, Staff };

/// A named reason to be called before others (2.5), as the ticket carries it.
struct TicketPriority {
  std::string code;  ///< "soldier"; "" none.
  std::string mark;  ///< "军"
  int level = 0;     ///< 1 the most urgent; 0 none.
  friend bool operator==(const TicketPriority&, const TicketPriority&) = default;
};

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
  std::string appointment_id;  ///< "" when the focus is another one, or none.
  std::string focus;           ///< Other than an Appointment ("ServiceRequest/x"); "" none.
  std::string terminal;
  bool offline = false;
  WallTime arrived{};
  WallTime slot_start{};
  WallTime slot_end{};
  TicketStatus status = TicketStatus::Waiting;
  std::optional<domain::QueuePlace> place;  ///< Empty: by arrival.
  domain::QueueWay way = domain::QueueWay::Normal;
  std::optional<WallTime> entered;  ///< When it came into the line this way; empty: arrival.
  TicketPriority priority;
  bool moved = false;   ///< A person put it forward.
  bool added = false;   ///< 加号
  bool booked = false;  ///< Before the day, not on site.
  /// 非签到: stands here by the booking alone, nobody has seen the patient yet.
  bool registered = false;
  bool substituted = false;  ///< 替诊: another doctor than the one who was booked.
  int sequence = 0;          ///< Order of registration, for queues that call by it.
  std::string hold;          ///< Why it is not called now: "preparing"; "": it may be called.
  RoomChoice room_by = RoomChoice::Patient;
  bool at_door = false;                  ///< In the list of its room (二次分诊).
  int calls = 0;                         ///< Since it last waited.
  std::vector<std::string> stops;        ///< Services of a centre still to be visited.
  std::vector<std::string> visited;      ///< And those that were.
  std::string transferred_from;          ///< Task id.
  std::optional<WallTime> first_called;  ///< Start of the consultation.
  std::optional<WallTime> last_called;
  std::optional<WallTime> finished;
};

/// Sorts tickets of a queue: the place that the rules or an act gave, then the number.
struct PlaceInQueue {
  domain::QueuePlace place;
  std::size_t number_length = 0;
  std::string number;
  friend auto operator<=>(const PlaceInQueue&, const PlaceInQueue&) = default;
};
[[nodiscard]] PlaceInQueue PlaceOf(const QueueTicket& ticket);
/// As far as the rules of order look at it.
[[nodiscard]] domain::QueueEntry EntryOf(const QueueTicket& ticket);
/// What everybody may see of why a ticket stands where it stands: 急 军 老 幼 (the priority class),
/// 加 替 迟 召 回 调, 备 (held).
[[nodiscard]] std::vector<std::string> MarksOf(const QueueTicket& ticket);
/// It is over and never waits again.
[[nodiscard]] bool HasLeft(TicketStatus status);

/// The whole Task. Without id when the ticket has none.
[[nodiscard]] fhir::Json ToTask(const QueueTicket& ticket);
/// Empty: no queue ticket, or not one that can be read. Borrows nothing.
[[nodiscard]] std::optional<QueueTicket> FromTask(const fhir::Json& task);
/// True for a Task of that code (queue-ticket, staff-call).
[[nodiscard]] bool HasTaskCode(const fhir::Json& task, std::string_view code);

}  // namespace yizhan::hospital
