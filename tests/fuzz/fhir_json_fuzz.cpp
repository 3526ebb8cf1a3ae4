// FHIR JSON as it comes from terminals, and searches as they come in addresses. What was understood
// can be written, and is understood the same way again; every index row of it can be made.
#include "backend/fhir/json.h"
#include "backend/store/search_query.h"
#include "base/assert.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;  // NOLINT(google-build-using-namespace)

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText({data, size});
  const Result<fhir::Json> json = fhir::Json::Parse(text);
  if (json) {
    const std::string written = json->Write();
    YIZHAN_ASSERT(IsUtf8(written));
    YIZHAN_ASSERT(fhir::Json::Parse(written).value() == *json);
    YIZHAN_ASSERT(fhir::Json::Parse(json->Write(true)).value() == *json);
    for (const store::IndexEntry& entry : store::IndexEntries(*json, TimeZone{})) {
      YIZHAN_ASSERT(entry.kind != store::ParamKind::Date || entry.low <= entry.high);
    }
  } else {
    YIZHAN_ASSERT(json.error().detail.size() < 64);
  }
  const Result<store::SearchParameters> parameters = store::ParseQueryString(text);
  if (parameters) {
    for (const char* type : {"Appointment", "Patient", "Slot"}) {
      const auto query = store::ParseSearch(type, *parameters, TimeZone{});
      YIZHAN_ASSERT(!query || query->count >= 1);
    }
  }
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  std::vector<Bytes> seeds;
  for (
      const std::string_view text :
      {R"({"resourceType":"Patient","name":[{"text":"𠮷田","family":"\ud842\udfb7"}],"birthDate":"1980-02-29"})",
       R"({"resourceType":"Appointment","start":"2026-03-10T09:00:00+08:00","participant":[{"actor":{"reference":"Patient/1"}}]})",
       R"({"resourceType":"Schedule","planningHorizon":{"start":"2026-03","end":"2026-03-12T00:00Z"},"active":true})",
       R"([1.50,-0,1e5,[[]],{"a":{}},null,"\u0000\n"])",
       "patient.identifier=urn:x%7C8801&date=ge2026-03-10&_include=Appointment:actor&_sort=-date",
       "name:contains=%E5%BC%A0&birthdate=1980,lt2026-03-10T08:30Z&_cursor=1.2&gender:not=male"}) {
    const ByteView bytes = AsBytes(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}
