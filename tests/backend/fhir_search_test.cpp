#include <gmock/gmock.h>

#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

class SearchTest : public test::StoreFixture {
 protected:
  SearchTest() {
    Put(R"({"resourceType":"Patient","id":"zhang","gender":"male","birthDate":"1980-02-29",
      "name":[{"text":"张小三"}],"identifier":[{"system":"urn:yizhan:card-number","value":"8801"},
      {"system":"other","value":"8802"}]})");
    Put(R"({"resourceType":"Patient","id":"smith","gender":"male","birthDate":"1975",
      "name":[{"family":"Smith","given":["John"]}],
      "identifier":[{"system":"urn:yizhan:card-number","value":"8802"}]})");
    Put(R"({"resourceType":"Practitioner","id":"wang","name":[{"text":"王建国"}]})");
    Put(R"({"resourceType":"Schedule","id":"sched","actor":[{"reference":"Practitioner/wang"}],
      "planningHorizon":{"start":"2026-03-10T00:00:00Z","end":"2026-03-12T00:00:00Z"}})");
    Put(R"({"resourceType":"Slot","id":"s1","status":"free","start":"2026-03-10T01:00:00Z",
      "schedule":{"reference":"Schedule/sched"}})");
    Put(R"({"resourceType":"Slot","id":"s2","status":"busy","start":"2026-03-10T16:30:00Z",
      "schedule":{"reference":"Schedule/sched"}})");
    Put(R"({"resourceType":"Appointment","id":"a1","status":"booked","start":"2026-03-10T01:00:00Z",
      "slot":[{"reference":"Slot/s1"}],"participant":[{"actor":{"reference":"Patient/zhang"}},
      {"actor":{"reference":"Practitioner/wang"}}]})");
    Put(R"({"resourceType":"Appointment","id":"a2","status":"cancelled",
      "start":"2026-03-11T01:00:00Z","participant":[{"actor":{"reference":"Patient/zhang"}}]})");
    Put(R"({"resourceType":"Appointment","id":"a3","status":"waitlist",
      "participant":[{"actor":{"reference":"Patient/smith"}}]})");
  }
};

TEST_F(SearchTest, TokensTellSystemsApart) {
  EXPECT_EQ(Find("Patient", "identifier=urn:yizhan:card-number|8802"), "smith");
  EXPECT_EQ(Find("Patient", "identifier=8802"), "zhang smith");
  EXPECT_EQ(Find("Patient", "identifier=other|"), "zhang");
  EXPECT_EQ(Find("Patient", "identifier=|8802"), "");
  EXPECT_EQ(Find("Patient", "identifier=x%27%20OR%201=1--"), "");
}

TEST_F(SearchTest, CommaIsOrAndRepetitionIsAnd) {
  EXPECT_EQ(Find("Appointment", "status=booked,waitlist"), "a1 a3");
  EXPECT_EQ(Find("Appointment", "status=booked&patient=Patient/zhang"), "a1");
  EXPECT_EQ(Find("Patient", "identifier=8801&identifier=8802"), "zhang");
  EXPECT_EQ(Find("Appointment", "status:not=booked&patient=zhang"), "a2");
}

TEST_F(SearchTest, EscapedCommaIsPartOfTheValue) {
  Put(R"({"resourceType":"Basic","id":"b","identifier":[{"system":"s","value":"1,2|3"}]})");
  EXPECT_EQ(Find("Basic", "identifier=s|1%5C,2%5C|3"), "b");
  EXPECT_EQ(Find("Basic", "identifier=s|1,2"), "");
}

TEST_F(SearchTest, ReferencesInEachSpelling) {
  EXPECT_EQ(Find("Appointment", "patient=Patient/zhang"), "a1 a2");
  EXPECT_EQ(Find("Appointment", "patient=zhang"), "a1 a2");
  EXPECT_EQ(Find("Appointment", "actor:Practitioner=wang"), "a1");
  EXPECT_EQ(Find("Appointment", "patient=Practitioner/wang"), "");
  EXPECT_EQ(Find("Appointment", "practitioner=wang"), "a1");
}

