#include "printer/job_machine.h"

#include <algorithm>

#include "base/assert.h"

namespace yizhan::printer {
namespace {

using domain::PrintRecord;
using domain::PrintState;

constexpr std::size_t kNameIdLength = 8;
/// A printer may count its last page a moment after it calls the job completed.
constexpr int kCountChances = 4;
/// A printer may notice the end of a broken connection a moment late.
constexpr int kIncompleteChances = 3;

bool HasEnded(JobStatus::State state) {
  return state == JobStatus::State::Completed || state == JobStatus::State::Cancelled ||
         state == JobStatus::State::Aborted;
}

}  // namespace

std::string JobName(const PrintRecord& record) {
  return "YZ-" + record.id.substr(0, kNameIdLength) + "-a" + std::to_string(record.attempt);
}

JobMachine::JobMachine(PrintRecord record, JobLimits limits, MonotonicTime now)
    : record_(std::move(record)), limits_(limits), started_(now) {}

JobMachine JobMachine::Fresh(PrintRecord record, JobLimits limits, MonotonicTime now) {
  YIZHAN_ASSERT(record.state == PrintState::Ready);
  return {std::move(record), limits, now};
}

JobMachine JobMachine::Recovered(PrintRecord record, bool wanted, JobLimits limits,
                                 MonotonicTime now) {
  JobMachine machine(std::move(record), limits, now);
  // Attempts of the earlier run count, so that a page that crashes the program is not tried
  // forever.
  machine.failures_ = std::max(0, machine.record_.attempt - 1);
  if (!wanted) machine.Abandon(now);
  switch (machine.record_.state) {
    case PrintState::Ready: break;
    case PrintState::Creating: machine.next_ = Action::Find; break;
    case PrintState::Created: machine.next_ = Action::Cancel; break;
    case PrintState::Sending:
      machine.send_in_doubt_ = true;
      machine.next_ = Action::Observe;
      break;
    case PrintState::Sent: machine.next_ = Action::Observe; break;
    case PrintState::Printed:
    case PrintState::Uncertain:
    case PrintState::Cancelled: machine.next_ = Action::Finished; break;
  }
  return machine;
}

void JobMachine::Enter(PrintState state, Action then) {
  record_.state = state;
  next_ = Action::Store;
  then_ = then;
}

void JobMachine::PauseThen(std::chrono::milliseconds length, Action then) {
  pause_ = length;
  next_ = Action::Pause;
  then_ = then;
}

bool JobMachine::MayHavePages() const {
  return record_.state == PrintState::Sending || record_.state == PrintState::Sent;
}

void JobMachine::TryAgainOrCancel() {
  ++failures_;
  if (abandoned_ || failures_ >= limits_.max_attempts) {
    Enter(PrintState::Cancelled, Action::Finished);
    return;
  }
  pause_ = limits_.first_back_off * (1 << std::min(failures_ - 1, 6));
  cancel_sent_ = false;
  cancel_heard_ = false;
  send_in_doubt_ = false;
  incomplete_seen_ = 0;
  short_counts_ = 0;
  Enter(PrintState::Ready, Action::Pause);
}

JobMachine::Action JobMachine::Next(MonotonicTime now) {
  CheckDeadlines(now);
  return next_;
}

void JobMachine::CheckDeadlines(MonotonicTime now) {
  if (next_ == Action::Store || next_ == Action::Finished) return;
  if (!abandoned_ && now - started_ > limits_.give_up_after) Abandon(now);
  if (!abandoned_) return;
  if (record_.state == PrintState::Ready) {
    Enter(PrintState::Cancelled, Action::Finished);
  } else if (now - abandoned_at_ > limits_.abandon_limit) {
    // Without page data there is nothing to be uncertain about.
    Enter(MayHavePages() ? PrintState::Uncertain : PrintState::Cancelled, Action::Finished);
  }
}

void JobMachine::Abandon(MonotonicTime now) {
  if (abandoned_) return;
  abandoned_ = true;
  abandoned_at_ = now;
}

void JobMachine::OnStored() {
  next_ = then_;
  if (next_ == Action::Pause) then_ = Action::Probe;
  // Nothing is done between these two, but each must be on disk: Created proves that no page data
  // was sent, Sending that some may have been.
  if (record_.state == PrintState::Created && next_ == Action::Send) {
    if (abandoned_) {
      next_ = Action::Cancel;
    } else {
      Enter(PrintState::Sending, Action::Send);
    }
  }
}

void JobMachine::OnStoreFailed() {
  const PrintState wanted = record_.state;
  // Sending was to be stored before the first byte was sent: nothing is out.
  const bool nothing_sent = wanted == PrintState::Ready || wanted == PrintState::Creating ||
                            wanted == PrintState::Created || wanted == PrintState::Sending ||
                            wanted == PrintState::Cancelled;
  if (wanted != PrintState::Printed) {
    record_.state = nothing_sent ? PrintState::Cancelled : PrintState::Uncertain;
  }
  next_ = Action::Finished;
}

void JobMachine::OnProbe(const Result<DeviceStatus>& answer) {
  if (!answer || answer->busy) {
    PauseThen(limits_.poll, Action::Probe);
    return;
  }
  ++record_.attempt;
  record_.job_id = 0;
  Enter(PrintState::Creating, Action::Create);
}

void JobMachine::OnCreate(const Result<int>& answer) {
  if (answer) {
    record_.job_id = *answer;
    Enter(PrintState::Created, Action::Send);
    return;
  }
  switch (answer.error().code) {
    case ErrorCode::Busy:
    case ErrorCode::Unreachable:
      // No job was made, so this was no attempt.
      --record_.attempt;
      pause_ = limits_.poll;
      Enter(PrintState::Ready, Action::Pause);
      return;
    case ErrorCode::Refused:
    case ErrorCode::BadData:
    case ErrorCode::NotFound: TryAgainOrCancel(); return;
    default: PauseThen(limits_.poll, Action::Find); return;
  }
}

void JobMachine::OnFind(const Result<std::optional<int>>& answer) {
  if (!answer) {
    PauseThen(limits_.poll, Action::Find);
  } else if (answer->has_value()) {
    record_.job_id = **answer;
    next_ = Action::Cancel;
  } else {
    TryAgainOrCancel();
  }
}

void JobMachine::OnSend(const Status& answer) {
  if (answer) {
    Enter(PrintState::Sent, Action::Observe);
  } else {
    send_in_doubt_ = true;
    next_ = Action::Observe;
  }
}

void JobMachine::OnCancel(const Status& answer) {
  const bool heard = answer || answer.error().code == ErrorCode::Refused ||
                     answer.error().code == ErrorCode::NotFound;
  if (MayHavePages()) {
    cancel_sent_ = true;
    cancel_heard_ = cancel_heard_ || heard;
    PauseThen(limits_.poll, Action::Observe);
  } else if (heard) {
    TryAgainOrCancel();
  } else {
    // A job left behind would wait for its document and block the printer for minutes.
    PauseThen(limits_.poll, Action::Find);
  }
}

void JobMachine::OnObserve(const Result<std::optional<JobStatus>>& answer, bool stands_still,
                           MonotonicTime now) {
  if (!answer) {
    PauseThen(limits_.poll, Action::Observe);
  } else if (!answer->has_value() || (*answer)->name != JobName(record_)) {
    // The printer was switched off, or forgot: nobody can tell what came out.
    Enter(PrintState::Uncertain, Action::Finished);
  } else if (HasEnded((*answer)->state)) {
    JudgeEnded(**answer);
  } else {
    JudgeRunning(**answer, stands_still, now);
  }
}

void JobMachine::JudgeEnded(const JobStatus& job) {
  if (job.state == JobStatus::State::Completed) {
    if (job.impressions >= record_.pages) {
      Enter(PrintState::Printed, Action::Finished);
    } else if (++short_counts_ < kCountChances) {
      PauseThen(limits_.poll, Action::Observe);
    } else {
      Enter(PrintState::Uncertain, Action::Finished);
    }
    return;
  }
  if (job.impressions != 0) {
    Enter(PrintState::Uncertain, Action::Finished);
  } else if (job.state == JobStatus::State::Cancelled && !cancel_sent_ && !send_in_doubt_) {
    // Somebody at the printer did not want it. (While the sending is in doubt it was rather we, in
    // a run that was killed after asking for the end of a half-sent job.)
    Enter(PrintState::Cancelled, Action::Finished);
  } else {
    TryAgainOrCancel();
  }
}

void JobMachine::JudgeRunning(const JobStatus& job, bool stands_still, MonotonicTime now) {
  incomplete_seen_ = job.incomplete ? incomplete_seen_ + 1 : 0;
  const bool broken = send_in_doubt_ && incomplete_seen_ >= kIncompleteChances;
  const bool begun = job.state == JobStatus::State::Printing && !stands_still;
  const bool unwanted = abandoned_ && (!begun || now - abandoned_at_ > limits_.abandon_grace);
  if ((broken || unwanted) && !cancel_heard_) {
    next_ = Action::Cancel;
  } else {
    PauseThen(limits_.poll, Action::Observe);
  }
}

void JobMachine::OnPaused() { next_ = then_; }

}  // namespace yizhan::printer
