#include "backend/hospital/booking/waiting_list.h"

#include "backend/hospital/booking/booking_job.h"

namespace yizhan::hospital {
namespace {

constexpr std::size_t kPage = 100;

/// An Appointment of the list; empty when it has left it.
std::optional<BookingRecord> Entry(const std::string& text) {
  const Result<fhir::Json> body = fhir::Json::Parse(text);
  std::optional<BookingRecord> record = body ? FromAppointment(*body) : std::nullopt;
  const bool waits = record && (record->booking.state == domain::BookingState::Waiting ||
                                record->booking.state == domain::BookingState::Offered);
  return waits ? record : std::nullopt;
}

}  // namespace

Result<std::vector<BookingRecord>> WaitingList(store::ReadView& view, const std::string& service_id,
                                               const std::string& day, TimeZone zone) {
  std::vector<BookingRecord> entries;
  // Whoever has an offer is not in the record of the list: the seat is held for that one alone.
  const auto query = store::ParseSearch(
      "Appointment",
      {{"status", "waitlist"}, {"actor", "HealthcareService/" + service_id}, {"_count", "1000"}},
      zone);
  if (!query) return tl::unexpected(query.error());
  const Result<store::SearchResult> found = view.Search(*query);
  if (!found) return tl::unexpected(found.error());
  for (const store::StoredResource& one : found->matches) {
    std::optional<BookingRecord> record = Entry(one.text);
    if (!record || record->booking.state != domain::BookingState::Offered) continue;
    if (ToDate(LocalDay(record->booking.start, zone)) == day) entries.push_back(std::move(*record));
  }
  const std::string all = WaitingPrefix(service_id, day);
  std::string after = all;
  while (true) {
    const auto page = view.Records(kWaiting, after, kPage);
    if (!page) return tl::unexpected(page.error());
    for (const store::Record& one : *page) {
      if (!one.key.starts_with(all)) return entries;
      after = one.key;
      const auto stored = view.Read("Appointment", one.key.substr(one.key.rfind('|') + 1));
      if (!stored || stored->deleted) continue;
      std::optional<BookingRecord> record = Entry(stored->text);
      if (record && record->booking.state == domain::BookingState::Waiting) {
        entries.push_back(std::move(*record));
      }
    }
    if (page->size() < kPage) return entries;
  }
}

}  // namespace yizhan::hospital