TEST_F(SearchTest, ChainsLookThroughOneReference) {
  EXPECT_EQ(Find("Appointment", "patient.identifier=urn:yizhan:card-number|8801"), "a1 a2");
  EXPECT_EQ(Find("Appointment", "actor:Patient.name=smi"), "a3");
  EXPECT_EQ(Find("Slot", "schedule.actor=Practitioner/wang&status=free"), "s1");
  EXPECT_EQ(Find("Appointment", "patient.identifier=nobody"), "");
}

TEST_F(SearchTest, DatesAreSpansInTheHospitalsZone) {
  // 2026-03-10T16:30Z is already the 11th in China.
  EXPECT_EQ(Find("Slot", "start=2026-03-10"), "s1");
  EXPECT_EQ(Find("Slot", "start=2026-03-11"), "s2");
  EXPECT_EQ(Find("Slot", "start=2026-03"), "s1 s2");
  EXPECT_EQ(Find("Slot", "start=ge2026-03-10T01:00:00Z&start=lt2026-03-10T16:30:00Z"), "s1");
  EXPECT_EQ(Find("Slot", "start=gt2026-03-10T01:00:00Z"), "s2");
  EXPECT_EQ(Find("Slot", "start=le2026-03-10T09:00:00%2B08:00"), "s1");
  EXPECT_EQ(Find("Slot", "start=ne2026-03-10"), "s2");
  EXPECT_EQ(Find("Slot", "start=sa2026-03-10"), "s2");
  EXPECT_EQ(Find("Slot", "start=eb2026-03-11"), "s1");
  EXPECT_EQ(Find("Patient", "birthdate=1980-02-29"), "zhang");
  EXPECT_EQ(Find("Patient", "birthdate=lt1980"), "smith");
  EXPECT_EQ(Find("Patient", "birthdate=ge1975"), "zhang smith");
  EXPECT_EQ(Find("Schedule", "date=ge2026-03-11"), "sched");
  EXPECT_EQ(Find("Schedule", "date=gt2026-03-12T00:00:00Z"), "");
}

TEST_F(SearchTest, NamesMatchFromTheirBeginning) {
  EXPECT_EQ(Find("Patient", "name=%E5%BC%A0"), "zhang");
  EXPECT_EQ(Find("Patient", "name=SMI"), "smith");
  EXPECT_EQ(Find("Patient", "name=ith"), "");
  EXPECT_EQ(Find("Patient", "name:contains=ith"), "smith");
  EXPECT_EQ(Find("Patient", "name:exact=Smith"), "smith");
  EXPECT_EQ(Find("Patient", "name:exact=smith"), "");
}

TEST_F(SearchTest, MissingIsAQuestionToo) {
  EXPECT_EQ(Find("Appointment", "date:missing=true"), "a3");
  EXPECT_EQ(Find("Appointment", "slot:missing=false"), "a1");
  EXPECT_EQ(Find("Appointment", "slot:missing=maybe"),
            "error: search parameter not understood: slot:missing");
}

TEST_F(SearchTest, IncludesFollowReferencesBothWaysOnce) {
  SearchResult result;
  EXPECT_EQ(Find("Appointment",
                 "_id=a1,a2&_include=Appointment:actor&_include=Appointment:slot&"
                 "_include:iterate=Slot:schedule",
                 &result),
            "a1 a2");
  std::vector<std::string> included;
  for (const StoredResource& one : result.included) included.push_back(one.type + '/' + one.id);
  EXPECT_THAT(included, testing::UnorderedElementsAre("Patient/zhang", "Practitioner/wang",
                                                      "Slot/s1", "Schedule/sched"));
  Find("Patient", "_id=zhang&_revinclude=Appointment:patient", &result);
  EXPECT_EQ(result.included.size(), 2U);
  Find("Appointment", "_id=a1&_include=Appointment:actor:Patient", &result);
  EXPECT_EQ(result.included.size(), 1U);
}

