#include "kiosk/sync/gateway.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/log.h"
#include "base/match.h"
#include "kiosk/sync/hospital.h"
#include "kiosk/sync/offline_desk.h"
#include "offline-store/ticket_counter.h"

namespace yizhan::sync {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstProbe{500};
constexpr milliseconds kIdle{60'000};
constexpr auto kCursorOverlap = std::chrono::minutes(2);

bool IsStoreFailure(const Error& error) { return error.code == ErrorCode::StoreFull; }

/// The hospital may or may not be there: after these we serve from the store.
bool MeansAway(const Error& error) {
  return error.code == ErrorCode::Unreachable || error.code == ErrorCode::Timeout ||
         error.code == ErrorCode::Internal || error.code == ErrorCode::BadData;
}

}  // namespace

/// Everything the worker's thread owns.
class Gateway::Work {
 public:
  Work(const GatewayOptions& options, offline::Database& database, fhir::Client& client,
       offline::DirectoryCache cache, const Clock& clock, const std::function<void(News)>& tell)
      : options_(options),
        database_(database),
        clock_(clock),
        tell_(tell),
        cache_(std::move(cache)),
        hospital_(client, options_.station),
        desk_(database, cache_, options_.station) {
    LoadCachedDirectory();
  }

  void Answer(const Ask& ask) {
    std::visit(Match{[&](const AskLookUp& look_up) { LookUp(look_up); },
                     [&](const AskCheckIn& check_in) { CheckIn(check_in); },
                     [&](AskStaffCall) { CallStaff(); }},
               ask);
  }

  /// One small step of the standing duties. Returns how long nothing more is due.
  milliseconds DoDuty() {
    const auto now = clock_.Monotonic();
    if (!reachable_) return now < next_probe_ ? Until(next_probe_) : Probe();
    if (Deliver()) return milliseconds(0);
    if (!reachable_) return Until(next_probe_);
    NoticeNewDay();
    if (now >= next_directory_) return LoadNextType();
    if (now >= next_visits_) return LoadNextVisits();
    return std::min(Until(next_directory_), Until(next_visits_));
  }

 private:
  void LookUp(const AskLookUp& ask) {
    Result<PatientToday> answer = Fail(ErrorCode::Unreachable, "offline");
    if (reachable_) {
      answer = hospital_.LookUp(ask.card, clock_.Now(), abilities_, directory_);
      if (!answer && MeansAway(answer.error())) SetAway();
    }
    if (!answer && MeansAway(answer.error())) {
      answer = desk_.LookUp(ask.card, clock_.Now(), directory_);
      if (!answer && IsStoreFailure(answer.error())) tell_(StoreBroken{});
      // Not expected today as far as we know is no proof that the card is unknown.
      if (!answer) answer = Fail(ErrorCode::Unreachable, "offline and not expected today");
    }
    tell_(LookUpAnswered{ask.session, std::move(answer)});
  }

  void CheckIn(const AskCheckIn& ask) {
    const domain::OperationId operation(RandomUuid());
    Result<CheckInAnswer> answer = Fail(ErrorCode::Unreachable, "offline");
    if (reachable_) {
      answer = CheckInOnline(operation, ask.visit);
      if (!answer && MeansAway(answer.error())) SetAway();
    }
    if (!answer && MeansAway(answer.error())) {
      // The same operation: should the hospital have it already, its replay changes nothing.
      Result<CheckedIn> alone = desk_.CheckIn(operation, ask.visit, ask.masked_name, clock_.Now());
      if (alone) {
        Log(LogEvent::CheckedIn, {{LogKey::Reason, "offline"}});
        answer = CheckInAnswer(std::move(*alone));
      } else {
        if (IsStoreFailure(alone.error())) tell_(StoreBroken{});
        answer = tl::unexpected<Error>(alone.error());
      }
    }
    tell_(CheckInAnswered{ask.session, ask.visit.id, std::move(answer)});
  }

