#include "offline-store/connection.h"

#include <fcntl.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/log.h"
#include "offline-store/files.h"

namespace yizhan::offline {
namespace {

constexpr std::string_view kPlaintextHeader = "SQLite format 3";

bool IsDiskFailure(int sqlite_code) {
  const int primary = sqlite_code & 0xFF;
  return primary == SQLITE_IOERR || primary == SQLITE_READONLY || primary == SQLITE_CANTOPEN;
}

/// Refuses a file that anybody could read: it was made by a program linked against the wrong
/// library, or put there by hand.
Status CheckHeader(int file) {
  std::array<char, 16> header{};
  const ssize_t got = ::pread(file, header.data(), header.size(), 0);
  if (got < 0) return Fail(ErrorCode::StoreFull, "store cannot be read");
  const std::string_view start(header.data(), static_cast<std::size_t>(got));
  if (start.starts_with(kPlaintextHeader)) {
    return Fail(ErrorCode::BadData, "store is not encrypted");
  }
  return {};
}

/// Makes the file with its final mode before SQLite sees it (its WAL copies the mode), and checks
/// that an existing one is not plain.
Status PrepareFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return Fail(ErrorCode::StoreFull, "store cannot be opened or made");
  if (::fchmod(file.Get(), 0600) != 0 || !SyncDirectoryOf(path)) {
    return Fail(ErrorCode::StoreFull, "store cannot be made private or durable");
  }
  return CheckHeader(file.Get());
}

/// Hands SQLCipher the raw key without leaving copies of it behind.
int GiveKey(sqlite3* handle, const StoreKey& key) {
  constexpr std::size_t kLength = 2 * StoreKey::kSizeBytes + 3;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, kLength> text{};
  std::size_t at = 0;
  text[at++] = 'x';
  text[at++] = '\'';
  for (const std::uint8_t byte : key.Secret()) {
    text[at++] = kDigits[byte >> 4U];
    text[at++] = kDigits[byte & 0x0FU];
  }
  text[at++] = '\'';
  const int code = sqlite3_key(handle, text.data(), static_cast<int>(at));
  explicit_bzero(text.data(), text.size());
  return code;
}

}  // namespace

Error ToError(int sqlite_code) {
  std::string detail = std::string("store: ") + sqlite3_errstr(sqlite_code) + " (" +
                       std::to_string(sqlite_code) + ")";
  switch (sqlite_code & 0xFF) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN: return {ErrorCode::StoreFull, std::move(detail)};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_TOOBIG: return {ErrorCode::BadData, std::move(detail)};
    case SQLITE_CONSTRAINT: return {ErrorCode::Conflict, std::move(detail)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {ErrorCode::Busy, std::move(detail)};
    default: return {ErrorCode::Internal, std::move(detail)};
  }
}

Statement& Statement::Keep(int code) {
  if (code_ == SQLITE_OK) code_ = code;
  return *this;
}

Statement& Statement::Bind(int parameter, std::int64_t value) {
  if (code_ != SQLITE_OK) return *this;
  return Keep(sqlite3_bind_int64(statement_.get(), parameter, value));
}

Statement& Statement::Bind(int parameter, std::string_view text) {
  if (code_ != SQLITE_OK) return *this;
  // A null pointer would bind NULL; an empty text is a text.
  const char* data = text.empty() ? "" : text.data();
  return Keep(sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_STATIC,
                                  SQLITE_UTF8));
}

Statement& Statement::BindBlob(int parameter, ByteView bytes) {
  if (code_ != SQLITE_OK) return *this;
  if (bytes.empty()) return Keep(sqlite3_bind_zeroblob(statement_.get(), parameter, 0));
  return Keep(
      sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC));
}

Result<bool> Statement::Step() {
  if (code_ != SQLITE_OK) return tl::unexpected<Error>(connection_->Failed(code_));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected<Error>(connection_->Failed(code));
}

Status Statement::Run() {
  const Result<bool> row = Step();
  if (!row) return tl::unexpected<Error>(row.error());
  return {};
}

void Statement::Reset() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_.get());
  code_ = sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::Text(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path, StoreKey key) {
  std::unique_ptr<Connection> connection(new Connection());
  if (Status locked = connection->Lock(path); !locked) {
    return tl::unexpected<Error>(locked.error());
  }
  if (Status ready = PrepareFile(path); !ready) return tl::unexpected<Error>(ready.error());
  if (Status open = connection->OpenFile(path, key); !open) {
    return tl::unexpected<Error>(open.error());
  }
  return connection;
}

Status Connection::Lock(const std::string& path) {
  // A file of its own: closing any descriptor of the database would drop SQLite's own locks.
  const std::string lock_path = path + ".lock";
  lock_file_.Reset(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock_file_) return Fail(ErrorCode::StoreFull, "store lock cannot be made");
  if (::flock(lock_file_.Get(), LOCK_EX | LOCK_NB) != 0) {
    return Fail(ErrorCode::Conflict, "store is open elsewhere");
  }
  return {};
}

Status Connection::OpenFile(const std::string& path, const StoreKey& key) {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(raw);
  if (opened != SQLITE_OK) return tl::unexpected<Error>(ToError(opened));
  sqlite3_extended_result_codes(raw, 1);

  Statement version = Prepare("PRAGMA cipher_version");
  const Result<bool> has_cipher = version.Step();
  if (!has_cipher || !*has_cipher || version.Text(0).empty()) {
    return Fail(ErrorCode::Internal, "linked against a SQLite that cannot encrypt");
  }
  version.Reset();
  // The library would write its own lines to standard error; our log has its own.
  if (Status quiet = Execute("PRAGMA cipher_log_level = NONE"); !quiet) return quiet;
  if (const int keyed = GiveKey(raw, key); keyed != SQLITE_OK) {
    return tl::unexpected<Error>(ToError(keyed));
  }
  // One connection only, so the WAL index stays in our memory (EXCLUSIVE, before the first read)
  // and no other process can join in. The first read decrypts page 1: a wrong key or a strange file
  // shows there.
  return Execute(
      "PRAGMA locking_mode = EXCLUSIVE;"
      "SELECT count(*) FROM sqlite_master;"
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA foreign_keys = ON;"
      "PRAGMA secure_delete = ON;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA journal_size_limit = 4194304;");
}

Statement Connection::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  return {*this, statement, code};
}

Status Connection::Execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected<Error>(Failed(code));
  return {};
}

int Connection::Changes() const { return sqlite3_changes(handle_.get()); }

Status Connection::Begin() {
  if (disk_failed_) return Fail(ErrorCode::StoreFull, "store: an earlier write failed");
  writing_ = true;
  Status begun = Execute("BEGIN IMMEDIATE");
  if (!begun) writing_ = false;
  return begun;
}

Status Connection::Commit() {
  Status committed = Execute("COMMIT");
  if (!committed) Rollback();
  writing_ = false;
  return committed;
}

void Connection::Rollback() {
  // SQLite has already undone the transaction after some errors; then there is nothing to undo.
  if (sqlite3_get_autocommit(handle_.get()) == 0) {
    sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  writing_ = false;
}

Error Connection::Failed(int sqlite_code) {
  Error error = ToError(sqlite_code);
  if (error.code == ErrorCode::StoreFull) {
    Log(LogEvent::StoreFailed, {{LogKey::Status, sqlite_code}});
    if (writing_ && IsDiskFailure(sqlite_code)) disk_failed_ = true;
  }
  return error;
}

}  // namespace yizhan::offline
