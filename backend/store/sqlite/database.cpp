#include "backend/store/sqlite/database.h"

namespace yizhan::store {
namespace {

/// Searches make SQL of many shapes; more than this many are not worth keeping.
constexpr std::size_t kMaxPrepared = 256;
/// Readers never wait for the writer in WAL mode; this bounds the rare case of a recovery.
constexpr int kBusyMs = 5000;

/// Pages come from the system's cache without being copied: of a database larger than SQLite's own
/// cache a search reads twice as fast. SQLite maps 2 GB at most; what lies behind is copied.
constexpr const char* kMapFile = "PRAGMA mmap_size=2147418112";
/// SQLite's virtual machine takes some 30 ns for a step.
constexpr int kStepsBetweenCounts = 100'000;
constexpr int kMostCounts = 500;

Status Outcome(sqlite3* handle, int code) {
  switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return {};
    case SQLITE_INTERRUPT: return Fail(ErrorCode::BadData, "search costs too much");
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN: return Fail(ErrorCode::StoreFull, "sqlite: " + std::to_string(code));
    default: break;
  }
  // SQLite's message may quote a value; its number cannot.
  return Fail(ErrorCode::Internal,
              "sqlite: " + std::to_string(handle ? sqlite3_extended_errcode(handle) : code));
}

}  // namespace

Result<std::unique_ptr<Database>> Database::Open(const std::string& path, Mode mode) {
  // Nobody asks how much memory SQLite has; counting it takes a lock at every allocation.
  static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(uncounted);  // Misuse: another user of the library has started it; no harm.
  sqlite3* handle = nullptr;
  const int flags =
      mode == Mode::ReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return tl::unexpected<Error>(Outcome(handle, code).error());
  sqlite3_busy_timeout(handle, kBusyMs);
  sqlite3_extended_result_codes(handle, 1);
  if (Status mapped = database->Run(kMapFile); !mapped) {
    return tl::unexpected<Error>(mapped.error());
  }
  return database;
}

Database::~Database() {
  for (const auto& [sql, prepared] : prepared_) sqlite3_finalize(prepared.statement);
  sqlite3_close_v2(handle_);
}

Status Database::Run(const std::string& sql) {
  return Outcome(handle_, sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

bool Database::InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }

std::int64_t Database::Changes() const { return sqlite3_total_changes64(handle_); }

Database::Prepared* Database::Prepare(std::string_view sql) {
  std::string key(sql);
  if (const auto found = prepared_.find(key); found != prepared_.end()) return &found->second;
  if (prepared_.size() >= kMaxPrepared) {
    std::erase_if(prepared_, [](const auto& entry) {
      if (entry.second.in_use) return false;
      sqlite3_finalize(entry.second.statement);
      return true;
    });
  }
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                     &statement, nullptr);
  if (statement == nullptr) return nullptr;
  return &prepared_.emplace(std::move(key), Prepared{statement, false}).first->second;
}

Status Database::Each(const Sql& sql, const Visitor& visit) {
  Query query(*this, sql.text);
  for (const SqlValue& value : sql.values) query << value;
  while (query.Row()) {
    if (!visit(query)) return {};
  }
  return query.Done();
}

int Database::CountCost(void* database) {
  return --static_cast<Database*>(database)->cost_left_ < 0 ? 1 : 0;
}

CostLimit::CostLimit(Database& database) : database_(database) {
  database.cost_left_ = kMostCounts;
  sqlite3_progress_handler(database.handle_, kStepsBetweenCounts, Database::CountCost, &database);
}

CostLimit::~CostLimit() { sqlite3_progress_handler(database_.handle_, 0, nullptr, nullptr); }

Query::Query(Database& database, std::string_view sql)
    : database_(database), prepared_(database.Prepare(sql)) {
  if (prepared_ == nullptr) {
    code_ = SQLITE_ERROR;
    return;
  }
  if (prepared_->in_use) {
    sqlite3_prepare_v2(database.handle_, sql.data(), static_cast<int>(sql.size()),
                       &extra_.statement, nullptr);
    prepared_ = &extra_;
  }
  prepared_->in_use = true;
  statement_ = prepared_->statement;
}

Query::~Query() {
  if (prepared_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  prepared_->in_use = false;
  if (prepared_ == &extra_) sqlite3_finalize(statement_);
}

Query& Query::operator<<(std::int64_t value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Query& Query::operator<<(std::string_view value) {
  if (code_ == SQLITE_OK) {
    const char* text = value.data() == nullptr ? "" : value.data();
    code_ =
        sqlite3_bind_text64(statement_, ++bound_, text, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  return *this;
}

Query& Query::operator<<(const SqlValue& value) {
  std::visit([this](const auto& bound) { *this << bound; }, value);
  return *this;
}

bool Query::Row() {
  if (code_ != SQLITE_OK && code_ != SQLITE_ROW) return false;
  code_ = sqlite3_step(statement_);
  return code_ == SQLITE_ROW;
}

std::int64_t Query::Integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Query::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Status Query::Done() { return Outcome(database_.handle_, code_); }

Status Query::Run() {
  while (Row()) {
  }
  return Done();
}

}  // namespace yizhan::store
