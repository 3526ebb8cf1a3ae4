#include "ui/icons.h"

#include <imgui.h>

#include <cmath>
#include <initializer_list>
#include <vector>

#include "ui/theme.h"

namespace yizhan::ui {

namespace {

constexpr float kPi = 3.14159265f;

/// A pen on a square drawing board of `units` a side, as the sketches' SVG symbols use.
class Pen {
 public:
  Pen(ImDrawList& list, const Rect& box, float units, Color color, float thickness)
      : list_(list),
        origin_{box.x, box.y},
        scale_(box.w / units),
        color_(IM_COL32(color.red, color.green, color.blue, color.alpha)),
        width_(thickness * box.w / units) {}

  [[nodiscard]] ImVec2 At(float x, float y) const {
    return {origin_.x + x * scale_, origin_.y + y * scale_};
  }

  void Line(std::initializer_list<ImVec2> points) {
    for (const ImVec2& point : points) list_.PathLineTo(At(point.x, point.y));
    Finish(false);
  }
  void Box(float x, float y, float w, float h, float radius) {
    list_.PathRect(At(x, y), At(x + w, y + h), radius * scale_);
    list_.PathStroke(color_, ImDrawFlags_Closed, width_);
  }
  void Circle(float x, float y, float radius) {
    list_.AddCircle(At(x, y), radius * scale_, color_, 0, width_);
  }
  void Dot(float x, float y, float radius) {
    list_.AddCircleFilled(At(x, y), radius * scale_, color_);
  }
  /// Part of a circle; angles in quarters of a turn, 0 to the right, clockwise.
  void Arc(float x, float y, float radius, float from, float to) {
    ArcPath(x, y, radius, from, to);
    Finish(false);
  }
  void ArcPath(float x, float y, float radius, float from, float to) {
    list_.PathArcTo(At(x, y), radius * scale_, from * kPi / 2, to * kPi / 2, 24);
  }
  void PathTo(float x, float y) { list_.PathLineTo(At(x, y)); }
  void Curve(ImVec2 a, ImVec2 b, ImVec2 to) {
    list_.PathBezierCubicCurveTo(At(a.x, a.y), At(b.x, b.y), At(to.x, to.y), 16);
  }
  /// Strokes the path so far, with round ends when it is open.
  void Finish(bool closed) {
    DropRepeatedPoints(closed);
    if (list_._Path.Size == 0) return;
    const std::vector<ImVec2> corners = Corners(closed);
    list_.PathStroke(color_, closed ? ImDrawFlags_Closed : 0, width_);
    for (const ImVec2& corner : corners) list_.AddCircleFilled(corner, width_ / 2, color_);
  }

 private:
  /// A point on top of its neighbour has no direction: ImGui would draw a spike there.
  void DropRepeatedPoints(bool closed) {
    ImVector<ImVec2>& path = list_._Path;
    const auto same = [](const ImVec2& a, const ImVec2& b) {
      return std::abs(a.x - b.x) + std::abs(a.y - b.y) < 0.1f;
    };
    int kept = 0;
    for (int i = 0; i < path.Size; ++i) {
      if (kept > 0 && same(path[kept - 1], path[i])) continue;
      path[kept++] = path[i];
    }
    if (closed && kept > 1 && same(path[0], path[kept - 1])) --kept;
    path.resize(kept);
  }

  /// Ends and sharp bends of the path: they get a round dot, as the house style has round joints.
  [[nodiscard]] std::vector<ImVec2> Corners(bool closed) const {
    const ImVector<ImVec2>& path = list_._Path;
    std::vector<ImVec2> corners;
    for (int i = 0; i < path.Size; ++i) {
      const bool end = i == 0 || i + 1 == path.Size;
      if (end && !closed) {
        corners.push_back(path[i]);
        continue;
      }
      const ImVec2& before = path[(i + path.Size - 1) % path.Size];
      const ImVec2& after = path[(i + 1) % path.Size];
      const ImVec2 in{path[i].x - before.x, path[i].y - before.y};
      const ImVec2 out{after.x - path[i].x, after.y - path[i].y};
      const float along = in.x * out.x + in.y * out.y;
      if (along < 0.8f * std::hypot(in.x, in.y) * std::hypot(out.x, out.y)) {
        corners.push_back(path[i]);
      }
    }
    return corners;
  }

