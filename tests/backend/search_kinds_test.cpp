// Every kind of search parameter with its modifiers, chains, _has, composites and sorting; the
// basics are in fhir_search_test.cpp.
#include <gmock/gmock.h>

#include "backend/store/decimal.h"
#include "backend/store/index_entries.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

class SearchKindsTest : public test::StoreFixture {
 protected:
  SearchKindsTest() {
    Put(R"({"resourceType":"Organization","id":"clinic","name":"Clinic"})");
    Put(R"({"resourceType":"Organization","id":"group","name":"Group"})");
    Put(R"({"resourceType":"Organization","id":"clinic","name":"Clinic",
      "partOf":{"reference":"Organization/group"}})");
    Put(R"({"resourceType":"Patient","id":"li","managingOrganization":
      {"reference":"Organization/clinic"},"name":[{"family":"李","given":["雷"]}],
      "address":[{"city":"北京","postalCode":"100000"}],"birthDate":"1990-05-05",
      "maritalStatus":{"coding":[{"system":"m","code":"M","display":"Married person"}],
      "text":"verheiratet"}})");
    Put(R"({"resourceType":"Patient","id":"mueller","managingOrganization":
      {"reference":"http://elsewhere/fhir/Organization/7"},"birthDate":"1980-01-01",
      "name":[{"text":"Jörg MÜLLER","family":"Müller","given":["Jörg"]}]})");
    Put(Observation("o1", "li", "8480-6", "120", "2026-03-10T08:00:00+08:00"));
    Put(Observation("o2", "li", "8462-4", "80.5", "2026-03-11T08:00:00+08:00"));
    Put(Observation("o3", "mueller", "8480-6", "140", "2026-03-10T09:00:00+08:00"));
  }
  static std::string Observation(const std::string& id, const std::string& patient,
                                 const std::string& code, const std::string& value,
                                 const std::string& time) {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + code +
           R"("}]},"subject":{"reference":"Patient/)" + patient +
           R"(","identifier":{"system":"mrn","value":"m-)" + patient +
           R"("}},"effectiveDateTime":")" + time + R"(","valueQuantity":{"value":)" + value +
           R"(,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}})";
  }
};

TEST_F(SearchKindsTest, ChainsGoThroughSeveralReferences) {
  EXPECT_EQ(Find("Observation", "subject:Patient.organization.name=clinic"), "o1 o2");
  EXPECT_EQ(Find("Observation", "patient.organization.partof.name:exact=Group"), "o1 o2");
  EXPECT_EQ(Find("Observation", "patient.organization.partof.name=nobody"), "");
  EXPECT_EQ(Find("Observation", "patient._id=li&code=8462-4"), "o2");
  EXPECT_EQ(Find("Observation", "patient.birthdate=lt1985"), "o3");
  EXPECT_EQ(Find("Observation", "patient.name:missing=false&code=8480-6"), "o1 o3");
  EXPECT_EQ(Find("Observation", "code=8480-6&patient.organization.name:contains=lin"), "o1");
}

TEST_F(SearchKindsTest, HasLooksFromTheOtherSide) {
  EXPECT_EQ(Find("Patient", "_has:Observation:patient:code=8462-4"), "li");
  EXPECT_EQ(Find("Patient", "_has:Observation:patient:code=http://loinc.org|8480-6"), "li mueller");
  EXPECT_EQ(Find("Patient", "gender:missing=true&_has:Observation:patient:date=2026-03-11"), "li");
  EXPECT_EQ(Find("Organization", "_has:Patient:organization:_has:Observation:patient:code=8462-4"),
            "clinic");
  EXPECT_EQ(Find("Patient", "_has:Observation:patient:code:not=8480-6"), "li");
  EXPECT_EQ(Find("Patient", "_has:Slot:patient:status=x"), "li mueller") << "no such: left out";
}

