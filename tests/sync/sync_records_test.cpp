#include <gtest/gtest.h>

#include "kiosk/sync/records.h"
#include "tests/sync/small_hospital.h"

namespace yizhan::sync {
namespace {

using domain::BookingKind;
using domain::VisitState;
using fhir::Json;
using test::Appointment;
using test::Invoice;
using test::Parse;
using test::Patient;
using test::SmallDirectory;
using test::Ticket;

Json With(Json resource, const std::string& member, const std::string& value) {
  resource.Set(member, Parse(value));
  return resource;
}

Found FoundOf(std::vector<Json> appointments, std::vector<Json> tickets = {},
              std::vector<Json> invoices = {}) {
  return {Patient(), std::move(appointments), std::move(tickets), std::move(invoices), 0, 0};
}

TEST(VisitTest, HasEverythingATerminalShows) {
  const auto visit = ToVisit(Appointment(), SmallDirectory());
  ASSERT_TRUE(visit);
  EXPECT_EQ(visit->id.Value(), "a1");
  EXPECT_EQ(visit->patient.Value(), "zhang");
  EXPECT_EQ(visit->state, VisitState::Booked);
  EXPECT_EQ(visit->kind, BookingKind::Confirmed);
  EXPECT_EQ(visit->service.zh, "心血管内科");
  EXPECT_EQ(visit->service.en, "Cardiology");
  EXPECT_EQ(visit->queue_letter, "A");
  EXPECT_EQ(visit->doctor, "王建国");
  EXPECT_EQ(visit->doctor_title.zh, "主任医师");
  EXPECT_EQ(visit->place.zh, "门诊楼 3 层 B 区");
  EXPECT_EQ(visit->room.zh, "5 诊室");
  EXPECT_EQ(visit->site_id.Value(), "east");
  EXPECT_EQ(visit->site.zh, "东院区");
  EXPECT_EQ(ToInstant(visit->start), "2026-03-10T01:00:00.000Z");
}

TEST(VisitTest, NeedsAnIdAndAStart) {
  EXPECT_FALSE(ToVisit(Json(), Directory()));
  EXPECT_FALSE(ToVisit(Parse("[]"), Directory()));
  EXPECT_FALSE(ToVisit(Parse(R"({"id":"a1"})"), Directory()));
  EXPECT_FALSE(ToVisit(Parse(R"({"start":"2026-03-10T09:00:00+08:00"})"), Directory()));
  EXPECT_FALSE(ToVisit(With(Appointment(), "id", R"("../Patient/x")"), Directory()));
  EXPECT_FALSE(ToVisit(With(Appointment(), "id", "7"), Directory()));
  EXPECT_FALSE(ToVisit(With(Appointment(), "start", R"("tomorrow")"), Directory()));
  for (const char* start : {R"("9999-12-31T23:59:59Z")", R"("0001-01-01T00:00:00Z")"}) {
    EXPECT_FALSE(ToVisit(With(Appointment(), "start", start), Directory())) << start;
  }
}

TEST(VisitTest, OnlyABookedAppointmentCanBeCheckedInTo) {
  const std::pair<const char*, VisitState> states[] = {
      {"booked", VisitState::Booked},        {"arrived", VisitState::CheckedIn},
      {"checked-in", VisitState::CheckedIn}, {"fulfilled", VisitState::Done},
      {"cancelled", VisitState::Cancelled},  {"entered-in-error", VisitState::Cancelled},
      {"noshow", VisitState::NoShow},        {"", VisitState::Cancelled},
      {"BOOKED", VisitState::Cancelled}};
  for (const auto& [status, state] : states) {
    EXPECT_EQ(ToVisit(Appointment("a1", status), Directory())->state, state) << status;
  }
  EXPECT_EQ(ToVisit(With(Appointment(), "status", "17"), Directory())->state,
            VisitState::Cancelled);
}

TEST(VisitTest, AWishIsNoBookingWhateverItsExtensionSays) {
  const std::string guaranteed = R"([{"url":"urn:yizhan:booking-kind","valueCode":"guaranteed"}])";
  EXPECT_EQ(ToVisit(With(Appointment(), "extension", guaranteed), Directory())->kind,
            BookingKind::Guaranteed);
  for (const char* status : {"waitlist", "proposed", "pending"}) {
    const Json wish = With(Appointment("a1", status), "extension", guaranteed);
    EXPECT_EQ(ToVisit(wish, Directory())->kind, BookingKind::Waiting) << status;
  }
}

TEST(VisitTest, ASlotThatEndsBeforeItBeginsLastsHalfAnHour) {
  for (const char* end : {R"("2026-03-10T08:00:00+08:00")", R"("soon")", "null"}) {
    const auto visit = ToVisit(With(Appointment(), "end", end), Directory());
    EXPECT_EQ(visit->end - visit->start, std::chrono::minutes(30)) << end;
  }
}

TEST(VisitTest, ReferencesMayNameAVersion) {
  const Json versioned = With(Appointment(), "participant",
                              R"([{"actor":{"reference":"Patient/zhang/_history/3"}},
          {"actor":{"reference":"HealthcareService/cardio/_history/2"}}])");
  const auto visit = ToVisit(versioned, SmallDirectory());
  EXPECT_EQ(visit->patient.Value(), "zhang");
  EXPECT_EQ(visit->service.zh, "心血管内科");
}

TEST(TicketTest, IsCalledByItsCurrentNumberNotByAnOldOne) {
  const Json task = With(Ticket(), "identifier",
                         R"([{"use":"old","system":"urn:yizhan:ticket-number","value":"A012"},
        {"system":"urn:yizhan:ticket-number","value":"A-K3-07"},
        {"system":"urn:yizhan:operation-id","value":"op-1"}])");
  const auto ticket = ToTicket(task, domain::Visit());
  EXPECT_EQ(ticket.number, "A-K3-07");
  EXPECT_EQ(ticket.operation.Value(), "op-1");
}

