/// \file
/// The machine against a simulated printer that fails in every way we know of, while the program
/// is killed at random points. Each seed is one page's life; a failing seed replays exactly.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "printer/job_machine.h"

namespace yizhan::printer {
namespace {

using domain::PrintRecord;
using domain::PrintState;
using std::chrono::milliseconds;
using Action = JobMachine::Action;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  bool OneIn(std::uint64_t n) { return n != 0 && random_() % n == 0; }

 private:
  std::mt19937_64 random_;
};

/// How often things go wrong: one in so many.
struct Weather {
  std::uint64_t kill = 0;
  std::uint64_t lost_answer = 0;
  std::uint64_t unreachable = 0;
  std::uint64_t power_cut = 0;
  std::uint64_t abort = 0;
  std::uint64_t paper_out = 0;
  std::uint64_t abandon = 0;
  bool patient = false;  ///< Attempts never run out: every page must come out in the end.
};

/// A printer that prints what it has when time passes. Cancelling marks a job; one under way still
/// comes out, as ippeveprinter and many devices do it.
class SimulatedPrinter {
 public:
  SimulatedPrinter(Dice& dice, const Weather& weather) : dice_(dice), weather_(weather) {}

  int sheets = 0;  ///< Of all documents together.

  Result<DeviceStatus> Status() {
    if (Away()) return Fail(ErrorCode::Unreachable, "");
    return DeviceStatus{.busy = Busy(), .paper_out = paper_out_};
  }
  Result<int> Create(const std::string& name) {
    if (Away()) return Fail(ErrorCode::Unreachable, "");
    if (Busy()) return Fail(ErrorCode::Busy, "");
    const int id = next_id_++;
    jobs_[id].status = {
        .state = JobStatus::State::Waiting, .name = name, .impressions = 0, .incomplete = true};
    if (dice_.OneIn(weather_.lost_answer)) return Fail(ErrorCode::Timeout, "");
    return id;
  }
  yizhan::Status Send(int id, int pages) {
    if (Away()) return Fail(ErrorCode::Unreachable, "");
    const auto job = jobs_.find(id);
    if (job == jobs_.end() || job->second.Ended()) return Fail(ErrorCode::Refused, "");
    if (dice_.OneIn(weather_.lost_answer)) return Fail(ErrorCode::Timeout, "half a document");
    job->second.pages = pages;
    job->second.status.incomplete = false;
    job->second.status.state = JobStatus::State::Printing;
    if (dice_.OneIn(weather_.lost_answer)) return Fail(ErrorCode::Timeout, "");
    return {};
  }
  Result<std::optional<JobStatus>> Job(int id) {
    if (Away()) return Fail(ErrorCode::Unreachable, "");
    const auto job = jobs_.find(id);
    if (job == jobs_.end()) return std::optional<JobStatus>();
    return std::optional<JobStatus>(job->second.status);
  }
  Result<std::optional<int>> Find(const std::string& name) {
    if (Away()) return Fail(ErrorCode::Unreachable, "");
    for (const auto& [id, job] : jobs_) {
      if (job.status.name == name) return std::optional<int>(id);
    }
    return std::optional<int>();
  }
  yizhan::Status Cancel(int id) {
    if (Away()) return Fail(ErrorCode::Unreachable, "");
    const auto job = jobs_.find(id);
    if (job == jobs_.end() || job->second.Ended()) return Fail(ErrorCode::Refused, "");
    if (job->second.status.state == JobStatus::State::Printing) {
      job->second.cancelled = true;
    } else {
      job->second.status.state = JobStatus::State::Cancelled;
    }
    if (dice_.OneIn(weather_.lost_answer)) return Fail(ErrorCode::Timeout, "");
    return {};
  }

  /// A moment passes.
  void Tick() {
    if (dice_.OneIn(weather_.power_cut)) {
      PowerCut();
      return;
    }
    if (dice_.OneIn(weather_.paper_out)) paper_out_ = true;
    if (paper_out_ && dice_.OneIn(20)) paper_out_ = false;
    if (away_for_ > 0) --away_for_;
    for (auto& [id, job] : jobs_) {
      if (job.status.state == JobStatus::State::Printing) Move(job);
    }
  }
  /// Everything still inside comes out.
  void Drain() {
    paper_out_ = false;
    for (int i = 0; i < 100; ++i) {
      for (auto& [id, job] : jobs_) {
        if (job.status.state == JobStatus::State::Printing) Move(job);
      }
    }
  }

 private:
  struct SimulatedJob {
    JobStatus status;
    int pages = 0;
    bool cancelled = false;
    bool Ended() const {
      return status.state == JobStatus::State::Completed ||
             status.state == JobStatus::State::Cancelled ||
             status.state == JobStatus::State::Aborted;
    }
  };

  bool Away() {
    if (away_for_ == 0 && dice_.OneIn(weather_.unreachable)) away_for_ = 5;
    return away_for_ > 0;
  }
  bool Busy() const {
    for (const auto& [id, job] : jobs_) {
      if (!job.Ended()) return true;
    }
    return false;
  }
  void Move(SimulatedJob& job) {
    if (paper_out_) return;
    if (dice_.OneIn(weather_.abort)) {
      job.status.state = JobStatus::State::Aborted;
      return;
    }
    ++sheets;
    if (++job.status.impressions == job.pages) {
      job.status.state = job.cancelled ? JobStatus::State::Cancelled : JobStatus::State::Completed;
    }
  }
  void PowerCut() {
    for (auto& [id, job] : jobs_) {
      // The sheet in the fuser comes out, or not.
      if (job.status.state == JobStatus::State::Printing && dice_.OneIn(2)) ++sheets;
    }
    jobs_.clear();
    next_id_ = 1;
    away_for_ = 10;
  }

