// Searches from outside: whatever the text of the address, it is understood or refused; what is
// understood becomes SQL in which every value is bound, and which the engine runs.
#include <algorithm>

#include "backend/store/search_sql.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "base/assert.h"
#include "tests/backend/temp_folder.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;         // NOLINT(google-build-using-namespace)
using namespace yizhan::store;  // NOLINT(google-build-using-namespace)

constexpr std::string_view kTypes[] = {"Patient",       "Observation",    "Slot",     "Appointment",
                                       "Questionnaire", "RiskAssessment", "Location", "Condition"};

ResourceStore& Store() {
  static const yizhan::test::TempFolder folder;
  static const auto store = [] {
    auto opened = OpenSqliteStore({folder.Path(), TimeZone{}}, SystemClock());
    YIZHAN_ASSERT(opened.has_value());
    const Status filled = (*opened)->Write([](Transaction& transaction) -> Status {
      for (const std::string_view type : kTypes) {
        const auto stored = transaction.Create(
            fhir::Json::Object({{"resourceType", fhir::Json::String(std::string(type))},
                                {"status", fhir::Json::String("free")}}));
        if (!stored) return tl::unexpected<Error>(stored.error());
      }
      return {};
    });
    YIZHAN_ASSERT(filled.has_value());
    return std::move(*opened);
  }();
  return *store;
}

void CheckSql(const Sql& sql) {
  const auto marks = std::ranges::count(sql.text, '?');
  YIZHAN_ASSERT(static_cast<std::size_t>(marks) == sql.values.size());
  // Nothing that was asked for stands in the text itself.
  YIZHAN_ASSERT(sql.text.find_first_of("'\"\\;%") == std::string::npos);
}

void Search(const std::string& type, std::string_view text) {
  const auto parameters = ParseQueryString(text);
  if (!parameters) return;
  for (const auto handling : {Handling::Lenient, Handling::Strict}) {
    const auto query = ParseSearch(type, *parameters, TimeZone{}, handling, "http://me/fhir");
    if (!query) {
      YIZHAN_ASSERT(query.error().code == ErrorCode::BadData);
      continue;
    }
    for (const auto dialect : {SqlDialect::Sqlite, SqlDialect::Postgres}) {
      const SearchSql sql(*query, dialect);
      CheckSql(sql.Page(nullptr));
      CheckSql(sql.Count());
      Cursor cursor;
      cursor.values.assign(sql.SortsByText().size(), SqlValue(std::int64_t{1}));
      CheckSql(sql.Page(&cursor));
    }
    const auto found = Store().Search(*query);
    YIZHAN_ASSERT(found.has_value() || found.error().code == ErrorCode::BadData);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = AsText(ByteView(data, size));
  Search(std::string(kTypes[data[0] % std::size(kTypes)]), text.substr(1));
  return 0;
}

std::vector<Bytes> yizhan::fuzz::Seeds() {
  std::vector<Bytes> seeds;
  for (const std::string_view text :
       {"0name:contains=%E5%BC%A0&birthdate=ge1980&_sort=-family,_lastUpdated&_count=3",
        "0identifier=a%7Cb,c,%7Cd,e%7C&active:not=true&organization:missing=true",
        "0_has:Observation:patient:_has:AuditEvent:entity:agent.name=x&_id=1,2",
        "0organization:Organization.partof.name:exact=x&_include=*&_revinclude:iterate=*",
        "1code-value-quantity=http://loinc.org%7C8480-6$gt120.5%7C%7Cmm&code:text=x",
        "1value-quantity=ap5.40%7Cs%7Cmg,le-3e5&subject:identifier=s%7Cv&date=sa2026-03",
        "2schedule.actor:Practitioner.name=x&start=ge2026-03-10T08:00%2B08:00&status=free",
        "3patient=Patient/1&date=2026&_total=accurate&_summary=count&_cursor=t4142.12.7",
        "4url:below=http://a/b&url:above=http://c&_tag=x%7Cy&_lastUpdated=ne2026-03-10",
        "6near=31.2%7C-121.5%7C10%7Ckm,1%7C2&_text=%E5%A4%B4%E7%97%9B%20fever,x&_content=a",
        "7code:in=http://s/a%7C1&code:not-in=ValueSet/x&identifier:of-type=a%7Cb%7Cc",
        "1value-quantity=gt5.40e3%7Chttp://unitsofmeasure.org%7Cmg&code-value-quantity=a$1",
        "5probability=lt0.5,gt1e-3&subject:Patient=x\\,y&_elements=id&_format=json"}) {
    seeds.emplace_back(AsBytes(text).begin(), AsBytes(text).end());
  }
  return seeds;
}
