#pragma once

#include <string>

#include "ui/theme.h"

namespace yizhan::ui {

/// One thing on the screen as tests, automation and reading aloud see it. Labels may hold a masked
/// name: Display::Forget() drops them.
struct Item {
  enum class Role { Button, Text };

  std::string id;  ///< Stable, independent of the language: "call-staff", "task-0", "title".
  std::string label;
  Role role = Role::Text;
  Rect rect{};          ///< A button's target, or the box a text must stay inside.
  bool enabled = true;  ///< Buttons: can be pressed now.
  /// Buttons: place in the order in which Tab walks, from 0; -1 when it cannot be reached.
  int focus_order = -1;
  // Texts only:
  Rect text_rect{};        ///< Where the characters really are.
  Ink ink{};               ///< Colour and the ground it is on.
  int unknown_glyphs = 0;  ///< Characters no font could draw.
  bool dimmed = false;     ///< Behind the veil of a question: not to be read now.
};

}  // namespace yizhan::ui
