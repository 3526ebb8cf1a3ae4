#include "backend/store/search_run.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "backend/fhir/resources.h"
#include "backend/store/search_sql.h"
#include "backend/store/value_set.h"
#include "backend/store/value_sql.h"
#include "base/bytes.h"

namespace yizhan::store {
namespace {

/// What one page may drag in by _include and _revinclude.
constexpr std::size_t kMaxIncluded = 5000;
constexpr int kMaxIncludeRounds = 8;

WallTime Time(std::int64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}

/// A resource found, with what the engine needs to go on from it.
struct Found {
  std::int64_t key = 0;
  StoredResource resource;
};

/// Calls `run` with the values in lists of few different lengths, so that their statements are
/// prepared once; the last value fills a list up.
template <typename Run>
Status InLists(SqlDialect dialect, const std::vector<SqlValue>& values, const Run& run) {
  static constexpr std::array<std::size_t, 4> kLengths = {1, 8, 32, 128};
  for (std::size_t at = 0; at < values.size();) {
    const std::size_t left = values.size() - at;
    const auto* length =
        std::ranges::find_if(kLengths, [left](std::size_t length) { return length >= left; });
    // SQLite is asked without a journey: one value after the other costs least.
    const std::size_t count = dialect == SqlDialect::Sqlite ? 1
                              : length == kLengths.end()    ? kLengths.back()
                                                            : *length;
    Sql list;
    for (std::size_t i = 0; i < count; ++i) {
      list += Piece(i == 0 ? "?" : ",?", {values[std::min(at + i, values.size() - 1)]});
    }
    if (Status done = run(list); !done) return done;
    at += count;
  }
  return {};
}

/// Reads the texts of what was found.
Status ReadBodies(SqlReader& reader, std::vector<Found>& found) {
  std::map<std::int64_t, StoredResource*> by_seq;
  std::vector<SqlValue> seqs;
  for (Found& one : found) {
    by_seq[one.resource.seq] = &one.resource;
    seqs.emplace_back(one.resource.seq);
  }
  return InLists(reader.Dialect(), seqs, [&](const Sql& list) {
    Sql sql = Piece("SELECT seq,body FROM history WHERE seq IN (");
    sql += list;
    return reader.Each(sql += Piece(")"), [&](const SqlRow& row) {
      const auto place = by_seq.find(row.Integer(0));
      if (place != by_seq.end()) place->second->text = row.Text(1);
      return true;
    });
  });
}

/// "12.t4142.7": sort values (numbers, or 't' and hexadecimal text), then the key.
std::string WriteCursor(const Cursor& cursor) {
  std::string text;
  for (const SqlValue& value : cursor.values) {
    const std::string* as_text = std::get_if<std::string>(&value);
    text += as_text != nullptr ? 't' + ToHex(AsBytes(*as_text))
                               : std::to_string(std::get<std::int64_t>(value));
    text += '.';
  }
  return text + std::to_string(cursor.key);
}

std::optional<std::int64_t> Number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Cursor> ParseCursor(std::string_view text, const std::vector<bool>& by_text) {
  Cursor cursor;
  for (const bool is_text : by_text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view part = text.substr(0, dot);
    text.remove_prefix(dot + 1);
    if (is_text) {
      const std::optional<Bytes> bytes =
          part.starts_with('t') ? FromHex(part.substr(1)) : std::nullopt;
      if (!bytes) return std::nullopt;
      cursor.values.emplace_back(std::string(AsText(*bytes)));
    } else {
      const std::optional<std::int64_t> number = Number(part);
      if (!number) return std::nullopt;
      cursor.values.emplace_back(*number);
    }
  }
  const std::optional<std::int64_t> key = Number(text);
  if (!key) return std::nullopt;
  cursor.key = *key;
  return cursor;
}

Status ReadPage(SqlReader& reader, const SearchQuery& query, const SearchSql& statements,
                const Cursor* cursor, std::vector<Found>& page, std::string& next_cursor) {
  Cursor last;
  const std::vector<bool>& by_text = statements.SortsByText();
  return reader.Each(statements.Page(cursor), [&](const SqlRow& row) {
    if (page.size() == query.count) {
      next_cursor = WriteCursor(last);
      return false;
    }
    last.key = row.Integer(0);
    last.values.clear();
    for (std::size_t i = 0; i < by_text.size(); ++i) {
      const int column = static_cast<int>(i) + 6;
      if (by_text[i]) {
        last.values.emplace_back(std::string(row.Text(column)));
      } else {
        last.values.emplace_back(row.Integer(column));
      }
    }
    page.push_back({last.key, StoredResource{query.type, std::string(row.Text(1)), row.Integer(2),
                                             Time(row.Integer(3)), false, std::string(row.Text(5)),
                                             row.Integer(4)}});
    return true;
  });
}

/// Collects what _include and _revinclude ask for, without repeating anything.
class Includer {
 public:
  Includer(SqlReader& reader, const SearchQuery& query, const std::vector<Found>& matches)
      : reader_(reader), query_(query), round_(matches) {
    for (const Found& match : matches) seen_.insert(match.key);
  }

  Result<std::vector<StoredResource>> Run() {
    for (int i = 0; i < kMaxIncludeRounds && !round_.empty(); ++i) {
      std::vector<Found> next;
      for (const Inclusion& inclusion : query_.inclusions) {
        if (i > 0 && !inclusion.iterate) continue;
        Status done = inclusion.backward ? Backward(inclusion, next) : Forward(inclusion, next);
        if (done) done = ReadBodies(reader_, next);
        if (!done) return tl::unexpected<Error>(done.error());
      }
      for (const Found& one : next) included_.push_back(one.resource);
      round_ = std::move(next);
    }
    return std::move(included_);
  }

