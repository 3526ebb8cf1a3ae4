#include "backend/store/sqlite/search_sql.h"

#include <algorithm>

#include "backend/store/index_tables.h"

namespace yizhan::store {
namespace {

constexpr const char* kLastSortValue = "9223372036854775807";

/// One way into one index table: "SELECT key FROM <from> WHERE <where>".
struct Lookup {
  std::string from;
  Sql where;
  /// False: finding a given key in it would mean walking through it; use IN (...) instead.
  bool finds_key = true;
};

const char* TableOf(ParamKind kind) {
  switch (kind) {
    case ParamKind::Token: return "token";
    case ParamKind::Reference: return "reference";
    case ParamKind::String: return "string";
    case ParamKind::Date: return "date";
  }
  return "";
}

Sql OfParam(const SearchParam& param) {
  return {"param=?", {SqlValue(std::int64_t{NumberOf(param)})}};
}

Sql With(Sql sql, const char* text, std::vector<SqlValue> values) {
  return sql += Sql{text, std::move(values)};
}

/// How the span of a resource (low, high) must lie to the span asked for.
Sql DateCondition(const SearchValue& value) {
  const SqlValue low = value.span.low;
  const SqlValue high = value.span.high;
  switch (value.comparison) {
    case Comparison::Equal: return {"low>=? AND high<=?", {low, high}};
    case Comparison::NotEqual: return {"NOT (low>=? AND high<=?)", {low, high}};
    case Comparison::Less: return {"low<?", {low}};
    case Comparison::LessOrEqual: return {"(low<? OR high<=?)", {low, high}};
    case Comparison::Greater: return {"high>?", {high}};
    case Comparison::GreaterOrEqual: return {"(low>=? OR high>?)", {low, high}};
    case Comparison::After: return {"low>=?", {high}};
    case Comparison::Before: return {"high<=?", {low}};
  }
  return {};
}

/// A range of `low` that holds every short span meeting the condition, so that the index is
/// entered at the right place. Empty: no useful range.
Sql ShortRange(const SearchValue& value) {
  const SqlValue low = value.span.low;
  const SqlValue high = value.span.high;
  switch (value.comparison) {
    case Comparison::Equal: return {" AND low>=? AND low<?", {low, high}};
    case Comparison::NotEqual: return {};
    case Comparison::Less: return {" AND low<?", {low}};
    case Comparison::LessOrEqual: return {" AND low<?", {high}};
    case Comparison::Greater: return {" AND low>?", {value.span.high - kShortSpanMs - 1}};
    case Comparison::GreaterOrEqual: return {" AND low>=?", {value.span.low - kShortSpanMs - 1}};
    case Comparison::After: return {" AND low>=?", {high}};
    case Comparison::Before: return {" AND low<?", {low}};
  }
  return {};
}

std::string AfterPrefix(const std::string& prefix) {
  // Nothing in UTF-8 is larger than this byte.
  return prefix + '\xFF';
}

std::vector<Lookup> Lookups(const Criterion& criterion) {
  std::vector<Lookup> lookups;
  const SearchParam& param = *criterion.param;
  for (const SearchValue& value : criterion.any_of) {
    Lookup lookup{TableOf(param.kind), OfParam(param), true};
    switch (param.kind) {
      case ParamKind::Token:
        if (!value.any_code) lookup.where += {" AND text=?", {value.text}};
        if (value.system) lookup.where += {" AND system=?", {*value.system}};
        lookup.finds_key = !value.any_code;
        break;
      case ParamKind::Reference: lookup.where += {" AND text=?", {value.text}}; break;
      case ParamKind::String:
        lookup.finds_key = false;
        if (criterion.modifier == Modifier::Contains) {
          lookup.where += {" AND instr(text,?)>0", {value.text}};
        } else if (criterion.modifier == Modifier::Exact) {
          lookup.where += {" AND text=? AND original=?", {value.text, *value.system}};
          lookup.finds_key = true;
        } else {
          lookup.where += {" AND text>=? AND text<?", {value.text, AfterPrefix(value.text)}};
        }
        break;
      case ParamKind::Date: {
        Lookup of_long = lookup;
        lookup.where += {" AND is_long=0", {}};
        lookup.where += ShortRange(value);
        lookup.where += {" AND ", {}};
        lookup.where += DateCondition(value);
        of_long.where += {" AND is_long=1 AND ", {}};
        of_long.where += DateCondition(value);
        lookups.push_back(std::move(of_long));
        break;
      }
    }
    lookups.push_back(std::move(lookup));
  }
  return lookups;
}

/// Every key that meets the criterion.
Sql KeysSql(const Criterion& criterion) {
  Sql sql;
  for (const Lookup& lookup : Lookups(criterion)) {
    if (!sql.text.empty()) sql.text += " UNION ";
    sql.text += "SELECT key FROM " + lookup.from + " WHERE ";
    sql += lookup.where;
  }
  return sql;
}

/// Whether the row r meets the criterion.
Sql ProbeSql(const Criterion& criterion) {
  const SearchParam& param = *criterion.param;
  const bool is_date = param.kind == ParamKind::Date;
  Sql sql;
  if (criterion.modifier == Modifier::Missing) {
    sql.text = criterion.missing ? "r.key NOT IN (" : "r.key IN (";
    sql.text += std::string("SELECT key FROM ") + TableOf(param.kind) + " WHERE ";
    sql += OfParam(param);
    sql.text += ')';
    return sql;
  }
  sql.text = criterion.modifier == Modifier::Not ? "NOT (" : "(";
  bool first = true;
  const auto alternative = [&] {
    if (!first) sql.text += " OR ";
    first = false;
  };
  if (is_date) {
    for (const SearchValue& value : criterion.any_of) {
      alternative();
      sql.text += "EXISTS (SELECT 1 FROM date INDEXED BY date_by_key WHERE key=r.key AND ";
      sql += OfParam(param);
      sql.text += " AND ";
      sql += DateCondition(value);
      sql.text += ')';
    }
  } else {
    for (const Lookup& lookup : Lookups(criterion)) {
      alternative();
      sql.text += lookup.finds_key ? "EXISTS (SELECT 1 FROM " : "r.key IN (SELECT key FROM ";
      sql.text += lookup.from + " WHERE ";
      sql += lookup.where;
      sql.text += lookup.finds_key ? " AND key=r.key)" : ")";
    }
  }
  sql.text += ')';
  return sql;
}

/// How few rows a criterion usually leaves; the lowest goes first. 100: cannot go first.
int Rank(const Criterion& criterion) {
  if (criterion.modifier == Modifier::Not || criterion.modifier == Modifier::Missing) return 100;
  switch (criterion.param->kind) {
    case ParamKind::Token: {
      const std::string_view name = criterion.param->name;
      const bool is_identifier = name.find("identifier") != std::string_view::npos ||
                                 name == "phone" || name == "accession" || name == "container-id";
      return is_identifier ? 1 : 6;
    }
    case ParamKind::Reference: return 2;
    case ParamKind::String: return criterion.modifier == Modifier::Contains ? 7 : 3;
    case ParamKind::Date: {
      const Comparison comparison = criterion.any_of.front().comparison;
      if (comparison == Comparison::NotEqual) return 100;
      return comparison == Comparison::Equal ? 4 : 5;
    }
  }
  return 100;
}

Sql UpdatedCondition(const SearchValue& value) {
  // A resource's lastUpdated is one millisecond: low = updated, high = updated + 1.
  Sql sql = DateCondition(value);
  const auto replace = [&sql](std::string_view from, std::string_view to) {
    for (std::size_t at = sql.text.find(from); at != std::string::npos;
         at = sql.text.find(from, at + to.size())) {
      sql.text.replace(at, from.size(), to);
    }
  };
  replace("low", "r.updated");
  replace("high", "(r.updated+1)");
  return sql;
}

/// Everything from FROM to the end of WHERE; `driven`: rows come from an index of values.
Sql FromWhere(const SearchQuery& query, bool* driven) {
  const Criterion* driver = nullptr;
  if (query.ids.empty()) {
    for (const Criterion& criterion : query.all_of) {
      if (Rank(criterion) < 100 && (driver == nullptr || Rank(criterion) < Rank(*driver))) {
        driver = &criterion;
      }
    }
  }
  *driven = driver != nullptr || !query.ids.empty();
  Sql sql;
  if (driver != nullptr) {
    sql.text = " FROM (SELECT DISTINCT key FROM (";
    sql += KeysSql(*driver);
    sql.text += ")) d CROSS JOIN resource r ON r.key=d.key WHERE r.deleted=0";
  } else {
    sql = {" FROM resource r WHERE r.type=? AND r.deleted=0", {query.type}};
  }
  if (!query.ids.empty()) {
    sql.text += " AND r.id IN (";
    for (const std::string& id : query.ids) {
      sql += {sql.text.ends_with('(') ? "?" : ",?", {id}};
    }
    sql.text += ')';
  }
  for (const Criterion& criterion : query.all_of) {
    if (&criterion == driver) continue;
    sql.text += " AND ";
    sql += ProbeSql(criterion);
  }
  for (const SearchValue& value : query.updated) {
    sql.text += " AND ";
    sql += UpdatedCondition(value);
  }
  return sql;
}

Sql SortValue(const SearchQuery& query, bool driven) {
  if (query.sort == SortBy::Date) {
    Sql sql{"coalesce((SELECT min(low) FROM date INDEXED BY date_by_key WHERE key=r.key AND ", {}};
    sql += OfParam(*query.sort_param);
    sql.text += std::string("),") + kLastSortValue + ")";
    return sql;
  }
  // Without an index of values the rows come ordered by time for free.
  if (query.sort == SortBy::Updated || !driven) return {"r.updated", {}};
  return {"0", {}};
}

}  // namespace

Sql PageSql(const SearchQuery& query, const Cursor* cursor) {
  bool driven = false;
  const Sql from_where = FromWhere(query, &driven);
  const Sql sort_value = SortValue(query, driven);
  Sql sql{"SELECT r.key,r.id,r.version,r.updated,(SELECT body FROM history h WHERE h.seq=r.seq),",
          {}};
  sql += sort_value;
  sql.text += " AS sort_value,r.seq";
  sql += from_where;
  if (cursor != nullptr) {
    const std::string beyond = query.descending ? "<" : ">";
    sql.text += " AND (";
    sql += sort_value;
    sql.text += "," + std::string("r.key)") + beyond + "(?,?)";
    sql.values.emplace_back(cursor->sort_value);
    sql.values.emplace_back(cursor->key);
  }
  const std::string direction = query.descending ? " DESC" : "";
  const std::string order = sort_value.text == "r.updated" ? "r.updated" : "sort_value";
  sql.text += " ORDER BY " + order + direction + ",r.key" + direction + " LIMIT ?";
  sql.values.emplace_back(static_cast<std::int64_t>(query.count + 1));
  return sql;
}

Sql CountSql(const SearchQuery& query) {
  bool driven = false;
  Sql sql{"SELECT count(*)", {}};
  return sql += FromWhere(query, &driven);
}

Sql IdsSql(const std::string& type, const Criterion& criterion, int limit) {
  SearchQuery query;
  query.type = type;
  query.all_of.push_back(criterion);
  bool driven = false;
  Sql sql{"SELECT r.id", {}};
  sql += FromWhere(query, &driven);
  return With(std::move(sql), " LIMIT ?", {std::int64_t{limit}});
}

}  // namespace yizhan::store
