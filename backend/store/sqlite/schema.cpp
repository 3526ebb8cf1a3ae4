#include "backend/store/sqlite/schema.h"

#include "backend/store/index_tables.h"
#include "backend/store/resource_store.h"
#include "backend/store/sql_reads.h"

namespace yizhan::store {
namespace {

Status Chain(Database& database, const AuditLink& link) {
  Query query(database, "INSERT INTO audit(lane,number,seq,digest,hash) VALUES(?,?,?,?,?)");
  query << link.lane << link.number << link.seq << link.digest << link.hash;
  return query.Run();
}

/// Audit rows of version 1 were not chained: the chain begins with them as they are now.
Status ChainOldAudit(Database& database) {
  AuditHead head;
  Status chained;
  const Status done =
      database.Each({"SELECT seq,body FROM history WHERE type='AuditEvent' ORDER BY seq", {}},
                    [&](const SqlRow& row) {
                      const AuditLink link = NextLink(head, row.Integer(0), row.Text(1));
                      head = {link.lane, link.number, link.hash};
                      chained = Chain(database, link);
                      return chained.has_value();
                    });
  return done ? chained : done;
}

Status KeepOldOperations(Database& database, WallTime now) {
  {
    Query query(database,
                "INSERT INTO record(kind,key,text,expires) "
                "SELECT 'operation',id,answer,? FROM operation");
    query << (now + kOperationMemory).time_since_epoch().count();
    if (Status done = query.Run(); !done) return done;
  }
  return database.Run("DROP TABLE operation");
}

Status FromVersion1(Database& database, WallTime now) {
  for (const char* step : {kFromVersion1, kSchema, kCopyVersion1}) {
    if (Status done = database.Run(step); !done) return done;
  }
  if (Status kept = KeepOldOperations(database, now); !kept) return kept;
  return ChainOldAudit(database);
}

}  // namespace

Status PrepareSchema(Database& database, WallTime now) {
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
  if (Status begun = database.Run("BEGIN IMMEDIATE"); !begun) return begun;
  Status made = version == 0 ? database.Run(kSchema) : FromVersion1(database, now);
  if (made) made = database.Run("PRAGMA user_version=" + std::to_string(kSchemaVersion));
  if (made) return database.Run("COMMIT");
  static_cast<void>(database.Run("ROLLBACK"));
  return made;
}

Status RenewIndexTables(Database& database) {
  std::string sql;
  for (const IndexTable& table : IndexTables()) {
    const std::string name = table.name;
    std::string columns;
    std::string primary_key;
    for (const IndexColumn& column : table.columns) {
      columns +=
          std::string(column.name) + (column.is_text ? " TEXT NOT NULL," : " INTEGER NOT NULL,");
      primary_key += (primary_key.empty() ? "" : ",") + std::string(column.name);
    }
    sql += "DROP TABLE IF EXISTS " + name + ";CREATE TABLE " + name + "(" + columns +
           "PRIMARY KEY(" + primary_key + ")) WITHOUT ROWID, STRICT;CREATE INDEX " + name +
           "_by_key ON " + name + "(" + kByKeyColumns + ");";
  }
  return database.Run(sql);
}

}  // namespace yizhan::store
