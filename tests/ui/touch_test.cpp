/// \file
/// Real SDL finger events, and what a careless or hostile hand can do with them.
#include <SDL.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/clock.h"
#include "tests/ui/sample_frames.h"
#include "tests/ui/test_screen.h"

namespace yizhan::test {
namespace {

using screens::Frame;
using namespace std::chrono_literals;

Frame SampleNamed(const std::string& name) {
  for (const Sample& sample : SampleFrames()) {
    if (sample.name == name) return sample.frame;
  }
  ADD_FAILURE() << "no sample " << name;
  return {};
}

void PushFinger(Uint32 type, SDL_FingerID finger, ui::Point at) {
  SDL_Event event{};
  event.type = type;
  event.tfinger.fingerId = finger;
  event.tfinger.x = at.x / 1080;
  event.tfinger.y = at.y / 1920;
  ASSERT_EQ(SDL_PushEvent(&event), 1);
}

void PushKey(SDL_Keycode code) {
  SDL_Event event{};
  event.type = SDL_KEYDOWN;
  event.key.keysym.sym = code;
  ASSERT_EQ(SDL_PushEvent(&event), 1);
}

template <typename Intent>
bool Is(const std::optional<screens::Intent>& intent) {
  return intent && std::holds_alternative<Intent>(*intent);
}

class TouchTest : public testing::Test {
 protected:
  ui::Point Middle(std::string_view id) {
    const ui::Item* item = screen_.Find(id);
    EXPECT_NE(item, nullptr) << id;
    return item == nullptr ? ui::Point{} : item->rect.Centre();
  }
  /// Takes what was pushed and draws until everything was looked at.
  std::vector<screens::Intent> DrawAll(const Frame& frame) {
    std::vector<screens::Intent> all;
    screen_->WaitForInput(0ms);
    for (int i = 0; i < 20; ++i) {
      for (const auto& intent : screen_->Draw(frame)) all.push_back(intent);
    }
    return all;
  }

