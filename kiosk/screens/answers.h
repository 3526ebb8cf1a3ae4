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
/// What can be done at any time, whatever is due.
enum class Service { Book, BookOther, MyBookings, Centre };
struct OpenService {
  Service service;
};
struct GoHome {};       ///< Leave what was begun, back to the home page.
struct Change {};       ///< Another booking in place of this one.
struct CancelIt {};     ///< Cancel the booking, or leave the waiting list.
struct Decline {};      ///< Not this offer; stay on the list.
struct JoinList {};     ///< Onto the waiting list.
struct PrintInvite {};  ///< The slip for somebody who comes along.
struct Prepay {};
struct TellLate {};   ///< Will come later than the place is kept.
struct DoAnother {};  ///< Back to the home page for the next task.
struct ShowGuide {};  ///< Where to go next.

using Intent =
    std::variant<SetLanguage, SetTextSize, CallStaff, Exit, StayHere, Choose, Confirm, Back, Digit,
                 Erase, OpenDirectory, TurnPage, Reprint, DoAnother, OpenService, GoHome, Change,
                 CancelIt, Decline, JoinList, PrintInvite, Prepay, TellLate, ShowGuide>;

}  // namespace yizhan::screens
