#pragma once

#include "backend/store/postgres/connection.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// PostgreSQL's placeholders ($1, $2, ...) in place of question marks.
[[nodiscard]] std::string WithNumbers(std::string_view sql);

/// Runs shared SQL on one connection. Thread-bound. `connection` outlives it.
class PostgresReader final : public SqlReader {
 public:
  enum class Fetch {
    AtOnce,   ///< The whole answer in memory: for answers that are bounded.
    InParts,  ///< Through a cursor: for walks over everything. Needs a transaction, takes no
              ///< values.
  };
  explicit PostgresReader(Connection& connection, Fetch fetch = Fetch::AtOnce)
      : connection_(connection), fetch_(fetch) {}

  [[nodiscard]] Status Each(const Sql& sql, const Visitor& visit) override;
  [[nodiscard]] SqlDialect Dialect() const override { return SqlDialect::Postgres; }

 private:
  [[nodiscard]] Status EachInParts(const Sql& sql, const Visitor& visit);

  Connection& connection_;
  const Fetch fetch_;
  int cursors_ = 0;
};

}  // namespace yizhan::store
