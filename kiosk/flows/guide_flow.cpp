#include "kiosk/flows/guide_flow.h"

#include "base/match.h"

namespace yizhan::flows {
namespace {

using screens::GuideModel;
using Paper = screens::TicketModel::Print;
using What = screens::TroubleModel::What;

constexpr int kQuestion = 1;

}  // namespace

Effects GuideFlow::Start(Moment, domain::Language) {
  if (facts_.found.offline) {
    ShowTrouble(What::HospitalAway);
    return {};
  }
  return {AskCare{facts_.session, kQuestion, domain::WhatNext{facts_.found.patient.id}}};
}

Effects GuideFlow::Handle(const Event& event, Moment, domain::Language language) {
  return std::visit(
      Match{
          [&](const CareAnswered& answered) {
            const bool ours = waits_ && answered.question == kQuestion;
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

Effects GuideFlow::OnReply(const domain::CareReply& reply, domain::Language language) {
  const auto* found = std::get_if<domain::GuideFound>(&reply);
  if (found == nullptr) {
    ShowTrouble(What::HospitalAway);
    return {};
  }
  waits_ = false;
  sheet_ = *found;
  GuideModel page;
  page.lines = sheet_.lines;
  page.print = terminal_.has_printer ? Paper::NotAsked : Paper::NoPrinter;
  page.can_print = terminal_.has_printer && !page.lines.empty();
  page.check_up = sheet_.check_up;
  page_ = std::move(page);
  return print_at_once_ ? Print(language) : Effects{};
}

Effects GuideFlow::OnIntent(const screens::Intent& intent, domain::Language language) {
  return std::visit(Match{
                        [&](screens::Confirm) { return Print(language); },
                        [&](screens::Reprint) { return Print(language); },
                        [&](screens::Back) {
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

Effects GuideFlow::Print(domain::Language language) {
  auto* page = std::get_if<GuideModel>(&page_);
  if (page == nullptr || !page->can_print) return {};
  page->can_print = false;
  page->print = Paper::Printing;
  const bool again = std::exchange(printed_, true);
  return {PrintGuide{facts_.session, sheet_, facts_.masked_name, language, again}};
}

void GuideFlow::OnPrint(Paper print) {
  auto* page = std::get_if<GuideModel>(&page_);
  // A page of an earlier service may still be on its way.
  if (page == nullptr || !printed_) return;
  page->print = print;
  page->can_print = print == Paper::Uncertain || print == Paper::Failed;
}

void GuideFlow::ShowTrouble(What what) {
  waits_ = false;
  screens::TroubleModel trouble;
  trouble.what = what;
  trouble.place = terminal_.triage_place;
  trouble.can_go_back = true;
  page_ = std::move(trouble);
}

}  // namespace yizhan::flows
