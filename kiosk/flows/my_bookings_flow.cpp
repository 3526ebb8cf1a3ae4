#include "kiosk/flows/my_bookings_flow.h"

#include <algorithm>

#include "base/match.h"

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

MyBookingsModel::Row::State StateOf(const domain::OwnBooking& booking) {
  using State = MyBookingsModel::Row::State;
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

}  // namespace

MyBookingsFlow::MyBookingsFlow(const Terminal& terminal, PatientFacts& facts,
                               std::optional<BookingState> only)
    : terminal_(terminal), facts_(facts) {
  for (const domain::OwnBooking& booking : facts_.found.bookings) {
    if (!only || booking.booking.state == *only) bookings_.push_back(booking);
  }
  has_list_ = !only || bookings_.size() != 1;
}

Effects MyBookingsFlow::Start(Moment, domain::Language) {
  if (!has_list_) {
    one_ = bookings_.front();
    ShowOne();
  } else {
    ShowList();
  }
  return {};
}

Effects MyBookingsFlow::Handle(const Event& event, Moment now, domain::Language language) {
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
                        [&](const screens::Choose& choose) {
                          const bool listed = std::holds_alternative<MyBookingsModel>(page_);
                          if (listed && choose.index < bookings_.size()) {
                            one_ = bookings_[choose.index];
                            ShowOne();
                          }
                          return Effects{};
                        },
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

void MyBookingsFlow::OnBack() {
  const bool below_one = std::holds_alternative<screens::CancelModel>(page_) ||
                         std::holds_alternative<BookingTroubleModel>(page_);
  if (below_one && one_ && !facts_.outdated) return ShowOne();
  if (std::holds_alternative<ReadBackModel>(page_) && has_list_) return ShowList();
  finished_ = true;
}

Effects MyBookingsFlow::OnConfirm() {
  if (std::holds_alternative<screens::CancelModel>(page_) && one_) {
    const bool waits = one_->booking.state == BookingState::Waiting;
    return Do(waits ? BookingAct::Withdraw : BookingAct::Cancel);
  }
  if (const auto* trouble = std::get_if<BookingTroubleModel>(&page_)) {
    const bool again = trouble->what == BookingTroubleModel::What::Unsure;
    return again ? Do(asked_.act, asked_.operation) : Effects{};
  }
  const auto* page = std::get_if<ReadBackModel>(&page_);
  if (page == nullptr) return {};
  if (page->purpose == ReadBackModel::Purpose::Confirm) return Do(BookingAct::Confirm);
  if (page->purpose == ReadBackModel::Purpose::Offer) return Do(BookingAct::Accept);
  return {};
}

Effects MyBookingsFlow::OnChange(Moment now, domain::Language language) {
  const auto* page = std::get_if<ReadBackModel>(&page_);
  if (page == nullptr || !page->can_change || !one_) return {};
  change_ = std::make_unique<BookingFlow>(terminal_, facts_, BookingAim{one_->kind, false, one_});
  return change_->Start(now, language);
}

void MyBookingsFlow::OnCancel(Moment now) {
  const auto* read_back = std::get_if<ReadBackModel>(&page_);
  if (read_back == nullptr || !read_back->can_cancel || !one_) return;
  const domain::BookingTimes times = TimesOf(*one_, terminal_);
  screens::CancelModel page;
  page.facts = FactsOf(*one_, terminal_.zone);
  if (one_->booking.state != BookingState::Waiting) {
    page.late = now.wall > times.cancel_until;
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

Effects MyBookingsFlow::Do(BookingAct act, domain::OperationId operation) {
  if (!one_) return {};
  asked_ = {std::move(operation), one_->id, act, 0};
  waiting_ = true;
  page_ = screens::WorkingModel{screens::WorkingModel::Task::Booking};
  return {AskBooking{facts_.session, ++question_, asked_}};
}

Effects MyBookingsFlow::OnReply(const domain::BookingReply& reply, Moment now,
                                domain::Language language) {
  if (const auto* done = std::get_if<domain::BookingDone>(&reply)) {
    facts_.outdated = true;
    const std::int64_t fee = one_->fee_minor;
    const std::int64_t prepaid = one_->booking.prepaid_minor;
    one_ = done->booking;
    if (one_->fee_minor == 0) one_->fee_minor = fee;
    const Result what = ResultOfAct(asked_.act);
    BookingResultModel page = ResultOf(*one_, what, now, terminal_);
    if (what == Result::Cancelled) page.refund_minor = prepaid;
    const bool stands = what == Result::Confirmed || what == Result::Booked;
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
    asked_.operation = failed->operation;
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
    page.rows.push_back({FactsOf(booking, terminal_.zone), StateOf(booking)});
  }
  page_ = std::move(page);
}

void MyBookingsFlow::ShowOne() { page_ = ReadBackOf(*one_, facts_.masked_name, terminal_); }

void MyBookingsFlow::ShowTrouble(BookingTroubleModel::What what, domain::BookingRefusal refusal) {
  page_ = BookingTroubleModel{what, refusal, terminal_.triage_place};
}

}  // namespace yizhan::flows