  TestScreen screen_;
};

TEST_F(TouchTest, TapsOnEveryPageReachTheirIntent) {
  const auto tap = [&](const char* sample, const char* id) {
    const Frame frame = SampleNamed(sample);
    screen_->Forget();
    screen_.Draw(frame);
    return screen_.Tap(id, frame);
  };
  EXPECT_TRUE(Is<screens::OpenDirectory>(tap("idle", "departments")));
  EXPECT_TRUE(Is<screens::OpenDirectory>(tap("idle", "doctors")));
  EXPECT_TRUE(Is<screens::CallStaff>(tap("idle", "call-staff")));
  EXPECT_TRUE(Is<screens::SetLanguage>(tap("idle", "language")));
  EXPECT_TRUE(Is<screens::SetTextSize>(tap("idle", "text-size")));
  EXPECT_TRUE(Is<screens::Back>(tap("departments", "back")));
  EXPECT_TRUE(Is<screens::Digit>(tap("birth-date", "digit-7")));
  EXPECT_TRUE(Is<screens::Erase>(tap("birth-date", "erase")));
  EXPECT_TRUE(Is<screens::Choose>(tap("home", "main")));
  EXPECT_TRUE(Is<screens::Confirm>(tap("home-several", "main")));
  EXPECT_TRUE(Is<screens::Exit>(tap("home", "exit")));
  EXPECT_TRUE(Is<screens::Choose>(tap("choose-visit", "visit-1")));
  EXPECT_TRUE(Is<screens::Confirm>(tap("confirm", "confirm")));
  EXPECT_TRUE(Is<screens::Back>(tap("confirm", "back")));
  EXPECT_TRUE(Is<screens::Reprint>(tap("ticket-print-uncertain", "reprint")));
  EXPECT_TRUE(Is<screens::DoAnother>(tap("ticket-printed", "another")));
  EXPECT_TRUE(Is<screens::Exit>(tap("ticket-printed", "done")));
  EXPECT_TRUE(Is<screens::Back>(tap("trouble-late", "back")));
  EXPECT_TRUE(Is<screens::StayHere>(tap("still-there", "stay")));
  EXPECT_TRUE(Is<screens::Exit>(tap("still-there", "leave")));
}

TEST_F(TouchTest, TheChosenRowIsTheOneThatWasTouched) {
  const Frame frame = SampleNamed("choose-visit");
  screen_.Draw(frame);
  const auto intent = screen_.Tap("visit-2", frame);
  ASSERT_TRUE(Is<screens::Choose>(intent));
  EXPECT_EQ(std::get<screens::Choose>(*intent).index, 2u);
}

TEST_F(TouchTest, AFingerThatSlidesOffDoesNothing) {
  const Frame frame = SampleNamed("home");
  screen_.Draw(frame);
  const ui::Point on = Middle("main");
  EXPECT_FALSE(screen_.Touch(on.x, on.y, true, frame));
  EXPECT_FALSE(screen_.Touch(on.x, on.y + 900, false, frame));
  EXPECT_TRUE(Is<screens::Choose>(screen_.Tap("main", frame))) << "the next tap counts again";
}

TEST_F(TouchTest, AFingerThatSlidesOntoAButtonDoesNothing) {
  const Frame frame = SampleNamed("home");
  screen_.Draw(frame);
  const ui::Point on = Middle("main");
  EXPECT_FALSE(screen_.Touch(5, 600, true, frame));
  PushFinger(SDL_FINGERMOTION, 1, on);
  EXPECT_TRUE(DrawAll(frame).empty());
  EXPECT_FALSE(screen_.Touch(on.x, on.y, false, frame));
}

TEST_F(TouchTest, ASecondFingerIsIgnored) {
  const Frame frame = SampleNamed("home");
  screen_.Draw(frame);
  const ui::Point main = Middle("main");
  const ui::Point exit = Middle("exit");
  PushFinger(SDL_FINGERDOWN, 7, main);
  PushFinger(SDL_FINGERDOWN, 8, exit);
  PushFinger(SDL_FINGERUP, 8, exit);
  EXPECT_TRUE(DrawAll(frame).empty());
  PushFinger(SDL_FINGERUP, 7, main);
  const auto intents = DrawAll(frame);
  ASSERT_EQ(intents.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<screens::Choose>(intents.front()));
}

TEST_F(TouchTest, TwoQuickTapsOnAKeypadAreTwoDigits) {
  const Frame frame = SampleNamed("birth-date");
  screen_.Draw(frame);
  for (const char* key : {"digit-0", "digit-3"}) {
    PushFinger(SDL_FINGERDOWN, 1, Middle(key));
    PushFinger(SDL_FINGERUP, 1, Middle(key));
  }
  const auto intents = DrawAll(frame);
  ASSERT_EQ(intents.size(), 2u);
  EXPECT_EQ(std::get<screens::Digit>(intents[0]).digit, 0);
  EXPECT_EQ(std::get<screens::Digit>(intents[1]).digit, 3);
}

TEST_F(TouchTest, TheSecondHalfOfADoubleTapDoesNotHitTheNextPage) {
  const Frame home = SampleNamed("home");
  const Frame next = SampleNamed("confirm");
  screen_.Draw(next);
  const ui::Point confirm = Middle("confirm");
  screen_.Draw(home);
  const ui::Point main = Middle("main");
  PushFinger(SDL_FINGERDOWN, 1, main);
  PushFinger(SDL_FINGERUP, 1, main);
  PushFinger(SDL_FINGERDOWN, 1, confirm);
  PushFinger(SDL_FINGERUP, 1, confirm);
  screen_->WaitForInput(0ms);
  EXPECT_EQ(screen_->Draw(home).size(), 1u);
  EXPECT_TRUE(DrawAll(next).empty()) << "aimed at a page that was not there yet";
}

TEST_F(TouchTest, AFingerHeldWhileThePageChangesPressesNothingThere) {
  const Frame one = SampleNamed("ticket-printing");
  const Frame two = SampleNamed("trouble-late");
  screen_.Draw(two);
  const ui::Point back = Middle("back");
  screen_.Draw(one);
  EXPECT_FALSE(screen_.Touch(back.x, back.y, true, one));
  screen_.Draw(two);
  EXPECT_FALSE(screen_.Touch(back.x, back.y, false, two));
  EXPECT_TRUE(Is<screens::Back>(screen_.Tap("back", two)));
}

TEST_F(TouchTest, ThePageBehindTheQuestionIsDead) {
  Frame frame = SampleNamed("home");
  screen_.Draw(frame);
  const ui::Point exit = Middle("exit");
  frame.warning = screens::IdleWarning{.seconds_left = 9};
  screen_.Draw(frame);
  EXPECT_FALSE(screen_.Touch(exit.x, exit.y, true, frame));
  EXPECT_FALSE(screen_.Touch(exit.x, exit.y, false, frame));
  for (const ui::Item& item : screen_->Items()) {
    if (item.role != ui::Item::Role::Button) continue;
    EXPECT_EQ(item.enabled, item.id == "stay" || item.id == "leave") << item.id;
  }
}

TEST_F(TouchTest, DisabledButtonsDoNothing) {
  const Frame frame = SampleNamed("calling-staff");
  screen_.Draw(frame);
  ASSERT_FALSE(screen_.Find("call-staff")->enabled);
  EXPECT_FALSE(screen_.Tap("call-staff", frame));
}

TEST_F(TouchTest, APressIsSeenAtOnce) {
  const Frame frame = SampleNamed("home");
  screen_.Draw(frame);
  const auto before = screen_->Measure();
  const ui::Item* item = screen_.Find("main");
  const auto x = static_cast<int>(item->rect.x + 40);
  const auto y = static_cast<int>(item->rect.Centre().y);
  const std::uint32_t quiet = screen_.Pixel(x, y);
  screen_.Touch(item->rect.Centre().x, item->rect.Centre().y, true, frame);
  EXPECT_NE(screen_.Pixel(x, y), quiet);
  EXPECT_EQ(screen_->Measure().presented, before.presented + 1);
}

TEST_F(TouchTest, KeysWalkThroughTheTargetsAndPressThem) {
  const Frame frame = SampleNamed("confirm");
  screen_.Draw(frame);
  PushKey(SDLK_TAB);
  PushKey(SDLK_TAB);
  PushKey(SDLK_RETURN);
  const auto intents = DrawAll(frame);
  ASSERT_EQ(intents.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<screens::Confirm>(intents.front()));
}

TEST_F(TouchTest, AKeypadTypesDigits) {
  const Frame frame = SampleNamed("birth-date");
  screen_.Draw(frame);
  PushKey(SDLK_KP_9);
  PushKey(SDLK_BACKSPACE);
  const auto intents = DrawAll(frame);
  ASSERT_EQ(intents.size(), 2u);
  EXPECT_EQ(std::get<screens::Digit>(intents[0]).digit, 9);
  EXPECT_TRUE(std::holds_alternative<screens::Erase>(intents[1]));
}

TEST_F(TouchTest, LongPagesTurnByButtonsAndStartAnewOnAnotherPage) {
  Frame frame = SampleNamed("home");
  frame.text_size = screens::TextSize::Large;
  screen_.Draw(frame);
  ASSERT_NE(screen_.Find("next-part"), nullptr);
  EXPECT_FALSE(screen_.Find("previous-part")->enabled);
  EXPECT_EQ(screen_.Find("task-4/title"), nullptr);
  screen_.Tap("next-part", frame);
  screen_.Draw(frame);
  EXPECT_NE(screen_.Find("task-4/title"), nullptr);
  screen_.Draw(SampleNamed("confirm"));
  screen_.Draw(frame);
  EXPECT_FALSE(screen_.Find("previous-part")->enabled);
}

TEST_F(TouchTest, TheListTurnsToThePagesBeyond) {
  Frame frame = SampleNamed("departments");
  auto& model = std::get<screens::DirectoryModel>(frame.page);
  model.rows.resize(3);
  screen_.Draw(frame);
  const auto next = screen_.Tap("next-part", frame);
  ASSERT_TRUE(Is<screens::TurnPage>(next));
  EXPECT_EQ(std::get<screens::TurnPage>(*next).page, 3);
  const auto previous = screen_.Tap("previous-part", frame);
  ASSERT_TRUE(Is<screens::TurnPage>(previous));
  EXPECT_EQ(std::get<screens::TurnPage>(*previous).page, 1);
}

TEST_F(TouchTest, WakeEndsAWaitFromAnotherThread) {
  screen_.Draw(SampleNamed("idle"));
  screen_->WaitForInput(0ms);
  std::thread waker([&] { screen_->Wake(); });
  screen_->WaitForInput(std::chrono::minutes(4));  // The test's time limit is the proof.
  waker.join();
}

TEST_F(TouchTest, AQuietScreenWaitsItsTimeAlsoAfterATouchAndAWake) {
  const Frame frame = SampleNamed("idle");
  screen_.Draw(frame);
  screen_->InjectTouch(5, 5, true);
  screen_->InjectTouch(5, 5, false);
  screen_->Wake();
  DrawAll(frame);
  // Once may be cut short by what was under way; a wait that never lasts is a busy loop.
  bool waited = false;
  for (int attempt = 0; attempt < 5 && !waited; ++attempt) {
    const MonotonicTime begun = SystemClock().Monotonic();
    screen_->WaitForInput(100ms);
    waited = SystemClock().Monotonic() - begun >= 90ms;
  }
  EXPECT_TRUE(waited);
}

TEST_F(TouchTest, ClosingTheWindowIsNoticed) {
  EXPECT_FALSE(screen_->ShouldQuit());
  SDL_Event event{};
  event.type = SDL_QUIT;
  SDL_PushEvent(&event);
  screen_->WaitForInput(1s);
  EXPECT_TRUE(screen_->ShouldQuit());
}

}  // namespace
}  // namespace yizhan::test
