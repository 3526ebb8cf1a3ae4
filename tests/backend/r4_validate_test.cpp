#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <vector>

#include "backend/r4/primitives.h"
#include "backend/r4/validate.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Json Read(std::string_view text) {
  auto json = Json::Parse(text);
  EXPECT_TRUE(json) << text;
  return json ? *json : Json();
}

/// "required Patient.link[0].other" for each issue.
std::vector<std::string> Issues(std::string_view text, const ValidateOptions& options = {}) {
  std::vector<std::string> told;
  for (const Issue& issue : Validate(Read(text), options)) {
    std::string one = std::string(issue.code) + " " + issue.expression;
    // Which rule is broken matters; the words do not.
    if (one.starts_with("invariant"))
      one += " " + issue.diagnostics.substr(0, issue.diagnostics.find(':'));
    told.push_back(one);
  }
  return told;
}

struct Wrong {
  const char* text;
  const char* issue;
};

void ExpectWrong(const std::vector<Wrong>& table) {
  for (const auto& [text, issue] : table) {
    const auto issues = Issues(text);
    EXPECT_THAT(issues, Contains(issue)) << text;
    // txt-1 and txt-2 are the same rule.
    EXPECT_LE(issues.size(), std::string_view(issue).ends_with("txt-1") ? 2U : 1U) << text;
  }
}

TEST(ValidateTest, WhatAHospitalSendsIsAccepted) {
  for (
      const char* text : {
          R"({"resourceType":"Patient"})",
          R"({"resourceType":"Patient","id":"a","name":[{"text":"张三"}],"gender":"male",
               "birthDate":"1980-02-29","_birthDate":{"id":"b"}})",
          R"({"resourceType":"Patient","name":[{"given":["a",null],
               "_given":[null,{"extension":[{"url":"u","valueString":"x"}]}]}]})",
          R"({"resourceType":"Patient","_gender":{"extension":[{"url":"u","valueCode":"unknown"}]}})",
          R"({"resourceType":"Appointment","status":"booked","start":"2026-03-10T09:00:00+08:00",
               "end":"2026-03-10T09:10:00+08:00","slot":[{"reference":"Slot/1"}],
               "participant":[{"actor":{"reference":"Patient/1"},"status":"accepted"},
                              {"actor":{"reference":"https://a.example/fhir/Practitioner/2"},"status":"tentative"}]})",
          R"({"resourceType":"Slot","schedule":{"reference":"Schedule/1"},"status":"free",
               "start":"2026-03-10T09:00:00Z","end":"2026-03-10T09:10:00.500Z"})",
          R"({"resourceType":"Observation","status":"final","code":{"text":"x"},
               "valueQuantity":{"value":1.50,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}})",
          R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","name":"x",
               "partOf":{"reference":"#p"}},{"resourceType":"Organization","id":"p","name":"y"}],
               "managingOrganization":{"reference":"#o"}})",
          R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:05efabf0-4be2-4561-91ce-51548425acb9",
               "resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
               {"resource":{"resourceType":"Slot","status":"busy","start":"2026-03-10T09:00:00Z",
               "end":"2026-03-10T09:10:00Z","schedule":{"reference":"Schedule?identifier=1"}},
               "request":{"method":"PUT","url":"Slot/1","ifMatch":"W/\"1\""}}]})",
          R"({"resourceType":"Parameters","parameter":[{"name":"a","valueInteger":3},
               {"name":"b","part":[{"name":"c","resource":{"resourceType":"Patient"}}]}]})",
          R"({"resourceType":"Encounter","status":"arrived","class":{"code":"AMB"},
               "period":{"start":"2026-03-10","end":"2026-03-10T10:00:00+08:00"}})",
          R"({"resourceType":"Binary","contentType":"application/pdf","data":"YQ=="})",
      }) {
    EXPECT_THAT(Issues(text), IsEmpty()) << text;
  }
}

