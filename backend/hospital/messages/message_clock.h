#pragma once

#include <memory>

#include "backend/hospital/messages/message_sender.h"
#include "backend/hospital/regular_look.h"

namespace yizhan::hospital {

/// Sends what the outbox holds: looks once a second on a thread of its own, from the constructor to
/// the destructor (which ends a gateway call under way). Several servers at one store may each have
/// one. Owns the gateway; borrows the rest.
class MessageClock {
 public:
  /// `gateway` null: messages go into the patients' inboxes only.
  MessageClock(store::ResourceStore& store, const Clock& clock, const Bookings& bookings,
               std::unique_ptr<SmsGateway> gateway);
  ~MessageClock();
  MessageClock(const MessageClock&) = delete;
  MessageClock& operator=(const MessageClock&) = delete;

 private:
  void Look(const RegularLook& regular);

  const std::unique_ptr<SmsGateway> gateway_;
  MessageSender sender_;
  RegularLook look_;  ///< The last: its thread uses the others.
};

}  // namespace yizhan::hospital
