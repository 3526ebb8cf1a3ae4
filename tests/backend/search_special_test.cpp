// What a search can ask beyond values: places, words, types of identifiers, value sets, units.
#include <gmock/gmock.h>

#include "backend/store/full_text.h"
#include "backend/store/position.h"
#include "backend/store/units.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

class SearchSpecialTest : public test::StoreFixture {
 protected:
  void Place(const std::string& id, const std::string& latitude, const std::string& longitude) {
    Put(R"({"resourceType":"Location","id":")" + id + R"(","position":{"latitude":)" + latitude +
        R"(,"longitude":)" + longitude + "}}");
  }
  void Document(const std::string& id, const std::string& description,
                const std::string& narrative = {}) {
    const std::string text =
        narrative.empty()
            ? ""
            : R"("text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">)" +
                  narrative + R"(</div>"},)";
    Put(R"({"resourceType":"DocumentReference","id":")" + id + R"(",)" + text +
        R"("status":"current","description":")" + description +
        R"(","content":[{"attachment":{"url":"http://files/secretpath","data":"aGVhZGFjaGU="}}]})");
  }
  Status Strictly(const std::string& type, std::string_view text) {
    const auto query = ParseSearch(type, *ParseQueryString(text), zone, Handling::Strict);
    return query ? Status() : tl::unexpected<Error>(query.error());
  }
};

TEST_F(SearchSpecialTest, PlacesAreFoundWithinADistance) {
  Place("bund", "31.2400", "121.4900");
  Place("pudong", "31.2350", "121.5060");  // 1.6 km from the Bund.
  Place("hongqiao", "31.1940", "121.3200");
  Place("beijing", "39.9042", "116.4074");
  Put(R"({"resourceType":"Location","id":"nowhere","name":"Somewhere"})");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|0.1|km"), "bund");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|1.5|km"), "bund");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|1.7|km"), "bund pudong");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|1700|m"), "bund pudong");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|1|mi_us"), "bund");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|1.1|%5Bmi_us%5D"), "bund pudong");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|30"), "bund pudong hongqiao")
      << "km without a unit";
  EXPECT_EQ(Find("Location", "near=31.24|121.49"), "bund pudong") << "ten km without a distance";
  EXPECT_EQ(Find("Location", "near=31.24|121.49|1069|km"), "bund pudong hongqiao beijing");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|1060|km"), "bund pudong hongqiao");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|1,39.9|116.4|5"), "bund beijing");
  EXPECT_EQ(Find("Location", "near=31.24|121.49|99999|km&near:missing=false"),
            "bund pudong hongqiao beijing");
  EXPECT_EQ(Find("Location", "near:missing=true"), "nowhere");
}

TEST_F(SearchSpecialTest, PlacesMoveAndLieAcrossTheDateLineAndAtThePoles) {
  Place("fiji", "-17.0", "179.999");
  Place("pole", "89.999", "10.0");
  EXPECT_EQ(Find("Location", "near=-17|-179.999|1|km"), "fiji");
  EXPECT_EQ(Find("Location", "near=89.999|-170|1|km"), "pole");
  Place("fiji", "-17.5", "179.999");
  EXPECT_EQ(Find("Location", "near=-17|-179.999|1|km"), "");
  EXPECT_EQ(Find("Location", "near=-17.5|-179.999|1|km"), "fiji");
  Put(R"({"resourceType":"HealthcareService","id":"s","location":[{"reference":"Location/fiji"}]})");
  EXPECT_EQ(Find("HealthcareService", "location.near=-17.5|180|1|km"), "s");
}

TEST_F(SearchSpecialTest, PlacesThatAreNoneAreRefused) {
  for (const char* value :
       {"x", "31", "31|", "91|0", "-91|0|1|km", "0|181", "0|0|-1|km", "0|0|1|league",
        "0|0|1|km|more", "nan|0", "inf|0|1|km", "0|0|1e999|km", "31,121"}) {
    EXPECT_TRUE(Find("Location", "near=" + std::string(value)).starts_with("error")) << value;
  }
  EXPECT_TRUE(Find("Location", "near:exact=1|1").starts_with("error: modifier"));
}

