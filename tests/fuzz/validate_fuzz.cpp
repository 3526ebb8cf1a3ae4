// Resources as they come from outside: whatever they hold, checking and indexing them ends, names
// elements, and says the same twice.
#include "backend/r4/select.h"
#include "backend/r4/validate.h"
#include "base/assert.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;  // NOLINT(google-build-using-namespace)

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = fhir::Json::Parse(AsText({data, size}));
  if (!json) return 0;
  const auto issues = r4::Validate(*json, {.warnings = true});
  YIZHAN_ASSERT(issues.size() <= r4::ValidateOptions().most_issues);
  YIZHAN_ASSERT(r4::Validate(*json, {.warnings = true}).size() == issues.size());
  for (const r4::Issue& issue : issues) {
    YIZHAN_ASSERT(IsUtf8(issue.expression));
    YIZHAN_ASSERT(!issue.diagnostics.empty() && issue.diagnostics.size() < 2000);
  }
  const std::string& type = (*json)["resourceType"].AsString();
  for (const std::string_view owner : {std::string_view(type), std::string_view("Resource")}) {
    for (const r4::SearchParam& param : r4::SearchParamsOf(owner)) {
      for (const r4::Selected& selected : r4::Select(*json, param)) {
        YIZHAN_ASSERT(selected.value != nullptr && !selected.value->IsNull());
        YIZHAN_ASSERT(!selected.type.empty());
      }
      if (param.components.empty()) continue;
      for (const r4::SelectedGroup& group : r4::SelectGroups(*json, param)) {
        YIZHAN_ASSERT(group.components.size() == param.components.size());
      }
    }
  }
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  std::vector<Bytes> seeds;
  for (
      const std::string_view text :
      {R"({"resourceType":"Patient","id":"a","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"},"contained":[{"resourceType":"Organization","id":"o","name":"x"}],"managingOrganization":{"reference":"#o"},"name":[{"given":["a",null],"_given":[null,{"extension":[{"url":"u","valueString":"x"}]}]}],"birthDate":"1980-02-29","deceasedDateTime":"2026"})",
       R"({"resourceType":"Appointment","status":"booked","start":"2026-03-10T09:00:00+08:00","end":"2026-03-10T09:10:00+08:00","participant":[{"actor":{"reference":"Patient/1"},"status":"accepted","period":{"start":"2026","end":"2026-03"}}]})",
       R"({"resourceType":"Observation","status":"final","code":{"coding":[{"system":"s","code":"c"}]},"component":[{"code":{"text":"x"},"valueQuantity":{"value":1.50,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}],"referenceRange":[{"low":{"value":1},"high":{"value":2}}]})",
       R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:05efabf0-4be2-4561-91ce-51548425acb9","resource":{"resourceType":"Slot","schedule":{"reference":"Schedule/1"},"status":"free","start":"2026-03-10T09:00:00Z","end":"2026-03-10T09:10:00Z"},"request":{"method":"POST","url":"Slot"}}]})",
       R"({"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1","type":"choice","answerOption":[{"valueCoding":{"code":"a"}}],"item":[{"linkId":"2","type":"display","text":"b"}]}]})",
       R"({"resourceType":"Parameters","parameter":[{"name":"a","part":[{"name":"b","valueDecimal":1e5}]}]})"}) {
    const ByteView bytes = AsBytes(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}
