#include "ui/screens/booking_parts.h"

#include <algorithm>
#include <cmath>

#include "domain/money.h"
#include "ui/screens/words.h"

namespace yizhan::ui {
namespace {

constexpr Ink kOffInks{colors::kOffInk, colors::kOff};

struct CardLook {
  Color fill;
  Color line;
  Ink title;
  Ink detail;
};

CardLook LookOf(const Choice& choice, bool held) {
  using namespace colors;
  if (!choice.enabled) return {kOff, kLine, kOffInks, kOffInks};
  if (held) return {kPressedLight, kPrimary, {kInk, kPressedLight}, {kQuietInk, kPressedLight}};
  if (choice.suggested) {
    return {kPrimaryLight, kPrimary, {kPrimaryDark, kPrimaryLight}, {kInk, kPrimaryLight}};
  }
  return {kCard, kLine, inks::kOnCard, inks::kQuietOnCard};
}

struct CellLayout {
  float width = 0;
  float height = 0;
  float title_height = 0;
  float detail_height = 0;
};

CellLayout MeasureCells(Ui& ui, const std::vector<Choice>& cells, float width,
                        const TextStyle& title, const TextStyle& detail) {
  const float inner = width - 2 * ui.Look().Px(3);
  CellLayout layout;
  layout.width = width;
  for (const Choice& cell : cells) {
    layout.title_height = std::max(layout.title_height, ui.TextHeight(cell.title, title, inner));
    if (cell.detail.empty()) continue;
    layout.detail_height =
        std::max(layout.detail_height, ui.TextHeight(cell.detail, detail, inner));
  }
  layout.height = std::max(ui.Look().TargetPx(26),
                           layout.title_height + layout.detail_height + 2 * ui.Look().Px(4.5));
  return layout;
}

/// The widest text of a row of cells on one line.
float Widest(Ui& ui, const std::vector<Choice>& cells, const TextStyle& title,
             const TextStyle& detail) {
  float widest = 0;
  for (const Choice& cell : cells) {
    widest = std::max({widest, ui.TextWidth(cell.title, title), ui.TextWidth(cell.detail, detail)});
  }
  return widest;
}

void DrawCell(Ui& ui, const Choice& cell, const Rect& box, bool& pressed) {
  bool held = false;
  if (cell.enabled) {
    const Ui::Touch touch = ui.Target(cell.id, cell.title, box, mm::kButtonRadius);
    pressed |= touch.chosen;
    held = touch.held;
  }
  const CardLook look = LookOf(cell, held);
  ui.Fill(box, mm::kButtonRadius, look.fill);
  ui.Outline(box, mm::kButtonRadius, look.line, cell.suggested ? 1.2 : 0.75);
  const float pad = ui.Look().Px(3);
  const float width = box.w - 2 * pad;
  const float title_height =
      ui.TextHeight(cell.title, {.type = Type::Body, .weight = Weight::Bold}, width);
  const float detail =
      cell.detail.empty() ? 0 : ui.TextHeight(cell.detail, {.type = Type::Small}, width);
  float y = std::round(box.Centre().y - (title_height + detail) / 2);
  const TextStyle title{.type = Type::Body,
                        .weight = Weight::Bold,
                        .ink = look.title,
                        .align = Align::Centre,
                        .place = Place::Middle};
  ui.Text(cell.id + "/label", cell.title, title, {box.x + pad, y, width, title_height});
  y += title_height;
  if (cell.detail.empty()) return;
  ui.Text(cell.id + "/detail", cell.detail,
          {.type = Type::Small, .ink = look.detail, .align = Align::Centre},
          {box.x + pad, y, width, detail});
}

}  // namespace

const char* NameOf(domain::ResourceKind kind) {
  switch (kind) {
    case domain::ResourceKind::Clinic: return N_("Clinic");
    case domain::ResourceKind::Exam: return N_("Examination");
    case domain::ResourceKind::CheckUp: return N_("Check-up package");
    case domain::ResourceKind::Bed: return N_("Hospital bed");
  }
  return "";
}

std::string DayAndWeekday(const Strings& text, const std::string& iso_date) {
  const auto day = ParseDate(iso_date);
  if (!day) return iso_date;
  return Fill(text("{2}, {1}"), {Day(text, iso_date), Weekday(text, *day)}, Spacing::Tight);
}

std::string WhenOf(const Strings& text, const screens::BookingFacts& facts) {
  return Joined({facts.date.empty() ? "" : DayAndWeekday(text, facts.date), facts.time_range});
}

std::string WhatOf(const Strings& text, const screens::BookingFacts& facts) {
  return Joined(
      {facts.service.In(text.Language()), DoctorName(text, facts.doctor, facts.doctor_title)});
}

std::vector<Fact> FactsToTell(const Strings& text, const screens::BookingFacts& facts) {
  const auto language = text.Language();
  const bool clinic = facts.kind == domain::ResourceKind::Clinic;
  std::vector<Fact> told = {{"service", clinic ? text("Department") : text(NameOf(facts.kind)),
                             facts.service.In(language)}};
  if (!facts.doctor.empty()) {
    told.push_back({"doctor", text("Doctor"), DoctorName(text, facts.doctor, facts.doctor_title)});
  }
  if (!facts.date.empty()) told.push_back({"date", text("Date"), DayAndWeekday(text, facts.date)});
  if (!facts.time_range.empty()) told.push_back({"time", text("Time"), facts.time_range});
  if (!facts.place.zh.empty()) told.push_back({"place", text("Place"), facts.place.In(language)});
  if (facts.fee_minor > 0)
    told.push_back({"fee", text("Fee"), domain::FormatYuan(facts.fee_minor)});
  return told;
}

void AddQuestion(Flow& flow, Ui& ui, const std::string& question, const std::string& so_far) {
  flow.AddText("title", question,
               {.type = Type::Heading, .weight = Weight::Bold, .ink = inks::kOnPage},
               Flow::Keep::WithNext);
  if (!so_far.empty()) {
    flow.AddText("so-far", so_far, {.ink = inks::kQuietOnPage}, Flow::Keep::WithNext);
  }
  flow.Space(ui.Look().Px(4));
}

void AddChoice(Flow& flow, Ui& ui, const Choice& choice, bool& pressed) {
  const Theme& theme = ui.Look();
  const float padding = theme.Px(10);
  const float arrow = choice.enabled ? theme.Px(11) + padding : 0;
  const float width = flow.Width() - 2 * padding - arrow;
  const TextStyle strong{.type = Type::Sub, .weight = Weight::Bold};
  const float tag_width = choice.tag.empty() ? 0 : TagWidth(ui, choice.tag) + theme.Px(6);
  const bool beside = tag_width > 0 && ui.TextWidth(choice.title, strong) <= width - tag_width;
  const bool below = tag_width > 0 && !beside;
  const float title_width = beside ? width - tag_width : width;
  const std::string title = Folded(ui, choice.title, strong, title_width);
  const std::string detail = Folded(ui, choice.detail, {}, width);
  const float title_height = ui.TextHeight(title, strong, title_width);
  const float detail_height = detail.empty() ? 0 : ui.TextHeight(detail, {}, width);
  const float tag_height = below ? TagHeight(ui) + theme.Px(2) : 0;
  const float content = title_height + detail_height + tag_height;
  flow.Add(std::max(theme.TargetPx(32), content + 2 * theme.Px(6)), [=, &ui,
                                                                     &pressed](const Rect& box) {
    bool held = false;
    if (choice.enabled) {
      const Ui::Touch touch = ui.Target(choice.id, choice.title, box, mm::kCardRadius);
      pressed |= touch.chosen;
      held = touch.held;
    }
    const CardLook look = LookOf(choice, held);
    ui.Card(box, look.fill, look.line);
    const float x = box.x + padding;
    float y = std::round(box.Centre().y - content / 2);
    ui.Text(choice.id + "/label", title,
            {.type = Type::Sub, .weight = Weight::Bold, .ink = look.title},
            {x, y, title_width, title_height});
    if (beside) {
      const float tag_x = x + width - (tag_width - ui.Look().Px(6));
      DrawTag(ui, choice.id + "/tag", choice.tag, choice.tag_waits ? inks::kWarn : inks::kOk, tag_x,
              std::round(y + (title_height - TagHeight(ui)) / 2));
    }
    y += title_height;
    if (!detail.empty()) {
      ui.Text(choice.id + "/detail", detail, {.ink = look.detail}, {x, y, width, detail_height});
      y += detail_height;
    }
    if (below) {
      DrawTag(ui, choice.id + "/tag", choice.tag, choice.tag_waits ? inks::kWarn : inks::kOk, x,
              y + ui.Look().Px(2));
    }
    if (!choice.enabled) return;
    const float side = ui.Look().Px(11);
    ui.Draw(Icon::Next,
            {box.Right() - padding - side, std::round(box.Centre().y - side / 2), side, side},
            colors::kPrimary);
  });
}

void AddGrid(Flow& flow, Ui& ui, const std::vector<Choice>& cells, std::size_t most,
             std::deque<bool>& pressed, std::size_t first) {
  const TextStyle title{.type = Type::Body, .weight = Weight::Bold};
  const TextStyle detail{.type = Type::Small};
  const float gap = ui.Look().GapPx();
  const float widest = Widest(ui, cells, title, detail) + 2 * ui.Look().Px(3) + 2;
  std::size_t columns = most;
  const auto width_of = [&](std::size_t count) {
    return std::floor((flow.Width() - static_cast<float>(count - 1) * gap) /
                      static_cast<float>(count));
  };
  while (columns > 1 && width_of(columns) < widest) --columns;
  const CellLayout layout = MeasureCells(ui, cells, width_of(columns), title, detail);
  for (std::size_t row = 0; row < cells.size(); row += columns) {
    if (row > 0) flow.Space(gap);
    const std::size_t last = std::min(cells.size(), row + columns);
    flow.Add(layout.height,
             [=, &ui, &pressed,
              row_cells = std::vector<Choice>(cells.begin() + static_cast<std::ptrdiff_t>(row),
                                              cells.begin() + static_cast<std::ptrdiff_t>(last))](
                 const Rect& box) {
               Rect at{box.x, box.y, layout.width, box.h};
               for (std::size_t i = 0; i < row_cells.size(); ++i) {
                 DrawCell(ui, row_cells[i], at, pressed[first + row + i]);
                 at.x += layout.width + gap;
               }
             });
  }
}

std::vector<ButtonSpec> BackAndHome(const Strings& text) {
  return {{.id = "back", .label = text("Back"), .type = Type::Sub},
          {.id = "home", .label = text("Home"), .type = Type::Sub}};
}

MaybeIntent BackOrHome(int button) {
  if (button == 0) return screens::Back{};
  if (button == 1) return screens::GoHome{};
  return std::nullopt;
}

MaybeIntent ChosenOf(const std::deque<bool>& pressed) {
  for (std::size_t i = 0; i < pressed.size(); ++i) {
    if (pressed[i]) return screens::Choose{i};
  }
  return std::nullopt;
}

}  // namespace yizhan::ui