TEST_F(SearchSpecialTest, WordsOfANarrativeAreFound) {
  Document("a", "plain", "Patient has a severe <b>Headache</b> &amp; fever since Monday");
  Document("b", "plain", "病人头痛三天，&#x53D1;热。");
  Document("c", "Headache in the description");
  EXPECT_EQ(Find("DocumentReference", "_text=headache"), "a");
  EXPECT_EQ(Find("DocumentReference", "_text=FEVER%20severe"), "a") << "both words, any order";
  EXPECT_EQ(Find("DocumentReference", "_text=fever%20cough"), "");
  EXPECT_EQ(Find("DocumentReference", "_text=head"), "") << "whole words";
  EXPECT_EQ(Find("DocumentReference", "_text=头痛"), "b");
  EXPECT_EQ(Find("DocumentReference", "_text=痛"), "b");
  EXPECT_EQ(Find("DocumentReference", "_text=天"), "b") << "the last of its run";
  EXPECT_EQ(Find("DocumentReference", "_text=头痛三天"), "b");
  EXPECT_EQ(Find("DocumentReference", "_text=发热"), "b");
  EXPECT_EQ(Find("DocumentReference", "_text=痛头"), "");
  EXPECT_EQ(Find("DocumentReference", "_text=headache,头痛&_count=5"), "a b");
  EXPECT_EQ(Find("DocumentReference", "_text=div"), "") << "marks are no words";
  EXPECT_EQ(Find("DocumentReference", "_text=headache&status=superseded"), "");
  EXPECT_EQ(Find("DocumentReference", "status=current&_text=headache&_id=a"), "a");
}

TEST_F(SearchSpecialTest, WordsOfTheWholeContentAreFoundWithTheResourceAsItIsNow) {
  Document("a", "Severe headache", "narrative words");
  Document("b", "腹部超声检查报告");
  EXPECT_EQ(Find("DocumentReference", "_content=headache"), "a");
  EXPECT_EQ(Find("DocumentReference", "_content=narrative"), "a");
  EXPECT_EQ(Find("DocumentReference", "_content=超声检查"), "b");
  EXPECT_EQ(Find("DocumentReference", "_content=current"), "a b") << "codes are content, too";
  EXPECT_EQ(Find("DocumentReference", "_content=secretpath"), "") << "addresses are not";
  EXPECT_EQ(Find("DocumentReference", "_content=ahvhzgfjaguu"), "") << "nor bytes";
  Document("a", "Mild cough");
  EXPECT_EQ(Find("DocumentReference", "_content=headache"), "");
  EXPECT_EQ(Find("DocumentReference", "_content=cough"), "a");
  ASSERT_TRUE(store->Write([](Transaction& transaction) -> Status {
    const auto deleted = transaction.Delete("DocumentReference", "a");
    return deleted ? Status() : tl::unexpected<Error>(deleted.error());
  }));
  EXPECT_EQ(Find("DocumentReference", "_content=cough"), "");
}

TEST_F(SearchSpecialTest, FullTextIsBoundedAndOfferedOnlyWhereItIsKept) {
  std::string many;
  for (int i = 0; i < 30; ++i) many += "%20w" + std::to_string(i);
  EXPECT_TRUE(Find("DocumentReference", "_content=" + many).starts_with("error"));
  EXPECT_TRUE(Find("DocumentReference", "_text=%21%3F").starts_with("error")) << "no word";
  EXPECT_TRUE(Find("DocumentReference", "_text:exact=x").starts_with("error: modifier"));
  EXPECT_TRUE(Find("DocumentReference", "_text:missing=true").starts_with("error: modifier"));
  EXPECT_TRUE(Strictly("DocumentReference", "_content=x"));
  for (const char* type : {"Slot", "Appointment", "Task", "AuditEvent", "Patient"}) {
    EXPECT_FALSE(Strictly(type, "_content=x")) << type;
  }
  EXPECT_TRUE(Strictly("Patient", "_text=x"));
  EXPECT_FALSE(Strictly("Binary", "_text=x")) << "has no narrative";
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "word" + std::to_string(i) + ' ';
  const fhir::Json large =
      test::Parse(R"({"resourceType":"Condition","note":[{"text":")" + text + "\"}]}");
  EXPECT_EQ(WordsOf(large, *FindParam("Condition", "_content")).size(), 2000U);
  EXPECT_EQ(WordsOf(test::Parse(R"({"resourceType":"Slot"})"), *FindParam("Slot", "_text")).size(),
            0U);
}

