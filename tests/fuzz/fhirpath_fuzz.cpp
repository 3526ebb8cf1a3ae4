// FHIRPath as somebody might send it: whatever is understood is evaluated within its bounds, twice
// with the same result. The first byte chooses what it is about.
#include "backend/r4/fhirpath.h"
#include "backend/r4/pattern.h"
#include "backend/r4/xhtml.h"
#include "base/assert.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;  // NOLINT(google-build-using-namespace)

const fhir::Json& Resource(std::uint8_t number) {
  static const fhir::Json resources[] = {
      fhir::Json::Parse(R"({"resourceType":"Patient","id":"p","active":true,"name":[{"given":["a",
          "b"],"_given":[null,{"id":"c"}]},{"text":"张三"}],"deceasedDateTime":"2026-03-10T09:00:00Z",
          "contained":[{"resourceType":"Organization","id":"o","name":"x"}],
          "managingOrganization":{"reference":"#o"},"multipleBirthInteger":2})")
          .value(),
      fhir::Json::Parse(R"({"resourceType":"Observation","status":"final","code":{"text":"x"},
          "valueQuantity":{"value":1.50,"unit":"mg"},"component":[{"code":{"text":"y"}}]})")
          .value(),
      fhir::Json::Parse(R"([{"resourceType":"Foo"},[1,2,{"_a":{}}],null])").value()};
  return resources[number % 3];
}

std::vector<std::string> Evaluated(const r4::Expression& expression, const r4::Node& node) {
  r4::Evaluator evaluator({node, node}, 20'000);
  std::vector<std::string> values;
  for (const r4::Node& value : evaluator.Evaluate(expression, node)) {
    values.push_back(value.json->Write());
  }
  return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = AsText({data + 1, size - 1});
  const r4::Node node = r4::ResourceNode(Resource(data[0]));
  if (const auto expression = r4::Expression::Compile(text); expression) {
    YIZHAN_ASSERT(Evaluated(*expression, node) == Evaluated(*expression, node));
    r4::Evaluator evaluator({node, node}, 20'000);
    (void)evaluator.Test(*expression, node);
  } else {
    YIZHAN_ASSERT(expression.error().detail.size() < 64);
  }
  if (const auto pattern = r4::Pattern::Compile(text.substr(0, 200)); pattern) {
    (void)pattern->Matches("aab-1");
    (void)pattern->Replace("aab-1", "x");
  }
  (void)r4::NarrativeTrouble(text);
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  std::vector<Bytes> seeds;
  const auto add = [&](std::string_view text) {
    const ByteView bytes = AsBytes(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  };
  // What R4 itself says, each about another resource.
  std::string seed;
  for (const r4::Invariant& invariant : r4::Invariants()) {
    seed.assign(1, static_cast<char>('0' + invariant.number % 3));
    if (invariant.number % 5 == 0) add(seed.append(invariant.expression));
  }
  add("0name.repeat(given | $this).descendants().where($index > 0).select(toString() + 'x')");
  add("1value.value * 3 div 2 mod 5 - -1 / 7 & '\\n' in (@2026-03-10 | @T10:00 | {})");
  add("2[A-Z]([^a-z\\]\\s]|\\d{1,3})*?^$(a|b|)+.");
  add("0<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class='a'>a&#160;<br/><!-- b --></p></div>");
  return seeds;
}
