/// \file
/// Sentences that several pages say, chosen from the values of a model.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "kiosk/screens/screen.h"
#include "ui/strings.h"
#include "ui/ui.h"

namespace yizhan::ui {

/// What happened and what to do now.
struct Advice {
  const char* what = "";
  const char* next = "";
};

/// Messages, not yet looked up.
[[nodiscard]] Advice Sentence(domain::CardProblem problem);

/// "11月22日 星期日 08:41" / "Sunday 22 November, 08:41".
[[nodiscard]] std::string DateAndTime(const Strings& text, WallTime now, TimeZone zone);
/// "3月11日" / "11 March" of "2026-03-11"; the text itself when it is no date.
[[nodiscard]] std::string Day(const Strings& text, const std::string& iso_date);
/// "星期二" / "Tuesday"
[[nodiscard]] std::string Weekday(const Strings& text, std::chrono::local_days day);
/// The parts that are not empty, with a middle dot between.
[[nodiscard]] std::string Joined(std::initializer_list<std::string_view> parts);
/// "王建国 主任医师" / "Wang Jianguo, chief physician"; may be empty.
[[nodiscard]] std::string DoctorName(const Strings& text, const std::string& doctor,
                                     const domain::LocalText& title);

/// How a task looks wherever it is listed.
struct TaskWords {
  Icon icon = Icon::Calendar;
  std::string title{};
  std::string detail{};
  std::string action{};  ///< Label of its button; empty when it cannot be done here.
  std::string state{};   ///< A word or two: a time range, or why not now.
  bool waits = false;    ///< `state` is an obstacle rather than a time.
};
[[nodiscard]] TaskWords Describe(const Strings& text, const screens::HomeTask& task);

}  // namespace yizhan::ui
