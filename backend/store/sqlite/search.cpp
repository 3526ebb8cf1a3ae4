#include "backend/store/sqlite/search.h"

#include <charconv>
#include <set>

#include "backend/fhir/resources.h"
#include "backend/store/sql_reads.h"
#include "backend/store/sqlite/search_sql.h"
#include "base/match.h"

namespace yizhan::store {
namespace {

/// A chain that matches more than this is refused: its answer would be of little use.
constexpr int kMaxChained = 1000;
/// What one page may drag in by _include and _revinclude.
constexpr std::size_t kMaxIncluded = 5000;
constexpr int kMaxIncludeRounds = 4;

void Bind(Query& statement, const Sql& sql) {
  for (const SqlValue& value : sql.values) statement << value;
}

WallTime Time(std::int64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}

std::optional<Cursor> ParseCursor(std::string_view text) {
  Cursor cursor;
  const char* end = text.data() + text.size();
  const auto value = std::from_chars(text.data(), end, cursor.sort_value);
  if (value.ec != std::errc() || value.ptr == end || *value.ptr != '.') return std::nullopt;
  const auto key = std::from_chars(value.ptr + 1, end, cursor.key);
  if (key.ec != std::errc() || key.ptr != end) return std::nullopt;
  return cursor;
}

/// Replaces each chain by the references that meet it.
Status ResolveChains(Database& database, SearchQuery& query) {
  for (Criterion& criterion : query.all_of) {
    if (criterion.chained.empty()) continue;
    const std::string target = criterion.chained.front().param->type;
    const Sql sql = IdsSql(target, criterion.chained.front(), kMaxChained + 1);
    Query statement(database, sql.text);
    Bind(statement, sql);
    while (statement.Row()) {
      SearchValue value;
      value.text = target + '/' + std::string(statement.Text(0));
      criterion.any_of.push_back(std::move(value));
    }
    if (Status done = statement.Done(); !done) return done;
    if (criterion.any_of.size() > kMaxChained) {
      return Fail(ErrorCode::BadData, "search chain matches too much");
    }
    if (criterion.any_of.empty()) {
      SearchValue nothing;  // No stored reference is the empty text.
      criterion.any_of.push_back(std::move(nothing));
    }
    criterion.chained.clear();
  }
  return {};
}

Status ReadPage(Database& database, const SearchQuery& query, const Cursor* cursor,
                SearchResult& result) {
  const Sql sql = PageSql(query, cursor);
  Query statement(database, sql.text);
  Bind(statement, sql);
  Cursor last;
  while (statement.Row()) {
    if (result.matches.size() == query.count) {
      result.next_cursor = std::to_string(last.sort_value) + '.' + std::to_string(last.key);
      break;
    }
    last = {statement.Integer(5), statement.Integer(0)};
    result.matches.push_back(StoredResource{query.type, std::string(statement.Text(1)),
                                            statement.Integer(2), Time(statement.Integer(3)), false,
                                            std::string(statement.Text(4)), statement.Integer(6)});
  }
  return statement.Done();
}

/// Collects what _include and _revinclude ask for, without repeating anything.
class Includer {
 public:
  Includer(Database& database, const SearchQuery& query, SearchResult& result)
      : database_(database), query_(query), result_(result) {}

  Status Run() {
    for (const StoredResource& match : result_.matches) seen_.insert({match.type, match.id});
    std::vector<StoredResource> round = result_.matches;
    for (int i = 0; i < kMaxIncludeRounds && !round.empty(); ++i) {
      const std::size_t before = result_.included.size();
      for (const StoredResource& source : round) {
        if (Status status = From(source, i > 0); !status) return status;
        if (result_.included.size() > kMaxIncluded) {
          return Fail(ErrorCode::BadData, "search includes too much");
        }
      }
      round.assign(result_.included.begin() + static_cast<std::ptrdiff_t>(before),
                   result_.included.end());
    }
    return {};
  }

