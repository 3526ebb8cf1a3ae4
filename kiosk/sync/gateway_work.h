/// \file
/// Inside of kiosk/sync: what the gateway's thread does. Not for others.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include "kiosk/sync/booking_desk.h"
#include "kiosk/sync/care_desk.h"
#include "kiosk/sync/gateway.h"
#include "kiosk/sync/hospital.h"
#include "kiosk/sync/offline_desk.h"
#include "kiosk/sync/parked_acts.h"
#include "kiosk/sync/refresher.h"

namespace yizhan::sync {

/// Decides for each question who answers it, the hospital or the terminal's own store, and works
/// off the standing duties one exchange at a time. Thread-bound. Borrows everything it is given.
class GatewayWork {
 public:
  GatewayWork(const GatewayOptions& options, offline::Database& database, fhir::Client& client,
              offline::DirectoryCache cache, const Clock& clock,
              const std::function<void(News)>& tell);
  GatewayWork(const GatewayWork&) = delete;
  GatewayWork& operator=(const GatewayWork&) = delete;

  void Answer(const Ask& ask);
  /// One small step of the standing duties. Returns how long nothing more is due.
  [[nodiscard]] std::chrono::milliseconds DoDuty();

 private:
  void LookUp(const AskLookUp& ask);
  /// Tickets on paper that the hospital has not heard of yet.
  void ShowPromised(std::vector<domain::Visit>& visits);
  void CheckIn(const AskCheckIn& ask);
  void CheckInLab(const AskLab& ask);
  void ReadDirectoryFirst();
  [[nodiscard]] Result<std::string> DrawSerial();
  [[nodiscard]] Result<CheckInAnswer> CheckInOnline(const domain::OperationId& operation,
                                                    const std::string& serial,
                                                    const AskCheckIn& ask);
  [[nodiscard]] Result<CheckInAnswer> CheckInAlone(const domain::OperationId& operation,
                                                   const std::string& serial,
                                                   const AskCheckIn& ask);
  void Book(const AskBooking& ask);
  void Care(const AskCare& ask);
  void CallStaff();

  void Probe();
  void SetAway();
  void Notice(const Error& hospital_error);
  /// True when it tells that the store failed.
  bool NoticeStore(const Error& store_error);
  /// True: an act was tried, another may be due at once.
  bool Deliver();
  /// True: an act that was parked is to be sent again.
  bool LookAtParked();
  void NoticeNewDay();
  [[nodiscard]] std::chrono::milliseconds Until(MonotonicTime time) const;

  const GatewayOptions& options_;
  offline::Database& database_;
  const Clock& clock_;
  const std::function<void(News)>& tell_;
  offline::DirectoryCache cache_;
  Hospital hospital_;
  OfflineDesk desk_;
  BookingDesk booking_;
  CareDesk care_;
  ParkedActs parked_;
  MonotonicTime next_parked_{};
  Refresher refresher_;
  Abilities abilities_;
  std::optional<bool> reachable_;  ///< Empty: not tried yet.
  std::chrono::milliseconds probe_wait_;
  MonotonicTime next_probe_{};
  std::optional<std::chrono::local_days> day_;
  /// Of check-ins at the laboratory whose answer was lost: told again under the same operation, so
  /// that the labels come out once.
  std::map<domain::PatientId, domain::OperationId> lab_operations_;
  int delivered_ = 0;
  bool store_broken_ = false;
};

}  // namespace yizhan::sync
