#include "backend/fhir/json_patch.h"

#include <gtest/gtest.h>

#include "backend/fhir/base64.h"

namespace yizhan::fhir {
namespace {

Json Parsed(std::string_view text) {
  Result<Json> json = Json::Parse(text);
  EXPECT_TRUE(json) << text;
  return json ? *json : Json();
}

/// The document after the patch, or the name of the error.
std::string Patched(std::string_view document, std::string_view patch,
                    const PatchLimits& limits = {}) {
  Json json = Parsed(document);
  const Json before = json;
  const Status done = ApplyJsonPatch(json, Parsed(patch), limits);
  if (done) return json.Write();
  EXPECT_EQ(json, before) << "a patch that fails changes nothing";
  return Name(done.error().code);
}

TEST(JsonPatchTest, DoesWhatTheExamplesOfTheStandardSay) {
  struct Example {
    const char* section;
    const char* document;
    const char* patch;
    const char* result;
  };
  const Example examples[] = {
      {"A.1", R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])",
       R"({"foo":"bar","baz":"qux"})"},
      {"A.2", R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])",
       R"({"foo":["bar","qux","baz"]})"},
      {"A.3", R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])",
       R"({"foo":"bar"})"},
      {"A.4", R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])",
       R"({"foo":["bar","baz"]})"},
      {"A.5", R"({"baz":"qux","foo":"bar"})", R"([{"op":"replace","path":"/baz","value":"boo"}])",
       R"({"baz":"boo","foo":"bar"})"},
      {"A.6", R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
       R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
       R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})"},
      {"A.7", R"({"foo":["all","grass","cows","eat"]})",
       R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])",
       R"({"foo":["all","cows","eat","grass"]})"},
      {"A.8", R"({"baz":"qux","foo":["a",2,"c"]})",
       R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])",
       R"({"baz":"qux","foo":["a",2,"c"]})"},
      {"A.9", R"({"baz":"qux"})", R"([{"op":"test","path":"/baz","value":"bar"}])", "refused"},
      {"A.10", R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])",
       R"({"foo":"bar","child":{"grandchild":{}}})"},
      {"A.11", R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])",
       R"({"foo":"bar","baz":"qux"})"},
      {"A.12", R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])",
       "not-found"},
      {"A.14", R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])",
       R"({"/":9,"~1":10})"},
      {"A.15", R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":"10"}])", "refused"},
      {"A.16", R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])",
       R"({"foo":["bar",["abc","def"]]})"}};
  for (const Example& example : examples) {
    EXPECT_EQ(Patched(example.document, example.patch), example.result) << example.section;
  }
  // A.13: a member twice is refused when the text is read.
  EXPECT_FALSE(Json::Parse(R"([{"op":"add","path":"/b","value":"q","op":"remove"}])"));
}

TEST(JsonPatchTest, WhatIsNoPatchIsRefused) {
  for (const char* patch :
       {R"({"op":"add"})", R"([1])", R"([{}])", R"([{"op":"add","path":"/a"}])",
        R"([{"op":"add","value":1}])", R"([{"op":"add","path":"a","value":1}])",
        R"([{"op":"add","path":"/a~2","value":1}])", R"([{"op":"add","path":"/a~","value":1}])",
        R"([{"op":"eat","path":"/a"}])", R"([{"op":"move","path":"/a"}])",
        R"([{"op":"copy","path":"/b","from":7}])", R"([{"op":"move","from":"/a","path":"/a/b"}])",
        R"([{"op":"test","path":"/a"}])"}) {
    EXPECT_EQ(Patched(R"({"a":{"b":1}})", patch), "bad-data") << patch;
  }
}

