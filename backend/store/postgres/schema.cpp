#include "backend/store/postgres/schema.h"

namespace yizhan::store {
namespace {

constexpr std::int64_t kSchemaVersion = 1;
/// Whoever changes tables holds this lock.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(727465001)";

// The fill factor leaves room for new versions of a row beside the old one.
constexpr const char* kTables = R"sql(
CREATE TABLE meta (name TEXT COLLATE "C" PRIMARY KEY, value TEXT NOT NULL);
CREATE SEQUENCE change_seq;
CREATE TABLE resource (
  key BIGINT PRIMARY KEY,
  type TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  deleted INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  UNIQUE (type, id)
) WITH (fillfactor=85);
CREATE INDEX resource_by_time ON resource (type, updated, key);
CREATE INDEX resource_by_type ON resource (type, key) WHERE deleted=0;
CREATE TABLE history (
  seq BIGINT PRIMARY KEY,
  key BIGINT NOT NULL,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  deleted INTEGER NOT NULL,
  type TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  origin BIGINT NOT NULL,
  xid XID8 NOT NULL DEFAULT pg_current_xact_id(),
  UNIQUE (key, version)
);
CREATE INDEX history_by_type ON history (type, seq);
CREATE INDEX history_by_xid ON history (xid);
CREATE TABLE series (name TEXT COLLATE "C" PRIMARY KEY, last BIGINT NOT NULL);
CREATE TABLE record (
  kind TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  expires BIGINT,
  PRIMARY KEY (kind, key)
);
CREATE INDEX record_by_expiry ON record (expires) WHERE expires IS NOT NULL;
CREATE TABLE audit (
  lane BIGINT NOT NULL,
  number BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  digest TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (lane, number)
);
CREATE UNIQUE INDEX audit_by_seq ON audit (seq);
)sql";

Status Make(Connection& connection) {
  const Result<Rows> there = connection.Run("SELECT to_regclass('yizhan.meta') IS NOT NULL");
  if (!there) return tl::unexpected<Error>(there.error());
  if (there->Text(0, 0) == "t") {
    const Result<Rows> version = connection.Run("SELECT value FROM meta WHERE name='schema'");
    if (!version) return tl::unexpected<Error>(version.error());
    const std::int64_t found = version->Count() == 0 ? 0 : version->Integer(0, 0);
    if (found == kSchemaVersion) return {};
    return Fail(ErrorCode::BadData, "database was made by another version");
  }
  return connection.RunScript(std::string(kTables) +
                              "INSERT INTO meta(name,value) VALUES('schema','" +
                              std::to_string(kSchemaVersion) + "')");
}

}  // namespace

Status PreparePostgresSchema(Connection& connection) {
  if (Status begun = connection.RunScript("BEGIN"); !begun) return begun;
  Status made;
  if (const Result<Rows> locked = connection.Run(kLock); !locked) {
    made = tl::unexpected<Error>(locked.error());
  }
  if (made) made = connection.RunScript("CREATE SCHEMA IF NOT EXISTS yizhan");
  if (made) made = Make(connection);
  if (made) return connection.RunScript("COMMIT");
  if (!connection.Broken()) static_cast<void>(connection.RunScript("ROLLBACK"));
  return made;
}

}  // namespace yizhan::store
