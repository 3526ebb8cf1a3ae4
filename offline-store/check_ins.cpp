#include "offline-store/check_ins.h"

#include "offline-store/connection.h"
#include "offline-store/draw_number.h"
#include "offline-store/outbox_acts.h"

namespace yizhan::offline {
namespace {

constexpr std::size_t kMaxTicket = 16 * 1024;
constexpr std::size_t kMaxId = 128;
constexpr std::size_t kMaxLetter = 8;

Result<std::optional<LocalCheckIn>> FindIn(Connection& connection,
                                           const domain::AppointmentId& appointment) {
  Statement row = connection.Prepare(
      "SELECT operation, day, queue_letter, number, confirmed, ticket FROM check_in "
      "WHERE appointment = ?1");
  row.Bind(1, appointment.Value());
  const Result<bool> found = row.Step();
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) return std::optional<LocalCheckIn>();
  const auto day = ParseDate(row.Text(1));
  if (!day) return Fail(ErrorCode::BadData, "check-in with a broken day");
  return std::optional<LocalCheckIn>(LocalCheckIn{.operation = domain::OperationId(row.Text(0)),
                                                  .appointment = appointment,
                                                  .day = *day,
                                                  .queue_letter = row.Text(2),
                                                  .number = static_cast<int>(row.Integer(3)),
                                                  .confirmed = row.Integer(4) != 0,
                                                  .ticket = row.Text(5),
                                                  .already = false});
}

Status Insert(Connection& connection, const LocalCheckIn& check_in) {
  Statement insert = connection.Prepare(
      "INSERT INTO check_in (appointment, operation, day, queue_letter, number, ticket) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  const std::string day = ToDate(check_in.day);
  return insert.Bind(1, check_in.appointment.Value())
      .Bind(2, check_in.operation.Value())
      .Bind(3, day)
      .Bind(4, check_in.queue_letter)
      .Bind(5, check_in.number)
      .Bind(6, check_in.ticket)
      .Run();
}

bool IsComplete(const CheckInDraft& draft) {
  return !draft.operation.Empty() && !draft.appointment.Empty() &&
         draft.appointment.Value().size() <= kMaxId && !draft.queue_letter.empty() &&
         draft.queue_letter.size() <= kMaxLetter;
}

}  // namespace

Result<LocalCheckIn> CheckIns::Record(const CheckInDraft& draft,
                                      const std::function<CheckInTexts(int number)>& compose) {
  if (!IsComplete(draft)) return Fail(ErrorCode::BadData, "check-in without its ids");
  return database_.Inside().Write([&](Connection& c) -> Result<LocalCheckIn> {
    auto earlier = FindIn(c, draft.appointment);
    if (!earlier) return tl::unexpected<Error>(earlier.error());
    if (earlier->has_value()) {
      (*earlier)->already = true;
      return **earlier;
    }
    const Result<int> number = DrawNumber(c, draft.queue_letter, ToDate(draft.day));
    if (!number) return tl::unexpected<Error>(number.error());
    CheckInTexts texts = compose(*number);
    if (texts.ticket.size() > kMaxTicket) {
      return Fail(ErrorCode::BadData, "ticket text is too long");
    }
    LocalCheckIn made{.operation = draft.operation,
                      .appointment = draft.appointment,
                      .day = draft.day,
                      .queue_letter = draft.queue_letter,
                      .number = *number,
                      .confirmed = false,
                      .ticket = std::move(texts.ticket),
                      .already = false};
    if (Status kept = Insert(c, made); !kept) return tl::unexpected<Error>(kept.error());
    OutboxEntry act;
    act.operation = draft.operation;
    act.kind = "check-in";
    act.aggregate = draft.appointment.Value();
    act.body = std::move(texts.body);
    act.created = draft.arrived;
    if (Status kept = InsertAct(c, act); !kept) return tl::unexpected<Error>(kept.error());
    if (c.Changes() == 0) return Fail(ErrorCode::Conflict, "operation id was used before");
    return made;
  });
}

Result<std::optional<LocalCheckIn>> CheckIns::Find(const domain::AppointmentId& appointment) {
  return database_.Inside().Read([&](Connection& c) { return FindIn(c, appointment); });
}

Status CheckIns::Confirm(const domain::OperationId& operation, const std::string& ticket,
                         WallTime now) {
  if (ticket.size() > kMaxTicket) return Fail(ErrorCode::BadData, "ticket text is too long");
  return database_.Inside().Write([&](Connection& c) -> Status {
    Statement confirm = c.Prepare(
        "UPDATE check_in SET confirmed = 1, ticket = iif(?2 = '', ticket, ?2) "
        "WHERE operation = ?1");
    if (Status kept = confirm.Bind(1, operation.Value()).Bind(2, ticket).Run(); !kept) return kept;
    return SettleDelivered(c, operation, now);
  });
}

Status CheckIns::PurgeBefore(std::chrono::local_days day) {
  return database_.Inside().Write([&](Connection& c) {
    Statement purge = c.Prepare("DELETE FROM check_in WHERE day < ?1");
    const std::string date = ToDate(day);
    return purge.Bind(1, date).Run();
  });
}

}  // namespace yizhan::offline
