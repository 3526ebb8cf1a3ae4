/// \file
/// The tables of the hospital's store. `body` is the resource as sent to clients, `key` a number of
/// our own that never leaves. Index rows are derived from the body, so they need no way back from
/// the key (except for dates, which are also filtered by key): on a change the rows of the old body
/// are made again and compared. When parameters or zone change, the fingerprint differs and all
/// rows are made anew.
#pragma once

namespace yizhan::store {

inline constexpr int kSchemaVersion = 1;

inline constexpr const char* kSchema = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE resource (
  key INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (type, id)
) STRICT;
CREATE INDEX resource_by_time ON resource (type, updated, key);
CREATE TABLE history (
  key INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (key, version)
) STRICT;
CREATE TABLE series (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE operation (id TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID, STRICT;
)sql";

/// The index tables alone; they can be dropped and filled again at any time.
inline constexpr const char* kIndexSchema = R"sql(
DROP TABLE IF EXISTS token;
DROP TABLE IF EXISTS reference;
DROP TABLE IF EXISTS string;
DROP TABLE IF EXISTS date;
CREATE TABLE token (
  param INTEGER NOT NULL, text TEXT NOT NULL, key INTEGER NOT NULL, system TEXT NOT NULL,
  PRIMARY KEY (param, text, key, system)
) WITHOUT ROWID, STRICT;
CREATE TABLE reference (
  param INTEGER NOT NULL, text TEXT NOT NULL, key INTEGER NOT NULL,
  PRIMARY KEY (param, text, key)
) WITHOUT ROWID, STRICT;
CREATE TABLE string (
  param INTEGER NOT NULL, text TEXT NOT NULL, key INTEGER NOT NULL, original TEXT NOT NULL,
  PRIMARY KEY (param, text, key, original)
) WITHOUT ROWID, STRICT;
-- is_long: longer than a day. Short ones can be looked up by a bounded range of `low`.
CREATE TABLE date (
  param INTEGER NOT NULL, is_long INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
  key INTEGER NOT NULL,
  PRIMARY KEY (param, is_long, low, high, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX date_by_key ON date (key, param);
)sql";

/// The longest span that is not is_long, in milliseconds.
inline constexpr long long kShortSpanMs = 86'400'000;

}  // namespace yizhan::store
