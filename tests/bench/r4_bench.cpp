// What it costs to know FHIR R4: reading the table, checking a resource, finding what to index.
#include <benchmark/benchmark.h>

#include "backend/r4/fhirpath.h"
#include "backend/r4/select.h"
#include "backend/r4/table.h"
#include "backend/r4/validate.h"

namespace {

using namespace yizhan;  // NOLINT(google-build-using-namespace)
using fhir::Json;

constexpr std::string_view kPatient = R"({"resourceType":"Patient","id":"p1",
  "meta":{"versionId":"1","lastUpdated":"2026-03-10T09:00:00.123+08:00","tag":[{"system":"urn:x","code":"demo"}]},
  "identifier":[{"use":"official","system":"urn:oid:2.16.156.10011.1.3","value":"110101198002290011"},
    {"use":"usual","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},
     "system":"https://hospital.example/card","value":"88010001"}],
  "active":true,"name":[{"use":"official","text":"张三","family":"张","given":["三"],
    "_family":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation","valueCode":"IDE"}]}}],
  "telecom":[{"system":"phone","value":"13800000000","use":"mobile","period":{"start":"2020-01-01"}}],
  "gender":"male","birthDate":"1980-02-29",
  "address":[{"use":"home","line":["1 Road"],"city":"Beijing","country":"CN"}],
  "contact":[{"relationship":[{"text":"wife"}],"name":{"text":"李四"},"telecom":[{"system":"phone","value":"1"}]}],
  "generalPractitioner":[{"reference":"Practitioner/1"}],"managingOrganization":{"reference":"Organization/1"}})";

constexpr std::string_view kAppointment = R"({"resourceType":"Appointment","id":"a1",
  "meta":{"versionId":"1","lastUpdated":"2026-03-10T09:00:00.123+08:00"},
  "identifier":[{"system":"https://hospital.example/appointment","value":"A-1"}],"status":"booked",
  "serviceType":[{"coding":[{"system":"https://hospital.example/service","code":"cardiology"}],"text":"心内科"}],
  "start":"2026-03-10T09:00:00+08:00","end":"2026-03-10T09:10:00+08:00","minutesDuration":10,
  "slot":[{"reference":"Slot/1"}],"created":"2026-03-01T09:00:00+08:00",
  "participant":[{"actor":{"reference":"Patient/1"},"status":"accepted","required":"required"},
    {"actor":{"reference":"Practitioner/1"},"status":"accepted"},
    {"actor":{"reference":"Location/1"},"status":"accepted"}]})";

Json Read(std::string_view text) { return Json::Parse(text).value(); }

void ReadTheTable(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(r4::ReadTable(r4::TableText()).types.size());
}
BENCHMARK(ReadTheTable)->Unit(benchmark::kMillisecond);

void CompileTheInvariants(benchmark::State& state) {
  for (auto _ : state) {
    for (const r4::Invariant& each : r4::Invariants()) {
      benchmark::DoNotOptimize(r4::Expression::Compile(each.expression).has_value());
    }
  }
}
BENCHMARK(CompileTheInvariants)->Unit(benchmark::kMillisecond);

void Parse(benchmark::State& state, std::string_view text) {
  for (auto _ : state) benchmark::DoNotOptimize(Json::Parse(text).has_value());
}
BENCHMARK_CAPTURE(Parse, Patient, kPatient)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Parse, Appointment, kAppointment)->Unit(benchmark::kMicrosecond);

void Validate(benchmark::State& state, std::string_view text) {
  const Json resource = Read(text);
  if (!r4::Validate(resource).empty()) state.SkipWithError("not valid");
  for (auto _ : state) benchmark::DoNotOptimize(r4::Validate(resource).size());
}
BENCHMARK_CAPTURE(Validate, Patient, kPatient)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Validate, Appointment, kAppointment)->Unit(benchmark::kMicrosecond);

/// As every write does: all parameters of the type, and those of every type.
void SelectAll(benchmark::State& state, std::string_view text) {
  const Json resource = Read(text);
  const std::string type = resource["resourceType"].AsString();
  for (auto _ : state) {
    std::size_t values = 0;
    for (const std::string_view owner : {std::string_view(type), std::string_view("Resource")}) {
      for (const r4::SearchParam& param : r4::SearchParamsOf(owner)) {
        values += r4::Select(resource, param).size();
      }
    }
    benchmark::DoNotOptimize(values);
  }
}
BENCHMARK_CAPTURE(SelectAll, Patient, kPatient)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(SelectAll, Appointment, kAppointment)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
