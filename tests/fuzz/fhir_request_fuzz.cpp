// What a FHIR request says in its headers and address, and the references of its resources: text
// from anybody, understood before anybody is asked.
#include "backend/server/fhir_media.h"
#include "backend/server/fhir_presentation.h"
#include "backend/server/fhir_references.h"
#include "backend/server/fhir_request.h"
#include "backend/server/http_date.h"
#include "base/assert.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;  // NOLINT(google-build-using-namespace)

void Headers(std::string_view text) {
  const bool is_for_all = server::Accepts(text, "application/fhir+json");
  YIZHAN_ASSERT(server::IsFhirJson(text) || !server::IsFhirJson(std::string(text)));
  YIZHAN_ASSERT(!server::IsJsonPatch(text) || !server::IsForm(text));
  if (server::WantedBy(text) == server::Wanted::Anything) YIZHAN_ASSERT(is_for_all);
  (void)server::IsJsonFormat(text);
  (void)server::NamesVersion(text, 3);
  if (const auto time = server::ParseHttpDate(text)) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(*time);
    YIZHAN_ASSERT(server::ParseHttpDate(server::ToHttpDate(*time)) == WallTime(whole));
  }
  if (const auto path = server::DecodePath(text)) {
    YIZHAN_ASSERT(path->size() <= text.size());
    YIZHAN_ASSERT(server::SplitPath(*path).size() <= path->size());
  }
}

void Resource(const std::string& text) {
  const Result<fhir::Json> resource = fhir::Json::Parse(text);
  if (!resource) return;
  server::ReferenceMap references;
  references.Add("urn:uuid:1", "Patient/1");
  references.Add("http://h/fhir/Patient/9", "Patient/2");
  fhir::Json replaced = *resource;
  references.Replace(replaced, "http://h/fhir/Observation/1");
  references.Replace(replaced, "");
  YIZHAN_ASSERT(replaced.Type() == resource->Type());
  if (server::HasConditionalReference(replaced)) {
    const auto find = [](const std::string&, const std::string&) -> Result<std::string> {
      return "Patient/1";
    };
    YIZHAN_ASSERT(server::ResolveConditionalReferences(replaced, find));
    YIZHAN_ASSERT(!server::HasConditionalReference(replaced));
  }
  for (const char* query : {"_summary=true", "_summary=text", "_elements=name,Patient.id"}) {
    store::SearchParameters parameters = store::ParseQueryString(query).value();
    const std::string shown = server::Present(text, server::TakePresentation(parameters).value());
    YIZHAN_ASSERT(fhir::Json::Parse(shown));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText({data, size});
  Headers(text);
  Resource(std::string(text));
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  std::vector<Bytes> seeds;
  for (
      const std::string_view text :
      {"application/fhir+json; fhirVersion=4.0; q=0.5, text/*;q=0, */*", "W/\"1\", W/\"3\"",
       "Tue, 10 Mar 2026 02:00:00 GMT", "Patient/1/_history/2%2F..%24x",
       R"({"resourceType":"Observation","text":{"div":"<a href=\"urn:uuid:1\"/>"},"subject":{"reference":"Patient/9#x"}})",
       R"({"resourceType":"Patient","meta":1})", R"({"resourceType":"Patient","meta":{"tag":7}})",
       R"({"resourceType":"Patient","meta":{"tag":[]},"link":[{"other":{"reference":"Patient?identifier=1"}}],"instantiatesUri":["urn:uuid:1"]})"}) {
    const ByteView bytes = AsBytes(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}
