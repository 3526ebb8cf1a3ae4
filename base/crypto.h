#pragma once

#include <array>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace yizhan {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// FIPS 180-4 SHA-256. Thread-safe.
[[nodiscard]] Sha256Digest Sha256(ByteView data);
/// RFC 2104 HMAC with SHA-256. Thread-safe.
[[nodiscard]] Sha256Digest HmacSha256(ByteView key, ByteView data);
/// Cryptographically random bytes. Aborts when the system has none (a machine without randomness
/// must not serve patients).
[[nodiscard]] Bytes RandomBytes(std::size_t count);
/// RFC 4122 version 4 UUID, lower case.
[[nodiscard]] std::string RandomUuid();
/// RFC 9562 version 7 UUID, lower case: begins with the time, so that what is made together lies
/// together in an index. Its other 74 bits are random. Tells when it was made: no secret.
[[nodiscard]] std::string TimeOrderedUuid(WallTime now);

}  // namespace yizhan
