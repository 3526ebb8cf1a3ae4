/// \file
/// What is around every page: header, offline banner, bottom bar, and the question whether
/// somebody is still there.
#include <algorithm>
#include <string>
#include <vector>

#include "ui/screens/pages.h"
#include "ui/screens/words.h"

namespace yizhan::ui {

namespace {

using screens::Frame;

template <typename Page>
bool Shows(const Frame& frame) {
  return std::holds_alternative<Page>(frame.page);
}

/// Some questions are not asked: counting them would be wrong.
bool IsPreset(const screens::Page& page) {
  return std::visit(
      [](const auto& model) {
        if constexpr (requires { model.facts.preset; }) {
          return model.facts.preset;
        } else {
          return false;
        }
      },
      page);
}

/// Which step of booking the page is; 0: none.
int StepOf(const screens::Page& page) {
  if (IsPreset(page)) return 0;
  if (std::holds_alternative<screens::ChooseDayModel>(page)) return 1;
  if (std::holds_alternative<screens::ChooseDepartmentModel>(page)) return 2;
  if (std::holds_alternative<screens::ChooseDoctorModel>(page)) return 3;
  if (std::holds_alternative<screens::ChooseTimeModel>(page)) return 4;
  const auto* read_back = std::get_if<screens::ReadBackModel>(&page);
  using Purpose = screens::ReadBackModel::Purpose;
  const bool last = read_back != nullptr &&
                    (read_back->purpose == Purpose::Book || read_back->purpose == Purpose::Move);
  return last ? 5 : 0;
}

std::string HeaderTitle(const Frame& frame, const Strings& text) {
  if (const auto* ticket = std::get_if<screens::TicketModel>(&frame.page)) {
    return ticket->already ? text("You have already checked in") : text("You are checked in");
  }
  if (const int step = StepOf(frame.page); step > 0) {
    return Fill(text("Booking · step {1} of {2}"), {std::to_string(step), "5"});
  }
  if (!frame.masked_name.empty()) return Fill(text("Welcome, {1}"), {frame.masked_name});
  return frame.hospital.In(text.Language());
}

std::string HeaderNote(const Frame& frame, const Strings& text, const Theme& theme) {
  const std::string time = ToLocalHourMinute(frame.now, frame.zone);
  if (theme.Large()) return time;
  if (!frame.signed_in) return DateAndTime(text, frame.now, frame.zone);
  return Joined({time, text("Please watch your card")});
}

float DrawHeader(const Frame& frame, const Strings& text, Ui& ui) {
  const Theme& theme = ui.Look();
  const float margin = theme.Px(mm::kMargin);
  TextStyle note{.ink = inks::kOnHeader, .align = Align::Right, .place = Place::Middle};
  const std::string note_text = HeaderNote(frame, text, theme);
  const float note_width = ui.TextWidth(note_text, note);
  TextStyle title{
      .type = Type::Sub, .weight = Weight::Bold, .ink = inks::kOnHeader, .place = Place::Middle};
  const std::string title_text = HeaderTitle(frame, text);
  const float title_width = ui.Screen().w - 2 * margin - note_width - theme.Px(8);
  // Long names first get smaller, then more lines; nothing is cut off.
  for (const Type type : {Type::Sub, Type::Body, Type::Small}) {
    title.type = type;
    if (ui.TextWidth(title_text, title) <= title_width) break;
  }
  const float height = std::max(theme.Px(theme.Large() ? mm::kHeader * 1.2 : mm::kHeader),
                                ui.TextHeight(title_text, title, title_width) + 2 * theme.Px(4));
  ui.Fill({0, 0, ui.Screen().w, height}, 0, colors::kPrimaryDark);
  ui.Text("clock", note_text, note, {ui.Screen().w - margin - note_width, 0, note_width, height});
  ui.Text("header", title_text, title, {margin, 0, title_width, height});
  return height;
}

float DrawOfflineBanner(const Strings& text, Ui& ui, float top) {
  const Theme& theme = ui.Look();
  const TextStyle style{
      .type = Type::Small, .weight = Weight::Bold, .ink = inks::kWarn, .place = Place::Middle};
  const float icon = theme.Px(12);
  const float margin = theme.Px(mm::kMargin);
  const float gap = theme.Px(4);
  const float width = ui.Screen().w - 2 * margin - icon - gap;
  const std::string words =
      text("Offline service: check-in works, for other matters please go to a counter.");
  const float height = ui.TextHeight(words, style, width) + 2 * theme.Px(3.5);
  const Rect band{0, top, ui.Screen().w, height};
  ui.Fill(band, 0, colors::kWarnLight);
  ui.Draw(Icon::Offline, {margin, top + (height - icon) / 2, icon, icon}, colors::kWarn);
  ui.Text("offline", words, style, {margin + icon + gap, top, width, height});
  return height;
}

struct BarButton {
  ButtonSpec spec;
  screens::Intent intent;
};

ButtonSpec CallStaffButton(const Frame& frame, const Strings& text) {
  using Call = Frame::StaffCall;
  ButtonSpec spec{.id = "call-staff", .kind = ButtonKind::Quiet};
  // Where the patient cannot go on alone, a person is the main action.
  if (Shows<screens::TroubleModel>(frame)) spec.kind = ButtonKind::Primary;
  spec.enabled = frame.staff_call == Call::Offered || frame.staff_call == Call::Failed;
  switch (frame.staff_call) {
    case Call::Offered: spec.label = text("Call staff"); break;
    case Call::Calling: spec.label = text("Calling staff"); break;
    case Call::Called: spec.label = text("Staff are coming"); break;
    case Call::Failed: spec.label = text("No answer, call again"); break;
  }
  return spec;
}

/// The two groups of the bottom bar: how to show things, and how to get out or get help.
struct Bar {
  std::vector<BarButton> left;
  std::vector<BarButton> right;
};

Bar MakeBar(const Frame& frame, const Strings& text) {
  const bool large = frame.text_size == screens::TextSize::Large;
  const bool chinese = frame.language == domain::Language::ZhCn;
  Bar bar;
  // Each language is offered in its own words: no catalog may translate them.
  bar.left.push_back(
      {{.id = "language", .label = chinese ? "English" : "中文"},
       screens::SetLanguage{chinese ? domain::Language::En : domain::Language::ZhCn}});
  bar.left.push_back(
      {{.id = "text-size", .label = large ? text("Normal text") : text("Large text")},
       screens::SetTextSize{large ? screens::TextSize::Normal : screens::TextSize::Large}});
  bar.right.push_back({CallStaffButton(frame, text), screens::CallStaff{}});
  // The ticket page ends the session with its own, larger button.
  if (frame.signed_in && !Shows<screens::TicketModel>(frame)) {
    bar.right.push_back({{.id = "exit", .label = text("Exit")}, screens::Exit{}});
  }
  return bar;
}

float WidthOf(const std::vector<BarButton>& group, float gap, Ui& ui) {
  float width = -gap;
  for (const BarButton& button : group) width += gap + ui.ButtonWidth(button.spec);
  return width;
}

/// Draws a group from `x`, each button as wide as it wants plus `extra`.
void DrawGroup(const std::vector<BarButton>& group, Rect row, float gap, float extra, Ui& ui,
               MaybeIntent& intent) {
  for (const BarButton& button : group) {
    row.w = ui.ButtonWidth(button.spec) + extra;
    if (ui.Button(button.spec, row)) intent = button.intent;
    row.x += row.w + gap;
  }
}

class BottomBar {
 public:
  BottomBar(const Frame& frame, const Strings& text, Ui& ui)
      : bar_(MakeBar(frame, text)), ui_(ui), gap_(ui.Look().GapPx()) {
    const Theme& theme = ui.Look();
    row_height_ = theme.TargetPx(mm::kBarTarget);
    padding_ = theme.Px((mm::kBar - mm::kBarTarget) / 2);
    margin_ = theme.Px(10);
    const float needed = WidthOf(bar_.left, gap_, ui) + WidthOf(bar_.right, gap_, ui) + gap_;
    two_rows_ = needed > ui.Screen().w - 2 * margin_;
  }

