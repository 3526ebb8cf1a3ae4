#include "base/wipe.h"

#include <array>
#include <cstring>

namespace yizhan {

// Not inlined: its own frame must lie where the returned functions had theirs.
__attribute__((noinline)) void WipeStack() {
  std::array<unsigned char, 65536> used;  // NOLINT(*-member-init): it is about to be overwritten.
  explicit_bzero(used.data(), used.size());
}

}  // namespace yizhan
