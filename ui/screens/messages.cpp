#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

MaybeIntent DrawPage(const screens::MessagesModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(ui, body,
                    {{.id = "back",
                      .label = text("Back to my tasks"),
                      .kind = ButtonKind::Primary,
                      .type = Type::Sub}});
  Flow flow(ui, body);
  if (model.rows.empty()) {
    AddNotice(flow, ui,
              {.id = "nothing",
               .mood = Mood::Ok,
               .icon = Icon::Check,
               .title = text("No new messages"),
               .detail = {},
               .title_type = Type::Heading});
  } else {
    AddGroupHeading(flow, "messages", text("Messages from the hospital"));
    flow.Space(ui.Look().Px(3));
  }
  // A notice borrows its id until it is drawn.
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < model.rows.size(); ++i) ids.push_back("message-" + std::to_string(i));
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    const auto& row = model.rows[i];
    AddNotice(flow, ui,
              {.id = ids[i],
               .mood = Mood::Neutral,
               .icon = Icon::Form,
               .title = Joined({Day(text, row.date), row.time}),
               .detail = row.text});
    flow.Space(ui.Look().GapPx(mm::kGap));
  }
  flow.Draw(text);
  if (actions.Draw() == 0) return screens::Back{};
  return std::nullopt;
}

}  // namespace yizhan::ui
