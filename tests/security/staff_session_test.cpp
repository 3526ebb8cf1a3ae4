#include <thread>

#include "backend/security/lock_out.h"
#include "backend/security/sessions.h"
#include "tests/security/security_fixture.h"

namespace yizhan::security {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPassword = "korrekt-pferd 49";
constexpr const char* kAddress = "10.1.2.3";

class StaffSessionTest : public test::SecurityFixture {
 protected:
  StaffSessionTest() { EXPECT_TRUE(accounts.Add({"wang", "王建国", {"doctor"}, kPassword}, by)); }

  std::string LogIn(const std::string& name, const std::string& password,
                    const std::string& address = kAddress) {
    const Checked<NewSession> session = sessions.LogIn(name, password, address);
    if (session) token = session->token;
    return ReasonOf(session);
  }

  // The cheapest that the library takes: what it costs has its own test.
  PasswordHasher hasher{clock, {8, 1}};
  Accounts accounts{*records, hasher, clock};
  Sessions sessions{*records, accounts, hasher, clock};
  std::string token;  ///< Of the last log-in.
};

TEST_F(StaffSessionTest, TheRightPasswordOpensASessionWithTheRolesOfTheAccount) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  EXPECT_EQ(token.size(), 43U) << "256 bits";
  const Checked<Principal> person = sessions.Check(token);
  ASSERT_TRUE(person);
  EXPECT_EQ(person->id, "wang");
  EXPECT_EQ(person->name, "王建国");
  EXPECT_THAT(person->roles, ElementsAre("doctor"));
  EXPECT_TRUE(person->Can(Ability::CallQueue));
  EXPECT_TRUE(person->grant.Allows(Interaction::Search, "Patient"));
  EXPECT_FALSE(person->grant.Allows(Interaction::Delete, "Patient"));
  EXPECT_EQ(LogIn(" Wang ", kPassword), "good") << "as people type it";
  EXPECT_THAT(Audited(), ElementsAre("account-add 0", "log-in 0", "log-in 0"));
}

TEST_F(StaffSessionTest, NothingStoredOpensASession) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  for (const char* kind : {"session", "account", "wrong-password"}) {
    const auto all = records->All(kind);
    ASSERT_TRUE(all);
    for (const store::Record& record : *all) {
      EXPECT_THAT(record.key + record.text, Not(HasSubstr(token)));
      EXPECT_THAT(record.key + record.text, Not(HasSubstr(kPassword)));
      EXPECT_EQ(ReasonOf(sessions.Check(record.key)), "session-over");
    }
  }
  const auto account = accounts.Find("wang");
  EXPECT_THAT((**account).password_hash, testing::StartsWith("$argon2id$"));
}

TEST_F(StaffSessionTest, TokensOfNobodyAreRefused) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  std::string other = token;
  other[0] = other[0] == 'A' ? 'B' : 'A';
  for (const std::string& wrong : {std::string(), std::string("x"), other, token + "A",
                                   token.substr(1), std::string(5000, 'A')}) {
    EXPECT_EQ(ReasonOf(sessions.Check(wrong)), "session-over");
  }
}

