/// \file
/// One criterion of a search as SQL over the index tables (index_tables.h), for every engine: as
/// the set of keys that meet it, or as a question about one row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/store/search_query.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// A row of `resource` in a statement, by its alias.
struct SqlRowName {
  std::string alias;
  std::string type;  ///< The resource type its rows have.
};

/// What a search asks of the moments (see kUnknownMoment) of the resources it looks for.
struct MomentQuestion {
  std::int64_t low = 0;  ///< A range that holds them all, half open.
  std::int64_t high = 0;
  std::vector<const Criterion*> criteria;  ///< Each has one value. Borrowed.
};

/// A set of keys in a statement.
struct KeySet {
  Sql select;             ///< "SELECT key FROM ..." without a key twice.
  bool in_order = false;  ///< Its index has the rows in the order of the keys.
  /// The question about moments is answered, and the select has a second column `moment`.
  bool has_moments = false;
};

/// How few rows a criterion usually leaves; the lowest is used first.
[[nodiscard]] int RankOf(const Criterion& criterion);
/// From this rank on a criterion cannot be turned into keys.
inline constexpr int kNoKeys = 100;

/// Writes criteria as SQL. Thread-bound; use one for each statement, aliases count up.
class CriterionSql {
 public:
  explicit CriterionSql(SqlDialect dialect) : dialect_(dialect) {}

  /// Every key of `type` that meets the criterion, and perhaps keys of other types, if its rank is
  /// below kNoKeys. Where the criterion's index has moments, only those whose moment is right.
  [[nodiscard]] KeySet Keys(const Criterion& criterion, const std::string& type,
                            const std::optional<MomentQuestion>& moments);
  /// Whether the row meets the criterion.
  [[nodiscard]] Sql Probe(const Criterion& criterion, const SqlRowName& row);

 private:
  /// One way into one index table.
  struct Lookup {
    Sql where;
    /// By its table's primary key a given resource can be found in it; otherwise by its by_key
    /// index.
    bool finds_key = false;
    /// No resource has two such rows.
    bool is_single = false;
  };
  /// "SELECT x.key FROM ..." each; together they are the set.
  using Branches = std::vector<Sql>;
  enum class Purpose { Keys, Probe };

  [[nodiscard]] std::string NewAlias(const char* prefix);
  [[nodiscard]] std::string ByKey(const std::string& table, const std::string& alias) const;
  [[nodiscard]] std::vector<Lookup> Lookups(const Criterion& criterion, const std::string& alias,
                                            Purpose purpose);
  void AddTokens(const Criterion& criterion, const std::string& alias, Purpose purpose,
                 std::vector<Lookup>& out);
  void AddUris(const Criterion& criterion, const std::string& alias, std::vector<Lookup>& out);
  void AddDates(const SearchValue& value, const std::string& alias, Purpose purpose,
                std::vector<Lookup>& out);
  [[nodiscard]] Sql TextCondition(const Criterion& criterion, const SearchValue& value,
                                  const std::string& alias) const;
  [[nodiscard]] Sql PartCondition(const SearchParam& param, const SearchValue& value,
                                  const std::string& alias) const;
  [[nodiscard]] Sql CompositeMatch(const Criterion& criterion, const SearchValue& value,
                                   const std::string& key);
  void AddChainKeys(const Criterion& criterion, const std::string& type,
                    const std::optional<MomentQuestion>& moments, Branches& out);
  void AddHasKeys(const Criterion& criterion, const std::string& type, Branches& out);
  void AddRowKeys(const Criterion& criterion, const std::string& type, Branches& out);
  /// As CompositeMatch: all words of one value of full text.
  [[nodiscard]] Sql WordMatch(const Criterion& criterion, const SearchValue& value,
                              const std::string& key);
  void AddGroupKeys(const Criterion& criterion, Branches& out);
  /// True: no branch has a key twice.
  bool AddOwnKeys(const Criterion& criterion, const std::string& type,
                  const std::optional<MomentQuestion>& moments, Branches& out);
  /// What is asked of the moment of a row of the reference table.
  [[nodiscard]] Sql AskMoment(const SqlRowName& reference, const MomentQuestion& moments,
                              bool is_known);
  [[nodiscard]] Sql RowCondition(const Criterion& criterion, const std::string& alias) const;
  [[nodiscard]] Sql ProbeMissing(const Criterion& criterion, const SqlRowName& row);
  [[nodiscard]] Sql ProbeChain(const Criterion& criterion, const SqlRowName& row);
  [[nodiscard]] Sql ProbeOwn(const Criterion& criterion, const SqlRowName& row);
  [[nodiscard]] Sql ProbeHas(const Criterion& criterion, const SqlRowName& row);

  const SqlDialect dialect_;
  int aliases_ = 0;
};

}  // namespace yizhan::store
