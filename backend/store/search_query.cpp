#include "backend/store/search_query.h"

#include <algorithm>
#include <charconv>

#include "backend/fhir/resources.h"
#include "backend/store/full_text.h"
#include "backend/store/search_values.h"

namespace yizhan::store {
namespace {

constexpr std::size_t kMaxAlternatives = 200;
constexpr std::size_t kMaxPage = 1000;
/// patient.organization.partof...: further than anybody looks.
constexpr int kMaxDepth = 6;
/// Conditions of one search with all that its chains branch into.
constexpr int kMaxConditions = 200;
/// Values of one parameter and of the whole search, with all that they stand for: engines bound the
/// length of a statement and the number of its branches.
constexpr std::size_t kMaxBranches = 400;
constexpr std::size_t kMaxValues = 2000;
constexpr std::size_t kMaxInclusions = 50;
constexpr std::size_t kMaxSortKeys = 5;

/// The name comes from outside too: only what looks like a parameter name is repeated.
std::string NameToTell(std::string_view parameter) {
  const bool is_plain = parameter.size() <= 64 && std::ranges::all_of(parameter, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                                 c == '_' || c == ':' || c == '.';
                        });
  return std::string(is_plain ? parameter : "(unreadable)");
}

Error Broken(std::string_view parameter) {
  return {ErrorCode::BadData, "search parameter not understood: " + NameToTell(parameter)};
}

std::optional<Modifier> ParseModifier(std::string_view name) {
  static constexpr std::pair<std::string_view, Modifier> kNames[] = {
      {"", Modifier::None},
      {"not", Modifier::Not},
      {"missing", Modifier::Missing},
      {"exact", Modifier::Exact},
      {"contains", Modifier::Contains},
      {"text", Modifier::Text},
      {"above", Modifier::Above},
      {"below", Modifier::Below},
      {"identifier", Modifier::Identifier},
      {"of-type", Modifier::OfType},
      {"in", Modifier::In},
      {"not-in", Modifier::NotIn}};
  for (const auto& [known, modifier] : kNames) {
    if (name == known) return modifier;
  }
  return std::nullopt;
}

bool IsOfRow(const SearchParam& param) {
  return param.name == "_id" || param.name == "_lastUpdated";
}

bool IsSortable(const SearchParam& param) {
  return param.kind != ParamKind::Composite && param.kind != ParamKind::Special &&
         !IsFullText(param);
}

bool Fits(Modifier modifier, const SearchParam& param) {
  const ParamKind kind = param.kind;
  if (IsFullText(param)) return modifier == Modifier::None;
  switch (modifier) {
    case Modifier::None: return true;
    case Modifier::Missing: return kind != ParamKind::Composite && !IsOfRow(param);
    case Modifier::Not: return kind == ParamKind::Token;
    case Modifier::Text:
    case Modifier::OfType:
    case Modifier::In:
    case Modifier::NotIn: return kind == ParamKind::Token && !IsOfRow(param);
    case Modifier::Exact:
    case Modifier::Contains: return kind == ParamKind::String;
    case Modifier::Above:
    case Modifier::Below: return kind == ParamKind::Uri;
    case Modifier::Identifier: return kind == ParamKind::Reference;
  }
  return false;
}

/// Answers of the parser about one parameter: empty optional when the type has no such one.
using Parsed = Result<std::optional<Criterion>>;

class Parser {
 public:
  Parser(const std::string& type, TimeZone zone, Handling handling, std::string_view base)
      : zone_(zone), handling_(handling), base_(base) {
    query_.type = type;
  }

  Status Take(const std::string& name, const std::string& value) {
    const std::optional<bool> as_result = TakeResultParameter(name, value);
    if (as_result) {
      if (!*as_result) return tl::unexpected<Error>(Broken(name));
      return {};
    }
    Parsed criterion = Parse(query_.type, name, value, 1);
    if (!criterion) return tl::unexpected<Error>(criterion.error());
    if (!*criterion) return has_misfit_ ? tl::unexpected<Error>(Misfit(name)) : Unknown(name);
    query_.all_of.push_back(std::move(**criterion));
    Used(name, value);
    return {};
  }

  /// Result parameters that nobody could use, in a strict search.
  [[nodiscard]] Status Finish() const { return unknown_.empty() ? Status() : Unknown(unknown_); }
  SearchQuery Query() { return std::move(query_); }

 private:
  void Used(const std::string& name, const std::string& value) {
    query_.used.emplace_back(name, value);
  }
  /// Of a known parameter; what it asks for must not be left out.
  static Error Misfit(std::string_view name) {
    return {ErrorCode::BadData, "modifier is not supported: " + NameToTell(name)};
  }
  Status Unknown(const std::string& name) const {
    if (handling_ == Handling::Lenient) return {};
    return tl::unexpected<Error>(Broken(name));
  }

