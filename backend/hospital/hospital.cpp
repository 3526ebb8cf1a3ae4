#include "backend/hospital/hospital.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::hospital {

namespace {

/// One time zone and one rule of check-in for everything.
HospitalOptions WithZone(HospitalOptions options) {
  options.booking.zone = options.zone;
  options.booking.policy.check_in = options.check_in;
  return options;
}

}  // namespace

Hospital::Hospital(store::ResourceStore& store, const Clock& clock, HospitalOptions options)
    : store_(store),
      clock_(clock),
      options_(WithZone(std::move(options))),
      bookings_(store, clock, options_.booking),
      directory_(store) {}

Hospital::~Hospital() { store_.Listen({}); }

Status Hospital::Start() {
  store_.Listen([this](const std::vector<store::StoredResource>& changes) {
    for (const store::StoredResource& change : changes) {
      if (change.type == "Task") {
        board_.Apply(change);
      } else {
        directory_.Changed(change.type);
      }
    }
  });
  const std::string today = Today();
  board_.SetDay(today);
  return LoadBoard(today);
}

Status Hospital::LoadBoard(const std::string& day) {
  const std::string code(fhir::systems::kTaskCode);
  const std::vector<store::SearchParameters> searches = {
      {{"code", code + "|queue-ticket"}, {"authored-on", day}, {"_count", "1000"}},
      {{"code", code + "|staff-call"}, {"status", "requested"}, {"_count", "1000"}}};
  for (const store::SearchParameters& parameters : searches) {
    Result<store::SearchQuery> query = store::ParseSearch("Task", parameters, options_.zone);
    if (!query) return tl::unexpected<Error>(query.error());
    while (true) {
      const Result<store::SearchResult> page = store_.Search(*query);
      if (!page) return tl::unexpected<Error>(page.error());
      for (const store::StoredResource& task : page->matches) board_.Apply(task);
      if (page->next_cursor.empty()) break;
      query->cursor = page->next_cursor;
    }
  }
  return {};
}

void Hospital::TurnDay() {
  const std::string today = Today();
  const bool broken = board_broken_.exchange(false);
  if (!broken && board_.Day() == today) return;
  if (broken) board_.Clear();
  board_.SetDay(today);
  if (!LoadBoard(today)) board_broken_ = true;
}

Status Hospital::Write(const store::ResourceStore::WriteJob& job) {
  const Status status = store_.Write(job);
  if (!status && status.error().code == ErrorCode::Timeout) board_broken_ = true;
  return status;
}

std::string Hospital::ServiceOfRoom(const std::string& room_id) {
  const auto directory = directory_.Now();
  const Doctor* doctor = directory->DoctorOfRoom(room_id);
  return doctor == nullptr ? "" : doctor->service_id;
}

void Hospital::ShowDraft(store::Transaction& transaction, const QueueTicket& ticket) {
  const std::uint64_t draft = board_.Draft(ticket);
  transaction.OnUndo([this, id = ticket.id, draft] { board_.TakeBack(id, draft); });
}

}  // namespace yizhan::hospital
