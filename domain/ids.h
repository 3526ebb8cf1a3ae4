#pragma once

#include "base/id.h"

namespace yizhan::domain {

/// Logical ids of the hospital's resources (FHIR Resource.id). Personal data, all of them.
using PatientId = Id<struct PatientIdTag>;
using AppointmentId = Id<struct AppointmentIdTag>;
using TicketId = Id<struct TicketIdTag>;
/// A service with its own queue (FHIR HealthcareService.id).
using ServiceId = Id<struct ServiceIdTag>;
/// A building or campus with its own entrance (FHIR Location.id of the site).
using SiteId = Id<struct SiteIdTag>;
/// One sellable unit of the number source (FHIR Slot.id).
using SlotId = Id<struct SlotIdTag>;
/// One act of one terminal, made durable before it is sent anywhere (UUID). The same act sent
/// twice has the same OperationId and one effect.
using OperationId = Id<struct OperationIdTag>;
/// The number printed on a patient card (就诊卡).
using CardNumber = Id<struct CardNumberTag>;
/// This terminal's short name, unique in the hospital: "K3". Not personal.
using TerminalId = Id<struct TerminalIdTag>;

}  // namespace yizhan::domain