  ImDrawList& list_;
  ImVec2 origin_;
  float scale_;
  ImU32 color_;
  float width_;
};

void Document(Pen& pen) {
  pen.PathTo(14, 6);
  pen.PathTo(34, 6);
  pen.PathTo(44, 16);
  pen.PathTo(44, 50);
  pen.PathTo(14, 50);
  pen.Finish(true);
  pen.Line({{34, 6}, {34, 16}, {44, 16}});
  pen.Line({{20, 28}, {36, 28}});
  pen.Line({{20, 36}, {36, 36}});
  pen.Line({{20, 20}, {26, 20}});
}

void MapPin(Pen& pen) {
  pen.PathTo(28, 50);
  pen.Curve({28, 50}, {44, 35}, {44, 23});
  pen.ArcPath(28, 23, 16, 4, 2);
  pen.Curve({12, 35}, {28, 50}, {28, 50});
  pen.Finish(true);
  pen.Circle(28, 23, 6);
}

void TestTube(Pen& pen) {
  pen.PathTo(20, 6);
  pen.PathTo(20, 40);
  pen.ArcPath(28, 40, 8, 2, 0);
  pen.PathTo(36, 6);
  pen.Finish(false);
  pen.Line({{16, 6}, {40, 6}});
  pen.Line({{20, 28}, {36, 28}});
}

void PersonFigure(Pen& pen) {
  pen.Circle(28, 18, 10);
  pen.PathTo(10, 50);
  pen.Curve({10, 38}, {18, 32}, {28, 32});
  pen.Curve({38, 32}, {46, 38}, {46, 50});
  pen.Finish(false);
}

void PrinterShape(Pen& pen) {
  pen.Line({{12, 20}, {12, 8}, {44, 8}, {44, 20}});
  pen.Line({{12, 40}, {6, 40}, {6, 22}, {50, 22}, {50, 40}, {44, 40}});
  pen.PathTo(16, 32);
  pen.PathTo(40, 32);
  pen.PathTo(40, 48);
  pen.PathTo(16, 48);
  pen.Finish(true);
}

void Warning(Pen& pen) {
  pen.PathTo(28, 8);
  pen.PathTo(50, 48);
  pen.PathTo(6, 48);
  pen.Finish(true);
  pen.Line({{28, 23}, {28, 34}});
  pen.Dot(28, 41, 2.6f);
}

void Hourglass(Pen& pen) {
  pen.Line({{14, 6}, {42, 6}});
  pen.Line({{14, 50}, {42, 50}});
  pen.PathTo(18, 6);
  pen.PathTo(18, 14);
  pen.Curve({18, 22}, {28, 24}, {28, 28});
  pen.Curve({28, 32}, {18, 34}, {18, 42});
  pen.PathTo(18, 50);
  pen.Finish(false);
  pen.PathTo(38, 6);
  pen.PathTo(38, 14);
  pen.Curve({38, 22}, {28, 24}, {28, 28});
  pen.Curve({28, 32}, {38, 34}, {38, 42});
  pen.PathTo(38, 50);
  pen.Finish(false);
  pen.Line({{24, 44}, {32, 44}});
}

void Offline(Pen& pen) {
  pen.Arc(28, 44, 12, 2.55f, 3.45f);
  pen.Arc(28, 44, 24, 2.55f, 3.45f);
  pen.Dot(28, 44, 3.4f);
  pen.Line({{12, 8}, {46, 48}});
}

void Form(Pen& pen) {
  pen.Box(12, 8, 32, 42, 5);
  pen.Line({{20, 22}, {23, 25}, {29, 19}});
  pen.Line({{20, 36}, {23, 39}, {29, 33}});
  pen.Line({{34, 24}, {38, 24}});
  pen.Line({{34, 38}, {38, 38}});
}

}  // namespace

void DrawIcon(ImDrawList& list, Icon icon, const Rect& box, Color color) {
  Pen pen(list, box, 56, color, 4);
  switch (icon) {
    case Icon::Calendar:
      pen.Box(8, 12, 40, 36, 6);
      pen.Line({{8, 24}, {48, 24}});
      pen.Line({{18, 6}, {18, 16}});
      pen.Line({{38, 6}, {38, 16}});
      return;
    case Icon::Payment:
    case Icon::Card:
      pen.Box(6, 12, 44, 32, 6);
      pen.Line({{6, 22}, {50, 22}});
      pen.Line({{14, 36}, {24, 36}});
      return;
    case Icon::Tube: return TestTube(pen);
    case Icon::Report: return Document(pen);
    case Icon::Form: return Form(pen);
    case Icon::Place: return MapPin(pen);
    case Icon::Doctor:
    case Icon::Person: return PersonFigure(pen);
    case Icon::Printer: return PrinterShape(pen);
    case Icon::Warning: return Warning(pen);
    case Icon::Check:
      pen.Circle(28, 28, 21);
      pen.Line({{18, 28.5f}, {25, 35.5f}, {38, 21}});
      return;
    case Icon::Queue:
      pen.Circle(28, 28, 21);
      pen.Line({{28, 15}, {28, 28}, {37, 34}});
      return;
    case Icon::Wait: return Hourglass(pen);
    case Icon::Offline: return Offline(pen);
    case Icon::Next: pen.Line({{20, 10}, {38, 28}, {20, 46}}); return;
    case Icon::Previous: pen.Line({{36, 10}, {18, 28}, {36, 46}}); return;
  }
}

void DrawCardOnReader(ImDrawList& list, const Rect& box, CardMove move) {
  const float scale = box.w / 320;
  const auto at = [&](float x, float y) { return ImVec2{box.x + x * scale, box.y + y * scale}; };
  const auto packed = [](Color c) { return IM_COL32(c.red, c.green, c.blue, c.alpha); };
  list.AddRectFilled(at(40, 190), at(280, 286), packed(colors::kPrimary), 24 * scale);
  Pen waves(list, box, 320, colors::kCard, 7);
  waves.PathTo(118, 262);
  waves.Curve({128, 248}, {192, 248}, {202, 262});
  waves.Finish(false);
  waves.PathTo(132, 246);
  waves.Curve({140, 237}, {180, 237}, {188, 246});
  waves.Finish(false);
  waves.PathTo(146, 232);
  waves.Curve({151, 228}, {169, 228}, {174, 232});
  waves.Finish(false);
  Pen(list, box, 320, colors::kPrimary, 8).Line({{160, 160}, {160, 178}});
  if (move == CardMove::Take) {
    Pen arrow(list, box, 320, colors::kPrimary, 8);
    arrow.Line({{276, 160}, {276, 60}});
    arrow.Line({{256, 82}, {276, 60}, {296, 82}});
  }

  // The card leans by twelve degrees around (160, 110).
  const float sine = std::sin(-12 * kPi / 180);
  const float cosine = std::cos(-12 * kPi / 180);
  const auto turned = [&](float x, float y) {
    const float dx = x - 160;
    const float dy = y - 110;
    return at(160 + dx * cosine - dy * sine, 110 + dx * sine + dy * cosine);
  };
  const auto rounded = [&](float x, float y, float w, float h, float r) {
    const ImVec2 corners[4] = {
        {x + w - r, y + r}, {x + w - r, y + h - r}, {x + r, y + h - r}, {x + r, y + r}};
    for (int i = 0; i < 4; ++i) {
      for (int step = 0; step <= 8; ++step) {
        const float angle = (static_cast<float>(i) - 1 + static_cast<float>(step) / 8) * kPi / 2;
        list.PathLineTo(
            turned(corners[i].x + r * std::cos(angle), corners[i].y + r * std::sin(angle)));
      }
    }
  };
  rounded(78, 48, 164, 104, 16);
  list.PathFillConvex(packed(colors::kCard));
  rounded(78, 48, 164, 104, 16);
  list.PathStroke(packed(colors::kPrimaryDark), ImDrawFlags_Closed, 6 * scale);
  rounded(96, 72, 34, 26, 5);
  list.PathFillConvex(packed(colors::kChip));
  const float thick = 7 * scale;
  for (const auto& [from, to] : {std::pair{96.0f, 188.0f}, std::pair{200.0f, 222.0f}}) {
    list.AddLine(turned(from, 124), turned(to, 124), packed(colors::kQuietInk), thick);
    list.AddCircleFilled(turned(from, 124), thick / 2, packed(colors::kQuietInk));
    list.AddCircleFilled(turned(to, 124), thick / 2, packed(colors::kQuietInk));
  }
}

void DrawRing(ImDrawList& list, const Rect& box, double share) {
  Pen track(list, box, 100, colors::kPrimaryLight, 10);
  track.Circle(50, 50, 42);
  if (share <= 0) return;
  Pen ring(list, box, 100, colors::kPrimary, 10);
  const float turns = static_cast<float>(share < 1 ? share : 0.9999);
  list.PathArcTo(ring.At(50, 50), 42 * box.w / 100, -kPi / 2, -kPi / 2 + turns * 2 * kPi, 64);
  ring.Finish(false);
}

}  // namespace yizhan::ui
