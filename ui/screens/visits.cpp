/// \file
/// Which visit, and the read-back before checking in.
#include <cmath>
#include <deque>

#include "ui/screens/pages.h"
#include "ui/screens/parts.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

/// A whole card to press: time, service, doctor and place.
void AddVisit(Flow& flow, Ui& ui, const Strings& text, const std::string& id,
              const screens::HomeTask& visit, bool& pressed) {
  const Theme& theme = ui.Look();
  const auto language = text.Language();
  const float padding = theme.Px(10);
  const float arrow = theme.Px(11);
  const float width = flow.Width() - 3 * padding - arrow;
  const TextStyle strong{.type = Type::Sub, .weight = Weight::Bold};
  const std::string name =
      Folded(ui, Joined({visit.time_range, visit.service.In(language)}), strong, width);
  const std::string detail = Folded(
      ui, Joined({DoctorName(text, visit.doctor, visit.doctor_title), visit.place.In(language)}),
      {}, width);
  const float title_height = ui.TextHeight(name, strong, width);
  const float detail_height = detail.empty() ? 0 : ui.TextHeight(detail, {}, width);
  const float content = title_height + detail_height;
  flow.Add(std::max(theme.TargetPx(42), content + 2 * theme.Px(8)), [=, &ui,
                                                                     &pressed](const Rect& box) {
    const Ui::Touch touch = ui.Target(id, name, box, mm::kCardRadius);
    pressed |= touch.chosen;
    const Color ground = touch.held ? colors::kPressedLight : colors::kCard;
    ui.Card(box, ground, touch.held ? colors::kPrimary : colors::kLine);
    const float y = std::round(box.Centre().y - content / 2);
    ui.Text(id + "/label", name,
            {.type = Type::Sub, .weight = Weight::Bold, .ink = {colors::kInk, ground}},
            {box.x + padding, y, width, title_height});
    if (!detail.empty()) {
      ui.Text(id + "/detail", detail, {.ink = {colors::kQuietInk, ground}},
              {box.x + padding, y + title_height, width, detail_height});
    }
    ui.Draw(Icon::Next,
            {box.Right() - padding - arrow, std::round(box.Centre().y - arrow / 2), arrow, arrow},
            colors::kPrimary);
  });
}

void AddQuestion(Flow& flow, Ui& ui, const std::string& question) {
  flow.AddText("title", question,
               {.type = Type::Heading, .weight = Weight::Bold, .ink = inks::kOnPage},
               Flow::Keep::WithNext);
  flow.Space(ui.Look().Px(5));
}

}  // namespace

MaybeIntent DrawPage(const screens::ChooseVisitModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  Rect body = stage.body;
  ActionRow actions(ui, body, {{.id = "back", .label = text("Back"), .type = Type::Sub}});
  Flow flow(ui, body);
  AddQuestion(flow, ui, text("Which visit is it?"));
  std::deque<bool> pressed(model.visits.size(), false);
  for (std::size_t i = 0; i < model.visits.size(); ++i) {
    AddVisit(flow, ui, text, "visit-" + std::to_string(i), model.visits[i], pressed[i]);
    flow.Space(ui.Look().GapPx(mm::kGap));
  }
  flow.Draw(text);
  MaybeIntent intent;
  if (actions.Draw() == 0) intent = screens::Back{};
  for (std::size_t i = 0; i < pressed.size(); ++i) {
    if (pressed[i]) intent = screens::Choose{i};
  }
  return intent;
}

MaybeIntent DrawPage(const screens::ConfirmModel& model, const Stage& stage) {
  Ui& ui = stage.ui;
  const Strings& text = stage.text;
  const auto language = text.Language();
  const screens::HomeTask& visit = model.visit;
  Rect body = stage.body;
  ActionRow actions(ui, body,
                    {{.id = "back", .label = text("Back"), .type = Type::Sub},
                     {.id = "confirm",
                      .label = text("Check in"),
                      .kind = ButtonKind::Primary,
                      .type = Type::Sub}});
  Flow flow(ui, body);
  AddQuestion(flow, ui, text("Is this your visit?"));
  std::vector<Fact> facts = {{"name", text("Name"), model.masked_name},
                             {"service", text("Department"), visit.service.In(language)}};
  if (!visit.doctor.empty()) {
    facts.push_back({"doctor", text("Doctor"), DoctorName(text, visit.doctor, visit.doctor_title)});
  }
  if (!visit.time_range.empty()) facts.push_back({"time", text("Time"), visit.time_range});
  if (!visit.place.zh.empty()) facts.push_back({"place", text("Place"), visit.place.In(language)});
  AddFacts(flow, ui, facts);
  flow.Space(ui.Look().GapPx(mm::kGap));
  AddSteps(flow, ui, "next", text("What happens next"),
           {text("You get a queue number and a slip, and wait until you are called.")});
  flow.Draw(text);
  switch (actions.Draw()) {
    case 0: return screens::Back{};
    case 1: return screens::Confirm{};
    default: return std::nullopt;
  }
}

}  // namespace yizhan::ui