TEST(TicketTest, SurvivesTheStore) {
  domain::Ticket ticket = ToTicket(Ticket(), *ToVisit(Appointment(), SmallDirectory()));
  ticket.provisional = true;
  ticket.masked_name = "张*三";
  const auto again = ReadTicket(WriteTicket(ticket));
  ASSERT_TRUE(again);
  EXPECT_EQ(WriteTicket(*again), WriteTicket(ticket));
  EXPECT_EQ(again->number, "A012");
  EXPECT_TRUE(again->provisional);
  EXPECT_EQ(again->slot_start, ticket.slot_start);
  EXPECT_EQ(again->arrived_at, ticket.arrived_at);
}

TEST(TicketTest, WhatIsNoTicketIsBadData) {
  for (const char* text : {"", "{", "[]", "{}", R"({"number":7})", "\xff"}) {
    EXPECT_EQ(ReadTicket(text).error().code, ErrorCode::BadData) << text;
  }
}

TEST(AssembleTest, ShowsTheFeeOfTheVisitItBelongsTo) {
  const auto today = Assemble(
      FoundOf({Appointment()}, {}, {Invoice(), Invoice("issued", "i2", "9.9")}), SmallDirectory());
  ASSERT_EQ(today.visits.size(), 1U);
  EXPECT_EQ(today.visits[0].due_minor, 2550);
  EXPECT_EQ(today.tasks.bills, 2);
  EXPECT_EQ(today.tasks.bills_minor, 2550 + 990);
  EXPECT_EQ(today.patient.masked_name, "张*三");
}

TEST(AssembleTest, APaidFeeIsNotAskedFor) {
  for (const char* status : {"balanced", "cancelled", "draft", "entered-in-error", ""}) {
    const auto today = Assemble(FoundOf({Appointment()}, {}, {Invoice(status)}), Directory());
    EXPECT_EQ(today.visits[0].due_minor, 0) << status;
    EXPECT_EQ(today.tasks.bills, 0) << status;
  }
}

