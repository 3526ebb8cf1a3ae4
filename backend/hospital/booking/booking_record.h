/// \file
/// A booking as the hospital works with it, and its form on the wire (FHIR Appointment).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/fhir/json.h"
#include "backend/hospital/booking/seat.h"
#include "domain/booking.h"
#include "domain/local_text.h"

namespace yizhan::hospital {

struct BookingRecord {
  std::string id;  ///< Appointment id; "" before it is stored.
  std::int64_t version = 0;
  domain::Booking booking;
  std::string patient_id;
  std::string service_id;
  std::string doctor_id;  ///< "" any.
  std::string room_id;    ///< "" any.
  std::string slot_id;    ///< "" while it waits, and for a bed.
  std::string session;    ///< Of the seat's Schedule.
  std::string channel;    ///< "kiosk", "desk", "phone-agent", ... (F13)
  std::string operation_id;
  std::string invoice_id;      ///< Of the prepaid registration fee.
  std::string quota;           ///< The contract whose seats it uses; "" none.
  domain::LocalText payer;     ///< The unit of that contract, as patients read it; may be empty.
  bool is_added = false;       ///< Beyond capacity (加号).
  std::string substitute_for;  ///< The Practitioner who is stood in for (替诊); "" none.
  /// The patient has not said yet whether the substitute will do.
  bool awaits_answer = false;
  std::optional<WallTime> rebook_until;  ///< Of a stopped one: a new one is made until then.
  std::string follow_up_id;              ///< The Task whose suggestion it answers; "" none.
  std::int64_t penalty_minor = 0;
  std::int64_t refund_minor = 0;
  fhir::Json body;  ///< As stored; null before.
};

/// Wire word of a state ("pending-confirm").
[[nodiscard]] const char* Name(domain::BookingState state);

/// The whole Appointment: what `record` tells is set, other members of `record.body` stay.
[[nodiscard]] fhir::Json ToAppointment(const BookingRecord& record);
/// Also of an Appointment that another program wrote: what only our extensions tell is worked out
/// from its status. Empty: not an Appointment, or without any time.
[[nodiscard]] std::optional<BookingRecord> FromAppointment(const fhir::Json& appointment);

}  // namespace yizhan::hospital
