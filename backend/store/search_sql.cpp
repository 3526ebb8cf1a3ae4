#include "backend/store/search_sql.h"

#include <algorithm>
#include <limits>

#include "backend/store/criterion_sql.h"
#include "backend/store/index_tables.h"
#include "backend/store/value_sql.h"

namespace yizhan::store {
namespace {

/// What has no value counts as the last.
constexpr std::int64_t kLastNumber = std::numeric_limits<std::int64_t>::max();

/// What the search says about its resources' moments. Empty: nothing that helps.
std::optional<MomentQuestion> Moments(const SearchQuery& query) {
  const SearchParam* moment = MomentOf(query.type);
  if (moment == nullptr) return std::nullopt;
  constexpr std::int64_t kFar = std::int64_t{1} << 61;
  MomentQuestion range{-kFar, kFar, {}};
  for (const Criterion& criterion : query.all_of) {
    if (criterion.param != moment || !criterion.links.empty() || criterion.any_of.size() != 1 ||
        criterion.modifier == Modifier::Missing || criterion.modifier == Modifier::Not) {
      continue;
    }
    range.criteria.push_back(&criterion);
    const SearchValue& value = criterion.any_of.front();
    const std::int64_t long_before = value.span.low - kShortSpanMs - 1;
    std::int64_t low = -kFar;
    std::int64_t high = kFar;
    switch (value.comparison) {
      case Comparison::NotEqual: break;
      case Comparison::Equal:
        low = value.span.low;
        high = value.span.high;
        break;
      case Comparison::Less:
      case Comparison::Before: high = value.span.low; break;
      case Comparison::LessOrEqual: high = value.span.high; break;
      case Comparison::Greater: low = value.span.high - kShortSpanMs; break;
      case Comparison::GreaterOrEqual: low = long_before; break;
      case Comparison::After: low = value.span.high; break;
      case Comparison::Approximate:
        low = long_before;
        high = value.span.high;
        break;
    }
    range.low = std::max(range.low, low);
    range.high = std::min(range.high, high);
  }
  if (range.low == -kFar && range.high == kFar) return std::nullopt;
  return range;
}

/// Among criteria of equal rank the one with fewer alternatives.
const Criterion* Driver(const SearchQuery& query) {
  const Criterion* best = nullptr;
  const auto better = [](const Criterion& a, const Criterion& b) {
    return std::pair(RankOf(a), a.any_of.size()) < std::pair(RankOf(b), b.any_of.size());
  };
  for (const Criterion& criterion : query.all_of) {
    if (RankOf(criterion) >= kNoKeys) continue;
    if (best == nullptr || better(criterion, *best)) best = &criterion;
  }
  return best;
}

bool IsUpdated(const Criterion& criterion) { return criterion.param->name == "_lastUpdated"; }

}  // namespace

SearchSql::SearchSql(const SearchQuery& query, SqlDialect dialect)
    : query_(query), dialect_(dialect), key_column_("r.key") {
  CriterionSql criteria(dialect);
  std::vector<const Criterion*> answered;
  const Criterion* driver = Driver(query);
  // The rows of a type lie in the order of their last change: a driver of its own is no gain.
  if (driver != nullptr && IsUpdated(*driver) && driver->links.empty()) driver = nullptr;
  if (driver != nullptr) {
    std::optional<MomentQuestion> moments = Moments(query);
    const KeySet keys = criteria.Keys(*driver, query.type, moments);
    has_moments_ = keys.has_moments;
    if (has_moments_) answered = std::move(moments->criteria);
    from_where_ = Piece(" FROM (");
    from_where_ += keys.select;
    from_where_ += Piece(") d CROSS JOIN resource r WHERE r.key=d.key AND r.type=? AND r.deleted=0",
                         {query.type});
    if (keys.in_order) key_column_ = "d.key";
  } else {
    from_where_ = Piece(" FROM resource r WHERE r.type=? AND r.deleted=0", {query.type});
  }
  const SqlRowName row{"r", query.type};
  for (const Criterion& criterion : query.all_of) {
    if (&criterion == driver || std::ranges::find(answered, &criterion) != answered.end()) continue;
    from_where_ += Piece(" AND ");
    from_where_ += criteria.Probe(criterion, row);
  }
  const bool by_time = driver == nullptr && std::ranges::any_of(query.all_of, [](const auto& one) {
                         return IsUpdated(one) && one.links.empty();
                       });
  for (const SortKey& key : query.sort) AddSort(key);
  if (query.sort.empty() && by_time) AddSort({FindParam(query.type, "_lastUpdated"), false});
}

void SearchSql::AddSort(const SortKey& key) {
  const SearchParam& param = *key.param;
  descending_.push_back(key.descending);
  if (param.name == "_id" || param.name == "_lastUpdated") {
    sort_values_.push_back(Piece(param.name == "_id" ? "r.id" : "r.updated"));
    sorts_by_text_.push_back(param.name == "_id");
    return;
  }
  const std::string table = IndexTables()[IndexTableOf(param.kind)].name;
  const bool is_date = param.kind == ParamKind::Date;
  const bool has_low =
      is_date || param.kind == ParamKind::Number || param.kind == ParamKind::Quantity;
  const std::string least =
      (key.descending ? "max(" : "min(") + std::string(has_low ? "low" : "text") + ")";
  std::string text = "coalesce((SELECT " + least + " FROM " + table;
  if (dialect_ == SqlDialect::Sqlite) text += " INDEXED BY " + table + "_by_key";
  text += " WHERE key=r.key AND param=?),";
  text += is_date ? std::to_string(kLastNumber) : "?";
  text += ')';
  const bool is_moment = has_moments_ && &param == MomentOf(query_.type);
  // Where the driver knows the moment, the date need not be looked up.
  if (is_moment) {
    text = "CASE WHEN d.moment=" + std::to_string(kUnknownMoment) + " THEN " + text +
           " ELSE d.moment END";
  }
  Sql sql = Piece(text, {std::int64_t{IndexNumber(param)}});
  if (!is_date) sql.values.emplace_back(BehindPrefix(""));
  sort_values_.push_back(std::move(sql));
  sorts_by_text_.push_back(!is_date);
}

Sql SearchSql::Page(const Cursor* cursor) const {
  Sql sql = Piece("SELECT " + key_column_ + " AS key,r.id,r.version,r.updated,r.seq");
  for (std::size_t i = 0; i < sort_values_.size(); ++i) {
    sql += Piece(",");
    sql += sort_values_[i];
    sql += Piece(" AS s" + std::to_string(i));
  }
  sql += from_where_;
  const bool key_descends = !descending_.empty() && descending_.back();
  if (cursor != nullptr) {
    // Behind (a, b, key): beyond a, or at a and beyond b, or at both and beyond key.
    std::string closing;
    for (std::size_t i = 0; i < sort_values_.size(); ++i) {
      const char* beyond = descending_[i] ? "<" : ">";
      sql += Piece(" AND ");
      sql += sort_values_[i];
      // Said once more without OR, so that an index in this order is entered at the right place.
      sql += Piece(std::string(beyond) + "=?", {cursor->values[i]});
      sql += Piece(" AND (");
      sql += sort_values_[i];
      sql += Piece(std::string(beyond) + "? OR (1=1", {cursor->values[i]});
      closing += "))";
    }
    sql += Piece(" AND " + key_column_ + (key_descends ? "<?" : ">?"), {cursor->key});
    sql.text += closing;
  }
  sql.text += " ORDER BY ";
  for (std::size_t i = 0; i < sort_values_.size(); ++i) {
    // By its own name where an index has it; SQLite would not see that through the alias.
    sql.text += sort_values_[i].values.empty() ? sort_values_[i].text : "s" + std::to_string(i);
    sql.text += descending_[i] ? " DESC," : ",";
  }
  sql.text += key_column_ + (key_descends ? " DESC" : "");
  sql += Piece(" LIMIT ?", {static_cast<std::int64_t>(query_.count + 1)});
  return WithBodies(std::move(sql), key_descends);
}

/// The bodies are read for the rows of the page, not for all that are sorted.
Sql SearchSql::WithBodies(Sql page, bool key_descends) const {
  std::string columns = "p.key,p.id,p.version,p.updated,p.seq,h.body";
  std::string order;
  for (std::size_t i = 0; i < sort_values_.size(); ++i) {
    const std::string value = "p.s" + std::to_string(i);
    columns += ',' + value;
    order += value + (descending_[i] ? " DESC," : ",");
  }
  page.text = "SELECT " + columns + " FROM (" + page.text +
              ") p CROSS JOIN history h WHERE h.seq=p.seq ORDER BY " + order +
              (key_descends ? "p.key DESC" : "p.key");
  return page;
}

Sql SearchSql::Count() const {
  Sql sql = Piece("SELECT count(*)");
  return sql += from_where_;
}

}  // namespace yizhan::store