  Dice& dice_;
  const Weather& weather_;
  std::map<int, SimulatedJob> jobs_;
  int next_id_ = 1;
  int away_for_ = 0;
  bool paper_out_ = false;
};

struct Life {
  PrintRecord record;
  int sheets = 0;
  int kills = 0;
  bool ended = false;
};

class Player {
 public:
  Player(std::uint64_t seed, const Weather& weather, int pages)
      : dice_(seed), weather_(weather), printer_(dice_, weather) {
    if (weather.patient) limits_.max_attempts = 1000;
    ledger_.id = "12345678";
    ledger_.pages = pages;
  }

  Life Play() {
    JobMachine machine = JobMachine::Fresh(ledger_, limits_, now_);
    Life life;
    for (int step = 0; step < 5000 && !life.ended; ++step) {
      if (dice_.OneIn(weather_.kill)) {
        ++life.kills;
        machine = JobMachine::Recovered(ledger_, true, limits_, now_);
      }
      if (dice_.OneIn(weather_.abandon)) machine.Abandon(now_);
      const Action action = machine.Next(now_);
      life.ended = action == Action::Finished;
      // A kill can also come after the step and before its answer was noted.
      JobMachine noted = machine;
      Do(action, noted);
      if (!dice_.OneIn(weather_.kill)) {
        machine = noted;
      } else {
        ++life.kills;
        machine = JobMachine::Recovered(ledger_, true, limits_, now_);
      }
      printer_.Tick();
      now_ += milliseconds(20);
    }
    printer_.Drain();
    life.record = ledger_;
    life.sheets = printer_.sheets;
    return life;
  }

 private:
  void Do(Action action, JobMachine& machine) {
    const PrintRecord& record = machine.Record();
    switch (action) {
      case Action::Store:
        ledger_ = record;
        machine.OnStored();
        return;
      case Action::Probe: machine.OnProbe(printer_.Status()); return;
      case Action::Create: machine.OnCreate(printer_.Create(JobName(record))); return;
      case Action::Send: machine.OnSend(printer_.Send(record.job_id, record.pages)); return;
      case Action::Observe: {
        const auto status = printer_.Status();
        machine.OnObserve(printer_.Job(record.job_id), status && status->StandsStill(), now_);
        return;
      }
      case Action::Find: machine.OnFind(printer_.Find(JobName(record))); return;
      case Action::Cancel: machine.OnCancel(printer_.Cancel(record.job_id)); return;
      case Action::Pause:
        now_ += machine.PauseLength();
        machine.OnPaused();
        return;
      case Action::Finished: return;
    }
  }

  Dice dice_;
  Weather weather_;
  SimulatedPrinter printer_;
  PrintRecord ledger_;
  JobLimits limits_;
  MonotonicTime now_{};
};

/// Counts how the lives of `seeds` pages end, and checks each.
std::map<PrintState, int> PlayAll(const Weather& weather, int pages, std::uint64_t seeds = 3000) {
  std::map<PrintState, int> ends;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Life life = Player(seed, weather, pages).Play();
    ++ends[life.record.state];
    EXPECT_TRUE(life.ended) << "seed " << seed << " never came to an end";
    EXPECT_LE(life.sheets, pages) << "seed " << seed << " printed twice";
    if (life.record.state == PrintState::Printed) {
      EXPECT_EQ(life.sheets, pages) << "seed " << seed << " called printed what was not";
    }
    if (life.record.state == PrintState::Cancelled) {
      EXPECT_EQ(life.sheets, 0) << "seed " << seed << " called cancelled what came out";
    }
    if (testing::Test::HasFailure()) break;
  }
  return ends;
}

TEST(JobMachineFuzzTest, InFineWeatherEveryPageIsPrintedOnce) {
  auto ends = PlayAll({}, 1);
  EXPECT_EQ(ends[PrintState::Printed], 3000);
}

TEST(JobMachineFuzzTest, KillsAloneNeverDoubleNorLoseAPage) {
  auto ends = PlayAll({.kill = 12, .patient = true}, 1);
  EXPECT_EQ(ends[PrintState::Printed], 3000);
}

TEST(JobMachineFuzzTest, LostAnswersAndAbsentPrintersNeverDoubleAPage) {
  auto ends = PlayAll({.kill = 30, .lost_answer = 4, .unreachable = 30}, 2);
  EXPECT_GT(ends[PrintState::Printed], 1500);
}

TEST(JobMachineFuzzTest, AbortsAndEmptyTraysNeverDoubleAPage) {
  auto ends = PlayAll({.kill = 50, .abort = 4, .paper_out = 10}, 2);
  EXPECT_GT(ends[PrintState::Printed], 500);
  EXPECT_GT(ends[PrintState::Uncertain], 100) << "aborted after the first of two pages";
}

TEST(JobMachineFuzzTest, AStormNeverDoublesAPage) {
  auto ends = PlayAll({.kill = 20,
                       .lost_answer = 8,
                       .unreachable = 40,
                       .power_cut = 40,
                       .abort = 15,
                       .paper_out = 15,
                       .abandon = 60},
                      2, 6000);
  for (const PrintState state :
       {PrintState::Printed, PrintState::Uncertain, PrintState::Cancelled}) {
    EXPECT_GT(ends[state], 100) << domain::Name(state);
  }
}

}  // namespace
}  // namespace yizhan::printer