TEST_F(SearchTest, PagesAreCompleteAlthoughRowsArriveMeanwhile) {
  for (int i = 0; i < 25; ++i) {
    Put(R"({"resourceType":"Task","id":"t)" + std::to_string(i) +
        R"(","status":"ready","authoredOn":"2026-03-10T0)" + std::to_string(i % 3) +
        R"(:00:00Z"})");
  }
  for (const std::string sort : {"", "&_sort=authored-on", "&_sort=-authored-on",
                                 "&_sort=_lastUpdated", "&_sort=-_lastUpdated"}) {
    std::vector<std::string> seen;
    std::string cursor;
    for (int page = 0; page < 10; ++page) {
      SearchResult result;
      const std::string error = Find("Task", "status=ready&_count=4" + sort + cursor, &result);
      ASSERT_FALSE(error.starts_with("error")) << error;
      for (const StoredResource& match : result.matches) seen.push_back(match.id);
      if (result.next_cursor.empty()) break;
      cursor = "&_cursor=" + result.next_cursor;
      if (page == 0 && sort.empty()) {
        Put(R"({"resourceType":"Task","id":"late","status":"ready"})");
      }
    }
    const std::set<std::string> different(seen.begin(), seen.end());
    EXPECT_EQ(different.size(), seen.size()) << sort;
    EXPECT_EQ(different.size(), 26U) << sort;
  }
  EXPECT_EQ(Find("Task", "_sort=-authored-on&_count=1"), "late") << "no date counts as last";
  EXPECT_TRUE(Find("Task", "_cursor=1;drop").starts_with("error"));
}

TEST_F(SearchTest, TotalsAreCounted) {
  SearchResult result;
  Find("Appointment", "_summary=count", &result);
  EXPECT_EQ(result.total, 3);
  EXPECT_TRUE(result.matches.empty());
  Find("Appointment", "_count=1&_total=accurate", &result);
  EXPECT_EQ(result.total, 3);
  EXPECT_EQ(result.matches.size(), 1U);
}

TEST_F(SearchTest, UnknownParametersAreIgnoredOrRefusedAsAsked) {
  const SearchParameters parameters{{"colour", "blue"}, {"status", "booked"}};
  const Result<SearchQuery> lenient = ParseSearch("Appointment", parameters, zone);
  ASSERT_TRUE(lenient);
  EXPECT_EQ(lenient->used, (SearchParameters{{"status", "booked"}}));
  const Result<SearchQuery> strict = ParseSearch("Appointment", parameters, zone, Handling::Strict);
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().detail, "search parameter not understood: colour");
}

TEST_F(SearchTest, BrokenSearchesAreRefusedWithoutRepeatingTheirValues) {
  for (const char* query : {"date=yesterday", "birthdate=2026-13-01", "_count=many", "%zz=1",
                            "name=%ff", "name=%00", "_lastUpdated=x", "birthdate=2026-02-30"}) {
    const std::string found = Find("Patient", query);
    if (std::string_view(query) == "date=yesterday") {
      EXPECT_FALSE(found.starts_with("error")) << "Patient has no date: ignored";
    } else {
      EXPECT_TRUE(found.starts_with("error")) << query;
    }
  }
  EXPECT_EQ(Find("Patient", "birthdate=secret").find("secret"), std::string::npos);
}

/// A value that a parameter of its kind understands.
std::string ValueFor(const SearchParam& param) {
  switch (param.kind) {
    case ParamKind::Date: return "2026-03-10";
    case ParamKind::Number: return "1.5";
    case ParamKind::Quantity: return "1.5|http://unitsofmeasure.org|mg";
    case ParamKind::Composite: {
      std::string value;
      for (const SearchParam::Component& component : param.components) {
        value += (value.empty() ? "" : "$") + ValueFor(*component.param);
      }
      return value;
    }
    case ParamKind::Special: return "31.2|121.5|5|km";
    default: return "x";
  }
}

TEST_F(SearchTest, EveryParameterOfR4CanBeAsked) {
  // Every parameter must find its way to SQL that the engine understands.
  for (const SearchParam& param : r4::SearchParams()) {
    const std::string type(param.type == "Resource" ? "Patient" : param.type);
    const std::string name(param.name);
    if (!IsSearchable(type, param)) continue;
    const std::string value = name == "_lastUpdated" ? "2026" : ValueFor(param);
    EXPECT_EQ(Find(type, name + "=" + value + "&_count=1").find("error"), std::string::npos)
        << type << '?' << name;
    if (param.kind == ParamKind::Composite || name == "_id" || name == "_lastUpdated") continue;
    if (name == "_text") continue;
    EXPECT_FALSE(Find(type, name + ":missing=false").starts_with("error")) << type << '?' << name;
    if (param.kind == ParamKind::Special) continue;
    EXPECT_FALSE(Find(type, "_sort=-" + name).starts_with("error")) << type << '?' << name;
  }
}

}  // namespace
}  // namespace yizhan::store
