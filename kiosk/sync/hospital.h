#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backend/fhir/client.h"
#include "kiosk/sync/answers.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/records.h"

namespace yizhan::sync {

/// What the server said it can do (CapabilityStatement, rule R0 of the wire).
struct Abilities {
  bool batch = false;               ///< Several searches in one exchange.
  bool check_in_operation = false;  ///< Appointment $check-in: a gap-free number of the queue.
};

/// One arrival, told to the hospital. The same operation told twice has one effect.
struct Arrival {
  domain::OperationId operation;
  domain::AppointmentId appointment;
  WallTime at{};
  std::string number;        ///< Number from this terminal's namespace; see CheckIn.
  bool provisional = false;  ///< Was made offline and is on paper already.
};

/// One page of what changed about the coming visits.
struct ChangedVisits {
  std::vector<Found> patients;  ///< With the appointments and invoices of this page.
  std::string next_path;        ///< The next page, verbatim; "" when this was the last.
  std::string newest;           ///< Greatest meta.lastUpdated on the page, or "".
};

/// The hospital as an R4 server sees this terminal's questions: any conformant server, by the
/// standard path; ours by its operation. Thread-bound. Borrows client and station.
///
/// Failures of every call: Unreachable (nothing was done), Timeout and Internal (5xx: the outcome
/// is unknown; repeat with the same operation id), BadData (no FHIR), Refused (4xx, with the
/// status in the detail), Cancelled.
class Hospital {
 public:
  Hospital(fhir::Client& client, const Station& station) : client_(client), station_(station) {}

  [[nodiscard]] Result<Abilities> Probe();
  /// One whole list of directory resources of `type`.
  [[nodiscard]] Result<std::vector<fhir::Json>> LoadDirectory(const std::string& type);
  /// Tickets waiting now, by "HealthcareService/id".
  [[nodiscard]] Result<std::map<std::string, int>> Waiting(std::chrono::local_days day);
  /// Visits of `day`; `since` an instant: only what changed at or after it ("" : everything).
  /// `path` continues a former answer.
  [[nodiscard]] Result<ChangedVisits> Visits(std::chrono::local_days day, const std::string& since,
                                             const std::string& path);

  /// NotFound: no patient with this card. Conflict: more than one.
  [[nodiscard]] Result<PatientToday> LookUp(const domain::PresentedCard& card, WallTime now,
                                            const Abilities& abilities, const Directory& directory);

  /// Checks in. With the server's operation the hospital draws the number, unless `arrival` is
  /// provisional; on the standard path `arrival.number` is the ticket's number. A verdict is the
  /// hospital's refusal.
  [[nodiscard]] Result<CheckInAnswer> CheckIn(const Arrival& arrival, const domain::Visit& visit,
                                              const Abilities& abilities);

  /// Leaves a call for help where staff look (Task staff-call).
  [[nodiscard]] Status CallStaff(const domain::OperationId& operation, WallTime now);

 private:
  [[nodiscard]] Result<fhir::Response> Send(const fhir::Request& request);
  [[nodiscard]] Result<std::vector<fhir::Json>> SearchAll(std::string path);
  [[nodiscard]] Result<std::vector<fhir::Json>> SearchTogether(
      const std::vector<std::string>& paths, bool batch);
  [[nodiscard]] Result<int> CountAhead(const domain::Visit& visit, WallTime arrived);
  [[nodiscard]] Result<CheckInAnswer> CheckInByOperation(const Arrival& arrival,
                                                         const domain::Visit& visit);
  [[nodiscard]] Result<CheckInAnswer> CheckInByStandard(const Arrival& arrival,
                                                        const domain::Visit& visit);
  /// The appointment's one ticket, made if there is none.
  [[nodiscard]] Result<CheckInAnswer> TicketOf(const Arrival& arrival, const domain::Visit& visit);

  fhir::Client& client_;
  const Station& station_;
};

}  // namespace yizhan::sync
