// A document and a JSON Patch, one a line. A patch that fails changes nothing; what one makes can
// be written and read again, and is bounded.
#include "backend/fhir/base64.h"
#include "backend/fhir/json_patch.h"
#include "base/assert.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;  // NOLINT(google-build-using-namespace)

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = AsText({data, size});
  if (const auto bytes = fhir::DecodeBase64(text)) {
    YIZHAN_ASSERT(fhir::DecodeBase64(fhir::EncodeBase64(*bytes)) == bytes);
  }
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  Result<fhir::Json> document = fhir::Json::Parse(text.substr(0, line));
  const Result<fhir::Json> patch = fhir::Json::Parse(text.substr(line + 1));
  if (!document || !patch) return 0;
  const fhir::Json before = *document;
  const fhir::PatchLimits limits{.operations = 50, .depth = 64, .values = 2000, .bytes = 20'000};
  const Status done = fhir::ApplyJsonPatch(*document, *patch, limits);
  if (!done) {
    YIZHAN_ASSERT(*document == before);
    YIZHAN_ASSERT(done.error().detail.size() < 100);
    return 0;
  }
  YIZHAN_ASSERT(fhir::AreEqual(*document, *document));
  YIZHAN_ASSERT(fhir::Json::Parse(document->Write()).value() == *document);
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  std::vector<Bytes> seeds;
  for (const std::string_view text :
       {"{\"a\":[1,2.50],\"b\":{\"c\":null}}\n"
        R"([{"op":"add","path":"/a/-","value":1.5},{"op":"move","from":"/b/c","path":"/a/0"}])",
        "{\"a\":1,\"~/\":[[]]}\n"
        R"([{"op":"test","path":"/~0~1/0","value":[]},{"op":"copy","from":"","path":"/x"}])",
        "[1]\n"
        R"([{"op":"replace","path":"","value":{}},{"op":"remove","path":"/a"}])",
        "Zm9vYg=="}) {
    const ByteView bytes = AsBytes(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}
