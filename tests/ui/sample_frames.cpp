#include "tests/ui/sample_frames.h"

#include <algorithm>
#include <chrono>
#include <tuple>

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

}  // namespace

Frame SignedIn(screens::Page page) {
  Frame frame = Around(std::move(page));
  frame.signed_in = true;
  frame.masked_name = "张*三";
  return frame;
}

namespace {

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
  again.can_guide = true;
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

screens::BookingFacts BookingAt(const char* date, const char* range) {
  screens::BookingFacts facts;
  facts.service = kService;
  facts.doctor = "王建国";
  facts.doctor_title = kTitle;
  facts.date = date;
  facts.time_range = range;
  facts.place = kPlace;
  facts.fee_minor = 5000;
  return facts;
}

namespace {

void AddBookingQuestions(std::vector<Sample>& out) {
  using domain::ResourceKind;
  out.push_back(
      {"choose-kind", SignedIn(screens::ChooseKindModel{
                          {ResourceKind::Exam, ResourceKind::CheckUp, ResourceKind::Bed}})});
  screens::ChooseDayModel days;
  for (int i = 0; i < 14; ++i) {
    const auto day = LocalDay(kNow, TimeZone{}) + std::chrono::days(i);
    days.days.push_back({ToDate(day), i == 0, i % 5 != 2});
  }
  days.suggested = 0;
  out.push_back({"choose-day", SignedIn(days)});
  screens::ChooseDepartmentModel departments{.date = "2026-11-24"};
  const char* names[][2] = {{"心血管内科", "Cardiology"},
                            {"呼吸与危重症医学科", "Respiratory and critical care medicine"},
                            {"儿科", "Paediatrics"},
                            {"妇产科", "Obstetrics and Gynaecology"},
                            {"眼科", "Ophthalmology"},
                            {"皮肤科", "Dermatology"}};
  int free = 11;
  for (const auto& name : names) {
    departments.rows.push_back({{name[0], name[1]}, kPlace, free});
    free = std::max(0, free - 4);
  }
  departments.suggested = 0;
  out.push_back({"choose-department", SignedIn(departments)});
  using Row = screens::ChooseDoctorModel::Row;
  screens::ChooseDoctorModel doctors{.facts = BookingAt("2026-11-24", "")};
  doctors.facts.doctor.clear();
  doctors.rows = {
      {.doctor = "", .fee_minor = 2000, .from_fee = true, .earliest = "08:00"},
      {.doctor = "王建国", .title = kTitle, .fee_minor = 5000, .earliest = "08:30"},
      {.state = Row::State::Full, .doctor = "买买提·艾力江", .title = kTitle, .fee_minor = 3500},
      {.state = Row::State::NotReleased,
       .doctor = "李明",
       .title = kTitle,
       .released_on = "2026-11-23",
       .released_at = "07:00"},
      {.state = Row::State::Stopped, .doctor = "𠮷田 㛃", .title = kTitle}};
  out.push_back({"choose-doctor", SignedIn(doctors)});
  using Part = screens::ChooseTimeModel::PartOfDay;
  screens::ChooseTimeModel times{.facts = BookingAt("2026-11-24", "")};
  const char* ranges[] = {"08:00–08:30", "08:30–09:00", "09:00–09:30", "09:30–10:00",
                          "10:00–10:30", "14:00–14:30", "14:30–15:00", "18:00–18:30"};
  for (std::size_t i = 0; i < std::size(ranges); ++i) {
    // Two are full: they are shown, and cannot be chosen.
    const int left = i == 0 || i == 3 ? 0 : static_cast<int>(i) + 1;
    times.times.push_back({ranges[i], left,
                           i < 5   ? Part::Morning
                           : i < 7 ? Part::Afternoon
                                   : Part::Night});
  }
  out.push_back({"choose-time", SignedIn(times)});
  using Why = screens::FullModel::Row::Why;
  screens::FullModel full{.facts = BookingAt("2026-11-24", ""), .can_wait = true};
  full.rows = {{Why::SameDay, BookingAt("2026-11-24", "10:00–10:30")},
               {Why::SameDoctor, BookingAt("2026-11-26", "08:30–09:00")}};
  out.push_back({"full", SignedIn(full)});
  full.rows.clear();
  full.just_taken = true;
  out.push_back({"full-none", SignedIn(full)});
}

void AddBookingReadBacks(std::vector<Sample>& out) {
  using Purpose = screens::ReadBackModel::Purpose;
  const std::pair<const char*, Purpose> purposes[] = {
      {"book", Purpose::Book},       {"move", Purpose::Move},   {"wait", Purpose::Wait},
      {"confirm", Purpose::Confirm}, {"offer", Purpose::Offer}, {"keep", Purpose::Keep},
      {"waiting", Purpose::Waiting}};
  for (const auto& [name, purpose] : purposes) {
    screens::ReadBackModel model{.purpose = purpose,
                                 .facts = BookingAt("2026-11-24", "09:00–09:30"),
                                 .masked_name = "张*三",
                                 .advised_arrival = "08:45",
                                 .until_date = "2026-11-23",
                                 .until_time = "17:00"};
    const bool exists = purpose != Purpose::Book && purpose != Purpose::Move;
    if (exists && purpose != Purpose::Wait) model.number = "3F9A-21C7";
    model.can_change = purpose == Purpose::Confirm || purpose == Purpose::Keep;
    model.can_cancel = model.can_change || purpose == Purpose::Waiting;
    model.can_prepay = purpose == Purpose::Book;
    model.paid = purpose == Purpose::Keep;
    model.preparation = {"请空腹前来，抽血前不要吃早饭。",
                         "Come without breakfast; blood is drawn first."};
    out.push_back({std::string("read-back-") + name, SignedIn(model)});
  }
  screens::CancelModel cancel{.facts = BookingAt("2026-11-24", "09:00–09:30"),
                              .until_date = "2026-11-23",
                              .until_time = "17:00"};
  out.push_back({"cancel", SignedIn(cancel)});
  cancel.late = true;
  cancel.refund_minor = 4000;
  cancel.kept_minor = 1000;
  out.push_back({"cancel-late", SignedIn(cancel)});
  using State = screens::MyBookingsModel::Row::State;
  screens::MyBookingsModel mine;
  for (const State state : {State::Stopped, State::Substitute, State::Booked, State::ToConfirm,
                            State::ToBeAnswered, State::Waiting, State::Offered}) {
    mine.rows.push_back({BookingAt("2026-11-24", "09:00–09:30"), state});
  }
  out.push_back({"my-bookings", SignedIn(mine)});
  out.push_back({"my-bookings-none", SignedIn(screens::MyBookingsModel{})});
}

void AddBookingResults(std::vector<Sample>& out) {
  using What = screens::BookingResultModel::What;
  using Print = screens::TicketModel::Print;
  const std::tuple<const char*, What, Print> results[] = {
      {"booked", What::Booked, Print::Printed},
      {"to-confirm", What::ToConfirm, Print::Printing},
      {"bed", What::ToBeAnswered, Print::PaperOut},
      {"confirmed", What::Confirmed, Print::Uncertain},
      {"waiting", What::OnWaitingList, Print::NoPrinter},
      {"moved", What::Moved, Print::Failed},
      {"moved-old-stays", What::MovedOldStays, Print::Printed},
      {"cancelled", What::Cancelled, Print::NotAsked},
      {"declined", What::Declined, Print::NotAsked},
      {"off-the-list", What::OffTheList, Print::NotAsked}};
  for (const auto& [name, what, print] : results) {
    screens::BookingResultModel model{.what = what,
                                      .facts = BookingAt("2026-11-24", "09:00–09:30"),
                                      .number = "3F9A-21C7",
                                      .advised_arrival = "08:45",
                                      .until_date = "2026-11-23",
                                      .until_time = "17:00",
                                      .print = print};
    model.can_print = print == Print::Uncertain || print == Print::Failed;
    model.can_invite = print != Print::NotAsked && what != What::OnWaitingList;
    model.paid = what == What::Confirmed;
    out.push_back({std::string("booking-") + name, SignedIn(model)});
  }
  using Trouble = screens::BookingTroubleModel::What;
  for (int i = 0; i <= static_cast<int>(domain::BookingRefusal::WrongState); ++i) {
    out.push_back({"booking-refused-" + std::to_string(i),
                   SignedIn(screens::BookingTroubleModel{
                       Trouble::Refused, static_cast<domain::BookingRefusal>(i), kPlace})});
  }
  for (const Trouble what :
       {Trouble::Away, Trouble::Unsure, Trouble::NotOffered, Trouble::NothingToBook}) {
    out.push_back(
        {"booking-trouble-" + std::to_string(static_cast<int>(what)),
         SignedIn(screens::BookingTroubleModel{what, domain::BookingRefusal::WrongState, {}})});
  }
  screens::PayModel pay{.facts = BookingAt("2026-11-24", "09:00–09:30"), .amount_minor = 5000};
  out.push_back({"pay-preparing", SignedIn(pay)});
  pay.state = screens::PayModel::State::Open;
  pay.seconds_left = 547;
  pay.code.side = 25;
  for (int i = 0; i < 25 * 25; ++i) pay.code.dark.push_back(i * 7 % 3 == 0);
  out.push_back({"pay-open", SignedIn(pay)});
  using Paying = screens::PayModel::State;
  for (const auto& [state, name] :
       {std::pair(Paying::Closing, "pay-closing"), std::pair(Paying::Away, "pay-away"),
        std::pair(Paying::TimeUp, "pay-time-up"), std::pair(Paying::GivenBack, "pay-given-back"),
        std::pair(Paying::Unknown, "pay-unknown")}) {
    pay.state = state;
    out.push_back({name, SignedIn(pay)});
  }
  out.push_back({"looking-for-seats",
                 SignedIn(screens::WorkingModel{screens::WorkingModel::Task::LookingForSeats})});
  out.push_back({"telling", SignedIn(screens::WorkingModel{screens::WorkingModel::Task::Booking})});
}

void AddBookingHomes(std::vector<Sample>& out) {
  screens::HomeModel home = FullHome();
  home.services = {screens::Service::Book, screens::Service::BookOther,
                   screens::Service::MyBookings};
  out.push_back({"home-services", SignedIn(home)});
  HomeTask confirm = CheckIn();
  confirm.kind = HomeTask::Kind::ConfirmBooking;
  confirm.count = 1;
  confirm.place = {};
  HomeTask offer = confirm;
  offer.kind = HomeTask::Kind::Offer;
  home.tasks = {offer, confirm};
  out.push_back({"home-bookings", SignedIn(home)});
  home.tasks.clear();
  out.push_back({"home-nothing-services", SignedIn(home)});
  screens::TroubleModel nothing;
  nothing.can_book = true;
  out.push_back({"trouble-nothing-book", SignedIn(nothing)});
}

}  // namespace

std::vector<Sample> SampleFrames() {
  std::vector<Sample> out;
  AddIdle(out);
  AddDirectories(out);
  AddFlowPages(out);
  AddTickets(out);
  AddTroubles(out);
  AddChangedPages(out);
  AddCarePages(out);
  AddAround(out);
  AddBookingQuestions(out);
  AddBookingReadBacks(out);
  AddBookingResults(out);
  AddBookingHomes(out);
  return out;
}

}  // namespace yizhan::test
