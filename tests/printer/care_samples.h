#pragma once

#include "printer/documents/care_slip.h"
#include "printer/documents/guide_sheet.h"
#include "tests/printer/slip_samples.h"

namespace yizhan::printer::test {

/// After the doctor ordered blood and an ultrasound, on 2026-03-10.
inline GuideSheet SampleGuide() {
  using domain::GuideKind;
  using domain::GuideState;
  const TicketSlip visit = SampleSlip();
  GuideSheet sheet;
  sheet.hospital = visit.hospital;
  sheet.masked_name = "张*三";
  sheet.terminal = "K3";
  sheet.printed_at = visit.printed_at;
  sheet.sheet.sheet = domain::OperationId("7d9f0a52-1b7e-4d1b-9a77-0c5e2b1d4e90");
  sheet.sheet.lines = {
      {GuideKind::Visit, GuideState::Done, {"心血管内科", "Cardiology"}, {}, {}, {}},
      {GuideKind::Draw,
       GuideState::Next,
       {"血常规、空腹血糖", "Complete blood count, fasting glucose"},
       {"门诊楼 1 层 采血室", "Outpatient Building, floor 1, Draw Room"},
       {"抽血前禁食 8 小时，可少量饮水。", "Do not eat for 8 hours before the draw."},
       4,
       {"260310004701", "260310004706"}},
      {GuideKind::Meal, GuideState::Later, {"可以进食", "You may eat now"}, {}, {}, {}},
      {GuideKind::Exam,
       GuideState::Later,
       {"泌尿系彩超", "Urinary ultrasound"},
       {"医技楼 2 层 超声科", "Diagnostics Building, floor 2, Ultrasound"},
       {"请喝水憋尿。", "Drink water before the examination."},
       1,
       {"260310004708"}},
      {GuideKind::Pharmacy,
       GuideState::Later,
       {"取药", "Collect medicine"},
       {"药房窗口", "Pharmacy window"},
       {},
       {}}};
  return sheet;
}

/// The same way through the hospital for a unit's member with a package.
inline GuideSheet SampleCheckUp() {
  GuideSheet sheet = SampleGuide();
  sheet.sheet.check_up = domain::CheckUpToday{{"基础体检套餐", "Basic check-up"},
                                              {"宏达电子有限公司", "Hongda Electronics"}};
  return sheet;
}

inline CareSlip SampleExams() {
  const TicketSlip visit = SampleSlip();
  CareSlip slip;
  slip.hospital = visit.hospital;
  slip.terminal = "K3";
  slip.printed_at = visit.printed_at;
  domain::CareTickets::One ultrasound;
  ultrasound.ticket = visit.ticket;
  ultrasound.ticket.serial = visit.serial;
  ultrasound.ticket.number = "U007";
  ultrasound.ticket.service = {"超声科", "Ultrasound"};
  ultrasound.ticket.place = {"医技楼 2 层 超声科", "Diagnostics Building, floor 2, Ultrasound"};
  ultrasound.ticket.room = {};
  ultrasound.hint = {"请喝水憋尿，有尿意后告诉超声室。",
                     "Drink water and tell the ultrasound room when your bladder is full."};
  domain::CareTickets::One ecg = ultrasound;
  ecg.ticket.number = "V012";
  ecg.ticket.service = {"心电图室", "Electrocardiography"};
  ecg.ticket.room = {"1 号心电图室", "ECG Room 1"};
  ecg.ticket.ahead = 0;
  ecg.hint = {};
  slip.tickets.tickets = {ultrasound, ecg};
  return slip;
}

inline CareSlip SamplePharmacy() {
  CareSlip slip = SampleExams();
  slip.tickets.line = domain::LineKind::Pharmacy;
  slip.tickets.tickets.pop_back();
  domain::CareTickets::One& one = slip.tickets.tickets[0];
  one.ticket.number.clear();
  one.ticket.ahead.reset();
  one.hint = {};
  one.ticket.service = {"门诊药房", "Pharmacy"};
  one.ticket.place = {"门诊楼 1 层 药房", "Outpatient Building, floor 1, Pharmacy"};
  one.ticket.room = {"2 号取药窗口", "Pharmacy Window 2"};
  return slip;
}

}  // namespace yizhan::printer::test
