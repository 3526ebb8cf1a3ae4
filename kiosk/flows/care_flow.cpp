#include "kiosk/flows/care_flow.h"

#include <algorithm>

#include "base/match.h"

namespace yizhan::flows {
namespace {

using domain::LineKind;
using screens::CareTicketsModel;
using screens::ChooseCentreModel;
using screens::WorkingModel;
using Print = screens::TicketModel::Print;
using What = screens::TroubleModel::What;

}  // namespace

Effects CareFlow::Start(Moment, domain::Language) {
  if (facts_.found.offline) {
    ShowTrouble(What::HospitalAway);
    return {};
  }
  const domain::PatientId& patient = facts_.found.patient.id;
  if (line_ == LineKind::Centre) return Ask(domain::WhatCentreDoes{});
  page_ = WorkingModel{WorkingModel::Task::CheckingIn};
  if (line_ == LineKind::Pharmacy) return Ask(domain::CheckInToPharmacy{patient});
  return Ask(domain::CheckInToExams{patient});
}

Effects CareFlow::Handle(const Event& event, Moment, domain::Language language) {
  return std::visit(
      Match{
          [&](const CareAnswered& answered) {
            const bool ours = waits_ && answered.question == question_;
            return ours ? OnReply(answered.reply, language) : Effects{};
          },
          [&](const PrintProgress& progress) {
            OnPrint(progress.print);
            return Effects{};
          },
          [&](const Answered& answered) { return OnIntent(answered.intent, language); },
          [](const auto&) { return Effects{}; },
      },
      event);
}

Effects CareFlow::OnReply(const domain::CareReply& reply, domain::Language language) {
  waits_ = false;
  return std::visit(
      Match{
          [&](const domain::CentreFound& found) {
            OnCentre(found);
            return Effects{};
          },
          [&](const domain::CareTickets& tickets) { return OnTickets(tickets, language); },
          [&](const domain::CareRefused& refused) {
            OnRefused(refused);
            return Effects{};
          },
          [&](const domain::CareFailed& failed) {
            ShowTrouble(failed.store_failed ? What::StoreFailed : What::HospitalAway);
            return Effects{};
          },
          [&](const auto&) {
            ShowTrouble(What::HospitalAway);
            return Effects{};
          },
      },
      reply);
}

void CareFlow::OnCentre(const domain::CentreFound& found) {
  if (found.services.empty()) {
    ShowTrouble(What::AskDesk);
    return;
  }
  ChooseCentreModel page;
  for (const domain::CentreFound::Service& service : found.services) {
    page.rows.push_back({service.name, false});
    services_.push_back(service.id);
  }
  page_ = std::move(page);
}

Effects CareFlow::OnTickets(const domain::CareTickets& tickets, domain::Language language) {
  facts_.outdated = true;
  CareTicketsModel page;
  page.tickets = tickets;
  for (domain::CareTickets::One& one : page.tickets.tickets) {
    one.ticket.masked_name = facts_.masked_name;
  }
  page.can_guide = facts_.found.guides;
  const bool prints = terminal_.has_printer && !tickets.already;
  page.can_reprint = terminal_.has_printer && tickets.already;
  page.print = prints                  ? Print::Printing
               : terminal_.has_printer ? Print::NotAsked
                                       : Print::NoPrinter;
  const domain::CareTickets to_print = page.tickets;
  page_ = std::move(page);
  if (!prints) return {};
  return {PrintCare{facts_.session, to_print, language, false}};
}

void CareFlow::OnRefused(const domain::CareRefused& refused) {
  using Why = domain::CareRefused::Why;
  switch (refused.why) {
    case Why::PaymentDue: ShowTrouble(What::PaymentDue); break;
    case Why::NothingToDo: ShowTrouble(What::NothingOrdered); break;
    case Why::AlreadyThere: ShowTrouble(What::AlreadyThere); break;
    case Why::AskStaff: ShowTrouble(What::AskDesk); break;
  }
  auto& trouble = std::get<screens::TroubleModel>(page_);
  trouble.amount_minor = refused.due_minor;
  if (refused.why == Why::PaymentDue) {
    trouble.place = refused.pay_at.zh.empty() ? terminal_.cashier_place : refused.pay_at;
  }
}

Effects CareFlow::OnIntent(const screens::Intent& intent, domain::Language language) {
  // Nothing can be taken back while the hospital is asked.
  return std::visit(Match{
                        [&](const screens::Choose& choose) {
                          OnChoose(choose.index);
                          return Effects{};
                        },
                        [&](screens::Confirm) { return OnConfirm(); },
                        [&](screens::Reprint) { return Reprint(language); },
                        [&](screens::Back) {
                          finished_ = !waits_;
                          return Effects{};
                        },
                        [&](screens::GoHome) {
                          finished_ = !waits_;
                          return Effects{};
                        },
                        [&](screens::DoAnother) {
                          finished_ = !waits_;
                          return Effects{};
                        },
                        [](const auto&) { return Effects{}; },
                    },
                    intent);
}

void CareFlow::OnChoose(std::size_t index) {
  auto* page = std::get_if<ChooseCentreModel>(&page_);
  if (page == nullptr || index >= page->rows.size()) return;
  page->rows[index].chosen = !page->rows[index].chosen;
}

Effects CareFlow::OnConfirm() {
  const auto* page = std::get_if<ChooseCentreModel>(&page_);
  if (page == nullptr || waits_) return {};
  domain::CheckInToCentre act;
  act.patient = facts_.found.patient.id;
  for (std::size_t i = 0; i < page->rows.size(); ++i) {
    if (page->rows[i].chosen) act.services.push_back(services_[i]);
  }
  if (act.services.empty()) return {};
  page_ = WorkingModel{WorkingModel::Task::CheckingIn};
  return Ask(std::move(act));
}

Effects CareFlow::Reprint(domain::Language language) {
  auto* page = std::get_if<CareTicketsModel>(&page_);
  if (page == nullptr || !page->can_reprint) return {};
  page->can_reprint = false;
  page->print = Print::Printing;
  return {PrintCare{facts_.session, page->tickets, language, true}};
}

void CareFlow::OnPrint(Print print) {
  auto* page = std::get_if<CareTicketsModel>(&page_);
  if (page == nullptr) return;
  page->print = print;
  page->can_reprint = print == Print::Uncertain || print == Print::Failed;
}

Effects CareFlow::Ask(domain::CareQuestion what) {
  waits_ = true;
  return {AskCare{facts_.session, ++question_, std::move(what)}};
}

void CareFlow::ShowTrouble(What what) {
  waits_ = false;
  screens::TroubleModel trouble;
  trouble.what = what;
  trouble.place = terminal_.triage_place;
  trouble.can_go_back = what != What::StoreFailed;
  page_ = std::move(trouble);
}

}  // namespace yizhan::flows