TEST_F(SearchSpecialTest, WhatIsWrittenAllDayHasNoRowsForWords) {
  for (const char* type : {"Slot", "Appointment", "Task", "Encounter", "AuditEvent", "Patient"}) {
    const fhir::Json resource =
        test::Parse(R"({"resourceType":")" + std::string(type) +
                    R"(","id":"a","meta":{"versionId":"1"},"status":"free","comment":"some words",)"
                    R"("description":"头痛","identifier":[{"system":"urn:a","value":"1"}]})");
    for (const IndexEntry& entry : IndexEntries(resource, zone)) {
      for (const char* full_text : {"_text", "_content"}) {
        EXPECT_NE(entry.param, IndexNumber(*FindParam(type, full_text))) << type << entry.text;
      }
    }
  }
}

TEST_F(SearchSpecialTest, IdentifiersAreFoundByTheirType) {
  Put(R"({"resourceType":"Patient","id":"p","identifier":[
    {"type":{"coding":[{"system":"http://v2","code":"MR"}]},"system":"urn:a","value":"12345"},
    {"type":{"coding":[{"system":"http://v2","code":"SS"}]},"value":"777"}]})");
  EXPECT_EQ(Find("Patient", "identifier:of-type=http://v2|MR|12345"), "p");
  EXPECT_EQ(Find("Patient", "identifier:of-type=http://v2|SS|777"), "p");
  EXPECT_EQ(Find("Patient", "identifier:of-type=http://v2|SS|12345"), "") << "of the other type";
  EXPECT_EQ(Find("Patient", "identifier:of-type=http://other|MR|12345"), "");
  EXPECT_EQ(Find("Patient", "identifier=12345&identifier:of-type=http://v2|MR|12345"), "p");
  EXPECT_EQ(Find("Patient", "identifier=urn:a|12345"), "p");
  for (const char* value : {"MR|12345", "http://v2|MR|", "|MR|1", "http://v2||1", "x"}) {
    EXPECT_TRUE(Find("Patient", "identifier:of-type=" + std::string(value)).starts_with("error"))
        << value;
  }
}

constexpr const char* kFevers = R"({"resourceType":"ValueSet","id":"fevers","url":"http://s/fevers",
  "status":"active","version":"2","compose":{"include":[{"system":"icd","concept":[{"code":"R50"},
  {"code":"A01"}]}],"exclude":[{"system":"icd","concept":[{"code":"A01"}]}]}})";

TEST_F(SearchSpecialTest, CodesAreFoundByValueSetsOfTheStore) {
  const auto condition = [this](const std::string& id, const std::string& code) {
    Put(R"({"resourceType":"Condition","id":")" + id +
        R"(","subject":{"reference":"Patient/x"},"code":{"coding":[{"system":"icd","code":")" +
        code + R"("}]}})");
  };
  condition("fever", "R50");
  condition("typhoid", "A01");
  condition("ache", "R51");
  Put(R"({"resourceType":"Condition","id":"uncoded","subject":{"reference":"Patient/x"}})");
  Put(kFevers);
  Put(R"({"resourceType":"ValueSet","id":"more","url":"http://s/more","status":"active",
    "compose":{"include":[{"valueSet":["http://s/fevers"]},{"system":"icd",
    "concept":[{"code":"R51"}]}]}})");
  Put(R"({"resourceType":"ValueSet","id":"all","url":"http://s/all","status":"active",
    "compose":{"include":[{"system":"icd"}]}})");
  Put(R"({"resourceType":"ValueSet","id":"expanded","url":"http://s/expanded","status":"active",
    "compose":{"include":[{"system":"icd","filter":[{"property":"x","op":"=","value":"y"}]}]},
    "expansion":{"timestamp":"2026-01-01","contains":[{"system":"icd","code":"R","abstract":true,
    "contains":[{"system":"icd","code":"R51"}]}]}})");
  Put(R"({"resourceType":"ValueSet","id":"none","url":"http://s/none","status":"active"})");
  EXPECT_EQ(Find("Condition", "code:in=http://s/fevers"), "fever");
  EXPECT_EQ(Find("Condition", "code:in=http://s/fevers%7C2"), "fever");
  EXPECT_EQ(Find("Condition", "code:in=ValueSet/fevers"), "fever");
  EXPECT_EQ(Find("Condition", "code:in=http://s/more"), "fever ache");
  EXPECT_EQ(Find("Condition", "code:in=http://s/all"), "fever typhoid ache");
  EXPECT_EQ(Find("Condition", "code:in=http://s/expanded"), "ache");
  EXPECT_EQ(Find("Condition", "code:in=http://s/none"), "");
  EXPECT_EQ(Find("Condition", "code:not-in=http://s/more"), "typhoid uncoded");
  EXPECT_EQ(Find("Condition", "code:not-in=http://s/none"), "fever typhoid ache uncoded");
  EXPECT_EQ(Find("Condition", "code:in=http://s/more&code=R51"), "ache");
  EXPECT_EQ(Find("Patient", "_has:Condition:subject:code:in=http://s/more"), "");
  Put(R"({"resourceType":"Patient","id":"x","gender":"other"})");
  Put(R"({"resourceType":"ValueSet","id":"sexes","url":"http://s/sexes","status":"active","compose":
    {"include":[{"system":"http://gender","concept":[{"code":"other"}]}]}})");
  EXPECT_EQ(Find("Patient", "_has:Condition:subject:code:in=http://s/more"), "x");
  EXPECT_EQ(Find("Patient", "gender:in=http://s/sexes"), "x") << "a code has its set's system";
}

