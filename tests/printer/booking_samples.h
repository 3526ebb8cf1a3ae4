#pragma once

#include "printer/documents/booking_slip.h"

namespace yizhan::printer::test {

/// A booking of 2026-03-12, 09:00, made two days before.
inline BookingSlip SampleBooking() {
  const auto at = [](const char* instant) { return ParseInstant(instant).value(); };
  BookingSlip slip;
  slip.hospital = {"江城市第一人民医院", "Jiangcheng First People's Hospital"};
  domain::OwnBooking& booking = slip.booking;
  booking.id = domain::AppointmentId("0197a0c4-5f2e-7b1d-8a77-0c5e3f9a21c7");
  booking.booking.state = domain::BookingState::PendingConfirm;
  booking.booking.made_at = at("2026-03-10T08:42:00+08:00");
  booking.booking.start = at("2026-03-12T09:00:00+08:00");
  booking.booking.end = at("2026-03-12T09:30:00+08:00");
  booking.times = domain::TimesOf(booking.booking, TimeZone{}, {});
  booking.service = {"心血管内科", "Cardiology"};
  booking.doctor = "王建国";
  booking.doctor_title = {"主任医师", "Chief Physician"};
  booking.where.site = {"总院", "Main Campus"};
  booking.where.area = {"门诊楼 3 层 B 区", "Outpatient Building, floor 3, area B"};
  booking.where.room = {"5 诊室", "Room 5"};
  booking.where.way = {"地铁 2 号线人民医院站 B 口", "Metro line 2, exit B"};
  booking.where.phone = "010-5550 0100";
  booking.where.preparation = {"请空腹前来。", "Come without breakfast."};
  booking.fee_minor = 5000;
  slip.masked_name = "张*三";
  slip.terminal = "K3";
  slip.printed_at = at("2026-03-10T08:42:00+08:00");
  return slip;
}

}  // namespace yizhan::printer::test
