#include "backend/hospital/booking/reports.h"

#include <optional>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/booking/fields.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
using State = domain::BookingState;

constexpr std::size_t kPage = 500;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

/// Calls `each` with every resource of a type in some days.
template <typename Each>
Status ForAll(store::ReadView& view, const char* type, const char* time,
              std::chrono::local_days from, std::chrono::local_days until, TimeZone zone,
              const Each& each) {
  auto query =
      store::ParseSearch(type,
                         {{time, "ge" + ToInstant(DayStart(from, zone))},
                          {time, "lt" + ToInstant(DayStart(until + std::chrono::days(1), zone))},
                          {"_sort", "_id"}},
                         zone);
  if (!query) return Failed(query);
  query->count = kPage;
  do {
    const auto page = view.Search(*query);
    if (!page) return Failed(page);
    for (const store::StoredResource& one : page->matches) {
      if (Status done = each(one); !done) return done;
    }
    query->cursor = page->next_cursor;
  } while (!query->cursor.empty());
  return {};
}

void Count(ChannelLine& line, State state) {
  switch (state) {
    case State::Locked:
    case State::PendingConfirm:
    case State::Booked:
    case State::CheckedIn:
    case State::InVisit:
    case State::Offered: ++line.stands; break;
    case State::Waiting: ++line.waiting; break;
    case State::Done: ++line.visited; break;
    case State::NoShow: ++line.no_shows; break;
    case State::Stopped: ++line.stopped; break;
    case State::LockExpired:
    case State::Unconfirmed:
    case State::Cancelled:
    case State::CancelledLate:
    case State::Withdrawn: ++line.cancelled; break;
  }
}

}  // namespace

Result<ChannelReport> ReportChannels(store::ReadView& view, std::chrono::local_days from,
                                     std::chrono::local_days until, TimeZone zone) {
  std::map<std::string, ChannelLine> lines;
  ChannelReport report;
  int seen = 0;
  int in_slot = 0;
  const auto each = [&](const store::StoredResource& stored) -> Status {
    const Result<Json> body = Json::Parse(stored.text);
    const auto record = body ? FromAppointment(*body) : std::nullopt;
    if (!record) return {};
    ++report.total;
    ChannelLine& line = lines[record->channel];
    line.channel = record->channel;
    Count(line, record->booking.state);
    if (record->booking.state != State::Done) return {};
    ++seen;
    // The last change of a visit that took place is its end.
    if (stored.updated <= record->booking.end) ++in_slot;
    return {};
  };
  const Status read = ForAll(view, "Appointment", "date", from, until, zone, each);
  if (!read) return tl::unexpected<Error>(read.error());
  for (auto& [channel, line] : lines) report.lines.push_back(std::move(line));
  if (seen > 0) report.seen_in_slot_percent = in_slot * 100 / seen;
  return report;
}

Result<std::vector<ResourceLine>> ReportResources(store::ReadView& view,
                                                  std::chrono::local_days from,
                                                  std::chrono::local_days until, TimeZone zone) {
  using Owner = std::pair<std::string, std::string>;  // Service and doctor.
  std::map<Owner, ResourceLine> lines;
  // A session has many seats: each Schedule is read once.
  std::map<std::string, std::optional<Owner>> owners;
  const auto owner_of = [&](const std::string& schedule_id) -> const std::optional<Owner>& {
    const auto [at, is_new] = owners.try_emplace(schedule_id);
    if (!is_new) return at->second;
    const auto stored = view.Read("Schedule", schedule_id);
    const auto body = stored && !stored->deleted ? Json::Parse(stored->text) : Result<Json>(Json());
    const Json actors = body ? (*body)["actor"] : Json();
    std::string service = fhir::ReferencedId(actors, "HealthcareService");
    if (!service.empty()) {
      at->second = Owner(std::move(service), fhir::ReferencedId(actors, "Practitioner"));
    }
    return at->second;
  };
  const auto each = [&](const store::StoredResource& stored) -> Status {
    const Result<Json> slot = Json::Parse(stored.text);
    if (!slot) return Failed(slot);
    const auto& owner = owner_of(fhir::ReferencedId((*slot)["schedule"], "Schedule"));
    if (!owner) return {};  // A Slot of another program.
    ResourceLine& line = lines[*owner];
    line.service_id = owner->first;
    line.doctor_id = owner->second;
    const std::string& status = (*slot)["status"].AsString();
    const bool used = status == "busy" || status == "busy-tentative";
    if (ExtensionOf(*slot, fhir::systems::kAddedNumber)["valueBoolean"].AsBoolean()) {
      line.added += used ? 1 : 0;
    } else if (used || status == "free") {
      ++line.offered;
      line.used += used ? 1 : 0;
    }
    return {};
  };
  const Status read = ForAll(view, "Slot", "start", from, until, zone, each);
  if (!read) return tl::unexpected<Error>(read.error());
  std::vector<ResourceLine> all;
  for (auto& [key, line] : lines) all.push_back(std::move(line));
  return all;
}

}  // namespace yizhan::hospital