TEST_F(SearchKindsTest, ReferencesWhateverTheyLookLike) {
  EXPECT_EQ(Find("Patient", "organization=http://elsewhere/fhir/Organization/7"), "mueller");
  EXPECT_EQ(Find("Observation", "subject:identifier=mrn|m-li"), "o1 o2");
  EXPECT_EQ(Find("Observation", "subject:identifier=other|m-li"), "");
  EXPECT_EQ(Find("Observation", "subject:Patient=li"), "o1 o2");
  EXPECT_EQ(Find("Observation", "subject:Group=li"), "");
  EXPECT_EQ(Find("Observation", "subject:Group=Patient/li"), "");
  const auto query = ParseSearch("Observation", {{"subject", "http://me/fhir/Patient/mueller"}},
                                 zone, Handling::Strict, "http://me/fhir");
  ASSERT_TRUE(query);
  EXPECT_EQ(store->Search(*query)->matches.size(), 1U);
  Put(R"({"resourceType":"QuestionnaireResponse","id":"qr","status":"completed",
    "questionnaire":"http://q/one|2.0"})");
  EXPECT_EQ(Find("QuestionnaireResponse", "questionnaire=http://q/one"), "qr");
  EXPECT_EQ(Find("QuestionnaireResponse", "questionnaire=http://q/one%7C2.0"), "qr");
  EXPECT_EQ(Find("QuestionnaireResponse", "questionnaire=http://q/one%7C1.0"), "");
}

TEST_F(SearchKindsTest, QuantitiesCompareExactly) {
  EXPECT_EQ(Find("Observation", "value-quantity=120"), "o1");
  EXPECT_EQ(Find("Observation", "value-quantity=120||mmHg"), "o1");
  EXPECT_EQ(Find("Observation", "value-quantity=120||mm[Hg]"), "o1");
  EXPECT_EQ(Find("Observation", "value-quantity=120|http://unitsofmeasure.org|mm[Hg]"), "o1");
  EXPECT_EQ(Find("Observation", "value-quantity=120|http://unitsofmeasure.org|kPa"), "");
  EXPECT_EQ(Find("Observation", "value-quantity=80"), "") << "80 stands for 79.5 to 80.5";
  EXPECT_EQ(Find("Observation", "value-quantity=81"), "o2");
  EXPECT_EQ(Find("Observation", "value-quantity=gt80.5"), "o1 o3");
  EXPECT_EQ(Find("Observation", "value-quantity=ge80.50"), "o1 o2 o3");
  EXPECT_EQ(Find("Observation", "value-quantity=lt1.2e2"), "o2");
  EXPECT_EQ(Find("Observation", "value-quantity=ap130"), "o1 o3");
  EXPECT_EQ(Find("Observation", "value-quantity=ne120"), "o2 o3");
  EXPECT_TRUE(Find("Observation", "value-quantity=much").starts_with("error"));
  EXPECT_TRUE(Find("Observation", "value-quantity=1|x").starts_with("error"));
}

TEST_F(SearchKindsTest, NumbersAndUris) {
  Put(R"({"resourceType":"RiskAssessment","id":"r","status":"final","subject":
    {"reference":"Patient/li"},"prediction":[{"probabilityDecimal":0.250}]})");
  EXPECT_EQ(Find("RiskAssessment", "probability=0.25"), "r");
  EXPECT_EQ(Find("RiskAssessment", "probability=gt0.25"), "");
  EXPECT_EQ(Find("RiskAssessment", "probability=le0.2500"), "r");
  Put(R"({"resourceType":"Questionnaire","id":"q","status":"active","url":"http://a/b/c"})");
  EXPECT_EQ(Find("Questionnaire", "url=http://a/b/c"), "q");
  EXPECT_EQ(Find("Questionnaire", "url=http://a/b"), "");
  EXPECT_EQ(Find("Questionnaire", "url:below=http://a/b"), "q");
  EXPECT_EQ(Find("Questionnaire", "url:below=http://a/b/c/d"), "");
  EXPECT_EQ(Find("Questionnaire", "url:below=http://a/b/"), "q");
  EXPECT_EQ(Find("Questionnaire", "url:above=http://a/b/c/d"), "q");
  EXPECT_EQ(Find("Questionnaire", "url:below=http://a/bb"), "");
}

