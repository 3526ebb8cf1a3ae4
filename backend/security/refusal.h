#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace yizhan::security {

// clang-format off
/// Why somebody was refused. X(name, wire name, HTTP status, what it means).
#define YIZHAN_REFUSALS(X)                                                                            \
  X(NoCredentials,        "no-credentials",        401, "nothing says who is asking")                 \
  X(CertificateUntrusted, "certificate-untrusted", 401, "the client certificate is not of this hospital's CA, or out of its time") \
  X(UnknownDevice,        "unknown-device",        401, "the certificate belongs to no enrolled device") \
  X(DeviceRevoked,        "device-revoked",        401, "the device's certificate was revoked")       \
  X(DeviceExpired,        "device-expired",        401, "the device's certificate is out of its time") \
  X(TokenInvalid,         "token-invalid",         401, "the access token is unknown, expired or revoked") \
  X(SessionOver,          "session-over",          401, "nobody is logged in with this cookie any more") \
  X(WrongPassword,        "wrong-password",        401, "name or password is wrong")                  \
  X(CsrfMissing,          "csrf",                  403, "the X-CSRF-Token header is missing or wrong") \
  X(CrossSite,            "cross-site",            403, "the request comes from another site")        \
  X(NotThisMachine,       "not-this-machine",      403, "open access is for this machine only")       \
  X(RoleMissing,          "role",                  403, "the role does not allow this")               \
  X(ScopeMissing,         "scope",                 403, "the granted scopes do not allow this")       \
  X(CodeInvalid,          "enrolment-code",        403, "the enrolment code is wrong, used or expired") \
  X(LockedOut,            "locked-out",            429, "too many wrong passwords")                   \
  X(RateLimited,          "rate-limit",            429, "too many requests")                          \
  X(Busy,                 "busy",                  503, "too much at once")                           \
  X(Unavailable,          "unavailable",           503, "the store does not answer")                  \
  X(NotConfigured,        "not-configured",        501, "this is not set up here")                    \
  X(RequestMalformed,     "request-malformed",     400, "the request is not what it must be")         \
  X(PasswordRefused,      "password-refused",      422, "the new password breaks a rule")             \
  X(CertificateRequest,   "certificate-request",   400, "the certificate request cannot be used")     \
  X(AssertionMalformed,   "assertion-malformed",   400, "the client assertion is no signed JWT")      \
  X(AssertionAlgorithm,   "assertion-algorithm",   400, "the assertion's algorithm is not the key's") \
  X(AssertionKey,         "assertion-key",         400, "the assertion names no key of the client")   \
  X(AssertionSignature,   "assertion-signature",   400, "the assertion's signature is wrong")         \
  X(AssertionClient,      "assertion-client",      400, "the client is not registered, or iss and sub differ") \
  X(AssertionAudience,    "assertion-audience",    400, "the assertion is for another server")        \
  X(AssertionExpired,     "assertion-expired",     400, "the assertion has expired: compare the clocks") \
  X(AssertionTooLong,     "assertion-too-long",    400, "the assertion is valid for too long: at most 5 minutes") \
  X(AssertionClock,       "assertion-clock",       400, "the assertion is from the future: compare the clocks") \
  X(AssertionReplayed,    "assertion-replayed",    400, "the assertion was used before")              \
  X(ScopeRefused,         "scope-refused",         400, "none of the requested scopes can be granted")
// clang-format on

enum class Reason {
#define YIZHAN_X(name, wire, status, meaning) name,
  YIZHAN_REFUSALS(YIZHAN_X)
#undef YIZHAN_X
};

/// The reason's stable name on the wire and in the audit ("device-revoked").
[[nodiscard]] const char* Name(Reason reason);
/// The HTTP status that belongs to it.
[[nodiscard]] int StatusOf(Reason reason);
/// One sentence for whoever looks after the client. Says nothing about which secret was nearly
/// right.
[[nodiscard]] const char* Meaning(Reason reason);

struct Refusal {
  Reason reason;
  std::string detail = {};  ///< For staff; never a secret and never a patient's datum.
  std::optional<std::chrono::seconds> retry_after = {};
  /// Whom the request claimed to be, for the audit: a device, client or account; may be empty.
  std::string claimed = {};
};

/// What was asked for, or why not.
template <typename T>
using Checked = tl::expected<T, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> Refuse(Reason reason, std::string detail = {},
                                                    std::string claimed = {}) {
  return tl::unexpected<Refusal>(Refusal{reason, std::move(detail), {}, std::move(claimed)});
}

}  // namespace yizhan::security