  [[nodiscard]] float Height() const {
    return 2 * padding_ + row_height_ + (two_rows_ ? row_height_ + gap_ : 0);
  }

  MaybeIntent Draw() const {
    const Rect screen = ui_.Screen();
    const Rect box{0, screen.h - Height(), screen.w, Height()};
    ui_.Fill(box, 0, colors::kCard);
    ui_.Fill({box.x, box.y, box.w, std::max(1.0f, ui_.Look().Px(mm::kHairline))}, 0, colors::kLine);
    MaybeIntent intent;
    Rect row{margin_, box.y + padding_, 0, row_height_};
    if (two_rows_) {
      const auto stretched = [&](const std::vector<BarButton>& group) {
        const float left_over = screen.w - 2 * margin_ - WidthOf(group, gap_, ui_);
        DrawGroup(group, row, gap_, left_over / static_cast<float>(group.size()), ui_, intent);
        row.y += row_height_ + gap_;
      };
      stretched(bar_.right);
      stretched(bar_.left);
      return intent;
    }
    DrawGroup(bar_.left, row, gap_, 0, ui_, intent);
    row.x = screen.w - margin_ - WidthOf(bar_.right, gap_, ui_);
    DrawGroup(bar_.right, row, gap_, 0, ui_, intent);
    return intent;
  }

