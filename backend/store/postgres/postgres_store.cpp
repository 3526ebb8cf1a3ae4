#include "backend/store/postgres/postgres_store.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <limits>
#include <random>

#include "backend/store/epoch_file.h"
#include "backend/store/export_format.h"
#include "backend/store/postgres/feed.h"
#include "backend/store/postgres/maintenance.h"
#include "backend/store/postgres/outcome.h"
#include "backend/store/postgres/pool.h"
#include "backend/store/postgres/schema.h"
#include "backend/store/postgres/sql_reader.h"
#include "backend/store/postgres/transaction.h"
#include "backend/store/search_run.h"
#include "backend/store/sql_reads.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/mutex.h"

namespace yizhan::store {
namespace {

using std::chrono::milliseconds;

/// A job that lost so often gives up.
constexpr int kMaxAttempts = 16;
/// From this attempt on the losers of all processes go one by one. The lock is taken before those
/// of series, which the least of all numbers sees to: nobody holds one and waits for the other.
constexpr int kQueueFrom = 3;
/// Losers still lose against who comes for the first time; from this attempt on nobody may come.
constexpr int kAloneFrom = 6;
constexpr std::int64_t kQueueLock = std::numeric_limits<std::int64_t>::min();
constexpr milliseconds kMaxPause{40};
constexpr milliseconds kPoolPatience{10'000};
/// For what walks over everything.
constexpr milliseconds kLongWork = std::chrono::hours(12);
constexpr const char* kReadOnly = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Lanes are numbered from 1; more connections than this are not expected at one database.
constexpr const char* kTakeLane =
    "SELECT lane FROM generate_series(1,10000) lane WHERE pg_try_advisory_lock(727465,lane) "
    "LIMIT 1";
constexpr const char* kSweep =
    "DELETE FROM record WHERE (kind,key) IN (SELECT kind,key FROM record WHERE expires<=$1 "
    "ORDER BY expires LIMIT 500 FOR UPDATE SKIP LOCKED)";

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

std::int64_t RandomOrigin() {
  const Bytes bytes = RandomBytes(8);
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return static_cast<std::int64_t>(value >> 1);
}

class PostgresStore final : public ResourceStore {
 public:
  using Pool = ConnectionPool<WriterState>;

  PostgresStore(const PostgresStoreOptions& options, const Clock& clock)
      : options_(options),
        clock_(clock),
        connection_options_{.address = options.address,
                            .statement_timeout = options.statement_timeout},
        epoch_path_(options.folder + "/epoch"),
        context_{clock, options.zone, RandomOrigin(), [this] { return Stamp(); }},
        pool_(connection_options_, options.connections, kPoolPatience),
        feed_(
            {connection_options_, context_.origin},
            [this](const std::vector<StoredResource>& news) { Tell(news); },
            [this](Connection& connection) { Tidy(connection); }) {}

  Status Start() {
    Result<std::unique_ptr<Connection>> opened = OpenForLongWork();
    if (!opened) return Failed(opened.error());
    Connection& connection = **opened;
    if (Status ready = PreparePostgresSchema(connection); !ready) return ready;
    if (Status fresh = RefreshPostgresIndex(connection, options_.zone); !fresh) return fresh;
    const Result<Rows> latest = connection.Run(
        "SELECT max(updated) FROM history WHERE seq>"
        "(SELECT coalesce(max(seq),0)-1000 FROM history)");
    if (!latest) return Failed(latest.error());
    last_stamp_ = latest->Integer(0, 0);
    if (Status known = StartEpoch(connection); !known) return known;
    if (Status started = feed_.Start(); !started) return started;
    // Between the two somebody else may have made the index for another zone.
    if (Status fresh = RefreshPostgresIndex(connection, options_.zone); !fresh) return fresh;
    feed_.Run();
    return {};
  }

  Result<StoredResource> Read(const std::string& type, const std::string& id) override {
    return WithReader<StoredResource>(
        [&](SqlReader& reader) { return ReadCurrent(reader, type, id); });
  }
  Result<StoredResource> ReadVersion(const std::string& type, const std::string& id,
                                     std::int64_t version) override {
    return WithReader<StoredResource>(
        [&](SqlReader& reader) { return ReadOldVersion(reader, type, id, version); });
  }
  Result<SearchResult> Search(const SearchQuery& query) override {
    return AtOneMoment<SearchResult>([&](SqlReader& reader) { return RunSearch(reader, query); });
  }
  Result<HistoryPage> History(const HistoryQuery& query) override {
    return AtOneMoment<HistoryPage>([&](SqlReader& reader) { return ReadHistory(reader, query); });
  }
  Result<std::optional<Record>> FindRecord(const std::string& kind,
                                           const std::string& key) override {
    return WithReader<std::optional<Record>>(
        [&](SqlReader& reader) { return ReadRecord(reader, kind, key, clock_.Now()); });
  }
  Result<std::vector<Record>> Records(const std::string& kind, const std::string& after_key,
                                      std::size_t limit) override {
    return WithReader<std::vector<Record>>([&](SqlReader& reader) {
      return ReadRecords(reader, kind, after_key, limit, clock_.Now());
    });
  }
  Result<std::int64_t> Count(const std::string& type) override {
    return WithReader<std::int64_t>([&](SqlReader& reader) { return CountOf(reader, type); });
  }
  Result<std::int64_t> Epoch() override { return epoch_.load(); }
  void Listen(Listener listener) override {
    MutexLock lock(listener_mutex_);
    listener_ = std::move(listener);
  }

  Result<AuditReport> VerifyAudit(std::span<const AuditHead> known) override {
    return LongWalk<AuditReport>(
        [&](SqlReader& reader, std::int64_t) { return VerifyAuditChain(reader, known); });
  }
  Status Export(const LineSink& sink) override {
    return LongWalk<void>(
        [&](SqlReader& reader, std::int64_t epoch) { return ExportTables(reader, epoch, sink); });
  }

  Status Write(const WriteJob& job) override {
    Attempt attempt;
    Error last{ErrorCode::Busy, "lost too often against other writers"};
    for (int i = 0; i < kMaxAttempts; ++i) {
      if (i > 0) Pause(i);
      Result<Pool::Lease> lease = TakeWriter(i > 0);
      if (!lease) return Failed(lease.error());
      attempt.number = i;
      if (i >= kQueueFrom) attempt.locks.insert(kQueueLock);
      attempt.alone = i >= kAloneFrom;
      Status outcome;
      switch (Try(job, *lease, attempt, outcome)) {
        case PostgresTransaction::Ending::Done: return outcome;
        case PostgresTransaction::Ending::Serializable:
          attempt.isolation = Attempt::Isolation::Serializable;
          break;
        case PostgresTransaction::Ending::Unknown: return outcome;
        case PostgresTransaction::Ending::Again: break;
      }
      if (!outcome && outcome.error().code == ErrorCode::Unreachable) last = outcome.error();
    }
    return Failed(last);
  }

  Status Import(const LineSource& source) override {
    Result<std::unique_ptr<Connection>> opened = OpenForLongWork();
    if (!opened) return Failed(opened.error());
    Connection& connection = **opened;
    Status done = connection.RunScript(
        "BEGIN; LOCK TABLE history,record,series,audit,resource IN EXCLUSIVE MODE");
    Result<std::int64_t> epoch = 0;
    if (done) {
      epoch = ImportIntoPostgres(connection, options_.zone, context_.origin, source);
      if (!epoch) done = Failed(epoch.error());
    }
    if (done) {
      const std::int64_t raised = std::max(*epoch, epoch_.load()) + 1;
      done = WriteEpochFile(epoch_path_, raised);
      if (done) done = WriteMeta(connection, "epoch", std::to_string(raised));
      if (done) done = connection.RunScript("COMMIT");
      if (done) epoch_ = raised;
    }
    if (!done && !connection.Broken()) static_cast<void>(connection.RunScript("ROLLBACK"));
    return done;
  }

 private:
  Result<std::unique_ptr<Connection>> OpenForLongWork() {
    ConnectionOptions patient = connection_options_;
    patient.statement_timeout = kLongWork;
    return Connection::Open(patient);
  }

  template <typename T, typename Use>
  Result<T> WithReader(const Use& use) {
    // A connection may have died while it was idle; a second one tells whether the server did.
    for (bool is_last = false;; is_last = true) {
      Result<Pool::Lease> lease = pool_.Take();
      if (!lease) return Failed(lease.error());
      PostgresReader reader(**lease);
      Result<T> result = use(reader);
      const bool died = !result && (*lease)->Broken();
      if (!died || is_last || result.error().code != ErrorCode::Unreachable) return result;
    }
  }

  /// As WithReader, with everything read from one snapshot.
  template <typename T, typename Use>
  Result<T> AtOneMoment(const Use& use) {
    for (bool is_last = false;; is_last = true) {
      Result<Pool::Lease> lease = pool_.Take();
      if (!lease) return Failed(lease.error());
      PostgresReader reader(**lease);
      (*lease)->Queue(kReadOnly);
      Result<T> result = use(reader);
      const bool died = !result && (*lease)->Broken();
      if (!(*lease)->Broken()) static_cast<void>((*lease)->Run("COMMIT"));
      if (!died || is_last || result.error().code != ErrorCode::Unreachable) return result;
    }
  }

  /// Walks over any number of rows of one snapshot.
  template <typename T, typename Use>
  Result<T> LongWalk(const Use& use) {
    Result<std::unique_ptr<Connection>> opened = OpenForLongWork();
    if (!opened) return Failed(opened.error());
    Connection& connection = **opened;
    if (Status begun = connection.RunScript(kReadOnly); !begun) return Failed(begun.error());
    PostgresReader reader(connection, PostgresReader::Fetch::InParts);
    const Result<std::string> epoch = ReadMeta(connection, "epoch");
    if (!epoch) return Failed(epoch.error());
    return use(reader, std::strtoll(epoch->c_str(), nullptr, 10));
  }

  /// A connection that holds an audit lane and knows its end. `reload`: read the end again.
  Result<Pool::Lease> TakeWriter(bool reload) {
    for (bool is_last = false;; is_last = true) {
      Result<Pool::Lease> lease = pool_.Take();
      if (!lease) return lease;
      const Status ready = PrepareLane(**lease, lease->State(), reload);
      if (ready) return lease;
      if (is_last || !(*lease)->Broken()) return Failed(ready.error());
    }
  }

  static Status PrepareLane(Connection& connection, WriterState& state, bool reload) {
    if (state.lane && !reload) return {};
    if (!state.lane) {
      const Result<Rows> taken = connection.Run(kTakeLane);
      if (!taken) return Failed(taken.error());
      if (taken->Count() == 0) return Fail(ErrorCode::Busy, "no audit lane is free");
      state.lane = AuditHead{taken->Integer(0, 0), 0, ""};
    }
    PostgresReader reader(connection);
    const Result<AuditHead> head = HeadOfLane(reader, state.lane->lane);
    if (!head) return Failed(head.error());
    state.lane = *head;
    return {};
  }

  PostgresTransaction::Ending Try(const WriteJob& job, Pool::Lease& lease, Attempt& attempt,
                                  Status& outcome) {
    using Ending = PostgresTransaction::Ending;
    if (options_.run_jobs_twice && attempt.number == 0) {
      PostgresTransaction rehearsal(context_, *lease, lease.State(), attempt);
      static_cast<void>(job(rehearsal));
      outcome = Fail(ErrorCode::Cancelled, "rehearsal");
      if (rehearsal.Finish(outcome) == Ending::Serializable) return Ending::Serializable;
    }
    PostgresTransaction transaction(context_, *lease, lease.State(), attempt);
    outcome = transaction.TakeLocks();
    if (outcome) outcome = job(transaction);
    const Ending ending = transaction.Finish(outcome);
    if (ending == Ending::Unknown) return Resolve(*lease, transaction, outcome);
    if (ending == Ending::Done && outcome) Committed(transaction.TakeChanges());
    return ending;
  }

  /// Finds out what became of a commit whose answer was lost.
  PostgresTransaction::Ending Resolve(Connection& lost, PostgresTransaction& transaction,
                                      Status& outcome) {
    using Ending = PostgresTransaction::Ending;
    const std::int64_t seq = transaction.Changes().empty() ? 0 : transaction.Changes().front().seq;
    switch (seq == 0 ? CommitOutcome::Unknown : OutcomeOf(connection_options_, lost.Name(), seq)) {
      case CommitOutcome::Committed:
        transaction.Forget();
        Committed(transaction.TakeChanges());
        outcome = {};
        return Ending::Done;
      case CommitOutcome::NotCommitted: transaction.Undo(); return Ending::Again;
      case CommitOutcome::Unknown: break;
    }
    transaction.Undo();
    outcome = Fail(ErrorCode::Timeout, "database was lost while it committed");
    return Ending::Unknown;
  }

  void Committed(const std::vector<StoredResource>& changes) {
    if (changes.empty()) return;
    Tell(changes);
    feed_.Committed();
  }

  void Tell(const std::vector<StoredResource>& changes) {
    MutexLock lock(listener_mutex_);
    if (listener_) listener_(changes);
  }

  /// Now and then: removes what has expired, and learns of an import by another process. What
  /// fails is tried again the next time.
  void Tidy(Connection& connection) {
    const Result<Rows> swept =
        connection.Run(kSweep, Parameters() << clock_.Now().time_since_epoch().count());
    const Result<std::string> text = ReadMeta(connection, "epoch");
    if (!swept || !text) return;
    const std::int64_t inside = std::strtoll(text->c_str(), nullptr, 10);
    if (inside <= epoch_ || !WriteEpochFile(epoch_path_, inside)) return;
    epoch_ = inside;
  }

  /// Losers wait a little, each another time.
  void Pause(int attempt) {
    static thread_local std::minstd_rand random(std::random_device{}());
    const std::int64_t most =
        std::min<std::int64_t>(kMaxPause.count(), std::int64_t{1} << std::min(attempt, 10));
    const std::int64_t pause_us = static_cast<std::int64_t>(random()) % (most * 1000);
    MutexLock lock(pause_mutex_);
    pause_.WaitFor(pause_mutex_, std::chrono::microseconds(pause_us));
  }

  WallTime Stamp() {
    const std::int64_t now = clock_.Now().time_since_epoch().count();
    std::int64_t last = last_stamp_.load();
    while (last < now && !last_stamp_.compare_exchange_weak(last, now)) {
    }
    return WallTime(milliseconds(std::max(last, now)));
  }

  /// A database older than the file beside it was put back from a backup: that is a restore.
  Status StartEpoch(Connection& connection) {
    const Result<std::int64_t> beside = ReadEpochFile(epoch_path_);
    if (!beside) return Failed(beside.error());
    if (Status begun = connection.RunScript("BEGIN; LOCK TABLE meta IN EXCLUSIVE MODE"); !begun) {
      return begun;
    }
    const Result<std::string> text = ReadMeta(connection, "epoch");
    if (!text) return Failed(text.error());
    const std::int64_t inside = std::strtoll(text->c_str(), nullptr, 10);
    std::int64_t epoch = std::max<std::int64_t>({inside, *beside, 1});
    if (inside > 0 && inside < *beside) epoch = *beside + 1;
    if (epoch != *beside) {
      if (Status written = WriteEpochFile(epoch_path_, epoch); !written) return written;
    }
    if (epoch != inside) {
      if (Status kept = WriteMeta(connection, "epoch", std::to_string(epoch)); !kept) return kept;
    }
    epoch_ = epoch;
    return connection.RunScript("COMMIT");
  }

  const PostgresStoreOptions options_;
  const Clock& clock_;
  const ConnectionOptions connection_options_;
  const std::string epoch_path_;
  const WriterContext context_;
  std::atomic<std::int64_t> epoch_ = 0;
  std::atomic<std::int64_t> last_stamp_ = 0;
  Mutex pause_mutex_;
  Condition pause_;
  Mutex listener_mutex_;
  Listener listener_ GUARDED_BY(listener_mutex_);
  Pool pool_;
  ChangeFeed feed_;  ///< Last: its thread uses the rest.
};

}  // namespace

Result<std::unique_ptr<ResourceStore>> OpenPostgresStore(const PostgresStoreOptions& options,
                                                         const Clock& clock) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) return Fail(ErrorCode::StoreFull, "data folder cannot be made");
  auto store = std::make_unique<PostgresStore>(options, clock);
  if (Status started = store->Start(); !started) return Failed(started.error());
  return std::unique_ptr<ResourceStore>(std::move(store));
}

}  // namespace yizhan::store
