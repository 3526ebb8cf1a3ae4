#include "backend/store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <future>
#include <thread>
#include <utility>

#include "backend/store/epoch_file.h"
#include "backend/store/export_format.h"
#include "backend/store/search_run.h"
#include "backend/store/sql_reads.h"
#include "backend/store/sqlite/database.h"
#include "backend/store/sqlite/schema.h"
#include "backend/store/sqlite/writer.h"
#include "base/assert.h"
#include "base/log.h"
#include "base/mailbox.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/unique_fd.h"

namespace yizhan::store {
namespace {

/// Jobs that may wait for the writer. More: the server is overloaded and says so.
constexpr std::size_t kMaxWaiting = 4096;
/// Jobs that share one disk write: bounds how long the first of them waits for the last.
constexpr std::size_t kMaxGroup = 128;
/// How long the first job of a group waits for as many as the last group had.
constexpr std::chrono::milliseconds kGather{1};

struct PendingWrite {
  const ResourceStore::WriteJob* job = nullptr;
  bool can_repeat = true;
  Status outcome;
  std::promise<void> done;
};

/// Lends reader connections; makes one when all are lent. Thread-safe.
class ReaderPool {
 public:
  explicit ReaderPool(std::string path) : path_(std::move(path)) {}

  Result<std::unique_ptr<Database>> Take() {
    {
      MutexLock lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Database> reader = std::move(idle_.back());
        idle_.pop_back();
        return reader;
      }
    }
    return Database::Open(path_, Database::Mode::ReadOnly);
  }
  void Return(std::unique_ptr<Database> reader) {
    MutexLock lock(mutex_);
    idle_.push_back(std::move(reader));
  }

 private:
  const std::string path_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_ GUARDED_BY(mutex_);
};

/// What an operator sees of the writer.
struct Figures {
  Gauge& waiting = ProcessMetrics().GaugeOf("yizhan_store_writes_waiting",
                                            "Units of work that wait for the disk.");
  Counter& refused = ProcessMetrics().CounterOf("yizhan_store_writes_refused_total",
                                                "Units of work refused because too many waited.");
  Histogram& group_size = ProcessMetrics().HistogramOf(
      "yizhan_store_group_size", "Units of work that shared one commit.", SizeBounds());
  Histogram& group_seconds = ProcessMetrics().HistogramOf(
      "yizhan_store_group_seconds", "From a group's first statement to its commit.",
      SecondsBounds());
};

class SqliteStore final : public ResourceStore {
 public:
  SqliteStore(const std::string& path, std::unique_ptr<Database> database, UniqueFd lock,
              const Clock& clock, const SqliteStoreOptions& options)
      : lock_(std::move(lock)),
        clock_(clock),
        run_jobs_twice_(options.run_jobs_twice),
        epoch_path_(options.folder + "/epoch"),
        readers_(path),
        database_(std::move(database)),
        writer_(*database_, clock, options.zone) {}
  ~SqliteStore() override {
    waiting_.Close();
    if (thread_.joinable()) thread_.join();
  }

  /// Prepares the tables and starts the writer's thread.
  Status Start() {
    if (Status started = writer_.Start(); !started) return started;
    if (Status refreshed = writer_.RefreshIndex(); !refreshed) return refreshed;
    if (Status known = StartEpoch(); !known) return known;
    thread_ = std::thread([this] { WriteLoop(); });
    return {};
  }

  /// As Start(), for a store that is only read.
  Status StartReading() {
    is_read_only_ = true;
    std::int64_t version = 0;
    {
      Query query(*database_, "PRAGMA user_version");
      if (query.Row()) version = query.Integer(0);
      if (Status done = query.Done(); !done) return done;
    }
    if (version != kSchemaVersion) {
      return Fail(ErrorCode::BadData, "data folder was made by another version");
    }
    Query query(*database_, "SELECT value FROM meta WHERE name='epoch'");
    if (query.Row()) epoch_ = query.Integer(0);
    return query.Done();
  }

  Status Write(const WriteJob& job) override { return Submit(job, true); }

  Status Export(const LineSink& sink) override {
    return AtOneMoment<void>([&](Database& reader) -> Status {
      std::int64_t epoch = 0;
      {
        Query query(reader, "SELECT value FROM meta WHERE name='epoch'");
        if (query.Row()) epoch = query.Integer(0);
        if (Status done = query.Done(); !done) return done;
      }
      return ExportTables(reader, epoch, sink);
    });
  }

