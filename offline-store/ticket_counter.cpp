#include "offline-store/ticket_counter.h"

#include <limits>

#include "base/clock.h"
#include "offline-store/connection.h"
#include "offline-store/draw_number.h"

namespace yizhan::offline {

Result<int> DrawNumber(Connection& connection, const std::string& queue_letter,
                       const std::string& day) {
  Statement draw = connection.Prepare(
      "INSERT INTO ticket_counter (queue_letter, day, last_number) VALUES (?1, ?2, 1) "
      "ON CONFLICT DO UPDATE SET last_number = last_number + 1 RETURNING last_number");
  draw.Bind(1, queue_letter).Bind(2, day);
  const Result<bool> row = draw.Step();
  if (!row) return tl::unexpected<Error>(row.error());
  const std::int64_t number = draw.Integer(0);
  // The statement must run to its end, or its change is not finished.
  if (const Result<bool> end = draw.Step(); !end) return tl::unexpected<Error>(end.error());
  if (number > std::numeric_limits<int>::max()) {
    return Fail(ErrorCode::BadData, "ticket numbers ran out");
  }
  return static_cast<int>(number);
}

Result<int> TicketCounter::Draw(const std::string& queue_letter, std::chrono::local_days day) {
  return database_.Inside().Write(
      [&](Connection& c) { return DrawNumber(c, queue_letter, ToDate(day)); });
}

Status TicketCounter::SkipPast(const std::string& queue_letter, std::chrono::local_days day,
                               int number) {
  if (number <= 0) return {};
  return database_.Inside().Write([&](Connection& c) {
    Statement skip = c.Prepare(
        "INSERT INTO ticket_counter (queue_letter, day, last_number) VALUES (?1, ?2, ?3) "
        "ON CONFLICT DO UPDATE SET last_number = max(last_number, excluded.last_number)");
    const std::string date = ToDate(day);
    return skip.Bind(1, queue_letter).Bind(2, date).Bind(3, number).Run();
  });
}

}  // namespace yizhan::offline
