#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <variant>

#include "backend/fhir/client.h"
#include "base/mailbox.h"
#include "domain/care_desk.h"
#include "kiosk/sync/answers.h"
#include "kiosk/sync/lab.h"
#include "offline-store/database.h"

namespace yizhan::sync {

// What the terminal asks. `session` comes back with the answer.
struct AskLookUp {
  std::uint64_t session = 0;
  domain::PresentedCard card;
};
struct AskCheckIn {
  std::uint64_t session = 0;
  domain::Visit visit;
  std::string masked_name;
};
struct AskBooking {
  std::uint64_t session = 0;
  int question = 0;
  domain::BookingQuestion what;
};
/// For the laboratory. Without the hospital nothing is promised.
struct AskLab {
  std::uint64_t session = 0;
  domain::PatientId patient;
  std::string masked_name;
};
/// Everything else about one patient. Without the hospital nothing is promised.
struct AskCare {
  std::uint64_t session = 0;
  int question = 0;
  domain::CareQuestion what;
};
struct AskStaffCall {};
using Ask = std::variant<AskLookUp, AskCheckIn, AskLab, AskBooking, AskCare, AskStaffCall>;

// What the gateway tells.
struct LookUpAnswered {
  std::uint64_t session = 0;
  Result<PatientToday> answer;  ///< NotFound: unknown card. Else: cannot tell now.
};
struct CheckInAnswered {
  std::uint64_t session = 0;
  domain::AppointmentId appointment;
  Result<CheckInAnswer> answer;  ///< StoreFull and the store's other failures, or cannot now.
};
struct BookingAnswered {
  std::uint64_t session = 0;
  int question = 0;
  domain::BookingReply reply;
};
struct CareAnswered {
  std::uint64_t session = 0;
  int question = 0;
  domain::CareReply reply;
};
struct LabAnswered {
  std::uint64_t session = 0;
  Result<LabAnswer> answer;  ///< As CheckInAnswered.
};
struct StaffCallAnswered {
  bool reached = false;
};
struct ReachableChanged {
  bool reachable = false;
};
struct ListsChanged {
  PublicLists lists;
};
/// The store failed: nothing may be promised any more. Told once.
struct StoreBroken {};
using News =
    std::variant<LookUpAnswered, CheckInAnswered, LabAnswered, BookingAnswered, CareAnswered,
                 StaffCallAnswered, ReachableChanged, ListsChanged, StoreBroken>;

struct GatewayOptions {
  fhir::ClientOptions client;
  Station station;
  std::chrono::milliseconds visits_every{15'000};  ///< Also notices that the hospital is away.
  std::chrono::milliseconds directory_every{600'000};
  std::chrono::milliseconds probe_first{500};    ///< Wait before the first try to return,
  std::chrono::milliseconds probe_most{10'000};  ///< which doubles up to this.
};

/// The one way to the hospital. A worker thread asks the hospital while it is there and the
/// terminal's own store while it is not, delivers afterwards what was promised meanwhile, and
/// keeps directory and today's visitors fresh in small steps, so that a patient waits for one step
/// at most. What works without the hospital (architecture.md 6): identify by today's cached
/// visitors, check in, tickets, public lists. What does not: everything else, booking among it; a
/// call for staff.
///
/// `tell` is called on the worker's thread and must not block. The database and the clock outlive
/// the gateway.
class Gateway {
 public:
  /// Fails only on a configuration that no client can be made of (BadData).
  [[nodiscard]] static Result<std::unique_ptr<Gateway>> Open(GatewayOptions options,
                                                             offline::Database& database,
                                                             const Clock& clock,
                                                             std::function<void(News)> tell);
  /// As Open, over a client that is there already.
  [[nodiscard]] static std::unique_ptr<Gateway> Over(std::unique_ptr<fhir::Client> client,
                                                     GatewayOptions options,
                                                     offline::Database& database,
                                                     const Clock& clock,
                                                     std::function<void(News)> tell);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  void Start();
  /// Thread-safe. False: the gateway is far behind; tell the patient that it cannot now.
  [[nodiscard]] bool Post(Ask ask) { return asks_.Post(std::move(ask)); }
  /// Cancels what is under way and joins, within the client's poll time.
  void Stop();

 private:
  Gateway(GatewayOptions options, std::unique_ptr<fhir::Client> client, offline::Database& database,
          const Clock& clock, std::function<void(News)> tell);
  void Run();

  const GatewayOptions options_;
  const std::unique_ptr<fhir::Client> client_;
  offline::Database& database_;
  const Clock& clock_;
  const std::function<void(News)> tell_;
  Mailbox<Ask> asks_{64};
  std::thread thread_;
};

}  // namespace yizhan::sync
