#include "kiosk/flows/lab_flow.h"

#include <algorithm>

#include "base/match.h"

namespace yizhan::flows {
namespace {

using screens::LabDrawModel;
using Print = screens::TicketModel::Print;
using What = screens::TroubleModel::What;

std::vector<LabDrawModel::Tubes> TubesOf(const std::vector<domain::LabLabel>& labels) {
  std::vector<LabDrawModel::Tubes> tubes;
  for (const domain::LabLabel& label : labels) {
    const auto same = std::ranges::find(tubes, label.colour, &LabDrawModel::Tubes::colour);
    if (same == tubes.end()) {
      tubes.push_back({label.colour, 1});
    } else {
      ++same->count;
    }
  }
  return tubes;
}

LabDrawModel::Test TestOf(const domain::LabTestNotice& notice, Moment now, TimeZone zone) {
  LabDrawModel::Test test;
  test.name = notice.name;
  test.fasting_hours = notice.fasting_hours;
  test.ready_time = ToLocalHourMinute(notice.ready_at, zone);
  if (LocalDay(notice.ready_at, zone) != LocalDay(now.wall, zone)) {
    test.ready_date = ToLocalDate(notice.ready_at, zone);
  }
  test.place = notice.ready_place;
  return test;
}

}  // namespace

LabFlow::LabFlow(const Terminal& terminal, PatientFacts& facts)
    : terminal_(terminal), facts_(facts) {}

Effects LabFlow::Start(Moment, domain::Language) {
  // Labels and numbers of the laboratory are the hospital's: nothing is promised without it.
  if (facts_.found.offline) {
    ShowTrouble(What::HospitalAway);
    return {};
  }
  return {CheckInLab{facts_.session, facts_.found.patient.id, facts_.masked_name}};
}

Effects LabFlow::Handle(const Event& event, Moment now, domain::Language language) {
  return std::visit(
      Match{
          [&](const LabCheckInDone& done) {
            return waits_ ? OnDone(done, now, language) : Effects{};
          },
          [&](const LabCheckInRefused& refused) {
            if (waits_) OnRefused(refused);
            return Effects{};
          },
          [&](const LabCheckInFailed& failed) {
            if (waits_) ShowTrouble(failed.store_failed ? What::StoreFailed : What::HospitalAway);
            return Effects{};
          },
          [&](const PrintProgress& progress) {
            if (auto* page = std::get_if<LabDrawModel>(&page_)) page->slip = progress.print;
            return Effects{};
          },
          [&](const LabelProgress& progress) {
            if (auto* page = std::get_if<LabDrawModel>(&page_)) page->labels = progress.print;
            return Effects{};
          },
          [&](const Answered& answered) { return OnIntent(answered.intent); },
          [](const auto&) { return Effects{}; },
      },
      event);
}

Effects LabFlow::OnDone(LabCheckInDone done, Moment now, domain::Language language) {
  waits_ = false;
  facts_.outdated = true;
  domain::LabCheckIn& lab = done.lab;
  LabDrawModel page;
  if (lab.ticket.place.zh.empty()) lab.ticket.place = terminal_.lab_place;
  page.ticket = lab.ticket;
  for (const domain::LabTestNotice& test : lab.tests) {
    page.tests.push_back(TestOf(test, now, terminal_.zone));
  }
  page.tubes = TubesOf(lab.labels);
  page.unpaid_minor = lab.unpaid_minor;
  page.pay_at = lab.pay_at;
  page.already = lab.already;
  page.can_guide = facts_.found.guides;
  const Print nothing = terminal_.has_printer ? Print::NotAsked : Print::NoPrinter;
  page.slip = terminal_.has_printer && !lab.already ? Print::Printing : nothing;
  page.labels = lab.labels.empty() ? Print::NotAsked : Print::Printing;
  page_ = std::move(page);
  // Somebody who checked in before has labels and receipt: nothing is printed twice by a tap.
  if (lab.already) return {};
  return {PrintLab{facts_.session, std::move(lab), language}};
}

void LabFlow::OnRefused(const LabCheckInRefused& refused) {
  waits_ = false;
  using Why = domain::LabRefusal::Why;
  switch (refused.refusal.why) {
    case Why::PaymentDue: ShowTrouble(What::PaymentDue); break;
    case Why::NothingToDraw: ShowTrouble(What::NothingToDraw); break;
    case Why::AskStaff: ShowTrouble(What::AskLaboratory); break;
  }
  auto& trouble = std::get<screens::TroubleModel>(page_);
  trouble.amount_minor = refused.refusal.due_minor;
  if (refused.refusal.why == Why::PaymentDue) {
    trouble.place =
        refused.refusal.pay_at.zh.empty() ? terminal_.cashier_place : refused.refusal.pay_at;
  }
}

Effects LabFlow::OnIntent(const screens::Intent& intent) {
  const bool leaves = std::holds_alternative<screens::Back>(intent) ||
                      std::holds_alternative<screens::DoAnother>(intent);
  if (leaves && !waits_) finished_ = true;
  return {};
}

void LabFlow::ShowTrouble(What what) {
  waits_ = false;
  screens::TroubleModel trouble;
  trouble.what = what;
  trouble.place = terminal_.lab_place;
  trouble.can_go_back = what != What::StoreFailed;
  page_ = std::move(trouble);
}

}  // namespace yizhan::flows