TEST_F(StaffSessionTest, UnknownNamesLookLikeWrongPasswords) {
  EXPECT_EQ(LogIn("wang", "nonsense-nonsense"), "wrong-password");
  EXPECT_EQ(LogIn("nobody", kPassword), "wrong-password");
  EXPECT_EQ(LogIn("", ""), "wrong-password");
  EXPECT_EQ(LogIn("王建国", kPassword), "wrong-password");
  EXPECT_EQ(LogIn("wang", std::string(100'000, 'x')), "wrong-password");
  ASSERT_TRUE(accounts.Enable("wang", false, by));
  EXPECT_EQ(LogIn("wang", kPassword), "wrong-password");
}

TEST_F(StaffSessionTest, NamesThatNobodyHasCostTheSameWork) {
  PasswordHasher dear(clock, {32 * 1024, 2});
  const auto hash = dear.Hash(kPassword);
  ASSERT_TRUE(hash);
  const auto time = [&](const std::optional<std::string>& encoded) {
    auto least = std::chrono::nanoseconds::max();
    for (int i = 0; i < 5; ++i) {
      const MonotonicTime begun = SystemClock().Monotonic();
      EXPECT_FALSE(*dear.Verify(encoded, "another password"));
      least = std::min(least, SystemClock().Monotonic() - begun);
    }
    return std::chrono::duration<double>(least).count();
  };
  const double known = time(*hash);
  const double unknown = time(std::nullopt);
  EXPECT_LT(std::max(known, unknown) / std::min(known, unknown), 2) << known << " " << unknown;
}

TEST_F(StaffSessionTest, FiveWrongPasswordsLockAndTheWaitGrows) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(LogIn("wang", "wrong wrong wrong"), "wrong-password");
  const Checked<NewSession> locked = sessions.LogIn("wang", kPassword, kAddress);
  EXPECT_EQ(ReasonOf(locked), "locked-out") << "even with the right password";
  EXPECT_EQ(locked.error().retry_after, 30s);
  EXPECT_EQ(LogIn("wang", kPassword, "10.9.9.9"), "locked-out") << "from elsewhere, too";
  clock.Advance(30s);
  EXPECT_EQ(LogIn("wang", "wrong wrong wrong"), "wrong-password");
  clock.Advance(30s);
  EXPECT_EQ(LogIn("wang", kPassword), "locked-out") << "now it is a minute";
  clock.Advance(30s);
  EXPECT_EQ(LogIn("wang", kPassword), "good");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(LogIn("wang", "wrong wrong wrong"), "wrong-password");
  EXPECT_EQ(LogIn("wang", kPassword), "good") << "a success forgets what was before";
}

TEST_F(StaffSessionTest, WaitsGrowUpToAQuarterOfAnHour) {
  EXPECT_EQ(DelayAfter(4, LockOut::kAccount), 0s);
  EXPECT_EQ(DelayAfter(5, LockOut::kAccount), 30s);
  EXPECT_EQ(DelayAfter(6, LockOut::kAccount), 60s);
  EXPECT_EQ(DelayAfter(9, LockOut::kAccount), 480s);
  EXPECT_EQ(DelayAfter(10, LockOut::kAccount), 900s);
  EXPECT_EQ(DelayAfter(1'000'000, LockOut::kAccount), 900s);
}

TEST_F(StaffSessionTest, NamesThatNobodyHasAreLockedAlike) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(LogIn("nobody", "wrong wrong wrong"), "wrong-password");
  EXPECT_EQ(LogIn("nobody", "wrong wrong wrong"), "locked-out");
}

TEST_F(StaffSessionTest, OneAddressCannotTryManyNames) {
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(LogIn("name" + std::to_string(i), "Sommer2026 Sommer"), "wrong-password");
  }
  EXPECT_EQ(LogIn("wang", kPassword), "locked-out");
  EXPECT_EQ(LogIn("wang", kPassword, "10.1.2.4"), "good") << "others are not concerned";
}

TEST_F(StaffSessionTest, ManyAtOnceGetNoMoreGuessesThanOneAfterTheOther) {
  std::atomic<int> looked_at = 0;
  {
    std::vector<std::jthread> attackers;
    for (int i = 0; i < 16; ++i) {
      attackers.emplace_back([&, i] {
        const auto tried = sessions.LogIn("wang", "guess number " + std::to_string(i),
                                          "10.0.0." + std::to_string(i));
        if (ReasonOf(tried) == "wrong-password") ++looked_at;
      });
    }
  }
  EXPECT_EQ(looked_at, 5);
}

TEST_F(StaffSessionTest, AnAdministratorCanUnlock) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(LogIn("wang", "wrong wrong wrong"), "wrong-password");
  EXPECT_EQ(LogIn("wang", kPassword), "locked-out");
  ASSERT_TRUE(accounts.Unlock("wang", by));
  EXPECT_EQ(LogIn("wang", kPassword), "good");
  EXPECT_THAT(Audited(), Contains("account-unlock 0"));
}

