#include "backend/store/criterion_sql.h"
#include "backend/store/full_text.h"
#include "backend/store/index_tables.h"
#include "backend/store/value_sql.h"

namespace yizhan::store {
Sql CriterionSql::ProbeMissing(const Criterion& criterion, const SqlRowName& row) {
  // What has a reference's identifier alone, or a concept's text alone, is not missing either.
  std::vector<ParamKind> kinds{criterion.param->kind};
  if (criterion.param->kind == ParamKind::Reference) kinds.push_back(ParamKind::Token);
  if (criterion.param->kind == ParamKind::Token) kinds.push_back(ParamKind::String);
  Sql sql = Piece(criterion.missing ? "NOT (" : "(");
  for (const ParamKind kind : kinds) {
    const std::string alias = NewAlias("p");
    if (kind != kinds.front()) sql.text += " OR ";
    sql.text += "EXISTS (SELECT 1 FROM " + ByKey(IndexTables()[IndexTableOf(kind)].name, alias) +
                " WHERE " + alias + ".key=" + row.alias + ".key AND ";
    sql += Piece(alias + ".param=?)", {std::int64_t{IndexNumber(*criterion.param)}});
  }
  return sql += Piece(")");
}

Sql CriterionSql::ProbeChain(const Criterion& criterion, const SqlRowName& row) {
  Sql sql = Piece("(");
  for (const Criterion::Link& link : criterion.links) {
    const std::string reference = NewAlias("f");
    const SqlRowName target{NewAlias("t"), link.type};
    if (sql.text != "(") sql.text += " OR ";
    sql.text += "EXISTS (SELECT 1 FROM " + ByKey("reference", reference) + " CROSS JOIN resource " +
                target.alias + " WHERE " + reference + ".key=" + row.alias + ".key AND ";
    sql += Piece(reference + ".param=? AND ", {std::int64_t{IndexNumber(*criterion.param)}});
    sql += PointsAt(reference, target.alias, link.type);
    sql += Piece(" AND ");
    sql += Probe(link.criterion, target);
    sql.text += ')';
  }
  return sql += Piece(")");
}

Sql CriterionSql::ProbeHas(const Criterion& criterion, const SqlRowName& row) {
  const Criterion::Link& link = criterion.links.front();
  const std::string reference = NewAlias("f");
  const SqlRowName source{NewAlias("s"), link.type};
  Sql sql = Piece("EXISTS (SELECT 1 FROM reference " + reference + " CROSS JOIN resource " +
                      source.alias + " WHERE " + reference + ".param=? AND " + reference +
                      ".text=?||" + row.alias + ".id AND " + source.alias + ".key=" + reference +
                      ".key AND " + source.alias + ".type=? AND ",
                  {std::int64_t{IndexNumber(*criterion.param)}, row.type + '/', link.type});
  sql += Probe(link.criterion, source);
  return sql += Piece(")");
}

Sql CriterionSql::ProbeOwn(const Criterion& criterion, const SqlRowName& row) {
  const std::string table = IndexTables()[IndexTableOf(EntryKind(criterion))].name;
  const std::string alias = NewAlias("p");
  Sql sql;
  for (const Lookup& lookup : Lookups(criterion, alias, Purpose::Probe)) {
    sql.text += sql.text.empty() ? "" : " OR ";
    sql.text += "EXISTS (SELECT 1 FROM " +
                (lookup.finds_key ? table + ' ' + alias : ByKey(table, alias)) + " WHERE " + alias +
                ".key=" + row.alias + ".key AND ";
    sql += Piece(alias + ".param=? AND ", {std::int64_t{EntryNumber(criterion)}});
    sql += lookup.where;
    sql.text += ')';
  }
  return sql;
}

Sql CriterionSql::Probe(const Criterion& criterion, const SqlRowName& row) {
  if (criterion.backward) return ProbeHas(criterion, row);
  if (!criterion.links.empty()) return ProbeChain(criterion, row);
  if (IsRowParam(*criterion.param)) return RowCondition(criterion, row.alias);
  if (criterion.modifier == Modifier::Missing) return ProbeMissing(criterion, row);
  Sql sql = Piece(criterion.modifier == Modifier::Not ? "NOT (" : "(");
  const bool is_full_text = IsFullText(*criterion.param);
  if (criterion.param->kind == ParamKind::Composite || is_full_text) {
    for (const SearchValue& value : criterion.any_of) {
      if (&value != &criterion.any_of.front()) sql.text += " OR ";
      sql.text += "EXISTS (";
      sql += is_full_text ? WordMatch(criterion, value, row.alias + ".key")
                          : CompositeMatch(criterion, value, row.alias + ".key");
      sql.text += ')';
    }
  } else {
    sql += ProbeOwn(criterion, row);
  }
  return sql += Piece(")");
}

}  // namespace yizhan::store