TEST(ValidateTest, WrongStructureIsRefusedWithTheElementNamed) {
  ExpectWrong({
      {R"([])", "structure "},
      {R"("Patient")", "structure "},
      {R"({})", "structure "},
      {R"({"resourceType":"patient"})", "structure "},
      {R"({"resourceType":"HumanName"})", "structure "},
      {R"({"resourceType":"DomainResource"})", "structure "},
      {R"({"resourceType":"Patient","birthdate":"1980"})", "structure Patient.birthdate"},
      {R"({"resourceType":"Patient","name":[{"surname":"a"}]})",
       "structure Patient.name[0].surname"},
      {R"({"resourceType":"Patient","_name":[{"id":"a"}]})", "structure Patient._name"},
      {R"({"resourceType":"Patient","name":{"text":"a"}})", "structure Patient.name"},
      {R"({"resourceType":"Patient","name":["a"]})", "structure Patient.name[0]"},
      {R"({"resourceType":"Patient","name":[]})", "structure Patient.name"},
      {R"({"resourceType":"Patient","name":[null]})", "structure Patient.name[0]"},
      {R"({"resourceType":"Patient","gender":["male"]})", "structure Patient.gender"},
      {R"({"resourceType":"Patient","birthDate":null})", "value Patient.birthDate"},
      {R"({"resourceType":"Patient","maritalStatus":null})", "structure Patient.maritalStatus"},
      {R"({"resourceType":"Patient","name":[{}]})", "invariant Patient.name[0] ele-1"},
      {R"({"resourceType":"Patient","name":[{"id":"a"}]})", "invariant Patient.name[0] ele-1"},
      {R"({"resourceType":"Patient","name":[{"given":["a"],"_given":"b"}]})",
       "structure Patient.name[0].given"},
      {R"({"resourceType":"Patient","name":[{"given":["a"],"_given":["b"]}]})",
       "structure Patient.name[0].given[0]"},
      {R"({"resourceType":"Patient","name":[{"given":["a",null]}]})",
       "structure Patient.name[0].given[1]"},
      {R"({"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2026"})",
       "structure Patient.deceased"},
      {R"({"resourceType":"Patient","deceasedString":"a"})", "structure Patient.deceasedString"},
      {R"({"resourceType":"Patient","deceased":true})", "structure Patient.deceased"},
      {R"({"resourceType":"Patient","fhir_comments":["a"]})", "structure Patient.fhir_comments"},
      {R"({"resourceType":"Patient","contained":[{"resourceType":"Foo","id":"a"}]})",
       "structure Patient.contained[0]"},
      {R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","x":1}}]})",
       "structure Bundle.entry[0].resource.x"},
  });
}

TEST(ValidateTest, WhatMustBeThereIsMissed) {
  ExpectWrong({
      {R"({"resourceType":"Appointment","status":"proposed"})", "required Appointment.participant"},
      {R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Patient/1"},"status":"accepted"}]})",
       "required Appointment.status"},
      {R"({"resourceType":"Patient","link":[{"type":"refer"}]})", "required Patient.link[0].other"},
      {R"({"resourceType":"Patient","communication":[{"preferred":true}]})",
       "required Patient.communication[0].language"},
      {R"({"resourceType":"Patient","extension":[{"valueString":"a"}]})",
       "required Patient.extension[0].url"},
      {R"({"resourceType":"Patient","text":{"status":"generated"}})", "required Patient.text.div"},
  });
}

