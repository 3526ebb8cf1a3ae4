/// \file
/// The tables of the hospital's store, as SQLite makes them; other engines have the same tables and
/// columns, so that the SQL of this folder is shared.
///
/// `history` holds every version of every resource under its `seq`, the order of all changes;
/// `resource` says which version is the current one. `key` is a number of our own that never
/// leaves. The index tables (index_tables.h) are derived from the bodies: on a change the rows of
/// the old body are made again and compared. When parameters or zone change, the fingerprint
/// differs and all rows are made anew.
#pragma once

#include "backend/store/sqlite/database.h"
#include "base/clock.h"

namespace yizhan::store {

/// Sets the connection up for writing and makes the tables, or brings those of an older version up
/// to date. BadData: made by a newer version. StoreFull, Internal: the engine failed.
[[nodiscard]] Status PrepareSchema(Database& database, WallTime now);
/// Drops the index tables, also those of former versions, and makes them anew, empty.
[[nodiscard]] Status RenewIndexTables(Database& database);

inline constexpr int kSchemaVersion = 2;

inline constexpr const char* kSchema = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE resource (
  key INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  UNIQUE (type, id)
) STRICT;
CREATE INDEX resource_by_time ON resource (type, updated, key);
CREATE INDEX resource_by_type ON resource (type, key) WHERE deleted=0;
CREATE TABLE history (
  seq INTEGER PRIMARY KEY,
  key INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (key, version)
) STRICT;
CREATE INDEX history_by_type ON history (type, seq);
CREATE TABLE series (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE record (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  text TEXT NOT NULL,
  expires INTEGER,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX record_by_expiry ON record (expires) WHERE expires IS NOT NULL;
CREATE TABLE audit (
  lane INTEGER NOT NULL,
  number INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  digest TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (lane, number)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX audit_by_seq ON audit (seq);
)sql";

/// From version 1, where `resource` held the current body and `history` the older ones. Stamps
/// never ran backwards, so that they give the order of the changes.
inline constexpr const char* kFromVersion1 = R"sql(
ALTER TABLE meta RENAME TO meta_1;
ALTER TABLE series RENAME TO series_1;
ALTER TABLE resource RENAME TO resource_1;
ALTER TABLE history RENAME TO history_1;
DROP INDEX resource_by_time;
)sql";
inline constexpr const char* kCopyVersion1 = R"sql(
INSERT INTO history (key, version, updated, deleted, type, body)
  SELECT key, version, updated, deleted, type, body FROM (
    SELECT h.key, h.version, h.updated, h.deleted, r.type, h.body
      FROM history_1 h JOIN resource_1 r ON r.key=h.key
    UNION ALL SELECT key, version, updated, deleted, type, body FROM resource_1)
  ORDER BY updated, key, version;
INSERT INTO resource (key, type, id, version, updated, deleted, seq)
  SELECT r.key, r.type, r.id, r.version, r.updated, r.deleted, h.seq
    FROM resource_1 r JOIN history h ON h.key=r.key AND h.version=r.version;
INSERT INTO series SELECT name, last FROM series_1;
DROP TABLE meta_1;
DROP TABLE series_1;
DROP TABLE resource_1;
DROP TABLE history_1;
)sql";

}  // namespace yizhan::store
