// Stopped clinics, added numbers, contracts, sessions, follow-ups (F13, F14, F20, F25, F27).
#include <gmock/gmock.h>

#include <set>

#include "backend/hospital/booking/contracts.h"
#include "backend/hospital/booking/reports.h"
#include "backend/hospital/booking/session_templates.h"
#include "backend/hospital/messages/message_sender.h"
#include "backend/hospital/refunds/refund_book.h"
#include "backend/r4/validate.h"
#include "domain/id_number.h"
#include "tests/backend/booking_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using fhir::Json;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

class BookingRulesTest : public test::BookingFixture {
 protected:
  static std::chrono::local_days Day(const char* date) { return *ParseDate(date); }
  int Count(const std::string& type, const std::string& query) {
    const std::string ids = Find(type, query + "&_count=500");
    return ids.empty() ? 0 : static_cast<int>(std::ranges::count(ids, ' ')) + 1;
  }
  void ExpectValid() {
    for (const char* type :
         {"Appointment", "Slot", "Schedule", "Task", "Communication", "Patient", "AuditEvent"}) {
      SearchAll(type, [&](const Json& resource) {
        const auto issues = r4::Validate(resource, {});
        EXPECT_FALSE(r4::HasErrors(issues))
            << type << ": " << issues.front().expression << " " << issues.front().diagnostics;
      });
    }
  }
};

/// A number of the right form: the check character is worked out.
std::string IdNumber(int serial) {
  std::string id = "370281198001010000";
  id.replace(14, 3, std::to_string(100 + serial));
  for (const char last : std::string_view("0123456789X")) {
    id.back() = last;
    if (domain::IsIdNumber(id)) return id;
  }
  return id;
}

TEST_F(BookingRulesTest, F20_TwentyPatientsOfAStoppedClinicGetTwentyNoticesAndAllTheirMoney) {
  Sell("big", "2026-03-11", "chen");
  std::int64_t prepaid = 0;
  std::vector<std::string> booked;
  for (int i = 1; i <= 20; ++i) {
    const std::string id = "t" + std::to_string(i);
    AddPatient(id);
    PutSlot("big-x" + std::to_string(i), "big", "2026-03-11T13:00", "2026-03-11T13:30");
    const bool prepays = i % 2 == 0;
    const auto state = Book(id, "big-x" + std::to_string(i), prepays);
    if (prepays) {
      ASSERT_EQ(Act(last, BookingAct::Take, 5000), "booked");
      prepaid += 5000;
    } else if (state == "pending-confirm") {
      ASSERT_EQ(Act(last, BookingAct::Confirm), "booked");
    }
    booked.push_back(last);
  }
  const auto stopped = desk->StopSchedule({"big", "admin", "医生急诊手术", Remedy::Rebook});
  ASSERT_TRUE(stopped) << stopped.error().detail;
  EXPECT_EQ(stopped->size(), 20U);
  std::int64_t refunds = 0;
  for (const std::string& id : booked) {
    const BookingRecord record = Record(id);
    EXPECT_EQ(StateOf(id), "stopped");
    EXPECT_EQ(record.penalty_minor, 0);
    EXPECT_TRUE(record.rebook_until);
    refunds += record.refund_minor;
  }
  EXPECT_EQ(refunds, prepaid);
  MessageSender sender(*store, clock, *desk, nullptr);
  while (sender.Work().value_or(0) > 0) {
  }
  EXPECT_EQ(Count("Communication", "category=urn:yizhan:message-kind|stopped"), 20);
  clock.Set("2026-03-12T08:00:00+08:00");
  Sweep();
  EXPECT_EQ(Count("Appointment", "status=noshow"), 0);
  ExpectValid();
}

