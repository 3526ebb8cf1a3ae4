#include <algorithm>
#include <unordered_set>

#include "backend/r4/address.h"
#include "backend/r4/fhirpath_run.h"
#include "backend/r4/fhirpath_values.h"
#include "backend/r4/xhtml.h"

namespace yizhan::r4 {
namespace {

using fhir::Json;

bool IsLetterByte(unsigned char c) { return (c & 0xC0U) != 0x80U; }

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return IsLetterByte(static_cast<unsigned char>(c));
  }));
}

/// Where the character number `count` begins; the text's size when there are fewer.
std::size_t PlaceOfCharacter(std::string_view text, std::size_t count) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!IsLetterByte(static_cast<unsigned char>(text[at]))) continue;
    if (count == 0) return at;
    --count;
  }
  return text.size();
}

std::string Cased(std::string_view text, bool upper) {
  std::string out(text);
  for (char& c : out) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string Replaced(std::string_view text, std::string_view what, std::string_view by) {
  if (what.empty()) return std::string(text);
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t found = text.find(what, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) return out;
    out += by;
    at = found + what.size();
  }
}

const std::string& ScalarText(const Json& value) {
  return value.IsString() ? value.AsString() : value.AsNumberText();
}

}  // namespace

Nodes Run::Call(const Term& term, const Here& here) {
  switch (term.function) {
    case Function::All:
    case Function::Exists:
    case Function::Where:
    case Function::Select:
    case Function::Repeat:
    case Function::Iif: return CallWithCriteria(term, here);
    case Function::Not:
    case Function::AllTrue:
    case Function::AnyTrue:
    case Function::AllFalse:
    case Function::AnyFalse:
    case Function::SubsetOf:
    case Function::SupersetOf: return CallOnTruths(term, here);
    case Function::ToInteger:
    case Function::ToDecimal:
    case Function::ToString:
    case Function::ToBoolean: return CallConversion(term, here);
    case Function::IndexOf:
    case Function::Substring:
    case Function::StartsWith:
    case Function::EndsWith:
    case Function::Contains:
    case Function::Upper:
    case Function::Lower:
    case Function::Replace:
    case Function::Matches:
    case Function::ReplaceMatches:
    case Function::Length: return CallOnText(term, here);
    case Function::Children:
    case Function::Descendants:
    case Function::Trace:
    case Function::HasValue:
    case Function::GetValue:
    case Function::Resolve:
    case Function::Extension:
    case Function::HtmlChecks:
    case Function::MemberOf:
    case Function::ConformsTo: return CallOnTree(term, here);
    default: return CallOnList(term, here);
  }
}

Nodes Run::Argument(const Term& term, std::size_t number, const Here& here) {
  if (number >= term.children.size()) return New();
  // An argument speaks about the item at hand, not about what the function is called on.
  const Nodes self = One(here.self);
  return Eval(term.children[number], {self, here.self, here.index});
}

std::optional<std::string_view> Run::TextArgument(const Term& term, std::size_t number,
                                                  const Here& here) {
  const Nodes value = Argument(term, number, here);
  if (value.size() != 1 || !value[0].json->IsString()) return std::nullopt;
  return value[0].json->AsString();
}

