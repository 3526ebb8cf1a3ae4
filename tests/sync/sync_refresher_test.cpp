#include <gtest/gtest.h>

#include "base/clock.h"
#include "kiosk/sync/refresher.h"
#include "tests/offline-store/store_fixture.h"
#include "tests/support/manual_clock.h"
#include "tests/sync/scripted_client.h"
#include "tests/sync/small_hospital.h"

namespace yizhan::sync {
namespace {

using fhir::Json;
using std::chrono::minutes;
using std::chrono::seconds;
using test::Bundle;
using test::ScriptedClient;

class RefresherTest : public testing::Test {
 protected:
  RefresherTest() {
    for (const std::string type : {"Location", "HealthcareService", "Practitioner"}) {
      client_.On("GET " + type, {ScriptedClient::Reply(200, Bundle({}))});
    }
    client_.On("GET Task", {ScriptedClient::Reply(200, Bundle({}))});
    client_.On("GET Invoice", {ScriptedClient::Reply(200, Bundle({}))});
    Serve(test::Now());
  }
  /// One appointment, changed at this time.
  void Serve(WallTime changed) {
    Json appointment = test::Appointment();
    appointment.At("meta").Set("lastUpdated", Json::String(ToInstant(changed)));
    client_.On("GET Appointment?",
               {ScriptedClient::Reply(200, Bundle({appointment, test::Patient()}))});
  }
  /// Does everything that is due.
  void DoAll() {
    for (int i = 0; i < 100 && refresher_.NextDue() <= clock_.Monotonic(); ++i) {
      EXPECT_TRUE(refresher_.DoStep().store);
    }
  }
  void LetPass(minutes time) {
    const auto turn = seconds(15);
    for (seconds passed{0}; passed < time; passed += turn) {
      clock_.Advance(turn);
      DoAll();
    }
  }
  std::string LastAsked() const {
    const auto sent = client_.Sent("GET Appointment?_lastUpdated=ge");
    return sent.empty() ? "" : sent.back().path.substr(std::string("Appointment?").size());
  }
  static std::string Since(WallTime time) {
    return "_lastUpdated=ge" + fhir::EncodeQuery(ToInstant(time)) + "&";
  }

  const offline::test::TemporaryDirectory directory_;
  const std::unique_ptr<offline::Database> database_ =
      offline::test::OpenStore(directory_.File("store.db"));
  yizhan::test::ManualClock clock_{test::Now()};
  ScriptedClient client_;
  Hospital hospital_{client_, test::kStation};
  offline::DirectoryCache cache_ = offline::DirectoryCache::Open(*database_).value();
  OfflineDesk desk_{*database_, cache_, test::kStation};
  Refresher refresher_{hospital_, desk_, cache_, test::kStation, clock_, RefreshPeriods()};
};

TEST_F(RefresherTest, ChangesAreAskedForWithAnOverlapOfTwoMinutes) {
  DoAll();
  clock_.Advance(seconds(15));
  DoAll();
  EXPECT_TRUE(LastAsked().starts_with(Since(test::Now() - minutes(2)))) << LastAsked();
}

TEST_F(RefresherTest, AQuietHospitalIsNotAskedForTheSameChangesForEver) {
  DoAll();
  LetPass(minutes(60));
  const WallTime now = test::Now() + minutes(60);
  // Never less than the overlap, whatever the terminal's clock shows.
  EXPECT_TRUE(LastAsked().starts_with(Since(now - minutes(2) - seconds(15)))) << LastAsked();
}

TEST_F(RefresherTest, ANewerChangeCountsFromItsOwnStampWhateverOurClockShows) {
  DoAll();
  LetPass(minutes(30));
  const WallTime behind_our_clock = test::Now() + minutes(10);
  Serve(behind_our_clock);
  LetPass(minutes(1));
  EXPECT_GE(LastAsked(), Since(behind_our_clock - minutes(2)));
  EXPECT_LE(LastAsked(), Since(behind_our_clock - minutes(1)));
}

TEST_F(RefresherTest, F14_AServerThatKnowsNoPackagesIsRefreshedAsEver) {
  for (const char* type : {"Location", "HealthcareService", "Practitioner", "PractitionerRole"}) {
    client_.On(std::string("GET ") + type, {ScriptedClient::Reply(200, Bundle({}))});
  }
  for (const int status : {404, 400, 403}) {
    client_.On("GET PlanDefinition", {ScriptedClient::Reply(status)});
    LetPass(minutes(40));
    const auto before = client_.Sent("GET Location").size();
    LetPass(minutes(40));
    EXPECT_GT(client_.Sent("GET Location").size(), before) << status;
    EXPECT_TRUE(refresher_.DirectoryRead()) << status;
  }
}

TEST_F(RefresherTest, F18_TheRulesOfBookingAreKeptForWhenTheHospitalIsAway) {
  client_.On("GET HealthcareService/$booking-terms",
             {ScriptedClient::Reply(200, test::Terms().Write())});
  DoAll();
  ASSERT_NE(refresher_.Known().Terms(), nullptr);
  Refresher next(hospital_, desk_, cache_, test::kStation, clock_, RefreshPeriods());
  ASSERT_TRUE(next.LoadKept());
  ASSERT_NE(next.Known().Terms(), nullptr);
  EXPECT_EQ(*next.Known().Terms(), *refresher_.Known().Terms());
  EXPECT_EQ(next.Known().Terms()->rebook_within, std::chrono::days(60));
}

TEST_F(RefresherTest, AServerWithoutRulesOfBookingHasAWholeDirectoryAllTheSame) {
  const ScriptedClient::Answer unknown[] = {
      ScriptedClient::Reply(404), ScriptedClient::Reply(400), ScriptedClient::Reply(501),
      ScriptedClient::Fails(ErrorCode::BadData), ScriptedClient::Reply(200, Bundle({}))};
  for (const auto& answer : unknown) {
    client_.On("GET HealthcareService/$booking-terms", {answer});
    Refresher other(hospital_, desk_, cache_, test::kStation, clock_, RefreshPeriods());
    for (int i = 0; i < 100 && other.NextDue() <= clock_.Monotonic(); ++i) {
      EXPECT_TRUE(other.DoStep().store);
    }
    EXPECT_TRUE(other.DirectoryRead());
    EXPECT_EQ(other.Known().Terms(), nullptr);
  }
}

TEST_F(RefresherTest, RulesOnceToldStayWhileTheHospitalIsAway) {
  client_.On("GET HealthcareService/$booking-terms",
             {ScriptedClient::Reply(200, test::Terms().Write()),
              ScriptedClient::Fails(ErrorCode::Timeout)});
  DoAll();
  LetPass(minutes(90));
  EXPECT_GE(client_.Sent("GET HealthcareService/$booking-terms").size(), 2U);
  EXPECT_NE(refresher_.Known().Terms(), nullptr);
}

TEST_F(RefresherTest, AnOutageIsReadFromWhereItBegan) {
  DoAll();
  LetPass(minutes(10));
  client_.Break(ErrorCode::Unreachable);
  LetPass(minutes(30));
  client_.Break(std::nullopt);
  const std::size_t before = client_.Sent("GET Appointment?_lastUpdated=ge").size();
  clock_.Advance(seconds(15));
  DoAll();
  const auto sent = client_.Sent("GET Appointment?_lastUpdated=ge");
  ASSERT_GT(sent.size(), before);
  EXPECT_TRUE(sent[before].path.starts_with("Appointment?" + Since(test::Now() + minutes(8))))
      << sent[before].path;
}

}  // namespace
}  // namespace yizhan::sync