TEST_F(BookingRulesTest, F20_AStoppedPatientChoosesAnotherTimeOnce) {
  Sell("other", "2026-03-12", "chen");
  ASSERT_EQ(Book("zhang", "s-2"), "booked");
  const std::string booking = last;
  ASSERT_TRUE(desk->StopSchedule({"s", "admin", "停诊"}));
  const auto offered = desk->AlternativesOf(booking, 3);
  ASSERT_TRUE(offered);
  ASSERT_EQ(offered->size(), 3U);
  EXPECT_EQ(offered->front().schedule_id, "other");
  const std::string slot = offered->front().slot_id;
  const auto again = desk->Rebook({"re-1", "kiosk", "K3", booking, slot});
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(again->record.slot_id, slot);
  EXPECT_EQ(desk->Rebook({"re-1", "kiosk", "K3", booking, slot})->record.id, again->record.id);
  EXPECT_EQ(Said(desk->Rebook({"re-2", "kiosk", "K3", booking, "other-4"})), "wrong-state");
  EXPECT_EQ(Seat("other-4"), "free");
}

TEST_F(BookingRulesTest, F20_WhoWasOnlyOfferedASeatOfAStoppedClinicWaitsOn) {
  for (int i = 1; i <= 4; ++i) {
    AddPatient("b" + std::to_string(i));
    ASSERT_EQ(Book("b" + std::to_string(i), "s-" + std::to_string(i)), "booked");
  }
  const auto waits = desk->Wait({"w", "kiosk", "K3", "zhang", "cardio", "",
                                 *ParseInstant("2026-03-10T08:00:00+08:00"),
                                 *ParseInstant("2026-03-10T12:00:00+08:00")});
  ASSERT_TRUE(waits);
  ASSERT_EQ(Act(last, BookingAct::Cancel), "cancelled");
  ASSERT_EQ(StateOf(waits->record.id), "offered");
  ASSERT_EQ(desk->StopSchedule({"s", "admin", "停诊"})->size(), 3U);
  EXPECT_EQ(StateOf(waits->record.id), "waiting");
  EXPECT_EQ(Seat("s-4"), "busy-unavailable");
}

TEST_F(BookingRulesTest, F20_ASubstituteOfTheSameTitleKeepsTheSessionAndWhoMindsCancelsForNothing) {
  AddDoctor("young", "住院医师");
  AddDoctor("chen");
  AddDoctor("busy");
  Sell("clash", "2026-03-10", "busy");
  ASSERT_EQ(Book("zhang", "s-1", true), "locked");
  ASSERT_EQ(Act(last, BookingAct::Take, 5000), "booked");
  const std::string booking = last;
  ASSERT_EQ(Book("li", "s-2"), "booked");
  const auto with = [&](const std::string& doctor) {
    const auto moved = desk->Substitute({"s", doctor, "admin", "王医生出诊"});
    return moved ? std::to_string(moved->size()) : moved.error().detail;
  };
  EXPECT_EQ(with("young"), "not-same-level");
  EXPECT_EQ(with("busy"), "doctor-busy");
  EXPECT_EQ(with("wang"), "not-same-level");
  EXPECT_EQ(with("chen"), "2");
  EXPECT_EQ(Record(booking).doctor_id, "chen");
  EXPECT_EQ(Record(booking).substitute_for, "wang");
  MessageSender sender(*store, clock, *desk, nullptr);
  while (sender.Work().value_or(0) > 0) {
  }
  EXPECT_EQ(Count("Communication", "category=urn:yizhan:message-kind|substituted"), 2);
  Local("08:59:00");  // Long after the usual limit.
  EXPECT_EQ(Act(booking, BookingAct::Cancel), "cancelled");
  EXPECT_EQ(Record(booking).refund_minor, 5000);
  ExpectValid();
}

TEST_F(BookingRulesTest, F20_ASubstituteWaitsForThePatientsAnswerOnce) {
  AddDoctor("chen");
  AddDoctor("sun");
  ASSERT_EQ(Book("zhang", "s-1"), "booked");
  EXPECT_FALSE(Record(last).awaits_answer);
  ASSERT_TRUE(desk->Substitute({"s", "chen", "admin", "出诊"}));
  EXPECT_TRUE(Record(last).awaits_answer);
  EXPECT_EQ(Count("Appointment", "part-status=needs-action"), 1) << "any program can see it";
  EXPECT_EQ(Act(last, BookingAct::Confirm), "booked");
  EXPECT_FALSE(Record(last).awaits_answer);
  EXPECT_EQ(Record(last).substitute_for, "wang") << "and may still be cancelled for nothing";
  ASSERT_TRUE(desk->Substitute({"s", "sun", "admin", "又换人"}));
  EXPECT_TRUE(Record(last).awaits_answer) << "another one is another question";
  Local("08:50:00");
  ASSERT_EQ(Act(last, BookingAct::CheckIn), "checked-in");
  EXPECT_FALSE(Record(last).awaits_answer) << "who comes agrees";
  ExpectValid();
}