TEST(ValidateTest, WrongValuesAreRefusedWithTheElementNamed) {
  ExpectWrong({
      {R"({"resourceType":"Patient","birthDate":"1980-02-30"})", "value Patient.birthDate"},
      {R"({"resourceType":"Patient","birthDate":"10.03.1980"})", "value Patient.birthDate"},
      {R"({"resourceType":"Patient","birthDate":"1980-03-10T00:00:00Z"})",
       "value Patient.birthDate"},
      {R"({"resourceType":"Patient","birthDate":1980})", "value Patient.birthDate"},
      {R"({"resourceType":"Patient","active":"true"})", "value Patient.active"},
      {R"({"resourceType":"Patient","active":1})", "value Patient.active"},
      {R"({"resourceType":"Patient","id":"a b"})", "value Patient.id"},
      {R"({"resourceType":"Patient","multipleBirthInteger":1.0})",
       "value Patient.multipleBirthInteger"},
      {R"({"resourceType":"Patient","multipleBirthInteger":3000000000})",
       "value Patient.multipleBirthInteger"},
      {R"({"resourceType":"Patient","name":[{"family":""}]})", "value Patient.name[0].family"},
      {R"({"resourceType":"Patient","name":[{"family":" \t"}]})", "value Patient.name[0].family"},
      {R"({"resourceType":"Patient","name":[{"family":"a\u0007"}]})",
       "value Patient.name[0].family"},
      {R"({"resourceType":"Patient","name":[{"family":{"a":1}}]})", "value Patient.name[0].family"},
      {R"({"resourceType":"Patient","telecom":[{"rank":0}]})", "value Patient.telecom[0].rank"},
      {R"({"resourceType":"Patient","identifier":[{"system":"urn:a b"}]})",
       "value Patient.identifier[0].system"},
      {R"({"resourceType":"Patient","photo":[{"contentType":"image/png","data":"a?"}]})",
       "value Patient.photo[0].data"},
      {R"({"resourceType":"Slot","schedule":{"reference":"Schedule/1"},"status":"free",
          "start":"2026-03-10T09:00:00","end":"2026-03-10T09:10:00Z"})",
       "value Slot.start"},
      {R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":"1.5"}})",
       "value Observation.valueQuantity.value"},
      {R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"valueTime":"24:00:00"})",
       "value Observation.valueTime"},
  });
}

TEST(ValidateTest, CodesOutsideARequiredBindingAreRefused) {
  ExpectWrong({
      {R"({"resourceType":"Patient","gender":"M"})", "code-invalid Patient.gender"},
      {R"({"resourceType":"Patient","name":[{"text":"a","use":"main"}]})",
       "code-invalid Patient.name[0].use"},
      {R"({"resourceType":"Patient","link":[{"other":{"reference":"Patient/2"},"type":"same"}]})",
       "code-invalid Patient.link[0].type"},
      {R"({"resourceType":"Encounter","status":"open","class":{"code":"AMB"}})",
       "code-invalid Encounter.status"},
      {R"({"resourceType":"Invoice","status":"issued","totalGross":{"value":1.50,"currency":"yuan"}})",
       "code-invalid Invoice.totalGross.currency"},
      {R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},
          "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"alive"}]}})",
       "code-invalid AllergyIntolerance.clinicalStatus"},
      {R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"clinicalStatus":{"text":"active"}})",
       "code-invalid AllergyIntolerance.clinicalStatus"},
      {R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},
          "clinicalStatus":{"coding":[{"system":"urn:x","code":"active"}]}})",
       "code-invalid AllergyIntolerance.clinicalStatus"},
  });
}

TEST(ValidateTest, ReferencesToTheWrongTypeAreRefused) {
  ExpectWrong({
      {R"({"resourceType":"Patient","generalPractitioner":[{"reference":"Patient/1"}]})",
       "value Patient.generalPractitioner[0]"},
      {R"({"resourceType":"Patient","managingOrganization":{"reference":"https://a.example/fhir/Location/1"}})",
       "value Patient.managingOrganization"},
      {R"({"resourceType":"Patient","managingOrganization":{"reference":"Practitioner?identifier=1"}})",
       "value Patient.managingOrganization"},
      {R"({"resourceType":"Patient","managingOrganization":{"reference":"Organisation/1"}})",
       "value Patient.managingOrganization"},
      {R"({"resourceType":"Patient","managingOrganization":{"type":"Location","identifier":{"value":"1"}}})",
       "value Patient.managingOrganization"},
      {R"({"resourceType":"Patient","generalPractitioner":[{"reference":"Practitioner/1","type":"Organization"}]})",
       "value Patient.generalPractitioner[0]"},
      {R"({"resourceType":"Patient","contained":[{"resourceType":"Location","id":"a"}],"managingOrganization":{"reference":"#a"}})",
       "value Patient.managingOrganization"},
  });
}

