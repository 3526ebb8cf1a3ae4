#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/client.h"
#include "kiosk/sync/answers.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/lab.h"
#include "kiosk/sync/records.h"

namespace yizhan::sync {

/// What the server said it can do (CapabilityStatement, rule R0 of the wire).
struct Abilities {
  bool batch = false;               ///< Several searches in one exchange.
  bool check_in_operation = false;  ///< Appointment $check-in: a gap-free number of the queue.
  bool booking = false;             ///< Appointment $book and what belongs to it.
  bool care = false;    ///< Patient $exam-check-in, $pharmacy-check-in, and $lab-check-in.
  bool guide = false;   ///< Patient $guide.
  bool centre = false;  ///< Patient $centre-check-in.
};

/// One arrival, told to the hospital. The same operation told twice has one effect.
struct Arrival {
  domain::OperationId operation;
  domain::AppointmentId appointment;
  WallTime at{};
  std::string number;        ///< Number from this terminal's namespace; see CheckIn.
  bool provisional = false;  ///< Was made offline and is on paper already.
  std::string serial;        ///< domain::SerialNumber of this act; may be empty.
};

/// Somebody who checks in without an appointment. The same operation told twice has one effect.
struct CareArrival {
  domain::OperationId operation;
  domain::PatientId patient;
  WallTime at{};
  std::string serial;
};

/// One page of a long list: one exchange, so that nobody waits behind more than one.
struct Page {
  std::vector<fhir::Json> resources;
  std::string next_path;  ///< The next page, verbatim; "" when this was the last.
};

/// One page of what changed about visits.
struct ChangedVisits {
  std::vector<Found> patients;     ///< With the appointments and invoices of this page.
  std::string next_path;           ///< As in Page.
  std::optional<WallTime> newest;  ///< Greatest meta.lastUpdated on the page.
};

/// What an If-Match says: the ETag verbatim, or made of the version where a server forgot it.
[[nodiscard]] std::string VersionOf(const fhir::Response& response);

/// The hospital as an R4 server sees this terminal's questions: any conformant server, by the
/// standard path; ours by its operation. Thread-bound. Borrows client and station.
///
/// Failures of every call, and what to do:
///   Unreachable  nothing was done: work alone.
///   Timeout      nobody knows (also 502, 503, 504): work alone, repeat with the same operation id.
///   Internal     the server failed on this very request (other 5xx): go on with others.
///   Busy         it asks for patience or for a new login (401, 408, 425, 429): later.
///   Conflict     it changes faster than we read (409 and 412 again and again): later.
///   BadData      no FHIR, or not what was asked for: go on with others.
///   Refused      another 4xx, the status is in the detail: the same again would be refused again.
///   Cancelled    the client was cancelled.
class Hospital {
 public:
  Hospital(fhir::Client& client, const Station& station) : client_(client), station_(station) {}

  [[nodiscard]] Result<Abilities> Probe();
  /// Directory resources of `type`; `path` continues a former page.
  [[nodiscard]] Result<Page> DirectoryPage(const std::string& type, const std::string& path);
  /// Tickets (Task, only the owner is sure to be there) that wait on `day`.
  [[nodiscard]] Result<Page> WaitingPage(std::chrono::local_days day, const std::string& path);
  /// Visits of `day`, or with `since`: every appointment that changed at or after it, of whatever
  /// day, because one may have been moved away from today.
  [[nodiscard]] Result<ChangedVisits> Visits(std::chrono::local_days day,
                                             std::optional<WallTime> since,
                                             const std::string& path);
  /// Invoices that changed at or after `since`: a fee may have been paid.
  [[nodiscard]] Result<Page> ChangedInvoices(WallTime since, const std::string& path);

  /// NotFound: no patient with this card. Conflict: more than one.
  [[nodiscard]] Result<PatientToday> LookUp(const domain::PresentedCard& card, WallTime now,
                                            const Abilities& abilities, const Directory& directory);