  Parsed Parse(std::string_view type, std::string_view name, const std::string& value, int depth) {
    if (depth > kMaxDepth || ++conditions_ > kMaxConditions) {
      return Fail(ErrorCode::BadData, "search has too many parts");
    }
    if (name.starts_with("_has:")) return ParseHas(type, name.substr(5), value, depth);
    const std::size_t dot = name.find('.');
    if (dot != std::string_view::npos) {
      return ParseChain(type, name.substr(0, dot), name.substr(dot + 1), value, depth);
    }
    const std::size_t colon = name.find(':');
    const std::string_view modifier =
        colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
    Criterion criterion;
    criterion.param = FindParam(type, name.substr(0, colon));
    if (criterion.param == nullptr || !IsSearchable(type, *criterion.param)) {
      return std::optional<Criterion>();
    }
    ValueContext context{criterion.param, Modifier::None, {}, zone_, base_};
    if (criterion.param->kind == ParamKind::Reference && IsResourceType(modifier)) {
      context.only_type = modifier;
    } else if (const auto parsed = ParseModifier(modifier);
               parsed && Fits(*parsed, *criterion.param)) {
      context.modifier = *parsed;
    } else {
      has_misfit_ = true;
      return std::optional<Criterion>();
    }
    criterion.modifier = context.modifier;
    if (!AddValues(value, context, criterion)) return tl::unexpected<Error>(Broken(name));
    if (!CountValues(criterion)) return Fail(ErrorCode::BadData, "search has too many parts");
    if (handling_ == Handling::Strict &&
        std::ranges::any_of(criterion.any_of, &SearchValue::unknown_unit)) {
      return Fail(ErrorCode::BadData, "unit is not in this server's table: " + NameToTell(name));
    }
    return std::optional<Criterion>(std::move(criterion));
  }

  static bool AddValues(const std::string& value, const ValueContext& context,
                        Criterion& criterion) {
    if (criterion.modifier == Modifier::Missing) {
      criterion.missing = value == "true";
      return criterion.missing || value == "false";
    }
    std::size_t alternatives = 0;
    for (const std::string& part : SplitAlternatives(value)) {
      if (part.empty()) continue;
      if (++alternatives > kMaxAlternatives) return false;
      if (!AddValue(part, context, criterion.any_of)) return false;
    }
    return alternatives > 0;
  }

  bool CountValues(const Criterion& criterion) {
    // What a reference may stand for is one list in one branch.
    if (criterion.param->kind == ParamKind::Reference) return true;
    for (const SearchValue& value : criterion.any_of) values_ += 1 + value.parts.size();
    return criterion.any_of.size() <= kMaxBranches && values_ <= kMaxValues;
  }

  /// patient.identifier=..., actor:Practitioner.name=..., subject:Patient.organization.name=...
  Parsed ParseChain(std::string_view type, std::string_view link, std::string_view rest,
                    const std::string& value, int depth) {
    const std::size_t colon = link.find(':');
    Criterion criterion;
    criterion.param = FindParam(type, link.substr(0, colon));
    if (criterion.param == nullptr || criterion.param->kind != ParamKind::Reference) {
      return std::optional<Criterion>();
    }
    std::vector<std::string_view> targets = criterion.param->targets;
    if (colon != std::string_view::npos) targets = {link.substr(colon + 1)};
    for (const std::string_view target : targets) {
      if (!IsResourceType(target)) continue;
      Parsed inner = Parse(target, rest, value, depth + 1);
      if (!inner) return inner;
      if (*inner) criterion.links.push_back({std::string(target), std::move(**inner)});
    }
    if (criterion.links.empty()) return std::optional<Criterion>();
    return std::optional<Criterion>(std::move(criterion));
  }

  /// _has:Observation:patient:code=... ; `text` is what follows "_has:".
  Parsed ParseHas(std::string_view type, std::string_view text, const std::string& value,
                  int depth) {
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos) return std::optional<Criterion>();
    const std::string_view source = text.substr(0, first);
    Criterion criterion;
    criterion.backward = true;
    if (!IsResourceType(source)) return std::optional<Criterion>();
    criterion.param = FindParam(source, text.substr(first + 1, second - first - 1));
    const bool can_point_here =
        criterion.param != nullptr && criterion.param->kind == ParamKind::Reference &&
        (criterion.param->targets.empty() ||
         std::ranges::find(criterion.param->targets, type) != criterion.param->targets.end());
    if (!can_point_here) return std::optional<Criterion>();
    Parsed inner = Parse(source, text.substr(second + 1), value, depth + 1);
    if (!inner || !*inner) return inner;
    criterion.links.push_back({std::string(source), std::move(**inner)});
    return std::optional<Criterion>(std::move(criterion));
  }

