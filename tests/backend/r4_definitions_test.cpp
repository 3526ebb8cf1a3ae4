#include <gmock/gmock.h>

#include <algorithm>

#include "backend/r4/definitions.h"
#include "backend/r4/select.h"
#include "backend/r4/table.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Json Read(std::string_view text) { return Json::Parse(text).value(); }

std::vector<std::string> Values(const std::vector<Selected>& selected) {
  std::vector<std::string> texts;
  for (const Selected& one : selected) {
    texts.push_back(std::string(one.type) + " " + one.value->Write());
  }
  return texts;
}

std::vector<std::string> Find(std::string_view type, std::string_view name, const Json& resource) {
  const SearchParam* param = FindParam(type, name);
  if (param == nullptr) return {"no such parameter"};
  return Values(Select(resource, *param));
}

TEST(DefinitionsTest, EveryResourceTypeOfR4IsKnown) {
  EXPECT_THAT(ResourceTypes(), SizeIs(145));
  EXPECT_TRUE(std::is_sorted(ResourceTypes().begin(), ResourceTypes().end()));
  for (const char* type : {"Patient", "Bundle", "Binary", "Account", "VisionPrescription"}) {
    EXPECT_TRUE(IsResourceType(type)) << type;
  }
  for (const char* type : {"", "patient", "Foo", "Resource", "DomainResource", "Parameters",
                           "HumanName", "Patient.contact", "SubscriptionStatus"}) {
    EXPECT_FALSE(IsResourceType(type)) << type;
  }
}

TEST(DefinitionsTest, ElementsSayHowOftenAndOfWhichTypeTheyMayStand) {
  const TypeDefinition& appointment = *FindType("Appointment");
  const Element& participant = *appointment.FindElement("participant");
  EXPECT_EQ(participant.min, 1);
  EXPECT_EQ(participant.max, kUnbounded);
  EXPECT_EQ(participant.types[0].type, FindType("Appointment.participant"));
  const Element& status = *appointment.FindElement("status");
  EXPECT_TRUE(status.summary && status.modifier && !status.IsList());
  EXPECT_TRUE(status.codes->HasCode("booked"));
  EXPECT_FALSE(status.codes->HasCode("Booked"));
  const Member& actor = *FindType("Appointment.participant")->FindMember("actor");
  EXPECT_THAT(actor.type->targets,
              ElementsAre("Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Device",
                          "HealthcareService", "Location"));
}

TEST(DefinitionsTest, AChoiceHasOneMemberForEachType) {
  const TypeDefinition& patient = *FindType("Patient");
  EXPECT_EQ(patient.FindMember("deceased"), nullptr);
  EXPECT_EQ(patient.FindMember("deceasedDateTime")->type->type, FindType("dateTime"));
  EXPECT_EQ(patient.FindMember("deceasedBoolean")->element, patient.FindElement("deceased"));
}

TEST(DefinitionsTest, WhatABaseTypeHasIsInherited) {
  EXPECT_NE(FindType("Patient")->FindMember("meta"), nullptr);
  EXPECT_NE(FindType("Patient.contact")->FindMember("modifierExtension"), nullptr);
  EXPECT_NE(FindType("Age")->FindMember("value"), nullptr);
  EXPECT_TRUE(FindType("Patient")->Is("DomainResource"));
  EXPECT_FALSE(FindType("Bundle")->Is("DomainResource"));
  EXPECT_EQ(FindType("Questionnaire.item")->FindMember("item")->type->type,
            FindType("Questionnaire.item"));
}

TEST(DefinitionsTest, ParametersAreOrderedAndNumbered) {
  ASSERT_GT(SearchParams().size(), 1500U);
  for (std::size_t i = 0; i < SearchParams().size(); ++i) {
    const SearchParam& param = SearchParams()[i];
    EXPECT_EQ(param.number, i);
    EXPECT_EQ(FindParam(param.type, param.name), &param);
    EXPECT_EQ(param.kind == ParamKind::Composite, !param.components.empty()) << param.name;
  }
  EXPECT_EQ(FindParam("Slot", "_lastUpdated"), FindParam("Resource", "_lastUpdated"));
  EXPECT_EQ(FindParam("Slot", "birthdate"), nullptr);
  EXPECT_THAT(SearchParamsOf("Slot"), SizeIs(8));
  EXPECT_THAT(SearchParamsOf("Foo"), IsEmpty());
  EXPECT_NE(SearchParamsMark(), 0U);
}

TEST(DefinitionsTest, ThePatientCompartmentNamesParametersThatExist) {
  int types = 0;
  for (const std::string_view type : ResourceTypes()) {
    for (const std::string_view name : PatientCompartment(type)) {
      const SearchParam* param = FindParam(type, name);
      ASSERT_NE(param, nullptr) << type << " " << name;
      EXPECT_EQ(param->kind, ParamKind::Reference);
    }
    types += PatientCompartment(type).empty() ? 0 : 1;
  }
  EXPECT_GT(types, 50);
  EXPECT_THAT(PatientCompartment("Appointment"), ElementsAre("actor"));
  EXPECT_THAT(PatientCompartment("Slot"), IsEmpty());
}

