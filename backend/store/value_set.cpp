#include "backend/store/value_set.h"

#include <algorithm>
#include <map>
#include <set>

#include "backend/fhir/resources.h"
#include "backend/store/search_run.h"
#include "backend/store/sql_reads.h"

namespace yizhan::store {
namespace {

using fhir::Json;

constexpr std::size_t kMaxCodes = 1000;
/// Each is a branch of the search.
constexpr std::size_t kMaxSystems = 100;
/// Sets that include sets: further is a mistake, or a circle.
constexpr int kMaxDepth = 5;

bool IsValueSetModifier(Modifier modifier) {
  return modifier == Modifier::In || modifier == Modifier::NotIn;
}

tl::unexpected<Error> Bad(const char* detail) { return Fail(ErrorCode::BadData, detail); }

/// What a set consists of.
struct Codes {
  std::map<std::string, std::set<std::string>> by_system;
  std::set<std::string> whole_systems;

  [[nodiscard]] std::size_t Size() const {
    std::size_t size = whole_systems.size();
    for (const auto& [system, codes] : by_system) size += codes.size();
    return size;
  }
};

class Expander {
 public:
  explicit Expander(SqlReader& reader) : reader_(reader) {}

  Status Add(const std::string& address, Codes& codes, int depth = 0) {
    if (depth == kMaxDepth) return Bad("value sets include each other too deeply");
    const Result<Json> set = Find(address);
    if (!set) return tl::unexpected<Error>(set.error());
    if ((*set)["expansion"].Has("contains")) return AddExpansion((*set)["expansion"], codes);
    for (const Json& include : (*set)["compose"]["include"].Items()) {
      if (Status added = AddIncluded(include, codes, depth); !added) return added;
    }
    for (const Json& exclude : (*set)["compose"]["exclude"].Items()) {
      if (Status taken = TakeExcluded(exclude, codes, depth); !taken) return taken;
    }
    return Bounded(codes);
  }

 private:
  static Status Bounded(const Codes& codes) {
    if (codes.Size() > kMaxCodes) return Bad("value set has more than a thousand codes");
    if (codes.whole_systems.size() + codes.by_system.size() > kMaxSystems) {
      return Bad("value set has codes of more than a hundred systems");
    }
    return {};
  }

  Result<Json> Find(const std::string& address) {
    const std::optional<fhir::Target> target = fhir::ParseReference(address);
    if (target && target->type == "ValueSet") {
      const Result<StoredResource> stored = ReadCurrent(reader_, target->type, target->id);
      if (!stored && stored.error().code != ErrorCode::NotFound) {
        return tl::unexpected<Error>(stored.error());
      }
      if (stored && !stored->deleted) return Json::Parse(stored->text);
      return Bad("value set is not known here");
    }
    SearchQuery query;
    query.type = "ValueSet";
    query.count = 1;
    const std::size_t bar = address.rfind('|');
    query.all_of.push_back(Equal("url", address.substr(0, bar)));
    if (bar != std::string::npos) query.all_of.push_back(Equal("version", address.substr(bar + 1)));
    // Of several versions the one that was stored last.
    query.sort.push_back({FindParam("ValueSet", "_lastUpdated"), true});
    const Result<SearchResult> found = RunSearch(reader_, query);
    if (!found) return tl::unexpected<Error>(found.error());
    if (found->matches.empty()) return Bad("value set is not known here");
    return Json::Parse(found->matches.front().text);
  }

  static Criterion Equal(const char* param, std::string text) {
    Criterion criterion;
    criterion.param = FindParam("ValueSet", param);
    SearchValue value;
    value.text = IndexedPart(text);
    criterion.any_of.push_back(std::move(value));
    return criterion;
  }