  Status Import(const LineSource& source) override {
    return Submit(
        [&](Transaction&) -> Status {
          const Result<std::int64_t> epoch = writer_.Import(source);
          if (!epoch) return tl::unexpected<Error>(epoch.error());
          return RaiseEpoch(std::max(*epoch, epoch_.load()) + 1);
        },
        false);
  }

  Result<std::int64_t> Epoch() override { return epoch_.load(); }

  Status Submit(const WriteJob& job, bool can_repeat) {
    if (is_read_only_) return Fail(ErrorCode::Refused, "store was opened for reading");
    PendingWrite pending;
    pending.job = &job;
    pending.can_repeat = can_repeat;
    std::future<void> done = pending.done.get_future();
    if (!waiting_.Post(&pending)) {
      figures_.refused.Add();
      return waiting_.Closed() ? Fail(ErrorCode::Cancelled, "store is closing")
                               : Fail(ErrorCode::Busy, "too many writes are waiting");
    }
    figures_.waiting.Add(1);
    done.wait();  // The writer answers everything it accepted, also while closing.
    figures_.waiting.Add(-1);
    return pending.outcome;
  }

  Result<StoredResource> Read(const std::string& type, const std::string& id) override {
    return WithReader<StoredResource>(
        [&](Database& reader) { return ReadCurrent(reader, type, id); });
  }

  Result<SearchResult> Search(const SearchQuery& query) override {
    return AtOneMoment<SearchResult>([&](Database& reader) {
      const CostLimit limit(reader);
      return RunSearch(reader, query);
    });
  }

  Result<StoredResource> ReadVersion(const std::string& type, const std::string& id,
                                     std::int64_t version) override {
    return WithReader<StoredResource>(
        [&](Database& reader) { return ReadOldVersion(reader, type, id, version); });
  }

  Result<HistoryPage> History(const HistoryQuery& query) override {
    return AtOneMoment<HistoryPage>([&](Database& reader) { return ReadHistory(reader, query); });
  }

  Result<std::optional<Record>> FindRecord(const std::string& kind,
                                           const std::string& key) override {
    return WithReader<std::optional<Record>>(
        [&](Database& reader) { return ReadRecord(reader, kind, key, clock_.Now()); });
  }

  Result<std::vector<Record>> Records(const std::string& kind, const std::string& after_key,
                                      std::size_t limit) override {
    return WithReader<std::vector<Record>>([&](Database& reader) {
      return ReadRecords(reader, kind, after_key, limit, clock_.Now());
    });
  }

  Result<std::int64_t> Count(const std::string& type) override {
    return WithReader<std::int64_t>([&](Database& reader) { return CountOf(reader, type); });
  }

  Result<AuditReport> VerifyAudit(std::span<const AuditHead> known) override {
    return AtOneMoment<AuditReport>(
        [&](Database& reader) { return VerifyAuditChain(reader, known); });
  }

  void Listen(Listener listener) override {
    MutexLock lock(listener_mutex_);
    listener_ = std::move(listener);
  }

 private:
  template <typename T, typename Use>
  Result<T> WithReader(const Use& use) {
    Result<std::unique_ptr<Database>> reader = readers_.Take();
    if (!reader) return tl::unexpected<Error>(reader.error());
    Result<T> result = use(**reader);
    readers_.Return(std::move(*reader));
    return result;
  }

  /// As WithReader, with everything read from one snapshot.
  template <typename T, typename Use>
  Result<T> AtOneMoment(const Use& use) {
    return WithReader<T>([&](Database& reader) -> Result<T> {
      if (Status begun = reader.Run("BEGIN"); !begun) return tl::unexpected<Error>(begun.error());
      Result<T> result = use(reader);
      static_cast<void>(reader.Run("COMMIT"));  // Of a reader: nothing can be lost.
      return result;
    });
  }

  /// Those whose last writes shared a commit come back together: the first of them waits a moment
  /// for the others, or it would have a commit of its own each time.
  void Gather(std::vector<PendingWrite*>& jobs) {
    if (jobs.empty()) return;
    const MonotonicTime until = SystemClock().Monotonic() + kGather;
    while (jobs.size() < last_group_ && SystemClock().Monotonic() < until) {
      const auto more = waiting_.WaitAndTakeAll(kGather);
      jobs.insert(jobs.end(), more.begin(), more.end());
    }
    last_group_ = jobs.size();
  }

  void WriteLoop() {
    while (true) {
      std::vector<PendingWrite*> jobs = waiting_.WaitAndTakeAll(std::chrono::seconds(1));
      Gather(jobs);
      for (std::size_t at = 0; at < jobs.size(); at += kMaxGroup) {
        const std::size_t count = std::min(kMaxGroup, jobs.size() - at);
        WriteGroup({jobs.data() + at, count});
      }
      if (jobs.empty() && waiting_.Closed()) return;
    }
  }