TEST_F(BookingRulesTest, F20_WhoDoesNotWantTheSubstituteTakesAnotherTimeAndTheMoneyGoesAlong) {
  AddDoctor("chen");
  Sell("other", "2026-03-10", "lin");
  ASSERT_EQ(Book("zhang", "s-1", true), "locked");
  ASSERT_EQ(Said(desk->Act({"", last, BookingAct::Take, "K3", "", 5000, "ORDER1"})), "booked");
  const std::string booking = last;
  const std::string invoice = Record(booking).invoice_id;
  EXPECT_EQ(Said(desk->Rebook({"re-0", "kiosk", "K3", booking, "other-1"})), "wrong-state")
      << "nothing was changed by the hospital yet";
  ASSERT_TRUE(desk->Substitute({"s", "chen", "admin", "出诊"}));
  Local("08:50:00");  // Long after the usual limit of cancelling.
  const auto again = desk->Rebook({"re-1", "kiosk", "K3", booking, "other-1"});
  ASSERT_TRUE(again) << again.error().detail;
  const std::string moved = again->record.id;
  EXPECT_EQ(StateOf(moved), "booked");
  EXPECT_EQ(Record(moved).booking.prepaid_minor, 5000);
  EXPECT_EQ(Record(moved).booking.kind, domain::BookingKind::Guaranteed);
  EXPECT_EQ(Record(moved).invoice_id, invoice);
  EXPECT_EQ(test::Parse(store->Read("Invoice", invoice)->text)["status"].AsString(), "balanced");
  EXPECT_EQ(StateOf(booking), "cancelled");
  EXPECT_EQ(Record(booking).refund_minor, 0) << "kept for the new number";
  EXPECT_EQ(Record(booking).penalty_minor, 0);
  EXPECT_NE(Seat("s-1"), "busy");
  EXPECT_EQ(desk->Rebook({"re-1", "kiosk", "K3", booking, "other-1"})->record.id, moved);
  EXPECT_EQ(Said(desk->Rebook({"re-2", "kiosk", "K3", booking, "other-2"})), "wrong-state");
  ASSERT_TRUE(desk->StopSchedule({"other", "admin", "停诊"}));
  EXPECT_EQ(Record(moved).refund_minor, 5000) << "and goes back once, in the end";
  const auto refunds = OpenRefunds(*store, 10);
  ASSERT_TRUE(refunds);
  ASSERT_EQ(refunds->size(), 1U);
  EXPECT_EQ(refunds->front().AppointmentId(), moved);
  EXPECT_EQ(refunds->front().order, "ORDER1") << "the way it was paid";
  ExpectValid();
}

TEST_F(BookingRulesTest, F20_ARefusedOtherTimeLeavesTheSubstitutesNumberAsItWas) {
  AddDoctor("chen");
  ASSERT_EQ(Book("zhang", "s-1"), "booked");
  const std::string booking = last;
  ASSERT_EQ(Book("li", "s-2"), "booked");
  ASSERT_TRUE(desk->Substitute({"s", "chen", "admin", "出诊"}));
  EXPECT_EQ(Said(desk->Rebook({"re-1", "kiosk", "K3", booking, "s-2"})), "full");
  EXPECT_EQ(StateOf(booking), "booked");
  EXPECT_EQ(Seat("s-1"), "busy");
  Local("09:00:00");
  EXPECT_EQ(Said(desk->Rebook({"re-2", "kiosk", "K3", booking, "s-3"})), "too-late");
}

TEST_F(BookingRulesTest, F20_WhoWantsNoOtherTimeSaysSoAndIsNotAskedAgain) {
  ASSERT_EQ(Book("zhang", "s-2"), "booked");
  EXPECT_EQ(Act(last, BookingAct::Withdraw), "wrong-state");
  ASSERT_TRUE(desk->StopSchedule({"s", "admin", "停诊"}));
  ASSERT_TRUE(Record(last).rebook_until);
  EXPECT_EQ(Act(last, BookingAct::Withdraw), "stopped");
  EXPECT_FALSE(Record(last).rebook_until);
  EXPECT_EQ(Act(last, BookingAct::Withdraw), "wrong-state");
  ExpectValid();
}

