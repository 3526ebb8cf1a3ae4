// Money for a seat ends as paid and booked or as nothing charged, whatever fails or is killed.
#include <gmock/gmock.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "backend/payment/signed_form.h"
#include "base/unique_fd.h"
#include "drivers/payment/payment_journal.h"
#include "drivers/payment/prepayment.h"
#include "drivers/payment/qr_platform.h"
#include "tests/rig/payment_platform.h"

namespace yizhan::drivers {
namespace {

using payment::Form;
using payment::ReadSigned;
using payment::WriteSigned;
using rig::PaymentPlatform;
using rig::PlatformFault;

constexpr const char* kKey = "a secret of the test, long enough";

std::unique_ptr<PaymentTerminal> TerminalAt(const std::string& url, const std::string& key) {
  QrPlatformOptions options{url, "H001", key, "", {}, {}};
  options.connect_timeout = std::chrono::milliseconds(2000);
  options.timeout = std::chrono::milliseconds(400);
  auto opened = OpenQrPlatform(options);
  EXPECT_TRUE(opened) << opened.error().detail;
  return std::move(*opened);
}
PaymentJournal JournalIn(const std::string& folder) {
  auto opened = PaymentJournal::Open(folder + "/payments");
  EXPECT_TRUE(opened) << opened.error().detail;
  return std::move(*opened);
}
PaymentOrder Order(const std::string& number = "YZ00000001") {
  return {number, 5000, "registration-fee", std::chrono::seconds(600)};
}

class PaymentTest : public testing::Test {
 protected:
  PaymentTest() {
    char name[] = "/tmp/yizhan-payment-XXXXXX";
    folder = ::mkdtemp(name);
    auto started = PaymentPlatform::Start("H001", kKey);
    EXPECT_TRUE(started);
    platform = std::move(*started);
  }
  ~PaymentTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<PaymentTerminal> Terminal(const std::string& key = kKey) {
    return TerminalAt(platform->Url(), key);
  }
  PaymentJournal Journal() { return JournalIn(folder); }

