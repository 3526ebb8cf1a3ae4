// The whole way of a card: virtual chip, serial line, libnfc, yizhan-reader, socket, kiosk.
#include <gmock/gmock.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>

#include "tests/drivers/reader_rig.h"

namespace yizhan::drivers {
namespace {

using ReaderLinkTest = ReaderRig;

TEST_F(ReaderLinkTest, AGenuineCardIsPresentedOnceAndItsRemovalIsTold) {
  MakeCard("anna", "2026000123");
  Connect();
  Do("present anna");
  ASSERT_TRUE(Told("ready 2026000123"));
  Do("remove");
  ASSERT_TRUE(Told("ready 2026000123 removed"));

  const auto events = log_.All();
  const auto& card = std::get<CardPresented>(events[1]).card;
  const auto& token = std::get<domain::CardToken>(card);
  EXPECT_EQ(token.issuer, "H001");
  EXPECT_EQ(token.key_id, 1);
  EXPECT_EQ(token.version, 1);
}

TEST_F(ReaderLinkTest, CardsOnEveryChipOfTheHospitalAreRead) {
  MakeCard("phone", "2026000001", {"--uid", "01020304"});
  MakeCard("sticker", "2026000002", {"--type", "ntag"});
  MakeCard("longest", "20260000000000000003", {"--type", "ntag"});
  Connect();
  Do("present phone");
  ASSERT_TRUE(ToldLast(" 2026000001"));
  Do("swap sticker");
  ASSERT_TRUE(ToldLast(" 2026000001 removed 2026000002"));
  Do("swap longest");
  ASSERT_TRUE(ToldLast(" 2026000002 removed 20260000000000000003"));
}

TEST_F(ReaderLinkTest, ACardThatIsNotGenuineIsRefusedForItsReason) {
  const std::vector<std::pair<std::string, std::string>> flaws = {
      {"forged", "forged"},   {"truncated", "malformed"}, {"oversize", "malformed"},
      {"foreign", "foreign"}, {"wrong-uid", "forged"},    {"unknown-key", "forged"}};
  for (const std::string type : {"type4", "ntag"}) {
    for (const auto& [flaw, problem] : flaws) {
      MakeCard(type + "-" + flaw, "2026000123", {"--flaw", flaw, "--type", type});
    }
  }
  MakeCard("key9", "2026000123", {"--key-id", "9"});
  MakeCardOf("H002", "elsewhere", "2026000123");
  Connect();
  std::string told = "ready";
  const auto refused_as = [&](const std::string& card, const std::string& problem) {
    Do("present " + card);
    told += " " + problem;
    ASSERT_TRUE(Told(told)) << card;
    Do("remove");
    told += " removed";
    ASSERT_TRUE(Told(told)) << card;
  };
  for (const std::string type : {"type4", "ntag"}) {
    for (const auto& [flaw, problem] : flaws) refused_as(type + "-" + flaw, problem);
  }
  refused_as("key9", "forged");
  refused_as("elsewhere", "foreign");
  refused_as("type4:04010203040506", "foreign");  // Formatted, empty.
  refused_as("ntag:04010203040506", "foreign");
  refused_as("uid:01020304", "legacy-refused");
  refused_as("classic:01020304", "legacy-refused");
  refused_as("uid:08020304", "foreign");  // A made-up UID recognises nobody.
}

TEST_F(ReaderLinkTest, TwoCardsAtOnceAreNeverOne) {
  MakeCard("anna", "2026000123");
  MakeCard("ben", "2026000124", {"--type", "ntag"});
  Connect();
  Do("present anna ben");
  ASSERT_TRUE(Told("ready several"));
  Do("present ben");
  ASSERT_TRUE(Told("ready several removed 2026000124"));
  Do("remove");
  ASSERT_TRUE(Told("ready several removed 2026000124 removed"));
}

TEST_F(ReaderLinkTest, AUidOnlyCardNeedsTheHospitalsSwitch) {
  MakeCard("old", "2026000123", {"--type", "classic", "--uid", "0a0b0c0d"});
  auto options = Options();
  options.reader.legacy_uid = true;
  Connect(options);
  Do("present old");
  ASSERT_TRUE(Told("ready legacy"));
  const auto events = log_.All();
  const auto& legacy = std::get<domain::LegacyCard>(std::get<CardPresented>(events[1]).card);
  EXPECT_EQ(legacy.uid_digest.size(), 64U);
  EXPECT_THAT(legacy.uid_digest, ::testing::Not(::testing::HasSubstr("0a0b0c0d")));
  Do("swap uid:08020304");
  ASSERT_TRUE(Told("ready legacy removed foreign"));
}

TEST_F(ReaderLinkTest, AnUnpluggedReaderIsGoneAndComesBackByItself) {
  MakeCard("anna", "2026000123");
  Connect();
  Do("present anna");
  ASSERT_TRUE(Told("ready 2026000123"));
  Do("reader unplug");
  ASSERT_TRUE(Told("ready 2026000123 removed gone"));
  Do("reader plug");
  ASSERT_TRUE(Told("ready 2026000123 removed gone ready 2026000123"));
}

TEST_F(ReaderLinkTest, ASilentReaderIsGoneAndComesBackByItself) {
  MakeCard("anna", "2026000123");
  Connect();
  Do("present anna");
  ASSERT_TRUE(Told("ready 2026000123"));
  Do("reader mute");
  ASSERT_TRUE(Told("ready 2026000123 removed gone"));
  Do("reader unmute");
  ASSERT_TRUE(Told("ready 2026000123 removed gone ready 2026000123"));
}

TEST_F(ReaderLinkTest, AChipThatFellAsleepIsWokenAgain) {
  MakeCard("anna", "2026000123");
  Connect();
  Do("reader reset");
  Do("present anna");
  ASSERT_TRUE(ToldLast("ready 2026000123"));
}

class NoisyReaderLinkTest : public ReaderRig {
 protected:
  /// How many commands the chip has received.
  int Commands() {
    const auto stats = rig_->Ask("stats").value_or("");
    const std::size_t at = stats.find("\"commands\":");
    return at == std::string::npos ? 0 : std::atoi(stats.c_str() + at + 11);
  }
};

TEST_F(NoisyReaderLinkTest, NoiseOnTheLineEndsNoSession) {
  MakeCard("anna", "2026000123");
  Connect();
  Do("present anna");
  ASSERT_TRUE(Told("ready 2026000123"));
  for (const char* fault : {"bad-dcs", "bad-lcs", "error-frame", "garbage", "wrong-code"}) {
    const int pid = link_->ProcessId();
    Do(std::string("reader fault ") + fault);
    // Several presence checks later the fault is used up and overcome.
    const int before = Commands();
    ASSERT_TRUE(rig::WaitUntil([&] { return Commands() > before + 20; }));
    EXPECT_EQ(link_->ProcessId(), pid) << fault;
  }
  Do("remove");
  ASSERT_TRUE(ToldLast("removed"));
  EXPECT_EQ(Words(log_.All()), "ready 2026000123 removed");
}

TEST_F(ReaderLinkTest, AHostileChipKillsOnlyTheReaderProcess) {
  MakeCard("anna", "2026000123");
  for (const char* fault : {"nad-bit", "ats-zero", "ats-long", "huge-uid"}) {
    SCOPED_TRACE(fault);
    link_.reset();
    log_.Clear();
    Connect();
    Do(std::string("reader fault ") + fault);
    Do("present anna");
    // At once, or by the next process: the card is read in the end.
    ASSERT_TRUE(ToldLast(" 2026000123"));
    Do("remove");
    ASSERT_TRUE(ToldLast(" removed"));
  }
}

TEST_F(ReaderLinkTest, AKilledReaderProcessIsReplaced) {
  MakeCard("anna", "2026000123");
  Connect();
  Do("present anna");
  ASSERT_TRUE(Told("ready 2026000123"));
  ASSERT_EQ(::kill(link_->ProcessId(), SIGKILL), 0);
  ASSERT_TRUE(Told("ready 2026000123 removed gone ready 2026000123"));
}

TEST_F(ReaderLinkTest, AStuckReaderProcessIsKilledAndReplaced) {
  MakeCard("anna", "2026000123");
  Connect();
  Do("present anna");
  ASSERT_TRUE(Told("ready 2026000123"));
  const int stuck = link_->ProcessId();
  ASSERT_EQ(::kill(stuck, SIGSTOP), 0);
  ASSERT_TRUE(Told("ready 2026000123 removed gone ready 2026000123"));
  EXPECT_NE(link_->ProcessId(), stuck);
  EXPECT_EQ(::kill(stuck, 0), -1) << "the stuck process was left behind";
}

TEST_F(ReaderLinkTest, OneReaderIsNotSharedByTwoPrograms) {
  Connect();
  EventLog second_log;
  auto second = ReaderLink::Start(Options(), [&](CardEvent event) { second_log.Add(event); });
  ASSERT_TRUE(second);
  EXPECT_FALSE(second_log.Wait([](const auto& events) { return !events.empty(); },
                               std::chrono::milliseconds(700)));
  link_->Stop();
  EXPECT_TRUE(second_log.Wait([](const auto& events) { return Words(events) == "ready"; }));
}

TEST_F(ReaderLinkTest, StoppingIsQuickWhateverTheReaderDoes) {
  MakeCard("anna", "2026000123");
  const std::vector<std::string> states = {"remove", "present anna", "reader mute",
                                           "reader unplug"};
  for (const std::string& state : states) {
    log_.Clear();
    Connect();
    const int pid = link_->ProcessId();
    Do(state);
    const auto start = SystemClock().Monotonic();
    link_->Stop();
    const auto took = SystemClock().Monotonic() - start;
    EXPECT_LT(took, std::chrono::seconds(2)) << state;
    EXPECT_EQ(::kill(pid, 0), -1) << state;
    Do("remove");
    Do("reader unmute");
    Do("reader plug");
  }
}

TEST_F(ReaderLinkTest, AMissingReaderProgramIsLookedForAgainAndAgain) {
  auto options = Options();
  options.program = rig_->Dir() + "/reader-program";
  auto link = ReaderLink::Start(options, [this](CardEvent event) { log_.Add(std::move(event)); });
  ASSERT_TRUE(link);
  std::filesystem::create_symlink(YIZHAN_READER_PROGRAM, options.program);
  EXPECT_TRUE(Told("ready"));
}

TEST(ReaderOptionsTest, OptionsThatMakeNoSenseAreRefusedBeforeAnythingStarts) {
  const ReaderOptions good{.device = "pn532_uart:/dev/x",
                           .issuer = "H001",
                           .keys = {{1, std::string(64, 'a')}},
                           .legacy_uid = false};
  EXPECT_TRUE(PolicyOf(good));
  const auto refused = [&](const std::function<void(ReaderOptions&)>& change) {
    ReaderOptions bad = good;
    change(bad);
    return !ReaderLink::Start({.program = "", .reader = bad}, [](const CardEvent&) {});
  };
  EXPECT_TRUE(refused([](ReaderOptions& o) { o.device.clear(); }));
  EXPECT_TRUE(refused([](ReaderOptions& o) { o.issuer.clear(); }));
  EXPECT_TRUE(refused([](ReaderOptions& o) { o.keys[1] = "abc"; }));
  EXPECT_TRUE(refused([](ReaderOptions& o) { o.keys = {{256, std::string(64, 'a')}}; }));
  EXPECT_TRUE(refused([](ReaderOptions& o) { o.keys.clear(); }));
}

TEST(ReaderOptionsTest, TheCommandLineSaysAllAndIsReadBack) {
  const ReaderOptions options{.device = "pn532_uart:/dev/x",
                              .issuer = "H001",
                              .keys = {{1, std::string(64, 'a')}, {200, std::string(64, 'b')}},
                              .legacy_uid = true};
  const auto again = ParseReaderArguments(ArgumentsOf(options));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->device, options.device);
  EXPECT_EQ(again->issuer, options.issuer);
  EXPECT_EQ(again->keys, options.keys);
  EXPECT_TRUE(again->legacy_uid);
  EXPECT_FALSE(ParseReaderArguments({"--device"}));
  EXPECT_FALSE(ParseReaderArguments({"--key", "x"}));
  EXPECT_FALSE(ParseReaderArguments({"--surprise"}));
}

}  // namespace
}  // namespace yizhan::drivers
