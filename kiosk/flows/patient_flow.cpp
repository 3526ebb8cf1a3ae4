#include "kiosk/flows/patient_flow.h"

#include <algorithm>

#include "base/match.h"
#include "kiosk/flows/booking_flow.h"
#include "kiosk/flows/care_flow.h"
#include "kiosk/flows/guide_flow.h"
#include "kiosk/flows/lab_flow.h"
#include "kiosk/flows/messages_flow.h"

namespace yizhan::flows {
namespace {

using domain::CheckInOutcome;
using screens::HomeTask;
using screens::TroubleModel;
using What = screens::TroubleModel::What;
using Which = MyBookingsFlow::Which;

constexpr std::size_t kBirthDateDigits = 8;

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

/// Whether the page offers to say where to go next.
bool OffersGuide(const screens::Page& page) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.can_guide; }) {
          return one.can_guide;
        } else {
          return false;
        }
      },
      page);
}

/// What is to be done today; the guide sheet only tells about it.
std::size_t CountDue(const std::vector<TodaysTask>& tasks) {
  return static_cast<std::size_t>(std::count_if(tasks.begin(), tasks.end(), [](const auto& task) {
    return task.row.kind != HomeTask::Kind::Guide;
  }));
}

/// "19800229" -> "1980-02-29"; the caller checks that such a day exists.
std::string Dashed(const std::string& digits) {
  return digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2);
}

}  // namespace

PatientFlow::PatientFlow(const Terminal& terminal, SessionNumber session,
                         domain::PresentedCard card)
    : terminal_(terminal),
      card_(std::move(card)),
      page_(screens::WorkingModel{screens::WorkingModel::Task::LookingUp}),
      identified_(std::holds_alternative<domain::CardToken>(card_)) {
  facts_.session = session;
}

Effects PatientFlow::Start() { return {LookUpPatient{facts_.session, card_}}; }

std::optional<MonotonicTime> PatientFlow::NextDeadline() const {
  return service_ ? service_->NextDeadline() : std::nullopt;
}

bool PatientFlow::IsOurs(const Event& event) const {
  return std::visit(
      [&](const auto& one) {
        if constexpr (requires { one.session; }) {
          return one.session == facts_.session;
        } else {
          return true;
        }
      },
      event);
}

Effects PatientFlow::Handle(const Event& event, Moment now, domain::Language language) {
  if (!IsOurs(event)) return {};
  return std::visit(
      Match{
          [&](const PatientFound& found) { return OnFound(found, now, language); },
          [&](const PatientUnknown&) { return OnNotFound(What::UnknownPatient, now); },
          [&](const LookUpFailed&) { return OnNotFound(What::HospitalAway, now); },
          [&](const auto& other) {
            if (WantsGuide(event)) {
              // The button of a check-up's ticket says "print".
              const auto* ticket = std::get_if<screens::TicketModel>(&Page());
              const bool print = ticket != nullptr && ticket->check_up;
              return Open(std::make_unique<GuideFlow>(terminal_, facts_, print), now, language);
            }
            if (service_) {
              return GoHomeWhenFinished(service_->Handle(event, now, language), now);
            }
            if constexpr (std::is_same_v<decltype(other), const Answered&>) {
              return OnIntent(other.intent, now, language);
            } else {
              return Effects{};
            }
          },
      },
      event);
}

bool PatientFlow::WantsGuide(const Event& event) const {
  const auto* answered = std::get_if<Answered>(&event);
  return answered != nullptr && std::holds_alternative<screens::ShowGuide>(answered->intent) &&
         OffersGuide(Page());
}

Effects PatientFlow::OnFound(const PatientFound& found, Moment now, domain::Language language) {
  if (!looking_) return {};
  looking_ = false;
  const bool again = found_;
  found_ = true;
  facts_.found = found;
  facts_.outdated = false;
  if (!identified_) {
    page_ = screens::BirthDateModel{};
    return {};
  }
  facts_.masked_name = found.patient.masked_name;
  if (!again) return ShowToday(now, language);
  ShowHome(now);
  return {};
}

Effects PatientFlow::OnNotFound(What what, Moment now) {
  if (!looking_) return {};
  if (!found_) {
    // A look-up that was given up may still be answered by the terminal's own memory.
    ShowTrouble(what);
    return {};
  }
  // What was known a minute ago is better than no home page.
  looking_ = false;
  facts_.outdated = false;
  ShowHome(now);
  return {};
}

