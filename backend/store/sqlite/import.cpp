#include <algorithm>

#include "backend/fhir/resources.h"
#include "backend/store/sqlite/writer.h"
#include "base/match.h"

namespace yizhan::store {
namespace {

tl::unexpected<Error> Broken() { return Fail(ErrorCode::BadData, "export contradicts itself"); }

Status KeepSeries(Database& database, const SeriesState& series) {
  Query query(database, "INSERT INTO series(name,last) VALUES(?,?)");
  query << series.name << series.last;
  return query.Run();
}

}  // namespace

Status Writer::ImportVersion(const StoredResource& stored) {
  if (stored.seq <= last_seq_ || !fhir::IsId(stored.id) || stored.type.empty()) return Broken();
  last_seq_ = stored.seq;
  last_stamp_ = std::max(last_stamp_, stored.updated);
  std::int64_t key = 0;
  std::int64_t version = 0;
  {
    Query find(database_, "SELECT key,version FROM resource WHERE type=? AND id=?");
    find << stored.type << stored.id;
    if (find.Row()) {
      key = find.Integer(0);
      version = find.Integer(1);
    }
    if (Status done = find.Done(); !done) return done;
  }
  if (stored.version <= version) return Broken();
  const std::int64_t updated = stored.updated.time_since_epoch().count();
  if (key == 0) {
    Query add(database_,
              "INSERT INTO resource(type,id,version,updated,deleted,seq) VALUES(?,?,?,?,?,?) "
              "RETURNING key");
    add << stored.type << stored.id << stored.version << updated << (stored.deleted ? 1 : 0)
        << stored.seq;
    if (add.Row()) key = add.Integer(0);
    if (Status done = add.Run(); !done) return done;
  } else {
    Query change(database_, "UPDATE resource SET version=?,updated=?,deleted=?,seq=? WHERE key=?");
    change << stored.version << updated << (stored.deleted ? 1 : 0) << stored.seq << key;
    if (Status done = change.Run(); !done) return done;
  }
  Query append(database_,
               "INSERT INTO history(seq,key,version,updated,deleted,type,body) "
               "VALUES(?,?,?,?,?,?,?)");
  append << stored.seq << key << stored.version << updated << (stored.deleted ? 1 : 0)
         << stored.type << stored.text;
  return append.Run();
}

Result<std::int64_t> Writer::Import(const LineSource& source) {
  for (const char* table : {"history", "record", "series", "audit"}) {
    Query query(database_, std::string("SELECT 1 FROM ") + table + " LIMIT 1");
    if (query.Row()) return Fail(ErrorCode::Refused, "store is not empty");
    if (Status done = query.Done(); !done) return tl::unexpected<Error>(done.error());
  }
  last_seq_ = 0;  // An import that failed may have counted.
  ExportReader reader(source);
  Result<std::int64_t> epoch = reader.Begin();
  if (!epoch) return epoch;
  const auto keep =
      Match{[this](const StoredResource& stored) { return ImportVersion(stored); },
            [this](const SeriesState& series) { return KeepSeries(database_, series); },
            [this](const Record& record) { return PutRecord(record); },
            [this](const AuditLink& link) { return AddLink(link); }};
  while (true) {
    const Result<std::optional<ExportItem>> item = reader.Next();
    if (!item) return tl::unexpected<Error>(item.error());
    if (!*item) break;
    if (Status kept = std::visit(keep, **item); !kept) return tl::unexpected<Error>(kept.error());
  }
  if (Status built = RebuildIndex(); !built) return tl::unexpected<Error>(built.error());
  return epoch;
}

}  // namespace yizhan::store
