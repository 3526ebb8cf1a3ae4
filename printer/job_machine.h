/// \file
/// What to do next with one page, so that it is printed at most once and "printed" is said only on
/// the device's proof. Pure: no I/O, no clock, no thread; print_service.cpp carries out the
/// actions.
///
/// Ready --Probe--> Creating --Create--> Created --> Sending --Send--> Sent --Observe--> Printed
/// Every state is stored before the action it allows. After a crash the stored state says what can
/// have happened: up to Created no page data was sent, so the job is cancelled and made anew;
/// from Sending on only the printer's word about the job with our name decides, and where it has
/// none, the page is Uncertain and a person is asked.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "domain/print_job.h"
#include "printer/device.h"

namespace yizhan::printer {

struct JobLimits {
  int max_attempts = 3;  ///< Jobs made for one page, as far as they failed without paper.
  std::chrono::milliseconds poll{250};
  std::chrono::milliseconds first_back_off{500};  ///< Doubles with each failed attempt.
  /// Abandons the page by itself when nobody else did.
  std::chrono::milliseconds give_up_after{std::chrono::minutes(10)};
  /// A page under way may finish that long after it was abandoned, before it is cancelled.
  std::chrono::milliseconds abandon_grace{std::chrono::seconds(8)};
  /// After that the printer's silence about an abandoned page counts as Uncertain.
  std::chrono::milliseconds abandon_limit{std::chrono::seconds(30)};
};

/// The name of the job on the wire: "YZ-<first 8 of the id>-a<attempt>". No patient data.
[[nodiscard]] std::string JobName(const domain::PrintRecord& record);

/// Thread-bound. Ask Next, do it, report with the On function of the same name, ask again.
class JobMachine {
 public:
  enum class Action {
    Store,     ///< Write Record() to the ledger.
    Probe,     ///< PrintDevice::Status.
    Create,    ///< CreateJob(JobName(Record())).
    Send,      ///< SendDocument(Record().job_id).
    Observe,   ///< Job(Record().job_id) and Status.
    Find,      ///< FindJob(JobName(Record())).
    Cancel,    ///< CancelJob(Record().job_id).
    Pause,     ///< Wait for PauseLength(), or shorter when Abandon comes.
    Finished,  ///< Record() is final.
  };

  /// A page just added to the ledger, in state Ready.
  [[nodiscard]] static JobMachine Fresh(domain::PrintRecord record, JobLimits limits,
                                        MonotonicTime now);
  /// A page that an earlier run of the program left unfinished. With `wanted` false (its patient
  /// has long gone) no new job is made for it; it is only brought to an end.
  [[nodiscard]] static JobMachine Recovered(domain::PrintRecord record, bool wanted,
                                            JobLimits limits, MonotonicTime now);

  [[nodiscard]] Action Next(MonotonicTime now);
  [[nodiscard]] const domain::PrintRecord& Record() const { return record_; }
  [[nodiscard]] std::chrono::milliseconds PauseLength() const { return pause_; }

  void OnStored();
  /// The ledger cannot be written: ends at once, without another step. Record() then says what is
  /// to be told (Printed stays proven, a page that may be out is Uncertain, else Cancelled); what
  /// the ledger still holds is brought to its end by the next start.
  void OnStoreFailed();
  void OnProbe(const Result<DeviceStatus>& answer);
  void OnCreate(const Result<int>& answer);
  void OnSend(const Status& answer);
  /// `stands_still`: the printer waits for a person.
  void OnObserve(const Result<std::optional<JobStatus>>& answer, bool stands_still,
                 MonotonicTime now);
  void OnFind(const Result<std::optional<int>>& answer);
  void OnCancel(const Status& answer);
  void OnPaused();

  /// The patient left. A page that has not begun does not come out; one that has is finished.
  void Abandon(MonotonicTime now);
  [[nodiscard]] bool Abandoned() const { return abandoned_; }

 private:
  JobMachine(domain::PrintRecord record, JobLimits limits, MonotonicTime now);
  void Enter(domain::PrintState state, Action then);
  void PauseThen(std::chrono::milliseconds length, Action then);
  void TryAgainOrCancel();
  void JudgeEnded(const JobStatus& job);
  void JudgeRunning(const JobStatus& job, bool stands_still, MonotonicTime now);
  /// True: the document may be at the printer.
  [[nodiscard]] bool MayHavePages() const;
  void CheckDeadlines(MonotonicTime now);

  domain::PrintRecord record_;
  JobLimits limits_;
  MonotonicTime started_;
  MonotonicTime abandoned_at_{};
  Action next_ = Action::Probe;
  Action then_ = Action::Probe;
  std::chrono::milliseconds pause_{0};
  int failures_ = 0;
  int incomplete_seen_ = 0;
  int short_counts_ = 0;
  bool send_in_doubt_ = false;  ///< The sender died or failed: an incomplete job stays incomplete.
  bool cancel_sent_ = false;    ///< We asked for the job's end, heard or not.
  bool cancel_heard_ = false;   ///< The printer answered that.
  bool abandoned_ = false;
};

}  // namespace yizhan::printer
