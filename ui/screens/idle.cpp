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

/// The whole page with a picture of `picture` pixels (0: none).
void AddAll(Flow& flow, const IdleModel& model, const Stage& stage, float picture,
            MaybeIntent& intent) {
  Ui& ui = stage.ui;
  const Theme& theme = ui.Look();
  const TextStyle title{
      .type = Type::Title, .weight = Weight::Bold, .ink = inks::kOnPage, .align = Align::Centre};
  const TextStyle quiet{.type = Type::Sub, .ink = inks::kQuietOnPage, .align = Align::Centre};
  const TextStyle note{.ink = inks::kQuietOnPage, .align = Align::Centre};
  if (model.card_problem) {
    const Advice problem = Sentence(*model.card_problem);
    AddNotice(flow, ui,
              {.id = "card-problem",
               .mood = Mood::Warn,
               .icon = Icon::Warning,
               .title = stage.text(problem.what),
               .detail = stage.text(problem.next)});
    flow.Space(theme.Px(6));
  }
  const auto [call, echo, how] = WordsOf(model, stage);
  flow.Spring();
  flow.AddText("title", call, title, Flow::Keep::WithNext);
  flow.Space(theme.Px(3));
  flow.AddText("title/other", echo, quiet);
  flow.Space(theme.Px(8));
  if (picture > 0) {
    const bool down = model.reader == IdleModel::Reader::Down;
    flow.Add(
        picture,
        [&ui, &model, picture, down](const Rect& row) {
          const Rect box{std::round(row.Centre().x - picture / 2), row.y, picture, picture};
          if (down) {
            const float inset = std::round(picture * 0.15f);
            ui.Draw(Icon::Warning, box.Inset(inset, inset), colors::kWarn);
          } else {
            ui.DrawCard(box, model.take_card ? CardMove::Take : CardMove::Lay);
          }
        },
        Flow::Keep::WithNext);
    flow.Space(theme.Px(4));
  }
  flow.AddText("how", how, note);
  flow.Spring();
  if (model.has_directory) {
    flow.Space(theme.Px(6));
    AddDirectory(flow, stage, intent);
  }
}

}  // namespace

MaybeIntent DrawPage(const IdleModel& model, const Stage& stage) {
  const Theme& theme = stage.ui.Look();
  MaybeIntent intent;
  // The picture takes what the words leave, within reason; without room there is none.
  Flow words(stage.ui, stage.body);
  AddAll(words, model, stage, 0, intent);
  const bool down = model.reader == IdleModel::Reader::Down;
  const float most = theme.Px(down ? 80 : 160);
  const float room = std::floor(std::min(words.Left() - theme.Px(10), most));
  Flow flow(stage.ui, stage.body);
  AddAll(flow, model, stage, room >= theme.Px(45) ? room : 0, intent);
  flow.Draw(stage.text);
  return intent;
}

}  // namespace yizhan::ui
