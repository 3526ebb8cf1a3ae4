#include "backend/store/audit_chain.h"

#include "base/bytes.h"
#include "base/crypto.h"

namespace yizhan::store {
namespace {

constexpr std::size_t kMaxFindings = 1000;

void Append(const Bytes& bytes, Bytes& out) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void AppendNumber(std::int64_t value, Bytes& out) {
  const auto bits = static_cast<std::uint64_t>(value);
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(bits >> shift));
  }
}

std::string HashOf(const std::string& previous, const AuditLink& link) {
  Bytes message;
  Append(FromHex(previous).value_or(Bytes()), message);
  AppendNumber(link.lane, message);
  AppendNumber(link.number, message);
  Append(FromHex(link.digest).value_or(Bytes()), message);
  return ToHex(Sha256(message));
}

std::string DigestOf(std::string_view text) { return ToHex(Sha256(AsBytes(text))); }

}  // namespace

const char* Name(AuditFault fault) {
  switch (fault) {
    case AuditFault::Changed: return "changed";
    case AuditFault::Missing: return "missing";
    case AuditFault::Additional: return "additional";
    case AuditFault::BrokenLink: return "broken-link";
    case AuditFault::CutOff: return "cut-off";
  }
  return "";
}

AuditLink NextLink(const AuditHead& previous, std::int64_t seq, std::string_view text) {
  AuditLink link{previous.lane, previous.number + 1, seq, DigestOf(text), ""};
  link.hash = HashOf(previous.hash, link);
  return link;
}

AuditVerifier::AuditVerifier(std::span<const AuditHead> known) {
  for (const AuditHead& head : known) known_[{head.lane, head.number}] = head.hash;
}

void AuditVerifier::Check(const AuditLink& link, const std::string& id,
                          const std::string_view* text) {
  ++report_.checked;
  if (link.lane != last_.lane) {
    EndLane();
    last_ = {link.lane, 0, ""};
  }
  if (link.number != last_.number + 1) {
    // Of a gap its first number is named; what follows it has nothing to be compared with.
    Add(AuditFault::Missing, link.lane, last_.number + 1, "");
  } else if (HashOf(last_.hash, link) != link.hash) {
    Add(AuditFault::BrokenLink, link.lane, link.number, id);
  }
  if (text == nullptr) {
    Add(AuditFault::Missing, link.lane, link.number, id);
  } else if (DigestOf(*text) != link.digest) {
    Add(AuditFault::Changed, link.lane, link.number, id);
  }
  if (const auto known = known_.find({link.lane, link.number}); known != known_.end()) {
    if (known->second == link.hash) known_.erase(known);
  }
  last_ = {link.lane, link.number, link.hash};
}

void AuditVerifier::Unlinked(const std::string& id) { Add(AuditFault::Additional, 0, 0, id); }

AuditReport AuditVerifier::Finish() {
  EndLane();
  for (const auto& [place, hash] : known_) {
    Add(AuditFault::CutOff, place.first, place.second, "");
  }
  return std::move(report_);
}

void AuditVerifier::Add(AuditFault fault, std::int64_t lane, std::int64_t number,
                        const std::string& id) {
  if (report_.findings.size() < kMaxFindings) report_.findings.push_back({fault, lane, number, id});
}

void AuditVerifier::EndLane() {
  if (last_.number > 0) report_.heads.push_back(last_);
}

}  // namespace yizhan::store
