#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/ids.h"
#include "offline-store/database.h"

namespace yizhan::offline {

/// A public row: a department, a doctor, a service. `body` is JSON made and read by kiosk/sync.
struct CachedDocument {
  std::string id;    ///< At most 128 characters.
  std::string body;  ///< At most 64 KiB.
};

/// A keyed digest of what a card says. Only this store can make it, so a stolen file does not tell
/// which cards are inside even to somebody who tries all numbers.
using CardKey = std::array<std::uint8_t, 32>;

/// Somebody expected today.
struct CachedVisitor {
  domain::PatientId patient;
  std::vector<CardKey> cards;     ///< At most 16.
  std::chrono::local_days day{};  ///< Business day of the visits.
  std::string body;               ///< Summary and visits, JSON, at most 64 KiB.
};

/// What the hospital told us, kept to serve patients without it; all of it can be fetched again.
/// Thread-safe. Borrows the database. Errors of every call: see Database; BadData also when a
/// limit is exceeded (nothing is changed then).
class DirectoryCache {
 public:
  static constexpr std::size_t kMaxRows = 50'000;  ///< Per kind, and visitors.

  /// Makes the secret of card keys at the first start.
  [[nodiscard]] static Result<DirectoryCache> Open(Database& database);

  /// The lookup key of a card. `identifier` is the caller's spelling of it, always the same one
  /// ("number|8801000011113321", "uid-digest|ab..").
  [[nodiscard]] CardKey KeyOf(std::string_view identifier) const;

  // Public rows, by kind ("department", "doctor": at most 32 characters).

  /// Replaces every row of a kind; their order is kept.
  [[nodiscard]] Status Replace(const std::string& kind, const std::vector<CachedDocument>& rows);
  /// Changes or adds rows (new ones stand last) and removes others.
  [[nodiscard]] Status Update(const std::string& kind, const std::vector<CachedDocument>& rows,
                              const std::vector<std::string>& removed_ids);
  /// Empty optional: no such row.
  [[nodiscard]] Result<std::optional<std::string>> Get(const std::string& kind,
                                                       const std::string& id);
  /// In order. Empty when the kind was never filled.
  [[nodiscard]] Result<std::vector<CachedDocument>> All(const std::string& kind);

  // Today's visitors.

  /// Forgets all visitors and keeps these.
  [[nodiscard]] Status ReplaceVisitors(const std::vector<CachedVisitor>& visitors);
  /// Changes or adds visitors (with their cards) and removes others.
  [[nodiscard]] Status UpdateVisitors(const std::vector<CachedVisitor>& visitors,
                                      const std::vector<domain::PatientId>& removed);
  /// Bodies of the visitors with this card: none, one, or several when the hospital gave one number
  /// to two people (then nobody may be let in by it).
  [[nodiscard]] Result<std::vector<std::string>> VisitorsByCard(const CardKey& card);
  [[nodiscard]] Result<std::optional<std::string>> Visitor(const domain::PatientId& patient);
  /// Forgets personal data of business days before `day`.
  [[nodiscard]] Status PurgeBefore(std::chrono::local_days day);

  // Notes of kiosk/sync: cursors, epochs. Names at most 64 characters, values at most 4 KiB.

  /// Empty optional: never set.
  [[nodiscard]] Result<std::optional<std::string>> Note(const std::string& name);
  [[nodiscard]] Status SetNote(const std::string& name, const std::string& value);

 private:
  DirectoryCache(Database& database, std::string card_secret)
      : database_(database), card_secret_(std::move(card_secret)) {}

  Database& database_;
  std::string card_secret_;
};

}  // namespace yizhan::offline
