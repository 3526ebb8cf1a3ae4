#include "backend/store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <future>
#include <thread>

#include "backend/store/sqlite/database.h"
#include "backend/store/sqlite/schema.h"
#include "backend/store/sqlite/search.h"
#include "backend/store/sqlite/writer.h"
#include "base/assert.h"
#include "base/log.h"
#include "base/mailbox.h"
#include "base/mutex.h"
#include "base/unique_fd.h"

namespace yizhan::store {
namespace {

/// Jobs that may wait for the writer. More: the server is overloaded and says so.
constexpr std::size_t kMaxWaiting = 4096;
/// Jobs that share one disk write: bounds how long the first of them waits for the last.
constexpr std::size_t kMaxGroup = 128;

struct PendingWrite {
  const ResourceStore::WriteJob* job = nullptr;
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

class SqliteStore final : public ResourceStore {
 public:
  SqliteStore(const std::string& path, std::unique_ptr<Database> database, UniqueFd lock,
              const Clock& clock, TimeZone zone)
      : lock_(std::move(lock)),
        readers_(path),
        database_(std::move(database)),
        writer_(*database_, clock, zone) {}
  ~SqliteStore() override {
    waiting_.Close();
    if (thread_.joinable()) thread_.join();
  }

  /// Prepares the tables and starts the writer's thread.
  Status Start() {
    if (Status started = writer_.Start(); !started) return started;
    if (Status refreshed = writer_.RefreshIndex(); !refreshed) return refreshed;
    thread_ = std::thread([this] { WriteLoop(); });
    return {};
  }

  Status Write(const WriteJob& job) override {
    PendingWrite pending;
    pending.job = &job;
    std::future<void> done = pending.done.get_future();
    if (!waiting_.Post(&pending)) {
      return waiting_.Closed() ? Fail(ErrorCode::Cancelled, "store is closing")
                               : Fail(ErrorCode::Busy, "too many writes are waiting");
    }
    done.wait();  // The writer answers everything it accepted, also while closing.
    return pending.outcome;
  }

  Result<StoredResource> Read(const std::string& type, const std::string& id) override {
    return WithReader<StoredResource>(
        [&](Database& reader) { return ReadCurrent(reader, type, id); });
  }

  Result<SearchResult> Search(const SearchQuery& query) override {
    return WithReader<SearchResult>([&](Database& reader) -> Result<SearchResult> {
      if (Status begun = reader.Run("BEGIN"); !begun) return tl::unexpected<Error>(begun.error());
      Result<SearchResult> result = RunSearch(reader, query);
      static_cast<void>(reader.Run("COMMIT"));  // Of a reader: nothing can be lost.
      return result;
    });
  }

  Result<StoredResource> ReadVersion(const std::string& type, const std::string& id,
                                     std::int64_t version) override {
    Result<std::vector<StoredResource>> versions = Versions(
        type, id, 1,
        "SELECT h.version,h.updated,h.deleted,h.body FROM resource r JOIN history h ON "
        "h.key=r.key WHERE r.type=?1 AND r.id=?2 AND h.version=?3 UNION ALL "
        "SELECT version,updated,deleted,body FROM resource WHERE type=?1 AND id=?2 AND version=?3",
        version);
    if (!versions) return tl::unexpected<Error>(versions.error());
    return std::move(versions->front());
  }

  Result<std::vector<StoredResource>> History(const std::string& type, const std::string& id,
                                              std::size_t limit) override {
    return Versions(type, id, limit,
                    "SELECT version,updated,deleted,body FROM resource WHERE type=?1 AND id=?2 "
                    "AND ?3=?3 UNION ALL "
                    "SELECT h.version,h.updated,h.deleted,h.body FROM resource r JOIN history h ON "
                    "h.key=r.key WHERE r.type=?1 AND r.id=?2 ORDER BY 1 DESC",
                    0);
  }

  Result<std::int64_t> Count(const std::string& type) override {
    return WithReader<std::int64_t>([&](Database& reader) -> Result<std::int64_t> {
      Query query(reader, "SELECT count(*) FROM resource WHERE type=? AND deleted=0");
      query << type;
      const std::int64_t count = query.Row() ? query.Integer(0) : 0;
      if (Status done = query.Done(); !done) return tl::unexpected<Error>(done.error());
      return count;
    });
  }

  void Listen(Listener listener) override { listener_ = std::move(listener); }

