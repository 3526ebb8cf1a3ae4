#include "backend/store/search_query.h"

#include <algorithm>
#include <charconv>

#include "backend/fhir/resources.h"
#include "base/utf8.h"

namespace yizhan::store {
namespace {

constexpr std::size_t kMaxParameters = 100;
constexpr std::size_t kMaxAlternatives = 200;
constexpr std::size_t kMaxPage = 1000;

Error Broken(std::string_view parameter) {
  // The name comes from outside too: only what looks like a parameter name is repeated.
  const bool is_plain = parameter.size() <= 64 && std::ranges::all_of(parameter, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                                 c == '_' || c == ':' || c == '.';
                        });
  return {ErrorCode::BadData,
          "search parameter not understood: " + std::string(is_plain ? parameter : "(unreadable)")};
}

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> Decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const std::optional<int> high = HexDigit(text[i + 1]);
      const std::optional<int> low = HexDigit(text[i + 2]);
      if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  if (!IsUtf8(out)) return std::nullopt;
  return out;
}

/// Splits at ',' that has no backslash before it; "\," "\|" "\$" "\\" lose their backslash later.
std::vector<std::string> SplitAlternatives(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      parts.back() += text[i];
      parts.back() += text[++i];
    } else if (text[i] == ',') {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

std::string Unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

std::size_t FindBar(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '|') {
      return i;
    }
  }
  return std::string_view::npos;
}

SearchValue TokenValue(std::string_view text) {
  SearchValue value;
  const std::size_t bar = FindBar(text);
  if (bar == std::string_view::npos) {
    value.text = Unescape(text);
    return value;
  }
  value.system = Unescape(text.substr(0, bar));
  value.text = Unescape(text.substr(bar + 1));
  value.any_code = value.text.empty();
  return value;
}

std::optional<SearchValue> DateValue(std::string_view text, TimeZone zone) {
  static constexpr std::pair<std::string_view, Comparison> kPrefixes[] = {
      {"eq", Comparison::Equal},   {"ne", Comparison::NotEqual},
      {"lt", Comparison::Less},    {"le", Comparison::LessOrEqual},
      {"gt", Comparison::Greater}, {"ge", Comparison::GreaterOrEqual},
      {"sa", Comparison::After},   {"eb", Comparison::Before}};
  SearchValue value;
  for (const auto& [prefix, comparison] : kPrefixes) {
    if (!text.starts_with(prefix)) continue;
    value.comparison = comparison;
    text.remove_prefix(prefix.size());
    break;
  }
  // An unencoded '+' of a time zone arrives as a space.
  std::string date(text);
  std::ranges::replace(date, ' ', '+');
  value.span = SpanOf(date, zone);
  if (value.span == TimeSpan{}) return std::nullopt;
  return value;
}

/// "Patient/1", or "1" for each type the parameter may point to.
void AddReferenceValues(const std::string& text, const SearchParam& param,
                        std::string_view only_type, std::vector<SearchValue>& out) {
  const auto add = [&out](std::string reference) {
    SearchValue value;
    value.text = std::move(reference);
    out.push_back(std::move(value));
  };
  if (!fhir::IsId(text)) return add(text);
  if (!only_type.empty()) return add(std::string(only_type) + '/' + text);
  const std::string_view targets = param.targets;
  for (const std::string_view type : ResourceTypes()) {
    if (targets.empty() || targets.find(type) != std::string_view::npos) {
      add(std::string(type) + '/' + text);
    }
  }
}

std::optional<Modifier> ParseModifier(std::string_view name) {
  if (name.empty()) return Modifier::None;
  if (name == "not") return Modifier::Not;
  if (name == "missing") return Modifier::Missing;
  if (name == "exact") return Modifier::Exact;
  if (name == "contains") return Modifier::Contains;
  return std::nullopt;
}

bool Fits(Modifier modifier, ParamKind kind) {
  switch (modifier) {
    case Modifier::None:
    case Modifier::Missing: return true;
    case Modifier::Not: return kind == ParamKind::Token;
    case Modifier::Exact:
    case Modifier::Contains: return kind == ParamKind::String;
  }
  return false;
}

