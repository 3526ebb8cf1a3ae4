// FHIR resources of any server, as the kiosk reads them. Changed as JSON values, not as text, so
// that nearly every input gets past the parser and into the mapping.
#include "backend/fhir/resources.h"
#include "base/assert.h"
#include "kiosk/sync/records.h"
#include "kiosk/sync/trim.h"
#include "kiosk/sync/visitor.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/sync/small_hospital.h"

namespace {

using namespace yizhan;        // NOLINT(google-build-using-namespace)
using namespace yizhan::sync;  // NOLINT(google-build-using-namespace)
using fhir::Json;

constexpr std::int64_t kMostDueMinor = 1'000'000'000'000'000;

/// Reads bytes as choices; zeros without end.
class Choices {
 public:
  explicit Choices(ByteView bytes) : bytes_(bytes) {}
  std::size_t Below(std::size_t count) {
    const std::size_t byte = at_ < bytes_.size() ? bytes_[at_++] : 0;
    return count == 0 ? 0 : byte % count;
  }
  [[nodiscard]] bool Done() const { return at_ >= bytes_.size(); }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

const std::vector<Json>& OddValues() {
  static const std::vector<Json> values = [] {
    std::vector<Json> made;
    for (const char* text : {"null",
                             "true",
                             "7",
                             "-1",
                             "1e999",
                             "99999999999999999999",
                             "0.005",
                             "9999999999999.99",
                             "\"\"",
                             "[]",
                             "{}",
                             "[[]]",
                             "[null]",
                             "\"../x\"",
                             "\"Location/b3\"",
                             "\"Patient/zhang\"",
                             "\"Location/r5/_history/2\"",
                             "\"#x\"",
                             "\"booked\"",
                             "\"waitlist\"",
                             "\"2026-03-10T09:00:60Z\"",
                             "\"0001-01-01T00:00:00Z\"",
                             "\"9999-12-31T23:59:59Z\"",
                             "\"\\uD842\\uDFB7\"",
                             "\"\\u0000\"",
                             R"({"reference":"Location/east"})",
                             R"({"value":1e5})",
                             R"([{"reference":"Invoice/i1"},{"reference":"Invoice/i1"}])"}) {
      const auto value = Json::Parse(text);
      if (value) made.push_back(*value);
    }
    made.push_back(Json::String(std::string(300, 'x')));
    return made;
  }();
  return values;
}

/// `value` with something below it changed.
Json Changed(const Json& value, Choices& choices) {
  const std::size_t members = value.Members().size();
  const std::size_t items = value.Items().size();
  const std::size_t what = choices.Below(4);
  if (members + items == 0 || what == 0) {
    return OddValues()[choices.Below(OddValues().size())];
  }
  const std::size_t at = choices.Below(members + items);
  Json copy = value;
  if (value.IsArray()) {
    std::vector<Json>& list = copy.MutableItems();
    if (what == 1) list.push_back(list[at]);
    list[at] = Changed(value[at], choices);
    return copy;
  }
  const std::string name = value.Members()[at].first;
  if (what == 1 && choices.Below(2) == 0) {
    copy.Remove(name);
  } else {
    copy.Set(name, Changed(value.Members()[at].second, choices));
  }
  return copy;
}

void CheckVisit(const domain::Visit& visit) {
  YIZHAN_ASSERT(fhir::IsId(visit.id.Value()));
  YIZHAN_ASSERT(visit.end > visit.start);
  YIZHAN_ASSERT(visit.due_minor <= kMostDueMinor && visit.due_minor >= -kMostDueMinor);
  YIZHAN_ASSERT(visit.queue_letter.size() <= 3);
  if (!visit.ticket) return;
  YIZHAN_ASSERT(!visit.ticket->number.empty());
  // What is kept is read again as the same.
  const std::string kept = WriteTicket(*visit.ticket);
  YIZHAN_ASSERT(WriteTicket(ReadTicket(kept).value()) == kept);
}

/// Cutting down loses nothing that a visit needs, and is done after one time.
void CheckTrim(const Json& appointment, const Directory& directory) {
  const Json trimmed = TrimAppointment(appointment);
  YIZHAN_ASSERT(trimmed.IsNull() || TrimAppointment(trimmed) == trimmed);
  const auto before = ToVisit(appointment, directory);
  const auto after = ToVisit(trimmed, directory);
  YIZHAN_ASSERT(before.has_value() == after.has_value());
  if (!before) return;
  YIZHAN_ASSERT(before->id == after->id && before->start == after->start);
  YIZHAN_ASSERT(before->end == after->end && before->kind == after->kind);
  YIZHAN_ASSERT(before->opens_at == after->opens_at && before->kept_until == after->kept_until);
  YIZHAN_ASSERT(before->state == after->state && before->site_id == after->site_id);
  YIZHAN_ASSERT(before->service == after->service && before->room == after->room);
  YIZHAN_ASSERT(before->doctor == after->doctor && before->patient == after->patient);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(ByteView(data, size));
  static const std::vector<Json> places = sync::test::DirectoryResources();
  static const Found sound{sync::test::Patient(),
                           {sync::test::Appointment(), sync::test::Appointment("a2")},
                           {sync::test::Ticket()},
                           {sync::test::Invoice()},
                           0,
                           0};
  Directory directory;
  for (const Json& resource : places) {
    directory.Put(choices.Below(2) == 0 ? resource : Changed(resource, choices));
  }
  const Json terms = sync::test::Terms();
  const Json told = choices.Below(2) == 0 ? terms : Changed(terms, choices);
  const Json kept = TrimDirectory(told);
  YIZHAN_ASSERT(kept.IsNull() || TrimDirectory(kept) == kept);
  directory.Put(told);
  Found found = sound;
  for (int change = 0; change < 16 && !choices.Done(); ++change) {
    std::vector<Json>* lists[] = {&found.appointments, &found.tickets, &found.invoices};
    const std::size_t which = choices.Below(4);
    Json& target = which == 3 ? found.patient : lists[which]->front();
    target = Changed(target, choices);
  }
  const PatientToday today = Assemble(found, directory);
  for (const domain::Visit& visit : today.visits) CheckVisit(visit);
  YIZHAN_ASSERT(today.patient.masked_name.size() <= 200);
  YIZHAN_ASSERT(today.tasks.bills_minor <= kMostDueMinor);
  for (const Json& appointment : found.appointments) CheckTrim(appointment, directory);
  static_cast<void>(directory.Lists(std::nullopt));

  Visitor visitor;
  visitor.patient = today.patient;
  for (const Json& appointment : found.appointments) visitor.PutAppointment(appointment);
  for (const Json& invoice : found.invoices) visitor.PutInvoice(invoice);
  const std::string row = visitor.Write();
  YIZHAN_ASSERT(Visitor::Read(row).Write() == row);
  static_cast<void>(ReadTicket(std::string(AsText(ByteView(data, size)))));
  static_cast<void>(Visitor::Read(std::string(AsText(ByteView(data, size)))));
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  const std::string ticket = WriteTicket(ToTicket(sync::test::Ticket(), domain::Visit()));
  return {Bytes(64, 0), Bytes(64, 1), Bytes{1, 0, 1, 3, 2, 1, 0, 2, 3, 2, 9, 2, 1, 5, 3, 2, 7},
          Bytes(AsBytes(ticket).begin(), AsBytes(ticket).end())};
}