  void Tell(const std::vector<StoredResource>& changes) {
    MutexLock lock(listener_mutex_);
    if (listener_) listener_(changes);
  }

  void WriteGroup(std::span<PendingWrite*> group) {
    const MonotonicTime begun = SystemClock().Monotonic();
    Status group_status = RunJobs(group);
    if (group_status) group_status = writer_.SweepRecords();
    if (group_status) group_status = RunSql("COMMIT");
    if (!group_status) {
      GiveUp();
      Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(group_status.error().code)}});
    }
    figures_.group_size.Observe(static_cast<double>(group.size()));
    figures_.group_seconds.Observe(
        std::chrono::duration<double>(SystemClock().Monotonic() - begun).count());
    const std::vector<StoredResource> changes = writer_.TakeChanges();
    if (!changes.empty()) Tell(changes);
    for (PendingWrite* pending : group) {
      if (!group_status) pending->outcome = group_status;
      pending->done.set_value();
    }
  }

  /// The jobs of a group in one transaction, which stays open; the failure of one leaves the
  /// others' changes alone. An error is the group's.
  Status RunJobs(std::span<PendingWrite*> group) {
    const bool may_repeat = std::ranges::all_of(
        group, [this](const PendingWrite* job) { return job->can_repeat && !run_jobs_twice_; });
    if (may_repeat) {
      const Result<bool> done = RunWithoutSavepoints(group);
      if (!done) return tl::unexpected<Error>(done.error());
      if (*done) return {};
    }
    is_first_ = true;
    Status status = database_->Run("BEGIN IMMEDIATE");
    for (PendingWrite* pending : group) {
      if (!status) break;
      status = RunJob(*pending);
    }
    return status;
  }

  /// A savepoint for each job means a copy of every page that it changes. Few jobs fail, and most
  /// of those before they change anything: then there is nothing to undo. False: one failed later
  /// than that; everything was undone, and the group is to run again.
  Result<bool> RunWithoutSavepoints(std::span<PendingWrite*> group) {
    if (Status begun = database_->Run("BEGIN IMMEDIATE"); !begun) {
      return tl::unexpected<Error>(begun.error());
    }
    std::int64_t unchanged = database_->Changes();
    for (PendingWrite* pending : group) {
      const Writer::Mark before = writer_.Now();
      const std::int64_t changes = database_->Changes();
      pending->outcome = (*pending->job)(writer_);
      if (!database_->InTransaction()) return GivenUp();
      if (pending->outcome) continue;
      if (database_->Changes() != changes) {
        GiveUp();
        if (changes != unchanged) return false;
        // Nothing but this job was undone.
        if (Status begun = database_->Run("BEGIN IMMEDIATE"); !begun) {
          return tl::unexpected<Error>(begun.error());
        }
        unchanged = database_->Changes();
      }
      writer_.UndoTo(before);
    }
    return true;
  }

  void GiveUp() {
    if (database_->InTransaction()) static_cast<void>(database_->Run("ROLLBACK"));
    writer_.UndoTo({});
  }

  /// A full disk makes SQLite give up the whole transaction: no job of the group is safe then.
  static tl::unexpected<Error> GivenUp() {
    return Fail(ErrorCode::StoreFull, "transaction was given up");
  }

  /// Runs one job so that its failure leaves the others' changes alone. An error is the group's.
  Status RunJob(PendingWrite& pending) {
    if (run_jobs_twice_ && pending.can_repeat) {
      const Result<Writer::Mark> before = BeginJob();
      if (!before) return tl::unexpected<Error>(before.error());
      static_cast<void>((*pending.job)(writer_));
      if (Status undone = UndoJob(*before); !undone) return undone;
    }
    const Result<Writer::Mark> before = BeginJob();
    if (!before) return tl::unexpected<Error>(before.error());
    pending.outcome = (*pending.job)(writer_);
    if (!database_->InTransaction()) return GivenUp();
    if (!pending.outcome) return UndoJob(*before);
    return std::exchange(is_first_, false) ? Status() : RunSql("RELEASE job");
  }

  /// The first job of a group that does something needs no savepoint: undoing it leaves nothing.
  /// That is not only cheaper. SQLite keeps what a savepoint may need in one list in memory and
  /// walks along it after every statement: a job of 100,000 changes would take hours.
  Result<Writer::Mark> BeginJob() {
    if (!is_first_) {
      if (Status saved = RunSql("SAVEPOINT job"); !saved) {
        return tl::unexpected<Error>(saved.error());
      }
    }
    return writer_.Now();
  }

  Status UndoJob(const Writer::Mark& before) {
    if (!database_->InTransaction()) return GivenUp();
    Status undone = RunSql(is_first_ ? "ROLLBACK" : "ROLLBACK TO job");
    if (undone) undone = is_first_ ? database_->Run("BEGIN IMMEDIATE") : RunSql("RELEASE job");
    if (undone) writer_.UndoTo(before);
    return undone;
  }

  /// A database older than the file beside it was put back by hand: that is a restore, too.
  Status StartEpoch() {
    const Result<std::int64_t> beside = ReadEpochFile(epoch_path_);
    if (!beside) return tl::unexpected<Error>(beside.error());
    std::int64_t inside = 0;
    {
      Query query(*database_, "SELECT value FROM meta WHERE name='epoch'");
      if (query.Row()) inside = query.Integer(0);
      if (Status done = query.Done(); !done) return done;
    }
    epoch_ = std::max(inside, *beside);
    if (inside == *beside && inside > 0) return {};
    return RaiseEpoch(inside > 0 && inside < *beside ? *beside + 1
                                                     : std::max<std::int64_t>(epoch_, 1));
  }

  /// The file goes first: an epoch that was not used does no harm, one that is used twice does.
  Status RaiseEpoch(std::int64_t epoch) {
    if (Status written = WriteEpochFile(epoch_path_, epoch); !written) return written;
    Query query(*database_, "INSERT OR REPLACE INTO meta(name,value) VALUES('epoch',?)");
    const std::string text = std::to_string(epoch);
    query << text;
    if (Status done = query.Run(); !done) return done;
    epoch_ = epoch;
    return {};
  }

  Status RunSql(std::string_view sql) { return Query(*database_, sql).Run(); }

  const UniqueFd lock_;  ///< Held as long as the folder is ours.
  const Clock& clock_;
  const bool run_jobs_twice_;
  bool is_read_only_ = false;
  const std::string epoch_path_;
  std::size_t last_group_ = 1;  ///< The writer's alone.
  std::atomic<std::int64_t> epoch_ = 0;
  ReaderPool readers_;
  const std::unique_ptr<Database> database_;
  Writer writer_;
  bool is_first_ = true;  ///< No job of the group under way has done anything yet.
  Mutex listener_mutex_;
  Listener listener_ GUARDED_BY(listener_mutex_);
  Figures figures_;
  Mailbox<PendingWrite*> waiting_{kMaxWaiting};
  std::thread thread_;
};