 private:
  Bar bar_;
  Ui& ui_;
  float gap_;
  float row_height_ = 0;
  float padding_ = 0;
  float margin_ = 0;
  bool two_rows_ = false;
};

MaybeIntent DrawWarning(const screens::IdleWarning& warning, const Strings& text, Ui& ui) {
  const Theme& theme = ui.Look();
  const float padding = theme.Px(16);
  const float width = std::min(theme.Px(220), ui.Screen().w - 2 * theme.Px(mm::kMargin));
  const float inner = width - 2 * padding;
  const float ring = theme.Px(54);
  const float action = theme.TargetPx(mm::kMainAction);
  const float exit = theme.TargetPx(30);
  const float gap = theme.GapPx(7);
  const TextStyle title{.type = Type::Heading, .weight = Weight::Bold, .align = Align::Centre};
  const TextStyle note{.ink = inks::kQuietOnCard, .align = Align::Centre};
  const std::string seconds = std::to_string(warning.seconds_left);
  const std::string question = text("Are you still there?");
  const std::string what = Fill(text.Plural("You will be signed out in {1} second to protect your "
                                            "information.",
                                            "You will be signed out in {1} seconds to protect your "
                                            "information.",
                                            warning.seconds_left),
                                {seconds});
  const float title_height = ui.TextHeight(question, title, inner);
  const float note_height = ui.TextHeight(what, note, inner);
  const float height = 2 * padding + ring + title_height + note_height + action + exit +
                       theme.Px(9) + theme.Px(4) + theme.Px(9) + gap;
  const Rect screen = ui.Screen();
  ui.Fill(screen, 0, colors::kVeil);
  const Rect card{static_cast<float>(static_cast<int>((screen.w - width) / 2)),
                  static_cast<float>(static_cast<int>((screen.h - height) / 2)), width, height};
  ui.Card(card);

  Rect row{card.x + padding, card.y + padding, inner, ring};
  const Rect circle{card.Centre().x - ring / 2, row.y, ring, ring};
  const int total = std::max(1, warning.seconds_total);
  ui.DrawCountdown(circle, static_cast<double>(warning.seconds_left) / total);
  ui.Text("seconds-left", seconds,
          {.type = Type::Sub,
           .weight = Weight::Bold,
           .ink = inks::kNumberOnCard,
           .align = Align::Centre,
           .place = Place::Middle},
          circle);
  row.y += ring + theme.Px(9);
  row.h = title_height;
  ui.Text("warning", question, title, row);
  row.y += row.h + theme.Px(4);
  row.h = note_height;
  ui.Text("warning-note", what, note, row);
  row.y += row.h + theme.Px(9);
  row.h = action;
  MaybeIntent intent;
  if (ui.Button({.id = "stay",
                 .label = text("I am here, continue"),
                 .kind = ButtonKind::Primary,
                 .type = Type::Sub},
                row)) {
    intent = screens::StayHere{};
  }
  row.y += row.h + gap;
  row.h = exit;
  if (ui.Button({.id = "leave", .label = text("Exit")}, row)) intent = screens::Exit{};
  return intent;
}

}  // namespace

MaybeIntent DrawFrame(const Frame& frame, const Languages& languages, Ui& ui) {
  const bool chinese = frame.language == domain::Language::ZhCn;
  const Strings& text = languages.In(frame.language);
  const Theme& theme = ui.Look();
  if (frame.warning) ui.BeginDead();
  float top = DrawHeader(frame, text, ui);
  if (frame.offline) top += DrawOfflineBanner(text, ui, top);

  const BottomBar bar(frame, text, ui);
  const float margin = theme.Px(mm::kMargin);
  const float space = theme.Px(10);
  const Rect screen = ui.Screen();
  const Stage stage{.frame = frame,
                    .text = text,
                    .other_text = chinese ? languages.en : languages.zh,
                    .ui = ui,
                    .body = {margin, top + space, screen.w - 2 * margin,
                             screen.h - bar.Height() - top - 2 * space}};
  MaybeIntent intent =
      std::visit([&](const auto& page) { return DrawPage(page, stage); }, frame.page);
  const MaybeIntent from_bar = bar.Draw();
  if (from_bar) intent = from_bar;
  if (frame.warning) {
    ui.EndDead();
    intent = DrawWarning(*frame.warning, text, ui);
  }
  return intent;
}

}  // namespace yizhan::ui
