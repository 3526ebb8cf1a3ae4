#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "tests/backend/hospital_fixture.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

class CheckInTest : public test::HospitalFixture {};

std::string Local(const std::string& time_of_day) { return "2026-03-10T" + time_of_day + "+08:00"; }

TEST_F(CheckInTest, GoldenTableOfTheTwentyMinuteRule) {
  clock.Set("2026-03-10T04:00:00Z");  // Noon: everything is replayed afterwards.
  const std::string guaranteed =
      R"(,"extension":[{"url":"urn:yizhan:booking-kind","valueCode":"guaranteed"}])";
  const struct {
    const char* id;
    const char* arrived;
    const char* more;
    const char* said;
  } kTable[] = {
      {"a", "08:29:59", "", "422 too-early"}, {"b", "08:30:00", "", "A001"},
      {"c", "09:20:00", "", "A002"},          {"d", "09:20:01", "", "422 late"},
      {"e", "09:20:01", "G", "A003"},         {"f", "09:30:00", "G", "A004"},
      {"g", "09:30:01", "G", "422 late"},
  };
  for (const auto& row : kTable) {
    Book(row.id, "cardio", *row.more == 'G' ? guaranteed : "");
    EXPECT_EQ(CheckIn(row.id, Local(row.arrived)), row.said) << row.id;
  }
  EXPECT_EQ(CheckIn("d", Local("09:20:00.001")), "422 late");
}

TEST_F(CheckInTest, RefusalTellsTheTimeThatBelongsToIt) {
  Book("a");
  const OperationAnswer early = hospital->CheckIn("a", Parameters("op", Local("08:00:00")));
  EXPECT_EQ(early.body["issue"][0]["diagnostics"].AsString(), "2026-03-10T00:30:00.000Z");
}

TEST_F(CheckInTest, EachReasonHasItsRefusal) {
  Book("site");
  EXPECT_EQ(Said(hospital->CheckIn("site", Parameters("o1", "", "", "east"))), "422 wrong-site");
  Book("day", "cardio", R"(,"comment":"x")");
  clock.Set("2026-03-11T01:00:00Z");
  EXPECT_EQ(CheckIn("day"), "422 wrong-day");
  clock.Set("2026-03-10T01:00:00Z");
  EXPECT_EQ(CheckIn("nobody"), "404 unknown-appointment");
  Put(R"({"resourceType":"Appointment","id":"gone","status":"cancelled","participant":[]})");
  EXPECT_EQ(CheckIn("gone"), "422 not-booked");
  Put(R"({"resourceType":"Appointment","id":"list","status":"waitlist","participant":[]})");
  EXPECT_EQ(CheckIn("list"), "422 not-booked");
}

TEST_F(CheckInTest, OpenRegistrationFeeMustBePaidFirst) {
  Book("p", "cardio", R"(,"supportingInformation":[{"reference":"Invoice/i"}])");
  for (const char* amount : {"\"value\":25.00", "\"value\":0", "\"currency\":\"CNY\""}) {
    Put(R"({"resourceType":"Invoice","id":"i","status":"issued","totalNet":{)" +
        std::string(amount) + "}}");
    EXPECT_EQ(CheckIn("p"), "422 payment-due") << amount;
  }
  Put(R"({"resourceType":"Invoice","id":"i","status":"balanced","totalNet":{"value":25.00}})");
  EXPECT_EQ(CheckIn("p"), "A001");
}

TEST_F(CheckInTest, BrokenRequestsAreRefusedAndChangeNothing) {
  Book("a");
  const std::string now = Local("09:00:00");
  EXPECT_EQ(hospital->CheckIn("a", Json()).status, 400);
  EXPECT_EQ(hospital->CheckIn("a", Parameters("", now)).status, 400);
  EXPECT_EQ(hospital->CheckIn("a", Parameters("o p", now)).status, 400);
  EXPECT_EQ(hospital->CheckIn("a", Parameters("op", "yesterday")).status, 400);
  EXPECT_EQ(hospital->CheckIn("a", Parameters("op", Local("09:05:01"))).status, 400);
  EXPECT_EQ(hospital->CheckIn("a", Parameters("op", now, "", "")).status, 400);
  EXPECT_EQ(hospital->CheckIn("a", Parameters("op", now, "", "main", "K/3")).status, 400);
  for (const char* number : {"B-K3-07", "A-K4-07", "A-K3-", "A-K3-7", "A-K3-0x", "A007"}) {
    EXPECT_EQ(hospital->CheckIn("a", Parameters("op", now, number)).status, 400) << number;
  }
  EXPECT_EQ(CheckIn("a"), "A001");
}

