#pragma once

#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/messages/message_rules.h"
#include "backend/store/resource_store.h"
#include "domain/local_text.h"

namespace yizhan::hospital {

/// An approved text and its version, which is recorded with everything that shows it.
struct ApprovedText {
  domain::LocalText text;
  std::string version;  ///< "2026-03.1"
};

/// One message in the patient's language.
struct MessageText {
  std::string text;
  std::string version;  ///< Of the template, and of the preparation texts in it, by '+'.
  bool urgent = false;  ///< Goes out in quiet hours, too.
};

/// Records by which a hospital replaces the texts of the program: kind and key; text is JSON with
/// zh, en, version.
inline constexpr const char* kTemplates = "message-template";  ///< Key: Name(MessageKind).
inline constexpr const char* kPreparations = "preparation";    ///< Key: service id or test code.

/// The text of one kind of message. NotFound never: there is one for each kind.
[[nodiscard]] Result<ApprovedText> TemplateOf(store::ReadView& view, MessageKind kind);

/// What to do before a visit (F48): of the department and of each test the appointment is based on
/// (its ServiceRequests' codes). Only approved texts; empty: nothing.
[[nodiscard]] Result<std::vector<ApprovedText>> PreparationsOf(store::ReadView& view,
                                                               const fhir::Json& appointment);
/// The approved text for one department or test; empty version: there is none.
[[nodiscard]] Result<ApprovedText> PreparationFor(store::ReadView& view, const std::string& code);

/// The message about a booking for its patient: masked name, time, place, preparation.
[[nodiscard]] Result<MessageText> ComposeMessage(store::ReadView& view, MessageKind kind,
                                                 const BookingRecord& record,
                                                 const fhir::Json& patient, TimeZone zone,
                                                 const MessageRules& rules,
                                                 const domain::BookingTimes& times);

/// 请柬 (F49): for whoever comes along, only when the patient asks for it. Masked name, time,
/// place, way and telephone; no department where its name would say too much, no diagnosis, no
/// number of a card. NotFound: no such booking. Refused: it is over.
[[nodiscard]] Result<domain::LocalText> ComposeInvitation(store::ReadView& view,
                                                          const std::string& appointment_id,
                                                          TimeZone zone, const MessageRules& rules);

}  // namespace yizhan::hospital
