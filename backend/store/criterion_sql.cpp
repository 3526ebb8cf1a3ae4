#include "backend/store/criterion_sql.h"

#include <algorithm>
#include <map>

#include "backend/store/full_text.h"
#include "backend/store/index_tables.h"
#include "backend/store/position.h"
#include "backend/store/value_sql.h"

namespace yizhan::store {

namespace {

std::string TableName(ParamKind kind) { return IndexTables()[IndexTableOf(kind)].name; }

Sql OfParam(const std::string& alias, const SearchParam& param, int component = -1) {
  return Piece(alias + ".param=?", {std::int64_t{IndexNumber(param, component)}});
}

/// "http://a/b/c", "http://a/b", "http://a": what is above an address, and itself.
std::vector<std::string> Ancestors(const std::string& uri) {
  std::vector<std::string> all{uri};
  for (std::size_t slash = uri.rfind('/'); slash != std::string::npos && slash > 0;
       slash = uri.rfind('/', slash - 1)) {
    all.push_back(uri.substr(0, slash));
    if (all.size() == 50) break;
  }
  return all;
}

}  // namespace

int RankOf(const Criterion& criterion) {
  if (criterion.modifier == Modifier::Not || criterion.modifier == Modifier::Missing) {
    return kNoKeys;
  }
  if (!criterion.links.empty()) {
    int rank = 0;
    for (const Criterion::Link& link : criterion.links) {
      rank = std::max(rank, RankOf(link.criterion));
    }
    return rank == kNoKeys ? rank : rank + 1;
  }
  const SearchParam& param = *criterion.param;
  if (param.name == "_id") return 0;
  if (param.name == "_lastUpdated") return 40;
  if (IsFullText(param)) return 28;
  const Comparison comparison =
      criterion.any_of.empty() ? Comparison::Equal : criterion.any_of.front().comparison;
  const bool is_open = comparison != Comparison::Equal && comparison != Comparison::Approximate;
  switch (EntryKind(criterion)) {
    case ParamKind::Token: {
      const bool is_identifier = criterion.modifier == Modifier::Identifier ||
                                 param.name.find("identifier") != std::string_view::npos ||
                                 param.name == "phone" || param.name == "accession" ||
                                 param.name == "container-id";
      if (std::ranges::any_of(criterion.any_of, &SearchValue::any_code)) return 60;
      return is_identifier ? 10 : 45;
    }
    case ParamKind::Reference: return 15;
    case ParamKind::Uri: return 12;
    case ParamKind::Composite: return 17;
    case ParamKind::String:
      if (criterion.modifier == Modifier::Contains) return 55;
      return criterion.modifier == Modifier::Exact ? 13 : 20;
    case ParamKind::Date:
      // Not on a day is nearly everything.
      if (comparison == Comparison::NotEqual) return kNoKeys;
      return is_open ? 35 : 25;
    case ParamKind::Number:
    case ParamKind::Quantity:
      if (comparison == Comparison::NotEqual) return kNoKeys;
      return is_open ? 50 : 30;
    case ParamKind::Special: return 18;
  }
  return kNoKeys;
}

std::string CriterionSql::NewAlias(const char* prefix) {
  return prefix + std::to_string(++aliases_);
}

std::string CriterionSql::ByKey(const std::string& table, const std::string& alias) const {
  const std::string named = table + ' ' + alias;
  // Without statistics SQLite may prefer to walk through a parameter's values.
  return dialect_ == SqlDialect::Sqlite ? named + " INDEXED BY " + table + "_by_key" : named;
}

Sql CriterionSql::TextCondition(const Criterion& criterion, const SearchValue& value,
                                const std::string& alias) const {
  if (criterion.modifier == Modifier::Contains) {
    const char* find = dialect_ == SqlDialect::Sqlite ? "instr(" : "strpos(";
    return Piece(find + alias + ".text,?)>0", {value.text});
  }
  if (criterion.modifier == Modifier::Exact) {
    return Piece(alias + ".text=? AND " + alias + ".original=?",
                 {value.text, value.system.value_or("")});
  }
  return Piece(alias + ".text>=? AND " + alias + ".text<?", {value.text, BehindPrefix(value.text)});
}

void CriterionSql::AddTokens(const Criterion& criterion, const std::string& alias, Purpose purpose,
                             std::vector<Lookup>& out) {
  std::vector<std::string> bare;
  std::map<std::string, std::vector<std::string>> by_system;
  for (const SearchValue& value : criterion.any_of) {
    if (!value.system && !value.any_code) {
      bare.push_back(value.text);
    } else if (value.any_code) {
      out.push_back({Piece(alias + ".system=?", {value.system.value_or("")}), false, false});
    } else {
      by_system[*value.system].push_back(value.text);
    }
  }
  for (const auto& [system, codes] : by_system) {
    Sql where = OneOf(alias + ".text", codes);
    where += Piece(" AND " + alias + ".system=?", {system});
    out.push_back({std::move(where), true, codes.size() == 1});
  }
  if (bare.empty()) return;
  out.push_back({OneOf(alias + ".text", bare), true, false});
  if (purpose == Purpose::Probe || bare.size() > 1) return;
  // A code that a resource has in two systems counts once: so the rows come in order, unsorted.
  const std::string other = NewAlias("o");
  const auto same = [&](const char* column) {
    return other + '.' + column + '=' + alias + '.' + column + " AND ";
  };
  out.back().where +=
      Piece(" AND NOT EXISTS (SELECT 1 FROM token " + other + " WHERE " + same("param") +
            same("text") + same("key") + other + ".system<" + alias + ".system)");
  out.back().is_single = true;
}

void CriterionSql::AddUris(const Criterion& criterion, const std::string& alias,
                           std::vector<Lookup>& out) {
  std::vector<std::string> exact;
  for (const SearchValue& value : criterion.any_of) {
    if (criterion.modifier == Modifier::Above) {
      for (std::string& ancestor : Ancestors(value.text)) exact.push_back(std::move(ancestor));
      continue;
    }
    exact.push_back(value.text);
    if (criterion.modifier != Modifier::Below) continue;
    const std::string inside = value.text.ends_with('/') ? value.text : value.text + '/';
    out.push_back(
        {Piece(alias + ".text>=? AND " + alias + ".text<?", {inside, BehindPrefix(inside)}), false,
         false});
  }
  out.push_back({OneOf(alias + ".text", exact), true, exact.size() == 1});
}

void CriterionSql::AddDates(const SearchValue& value, const std::string& alias, Purpose purpose,
                            std::vector<Lookup>& out) {
  const std::string low = alias + ".low";
  if (purpose == Purpose::Probe) {
    out.push_back({SpanCondition(value, low, alias + ".high"), false, false});
    return;
  }
  for (const bool is_long : {false, true}) {
    Sql where = Piece(alias + (is_long ? ".is_long=1 AND " : ".is_long=0 AND "));
    const Sql range = ShortSpanRange(value, low);
    if (!is_long && !range.text.empty()) {
      where += range;
      where += Piece(" AND ");
    }
    out.push_back({where += SpanCondition(value, low, alias + ".high"), false, false});
  }
}

/// The rows of the criterion's own table that meet it, without the condition on param.
std::vector<CriterionSql::Lookup> CriterionSql::Lookups(const Criterion& criterion,
                                                        const std::string& alias, Purpose purpose) {
  std::vector<Lookup> lookups;
  switch (EntryKind(criterion)) {
    case ParamKind::Token: AddTokens(criterion, alias, purpose, lookups); break;
    case ParamKind::Uri: AddUris(criterion, alias, lookups); break;
    case ParamKind::Reference: {
      std::vector<std::string> texts;
      for (const SearchValue& value : criterion.any_of) texts.push_back(value.text);
      lookups.push_back({OneOf(alias + ".text", texts), false, texts.size() == 1});
      break;
    }
    case ParamKind::String:
      for (const SearchValue& value : criterion.any_of) {
        lookups.push_back({TextCondition(criterion, value, alias), false, false});
      }
      break;
    case ParamKind::Date:
      for (const SearchValue& value : criterion.any_of) AddDates(value, alias, purpose, lookups);
      break;
    case ParamKind::Number:
      for (const SearchValue& value : criterion.any_of) {
        lookups.push_back({DecimalCondition(value, alias), false, false});
      }
      break;
    case ParamKind::Quantity:
      for (const SearchValue& value : criterion.any_of) {
        lookups.push_back({QuantityCondition(value, alias), false, false});
      }
      break;
    case ParamKind::Special:
      for (const SearchValue& value : criterion.any_of) {
        lookups.push_back({CircleCondition(value.circle, alias), false, false});
      }
      break;
    case ParamKind::Composite: break;
  }
  return lookups;
}

/// One value of a composite's component, as a condition on a row of the component's table.
Sql CriterionSql::PartCondition(const SearchParam& param, const SearchValue& value,
                                const std::string& alias) const {
  switch (param.kind) {
    case ParamKind::Token: {
      if (value.any_code) return Piece(alias + ".system=?", {value.system.value_or("")});
      Sql sql = Piece(alias + ".text=?", {value.text});
      if (value.system) sql += Piece(" AND " + alias + ".system=?", {*value.system});
      return sql;
    }
    case ParamKind::Reference:
    case ParamKind::Uri: return Piece(alias + ".text=?", {value.text});
    case ParamKind::String: return TextCondition({}, value, alias);
    case ParamKind::Date: return SpanCondition(value, alias + ".low", alias + ".high");
    case ParamKind::Number: return DecimalCondition(value, alias);
    case ParamKind::Quantity: return QuantityCondition(value, alias);
    case ParamKind::Composite:
    case ParamKind::Special: break;
  }
  return Piece("1=0");
}

/// FROM and WHERE of the rows whose components match within one repetition. Empty `key`: of any
/// resource.
Sql CriterionSql::CompositeMatch(const Criterion& criterion, const SearchValue& value,
                                 const std::string& key) {
  const SearchParam& param = *criterion.param;
  std::string first;
  Sql from = Piece(" FROM ");
  Sql where = Piece(" WHERE ");
  for (std::size_t i = 0; i < value.parts.size(); ++i) {
    const SearchParam& component = *param.components[i].param;
    const std::string table = TableName(component.kind);
    const std::string alias = NewAlias("m");
    // The first component enters by its value, unless a resource is given; the others by key.
    if (i == 0) {
      first = alias;
      from.text += key.empty() ? table + ' ' + alias : ByKey(table, alias);
      if (!key.empty()) where.text += alias + ".key=" + key + " AND ";
    } else {
      from.text += " CROSS JOIN " + ByKey(table, alias);
      where.text +=
          " AND " + alias + ".key=" + first + ".key AND " + alias + ".grp=" + first + ".grp AND ";
    }
    where += OfParam(alias, param, static_cast<int>(i));
    where += Piece(" AND ");
    where += PartCondition(component, value.parts[i], alias);
  }
  Sql sql = Piece(key.empty() ? "SELECT " + first + ".key" : "SELECT 1");
  sql += from;
  return sql += where;
}

Sql CriterionSql::WordMatch(const Criterion& criterion, const SearchValue& value,
                            const std::string& key) {
  Sql sql;
  std::string first;
  for (const SearchValue& word : value.parts) {
    const std::string alias = NewAlias("w");
    const bool is_first = first.empty();
    if (is_first) first = alias;
    const std::string wanted = is_first && key.empty() ? "SELECT " + alias + ".key" : "SELECT 1";
    sql.text += is_first ? wanted : " AND EXISTS (" + wanted;
    sql.text += " FROM uri " + alias + " WHERE ";
    sql += OfParam(alias, *criterion.param);
    sql += word.any_code ? Piece(" AND " + alias + ".text>=? AND " + alias + ".text<?",
                                 {word.text, BehindPrefix(word.text)})
                         : Piece(" AND " + alias + ".text=?", {word.text});
    const std::string& of = is_first ? key : first + ".key";
    if (!of.empty()) sql.text += " AND " + alias + ".key=" + of;
    if (!is_first) sql.text += ')';
  }
  return sql;
}

void CriterionSql::AddGroupKeys(const Criterion& criterion, Branches& out) {
  for (const SearchValue& value : criterion.any_of) {
    out.push_back(IsFullText(*criterion.param) ? WordMatch(criterion, value, "")
                                               : CompositeMatch(criterion, value, ""));
  }
}

/// Keys by what the resource's own row says: _id and _lastUpdated.
void CriterionSql::AddRowKeys(const Criterion& criterion, const std::string& type, Branches& out) {
  const std::string alias = NewAlias("r");
  Sql sql = Piece("SELECT " + alias + ".key FROM resource " + alias + " WHERE " + alias +
                      ".type=? AND " + alias + ".deleted=0 AND ",
                  {type});
  out.push_back(sql += RowCondition(criterion, alias));
}

Sql CriterionSql::RowCondition(const Criterion& criterion, const std::string& alias) const {
  Sql sql;
  if (criterion.param->name == "_id") {
    std::vector<std::string> ids;
    for (const SearchValue& value : criterion.any_of) ids.push_back(value.text);
    sql = Piece(alias + (criterion.modifier == Modifier::Not ? ".id NOT IN (" : ".id IN ("));
    sql += ValueList(ids);
    return sql += Piece(")");
  }
  for (const SearchValue& value : criterion.any_of) {
    sql.text += sql.text.empty() ? "(" : " OR ";
    // A resource's lastUpdated is one millisecond. The bare column lets an index be used.
    const Sql range = ShortSpanRange(value, alias + ".updated");
    if (!range.text.empty()) {
      sql += range;
      sql += Piece(" AND ");
    }
    sql += SpanCondition(value, alias + ".updated", "(" + alias + ".updated+1)");
  }
  return sql += Piece(")");
}

Sql CriterionSql::AskMoment(const SqlRowName& reference, const MomentQuestion& moments,
                            bool is_known) {
  const std::string moment = reference.alias + ".moment";
  Sql sql = is_known
                ? Piece(" AND " + moment + ">=? AND " + moment + "<?", {moments.low, moments.high})
                : Piece(" AND " + moment + "=?", {kUnknownMoment});
  for (const Criterion* criterion : moments.criteria) {
    sql += Piece(" AND ");
    sql += is_known
               ? SpanCondition(criterion->any_of.front(), moment, reference.alias + ".moment_end")
               : Probe(*criterion, reference);
  }
  return sql;
}

/// Keys of what points by the criterion's parameter to a resource that meets one of its links.
void CriterionSql::AddChainKeys(const Criterion& criterion, const std::string& type,
                                const std::optional<MomentQuestion>& moments, Branches& out) {
  for (const Criterion::Link& link : criterion.links) {
    for (const bool is_known : {true, false}) {
      if (!is_known && !moments) continue;
      const KeySet inner = Keys(link.criterion, link.type, std::nullopt);
      const std::string keys = NewAlias("d");
      const std::string target = NewAlias("t");
      const std::string reference = NewAlias("f");
      Sql sql = Piece("SELECT " + reference + (moments ? ".key," + reference + ".moment" : ".key") +
                      " FROM (");
      sql += inner.select;
      sql.text += ") " + keys + " CROSS JOIN resource " + target + " CROSS JOIN reference " +
                  reference + " WHERE " + target + ".key=" + keys + ".key AND ";
      sql += Piece(target + ".type=? AND ", {link.type});
      sql += OfParam(reference, *criterion.param);
      sql += Piece(" AND " + reference + ".text=?||" + target + ".id", {link.type + '/'});
      if (moments) sql += AskMoment({reference, type}, *moments, is_known);
      out.push_back(std::move(sql));
    }
  }
}

/// Keys of what is pointed to by a resource that meets the link.
void CriterionSql::AddHasKeys(const Criterion& criterion, const std::string& type, Branches& out) {
  const Criterion::Link& link = criterion.links.front();
  const KeySet inner = Keys(link.criterion, link.type, std::nullopt);
  const std::string keys = NewAlias("d");
  const std::string source = NewAlias("s");
  const std::string reference = NewAlias("f");
  const std::string target = NewAlias("t");
  Sql sql = Piece("SELECT " + target + ".key FROM (");
  sql += inner.select;
  sql.text += ") " + keys + " CROSS JOIN resource " + source + " CROSS JOIN " +
              ByKey("reference", reference) + " CROSS JOIN resource " + target + " WHERE ";
  sql += Piece(source + ".key=" + keys + ".key AND " + source + ".type=? AND " + reference +
                   ".key=" + keys + ".key AND ",
               {link.type});
  sql += OfParam(reference, *criterion.param);
  sql += Piece(" AND ");
  out.push_back(sql += PointsAt(reference, target, type));
}

/// Keys by values of the criterion's own index.
bool CriterionSql::AddOwnKeys(const Criterion& criterion, const std::string& type,
                              const std::optional<MomentQuestion>& moments, Branches& out) {
  const std::string table = TableName(EntryKind(criterion));
  const bool split = moments && EntryKind(criterion) == ParamKind::Reference;
  bool is_single = true;
  for (const bool is_known : {true, false}) {
    if (!is_known && !split) continue;
    const std::string alias = NewAlias("x");
    for (const Lookup& lookup : Lookups(criterion, alias, Purpose::Keys)) {
      is_single = is_single && lookup.is_single;
      Sql sql = Piece("SELECT " + alias + (split ? ".key," + alias + ".moment" : ".key") +
                      " FROM " + table + ' ' + alias + " WHERE ");
      sql += Piece(alias + ".param=? AND ", {std::int64_t{EntryNumber(criterion)}});
      sql += lookup.where;
      if (split) sql += AskMoment({alias, type}, *moments, is_known);
      out.push_back(std::move(sql));
    }
  }
  return is_single;
}

KeySet CriterionSql::Keys(const Criterion& criterion, const std::string& type,
                          const std::optional<MomentQuestion>& moments) {
  Branches branches;
  bool is_single = false;
  if (criterion.backward) {
    AddHasKeys(criterion, type, branches);
  } else if (!criterion.links.empty()) {
    AddChainKeys(criterion, type, moments, branches);
  } else if (IsRowParam(*criterion.param)) {
    AddRowKeys(criterion, type, branches);
    is_single = true;
  } else if (criterion.param->kind == ParamKind::Composite || IsFullText(*criterion.param)) {
    AddGroupKeys(criterion, branches);
  } else {
    is_single = AddOwnKeys(criterion, type, moments, branches);
  }
  KeySet set;
  for (const Sql& branch : branches) {
    if (!set.select.text.empty()) set.select.text += " UNION ";
    set.select += branch;
  }
  // UNION leaves no key twice; a single branch has to be told so.
  if (branches.size() == 1 && !is_single) {
    set.select.text.insert(std::string_view("SELECT").size(), " DISTINCT");
  }
  set.has_moments = moments && !criterion.backward &&
                    (!criterion.links.empty() || (!IsRowParam(*criterion.param) &&
                                                  criterion.param->kind != ParamKind::Composite &&
                                                  EntryKind(criterion) == ParamKind::Reference));
  set.in_order = branches.size() == 1 && is_single && !IsRowParam(*criterion.param) &&
                 EntryKind(criterion) == ParamKind::Token;
  return set;
}

}  // namespace yizhan::store
