#include <gmock/gmock.h>

#include "backend/r4/fhirpath.h"
#include "backend/r4/pattern.h"
#include "backend/r4/xhtml.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;

Json Read(std::string_view text) { return Json::Parse(text).value(); }

/// What an expression says about a resource, as JSON texts one after another.
std::string Say(std::string_view text, const Json& resource) {
  const auto expression = Expression::Compile(text);
  if (!expression) return "error";
  const Node node = ResourceNode(resource);
  Evaluator evaluator({node, node});
  std::string said;
  for (const Node& value : evaluator.Evaluate(*expression, node)) {
    said += (said.empty() ? "" : " ") + value.json->Write();
  }
  return said;
}

const Json& Patient() {
  static const Json patient = Read(R"({
      "resourceType":"Patient","id":"p","active":true,
      "contained":[{"resourceType":"Organization","id":"o","name":"X"}],
      "name":[{"use":"official","family":"张","given":["三","San"]},{"use":"nickname","text":"a"}],
      "birthDate":"1980-02-29","_birthDate":{"extension":[{"url":"u","valueString":"x"}]},
      "_gender":{"extension":[{"url":"absent","valueCode":"unknown"}]},
      "deceasedDateTime":"2026-03-10T09:00:00+08:00","multipleBirthInteger":2,
      "managingOrganization":{"reference":"#o"},
      "generalPractitioner":[{"reference":"Practitioner/1"},{"reference":"Organization/2"}]})");
  return patient;
}

TEST(FhirPathTest, EveryExpressionOfR4IsUnderstood) {
  for (const Invariant& invariant : Invariants()) {
    const auto compiled = Expression::Compile(invariant.expression);
    EXPECT_TRUE(compiled) << invariant.key << ": " << invariant.expression << " "
                          << compiled.error().detail;
  }
  for (const SearchParam& param : SearchParams()) {
    if (param.expression.empty()) continue;  // Full text selects nothing: it reads everything.
    EXPECT_TRUE(Expression::Compile(param.expression)) << param.expression;
    for (const auto& component : param.components) {
      EXPECT_TRUE(Expression::Compile(component.expression)) << component.expression;
    }
  }
}

struct Case {
  const char* expression;
  const char* said;
};

TEST(FhirPathTest, PathsKnowChoicesListsAndPrimitives) {
  for (const auto& [expression, said] : std::initializer_list<Case>{
           {"name.given", R"("三" "San")"},
           {"Patient.name.family", R"("张")"},
           {"Resource.id", R"("p")"},
           {"Practitioner.name.family", ""},
           {"name[1].text", R"("a")"},
           {"name[7]", ""},
           {"deceased", R"("2026-03-10T09:00:00+08:00")"},
           {"deceasedDateTime", ""},
           {"deceased is dateTime", "true"},
           {"deceased.ofType(boolean)", ""},
           {"(deceased as dateTime).exists()", "true"},
           {"multipleBirth is Integer", "true"},
           {"gender.exists()", "true"},
           {"gender.hasValue()", "false"},
           {"birthDate.hasValue()", "true"},
           {"birthDate.extension('u').value", R"("x")"},
           {"nonsense.exists()", "false"},
           {"name.children().count()", "6"},
           {"contained.name", R"("X")"},
           {"descendants().where($this is Organization).count()", "1"},
           {"%resource.id & %context.id", R"("pp")"},
           {"`name`.count()", "2"},
       }) {
    EXPECT_EQ(Say(expression, Patient()), said) << expression;
  }
}