TEST(ValidateTest, BrokenInvariantsAreRefusedWithTheirKey) {
  ExpectWrong({
      {R"({"resourceType":"Patient","contact":[{"relationship":[{"text":"a"}]}]})",
       "invariant Patient.contact[0] pat-1"},
      {R"({"resourceType":"Patient","telecom":[{"value":"1"}]})",
       "invariant Patient.telecom[0] cpt-2"},
      {R"({"resourceType":"Patient","name":[{"text":"a","period":{"start":"2026-03-11","end":"2026-03-10"}}]})",
       "invariant Patient.name[0].period per-1"},
      {R"({"resourceType":"Patient","managingOrganization":{"reference":"#a"}})",
       "invariant Patient.managingOrganization ref-1"},
      {R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","name":"x"}]})",
       "invariant Patient dom-3"},
      {R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","name":"x","meta":{"versionId":"1"}}],
          "managingOrganization":{"reference":"#a"}})",
       "invariant Patient dom-4"},
      {R"({"resourceType":"Patient","extension":[{"url":"u"}]})",
       "invariant Patient.extension[0] ext-1"},
      {R"({"resourceType":"Patient","extension":[{"url":"u","valueCode":"a","extension":[{"url":"v","valueCode":"b"}]}]})",
       "invariant Patient.extension[0] ext-1"},
      {R"({"resourceType":"Patient","photo":[{"data":"YQ=="}]})",
       "invariant Patient.photo[0] att-1"},
      {R"({"resourceType":"Organization","telecom":[{"system":"phone","value":"1"}]})",
       "invariant Organization org-1"},
      {R"({"resourceType":"Organization","name":"a","address":[{"use":"home","city":"b"}]})",
       "invariant Organization.address[0] org-2"},
      {R"({"resourceType":"Appointment","status":"booked","participant":[{"actor":{"reference":"Patient/1"},"status":"accepted"}]})",
       "invariant Appointment app-3"},
      {R"({"resourceType":"Appointment","status":"proposed","start":"2026-03-10T09:00:00Z",
          "participant":[{"actor":{"reference":"Patient/1"},"status":"accepted"}]})",
       "invariant Appointment app-2"},
      {R"({"resourceType":"Appointment","status":"proposed","cancelationReason":{"text":"a"},
          "participant":[{"actor":{"reference":"Patient/1"},"status":"accepted"}]})",
       "invariant Appointment app-4"},
      {R"({"resourceType":"Appointment","status":"proposed","participant":[{"status":"accepted"}]})",
       "invariant Appointment.participant[0] app-1"},
      {R"({"resourceType":"Observation","status":"final","code":{"text":"a"},"valueString":"b","dataAbsentReason":{"text":"c"}})",
       "invariant Observation obs-6"},
      {R"({"resourceType":"Observation","status":"final","code":{"coding":[{"code":"a"}]},"valueString":"b",
          "component":[{"code":{"coding":[{"code":"a"}]}}]})",
       "invariant Observation obs-7"},
      {R"({"resourceType":"Observation","status":"final","code":{"text":"a"},"referenceRange":[{"type":{"text":"b"}}]})",
       "invariant Observation.referenceRange[0] obs-3"},
      {R"({"resourceType":"Observation","status":"final","code":{"text":"a"},"valueQuantity":{"value":1,"code":"mg"}})",
       "invariant Observation.valueQuantity qty-3"},
      {R"({"resourceType":"Observation","status":"final","code":{"text":"a"},"valueRange":{"low":{"value":5},"high":{"value":2}}})",
       "invariant Observation.valueRange rng-2"},
      {R"({"resourceType":"Observation","status":"final","code":{"text":"a"},"referenceRange":[{"low":{"value":5,"comparator":"<"}}]})",
       "invariant Observation.referenceRange[0].low sqty-1"},
      {R"({"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'><script>a()</script></div>"}})",
       "invariant Patient.text.div txt-1"},
      {R"({"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1","type":"group"}]})",
       "invariant Questionnaire.item[0] que-1"},
      {R"({"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1","type":"string"},{"linkId":"1","type":"string"}]})",
       "invariant Questionnaire que-2"},
      {R"({"resourceType":"Bundle","type":"batch","total":1,"entry":[{"request":{"method":"GET","url":"Patient"}}]})",
       "invariant Bundle bdl-1"},
      {R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"}}]})",
       "invariant Bundle bdl-3"},
      {R"({"resourceType":"Timing","x":1})", "structure "},
      {R"({"resourceType":"Parameters","parameter":[{"name":"a"}]})",
       "invariant Parameters.parameter[0] inv-1"},
  });
}

