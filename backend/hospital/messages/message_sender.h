#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/messages/outbox.h"
#include "backend/hospital/messages/sms_gateway.h"
#include "backend/store/resource_store.h"

namespace yizhan::hospital {

/// Turns the outbox into messages: a Communication in the patient's inbox, and a text message where
/// there is a gateway, a telephone and no opt-out. What is no longer true (a cancelled booking) is
/// not sent. A message is leased while it is on its way, so that several processes do not send it
/// together; after a crash it is sent again under the same id, and the gateway knows it.
/// Thread-bound; borrows store, clock, bookings and gateway (null: the inbox only).
class MessageSender {
 public:
  MessageSender(store::ResourceStore& store, const Clock& clock, const Bookings& bookings,
                SmsGateway* gateway)
      : store_(store), clock_(clock), rules_(bookings.Rules()), gateway_(gateway) {}

  /// Works on what is due, at most `most`, and tells how many it looked at. Errors: those of the
  /// store; the gateway's are retried.
  [[nodiscard]] Result<int> Work(int most = 32);
  /// Takes note of what the gateway says about messages it took.
  [[nodiscard]] Status TakeReceipts();

 private:
  /// What the lease transaction decided about one message.
  struct Prepared {
    bool to_send = false;
    Outgoing leased;
    Sms sms;
  };
  [[nodiscard]] Status Prepare(store::Transaction& transaction, const store::Record& record,
                               Prepared& prepared) const;
  [[nodiscard]] Status Compose(store::Transaction& transaction, const Outgoing& message,
                               const BookingRecord& record, Prepared& prepared) const;
  [[nodiscard]] Status Chain(store::Transaction& transaction, const Outgoing& message,
                             const BookingRecord& record) const;
  /// Moves a message to another time.
  [[nodiscard]] Status Delay(store::Transaction& transaction, const Outgoing& message,
                             WallTime due) const;
  [[nodiscard]] Status Deliver(const Prepared& prepared);
  [[nodiscard]] const domain::BookingPolicy& PolicyOf(const std::string& service_id) const;

  store::ResourceStore& store_;
  const Clock& clock_;
  const BookingRules& rules_;
  SmsGateway* const gateway_;
};

/// A patient's wish for no text messages (退订); the inbox at the terminal stays.
[[nodiscard]] Status SetOptOut(store::ResourceStore& store, const std::string& patient_id,
                               bool opts_out);

}  // namespace yizhan::hospital