TEST_F(SearchKindsTest, TextsMatchAsPeopleTypeThem) {
  EXPECT_EQ(Find("Patient", "name=muller"), "mueller");
  EXPECT_EQ(Find("Patient", "name=JORG"), "mueller");
  EXPECT_EQ(Find("Patient", "name=李雷"), "li") << "family and given name together";
  EXPECT_EQ(Find("Patient", "name=jorg%20muller"), "mueller");
  EXPECT_EQ(Find("Patient", "family:exact=Müller"), "mueller");
  EXPECT_EQ(Find("Patient", "family:exact=muller"), "");
  EXPECT_EQ(Find("Patient", "name:contains=ULL"), "mueller");
  EXPECT_EQ(Find("Patient", "address=北京"), "li");
  EXPECT_EQ(Find("Patient", "address-postalcode=１０００"), "li") << "full-width digits";
  EXPECT_EQ(Find("Patient", "name=%25"), "");
  EXPECT_EQ(Find("Patient", "name=_i"), "");
}

TEST_F(SearchKindsTest, TokensByTextAndByTag) {
  Put(R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/li"},"code":
    {"coding":[{"system":"s","code":"X1","display":"Broken arm"}],"text":"Armbruch links"},
    "meta":{"tag":[{"system":"t","code":"demo"}],"profile":["http://p/one"],"source":"urn:k3"}})");
  EXPECT_EQ(Find("Condition", "code:text=armbruch"), "c");
  EXPECT_EQ(Find("Condition", "code:text=broken"), "c");
  EXPECT_EQ(Find("Condition", "code:text=leg"), "");
  EXPECT_EQ(Find("Condition", "_tag=t|demo&_profile=http://p/one&_source=urn:k3"), "c");
  EXPECT_EQ(Find("Patient", "_tag=t|demo"), "") << "of another type";
  EXPECT_EQ(Find("Condition", "code=|X1"), "");
  EXPECT_EQ(Find("Condition", "code=s|"), "c");
}

TEST_F(SearchKindsTest, CompositesMatchWithinOneRepetition) {
  Put(R"({"resourceType":"Observation","id":"bp","status":"final","code":{"text":"bp"},"component":[
    {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":
      {"value":150}},
    {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":
      {"value":95}}]})");
  EXPECT_EQ(Find("Observation", "component-code-value-quantity=8480-6$150"), "bp");
  EXPECT_EQ(Find("Observation", "component-code-value-quantity=8480-6$95"), "")
      << "values of different components";
  EXPECT_EQ(Find("Observation", "component-code-value-quantity=8480-6$gt100,8462-4$gt100"), "bp");
  EXPECT_EQ(Find("Observation", "code-value-quantity=8480-6$gt130"), "o3");
  EXPECT_EQ(Find("Observation", "code-value-quantity=http://loinc.org|8480-6$120&patient=li"),
            "o1");
  EXPECT_TRUE(Find("Observation", "code-value-quantity=8480-6").starts_with("error"));
  EXPECT_TRUE(Find("Observation", "code-value-quantity=a$1$2").starts_with("error"));
}

TEST_F(SearchKindsTest, WhatBelongsToSomethingOnADayIsFoundThereAfterItMoved) {
  const auto slot = [](const std::string& start) {
    return R"({"resourceType":"Slot","id":"m","status":"free","schedule":)"
           R"({"reference":"Schedule/x"},"start":")" +
           start + "\"}";
  };
  Put(slot("2026-03-10T09:00:00+08:00"));
  EXPECT_EQ(Find("Slot", "schedule=Schedule/x&start=2026-03-10"), "m");
  Put(slot("2026-03-12T09:00:00+08:00"));
  EXPECT_EQ(Find("Slot", "schedule=Schedule/x&start=2026-03-10"), "");
  EXPECT_EQ(Find("Slot", "schedule=Schedule/x&start=ge2026-03-12&start=lt2026-03-13"), "m");
  EXPECT_EQ(Find("Slot", "schedule=Schedule/x&start=ne2026-03-10"), "m");
  EXPECT_EQ(Find("Slot", "schedule=Schedule/x&start=2026-03-11,2026-03-12"), "m");
  Put(R"({"resourceType":"Encounter","id":"long","status":"finished","class":{"code":"IMP"},
    "subject":{"reference":"Patient/li"},"period":{"start":"2026-02-01","end":"2026-04-01"}})");
  Put(R"({"resourceType":"Encounter","id":"open","status":"in-progress","class":{"code":"IMP"},
    "subject":{"reference":"Patient/li"},"period":{"start":"2026-03-01"}})");
  Put(R"({"resourceType":"Encounter","id":"never","status":"planned","class":{"code":"IMP"},
    "subject":{"reference":"Patient/li"}})");
  EXPECT_EQ(Find("Encounter", "patient=li&date=ge2026-03-10"), "long open");
  EXPECT_EQ(Find("Encounter", "patient=li&date=ap2026-03-10"), "long open");
  EXPECT_EQ(Find("Encounter", "patient=li"), "long open never");
}

