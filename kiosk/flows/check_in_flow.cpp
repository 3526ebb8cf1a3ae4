#include "kiosk/flows/check_in_flow.h"

#include <algorithm>
#include <array>

#include "base/match.h"

namespace yizhan::flows {
namespace {

using domain::CheckInOutcome;
using screens::TicketModel;
using screens::TroubleModel;
using What = screens::TroubleModel::What;

constexpr std::size_t kMostChoices = 5;
constexpr std::size_t kBirthDateDigits = 8;

What TroubleOf(CheckInOutcome outcome) {
  switch (outcome) {
    case CheckInOutcome::TooEarly: return What::TooEarly;
    case CheckInOutcome::Late: return What::Late;
    case CheckInOutcome::WrongDay: return What::WrongDay;
    case CheckInOutcome::WrongSite: return What::WrongSite;
    case CheckInOutcome::PaymentDue: return What::PaymentDue;
    case CheckInOutcome::Ready:
    case CheckInOutcome::AlreadyCheckedIn:
    case CheckInOutcome::NotBooked: return What::NotBooked;
  }
  return What::NotBooked;
}

/// Today's one visit; null when there is none, or more than one.
const TodaysTask* OnlyVisit(const std::vector<TodaysTask>& tasks) {
  const TodaysTask* only = nullptr;
  for (const TodaysTask& task : tasks) {
    if (task.visit == nullptr) continue;
    if (only != nullptr) return nullptr;
    only = &task;
  }
  return only;
}

/// "19800229" -> "1980-02-29"; the caller checks that such a day exists.
std::string Dashed(const std::string& digits) {
  return digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2);
}

}  // namespace

CheckInFlow::CheckInFlow(const Terminal& terminal, SessionNumber session,
                         domain::PresentedCard card)
    : terminal_(terminal),
      session_(session),
      card_(std::move(card)),
      page_(screens::WorkingModel{screens::WorkingModel::Task::LookingUp}),
      identified_(std::holds_alternative<domain::CardToken>(card_)) {}

Effects CheckInFlow::Start() { return {LookUpPatient{session_, card_}}; }

Effects CheckInFlow::Handle(const Event& event, Moment now, domain::Language language) {
  const auto ours = [&](const auto& answer) { return answer.session == session_; };
  return std::visit(
      Match{
          [&](const PatientFound& found) { return ours(found) ? OnFound(found, now) : Effects{}; },
          [&](const PatientUnknown& answer) {
            if (ours(answer)) ShowTrouble(What::UnknownPatient);
            return Effects{};
          },
          [&](const LookUpFailed& answer) {
            if (ours(answer)) ShowTrouble(What::HospitalAway);
            return Effects{};
          },
          [&](const CheckInDone& done) {
            return ours(done) ? OnTicket(done, language) : Effects{};
          },
          [&](const CheckInRefused& refused) {
            const domain::Visit* visit = ours(refused) ? FindVisit(refused.appointment) : nullptr;
            if (visit != nullptr) ShowVerdict(*visit, refused.verdict);
            return Effects{};
          },
          [&](const CheckInFailed& failed) {
            if (ours(failed)) {
              ShowTrouble(failed.store_failed ? What::StoreFailed : What::HospitalAway);
            }
            return Effects{};
          },
          [&](const PrintProgress& progress) {
            return ours(progress) ? OnPrint(progress.print) : Effects{};
          },
          [&](const Answered& answer) { return OnIntent(answer.intent, now, language); },
          [](const auto&) { return Effects{}; },
      },
      event);
}

Effects CheckInFlow::OnFound(const PatientFound& found, Moment now) {
  if (found_) return {};
  found_ = found;
  if (!identified_) {
    page_ = screens::BirthDateModel{};
    return {};
  }
  masked_name_ = found.patient.masked_name;
  ShowToday(now);
  return {};
}

Effects CheckInFlow::OnIntent(const screens::Intent& intent, Moment now,
                              domain::Language language) {
  return std::visit(Match{
                        [&](const screens::Choose& choose) { return OnChoose(choose.index, now); },
                        [&](screens::Confirm) { return OnConfirm(now); },
                        [&](screens::Back) {
                          if (found_ && identified_) ShowHome(now);
                          return Effects{};
                        },
                        [&](screens::DoAnother) {
                          if (found_ && identified_) ShowHome(now);
                          return Effects{};
                        },
                        [&](const screens::Digit& digit) {
                          OnDigit(digit.digit, now);
                          return Effects{};
                        },
                        [&](screens::Erase) {
                          auto* page = std::get_if<screens::BirthDateModel>(&page_);
                          if (page != nullptr && !page->digits.empty()) page->digits.pop_back();
                          return Effects{};
                        },
                        [&](screens::Reprint) { return Reprint(language); },
                        [](const auto&) { return Effects{}; },
                    },
                    intent);
}

