/// \file
/// The number of an order, which guide sheets carry as bars, and what somebody learns who scans it
/// in an examination room (domain.md F32, F36).
#pragma once

#include <optional>
#include <string>

#include "backend/hospital/hospital.h"
#include "domain/local_text.h"

namespace yizhan::hospital {

/// ServiceRequest.identifier of systems::kOrderNumber, else the first of type PLAC; "" where there
/// is none that twenty letters, digits or dashes can say.
[[nodiscard]] std::string OrderNumberOf(const fhir::Json& order);

/// The ticket (Task) that somebody drew for this order on that day and that still stands or is
/// done; empty: none.
[[nodiscard]] Result<std::optional<fhir::Json>> TicketOfOrder(store::ReadView& view,
                                                              const std::string& order_id,
                                                              const std::string& day,
                                                              TimeZone zone);

struct ScannedOrder {
  enum class State {
    Called,     ///< It is what is called to this room: the right patient with the right order.
    Waiting,    ///< In the queue of this room, not called.
    Elsewhere,  ///< In another queue.
    Absent,     ///< Nobody has checked in for it today.
    Done,
  };
  State state = State::Absent;
  domain::LocalText what;
  std::string number;      ///< Of the ticket; "" without one.
  std::string service_id;  ///< Where it is done; "" not known.
};
/// What the order with that number is to a room. Changes nothing. NotFound: no such order.
[[nodiscard]] Result<ScannedOrder> ScanOrder(Hospital& hospital, store::ResourceStore& store,
                                             const std::string& room_id,
                                             const std::string& order_number);

}  // namespace yizhan::hospital