  Result<CheckInAnswer> CheckInOnline(const domain::OperationId& operation,
                                      const domain::Visit& visit) {
    Arrival arrival{operation, visit.id, clock_.Now(), "", false};
    if (!abilities_.check_in_operation) {
      // A server without our operation has no number series: the terminal's own one serves.
      offline::TicketCounter counter(database_);
      const std::string letter = visit.queue_letter.empty() ? "Z" : visit.queue_letter;
      const auto number = counter.Draw(letter, LocalDay(arrival.at, options_.station.zone));
      if (!number) return tl::unexpected<Error>(number.error());
      arrival.number = domain::ProvisionalTicketNumber(letter, options_.station.terminal, *number);
    }
    Result<CheckInAnswer> answer = hospital_.CheckIn(arrival, visit, abilities_);
    if (answer && std::holds_alternative<CheckedIn>(*answer)) {
      Log(LogEvent::CheckedIn, {{LogKey::Reason, "online"}});
    }
    return answer;
  }

  void CallStaff() {
    Status called = Fail(ErrorCode::Unreachable, "offline");
    if (reachable_) called = hospital_.CallStaff(domain::OperationId(RandomUuid()), clock_.Now());
    if (!called && reachable_ && MeansAway(called.error())) SetAway();
    Log(LogEvent::StaffCalled, {{LogKey::Status, called ? 1 : 0}});
    tell_(StaffCallAnswered{called.has_value()});
  }

  milliseconds Probe() {
    const Result<Abilities> abilities = hospital_.Probe();
    if (!abilities) {
      SetAway();
      probe_wait_ = std::min(probe_wait_ * 2, options_.probe_most);
      return Until(next_probe_);
    }
    abilities_ = *abilities;
    reachable_ = true;
    probe_wait_ = kFirstProbe;
    next_visits_ = next_directory_ = clock_.Monotonic();
    Log(LogEvent::HospitalUp);
    tell_(ReachableChanged{true});
    return milliseconds(0);
  }

  void SetAway() {
    next_probe_ = clock_.Monotonic() + probe_wait_;
    if (!reachable_ && told_away_) return;
    told_away_ = true;
    reachable_ = false;
    Log(LogEvent::HospitalDown);
    tell_(ReachableChanged{false});
  }

  /// Delivers one promised act; true while there may be more.
  bool Deliver() {
    const Result<bool> delivered = desk_.DeliverOne(hospital_, abilities_, clock_.Now());
    if (!delivered) {
      if (IsStoreFailure(delivered.error())) tell_(StoreBroken{});
      SetAway();
      return false;
    }
    if (*delivered) {
      ++delivered_;
      return true;
    }
    if (delivered_ > 0) Log(LogEvent::OutboxDrained, {{LogKey::Count, delivered_}});
    delivered_ = 0;
    return false;
  }

  milliseconds LoadNextType() {
    const std::string& type = Directory::Types()[directory_step_];
    const auto resources = hospital_.LoadDirectory(type);
    if (!resources) {
      SetAway();
      return Until(next_probe_);
    }
    std::vector<offline::CachedDocument> rows;
    for (const fhir::Json& resource : *resources) {
      rows.push_back({resource["id"].AsString(), resource.Write()});
      directory_.Put(resource);
    }
    if (!cache_.Replace(type, rows)) tell_(StoreBroken{});
    directory_step_ = (directory_step_ + 1) % Directory::Types().size();
    if (directory_step_ != 0) return milliseconds(0);
    next_directory_ = clock_.Monotonic() + options_.directory_every;
    TellLists();
    return milliseconds(0);
  }

  milliseconds LoadNextVisits() {
    const auto day = LocalDay(clock_.Now(), options_.station.zone);
    const auto changed = hospital_.Visits(day, since_, next_page_);
    if (!changed) {
      SetAway();
      return Until(next_probe_);
    }
    const Status kept = desk_.Remember(changed->patients, day);
    if (!kept && IsStoreFailure(kept.error())) tell_(StoreBroken{});
    newest_ = std::max(newest_, changed->newest);
    next_page_ = changed->next_path;
    if (!next_page_.empty()) return milliseconds(0);
    // Stamps can be equal and commits late: look two minutes back again (rule R3).
    const auto newest = ParseInstant(newest_);
    if (newest) since_ = ToInstant(*newest - kCursorOverlap);
    next_visits_ = clock_.Monotonic() + options_.visits_every;
    TellLists();
    return milliseconds(0);
  }

