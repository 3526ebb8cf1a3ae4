#pragma once

#include "printer/documents/ticket_slip.h"

namespace yizhan::printer::test {

/// The slip of domain.md 2.3, on 2026-03-10.
inline TicketSlip SampleSlip() {
  const auto day = std::chrono::local_days(std::chrono::days(20522));
  const auto at = [&](int hours, int minutes) {
    return AtLocal(day, std::chrono::hours(hours) + std::chrono::minutes(minutes), TimeZone{});
  };
  TicketSlip slip;
  slip.hospital = {"江城市第一人民医院", "Jiangcheng First People's Hospital"};
  slip.ticket.operation = domain::OperationId("3f2c8a51-6f0e-4d1b-9a77-0c5e2b1d4e90");
  slip.ticket.number = "A012";
  slip.ticket.service = {"心血管内科", "Cardiology"};
  slip.ticket.doctor = "王建国";
  slip.ticket.doctor_title = {"主任医师", "Chief Physician"};
  slip.ticket.place = {"门诊楼 3 层 B 区", "Outpatient Building, floor 3, area B"};
  slip.ticket.room = {"5 诊室", "Room 5"};
  slip.ticket.masked_name = "张*三";
  slip.ticket.slot_start = at(9, 0);
  slip.ticket.slot_end = at(9, 30);
  slip.ticket.arrived_at = at(8, 42);
  slip.ticket.ahead = 7;
  slip.ticket.wait = domain::WaitEstimate{std::chrono::minutes(25), std::chrono::minutes(35)};
  slip.serial = "20260310-K3-000127";
  slip.terminal = "K3";
  slip.printed_at = at(8, 42);
  return slip;
}

/// The same visit checked in while the hospital was away.
inline TicketSlip OfflineSlip() {
  TicketSlip slip = SampleSlip();
  slip.ticket.provisional = true;
  slip.ticket.number = "A-K3-07";
  slip.ticket.ahead.reset();
  slip.ticket.wait.reset();
  slip.copy = 2;
  return slip;
}

}  // namespace yizhan::printer::test