Effects CheckInFlow::OnChoose(std::size_t index, Moment now) {
  if (std::holds_alternative<screens::ChooseVisitModel>(page_)) {
    if (index >= choices_.size()) return {};
    chosen_ = choices_[index];
    const domain::Visit* visit = FindVisit(chosen_);
    if (visit == nullptr) return {};
    page_ = screens::ConfirmModel{VisitRow(*visit, terminal_, now), masked_name_};
    return {};
  }
  if (!std::holds_alternative<screens::HomeModel>(page_) || !found_) return {};
  const std::vector<TodaysTask> tasks = TodaysTasks(*found_, terminal_, now);
  if (index >= tasks.size() || tasks[index].visit == nullptr) return {};
  return CheckInTo(*tasks[index].visit, now);
}

Effects CheckInFlow::OnConfirm(Moment now) {
  if (std::holds_alternative<screens::ConfirmModel>(page_)) {
    const domain::Visit* visit = FindVisit(chosen_);
    return visit == nullptr ? Effects{} : CheckInTo(*visit, now);
  }
  if (!std::holds_alternative<screens::HomeModel>(page_) || !found_) return {};
  screens::ChooseVisitModel choice;
  choices_.clear();
  for (const TodaysTask& task : TodaysTasks(*found_, terminal_, now)) {
    if (task.row.kind != screens::HomeTask::Kind::CheckIn || !task.row.here) continue;
    if (choices_.size() == kMostChoices) break;
    choice.visits.push_back(task.row);
    choices_.push_back(task.visit->id);
  }
  if (choices_.empty()) return {};
  if (choices_.size() == 1) {
    const domain::Visit* visit = FindVisit(choices_.front());
    return visit == nullptr ? Effects{} : CheckInTo(*visit, now);
  }
  page_ = std::move(choice);
  return {};
}

Effects CheckInFlow::CheckInTo(const domain::Visit& visit, Moment now) {
  if (visit.ticket) {
    ShowEarlierTicket(*visit.ticket);
    return {};
  }
  const domain::CheckInVerdict verdict =
      domain::DecideCheckIn(visit, terminal_.site, now.wall, terminal_.zone, terminal_.check_in);
  if (verdict.outcome != CheckInOutcome::Ready) {
    ShowVerdict(visit, verdict);
    return {};
  }
  page_ = screens::WorkingModel{screens::WorkingModel::Task::CheckingIn};
  return {CheckIn{session_, visit, masked_name_}};
}

Effects CheckInFlow::OnTicket(const CheckInDone& done, domain::Language language) {
  const auto* working = std::get_if<screens::WorkingModel>(&page_);
  if (working == nullptr || !found_) return {};
  for (domain::Visit& visit : found_->visits) {
    if (visit.id != done.appointment) continue;
    visit.state = domain::VisitState::CheckedIn;
    visit.ticket = done.ticket;
  }
  if (!terminal_.has_printer) {
    ShowTicket(done.ticket, done.already, TicketModel::Print::NoPrinter);
    return {};
  }
  if (done.already) {
    ShowEarlierTicket(done.ticket);
    return {};
  }
  ShowTicket(done.ticket, false, TicketModel::Print::Printing);
  return {PrintTicket{session_, done.ticket, language, false}};
}

Effects CheckInFlow::OnPrint(TicketModel::Print print) {
  auto* page = std::get_if<TicketModel>(&page_);
  if (page == nullptr) return {};
  page->print = print;
  page->already = false;
  page->can_reprint = print == TicketModel::Print::Uncertain || print == TicketModel::Print::Failed;
  return {};
}

Effects CheckInFlow::Reprint(domain::Language language) {
  auto* page = std::get_if<TicketModel>(&page_);
  if (page == nullptr || !page->can_reprint) return {};
  page->can_reprint = false;
  page->already = false;
  page->print = TicketModel::Print::Printing;
  return {PrintTicket{session_, page->ticket, language, true}};
}

void CheckInFlow::OnDigit(int digit, Moment now) {
  auto* page = std::get_if<screens::BirthDateModel>(&page_);
  if (page == nullptr || digit < 0 || digit > 9 || page->digits.size() >= kBirthDateDigits) return;
  page->wrong = false;
  page->digits += static_cast<char>('0' + digit);
  if (page->digits.size() < kBirthDateDigits) return;
  const auto day = ParseDate(Dashed(page->digits));
  if (found_ && day && *day == found_->patient.birth_date) {
    identified_ = true;
    masked_name_ = found_->patient.masked_name;
    ShowToday(now);
    return;
  }
  --birth_date_tries_left_;
  if (birth_date_tries_left_ == 0) {
    found_.reset();
    ShowTrouble(What::BirthDateWrong);
    return;
  }
  *page = screens::BirthDateModel{"", true, birth_date_tries_left_};
}