  std::string folder;
  std::unique_ptr<PaymentPlatform> platform;
};

TEST_F(PaymentTest, AnOrderIsCreatedPaidAndSeenAsPaid) {
  const auto terminal = Terminal();
  const auto code = terminal->Create(Order());
  ASSERT_TRUE(code) << code.error().detail;
  EXPECT_EQ(code->qr_text, "https://pay.invalid/q/YZ00000001");
  EXPECT_EQ(terminal->Query("YZ00000001")->state, PaymentState::Open);
  ASSERT_TRUE(platform->Pay("YZ00000001"));
  const auto paid = terminal->Query("YZ00000001");
  ASSERT_TRUE(paid);
  EXPECT_EQ(paid->state, PaymentState::Paid);
  EXPECT_EQ(paid->paid_minor, 5000);
  EXPECT_EQ(terminal->Reverse("YZ00000001")->state, PaymentState::Closed);
  EXPECT_FALSE(platform->Pay("YZ00000001"));
  EXPECT_EQ(terminal->Query("YZ00000009").error().code, ErrorCode::NotFound);
}

TEST_F(PaymentTest, TheSameNumberForAnotherAmountIsRefused) {
  const auto terminal = Terminal();
  ASSERT_TRUE(terminal->Create(Order()));
  ASSERT_TRUE(terminal->Create(Order()));
  PaymentOrder other = Order();
  other.amount_minor = 1;
  EXPECT_EQ(terminal->Create(other).error().code, ErrorCode::Conflict);
}

TEST_F(PaymentTest, NoBadAnswerIsTakenForATrueOne) {
  const auto terminal = Terminal();
  ASSERT_TRUE(terminal->Create(Order()));
  const std::pair<PlatformFault, ErrorCode> cases[] = {
      {PlatformFault::Drop, ErrorCode::Timeout},    {PlatformFault::Hang, ErrorCode::Timeout},
      {PlatformFault::Garbage, ErrorCode::BadData}, {PlatformFault::WrongSign, ErrorCode::BadData},
      {PlatformFault::Replay, ErrorCode::BadData},  {PlatformFault::Huge, ErrorCode::BadData},
      {PlatformFault::Busy, ErrorCode::Timeout},    {PlatformFault::Failed, ErrorCode::Timeout}};
  for (const auto& [fault, code] : cases) {
    platform->FailNext(fault);
    const auto status = terminal->Query("YZ00000001");
    ASSERT_FALSE(status) << static_cast<int>(fault);
    EXPECT_EQ(status.error().code, code) << static_cast<int>(fault);
  }
  EXPECT_TRUE(terminal->Query("YZ00000001"));
}

TEST_F(PaymentTest, AnotherKeyAndAClosedDoorChangeNothing) {
  EXPECT_FALSE(Terminal("another secret of the test")->Create(Order()));
  EXPECT_TRUE(platform->Orders().empty());
  EXPECT_FALSE(OpenQrPlatform({"ftp://x", "H001", kKey, "", {}, {}}));
  EXPECT_FALSE(OpenQrPlatform({"http://x", "H001", "short", "", {}, {}}));
  auto nobody = OpenQrPlatform({"http://127.0.0.1:1", "H001", kKey, "",
                                std::chrono::milliseconds(500), std::chrono::milliseconds(500)});
  ASSERT_TRUE(nobody);
  EXPECT_EQ((*nobody)->Create(Order()).error().code, ErrorCode::Unreachable);
  (*nobody)->Cancel();
  EXPECT_EQ((*nobody)->Query("YZ00000001").error().code, ErrorCode::Cancelled);
}

TEST_F(PaymentTest, ASignedFormIsReadOnlyWhole) {
  const Form form = {{"a", "1 2&3=4%"}, {"b", "中"}};
  const std::string text = WriteSigned(form, kKey);
  EXPECT_EQ(*ReadSigned(text, kKey), form);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(ReadSigned(changed, kKey)) << at;
    EXPECT_FALSE(ReadSigned(text.substr(0, at), kKey)) << at;
  }
  EXPECT_FALSE(ReadSigned(text + "&a=2", kKey));
}

TEST_F(PaymentTest, ANumberIsNeverUsedTwiceAlsoAfterARestart) {
  {
    PaymentJournal journal = Journal();
    ASSERT_TRUE(journal.Begin({"YZ00000001", 5000, "b1"}));
    ASSERT_TRUE(journal.Begin({"YZ00000002", 5000, "b2"}));
    ASSERT_TRUE(journal.Finish("YZ00000001", PaymentEnd::Booked));
  }
  // A power cut in the middle of a line.
  std::ofstream(folder + "/payments", std::ios::app) << "begin YZ00000003 50";
  PaymentJournal journal = Journal();
  ASSERT_EQ(journal.Unfinished().size(), 1U);
  EXPECT_EQ(journal.Unfinished().front(), (OpenPayment{"YZ00000002", 5000, "b2"}));
  for (const char* used : {"YZ00000001", "YZ00000002"}) {
    EXPECT_EQ(journal.Begin({used, 1, "b3"}).error().code, ErrorCode::Conflict);
  }
  EXPECT_EQ(journal.Begin({"two words", 1, "b"}).error().code, ErrorCode::BadData);
  EXPECT_TRUE(journal.Begin({"YZ00000003", 1, "b3"}));
}

TEST_F(PaymentTest, APatientWhoGivesUpIsNeverChargedLater) {
  const auto terminal = Terminal();
  PaymentJournal journal = Journal();
  Prepayment prepayment(*terminal, journal, [](const OpenPayment&) { return Result<bool>(false); });
  ASSERT_TRUE(prepayment.Begin(Order(), "b1"));
  EXPECT_EQ(*prepayment.Look("YZ00000001"), PrepaymentState::Open);
  EXPECT_EQ(*prepayment.GiveUp("YZ00000001"), PrepaymentState::Reversed);
  EXPECT_FALSE(platform->Pay("YZ00000001"));
  EXPECT_TRUE(journal.Unfinished().empty());
}

TEST_F(PaymentTest, MoneyForASeatThatIsGoneGoesBack) {
  const auto terminal = Terminal();
  PaymentJournal journal = Journal();
  Prepayment prepayment(*terminal, journal, [](const OpenPayment&) { return Result<bool>(false); });
  ASSERT_TRUE(prepayment.Begin(Order(), "b1"));
  ASSERT_TRUE(platform->Pay("YZ00000001"));
  EXPECT_EQ(*prepayment.Look("YZ00000001"), PrepaymentState::Reversed);
  EXPECT_EQ(platform->Orders()["YZ00000001"].taken_minor, 0);
}

TEST_F(PaymentTest, AnOrderWhoseCreationWasLostCannotBePaidBehindOurBack) {
  const auto terminal = Terminal();
  PaymentJournal journal = Journal();
  Prepayment prepayment(*terminal, journal, [](const OpenPayment&) { return Result<bool>(true); });
  platform->FailNext(PlatformFault::Drop, 1, "create");
  EXPECT_FALSE(prepayment.Begin(Order(), "b1"));
  EXPECT_FALSE(platform->Pay("YZ00000001"));
  // Also when it cannot be reversed at once.
  platform->FailNext(PlatformFault::Drop, 1, "create");
  platform->FailNext(PlatformFault::Hang, 1, "reverse");
  EXPECT_FALSE(prepayment.Begin(Order("YZ00000002"), "b2"));
  EXPECT_EQ(journal.Unfinished().size(), 1U);
  EXPECT_EQ(prepayment.Recover(), 0U);
  EXPECT_FALSE(platform->Pay("YZ00000002"));
}

TEST_F(PaymentTest, ASeatThatNobodyKnowsToBeTakenIsAskedForAgainAndNotGivenBack) {
  const auto terminal = Terminal();
  PaymentJournal journal = Journal();
  int asked = 0;
  Prepayment prepayment(*terminal, journal, [&](const OpenPayment&) -> Result<bool> {
    if (++asked == 1) return Fail(ErrorCode::Timeout, "nobody knows");
    return true;
  });
  ASSERT_TRUE(prepayment.Begin(Order(), "b1"));
  ASSERT_TRUE(platform->Pay("YZ00000001"));
  EXPECT_EQ(prepayment.GiveUp("YZ00000001").error().code, ErrorCode::Timeout);
  EXPECT_EQ(platform->Orders()["YZ00000001"].taken_minor, 5000);
  EXPECT_EQ(prepayment.Recover(), 0U);
  EXPECT_EQ(platform->Orders()["YZ00000001"].taken_minor, 5000);
}

/// The hospital as far as money goes: which order numbers took their seats. A file, because it
/// outlives the terminal.
class Ledger {
 public:
  explicit Ledger(std::string path) : path_(std::move(path)) {}
  void Take(const std::string& number) { std::ofstream(path_, std::ios::app) << number + "\n"; }
  [[nodiscard]] std::set<std::string> Taken() const {
    std::set<std::string> all;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) all.insert(line);
    return all;
  }