Result<UniqueFd> LockFolder(const std::string& folder) {
  UniqueFd lock(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) return Fail(ErrorCode::StoreFull, "data folder cannot be written");
  if (::flock(lock.Get(), LOCK_EX | LOCK_NB) != 0) {
    return Fail(ErrorCode::Busy, "another server uses the data folder");
  }
  return lock;
}

}  // namespace

Result<std::unique_ptr<ResourceStore>> OpenSqliteStoreForReading(const SqliteStoreOptions& options,
                                                                 const Clock& clock) {
  const std::string path = options.folder + "/hospital.db";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return Fail(ErrorCode::NotFound, "there is no hospital in the data folder");
  }
  Result<std::unique_ptr<Database>> database = Database::Open(path, Database::Mode::ReadOnly);
  if (!database) return tl::unexpected<Error>(database.error());
  auto store =
      std::make_unique<SqliteStore>(path, std::move(*database), UniqueFd(), clock, options);
  if (Status started = store->StartReading(); !started) {
    return tl::unexpected<Error>(started.error());
  }
  return std::unique_ptr<ResourceStore>(std::move(store));
}

Result<std::unique_ptr<ResourceStore>> OpenSqliteStore(const SqliteStoreOptions& options,
                                                       const Clock& clock) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) return Fail(ErrorCode::StoreFull, "data folder cannot be made");
  Result<UniqueFd> lock = LockFolder(options.folder);
  if (!lock) return tl::unexpected<Error>(lock.error());
  const std::string path = options.folder + "/hospital.db";
  Result<std::unique_ptr<Database>> database = Database::Open(path, Database::Mode::ReadWrite);
  if (!database) return tl::unexpected<Error>(database.error());
  if (Status ready = PrepareSchema(**database, clock.Now()); !ready) {
    return tl::unexpected<Error>(ready.error());
  }
  auto store =
      std::make_unique<SqliteStore>(path, std::move(*database), std::move(*lock), clock, options);
  if (Status started = store->Start(); !started) return tl::unexpected<Error>(started.error());
  return std::unique_ptr<ResourceStore>(std::move(store));
}

}  // namespace yizhan::store
