#include <algorithm>
#include <cmath>

#include "ui/screens/pages.h"
#include "ui/screens/parts.h"

namespace yizhan::ui {

namespace {

constexpr int kDigits = 8;

/// The digits typed so far, in three groups with the words for year, month and day under them.
void DrawDigits(const screens::BirthDateModel& model, const Stage& stage, const Rect& box) {
  Ui& ui = stage.ui;
  const Theme& theme = ui.Look();
  struct Group {
    const char* id;
    const char* label;
    int first;
    int count;
  };
  const Group groups[3] = {{"year", stage.text("Year"), 0, 4},
                           {"month", stage.text("Month"), 4, 2},
                           {"day", stage.text("Day"), 6, 2}};
  const float gap = theme.Px(7);
  const float cell_gap = theme.Px(2);
  const float cell = std::floor((box.w - 2 * gap - 5 * cell_gap) / kDigits);
  const float label_height = theme.LinePx(Type::Body);
  const float cell_height = box.h - label_height;
  float x = box.x;
  for (const Group& group : groups) {
    const float start = x;
    for (int i = group.first; i < group.first + group.count; ++i) {
      const Rect at{x, box.y, cell, cell_height};
      const bool next = static_cast<std::size_t>(i) == model.digits.size();
      ui.Fill(at, 4, colors::kCard);
      ui.Outline(at, 4, next ? colors::kPrimary : colors::kLine, next ? 1.2 : 0.75);
      if (static_cast<std::size_t>(i) < model.digits.size()) {
        ui.Text("typed-" + std::to_string(i), model.digits.substr(static_cast<std::size_t>(i), 1),
                {.type = Type::Sub,
                 .weight = Weight::Bold,
                 .align = Align::Centre,
                 .place = Place::Middle},
                at);
      }
      x += cell + cell_gap;
    }
    x -= cell_gap;
    ui.Text(group.id, group.label, {.ink = inks::kQuietOnPage, .align = Align::Centre},
            {start, box.y + cell_height, x - start, label_height});
    x += gap;
  }
}

MaybeIntent DrawKeypad(const screens::BirthDateModel& model, const Stage& stage, const Rect& box) {
  Ui& ui = stage.ui;
  const float gap = ui.Look().GapPx();
  const float width = std::floor((box.w - 2 * gap) / 3);
  const float height = std::floor((box.h - 3 * gap) / 4);
  const auto cell = [&](int column, int row) {
    return Rect{box.x + static_cast<float>(column) * (width + gap),
                box.y + static_cast<float>(row) * (height + gap), width, height};
  };
  MaybeIntent intent;
  const bool full = model.digits.size() >= kDigits;
  for (int digit = 1; digit <= 10; ++digit) {
    const int shown = digit % 10;
    const Rect at = shown == 0 ? cell(1, 3) : cell((digit - 1) % 3, (digit - 1) / 3);
    const std::string label = std::to_string(shown);
    if (ui.Button({.id = "digit-" + label, .label = label, .type = Type::Heading, .enabled = !full},
                  at)) {
      intent = screens::Digit{shown};
    }
  }
  if (ui.Button({.id = "erase",
                 .label = stage.text("Delete"),
                 .kind = ButtonKind::Quiet,
                 .enabled = !model.digits.empty()},
                cell(2, 3))) {
    intent = screens::Erase{};
  }
  return intent;
}

std::string Note(const screens::BirthDateModel& model, const Strings& text) {
  if (!model.wrong) return text("For example, for 6 March 1958 press 19580306.");
  return Fill(
      text.Plural("This does not match our record. You can try once more.",
                  "This does not match our record. You can try {1} more times.", model.tries_left),
      {std::to_string(model.tries_left)});
}

}  // namespace

MaybeIntent DrawPage(const screens::BirthDateModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Theme& theme = ui.Look();
  const Strings& text = stage.text;
  const Rect body = stage.body;
  const TextStyle title{.type = Type::Heading, .weight = Weight::Bold, .ink = inks::kOnPage};
  const std::string question = text("Enter the date of birth");
  const float title_height = ui.TextHeight(question, title, body.w);
  Rect row{body.x, body.y, body.w, title_height};
  ui.Text("title", question, title, row);
  row.y += row.h + theme.Px(2.5);

  const std::string note = Note(model, text);
  const float padding = model.wrong ? theme.Px(5) : 0;
  const TextStyle note_style{.ink = model.wrong ? inks::kBad : inks::kQuietOnPage};
  row.h = ui.TextHeight(note, note_style, row.w - 2 * padding) + padding;
  if (model.wrong) {
    ui.Fill(row, 4, colors::kBadLight);
    ui.Outline(row, 4, colors::kBadLine, mm::kHairline);
  }
  ui.Text("note", note, note_style, row.Inset(padding, padding / 2));
  row.y += row.h + theme.Px(6);

  row.h = theme.Px(30) + theme.LinePx(Type::Body);
  DrawDigits(model, stage, row);
  row.y += row.h + theme.Px(5);
  // Keys as high as the page allows, but never higher than a hand likes.
  const float available = body.Bottom() - row.y;
  const float gaps = 3 * theme.GapPx();
  row.h = std::min(available, 4 * theme.TargetPx(46) + gaps);
  return DrawKeypad(model, stage, row);
}

}  // namespace yizhan::ui
