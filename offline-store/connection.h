/// \file
/// Inside of offline-store/: the SQLCipher handle, statements and transactions. Not for others.
#pragma once

#define SQLITE_HAS_CODEC
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/bytes.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "offline-store/key.h"

namespace yizhan::offline {

/// The project's error for an SQLite result code. The detail is SQLite's fixed sentence, never
/// text that might hold a row's values.
[[nodiscard]] Error ToError(int sqlite_code);

class Connection;

/// One prepared statement. Lives inside one Read or Write. Parameters and columns count from 1 and
/// 0, as in SQLite. Bound texts are borrowed until the next Reset. What goes wrong while preparing
/// or binding is reported by Step and Run.
class Statement {
 public:
  Statement& Bind(int parameter, std::int64_t value);
  Statement& Bind(int parameter, std::string_view text);
  Statement& BindBlob(int parameter, ByteView bytes);

  /// True: a row is there. False: finished.
  [[nodiscard]] Result<bool> Step();
  /// For statements without rows.
  [[nodiscard]] Status Run();
  /// Ready to bind and run again.
  void Reset();

  [[nodiscard]] std::int64_t Integer(int column) const;
  [[nodiscard]] std::string Text(int column) const;
  [[nodiscard]] bool IsNull(int column) const;

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Statement(Connection& connection, sqlite3_stmt* statement, int code)
      : connection_(&connection), statement_(statement), code_(code) {}
  Statement& Keep(int code);

  Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int code_;
};

/// Owns the handle and the lock file. Thread-safe through Read and Write; everything else is for
/// use inside them.
class Connection {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Connection>> Open(const std::string& path,
                                                                StoreKey key);

  /// Runs `work(connection)` alone; it must not change anything.
  template <typename Work>
  auto Read(Work&& work) -> std::invoke_result_t<Work, Connection&> {
    MutexLock lock(mutex_);
    return work(*this);
  }

  /// Runs `work(connection)` alone in one transaction: committed to disk when it gives a value,
  /// undone when it gives an error.
  template <typename Work>
  auto Write(Work&& work) -> std::invoke_result_t<Work, Connection&> {
    MutexLock lock(mutex_);
    if (Status begun = Begin(); !begun) return tl::unexpected<Error>(begun.error());
    auto result = work(*this);
    if (!result) {
      Rollback();
      return result;
    }
    if (Status committed = Commit(); !committed) return tl::unexpected<Error>(committed.error());
    return result;
  }

  [[nodiscard]] Statement Prepare(std::string_view sql);
  /// Runs statements without parameters or rows.
  [[nodiscard]] Status Execute(const char* sql);
  /// Rows changed by the last statement.
  [[nodiscard]] int Changes() const;

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  Connection() = default;
  [[nodiscard]] Status Lock(const std::string& path);
  [[nodiscard]] Status OpenFile(const std::string& path, const StoreKey& key);
  [[nodiscard]] Status Begin();
  [[nodiscard]] Status Commit();
  void Rollback();
  /// Turns a failed call's code into an error and remembers that the disk is not to be trusted.
  [[nodiscard]] Error Failed(int sqlite_code);

  Mutex mutex_;
  UniqueFd lock_file_;
  std::unique_ptr<sqlite3, Close> handle_;
  bool writing_ = false;
  bool disk_failed_ = false;  ///< A write or sync failed: changes are refused from then on.
};

}  // namespace yizhan::offline