Effects PatientFlow::OnIntent(const screens::Intent& intent, Moment now,
                              domain::Language language) {
  const bool known = found_ && identified_ && !looking_;
  return std::visit(
      Match{
          [&](const screens::Choose& choose) { return OnChoose(choose.index, now, language); },
          [&](screens::Confirm) {
            const bool at_home = std::holds_alternative<screens::HomeModel>(page_);
            return at_home ? CheckInTo({}, now, language) : Effects{};
          },
          [&](const screens::OpenService& open) { return OnService(open.service, now, language); },
          [&](screens::Back) {
            if (known) ShowHome(now);
            return Effects{};
          },
          [&](screens::DoAnother) {
            if (known) ShowHome(now);
            return Effects{};
          },
          [&](const screens::Digit& digit) { return OnDigit(digit.digit, now, language); },
          [&](screens::Erase) {
            OnErase();
            return Effects{};
          },
          [](const auto&) { return Effects{}; },
      },
      intent);
}

Effects PatientFlow::OnChoose(std::size_t index, Moment now, domain::Language language) {
  if (!std::holds_alternative<screens::HomeModel>(page_)) return {};
  const std::vector<TodaysTask> tasks = TodaysTasks(facts_.found, terminal_, now);
  if (index >= tasks.size()) return {};
  switch (tasks[index].row.kind) {
    case HomeTask::Kind::CheckIn:
    case HomeTask::Kind::InQueue: return CheckInTo({tasks[index].visit->id, {}}, now, language);
    case HomeTask::Kind::ConfirmBooking: return OpenBookings(Which::ToConfirm, now, language);
    case HomeTask::Kind::Offer: return OpenBookings(Which::Offers, now, language);
    case HomeTask::Kind::BookingChanged: return OpenBookings(Which::Changed, now, language);
    case HomeTask::Kind::Suggested: {
      BookingAim aim;
      aim.suggested = *tasks[index].suggested;
      return Open(std::make_unique<BookingFlow>(terminal_, facts_, std::move(aim)), now, language);
    }
    case HomeTask::Kind::LabDraw:
      if (!tasks[index].row.here) break;
      return Open(std::make_unique<LabFlow>(terminal_, facts_), now, language);
    case HomeTask::Kind::Exam: return OpenCare(domain::LineKind::Exam, now, language);
    case HomeTask::Kind::Medicine: return OpenCare(domain::LineKind::Pharmacy, now, language);
    case HomeTask::Kind::Guide:
      return Open(std::make_unique<GuideFlow>(terminal_, facts_), now, language);
    case HomeTask::Kind::Messages:
      return Open(std::make_unique<MessagesFlow>(terminal_, facts_), now, language);
    case HomeTask::Kind::Pay:
    case HomeTask::Kind::Report:
    case HomeTask::Kind::FollowUp: break;  // Elsewhere: the row says where.
  }
  return {};
}

Effects PatientFlow::OnService(screens::Service service, Moment now, domain::Language language) {
  const auto* trouble = std::get_if<TroubleModel>(&page_);
  const bool offered = std::holds_alternative<screens::HomeModel>(page_) ||
                       (trouble != nullptr && trouble->can_book);
  if (!offered) return {};
  if (service == screens::Service::Centre) {
    const bool open = facts_.found.has_centre && !facts_.found.offline;
    return open ? OpenCare(domain::LineKind::Centre, now, language) : Effects{};
  }
  if (!terminal_.books) return {};
  switch (service) {
    case screens::Service::Book:
      return Open(std::make_unique<BookingFlow>(terminal_, facts_, BookingAim{}), now, language);
    case screens::Service::BookOther: {
      const BookingAim aim{domain::ResourceKind::Exam, true, {}, {}, {}};
      return Open(std::make_unique<BookingFlow>(terminal_, facts_, aim), now, language);
    }
    case screens::Service::MyBookings: return OpenBookings(Which::All, now, language);
    case screens::Service::Centre: break;  // Above.
  }
  return {};
}

Effects PatientFlow::OpenCare(domain::LineKind line, Moment now, domain::Language language) {
  return Open(std::make_unique<CareFlow>(terminal_, facts_, line), now, language);
}

Effects PatientFlow::OpenBookings(Which which, Moment now, domain::Language language) {
  return Open(std::make_unique<MyBookingsFlow>(terminal_, facts_, which), now, language);
}

