#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "backend/store/sql.h"
#include "base/result.h"

namespace yizhan::store {

/// One SQLite connection with its prepared statements. Thread-bound: one user at a time.
class Database final : public SqlReader {
 public:
  enum class Mode { ReadWrite, ReadOnly };
  /// StoreFull: the file cannot be opened or made. Internal: it is no database.
  [[nodiscard]] static Result<std::unique_ptr<Database>> Open(const std::string& path, Mode mode);
  ~Database() override;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] Status Each(const Sql& sql, const Visitor& visit) override;
  [[nodiscard]] SqlDialect Dialect() const override { return SqlDialect::Sqlite; }

  /// Runs statements without parameters or rows.
  [[nodiscard]] Status Run(const std::string& sql);
  /// False also when SQLite gave up a transaction by itself (disk full).
  [[nodiscard]] bool InTransaction() const;
  /// Rows that this connection has added, changed and removed since it was opened.
  [[nodiscard]] std::int64_t Changes() const;

 private:
  friend class Query;
  friend class CostLimit;
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };

  explicit Database(sqlite3* handle) : handle_(handle) {}
  /// Null: SQLite does not understand it. The entry stays until its user is gone.
  [[nodiscard]] Prepared* Prepare(std::string_view sql);

  /// Called by SQLite now and then; anything but 0 stops the statement.
  [[nodiscard]] static int CountCost(void* database);

  sqlite3* const handle_;
  int cost_left_ = 0;  ///< Calls of CountCost that are still allowed.
  std::unordered_map<std::string, Prepared> prepared_;
};

/// Bounds what the statements of a connection may cost together as long as it lives (some seconds
/// of work): a search over which somebody thought for long ends with BadData.
class CostLimit {
 public:
  explicit CostLimit(Database& database);
  ~CostLimit();
  CostLimit(const CostLimit&) = delete;
  CostLimit& operator=(const CostLimit&) = delete;

 private:
  Database& database_;
};

/// One execution of one statement: bind with <<, then Row() until false, then Done(). Resets the
/// statement when destroyed. Texts bound are borrowed.
class Query final : public SqlRow {
 public:
  Query(Database& database, std::string_view sql);
  ~Query() override;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& operator<<(std::int64_t value);
  Query& operator<<(const std::string& value) { return *this << std::string_view(value); }
  Query& operator<<(std::string&& value) = delete;  ///< It would be gone before it is used.
  Query& operator<<(const SqlValue& value);
  Query& operator<<(std::string_view value);

  /// True: a row is there to read. False: no more, or an error (ask Done()).
  [[nodiscard]] bool Row();
  [[nodiscard]] std::int64_t Integer(int column) const override;
  /// Valid until the next Row().
  [[nodiscard]] std::string_view Text(int column) const override;
  [[nodiscard]] bool IsNull(int column) const override;
  /// StoreFull: disk full or failing. Internal: anything else.
  [[nodiscard]] Status Done();
  /// For statements without rows: runs to the end.
  [[nodiscard]] Status Run();

 private:
  Database& database_;
  Database::Prepared* prepared_;
  Database::Prepared extra_;  ///< Used when the shared one is busy: a query inside its own rows.
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
  int code_ = SQLITE_OK;
};

}  // namespace yizhan::store