TEST_F(CheckInTest, SameOperationGivesTheSameAnswerAlsoAfterARestart) {
  Book("a");
  Book("b");
  const OperationAnswer first = hospital->CheckIn("a", Parameters("op-1", Local("08:50:00")));
  EXPECT_EQ(Said(first), "A001");
  EXPECT_EQ(CheckIn("b"), "A002");
  clock.Set("2026-03-10T03:00:00Z");  // Meanwhile late: the repetition is no new check-in.
  EXPECT_EQ(hospital->CheckIn("a", Parameters("op-1", Local("08:50:00"))).body, first.body);
  ASSERT_TRUE(hospital->Call({"room5", "staff", "", ""}));
  Restart();
  EXPECT_EQ(hospital->CheckIn("a", Parameters("op-1", Local("08:50:00"))).body, first.body);
  EXPECT_EQ(*store->Count("AuditEvent"), 3);
  EXPECT_EQ(*store->Count("Task"), 2);
  EXPECT_EQ(hospital->CheckIn("b", Parameters("op-1", Local("08:50:00"))).status, 409);
}

TEST_F(CheckInTest, SecondCheckInIsToldItsTicket) {
  Book("a");
  EXPECT_EQ(CheckIn("a"), "A001");
  const OperationAnswer again = hospital->CheckIn("a", Parameters("another", ""));
  EXPECT_EQ(Said(again), "422 already-checked-in");
  EXPECT_EQ(fhir::IdentifierValue(again.body["contained"][0], fhir::systems::kTicketNumber),
            "A001");
}

TEST_F(CheckInTest, TheSerialNumberOnTheSlipStaysWithTheTicket) {
  Book("a");
  for (const char* serial : {"20260310-K4-000127", "20260310-K3-127", "2026031x-K3-000127", "K3",
                             "20260310-K3-000127x", "20260310-K3-0001270000"}) {
    Json parameters = Parameters("op", Local("09:00:00"));
    fhir::AddParameter(parameters, "serial", "valueString", Json::String(serial));
    EXPECT_EQ(hospital->CheckIn("a", parameters).status, 400) << serial;
  }
  Json parameters = Parameters("op", Local("09:00:00"));
  fhir::AddParameter(parameters, "serial", "valueString", Json::String("20260310-K3-000127"));
  const OperationAnswer done = hospital->CheckIn("a", parameters);
  ASSERT_EQ(done.status, 200);
  const Json& task = fhir::ParameterOf(done.body, "ticket");
  EXPECT_EQ(fhir::IdentifierValue(task, fhir::systems::kSerialNumber), "20260310-K3-000127");
  EXPECT_EQ(FromTask(task)->serial, "20260310-K3-000127");
}

TEST_F(CheckInTest, OfflineNumberStaysAndDoesNotUseUpTheSeries) {
  for (const char* id : {"a", "b", "c", "d"}) Book(id);
  EXPECT_EQ(CheckIn("a"), "A001");
  EXPECT_EQ(CheckIn("b", Local("08:45:00"), "A-K3-07"), "A-K3-07");
  EXPECT_EQ(CheckIn("c"), "A002");
  EXPECT_EQ(CheckIn("d", Local("08:46:00"), "A-K3-07"),
            "409 provisional number was used by another check-in");
  const std::vector<QueueTicket> waiting = hospital->Board().WaitingFor("cardio", "room5");
  ASSERT_EQ(waiting.size(), 3U);
  EXPECT_EQ(waiting[0].number, "A-K3-07") << "the order is that of arrival";
  EXPECT_TRUE(waiting[0].offline);
  EXPECT_FALSE(waiting[1].offline);
}