Effects PatientFlow::OnDigit(int digit, Moment now, domain::Language language) {
  auto* page = std::get_if<screens::BirthDateModel>(&page_);
  if (page == nullptr || digit < 0 || digit > 9 || page->digits.size() >= kBirthDateDigits) {
    return {};
  }
  page->wrong = false;
  page->digits += static_cast<char>('0' + digit);
  if (page->digits.size() < kBirthDateDigits) return {};
  const auto day = ParseDate(Dashed(page->digits));
  if (day && *day == facts_.found.patient.birth_date) {
    identified_ = true;
    facts_.masked_name = facts_.found.patient.masked_name;
    return ShowToday(now, language);
  }
  --birth_date_tries_left_;
  if (birth_date_tries_left_ == 0) {
    facts_.found = {};
    found_ = false;
    ShowTrouble(What::BirthDateWrong);
    return {};
  }
  *page = screens::BirthDateModel{"", true, birth_date_tries_left_};
  return {};
}

void PatientFlow::OnErase() {
  auto* page = std::get_if<screens::BirthDateModel>(&page_);
  if (page != nullptr && !page->digits.empty()) page->digits.pop_back();
}

Effects PatientFlow::Open(std::unique_ptr<SubFlow> service, Moment now, domain::Language language) {
  service_ = std::move(service);
  return GoHomeWhenFinished(service_->Start(now, language), now);
}

Effects PatientFlow::GoHomeWhenFinished(Effects effects, Moment now) {
  if (!service_->Finished()) return effects;
  service_.reset();
  if (!facts_.outdated) {
    ShowHome(now);
    return effects;
  }
  looking_ = true;
  page_ = screens::WorkingModel{screens::WorkingModel::Task::LookingUp};
  effects.push_back(LookUpPatient{facts_.session, card_});
  return effects;
}

Effects PatientFlow::CheckInTo(CheckInAim aim, Moment now, domain::Language language) {
  return Open(std::make_unique<CheckInFlow>(terminal_, facts_, std::move(aim)), now, language);
}

Effects PatientFlow::ShowToday(Moment now, domain::Language language) {
  // The tap itself is the question there: no button between card and labels.
  if (terminal_.station == Station::Lab) {
    return Open(std::make_unique<LabFlow>(terminal_, facts_), now, language);
  }
  const PatientFound& found = facts_.found;
  const std::vector<TodaysTask> tasks = TodaysTasks(found, terminal_, now);
  if (tasks.empty()) {
    const auto later = std::find_if(found.visits.begin(), found.visits.end(), [&](auto& visit) {
      return visit.start > now.wall && visit.state == domain::VisitState::Booked;
    });
    if (later != found.visits.end()) {
      const domain::CheckInVerdict verdict{CheckInOutcome::WrongDay, later->start};
      return CheckInTo({later->id, verdict}, now, language);
    }
    ShowTrouble(What::NothingToday);
    return {};
  }
  const TodaysTask* only_visit = OnlyVisit(tasks);
  const bool blocked = only_visit != nullptr && only_visit->row.kind == HomeTask::Kind::CheckIn &&
                       !only_visit->row.here;
  // A fee that bars the visit is the one thing to say, although it is a bill of its own, too.
  const bool alone =
      CountDue(tasks) == 1 || (blocked && only_visit->row.outcome == CheckInOutcome::PaymentDue);
  if (blocked && alone) return CheckInTo({only_visit->visit->id, {}}, now, language);
  ShowHome(now);
  return {};
}

void PatientFlow::ShowHome(Moment now) {
  const PatientFound& found = facts_.found;
  screens::HomeModel home;
  home.masked_name = facts_.masked_name;
  home.offline = found.offline;
  for (const TodaysTask& task : TodaysTasks(found, terminal_, now)) home.tasks.push_back(task.row);
  if (terminal_.books) {
    home.services = {screens::Service::Book, screens::Service::BookOther};
    if (!found.bookings.empty()) home.services.push_back(screens::Service::MyBookings);
  }
  if (found.has_centre && !found.offline) home.services.push_back(screens::Service::Centre);
  for (const domain::Visit& visit : found.visits) {
    const bool later = LocalDay(visit.start, terminal_.zone) > LocalDay(now.wall, terminal_.zone);
    if (!later || visit.state != domain::VisitState::Booked || !home.next_visit.empty()) continue;
    home.next_visit = ToLocalDate(visit.start, terminal_.zone) + " " +
                      ToLocalHourMinute(visit.start, terminal_.zone);
  }
  page_ = std::move(home);
}

void PatientFlow::ShowTrouble(What what) {
  TroubleModel trouble;
  trouble.what = what;
  trouble.place = terminal_.triage_place;
  trouble.can_go_back = found_ && identified_ && what != What::NothingToday;
  trouble.can_book = what == What::NothingToday && terminal_.books;
  page_ = std::move(trouble);
}

}  // namespace yizhan::flows