Nodes Run::CallOnList(const Term& term, const Here& here) {
  const Nodes& focus = here.focus;
  Nodes found = New();
  switch (term.function) {
    case Function::Empty: return Of(focus.empty());
    case Function::Count: return OfInteger(static_cast<std::int64_t>(focus.size()));
    case Function::Distinct: return Distinct(focus);
    case Function::IsDistinct: return Of(Distinct(focus).size() == focus.size());
    case Function::OfType:
    case Function::As: return OfTypeNamed(term.text, focus);
    case Function::Is:
      if (focus.size() != 1) return found;
      return Of(!OfTypeNamed(term.text, focus).empty());
    case Function::Single: return focus.size() == 1 ? One(focus[0]) : std::move(found);
    case Function::First: return focus.empty() ? std::move(found) : One(focus.front());
    case Function::Last: return focus.empty() ? std::move(found) : One(focus.back());
    case Function::Tail:
      if (!focus.empty()) found.assign(focus.begin() + 1, focus.end());
      return found;
    default: break;
  }
  const Nodes other = Argument(term, 0, here);
  switch (term.function) {
    case Function::Union: return Distinct(Both(focus, other));
    case Function::Combine: return Both(focus, other);
    case Function::Intersect:
    case Function::Exclude: {
      const bool keep = term.function == Function::Intersect;
      for (const Node& node : focus) {
        if ((IsIn(One(node), other) == Tri(true)) == keep) found.push_back(node);
      }
      return keep ? Distinct(found) : std::move(found);
    }
    default: break;  // skip() and take().
  }
  const auto count = other.size() == 1 ? other[0].json->AsInteger() : std::nullopt;
  if (!count) return found;
  const auto size = static_cast<std::int64_t>(focus.size());
  const auto cut = focus.begin() + std::clamp<std::int64_t>(*count, 0, size);
  if (term.function == Function::Skip) found.assign(cut, focus.end());
  if (term.function == Function::Take) found.assign(focus.begin(), cut);
  return found;
}

Nodes Run::CallWithCriteria(const Term& term, const Here& here) {
  if (term.function == Function::Iif) {
    const bool yes = Truthful(Eval(term.children[0], here)) == Tri(true);
    if (!yes && term.children.size() < 3) return New();
    return Eval(term.children[yes ? 1 : 2], here);
  }
  if (term.children.empty()) return Of(!here.focus.empty());
  if (term.function == Function::Repeat) {
    Nodes found = New();
    Nodes todo = Both(here.focus, found);
    while (!todo.empty() && Spend()) {
      const Node node = todo.back();
      todo.pop_back();
      const Nodes self = One(node);
      for (const Node& next : Eval(term.children[0], {self, node, 0})) {
        if (IsIn(One(next), found) == Tri(true)) continue;
        found.push_back(next);
        todo.push_back(next);
      }
    }
    return found;
  }
  Nodes found = New();
  std::size_t index = 0;
  for (const Node& node : here.focus) {
    if (!Spend()) break;
    const Nodes self = One(node);
    const Nodes result = Eval(term.children[0], {self, node, index++});
    if (term.function == Function::Select) {
      found.insert(found.end(), result.begin(), result.end());
      continue;
    }
    const bool holds = Truthful(result) == Tri(true);
    if (term.function == Function::All && !holds) return Of(false);
    if (term.function == Function::Exists && holds) return Of(true);
    if (term.function == Function::Where && holds) found.push_back(node);
  }
  if (term.function == Function::All) return Of(true);
  return term.function == Function::Exists ? Of(false) : std::move(found);
}

Nodes Run::CallOnTruths(const Term& term, const Here& here) {
  const Nodes& focus = here.focus;
  const auto is = [](bool wanted) {
    return [wanted](const Node& node) {
      return node.json->Type() == Json::Kind::Boolean && node.json->AsBoolean() == wanted;
    };
  };
  switch (term.function) {
    case Function::Not: {
      const Tri value = Truthful(focus);
      return Of(value ? Tri(!*value) : Tri());
    }
    case Function::AllTrue: return Of(std::all_of(focus.begin(), focus.end(), is(true)));
    case Function::AnyTrue: return Of(std::any_of(focus.begin(), focus.end(), is(true)));
    case Function::AllFalse: return Of(std::all_of(focus.begin(), focus.end(), is(false)));
    case Function::AnyFalse: return Of(std::any_of(focus.begin(), focus.end(), is(false)));
    default: break;
  }
  const Nodes other = Argument(term, 0, here);
  const bool subset = term.function == Function::SubsetOf;
  const Nodes& small = subset ? focus : other;
  const Nodes& large = subset ? other : focus;
  return Of(std::all_of(small.begin(), small.end(),
                        [&](const Node& node) { return IsIn(One(node), large) == Tri(true); }));
}

