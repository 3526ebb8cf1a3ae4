// The pages of BookingFlow, made of what it knows.
#include <algorithm>
#include <map>

#include "kiosk/flows/booking_flow.h"
#include "kiosk/flows/changed_booking.h"

namespace yizhan::flows {
namespace {

using screens::ChooseDoctorModel;
using screens::ChooseTimeModel;
using screens::FullModel;

constexpr std::size_t kMostSameDay = 2;
constexpr std::size_t kMostSameDoctor = 3;
constexpr std::chrono::hours kNoon{12};
constexpr std::chrono::hours kEvening{18};
constexpr ChooseTimeModel::PartOfDay kMorning = ChooseTimeModel::PartOfDay::Morning;

ChooseTimeModel::PartOfDay PartOf(WallTime time, TimeZone zone) {
  const auto midnight = AtLocal(LocalDay(time, zone), {}, zone);
  if (time - midnight < kNoon) return kMorning;
  return time - midnight < kEvening ? ChooseTimeModel::PartOfDay::Afternoon
                                    : ChooseTimeModel::PartOfDay::Night;
}

/// What a row of the doctors' page says about the sessions of one doctor, or of any.
ChooseDoctorModel::Row RowOf(const std::vector<const domain::BookableSession*>& sessions,
                             WallTime now, TimeZone zone) {
  using State = ChooseDoctorModel::Row::State;
  ChooseDoctorModel::Row row;
  row.state = State::Stopped;
  WallTime earliest{};
  for (const domain::BookableSession* session : sessions) {
    row.doctor = session->doctor;
    row.title = session->doctor_title;
    if (session->stopped) continue;
    if (session->release_at > now) {
      if (row.state != State::Stopped) continue;
      row.state = State::NotReleased;
      row.released_on = ToLocalDate(session->release_at, zone);
      row.released_at = ToLocalHourMinute(session->release_at, zone);
      row.fee_minor = session->fee_minor;
      continue;
    }
    if (session->free.empty() || !IsOpen(*session, now)) {
      if (row.state != State::Open) {
        row.state = State::Full;
        row.fee_minor = session->fee_minor;
      }
      continue;
    }
    const bool first = row.state != State::Open;
    row.state = State::Open;
    if (!first && session->fee_minor != row.fee_minor) row.from_fee = true;
    row.fee_minor = first ? session->fee_minor : std::min(row.fee_minor, session->fee_minor);
    const WallTime start = session->free.front().start;
    if (first || start < earliest) earliest = start;
  }
  if (row.state == State::Open) row.earliest = ToLocalHourMinute(earliest, zone);
  return row;
}

}  // namespace

void BookingFlow::Go(Step step, Moment now) {
  // The same page again (the day was looked up anew) takes no further step back.
  const auto known = std::ranges::find(trail_, step);
  trail_.erase(known, trail_.end());
  // Back from what is near leads to what is left, not to the seat that is gone.
  if (step == Step::Full && !trail_.empty() && trail_.back() == Step::ReadBack) trail_.pop_back();
  trail_.push_back(step);
  Show(step, now);
}

void BookingFlow::Show(Step step, Moment now) {
  switch (step) {
    case Step::Kind:
      page_ = screens::ChooseKindModel{
          {domain::ResourceKind::Exam, domain::ResourceKind::CheckUp, domain::ResourceKind::Bed}};
      break;
    case Step::Day: ShowDays(now); break;
    case Step::Department: ShowDepartments(now); break;
    case Step::Doctor: ShowDoctors(now); break;
    case Step::Time: ShowTimes(now); break;
    case Step::Full: ShowFull(now); break;
    case Step::ReadBack: ShowReadBack(now); break;
  }
}

void BookingFlow::ShowDays(Moment now) {
  screens::ChooseDayModel page;
  page.kind = kind_;
  page.facts.preset = fixed_service_.has_value();
  if (aim_.in_place_of) page.facts.service = aim_.in_place_of->service;
  if (aim_.suggested) page.facts.service = aim_.suggested->service;
  if (as_suggested_) {
    page.facts.doctor = aim_.suggested->doctor;
    page.facts.doctor_title = aim_.suggested->doctor_title;
  }
  const auto today = LocalDay(now.wall, terminal_.zone);
  for (const domain::BookableDay& day : days_) {
    page.days.push_back({ToDate(day.day), day.day == today, day.free > 0});
    if (day.free > 0 && !page.suggested) page.suggested = page.days.size() - 1;
  }
  if (!page.suggested) {
    ShowTrouble(screens::BookingTroubleModel::What::NothingToBook);
    trail_.clear();
    return;
  }
  page_ = std::move(page);
}

Effects BookingFlow::ShowSuggestedDays(Moment now) {
  const auto* wish = std::get_if<domain::WhenElse>(&asked_);
  days_.clear();
  bool any = false;
  for (int i = 1; wish != nullptr && i <= wish->days; ++i) {
    const auto day = wish->after + std::chrono::days(i);
    const auto free =
        TimesIn(OnDay(coming_, day, terminal_.zone), service_, doctor_id_, now.wall).size();
    days_.push_back({day, static_cast<int>(free)});
    any = any || free > 0;
  }
  // The doctor has no time: somebody else of the department, if the patient chooses so.
  if (!any) return AskDays(now);
  Go(Step::Day, now);
  return {};
}

void BookingFlow::ShowDepartments(Moment now) {
  screens::ChooseDepartmentModel page;
  page.kind = kind_;
  page.date = ToDate(day_);
  services_.clear();
  for (const domain::BookableSession& session : sessions_) {
    if (session.end <= now.wall && session.free.empty()) continue;
    auto at = std::ranges::find(services_, session.service_id);
    if (at == services_.end()) {
      services_.push_back(session.service_id);
      page.rows.push_back({session.service, session.where.area, 0});
      at = services_.end() - 1;
    }
    if (!IsOpen(session, now.wall)) continue;
    page.rows[static_cast<std::size_t>(at - services_.begin())].free +=
        static_cast<int>(session.free.size());
  }
  if (services_.empty()) {
    ShowTrouble(screens::BookingTroubleModel::What::NothingToBook);
    return;
  }
  const auto suggest = [&](const domain::ServiceId& service) {
    const auto at = std::ranges::find(services_, service);
    if (page.suggested || at == services_.end()) return;
    const auto index = static_cast<std::size_t>(at - services_.begin());
    if (page.rows[index].free > 0) page.suggested = index;
  };
  if (aim_.replaces) suggest(aim_.replaces->service_id);
  for (const domain::Visit& visit : facts_.found.visits) suggest(visit.service_id);
  page_ = std::move(page);
}

void BookingFlow::ShowDoctors(Moment now) {
  using State = ChooseDoctorModel::Row::State;
  std::map<std::string, std::vector<const domain::BookableSession*>> by_doctor;
  std::vector<const domain::BookableSession*> all;
  std::vector<std::pair<std::string, ChooseDoctorModel::Row>> rows;
  for (const domain::BookableSession& session : sessions_) {
    if (session.service_id != service_) continue;
    if (session.end <= now.wall && session.free.empty()) continue;
    by_doctor[session.doctor_id].push_back(&session);
    all.push_back(&session);
  }
  for (const auto& [doctor, sessions] : by_doctor) {
    if (!doctor.empty()) rows.emplace_back(doctor, RowOf(sessions, now.wall, terminal_.zone));
  }
  // What can be had comes first; the chief before the others.
  std::ranges::stable_sort(rows, [](const auto& one, const auto& other) {
    if (one.second.state != other.second.state) return one.second.state < other.second.state;
    return one.second.fee_minor > other.second.fee_minor;
  });
  ChooseDoctorModel page;
  if (!all.empty()) {
    page.facts = FactsOf(*all.front(), terminal_.zone);
    page.facts.doctor.clear();
    page.facts.doctor_title = {};
    page.facts.fee_minor = 0;
  }
  page.facts.preset = fixed_service_.has_value();
  doctors_.clear();
  ChooseDoctorModel::Row any = RowOf(all, now.wall, terminal_.zone);
  any.doctor.clear();
  any.title = {};
  const auto open =
      std::ranges::count_if(rows, [](const auto& row) { return row.second.state == State::Open; });
  if (open > 1) {
    page.rows.push_back(any);
    doctors_.emplace_back();
  }
  for (auto& [doctor, row] : rows) {
    page.rows.push_back(std::move(row));
    doctors_.push_back(doctor);
  }
  page_ = std::move(page);
}

void BookingFlow::ShowTimes(Moment now) {
  times_ = AllTimesIn(sessions_, service_, doctor_id_, now.wall);
  ChooseTimeModel page;
  page.facts = FactsSoFar();
  for (const TimeChoice& time : times_) {
    page.times.push_back({TimeRange(time.seat.start, time.seat.end, terminal_.zone), time.free,
                          PartOf(time.seat.start, terminal_.zone)});
  }
  page_ = std::move(page);
}

screens::BookingFacts BookingFlow::FactsSoFar() const {
  screens::BookingFacts facts;
  for (const domain::BookableSession& session : sessions_) {
    const bool fits =
        session.service_id == service_ && (doctor_id_.empty() || session.doctor_id == doctor_id_);
    if (!fits) continue;
    facts = FactsOf(session, terminal_.zone);
    break;
  }
  if (doctor_id_.empty()) {
    facts.doctor.clear();
    facts.doctor_title = {};
    // Doctors differ in their fees; exams and packages have one.
    if (kind_ == domain::ResourceKind::Clinic) facts.fee_minor = 0;
  }
  facts.kind = kind_;
  facts.date = ToDate(day_);
  facts.preset = fixed_service_.has_value();
  return facts;
}

bool BookingFlow::HasFree(const domain::ServiceId& service, const std::string& doctor_id,
                          Moment now) const {
  return !TimesIn(sessions_, service, doctor_id, now.wall).empty();
}

void BookingFlow::ShowFull(Moment now) {
  FullModel page;
  page.facts = FactsSoFar();
  page.just_taken = just_taken_;
  page.can_wait = CanWait(now);
  alternatives_.clear();
  const auto add = [&](FullModel::Row::Why why, const domain::BookableSession& session,
                       const domain::FreeSeat& seat) {
    page.rows.push_back({why, FactsOf(session, seat, terminal_.zone)});
    alternatives_.push_back(session);
    alternatives_.back().free = {seat};
  };
  std::size_t same_day = 0;
  for (const TimeChoice& time : TimesIn(sessions_, service_, "", now.wall)) {
    if (same_day == kMostSameDay) break;
    add(FullModel::Row::Why::SameDay, sessions_[time.session], time.seat);
    ++same_day;
  }
  std::vector<TimeChoice> later = TimesIn(elsewhere_, service_, doctor_id_, now.wall);
  if (later.size() > kMostSameDoctor) later.resize(kMostSameDoctor);
  for (const TimeChoice& time : later) {
    add(FullModel::Row::Why::SameDoctor, elsewhere_[time.session], time.seat);
  }
  page_ = std::move(page);
}

bool BookingFlow::CanWait(Moment now) const {
  // Waiting is no answer to what the hospital owes.
  if (aim_.in_place_of) return false;
  const domain::JoinWaitingList wish = WaitingWish(now);
  return wish.until > wish.from;
}

domain::JoinWaitingList BookingFlow::WaitingWish(Moment now) const {
  domain::JoinWaitingList wish;
  wish.service_id = service_;
  wish.doctor_id = doctor_id_;
  for (const domain::BookableSession& session : sessions_) {
    const bool fits =
        session.service_id == service_ && (doctor_id_.empty() || session.doctor_id == doctor_id_);
    if (!fits || session.stopped) continue;
    if (wish.until == WallTime{} || session.start < wish.from) wish.from = session.start;
    wish.until = std::max(wish.until, session.end);
  }
  wish.from = std::max(wish.from, now.wall);
  return wish;
}

void BookingFlow::ShowReadBack(Moment now) {
  using Purpose = screens::ReadBackModel::Purpose;
  screens::ReadBackModel page;
  if (joins_list_) {
    const domain::JoinWaitingList wish = WaitingWish(now);
    page.purpose = Purpose::Wait;
    page.facts = FactsSoFar();
    page.facts.time_range = TimeRange(wish.from, wish.until, terminal_.zone);
    page.masked_name = facts_.masked_name;
    page_ = std::move(page);
    return;
  }
  if (!session_) return;
  const domain::OwnBooking booking = AsBooking(*session_, seat_, now, terminal_);
  page = ReadBackOf(booking, facts_.masked_name, terminal_);
  page.purpose = aim_.in_place_of ? Purpose::Rebook : aim_.replaces ? Purpose::Move : Purpose::Book;
  page.facts.preset = fixed_service_.has_value();
  const domain::BookingTimes times = TimesOf(booking, terminal_);
  page.until_date.clear();
  page.until_time.clear();
  // A limit that is over already would only be a puzzle.
  if (times.cancel_until > now.wall) {
    page.until_date = ToLocalDate(times.cancel_until, terminal_.zone);
    page.until_time = ToLocalHourMinute(times.cancel_until, terminal_.zone);
  }
  page.can_change = false;
  page.can_cancel = false;
  page.can_prepay = terminal_.can_pay && session_->fee_minor > 0 && !aim_.in_place_of;
  if (aim_.in_place_of) {
    const domain::OwnBooking& old = *aim_.in_place_of;
    page.paid = KeepsMoney(old, session_->fee_minor);
    page.refund_minor = std::max(old.refund_minor, page.paid ? 0 : old.booking.prepaid_minor);
  }
  page_ = std::move(page);
}

void BookingFlow::ShowTrouble(screens::BookingTroubleModel::What what,
                              domain::BookingRefusal refusal) {
  page_ = screens::BookingTroubleModel{what, refusal, terminal_.triage_place};
}

}  // namespace yizhan::flows