  /// Empty optional: it is no parameter about the result. False: its value is broken.
  std::optional<bool> TakeResultParameter(const std::string& name, const std::string& value) {
    bool good = true;
    if (name == "_count") {
      good = Count(value);
    } else if (name == "_sort") {
      good = Sort(value);
    } else if (name.starts_with("_include") || name.starts_with("_revinclude")) {
      good = Include(name, value);
    } else if (name == "_summary") {
      query_.only_total = query_.only_total || value == "count";
    } else if (name == "_total") {
      query_.want_total = value == "accurate" || value == "estimate";
      good = query_.want_total || value == "none";
    } else if (name == "_elements") {
      // What is shown of a resource is not the search's matter, but belongs to its links.
    } else if (name == "_cursor") {
      query_.cursor = value;
      return true;
    } else if (name == "_format" || name == "_pretty") {
      return true;
    } else {
      return std::nullopt;
    }
    if (good) {
      Used(name, value);
    } else if (name != "_count" && name != "_total") {
      // Of sorting and including a server may support less than is asked for.
      unknown_ = name;
      return true;
    }
    return good;
  }

  bool Count(const std::string& value) {
    const char* end = value.data() + value.size();
    std::size_t count = 0;
    const auto parsed = std::from_chars(value.data(), end, count);
    if (parsed.ec != std::errc() || parsed.ptr != end) return false;
    query_.only_total = query_.only_total || count == 0;
    query_.count = std::clamp<std::size_t>(count, 1, kMaxPage);
    return true;
  }

  /// "status,-date,_id"
  bool Sort(std::string_view value) {
    std::vector<SortKey> keys;
    for (const std::string& part : SplitAlternatives(value)) {
      SortKey key;
      key.descending = part.starts_with('-');
      key.param = FindParam(query_.type, std::string_view(part).substr(key.descending ? 1 : 0));
      if (key.param == nullptr || !IsSortable(*key.param) || keys.size() == kMaxSortKeys) {
        return false;
      }
      keys.push_back(key);
    }
    query_.sort = std::move(keys);
    return true;
  }

  /// "Appointment:patient", "Appointment:actor:Location", "Appointment:*", "*".
  bool Include(std::string_view name, std::string_view value) {
    Inclusion inclusion;
    const std::size_t colon = name.find(':');
    const std::string_view modifier =
        colon == std::string_view::npos ? std::string_view() : name.substr(colon);
    inclusion.iterate = modifier == ":iterate" || modifier == ":recurse";
    inclusion.backward = name.substr(0, colon) == "_revinclude";
    if (!inclusion.backward && name.substr(0, colon) != "_include") return false;
    if (!modifier.empty() && !inclusion.iterate) return false;
    if (query_.inclusions.size() == kMaxInclusions) return false;
    if (value != "*" && !IncludedParam(value, inclusion)) return false;
    query_.inclusions.push_back(std::move(inclusion));
    return true;
  }

  static bool IncludedParam(std::string_view value, Inclusion& inclusion) {
    const std::size_t first = value.find(':');
    if (first == std::string_view::npos) return false;
    inclusion.source_type = value.substr(0, first);
    std::string_view name = value.substr(first + 1);
    const std::size_t second = name.find(':');
    if (second != std::string_view::npos) {
      inclusion.target_type = name.substr(second + 1);
      name = name.substr(0, second);
      if (!IsResourceType(inclusion.target_type)) return false;
    }
    if (!IsResourceType(inclusion.source_type)) return false;
    if (name == "*") return true;
    inclusion.param = FindParam(inclusion.source_type, name);
    return inclusion.param != nullptr && inclusion.param->kind == ParamKind::Reference;
  }

  const TimeZone zone_;
  const Handling handling_;
  const std::string_view base_;
  SearchQuery query_;
  std::string unknown_;
  int conditions_ = 0;
  std::size_t values_ = 0;
  bool has_misfit_ = false;  ///< A parameter was known, its modifier not.
};

}  // namespace

Result<SearchQuery> ParseSearch(const std::string& type, const SearchParameters& parameters,
                                TimeZone zone, Handling handling, std::string_view base) {
  Parser parser(type, zone, handling, base);
  for (const auto& [name, value] : parameters) {
    if (Status taken = parser.Take(name, value); !taken) {
      return tl::unexpected<Error>(taken.error());
    }
  }
  if (Status finished = parser.Finish(); !finished) return tl::unexpected<Error>(finished.error());
  return parser.Query();
}

bool IsSearchable(std::string_view type, const SearchParam& param) {
  return !IsFullText(param) || HasFullText(type, param);
}

}  // namespace yizhan::store