void CheckInFlow::ShowToday(Moment now) {
  const std::vector<TodaysTask> tasks = TodaysTasks(*found_, terminal_, now);
  if (tasks.empty()) {
    const auto later = std::find_if(found_->visits.begin(), found_->visits.end(), [&](auto& visit) {
      return visit.start > now.wall && visit.state == domain::VisitState::Booked;
    });
    if (later != found_->visits.end()) {
      ShowVerdict(*later, {CheckInOutcome::WrongDay, later->start});
    } else {
      ShowTrouble(What::NothingToday);
    }
    return;
  }
  const TodaysTask* only_visit = OnlyVisit(tasks);
  const bool blocked = only_visit != nullptr &&
                       only_visit->row.kind == screens::HomeTask::Kind::CheckIn &&
                       !only_visit->row.here;
  // A fee that bars the visit is the one thing to say, although it is a bill of its own, too.
  const bool alone =
      tasks.size() == 1 || (blocked && only_visit->row.outcome == CheckInOutcome::PaymentDue);
  if (!blocked || !alone) {
    ShowHome(now);
    return;
  }
  ShowVerdict(*only_visit->visit,
              domain::DecideCheckIn(*only_visit->visit, terminal_.site, now.wall, terminal_.zone,
                                    terminal_.check_in));
}

void CheckInFlow::ShowHome(Moment now) {
  screens::HomeModel home;
  home.masked_name = masked_name_;
  home.offline = found_->offline;
  for (const TodaysTask& task : TodaysTasks(*found_, terminal_, now))
    home.tasks.push_back(task.row);
  for (const domain::Visit& visit : found_->visits) {
    const bool later = LocalDay(visit.start, terminal_.zone) > LocalDay(now.wall, terminal_.zone);
    if (!later || visit.state != domain::VisitState::Booked || !home.next_visit.empty()) continue;
    home.next_visit = ToLocalDate(visit.start, terminal_.zone) + " " +
                      ToLocalHourMinute(visit.start, terminal_.zone);
  }
  page_ = std::move(home);
}

void CheckInFlow::ShowTrouble(What what) {
  TroubleModel trouble;
  trouble.what = what;
  trouble.place = terminal_.triage_place;
  trouble.can_go_back = found_.has_value() && identified_ && what != What::NothingToday;
  page_ = std::move(trouble);
}

void CheckInFlow::ShowVerdict(const domain::Visit& visit, const domain::CheckInVerdict& verdict) {
  if (verdict.outcome == CheckInOutcome::AlreadyCheckedIn && visit.ticket) {
    ShowEarlierTicket(*visit.ticket);
    return;
  }
  TroubleModel trouble;
  trouble.what = TroubleOf(verdict.outcome);
  trouble.service = visit.service;
  trouble.amount_minor = visit.due_minor;
  trouble.can_go_back = true;
  trouble.place = terminal_.triage_place;
  if (trouble.what == What::WrongSite) trouble.place = visit.site;
  if (trouble.what == What::PaymentDue) trouble.place = terminal_.cashier_place;
  if (verdict.at != WallTime{}) {
    trouble.time = ToLocalHourMinute(verdict.at, terminal_.zone);
    trouble.date = ToLocalDate(verdict.at, terminal_.zone);
  }
  page_ = std::move(trouble);
}

void CheckInFlow::ShowEarlierTicket(const domain::Ticket& ticket) {
  ShowTicket(ticket, true,
             terminal_.has_printer ? TicketModel::Print::NotAsked : TicketModel::Print::NoPrinter);
}

void CheckInFlow::ShowTicket(const domain::Ticket& ticket, bool already, TicketModel::Print print) {
  TicketModel page;
  page.ticket = ticket;
  page.ticket.masked_name = masked_name_;
  page.arrived = ToLocalHourMinute(ticket.arrived_at, terminal_.zone);
  page.print = print;
  page.already = already;
  page.can_reprint = already && terminal_.has_printer;
  page.more_tasks = true;
  page_ = std::move(page);
}

const domain::Visit* CheckInFlow::FindVisit(const domain::AppointmentId& id) const {
  if (!found_) return nullptr;
  const auto at = std::find_if(found_->visits.begin(), found_->visits.end(),
                               [&](const domain::Visit& visit) { return visit.id == id; });
  return at == found_->visits.end() ? nullptr : &*at;
}

}  // namespace yizhan::flows
