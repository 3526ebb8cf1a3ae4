/// \file
/// A place in the line of a draw room, an examination room or a pharmacy.
#pragma once

#include <optional>
#include <string>

#include "backend/hospital/care/care_request.h"
#include "backend/hospital/queues/enter.h"
#include "domain/ticket.h"

namespace yizhan::hospital {

struct LineEntrant {
  CareRequest request;
  std::string patient_id;
  std::string service_id;
  std::string room_id{};       ///< Window or room; "": any.
  std::string focus;           ///< "ServiceRequest/x"
  std::string operation_id{};  ///< Empty: the request's own.
  std::string hold{};          ///< What has to be done first ("full-bladder"); empty: nothing.
};

struct LineTicket {
  QueueTicket ticket;
  std::string task_text;  ///< As stored.
  int ahead = 0;
  std::optional<domain::WaitEstimate> wait;
};

/// In the caller's transaction: number, place by the rules of the queue, Task. Errors as Enter().
[[nodiscard]] Result<LineTicket> EnterLine(store::Transaction& transaction,
                                           const QueueContext& context, const LineEntrant& entrant);

/// The ticket that a patient has in a queue today and that is not done; empty: none.
[[nodiscard]] Result<std::optional<fhir::Json>> OpenTicketOf(store::ReadView& view,
                                                             const std::string& patient_id,
                                                             const std::string& service_id,
                                                             const std::string& day, TimeZone zone);

}  // namespace yizhan::hospital