class Parser {
 public:
  Parser(const std::string& type, TimeZone zone, Handling handling)
      : zone_(zone), handling_(handling) {
    query_.type = type;
  }

  Status Take(const std::string& name, const std::string& value) {
    if (name.starts_with('_')) return Special(name, value);
    Result<std::optional<Criterion>> criterion = Parse(query_.type, name, value);
    if (!criterion) return tl::unexpected<Error>(criterion.error());
    if (!*criterion) return Unknown(name);
    query_.all_of.push_back(std::move(**criterion));
    Used(name, value);
    return {};
  }

  SearchQuery Finish() { return std::move(query_); }

 private:
  void Used(const std::string& name, const std::string& value) {
    query_.used.emplace_back(name, value);
  }
  Status Unknown(const std::string& name) const {
    if (handling_ == Handling::Lenient) return {};
    return tl::unexpected<Error>(Broken(name));
  }

  /// Empty optional: the type has no such parameter (or modifier).
  Result<std::optional<Criterion>> Parse(std::string_view type, std::string_view name,
                                         const std::string& value) {
    const std::size_t dot = name.find('.');
    if (dot != std::string_view::npos) return ParseChain(type, name, dot, value);
    const std::size_t colon = name.find(':');
    const std::string_view modifier =
        colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
    Criterion criterion;
    criterion.param = FindParam(type, name.substr(0, colon));
    if (criterion.param == nullptr) return std::optional<Criterion>();
    std::string_view only_type;
    if (criterion.param->kind == ParamKind::Reference && IsResourceType(modifier)) {
      only_type = modifier;
    } else if (const auto parsed = ParseModifier(modifier);
               parsed && Fits(*parsed, criterion.param->kind)) {
      criterion.modifier = *parsed;
    } else {
      return std::optional<Criterion>();
    }
    if (criterion.modifier == Modifier::Missing) {
      if (value != "true" && value != "false") return tl::unexpected<Error>(Broken(name));
      criterion.missing = value == "true";
      return std::optional<Criterion>(std::move(criterion));
    }
    if (!AddValues(value, only_type, criterion)) return tl::unexpected<Error>(Broken(name));
    return std::optional<Criterion>(std::move(criterion));
  }

  [[nodiscard]] bool AddValues(const std::string& value, std::string_view only_type,
                               Criterion& criterion) const {
    for (const std::string& part : SplitAlternatives(value)) {
      if (part.empty()) continue;
      switch (criterion.param->kind) {
        case ParamKind::Token: criterion.any_of.push_back(TokenValue(part)); break;
        case ParamKind::Reference:
          AddReferenceValues(Unescape(part), *criterion.param, only_type, criterion.any_of);
          break;
        case ParamKind::Date: {
          std::optional<SearchValue> date = DateValue(part, zone_);
          if (!date) return false;
          criterion.any_of.push_back(std::move(*date));
          break;
        }
        case ParamKind::String: {
          SearchValue text;
          text.system = Unescape(part);
          text.text = FoldText(*text.system);
          criterion.any_of.push_back(std::move(text));
          break;
        }
      }
    }
    return !criterion.any_of.empty() && criterion.any_of.size() <= kMaxAlternatives;
  }

  /// patient.identifier=..., actor:Practitioner.name=...; one link only.
  Result<std::optional<Criterion>> ParseChain(std::string_view type, std::string_view name,
                                              std::size_t dot, const std::string& value) {
    const std::string_view link = name.substr(0, dot);
    const std::size_t colon = link.find(':');
    const SearchParam* param = FindParam(type, link.substr(0, colon));
    if (param == nullptr || param->kind != ParamKind::Reference) return std::optional<Criterion>();
    std::string_view target = param->targets;
    if (colon != std::string_view::npos) target = link.substr(colon + 1);
    const std::string_view rest = name.substr(dot + 1);
    if (!IsResourceType(target) || rest.find('.') != std::string_view::npos) {
      return std::optional<Criterion>();
    }
    Result<std::optional<Criterion>> inner = Parse(target, rest, value);
    if (!inner || !*inner) return inner;
    Criterion criterion;
    criterion.param = param;
    criterion.chained.push_back(std::move(**inner));
    return std::optional<Criterion>(std::move(criterion));
  }