 private:
  template <typename T, typename Use>
  Result<T> WithReader(const Use& use) {
    Result<std::unique_ptr<Database>> reader = readers_.Take();
    if (!reader) return tl::unexpected<Error>(reader.error());
    Result<T> result = use(**reader);
    readers_.Return(std::move(*reader));
    return result;
  }

  Result<std::vector<StoredResource>> Versions(const std::string& type, const std::string& id,
                                               std::size_t limit, std::string_view sql,
                                               std::int64_t version) {
    using List = std::vector<StoredResource>;
    return WithReader<List>([&](Database& reader) -> Result<List> {
      Query query(reader, sql);
      query << type << id << version;
      List versions;
      while (versions.size() < limit && query.Row()) {
        versions.push_back(StoredResource{type, id, query.Integer(0),
                                          WallTime(std::chrono::milliseconds(query.Integer(1))),
                                          query.Integer(2) != 0, std::string(query.Text(3))});
      }
      if (Status done = query.Done(); !done) return tl::unexpected<Error>(done.error());
      if (versions.empty()) return Fail(ErrorCode::NotFound, "no such version");
      return versions;
    });
  }

  void WriteLoop() {
    while (true) {
      std::vector<PendingWrite*> jobs = waiting_.WaitAndTakeAll(std::chrono::seconds(1));
      for (std::size_t at = 0; at < jobs.size(); at += kMaxGroup) {
        const std::size_t count = std::min(kMaxGroup, jobs.size() - at);
        WriteGroup({jobs.data() + at, count});
      }
      if (jobs.empty() && waiting_.Closed()) return;
    }
  }

  void WriteGroup(std::span<PendingWrite*> group) {
    writer_.changes.clear();
    Status group_status = database_->Run("BEGIN IMMEDIATE");
    for (PendingWrite* pending : group) {
      if (!group_status) break;
      group_status = RunJob(*pending);
    }
    if (group_status) group_status = RunSql("COMMIT");
    if (!group_status) {
      if (database_->InTransaction()) static_cast<void>(database_->Run("ROLLBACK"));
      Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(group_status.error().code)}});
    }
    if (group_status && listener_ && !writer_.changes.empty()) listener_(writer_.changes);
    for (PendingWrite* pending : group) {
      if (!group_status) pending->outcome = group_status;
      pending->done.set_value();
    }
  }

  /// Runs one job so that its failure leaves the others' changes alone. An error is the group's.
  Status RunJob(PendingWrite& pending) {
    const std::size_t changes_before = writer_.changes.size();
    if (Status saved = RunSql("SAVEPOINT job"); !saved) return saved;
    pending.outcome = (*pending.job)(writer_);
    // A full disk makes SQLite give up the whole transaction: no job of the group is safe then.
    if (!database_->InTransaction()) return Fail(ErrorCode::StoreFull, "transaction was given up");
    if (pending.outcome) return RunSql("RELEASE job");
    writer_.changes.resize(changes_before);
    if (Status undone = RunSql("ROLLBACK TO job"); !undone) return undone;
    return RunSql("RELEASE job");
  }

  Status RunSql(std::string_view sql) { return Query(*database_, sql).Run(); }

  const UniqueFd lock_;  ///< Held as long as the folder is ours.
  ReaderPool readers_;
  const std::unique_ptr<Database> database_;
  Writer writer_;
  Listener listener_;
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

Status PrepareSchema(Database& database) {
  for (const char* pragma :
       {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=4000",
        "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-65536"}) {
    if (Status set = database.Run(pragma); !set) return set;
  }
  std::int64_t version = 0;
  {
    Query query(database, "PRAGMA user_version");
    if (query.Row()) version = query.Integer(0);
    if (Status done = query.Done(); !done) return done;
  }
  if (version > kSchemaVersion) {
    return Fail(ErrorCode::BadData, "data folder was made by a newer version");
  }
  if (version == kSchemaVersion) return {};
  return database.Run("BEGIN IMMEDIATE;" + std::string(kSchema) +
                      "PRAGMA user_version=" + std::to_string(kSchemaVersion) + ";COMMIT");
}

}  // namespace

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
  if (Status ready = PrepareSchema(**database); !ready) {
    return tl::unexpected<Error>(ready.error());
  }
  auto store = std::make_unique<SqliteStore>(path, std::move(*database), std::move(*lock), clock,
                                             options.zone);
  if (Status started = store->Start(); !started) return tl::unexpected<Error>(started.error());
  return std::unique_ptr<ResourceStore>(std::move(store));
}

}  // namespace yizhan::store