TEST(ValidateTest, SeveralIssuesAreToldAtOnceUpToABound) {
  EXPECT_THAT(Issues(R"({"resourceType":"Patient","gender":"M","birthDate":"x","a":1})"),
              SizeIs(3));
  Json many = Read(R"({"resourceType":"Patient"})");
  for (int i = 0; i < 200; ++i) many.Set("x" + std::to_string(i), Json::Boolean(true));
  EXPECT_THAT(Validate(many), SizeIs(50));
  EXPECT_THAT(Validate(many, {.most_issues = 3}), SizeIs(3));
}

TEST(ValidateTest, UnwiseIsAWarningAndOnlyToldWhenAsked) {
  const char* const text = R"({"resourceType":"Patient"})";
  const auto issues = Validate(Read(text), {.warnings = true});
  ASSERT_THAT(issues, SizeIs(1));
  EXPECT_EQ(issues[0].severity, Severity::Warning);
  EXPECT_THAT(issues[0].diagnostics, HasSubstr("dom-6"));
  EXPECT_FALSE(HasErrors(issues));
  EXPECT_TRUE(HasErrors(Validate(Read(R"({"resourceType":"Patient","x":1})"))));
}

TEST(ValidateTest, NoValueOfThePatientIsTold) {
  const auto issues =
      Validate(Read(R"({"resourceType":"Patient","birthDate":"secret","gender":"secret",
      "name":[{"family":["secret"]}],"张三 secret":1,"telecom":[{"value":"secret"}],
      "managingOrganization":{"reference":"Secret/secret"}})"));
  EXPECT_THAT(issues, SizeIs(6));
  for (const Issue& issue : issues) {
    EXPECT_THAT(issue.diagnostics, Not(HasSubstr("ecret")));
    EXPECT_THAT(issue.expression, Not(HasSubstr("ecret")));
  }
}

TEST(ValidateTest, DepthAndWorkAreBounded) {
  Json extension = Read(R"({"url":"u","valueCode":"a"})");
  for (int i = 0; i < 150; ++i) {
    extension = Json::Object({{"url", Json::String("u")}, {"extension", Json::Array({extension})}});
  }
  Json patient = Read(R"({"resourceType":"Patient"})");
  patient.Set("extension", Json::Array({extension}));
  const auto issues = Validate(patient);
  ASSERT_FALSE(issues.empty());
  EXPECT_STREQ(issues[0].code, "too-costly");
  // Every value is compared with every other: quadratic, so it must stop.
  Json codes = Read(R"({"resourceType":"Observation","status":"final","code":{"coding":[]},
      "valueString":"x","component":[]})");
  for (int i = 0; i < 3000; ++i) {
    const Json coding = Json::Object({{"code", Json::String("a" + std::to_string(i))}});
    codes.At("code").At("coding").Append(coding);
    codes.At("component")
        .Append(Json::Object(
            {{"code",
              Json::Object(
                  {{"coding", Json::Array({Json::Object(
                                  {{"code", Json::String("b" + std::to_string(i))}})})}})}}));
  }
  const auto costly = Validate(codes);
  ASSERT_THAT(costly, SizeIs(1));
  EXPECT_STREQ(costly[0].code, "too-costly");
}

