#pragma once

#include <cstdint>
#include <vector>

namespace yizhan::ui {

/// A picture of coverage (0 empty, 255 full) that draw lists refer to by its address. The owner of
/// the pixels raises `generation` whenever pixels that may be on the screen change their meaning.
struct Texture {
  int width_px = 0;
  int height_px = 0;
  int stride_px = 0;
  std::vector<std::uint8_t> coverage;
  std::uint64_t generation = 0;
  /// Rows that changed since a renderer with memory of its own last copied them: [first, last).
  int changed_first_row = 0;
  int changed_last_row = 0;

  void MarkChanged(int first_row, int last_row) {
    if (changed_first_row == changed_last_row) {
      changed_first_row = first_row;
      changed_last_row = last_row;
      return;
    }
    if (first_row < changed_first_row) changed_first_row = first_row;
    if (last_row > changed_last_row) changed_last_row = last_row;
  }
};

}  // namespace yizhan::ui
