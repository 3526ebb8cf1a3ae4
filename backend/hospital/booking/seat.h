/// \file
/// One sellable unit of the number source (号源): a Slot with what its Schedule says.
#pragma once

#include <cstdint>
#include <string>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

enum class SeatStatus {
  Free,
  Held,    ///< busy-tentative: locked or offered.
  Taken,   ///< busy
  Closed,  ///< busy-unavailable: not for sale, or waiting for its release.
};

struct Seat {
  std::string slot_id;
  std::int64_t version = 0;
  fhir::Json slot;  ///< The whole resource, to be written back.
  SeatStatus status = SeatStatus::Closed;
  WallTime start{};
  WallTime end{};
  std::string quota;      ///< "": for everybody.
  bool is_added = false;  ///< Beyond capacity, for one person (加号).
  std::string schedule_id;
  bool stopped = false;
  std::string kind;     ///< "clinic", "exam", "check-up", "bed"
  std::string level;    ///< "ordinary", "deputy", "chief", "special"
  std::string session;  ///< "am", "pm", "night"
  std::string service_id;
  std::string doctor_id;  ///< "": whoever works there.
  std::string room_id;
  WallTime release_at{};
  WallTime closes_at{};  ///< Its own end when the Schedule does not say.
  std::int64_t fee_minor = 0;
};

/// NotFound: no such Slot, or its Schedule is missing. BadData: it has no time.
[[nodiscard]] Result<Seat> ReadSeat(store::ReadView& view, const std::string& slot_id);
/// Changes the status of a seat if nobody else did meanwhile (Conflict).
[[nodiscard]] Status SetSeat(store::Transaction& transaction, Seat& seat, SeatStatus status);

}  // namespace yizhan::hospital
