#include "backend/security/gate.h"

namespace yizhan::security {
namespace {

constexpr std::string_view kBearer = "Bearer ";

bool IsAct(std::string_view method) { return method != "GET" && method != "HEAD"; }

ActorKind ActorOf(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::Device: return ActorKind::Device;
    case PrincipalKind::System: return ActorKind::System;
    case PrincipalKind::Staff: return ActorKind::Staff;
    case PrincipalKind::Open: break;
  }
  return ActorKind::Unknown;
}

/// Whose name a refusal claims, when nobody was recognised.
ActorKind ActorOf(Reason reason) {
  switch (reason) {
    case Reason::UnknownDevice:
    case Reason::DeviceRevoked:
    case Reason::DeviceExpired:
    case Reason::CertificateUntrusted:
    case Reason::CodeInvalid: return ActorKind::Device;
    case Reason::SessionOver:
    case Reason::WrongPassword:
    case Reason::LockedOut:
    case Reason::PasswordRefused: return ActorKind::Staff;
    default: return ActorKind::System;
  }
}

Refusal TooFast(std::chrono::seconds wait, std::string claimed = {}) {
  return {Reason::RateLimited, "", wait, std::move(claimed)};
}

/// "Bearer" is written in any case (RFC 7235).
std::string_view BearerToken(std::string_view authorization) {
  if (authorization.size() < kBearer.size()) return {};
  for (std::size_t i = 0; i < kBearer.size(); ++i) {
    const char c = authorization[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const char wanted = i == 0 ? 'b' : kBearer[i];
    if (lower != wanted) return {};
  }
  return authorization.substr(kBearer.size());
}

}  // namespace

Gate::Gate(store::ResourceStore& store, const Clock& clock, const CertificateAuthority* authority,
           GateOptions options)
    : options_(std::move(options)),
      authority_(authority),
      records_(store, clock),
      hasher_(clock, options_.password),
      accounts_(records_, hasher_, clock),
      sessions_(records_, accounts_, hasher_, clock, options_.sessions),
      devices_(records_, authority, clock),
      smart_(records_, clock, options_.smart),
      principals_(clock, options_.per_principal),
      addresses_(clock, options_.per_address),
      secrets_(clock, options_.per_secret),
      tokens_(clock, options_.per_token),
      audit_(records_, clock) {}

std::string Gate::CookieValue(std::string_view cookie, std::string_view name) {
  while (!cookie.empty()) {
    const std::size_t end = std::min(cookie.find(';'), cookie.size());
    std::string_view one = cookie.substr(0, end);
    cookie.remove_prefix(std::min(end + 1, cookie.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    const std::size_t equals = one.find('=');
    if (equals != std::string_view::npos && one.substr(0, equals) == name) {
      return std::string(one.substr(equals + 1));
    }
  }
  return "";
}

Checked<Principal> Gate::Identify(const RequestFacts& facts) {
  if (!facts.authorization.empty()) {
    const std::string_view token = BearerToken(facts.authorization);
    if (token.empty()) return Refuse(Reason::TokenInvalid, "Authorization must be Bearer");
    return smart_.Check(token);
  }
  const std::string session = SessionToken(facts.cookie);
  const std::string screen = CookieValue(facts.cookie, kScreenCookie);
  if (!session.empty()) {
    Checked<Principal> person = sessions_.Check(session);
    // A device's browser may have an old cookie beside what it is known by.
    if (person || (facts.client_fingerprint.empty() && screen.empty())) return person;
  }
  if (!screen.empty() && facts.client_fingerprint.empty()) return devices_.CheckScreen(screen);
  if (!facts.client_problem.empty()) {
    return Refuse(Reason::CertificateUntrusted, std::string(facts.client_problem));
  }
  if (facts.client_fingerprint.empty()) return Refuse(Reason::NoCredentials);
  return devices_.Check(std::string(facts.client_name), std::string(facts.client_fingerprint));
}

Checked<Principal> Gate::Authenticate(const RequestFacts& facts) {
  Checked<Principal> principal = Identify(facts);
  if (!principal) {
    if (const auto wait = addresses_.Take(LimitedAddress(std::string(facts.address)))) {
      principal = tl::unexpected<Refusal>(TooFast(*wait));
    }
    Refused(principal.error(), facts, nullptr);
    return principal;
  }
  const bool is_staff = principal->kind == PrincipalKind::Staff;
  if (is_staff && IsAct(facts.method)) {
    const std::string session = SessionToken(facts.cookie);
    if (!Sessions::IsCsrfToken(session, facts.csrf_token)) {
      const Refusal refusal{Reason::CsrfMissing, "", {}, principal->id};
      Refused(refusal, facts, &*principal);
      return tl::unexpected<Refusal>(refusal);
    }
    sessions_.Touch(session);
  }
  if (const auto wait = principals_.Take(std::to_string(static_cast<int>(principal->kind)) + ' ' +
                                         principal->id)) {
    const Refusal refusal = TooFast(*wait, principal->id);
    Refused(refusal, facts, &*principal);
    return tl::unexpected<Refusal>(refusal);
  }
  return principal;
}

bool Gate::IsStillGood(const RequestFacts& facts) {
  const Checked<Principal> principal = Identify(facts);
  // A store that does not answer for a moment must not darken every screen.
  return principal || principal.error().reason == Reason::Unavailable;
}

Checked<void> Gate::Admit(const RequestFacts& facts, Purpose purpose) {
  RateLimiter& limiter = purpose == Purpose::Page     ? addresses_
                         : purpose == Purpose::Secret ? secrets_
                                                      : tokens_;
  const auto wait = limiter.Take(LimitedAddress(std::string(facts.address)));
  if (!wait) return {};
  const Refusal refusal = TooFast(*wait);
  Refused(refusal, facts, nullptr);
  return tl::unexpected<Refusal>(refusal);
}

void Gate::Refused(const Refusal& refusal, const RequestFacts& facts, const Principal* principal) {
  Refusal told = refusal;
  if (principal != nullptr) told.claimed = principal->id;
  const ActorKind actor = principal != nullptr ? ActorOf(principal->kind) : ActorOf(refusal.reason);
  audit_.Add(told, told.claimed.empty() ? ActorKind::Unknown : actor, std::string(facts.address));
}

}  // namespace yizhan::security