TEST(SelectTest, PathsGoThroughListsAndChoices) {
  const Json patient = Read(R"({"resourceType":"Patient","id":"1","name":[{"family":"张"},
      {"given":["三","San"]},null,{"family":"王"}],"telecom":[{"system":"phone","value":"1"},
      {"system":"email","value":"2"}],"meta":{"tag":[{"code":"x"}]}})");
  EXPECT_THAT(Find("Patient", "family", patient), ElementsAre("string \"张\"", "string \"王\""));
  EXPECT_THAT(Find("Patient", "name", patient), SizeIs(3));
  EXPECT_THAT(Find("Patient", "phone", patient),
              ElementsAre(R"(ContactPoint {"system":"phone","value":"1"})"));
  EXPECT_THAT(Find("Patient", "_tag", patient), ElementsAre(R"(Coding {"code":"x"})"));
  EXPECT_THAT(Find("Patient", "_id", patient), ElementsAre("id \"1\""));
  EXPECT_THAT(Find("Patient", "birthdate", patient), IsEmpty());
  const Json seen = Read(R"({"resourceType":"Observation","effectivePeriod":{"start":"2026"},
      "valueCodeableConcept":{"text":"ok"}})");
  EXPECT_THAT(Find("Observation", "date", seen), ElementsAre(R"(Period {"start":"2026"})"));
  EXPECT_THAT(Find("Observation", "value-string", seen), ElementsAre("string \"ok\""));
  EXPECT_THAT(Find("Observation", "value-quantity", seen), IsEmpty());
}

TEST(SelectTest, AResourceOfAnotherTypeHasNothing) {
  EXPECT_THAT(
      Find("Patient", "family", Read(R"({"resourceType":"Person","name":[{"family":"a"}]})")),
      IsEmpty());
  EXPECT_THAT(Find("Patient", "family", Read("[1]")), IsEmpty());
}

TEST(SelectTest, ReferencesAreToldApartByWhatTheyPointTo) {
  const Json appointment = Read(R"({"resourceType":"Appointment","contained":[
      {"resourceType":"Practitioner","id":"d"}],"participant":[
      {"actor":{"reference":"Patient/1"}},{"actor":{"reference":"#d"}},
      {"actor":{"reference":"https://a.example/fhir/Location/3/_history/2"}},
      {"actor":{"type":"Patient","identifier":{"value":"9"}}},
      {"actor":{"reference":"urn:uuid:7b0c","type":"Location"}},{"actor":{"display":"x"}}]})");
  EXPECT_THAT(Find("Appointment", "actor", appointment), SizeIs(6));
  EXPECT_THAT(Find("Appointment", "patient", appointment), SizeIs(2));
  EXPECT_THAT(Find("Appointment", "practitioner", appointment),
              ElementsAre(R"(Reference {"reference":"#d"})"));
  EXPECT_THAT(Find("Appointment", "location", appointment), SizeIs(2));
}

TEST(SelectTest, ADeadPatientIsFoundByYesOrNo) {
  EXPECT_THAT(Find("Patient", "deceased", Read(R"({"resourceType":"Patient"})")),
              ElementsAre("boolean false"));
  EXPECT_THAT(
      Find("Patient", "deceased", Read(R"({"resourceType":"Patient","deceasedBoolean":false})")),
      ElementsAre("boolean false"));
  EXPECT_THAT(Find("Patient", "deceased",
                   Read(R"({"resourceType":"Patient","deceasedDateTime":"2026-03"})")),
              ElementsAre("boolean true"));
}

TEST(SelectTest, CompositeValuesStayInTheirRepetition) {
  const Json pressure = Read(R"({"resourceType":"Observation","code":{"text":"bp"},"component":[
      {"code":{"text":"systolic"},"valueQuantity":{"value":120}},
      {"code":{"text":"diastolic"},"valueQuantity":{"value":80}},
      {"code":{"text":"nothing"}}]})");
  const auto groups =
      SelectGroups(pressure, *FindParam("Observation", "combo-code-value-quantity"));
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(Values(groups[1].components[0]),
              ElementsAre(R"(CodeableConcept {"text":"diastolic"})"));
  EXPECT_THAT(Values(groups[1].components[1]), ElementsAre(R"(Quantity {"value":80})"));
  const Json sequence = Read(R"({"resourceType":"MolecularSequence",
      "referenceSeq":{"chromosome":{"text":"1"}},"variant":[{"start":1,"end":2},{"start":3}]})");
  EXPECT_THAT(
      SelectGroups(sequence, *FindParam("MolecularSequence", "chromosome-variant-coordinate")),
      SizeIs(1));
}

}  // namespace
}  // namespace yizhan::r4