TEST_F(BookingRulesTest, AddedNumbersAreForNamedPatientsAndLimitedPerSession) {
  BookingRules rules;
  rules.most_added_per_session = 2;
  With(rules);
  const auto add = [&](const std::string& patient) {
    return desk->AddNumber({"add-" + patient, "doctor-room", "wang", "s", patient, {}});
  };
  const auto first = add("zhang");
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_EQ(Said(first), "booked");
  EXPECT_TRUE(first->record.is_added);
  EXPECT_EQ(add("zhang")->record.id, first->record.id);
  EXPECT_EQ(Said(add("nobody")), "unknown-patient");
  const auto second = add("li");
  ASSERT_TRUE(second);
  EXPECT_EQ(Said(add("zhao")), "most-added");
  // Given back, it is nobody's; the doctor may add another.
  ASSERT_EQ(Act(second->record.id, BookingAct::Cancel), "cancelled");
  EXPECT_EQ(Seat(second->record.slot_id), "busy-unavailable");
  EXPECT_EQ(Said(add("zhao")), "booked");
  for (const char* seat : {"s-1", "s-2", "s-3", "s-4"}) EXPECT_EQ(Seat(seat), "free");
  ExpectValid();
}

TEST_F(BookingRulesTest, F14_ThirtyMembersWithTwoBadNumbersAre28BookedAndTwoListed) {
  ASSERT_TRUE(PutContract(
      *store, {"unit:acme", {"某单位", "Acme"}, 40, "cardio", "2026-03-01", "2026-03-31"}, "admin",
      clock.Now()));
  for (int i = 1; i <= 30; ++i) {
    PutSlot("u-" + std::to_string(i), "s", "2026-03-10T09:00", "2026-03-10T09:30",
            R"(,"extension":[{"url":"urn:yizhan:quota","valueString":"unit:acme"}])");
  }
  std::string list = "姓名,身份证号,电话\r\n";
  for (int i = 1; i <= 30; ++i) {
    const std::string id = i == 7 ? "370281198001010001" : i == 19 ? "12345" : IdNumber(i);
    list += "成员" + std::to_string(i) + "," + id + ",1390000\r\n";
  }
  const std::vector<Member> members = ParseMembers(list);
  ASSERT_EQ(members.size(), 30U);
  const ImportRequest request{"imp", "unit:acme", "admin", members};
  const auto imported = ImportMembers(*store, *desk, request);
  ASSERT_TRUE(imported) << imported.error().detail;
  EXPECT_EQ(imported->booked.size(), 28U);
  ASSERT_EQ(imported->errors.size(), 2U);
  EXPECT_EQ(imported->errors[0].row, 7);
  EXPECT_EQ(imported->errors[0].code, "bad-id");
  EXPECT_EQ(imported->errors[1].row, 19);
  EXPECT_EQ(FindContract(*store, "unit:acme")->used, 28);
  // The same list once more books nobody twice.
  const auto again = ImportMembers(*store, *desk, request);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->booked.size(), 28U);
  EXPECT_EQ(FindContract(*store, "unit:acme")->used, 28);
  EXPECT_EQ(Count("Appointment", "status=booked"), 28);
  ExpectValid();
}

TEST_F(BookingRulesTest, F14_AQuotaOf25StopsThe26thUntilOneGivesUp) {
  ASSERT_TRUE(PutContract(*store,
                          {"unit:acme", {"某单位", ""}, 25, "cardio", "2026-03-01", "2026-03-31"},
                          "admin", clock.Now()));
  std::string one;
  for (int i = 1; i <= 26; ++i) {
    const std::string number = std::to_string(i);
    AddPatient("m" + number);
    PutSlot("u-" + number, "s", "2026-03-10T09:00", "2026-03-10T09:30");
    const auto booked = TryBook("m" + number, "u-" + number, false, "unit:acme", "unit-contract");
    EXPECT_EQ(Said(booked), i <= 25 ? "booked" : "quota-full");
    if (booked) one = booked->record.id;
  }
  EXPECT_EQ(Seat("u-26"), "free");
  ASSERT_EQ(Act(one, BookingAct::Cancel), "cancelled");
  EXPECT_EQ(Said(TryBook("m26", "u-26", false, "unit:acme", "unit-contract")), "booked");
  Sell("april", "2026-04-10", "wang");
  EXPECT_EQ(Said(TryBook("m25", "april-1", false, "unit:acme")), "contract-over");
}