  /// Checks in. With the server's operation the hospital draws the number, unless `arrival` is
  /// provisional; on the standard path `arrival.number` is the ticket's number. A verdict is the
  /// hospital's refusal.
  [[nodiscard]] Result<CheckInAnswer> CheckIn(const Arrival& arrival, const domain::Visit& visit,
                                              const Abilities& abilities);

  // For the other parts of kiosk/sync.

  /// One exchange, with the failures above for what is no answer.
  [[nodiscard]] Result<fhir::Response> Send(const fhir::Request& request);
  [[nodiscard]] Result<Page> SearchPage(const std::string& path);
  /// The totals of searches, in one exchange where the server can.
  [[nodiscard]] Result<std::vector<int>> Counts(const std::vector<std::string>& paths,
                                                const Abilities& abilities);

  /// Tells an operation of Patient ("exam-check-in") about an arrival; `more` are further
  /// parameters. 200 or 422. Refused: any other status.
  [[nodiscard]] Result<fhir::Response> TellArrival(const char* operation,
                                                   const CareArrival& arrival,
                                                   const std::vector<fhir::Json>& more = {});
  /// How many wait in a queue before somebody who came at that time. Empty: not known.
  [[nodiscard]] std::optional<int> PeopleBefore(const domain::ServiceId& service, WallTime arrived);

  /// Checks in for every paid laboratory order. Refused: the server has no such operation.
  [[nodiscard]] Result<LabAnswer> CheckInLab(const CareArrival& arrival);

  /// Leaves a call for help where staff look (Task staff-call).
  [[nodiscard]] Status CallStaff(const domain::OperationId& operation, WallTime now);

 private:
  /// The answer of $booking-terms, where the server has it, as the only one of its type.
  [[nodiscard]] Result<Page> TermsPage();
  /// The resources that a batch of searches found. Refused: the server cannot do some of it.
  [[nodiscard]] Result<std::vector<fhir::Json>> Batch(const std::vector<std::string>& paths);
  /// The resources of `type` in a Bundle, and those of its further pages.
  [[nodiscard]] Result<std::vector<fhir::Json>> Follow(const fhir::Json& bundle,
                                                       const std::string& type);
  [[nodiscard]] Result<std::vector<fhir::Json>> FindTogether(
      const std::string& identifier, const std::vector<std::string>& searches);
  [[nodiscard]] Result<std::vector<fhir::Json>> FindInTurn(const std::string& identifier,
                                                           WallTime now, const Abilities& abilities,
                                                           const Directory& directory);
  [[nodiscard]] std::vector<std::string> SearchesOf(const std::string& whose, WallTime now,
                                                    const Abilities& abilities,
                                                    const Directory& directory) const;
  void CountAheadOf(const domain::Visit& visit, domain::Ticket& ticket);
  /// Works out what the further searches of a look-up found.
  void CountTasks(const std::vector<fhir::Json>& bundles, const Abilities& abilities,
                  Found& found) const;
  [[nodiscard]] Result<CheckInAnswer> CheckInByOperation(const Arrival& arrival,
                                                         const domain::Visit& visit);
  [[nodiscard]] Result<CheckInAnswer> ReadOperation(const fhir::Response& response,
                                                    const Arrival& arrival,
                                                    const domain::Visit& visit);
  [[nodiscard]] Result<CheckInAnswer> CheckInByStandard(const Arrival& arrival,
                                                        const domain::Visit& visit);
  struct Claim;
  /// The appointment's one ticket, made as `claim` says if there is none.
  [[nodiscard]] Result<CheckInAnswer> TicketOf(const Claim& claim, const Arrival& arrival,
                                               const domain::Visit& visit);
  [[nodiscard]] Status CallTicketBy(const std::string& number, const fhir::Json& task);

  fhir::Client& client_;
  const Station& station_;
};

}  // namespace yizhan::sync
