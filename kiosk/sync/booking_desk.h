#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "domain/booking_desk.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/hospital.h"

namespace yizhan::sync {

/// Booking at the hospital: plain searches of Schedule, Slot and Appointment that any R4 server
/// answers; acts by our operations where the server has them, else by compare-and-set on the Slot
/// and an Appointment that is made once. Thread-bound. Borrows everything it is given.
///
/// An act whose answer was lost is repeated with its operation id, so that it never has two
/// effects. Errors are Hospital's; of an act, Unreachable and Refused mean that nothing was done,
/// everything else that nobody knows: the same operation may be tried again.
class BookingDesk {
 public:
  BookingDesk(Hospital& hospital, const Station& station)
      : hospital_(hospital), station_(station) {}

  /// Never BookingFailed; that is for who asks to make of the error.
  [[nodiscard]] Result<domain::BookingReply> Answer(const domain::BookingQuestion& question,
                                                    WallTime now, const Abilities& abilities,
                                                    const Directory& directory);

 private:
  using Reply = Result<domain::BookingReply>;

  Reply Days(const domain::WhichDays& wish, WallTime now, const Abilities& abilities);
  Reply Day(const domain::WhatOnDay& wish, WallTime now, const Abilities& abilities,
            const Directory& directory);
  Reply Elsewhere(const domain::WhenElse& wish, WallTime now, const Abilities& abilities,
                  const Directory& directory);
  Reply ByOperation(const domain::BookingQuestion& act, const Directory& directory);

  Reply BookByStandard(const domain::BookSeat& wish, WallTime now, const Directory& directory);
  Reply WaitByStandard(const domain::JoinWaitingList& wish, WallTime now,
                       const Directory& directory);
  Reply ActByStandard(const domain::ActOnBooking& wish, const Directory& directory);
  /// The sessions of each day whose free seats cannot be booked now.
  [[nodiscard]] Result<std::map<std::chrono::local_days, std::vector<std::string>>> Shut(
      const domain::WhichDays& wish, WallTime now, const Abilities& abilities);
  [[nodiscard]] Status GiveBack(const std::string& slot_id);

  [[nodiscard]] Result<std::vector<fhir::Json>> All(std::string path);
  /// Sends an act again while its answer is lost or it collides with another.
  [[nodiscard]] Result<fhir::Response> SendAct(const fhir::Request& request);

  Hospital& hospital_;
  const Station& station_;
};

}  // namespace yizhan::sync
