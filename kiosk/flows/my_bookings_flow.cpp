#include "kiosk/flows/my_bookings_flow.h"

#include <algorithm>

#include "base/match.h"
#include "kiosk/flows/changed_booking.h"

namespace yizhan::flows {
namespace {

using domain::BookingAct;
using domain::BookingState;
using screens::BookingResultModel;
using screens::BookingTroubleModel;
using screens::MyBookingsModel;
using screens::ReadBackModel;
using screens::TicketModel;
using Result = BookingResultModel::What;

MyBookingsModel::Row::State StateOf(const domain::OwnBooking& booking, Moment now) {
  using State = MyBookingsModel::Row::State;
  if (AwaitsAnswer(booking, now.wall)) {
    return booking.booking.state == BookingState::Stopped ? State::Stopped : State::Substitute;
  }
  switch (booking.booking.state) {
    case BookingState::PendingConfirm:
      return booking.kind == domain::ResourceKind::Bed ? State::ToBeAnswered : State::ToConfirm;
    case BookingState::Waiting: return State::Waiting;
    case BookingState::Offered: return State::Offered;
    default: return State::Booked;
  }
}

Result ResultOfAct(BookingAct act) {
  switch (act) {
    case BookingAct::Cancel: return Result::Cancelled;
    case BookingAct::Decline: return Result::Declined;
    case BookingAct::Withdraw: return Result::OffTheList;
    case BookingAct::Accept: return Result::Booked;
    default: return Result::Confirmed;
  }
}

bool Fits(const domain::OwnBooking& booking, MyBookingsFlow::Which which, Moment now) {
  using Which = MyBookingsFlow::Which;
  const BookingState state = booking.booking.state;
  const bool changed = AwaitsAnswer(booking, now.wall);
  switch (which) {
    case Which::All: return !IsForgotten(booking, now.wall);
    case Which::ToConfirm: return state == BookingState::PendingConfirm && !changed;
    case Which::Offers: return state == BookingState::Offered;
    case Which::Changed: return changed;
  }
  return false;
}

}  // namespace

MyBookingsFlow::MyBookingsFlow(const Terminal& terminal, PatientFacts& facts, Which which)
    : terminal_(terminal), facts_(facts), which_(which) {}

Effects MyBookingsFlow::Start(Moment now, domain::Language) {
  now_ = now;
  for (const domain::OwnBooking& booking : facts_.found.bookings) {
    if (Fits(booking, which_, now)) bookings_.push_back(booking);
  }
  has_list_ = which_ == Which::All || bookings_.size() != 1;
  if (!has_list_) {
    one_ = bookings_.front();
    ShowOne();
  } else {
    ShowList();
  }
  return {};
}

Effects MyBookingsFlow::Handle(const Event& event, Moment now, domain::Language language) {
  now_ = now;
  if (change_) {
    Effects effects = change_->Handle(event, now, language);
    if (!change_->Finished()) return effects;
    change_.reset();
    // What was changed is out of date now; what was not is shown again.
    if (facts_.outdated) {
      finished_ = true;
    } else {
      ShowOne();
    }
    return effects;
  }
  return std::visit(Match{
                        [&](const BookingAnswered& answer) {
                          if (!waiting_ || answer.question != question_) return Effects{};
                          waiting_ = false;
                          return OnReply(answer.reply, now, language);
                        },
                        [&](const PrintProgress& progress) {
                          OnPrint(progress.print);
                          return Effects{};
                        },
                        [&](const Answered& answer) {
                          return waiting_ ? Effects{} : OnIntent(answer.intent, now, language);
                        },
                        [](const auto&) { return Effects{}; },
                    },
                    event);
}

Effects MyBookingsFlow::OnIntent(const screens::Intent& intent, Moment now,
                                 domain::Language language) {
  const auto* read_back = std::get_if<ReadBackModel>(&page_);
  return std::visit(Match{
                        [&](const screens::Choose& choose) { return OnChoose(choose.index); },
                        [&](screens::Confirm) { return OnConfirm(); },
                        [&](screens::Decline) {
                          const bool offer = read_back != nullptr &&
                                             read_back->purpose == ReadBackModel::Purpose::Offer;
                          return offer ? Do(BookingAct::Decline) : Effects{};
                        },
                        [&](screens::Change) { return OnChange(now, language); },
                        [&](screens::CancelIt) {
                          OnCancel(now);
                          return Effects{};
                        },
                        [&](screens::TellLate) {
                          if (read_back != nullptr && read_back->can_tell_late) {
                            page_ = AskArrival(*one_, now.wall, terminal_);
                          }
                          return Effects{};
                        },
                        [&](screens::Reprint) { return Print(false, true, language); },
                        [&](screens::PrintInvite) { return Print(true, false, language); },
                        [&](screens::Back) {
                          OnBack();
                          return Effects{};
                        },
                        [&](screens::GoHome) {
                          finished_ = true;
                          return Effects{};
                        },
                        [&](screens::DoAnother) {
                          finished_ = std::holds_alternative<BookingResultModel>(page_);
                          return Effects{};
                        },
                        [](const auto&) { return Effects{}; },
                    },
                    intent);
}

Effects MyBookingsFlow::OnChoose(std::size_t index) {
  if (std::holds_alternative<MyBookingsModel>(page_) && index < bookings_.size()) {
    one_ = bookings_[index];
    ShowOne();
    return {};
  }
  if (!std::holds_alternative<screens::ChooseArrivalModel>(page_) || !one_) return {};
  const std::vector<WallTime> arrivals = ArrivalsOf(*one_, now_.wall, terminal_);
  const auto& shown = std::get<screens::ChooseArrivalModel>(page_).arrivals;
  if (index >= shown.size()) return {};
  // While the page was looked at the times may have moved: what is not true any more is asked anew.
  for (const WallTime arrival : arrivals) {
    if (ToLocalHourMinute(arrival, terminal_.zone) != shown[index]) continue;
    return Ask(domain::TellLate{{}, one_->id, arrival});
  }
  ShowOne();
  return {};
}

void MyBookingsFlow::OnBack() {
  const auto* read_back = std::get_if<ReadBackModel>(&page_);
  const bool agrees = read_back != nullptr && read_back->purpose == ReadBackModel::Purpose::Agree;
  const bool below_one = agrees || std::holds_alternative<screens::CancelModel>(page_) ||
                         std::holds_alternative<screens::ChooseArrivalModel>(page_) ||
                         std::holds_alternative<BookingTroubleModel>(page_);
  if (below_one && one_ && !facts_.outdated) return ShowOne();
  const bool one =
      read_back != nullptr || std::holds_alternative<screens::BookingChangedModel>(page_);
  if (one && has_list_) return ShowList();
  finished_ = true;
}

Effects MyBookingsFlow::OnConfirm() {
  if (!one_) return {};
  if (std::holds_alternative<screens::BookingChangedModel>(page_)) {
    if (one_->booking.state == BookingState::Stopped) return {};
    ReadBackModel page = ReadBackOf(*one_, facts_.masked_name, terminal_);
    page.purpose = ReadBackModel::Purpose::Agree;
    page.can_change = false;
    page.can_cancel = false;
    page_ = std::move(page);
    return {};
  }
  if (std::holds_alternative<screens::CancelModel>(page_)) {
    const bool withdraws = one_->booking.state == BookingState::Waiting ||
                           one_->booking.state == BookingState::Stopped;
    return Do(withdraws ? BookingAct::Withdraw : BookingAct::Cancel);
  }
  if (const auto* trouble = std::get_if<BookingTroubleModel>(&page_)) {
    const bool again = trouble->what == BookingTroubleModel::What::Unsure;
    return again ? Ask(asked_) : Effects{};
  }
  const auto* page = std::get_if<ReadBackModel>(&page_);
  if (page == nullptr) return {};
  switch (page->purpose) {
    case ReadBackModel::Purpose::Confirm:
    case ReadBackModel::Purpose::Agree: return Do(BookingAct::Confirm);
    case ReadBackModel::Purpose::Offer: return Do(BookingAct::Accept);
    default: return {};
  }
}

Effects MyBookingsFlow::OnChange(Moment now, domain::Language language) {
  if (!one_) return {};
  const auto* page = std::get_if<ReadBackModel>(&page_);
  const bool owed = std::holds_alternative<screens::BookingChangedModel>(page_);
  if (!owed && (page == nullptr || !page->can_change)) return {};
  BookingAim aim;
  aim.kind = one_->kind;
  (owed ? aim.in_place_of : aim.replaces) = one_;
  change_ = std::make_unique<BookingFlow>(terminal_, facts_, std::move(aim));
  return change_->Start(now, language);
}

void MyBookingsFlow::OnCancel(Moment now) {
  const auto* read_back = std::get_if<ReadBackModel>(&page_);
  const bool changed = std::holds_alternative<screens::BookingChangedModel>(page_);
  if (!one_ || (!changed && (read_back == nullptr || !read_back->can_cancel))) return;
  const domain::BookingTimes times = TimesOf(*one_, terminal_);
  screens::CancelModel page;
  page.facts = FactsOf(*one_, terminal_.zone);
  if (one_->booking.state == BookingState::Stopped) {
    page.stopped = true;
    page.refund_minor = one_->refund_minor;
  } else if (one_->booking.state != BookingState::Waiting) {
    // What the hospital changed costs nothing until it begins.
    const bool free = one_->booking.free_to_cancel && now.wall < one_->booking.start;
    page.late = now.wall > times.cancel_until && !free;
    page.until_date = ToLocalDate(times.cancel_until, terminal_.zone);
    page.until_time = ToLocalHourMinute(times.cancel_until, terminal_.zone);
    domain::Booking ended = one_->booking;
    ended.state = page.late ? BookingState::CancelledLate : BookingState::Cancelled;
    const domain::Settlement settlement = domain::SettlementOf(ended, terminal_.booking);
    page.refund_minor = settlement.refund_minor;
    page.kept_minor = settlement.penalty_minor;
  }
  page_ = std::move(page);
}

Effects MyBookingsFlow::Do(BookingAct act) {
  if (!one_) return {};
  return Ask(domain::ActOnBooking{{}, one_->id, act, 0});
}

Effects MyBookingsFlow::Ask(domain::BookingQuestion question) {
  asked_ = std::move(question);
  waiting_ = true;
  page_ = screens::WorkingModel{screens::WorkingModel::Task::Booking};
  return {AskBooking{facts_.session, ++question_, asked_}};
}

Result MyBookingsFlow::ResultOfAsked() const {
  const auto* act = std::get_if<domain::ActOnBooking>(&asked_);
  if (act == nullptr) return Result::LateNoted;
  const bool stopped = one_->booking.state == BookingState::Stopped;
  if (stopped && act->act == BookingAct::Withdraw) return Result::NoOtherTime;
  const bool agrees = act->act == BookingAct::Confirm && one_->awaits_answer;
  return agrees ? Result::Agreed : ResultOfAct(act->act);
}

Effects MyBookingsFlow::OnReply(const domain::BookingReply& reply, Moment now,
                                domain::Language language) {
  if (const auto* done = std::get_if<domain::BookingDone>(&reply)) {
    facts_.outdated = true;
    const Result what = ResultOfAsked();
    const std::int64_t fee = one_->fee_minor;
    const std::int64_t prepaid = one_->booking.prepaid_minor;
    one_ = done->booking;
    if (one_->fee_minor == 0) one_->fee_minor = fee;
    BookingResultModel page = ResultOf(*one_, what, now, terminal_);
    if (what == Result::Cancelled) page.refund_minor = prepaid;
    if (what == Result::NoOtherTime) page.refund_minor = one_->refund_minor;
    const bool stands =
        what == Result::Confirmed || what == Result::Booked || what == Result::Agreed;
    page.can_invite = stands && terminal_.has_printer;
    page_ = std::move(page);
    return stands ? Print(false, false, language) : Effects{};
  }
  if (const auto* refused = std::get_if<domain::BookingRefused>(&reply)) {
    facts_.outdated = true;
    ShowTrouble(BookingTroubleModel::What::Refused, refused->why);
  }
  if (const auto* failed = std::get_if<domain::BookingFailed>(&reply)) {
    using Why = domain::BookingFailed::Why;
    SetOperation(asked_, failed->operation);
    if (failed->why == Why::Unsure) facts_.outdated = true;
    ShowTrouble(failed->why == Why::Away     ? BookingTroubleModel::What::Away
                : failed->why == Why::Unsure ? BookingTroubleModel::What::Unsure
                                             : BookingTroubleModel::What::NotOffered);
  }
  return {};
}

void MyBookingsFlow::OnPrint(TicketModel::Print print) {
  auto* page = std::get_if<BookingResultModel>(&page_);
  if (page == nullptr) return;
  page->print = print;
  page->can_print = print == TicketModel::Print::Uncertain || print == TicketModel::Print::Failed;
}

Effects MyBookingsFlow::Print(bool invitation, bool again, domain::Language language) {
  auto* page = std::get_if<BookingResultModel>(&page_);
  if (page == nullptr || !one_) return {};
  if (!terminal_.has_printer) {
    page->print = TicketModel::Print::NoPrinter;
    return {};
  }
  if ((again && !page->can_print) || (invitation && !page->can_invite)) return {};
  if (invitation) page->can_invite = false;
  page->can_print = false;
  page->print = TicketModel::Print::Printing;
  return {PrintBooking{facts_.session, *one_, facts_.masked_name, language, invitation, again}};
}

void MyBookingsFlow::ShowList() {
  MyBookingsModel page;
  for (const domain::OwnBooking& booking : bookings_) {
    page.rows.push_back({FactsOf(booking, terminal_.zone), StateOf(booking, now_)});
  }
  page_ = std::move(page);
}

void MyBookingsFlow::ShowOne() {
  if (AwaitsAnswer(*one_, now_.wall)) {
    page_ = ChangedOf(*one_, terminal_);
    return;
  }
  ReadBackModel page = ReadBackOf(*one_, facts_.masked_name, terminal_);
  const bool keeps = page.purpose == ReadBackModel::Purpose::Keep;
  page.can_tell_late = keeps && !ArrivalsOf(*one_, now_.wall, terminal_).empty();
  // A limit that is over already would only be a puzzle; who cancels is told then.
  if (keeps && now_.wall > TimesOf(*one_, terminal_).cancel_until) {
    page.until_date.clear();
    page.until_time.clear();
  }
  page_ = std::move(page);
}

void MyBookingsFlow::ShowTrouble(BookingTroubleModel::What what, domain::BookingRefusal refusal) {
  page_ = BookingTroubleModel{what, refusal, terminal_.triage_place};
}

}  // namespace yizhan::flows