TEST(FhirPathTest, FunctionsDoWhatTheSpecificationSays) {
  for (const auto& [expression, said] : std::initializer_list<Case>{
           {"name.where(use = 'official').given.first()", R"("三")"},
           {"name.select(use)", R"("official" "nickname")"},
           {"name.given.last() | name.given", R"("San" "三")"},
           {"name.all(use.exists())", "true"},
           {"name.exists(use = 'old')", "false"},
           {"name.given.tail()", R"("San")"},
           {"name.given.skip(1).empty()", "false"},
           {"name.given.take(1)", R"("三")"},
           {"name.family.length()", "1"},
           {"name.given.isDistinct()", "true"},
           {"name.given.combine(name.given).isDistinct()", "false"},
           {"name.given.intersect('San' | 'x')", R"("San")"},
           {"name.given.exclude('San')", R"("三")"},
           {"iif(active, 'yes', 'no')", R"("yes")"},
           {"iif({}, 'yes')", ""},
           {"'a' in ('a' | 'b')", "true"},
           {"('a' | 'b') contains 'c'", "false"},
           {"'abc'.substring(1, 1) + 'abc'.substring(2)", R"("bc")"},
           {"'abc'.substring(3)", ""},
           {"'张三'.substring(1)", R"("三")"},
           {"'abc'.indexOf('c')", "2"},
           {"'a.b'.replaceMatches('\\\\..*', '')", R"("a")"},
           {"'aXa'.replace('a', '-').lower()", R"("-x-")"},
           {"'12'.toInteger() + 1", "13"},
           {"'x'.toInteger()", ""},
           {"1.toString()", R"("1")"},
           {"generalPractitioner.where(resolve() is Practitioner).reference",
            R"("Practitioner/1")"},
           {"managingOrganization.resolve().name", R"("X")"},
           {"repeat(name).count()", "2"},
           {"(1 | 2 | 2).count()", "2"},
           {"(true | false).allTrue()", "false"},
           {"active.trace('x').not()", "false"},
       }) {
    EXPECT_EQ(Say(expression, Patient()), said) << expression;
  }
}

TEST(FhirPathTest, OperatorsBindAndKnowThreeValues) {
  for (const auto& [expression, said] : std::initializer_list<Case>{
           {"1 + 2 * 3", "7"},
           {"(1 + 2) * 3", "9"},
           {"7 div 2 + 7 mod 2", "4"},
           {"7 div 0", ""},
           {"-1 < 0", "true"},
           {"1.50 = 1.5", "true"},
           {"0.1 + 0.2 < 0.4", "true"},
           {"true or {}", "true"},
           {"{} or false", ""},
           {"{} and false", "false"},
           {"{} implies true", "true"},
           {"false implies {}", "true"},
           {"true xor {}", ""},
           {"true xor false", "true"},
           {"{} = {}", ""},
           {"'a' != 'b'", "true"},
           {"'a' & {}", R"("a")"},
           {"'a' + {}", ""},
           {"@2026-03-10 < @2026-03-11", "true"},
           {"@2026-03 <= @2026-03-11", ""},
           {"@2026-02 <= @2026-03-11", "true"},
           {"@2026-03-10T09:00:00+08:00 = @2026-03-10T01:00:00Z", "true"},
           {"@2026-03-10T09:00:00.100Z > @2026-03-10T09:00:00.05Z", "true"},
           {"Patient.birthDate < @1980-03", "true"},
           {"1 > 'a'", ""},
       }) {
    EXPECT_EQ(Say(expression, Patient()), said) << expression;
  }
}

TEST(FhirPathTest, WhatIsNoExpressionIsRefused) {
  for (const char* text : {"", "a.", "(a", "a)", "a b", "'a", "f()", "where()", "where(a, b)", "%x",
                           "$total", "a..b", "#", "1 +", "a is", "matches('(')", "@", "{1}"}) {
    EXPECT_EQ(Say(text, Patient()), "error") << text;
  }
  EXPECT_EQ(Say(std::string(500, '(') + "a" + std::string(500, ')'), Patient()), "error");
  std::string chain = "a";
  for (int i = 0; i < 1000; ++i) chain += ".a";
  EXPECT_EQ(Say(chain, Patient()), "error");
}

TEST(FhirPathTest, ARuleThatCannotBeDecidedIsUnknownAndOneWithoutResultFails) {
  const Node node = ResourceNode(Patient());
  Evaluator evaluator({node, node});
  const auto test = [&](std::string_view text) {
    return evaluator.Test(Expression::Compile(text).value(), node);
  };
  EXPECT_EQ(test("active"), Truth::True);
  EXPECT_EQ(test("active.not()"), Truth::False);
  EXPECT_EQ(test("nothing = 1"), Truth::False);
  EXPECT_EQ(test("birthDate <= @1980"), Truth::Unknown);
}

