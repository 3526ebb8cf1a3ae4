#pragma once

#include <gtest/gtest.h>

#include "kiosk/sync/booking_desk.h"
#include "tests/sync/scripted_client.h"
#include "tests/sync/small_hospital.h"

namespace yizhan::sync::test {

inline constexpr Abilities kPlain{};
inline constexpr Abilities kOurs{true, true, true};

/// A booking desk whose hospital says what the test scripted.
class BookingDeskFixture : public testing::Test {
 protected:
  Result<domain::BookingReply> Ask(const domain::BookingQuestion& question,
                                   const Abilities& abilities = kOurs) {
    return desk_.Answer(question, Now(), abilities, directory_);
  }
  static domain::BookSeat Wish() {
    domain::BookSeat wish;
    wish.operation = domain::OperationId("op-1");
    wish.patient = domain::PatientId("zhang");
    wish.seat = {domain::SlotId("s1"), ParseInstant("2026-03-12T09:00:00+08:00").value(),
                 ParseInstant("2026-03-12T09:30:00+08:00").value()};
    wish.session.service_id = domain::ServiceId("cardio");
    wish.session.doctor_id = "wang";
    return wish;
  }

  ScriptedClient client_;
  Hospital hospital_{client_, kStation};
  const Directory directory_ = SmallDirectory();
  BookingDesk desk_{hospital_, kStation};
};

}  // namespace yizhan::sync::test
