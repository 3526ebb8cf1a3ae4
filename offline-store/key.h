#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace yizhan::offline {

/// The 32 secret bytes that open the store. Thread-bound, moves, is overwritten when destroyed.
class StoreKey {
 public:
  static constexpr std::size_t kSizeBytes = 32;

  /// Copies `bytes`, which must be kSizeBytes long.
  explicit StoreKey(ByteView bytes);
  StoreKey(StoreKey&& other) noexcept;
  StoreKey& operator=(StoreKey&& other) noexcept;
  StoreKey(const StoreKey&) = delete;
  StoreKey& operator=(const StoreKey&) = delete;
  ~StoreKey();

  [[nodiscard]] ByteView Secret() const { return bytes_; }

 private:
  void Wipe() noexcept;

  std::array<std::uint8_t, kSizeBytes> bytes_{};
};

/// Where systemd put the credential `name` for this process ($CREDENTIALS_DIRECTORY/name).
/// NotFound: the unit has no credentials (LoadCredentialEncrypted= is missing).
[[nodiscard]] Result<std::string> CredentialPath(const std::string& name);

/// Reads a key file: 64 hexadecimal digits (a line end may follow) or 32 raw bytes. NotFound: no
/// such file. Refused: others than its owner may read it. BadData: anything else inside.
[[nodiscard]] Result<StoreKey> LoadKey(const std::string& path);

/// Writes a new random key as 64 hexadecimal digits, mode 0600, safely on disk: for a demo or a
/// first installation. Conflict: the file exists; it is never replaced, because a store without
/// its key is lost. StoreFull: it could not be written.
[[nodiscard]] Status MakeKeyFile(const std::string& path);

}  // namespace yizhan::offline
