#include "kiosk/sync/refresher.h"

#include <algorithm>

#include "base/log.h"
#include "kiosk/sync/trim.h"

namespace yizhan::sync {
namespace {

// Stamps can be equal and commits late: look back again (rule R3 of the wire).
constexpr auto kOverlap = std::chrono::minutes(2);
// Of one type. More is no hospital's list, or a page that leads to itself.
constexpr std::size_t kMostResources = 50'000;
// Of one list: a page may lead to itself.
constexpr int kMostPages = 1000;
constexpr std::size_t kMostRowBytes = 64 * 1024;

}  // namespace

std::chrono::local_days Refresher::Today() const { return LocalDay(clock_.Now(), station_.zone); }

Status Refresher::LoadKept() {
  for (const std::string& type : Directory::Types()) {
    const auto rows = cache_.All(type);
    if (!rows) return tl::unexpected<Error>(rows.error());
    directory_read_ = directory_read_ || !rows->empty();
    for (const offline::CachedDocument& row : *rows) {
      const Result<fhir::Json> resource = fhir::Json::Parse(row.body);
      if (resource) directory_.Put(*resource);
    }
  }
  return {};
}

void Refresher::Hurry() {
  next_directory_ = clock_.Monotonic();
  BeginRound(clock_.Monotonic());
}

void Refresher::BeginRound(MonotonicTime when) {
  phase_ = Phase::Visits;
  page_.clear();
  pages_ = 0;
  counting_.clear();
  next_round_ = when;
  round_began_.reset();
}

void Refresher::Saw(std::optional<WallTime> changed) {
  if (!changed || (newest_ && *changed <= *newest_)) return;
  newest_ = changed;
  newest_seen_ = clock_.Monotonic();
}

/// For how long before this round the newest change has been the newest. Since then the server's
/// clock went on by as much, whatever it shows; so a quiet hospital is not asked for the same
/// changes again and again.
std::chrono::milliseconds Refresher::QuietFor() const {
  if (!round_began_ || *round_began_ <= newest_seen_) return {};
  return std::chrono::duration_cast<std::chrono::milliseconds>(*round_began_ - newest_seen_);
}

/// True: there is one more page, due at once.
bool Refresher::TurnPage(std::string next_path) {
  page_ = std::move(next_path);
  next_round_ = clock_.Monotonic();
  return !page_.empty() && ++pages_ < kMostPages;
}

void Refresher::BeginDay() {
  since_.reset();
  newest_.reset();
  waiting_.reset();
  BeginRound(clock_.Monotonic());
}

MonotonicTime Refresher::NextDue() const { return std::min(next_directory_, next_round_); }

Refresher::Step Refresher::DoStep() {
  const auto now = clock_.Monotonic();
  if (now < NextDue()) return {};
  // Turn by turn: a long directory must not keep today's visitors away, nor the other way round.
  const bool directory_first = next_directory_ <= next_round_;
  if (directory_first && now >= next_directory_) return StepDirectory();
  switch (phase_) {
    case Phase::Visits: return StepVisits();
    case Phase::Invoices: return StepInvoices();
    case Phase::Waiting: break;
  }
  return StepWaiting();
}

Refresher::Step Refresher::PutOffDirectory(Error error) {
  Log(LogEvent::HospitalTrouble, {{LogKey::Part, "directory"}, {LogKey::Code, error.code}});
  directory_page_.clear();
  type_so_far_.clear();
  directory_pages_ = 0;
  next_directory_ = clock_.Monotonic() + periods_.directory;
  return {.hospital = tl::unexpected<Error>(std::move(error))};
}

Refresher::Step Refresher::PutOffRound(Error error) {
  Log(LogEvent::HospitalTrouble, {{LogKey::Part, "visits"}, {LogKey::Code, error.code}});
  BeginRound(clock_.Monotonic() + periods_.visits);
  return {.hospital = tl::unexpected<Error>(std::move(error))};
}

Refresher::Step Refresher::StepDirectory() {
  const std::string& type = Directory::Types()[type_];
  Result<Page> page = hospital_.DirectoryPage(type, directory_page_);
  // A server that keeps no such plans has no packages.
  const bool without = !page && page.error().code == ErrorCode::Refused && type == "PlanDefinition";
  if (without) page = Page{};
  if (!page) return PutOffDirectory(std::move(page.error()));
  for (const fhir::Json& resource : page->resources) {
    fhir::Json trimmed = TrimDirectory(resource);
    if (trimmed["resourceType"].AsString() == type) type_so_far_.push_back(std::move(trimmed));
  }
  directory_page_ = std::move(page->next_path);
  next_directory_ = clock_.Monotonic();
  const bool more = !directory_page_.empty() && ++directory_pages_ < kMostPages;
  if (more && type_so_far_.size() < kMostResources) return {};

  Step step;
  std::vector<offline::CachedDocument> rows;
  for (const fhir::Json& resource : type_so_far_) {
    offline::CachedDocument row{resource["id"].AsString(), resource.Write()};
    const bool fits = row.body.size() <= kMostRowBytes && rows.size() < kMostResources;
    if (fits) rows.push_back(std::move(row));
  }
  directory_.Replace(type, type_so_far_);
  const fhir::BookingTerms* terms = directory_.Terms();
  // Numbers and limits would count for different days: somebody has to mend a configuration.
  const bool other_day = terms != nullptr && terms->day_begins != station_.zone.day_begins;
  if (type == kTermsType && other_day) {
    Log(LogEvent::HospitalTrouble, {{LogKey::Part, "day_begins_minute"}});
  }
  step.store = cache_.Replace(type, rows);
  type_so_far_.clear();
  directory_pages_ = 0;
  directory_page_.clear();
  type_ = (type_ + 1) % Directory::Types().size();
  if (type_ == 0) {
    directory_read_ = true;
    next_directory_ = clock_.Monotonic() + periods_.directory;
    step.lists_changed = true;
  }
  return step;
}

void Refresher::EndPhase(Phase next) {
  page_.clear();
  pages_ = 0;
  phase_ = next;
  next_round_ = clock_.Monotonic();
}

Refresher::Step Refresher::StepVisits() {
  const auto day = Today();
  if (!round_began_) round_began_ = clock_.Monotonic();
  Result<ChangedVisits> changed = hospital_.Visits(day, since_, page_);
  if (!changed) return PutOffRound(std::move(changed.error()));
  Step step;
  step.store = desk_.Remember(changed->patients, day);
  Saw(changed->newest);
  if (TurnPage(std::move(changed->next_path))) return step;
  if (!since_) Log(LogEvent::VisitorsKnown);
  // The first round of a day has the invoices of today with it.
  EndPhase(since_ ? Phase::Invoices : Phase::Waiting);
  return step;
}

Refresher::Step Refresher::StepInvoices() {
  const Result<Page> page = hospital_.ChangedInvoices(*since_, page_);
  // A server without invoices has none to pay.
  if (!page && page.error().code == ErrorCode::Refused) {
    EndPhase(Phase::Waiting);
    return {};
  }
  if (!page) return PutOffRound(page.error());
  Step step;
  step.store = desk_.RememberInvoices(page->resources, Today());
  for (const fhir::Json& invoice : page->resources) {
    Saw(ParseInstant(invoice["meta"]["lastUpdated"].AsString()));
  }
  if (!TurnPage(page->next_path)) EndPhase(Phase::Waiting);
  return step;
}

Refresher::Step Refresher::StepWaiting() {
  const Result<Page> page = hospital_.WaitingPage(Today(), page_);
  if (!page && page.error().code != ErrorCode::Refused) return PutOffRound(page.error());
  if (page) {
    for (const fhir::Json& task : page->resources) ++counting_[LocalReference(task["owner"])];
    if (TurnPage(page->next_path)) return {};
  }
  Step step;
  step.lists_changed = true;
  waiting_ = page ? std::optional(std::move(counting_)) : std::nullopt;
  if (newest_) since_ = *newest_ - kOverlap + QuietFor();
  BeginRound(clock_.Monotonic() + periods_.visits);
  return step;
}

}  // namespace yizhan::sync