TEST(JsonPatchTest, PlacesThatDoNotExistAreNotMade) {
  for (const char* patch :
       {R"([{"op":"remove","path":"/x"}])", R"([{"op":"replace","path":"/x","value":1}])",
        R"([{"op":"test","path":"/x","value":null}])", R"([{"op":"remove","path":"/a/2"}])",
        R"([{"op":"add","path":"/a/3","value":1}])", R"([{"op":"add","path":"/a/01","value":1}])",
        R"([{"op":"add","path":"/a/+1","value":1}])", R"([{"op":"remove","path":"/a/-"}])",
        R"([{"op":"replace","path":"/a/-","value":1}])",
        R"([{"op":"add","path":"/s/x","value":1}])",
        R"([{"op":"remove","path":"/a/99999999999999999999"}])",
        R"([{"op":"copy","from":"/x","path":"/y"}])", R"([{"op":"move","from":"/x","path":"/x"}])",
        R"([{"op":"add","path":"/","value":1},{"op":"remove","path":"//"}])"}) {
    EXPECT_EQ(Patched(R"({"a":[1,2],"s":"t"})", patch), "not-found") << patch;
  }
}

TEST(JsonPatchTest, AllOrNothing) {
  EXPECT_EQ(Patched(R"({"a":1})",
                    R"([{"op":"replace","path":"/a","value":2},{"op":"remove","path":"/b"}])"),
            "not-found");
}

TEST(JsonPatchTest, TheWholeDocumentIsAPlaceToo) {
  EXPECT_EQ(Patched(R"({"a":1})", R"([{"op":"replace","path":"","value":{"b":2}}])"), R"({"b":2})");
  EXPECT_EQ(Patched(R"({"a":1})", R"([{"op":"move","from":"/a","path":""}])"), "1");
  EXPECT_EQ(Patched(R"({"":1})", R"([{"op":"remove","path":"/"}])"), "{}");
}

TEST(JsonPatchTest, NumbersKeepTheirCharactersAndAreComparedByValue) {
  EXPECT_EQ(Patched(R"({"a":1.50})", R"([{"op":"copy","from":"/a","path":"/b"}])"),
            R"({"a":1.50,"b":1.50})");
  const std::pair<const char*, const char*> equal[] = {
      {"1.50", "1.5"}, {"1e2", "100"}, {"0", "-0.00"}, {"1.5E1", "15"}, {"0.1", "10e-2"}};
  for (const auto& [left, right] : equal)
    EXPECT_TRUE(AreEqual(Parsed(left), Parsed(right))) << left;
  const std::pair<const char*, const char*> different[] = {
      {"1", "-1"}, {"1", "10"}, {"0.1", "0.01"}, {"1", "\"1\""}};
  for (const auto& [left, right] : different) {
    EXPECT_FALSE(AreEqual(Parsed(left), Parsed(right))) << left;
  }
  EXPECT_TRUE(AreEqual(Parsed(R"({"a":1,"b":[1.0]})"), Parsed(R"({"b":[1],"a":1})")));
  EXPECT_FALSE(AreEqual(Parsed(R"({"a":1})"), Parsed(R"({"a":1,"b":2})")));
  EXPECT_FALSE(AreEqual(Parsed("[1,2]"), Parsed("[2,1]")));
}

TEST(JsonPatchTest, APatchCannotGrowWithoutBound) {
  std::string doubling = "[";
  for (int i = 0; i < 60; ++i) {
    doubling += std::string(i == 0 ? "" : ",") + R"({"op":"copy","from":"","path":"/a)" +
                std::to_string(i) + "\"}";
  }
  EXPECT_EQ(Patched(R"({"x":"y"})", doubling + "]"), "bad-data");
  std::string wide = "[";
  for (int i = 0; i < 40; ++i) {
    wide += std::string(i == 0 ? "" : ",") + R"({"op":"copy","from":"/a","path":"/a/-"})";
  }
  EXPECT_EQ(Patched(R"({"a":["y"]})", wide + "]"), "bad-data");
  PatchLimits few;
  few.operations = 1;
  EXPECT_EQ(Patched("{}", R"([{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}])", few),
            "bad-data");
}

TEST(Base64Test, GoesThereAndBack) {
  const std::pair<const char*, const char*> pairs[] = {
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xff\xfe", "//4="}};
  for (const auto& [bytes, text] : pairs) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text), bytes);
  }
  EXPECT_EQ(DecodeBase64("Zm9v\r\n Zg=="), "foof");
}

TEST(Base64Test, WhatIsNoneIsRefused) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=v", "Zm9v=", "Z-_=", "===="}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace yizhan::fhir