TEST_F(SearchKindsTest, SortsBySeveralKeysOfAnyKind) {
  EXPECT_EQ(Find("Observation", "_sort=code,-date"), "o2 o3 o1");
  EXPECT_EQ(Find("Observation", "_sort=-value-quantity"), "o3 o1 o2");
  EXPECT_EQ(Find("Patient", "_sort=-_id"), "mueller li");
  EXPECT_EQ(Find("Patient", "_sort=family"), "mueller li");
  EXPECT_EQ(Find("Observation", "_sort=subject,date"), "o1 o2 o3");
  std::string seen;
  std::string cursor;
  for (int page = 0; page < 4; ++page) {
    SearchResult result;
    seen += Find("Observation", "_sort=code,-date&_count=1" + cursor, &result) + ' ';
    if (result.next_cursor.empty()) break;
    cursor = "&_cursor=" + result.next_cursor;
  }
  EXPECT_EQ(seen, "o2 o3 o1 ");
}

TEST_F(SearchKindsTest, IncludesOfEverythingEndInCircles) {
  Put(R"({"resourceType":"Organization","id":"group","name":"Group",
    "partOf":{"reference":"Organization/clinic"}})");
  SearchResult result;
  Find("Organization", "_id=clinic&_include:iterate=Organization:partof", &result);
  EXPECT_EQ(result.included.size(), 1U);
  Find("Patient", "_id=li&_include=*&_revinclude=*", &result);
  EXPECT_EQ(result.included.size(), 3U);
  Find("Patient", "_id=li&_revinclude=Observation:*", &result);
  EXPECT_EQ(result.included.size(), 2U);
  Find("Observation", "_id=o1&_include=Observation:subject&_include:iterate=Patient:*", &result);
  EXPECT_EQ(result.included.size(), 2U);
}

TEST_F(SearchKindsTest, DeletedResourcesAreFoundByNothing) {
  ASSERT_TRUE(store->Write([](Transaction& transaction) -> Status {
    const auto deleted = transaction.Delete("Patient", "li");
    return deleted ? Status() : tl::unexpected<Error>(deleted.error());
  }));
  EXPECT_EQ(Find("Patient", "_id=li"), "");
  EXPECT_EQ(Find("Patient", "_lastUpdated=ge2000"), "mueller");
  EXPECT_EQ(Find("Observation", "patient.name=李"), "");
  EXPECT_EQ(Find("Patient", "_has:Observation:patient:code=8480-6"), "mueller");
}

