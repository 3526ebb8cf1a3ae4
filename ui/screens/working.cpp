#include <cmath>

#include "ui/screens/pages.h"
#include "ui/screens/parts.h"

namespace yizhan::ui {

namespace {

const char* Sentence(screens::WorkingModel::Task task) {
  using Task = screens::WorkingModel::Task;
  switch (task) {
    case Task::LookingUp: return N_("Looking you up, please wait");
    case Task::CheckingIn: return N_("Checking you in, please wait");
    case Task::LookingForSeats: return N_("Looking for free places, please wait");
    case Task::Booking: return N_("Telling the hospital, please wait");
  }
  return "";
}

}  // namespace

MaybeIntent DrawPage(const screens::WorkingModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Theme& theme = ui.Look();
  const Strings& text = stage.text;
  const TextStyle title{
      .type = Type::Heading, .weight = Weight::Bold, .ink = inks::kOnPage, .align = Align::Centre};
  const TextStyle quiet{.ink = inks::kQuietOnPage, .align = Align::Centre};
  // Nothing moves here: a picture that changes by itself would cost power all day, and a wait of
  // seconds is told by words. The page is replaced as soon as there is an answer.
  const float badge = theme.Px(64);
  Flow flow(ui, stage.body);
  flow.Spring();
  flow.Add(badge, [&](const Rect& row) {
    const Rect box{std::round(row.Centre().x - badge / 2), row.y, badge, badge};
    ui.Fill(box, 32, colors::kPrimaryLight);
    ui.Draw(Icon::Wait, box.Inset(std::round(badge * 0.22f), std::round(badge * 0.22f)),
            colors::kPrimaryDark);
  });
  flow.Space(theme.Px(12));
  flow.AddText("title", text(Sentence(model.task)), title);
  flow.Space(theme.Px(5));
  flow.AddText("how", text("Please leave your card on the reader."), quiet);
  flow.Spring();
  flow.Spring();
  flow.Draw(text);
  return std::nullopt;
}

}  // namespace yizhan::ui
