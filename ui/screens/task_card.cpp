#include "ui/screens/task_card.h"

#include <algorithm>
#include <cmath>

#include "ui/screens/parts.h"

namespace yizhan::ui {

namespace {

constexpr Ink kQuietTag{colors::kPrimaryDark, colors::kPrimaryLight};

/// Where the parts of a row go, measured before it is drawn.
struct RowLayout {
  std::string detail;
  float padding_x;
  float padding_y;
  float badge;
  float gap;
  float text_width;
  float title_height;
  float detail_height;
  float side_width;    ///< Button or tag beside the text; 0: none, or below.
  float below_height;  ///< Button or tag below the text; 0: beside.
  float height;
};

RowLayout Measure(Ui& ui, const TaskWords& words, const ButtonSpec& button, float width) {
  const Theme& theme = ui.Look();
  const TextStyle title{.type = Type::Sub, .weight = Weight::Bold};
  const TextStyle detail{.ink = inks::kQuietOnCard};
  RowLayout row{};
  row.padding_x = theme.Px(9);
  row.padding_y = theme.Px(7);
  row.badge = theme.Px(mm::kIconBadge);
  row.gap = theme.Px(8);
  const float button_height = theme.TargetPx(mm::kBarTarget);
  const bool has_button = !words.action.empty();
  if (has_button) {
    row.side_width = std::max(theme.Px(32), ui.ButtonWidth(button));
  } else if (!words.state.empty()) {
    row.side_width = TagWidth(ui, words.state);
  }
  row.text_width = width - 2 * row.padding_x - row.badge - row.gap;
  const float beside = row.text_width - row.side_width - (row.side_width > 0 ? row.gap : 0);
  // Beside the text only while that leaves the title on one line and the detail on two.
  const bool fits = row.side_width == 0 || (ui.TextWidth(words.title, title) <= beside &&
                                            ui.TextWidth(words.detail, detail) <= 1.9f * beside);
  if (fits) {
    row.text_width = beside;
  } else {
    row.below_height = has_button ? button_height : TagHeight(ui);
  }
  row.title_height = ui.TextHeight(words.title, title, row.text_width);
  row.detail = Folded(ui, words.detail, detail, row.text_width);
  row.detail_height = row.detail.empty() ? 0 : ui.TextHeight(row.detail, detail, row.text_width);
  float content = std::max(row.badge, row.title_height + row.detail_height);
  if (row.below_height > 0) {
    content += theme.Px(4) + row.below_height;
  } else if (has_button) {
    content = std::max(content, button_height);
  }
  row.height = content + 2 * row.padding_y;
  return row;
}

void DrawSide(Ui& ui, const std::string& id, const TaskWords& words, const ButtonSpec& button,
              const RowLayout& row, const Rect& box, bool& pressed) {
  const bool below = row.below_height > 0;
  const float text_x = box.x + row.padding_x + row.badge + row.gap;
  if (!words.action.empty()) {
    const float height = ui.Look().TargetPx(mm::kBarTarget);
    const Rect at =
        below ? Rect{text_x, box.Bottom() - row.padding_y - height, row.text_width, height}
              : Rect{box.Right() - row.padding_x - row.side_width,
                     std::round(box.Centre().y - height / 2), row.side_width, height};
    pressed |= ui.Button(button, at);
  } else if (!words.state.empty()) {
    const float height = TagHeight(ui);
    DrawTag(
        ui, id + "/state", words.state, words.waits ? inks::kWarn : kQuietTag,
        below ? text_x : box.Right() - row.padding_x - row.side_width,
        below ? box.Bottom() - row.padding_y - height : std::round(box.Centre().y - height / 2));
  }
}

}  // namespace

void AddTaskRow(Flow& flow, Ui& ui, const std::string& id, const TaskWords& words, bool& pressed) {
  const ButtonSpec measured{.id = id, .label = words.action, .kind = ButtonKind::Quiet};
  const RowLayout row = Measure(ui, words, measured, flow.Width());
  flow.Add(row.height, [=, &ui, &pressed](const Rect& box) {
    ui.Card(box);
    const float text_height = row.title_height + row.detail_height;
    const float upper =
        row.below_height > 0 ? std::max(row.badge, text_height) : box.h - 2 * row.padding_y;
    const float middle = box.y + row.padding_y + upper / 2;
    const Rect badge{box.x + row.padding_x, std::round(middle - row.badge / 2), row.badge,
                     row.badge};
    ui.Fill(badge, 6.5, colors::kPrimaryLight);
    const float inset = std::round(row.badge * 0.21f);
    ui.Draw(words.icon, badge.Inset(inset, inset), colors::kPrimaryDark);
    const float x = badge.Right() + row.gap;
    const float y = std::round(middle - text_height / 2);
    ui.Text(id + "/title", words.title, {.type = Type::Sub, .weight = Weight::Bold},
            {x, y, row.text_width, row.title_height});
    if (!row.detail.empty()) {
      ui.Text(id + "/detail", row.detail, {.ink = inks::kQuietOnCard},
              {x, y + row.title_height, row.text_width, row.detail_height});
    }
    const ButtonSpec button{.id = id, .label = words.action, .kind = ButtonKind::Quiet};
    DrawSide(ui, id, words, button, row, box, pressed);
  });
}

void AddHeroTask(Flow& flow, Ui& ui, const std::string& id, const TaskWords& words, bool& pressed) {
  const Theme& theme = ui.Look();
  const float padding = theme.Px(11);
  const float width = flow.Width() - 2 * padding;
  const TextStyle title{.type = Type::Sub, .weight = Weight::Bold, .ink = inks::kOnPrimary};
  const TextStyle detail{.ink = inks::kOnPrimary};
  const float tag = words.state.empty() ? 0 : TagWidth(ui, words.state) + theme.Px(6);
  const bool tag_beside = tag > 0 && ui.TextWidth(words.title, title) <= width - tag;
  const bool tag_below = tag > 0 && !tag_beside;
  const float title_width = tag_beside ? width - tag : width;
  const float title_height = ui.TextHeight(words.title, title, title_width);
  const std::string folded = Folded(ui, words.detail, detail, width);
  const float detail_height =
      folded.empty() ? 0 : theme.Px(2.5) + ui.TextHeight(folded, detail, width);
  const float tag_height = tag_below ? TagHeight(ui) + theme.Px(3) : 0;
  const TextStyle label{.type = Type::Sub, .weight = Weight::Bold};
  const float action =
      std::max(theme.TargetPx(mm::kMainAction),
               ui.TextHeight(words.action, label, width - theme.Px(6)) + theme.Px(8));
  const float height =
      2 * padding + title_height + detail_height + tag_height + theme.Px(7) + action;
  flow.Add(height, [=, &ui, &pressed](const Rect& box) {
    const Theme& look = ui.Look();
    ui.Card(box, colors::kPrimary, colors::kPrimary);
    const float x = box.x + padding;
    float y = box.y + padding;
    ui.Text(id + "/title", words.title, title, {x, y, title_width, title_height});
    if (tag_beside) {
      DrawTag(ui, id + "/state", words.state, inks::kNumberOnCard, x + width - (tag - look.Px(6)),
              std::round(y + (title_height - TagHeight(ui)) / 2));
    }
    y += title_height;
    if (!folded.empty()) {
      const float gap = look.Px(2.5);
      ui.Text(id + "/detail", folded, detail, {x, y + gap, width, detail_height - gap});
      y += detail_height;
    }
    if (tag_below) {
      DrawTag(ui, id + "/state", words.state, inks::kNumberOnCard, x, y + look.Px(3));
    }
    const Rect button{x, box.Bottom() - padding - action, width, action};
    pressed |= ui.Button(
        {.id = id, .label = words.action, .kind = ButtonKind::OnPrimary, .type = Type::Sub},
        button);
  });
}

}  // namespace yizhan::ui
