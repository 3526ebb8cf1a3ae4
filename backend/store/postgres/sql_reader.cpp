#include "backend/store/postgres/sql_reader.h"

#include <variant>

namespace yizhan::store {
namespace {

/// Rows fetched at once where all of them may not fit into memory.
constexpr const char* kPart = "FETCH 500 FROM ";

class Row final : public SqlRow {
 public:
  Row(const Rows& rows, int row) : rows_(rows), row_(row) {}
  [[nodiscard]] std::int64_t Integer(int column) const override {
    return rows_.Integer(row_, column);
  }
  [[nodiscard]] std::string_view Text(int column) const override {
    return rows_.Text(row_, column);
  }
  [[nodiscard]] bool IsNull(int column) const override { return rows_.IsNull(row_, column); }

 private:
  const Rows& rows_;
  const int row_;
};

/// False: `visit` wants no more.
bool Visit(const Rows& rows, const SqlReader::Visitor& visit) {
  for (int i = 0; i < rows.Count(); ++i) {
    if (!visit(Row(rows, i))) return false;
  }
  return true;
}

}  // namespace

std::string WithNumbers(std::string_view sql) {
  std::string text;
  text.reserve(sql.size() + 16);
  int number = 0;
  for (const char c : sql) {
    if (c == '?') {
      text += '$' + std::to_string(++number);
    } else {
      text += c;
    }
  }
  return text;
}

Status PostgresReader::Each(const Sql& sql, const Visitor& visit) {
  if (fetch_ == Fetch::InParts) return EachInParts(sql, visit);
  Parameters parameters;
  for (const SqlValue& value : sql.values) {
    std::visit([&](const auto& bound) { parameters << bound; }, value);
  }
  const Result<Rows> rows = connection_.Run(WithNumbers(sql.text), parameters);
  if (!rows) {
    // The server's limit for one statement: nobody waits for a page that long.
    const bool costly = rows.error().code == ErrorCode::Timeout && !connection_.Broken();
    if (costly) return Fail(ErrorCode::BadData, "search costs too much");
    return tl::unexpected<Error>(rows.error());
  }
  static_cast<void>(Visit(*rows, visit));
  return {};
}

Status PostgresReader::EachInParts(const Sql& sql, const Visitor& visit) {
  const std::string cursor = "walk" + std::to_string(cursors_++);
  Status outcome = connection_.RunScript("DECLARE " + cursor + " NO SCROLL CURSOR FOR " + sql.text);
  if (!outcome) return outcome;
  while (true) {
    const Result<Rows> rows = connection_.Run(kPart + cursor);
    if (!rows) return tl::unexpected<Error>(rows.error());
    if (rows->Count() == 0 || !Visit(*rows, visit)) break;
  }
  return connection_.RunScript("CLOSE " + cursor);
}

}  // namespace yizhan::store