TEST_F(SearchSpecialTest, ValueSetsThatCannotBeListedAreRefused) {
  const std::string unknown = "error: value set is not known here";
  EXPECT_EQ(Find("Condition", "code:in=http://s/nobody"), unknown);
  EXPECT_EQ(Find("Condition", "code:in=ValueSet/nobody"), unknown);
  Put(kFevers);
  EXPECT_EQ(Find("Condition", "code:in=http://s/fevers%7C1"), unknown) << "another version";
  const auto set = [this](const std::string& compose) {
    Put(R"({"resourceType":"ValueSet","id":"s","url":"http://s/s","status":"active",)" + compose +
        "}");
    return Find("Condition", "code:in=http://s/s");
  };
  EXPECT_THAT(set(R"("compose":{"include":[{"system":"a","filter":[{}]}]})"),
              testing::HasSubstr("filter"));
  EXPECT_THAT(set(R"("compose":{"include":[{"valueSet":["http://s/s"]}]})"),
              testing::HasSubstr("too deeply"));
  EXPECT_THAT(set(R"("compose":{"include":[{"system":"a","valueSet":["http://s/fevers"]}]})"),
              testing::HasSubstr("intersection"));
  EXPECT_THAT(set(R"("expansion":{"total":9,"contains":[{"system":"a","code":"b"}]})"),
              testing::HasSubstr("incomplete"));
  std::string concepts;
  for (int i = 0; i < 1001; ++i) {
    concepts += (i == 0 ? "" : ",") + (R"({"code":"c)" + std::to_string(i)) + "\"}";
  }
  EXPECT_THAT(set(R"("compose":{"include":[{"system":"a","concept":[)" + concepts + "]}]}"),
              testing::HasSubstr("thousand"));
  EXPECT_EQ(set(R"("compose":{"include":[{"system":"a","concept":[)" +
                concepts.substr(0, concepts.rfind(',')) + "]}]}"),
            "");
  std::string systems;
  for (int i = 0; i < 101; ++i) {
    systems += (i == 0 ? "" : ",") + (R"({"system":"s)" + std::to_string(i)) + "\"}";
  }
  EXPECT_THAT(set(R"("compose":{"include":[)" + systems + "]}"), testing::HasSubstr("systems"));
  EXPECT_EQ(set(R"("compose":{"include":[)" + systems.substr(0, systems.rfind(',')) + "]}"), "");
  EXPECT_TRUE(Find("Condition", "onset-date:in=http://s/s").starts_with("error: modifier"));
}

TEST_F(SearchSpecialTest, QuantitiesAreComparedAcrossUnitsThatArePowersOfTen) {
  const auto observation = [this](const std::string& id, const std::string& value,
                                  const std::string& unit) {
    Put(R"({"resourceType":"Observation","id":")" + id +
        R"(","status":"final","code":{"coding":[{"system":"l","code":"x"}]},)"
        R"("valueQuantity":{"value":)" +
        value + R"(,"system":"http://unitsofmeasure.org","code":")" + unit + "\"}}");
  };
  observation("mg", "5.4", "mg");
  observation("g", "0.0054", "g");
  observation("ug", "5400", "ug");
  observation("heavy", "5.4", "g");
  observation("minutes", "5.4", "min");
  const std::string ucum = "|http://unitsofmeasure.org|";
  EXPECT_EQ(Find("Observation", "value-quantity=5.4" + ucum + "mg"), "mg g ug");
  EXPECT_EQ(Find("Observation", "value-quantity=5400" + ucum + "ug"), "mg g ug");
  EXPECT_EQ(Find("Observation", "value-quantity=5.4e-3" + ucum + "g"), "mg g ug");
  EXPECT_EQ(Find("Observation", "value-quantity=gt1" + ucum + "g"), "heavy");
  EXPECT_EQ(Find("Observation", "value-quantity=lt1" + ucum + "kg"), "mg g ug heavy");
  EXPECT_EQ(Find("Observation", "value-quantity=5.4" + ucum + "min"), "minutes");
  EXPECT_EQ(Find("Observation", "code-value-quantity=l|x$5.4" + ucum + "mg"), "mg g ug");
  EXPECT_EQ(Find("Observation", "value-quantity=5.4||mg"), "mg") << "a unit, not UCUM's";
  observation("odd", "7", "furlong");
  EXPECT_EQ(Find("Observation", "value-quantity=7" + ucum + "furlong"), "odd");
  const Status strict = Strictly("Observation", "value-quantity=7" + ucum + "furlong");
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().detail, "unit is not in this server's table: value-quantity");
  EXPECT_TRUE(Strictly("Observation", "value-quantity=120" + ucum + "mm[Hg]"));
  std::string many = "1" + ucum + "mg";
  for (int i = 2; i < 30; ++i) many += ',' + std::to_string(i) + ucum + "mg";
  EXPECT_EQ(Find("Observation", "value-quantity=" + many), "mg g ug") << "5 is 4.5 to 5.5";
  EXPECT_EQ(Find("Observation", "value-quantity=" + many + ',' + many + ',' + many),
            "error: search has too many parts");
}