 private:
  std::string path_;
};

bool Say(const UniqueFd& end) { return ::send(end.Get(), "!", 1, MSG_NOSIGNAL) == 1; }
/// Waits until the other end says something. False: it has ended.
bool Hear(const UniqueFd& end) {
  char said = 0;
  return ::recv(end.Get(), &said, 1, 0) == 1;
}

/// Ends the process at its n-th step, before or after the step is done.
class Mortal final : public PaymentTerminal {
 public:
  Mortal(PaymentTerminal& inner, int steps) : inner_(inner), left_(steps) {}
  void Step() {
    if (--left_ == 0) ::_exit(9);
  }
  Result<PaymentCode> Create(const PaymentOrder& order) override {
    Step();
    auto done = inner_.Create(order);
    Step();
    return done;
  }
  Result<PaymentStatus> Query(const std::string& number) override {
    Step();
    auto done = inner_.Query(number);
    Step();
    return done;
  }
  Result<PaymentStatus> Reverse(const std::string& number) override {
    Step();
    auto done = inner_.Reverse(number);
    Step();
    return done;
  }
  void Cancel() noexcept override {}

 private:
  PaymentTerminal& inner_;
  int left_;
};

constexpr const char* kFolder = "YIZHAN_PAYMENT_FOLDER";
constexpr const char* kUrl = "YIZHAN_PAYMENT_URL";
constexpr const char* kNumber = "YIZHAN_PAYMENT_NUMBER";
constexpr const char* kSteps = "YIZHAN_PAYMENT_STEPS";
constexpr const char* kPays = "YIZHAN_PAYMENT_PAYS";
constexpr const char* kAgrees = "YIZHAN_PAYMENT_AGREES";
/// Where the dying terminal finds its end of the socket.
constexpr int kTerminalsEnd = 3;

std::string Told(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? "" : text;
}

