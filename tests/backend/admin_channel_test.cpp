#include "backend/server/admin_channel.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <thread>

#include "tests/backend/temp_folder.h"

namespace yizhan::server {
namespace {

using fhir::Json;

class AdminChannelTest : public testing::Test {
 protected:
  std::unique_ptr<AdminChannel> Open() {
    auto opened = AdminChannel::Open(folder.Path(), [](const Json& command) {
      return Json::Object({{"heard", command["say"]}});
    });
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? std::move(*opened) : nullptr;
  }
  std::string Say(const std::string& text) {
    const Result<Json> answer =
        AskServer(folder.Path(), Json::Object({{"say", Json::String(text)}}));
    return answer ? (*answer)["heard"].AsString() : Name(answer.error().code);
  }
  test::TempFolder folder;
};

TEST_F(AdminChannelTest, AsksTheServerOfTheFolderOneAfterTheOther) {
  const auto channel = Open();
  const std::string long_text(100'000, 'x');
  EXPECT_EQ(Say("hello"), "hello");
  EXPECT_EQ(Say(long_text), long_text);
  std::vector<std::jthread> all;
  for (int i = 0; i < 4; ++i) {
    all.emplace_back([&, i] { EXPECT_EQ(Say(std::to_string(i)), std::to_string(i)); });
  }
}

TEST_F(AdminChannelTest, IsForItsOwnerOnly) {
  const auto channel = Open();
  struct stat status {};
  ASSERT_EQ(::stat((folder.Path() + "/admin.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(AdminChannelTest, WithoutAServerNobodyAnswers) {
  EXPECT_EQ(Say("hello"), "unreachable");
  Open().reset();
  EXPECT_EQ(Say("hello"), "unreachable");
}

TEST_F(AdminChannelTest, ASocketThatAKilledServerLeftIsNoHindrance) {
  auto first = Open();
  const auto second = Open();
  EXPECT_EQ(Say("hello"), "hello");
  first.reset();
}

TEST_F(AdminChannelTest, TooMuchIsNotAnswered) {
  const auto channel = Open();
  EXPECT_EQ(Say(std::string(400'000, 'x')), "refused");
  EXPECT_EQ(Say("hello"), "hello");
}

}  // namespace
}  // namespace yizhan::server
