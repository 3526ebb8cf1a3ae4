/// \file
/// How somebody comes into a queue, inside a transaction: the number, the place by the queue's
/// rules, the ticket. Used by check-in, by the laboratory, the pharmacy and the examination rooms.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/hospital/directory.h"
#include "backend/hospital/queue_board.h"
#include "backend/hospital/queue_ticket.h"
#include "backend/hospital/queues/rule_book.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// What acts on queues work with. Made before the transaction (Queues::Context() may read the
/// store), used inside of it by one thread. The clock and the board outlive it.
struct QueueContext {
  const Clock& clock;
  TimeZone zone;
  QueueBoard& board;
  std::shared_ptr<const DirectorySnapshot> directory;
  std::shared_ptr<const QueueRulesSnapshot> rules;

  [[nodiscard]] const QueuePolicy& PolicyOf(const std::string& service_id) const {
    return rules->Of(service_id, directory->ServiceOf(service_id).area_id);
  }
  [[nodiscard]] std::string Today() const { return ToDate(LocalDay(clock.Now(), zone)); }
};

/// Somebody who comes into a queue.
struct Entrant {
  std::string operation_id;  ///< One for each ticket; the same again: the same ticket.
  std::string terminal;      ///< Or the account of the person at the desk.
  std::string patient_id;
  std::string service_id;
  std::string room_id;  ///< Chosen by the patient; "": any.
  std::string focus;    ///< "Appointment/x", "ServiceRequest/x", "": none.
  WallTime arrived{};
  std::string serial;              ///< 流水号 of the terminal's act; may be "".
  std::string provisional_number;  ///< Given out by the terminal while it was offline; "": none.
  std::string priority;            ///< Code of a class of the queue's rules; "": none.
  domain::QueueWay way = domain::QueueWay::Normal;
  WallTime slot_start{};  ///< Zero: none.
  WallTime slot_end{};
  bool booked = false;      ///< Before the day, not on site.
  bool added = false;       ///< 加号
  bool registered = false;  ///< 非签到: by the booking alone.
  int seat_number = 0;  ///< 号序 of the seat in its session, for queues that call by it; 0: none.
  std::vector<std::string> stops;  ///< Of a service centre: the services that are wanted.
  std::string transferred_from;    ///< Task id; "": none.
  std::string hold = {};           ///< As QueueTicket::hold.
};

/// In the caller's transaction: draws the number, gives the place by the queue's rules, stores the
/// Task and its audit row ("enter"). The same operation id again: the ticket as it is now, nothing
/// is changed. Safe to be run again.
///
/// BadData: no such queue, no such priority class, a provisional number that is not the terminal's.
/// Conflict: that number or the operation id belongs to another ticket.
[[nodiscard]] Result<QueueTicket> Enter(store::Transaction& transaction, const Entrant& entrant,
                                        const QueueContext& context);

/// As Enter(), but neither remembers the operation nor audits it: for callers that do both.
[[nodiscard]] Result<QueueTicket> Admit(store::Transaction& transaction, const Entrant& entrant,
                                        const QueueContext& context);

// The steps of which acts on queues are made.

/// The terminal's own number, when it may have it. Errors as Enter().
[[nodiscard]] Result<std::string> ClaimNumber(store::Transaction& transaction,
                                              const QueueContext& context,
                                              const std::string& service_id, const std::string& day,
                                              const std::string& terminal,
                                              const std::string& number);
/// A ticket as the store holds it; empty when it is none.
[[nodiscard]] Result<std::optional<QueueTicket>> LookTicket(store::ReadView& view,
                                                            const std::string& ticket_id);
/// The Task of the ticket that a booking's patient has, in whichever queue; null: none, or only
/// cancelled ones.
[[nodiscard]] Result<fhir::Json> TaskOfAppointment(store::ReadView& view,
                                                   const std::string& appointment_id);
/// The tickets of a queue on a day in one Task.status ("ready", "in-progress"), by place. As the
/// store holds them, whatever the board says.
[[nodiscard]] Result<std::vector<QueueTicket>> TicketsOf(store::ReadView& view,
                                                         const QueueContext& context,
                                                         const std::string& service_id,
                                                         const std::string& day,
                                                         const std::string& task_status);
/// Gives the ticket its place among those who wait.
[[nodiscard]] Status GivePlace(store::ReadView& view, const QueueContext& context,
                               QueueTicket& ticket);
/// Stores a changed ticket, only over the version that it was read as, and shows it on the board as
/// a draft until it is committed. Conflict: somebody else changed it.
[[nodiscard]] Result<QueueTicket> SaveTicket(store::Transaction& transaction,
                                             const QueueContext& context, QueueTicket ticket);
/// Lets the board count with a ticket that is not committed yet.
void ShowDraft(store::Transaction& transaction, const QueueContext& context,
               const QueueTicket& ticket);

}  // namespace yizhan::hospital