TEST_F(StaffSessionTest, SilenceEndsASession) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  clock.Advance(29min);
  EXPECT_TRUE(sessions.Check(token)) << "looking is no act";
  sessions.Touch(token);
  clock.Advance(29min);
  EXPECT_TRUE(sessions.Check(token));
  clock.Advance(1min);
  EXPECT_EQ(ReasonOf(sessions.Check(token)), "session-over");
  sessions.Touch(token);
  EXPECT_EQ(ReasonOf(sessions.Check(token)), "session-over") << "what is over stays over";
}

TEST_F(StaffSessionTest, ADayOfWorkEndsASessionWhateverThePersonDoes) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  for (int i = 0; i < 35; ++i) {
    clock.Advance(20min);
    sessions.Touch(token);
    ASSERT_TRUE(sessions.Check(token)) << i;
  }
  clock.Advance(20min);
  EXPECT_EQ(ReasonOf(sessions.Check(token)), "session-over") << "twelve hours";
}

TEST_F(StaffSessionTest, LoggingOutEndsThisSessionAndEverywhereEndsAll) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  const std::string first = token;
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  const std::string second = token;
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  ASSERT_TRUE(sessions.LogOut(first, {ActorKind::Staff, "wang"}));
  EXPECT_EQ(ReasonOf(sessions.Check(first)), "session-over");
  EXPECT_TRUE(sessions.Check(second));
  ASSERT_TRUE(accounts.EndSessions("wang", {ActorKind::Staff, "wang"}));
  EXPECT_EQ(ReasonOf(sessions.Check(second)), "session-over");
  EXPECT_EQ(ReasonOf(sessions.Check(token)), "session-over");
}

TEST_F(StaffSessionTest, DisablingAndNewPasswordsEndSessionsAtOnce) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  ASSERT_TRUE(accounts.Enable("wang", false, by));
  EXPECT_EQ(ReasonOf(sessions.Check(token)), "session-over");
  ASSERT_TRUE(accounts.Enable("wang", true, by));
  EXPECT_EQ(ReasonOf(sessions.Check(token)), "session-over") << "it does not come back";
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  ASSERT_TRUE(accounts.SetPassword("wang", "ganz anders 2026 x", by));
  EXPECT_EQ(ReasonOf(sessions.Check(token)), "session-over");
  EXPECT_EQ(LogIn("wang", kPassword), "wrong-password");
  EXPECT_EQ(LogIn("wang", "ganz anders 2026 x"), "good");
}

TEST_F(StaffSessionTest, WhatAnotherProcessChangesCountsWithinASecond) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  Records elsewhere(*store, clock);
  Accounts others(elsewhere, hasher, clock);
  Sessions there(elsewhere, others, hasher, clock);
  EXPECT_TRUE(there.Check(token)) << "a log-in counts on every server";
  ASSERT_TRUE(accounts.Enable("wang", false, by));
  clock.Advance(1s);
  EXPECT_EQ(ReasonOf(there.Check(token)), "session-over");
  ASSERT_TRUE(others.Enable("wang", true, by));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(LogIn("wang", "wrong wrong wrong"), "wrong-password");
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(there.LogIn("wang", "wrong wrong wrong", kAddress));
  EXPECT_EQ(LogIn("wang", kPassword), "locked-out") << "tries are counted over all servers";
}

TEST_F(StaffSessionTest, APersonChangesTheOwnPassword) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  const std::string before = token;
  const Principal person = *sessions.Check(token);
  const auto change = [&](const char* old_password, const char* new_password) {
    const auto changed = sessions.ChangePassword(person, old_password, new_password, kAddress);
    if (changed) token = changed->token;
    return changed ? "good" : Name(changed.error().reason) + (' ' + changed.error().detail);
  };
  EXPECT_EQ(change("wrong wrong wrong", "ganz anders 2026 x"), "wrong-password ");
  EXPECT_EQ(change(kPassword, "short"), "password-refused too-short");
  EXPECT_EQ(change(kPassword, kPassword), "password-refused same");
  EXPECT_TRUE(sessions.Check(before));
  EXPECT_EQ(change(kPassword, "ganz anders 2026 x"), "good");
  EXPECT_EQ(ReasonOf(sessions.Check(before)), "session-over");
  EXPECT_TRUE(sessions.Check(token));
}

