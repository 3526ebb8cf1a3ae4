#include "base/crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/assert.h"

namespace yizhan {

Sha256Digest Sha256(ByteView data) {
  Sha256Digest digest{};
  unsigned int length = 0;
  const int ok =
      EVP_Digest(data.data(), data.size(), digest.data(), &length, EVP_sha256(), nullptr);
  YIZHAN_ASSERT(ok == 1 && length == digest.size());
  return digest;
}

Sha256Digest HmacSha256(ByteView key, ByteView data) {
  Sha256Digest digest{};
  unsigned int length = 0;
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(),
                          data.size(), digest.data(), &length);
  YIZHAN_ASSERT(made != nullptr && length == digest.size());
  return digest;
}

Bytes RandomBytes(std::size_t count) {
  Bytes bytes(count);
  YIZHAN_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(count)) == 1);
  return bytes;
}

namespace {

std::string UuidOf(Bytes bytes, std::uint8_t version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | (unsigned{version} << 4U));
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  std::string text = ToHex(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

/// Sixteen random bytes for an id, which is no secret: OpenSSL is asked once for many of them,
/// because a question costs it more than the bytes do.
Bytes RandomId() {
  constexpr std::size_t kSize = 16;
  thread_local Bytes pool;
  if (pool.empty()) pool = RandomBytes(64 * kSize);
  Bytes id(pool.end() - kSize, pool.end());
  pool.resize(pool.size() - kSize);
  return id;
}

}  // namespace

std::string RandomUuid() { return UuidOf(RandomBytes(16), 4); }

std::string TimeOrderedUuid(WallTime now) {
  Bytes bytes = RandomId();
  const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  }
  return UuidOf(std::move(bytes), 7);
}

}  // namespace yizhan
