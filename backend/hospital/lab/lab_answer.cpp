#include "backend/hospital/lab/lab_answer.h"

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/care/care_request.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

/// A parameter of parts; empty texts are left out.
class Parts {
 public:
  void Text(const char* name, const std::string& value) {
    if (!value.empty()) Add(name, "valueString", Json::String(value));
  }
  void Number(const char* name, int value) { Add(name, "valueInteger", Json::Integer(value)); }
  void Add(const char* name, const char* member, Json value) {
    parts_.Append(Json::Object({{"name", Json::String(name)}, {member, std::move(value)}}));
  }
  void Into(Json& parameters, const char* name) {
    if (!parameters.Has("resourceType")) {
      parameters.Set("resourceType", Json::String("Parameters"));
    }
    parameters.At("parameter")
        .Append(Json::Object({{"name", Json::String(name)}, {"part", std::move(parts_)}}));
  }

 private:
  Json parts_ = Json::Array();
};

}  // namespace

LabelPerson PersonOf(const Json& patient, std::chrono::local_days today) {
  LabelPerson person;
  person.name = fhir::PersonName(patient);
  person.sex = patient["gender"].AsString();
  person.number = fhir::IdentifierValue(patient, systems::kOutpatientNumber);
  if (person.number.empty()) person.number = fhir::IdentifierValue(patient, systems::kCardNumber);
  person.age = AgeOn(patient, today);
  return person;
}

void AddLabel(Json& parameters, const LabTube& tube, const LabelPerson& person) {
  Parts parts;
  parts.Text("barcode", tube.barcode);
  parts.Text("name", person.name);
  parts.Text("sex", person.sex);
  if (person.age) parts.Number("age", *person.age);
  parts.Text("number", person.number);
  parts.Text("department", tube.department);
  for (const std::string& name : tube.short_names) parts.Text("test", name);
  parts.Text("tube", ColourOf(tube.kind).zh);
  parts.Text("tube-en", ColourOf(tube.kind).en);
  parts.Number("volume-ul", tube.volume_ul);
  parts.Number("minutes-after-first", tube.minutes_after_first);
  parts.Add("urgent", "valueBoolean", Json::Boolean(tube.urgent));
  parts.Number("place", tube.place);
  parts.Number("count", tube.count);
  parts.Number("reprints", tube.reprints);
  parts.Into(parameters, "label");
}

void AddTest(Json& parameters, const LabTest& test, WallTime ready_at) {
  Parts parts;
  parts.Text("name", test.name.zh);
  parts.Text("name-en", test.name.en);
  parts.Number("fasting-hours", test.fasting_hours);
  parts.Add("ready-at", "valueInstant", Json::String(ToInstant(ready_at)));
  parts.Text("ready-place", test.report_place.zh);
  parts.Text("ready-place-en", test.report_place.en);
  parts.Into(parameters, "test");
}

}  // namespace yizhan::hospital