TEST_F(StaffSessionTest, TheCsrfTokenBelongsToOneSession) {
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  const std::string first = token;
  ASSERT_EQ(LogIn("wang", kPassword), "good");
  EXPECT_TRUE(Sessions::IsCsrfToken(token, Sessions::CsrfToken(token)));
  EXPECT_FALSE(Sessions::IsCsrfToken(token, Sessions::CsrfToken(first)));
  EXPECT_FALSE(Sessions::IsCsrfToken(token, ""));
  EXPECT_FALSE(Sessions::IsCsrfToken(token, token));
}

TEST_F(StaffSessionTest, BadPasswordsAreNotTaken) {
  const auto problem = [](const char* password) {
    return std::string(PasswordProblem(password, "wang"));
  };
  EXPECT_EQ(problem("a B c d 9"), "too-short");
  EXPECT_EQ(problem("密码很短九个字的啊"), "too-short");
  EXPECT_EQ(problem("密码可以用汉字写十个字"), "");
  EXPECT_EQ(problem("xxWANGxx-3948"), "contains-name");
  EXPECT_EQ(problem("aaaaaaaaaaaaa"), "too-simple");
  EXPECT_EQ(problem("1234567890"), "too-simple");
  EXPECT_EQ(problem("0987654321"), "too-simple");
  EXPECT_EQ(problem("abababababab"), "too-simple");
  EXPECT_EQ(problem("Password123!"), "common");
  EXPECT_EQ(problem("qwertyuiop"), "common");
  EXPECT_EQ(problem("woaini1314520"), "common");
  EXPECT_EQ(problem("hospital2026"), "common");
  EXPECT_EQ(problem(std::string(257, 'x').c_str()), "too-long");
  EXPECT_EQ(problem(kPassword), "");
}

TEST_F(StaffSessionTest, AccountsAreCheckedAndNotMadeTwice) {
  const auto add = [&](const Accounts::NewAccount& account) {
    const Status added = accounts.Add(account, by);
    return added ? "" : Name(added.error().code);
  };
  const std::string good = "another 4-word phrase";
  EXPECT_STREQ(add({"wang", "王", {"nurse"}, good}), "conflict");
  EXPECT_STREQ(add({"Li", "李", {"nurse"}, good}), "bad-data");
  EXPECT_STREQ(add({"li li", "李", {"nurse"}, good}), "bad-data");
  EXPECT_STREQ(add({"li", "李", {}, good}), "bad-data");
  EXPECT_STREQ(add({"li", "李", {"surgeon"}, good}), "bad-data");
  EXPECT_STREQ(add({"li", "李", {"kiosk"}, good}), "bad-data") << "no device's role for people";
  EXPECT_STREQ(add({"li", "", {"nurse"}, good}), "bad-data");
  EXPECT_STREQ(add({"li", "李", {"nurse"}, "password"}), "bad-data");
  EXPECT_STREQ(add({"li", "李", {"nurse", "triage"}, good}), "");
  const auto list = accounts.List();
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ((*list)[0].id, "li");
  EXPECT_EQ(accounts.Unlock("nobody", by).error().code, ErrorCode::NotFound);
}

TEST_F(StaffSessionTest, AuditRowsHaveNoTypedNames) {
  // Many a password was typed into the field above it.
  EXPECT_EQ(LogIn("my secret phrase", "x"), "wrong-password");
  const auto refused = sessions.LogIn("my secret phrase", "x", kAddress);
  EXPECT_EQ(refused.error().claimed, "");
  EXPECT_EQ(sessions.LogIn("wang", "x", kAddress).error().claimed, "wang");
  const auto kept = records->All("wrong-password");
  ASSERT_TRUE(kept);
  for (const store::Record& record : *kept) EXPECT_THAT(record.key, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace yizhan::security
