/// \file
/// What became of the hospital's numbers: by channel (F13) and by doctor (F25). Read only.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// Bookings of one channel whose slots lie in the time asked for.
struct ChannelLine {
  std::string channel;  ///< "" for those of other programs that do not say.
  int stands = 0;       ///< Holds a seat now.
  int visited = 0;
  int cancelled = 0;  ///< By the patient, or never taken or confirmed.
  int no_shows = 0;
  int stopped = 0;  ///< By the hospital.
  int waiting = 0;
  [[nodiscard]] int Total() const {
    return stands + visited + cancelled + no_shows + stopped + waiting;
  }
};
struct ChannelReport {
  std::vector<ChannelLine> lines;  ///< By channel.
  int total = 0;                   ///< Counted on its own: the lines add up to it.
  /// Of what was kept: patients seen in their own slot or before, of all seen; -1: nobody yet.
  int seen_in_slot_percent = -1;
};
[[nodiscard]] Result<ChannelReport> ReportChannels(store::ReadView& view,
                                                   std::chrono::local_days from,
                                                   std::chrono::local_days until, TimeZone zone);

/// One doctor (or a service without one) in the time asked for.
struct ResourceLine {
  std::string service_id;
  std::string doctor_id;
  int offered = 0;  ///< Seats, without those that were added or taken away.
  int used = 0;     ///< Of the offered ones.
  int added = 0;    ///< Numbers beyond capacity that are used.
  [[nodiscard]] bool IsIdle() const { return offered > 0 && used == 0; }
  [[nodiscard]] bool IsOverloaded() const { return added > 0; }
};
/// By service and doctor.
[[nodiscard]] Result<std::vector<ResourceLine>> ReportResources(store::ReadView& view,
                                                                std::chrono::local_days from,
                                                                std::chrono::local_days until,
                                                                TimeZone zone);

}  // namespace yizhan::hospital
