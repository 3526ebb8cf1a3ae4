/// \file
/// The tokens of the look: colours, lengths in millimetres, type. A length is the size it has on a
/// 21.5 inch panel; other panels scale it with their width, but never below what a finger needs.
#pragma once

#include "kiosk/screens/screen.h"
#include "ui/geometry.h"

namespace yizhan::ui {

/// A colour of text together with the ground it is written on, so that contrast can be checked.
struct Ink {
  Color text;
  Color ground;
};

namespace colors {
inline constexpr Color kInk = Hex(0x12232B);
inline constexpr Color kQuietInk = Hex(0x3E525C);
inline constexpr Color kPage = Hex(0xF2F6F7);
inline constexpr Color kCard = Hex(0xFFFFFF);
inline constexpr Color kLine = Hex(0xD5DEE2);
inline constexpr Color kPrimary = Hex(0x0A5A68);
inline constexpr Color kPrimaryDark = Hex(0x083F4A);
inline constexpr Color kPrimaryLight = Hex(0xE2F0F2);
inline constexpr Color kPressedLight = Hex(0xC4DFE3);
inline constexpr Color kOk = Hex(0x0D4F2E);
inline constexpr Color kOkLight = Hex(0xE3F3EA);
inline constexpr Color kOkLine = Hex(0xB9DEC8);
inline constexpr Color kWarn = Hex(0x6B4300);
inline constexpr Color kWarnLight = Hex(0xFFF1D2);
inline constexpr Color kWarnLine = Hex(0xE7C77C);
inline constexpr Color kBad = Hex(0x8F1D1D);
inline constexpr Color kBadLight = Hex(0xFBE6E4);
inline constexpr Color kBadLine = Hex(0xE9B6B1);
inline constexpr Color kOffInk = Hex(0x5A6A72);
inline constexpr Color kOff = Hex(0xE9EEF0);
inline constexpr Color kChip = Hex(0xE0B04C);
/// Laid over a page that waits for an answer.
inline constexpr Color kVeil = Hex(0x081E25, 158);
}  // namespace colors

namespace inks {
inline constexpr Ink kOnPage{colors::kInk, colors::kPage};
inline constexpr Ink kQuietOnPage{colors::kQuietInk, colors::kPage};
inline constexpr Ink kOnCard{colors::kInk, colors::kCard};
inline constexpr Ink kQuietOnCard{colors::kQuietInk, colors::kCard};
inline constexpr Ink kNumberOnCard{colors::kPrimaryDark, colors::kCard};
inline constexpr Ink kOnHeader{colors::kCard, colors::kPrimaryDark};
inline constexpr Ink kOnPrimary{colors::kCard, colors::kPrimary};
inline constexpr Ink kOk{colors::kOk, colors::kOkLight};
inline constexpr Ink kWarn{colors::kWarn, colors::kWarnLight};
inline constexpr Ink kBad{colors::kBad, colors::kBadLight};
}  // namespace inks

/// Steps of the type scale.
enum class Type {
  Number,      ///< The ticket's number.
  NumberLong,  ///< A longer one: "A-K3-07".
  Title,       ///< The one call of the idle page.
  Heading,     ///< The question of a page.
  Sub,         ///< Heading inside a card, label of the main action.
  Body,
  Small,  ///< Tags and notes; the smallest there is.
};

/// Lengths for one panel and one text size. Immutable.
class Theme {
 public:
  /// `diagonal_inches` is the panel's visible diagonal. All three must be positive.
  Theme(int width_px, int height_px, double diagonal_inches, screens::TextSize text_size);

  /// Pixels of a length given in millimetres of the 21.5 inch design, rounded to whole pixels.
  [[nodiscard]] float Px(double design_mm) const;
  /// As Px, but at least 20 real millimetres: the height of whatever a finger must hit.
  [[nodiscard]] float TargetPx(double design_mm) const;
  /// As Px, but at least 5 real millimetres: the space between two targets.
  [[nodiscard]] float GapPx(double design_mm = 5.5) const;
  /// The em of a type step in pixels, text size included.
  [[nodiscard]] int EmPx(Type type) const;
  [[nodiscard]] float LinePx(Type type) const;
  [[nodiscard]] bool Large() const { return text_size_ == screens::TextSize::Large; }
  /// Real pixels per millimetre of the panel.
  [[nodiscard]] double PxPerMm() const { return px_per_mm_; }

 private:
  screens::TextSize text_size_;
  double px_per_mm_;
  double unit_px_;
};

namespace mm {
inline constexpr double kMargin = 14;
inline constexpr double kHeader = 33;
inline constexpr double kBar = 42;
inline constexpr double kBarTarget = 28;
inline constexpr double kMainAction = 34;
inline constexpr double kGap = 6.5;
inline constexpr double kCardRadius = 7;
inline constexpr double kButtonRadius = 6;
inline constexpr double kTagRadius = 3.5;
inline constexpr double kHairline = 0.5;
inline constexpr double kIcon = 14;
inline constexpr double kIconBadge = 24;
}  // namespace mm

}  // namespace yizhan::ui