TEST(FhirPathTest, WorkIsBounded) {
  Json many = Read(R"({"resourceType":"Patient"})");
  for (int i = 0; i < 3000; ++i) {
    many.At("name").Append(Json::Object({{"given", Json::Array({Json::Integer(i)})}}));
  }
  const Node node = ResourceNode(many);
  Evaluator evaluator({node, node}, 100'000);
  const auto expression =
      Expression::Compile("name.all(%resource.name.select(given).isDistinct())").value();
  EXPECT_EQ(evaluator.Test(expression, node), Truth::Unknown);
  EXPECT_TRUE(evaluator.OverBudget());
}

TEST(PatternTest, MatchesTheWholeTextWithoutBacktracking) {
  const auto matches = [](std::string_view pattern, std::string_view text) {
    const auto compiled = Pattern::Compile(pattern);
    return compiled && compiled->Matches(text);
  };
  EXPECT_TRUE(matches("[A-Z]([A-Za-z0-9_]){0,254}", "Abc_9"));
  EXPECT_FALSE(matches("[A-Z]([A-Za-z0-9_]){0,254}", "abc"));
  EXPECT_FALSE(matches("[A-Z]([A-Za-z0-9_]){0,254}", "A" + std::string(255, 'b')));
  EXPECT_TRUE(matches("^(a|bc)+$", "abcbca"));
  EXPECT_TRUE(matches("a|b|", ""));
  EXPECT_TRUE(matches(R"([^\s\.,\[\]]{1,3}(\.x)*)", "ab.x.x"));
  EXPECT_FALSE(matches(R"([^\s\.,\[\]]{1,3}(\.x)*)", "ab .x"));
  EXPECT_TRUE(matches(R"(\d{2,}-\w?)", "123-"));
  EXPECT_FALSE(matches("(a*)*b", std::string(5000, 'a')));
  for (const char* wrong : {"(", "[a", "a{2", "a{3,1}", "*", "a)", "((a{999}){999}){999}", "\\",
                            "((){99999}){99999}"}) {
    EXPECT_FALSE(Pattern::Compile(wrong)) << wrong;
  }
}

TEST(NarrativeTest, OnlyHarmlessXhtmlMayBeShown) {
  const auto trouble = [](std::string_view inside) {
    const std::string text =
        "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + std::string(inside) + "</div>";
    return NarrativeTrouble(text) != nullptr;
  };
  EXPECT_FALSE(
      trouble("<p class='x'>张三 &lt; <b>b</b><br/>&#160;<img src=\"a.png\" alt=\"x\"/></p>"));
  EXPECT_FALSE(trouble("<!-- <script> --><a href=\"https://a.example/?a=1&amp;b=2\">a</a>"));
  for (const char* wrong : {"",
                            "  ",
                            "<p>a",
                            "</p>a",
                            "<script>a</script>",
                            "<p onclick=\"a()\">a</p>",
                            "<form>a</form>",
                            "<a href=\"javascript:a()\">a</a>",
                            "<a href=\"java\tscript:a()\">a</a>",
                            "<a href=\"&#106;avascript:a()\">a</a>",
                            "<p title=a>a</p>",
                            "<p a>a</p>",
                            "<p title=\"a\"title=\"b\">a</p>",
                            "a & b",
                            "a &b c;",
                            "<P>a</P>",
                            "<iframe src=\"a\"/>",
                            "<p style=\"width: expression(a)\">a</p>",
                            "<p title=\"a\" title=\"b\">a</p>",
                            "<object>a</object>",
                            "<![CDATA[a]]>",
                            "<?php a ?>",
                            "</div><div>a"}) {
    EXPECT_TRUE(trouble(wrong)) << wrong;
  }
  EXPECT_NE(NarrativeTrouble("<div>a</div>"), nullptr);
  EXPECT_NE(NarrativeTrouble("a"), nullptr);
  EXPECT_NE(NarrativeTrouble(""), nullptr);
  EXPECT_NE(NarrativeTrouble("<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>b"), nullptr);
}

}  // namespace
}  // namespace yizhan::r4