/// The terminal that dies: run by the test below, never by itself.
TEST(PaymentChild, DISABLED_TakesMoneyUntilItDies) {
  const std::string folder = Told(kFolder);
  ASSERT_FALSE(folder.empty());
  const UniqueFd end(kTerminalsEnd);
  Ledger ledger(folder + "/ledger");
  const std::string number = Told(kNumber);
  const bool agrees = Told(kAgrees) == "1";
  const auto terminal = TerminalAt(Told(kUrl), kKey);
  Mortal mortal(*terminal, std::atoi(Told(kSteps).c_str()));
  PaymentJournal journal = JournalIn(folder);
  mortal.Step();
  Prepayment prepayment(mortal, journal, [&](const OpenPayment& payment) -> Result<bool> {
    mortal.Step();
    if (agrees) ledger.Take(payment.number);
    mortal.Step();
    return agrees;
  });
  if (prepayment.Begin(Order(number), "b" + Told(kSteps))) {
    static_cast<void>(prepayment.Look(number));
    // The parent's platform charges the patient when it hears this.
    if (Told(kPays) == "1" && Say(end)) static_cast<void>(Hear(end));
    static_cast<void>(prepayment.Look(number));
    static_cast<void>(prepayment.GiveUp(number));
  }
  ::_exit(0);
}

/// Starts that terminal: a process of its own from the first line on, because the threads of this
/// one may hold locks of the allocator when it is copied.
pid_t StartTerminal(const std::map<const char*, std::string>& told, int end) {
  for (const auto& [name, text] : told) ::setenv(name, text.c_str(), 1);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, end, kTerminalsEnd);
  std::string words[] = {"/proc/self/exe", "--gtest_filter=PaymentChild.*",
                         "--gtest_also_run_disabled_tests", "--gtest_brief=1"};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  pid_t child = -1;
  const int failed = ::posix_spawn(&child, words[0].c_str(), &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? child : -1;
}

TEST_F(PaymentTest, KilledAtAnyPointMoneyIsBookedOrGivenBack) {
  Ledger ledger(folder + "/ledger");
  int killed = 0;
  int booked = 0;
  int reversed = 0;
  // The patient pays (or not), the hospital agrees (or not), the terminal dies at each step.
  for (int plan = 0; plan < 4; ++plan) {
    for (int steps = 1; steps <= 14; ++steps) {
      const bool pays = plan % 2 == 0;
      const bool agrees = plan < 2;
      const std::string number = "YZ" + std::to_string(1'000'000 + plan * 100 + steps);
      // On these the terminal says that it shows its code, and hears that the patient has paid.
      int ends[2];
      ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
      const UniqueFd patients(ends[0]);
      UniqueFd terminals(ends[1]);
      const pid_t child = StartTerminal({{kFolder, folder},
                                         {kUrl, platform->Url()},
                                         {kNumber, number},
                                         {kSteps, std::to_string(steps)},
                                         {kPays, pays ? "1" : "0"},
                                         {kAgrees, agrees ? "1" : "0"}},
                                        terminals.Get());
      ASSERT_GE(child, 0);
      terminals.Reset();
      // Without a code the end of the terminal is what is heard.
      if (pays && Hear(patients)) {
        platform->Pay(number);
        static_cast<void>(Say(patients));
      }
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      if (WEXITSTATUS(status) == 9) ++killed;
      // A patient may pay after the terminal died, while its code is still on the phone.
      if (pays) platform->Pay(number);
      const auto terminal = Terminal();
      PaymentJournal journal = Journal();
      Prepayment after(*terminal, journal, [&](const OpenPayment& payment) -> Result<bool> {
        if (ledger.Taken().contains(payment.number)) return true;  // The same operation again.
        if (agrees) ledger.Take(payment.number);
        return agrees;
      });
      if (!journal.Unfinished().empty()) platform->FailNext(PlatformFault::Drop);
      static_cast<void>(after.Recover());
      EXPECT_EQ(after.Recover(), 0U);
      const auto orders = platform->Orders();
      const auto order = orders.find(number);
      const bool took_money = order != orders.end() && order->second.taken_minor > 0;
      EXPECT_EQ(took_money, ledger.Taken().contains(number)) << plan << " " << steps;
      EXPECT_FALSE(platform->Pay(number)) << "nobody pays an order that ended";
      (took_money ? booked : reversed) += 1;
    }
  }
  EXPECT_GT(killed, 20);
  EXPECT_GT(booked, 5);
  EXPECT_GT(reversed, 20);
}

}  // namespace
}  // namespace yizhan::drivers
