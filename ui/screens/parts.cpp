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
  const float icon = std::round(static_cast<float>(theme.EmPx(notice.title_type)) * 1.5f);
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

namespace {

/// One label and its value: side by side, or one above the other when the value is long.
std::pair<float, Flow::DrawBlock> FactRow(Ui& ui, const Fact& fact, float card_width, bool last) {
  const Theme& theme = ui.Look();
  const float padding = theme.Px(kPaddingMm + 1);
  const float width = card_width - 2 * padding;
  const float row_padding = theme.Px(4.8);
  const TextStyle label{.ink = inks::kQuietOnCard};
  TextStyle value = Strong(Type::Body, inks::kOnCard);
  const float label_width =
      std::min(ui.TextWidth(fact.label, label) + 1, std::round(width * 0.45f));
  const float beside = width - label_width - theme.Px(6);
  const float lines = ui.TextHeight(fact.value, value, beside) / theme.LinePx(Type::Body);
  const bool stacked = lines > (theme.Large() ? 1.5f : 2.5f);
  const float label_height = ui.TextHeight(fact.label, label, stacked ? width : label_width);
  const float value_width = stacked ? width : beside;
  const float value_height = ui.TextHeight(fact.value, value, value_width);
  if (!stacked) value.align = Align::Right;
  const float height = stacked ? label_height + value_height : std::max(label_height, value_height);
  const float hairline = std::max(1.0f, theme.Px(mm::kHairline));
  return {height + 2 * row_padding, [=, &ui](const Rect& box) {
            const float x = box.x + padding;
            const float y = box.y + row_padding;
            ui.Text(fact.id + "/label", fact.label, label,
                    {x, y, stacked ? width : label_width, label_height});
            ui.Text(fact.id, fact.value, value,
                    {x + width - value_width, stacked ? y + label_height : y, value_width,
                     value_height});
            if (!last) ui.Fill({x, box.Bottom() - hairline, width, hairline}, 0, colors::kLine);
          }};
}

}  // namespace

void AddFacts(Flow& flow, Ui& ui, const std::vector<Fact>& facts) {
  std::vector<std::pair<float, Flow::DrawBlock>> rows;
  for (const Fact& fact : facts) {
    rows.push_back(FactRow(ui, fact, flow.Width(), &fact == &facts.back()));
  }
  flow.AddCardRows(ui.Look().Px(4), std::move(rows));
}

std::string Folded(Ui& ui, const std::string& text, const TextStyle& style, float width_px) {
  if (ui.TextWidth(text, style) <= width_px) return text;
  constexpr std::string_view kDot = " · ";
  std::string out = text;
  for (std::size_t at = out.find(kDot); at != std::string::npos; at = out.find(kDot)) {
    out.replace(at, kDot.size(), "\n");
  }
  return out;
}

void AddNumberCard(Flow& flow, Ui& ui, const NumberCard& card) {
  const Theme& theme = ui.Look();
  const float padding = theme.Px(9);
  const float width = flow.Width() - 2 * padding;
  TextStyle number{.type = Type::Title,
                   .weight = Weight::Bold,
                   .ink = inks::kNumberOnCard,
                   .align = Align::Centre,
                   .place = Place::Middle};
  bool allowed = false;
  for (const Type type : {Type::Number, Type::NumberLong, Type::Title}) {
    allowed = allowed || type == card.largest;
    if (!allowed) continue;
    number.type = type;
    if (ui.TextWidth(card.number, number) <= width) break;
  }
  const TextStyle label{.weight = Weight::Bold, .ink = inks::kQuietOnCard, .align = Align::Centre};
  const TextStyle quiet{.ink = inks::kQuietOnCard, .align = Align::Centre};
  const std::string what = Folded(ui, card.what, quiet, width);
  const float head_height = ui.TextHeight(card.head, label, width);
  const float number_height =
      std::max(theme.LinePx(number.type), ui.TextHeight(card.number, number, width));
  const float what_height = what.empty() ? 0 : ui.TextHeight(what, quiet, width);
  const float gap = theme.Px(3);
  flow.Add(2 * padding + head_height + number_height + what_height + 2 * gap,
           [=, &ui](const Rect& box) {
             ui.Card(box);
             Rect row{box.x + padding, box.y + padding, width, head_height};
             ui.Text(card.id + "/head", card.head, label, row);
             row.y += row.h + gap;
             row.h = number_height;
             ui.Text(card.id, card.number, number, row);
             row.y += row.h + gap;
             row.h = what_height;
             if (!what.empty()) ui.Text(card.id + "/what", what, quiet, row);
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
  if (buttons_.empty()) return;
  const std::size_t others = buttons_.size() - 1;
  const float wanted = WidthOf(buttons_.size());
  const float height = ui.Look().TargetPx(mm::kMainAction);
  // One row; or the main action above the others; or all above each other.
  if (wanted <= body.w) {
    rows_ = {{0, buttons_.size()}};
  } else {
    rows_ = {{others, buttons_.size()}};
    if (WidthOf(others) <= body.w) {
      rows_.push_back({0, others});
    } else {
      for (std::size_t i = others; i-- > 0;) rows_.push_back({i, i + 1});
    }
  }
  const float count = static_cast<float>(rows_.size());
  const float total = count * height + (count - 1) * gap_;
  box_ = {body.x, body.Bottom() - total, body.w, total};
  body.h -= total + ui.Look().GapPx(mm::kGap);
}

float ActionRow::WidthOf(std::size_t count) const {
  float width = -gap_;
  for (std::size_t i = 0; i < count; ++i) width += gap_ + ui_.ButtonWidth(buttons_[i]);
  return width;
}

int ActionRow::Draw() {
  int pressed = -1;
  const float height = ui_.Look().TargetPx(mm::kMainAction);
  Rect at{box_.x, box_.y, 0, height};
  for (const auto& [first, last] : rows_) {
    const bool has_main = last == buttons_.size();
    float spare = box_.w + gap_;
    for (std::size_t i = first; i < last; ++i) spare -= gap_ + ui_.ButtonWidth(buttons_[i]);
    // The main action takes most of what is to spare in its row; others share equally.
    const float share =
        std::floor(spare / static_cast<float>(last - first)) * (has_main ? 0.4f : 1);
    at.x = box_.x;
    for (std::size_t i = first; i < last; ++i) {
      at.w = i + 1 == last ? box_.Right() - at.x : ui_.ButtonWidth(buttons_[i]) + std::floor(share);
      if (ui_.Button(buttons_[i], at)) pressed = static_cast<int>(i);
      at.x += at.w + gap_;
    }
    at.y += height + gap_;
  }
  return pressed;
}

}  // namespace yizhan::ui
