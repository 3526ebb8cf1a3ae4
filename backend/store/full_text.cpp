#include "backend/store/full_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>
#include <utility>

#include "backend/r4/definitions.h"
#include "base/utf8.h"

namespace yizhan::store {
namespace {

using fhir::Json;

constexpr std::size_t kMaxWords = 2000;
constexpr std::size_t kMaxAskedWords = 20;
constexpr std::size_t kMaxLetters = 32;
constexpr std::size_t kMaxTextBytes = 200'000;

/// Types whose texts people search in. Sorted.
constexpr std::array<std::string_view, 31> kTypesWithContent = {"ActivityDefinition",
                                                                "AllergyIntolerance",
                                                                "CarePlan",
                                                                "ClinicalImpression",
                                                                "CodeSystem",
                                                                "Composition",
                                                                "Condition",
                                                                "DetectedIssue",
                                                                "DeviceDefinition",
                                                                "DiagnosticReport",
                                                                "DocumentManifest",
                                                                "DocumentReference",
                                                                "EvidenceVariable",
                                                                "FamilyMemberHistory",
                                                                "Goal",
                                                                "HealthcareService",
                                                                "ImagingStudy",
                                                                "Library",
                                                                "Location",
                                                                "Media",
                                                                "Medication",
                                                                "MedicationKnowledge",
                                                                "NutritionOrder",
                                                                "Organization",
                                                                "PlanDefinition",
                                                                "Practitioner",
                                                                "Procedure",
                                                                "Questionnaire",
                                                                "ResearchStudy",
                                                                "RiskAssessment",
                                                                "ValueSet"};

/// Members that hold no words: addresses, and bytes in base64.
constexpr std::array<std::string_view, 8> kWordless = {
    "data", "div", "hash", "meta", "reference", "resourceType", "system", "url"};

enum class Letter { None, OfWord, Ideograph };

bool IsBetween(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// What a folded character is to a word.
Letter KindOf(char32_t c) {
  if (c < 0x80) {
    return IsBetween(c, 'a', 'z') || IsBetween(c, '0', '9') ? Letter::OfWord : Letter::None;
  }
  if (IsBetween(c, 0x80, 0xBF) || IsBetween(c, 0x2000, 0x2BFF) || IsBetween(c, 0x3000, 0x3004) ||
      IsBetween(c, 0x3007, 0x303F) || IsBetween(c, 0xFE10, 0xFE6F) ||
      IsBetween(c, 0xFF00, 0xFF65)) {
    return Letter::None;
  }
  const bool is_ideograph = IsBetween(c, 0x2E80, 0xA4CF) || IsBetween(c, 0xAC00, 0xD7AF) ||
                            IsBetween(c, 0xF900, 0xFAFF) || IsBetween(c, 0x20000, 0x3FFFF);
  return is_ideograph ? Letter::Ideograph : Letter::OfWord;
}

/// Calls `use` with each run of characters of one kind.
template <typename Use>
void ForEachRun(std::string_view text, const Use& use) {
  const std::optional<std::u32string> letters = DecodeUtf8(FoldText(text));
  if (!letters) return;
  for (std::size_t at = 0; at < letters->size();) {
    const Letter kind = KindOf((*letters)[at]);
    std::size_t end = at + 1;
    while (end < letters->size() && KindOf((*letters)[end]) == kind) ++end;
    if (kind != Letter::None) use(kind, std::u32string_view(*letters).substr(at, end - at));
    at = end;
  }
}

std::string Word(std::u32string_view run) { return EncodeUtf8(run.substr(0, kMaxLetters)); }

/// The words of a text as rows: pairs of ideographs, and the last one alone, so that whatever a
/// search of one character asks begins a row.
void AddRows(std::string_view text, std::vector<std::string>& out) {
  ForEachRun(text, [&](Letter kind, std::u32string_view run) {
    if (kind == Letter::OfWord) {
      out.push_back(Word(run));
      return;
    }
    for (std::size_t i = 0; i < run.size(); ++i) out.push_back(EncodeUtf8(run.substr(i, 2)));
  });
}

/// "&lt;", "&#x5934;" as they are read; anything else as a space.
std::string Entity(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}};
  for (const auto& [known, text] : kNames) {
    if (name == known) return std::string(text);
  }
  if (!name.starts_with('#')) return " ";
  const bool is_hex = name.starts_with("#x");
  name.remove_prefix(is_hex ? 2 : 1);
  std::uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(name.data(), name.data() + name.size(), number, is_hex ? 16 : 10);
  const bool is_scalar = number < 0xD800 || (number > 0xDFFF && number <= 0x10FFFF);
  if (error != std::errc() || end != name.data() + name.size() || !is_scalar) return " ";
  const auto letter = static_cast<char32_t>(number);
  return EncodeUtf8({&letter, 1});
}

/// What is read of a narrative: its text without the marks around it.
std::string TextOfNarrative(std::string_view div) {
  std::string text;
  for (std::size_t at = 0; at < div.size();) {
    if (div[at] == '<') {
      at = std::min(div.find('>', at), div.size() - 1) + 1;
      text += ' ';
    } else if (const std::size_t end = div[at] == '&' ? div.find(';', at) : std::string_view::npos;
               end != std::string_view::npos) {
      text += Entity(div.substr(at + 1, end - at - 1));
      at = end + 1;
    } else {
      text += div[at++];
    }
  }
  return text;
}

/// A text as far as it is indexed, whole characters only.
std::string_view Bounded(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

/// Everything that is written in a resource. Parsing has bounded its depth.
void AddContent(const Json& value, std::size_t& budget, std::vector<std::string>& out) {
  if (value.IsString()) {
    const std::string_view text = Bounded(value.AsString(), budget);
    budget -= text.size();
    AddRows(text, out);
    return;
  }
  for (const Json& item : value.Items()) AddContent(item, budget, out);
  for (const auto& [name, member] : value.Members()) {
    if (std::ranges::find(kWordless, name) == kWordless.end()) AddContent(member, budget, out);
  }
}

}  // namespace

bool IsFullText(const SearchParam& param) { return param.expression.empty(); }

bool HasFullText(std::string_view type, const SearchParam& param) {
  if (param.name == "_content") {
    return std::binary_search(kTypesWithContent.begin(), kTypesWithContent.end(), type);
  }
  const r4::TypeDefinition* definition = r4::FindType(type);
  return definition != nullptr && definition->FindElement("text") != nullptr &&
         definition->Is("DomainResource");
}

std::vector<std::string> WordsOf(const Json& resource, const SearchParam& param) {
  std::vector<std::string> words;
  const std::string& div = resource["text"]["div"].AsString();
  std::size_t budget = kMaxTextBytes;
  if (!div.empty()) {
    const std::string narrative = TextOfNarrative(Bounded(div, budget));
    AddRows(narrative, words);
  }
  if (param.name == "_content") AddContent(resource, budget, words);
  // The first words count, not the first of the alphabet.
  std::set<std::string> known;
  for (std::string& word : words) {
    if (known.size() == kMaxWords) break;
    known.insert(std::move(word));
  }
  return {known.begin(), known.end()};
}

bool AddWords(std::string_view text, SearchValue& value) {
  const auto add = [&value](std::u32string_view word, bool begins) {
    SearchValue part;
    part.text = Word(word);
    part.any_code = begins;
    value.parts.push_back(std::move(part));
  };
  ForEachRun(text, [&](Letter kind, std::u32string_view run) {
    if (kind == Letter::OfWord) return add(run, false);
    if (run.size() == 1) return add(run, true);
    for (std::size_t i = 0; i + 1 < run.size(); ++i) add(run.substr(i, 2), false);
  });
  // The longest word is usually the rarest: the search begins with it.
  std::ranges::stable_sort(value.parts, std::greater<>(),
                           [](const SearchValue& part) { return part.text.size(); });
  return !value.parts.empty() && value.parts.size() <= kMaxAskedWords;
}

}  // namespace yizhan::store