Nodes Run::CallConversion(const Term& term, const Here& here) {
  if (here.focus.size() != 1) return New();
  const Json& value = *here.focus[0].json;
  const bool boolean = value.Type() == Json::Kind::Boolean;
  if (!boolean && !value.IsString() && value.Type() != Json::Kind::Number) return New();
  const std::string text = boolean ? (value.AsBoolean() ? "true" : "false") : ScalarText(value);
  if (term.function == Function::ToString) return OfText(text);
  if (term.function == Function::ToBoolean) {
    const std::string word = Cased(text, false);
    if (word == "true" || word == "t" || word == "yes" || word == "y" || word == "1")
      return Of(true);
    if (word == "false" || word == "f" || word == "no" || word == "n" || word == "0")
      return Of(false);
    return New();
  }
  if (boolean) return OfInteger(value.AsBoolean() ? 1 : 0);
  const bool whole = term.function == Function::ToInteger;
  const std::string digits = text.starts_with('+') ? text.substr(1) : text;
  const auto number = fhir::Json::Parse(digits, {.bytes = 64, .depth = 1, .values = 1});
  if (!number || number->Type() != Json::Kind::Number) return New();
  if (whole && !number->AsInteger()) return New();
  return OfNumber(digits, whole ? TheSystemTypes().integer : TheSystemTypes().decimal);
}

Nodes Run::Matches(const Term& term, const Here& here, std::string_view text) {
  std::optional<Pattern> made;
  const Pattern* pattern = nullptr;
  if (term.index > 0) {
    pattern = &program_.patterns[term.index - 1];
  } else if (const auto source = TextArgument(term, 0, here); source) {
    made = Pattern::Compile(*source);
    if (made) pattern = &*made;
  }
  // Every letter is tried in every state of the pattern.
  if (pattern == nullptr || !Spend(4 * text.size())) return New();
  if (term.function == Function::Matches) return Of(pattern->Matches(text));
  // Every place may be tried to the end.
  if (!Spend(text.size() * text.size() / 64)) return New();
  const auto by = TextArgument(term, 1, here);
  return by ? OfText(pattern->Replace(text, *by)) : New();
}

Nodes Run::CallOnText(const Term& term, const Here& here) {
  if (here.focus.size() != 1 || !here.focus[0].json->IsString()) return New();
  const std::string& text = here.focus[0].json->AsString();
  if (!Spend(text.size() / 64)) return New();
  switch (term.function) {
    case Function::Upper: return OfText(Cased(text, true));
    case Function::Lower: return OfText(Cased(text, false));
    case Function::Length: return OfInteger(static_cast<std::int64_t>(CountCharacters(text)));
    case Function::Matches:
    case Function::ReplaceMatches: return Matches(term, here, text);
    case Function::Substring: {
      const Nodes from = Argument(term, 0, here);
      const Nodes length = Argument(term, 1, here);
      const auto first = from.size() == 1 ? from[0].json->AsInteger() : std::nullopt;
      const auto count = length.size() == 1 ? length[0].json->AsInteger() : std::nullopt;
      if (!first || *first < 0) return New();
      const std::size_t begin = PlaceOfCharacter(text, static_cast<std::size_t>(*first));
      if (begin >= text.size()) return New();
      const std::string_view rest = std::string_view(text).substr(begin);
      const auto most = static_cast<std::size_t>(std::max<std::int64_t>(count.value_or(0), 0));
      return OfText(std::string(count ? rest.substr(0, PlaceOfCharacter(rest, most)) : rest));
    }
    default: break;
  }
  const auto other = TextArgument(term, 0, here);
  if (!other) return New();
  switch (term.function) {
    case Function::StartsWith: return Of(text.starts_with(*other));
    case Function::EndsWith: return Of(text.ends_with(*other));
    case Function::Contains: return Of(text.find(*other) != std::string::npos);
    case Function::IndexOf: {
      const std::size_t at = text.find(*other);
      if (at == std::string::npos) return OfInteger(-1);
      return OfInteger(static_cast<std::int64_t>(CountCharacters(text.substr(0, at))));
    }
    default: {
      const auto by = TextArgument(term, 1, here);
      // Each replacement may make the text longer by as much as `by` has.
      if (!by || !Spend(text.size() * by->size() / 64)) return New();
      return OfText(Replaced(text, *other, *by));
    }
  }
}

