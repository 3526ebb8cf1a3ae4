#pragma once

#include <string>
#include <vector>

#include "kiosk/sync/records.h"
#include "offline-store/directory_cache.h"

namespace yizhan::sync {

/// Somebody expected today, as the visitor cache keeps them: enough FHIR to make the visits again,
/// no full name, no card number (only the cache's own digests of it), no contact. A plain value.
struct Visitor {
  domain::PatientSummary patient;
  std::vector<offline::CardKey> cards;
  std::vector<fhir::Json> appointments;  ///< Trimmed.
  std::vector<fhir::Json> invoices;      ///< Trimmed.
  fhir::Json tickets;                    ///< Appointment id -> ticket text (WriteTicket).

  /// Empty lists when `body` is not one of ours.
  [[nodiscard]] static Visitor Read(const std::string& body);
  [[nodiscard]] std::string Write() const;

  /// Adds appointments or invoices; one with the same id is replaced.
  void PutAppointment(const fhir::Json& appointment);
  void PutInvoice(const fhir::Json& invoice);
};

}  // namespace yizhan::sync