 private:
  Status From(const StoredResource& source, bool is_included) {
    std::optional<fhir::Json> body;
    for (const Inclusion& inclusion : query_.inclusions) {
      if (is_included && !inclusion.iterate) continue;
      Status status;
      if (inclusion.backward) {
        status = Backward(source, inclusion);
      } else if (inclusion.source_type == source.type) {
        if (!body) {
          Result<fhir::Json> parsed = fhir::Json::Parse(source.text);
          if (!parsed) return tl::unexpected<Error>(parsed.error());
          body = std::move(*parsed);
        }
        status = Forward(*body, inclusion);
      }
      if (!status) return status;
    }
    return {};
  }

  Status Forward(const fhir::Json& body, const Inclusion& inclusion) {
    std::vector<std::string> references;
    for (const SearchParam& param : SearchParams()) {
      const bool wanted = inclusion.param != nullptr ? inclusion.param == &param
                                                     : inclusion.source_type == param.type;
      if (!wanted || param.kind != ParamKind::Reference) continue;
      std::vector<std::string> more = ReferencesOf(body, param);
      references.insert(references.end(), more.begin(), more.end());
    }
    for (const std::string& reference : references) {
      std::optional<fhir::Target> target = fhir::ParseReference(reference);
      const bool wanted =
          target && (inclusion.target_type.empty() || inclusion.target_type == target->type);
      if (!wanted || !seen_.insert({target->type, target->id}).second) continue;
      Result<StoredResource> found = ReadCurrent(database_, target->type, target->id);
      if (found && !found->deleted) result_.included.push_back(std::move(*found));
      if (!found && found.error().code != ErrorCode::NotFound) {
        return tl::unexpected<Error>(found.error());
      }
    }
    return {};
  }

  Status Backward(const StoredResource& target, const Inclusion& inclusion) {
    Query statement(database_,
                    "SELECT r.id,r.version,r.updated,h.body,r.seq FROM reference f "
                    "CROSS JOIN resource r ON r.key=f.key CROSS JOIN history h ON h.seq=r.seq "
                    "WHERE f.param=? AND f.text=? AND r.deleted=0 ORDER BY r.key");
    const std::string text = target.type + '/' + target.id;
    statement << std::int64_t{NumberOf(*inclusion.param)} << text;
    while (statement.Row()) {
      std::string id(statement.Text(0));
      if (!seen_.insert({inclusion.source_type, id}).second) continue;
      result_.included.push_back(StoredResource{
          inclusion.source_type, std::move(id), statement.Integer(1), Time(statement.Integer(2)),
          false, std::string(statement.Text(3)), statement.Integer(4)});
      if (result_.included.size() > kMaxIncluded) break;
    }
    return statement.Done();
  }

  Database& database_;
  const SearchQuery& query_;
  SearchResult& result_;
  std::set<fhir::Target> seen_;
};

Result<std::int64_t> CountMatches(Database& database, const SearchQuery& query) {
  const Sql sql = CountSql(query);
  Query statement(database, sql.text);
  Bind(statement, sql);
  const std::int64_t count = statement.Row() ? statement.Integer(0) : 0;
  if (Status done = statement.Done(); !done) return tl::unexpected<Error>(done.error());
  return count;
}

}  // namespace

Result<SearchResult> RunSearch(Database& database, const SearchQuery& asked) {
  SearchQuery query = asked;
  if (Status resolved = ResolveChains(database, query); !resolved) {
    return tl::unexpected<Error>(resolved.error());
  }
  std::optional<Cursor> cursor;
  if (!query.cursor.empty()) {
    cursor = ParseCursor(query.cursor);
    if (!cursor) return Fail(ErrorCode::BadData, "page link is broken");
  }
  SearchResult result;
  if (!query.only_total) {
    if (Status page = ReadPage(database, query, cursor ? &*cursor : nullptr, result); !page) {
      return tl::unexpected<Error>(page.error());
    }
    if (Status included = Includer(database, query, result).Run(); !included) {
      return tl::unexpected<Error>(included.error());
    }
    if (!cursor && result.next_cursor.empty()) {
      result.total = static_cast<std::int64_t>(result.matches.size());
      return result;
    }
  }
  if (query.only_total || query.want_total) {
    Result<std::int64_t> total = CountMatches(database, query);
    if (!total) return tl::unexpected<Error>(total.error());
    result.total = *total;
  }
  return result;
}

}  // namespace yizhan::store