TEST(UnitsTest, AmountsKeepTheirDigits) {
  EXPECT_EQ(TimesPowerOfTen("5.40", -3), "5.40e-3");
  EXPECT_EQ(TimesPowerOfTen("5e2", -3), "5e-1");
  EXPECT_EQ(TimesPowerOfTen("-1E+2", 2), "-1e4");
  EXPECT_FALSE(TimesPowerOfTen("1e999999999999", 1));
  EXPECT_TRUE(EquivalentUnits("furlong").empty());
  EXPECT_EQ(EquivalentUnits("mm[Hg]").size(), 1U);
  const auto power = [](std::string_view asked, std::string_view in) {
    for (const EquivalentUnit& unit : EquivalentUnits(asked)) {
      if (unit.code == in) return unit.power;
    }
    return 99;
  };
  EXPECT_EQ(power("mg/dL", "g/L"), -2);
  EXPECT_EQ(power("mg/dL", "ug/mL"), 1);
  EXPECT_EQ(power("L", "uL"), 6);
  EXPECT_EQ(power("kPa", "mm[Hg]"), 99);
  for (const EquivalentUnit& unit : EquivalentUnits("mg/dL")) {
    EXPECT_EQ(power(unit.code, "mg/dL"), -unit.power) << unit.code;
  }
}

TEST_F(SearchSpecialTest, AModifierThatIsNotSupportedIsRefusedWhateverTheHandling) {
  for (const char* query : {"name:phonetic=x", "birthdate:exact=2026", "gender:below=x",
                            "organization:in=x", "_id:text=x", "identifier:foo=x"}) {
    EXPECT_THAT(Find("Patient", query), testing::StartsWith("error: modifier is not supported: "))
        << query;
  }
  EXPECT_EQ(Find("Observation", "subject.name:of-type=x").substr(0, 5), "error");
}

}  // namespace
}  // namespace yizhan::store