TEST_F(BookingRulesTest, F13_TheChannelReportAddsUpToTheTotal) {
  const char* channels[] = {"phone-agent", "ivr",   "desk",        "web",
                            "wechat",      "kiosk", "doctor-room", "group-hospital"};
  Sell("more", "2026-03-10", "chen");
  for (int i = 0; i < 8; ++i) {
    const std::string id = "c" + std::to_string(i);
    AddPatient(id);
    const std::string slot = (i < 4 ? "s-" : "more-") + std::to_string(i % 4 + 1);
    ASSERT_TRUE(TryBook(id, slot, false, "", channels[i]));
  }
  ASSERT_TRUE(desk->StopSchedule({"more", "admin", "停诊"}));
  Local("10:00:01");
  Sweep();
  const auto report = ReportChannels(*store, Day("2026-03-10"), Day("2026-03-10"), zone);
  ASSERT_TRUE(report);
  int sum = 0;
  for (const ChannelLine& line : report->lines) sum += line.Total();
  EXPECT_EQ(report->lines.size(), 8U);
  EXPECT_EQ(sum, report->total);
  EXPECT_EQ(report->total, 8);
  const auto kiosk = std::ranges::find(report->lines, "kiosk", &ChannelLine::channel);
  EXPECT_EQ(kiosk->stopped, 1);
}

TEST_F(BookingRulesTest, F25_AHolidayTakesWeekdaySessionsAwayAndOpensItsOwn) {
  SessionTemplate am;
  am.id = "wang-am";
  am.service_id = "cardio";
  am.doctor_id = "wang";
  am.room_id = "room5";
  am.session = "am";
  am.level = "chief";
  am.weekdays = {1, 2, 3, 4, 5};
  am.from = minutes(8 * 60);
  am.until = minutes(12 * 60);
  am.fee_minor = 5000;
  SessionTemplate night = am;
  night.id = "wang-night";
  night.session = "night";
  night.from = minutes(18 * 60);
  night.until = minutes(21 * 60);
  SessionTemplate holiday = am;
  holiday.id = "holiday";
  holiday.session = "holiday";
  holiday.weekdays = {};
  for (const auto& one : {am, night, holiday}) ASSERT_TRUE(PutTemplate(*store, one, zone));
  SessionTemplate wrong = night;
  wrong.until = minutes(25 * 60);
  EXPECT_EQ(PutTemplate(*store, wrong, zone).error().detail, "until");
  // Monday to Sunday.
  auto made = GenerateSessions(*store, Day("2026-09-28"), Day("2026-10-04"), zone);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->made, 10);
  EXPECT_EQ(made->seats, 5 * (8 + 6));
  EXPECT_EQ(GenerateSessions(*store, Day("2026-09-28"), Day("2026-10-04"), zone)->made, 0);
  // A night session lies on its own day.
  const Json slot = test::Parse(store->Read("Slot", "wang-night-20260930-6")->text);
  EXPECT_EQ(slot["start"].AsString(), "2026-09-30T12:30:00.000Z");
  EXPECT_EQ(Count("Slot", "start=ge2026-09-30T18:00:00%2B08:00&start=lt2026-10-01"), 6);
  // National day: one patient has booked already.
  clock.Set("2026-09-28T08:00:00+08:00");
  ASSERT_EQ(Book("zhang", "wang-am-20261001-1"), "pending-confirm");
  ASSERT_TRUE(PutHoliday(*store, {"2026-10-01", "国庆节", 0}));
  ASSERT_TRUE(PutHoliday(*store, {"2026-10-03", "调休", 4}));
  made = GenerateSessions(*store, Day("2026-09-28"), Day("2026-10-04"), zone);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->made, 3) << "the holiday's session, and two of a Thursday on Saturday";
  EXPECT_EQ(made->closed, 1);
  EXPECT_THAT(made->to_stop, ElementsAre("wang-am-20261001"));
  EXPECT_EQ(Seat("wang-night-20261001-1"), "busy-unavailable");
  EXPECT_EQ(Seat("holiday-20261001-1"), "free");
  EXPECT_EQ(Seat("wang-am-20261003-1"), "free");
  ExpectValid();
}

