/// \file
/// Between FHIR R4 resources and the domain's values. Pure functions; what is missing or odd in a
/// resource reads as empty, because any server may have written it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "domain/card.h"
#include "domain/visit.h"
#include "kiosk/sync/answers.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/trim.h"

namespace yizhan::sync {

/// Id, masked name and birth date of a Patient; the full name stays in `patient`.
[[nodiscard]] domain::PatientSummary ToPatient(const fhir::Json& patient);
/// The identifiers of a Patient by which a card can find it, in the spelling of CardIdentifier.
[[nodiscard]] std::vector<std::string> CardIdentifiers(const fhir::Json& patient);
/// "system|value" of a card, for a search and for the cache.
[[nodiscard]] std::string CardIdentifier(const domain::PresentedCard& card);

/// An Appointment as a visit; empty when it has no start (a waiting-list entry, app-3) or no id.
[[nodiscard]] std::optional<domain::Visit> ToVisit(const fhir::Json& appointment,
                                                   const Directory& directory);
/// A queue-ticket Task of `visit` (for names and places). An empty number: it is no ticket.
[[nodiscard]] domain::Ticket ToTicket(const fhir::Json& task, const domain::Visit& visit);

/// The letter of the visit's queue; "Z" when the hospital gave none.
[[nodiscard]] std::string QueueLetterOf(const domain::Visit& visit);

/// What one card's searches found, raw.
struct Found {
  fhir::Json patient;
  std::vector<fhir::Json> appointments;
  std::vector<fhir::Json> tickets;   ///< Task
  std::vector<fhir::Json> invoices;  ///< Any status; only issued ones count.
  int lab_orders = 0;
  domain::CareTasks care;
  int reports = 0;
  std::vector<fhir::Json> waiting = {};     ///< Appointments of the waiting list, and their Slots.
  std::vector<fhir::Json> cancelled = {};   ///< Appointments of former days.
  std::vector<fhir::Json> follow_ups = {};  ///< Task
};
[[nodiscard]] PatientToday Assemble(const Found& found, const Directory& directory);

/// The ticket as kept by the offline store, and back. BadData when `text` is not one of ours.
[[nodiscard]] std::string WriteTicket(const domain::Ticket& ticket);
[[nodiscard]] Result<domain::Ticket> ReadTicket(const std::string& text);

}  // namespace yizhan::sync
