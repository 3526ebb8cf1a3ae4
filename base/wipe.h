#pragma once

namespace yizhan {

/// Overwrites the part of this thread's stack that returned functions used, 64 KiB deep: call it at
/// the bottom of a thread's loop after work that held a patient's data. Thread-safe.
void WipeStack();

}  // namespace yizhan