  Status Special(const std::string& name, const std::string& value) {
    if (name == "_format" || name == "_pretty") return {};
    bool known = true;
    bool good = true;
    if (name == "_id") {
      for (const std::string& id : SplitAlternatives(value)) query_.ids.push_back(Unescape(id));
      good = query_.ids.size() <= kMaxAlternatives;
    } else if (name == "_lastUpdated") {
      const std::optional<SearchValue> date = DateValue(value, zone_);
      good = date.has_value();
      if (date) query_.updated.push_back(*date);
    } else if (name == "_count") {
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), query_.count);
      good = error == std::errc() && end == value.data() + value.size();
      if (good && query_.count == 0) query_.only_total = true;
      query_.count = std::clamp<std::size_t>(query_.count, 1, kMaxPage);
    } else if (name == "_sort") {
      known = Sort(value);
    } else if (name.starts_with("_include") || name.starts_with("_revinclude")) {
      known = Include(name, value);
    } else if (name == "_summary" && value == "count") {
      query_.only_total = true;
    } else if (name == "_total") {
      query_.want_total = value != "none";
    } else if (name == "_cursor") {
      query_.cursor = value;
      return {};
    } else {
      known = false;
    }
    if (!good) return tl::unexpected<Error>(Broken(name));
    if (!known) return Unknown(name);
    Used(name, value);
    return {};
  }

  bool Sort(std::string_view value) {
    query_.descending = value.starts_with('-');
    if (query_.descending) value.remove_prefix(1);
    if (value == "_lastUpdated") {
      query_.sort = SortBy::Updated;
      return true;
    }
    const SearchParam* param = FindParam(query_.type, value);
    if (param == nullptr || param->kind != ParamKind::Date) {
      query_.descending = false;
      return false;
    }
    query_.sort = SortBy::Date;
    query_.sort_param = param;
    return true;
  }

  /// "Appointment:patient", "Appointment:actor:Location", "Appointment:*".
  bool Include(std::string_view name, std::string_view value) {
    Inclusion inclusion;
    inclusion.backward = name.starts_with("_revinclude");
    const std::size_t colon = name.find(':');
    if (colon != std::string_view::npos) {
      if (name.substr(colon) != ":iterate" && name.substr(colon) != ":recurse") return false;
      inclusion.iterate = true;
    }
    const std::size_t first = value.find(':');
    if (first == std::string_view::npos) return false;
    inclusion.source_type = value.substr(0, first);
    std::string_view param = value.substr(first + 1);
    const std::size_t second = param.find(':');
    if (second != std::string_view::npos) {
      inclusion.target_type = param.substr(second + 1);
      param = param.substr(0, second);
    }
    if (param != "*") {
      inclusion.param = FindParam(inclusion.source_type, param);
      if (inclusion.param == nullptr || inclusion.param->kind != ParamKind::Reference) return false;
    } else if (inclusion.backward) {
      return false;
    }
    query_.inclusions.push_back(std::move(inclusion));
    return true;
  }

  const TimeZone zone_;
  const Handling handling_;
  SearchQuery query_;
};

}  // namespace

Result<SearchParameters> ParseQueryString(std::string_view text) {
  SearchParameters parameters;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::optional<std::string> name = Decode(pair.substr(0, equals));
    const std::optional<std::string> value =
        Decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value) return Fail(ErrorCode::BadData, "search has broken percent encoding");
    if (parameters.size() == kMaxParameters) {
      return Fail(ErrorCode::BadData, "search has too many parameters");
    }
    parameters.emplace_back(*name, *value);
  }
  return parameters;
}

Result<SearchQuery> ParseSearch(const std::string& type, const SearchParameters& parameters,
                                TimeZone zone, Handling handling) {
  Parser parser(type, zone, handling);
  for (const auto& [name, value] : parameters) {
    if (Status taken = parser.Take(name, value); !taken) {
      return tl::unexpected<Error>(taken.error());
    }
  }
  return parser.Finish();
}

}  // namespace yizhan::store
