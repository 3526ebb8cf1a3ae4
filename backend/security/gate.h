#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "backend/security/accounts.h"
#include "backend/security/certificate_authority.h"
#include "backend/security/devices.h"
#include "backend/security/principal.h"
#include "backend/security/rate_limit.h"
#include "backend/security/records.h"
#include "backend/security/refusal.h"
#include "backend/security/refusal_audit.h"
#include "backend/security/sessions.h"
#include "backend/security/smart.h"

namespace yizhan::security {

/// The name of the cookie. Its prefix makes browsers keep it to this host, this scheme, all paths.
inline constexpr std::string_view kSessionCookie = "__Host-yizhan";
/// The same for the key of a call screen.
inline constexpr std::string_view kScreenCookie = "__Host-yizhan-screen";

/// What a request says about who sends it. Borrowed for the call only.
struct RequestFacts {
  std::string_view method;
  std::string_view address;  ///< Numeric, of the peer.
  // Of the client certificate; "" without one. See HttpRequest.
  std::string_view client_name;
  std::string_view client_fingerprint;
  std::string_view client_problem;
  std::string_view authorization;
  std::string_view cookie;
  std::string_view csrf_token;
};

struct GateOptions {
  SmartOptions smart = {};
  SessionTimes sessions = {};
  PasswordCost password = {};
  Rate per_principal{200, 1000};  ///< Of each device, system and person.
  Rate per_address{50, 400};      ///< Of an address, for what needs no name, and what is refused.
  Rate per_secret{1, 20};         ///< Of an address: log-ins and enrolment codes.
  Rate per_token{10, 60};         ///< Of an address: SMART assertions.
};

/// What somebody wants who has no name yet.
enum class Purpose {
  Page,    ///< Pages, the capability statement.
  Secret,  ///< Says a password or a code.
  Token,   ///< Says an assertion.
};

/// Who is asking, and may they? All that a server asks about access goes through here; what is
/// refused is audited here. Thread-safe. `store`, `clock` and `authority` outlive it; `authority`
/// may be null (see Devices).
class Gate {
 public:
  Gate(store::ResourceStore& store, const Clock& clock, const CertificateAuthority* authority,
       GateOptions options);

  /// Who sends this request: by access token, log-in, certificate or call
  /// screen's key, in this order. A person's act
  /// (any method but GET and HEAD) needs the CSRF token, and counts as a sign of life.
  [[nodiscard]] Checked<Principal> Authenticate(const RequestFacts& facts);
  /// The same for a connection that stays open: no limits, no sign of life, nothing audited.
  [[nodiscard]] bool IsStillGood(const RequestFacts& facts);
  /// For what anybody may ask, within limits.
  [[nodiscard]] Checked<void> Admit(const RequestFacts& facts, Purpose purpose);
  /// A refusal that was decided elsewhere (a role, a scope, a password), for the audit.
  void Refused(const Refusal& refusal, const RequestFacts& facts, const Principal* principal);

  [[nodiscard]] Accounts& StaffAccounts() { return accounts_; }
  [[nodiscard]] Sessions& StaffSessions() { return sessions_; }
  [[nodiscard]] Devices& KnownDevices() { return devices_; }
  [[nodiscard]] Smart& Systems() { return smart_; }
  [[nodiscard]] const CertificateAuthority* Authority() const { return authority_; }
  /// Refusals since the start, for the metrics.
  [[nodiscard]] std::uint64_t RefusalCount() const { return audit_.Total(); }
  /// Writes refusals that are only counted so far.
  void Flush() { audit_.Flush(); }

  /// The session token in a Cookie header; "" without one.
  [[nodiscard]] static std::string SessionToken(std::string_view cookie) {
    return CookieValue(cookie, kSessionCookie);
  }

 private:
  [[nodiscard]] static std::string CookieValue(std::string_view cookie, std::string_view name);
  [[nodiscard]] Checked<Principal> Identify(const RequestFacts& facts);

  const GateOptions options_;
  const CertificateAuthority* const authority_;
  Records records_;
  PasswordHasher hasher_;
  Accounts accounts_;
  Sessions sessions_;
  Devices devices_;
  Smart smart_;
  RateLimiter principals_;
  RateLimiter addresses_;
  RateLimiter secrets_;
  RateLimiter tokens_;
  RefusalAudit audit_;
};

}  // namespace yizhan::security
