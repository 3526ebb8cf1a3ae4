#include "backend/security/smart.h"

#include <algorithm>

#include "backend/security/base64url.h"
#include "backend/store/search_query.h"
#include "base/crypto.h"

namespace yizhan::security {
namespace {

using fhir::Json;

constexpr const char* kClientKind = "smart-client";
constexpr const char* kTokenKind = "smart-token";
constexpr const char* kUsedKind = "smart-jti";
constexpr const char* kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::chrono::seconds kLongestAssertion{300};
constexpr std::size_t kMaxJtiBytes = 256;
constexpr std::size_t kMaxFormBytes = 32U << 10U;
constexpr std::size_t kTokenBytes = 32;
/// Beyond this (year 9999) a number is no moment.
constexpr std::int64_t kLastSecond = 253'402'300'799;

std::string Digest(std::string_view text) { return ToHex(Sha256(AsBytes(text))); }

tl::unexpected<Refusal> Unavailable(const Error& error) {
  return Refuse(Reason::Unavailable, error.detail);
}

/// A NumericDate of RFC 7519, to the second. Empty: missing or no moment.
std::optional<WallTime> Moment(const Json& claim) {
  const std::string& text = claim.AsNumberText();
  const std::optional<std::int64_t> whole =
      claim.AsInteger() ? claim.AsInteger()
                        : Json::Parse(text.substr(0, text.find('.'))).value_or(Json()).AsInteger();
  if (!whole || *whole < 0 || *whole > kLastSecond) return std::nullopt;
  return WallTime(std::chrono::seconds(*whole));
}

Json ToJson(const SystemClient& client) {
  return Json::Object({{"keys", Json::String(client.key_set)},
                       {"scopes", Json::String(client.allowed.Text())},
                       {"generation", Json::Integer(client.generation)},
                       {"enabled", Json::Boolean(client.enabled)}});
}

std::optional<SystemClient> ClientFrom(const std::string& id, const std::string& text) {
  const Result<Json> json = Json::Parse(text);
  if (!json) return std::nullopt;
  SystemClient client;
  client.id = id;
  client.key_set = (*json)["keys"].AsString();
  client.allowed = Grant::Parse((*json)["scopes"].AsString());
  client.generation = (*json)["generation"].AsInteger().value_or(0);
  client.enabled = (*json)["enabled"].AsBoolean();
  return client;
}

/// The one value of a field; empty: missing, or there twice.
std::string Field(const store::SearchParameters& form, std::string_view name) {
  std::string found;
  int count = 0;
  for (const auto& [key, value] : form) {
    if (key != name) continue;
    found = value;
    ++count;
  }
  return count == 1 ? found : std::string();
}

}  // namespace

/// An assertion whose signature and claims are good.
struct Smart::Assertion {
  SystemClient client;
  std::string jti_key;
  WallTime until{};
};

Json Smart::Configuration() const {
  if (options_.public_url.empty()) return {};
  const auto list = [](std::initializer_list<const char*> words) {
    Json items = Json::Array();
    for (const char* word : words) items.Append(Json::String(word));
    return items;
  };
  return Json::Object(
      {{"token_endpoint", Json::String(TokenUrl())},
       {"grant_types_supported", list({"client_credentials"})},
       {"token_endpoint_auth_methods_supported", list({"private_key_jwt"})},
       {"token_endpoint_auth_signing_alg_values_supported", list({"RS384", "ES384"})},
       {"scopes_supported", list({"system/*.cruds", "system/*.read", "system/*.write"})},
       {"response_types_supported", Json::Array()},
       {"code_challenge_methods_supported", Json::Array()},
       {"capabilities",
        list({"client-confidential-asymmetric", "permission-v1", "permission-v2"})}});
}

Result<std::optional<SystemClient>> Smart::Find(const std::string& id) {
  if (AccountId(id) != id || id.empty()) return std::optional<SystemClient>();
  const auto text = records_.Find(kClientKind, id);
  if (!text) return tl::unexpected<Error>(text.error());
  if (!*text) return std::optional<SystemClient>();
  return ClientFrom(id, **text);
}

Checked<void> Smart::CheckClaims(const Json& claims, Assertion& assertion) const {
  const WallTime now = clock_.Now();
  const Json& audience = claims["aud"];
  const bool is_ours = audience.AsString() == TokenUrl() ||
                       std::ranges::any_of(audience.Items(), [&](const Json& one) {
                         return one.AsString() == TokenUrl();
                       });
  if (!is_ours) return Refuse(Reason::AssertionAudience, "aud must be " + TokenUrl());
  const std::optional<WallTime> expires = Moment(claims["exp"]);
  if (!expires) return Refuse(Reason::AssertionMalformed, "exp is missing");
  const std::string told = "this server's time is " + ToInstant(now);
  for (const char* name : {"iat", "nbf"}) {
    if (!claims.Has(name)) continue;
    const std::optional<WallTime> moment = Moment(claims[name]);
    if (!moment) return Refuse(Reason::AssertionMalformed, std::string(name) + " is no time");
    if (*moment > now + options_.clock_tolerance) return Refuse(Reason::AssertionClock, told);
  }
  if (*expires + options_.clock_tolerance <= now) return Refuse(Reason::AssertionExpired, told);
  if (*expires > now + kLongestAssertion + options_.clock_tolerance) {
    return Refuse(Reason::AssertionTooLong, told);
  }
  const std::string& jti = claims["jti"].AsString();
  if (jti.empty() || jti.size() > kMaxJtiBytes) {
    return Refuse(Reason::AssertionMalformed, "jti is missing or too long");
  }
  // One client cannot use up another's.
  assertion.jti_key = Digest(assertion.client.id + '\n' + jti);
  assertion.until = *expires + options_.clock_tolerance;
  return {};
}

Checked<Smart::Assertion> Smart::CheckAssertion(const std::string& text) {
  const Checked<SignedToken> token = ParseToken(text);
  if (!token) return tl::unexpected<Refusal>(token.error());
  const std::string& id = token->claims["iss"].AsString();
  if (id.empty() || id != token->claims["sub"].AsString()) {
    return Refuse(Reason::AssertionClient, "iss and sub must both be the client's id");
  }
  Result<std::optional<SystemClient>> client = Find(id);
  if (!client) return Unavailable(client.error());
  if (!*client) return Refuse(Reason::AssertionClient);
  if (!(*client)->enabled) return Refuse(Reason::AssertionClient, "", id);
  const Result<std::vector<SigningKey>> keys = ParseKeySet((*client)->key_set);
  if (!keys) return Refuse(Reason::AssertionKey, "", id);
  Checked<void> good = CheckSignature(*token, *keys);
  Assertion assertion;
  assertion.client = std::move(**client);
  if (good) good = CheckClaims(token->claims, assertion);
  if (!good) {
    Refusal refusal = good.error();
    refusal.claimed = id;
    return tl::unexpected<Refusal>(std::move(refusal));
  }
  return assertion;
}

Checked<IssuedToken> Smart::Exchange(std::string_view form, const std::string& address) {
  if (options_.public_url.empty()) return Refuse(Reason::NotConfigured, "public_url is not set");
  if (form.size() > kMaxFormBytes) return Refuse(Reason::RequestMalformed, "form is too long");
  const Result<store::SearchParameters> fields = store::ParseQueryString(form);
  if (!fields) return Refuse(Reason::RequestMalformed, "body must be a form");
  if (Field(*fields, "grant_type") != "client_credentials") {
    return Refuse(Reason::RequestMalformed, "grant_type must be client_credentials");
  }
  if (Field(*fields, "client_assertion_type") != kAssertionType) {
    return Refuse(Reason::RequestMalformed,
                  std::string("client_assertion_type must be ") + kAssertionType);
  }
  const Checked<Assertion> assertion = CheckAssertion(Field(*fields, "client_assertion"));
  if (!assertion) return tl::unexpected<Refusal>(assertion.error());
  const SystemClient& client = assertion->client;
  const Grant granted = Grant::Parse(Field(*fields, "scope")).And(client.allowed);

  IssuedToken issued;
  issued.token = ToBase64Url(RandomBytes(kTokenBytes));
  issued.lifetime = options_.token_lifetime;
  issued.scopes = granted.Text();
  const WallTime now = clock_.Now();
  const Json kept = Json::Object({{"client", Json::String(client.id)},
                                  {"generation", Json::Integer(client.generation)},
                                  {"scopes", Json::String(issued.scopes)},
                                  {"expires", Json::String(ToInstant(now + issued.lifetime))}});
  // The jti is used up even when nothing can be granted: an assertion is good for one answer.
  const Status written = records_.Write([&](RecordChanges& changes) -> Status {
    Status used = changes.Add({kUsedKind, assertion->jti_key, "", assertion->until});
    if (!used || granted.IsEmpty()) return used;
    Status put =
        changes.Put({kTokenKind, Digest(issued.token), kept.Write(), now + issued.lifetime});
    if (!put) return put;
    return changes.Audit(
        ToAuditEvent(ActOf("token", {ActorKind::System, client.id, address}, "", clock_.Now())));
  });
  if (!written && written.error().code == ErrorCode::Conflict) {
    return Refuse(Reason::AssertionReplayed, "", client.id);
  }
  if (!written) return Unavailable(written.error());
  if (granted.IsEmpty()) return Refuse(Reason::ScopeRefused, "", client.id);
  return issued;
}

Checked<Principal> Smart::Check(std::string_view token) {
  if (token.size() != (kTokenBytes * 4 + 2) / 3) return Refuse(Reason::TokenInvalid);
  const auto text = records_.Find(kTokenKind, Digest(token));
  if (!text) return Unavailable(text.error());
  if (!*text) return Refuse(Reason::TokenInvalid);
  const Result<Json> kept = Json::Parse(**text);
  if (!kept) return Refuse(Reason::TokenInvalid);
  const std::string& id = (*kept)["client"].AsString();
  const auto expires = ParseInstant((*kept)["expires"].AsString());
  if (!expires || clock_.Now() >= *expires) return Refuse(Reason::TokenInvalid, "expired", id);
  const Result<std::optional<SystemClient>> client = Find(id);
  if (!client) return Unavailable(client.error());
  const bool is_good =
      *client && (*client)->enabled && (*client)->generation == (*kept)["generation"].AsInteger();
  if (!is_good) return Refuse(Reason::TokenInvalid, "revoked", id);
  Principal system;
  system.kind = PrincipalKind::System;
  system.id = id;
  system.grant = Grant::Parse((*kept)["scopes"].AsString());
  return system;
}

Status Smart::Register(const std::string& id, const std::string& key_set, const std::string& scopes,
                       const Accounts::Author& by) {
  if (id.empty() || AccountId(id) != id) {
    return Fail(ErrorCode::BadData, "client id must be 2 to 40 of a-z, 0-9, '.', '-', '_'");
  }
  const Result<std::vector<SigningKey>> keys = ParseKeySet(key_set);
  if (!keys) return tl::unexpected<Error>(keys.error());
  SystemClient client;
  client.id = id;
  client.key_set = key_set;
  client.allowed = Grant::Parse(scopes);
  // One that is not understood would be missing silently.
  const auto asked = static_cast<std::size_t>(std::ranges::count(scopes, ' ') + 1);
  std::size_t understood = 0;
  for (std::size_t from = 0; from < scopes.size();) {
    const std::size_t end = std::min(scopes.find(' ', from), scopes.size());
    if (!Grant::Parse(std::string_view(scopes).substr(from, end - from)).IsEmpty()) ++understood;
    from = end + 1;
  }
  if (client.allowed.IsEmpty() || understood != asked) {
    return Fail(ErrorCode::BadData,
                "scopes must be like \"system/Appointment.cruds system/Patient.rs\"");
  }
  return records_.Write([&](RecordChanges& changes) -> Status {
    const auto before = changes.Find(kClientKind, id);
    if (!before) return tl::unexpected<Error>(before.error());
    client.generation = 1;
    if (*before) {
      if (const auto old = ClientFrom(id, **before)) client.generation = old->generation + 1;
    }
    if (Status put = changes.Put({kClientKind, id, ToJson(client).Write(), std::nullopt}); !put) {
      return put;
    }
    return changes.Audit(ToAuditEvent(ActOf("client-register", by, id, clock_.Now())));
  });
}

Status Smart::Revoke(const std::string& id, const Accounts::Author& by) {
  return records_.Write([&](RecordChanges& changes) -> Status {
    const auto text = changes.Find(kClientKind, id);
    if (!text) return tl::unexpected<Error>(text.error());
    std::optional<SystemClient> client;
    if (*text) client = ClientFrom(id, **text);
    if (!client) return Fail(ErrorCode::NotFound, "there is no such client");
    client->enabled = false;
    ++client->generation;
    if (Status put = changes.Put({kClientKind, id, ToJson(*client).Write(), std::nullopt}); !put) {
      return put;
    }
    return changes.Audit(ToAuditEvent(ActOf("client-revoke", by, id, clock_.Now())));
  });
}

Result<std::vector<SystemClient>> Smart::List() { return records_.AllAs(kClientKind, ClientFrom); }

}  // namespace yizhan::security