  void TellLists() {
    const auto waiting = hospital_.Waiting(LocalDay(clock_.Now(), options_.station.zone));
    tell_(ListsChanged{directory_.Lists(waiting ? *waiting : std::map<std::string, int>())});
  }

  void NoticeNewDay() {
    const auto day = LocalDay(clock_.Now(), options_.station.zone);
    if (day_ == day) return;
    day_ = day;
    since_.clear();
    newest_.clear();
    next_page_.clear();
    next_visits_ = clock_.Monotonic();
    const Status purged = desk_.Purge(day, clock_.Now());
    if (!purged && IsStoreFailure(purged.error())) tell_(StoreBroken{});
  }

  void LoadCachedDirectory() {
    for (const std::string& type : Directory::Types()) {
      const auto rows = cache_.All(type);
      if (!rows) continue;
      for (const offline::CachedDocument& row : *rows) {
        Result<fhir::Json> resource = fhir::Json::Parse(row.body);
        if (resource) directory_.Put(std::move(*resource));
      }
    }
    if (!directory_.Empty()) tell_(ListsChanged{directory_.Lists({})});
  }

  [[nodiscard]] milliseconds Until(MonotonicTime time) const {
    const auto left = std::chrono::ceil<milliseconds>(time - clock_.Monotonic());
    return std::clamp(left, milliseconds(0), kIdle);
  }

  const GatewayOptions& options_;
  offline::Database& database_;
  const Clock& clock_;
  const std::function<void(News)>& tell_;
  offline::DirectoryCache cache_;
  Hospital hospital_;
  OfflineDesk desk_;
  Directory directory_;
  Abilities abilities_;
  bool reachable_ = false;
  bool told_away_ = false;
  milliseconds probe_wait_ = kFirstProbe;
  MonotonicTime next_probe_{};
  MonotonicTime next_directory_{};
  MonotonicTime next_visits_{};
  std::size_t directory_step_ = 0;
  std::string since_;
  std::string newest_;
  std::string next_page_;
  std::optional<std::chrono::local_days> day_;
  int delivered_ = 0;
};

Result<std::unique_ptr<Gateway>> Gateway::Open(GatewayOptions options, offline::Database& database,
                                               const Clock& clock, std::function<void(News)> tell) {
  auto client = fhir::Client::Open(options.client);
  if (!client) return tl::unexpected<Error>(client.error());
  return std::unique_ptr<Gateway>(
      new Gateway(std::move(options), std::move(*client), database, clock, std::move(tell)));
}

Gateway::Gateway(GatewayOptions options, std::unique_ptr<fhir::Client> client,
                 offline::Database& database, const Clock& clock, std::function<void(News)> tell)
    : options_(std::move(options)),
      client_(std::move(client)),
      database_(database),
      clock_(clock),
      tell_(std::move(tell)) {}

Gateway::~Gateway() { Stop(); }

void Gateway::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Gateway::Stop() {
  asks_.Close();
  client_->Cancel();
  if (thread_.joinable()) thread_.join();
}

void Gateway::Run() {
  auto cache = offline::DirectoryCache::Open(database_);
  if (!cache) {
    tell_(StoreBroken{});
    return;
  }
  Work work(options_, database_, *client_, std::move(*cache), clock_, tell_);
  milliseconds wait{0};
  while (!asks_.Closed()) {
    for (const Ask& ask : asks_.WaitAndTakeAll(wait)) work.Answer(ask);
    if (!asks_.Closed()) wait = work.DoDuty();
  }
}

}  // namespace yizhan::sync
