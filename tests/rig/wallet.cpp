#include "tests/rig/wallet.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>

#include "tests/rig/files.h"

namespace yizhan::rig {
namespace {

constexpr std::size_t kMaxWalletBytes = 64U << 20;

std::string WalletPath(const std::string& dir) { return dir + "/wallet.toml"; }

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Result<CardSpec> Describe(std::string name, std::string_view type, std::string_view uid,
                          std::string_view ndef) {
  const auto chip = ChipTypeOf(type);
  auto uid_bytes = FromHex(uid);
  auto ndef_bytes = FromHex(ndef);
  if (!chip || !uid_bytes || !ndef_bytes) {
    return Fail(ErrorCode::BadData, "card " + name + ": type, uid or ndef is wrong");
  }
  CardSpec spec{.name = std::move(name),
                .type = *chip,
                .uid = std::move(*uid_bytes),
                .ndef = std::move(*ndef_bytes)};
  if (!MakeCard(spec)) return Fail(ErrorCode::BadData, "card " + spec.name + ": impossible chip");
  return spec;
}

Result<std::vector<CardSpec>> CardsOf(const toml::table& wallet) {
  std::vector<CardSpec> cards;
  const toml::array* entries = wallet["card"].as_array();
  if (entries == nullptr) return cards;
  for (const toml::node& entry : *entries) {
    const toml::table* table = entry.as_table();
    if (table == nullptr) return Fail(ErrorCode::BadData, "wallet.toml: [[card]] expected");
    auto card = Describe((*table)["name"].value_or(std::string()),
                         (*table)["type"].value_or(std::string_view()),
                         (*table)["uid"].value_or(std::string_view()),
                         (*table)["ndef"].value_or(std::string_view()));
    if (!card) return tl::unexpected(card.error());
    cards.push_back(std::move(*card));
  }
  return cards;
}

}  // namespace

Result<std::vector<CardSpec>> LoadWallet(const std::string& dir) {
  if (!std::filesystem::exists(WalletPath(dir))) return std::vector<CardSpec>{};
  const auto text = ReadFile(WalletPath(dir), kMaxWalletBytes);
  if (!text) return tl::unexpected(text.error());
  try {
    return CardsOf(toml::parse(*text));
  } catch (const toml::parse_error& error) {
    return Fail(ErrorCode::BadData, "wallet.toml line " +
                                        std::to_string(error.source().begin.line) + ": " +
                                        std::string(error.description()));
  }
}

Status PutIntoWallet(const std::string& dir, const CardSpec& card) {
  if (!IsName(card.name)) return Fail(ErrorCode::BadData, "card name");
  auto cards = LoadWallet(dir);
  if (!cards) return tl::unexpected(cards.error());
  const auto same =
      std::ranges::find_if(*cards, [&](const CardSpec& one) { return one.name == card.name; });
  if (same != cards->end()) {
    *same = card;
  } else {
    cards->push_back(card);
  }
  std::string text;
  for (const CardSpec& one : *cards) {
    text += "[[card]]\nname = \"" + one.name + "\"\ntype = \"" + Name(one.type) + "\"\nuid = \"" +
            ToHex(one.uid) + "\"\nndef = \"" + ToHex(one.ndef) + "\"\n\n";
  }
  return WriteFile(WalletPath(dir), text);
}

Result<CardSpec> FindCard(const std::string& dir, std::string_view word) {
  if (const std::size_t colon = word.find(':'); colon != std::string_view::npos) {
    const std::string_view rest = word.substr(colon + 1);
    const std::size_t second = std::min(rest.find(':'), rest.size());
    const std::string_view ndef = second == rest.size() ? "" : rest.substr(second + 1);
    return Describe("inline", word.substr(0, colon), rest.substr(0, second), ndef);
  }
  auto cards = LoadWallet(dir);
  if (!cards) return tl::unexpected(cards.error());
  const auto found =
      std::ranges::find_if(*cards, [&](const CardSpec& one) { return one.name == word; });
  if (found == cards->end()) return Fail(ErrorCode::NotFound, "no card " + std::string(word));
  return *found;
}

}  // namespace yizhan::rig
