#include "offline-store/directory_cache.h"

#include <gtest/gtest.h>

#include "tests/offline-store/store_fixture.h"

namespace yizhan::offline {
namespace {

using domain::PatientId;
using test::kDay;

class DirectoryCacheTest : public testing::Test {
 protected:
  std::string Bodies(const std::string& kind) {
    std::string text;
    const auto rows = cache_.All(kind);
    EXPECT_TRUE(rows);
    for (const CachedDocument& row : *rows) text += row.id + "=" + row.body + " ";
    return text;
  }
  CachedVisitor Person(const std::string& id, const std::vector<std::string>& cards) {
    CachedVisitor visitor{.patient = PatientId(id), .cards = {}, .day = kDay, .body = "of " + id};
    for (const std::string& card : cards) visitor.cards.push_back(cache_.KeyOf(card));
    return visitor;
  }
  std::vector<std::string> ByCard(const std::string& card) {
    return cache_.VisitorsByCard(cache_.KeyOf(card)).value_or(std::vector<std::string>{"error"});
  }

  const test::TemporaryDirectory directory_;
  std::unique_ptr<Database> database_ = test::OpenStore(directory_.File("store.db"));
  DirectoryCache cache_ = *DirectoryCache::Open(*database_);
};

using Texts = std::vector<std::string>;

TEST_F(DirectoryCacheTest, AReplacedKindKeepsItsNewOrderAndLeavesOthersAlone) {
  ASSERT_TRUE(cache_.Replace("doctor", {{"d", "D"}}));
  ASSERT_TRUE(cache_.Replace("department", {{"z", "Z"}, {"a", "A"}, {"m", "M"}}));
  EXPECT_EQ(Bodies("department"), "z=Z a=A m=M ");
  ASSERT_TRUE(cache_.Replace("department", {{"m", "M2"}, {"z", "Z2"}}));
  EXPECT_EQ(Bodies("department"), "m=M2 z=Z2 ");
  EXPECT_EQ(Bodies("doctor"), "d=D ");
  EXPECT_EQ(Bodies("none"), "");
}

TEST_F(DirectoryCacheTest, AnUpdateChangesInPlaceAddsAtTheEndAndRemoves) {
  ASSERT_TRUE(cache_.Replace("department", {{"a", "A"}, {"b", "B"}, {"c", "C"}}));
  ASSERT_TRUE(cache_.Update("department", {{"b", "B2"}, {"d", "D"}}, {"a", "unknown"}));
  EXPECT_EQ(Bodies("department"), "b=B2 c=C d=D ");
  EXPECT_EQ(*cache_.Get("department", "b"), "B2");
  EXPECT_EQ(*cache_.Get("department", "a"), std::nullopt);
}

TEST_F(DirectoryCacheTest, RowsBeyondTheLimitsChangeNothing) {
  ASSERT_TRUE(cache_.Replace("department", {{"a", "A"}}));
  const auto refused = [](const Status& status) {
    return !status && status.error().code == ErrorCode::BadData;
  };
  EXPECT_TRUE(refused(cache_.Replace("department", {{"", "x"}})));
  EXPECT_TRUE(refused(cache_.Replace("department", {{std::string(129, 'x'), "x"}})));
  EXPECT_TRUE(refused(cache_.Replace("department", {{"b", std::string(65'537, 'x')}})));
  EXPECT_TRUE(refused(cache_.Replace("", {{"b", "x"}})));
  EXPECT_TRUE(refused(cache_.Replace(
      "department", std::vector<CachedDocument>(DirectoryCache::kMaxRows + 1, {"x", "x"}))));
  CachedVisitor visitor = Person("p", {});
  visitor.cards.resize(17);
  EXPECT_TRUE(refused(cache_.UpdateVisitors({visitor}, {})));
  EXPECT_EQ(Bodies("department"), "a=A ");
}

TEST_F(DirectoryCacheTest, APersonIsFoundByEachOfTheirCards) {
  ASSERT_TRUE(cache_.ReplaceVisitors({Person("p1", {"n|1", "n|2"}), Person("p2", {"n|3"})}));
  EXPECT_EQ(ByCard("n|1"), Texts{"of p1"});
  EXPECT_EQ(ByCard("n|2"), Texts{"of p1"});
  EXPECT_EQ(ByCard("n|3"), Texts{"of p2"});
  EXPECT_EQ(ByCard("n|4"), Texts{});
  EXPECT_EQ(*cache_.Visitor(PatientId("p2")), "of p2");
}

TEST_F(DirectoryCacheTest, OneCardOfTwoPeopleGivesBothSoThatNeitherIsLetIn) {
  ASSERT_TRUE(cache_.ReplaceVisitors({Person("p1", {"n|1"}), Person("p2", {"n|1"})}));
  EXPECT_EQ(ByCard("n|1"), (Texts{"of p1", "of p2"}));
}

TEST_F(DirectoryCacheTest, ALostCardStopsWorkingWithTheNextUpdate) {
  ASSERT_TRUE(cache_.ReplaceVisitors({Person("p1", {"n|1", "n|2"})}));
  ASSERT_TRUE(cache_.UpdateVisitors({Person("p1", {"n|2"}), Person("p2", {"n|9"})}, {}));
  EXPECT_EQ(ByCard("n|1"), Texts{});
  EXPECT_EQ(ByCard("n|2"), Texts{"of p1"});
  EXPECT_EQ(ByCard("n|9"), Texts{"of p2"});
}

TEST_F(DirectoryCacheTest, ARemovedPersonLeavesNoCardBehind) {
  ASSERT_TRUE(cache_.ReplaceVisitors({Person("p1", {"n|1"})}));
  ASSERT_TRUE(cache_.UpdateVisitors({}, {PatientId("p1")}));
  EXPECT_EQ(ByCard("n|1"), Texts{});
  EXPECT_EQ(*cache_.Visitor(PatientId("p1")), std::nullopt);
}

TEST_F(DirectoryCacheTest, PersonalDataOfEarlierDaysIsForgotten) {
  CachedVisitor yesterday = Person("old", {"n|1"});
  yesterday.day -= std::chrono::days(1);
  ASSERT_TRUE(cache_.ReplaceVisitors({yesterday, Person("new", {"n|2"})}));
  ASSERT_TRUE(cache_.PurgeBefore(kDay));
  EXPECT_EQ(ByCard("n|1"), Texts{});
  EXPECT_EQ(ByCard("n|2"), Texts{"of new"});
}

TEST_F(DirectoryCacheTest, CardKeysStayTheSameInOneStoreAndDifferInAnother) {
  const CardKey before = cache_.KeyOf("number|8801000011113321");
  database_.reset();
  database_ = test::OpenStore(directory_.File("store.db"));
  EXPECT_EQ(DirectoryCache::Open(*database_)->KeyOf("number|8801000011113321"), before);
  const auto other = test::OpenStore(directory_.File("other.db"));
  EXPECT_NE(DirectoryCache::Open(*other)->KeyOf("number|8801000011113321"), before);
}

TEST_F(DirectoryCacheTest, NotesAreKeptAndTheSecretCannotBeOverwritten) {
  EXPECT_EQ(*cache_.Note("cursor"), std::nullopt);
  ASSERT_TRUE(cache_.SetNote("cursor", "2026-03-10T00:00:00Z"));
  ASSERT_TRUE(cache_.SetNote("cursor", "2026-03-11T00:00:00Z"));
  EXPECT_EQ(*cache_.Note("cursor"), "2026-03-11T00:00:00Z");
  EXPECT_FALSE(cache_.SetNote("store.card-secret", "known"));
  EXPECT_FALSE(cache_.SetNote("", "x"));
  EXPECT_FALSE(cache_.SetNote("big", std::string(5000, 'x')));
}

}  // namespace
}  // namespace yizhan::offline
