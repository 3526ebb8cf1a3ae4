#pragma once

namespace yizhan {

/// Logs where a programmer's error was found, then aborts; systemd restarts the program.
[[noreturn]] void AssertionFailed(const char* expression, const char* file, int line);

}  // namespace yizhan

/// States what must be true. On in release: a wrong program stops rather than guesses.
#define YIZHAN_ASSERT(expression)                                                  \
  do {                                                                             \
    if (!(expression)) ::yizhan::AssertionFailed(#expression, __FILE__, __LINE__); \
  } while (false)