TEST_F(CheckInTest, ALostAnswerLeavesTheNumberOnThePaperValid) {
  Book("a");
  Book("b");
  ASSERT_EQ(Said(hospital->CheckIn("a", Parameters("op-1", Local("08:45:00")))), "A001");
  const auto replay = [&] {
    return Said(hospital->CheckIn("a", Parameters("op-1", Local("08:45:00"), "A-K3-01")));
  };
  EXPECT_EQ(replay(), "A-K3-01");
  EXPECT_EQ(replay(), "A-K3-01") << "again: the same, and no second change";
  EXPECT_EQ(*store->Count("Task"), 1);
  const std::vector<QueueTicket> waiting = hospital->Board().WaitingFor("cardio", "room5");
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].number, "A-K3-01");
  EXPECT_EQ(waiting[0].former_number, "A001");
  EXPECT_EQ(CheckIn("b"), "A002") << "the number once given is not given again";
}

TEST_F(CheckInTest, TicketCarriesAMaskedNameAndTheWayBack) {
  Book("a", "cardio", "", "𠮷田欧阳");
  const OperationAnswer answer = hospital->CheckIn("a", Parameters("op", Local("08:50:00")));
  const Json& task = fhir::ParameterOf(answer.body, "ticket");
  EXPECT_EQ(task["for"]["display"].AsString(), "𠮷**阳");
  EXPECT_EQ(task.Write().find("𠮷田欧阳"), std::string::npos);
  EXPECT_EQ(task["groupIdentifier"]["value"].AsString(), "cardio|2026-03-10");
  EXPECT_EQ(task["authoredOn"].AsString(), "2026-03-10T00:50:00.000Z");
  EXPECT_EQ(task["requester"]["identifier"]["value"].AsString(), "K3");
  EXPECT_EQ(fhir::ParameterOf(answer.body, "appointment")["status"].AsString(), "arrived");
  EXPECT_EQ(fhir::ParameterOf(answer.body, "ahead").AsInteger(), 0);
  EXPECT_EQ(Find("Task", "focus=Appointment/a&status=ready&patient=a"), task["id"].AsString());
  EXPECT_EQ(Find("AuditEvent", "subtype=check-in&entity=Appointment/a").empty(), false);
}

TEST_F(CheckInTest, F28_FiveHundredConcurrentCheckInsLeaveNoGapAndNoDuplicate) {
  constexpr int kEach = 167;
  for (int i = 0; i < 3 * kEach; ++i) Book("p" + std::to_string(i), i % 5 == 0 ? "eye" : "cardio");
  std::vector<std::string> numbers[3];
  std::vector<std::thread> kiosks;
  for (int k = 0; k < 3; ++k) {
    kiosks.emplace_back([&, k] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = "p" + std::to_string(i * 3 + k);
        // Every third sends its request twice, as after a timeout; every kiosk also tries others'.
        numbers[k].push_back(CheckIn(id));
        if (i % 3 == 0) {
          EXPECT_EQ(CheckIn(id), numbers[k].back());
        }
        if (i % 7 == 0) {
          EXPECT_EQ(Said(hospital->CheckIn(id, Parameters("x" + id, ""))),
                    "422 already-checked-in");
        }
      }
    });
  }
  for (std::thread& kiosk : kiosks) kiosk.join();
  std::set<std::string> all;
  for (const auto& mine : numbers) all.insert(mine.begin(), mine.end());
  ASSERT_EQ(all.size(), 3U * kEach);
  const int eye = (3 * kEach + 4) / 5;
  for (int i = 1; i <= eye; ++i) EXPECT_TRUE(all.contains(domain::TicketNumber("B", i))) << i;
  for (int i = 1; i <= 3 * kEach - eye; ++i) {
    EXPECT_TRUE(all.contains(domain::TicketNumber("A", i))) << i;
  }
}

TEST_F(CheckInTest, SeriesBeginsAnewEachDay) {
  Book("a");
  EXPECT_EQ(CheckIn("a"), "A001");
  clock.Set("2026-03-11T01:00:00Z");
  Put(R"({"resourceType":"Patient","id":"b","name":[{"text":"王"}]})");
  Put(R"({"resourceType":"Appointment","id":"b","status":"booked",
    "start":"2026-03-11T09:00:00+08:00","end":"2026-03-11T09:30:00+08:00","participant":[
    {"actor":{"reference":"Patient/b"}},{"actor":{"reference":"HealthcareService/cardio"}}]})");
  EXPECT_EQ(CheckIn("b"), "A001");
  EXPECT_EQ(hospital->Board().WaitingFor("cardio", "room5").size(), 1U) << "yesterday is over";
}

}  // namespace
}  // namespace yizhan::hospital
