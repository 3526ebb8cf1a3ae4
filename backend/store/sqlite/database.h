#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace yizhan::store {

/// One SQLite connection with its prepared statements. Thread-bound: one user at a time.
class Database {
 public:
  enum class Mode { ReadWrite, ReadOnly };
  /// StoreFull: the file cannot be opened or made. Internal: it is no database.
  [[nodiscard]] static Result<std::unique_ptr<Database>> Open(const std::string& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs statements without parameters or rows.
  [[nodiscard]] Status Run(const std::string& sql);
  /// False also when SQLite gave up a transaction by itself (disk full).
  [[nodiscard]] bool InTransaction() const;

 private:
  friend class Query;
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };

  explicit Database(sqlite3* handle) : handle_(handle) {}
  /// Null: SQLite does not understand it. The entry stays until its user is gone.
  [[nodiscard]] Prepared* Prepare(std::string_view sql);

  sqlite3* const handle_;
  std::unordered_map<std::string, Prepared> prepared_;
};

/// One execution of one statement: bind with <<, then Row() until false, then Done(). Resets the
/// statement when destroyed; at most one Query per SQL text at a time. Texts bound are borrowed.
class Query {
 public:
  Query(Database& database, std::string_view sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& operator<<(std::int64_t value);
  Query& operator<<(std::string_view value);

  /// True: a row is there to read. False: no more, or an error (ask Done()).
  [[nodiscard]] bool Row();
  [[nodiscard]] std::int64_t Integer(int column) const;
  [[nodiscard]] std::string_view Text(int column) const;  ///< Valid until the next Row().
  /// StoreFull: disk full or failing. Internal: anything else.
  [[nodiscard]] Status Done();
  /// For statements without rows: runs to the end.
  [[nodiscard]] Status Run();

 private:
  Database& database_;
  Database::Prepared* const prepared_;
  sqlite3_stmt* const statement_;
  int bound_ = 0;
  int code_ = SQLITE_OK;
};

}  // namespace yizhan::store
