#pragma once

#include <cstdint>
#include <string>

namespace yizhan::offline::test {

/// What goes wrong, and at which change of a file (write, truncate, sync, delete; from 1).
struct Fault {
  enum class Kind {
    None,      ///< Only counts.
    Kill,      ///< The process is killed just before the change.
    PowerCut,  ///< Only what was synced, and a random part of the rest, reaches `crash_directory`.
    Full,      ///< From this change on `length` writes find the disk full.
    IoError,   ///< This one change fails with an I/O error.
  } kind = Kind::None;
  std::int64_t at = 0;
  std::int64_t length = 1;
  std::uint64_t seed = 1;
  std::string crash_directory{};
};

/// The exit code of a process that lost its power.
inline constexpr int kPowerCutExit = 42;

/// Puts itself between SQLite and the disk, for every store opened afterwards in this process. It
/// does not sync the real disk, so that thousands of runs finish: what would have survived a power
/// cut is modelled in memory (sectors of 512 bytes; lost directory entries are not modelled).
/// Thread-bound.
void InstallFaultyVfs();
/// Starts counting anew with this fault. What files opened from now on hold counts as synced; a
/// power cut must not be planned while a store is open.
void PlanFault(const Fault& fault);
/// Changes counted since PlanFault.
[[nodiscard]] std::int64_t CountedChanges();

}  // namespace yizhan::offline::test
