/// \file
/// Larger pieces that several pages are made of.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ui/flow.h"
#include "ui/ui.h"

namespace yizhan::ui {

enum class Mood { Neutral, Ok, Warn, Bad };

struct MoodColors {
  Ink ink;
  Color line;
};
[[nodiscard]] MoodColors ColorsOf(Mood mood);

/// A coloured card: icon, what is the case, what to do about it.
struct Notice {
  std::string_view id{};
  Mood mood = Mood::Neutral;
  Icon icon = Icon::Warning;
  std::string title{};
  std::string detail{};
  Type title_type = Type::Sub;
};
void AddNotice(Flow& flow, Ui& ui, const Notice& notice);

/// "下一步"-like card: a heading and lines under it, numbered when there are several.
void AddSteps(Flow& flow, Ui& ui, std::string_view id, const std::string& heading,
              const std::vector<std::string>& steps);

/// A card of label and value rows; long values wrap.
struct Fact {
  std::string id;
  std::string label;
  std::string value;
};
void AddFacts(Flow& flow, Ui& ui, const std::vector<Fact>& facts);

/// A number to be remembered, as large as the card allows, between what it is and what it is for.
struct NumberCard {
  std::string id{};
  std::string head{};
  std::string number{};
  std::string what{};  ///< May be empty.
  Type largest = Type::Number;
};
void AddNumberCard(Flow& flow, Ui& ui, const NumberCard& card);

/// A small coloured word, as wide as it needs. Returns the width.
[[nodiscard]] float TagWidth(Ui& ui, std::string_view label);
[[nodiscard]] float TagHeight(Ui& ui);
void DrawTag(Ui& ui, std::string_view id, std::string_view label, const Ink& ink, float x, float y);

/// `text`, whose parts are joined by middle dots, with one part a line when one line is too short.
[[nodiscard]] std::string Folded(Ui& ui, const std::string& text, const TextStyle& style,
                                 float width_px);

/// A quiet heading over a group of cards.
void AddGroupHeading(Flow& flow, std::string_view id, const std::string& heading);

/// One or two buttons at the bottom of a page, above the bar. The last one is the main action.
struct ActionRow {
  /// Takes the height it needs away from `body`.
  ActionRow(Ui& ui, Rect& body, std::vector<ButtonSpec> buttons);
  /// Index of the pressed button, or -1.
  int Draw();

 private:
  [[nodiscard]] float WidthOf(std::size_t count) const;

  Ui& ui_;
  std::vector<ButtonSpec> buttons_;
  std::vector<std::pair<std::size_t, std::size_t>> rows_;  ///< [first, one past last) button.
  Rect box_{};
  float gap_;
};

}  // namespace yizhan::ui
