#include "ui/theme.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace yizhan::ui {

namespace {

constexpr double kMmPerInch = 25.4;
/// Width of the 21.5 inch portrait panel on which the tokens were drawn.
constexpr double kDesignWidthMm = 267.7;
/// A panel lower than this gets everything smaller, so that a page still holds its main thing.
constexpr double kLeastDesignHeightMm = 350;
/// 4.8 mm capitals, the least that people must be able to read on a kiosk (findings, ADA 707.7.2).
constexpr double kSmallestEmMm = 6.75;
constexpr double kLargeText = 1.5;

double EmMm(Type type) {
  switch (type) {
    case Type::Number: return 64.5;
    case Type::NumberLong: return 50;
    case Type::Title: return 26;
    case Type::Heading: return 15.5;
    case Type::Sub: return 11;
    case Type::Body: return 9;
    case Type::Small: return 7.5;
  }
  return 9;
}

double Luminance(Color color) {
  const auto linear = [](std::uint8_t channel) {
    const double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

}  // namespace

double Contrast(Color one, Color other) {
  const double a = Luminance(one);
  const double b = Luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

Theme::Theme(int width_px, int height_px, double diagonal_inches, screens::TextSize text_size)
    : text_size_(text_size) {
  YIZHAN_ASSERT(width_px > 0 && height_px > 0 && diagonal_inches > 0);
  px_per_mm_ = std::hypot(width_px, height_px) / (diagonal_inches * kMmPerInch);
  // A page is composed for an upright panel; on a wide one the height decides.
  const double by_width = width_px / px_per_mm_ / kDesignWidthMm;
  const double by_height = height_px / px_per_mm_ / kLeastDesignHeightMm;
  unit_px_ = px_per_mm_ * std::clamp(std::min(by_width, by_height), 0.75, 1.5);
}

float Theme::Px(double design_mm) const {
  return static_cast<float>(std::lround(design_mm * unit_px_));
}

float Theme::TargetPx(double design_mm) const {
  return std::max(Px(design_mm), static_cast<float>(std::ceil(20 * px_per_mm_)));
}

float Theme::GapPx(double design_mm) const {
  return std::max(Px(design_mm), static_cast<float>(std::ceil(5 * px_per_mm_)));
}

int Theme::EmPx(Type type) const {
  const double em = std::max(EmMm(type) * unit_px_, kSmallestEmMm * px_per_mm_);
  // What is large already grows less: the number must keep to one line, and a question should.
  double scale = 1;
  if (Large()) {
    switch (type) {
      case Type::Number:
      case Type::NumberLong: break;
      case Type::Title: scale = 1.25; break;
      case Type::Heading: scale = 1.35; break;
      default: scale = kLargeText;
    }
  }
  return static_cast<int>(std::lround(em * scale));
}

float Theme::LinePx(Type type) const {
  const double leading = type <= Type::NumberLong ? 0.92 : type <= Type::Heading ? 1.3 : 1.42;
  return static_cast<float>(std::lround(EmPx(type) * leading));
}

}  // namespace yizhan::ui
