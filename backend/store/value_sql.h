/// \file
/// How one value of a search must lie to the columns of an index row, as SQL for every engine.
#pragma once

#include <string>
#include <vector>

#include "backend/store/search_query.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// Of the span in the columns `low` and `high` (SQL expressions).
[[nodiscard]] Sql SpanCondition(const SearchValue& value, const std::string& low,
                                const std::string& high);
/// A range of `low` that holds every short span meeting the condition, so that an index is entered
/// at the right place. Empty text: no useful range.
[[nodiscard]] Sql ShortSpanRange(const SearchValue& value, const std::string& low);
/// Of the decimals in the columns low and high of `alias`.
[[nodiscard]] Sql DecimalCondition(const SearchValue& value, const std::string& alias);
/// Of a whole row of the quantity table.
[[nodiscard]] Sql QuantityCondition(const SearchValue& value, const std::string& alias);
/// The first text behind all that begin with `prefix`.
[[nodiscard]] std::string BehindPrefix(const std::string& prefix);
[[nodiscard]] Sql Piece(std::string text, std::vector<SqlValue> values = {});
/// The column has one of the values, of which there is at least one.
[[nodiscard]] Sql OneOf(const std::string& column, const std::vector<std::string>& values);
/// The row of the reference table with the alias `reference` points to the resource of `type` in
/// the row with the alias `target`.
[[nodiscard]] Sql PointsAt(const std::string& reference, const std::string& target,
                           const std::string& type);
/// The kind of the index entries that a criterion looks at.
[[nodiscard]] ParamKind EntryKind(const Criterion& criterion);
/// The number of those entries: the parameter's own, or the one for :of-type.
[[nodiscard]] std::int32_t EntryNumber(const Criterion& criterion);
/// Whether a parameter is a column of the resource's own row: _id and _lastUpdated.
[[nodiscard]] bool IsRowParam(const SearchParam& param);
/// "?,?,?" with the values.
[[nodiscard]] Sql ValueList(const std::vector<std::string>& values);

}  // namespace yizhan::store
