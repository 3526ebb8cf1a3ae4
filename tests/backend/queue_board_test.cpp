#include "backend/hospital/queue_board.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace yizhan::hospital {
namespace {

constexpr const char* kDay = "2026-03-10";

QueueTicket Ticket(int id, int arrived, const std::string& room) {
  QueueTicket ticket;
  ticket.id = "t" + std::to_string(id);
  ticket.version = 1;
  ticket.number = "A" + std::to_string(100 + id);
  ticket.day = kDay;
  ticket.service_id = "surgery";
  ticket.room_id = room;
  ticket.arrived = WallTime(std::chrono::minutes(arrived));
  return ticket;
}

/// By walking along the whole line.
int Counted(const QueueBoard& board, const QueueTicket& ticket) {
  const auto line = board.WaitingFor(ticket.service_id, ticket.room_id);
  return static_cast<int>(std::ranges::count_if(
      line, [&](const QueueTicket& one) { return PlaceOf(one) < PlaceOf(ticket); }));
}

TEST(QueueBoard, ThePeopleAheadAreThoseWhoComeBeforeAndCouldBeCalledToTheSameRoom) {
  QueueBoard board;
  board.SetDay(kDay);
  std::mt19937 random(7);
  const std::vector<std::string> rooms = {"", "r1", "r2"};
  std::vector<QueueTicket> tickets;
  for (int id = 0; id < 120; ++id) {
    // Several of them arrive in the same minute: the number decides.
    tickets.push_back(Ticket(id, static_cast<int>(random() % 60), rooms[random() % rooms.size()]));
    board.Apply(tickets.back());
  }
  for (int round = 0; round < 400; ++round) {
    QueueTicket& changed = tickets[random() % tickets.size()];
    ++changed.version;
    changed.room_id = rooms[random() % rooms.size()];
    const bool waits = random() % 3 != 0;
    changed.status = waits ? TicketStatus::Waiting : TicketStatus::Called;
    if (random() % 4 == 0) {
      const std::uint64_t draft = board.Draft(changed);
      --changed.version;
      board.TakeBack(changed.id, draft);
      changed = *board.Find(changed.id);
    } else {
      board.Apply(changed);
    }
    const QueueTicket& asked = tickets[random() % tickets.size()];
    ASSERT_EQ(board.Ahead(asked), Counted(board, asked)) << "round " << round;
  }
}

TEST(QueueBoard, NobodyIsAheadInAQueueThatNobodyEntered) {
  QueueBoard board;
  board.SetDay(kDay);
  EXPECT_EQ(board.Ahead(Ticket(1, 0, "r1")), 0);
}

}  // namespace
}  // namespace yizhan::hospital