TEST(ValidateTest, ManyReferencesToManyContainedResourcesCostNoMoreThanTheirNumber) {
  Json list = Read(R"({"resourceType":"List","status":"current","mode":"working"})");
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = "c" + std::to_string(i);
    list.At("contained")
        .Append(Json::Object({{"resourceType", Json::String("Basic")},
                              {"id", Json::String(id)},
                              {"code", Json::Object({{"text", Json::String("a")}})}}));
    list.At("entry").Append(
        Json::Object({{"item", Json::Object({{"reference", Json::String("#" + id)}})}}));
  }
  // Each with each would be 400 million looks, and a time-out.
  EXPECT_THAT(Validate(list), IsEmpty());
}

TEST(ValidateTest, ManyThreadsMayAskAtOnce) {
  // Also the first time, when the table is read and the rules are compiled.
  const Json patient = Read(R"({"resourceType":"Patient","telecom":[{"value":"1"}]})");
  std::vector<std::size_t> issues(4);
  std::vector<std::thread> threads;
  for (std::size_t& count : issues) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) count += Validate(patient).size();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(issues, testing::Each(50U));
}

TEST(PrimitiveTest, DatesAreDaysOfTheCalendar) {
  for (const char* good : {"2026", "2026-12", "2024-02-29", "0001-01-01", "2026-03-10T23:59:60Z",
                           "2026-03-10T00:00:00.123456+14:00"}) {
    EXPECT_TRUE(IsDateTime(good)) << good;
  }
  for (const char* bad :
       {"", "26", "0000", "2026-", "2026-13", "2026-00", "2026-3-1", "2023-02-29", "2026-03-10T",
        "2026-03-10T09:00Z", "2026-03-10T09:00:00", "2026-03-10 09:00:00Z", "2026-03-10T24:00:00Z",
        "2026-03-10T09:60:00Z", "2026-03-10T09:00:00.Z", "2026-03-10T09:00:00+15:00",
        "2026-03-10T09:00:00Zx", "2026T09:00:00Z", "２０２６"}) {
    EXPECT_FALSE(IsDateTime(bad)) << bad;
  }
}

TEST(PrimitiveTest, FormatsAreThoseOfTheSpecification) {
  struct Case {
    const char* type;
    const char* json;
    bool good;
  };
  for (const auto& [type, json, good] : std::initializer_list<Case>{
           {"integer", "-2147483648", true},
           {"integer", "2147483648", false},
           {"integer", "1e2", false},
           {"positiveInt", "0", false},
           {"unsignedInt", "0", true},
           {"unsignedInt", "-1", false},
           {"decimal", "1.50", true},
           {"decimal", "\"1.5\"", false},
           {"boolean", "\"true\"", false},
           {"code", "\"a b\"", true},
           {"code", "\"a  b\"", false},
           {"code", "\" a\"", false},
           {"code", "\"a\\n\"", false},
           {"id", "\"a_b\"", false},
           {"oid", "\"urn:oid:1.2.840\"", true},
           {"oid", "\"urn:oid:3.1\"", false},
           {"oid", "\"1.2.840\"", false},
           {"oid", "\"urn:oid:1.02\"", false},
           {"uuid", "\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\"", true},
           {"uuid", "\"urn:uuid:c757873d\"", false},
           {"time", "\"23:59:59\"", true},
           {"time", "\"9:00:00\"", false},
           {"base64Binary", "\"YWI=\"", true},
           {"base64Binary", "\"YW=I\"", false},
           {"base64Binary", "\"YWI\"", false},
           {"string", "\"a\\nb\"", true},
           {"uri", "\"\"", false},
       }) {
    EXPECT_EQ(PrimitiveTrouble(Read(json), type) == nullptr, good) << type << " " << json;
  }
}

}  // namespace
}  // namespace yizhan::r4