 private:
  /// Runs a statement whose columns are key, type, id, version, updated, seq.
  Status Collect(const Sql& sql, std::vector<Found>& next) {
    bool too_much = false;
    const Status done = reader_.Each(sql, [&](const SqlRow& row) {
      const std::int64_t key = row.Integer(0);
      if (!seen_.insert(key).second) return true;
      too_much = ++count_ > kMaxIncluded;
      next.push_back(
          {key, StoredResource{std::string(row.Text(1)), std::string(row.Text(2)), row.Integer(3),
                               Time(row.Integer(4)), false, "", row.Integer(5)}});
      return !too_much;
    });
    if (done && too_much) return Fail(ErrorCode::BadData, "search includes too much");
    return done;
  }

  Status Forward(const Inclusion& inclusion, std::vector<Found>& next) {
    std::vector<SqlValue> keys;
    for (const Found& one : round_) {
      if (inclusion.source_type.empty() || inclusion.source_type == one.resource.type) {
        keys.emplace_back(one.key);
      }
    }
    std::map<std::string, std::vector<SqlValue>> ids;
    const Status found = InLists(reader_.Dialect(), keys, [&](const Sql& list) {
      Sql sql = Piece("SELECT DISTINCT text FROM reference WHERE key IN (");
      sql += list;
      sql += Piece(")");
      if (inclusion.param != nullptr) {
        sql += Piece(" AND param=?", {std::int64_t{IndexNumber(*inclusion.param)}});
      }
      return reader_.Each(sql, [&](const SqlRow& row) {
        const std::optional<fhir::Target> target = fhir::ParseReference(row.Text(0));
        if (target && (inclusion.target_type.empty() || inclusion.target_type == target->type)) {
          ids[target->type].emplace_back(target->id);
        }
        return true;
      });
    });
    if (!found) return found;
    for (auto& [type, of_type] : ids) {
      const Status done = InLists(reader_.Dialect(), of_type, [&, &type = type](const Sql& list) {
        Sql sql = Piece(
            "SELECT key,type,id,version,updated,seq FROM resource WHERE type=? AND "
            "deleted=0 AND id IN (",
            {type});
        sql += list;
        return Collect(sql += Piece(") ORDER BY key"), next);
      });
      if (!done) return done;
    }
    return {};
  }

  Status Backward(const Inclusion& inclusion, std::vector<Found>& next) {
    std::vector<SqlValue> texts;
    for (const Found& one : round_) {
      if (inclusion.target_type.empty() || inclusion.target_type == one.resource.type) {
        texts.emplace_back(one.resource.type + '/' + one.resource.id);
      }
    }
    for (const SearchParam& param : r4::SearchParams()) {
      const bool wanted = inclusion.param != nullptr ? &param == inclusion.param
                                                     : inclusion.source_type.empty() ||
                                                           inclusion.source_type == param.type;
      if (!wanted || param.kind != ParamKind::Reference) continue;
      const Status done = InLists(reader_.Dialect(), texts, [&](const Sql& list) {
        Sql sql = Piece(
            "SELECT r.key,r.type,r.id,r.version,r.updated,r.seq FROM reference f "
            "CROSS JOIN resource r WHERE f.param=? AND f.text IN (",
            {std::int64_t{IndexNumber(param)}});
        sql += list;
        return Collect(sql += Piece(") AND r.key=f.key AND r.deleted=0 ORDER BY r.key"), next);
      });
      if (!done) return done;
    }
    return {};
  }

  SqlReader& reader_;
  const SearchQuery& query_;
  std::vector<Found> round_;
  std::vector<StoredResource> included_;
  std::set<std::int64_t> seen_;
  std::size_t count_ = 0;
};

}  // namespace

Result<SearchResult> RunSearch(SqlReader& reader, const SearchQuery& query) {
  if (std::ranges::any_of(query.all_of, AsksForValueSet)) {
    SearchQuery resolved = query;
    if (Status done = ResolveValueSets(reader, resolved.all_of); !done) {
      return tl::unexpected<Error>(done.error());
    }
    return RunSearch(reader, resolved);
  }
  const SearchSql statements(query, reader.Dialect());
  std::optional<Cursor> cursor;
  if (!query.cursor.empty()) {
    cursor = ParseCursor(query.cursor, statements.SortsByText());
    if (!cursor) return Fail(ErrorCode::BadData, "page link is broken");
  }
  SearchResult result;
  if (!query.only_total) {
    std::vector<Found> page;
    const Status read =
        ReadPage(reader, query, statements, cursor ? &*cursor : nullptr, page, result.next_cursor);
    if (!read) return tl::unexpected<Error>(read.error());
    if (!query.inclusions.empty() && !page.empty()) {
      Result<std::vector<StoredResource>> included = Includer(reader, query, page).Run();
      if (!included) return tl::unexpected<Error>(included.error());
      result.included = std::move(*included);
    }
    for (Found& match : page) result.matches.push_back(std::move(match.resource));
    if (!cursor && result.next_cursor.empty()) {
      result.total = static_cast<std::int64_t>(result.matches.size());
      return result;
    }
  }
  if (query.only_total || query.want_total) {
    const Status counted = reader.Each(statements.Count(), [&](const SqlRow& row) {
      result.total = row.Integer(0);
      return false;
    });
    if (!counted) return tl::unexpected<Error>(counted.error());
  }
  return result;
}

}  // namespace yizhan::store
