#include "ui/screens/parts.h"

#include <algorithm>
#include <cmath>

namespace yizhan::ui {

namespace {

constexpr double kPaddingMm = 10;

TextStyle Strong(Type type, const Ink& ink) {
  return {.type = type, .weight = Weight::Bold, .ink = ink};
}

}  // namespace

MoodColors ColorsOf(Mood mood) {
  switch (mood) {
    case Mood::Neutral: return {inks::kOnCard, colors::kLine};
    case Mood::Ok: return {inks::kOk, colors::kOkLine};
    case Mood::Warn: return {inks::kWarn, colors::kWarnLine};
    case Mood::Bad: return {inks::kBad, colors::kBadLine};
  }
  return {inks::kOnCard, colors::kLine};
}

void AddNotice(Flow& flow, Ui& ui, const Notice& notice) {
  const Theme& theme = ui.Look();
  const MoodColors look = ColorsOf(notice.mood);
  const float padding = theme.Px(kPaddingMm);
  const float icon = theme.Px(notice.title_type == Type::Heading ? 24 : 18);
  const float gap = theme.Px(8);
  const float width = flow.Width() - 2 * padding - icon - gap;
  const TextStyle title = Strong(notice.title_type, look.ink);
  const TextStyle detail{.ink = look.ink};
  const float title_height = ui.TextHeight(notice.title, title, width);
  const float between = notice.detail.empty() ? 0 : theme.Px(1.5);
  const float detail_height =
      notice.detail.empty() ? 0 : ui.TextHeight(notice.detail, detail, width);
  const float content = std::max(icon, title_height + between + detail_height);
  flow.Add(content + 2 * theme.Px(8), [=, &ui](const Rect& box) {
    ui.Card(box, look.ink.ground, look.line);
    const Rect mark{box.x + padding, std::round(box.Centre().y - icon / 2), icon, icon};
    ui.Draw(notice.icon, mark, look.ink.text);
    float y = std::round(box.Centre().y - (title_height + between + detail_height) / 2);
    const float x = mark.Right() + gap;
    ui.Text(std::string(notice.id), notice.title, title, {x, y, width, title_height});
    y += title_height + between;
    if (!notice.detail.empty()) {
      ui.Text(std::string(notice.id) + "/next", notice.detail, detail,
              {x, y, width, detail_height});
    }
  });
}

void AddSteps(Flow& flow, Ui& ui, std::string_view id, const std::string& heading,
              const std::vector<std::string>& steps) {
  const Theme& theme = ui.Look();
  const float padding = theme.Px(kPaddingMm + 1);
  const float width = flow.Width() - 2 * padding;
  const TextStyle head = Strong(Type::Sub, inks::kOnCard);
  const TextStyle line{};
  const bool numbered = steps.size() > 1;
  const float number_width = numbered ? ui.TextWidth("0. ", line) + theme.Px(1) : 0;
  const float gap = theme.Px(3);
  const float head_height = ui.TextHeight(heading, head, width);
  std::vector<float> heights;
  float height = 2 * theme.Px(9) + head_height;
  for (const std::string& step : steps) {
    heights.push_back(ui.TextHeight(step, line, width - number_width));
    height += gap + heights.back();
  }
  flow.Add(height, [=, &ui, id = std::string(id)](const Rect& box) {
    ui.Card(box);
    float y = box.y + ui.Look().Px(9);
    const float x = box.x + padding;
    ui.Text(id, heading, head, {x, y, width, head_height});
    y += head_height;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      y += gap;
      const std::string step_id = id + "/" + std::to_string(i + 1);
      if (numbered) {
        ui.Text(step_id + "/number", std::to_string(i + 1) + ".", line,
                {x, y, number_width, heights[i]});
      }
      ui.Text(step_id, steps[i], line, {x + number_width, y, width - number_width, heights[i]});
      y += heights[i];
    }
  });
}

