#include "tests/ui/sample_frames.h"

#include <chrono>

namespace yizhan::test {

namespace {

using namespace std::chrono_literals;
using domain::CheckInOutcome;
using screens::Frame;
using screens::HomeTask;

/// Sunday 22 November 2026, 08:41 in China.
const WallTime kNow =
    AtLocal(std::chrono::local_days(std::chrono::year(2026) / 11 / 22), 8h + 41min, TimeZone{});
const domain::LocalText kService{"心血管内科", "Cardiology"};
const domain::LocalText kTitle{"主任医师", "chief physician"};
const domain::LocalText kPlace{"门诊楼 3 层 B 区", "outpatient building, floor 3, area B"};

Frame Around(screens::Page page) {
  Frame frame;
  frame.page = std::move(page);
  frame.hospital = {"市第一人民医院", "First People's Hospital"};
  frame.terminal = "K3";
  frame.now = kNow;
  return frame;
}

Frame SignedIn(screens::Page page) {
  Frame frame = Around(std::move(page));
  frame.signed_in = true;
  frame.masked_name = "张*三";
  return frame;
}

HomeTask CheckIn() {
  HomeTask task;
  task.kind = HomeTask::Kind::CheckIn;
  task.service = kService;
  task.doctor = "王建国";
  task.doctor_title = kTitle;
  task.place = kPlace;
  task.time_range = "09:00–09:30";
  task.here = true;
  return task;
}

HomeTask Other(HomeTask::Kind kind, int count, std::int64_t amount, domain::LocalText place) {
  HomeTask task;
  task.kind = kind;
  task.count = count;
  task.amount_minor = amount;
  task.place = std::move(place);
  return task;
}

HomeTask InState(CheckInOutcome outcome, const char* time, const char* date) {
  HomeTask task = CheckIn();
  task.here = false;
  task.outcome = outcome;
  task.outcome_time = time;
  task.date = date;
  return task;
}

screens::HomeModel FullHome() {
  screens::HomeModel home;
  home.masked_name = "张*三";
  home.tasks = {CheckIn(),
                Other(HomeTask::Kind::Pay, 2, 12850, {"1 层收费窗口", "cashier, floor 1"}),
                Other(HomeTask::Kind::LabDraw, 3, 0, {"2 层采血处", "blood draw, floor 2"}),
                Other(HomeTask::Kind::Report, 1, 0, {"1 层报告自助机", "report kiosk, floor 1"}),
                Other(HomeTask::Kind::FollowUp, 1, 0, {})};
  return home;
}

screens::HomeModel StatesHome() {
  HomeTask queue = Other(HomeTask::Kind::InQueue, 0, 0, kPlace);
  queue.service = kService;
  queue.number = "A012";
  queue.ahead = 7;
  queue.here = true;
  screens::HomeModel home;
  home.masked_name = "张*三";
  home.tasks = {queue,
                InState(CheckInOutcome::TooEarly, "13:30", ""),
                InState(CheckInOutcome::Late, "09:20", ""),
                InState(CheckInOutcome::WrongDay, "", "2026-11-24"),
                InState(CheckInOutcome::WrongSite, "", ""),
                InState(CheckInOutcome::PaymentDue, "", ""),
                InState(CheckInOutcome::NotBooked, "", "")};
  return home;
}

screens::TicketModel Ticket(screens::TicketModel::Print print) {
  screens::TicketModel model;
  model.ticket.number = "A012";
  model.ticket.service = kService;
  model.ticket.doctor = "王建国";
  model.ticket.doctor_title = kTitle;
  model.ticket.place = kPlace;
  model.ticket.room = {"5 诊室", "room 5"};
  model.ticket.masked_name = "张*三";
  model.ticket.ahead = 7;
  model.ticket.wait = domain::WaitEstimate{25min, 40min};
  model.arrived = "08:42";
  model.print = print;
  model.more_tasks = true;
  return model;
}

void AddIdle(std::vector<Sample>& out) {
  using screens::IdleModel;
  out.push_back({"idle", Around(IdleModel{.has_directory = true})});
  out.push_back({"idle-alone", Around(IdleModel{})});
  out.push_back({"idle-reader-down",
                 Around(IdleModel{.reader = IdleModel::Reader::Down, .has_directory = true})});
  const std::pair<const char*, domain::CardProblem> problems[] = {
      {"unreadable", domain::CardProblem::Unreadable},
      {"foreign", domain::CardProblem::Foreign},
      {"forged", domain::CardProblem::Forged},
      {"malformed", domain::CardProblem::Malformed},
      {"several", domain::CardProblem::SeveralCards},
      {"legacy", domain::CardProblem::LegacyRefused}};
  for (const auto& [name, problem] : problems) {
    out.push_back({std::string("idle-card-") + name,
                   Around(IdleModel{.card_problem = problem, .has_directory = true})});
  }
  out.push_back({"idle-take-card", Around(IdleModel{.take_card = true})});
  out.push_back({"idle-offline", Around(IdleModel{.has_directory = true})});
  out.back().frame.offline = true;
}

void AddDirectories(std::vector<Sample>& out) {
  using screens::DirectoryModel;
  DirectoryModel departments{.kind = DirectoryModel::Kind::Departments, .page = 2, .pages = 5};
  const char* names[][2] = {
      {"心血管内科", "Cardiology"}, {"呼吸与危重症医学科", "Respiratory medicine"},
      {"儿科", "Paediatrics"},      {"眼科", "Ophthalmology"},
      {"口腔科", "Dentistry"},      {"皮肤科", "Dermatology"},
      {"骨科", "Orthopaedics"},     {"中医科", "Chinese medicine"}};
  int waiting = 3;
  for (const auto& name : names) {
    departments.rows.push_back({{name[0], name[1]}, kPlace, waiting});
    waiting += 4;
  }
  departments.rows[2].waiting.reset();
  out.push_back({"departments", Around(departments)});
  DirectoryModel doctors{.kind = DirectoryModel::Kind::Doctors};
  doctors.rows = {
      {{"王建国", ""}, {"主任医师 · 心血管内科", "chief physician · Cardiology"}, 7},
      {{"买买提·艾力江", ""}, {"副主任医师 · 眼科", "associate chief · Ophthalmology"}, 0},
      {{"𠮷田 㛃", ""}, {"主治医师 · 儿科", "attending · Paediatrics"}, std::nullopt}};
  out.push_back({"doctors", Around(doctors)});
  out.push_back({"doctors-none", Around(DirectoryModel{.kind = DirectoryModel::Kind::Doctors})});
}

void AddFlowPages(std::vector<Sample>& out) {
  using screens::WorkingModel;
  out.push_back({"looking-up", Around(WorkingModel{})});
  out.push_back({"checking-in", SignedIn(WorkingModel{WorkingModel::Task::CheckingIn})});
  out.push_back({"birth-date", SignedIn(screens::BirthDateModel{.digits = "1958"})});
  out.push_back({"birth-date-wrong",
                 SignedIn(screens::BirthDateModel{.digits = "", .wrong = true, .tries_left = 2})});
  out.push_back({"home", SignedIn(FullHome())});
  out.push_back({"home-states", SignedIn(StatesHome())});
  out.push_back({"home-offline", SignedIn(FullHome())});
  out.back().frame.offline = true;
  screens::HomeModel nothing{.masked_name = "张*三", .next_visit = "2027-03-11 09:00"};
  out.push_back({"home-nothing", SignedIn(nothing)});
  screens::HomeModel several = FullHome();
  several.tasks.insert(several.tasks.begin() + 1, CheckIn());
  several.tasks[1].service = {"眼科", "Ophthalmology"};
  out.push_back({"home-several", SignedIn(several)});
  screens::ChooseVisitModel choose;
  choose.visits = {CheckIn(), CheckIn(), CheckIn()};
  choose.visits[1].time_range = "10:00–10:30";
  choose.visits[1].service = {"眼科", "Ophthalmology"};
  choose.visits[1].doctor = "买买提·艾力江";
  choose.visits[2].time_range = "11:00–11:30";
  choose.visits[2].service = {"呼吸与危重症医学科", "Respiratory and critical care medicine"};
  choose.visits[2].doctor.clear();
  out.push_back({"choose-visit", SignedIn(choose)});
  out.push_back(
      {"confirm", SignedIn(screens::ConfirmModel{.visit = CheckIn(), .masked_name = "张*三"})});
}

void AddTickets(std::vector<Sample>& out) {
  using Print = screens::TicketModel::Print;
  const std::pair<const char*, Print> prints[] = {
      {"printing", Print::Printing},    {"printed", Print::Printed},
      {"paper-out", Print::PaperOut},   {"jam", Print::Jam},
      {"cover-open", Print::CoverOpen}, {"printer-away", Print::PrinterAway},
      {"print-failed", Print::Failed},  {"print-uncertain", Print::Uncertain},
      {"no-printer", Print::NoPrinter}};
  for (const auto& [name, print] : prints) {
    screens::TicketModel model = Ticket(print);
    model.can_reprint = print == Print::Uncertain || print == Print::Failed;
    out.push_back({std::string("ticket-") + name, SignedIn(model)});
  }
  screens::TicketModel offline = Ticket(Print::PaperOut);
  offline.ticket.number = "A-K3-07";
  offline.ticket.provisional = true;
  offline.ticket.ahead.reset();
  offline.ticket.wait.reset();
  offline.more_tasks = false;
  out.push_back({"ticket-offline", SignedIn(offline)});
  out.back().frame.offline = true;
  screens::TicketModel again = Ticket(Print::NotAsked);
  again.already = true;
  again.can_reprint = true;
  again.ticket.room = {};
  out.push_back({"ticket-already", SignedIn(again)});
}

void AddTroubles(std::vector<Sample>& out) {
  using What = screens::TroubleModel::What;
  const std::pair<const char*, What> whats[] = {{"too-early", What::TooEarly},
                                                {"late", What::Late},
                                                {"wrong-day", What::WrongDay},
                                                {"wrong-site", What::WrongSite},
                                                {"payment-due", What::PaymentDue},
                                                {"not-booked", What::NotBooked},
                                                {"nothing-today", What::NothingToday},
                                                {"unknown-patient", What::UnknownPatient},
                                                {"birth-date-wrong", What::BirthDateWrong},
                                                {"hospital-away", What::HospitalAway},
                                                {"store-failed", What::StoreFailed}};
  for (const auto& [name, what] : whats) {
    screens::TroubleModel model{.what = what,
                                .service = kService,
                                .time = "08:30",
                                .date = "2026-11-24",
                                .amount_minor = 5000,
                                .can_go_back = what != What::UnknownPatient};
    if (what == What::Late || what == What::WrongSite) {
      model.place = {"东院区门诊楼 1 层服务台", "the service desk, floor 1, east campus"};
    }
    out.push_back({std::string("trouble-") + name, SignedIn(model)});
  }
  out.back().frame.staff_call = Frame::StaffCall::Called;
}

void AddAround(std::vector<Sample>& out) {
  out.push_back({"still-there", SignedIn(FullHome())});
  out.back().frame.warning = screens::IdleWarning{.seconds_left = 14, .seconds_total = 20};
  out.push_back({"calling-staff", SignedIn(screens::TroubleModel{})});
  out.back().frame.staff_call = Frame::StaffCall::Calling;
  out.push_back({"staff-call-failed", SignedIn(FullHome())});
  out.back().frame.staff_call = Frame::StaffCall::Failed;
  out.push_back({"long-hospital-name", Around(screens::IdleModel{.has_directory = true})});
  out.back().frame.hospital = {"新疆维吾尔自治区人民医院附属第三医院(东院区)",
                               "Third Affiliated Hospital of the Autonomous Region (east campus)"};
}

}  // namespace

std::vector<Sample> SampleFrames() {
  std::vector<Sample> out;
  AddIdle(out);
  AddDirectories(out);
  AddFlowPages(out);
  AddTickets(out);
  AddTroubles(out);
  AddAround(out);
  return out;
}

}  // namespace yizhan::test
