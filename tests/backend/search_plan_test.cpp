// Every indexed kind of criterion must enter an index: the statements of searches are explained by
// the engine itself.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include "backend/store/search_sql.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::store {
namespace {

class SearchPlanTest : public test::StoreFixture {
 protected:
  SearchPlanTest() : StoreFixture(test::Engine::Sqlite) {
    EXPECT_EQ(sqlite3_open((folder.Path() + "/hospital.db").c_str(), &handle_), SQLITE_OK);
  }
  ~SearchPlanTest() override { sqlite3_close(handle_); }

  /// The engine's plan for the first and for a later page, one step a line.
  std::string Plan(const std::string& type, std::string_view text) {
    const auto query = ParseSearch(type, *ParseQueryString(text), zone, Handling::Strict);
    EXPECT_TRUE(query) << text;
    if (!query) return "SCAN";
    const SearchSql statements(*query, SqlDialect::Sqlite);
    Cursor cursor;
    for (const bool is_text : statements.SortsByText()) {
      cursor.values.push_back(is_text ? SqlValue("x") : SqlValue(std::int64_t{1}));
    }
    return Explain(statements.Page(nullptr)) + Explain(statements.Page(&cursor)) +
           Explain(statements.Count());
  }

 private:
  std::string Explain(const Sql& sql) {
    sqlite3_stmt* statement = nullptr;
    const std::string text = "EXPLAIN QUERY PLAN " + sql.text;
    EXPECT_EQ(sqlite3_prepare_v2(handle_, text.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle_) << "\n"
        << sql.text;
    EXPECT_EQ(sqlite3_bind_parameter_count(statement), static_cast<int>(sql.values.size()));
    std::string plan;
    while (statement != nullptr && sqlite3_step(statement) == SQLITE_ROW) {
      plan += reinterpret_cast<const char*>(sqlite3_column_text(statement, 3));
      plan += '\n';
    }
    sqlite3_finalize(statement);
    return plan;
  }

  sqlite3* handle_ = nullptr;
};

int Count(std::string_view text, std::string_view part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

/// A walk over a table. Walking over the few keys that a subquery gave is none.
bool WalksOverATable(const std::string& plan) {
  for (const char* table : {"resource", "history", "token", "reference", "string", "date", "number",
                            "quantity", "uri", "r", "t", "s", "f", "x"}) {
    for (std::size_t at = plan.find(std::string("SCAN ") + table); at != std::string::npos;
         at = plan.find(std::string("SCAN ") + table, at + 1)) {
      const std::string rest = plan.substr(at + 5 + std::string(table).size(), 1);
      const bool is_alias = std::string(table).size() == 1;
      if (rest == "\n" || rest == " " || (is_alias && rest[0] >= '0' && rest[0] <= '9')) {
        return true;
      }
    }
  }
  return false;
}

TEST_F(SearchPlanTest, EveryKindOfCriterionUsesAnIndex) {
  const std::vector<std::pair<std::string, std::string>> searches = {
      {"Patient", "_id=p1"},
      {"Patient", "_lastUpdated=ge2026-03-10"},
      {"Patient", "identifier=a|b"},
      {"Patient", "identifier=b"},
      {"Patient", "identifier=b,c,d|e"},
      {"Patient", "identifier=a|"},
      {"Patient", "name=x"},
      {"Patient", "name:exact=x"},
      {"Patient", "name:contains=x"},
      {"Patient", "birthdate=1980"},
      {"Patient", "birthdate=lt1980&gender=male"},
      {"Patient", "organization=Organization/1"},
      {"Patient", "organization.name=x"},
      {"Patient", "organization.partof.identifier=x"},
      {"Patient", "_has:Observation:patient:code=x"},
      {"Patient", "_has:Observation:patient:_has:AuditEvent:entity:agent=Device/1"},
      {"Patient", "_tag=x"},
      {"Observation", "value-quantity=5"},
      {"Observation", "code-value-quantity=a$5"},
      {"Observation", "subject:identifier=x"},
      {"Observation", "code:text=x"},
      {"Questionnaire", "url=http://x"},
      {"Questionnaire", "url:below=http://x"},
      {"RiskAssessment", "probability=gt0.5"},
      {"Location", "near=31.2|121.5|5|km"},
      {"Location", "near=31.2|121.5|5|km&status=active"},
      {"HealthcareService", "location.near=31.2|121.5"},
      {"Patient", "identifier:of-type=v2|MR|1"},
      {"Observation", "value-quantity=5|http://unitsofmeasure.org|mg"},
      {"DocumentReference", "_content=headache pain"},
      {"DocumentReference", "_content=痛"},
      {"DocumentReference", "_text=头痛&subject=Patient/1"},
      {"Slot", "schedule=Schedule/1&start=2026-03-10&status=free"},
      {"Slot", "schedule=Schedule/1&start=ge2026-03-10&start=lt2026-03-11&_sort=start"},
      {"Slot", "schedule.actor=Practitioner/1&start=2026-03-10"},
      {"Slot", "status=free"},
      {"Appointment", "patient=Patient/1&status:not=cancelled"},
      {"Appointment", "patient=Patient/1&slot:missing=true"},
      {"Appointment", "_sort=-_lastUpdated"},
      {"Appointment", ""}};
  for (const auto& [type, text] : searches) {
    const std::string plan = Plan(type, text);
    EXPECT_FALSE(WalksOverATable(plan)) << type << '?' << text << '\n' << plan;
  }
}

TEST_F(SearchPlanTest, SlotsOfADayAreOneRangeOfOneIndex) {
  const std::string plan = Plan("Slot", "schedule=Schedule/1&start=2026-03-10&status=free");
  EXPECT_THAT(plan, testing::HasSubstr("moment>? AND moment<?")) << plan;
}

TEST_F(SearchPlanTest, PagesInOrderAreNotSorted) {
  for (const auto& [type, text] : std::vector<std::pair<std::string, std::string>>{
           {"Slot", "status=free"},
           {"Patient", "identifier=a|b"},
           {"Patient", ""},
           {"Appointment", "_sort=_lastUpdated&_lastUpdated=ge2026-03-10"},
           {"Appointment", "_sort=-_lastUpdated"}}) {
    const std::string plan = Plan(type, text);
    // The rows of one page, `p`, are put in order at last; all that were found are not.
    EXPECT_EQ(Count(plan, "TEMP B-TREE"), Count(plan, "SCAN p\n")) << type << '?' << text << '\n'
                                                                   << plan;
  }
}

}  // namespace
}  // namespace yizhan::store