void AddFacts(Flow& flow, Ui& ui, const std::vector<Fact>& facts) {
  const Theme& theme = ui.Look();
  const float padding = theme.Px(kPaddingMm + 1);
  const float width = flow.Width() - 2 * padding;
  const float gap = theme.Px(6);
  const float row_padding = theme.Px(4.6);
  const TextStyle label{.ink = inks::kQuietOnCard};
  TextStyle value = Strong(Type::Body, inks::kOnCard);
  value.align = Align::Right;
  float label_width = 0;
  for (const Fact& fact : facts)
    label_width = std::max(label_width, ui.TextWidth(fact.label, label));
  label_width = std::min(label_width + 1, std::round(width * 0.45f));
  const float value_width = width - label_width - gap;
  struct Row {
    Fact fact;
    float height;
  };
  std::vector<Row> rows;
  float height = 2 * theme.Px(4);
  for (const Fact& fact : facts) {
    const float text_height = std::max(ui.TextHeight(fact.label, label, label_width),
                                       ui.TextHeight(fact.value, value, value_width));
    rows.push_back({fact, text_height + 2 * row_padding});
    height += rows.back().height;
  }
  const float hairline = std::max(1.0f, theme.Px(mm::kHairline));
  flow.Add(height, [=, &ui](const Rect& box) {
    ui.Card(box);
    float y = box.y + ui.Look().Px(4);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const float text_height = rows[i].height - 2 * row_padding;
      const float x = box.x + padding;
      ui.Text(rows[i].fact.id + "/label", rows[i].fact.label, label,
              {x, y + row_padding, label_width, text_height});
      ui.Text(rows[i].fact.id, rows[i].fact.value, value,
              {x + width - value_width, y + row_padding, value_width, text_height});
      y += rows[i].height;
      if (i + 1 < rows.size()) ui.Fill({x, y - hairline, width, hairline}, 0, colors::kLine);
    }
  });
}

float TagWidth(Ui& ui, std::string_view label) {
  return ui.TextWidth(label, Strong(Type::Small, inks::kOnCard)) + 2 * ui.Look().Px(4.5);
}

float TagHeight(Ui& ui) { return ui.Look().LinePx(Type::Small) + 2 * ui.Look().Px(1.2); }

void DrawTag(Ui& ui, std::string_view id, std::string_view label, const Ink& ink, float x,
             float y) {
  const Rect box{x, y, TagWidth(ui, label), TagHeight(ui)};
  ui.Fill(box, mm::kTagRadius, ink.ground);
  TextStyle style = Strong(Type::Small, ink);
  style.align = Align::Centre;
  style.place = Place::Middle;
  ui.Text(id, label, style, box);
}

void AddGroupHeading(Flow& flow, std::string_view id, const std::string& heading) {
  flow.AddText(id, heading, Strong(Type::Body, inks::kQuietOnPage), Flow::Keep::WithNext);
}

ActionRow::ActionRow(Ui& ui, Rect& body, std::vector<ButtonSpec> buttons)
    : ui_(ui), buttons_(std::move(buttons)), gap_(ui.Look().GapPx()) {
  const Theme& theme = ui.Look();
  const float height = theme.TargetPx(mm::kMainAction);
  float wanted = -gap_;
  for (const ButtonSpec& button : buttons_) wanted += gap_ + ui.ButtonWidth(button);
  stacked_ = wanted > body.w;
  const float rows = stacked_ ? static_cast<float>(buttons_.size()) : 1;
  const float total = buttons_.empty() ? 0 : rows * height + (rows - 1) * gap_;
  box_ = {body.x, body.Bottom() - total, body.w, total};
  if (total > 0) body.h -= total + theme.GapPx(mm::kGap);
}

int ActionRow::Draw() {
  int pressed = -1;
  const int count = static_cast<int>(buttons_.size());
  const float height = ui_.Look().TargetPx(mm::kMainAction);
  Rect at{box_.x, box_.y, box_.w, height};
  for (int i = 0; i < count; ++i) {
    const ButtonSpec& spec = buttons_[static_cast<std::size_t>(i)];
    const bool last = i + 1 == count;
    if (stacked_) {
      // The main action comes first where buttons stand above each other.
      at.y = box_.y + static_cast<float>(count - 1 - i) * (height + gap_);
    } else {
      // The main action takes what the others leave.
      at.w =
          last ? box_.Right() - at.x : std::max(ui_.ButtonWidth(spec), std::round(box_.w * 0.28f));
    }
    if (ui_.Button(spec, at)) pressed = i;
    if (!stacked_) at.x += at.w + gap_;
  }
  return pressed;
}

}  // namespace yizhan::ui