TEST(AssembleTest, UnreadableAndHugeAmountsNeitherRoundNorOverflow) {
  const auto odd =
      Assemble(FoundOf({Appointment()}, {}, {Invoice("issued", "i1", "10.555")}), Directory());
  EXPECT_EQ(odd.visits[0].due_minor, 0);
  EXPECT_EQ(odd.tasks.bills, 1);

  std::vector<Json> invoices;
  std::string support = "[";
  for (int i = 0; i < 12'000; ++i) {
    const std::string id = "x" + std::to_string(i);
    invoices.push_back(Invoice("issued", id, "9999999999999.99"));
    support += std::string(i == 0 ? "" : ",") + R"({"reference":"Invoice/)" + id + "\"}";
  }
  const auto huge =
      Assemble(FoundOf({With(Appointment(), "supportingInformation", support + "]")}, {}, invoices),
               Directory());
  EXPECT_EQ(huge.visits[0].due_minor, 1'000'000'000'000'000);
  EXPECT_EQ(huge.tasks.bills_minor, 1'000'000'000'000'000);
}

TEST(AssembleTest, PutsVisitsInOrderAndTicketsToTheirs) {
  Json later = With(Appointment("a2"), "start", R"("2026-03-10T14:00:00+08:00")");
  later.Set("end", Parse(R"("2026-03-10T14:30:00+08:00")"));
  const Json waiting = With(Appointment("a3", "waitlist"), "start", "null");
  const auto today = Assemble(
      FoundOf({later, waiting, Appointment("a1", "arrived")}, {Ticket("A012", "op-1", "a1")}),
      SmallDirectory());
  ASSERT_EQ(today.visits.size(), 2U);
  EXPECT_EQ(today.visits[0].id.Value(), "a1");
  ASSERT_TRUE(today.visits[0].ticket);
  EXPECT_EQ(today.visits[0].ticket->number, "A012");
  EXPECT_EQ(today.visits[0].ticket->masked_name, "张*三");
  EXPECT_FALSE(today.visits[1].ticket);
}

TEST(AssembleTest, ATaskWithoutANumberIsNoTicket) {
  const Json nameless = With(Ticket(), "identifier", "[]");
  const auto today = Assemble(FoundOf({Appointment("a1", "arrived")}, {nameless}), Directory());
  EXPECT_FALSE(today.visits[0].ticket);
}

TEST(PatientTest, IsKnownByBothKindsOfCards) {
  const Json patient = With(Patient(), "identifier",
                            R"([{"system":"urn:yizhan:card-number","value":"88010000"},
          {"system":"urn:yizhan:card-uid-sha256","value":"ab12"},
          {"system":"urn:oid:1.2.3","value":"110101198002290011"}, 7, null])");
  EXPECT_EQ(CardIdentifiers(patient),
            (std::vector<std::string>{"urn:yizhan:card-number|88010000",
                                      "urn:yizhan:card-uid-sha256|ab12"}));
  EXPECT_EQ(CardIdentifier(test::Card("88010000")), CardIdentifiers(patient)[0]);
  EXPECT_EQ(CardIdentifier(domain::LegacyCard{"ab12"}), CardIdentifiers(patient)[1]);
}

TEST(PatientTest, WithoutANameIsAStar) {
  EXPECT_EQ(ToPatient(Json()).masked_name, "*");
  EXPECT_EQ(ToPatient(Parse(R"({"name":[{"text":17}]})")).masked_name, "*");
  std::string endless = "{\"name\":[{\"text\":\"";
  for (int i = 0; i < 5000; ++i) endless += "张";
  EXPECT_LE(ToPatient(Parse(endless + "\"}]}")).masked_name.size(), 200U);
}

}  // namespace
}  // namespace yizhan::sync
