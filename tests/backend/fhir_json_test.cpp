#include <gmock/gmock.h>

#include "backend/fhir/json.h"

namespace yizhan::fhir {
namespace {

std::string RoundTrip(std::string_view text) {
  const Result<Json> json = Json::Parse(text);
  return json ? json->Write() : "refused: " + json.error().detail;
}

TEST(JsonTest, RefusesWhatIsNoJson) {
  for (const std::string_view text :
       {"",       " ",     "{",     "}",       "[1,]",    "{\"a\":}", "{'a':1}", "nul",
        "01",     "1.",    ".5",    "+1",      "-",       "1e",       "NaN",     "Infinity",
        "\"\t\"", "{} {}", "[1 2]", "// x\n1", "\"\\x\"", "\"\\u12\""}) {
    const Result<Json> json = Json::Parse(text);
    ASSERT_FALSE(json) << text;
    EXPECT_EQ(json.error().code, ErrorCode::BadData);
  }
}

TEST(JsonTest, RefusesBrokenUtf8AndLoneSurrogates) {
  for (const std::string_view text :
       {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe5\xbc\"",
        "\"\\ud842\"", "\"\\udfb7\"", "\"\\ud842\\u0041\"", "{\"\\udfb7\":1}"}) {
    EXPECT_FALSE(Json::Parse(text)) << text;
  }
}

TEST(JsonTest, SeesWhatIsHiddenBehindAZeroByte) {
  EXPECT_FALSE(Json::Parse(std::string_view("{}\0[]", 5)));
  EXPECT_FALSE(Json::Parse(std::string_view("\0", 1)));
}

TEST(JsonTest, RefusesAMemberThatComesTwice) {
  EXPECT_FALSE(Json::Parse(R"({"a":1,"b":2,"a":3})"));
  EXPECT_FALSE(Json::Parse(R"({"a":1,"\u0061":3})"));
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_TRUE(Json::Parse(many + "\"k100\":1}"));
  EXPECT_FALSE(Json::Parse(many + "\"k50\":1}"));
}

TEST(JsonTest, HoldsItsLimits) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(Json::Parse(nested(64)));
  EXPECT_FALSE(Json::Parse(nested(65)));
  EXPECT_FALSE(Json::Parse(nested(1'000'000)));
  EXPECT_FALSE(Json::Parse("[1,2]", JsonLimits{4, 64, 100}));
  EXPECT_FALSE(Json::Parse("[1,2]", JsonLimits{100, 64, 2}));
  EXPECT_TRUE(Json::Parse("[1,2]", JsonLimits{5, 64, 3}));
}

TEST(JsonTest, ErrorNamesThePlaceAndNeverTheText) {
  const Result<Json> json = Json::Parse(R"({"family":"张", oops})");
  ASSERT_FALSE(json);
  EXPECT_THAT(json.error().detail, testing::HasSubstr("byte"));
  EXPECT_THAT(json.error().detail, testing::Not(testing::HasSubstr("oops")));
}

TEST(JsonTest, NumbersKeepTheirCharacters) {
  for (const std::string_view text :
       {"1.50", "0", "-0", "100", "-12.0300", "1e5", "1E-10", "0.000000000000000000001",
        "123456789012345678901234567890"}) {
    EXPECT_EQ(RoundTrip(text), text);
  }
}

TEST(JsonTest, MembersKeepTheirOrder) {
  EXPECT_EQ(RoundTrip(R"({"z":1,"a":[true,false,null],"m":{"x":""}})"),
            R"({"z":1,"a":[true,false,null],"m":{"x":""}})");
}

TEST(JsonTest, RareNamesAndControlCharactersSurvive) {
  EXPECT_EQ(RoundTrip("\"𠮷田 㛃 买买提·艾力江\""), "\"𠮷田 㛃 买买提·艾力江\"");
  EXPECT_EQ(RoundTrip(R"("\ud842\udfb7")"), "\"𠮷\"");
  EXPECT_EQ(RoundTrip(R"("\u0000\u0001\"\\\/\b\f\n\r\t")"),
            R"("\u0000\u0001\"\\/\u0008\u000c\n\r\t")");
  EXPECT_EQ(RoundTrip("\"\uD7FB\""), "\"\uD7FB\"");
}

TEST(JsonTest, WhatIsMissingReadsAsTheEmptyValue) {
  const Json json = *Json::Parse(R"({"a":[{"b":"x"}],"n":7,"d":7.0})");
  EXPECT_EQ(json["a"][0]["b"].AsString(), "x");
  EXPECT_EQ(json["a"][5]["b"]["c"].AsString(), "");
  EXPECT_TRUE(json["a"]["b"].IsNull());
  EXPECT_EQ(json["n"].AsInteger(), 7);
  EXPECT_EQ(json["d"].AsInteger(), std::nullopt);
  EXPECT_EQ(json["n"].AsString(), "");
  EXPECT_TRUE(json.Has("n"));
  EXPECT_FALSE(json.Has("missing"));
  EXPECT_EQ((*Json::Parse("9223372036854775808")).AsInteger(), std::nullopt);
}

TEST(JsonTest, CanBeBuiltAndChanged) {
  Json json;
  json.Set("resourceType", Json::String("Patient")).Set("active", Json::Boolean(true));
  json.At("name").Append(Json::Object({{"text", Json::String("王")}}));
  json.Set("active", Json::Boolean(false));
  EXPECT_EQ(json.Write(), R"({"resourceType":"Patient","active":false,"name":[{"text":"王"}]})");
  json.Remove("name");
  EXPECT_TRUE(json.At("name").MutableItems().empty());
  EXPECT_EQ(json.Write(true),
            "{\n  \"resourceType\": \"Patient\",\n  \"active\": false,\n  \"name\": []\n}");
  EXPECT_EQ(json, *Json::Parse(json.Write()));
}

TEST(JsonDeathTest, ANumberMadeByTheProgramMustBeOne) {
  EXPECT_DEATH(Json::Number("1,5"), "");
  EXPECT_DEATH(Json::String("x").Set("a", Json()), "");
}

}  // namespace
}  // namespace yizhan::fhir
