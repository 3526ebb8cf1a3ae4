#include <gtest/gtest.h>

#include "backend/fhir/resources.h"

namespace yizhan::fhir {
namespace {

TEST(ResourcesTest, OnlyLiteralReferencesOfThisServerHaveATarget) {
  EXPECT_EQ(ParseReference("Patient/p-1"), (Target{"Patient", "p-1"}));
  EXPECT_EQ(ParseReference("Patient/1/_history/2"), (Target{"Patient", "1"}));
  for (const char* other : {"", "Patient", "Patient/", "/1", "#p1", "urn:uuid:1-2", "patient/1",
                            "http://x/Patient/1", "Patient/a/b", "Patient/a b", "Patient/../x"}) {
    EXPECT_EQ(ParseReference(other), std::nullopt) << other;
  }
  EXPECT_FALSE(IsId(std::string(65, 'a')));
}

TEST(ResourcesTest, FindsWhatIsAskedForAmongOthers) {
  const Json resource = *Json::Parse(R"({"identifier":[{"value":"x"},{"system":"s","value":"7"}],
    "code":{"coding":[{"code":"a"},{"system":"s","code":"b"}]},
    "actor":[{"reference":"Patient/1"},{"display":"x"},{"reference":"Location/r"}]})");
  EXPECT_EQ(IdentifierValue(resource, "s"), "7");
  EXPECT_EQ(IdentifierValue(resource, "t"), "");
  EXPECT_EQ(CodeOf(resource["code"], "s"), "b");
  EXPECT_EQ(ReferencedId(resource["actor"], "Location"), "r");
  EXPECT_EQ(ReferencedId(resource["actor"], "Device"), "");
  EXPECT_EQ(ReferencedId(resource["missing"], "Device"), "");
}

TEST(ResourcesTest, TranslationsSurviveARoundTrip) {
  Json service;
  SetText(service, "name", {"心血管内科", "Cardiology"});
  const Json read = *Json::Parse(service.Write());
  EXPECT_EQ(TextOf(read, "name"), (domain::LocalText{"心血管内科", "Cardiology"}));
  EXPECT_EQ(TextOf(Json(), "name"), domain::LocalText{});
}

TEST(ResourcesTest, NamesFollowTheOrderOfTheirScript) {
  const auto name = [](const char* text) { return PersonName(*Json::Parse(text)); };
  EXPECT_EQ(name(R"({"name":[{"text":"𠮷田"}]})"), "𠮷田");
  EXPECT_EQ(name(R"({"name":[{"family":"欧阳","given":["小珊"]}]})"), "欧阳小珊");
  EXPECT_EQ(name(R"({"name":[{"family":"Smith","given":["John","F."]}]})"), "John F. Smith");
  EXPECT_EQ(name(R"({"name":[{"family":"王"}]})"), "王");
  EXPECT_EQ(name("{}"), "");
}

TEST(ResourcesTest, ParametersAreFoundByName) {
  Json parameters;
  AddParameter(parameters, "ahead", "valueInteger", Json::Integer(7));
  AddParameter(parameters, "ticket", "resource", Json::Object());
  EXPECT_EQ(ParameterOf(parameters, "ahead").AsInteger(), 7);
  EXPECT_TRUE(ParameterOf(parameters, "ticket").IsObject());
  EXPECT_TRUE(ParameterOf(parameters, "other").IsNull());
}

}  // namespace
}  // namespace yizhan::fhir
