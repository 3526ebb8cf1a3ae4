#include "offline-store/key.h"

#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/assert.h"
#include "base/crypto.h"
#include "base/unique_fd.h"
#include "offline-store/files.h"

namespace yizhan::offline {
namespace {

constexpr std::size_t kHexDigits = 2 * StoreKey::kSizeBytes;

/// A buffer whose content does not stay behind in freed memory.
struct WipedBuffer {
  std::array<std::uint8_t, kHexDigits + 3> bytes{};
  std::size_t size = 0;

  WipedBuffer() = default;
  WipedBuffer(const WipedBuffer&) = delete;
  WipedBuffer& operator=(const WipedBuffer&) = delete;
  ~WipedBuffer() { explicit_bzero(bytes.data(), bytes.size()); }
};

int HexValue(std::uint8_t digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

Result<StoreKey> ParseKey(const WipedBuffer& file) {
  if (file.size == StoreKey::kSizeBytes) return StoreKey(ByteView(file.bytes.data(), file.size));
  std::size_t digits = file.size;
  while (digits > kHexDigits && (file.bytes[digits - 1] == '\n' || file.bytes[digits - 1] == '\r'))
    --digits;
  WipedBuffer decoded;
  if (digits != kHexDigits) return Fail(ErrorCode::BadData, "key file has a wrong length");
  for (std::size_t i = 0; i < StoreKey::kSizeBytes; ++i) {
    const int high = HexValue(file.bytes[2 * i]);
    const int low = HexValue(file.bytes[2 * i + 1]);
    if (high < 0 || low < 0) return Fail(ErrorCode::BadData, "key file is not hexadecimal");
    decoded.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return StoreKey(ByteView(decoded.bytes.data(), StoreKey::kSizeBytes));
}

}  // namespace

StoreKey::StoreKey(ByteView bytes) {
  YIZHAN_ASSERT(bytes.size() == kSizeBytes);
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

StoreKey::StoreKey(StoreKey&& other) noexcept : bytes_(other.bytes_) { other.Wipe(); }

StoreKey& StoreKey::operator=(StoreKey&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    other.Wipe();
  }
  return *this;
}

StoreKey::~StoreKey() { Wipe(); }

void StoreKey::Wipe() noexcept { explicit_bzero(bytes_.data(), bytes_.size()); }

Result<std::string> CredentialPath(const std::string& name) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr || *directory == '\0') {
    return Fail(ErrorCode::NotFound, "no CREDENTIALS_DIRECTORY");
  }
  return std::string(directory) + "/" + name;
}

Result<StoreKey> LoadKey(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Fail(ErrorCode::NotFound, "key file cannot be opened");
  struct stat status {};
  if (::fstat(file.Get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::BadData, "key is not a regular file");
  }
  if (!IsPrivate(status.st_mode, status.st_uid, ::geteuid())) {
    return Fail(ErrorCode::Refused, "key file may be read by others than its owner");
  }
  WipedBuffer content;
  while (content.size < content.bytes.size()) {
    const ssize_t got = ::read(file.Get(), content.bytes.data() + content.size,
                               content.bytes.size() - content.size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(ErrorCode::BadData, "key file cannot be read");
    if (got == 0) break;
    content.size += static_cast<std::size_t>(got);
  }
  return ParseKey(content);
}

Status MakeKeyFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) {
    return errno == EEXIST ? Fail(ErrorCode::Conflict, "key file exists")
                           : Fail(ErrorCode::StoreFull, "key file cannot be made");
  }
  Bytes secret = RandomBytes(StoreKey::kSizeBytes);
  std::string text = ToHex(secret) + "\n";
  const ssize_t written = ::write(file.Get(), text.data(), text.size());
  const bool whole = written == static_cast<ssize_t>(text.size());
  explicit_bzero(secret.data(), secret.size());
  explicit_bzero(text.data(), text.size());
  if (!whole || ::fsync(file.Get()) != 0 || !SyncDirectoryOf(path)) {
    ::unlink(path.c_str());
    return Fail(ErrorCode::StoreFull, "key file cannot be written");
  }
  return {};
}

}  // namespace yizhan::offline
