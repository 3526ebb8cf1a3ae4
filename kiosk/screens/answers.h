/// \file
/// What a patient can answer by touch.
#pragma once

#include <cstddef>
#include <variant>

#include "domain/local_text.h"
#include "kiosk/screens/public_pages.h"

namespace yizhan::screens {

enum class TextSize { Normal, Large };

struct SetLanguage {
  domain::Language language;
};
struct SetTextSize {
  TextSize size;
};
struct CallStaff {};
struct Exit {};      ///< End the session.
struct StayHere {};  ///< Answer to the idle warning.
struct Choose {
  std::size_t index;  ///< Row of the page's list.
};
struct Confirm {};  ///< The page's main action.
struct Back {};
struct Digit {
  int digit;  ///< 0..9
};
struct Erase {};  ///< The last digit.
struct OpenDirectory {
  DirectoryModel::Kind kind;
};
struct TurnPage {
  int page;
};
struct Reprint {};
struct DoAnother {};  ///< Back to the home page for the next task.

using Intent = std::variant<SetLanguage, SetTextSize, CallStaff, Exit, StayHere, Choose, Confirm,
                            Back, Digit, Erase, OpenDirectory, TurnPage, Reprint, DoAnother>;

}  // namespace yizhan::screens