TEST_F(BookingRulesTest, F25_TheReportShowsWhatEachDoctorOfferedAndWhatWasUsed) {
  Sell("idle", "2026-03-10", "idle");
  ASSERT_EQ(Book("zhang", "s-1"), "booked");
  ASSERT_EQ(Book("li", "s-2"), "booked");
  ASSERT_TRUE(desk->AddNumber({"add", "doctor-room", "wang", "s", "zhao", {}}));
  const auto report = ReportResources(*store, Day("2026-03-10"), Day("2026-03-10"), zone);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->size(), 2U);
  EXPECT_TRUE(report->at(0).IsIdle());
  EXPECT_EQ(report->at(1).doctor_id, "wang");
  EXPECT_EQ(report->at(1).offered, 4);
  EXPECT_EQ(report->at(1).used, 2);
  EXPECT_EQ(report->at(1).added, 1);
  EXPECT_TRUE(report->at(1).IsOverloaded());
}

TEST_F(BookingRulesTest, F27_AFollowUpIsSuggestedBookedWithItsDateAndVisited) {
  Sell("next", "2026-03-17", "wang");
  Put(R"({"resourceType":"Task","id":"fu","status":"requested","intent":"plan","code":{"coding":)"
      R"([{"system":"urn:yizhan:task-code","code":"follow-up"}]},"businessStatus":{"coding":)"
      R"([{"system":"urn:yizhan:follow-up-status","code":"suggested"}]},"for":{"reference":)"
      R"("Patient/zhang"},"owner":{"reference":"Practitioner/wang"},"input":[{"type":{"coding":)"
      R"([{"system":"urn:yizhan:follow-up-input","code":"service"}]},"valueReference":)"
      R"({"reference":"HealthcareService/cardio"}}],"restriction":{"period":{"start":)"
      R"("2026-03-16T00:00:00+08:00","end":"2026-03-20T00:00:00+08:00"}}})");
  const auto suggested = desk->SuggestedBy("fu");
  ASSERT_TRUE(suggested) << suggested.error().detail;
  EXPECT_EQ(suggested->patient_id, "zhang");
  EXPECT_EQ(suggested->doctor_id, "wang");
  EXPECT_EQ(suggested->status, "suggested");
  ASSERT_EQ(suggested->seats.size(), 4U);
  EXPECT_EQ(suggested->seats.front().slot_id, "next-1");
  BookRequest request{"op-fu", "kiosk", "K3", "zhang", "next-1", false, "", "fu"};
  const auto booked = desk->Book(request);
  ASSERT_TRUE(booked);
  EXPECT_EQ(desk->SuggestedBy("fu")->status, "booked");
  const auto said = [&] {
    return test::Parse(store->Read("Task", "fu")->text)["businessStatus"]["text"].AsString();
  };
  EXPECT_EQ(said(), "已预约 2026-03-17");
  ASSERT_EQ(Act(booked->record.id, BookingAct::Cancel), "cancelled");
  EXPECT_EQ(desk->SuggestedBy("fu")->status, "suggested");
  EXPECT_EQ(said(), "建议复诊");
  request.operation_id = "op-fu2";
  request.slot_id = "next-2";
  const auto again = desk->Book(request);
  ASSERT_TRUE(again);
  ASSERT_EQ(Act(again->record.id, BookingAct::Confirm), "booked");
  clock.Set("2026-03-17T09:20:00+08:00");
  for (const auto act : {BookingAct::CheckIn, BookingAct::Begin, BookingAct::Finish}) {
    static_cast<void>(Act(again->record.id, act));
  }
  EXPECT_EQ(StateOf(again->record.id), "done");
  EXPECT_EQ(desk->SuggestedBy("fu")->status, "visited");
  EXPECT_EQ(said(), "已复诊");
  ExpectValid();
}

}  // namespace
}  // namespace yizhan::hospital
