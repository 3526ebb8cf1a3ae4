#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace yizhan::store {

/// The epoch as it is kept beside a store (see ResourceStore::Epoch): a small text file that no
/// backup contains. 0: there is no file. StoreFull: it cannot be read. BadData: it is no epoch.
[[nodiscard]] Result<std::int64_t> ReadEpochFile(const std::string& path);
/// Replaces the file, safely on disk when it returns. StoreFull: it cannot be written.
[[nodiscard]] Status WriteEpochFile(const std::string& path, std::int64_t epoch);

}  // namespace yizhan::store
