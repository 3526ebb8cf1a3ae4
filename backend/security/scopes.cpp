#include "backend/security/scopes.h"

#include <algorithm>
#include <optional>

namespace yizhan::security {
namespace {

constexpr std::string_view kLetters = "cruds";
constexpr std::string_view kAnyType = "*";
constexpr std::size_t kMaxBytes = 4096;
constexpr std::size_t kMaxScopes = 64;
constexpr std::uint8_t kAll = 0b11111;

std::uint8_t Bit(Interaction interaction) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(interaction));
}

bool IsType(std::string_view type) {
  if (type == kAnyType) return true;
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  return !type.empty() && type.size() <= 64 && type[0] <= 'Z' &&
         std::ranges::all_of(type, is_letter);
}

/// The interactions behind the dot; empty: not a scope.
std::optional<std::uint8_t> Permissions(std::string_view text) {
  const std::uint8_t read = Bit(Interaction::Read) | Bit(Interaction::Search);
  if (text == "read") return read;
  if (text == "write") return static_cast<std::uint8_t>(kAll & ~read);
  if (text == "*") return kAll;
  unsigned allowed = 0;
  std::size_t from = 0;
  for (const char letter : text) {
    const std::size_t at = kLetters.find(letter, from);
    if (at == std::string_view::npos) return std::nullopt;
    allowed |= 1U << at;
    from = at + 1;
  }
  if (allowed == 0) return std::nullopt;
  return static_cast<std::uint8_t>(allowed);
}

}  // namespace

Grant Grant::All() {
  Grant grant;
  grant.Add(kAnyType, kAll);
  return grant;
}

Grant Grant::Parse(std::string_view scopes, std::string_view context) {
  Grant grant;
  if (scopes.size() > kMaxBytes) return grant;
  for (std::size_t count = 0; !scopes.empty() && count < kMaxScopes;) {
    const std::size_t end = std::min(scopes.find(' '), scopes.size());
    const std::string_view scope = scopes.substr(0, end);
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
    if (scope.empty()) continue;
    ++count;
    const std::size_t slash = scope.find('/');
    const std::size_t dot = scope.rfind('.');
    if (slash == std::string_view::npos || dot == std::string_view::npos || dot < slash) continue;
    const std::string_view type = scope.substr(slash + 1, dot - slash - 1);
    const auto allowed = Permissions(scope.substr(dot + 1));
    if (scope.substr(0, slash) == context && IsType(type) && allowed) grant.Add(type, *allowed);
  }
  return grant;
}

void Grant::Add(std::string_view type, std::uint8_t allowed) {
  if (allowed == 0) return;
  const auto at = std::ranges::lower_bound(rules_, type, {}, &Rule::type);
  if (at != rules_.end() && at->type == type) {
    at->allowed |= allowed;
  } else {
    rules_.insert(at, Rule{std::string(type), allowed});
  }
}

bool Grant::Allows(Interaction interaction, std::string_view type) const {
  return std::ranges::any_of(rules_, [&](const Rule& rule) {
    return (rule.allowed & Bit(interaction)) != 0 && (rule.type == kAnyType || rule.type == type);
  });
}

Grant Grant::Or(const Grant& other) const {
  Grant either = *this;
  for (const Rule& rule : other.rules_) either.Add(rule.type, rule.allowed);
  return either;
}

Grant Grant::And(const Grant& other) const {
  Grant both;
  for (const Rule& mine : rules_) {
    for (const Rule& theirs : other.rules_) {
      const auto allowed = static_cast<std::uint8_t>(mine.allowed & theirs.allowed);
      if (mine.type == theirs.type || theirs.type == kAnyType) {
        both.Add(mine.type, allowed);
      } else if (mine.type == kAnyType) {
        both.Add(theirs.type, allowed);
      }
    }
  }
  return both;
}

std::string Grant::Text(std::string_view context) const {
  std::string text;
  for (const Rule& rule : rules_) {
    if (!text.empty()) text += ' ';
    text += std::string(context) + '/' + rule.type + '.';
    for (std::size_t bit = 0; bit < kLetters.size(); ++bit) {
      if ((rule.allowed >> bit & 1U) != 0) text += kLetters[bit];
    }
  }
  return text;
}

}  // namespace yizhan::security
