#include "kiosk/flows/check_in_flow.h"

#include <algorithm>

#include "base/match.h"

namespace yizhan::flows {
namespace {

using domain::CheckInOutcome;
using screens::TicketModel;
using screens::TroubleModel;
using What = screens::TroubleModel::What;

constexpr std::size_t kMostChoices = 5;

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

}  // namespace

CheckInFlow::CheckInFlow(const Terminal& terminal, PatientFacts& facts, CheckInAim aim)
    : terminal_(terminal), facts_(facts), aim_(std::move(aim)) {}

Effects CheckInFlow::Start(Moment now, domain::Language) {
  if (!aim_.visit) return ChooseAmongReady(now);
  const domain::Visit* visit = FindVisit(*aim_.visit);
  if (visit == nullptr) {
    finished_ = true;
    return {};
  }
  if (!aim_.verdict) return CheckInTo(*visit, now);
  ShowVerdict(*visit, *aim_.verdict);
  return {};
}

Effects CheckInFlow::Handle(const Event& event, Moment now, domain::Language language) {
  return std::visit(
      Match{
          [&](const CheckInDone& done) { return OnTicket(done, language); },
          [&](const CheckInRefused& refused) {
            const domain::Visit* visit = FindVisit(refused.appointment);
            if (visit != nullptr) ShowVerdict(*visit, refused.verdict);
            return Effects{};
          },
          [&](const CheckInFailed& failed) {
            ShowFailure(failed);
            return Effects{};
          },
          [&](const PrintProgress& progress) {
            OnPrint(progress.print);
            return Effects{};
          },
          [&](const Answered& answer) { return OnIntent(answer.intent, now, language); },
          [](const auto&) { return Effects{}; },
      },
      event);
}

Effects CheckInFlow::OnIntent(const screens::Intent& intent, Moment now,
                              domain::Language language) {
  // Nothing can be taken back while the hospital is asked.
  const bool working = std::holds_alternative<screens::WorkingModel>(page_);
  return std::visit(Match{
                        [&](const screens::Choose& choose) { return OnChoose(choose.index, now); },
                        [&](screens::Confirm) {
                          const bool asked = std::holds_alternative<screens::ConfirmModel>(page_);
                          const domain::Visit* visit = asked ? FindVisit(chosen_) : nullptr;
                          return visit == nullptr ? Effects{} : CheckInTo(*visit, now);
                        },
                        [&](screens::Back) {
                          finished_ = !working;
                          return Effects{};
                        },
                        [&](screens::DoAnother) {
                          finished_ = !working;
                          return Effects{};
                        },
                        [&](screens::Reprint) { return Reprint(language); },
                        [](const auto&) { return Effects{}; },
                    },
                    intent);
}

Effects CheckInFlow::OnChoose(std::size_t index, Moment now) {
  if (!std::holds_alternative<screens::ChooseVisitModel>(page_)) return {};
  if (index >= choices_.size()) return {};
  chosen_ = choices_[index];
  const domain::Visit* visit = FindVisit(chosen_);
  if (visit == nullptr) return {};
  page_ = screens::ConfirmModel{VisitRow(*visit, terminal_, now), facts_.masked_name};
  return {};
}

Effects CheckInFlow::ChooseAmongReady(Moment now) {
  screens::ChooseVisitModel choice;
  for (const TodaysTask& task : TodaysTasks(facts_.found, terminal_, now)) {
    if (task.row.kind != screens::HomeTask::Kind::CheckIn || !task.row.here) continue;
    if (choices_.size() == kMostChoices) break;
    choice.visits.push_back(task.row);
    choices_.push_back(task.visit->id);
  }
  if (choices_.size() > 1) {
    page_ = std::move(choice);
    return {};
  }
  const domain::Visit* visit = choices_.empty() ? nullptr : FindVisit(choices_.front());
  if (visit != nullptr) return CheckInTo(*visit, now);
  finished_ = true;
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
  return {CheckIn{facts_.session, visit, facts_.masked_name}};
}

Effects CheckInFlow::OnTicket(CheckInDone done, domain::Language language) {
  const auto* working = std::get_if<screens::WorkingModel>(&page_);
  if (working == nullptr) return {};
  for (domain::Visit& visit : facts_.found.visits) {
    if (visit.id != done.appointment) continue;
    visit.state = domain::VisitState::CheckedIn;
    // Nobody is called at the check-up centre before the sheet is handed in: no wait is promised.
    if (visit.is_check_up) {
      done.ticket.ahead.reset();
      done.ticket.wait.reset();
    }
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
  return {PrintTicket{facts_.session, done.ticket, language, false, SheetComesNext()}};
}

bool CheckInFlow::SheetComesNext() const {
  const auto* page = std::get_if<TicketModel>(&page_);
  return page != nullptr && page->check_up && page->can_guide;
}

void CheckInFlow::OnPrint(TicketModel::Print print) {
  auto* page = std::get_if<TicketModel>(&page_);
  if (page == nullptr) return;
  page->print = print;
  page->already = false;
  page->can_reprint = print == TicketModel::Print::Uncertain || print == TicketModel::Print::Failed;
}

Effects CheckInFlow::Reprint(domain::Language language) {
  auto* page = std::get_if<TicketModel>(&page_);
  if (page == nullptr || !page->can_reprint) return {};
  page->can_reprint = false;
  page->already = false;
  page->print = TicketModel::Print::Printing;
  return {PrintTicket{facts_.session, page->ticket, language, true, SheetComesNext()}};
}

void CheckInFlow::ShowFailure(const CheckInFailed& failed) {
  TroubleModel trouble;
  trouble.what = failed.store_failed ? What::StoreFailed : What::HospitalAway;
  trouble.place = terminal_.triage_place;
  trouble.can_go_back = true;
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
  page.ticket.masked_name = facts_.masked_name;
  page.arrived = ToLocalHourMinute(ticket.arrived_at, terminal_.zone);
  page.print = print;
  page.already = already;
  page.can_reprint = already && terminal_.has_printer;
  page.more_tasks = true;
  page.check_up = std::ranges::any_of(facts_.found.visits, [&](const domain::Visit& visit) {
    return visit.is_check_up && visit.ticket && visit.ticket->number == ticket.number;
  });
  page.can_guide = facts_.found.guides && !facts_.found.offline && !ticket.provisional;
  page_ = std::move(page);
}

const domain::Visit* CheckInFlow::FindVisit(const domain::AppointmentId& id) const {
  const auto at = std::find_if(facts_.found.visits.begin(), facts_.found.visits.end(),
                               [&](const domain::Visit& visit) { return visit.id == id; });
  return at == facts_.found.visits.end() ? nullptr : &*at;
}

}  // namespace yizhan::flows
