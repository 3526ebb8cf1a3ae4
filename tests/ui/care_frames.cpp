#include "tests/ui/sample_frames.h"

namespace yizhan::test {

namespace {

using screens::HomeTask;

const domain::LocalText kService{"心血管内科", "Cardiology"};
const domain::LocalText kPlace{"门诊楼 3 层 B 区", "outpatient building, floor 3, area B"};

const domain::LocalText kUnit{"宏达电子有限公司", "Hongda Electronics"};

HomeTask Row(HomeTask::Kind kind, int count) {
  HomeTask row;
  row.kind = kind;
  row.count = count;
  row.here = true;
  return row;
}

/// What the hospital's own operations add to a home page.
screens::HomeModel CareHome() {
  screens::HomeModel home;
  home.masked_name = "张*三";
  home.tasks = {Row(HomeTask::Kind::Exam, 2), Row(HomeTask::Kind::Medicine, 1),
                Row(HomeTask::Kind::Guide, 1), Row(HomeTask::Kind::Messages, 3)};
  home.services = {screens::Service::Book, screens::Service::BookOther,
                   screens::Service::MyBookings, screens::Service::Centre};
  return home;
}

std::vector<domain::GuideLine> GuideLines() {
  using domain::GuideKind;
  using domain::GuideState;
  return {{GuideKind::Visit, GuideState::Done, kService, kPlace, {}, {}},
          {GuideKind::Draw,
           GuideState::Next,
           {"血常规、空腹血糖", "Complete blood count, fasting glucose"},
           {"门诊楼 1 层 采血室", "Outpatient Building, floor 1, Draw Room"},
           {"抽血前禁食 8 小时，可少量饮水。", "Do not eat for 8 hours before the draw."},
           4},
          {GuideKind::Meal, GuideState::Later, {"可以进食", "You may eat now"}, {}, {}, {}},
          {GuideKind::Exam,
           GuideState::Later,
           {"泌尿系彩超", "Urinary ultrasound"},
           {"医技楼 2 层 超声科", "Diagnostics Building, floor 2, Ultrasound"},
           {"请喝水憋尿。", "Drink water before the examination."},
           0},
          {GuideKind::Pharmacy,
           GuideState::Later,
           {"取药", "Collect medicine"},
           {"药房窗口", "Pharmacy window"},
           {},
           {}}};
}

domain::CareTickets::One ExamTicket(const char* number, domain::LocalText service) {
  domain::CareTickets::One one;
  one.ticket.number = number;
  one.ticket.service = std::move(service);
  one.ticket.place = {"医技楼 2 层 超声科", "Diagnostics Building, floor 2, Ultrasound"};
  one.ticket.ahead = 3;
  return one;
}

void AddLaboratory(std::vector<Sample>& out) {
  using Print = screens::TicketModel::Print;
  screens::LabDrawModel model;
  model.ticket.number = "X007";
  model.ticket.masked_name = "张*三";
  model.ticket.place = {"门诊楼 1 层 采血室", "outpatient building, floor 1, draw room"};
  model.ticket.ahead = 4;
  const domain::LocalText machine{"自助机或检验科窗口", "kiosk or laboratory window"};
  model.tests = {{{"血常规", "Complete blood count"}, 0, "", "09:27", machine},
                 {{"肝功能", "Liver function"}, 8, "", "11:40", machine},
                 {{"甲状腺功能五项", "Thyroid function"}, 0, "2026-11-24", "10:00", machine}};
  model.tubes = {{{"黄", "gold"}, 2}, {{"紫", "lavender"}, 1}};
  model.labels = Print::Printed;
  model.slip = Print::Printed;
  out.push_back({"lab-draw", SignedIn(model)});
  model.unpaid_minor = 4050;
  model.pay_at = {"门诊楼 1 层 收费处", "the cashier on floor 1"};
  model.slip = model.labels = Print::Printing;
  out.push_back({"lab-draw-part", SignedIn(model)});
  model.labels = Print::PaperOut;
  out.push_back({"lab-draw-no-labels", SignedIn(model)});
  model.tests.clear();
  model.tubes.clear();
  model.unpaid_minor = 0;
  model.already = true;
  model.labels = model.slip = Print::NotAsked;
  out.push_back({"lab-draw-again", SignedIn(model)});
}

/// A unit's member with a package: the booking, the number, the sheet.
void AddCheckUp(std::vector<Sample>& out, screens::GuideModel guide) {
  using Print = screens::TicketModel::Print;
  screens::ReadBackModel booking{.purpose = screens::ReadBackModel::Purpose::Keep,
                                 .facts = {},
                                 .masked_name = "张*三",
                                 .number = "3F9A-21C7",
                                 .advised_arrival = "08:45",
                                 .until_date = "2026-11-23",
                                 .until_time = "17:00"};
  booking.facts.kind = domain::ResourceKind::CheckUp;
  booking.facts.service = {"老年体检套餐", "Senior check-up"};
  booking.facts.date = "2026-11-24";
  booking.facts.time_range = "09:00–09:30";
  booking.facts.place = {"门诊楼 7 层体检中心", "Outpatient Building, floor 7, Check-up Centre"};
  booking.preparation = {"请空腹前来，抽血前不要吃早饭。",
                         "Come without breakfast; blood is drawn first."};
  booking.can_change = booking.can_cancel = true;
  booking.payer = kUnit;
  // More than is read at a glance.
  for (const char* one : {"内科检查", "血常规", "空腹血糖", "糖化血红蛋白", "肝功能", "肾功能",
                          "血脂", "甲状腺功能五项", "心电图", "腹部彩超", "泌尿系彩超"}) {
    booking.contents.push_back({one, "Examination"});
  }
  out.push_back({"read-back-package", SignedIn(booking)});
  screens::TicketModel ticket;
  ticket.ticket.number = "T003";
  ticket.ticket.service = {"基础体检套餐", "Basic check-up"};
  ticket.ticket.place = booking.facts.place;
  ticket.ticket.masked_name = "张*三";
  ticket.arrived = "08:42";
  ticket.print = Print::Printed;
  ticket.more_tasks = ticket.can_guide = ticket.check_up = true;
  out.push_back({"ticket-check-up", SignedIn(ticket)});
  guide.check_up = domain::CheckUpToday{ticket.ticket.service, kUnit};
  out.push_back({"guide-check-up", SignedIn(guide)});
}

}  // namespace

void AddCarePages(std::vector<Sample>& out) {
  AddLaboratory(out);
  using Print = screens::TicketModel::Print;
  out.push_back({"home-care", SignedIn(CareHome())});
  screens::GuideModel guide{.lines = GuideLines(), .can_print = true};
  out.push_back({"guide", SignedIn(guide)});
  guide.can_print = false;
  guide.print = Print::Printed;
  guide.lines[1].state = domain::GuideState::Waiting;
  out.push_back({"guide-printed", SignedIn(guide)});
  AddCheckUp(out, guide);
  guide.print = Print::PaperOut;
  guide.lines = {guide.lines[0]};
  out.push_back({"guide-finished", SignedIn(guide)});
  out.push_back(
      {"messages",
       SignedIn(screens::MessagesModel{
           {{"您预约的心血管内科 11月24日 09:00 已确认。请 08:45 前到院。如需取消请在 11月23日 "
             "15:00 "
             "前办理。",
             "2026-11-22", "08:30"},
            {"心血管内科 11月24日 停诊，费用已原路退回，可免费改约。", "2026-11-21", "18:00"}}})});
  out.push_back({"messages-none", SignedIn(screens::MessagesModel{})});
  screens::CareTicketsModel exams{.can_guide = true};
  exams.tickets.tickets = {ExamTicket("U007", {"超声科", "Ultrasound"}),
                           ExamTicket("V012", {"心电图室", "Electrocardiography"})};
  exams.tickets.tickets[0].hint = {"请喝水憋尿，有尿意后告诉超声室。",
                                   "Drink water and tell the ultrasound room when you are ready."};
  exams.print = Print::Printed;
  out.push_back({"care-exams", SignedIn(exams)});
  exams.print = Print::Uncertain;
  exams.can_reprint = true;
  exams.tickets.tickets.pop_back();
  out.push_back({"care-exam-uncertain", SignedIn(exams)});
  screens::CareTicketsModel medicines{.can_guide = true};
  medicines.tickets.tickets = {ExamTicket("", {"门诊药房", "Pharmacy"})};
  medicines.tickets.line = domain::LineKind::Pharmacy;
  medicines.tickets.tickets[0].ticket.room = {"2 号取药窗口", "Pharmacy Window 2"};
  medicines.tickets.tickets[0].ticket.ahead.reset();
  out.push_back({"care-pharmacy", SignedIn(medicines)});
  screens::ChooseCentreModel centre;
  const char* services[][2] = {{"住院咨询", "Advice on admission"},
                               {"特殊项目审核登记", "Approval of special items"},
                               {"护理评估", "Nursing assessment"},
                               {"营养评估", "Nutrition assessment"},
                               {"专家约诊", "Appointment with an expert"},
                               {"出院患者随访", "Follow-up after discharge"},
                               {"互联网医院预约检查", "Examinations booked online"}};
  for (const auto& service : services) centre.rows.push_back({{service[0], service[1]}, false});
  centre.rows[2].chosen = true;
  out.push_back({"choose-centre", SignedIn(centre)});
  using What = screens::TroubleModel::What;
  const std::pair<const char*, What> whats[] = {{"nothing-ordered", What::NothingOrdered},
                                                {"already-there", What::AlreadyThere},
                                                {"ask-desk", What::AskDesk}};
  for (const auto& [name, what] : whats) {
    out.push_back({std::string("trouble-") + name,
                   SignedIn(screens::TroubleModel{.what = what, .can_go_back = true})});
  }
}

}  // namespace yizhan::test
