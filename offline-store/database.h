/// \file
/// The terminal's durable memory: one SQLCipher file. Everything a patient was promised while the
/// hospital was away is in it before the promise is shown or printed.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "offline-store/key.h"

namespace yizhan::offline {

/// The connection behind the door; only offline-store/*.cpp look inside (connection.h).
class Connection;

struct OpenOptions {
  std::string path;  ///< The directory must exist. "<path>-wal" and "<path>.lock" stand beside it.
  StoreKey key;      ///< Given away: wiped once the file is open.
};

/// An open store. Thread-safe: one connection, one mutex; a call waits while another thread's
/// commit reaches the disk. The tables (Outbox, CheckIns, DirectoryCache, TicketCounter,
/// PrintLedgerTable) borrow it, so it outlives them all.
///
/// Every change is committed with WAL and synchronous=FULL: when a call has returned without an
/// error, a power cut does not undo it. Failures of every call of every table:
///   StoreFull  the disk is full or failing: promise nothing more, call staff. After a failed
///              write or sync (other than a plain full disk) every later change fails the same
///              way until the store is opened again, because a failed fsync must not be retried.
///   BadData    the file was damaged or is no store of ours: take the terminal out of service.
///   Internal   the library failed otherwise.
class Database {
 public:
  /// Opens or makes the store and brings its schema to this program's version. Beyond the above:
  /// BadData also for a wrong key, an unencrypted file and a file of a newer program; Conflict when
  /// another process or object has it open; Internal when the program was linked against a
  /// SQLite that cannot encrypt.
  [[nodiscard]] static Result<std::unique_ptr<Database>> Open(OpenOptions options);
  ~Database();

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// For the tables of this folder.
  [[nodiscard]] Connection& Inside() { return *connection_; }

 private:
  explicit Database(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace yizhan::offline
