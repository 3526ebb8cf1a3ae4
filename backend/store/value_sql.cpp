#include "backend/store/value_sql.h"

#include <utility>

#include "backend/store/full_text.h"

namespace yizhan::store {
Sql SpanCondition(const SearchValue& value, const std::string& low, const std::string& high) {
  const SqlValue first = value.span.low;
  const SqlValue behind = value.span.high;
  const std::string inside = low + ">=? AND " + high + "<=?";
  switch (value.comparison) {
    case Comparison::Equal: return Piece(inside, {first, behind});
    case Comparison::NotEqual: return Piece("NOT (" + inside + ")", {first, behind});
    case Comparison::Less: return Piece(low + "<?", {first});
    case Comparison::LessOrEqual:
      return Piece("(" + low + "<? OR " + high + "<=?)", {first, behind});
    case Comparison::Greater: return Piece(high + ">?", {behind});
    case Comparison::GreaterOrEqual:
      return Piece("(" + low + ">=? OR " + high + ">?)", {first, behind});
    case Comparison::After: return Piece(low + ">=?", {behind});
    case Comparison::Before: return Piece(high + "<=?", {first});
    case Comparison::Approximate: return Piece(low + "<? AND " + high + ">?", {behind, first});
  }
  return {};
}

Sql ShortSpanRange(const SearchValue& value, const std::string& low) {
  const SqlValue first = value.span.low;
  const SqlValue behind = value.span.high;
  const SqlValue long_before = value.span.low - kShortSpanMs - 1;
  switch (value.comparison) {
    case Comparison::Equal: return Piece(low + ">=? AND " + low + "<?", {first, behind});
    case Comparison::NotEqual: return {};
    case Comparison::Less:
    case Comparison::Before: return Piece(low + "<?", {first});
    case Comparison::LessOrEqual: return Piece(low + "<?", {behind});
    case Comparison::Greater: return Piece(low + ">?", {value.span.high - kShortSpanMs - 1});
    case Comparison::GreaterOrEqual: return Piece(low + ">?", {long_before});
    case Comparison::After: return Piece(low + ">=?", {behind});
    case Comparison::Approximate: return Piece(low + ">? AND " + low + "<?", {long_before, behind});
  }
  return {};
}

Sql DecimalCondition(const SearchValue& value, const std::string& alias) {
  const std::string low = alias + ".low";
  const std::string high = alias + ".high";
  const std::string inside = low + ">=? AND " + low + "<? AND " + high + "<?";
  switch (value.comparison) {
    case Comparison::Equal: return Piece(inside, {value.low, value.high, value.high});
    case Comparison::NotEqual:
      return Piece("NOT (" + inside + ")", {value.low, value.high, value.high});
    case Comparison::Less: return Piece(low + "<?", {value.number});
    case Comparison::LessOrEqual: return Piece(low + "<=?", {value.number});
    case Comparison::Greater: return Piece(high + ">?", {value.number});
    case Comparison::GreaterOrEqual: return Piece(high + ">=?", {value.number});
    case Comparison::After: return Piece(low + ">?", {value.number});
    case Comparison::Before: return Piece(high + "<?", {value.number});
    case Comparison::Approximate:
      return Piece(low + "<=? AND " + high + ">=?", {value.high, value.low});
  }
  return {};
}

Sql QuantityCondition(const SearchValue& value, const std::string& alias) {
  Sql sql = DecimalCondition(value, alias);
  if (value.any_unit_system) {
    return sql +=
           Piece(" AND (" + alias + ".text=? OR " + alias + ".unit=?)", {value.text, value.text});
  }
  if (value.system) sql += Piece(" AND " + alias + ".system=?", {*value.system});
  if (!value.any_code) sql += Piece(" AND " + alias + ".text=?", {value.text});
  return sql;
}

std::string BehindPrefix(const std::string& prefix) {
  // U+10FFFF is no character and larger than all of them.
  return prefix + "\xF4\x8F\xBF\xBF";
}

Sql ValueList(const std::vector<std::string>& values) {
  Sql sql;
  for (const std::string& value : values) {
    sql.text += sql.text.empty() ? "?" : ",?";
    sql.values.emplace_back(value);
  }
  return sql;
}

Sql Piece(std::string text, std::vector<SqlValue> values) {
  return {std::move(text), std::move(values)};
}

Sql OneOf(const std::string& column, const std::vector<std::string>& values) {
  if (values.size() == 1) return Piece(column + "=?", {values.front()});
  Sql sql = Piece(column + " IN (");
  sql += ValueList(values);
  return sql += Piece(")");
}

Sql PointsAt(const std::string& reference, const std::string& target, const std::string& type) {
  const std::string prefix = type + '/';
  return Piece(reference + ".text>=? AND " + reference + ".text<? AND " + target + ".type=? AND " +
                   target + ".deleted=0 AND " + target + ".id=substr(" + reference + ".text," +
                   std::to_string(prefix.size() + 1) + ")",
               {prefix, BehindPrefix(prefix), type});
}

ParamKind EntryKind(const Criterion& criterion) {
  if (criterion.modifier == Modifier::Text) return ParamKind::String;
  if (criterion.modifier == Modifier::Identifier) return ParamKind::Token;
  if (IsFullText(*criterion.param)) return ParamKind::Uri;
  return criterion.param->kind;
}

std::int32_t EntryNumber(const Criterion& criterion) {
  return IndexNumber(*criterion.param, criterion.modifier == Modifier::OfType ? 0 : -1);
}

bool IsRowParam(const SearchParam& param) {
  return param.name == "_id" || param.name == "_lastUpdated";
}

}  // namespace yizhan::store
