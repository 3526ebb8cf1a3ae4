#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/hospital.h"
#include "kiosk/sync/offline_desk.h"
#include "offline-store/directory_cache.h"

namespace yizhan::sync {

/// How often to look again.
struct RefreshPeriods {
  std::chrono::milliseconds visits{15'000};  ///< Also notices that the hospital is away.
  std::chrono::milliseconds directory{600'000};
};

/// Keeps the directory, today's visitors and the waiting numbers fresh. One step is one exchange
/// with the hospital. Thread-bound. Borrows everything it is given.
class Refresher {
 public:
  Refresher(Hospital& hospital, OfflineDesk& desk, offline::DirectoryCache& cache,
            const Station& station, const Clock& clock, RefreshPeriods periods)
      : hospital_(hospital),
        desk_(desk),
        cache_(cache),
        station_(station),
        clock_(clock),
        periods_(periods) {}

  /// Reads the directory of an earlier run from the store.
  [[nodiscard]] Status LoadKept();
  [[nodiscard]] const Directory& Known() const { return directory_; }
  /// The directory was read whole once, or is kept from an earlier run. Before that no visit can be
  /// placed.
  [[nodiscard]] bool DirectoryRead() const { return directory_read_; }
  [[nodiscard]] PublicLists Lists() const { return directory_.Lists(waiting_); }

  /// Everything is due at once: the hospital came back, or a new day began.
  void Hurry();
  void BeginDay();
  [[nodiscard]] MonotonicTime NextDue() const;

  /// What a step did. A failure puts the duty off to its next time.
  struct Step {
    Status hospital = {};        ///< As Hospital's calls.
    Status store = {};           ///< As OfflineDesk's calls.
    bool lists_changed = false;  ///< Lists() says something new.
  };
  /// One exchange, of the duty that is due longest. Does nothing when none is due.
  [[nodiscard]] Step DoStep();
  /// One exchange for the directory, due or not.
  [[nodiscard]] Step StepDirectory();

 private:
  enum class Phase { Visits, Invoices, Waiting };
  [[nodiscard]] Step StepVisits();
  [[nodiscard]] Step StepInvoices();
  [[nodiscard]] Step StepWaiting();
  void EndPhase(Phase next);
  void BeginRound(MonotonicTime when);
  void Saw(std::optional<WallTime> changed);
  [[nodiscard]] std::chrono::milliseconds QuietFor() const;
  [[nodiscard]] bool TurnPage(std::string next_path);
  [[nodiscard]] Step PutOffDirectory(Error error);
  [[nodiscard]] Step PutOffRound(Error error);
  [[nodiscard]] std::chrono::local_days Today() const;

  Hospital& hospital_;
  OfflineDesk& desk_;
  offline::DirectoryCache& cache_;
  const Station& station_;
  const Clock& clock_;
  const RefreshPeriods periods_;

  Directory directory_{station_.zone};
  bool directory_read_ = false;
  MonotonicTime next_directory_{};
  std::size_t type_ = 0;                 ///< Of Directory::Types(), being loaded.
  std::vector<fhir::Json> type_so_far_;  ///< Its pages so far, trimmed.
  std::string directory_page_;
  int directory_pages_ = 0;

  MonotonicTime next_round_{};
  Phase phase_ = Phase::Visits;
  std::string page_;
  int pages_ = 0;
  std::optional<WallTime> since_;   ///< Empty: the whole day.
  std::optional<WallTime> newest_;  ///< Change that was seen today.
  MonotonicTime newest_seen_{};
  std::optional<MonotonicTime> round_began_;
  std::map<std::string, int> counting_;
  std::optional<std::map<std::string, int>> waiting_;
};

}  // namespace yizhan::sync
