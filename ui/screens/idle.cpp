#include <algorithm>
#include <cmath>

#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

using screens::IdleModel;

/// The few sentences of the page.
struct IdleWords {
  std::string call;
  std::string echo;  ///< The same in the language that is not chosen.
  std::string how;
};

IdleWords WordsOf(const IdleModel& model, const Stage& stage) {
  const Strings& text = stage.text;
  const Strings& other = stage.other_text;
  if (model.reader == IdleModel::Reader::Down) {
    return {text("Card reader out of service"), other("Card reader out of service"),
            text("Please go to a staffed counter, or call staff.")};
  }
  if (model.take_card) {
    return {text("Please take your card"), other("Please take your card"),
            text("You are signed out. Your card is still on the reader.")};
  }
  return {text("Tap your card"), other("Tap your card on the reader below"),
          text("Leave your card on the reader until you are done.")};
}

struct Tile {
  const char* id;
  const char* label;
  Icon icon;
  screens::DirectoryModel::Kind kind;
};

/// What everybody may see without a card.
void AddDirectory(Flow& flow, const Stage& stage, MaybeIntent& intent) {
  using Kind = screens::DirectoryModel::Kind;
  Ui& ui = stage.ui;
  const Theme& theme = ui.Look();
  AddGroupHeading(flow, "public", stage.text("No card needed"));
  flow.Space(theme.Px(4));
  const float icon = theme.Px(16);
  const float height = theme.TargetPx(26) + theme.LinePx(Type::Body);
  flow.Add(height, [&stage, &intent, icon, height](const Rect& row) {
    const Theme& look = stage.ui.Look();
    const float gap = look.GapPx(6);
    const float width = std::floor((row.w - gap) / 2);
    const Tile tiles[2] = {
        {"departments", stage.text("Departments"), Icon::Place, Kind::Departments},
        {"doctors", stage.text("Doctors today"), Icon::Doctor, Kind::Doctors}};
    for (int i = 0; i < 2; ++i) {
      const Tile& tile = tiles[i];
      const Rect box{row.x + static_cast<float>(i) * (width + gap), row.y, width, height};
      const Ui::Touch touch = stage.ui.Target(tile.id, tile.label, box, mm::kCardRadius);
      const Color ground = touch.held ? colors::kPressedLight : colors::kCard;
      stage.ui.Card(box, ground, colors::kLine);
      const float line = look.LinePx(Type::Body);
      const float top = std::round(box.y + (height - icon - line) / 2 - look.Px(0.5));
      stage.ui.Draw(tile.icon, {std::round(box.Centre().x - icon / 2), top, icon, icon},
                    colors::kPrimaryDark);
      stage.ui.Text(std::string(tile.id) + "/label", tile.label,
                    {.weight = Weight::Bold, .ink = {colors::kInk, ground}, .align = Align::Centre},
                    {box.x, top + icon + look.Px(1.5), width, line});
      if (touch.chosen) intent = screens::OpenDirectory{tile.kind};
    }
  });
}

}  // namespace

MaybeIntent DrawIdle(const IdleModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Theme& theme = ui.Look();
  const bool down = model.reader == IdleModel::Reader::Down;
  const Advice problem = model.card_problem ? Sentence(*model.card_problem) : Advice{};
  const bool has_problem = model.card_problem.has_value();
  const TextStyle title{
      .type = Type::Title, .weight = Weight::Bold, .ink = inks::kOnPage, .align = Align::Centre};
  const TextStyle quiet{.type = Type::Sub, .ink = inks::kQuietOnPage, .align = Align::Centre};
  const TextStyle note{.ink = inks::kQuietOnPage, .align = Align::Centre};
  const Strings& text = stage.text;
  const auto [call, echo, how] = WordsOf(model, stage);
  const float width = stage.body.w;
  MaybeIntent intent;

  Flow flow(ui, stage.body);
  if (has_problem) {
    AddNotice(flow, ui,
              {.id = "card-problem",
               .mood = Mood::Warn,
               .icon = Icon::Warning,
               .title = text(problem.what),
               .detail = text(problem.next)});
  }
  // The picture takes what the words leave, within reason.
  const float words = ui.TextHeight(call, title, width) + ui.TextHeight(echo, quiet, width) +
                      ui.TextHeight(how, note, width);
  const float directory =
      model.has_directory ? theme.TargetPx(26) + 2.2f * theme.LinePx(Type::Body) + theme.Px(8) : 0;
  const float problem_height = has_problem ? theme.Px(40) * (theme.Large() ? 1.8f : 1.0f) : 0;
  const float left = stage.body.h - words - directory - problem_height - theme.Px(34);
  const float picture = std::min(left, theme.Px(down ? 80 : 160));

  flow.Spring();
  flow.AddText("title", call, title, Flow::Keep::WithNext);
  flow.Space(theme.Px(3));
  flow.AddText("title/other", echo, quiet);
  flow.Space(theme.Px(8));
  if (picture > theme.Px(40)) {
    flow.Add(
        picture,
        [&](const Rect& row) {
          const Rect box{std::round(row.Centre().x - picture / 2), row.y, picture, picture};
          if (down) {
            ui.Draw(Icon::Warning, box.Inset(picture * 0.15f, picture * 0.15f), colors::kWarn);
          } else {
            ui.DrawCard(box);
          }
        },
        Flow::Keep::WithNext);
    flow.Space(theme.Px(4));
  }
  flow.AddText("how", how, note);
  flow.Spring();
  if (model.has_directory) AddDirectory(flow, stage, intent);
  flow.Draw(text);
  return intent;
}

}  // namespace yizhan::ui
