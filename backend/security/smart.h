/// \file
/// SMART Backend Services (HL7 smart-app-launch 2.x): another program proves with its private key
/// who it is, and gets a token for a few minutes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/security/accounts.h"
#include "backend/security/jwt.h"
#include "backend/security/principal.h"
#include "backend/security/records.h"
#include "backend/security/refusal.h"

namespace yizhan::security {

/// A program that may ask for tokens.
struct SystemClient {
  std::string id;       ///< Chosen at registration: a-z, 0-9, '.', '-', '_'.
  std::string key_set;  ///< JWKS text, checked. Never fetched from an address.
  Grant allowed;        ///< The most that its tokens may allow.
  std::int64_t generation = 1;
  bool enabled = true;
};

/// An access token, as the token endpoint answers it.
struct IssuedToken {
  std::string token;
  std::chrono::seconds lifetime{0};
  std::string scopes;
};

struct SmartOptions {
  /// "https://hospital.example:8443", as clients know this server. Empty: no tokens are issued,
  /// because nobody could say for which server an assertion is meant.
  std::string public_url;
  std::chrono::seconds token_lifetime{300};
  /// By how much a client's clock may be wrong.
  std::chrono::seconds clock_tolerance{60};
};

/// Registered programs and their tokens. Thread-safe. What it is given outlives it.
class Smart {
 public:
  Smart(Records& records, const Clock& clock, SmartOptions options)
      : records_(records), clock_(clock), options_(std::move(options)) {}

  /// The token endpoint: a form with grant_type, client_assertion_type, client_assertion, scope.
  /// Refusals: every Assertion*, ScopeRefused, RequestMalformed, NotConfigured, Unavailable.
  [[nodiscard]] Checked<IssuedToken> Exchange(std::string_view form, const std::string& address);
  /// Who has this token. Refusals: TokenInvalid, Unavailable.
  [[nodiscard]] Checked<Principal> Check(std::string_view token);
  /// GET [base]/.well-known/smart-configuration; null without a public address.
  [[nodiscard]] fhir::Json Configuration() const;
  [[nodiscard]] std::string TokenUrl() const { return options_.public_url + "/auth/token"; }

  /// Registers a program, or replaces its keys and scopes (its tokens end then). BadData: id, keys
  /// or scopes cannot be used; the detail says why.
  [[nodiscard]] Status Register(const std::string& id, const std::string& key_set,
                                const std::string& scopes, const Accounts::Author& by);
  /// Its tokens end at once, and it gets no new ones. NotFound: there is no such client.
  [[nodiscard]] Status Revoke(const std::string& id, const Accounts::Author& by);
  [[nodiscard]] Result<std::vector<SystemClient>> List();

 private:
  struct Assertion;
  [[nodiscard]] Checked<Assertion> CheckAssertion(const std::string& text);
  [[nodiscard]] Checked<void> CheckClaims(const fhir::Json& claims, Assertion& assertion) const;
  [[nodiscard]] Result<std::optional<SystemClient>> Find(const std::string& id);

  Records& records_;
  const Clock& clock_;
  const SmartOptions options_;
};

}  // namespace yizhan::security