Nodes Run::CallOnTree(const Term& term, const Here& here) {
  Nodes found = New();
  switch (term.function) {
    case Function::Children:
      for (const Node& node : here.focus) {
        AddChildren(node, found);
        if (!Spend(found.size())) break;
      }
      return found;
    case Function::Descendants: return Descendants(here.focus);
    case Function::Resolve: return Resolved(here.focus);
    case Function::Trace: return Both(here.focus, found);
    case Function::HasValue:
    case Function::GetValue: {
      const bool has = here.focus.size() == 1 && !here.focus[0].json->IsNull() &&
                       !here.focus[0].json->IsObject();
      if (term.function == Function::HasValue) return Of(has);
      return has ? One(here.focus[0]) : std::move(found);
    }
    case Function::Extension: {
      const auto url = TextArgument(term, 0, here);
      Nodes extensions = New();
      for (const Node& node : here.focus) AddMember(node, "extension", extensions);
      for (const Node& extension : extensions) {
        if (url && (*extension.json)["url"].AsString() == *url) found.push_back(extension);
      }
      return found;
    }
    case Function::HtmlChecks:
      return Of(std::all_of(here.focus.begin(), here.focus.end(), [&](const Node& node) {
        (void)Spend(node.json->AsString().size() / 16);
        return !node.json->IsString() || NarrativeTrouble(node.json->AsString()) == nullptr;
      }));
    default:
      // No terminology and no profiles here: what cannot be looked up is not held against anybody.
      return Of(true);
  }
}

Nodes Run::Distinct(const Nodes& values) {
  Nodes kept = New();
  std::unordered_set<std::string_view> texts;
  for (const Node& node : values) {
    if (!Spend()) break;
    if (node.json->IsString()) {
      if (texts.insert(node.json->AsString()).second) kept.push_back(node);
      continue;
    }
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Node& other) {
      return Spend() && Equal(node, other) == Tri(true);
    });
    if (!known) kept.push_back(node);
  }
  return kept;
}

Nodes Run::Both(const Nodes& left, const Nodes& right) {
  Nodes all = New();
  (void)Spend(left.size() + right.size());
  all.reserve(left.size() + right.size());
  all.insert(all.end(), left.begin(), left.end());
  all.insert(all.end(), right.begin(), right.end());
  return all;
}

Nodes Run::Descendants(const Nodes& from) {
  Nodes found = New();
  for (const Node& node : from) AddChildren(node, found);
  // What was found is itself looked into: the list grows while it is walked.
  for (std::size_t at = 0; at < found.size() && Spend(); ++at) {
    const Node node = found[at];
    AddChildren(node, found);
  }
  return found;
}

Nodes Run::Resolved(const Nodes& references) {
  static const Json elsewhere = Json::Object();
  Nodes found = New();
  for (const Node& node : references) {
    if (!Spend()) break;
    const bool text = node.json->IsString();
    const std::string_view address =
        text ? node.json->AsString() : (*node.json)["reference"].AsString();
    if (const Json* contained = evaluator_.Contained().Find(address); contained != nullptr) {
      found.push_back(ResourceNode(*contained));
      continue;
    }
    // What is not here is known by its type alone.
    std::string_view type = TypeOfAddress(address);
    if (type.empty() && !text) type = (*node.json)["type"].AsString();
    const TypeDefinition* known = FindType(type);
    if (known != nullptr && known->kind == TypeDefinition::Kind::Resource) {
      found.push_back({&elsewhere, nullptr, known});
    }
  }
  return found;
}

}  // namespace yizhan::r4
