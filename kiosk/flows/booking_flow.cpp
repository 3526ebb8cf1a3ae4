#include "kiosk/flows/booking_flow.h"

#include <algorithm>

#include "base/match.h"

namespace yizhan::flows {
namespace {

using domain::BookingRefusal;
using domain::ResourceKind;
using screens::BookingResultModel;
using screens::BookingTroubleModel;
using screens::IsOver;
using screens::PayModel;
using screens::TicketModel;
using screens::WorkingModel;
using Result = BookingResultModel::What;

constexpr ResourceKind kKinds[] = {ResourceKind::Exam, ResourceKind::CheckUp, ResourceKind::Bed};

bool ChangesSomething(const domain::BookingQuestion& question) {
  return std::visit(
      [](const auto& one) {
        return requires { one.operation; };
      },
      question);
}

}  // namespace

BookingFlow::BookingFlow(const Terminal& terminal, PatientFacts& facts, BookingAim aim)
    : terminal_(terminal), facts_(facts), aim_(std::move(aim)), kind_(aim_.kind) {
  if (aim_.in_place_of) fixed_service_ = aim_.in_place_of->service_id;
  if (!aim_.suggested) return;
  kind_ = aim_.suggested->kind;
  fixed_service_ = aim_.suggested->service_id;
}

Effects BookingFlow::Start(Moment now, domain::Language) {
  if (aim_.suggested) return AskSuggestedDays(now);
  if (!aim_.ask_kind) return AskDays(now);
  Go(Step::Kind, now);
  return {};
}

std::optional<MonotonicTime> BookingFlow::NextDeadline() const { return pay_until_; }

Effects BookingFlow::Ask(domain::BookingQuestion question) {
  asked_ = std::move(question);
  return AskAgain();
}

Effects BookingFlow::AskAgain() {
  waiting_ = true;
  page_ = WorkingModel{ChangesSomething(asked_) ? WorkingModel::Task::Booking
                                                : WorkingModel::Task::LookingForSeats};
  return {AskBooking{facts_.session, ++question_, asked_}};
}

Effects BookingFlow::AskDays(Moment now) {
  as_suggested_ = false;
  domain::WhichDays wish{kind_, LocalDay(now.wall, terminal_.zone), terminal_.book_days};
  if (fixed_service_) wish.service_id = *fixed_service_;
  return Ask(std::move(wish));
}

Effects BookingFlow::AskSuggestedDays(Moment now) {
  const domain::SuggestedVisit& visit = *aim_.suggested;
  const auto today = LocalDay(now.wall, terminal_.zone);
  const auto first = std::max(today, LocalDay(visit.from, terminal_.zone));
  int days = terminal_.book_days;
  // Who comes later than was suggested is offered what there is.
  const auto last = LocalDay(visit.until, terminal_.zone);
  if (last >= first) days = std::min(days, static_cast<int>((last - first).count()) + 1);
  as_suggested_ = true;
  service_ = visit.service_id;
  doctor_id_ = visit.doctor_id;
  day_ = first;
  return Ask(domain::WhenElse{kind_, service_, doctor_id_, first - std::chrono::days(1), days});
}

Effects BookingFlow::Handle(const Event& event, Moment now, domain::Language language) {
  now_ = now;
  return std::visit(
      Match{
          [&](const BookingAnswered& answer) {
            if (!waiting_ || answer.question != question_) return Effects{};
            waiting_ = false;
            return OnReply(answer.reply, now, language);
          },
          [&](const PaymentProgress& progress) { return OnPayment(progress, now, language); },
          [&](const PrintProgress& progress) {
            OnPrint(progress.print);
            return Effects{};
          },
          [&](Tick) {
            OnTick(now);
            return Effects{};
          },
          [&](const Answered& answer) {
            return waiting_ ? Effects{} : OnIntent(answer.intent, now, language);
          },
          [](const auto&) { return Effects{}; },
      },
      event);
}

Effects BookingFlow::OnReply(const domain::BookingReply& reply, Moment now,
                             domain::Language language) {
  return std::visit(
      Match{
          [&](const domain::DaysFound& found) {
            days_ = found.days;
            Go(Step::Day, now);
            return Effects{};
          },
          [&](const domain::SessionsFound& found) {
            if (std::holds_alternative<domain::WhenElse>(asked_)) {
              if (as_suggested_) {
                coming_ = found.sessions;
                return ShowSuggestedDays(now);
              }
              elsewhere_ = found.sessions;
              Go(Step::Full, now);
              return Effects{};
            }
            sessions_ = found.sessions;
            // The day again, because somebody was faster: what is near to what was wanted?
            if (just_taken_) return LookElsewhere(true);
            if (fixed_service_) {
              service_ = *fixed_service_;
              doctor_id_.clear();
              return EnterDepartment(now);
            }
            Go(Step::Department, now);
            return Effects{};
          },
          [&](const domain::BookingDone& done) { return OnDone(done.booking, language); },
          [&](const domain::BookingRefused& refused) { return OnRefused(refused.why, language); },
          [&](const domain::BookingFailed& failed) { return OnFailed(failed, language); },
      },
      reply);
}

Effects BookingFlow::OnDone(const domain::OwnBooking& booking, domain::Language language) {
  facts_.outdated = true;
  if (CancelsOld()) return ShowResult(*made_, Result::Moved, language);
  made_ = booking;
  if (made_->fee_minor == 0 && session_ && !joins_list_) made_->fee_minor = session_->fee_minor;
  if (booking.booking.state == domain::BookingState::Locked) {
    PayModel page;
    page.facts = FactsOf(*made_, terminal_.zone);
    page.amount_minor = made_->fee_minor;
    page_ = std::move(page);
    return {PayFee{facts_.session, made_->id, made_->fee_minor, made_->booking.held_until}};
  }
  const bool moves = aim_.replaces.has_value() && !joins_list_;
  if (!moves) return ShowResult(*made_, MadeAs(*made_), language);
  return Ask(domain::ActOnBooking{{}, aim_.replaces->id, domain::BookingAct::Cancel, 0});
}

bool BookingFlow::CancelsOld() const {
  const auto* act = std::get_if<domain::ActOnBooking>(&asked_);
  return act != nullptr && made_ && aim_.replaces && act->appointment == aim_.replaces->id;
}

Effects BookingFlow::OnRefused(BookingRefusal why, domain::Language language) {
  if (CancelsOld()) return ShowResult(*made_, Result::MovedOldStays, language);
  const bool gone = why == BookingRefusal::Full || why == BookingRefusal::Closed;
  if (gone && std::holds_alternative<domain::BookSeat>(asked_)) {
    just_taken_ = true;
    as_suggested_ = false;
    day_ = LocalDay(seat_.start, terminal_.zone);
    return Ask(domain::WhatOnDay{kind_, day_});
  }
  ShowTrouble(BookingTroubleModel::What::Refused, why);
  return {};
}

Effects BookingFlow::OnFailed(const domain::BookingFailed& failed, domain::Language language) {
  using Why = domain::BookingFailed::Why;
  if (CancelsOld()) return ShowResult(*made_, Result::MovedOldStays, language);
  SetOperation(asked_, failed.operation);
  switch (failed.why) {
    case Why::Away: ShowTrouble(BookingTroubleModel::What::Away); break;
    case Why::Unsure:
      facts_.outdated = true;
      ShowTrouble(BookingTroubleModel::What::Unsure);
      break;
    case Why::Cannot: ShowTrouble(BookingTroubleModel::What::NotOffered); break;
  }
  return {};
}

Effects BookingFlow::OnIntent(const screens::Intent& intent, Moment now,
                              domain::Language language) {
  return std::visit(Match{
                        [&](const screens::Choose& choose) { return OnChoose(choose.index, now); },
                        [&](screens::Confirm) { return OnConfirm(now, false); },
                        [&](screens::Prepay) { return OnConfirm(now, true); },
                        [&](screens::JoinList) {
                          if (!std::holds_alternative<screens::FullModel>(page_) || !CanWait(now)) {
                            return Effects{};
                          }
                          joins_list_ = true;
                          Go(Step::ReadBack, now);
                          return Effects{};
                        },
                        [&](screens::Reprint) { return Print(false, true, language); },
                        [&](screens::PrintInvite) { return Print(true, false, language); },
                        [&](screens::Back) { return OnBack(now); },
                        [&](screens::GoHome) {
                          const auto* pay = std::get_if<PayModel>(&page_);
                          finished_ = pay == nullptr || IsOver(pay->state);
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

Effects BookingFlow::OnBack(Moment now) {
  if (std::holds_alternative<PayModel>(page_)) return OnBackFromPaying(now);
  const bool on_trail = !std::holds_alternative<BookingResultModel>(page_) &&
                        !std::holds_alternative<BookingTroubleModel>(page_);
  if (on_trail && !trail_.empty()) trail_.pop_back();
  if (trail_.empty() || std::holds_alternative<BookingResultModel>(page_)) {
    finished_ = true;
    return {};
  }
  joins_list_ = false;
  Show(trail_.back(), now);
  return {};
}

Effects BookingFlow::OnBackFromPaying(Moment now) {
  auto& page = std::get<PayModel>(page_);
  if (IsOver(page.state)) return StartOver(now);
  const bool under_way =
      page.state == PayModel::State::Closing || page.state == PayModel::State::Paid;
  if (under_way) return {};
  pay_until_.reset();
  page.state = PayModel::State::Closing;
  return {GiveUpPayment{facts_.session}};
}

/// The seat is gone: from the first question again, because what is free has changed.
Effects BookingFlow::StartOver(Moment now) {
  made_.reset();
  session_.reset();
  trail_.clear();
  asked_ = {};
  return AskDays(now);
}

Effects BookingFlow::OnChoose(std::size_t index, Moment now) {
  if (trail_.empty() || std::holds_alternative<BookingTroubleModel>(page_)) return {};
  switch (trail_.back()) {
    case Step::Kind:
      if (index >= std::size(kKinds)) return {};
      kind_ = kKinds[index];
      return AskDays(now);
    case Step::Day:
      if (index >= days_.size()) return {};
      day_ = days_[index].day;
      just_taken_ = false;
      if (as_suggested_) {
        sessions_ = OnDay(coming_, day_, terminal_.zone);
        Go(Step::Time, now);
        return {};
      }
      return Ask(domain::WhatOnDay{kind_, day_});
    case Step::Department: return ChooseDepartment(index, now);
    case Step::Doctor: return ChooseDoctor(index, now);
    case Step::Time:
      if (index >= times_.size() || times_[index].free == 0) return {};
      Take(sessions_[times_[index].session], times_[index].seat);
      Go(Step::ReadBack, now);
      return {};
    case Step::Full:
      if (index >= alternatives_.size()) return {};
      Take(alternatives_[index], alternatives_[index].free.front());
      Go(Step::ReadBack, now);
      return {};
    case Step::ReadBack: break;
  }
  return {};
}

Effects BookingFlow::ChooseDepartment(std::size_t index, Moment now) {
  if (index >= services_.size()) return {};
  service_ = services_[index];
  doctor_id_.clear();
  return EnterDepartment(now);
}

Effects BookingFlow::EnterDepartment(Moment now) {
  if (!HasFree(service_, "", now)) {
    const bool later = std::ranges::any_of(sessions_, [&](const auto& session) {
      return session.service_id == service_ && !session.stopped && session.release_at > now.wall;
    });
    // Numbers that are not released yet are told on the doctors' page.
    if (!later) return LookElsewhere(false);
  }
  const bool has_doctors = std::ranges::any_of(sessions_, [&](const auto& session) {
    return session.service_id == service_ && !session.doctor_id.empty();
  });
  Go(has_doctors ? Step::Doctor : Step::Time, now);
  return {};
}

Effects BookingFlow::ChooseDoctor(std::size_t index, Moment now) {
  const auto* page = std::get_if<screens::ChooseDoctorModel>(&page_);
  if (page == nullptr || index >= doctors_.size()) return {};
  using State = screens::ChooseDoctorModel::Row::State;
  const State state = page->rows[index].state;
  if (state != State::Open && state != State::Full) return {};
  doctor_id_ = doctors_[index];
  if (state == State::Full) return LookElsewhere(false);
  Go(Step::Time, now);
  return {};
}

Effects BookingFlow::LookElsewhere(bool just_taken) {
  just_taken_ = just_taken;
  return Ask(domain::WhenElse{kind_, service_, doctor_id_, day_, terminal_.book_days});
}

void BookingFlow::Take(const domain::BookableSession& session, const domain::FreeSeat& seat) {
  session_ = session;
  session_->free.clear();
  session_->gone.clear();
  seat_ = seat;
  joins_list_ = false;
}

Effects BookingFlow::OnConfirm(Moment now, bool prepay) {
  if (std::holds_alternative<BookingTroubleModel>(page_)) {
    const auto& trouble = std::get<BookingTroubleModel>(page_);
    return trouble.what == BookingTroubleModel::What::Unsure ? AskAgain() : Effects{};
  }
  const auto* page = std::get_if<screens::ReadBackModel>(&page_);
  if (page == nullptr) return {};
  const domain::PatientId& patient = facts_.found.patient.id;
  if (joins_list_) {
    domain::JoinWaitingList wish = WaitingWish(now);
    wish.patient = patient;
    return Ask(std::move(wish));
  }
  if (!session_ || (prepay && !page->can_prepay)) return {};
  // The very same wish once more is the same act: the answer to the first may have been lost.
  const auto* before = std::get_if<domain::BookSeat>(&asked_);
  if (before != nullptr && before->seat.slot == seat_.slot && before->prepay == prepay) {
    return AskAgain();
  }
  domain::BookSeat wish{{}, patient, seat_, *session_, prepay};
  if (aim_.in_place_of) wish.in_place_of = aim_.in_place_of->id;
  if (aim_.suggested) wish.follow_up = aim_.suggested->task;
  return Ask(std::move(wish));
}

Effects BookingFlow::OnPayment(const PaymentProgress& progress, Moment now,
                               domain::Language language) {
  auto* page = std::get_if<PayModel>(&page_);
  if (page == nullptr || !made_) return {};
  // Who gave up waits for how it ends, whatever the platform said before it heard of that.
  const bool late =
      page->state == PayModel::State::Closing &&
      (progress.state == PayModel::State::Open || progress.state == PayModel::State::Preparing);
  if (late || IsOver(page->state)) return {};
  page->state = progress.state;
  if (progress.code.side > 0) page->code = progress.code;
  pay_until_.reset();
  switch (progress.state) {
    case PayModel::State::Preparing:
    case PayModel::State::Closing: break;
    case PayModel::State::Open: OnTick(now); break;
    case PayModel::State::Paid:
      made_->booking.state = domain::BookingState::Booked;
      made_->booking.kind = domain::BookingKind::Guaranteed;
      made_->booking.prepaid_minor = page->amount_minor;
      if (!aim_.replaces) return ShowResult(*made_, Result::Booked, language);
      return Ask(domain::ActOnBooking{{}, aim_.replaces->id, domain::BookingAct::Cancel, 0});
    case PayModel::State::GivenUp: finished_ = true; break;
    case PayModel::State::Away:
    case PayModel::State::TimeUp:
    case PayModel::State::GivenBack:
    case PayModel::State::Unknown: break;
  }
  return {};
}

void BookingFlow::OnTick(Moment now) {
  auto* page = std::get_if<PayModel>(&page_);
  if (page == nullptr || page->state != PayModel::State::Open || !made_) return;
  const auto left = made_->booking.held_until - now.wall;
  page->seconds_left = static_cast<int>(
      std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(left).count()));
  pay_until_ = now.steady + std::chrono::seconds(1);
}

void BookingFlow::OnPrint(TicketModel::Print print) {
  auto* page = std::get_if<BookingResultModel>(&page_);
  if (page == nullptr) return;
  page->print = print;
  page->can_print = print == TicketModel::Print::Uncertain || print == TicketModel::Print::Failed;
}

Effects BookingFlow::ShowResult(const domain::OwnBooking& booking, Result what,
                                domain::Language language) {
  BookingResultModel page = ResultOf(booking, what, now_, terminal_);
  page.can_invite = terminal_.has_printer && what != Result::OnWaitingList;
  page.print = terminal_.has_printer ? TicketModel::Print::Printing : TicketModel::Print::NoPrinter;
  made_ = booking;
  page_ = std::move(page);
  trail_.clear();
  return Print(false, false, language);
}

Effects BookingFlow::Print(bool invitation, bool again, domain::Language language) {
  auto* page = std::get_if<BookingResultModel>(&page_);
  if (page == nullptr || !made_ || !terminal_.has_printer) return {};
  if (again && !page->can_print) return {};
  if (invitation && !page->can_invite) return {};
  if (invitation) page->can_invite = false;
  page->can_print = false;
  page->print = TicketModel::Print::Printing;
  return {PrintBooking{facts_.session, *made_, facts_.masked_name, language, invitation, again}};
}

}  // namespace yizhan::flows
