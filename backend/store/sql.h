/// \file
/// SQL as every engine of this folder understands it: '?' for each value, no vendor words, 0 and 1
/// instead of booleans. What is written against SqlReader is shared by all engines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace yizhan::store {

using SqlValue = std::variant<std::int64_t, std::string>;

/// SQL text with the values for its question marks. There is no '?' in it that is no value.
struct Sql {
  std::string text;
  std::vector<SqlValue> values;

  Sql& operator+=(const Sql& other) {
    text += other.text;
    values.insert(values.end(), other.values.begin(), other.values.end());
    return *this;
  }
};

/// One row of an answer; columns count from 0. Valid only inside the call that received it.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  [[nodiscard]] virtual std::int64_t Integer(int column) const = 0;   ///< 0 when null.
  [[nodiscard]] virtual std::string_view Text(int column) const = 0;  ///< "" when null.
  [[nodiscard]] virtual bool IsNull(int column) const = 0;
};

/// Words that differ between engines.
enum class SqlDialect { Sqlite, Postgres };

/// One connection, as far as it reads. Thread-bound.
class SqlReader {
 public:
  using Visitor = std::function<bool(const SqlRow&)>;
  virtual ~SqlReader() = default;
  /// Runs a query and calls `visit` for each row until it returns false. Other queries may run
  /// inside `visit`. Errors: StoreFull and Internal as the engine fails; BadData: the query was
  /// stopped because it cost too much.
  [[nodiscard]] virtual Status Each(const Sql& sql, const Visitor& visit) = 0;
  [[nodiscard]] virtual SqlDialect Dialect() const = 0;
};

}  // namespace yizhan::store
