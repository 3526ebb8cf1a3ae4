#include "offline-store/directory_cache.h"

#include <algorithm>

#include "base/clock.h"
#include "base/crypto.h"
#include "offline-store/connection.h"

namespace yizhan::offline {
namespace {

constexpr std::size_t kMaxKind = 32;
constexpr std::size_t kMaxId = 128;
constexpr std::size_t kMaxBody = 64 * 1024;
constexpr std::size_t kMaxCards = 16;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxValue = 4 * 1024;
constexpr const char* kCardSecret = "store.card-secret";

Status CheckDocuments(const std::string& kind, const std::vector<CachedDocument>& rows) {
  const bool fits =
      !kind.empty() && kind.size() <= kMaxKind && rows.size() <= DirectoryCache::kMaxRows &&
      std::all_of(rows.begin(), rows.end(), [](const CachedDocument& row) {
        return !row.id.empty() && row.id.size() <= kMaxId && row.body.size() <= kMaxBody;
      });
  if (!fits) return Fail(ErrorCode::BadData, "directory rows break a limit");
  return {};
}

Status CheckVisitors(const std::vector<CachedVisitor>& visitors) {
  const bool fits = visitors.size() <= DirectoryCache::kMaxRows &&
                    std::all_of(visitors.begin(), visitors.end(), [](const CachedVisitor& visitor) {
                      return !visitor.patient.Empty() && visitor.patient.Value().size() <= kMaxId &&
                             visitor.cards.size() <= kMaxCards && visitor.body.size() <= kMaxBody;
                    });
  if (!fits) return Fail(ErrorCode::BadData, "visitors break a limit");
  return {};
}

/// The number of rows that `sql` counts must stay within the cache's limit.
Status CheckCount(Connection& connection, std::string_view sql, std::string_view kind) {
  Statement count = connection.Prepare(sql);
  if (!kind.empty()) count.Bind(1, kind);
  const Result<bool> row = count.Step();
  if (!row) return tl::unexpected<Error>(row.error());
  if (count.Integer(0) > static_cast<std::int64_t>(DirectoryCache::kMaxRows)) {
    return Fail(ErrorCode::BadData, "cache is full");
  }
  return {};
}

Status PutDocuments(Connection& connection, const std::string& kind,
                    const std::vector<CachedDocument>& rows) {
  Statement put = connection.Prepare(
      "INSERT INTO document (kind, id, position, body) VALUES (?1, ?2, "
      "(SELECT ifnull(max(position), 0) + 1 FROM document WHERE kind = ?1), ?3) "
      "ON CONFLICT DO UPDATE SET body = excluded.body");
  for (const CachedDocument& row : rows) {
    put.Bind(1, kind).Bind(2, row.id).Bind(3, row.body);
    if (Status done = put.Run(); !done) return done;
    put.Reset();
  }
  return {};
}

Status RemoveVisitors(Connection& connection, const std::vector<domain::PatientId>& patients) {
  Statement remove = connection.Prepare("DELETE FROM visitor WHERE patient = ?1");
  for (const domain::PatientId& patient : patients) {
    if (Status done = remove.Bind(1, patient.Value()).Run(); !done) return done;
    remove.Reset();
  }
  return {};
}

Status PutVisitors(Connection& connection, const std::vector<CachedVisitor>& visitors) {
  Statement forget = connection.Prepare("DELETE FROM visitor WHERE patient = ?1");
  Statement put =
      connection.Prepare("INSERT INTO visitor (patient, day, body) VALUES (?1, ?2, ?3)");
  Statement card =
      connection.Prepare("INSERT OR IGNORE INTO visitor_card (card, patient) VALUES (?1, ?2)");
  for (const CachedVisitor& visitor : visitors) {
    const std::string day = ToDate(visitor.day);
    // Removing first lets the cascade forget cards that are no longer this person's.
    if (Status done = forget.Bind(1, visitor.patient.Value()).Run(); !done) return done;
    forget.Reset();
    put.Bind(1, visitor.patient.Value()).Bind(2, day).Bind(3, visitor.body);
    if (Status done = put.Run(); !done) return done;
    put.Reset();
    for (const CardKey& key : visitor.cards) {
      if (Status done = card.BindBlob(1, key).Bind(2, visitor.patient.Value()).Run(); !done) {
        return done;
      }
      card.Reset();
    }
  }
  return {};
}

/// The first column of the only row, or nothing.
Result<std::optional<std::string>> OneText(Statement& statement) {
  const Result<bool> row = statement.Step();
  if (!row) return tl::unexpected<Error>(row.error());
  if (!*row) return std::optional<std::string>();
  return std::optional<std::string>(statement.Text(0));
}

Result<std::optional<std::string>> ReadNote(Connection& connection, const std::string& name) {
  Statement row = connection.Prepare("SELECT value FROM meta WHERE name = ?1");
  row.Bind(1, name);
  return OneText(row);
}

Status WriteNote(Connection& connection, const std::string& name, const std::string& value) {
  Statement put = connection.Prepare(
      "INSERT INTO meta (name, value) VALUES (?1, ?2) "
      "ON CONFLICT DO UPDATE SET value = excluded.value");
  return put.Bind(1, name).Bind(2, value).Run();
}

}  // namespace

Result<DirectoryCache> DirectoryCache::Open(Database& database) {
  Result<std::string> secret = database.Inside().Write([](Connection& c) -> Result<std::string> {
    auto kept = ReadNote(c, kCardSecret);
    if (!kept) return tl::unexpected<Error>(kept.error());
    if (kept->has_value()) return **kept;
    std::string made = ToHex(RandomBytes(32));
    if (Status done = WriteNote(c, kCardSecret, made); !done) {
      return tl::unexpected<Error>(done.error());
    }
    return made;
  });
  if (!secret) return tl::unexpected<Error>(secret.error());
  return DirectoryCache(database, std::move(*secret));
}

CardKey DirectoryCache::KeyOf(std::string_view identifier) const {
  return HmacSha256(AsBytes(card_secret_), AsBytes(identifier));
}

Status DirectoryCache::Replace(const std::string& kind, const std::vector<CachedDocument>& rows) {
  if (Status fits = CheckDocuments(kind, rows); !fits) return fits;
  return database_.Inside().Write([&](Connection& c) -> Status {
    Statement clear = c.Prepare("DELETE FROM document WHERE kind = ?1");
    if (Status done = clear.Bind(1, kind).Run(); !done) return done;
    return PutDocuments(c, kind, rows);
  });
}

Status DirectoryCache::Update(const std::string& kind, const std::vector<CachedDocument>& rows,
                              const std::vector<std::string>& removed_ids) {
  if (Status fits = CheckDocuments(kind, rows); !fits) return fits;
  return database_.Inside().Write([&](Connection& c) -> Status {
    Statement remove = c.Prepare("DELETE FROM document WHERE kind = ?1 AND id = ?2");
    for (const std::string& id : removed_ids) {
      if (Status done = remove.Bind(1, kind).Bind(2, id).Run(); !done) return done;
      remove.Reset();
    }
    if (Status done = PutDocuments(c, kind, rows); !done) return done;
    return CheckCount(c, "SELECT count(*) FROM document WHERE kind = ?1", kind);
  });
}

Result<std::optional<std::string>> DirectoryCache::Get(const std::string& kind,
                                                       const std::string& id) {
  return database_.Inside().Read([&](Connection& c) {
    Statement row = c.Prepare("SELECT body FROM document WHERE kind = ?1 AND id = ?2");
    row.Bind(1, kind).Bind(2, id);
    return OneText(row);
  });
}

Result<std::vector<CachedDocument>> DirectoryCache::All(const std::string& kind) {
  return database_.Inside().Read([&](Connection& c) -> Result<std::vector<CachedDocument>> {
    Statement rows =
        c.Prepare("SELECT id, body FROM document WHERE kind = ?1 ORDER BY position, id");
    rows.Bind(1, kind);
    std::vector<CachedDocument> documents;
    for (;;) {
      const Result<bool> row = rows.Step();
      if (!row) return tl::unexpected<Error>(row.error());
      if (!*row) return documents;
      documents.push_back({rows.Text(0), rows.Text(1)});
    }
  });
}

Status DirectoryCache::ReplaceVisitors(const std::vector<CachedVisitor>& visitors) {
  if (Status fits = CheckVisitors(visitors); !fits) return fits;
  return database_.Inside().Write([&](Connection& c) -> Status {
    if (Status done = c.Execute("DELETE FROM visitor"); !done) return done;
    return PutVisitors(c, visitors);
  });
}

Status DirectoryCache::UpdateVisitors(const std::vector<CachedVisitor>& visitors,
                                      const std::vector<domain::PatientId>& removed) {
  if (Status fits = CheckVisitors(visitors); !fits) return fits;
  return database_.Inside().Write([&](Connection& c) -> Status {
    if (Status done = RemoveVisitors(c, removed); !done) return done;
    if (Status done = PutVisitors(c, visitors); !done) return done;
    return CheckCount(c, "SELECT count(*) FROM visitor", {});
  });
}

Result<std::vector<std::string>> DirectoryCache::VisitorsByCard(const CardKey& card) {
  return database_.Inside().Read([&](Connection& c) -> Result<std::vector<std::string>> {
    Statement rows = c.Prepare(
        "SELECT body FROM visitor JOIN visitor_card USING (patient) WHERE card = ?1 "
        "ORDER BY patient");
    rows.BindBlob(1, card);
    std::vector<std::string> bodies;
    for (;;) {
      const Result<bool> row = rows.Step();
      if (!row) return tl::unexpected<Error>(row.error());
      if (!*row) return bodies;
      bodies.push_back(rows.Text(0));
    }
  });
}

Result<std::optional<std::string>> DirectoryCache::Visitor(const domain::PatientId& patient) {
  return database_.Inside().Read([&](Connection& c) {
    Statement row = c.Prepare("SELECT body FROM visitor WHERE patient = ?1");
    row.Bind(1, patient.Value());
    return OneText(row);
  });
}

Status DirectoryCache::PurgeBefore(std::chrono::local_days day) {
  return database_.Inside().Write([&](Connection& c) {
    Statement purge = c.Prepare("DELETE FROM visitor WHERE day < ?1");
    const std::string date = ToDate(day);
    return purge.Bind(1, date).Run();
  });
}

Result<std::optional<std::string>> DirectoryCache::Note(const std::string& name) {
  return database_.Inside().Read([&](Connection& c) { return ReadNote(c, name); });
}

Status DirectoryCache::SetNote(const std::string& name, const std::string& value) {
  if (name.empty() || name.size() > kMaxName || name == kCardSecret || value.size() > kMaxValue) {
    return Fail(ErrorCode::BadData, "note breaks a limit");
  }
  return database_.Inside().Write([&](Connection& c) { return WriteNote(c, name, value); });
}

}  // namespace yizhan::offline