TEST_F(SearchKindsTest, HostileSearchesAreBounded) {
  std::string many = "x";
  for (int i = 0; i < 250; ++i) many += ",x" + std::to_string(i);
  EXPECT_TRUE(Find("Patient", "identifier=" + many).starts_with("error"));
  EXPECT_EQ(Find("Patient", "identifier=" + many.substr(0, 600)), "");
  std::string chain = "organization";
  for (int i = 0; i < 20; ++i) chain += ".partof";
  EXPECT_EQ(Find("Patient", chain + ".name=x"), "error: search has too many parts");
  std::string has;
  for (int i = 0; i < 20; ++i) has += "_has:Organization:partof:";
  EXPECT_EQ(Find("Organization", has + "name=x"), "error: search has too many parts");
  EXPECT_TRUE(Find("Patient", "name=" + std::string(3000, 'a')).starts_with("error"));
  EXPECT_EQ(Find("Patient", "name=%27%22%3B%20DROP%20TABLE%20resource--"), "");
  EXPECT_EQ(Find("Patient", "identifier=%5C"), "");
  EXPECT_TRUE(Find("Patient", "_cursor=t00.1").starts_with("error"));
  EXPECT_TRUE(Find("Patient", "identifier:=x").starts_with("error") ||
              Find("Patient", "identifier:=x") == "");
  EXPECT_EQ(Find("Patient", "name:exact:exact=x"),
            "error: modifier is not supported: name:exact:exact");
  std::string conditions;
  for (int i = 0; i < 90; ++i) conditions += "&name:contains=a" + std::to_string(i);
  EXPECT_EQ(Find("Patient", conditions), "");
}

TEST(DecimalTest, KeysSortAsTheNumbersDo) {
  const std::vector<std::string> ascending = {"-1e100", "-123456789012345678901234567890",
                                              "-1000",  "-10.5",
                                              "-10.05", "-10",
                                              "-0.001", "0",
                                              "1e-50",  "0.001",
                                              "0.01",   "9.99",
                                              "10",     "10.05",
                                              "10.5",   "1000",
                                              "1e100"};
  for (std::size_t i = 1; i < ascending.size(); ++i) {
    EXPECT_LT(*DecimalKey(ascending[i - 1]), *DecimalKey(ascending[i])) << ascending[i];
  }
  EXPECT_EQ(DecimalKey("1.50"), DecimalKey("15e-1"));
  EXPECT_EQ(DecimalKey("-0.0"), DecimalKey("0"));
  EXPECT_LT(kLowestDecimal, *DecimalKey("-1e9000"));
  EXPECT_GT(kHighestDecimal, *DecimalKey("1e9000"));
  for (const char* bad : {"", "-", ".", "1e", "1e99999", "0x1", "1.2.3", "NaN", "１"}) {
    EXPECT_FALSE(DecimalKey(bad)) << bad;
  }
  EXPECT_FALSE(DecimalKey(std::string(200, '9')));
}

TEST(DecimalTest, PrecisionTellsWhatANumberStandsFor) {
  EXPECT_EQ(DecimalSpan("100")->low, DecimalKey("99.5"));
  EXPECT_EQ(DecimalSpan("100")->high, DecimalKey("100.5"));
  EXPECT_EQ(DecimalSpan("100.00")->low, DecimalKey("99.995"));
  EXPECT_EQ(DecimalSpan("1e2")->high, DecimalKey("150"));
  EXPECT_EQ(DecimalSpan("0")->low, DecimalKey("-0.5"));
  EXPECT_EQ(DecimalSpan("-5")->low, DecimalKey("-5.5"));
  EXPECT_EQ(DecimalSpan("-5")->high, DecimalKey("-4.5"));
  EXPECT_EQ(DecimalAround("-100")->low, DecimalKey("-110"));
  EXPECT_EQ(DecimalAround("100")->low, DecimalKey("90"));
}

TEST(FoldTextTest, FoldsWhatPeopleMeanAlike) {
  EXPECT_EQ(FoldText("  ÀÉÎÕÜ  Ñandú\tŁódź "), "aeiou nandu lodz");
  EXPECT_EQ(FoldText("ＡＢＣ　１２"), "abc 12");
  EXPECT_EQ(FoldText("阿里木•买买提"), FoldText("阿里木·买买提"));
  EXPECT_EQ(FoldText("e\xCC\x81"), "e") << "a combining accent";
  EXPECT_EQ(FoldText("ИВАН"), "иван");
  EXPECT_EQ(FoldText("𠮷野家"), "𠮷野家") << "beyond the first plane";
  EXPECT_EQ(IndexedPart(std::string(510, 'a') + "张三").size(), 510U);
}

}  // namespace
}  // namespace yizhan::store
