/// \file
/// The chain that makes AuditEvents tamper-evident, the same for every engine. Each stored
/// AuditEvent has one link; a link's hash covers the link before it, so that nothing can be
/// changed, removed or put in between without breaking every later hash. A lane is one chain; an
/// engine with several writers gives each its own, so that they need not wait for each other.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yizhan::store {

/// One link of a chain as it is kept in the store.
struct AuditLink {
  std::int64_t lane = 0;
  std::int64_t number = 0;  ///< Counts from 1 within its lane.
  std::int64_t seq = 0;     ///< The version it belongs to (StoredResource::seq).
  std::string digest;       ///< SHA-256 of the version's text, hexadecimal.
  std::string hash;         ///< See HashOf().
  friend bool operator==(const AuditLink&, const AuditLink&) = default;
};

/// The end of a lane: kept outside the server, it proves later that nothing was cut off.
struct AuditHead {
  std::int64_t lane = 0;
  std::int64_t number = 0;
  std::string hash;
  friend bool operator==(const AuditHead&, const AuditHead&) = default;
};

enum class AuditFault {
  Changed,     ///< The text is not the one that was audited.
  Missing,     ///< The link's version, or the link itself, is gone.
  Additional,  ///< An AuditEvent that is in no chain.
  BrokenLink,  ///< The link does not continue the one before it.
  CutOff,      ///< A head known from elsewhere is not in the chain.
};
[[nodiscard]] const char* Name(AuditFault fault);

struct AuditFinding {
  AuditFault fault = AuditFault::Changed;
  std::int64_t lane = 0;    ///< 0 for Additional.
  std::int64_t number = 0;  ///< 0 for Additional.
  std::string id;           ///< Of the AuditEvent; empty when not known any more.
};

struct AuditReport {
  std::int64_t checked = 0;            ///< Links looked at.
  std::vector<AuditFinding> findings;  ///< The first thousand; empty: all is well.
  std::vector<AuditHead> heads;        ///< One for each lane that has links.
};

/// The link of `text` (an AuditEvent as stored) behind `previous` (number 0 and no hash: the first
/// of its lane). hash = SHA-256(previous hash || lane || number || digest), numbers as eight bytes,
/// highest first; digests as bytes.
[[nodiscard]] AuditLink NextLink(const AuditHead& previous, std::int64_t seq,
                                 std::string_view text);

/// Checks links one by one, lane after lane, numbers ascending. Thread-bound.
class AuditVerifier {
 public:
  /// `known`: heads kept elsewhere, which the chain must still contain.
  explicit AuditVerifier(std::span<const AuditHead> known);

  /// Looks at the next link. `id` and `text` are those of its version; null `text`: it is gone.
  void Check(const AuditLink& link, const std::string& id, const std::string_view* text);
  /// An AuditEvent version without a link.
  void Unlinked(const std::string& id);
  /// The report, after the last link. Once.
  [[nodiscard]] AuditReport Finish();

 private:
  void Add(AuditFault fault, std::int64_t lane, std::int64_t number, const std::string& id);
  void EndLane();

  AuditReport report_;
  AuditHead last_;
  /// Hash by lane and number; those that were met are gone.
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> known_;
};

}  // namespace yizhan::store
