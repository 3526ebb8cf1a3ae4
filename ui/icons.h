#pragma once

#include "ui/geometry.h"

struct ImDrawList;

namespace yizhan::ui {

enum class Icon {
  Calendar,
  Payment,
  Tube,
  Report,
  Form,
  Place,
  Doctor,
  Printer,
  Warning,
  Check,
  Queue,
  Wait,
  Offline,
  Next,
  Previous,
  Card,
  Person,
};

/// Draws an icon of the house style into a square box: lines of 4/56 of its side, round ends.
void DrawIcon(ImDrawList& list, Icon icon, const Rect& box, Color color);

enum class CardMove { Lay, Take };
/// The card above the reader of the idle page, with an arrow upwards when it should be taken away.
/// `box` is a square.
void DrawCardOnReader(ImDrawList& list, const Rect& box, CardMove move);

/// A ring of which `share` (0..1) is filled, from the top and clockwise.
void DrawRing(ImDrawList& list, const Rect& box, double share);

}  // namespace yizhan::ui
