#include <map>
#include <set>
#include <thread>

#include "tests/backend/queue_fixture.h"

namespace yizhan::hospital {
namespace {

using std::chrono::minutes;

class QueueRoomsTest : public test::QueueFixture {
 protected:
  void Assign(RoomAssignment rooms, int capacity = 2) {
    QueuePolicy policy = DefaultQueuePolicy();
    policy.rooms = rooms;
    policy.order.room_capacity = capacity;
    ASSERT_EQ(SetRules("cardio", policy), "ok");
  }
  std::string AtDoor(const std::string& room) {
    std::string text;
    for (const QueueTicket& ticket : hospital->Board().WaitingFor("cardio", room)) {
      if (ticket.at_door) text += (text.empty() ? "" : " ") + ticket.number;
    }
    return text;
  }
};

TEST_F(QueueRoomsTest, F16_SixtyArrivalsOverThreeRoomsDifferByOneAtMost) {
  Put(Location("room7", "ro", "area"));
  AddDoctor("zhao", "room7");
  Assign(RoomAssignment::AtCheckIn);
  std::map<std::string, int> load = {{"room5", 0}, {"room6", 0}, {"room7", 0}};
  for (int i = 0; i < 60; ++i) {
    const std::string id = "p" + std::to_string(i);
    AddPatient(id);
    clock.Set(ToInstant(clock.Now() + std::chrono::seconds(10)));
    const auto ticket = TryEnter(Entrant(id, "cardio"));
    ASSERT_TRUE(ticket);
    ++load[ticket->room_id];
    ASSERT_EQ(load.size(), 3U) << ticket->room_id;
    const auto [least, most] =
        std::ranges::minmax_element(load, {}, [](const auto& room) { return room.second; });
    ASSERT_LE(most->second - least->second, 1) << i;
  }
}

TEST_F(QueueRoomsTest, F16_AStoppedRoomGetsNobodyAndAnIdleOneHelps) {
  Assign(RoomAssignment::AtCheckIn);
  ASSERT_TRUE(hospital->Queue().PauseRoom({"room6", "chen", "", "会诊"}));
  for (const char* id : {"a", "b", "c"}) AddPatient(id);
  EXPECT_EQ(Enter("a", "cardio"), "A001");
  EXPECT_EQ(Enter("b", "cardio"), "A002");
  EXPECT_EQ(Ticket("A001").room_id, "room5");
  EXPECT_EQ(Ticket("A002").room_id, "room5");
  ASSERT_TRUE(hospital->Queue().ResumeRoom({"room6", "chen", "", ""}));
  EXPECT_EQ(Call("room6"), "A001") << "nobody waits while a doctor has nothing to do";
  EXPECT_EQ(Call("room5"), "A002");
}

TEST_F(QueueRoomsTest, F16_AChosenDoctorIsNeverChangedWithoutConsent) {
  Assign(RoomAssignment::AtCheckIn);
  for (const char* id : {"a", "b"}) AddPatient(id);
  EXPECT_EQ(Enter("a", "cardio", "room5"), "A001");
  EXPECT_EQ(Enter("b", "cardio", "room5"), "A002");
  EXPECT_EQ(Call("room6"), "not-found nobody waits");
  EXPECT_EQ(Number(hospital->Queue().AssignToRoom(On("A001", "换医生"), "room6", false)),
            "refused chosen-doctor");
  EXPECT_EQ(Number(hospital->Queue().SendToDoor(On("A001", "换医生"), "room6")),
            "refused chosen-doctor");
  EXPECT_EQ(Number(hospital->Queue().AssignToRoom(On("A001"), "room6", true)), "refused reason");
  EXPECT_EQ(Number(hospital->Queue().AssignToRoom(On("A001", "本人同意"), "ecg1", true)),
            "not-found no such room in this queue");
  EXPECT_EQ(Number(hospital->Queue().AssignToRoom(On("A001", "本人同意"), "room6", true)), "A001");
  EXPECT_EQ(Call("room6"), "A001");
  EXPECT_EQ(Call("room5"), "A002");
}

TEST_F(QueueRoomsTest, TheListAtADoorIsFilledByTheCallAndByHandUpToItsCapacity) {
  Assign(RoomAssignment::RoomList, 2);
  for (int i = 1; i <= 7; ++i) {
    const std::string id = "p" + std::to_string(i);
    AddPatient(id);
    Local("09:0" + std::to_string(i));
    Enter(id, "cardio");
  }
  EXPECT_EQ(Call("room5"), "A001");
  EXPECT_EQ(AtDoor("room5"), "A002 A003");
  EXPECT_EQ(Call("room6"), "A004") << "whose list is empty takes from the line";
  EXPECT_EQ(AtDoor("room6"), "A005 A006");
  EXPECT_EQ(Number(hospital->Queue().SendToDoor(On("A007"), "room5")), "refused room-full");
  EXPECT_EQ(Call("room5"), "A002");
  EXPECT_EQ(AtDoor("room5"), "A003 A007") << "refilled";
  EXPECT_EQ(Number(hospital->Queue().SetPriority(On("A007", "胸痛"), "emergency")), "A007");
  EXPECT_EQ(Call("room5"), "A007") << "a priority class goes before the list";
  EXPECT_EQ(Call("room5"), "A003");
  AddPatient("p8");
  AddPatient("p9");
  Local("09:20");
  Enter("p8", "cardio");
  Local("09:21");
  Enter("p9", "cardio");
  EXPECT_EQ(Number(hospital->Queue().SendToDoor(On("A009"), "room5")), "refused reason")
      << "it overtakes A008";
  EXPECT_EQ(Number(hospital->Queue().SendToDoor(On("A009", "复诊"), "room5")), "A009");
  EXPECT_EQ(Marks("A009"), "调");
  EXPECT_EQ(Call("room5"), "A009");
}

TEST_F(QueueRoomsTest, F32_OnePatientWithTwoExaminationsIsNeverCalledToBothRooms) {
  for (const char* id : {"a", "b"}) AddPatient(id);
  EXPECT_EQ(Enter("a", "ecg"), "E001");
  EXPECT_EQ(Enter("a", "us"), "U001");
  EXPECT_EQ(Enter("a", "pharmacy"), "P001");
  Local("09:01");
  EXPECT_EQ(Enter("b", "us"), "U002");
  EXPECT_EQ(Call("ecg1"), "E001");
  EXPECT_EQ(Call("us1"), "U002") << "a is with the ECG";
  EXPECT_NE(AuditOf("skip", "U001"), "");
  EXPECT_EQ(Number(hospital->Call({"us1", "staff", Ticket("U001").id, "x"})),
            "refused in-another-room");
  EXPECT_EQ(Call("us1"), "not-found nobody waits");
  EXPECT_EQ(Call("window1"), "P001") << "drugs that are ready hold nobody";
  EXPECT_EQ(Number(hospital->Finish({"ecg1", "staff", "", ""})), "E001");
  EXPECT_EQ(Call("us1"), "U001");
}

TEST_F(QueueRoomsTest, F32_TwoRacingDesksNeverGetTheSamePatient) {
  // With PostgreSQL each desk has a server of its own.
  std::unique_ptr<store::ResourceStore> other_store;
  std::unique_ptr<Hospital> other;
  if (engine == test::Engine::Postgres) {
    auto opened = Open(clock, zone);
    ASSERT_TRUE(opened);
    other_store = std::move(*opened);
    other = std::make_unique<Hospital>(*other_store, clock, HospitalOptions{});
    ASSERT_TRUE(other->Start());
  }
  for (int round = 0; round < 15; ++round) {
    const std::string id = "p" + std::to_string(round);
    AddPatient(id);
    Enter(id, "ecg");
    Enter(id, "us");
    Result<QueueTicket> called[2] = {Fail(ErrorCode::Internal, ""), Fail(ErrorCode::Internal, "")};
    Hospital& second = other ? *other : *hospital;
    second.TurnDay();
    std::thread desk([&] { called[0] = second.Call({"ecg1", "one", "", ""}); });
    called[1] = hospital->Call({"us1", "two", "", ""});
    desk.join();
    // The other server's board may not know the newest tickets yet; nobody is called twice.
    EXPECT_FALSE(called[0] && called[1]) << round;
    EXPECT_TRUE(called[0] || called[1] || other) << round;
    (void)second.Finish({"ecg1", "one", "", ""});
    (void)hospital->Finish({"us1", "two", "", ""});
    (void)hospital->Call({"ecg1", "one", "", ""});
    (void)hospital->Finish({"ecg1", "one", "", ""});
    (void)hospital->Call({"us1", "two", "", ""});
    (void)hospital->Finish({"us1", "two", "", ""});
  }
}

TEST_F(QueueRoomsTest, F67_OneTicketVisitsSeveralDesksOfTheServiceCentre) {
  const auto directory = hospital->Places();
  EXPECT_EQ(directory->ServiceOf("centre").kind, QueueKind::ServiceCentre);
  EXPECT_THAT(directory->ServiceOf("centre").item_ids,
              testing::UnorderedElementsAre("advice", "approval", "nursing", "nutrition"));
  for (const char* id : {"a", "b", "c"}) AddPatient(id);
  hospital::Entrant entrant = Entrant("a", "centre");
  entrant.stops = {"advice", "nursing", "nutrition"};
  EXPECT_EQ(Number(TryEnter(entrant)), "Z001");
  Local("09:01");
  entrant = Entrant("b", "centre");
  entrant.stops = {"nursing"};
  EXPECT_EQ(Number(TryEnter(entrant)), "Z002");
  Local("09:02");
  entrant = Entrant("c", "centre");
  entrant.stops = {"approval"};
  EXPECT_EQ(Number(TryEnter(entrant)), "Z003");
  EXPECT_EQ(Call("desk2"), "Z001");
  EXPECT_EQ(Call("desk1"), "Z003") << "Z001 is at desk 2, Z002 has nothing to do here";
  Local("09:08");
  EXPECT_EQ(Call("desk2"), "Z002");
  EXPECT_EQ(Waiting("centre"), "Z001") << "further stops: it waits on, in its own place";
  EXPECT_THAT(Ticket("Z001").visited, testing::ElementsAre("nursing", "nutrition"));
  EXPECT_EQ(Call("desk1"), "Z001");
  Local("09:12");
  EXPECT_EQ(Number(hospital->Finish({"desk1", "li", "", ""})), "Z001");
  EXPECT_EQ(Ticket("Z001").status, TicketStatus::Done);
  EXPECT_EQ(Number(hospital->Finish({"desk2", "li", "", ""})), "Z002");
  Local("09:15");
  entrant = Entrant("b", "centre");
  entrant.stops = {"advice", "nursing"};
  EXPECT_EQ(Number(TryEnter(entrant)), "Z004");
  EXPECT_EQ(Call("desk3"), "Z004") << "a desk without a list does everything";
  EXPECT_EQ(Number(hospital->Finish({"desk3", "li", "", ""})), "Z004");
  EXPECT_EQ(Ticket("Z004").status, TicketStatus::Done);
}

}  // namespace
}  // namespace yizhan::hospital
