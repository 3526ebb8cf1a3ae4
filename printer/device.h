/// \file
/// A printer as this folder sees it: the six things IPP can do that an honest ledger needs.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "printer/document.h"

namespace yizhan::printer {

struct JobStatus {
  enum class State { Waiting, Printing, Stopped, Completed, Cancelled, Aborted };
  State state = State::Waiting;
  std::string name;         ///< As given to CreateJob: job ids are used again after a power cycle.
  int impressions = -1;     ///< Pages on paper so far; -1: the printer does not say.
  bool incomplete = false;  ///< The printer still waits for the document or its end.
};

struct DeviceStatus {
  bool busy = false;  ///< A job is being printed, or no job is taken now.
  bool paper_out = false;
  bool jam = false;
  bool cover_open = false;
  bool other_trouble = false;  ///< Stands still for a reason not named here.
  bool paper_low = false;
  bool toner_low = false;

  /// Nothing comes out until a person helps.
  [[nodiscard]] bool StandsStill() const { return paper_out || jam || cover_open || other_trouble; }
  friend bool operator==(const DeviceStatus&, const DeviceStatus&) = default;
};

/// Thread-bound, except Cancel. Every call is bounded in time. Errors of every call: Unreachable:
/// no connection, nothing was sent. Timeout: something was sent, what became of it is not known.
/// Refused: the printer said no. Cancelled: see Cancel.
class PrintDevice {
 public:
  virtual ~PrintDevice() = default;

  [[nodiscard]] virtual Result<DeviceStatus> Status() = 0;
  /// Makes a job without pages and returns its id. `name` is all the printer learns about it. Of
  /// `document` only the size counts. Busy: refused for now, no job was made.
  [[nodiscard]] virtual Result<int> CreateJob(const std::string& name,
                                              const Document& document) = 0;
  /// Sends the whole document and closes the job.
  [[nodiscard]] virtual yizhan::Status SendDocument(int job_id, const Document& document) = 0;
  /// Empty optional: the printer knows no such job (any more).
  [[nodiscard]] virtual Result<std::optional<JobStatus>> Job(int job_id) = 0;
  /// The id of the job with this name, finished or not. Empty optional: there is none.
  [[nodiscard]] virtual Result<std::optional<int>> FindJob(const std::string& name) = 0;
  /// Asks for an end. The job has ended only when Job says so: pages may still come out.
  [[nodiscard]] virtual yizhan::Status CancelJob(int job_id) = 0;

  /// Makes the call under way and all later ones return Cancelled soon. Thread-safe.
  virtual void Cancel() noexcept = 0;
};

}  // namespace yizhan::printer
