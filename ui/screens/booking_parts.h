/// \file
/// Pieces of the pages of booking.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "ui/flow.h"
#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/ui.h"

namespace yizhan::ui {

/// "门诊", "检查", "体检套餐", "住院床位"
[[nodiscard]] const char* NameOf(domain::ResourceKind kind);
/// "11月24日 星期二" of "2026-11-24"; the text itself when it is no date.
[[nodiscard]] std::string DayAndWeekday(const Strings& text, const std::string& iso_date);
/// Day and time, what is known of them.
[[nodiscard]] std::string WhenOf(const Strings& text, const screens::BookingFacts& facts);
/// Department and doctor, what is known of them.
[[nodiscard]] std::string WhatOf(const Strings& text, const screens::BookingFacts& facts);
/// The table of a read-back.
[[nodiscard]] std::vector<Fact> FactsToTell(const Strings& text,
                                            const screens::BookingFacts& facts);

/// The question of a page, and what is decided already under it ("": nothing).
void AddQuestion(Flow& flow, Ui& ui, const std::string& question, const std::string& so_far = {});

/// A whole card to press. A row that cannot be chosen is drawn dim and is no target.
struct Choice {
  std::string id;
  std::string title;
  std::string detail{};
  std::string tag{};       ///< A word or two, beside the title or under it.
  bool tag_waits = false;  ///< The tag is an obstacle.
  bool enabled = true;
  bool suggested = false;
};
void AddChoice(Flow& flow, Ui& ui, const Choice& choice, bool& pressed);
/// Small cards side by side, as many as fit in a row, at most `most`. The i-th sets pressed[i].
void AddGrid(Flow& flow, Ui& ui, const std::vector<Choice>& cells, std::size_t most,
             std::deque<bool>& pressed, std::size_t first = 0);

/// Back, home and what else; the last is the main action.
[[nodiscard]] std::vector<ButtonSpec> BackAndHome(const Strings& text);
/// What one of the first two buttons means; empty for others.
[[nodiscard]] MaybeIntent BackOrHome(int button);
/// The row that was pressed.
[[nodiscard]] MaybeIntent ChosenOf(const std::deque<bool>& pressed);

}  // namespace yizhan::ui
