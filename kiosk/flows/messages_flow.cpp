#include "kiosk/flows/messages_flow.h"

#include <algorithm>

#include "base/match.h"

namespace yizhan::flows {
namespace {

constexpr int kAskMessages = 1;
constexpr int kMarkSeen = 2;

}  // namespace

Effects MessagesFlow::Start(Moment, domain::Language) {
  if (facts_.found.offline) {
    ShowTrouble();
    return {};
  }
  return {AskCare{facts_.session, kAskMessages, domain::WhichMessages{facts_.found.patient.id}}};
}

Effects MessagesFlow::Handle(const Event& event, Moment, domain::Language) {
  return std::visit(Match{
                        [&](const CareAnswered& answered) {
                          if (answered.question == kMarkSeen &&
                              std::holds_alternative<domain::MessagesKept>(answered.reply)) {
                            facts_.outdated = true;
                          }
                          const bool ours = waits_ && answered.question == kAskMessages;
                          return ours ? OnReply(answered.reply) : Effects{};
                        },
                        [&](const Answered& answered) {
                          const bool leaves =
                              std::holds_alternative<screens::Back>(answered.intent) ||
                              std::holds_alternative<screens::DoAnother>(answered.intent);
                          finished_ = leaves && !waits_;
                          return Effects{};
                        },
                        [](const auto&) { return Effects{}; },
                    },
                    event);
}

Effects MessagesFlow::OnReply(const domain::CareReply& reply) {
  const auto* found = std::get_if<domain::MessagesFound>(&reply);
  if (found == nullptr) {
    ShowTrouble();
    return {};
  }
  waits_ = false;
  screens::MessagesModel page;
  domain::MessagesSeen seen;
  for (const domain::PatientMessage& message : found->messages) {
    page.rows.push_back({message.text, ToLocalDate(message.sent, terminal_.zone),
                         ToLocalHourMinute(message.sent, terminal_.zone)});
    seen.ids.push_back(message.id);
  }
  page_ = std::move(page);
  facts_.found.care.messages =
      std::max(0, facts_.found.care.messages - static_cast<int>(seen.ids.size()));
  if (seen.ids.empty()) return {};
  return {AskCare{facts_.session, kMarkSeen, std::move(seen)}};
}

void MessagesFlow::ShowTrouble() {
  waits_ = false;
  screens::TroubleModel trouble;
  trouble.what = screens::TroubleModel::What::HospitalAway;
  trouble.place = terminal_.triage_place;
  trouble.can_go_back = true;
  page_ = std::move(trouble);
}

}  // namespace yizhan::flows
