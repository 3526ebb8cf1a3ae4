#include "kiosk/sync/gateway_work.h"

#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "base/log.h"
#include "base/match.h"
#include "offline-store/ticket_counter.h"

namespace yizhan::sync {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kIdle{60'000};
/// A person who decides at the staff's page waits so long at most.
constexpr std::chrono::seconds kLookAtParkedEvery{60};
/// A patient waits for no more pages than these.
constexpr int kMostDirectorySteps = 40;
/// No queue has this letter.
constexpr const char* kSerialSeries = "#";

/// After these there is no use in asking the hospital anything for a while.
bool MeansAway(const Error& error) {
  return error.code == ErrorCode::Unreachable || error.code == ErrorCode::Timeout;
}

/// After these the patient is served from the store. Refused and NotFound are the hospital's word.
bool MayServeAlone(const Error& error) {
  return MeansAway(error) || error.code == ErrorCode::Internal || error.code == ErrorCode::Busy ||
         error.code == ErrorCode::BadData;
}

}  // namespace

GatewayWork::GatewayWork(const GatewayOptions& options, offline::Database& database,
                         fhir::Client& client, offline::DirectoryCache cache, const Clock& clock,
                         const std::function<void(News)>& tell)
    : options_(options),
      database_(database),
      clock_(clock),
      tell_(tell),
      cache_(std::move(cache)),
      hospital_(client, options_.station),
      desk_(database, cache_, options_.station),
      booking_(hospital_, options_.station),
      care_(hospital_, options_.station),
      parked_(hospital_, database, options_.station),
      refresher_(hospital_, desk_, cache_, options_.station, clock,
                 {options.visits_every, options.directory_every}),
      probe_wait_(options.probe_first) {
  const Status loaded = refresher_.LoadKept();
  if (!loaded) NoticeStore(loaded.error());
  if (!refresher_.Known().Empty()) tell_(ListsChanged{refresher_.Lists()});
}

void GatewayWork::Answer(const Ask& ask) {
  std::visit(Match{[&](const AskLookUp& look_up) { LookUp(look_up); },
                   [&](const AskCheckIn& check_in) { CheckIn(check_in); },
                   [&](const AskLab& lab) { CheckInLab(lab); },
                   [&](const AskBooking& booking) { Book(booking); },
                   [&](const AskCare& care) { Care(care); }, [&](AskStaffCall) { CallStaff(); }},
             ask);
}

milliseconds GatewayWork::DoDuty() {
  NoticeNewDay();
  if (!reachable_.value_or(false)) {
    if (clock_.Monotonic() >= next_probe_) Probe();
    return reachable_.value_or(false) ? milliseconds(0) : Until(next_probe_);
  }
  if (Deliver()) return milliseconds(0);
  if (!*reachable_) return Until(next_probe_);
  if (LookAtParked()) return milliseconds(0);
  if (clock_.Monotonic() >= refresher_.NextDue()) {
    const Refresher::Step step = refresher_.DoStep();
    if (!step.store) NoticeStore(step.store.error());
    if (step.hospital) {
      probe_wait_ = options_.probe_first;
    } else {
      Notice(step.hospital.error());
    }
    if (step.lists_changed) tell_(ListsChanged{refresher_.Lists()});
    if (!*reachable_) return Until(next_probe_);
  }
  const auto next_try = desk_.NextTry();
  const MonotonicTime due = refresher_.NextDue();
  return Until(next_try ? std::min(*next_try, due) : due);
}

void GatewayWork::LookUp(const AskLookUp& ask) {
  const WallTime now = clock_.Now();
  Result<PatientToday> answer = Fail(ErrorCode::Unreachable, "offline");
  if (reachable_.value_or(false)) {
    ReadDirectoryFirst();
    answer = hospital_.LookUp(ask.card, now, abilities_, refresher_.Known());
    if (answer) {
      ShowPromised(answer->visits);
    } else {
      Notice(answer.error());
    }
  }
  if (!answer && MayServeAlone(answer.error())) {
    answer = desk_.LookUp(ask.card, now, refresher_.Known());
    // Not expected today as far as we know is no proof that the card is unknown.
    if (!answer && !NoticeStore(answer.error())) {
      answer = Fail(ErrorCode::Unreachable, "offline and not expected today");
    }
  }
  tell_(LookUpAnswered{ask.session, std::move(answer)});
}

/// The first patient of a new terminal: without the directory nobody's visit has a place, and each
/// would seem to be at another site.
void GatewayWork::ReadDirectoryFirst() {
  for (int i = 0; i < kMostDirectorySteps && !refresher_.DirectoryRead(); ++i) {
    const Refresher::Step step = refresher_.StepDirectory();
    if (!step.store) NoticeStore(step.store.error());
    if (!step.hospital) return;
  }
}

void GatewayWork::ShowPromised(std::vector<domain::Visit>& visits) {
  for (domain::Visit& visit : visits) {
    auto promised = desk_.Promised(visit.id);
    if (!promised) NoticeStore(promised.error());
    if (!promised || !*promised) continue;
    visit.state = domain::VisitState::CheckedIn;
    visit.ticket = std::move(**promised);
  }
}

void GatewayWork::CheckIn(const AskCheckIn& ask) {
  const domain::OperationId operation(RandomUuid());
  Result<CheckInAnswer> answer = Fail(ErrorCode::Unreachable, "offline");
  auto promised = desk_.Promised(ask.visit.id);
  if (!promised) {
    NoticeStore(promised.error());
    answer = tl::unexpected<Error>(promised.error());
  } else if (*promised) {
    answer = CheckInAnswer(CheckedIn{std::move(**promised), true});
  } else {
    const Result<std::string> serial = DrawSerial();
    if (!serial) {
      answer = tl::unexpected<Error>(serial.error());
    } else {
      if (reachable_.value_or(false)) answer = CheckInOnline(operation, *serial, ask);
      // The same operation: should the hospital have it already, its replay changes nothing.
      if (!answer && MayServeAlone(answer.error())) answer = CheckInAlone(operation, *serial, ask);
    }
  }
  tell_(CheckInAnswered{ask.session, ask.visit.id, std::move(answer)});
}

Result<std::string> GatewayWork::DrawSerial() {
  const auto day = LocalDay(clock_.Now(), options_.station.zone);
  const auto number = offline::TicketCounter(database_).Draw(kSerialSeries, day);
  if (!number) {
    NoticeStore(number.error());
    return Fail(ErrorCode::StoreFull, "no serial number can be drawn");
  }
  return domain::SerialNumber(options_.station.terminal, day, *number);
}

Result<CheckInAnswer> GatewayWork::CheckInOnline(const domain::OperationId& operation,
                                                 const std::string& serial, const AskCheckIn& ask) {
  const auto day = LocalDay(clock_.Now(), options_.station.zone);
  Arrival arrival{operation, ask.visit.id, clock_.Now(), "", false, serial};
  if (!abilities_.check_in_operation) {
    // A server without our operation has no number series: the terminal's own one serves.
    offline::TicketCounter counter(database_);
    const std::string letter = QueueLetterOf(ask.visit);
    const auto number = counter.Draw(letter, day);
    if (!number) {
      NoticeStore(number.error());
      return Fail(ErrorCode::StoreFull, "no number can be drawn");
    }
    arrival.number = domain::ProvisionalTicketNumber(letter, options_.station.terminal, *number);
  }
  Result<CheckInAnswer> answer = hospital_.CheckIn(arrival, ask.visit, abilities_);
  if (!answer) {
    Notice(answer.error());
    // The number of tries to read an appointment that keeps changing is used up: as if Busy.
    if (answer.error().code == ErrorCode::Conflict) return Fail(ErrorCode::Busy, "conflicts");
    return answer;
  }
  if (auto* done = std::get_if<CheckedIn>(&*answer)) {
    Log(LogEvent::CheckedIn, {{LogKey::Reason, "online"}});
    done->ticket.masked_name = ask.masked_name;
    const Status kept = desk_.RememberTicket(ask.visit, done->ticket, day);
    if (!kept) NoticeStore(kept.error());
  }
  return answer;
}

Result<CheckInAnswer> GatewayWork::CheckInAlone(const domain::OperationId& operation,
                                                const std::string& serial, const AskCheckIn& ask) {
  Result<CheckedIn> alone =
      desk_.CheckIn(operation, ask.visit, ask.masked_name, serial, clock_.Now());
  if (!alone) {
    NoticeStore(alone.error());
    return tl::unexpected<Error>(alone.error());
  }
  Log(LogEvent::CheckedIn, {{LogKey::Reason, "offline"}});
  return CheckInAnswer(std::move(*alone));
}

void GatewayWork::CheckInLab(const AskLab& ask) {
  Result<LabAnswer> answer = Fail(ErrorCode::Unreachable, "offline");
  if (reachable_.value_or(false)) {
    const Result<std::string> serial = DrawSerial();
    if (serial) {
      domain::OperationId& operation = lab_operations_[ask.patient];
      if (operation.Empty()) operation = domain::OperationId(RandomUuid());
      const CareArrival arrival{operation, ask.patient, clock_.Now(), *serial};
      answer = hospital_.CheckInLab(arrival);
      // A lost answer is asked for once more at once: the same operation has one effect.
      if (!answer && answer.error().code == ErrorCode::Timeout) {
        answer = hospital_.CheckInLab(arrival);
      }
      if (answer) {
        lab_operations_.erase(ask.patient);
      } else {
        Notice(answer.error());
      }
    } else {
      answer = tl::unexpected<Error>(serial.error());
    }
  }
  if (answer) {
    if (auto* lab = std::get_if<domain::LabCheckIn>(&*answer)) {
      lab->ticket.masked_name = ask.masked_name;
      if (!lab->already) Log(LogEvent::CheckedIn, {{LogKey::Reason, "online"}});
    }
  }
  tell_(LabAnswered{ask.session, std::move(answer)});
}

void GatewayWork::Book(const AskBooking& ask) {
  domain::BookingQuestion question = ask.what;
  // Made once for one act, and given back with every failure, so that a repeated act is the same.
  domain::BookingFailed failed;
  std::visit(
      [&](auto& one) {
        if constexpr (requires { one.operation; }) {
          if (one.operation.Empty()) one.operation = domain::OperationId(RandomUuid());
          failed.operation = one.operation;
        }
      },
      question);
  Result<domain::BookingReply> reply = Fail(ErrorCode::Unreachable, "offline");
  if (reachable_.value_or(false)) {
    ReadDirectoryFirst();
    reply = booking_.Answer(question, clock_.Now(), abilities_, refresher_.Known());
    if (!reply) Notice(reply.error());
  }
  if (!reply) {
    using Why = domain::BookingFailed::Why;
    const bool act = !failed.operation.Empty();
    switch (reply.error().code) {
      case ErrorCode::Unreachable: failed.why = Why::Away; break;
      case ErrorCode::Refused: failed.why = Why::Cannot; break;
      case ErrorCode::Timeout: failed.why = act ? Why::Unsure : Why::Away; break;
      default: failed.why = act ? Why::Unsure : Why::Cannot;
    }
  }
  tell_(BookingAnswered{ask.session, ask.question,
                        reply ? std::move(*reply) : domain::BookingReply(failed)});
}

void GatewayWork::Care(const AskCare& ask) {
  domain::CareFailed failed;
  Result<domain::CareReply> reply = Fail(ErrorCode::Unreachable, "offline");
  if (reachable_.value_or(false)) {
    ReadDirectoryFirst();
    CareAct act{domain::OperationId(RandomUuid()), clock_.Now(), ""};
    const Result<std::string> serial = CareDesk::IsAct(ask.what) ? DrawSerial() : std::string();
    if (serial) {
      act.serial = *serial;
      reply = care_.Answer(ask.what, act, refresher_.Known());
      // A lost answer is asked for once more at once: the same operation has one effect.
      if (!reply && reply.error().code == ErrorCode::Timeout) {
        reply = care_.Answer(ask.what, act, refresher_.Known());
      }
      if (!reply) Notice(reply.error());
    } else {
      failed.store_failed = true;
    }
  }
  if (reply && std::holds_alternative<domain::CareTickets>(*reply)) {
    Log(LogEvent::CheckedIn, {{LogKey::Reason, "online"}});
  }
  tell_(CareAnswered{ask.session, ask.question,
                     reply ? std::move(*reply) : domain::CareReply(failed)});
}

void GatewayWork::CallStaff() {
  Status called = Fail(ErrorCode::Unreachable, "offline");
  if (reachable_.value_or(false)) {
    called = hospital_.CallStaff(domain::OperationId(RandomUuid()), clock_.Now());
    if (!called) Notice(called.error());
  }
  Log(LogEvent::StaffCalled, {{LogKey::Status, called ? 1 : 0}});
  tell_(StaffCallAnswered{called.has_value()});
}

void GatewayWork::Probe() {
  const Result<Abilities> abilities = hospital_.Probe();
  if (!abilities) {
    if (abilities.error().code != ErrorCode::Cancelled) SetAway();
    return;
  }
  abilities_ = *abilities;
  reachable_ = true;
  refresher_.Hurry();
  Log(LogEvent::HospitalUp);
  tell_(ReachableChanged{true});
}

void GatewayWork::Notice(const Error& hospital_error) {
  if (MeansAway(hospital_error)) SetAway();
}

void GatewayWork::SetAway() {
  next_probe_ = clock_.Monotonic() + probe_wait_;
  // Back to the shortest wait only by real work: a server that answers nothing but the probe must
  // not make the terminal change its mind twice a second.
  probe_wait_ = std::min(probe_wait_ * 2, options_.probe_most);
  const bool told = reachable_ == false;
  reachable_ = false;
  if (told) return;
  Log(LogEvent::HospitalDown);
  tell_(ReachableChanged{false});
}

bool GatewayWork::NoticeStore(const Error& store_error) {
  if (!IsStoreFailure(store_error)) return false;
  if (!std::exchange(store_broken_, true)) {
    Log(LogEvent::StoreFailed, {{LogKey::Code, store_error.code}});
    tell_(StoreBroken{});
  }
  return true;
}

bool GatewayWork::Deliver() {
  if (store_broken_) return false;  // What it says cannot be trusted, and cannot be marked.
  const Result<Delivery> delivery = desk_.DeliverOne(hospital_, abilities_, clock_);
  if (!delivery) {
    NoticeStore(delivery.error());
    return false;
  }
  switch (*delivery) {
    case Delivery::Settled: ++delivered_; return true;
    case Delivery::Failed: return true;
    case Delivery::Away: SetAway(); return false;
    case Delivery::Nothing: break;
  }
  if (delivered_ > 0) Log(LogEvent::OutboxDrained, {{LogKey::Count, delivered_}});
  delivered_ = 0;
  return false;
}

bool GatewayWork::LookAtParked() {
  if (store_broken_ || clock_.Monotonic() < next_parked_) return false;
  next_parked_ = clock_.Monotonic() + kLookAtParkedEvery;
  const Result<bool> resumed = parked_.Look(clock_);
  if (resumed) return *resumed;
  NoticeStore(resumed.error());
  return false;
}

void GatewayWork::NoticeNewDay() {
  const auto day = LocalDay(clock_.Now(), options_.station.zone);
  if (day_ == day) return;
  day_ = day;
  refresher_.BeginDay();
  const Status purged = desk_.Purge(day, clock_.Now());
  if (!purged) NoticeStore(purged.error());
}

milliseconds GatewayWork::Until(MonotonicTime time) const {
  const auto left = std::chrono::ceil<milliseconds>(time - clock_.Monotonic());
  return std::clamp(left, milliseconds(0), kIdle);
}

}  // namespace yizhan::sync
