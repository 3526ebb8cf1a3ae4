#include "backend/store/sql_reads.h"

#include <algorithm>
#include <charconv>

namespace yizhan::store {
namespace {

/// Engines with several writers stamp changes in nearly the order of seq; nothing commits later
/// than this after its stamp.
constexpr std::chrono::minutes kStampDisorder{10};

std::int64_t Milliseconds(WallTime time) { return time.time_since_epoch().count(); }
WallTime Time(std::int64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}

/// Runs a query that has one row at most; false: it had none.
Result<bool> One(SqlReader& reader, const Sql& sql, const std::function<void(const SqlRow&)>& use) {
  bool found = false;
  const Status done = reader.Each(sql, [&](const SqlRow& row) {
    use(row);
    found = true;
    return false;
  });
  if (!done) return tl::unexpected<Error>(done.error());
  return found;
}

Result<std::int64_t> OneNumber(SqlReader& reader, const Sql& sql) {
  std::int64_t number = 0;
  const Result<bool> found = One(reader, sql, [&](const SqlRow& row) { number = row.Integer(0); });
  if (!found) return tl::unexpected<Error>(found.error());
  return number;
}

std::optional<std::int64_t> ParseNumber(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Nothing stored at `since` or later has a lower seq than this.
Result<std::int64_t> FirstSeqSince(SqlReader& reader, WallTime since) {
  const std::int64_t wanted = Milliseconds(since - kStampDisorder);
  Result<std::int64_t> high = OneNumber(reader, {"SELECT max(seq) FROM history", {}});
  if (!high) return high;
  std::int64_t low = 0;
  ++*high;
  while (low < *high) {
    const std::int64_t middle = low + (*high - low) / 2;
    bool is_late = true;
    const Result<bool> found =
        One(reader, {"SELECT updated FROM history WHERE seq>=? ORDER BY seq LIMIT 1", {middle}},
            [&](const SqlRow& row) { is_late = row.Integer(0) >= wanted; });
    if (!found) return tl::unexpected<Error>(found.error());
    if (is_late) {
      *high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/// FROM and WHERE of a history, without paging. NotFound as ReadHistory.
Result<Sql> HistoryScope(SqlReader& reader, const HistoryQuery& query) {
  Sql scope{" FROM history h JOIN resource r ON r.key=h.key WHERE ", {}};
  if (!query.id.empty()) {
    const Result<std::int64_t> key = OneNumber(
        reader, {"SELECT key FROM resource WHERE type=? AND id=?", {query.type, query.id}});
    if (!key) return tl::unexpected<Error>(key.error());
    if (*key == 0) return Fail(ErrorCode::NotFound, "no such " + query.type);
    scope += {"h.key=?", {*key}};
  } else if (!query.type.empty()) {
    scope += {"h.type=?", {query.type}};
  } else {
    scope.text += "1=1";
  }
  if (query.since) {
    const Result<std::int64_t> first = FirstSeqSince(reader, *query.since);
    if (!first) return tl::unexpected<Error>(first.error());
    scope += {" AND h.seq>=? AND h.updated>=?", {*first, Milliseconds(*query.since)}};
  }
  // With several writers a change may commit after one that has a higher seq. Readers of many
  // resources see neither before both are there, or they would pass the late one by.
  if (query.id.empty() && reader.Dialect() == SqlDialect::Postgres) {
    scope.text += " AND h.xid<pg_snapshot_xmin(pg_current_snapshot())";
  }
  return scope;
}

Record RecordOf(const std::string& kind, const SqlRow& row) {
  Record record{kind, std::string(row.Text(0)), std::string(row.Text(1)), std::nullopt};
  if (!row.IsNull(2)) record.expires = Time(row.Integer(2));
  return record;
}

}  // namespace

Result<StoredResource> ReadCurrent(SqlReader& reader, const std::string& type,
                                   const std::string& id) {
  StoredResource stored;
  stored.type = type;
  stored.id = id;
  const Result<bool> found =
      One(reader,
          {"SELECT h.version,h.updated,h.deleted,h.body,h.seq FROM resource r "
           "JOIN history h ON h.seq=r.seq WHERE r.type=? AND r.id=?",
           {type, id}},
          [&](const SqlRow& row) {
            stored.version = row.Integer(0);
            stored.updated = Time(row.Integer(1));
            stored.deleted = row.Integer(2) != 0;
            stored.text = row.Text(3);
            stored.seq = row.Integer(4);
          });
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) return Fail(ErrorCode::NotFound, "no such " + type);
  return stored;
}

Result<StoredResource> ReadOldVersion(SqlReader& reader, const std::string& type,
                                      const std::string& id, std::int64_t version) {
  StoredResource stored;
  stored.type = type;
  stored.id = id;
  stored.version = version;
  const Result<bool> found =
      One(reader,
          {"SELECT h.updated,h.deleted,h.body,h.seq FROM resource r "
           "JOIN history h ON h.key=r.key WHERE r.type=? AND r.id=? AND h.version=?",
           {type, id, version}},
          [&](const SqlRow& row) {
            stored.updated = Time(row.Integer(0));
            stored.deleted = row.Integer(1) != 0;
            stored.text = row.Text(2);
            stored.seq = row.Integer(3);
          });
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) return Fail(ErrorCode::NotFound, "no such version");
  return stored;
}

Result<HistoryPage> ReadHistory(SqlReader& reader, const HistoryQuery& query) {
  const Result<Sql> scope = HistoryScope(reader, query);
  if (!scope) return tl::unexpected<Error>(scope.error());
  Sql sql{"SELECT r.type,r.id,h.version,h.updated,h.deleted,h.body,h.seq", {}};
  sql += *scope;
  if (!query.cursor.empty()) {
    const std::optional<std::int64_t> before = ParseNumber(query.cursor);
    if (!before) return Fail(ErrorCode::BadData, "page link is broken");
    sql += {" AND h.seq<?", {*before}};
  }
  const std::size_t count = std::max<std::size_t>(query.count, 1);
  sql += {" ORDER BY h.seq DESC LIMIT ?", {static_cast<std::int64_t>(count + 1)}};
  HistoryPage page;
  const Status done = reader.Each(sql, [&](const SqlRow& row) {
    if (page.versions.size() == count) {
      page.next_cursor = std::to_string(page.versions.back().seq);
      return false;
    }
    page.versions.push_back(StoredResource{
        std::string(row.Text(0)), std::string(row.Text(1)), row.Integer(2), Time(row.Integer(3)),
        row.Integer(4) != 0, std::string(row.Text(5)), row.Integer(6)});
    return true;
  });
  if (!done) return tl::unexpected<Error>(done.error());
  if (query.want_total) {
    Sql counted{"SELECT count(*)", {}};
    const Result<std::int64_t> total = OneNumber(reader, counted += *scope);
    if (!total) return tl::unexpected<Error>(total.error());
    page.total = *total;
  }
  return page;
}

Result<std::optional<Record>> ReadRecord(SqlReader& reader, const std::string& kind,
                                         const std::string& key, WallTime now) {
  std::optional<Record> record;
  const Result<bool> found =
      One(reader, {"SELECT key,text,expires FROM record WHERE kind=? AND key=?", {kind, key}},
          [&](const SqlRow& row) { record = RecordOf(kind, row); });
  if (!found) return tl::unexpected<Error>(found.error());
  if (record && record->expires && *record->expires <= now) record.reset();
  return record;
}

Result<std::vector<Record>> ReadRecords(SqlReader& reader, const std::string& kind,
                                        const std::string& after_key, std::size_t limit,
                                        WallTime now) {
  std::vector<Record> records;
  const Status done =
      reader.Each({"SELECT key,text,expires FROM record WHERE kind=? AND key>? "
                   "AND (expires IS NULL OR expires>?) ORDER BY key LIMIT ?",
                   {kind, after_key, Milliseconds(now), static_cast<std::int64_t>(limit)}},
                  [&](const SqlRow& row) {
                    records.push_back(RecordOf(kind, row));
                    return true;
                  });
  if (!done) return tl::unexpected<Error>(done.error());
  return records;
}

Result<std::int64_t> CountOf(SqlReader& reader, const std::string& type) {
  return OneNumber(reader, {"SELECT count(*) FROM resource WHERE type=? AND deleted=0", {type}});
}

Result<AuditHead> HeadOfLane(SqlReader& reader, std::int64_t lane) {
  AuditHead head{lane, 0, ""};
  const Result<bool> found = One(
      reader, {"SELECT number,hash FROM audit WHERE lane=? ORDER BY number DESC LIMIT 1", {lane}},
      [&](const SqlRow& row) {
        head = {lane, row.Integer(0), std::string(row.Text(1))};
      });
  if (!found) return tl::unexpected<Error>(found.error());
  return head;
}

Result<AuditReport> VerifyAuditChain(SqlReader& reader, std::span<const AuditHead> known) {
  AuditVerifier verifier(known);
  Status done =
      reader.Each({"SELECT a.lane,a.number,a.seq,a.digest,a.hash,r.id,h.body FROM audit a "
                   "LEFT JOIN history h ON h.seq=a.seq AND h.type='AuditEvent' "
                   "LEFT JOIN resource r ON r.key=h.key ORDER BY a.lane,a.number",
                   {}},
                  [&](const SqlRow& row) {
                    const std::string_view text = row.Text(6);
                    verifier.Check({row.Integer(0), row.Integer(1), row.Integer(2),
                                    std::string(row.Text(3)), std::string(row.Text(4))},
                                   std::string(row.Text(5)), row.IsNull(6) ? nullptr : &text);
                    return true;
                  });
  if (!done) return tl::unexpected<Error>(done.error());
  done = reader.Each({"SELECT r.id FROM history h JOIN resource r ON r.key=h.key "
                      "WHERE h.type='AuditEvent' AND NOT EXISTS "
                      "(SELECT 1 FROM audit a WHERE a.seq=h.seq) "
                      "UNION SELECT r.id FROM resource r WHERE r.type='AuditEvent' AND NOT EXISTS "
                      "(SELECT 1 FROM history h JOIN audit a ON a.seq=h.seq "
                      "WHERE h.seq=r.seq AND h.key=r.key) ORDER BY 1",
                      {}},
                     [&](const SqlRow& row) {
                       verifier.Unlinked(std::string(row.Text(0)));
                       return true;
                     });
  if (!done) return tl::unexpected<Error>(done.error());
  return verifier.Finish();
}

}  // namespace yizhan::store
