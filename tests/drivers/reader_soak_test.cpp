// 200 taps with every kind of trouble. Prints its seed.
#include <signal.h>

#include <cstdlib>
#include <random>
#include <utility>

#include "tests/drivers/reader_rig.h"

namespace yizhan::drivers {
namespace {

constexpr int kTaps = 200;
constexpr unsigned kSeed = 20260310;

class ReaderSoakTest : public ReaderRig {
 protected:
  int Commands() {
    const auto stats = rig_->Ask("stats").value_or("");
    const std::size_t at = stats.find("\"commands\":");
    return at == std::string::npos ? 0 : std::atoi(stats.c_str() + at + 11);
  }

  /// One piece of trouble, over in a moment except for what the reader makes of it.
  void MakeTrouble(unsigned which) {
    static const std::vector<std::string> kFaults = {"bad-dcs",    "bad-lcs", "truncated",
                                                     "garbage",    "no-ack",  "error-frame",
                                                     "wrong-code", "nad-bit", "ats-zero"};
    if (which < kFaults.size()) {
      Do("reader fault " + kFaults[which]);
    } else if (which == kFaults.size()) {
      Do("reader unplug");
      Do("reader plug");
    } else if (which == kFaults.size() + 1) {
      Do("reader mute");
      const int before = Commands();
      ASSERT_TRUE(rig::WaitUntil([&] { return Commands() != before; }));
      Do("reader unmute");
    } else if (which == kFaults.size() + 2) {
      Do("reader reset");
    } else if (const int pid = link_->ProcessId(); pid > 0) {
      ::kill(pid, SIGKILL);
    }
  }
};

/// What the kiosk relies on, whatever happens: events come in a sensible order.
void ExpectSensibleOrder(const std::vector<CardEvent>& events) {
  bool ready = false;
  bool resting = false;
  bool unreadable = false;
  for (const CardEvent& event : events) {
    const std::string word = Word(event);
    if (word == "ready" || word == "gone") {
      EXPECT_EQ(ready, word == "gone") << word << " twice";
      EXPECT_FALSE(resting) << word << " while a card rests";
      ready = word == "ready";
    } else if (word == "removed") {
      EXPECT_TRUE(ready && resting) << "a removal without a card";
      resting = false;
    } else {
      EXPECT_TRUE(ready) << word << " from a reader that is gone";
      EXPECT_TRUE(!resting || unreadable) << word << " on top of another card";
      resting = true;
      unreadable = word == "unreadable";
    }
  }
}

TEST_F(ReaderSoakTest, TwoHundredTapsWithFaultsReadEveryCardAndNeverAWrongOne) {
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  std::vector<std::string> numbers;
  for (int i = 0; i < 6; ++i) {
    numbers.push_back("202600010" + std::to_string(i));
    MakeCard("card" + std::to_string(i), numbers.back(), {"--type", i % 2 == 0 ? "type4" : "ntag"});
  }
  Connect();
  std::size_t read = 0;
  int brushed = 0;
  std::string brushed_number;
  for (int tap = 0; tap < kTaps; ++tap) {
    const unsigned card = static_cast<unsigned>(random() % numbers.size());
    const std::string name = "card" + std::to_string(card);
    if (random() % 8 == 0) MakeTrouble(static_cast<unsigned>(random() % 13));
    const std::size_t before = log_.All().size();
    // What was read of a card pulled away may be told a moment later.
    const std::string late = std::exchange(brushed_number, "");
    if (random() % 6 == 0) {
      // Pulled away within 0 to 20 ms: may be read or not, but never as another card.
      Do("tap " + name + " " + std::to_string(random() % 20));
      ASSERT_TRUE(rig::WaitUntil([&] {
        return rig_->Ask("stats").value_or("").find("\"cards\":0") != std::string::npos;
      }));
      ++brushed;
      brushed_number = numbers[card];
    } else {
      Do("present " + name);
      const auto is_read = [&](const std::vector<CardEvent>& events) {
        for (std::size_t i = before; i < events.size(); ++i) {
          if (Word(events[i]) == numbers[card]) return true;
        }
        return false;
      };
      ASSERT_TRUE(log_.Wait(is_read)) << "tap " << tap << ": " << Words(log_.All());
      ++read;
      Do("remove");
    }
    // At the end of a tap nothing rests on the reader any more, whatever was read.
    const auto all_removed = [](const std::vector<CardEvent>& events) {
      return events.back().index() == CardEvent(CardRemoved{}).index() ||
             events.back().index() == CardEvent(ReaderReady{}).index() ||
             events.back().index() == CardEvent(ReaderGone{}).index();
    };
    ASSERT_TRUE(log_.Wait(all_removed)) << "tap " << tap << ": " << Words(log_.All());
    const auto events = log_.All();
    for (std::size_t i = before; i < events.size(); ++i) {
      if (const auto* presented = std::get_if<CardPresented>(&events[i])) {
        const auto& number = std::get<domain::CardToken>(presented->card).number.Value();
        EXPECT_TRUE(number == numbers[card] || number == late)
            << "tap " << tap << " read as another card";
      }
    }
  }
  ExpectSensibleOrder(log_.All());
  std::printf("taps %d, read %zu, brushed %d\n", kTaps, read, brushed);
}

}  // namespace
}  // namespace yizhan::drivers
