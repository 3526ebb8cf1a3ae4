#include <algorithm>
#include <cmath>

#include "ui/screens/pages.h"
#include "ui/screens/parts.h"

namespace yizhan::ui {

namespace {

using screens::DirectoryModel;

void AddRow(Flow& flow, const Stage& stage, const std::string& id, const DirectoryModel::Row& row) {
  Ui& ui = stage.ui;
  const Theme& theme = ui.Look();
  const auto language = stage.text.Language();
  const std::string name = row.name.In(language);
  const std::string waiting =
      row.waiting ? Fill(stage.text.Plural("{1} waiting", "{1} waiting", *row.waiting),
                         {std::to_string(*row.waiting)})
                  : "";
  const float padding = theme.Px(10);
  const float side = waiting.empty() ? 0 : TagWidth(ui, waiting) + theme.Px(6);
  const TextStyle title{.type = Type::Sub, .weight = Weight::Bold};
  const TextStyle quiet{.ink = inks::kQuietOnCard};
  const float width = flow.Width() - 2 * padding - side;
  const std::string detail = Folded(ui, row.detail.In(language), quiet, width);
  const float title_height = ui.TextHeight(name, title, width);
  const float detail_height = detail.empty() ? 0 : ui.TextHeight(detail, quiet, width);
  const float content = title_height + detail_height;
  flow.Add(content + 2 * theme.Px(3.5), [=, &ui](const Rect& box) {
    ui.Card(box);
    const float y = std::round(box.Centre().y - content / 2);
    ui.Text(id, name, title, {box.x + padding, y, width, title_height});
    if (!detail.empty()) {
      ui.Text(id + "/detail", detail, quiet,
              {box.x + padding, y + title_height, width, detail_height});
    }
    if (!waiting.empty()) {
      DrawTag(ui, id + "/waiting", waiting, {colors::kPrimaryDark, colors::kPrimaryLight},
              box.Right() - padding - TagWidth(ui, waiting),
              std::round(box.Centre().y - TagHeight(ui) / 2));
    }
  });
}

/// The way back and, where the page is wide enough for both, the pager beside it.
struct BottomRow {
  Rect back;
  Rect pager;  ///< Empty: above.
  float top;   ///< Where the list has to end.
};

BottomRow PlaceBottomRow(const Stage& stage, const ButtonSpec& back) {
  Ui& ui = stage.ui;
  const Rect& body = stage.body;
  const float gap = ui.Look().GapPx();
  const float height = ui.Look().TargetPx(mm::kBarTarget);
  const float back_width = std::max(ui.ButtonWidth(back), ui.Look().Px(48));
  const float y = body.Bottom() - height;
  const float top = y - ui.Look().GapPx(mm::kGap);
  if (back_width + gap + Flow::PagerWidth(ui, stage.text) > body.w) {
    return {{body.x, y, body.w, height}, {}, top};
  }
  const float left = body.x + back_width + gap;
  return {{body.x, y, back_width, height}, {left, y, body.Right() - left, height}, top};
}

}  // namespace

MaybeIntent DrawPage(const DirectoryModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  const Theme& theme = ui.Look();
  const Rect& body = stage.body;
  const ButtonSpec back{.id = "back", .label = text("Back"), .kind = ButtonKind::Primary};
  const BottomRow bottom = PlaceBottomRow(stage, back);
  const std::string heading =
      model.kind == DirectoryModel::Kind::Departments ? text("Departments") : text("Doctors today");
  const TextStyle title{.type = Type::Heading, .weight = Weight::Bold, .ink = inks::kOnPage};
  const float title_height = ui.TextHeight(heading, title, body.w);
  ui.Text("title", heading, title, {body.x, body.y, body.w, title_height});
  const float list_top = body.y + title_height + theme.Px(3);
  Flow flow(ui, {body.x, list_top, body.w, bottom.top - list_top});
  if (model.rows.empty()) {
    AddNotice(flow, ui,
              {.id = "empty",
               .icon = Icon::Place,
               .title = text("Nothing to show at the moment"),
               .detail = text("Please ask at the service desk.")});
  }
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    if (i > 0) flow.Space(theme.Px(3));
    AddRow(flow, stage, "row-" + std::to_string(i), model.rows[i]);
  }
  PagesBeyond beyond{
      .previous = model.page > 1, .next = model.page < model.pages, .pager = bottom.pager};
  if (model.pages > 1) {
    beyond.label = std::to_string(model.page) + " / " + std::to_string(model.pages);
  }
  const Flow::Turn turn = flow.Draw(text, beyond);
  MaybeIntent intent;
  if (turn != Flow::Turn::None) {
    ui.Part() = 0;
    intent = screens::TurnPage{turn == Flow::Turn::Next ? model.page + 1 : model.page - 1};
  }
  if (ui.Button(back, bottom.back)) intent = screens::Back{};
  return intent;
}

}  // namespace yizhan::ui