  static Status AddExpansion(const Json& expansion, Codes& codes) {
    std::size_t listed = 0;
    std::vector<const Json*> open{&expansion};
    while (!open.empty()) {
      const Json& level = *open.back();
      open.pop_back();
      for (const Json& entry : level["contains"].Items()) {
        ++listed;
        open.push_back(&entry);
        const std::string& code = entry["code"].AsString();
        if (entry["abstract"].AsBoolean() || code.empty()) continue;
        codes.by_system[entry["system"].AsString()].insert(code);
      }
    }
    const std::optional<std::int64_t> total = expansion["total"].AsInteger();
    if (total && *total > static_cast<std::int64_t>(listed)) {
      return Bad("value set's expansion is incomplete");
    }
    return Bounded(codes);
  }

  /// What one include or exclude lists.
  Status Listed(const Json& part, Codes& codes, int depth) {
    if (part.Has("filter")) return Bad("value set is defined by a filter and not expanded");
    const std::string& system = part["system"].AsString();
    const std::vector<Json>& sets = part["valueSet"].Items();
    // Both together mean what is in all of them, which nobody lists.
    if (sets.size() + (system.empty() ? 0 : 1) > 1) {
      return Bad("value set is an intersection and not expanded");
    }
    for (const Json& set : sets) {
      if (Status added = Add(set.AsString(), codes, depth + 1); !added) return added;
    }
    for (const Json& concept_ : part["concept"].Items()) {
      codes.by_system[system].insert(concept_["code"].AsString());
    }
    if (!system.empty() && !part.Has("concept")) codes.whole_systems.insert(system);
    return {};
  }
  Status AddIncluded(const Json& include, Codes& codes, int depth) {
    if (Status listed = Listed(include, codes, depth); !listed) return listed;
    return Bounded(codes);
  }
  Status TakeExcluded(const Json& exclude, Codes& codes, int depth) {
    Codes excluded;
    if (Status listed = Listed(exclude, excluded, depth); !listed) return listed;
    for (const std::string& system : excluded.whole_systems) {
      codes.by_system.erase(system);
      codes.whole_systems.erase(system);
    }
    for (const auto& [system, taken] : excluded.by_system) {
      if (codes.whole_systems.contains(system)) {
        return Bad("value set leaves codes out of a whole system and is not expanded");
      }
      for (const std::string& code : taken) codes.by_system[system].erase(code);
    }
    return {};
  }

  SqlReader& reader_;
};

void AddCode(const std::string& system, const std::string& code, std::vector<SearchValue>& out) {
  SearchValue value;
  value.system = std::string(IndexedPart(system));
  value.text = IndexedPart(code);
  value.any_code = code.empty();
  out.push_back(std::move(value));
}

std::vector<SearchValue> ValuesOf(const Codes& codes) {
  std::vector<SearchValue> values;
  for (const std::string& system : codes.whole_systems) AddCode(system, "", values);
  for (const auto& [system, listed] : codes.by_system) {
    for (const std::string& code : listed) {
      AddCode(system, code, values);
      if (!system.empty()) AddCode("", code, values);
    }
  }
  if (!values.empty()) return values;
  // An empty set: no row has an empty text.
  values.emplace_back().system.emplace();
  return values;
}

Status Resolve(Expander& expander, Criterion& criterion) {
  for (Criterion::Link& link : criterion.links) {
    if (Status done = Resolve(expander, link.criterion); !done) return done;
  }
  if (!IsValueSetModifier(criterion.modifier)) return {};
  Codes codes;
  for (const SearchValue& value : criterion.any_of) {
    if (Status added = expander.Add(value.text, codes); !added) return added;
  }
  criterion.modifier = criterion.modifier == Modifier::In ? Modifier::None : Modifier::Not;
  criterion.any_of = ValuesOf(codes);
  return {};
}

}  // namespace

bool AsksForValueSet(const Criterion& criterion) {
  return IsValueSetModifier(criterion.modifier) ||
         std::ranges::any_of(criterion.links, [](const Criterion::Link& link) {
           return AsksForValueSet(link.criterion);
         });
}

Status ResolveValueSets(SqlReader& reader, std::vector<Criterion>& criteria) {
  Expander expander(reader);
  for (Criterion& criterion : criteria) {
    if (Status done = Resolve(expander, criterion); !done) return done;
  }
  return {};
}

}  // namespace yizhan::store
