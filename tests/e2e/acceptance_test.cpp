// What the documents ask of the terminal as a whole (domain.md F11, F28, F96), with real processes
// on both sides.
#include <set>

#include "tests/e2e/lobby.h"
#include "tests/printer/words_on_page.h"
#include "tests/ui/page_checks.h"

namespace yizhan::e2e {
namespace {

using fhir::Json;
using std::chrono::seconds;

/// Of the configuration's defaults, which the lobby's terminal keeps.
constexpr test::Panel kPanel{"Inch21", 1080, 1920, 21.5};
constexpr int kMostParts = 8;

ui::Rect RectOf(const Json& numbers) {
  const auto at = [&](std::size_t i) { return std::stof(numbers[i].AsNumberText()); };
  return {at(0), at(1), at(2), at(3)};
}

/// The registry as the terminal tells it.
std::vector<ui::Item> ItemsOf(const Json& state) {
  std::vector<ui::Item> items;
  for (const Json& row : state["items"].Items()) {
    ui::Item item;
    item.id = row["id"].AsString();
    item.label = row["label"].AsString();
    item.role = row["role"].AsString() == "button" ? ui::Item::Role::Button : ui::Item::Role::Text;
    item.rect = RectOf(row["rect"]);
    item.enabled = row["enabled"].AsBoolean();
    item.dimmed = row["dimmed"].AsBoolean();
    if (item.role == ui::Item::Role::Button) {
      item.focus_order = static_cast<int>(row["focus"].AsInteger().value_or(-1));
    }
    if (item.role == ui::Item::Role::Text) item.text_rect = RectOf(row["text_rect"]);
    items.push_back(std::move(item));
  }
  return items;
}

/// On every page, whatever it is about.
bool IsOfTheBar(const std::string& id) {
  static const std::set<std::string> kBar = {"call-staff", "language",      "text-size", "exit",
                                             "next-part",  "previous-part", "back",      "home"};
  return kBar.contains(id);
}

/// What the page asks or says, once over all its parts.
std::string HeadingOf(const std::string& page) {
  if (page == "home") return "main/title";
  if (page == "ticket") return "number";
  return page == "guide" ? "now" : "title";
}

class AcceptanceTest : public LobbyTest {
 protected:
  static Result<Json> State() { return world_->Terminal().State(); }
  static bool CanTouch(const Json& state, const std::string& id) {
    for (const Json& item : state["items"].Items()) {
      if (item["id"].AsString() == id) {
        return item["role"].AsString() == "button" && item["enabled"].AsBoolean();
      }
    }
    return false;
  }
  static bool TurnPage(const Json& state) {
    return CanTouch(state, "next-part") && world_->Terminal().Tap("next-part");
  }
  /// Nothing cut off, nothing in the way of something else, every control large enough; and over
  /// all parts of the page one question or statement, and a next step to touch or to walk to.
  static void CheckPage(const std::string& page) {
    SCOPED_TRACE(page);
    int next_steps = 0;
    int headings = 0;
    for (int part = 0; part < kMostParts; ++part) {
      const auto state = State();
      ASSERT_OK(state);
      ASSERT_EQ((*state)["page"].AsString(), page);
      const std::vector<ui::Item> items = ItemsOf(*state);
      ASSERT_FALSE(items.empty());
      const test::PageChecks checks(items, kPanel);
      checks.EveryTextStaysInItsBoxAndOnTheScreen();
      checks.EveryTargetIsLargeAndApartFromTheNext();
      checks.NoTextLiesOnAnotherOneOrOnAForeignButton();
      for (const ui::Item& item : items) {
        if (item.id == HeadingOf(page)) ++headings;
        const bool can_touch = item.role == ui::Item::Role::Button && item.enabled;
        if ((can_touch && !IsOfTheBar(item.id)) || item.id == "next/1") ++next_steps;
      }
      if (!TurnPage(*state)) break;
    }
    EXPECT_EQ(headings, 1) << "one question a page (F12)";
    EXPECT_GT(next_steps, 0) << "nothing but the bar can be touched";
    while (true) {
      const auto state = State();
      ASSERT_OK(state);
      if (!CanTouch(*state, "previous-part")) break;
      ASSERT_OK(world_->Terminal().Tap("previous-part"));
    }
  }
  /// Touches the first open control whose id begins so, on whichever part of the page.
  static Status TouchFirst(const std::string& prefix) {
    for (int part = 0; part < kMostParts; ++part) {
      if (world_->Terminal().TapFirst(prefix)) return {};
      const auto state = State();
      if (!state || !TurnPage(*state)) break;
    }
    return Fail(ErrorCode::NotFound, "no control " + prefix);
  }
  /// The row of the page that says so, on whichever part.
  static Status TouchRow(const std::string& text) {
    for (int part = 0; part < kMostParts; ++part) {
      const auto state = State();
      if (!state) return tl::unexpected<Error>(state.error());
      const std::string button = ButtonOf(*state, text);
      if (!button.empty() && CanTouch(*state, button)) return world_->Terminal().Tap(button);
      if (!TurnPage(*state)) break;
    }
    return Fail(ErrorCode::NotFound, "no row says " + text);
  }
  /// The part of the page that has this item.
  static Status TurnTo(const std::string& id) {
    for (int part = 0; part < kMostParts; ++part) {
      const auto state = State();
      if (!state) return tl::unexpected<Error>(state.error());
      if (!LabelOf(*state, id).empty()) return {};
      if (!TurnPage(*state)) break;
    }
    return Fail(ErrorCode::NotFound, "no part has " + id);
  }
  /// Waits for the page and looks at all of it.
  static void See(const std::string& page, const std::string& text = "") {
    ASSERT_OK(world_->Await(page, text));
    CheckPage(page);
  }
  static Status ComeHome();
  static float HeightOf(const std::string& id) {
    const auto state = State();
    if (!state) return 0;
    for (const ui::Item& item : ItemsOf(*state)) {
      if (item.id == id) return item.text_rect.h;
    }
    return 0;
  }
  static void InLargeText() {
    ASSERT_OK(world_->Terminal().Tap("text-size"));
    ASSERT_TRUE(rig::WaitUntil([&] {
      const auto state = State();
      return state && (Shows(*state, "标准字") || Shows(*state, "Normal text"));
    }));
  }

  /// Books for another day, confirms it, checks in for today and gets the number; every page of it
  /// in large text.
  static void DoEverythingInLargeText(const std::string& to_confirm) {
    CheckPage("home");
    ASSERT_OK(TouchFirst("service-0"));
    See("choose-day");
    ASSERT_OK(TouchFirst("day-3"));
    See("choose-department");
    ASSERT_OK(TouchFirst("department-0"));
    See("choose-doctor");
    ASSERT_OK(TouchFirst("doctor-0"));
    See("choose-time");
    ASSERT_OK(TouchFirst("time-"));
    See("read-back");
    ASSERT_OK(TouchFirst("confirm"));
    See("booking-result");
    ASSERT_OK(TouchFirst("another"));
    See("home");
    ASSERT_OK(TouchRow(to_confirm));
    See("read-back");
    ASSERT_OK(TouchFirst("confirm"));
    See("booking-result");
    ASSERT_OK(TouchFirst("another"));
    See("home");
    ASSERT_OK(TouchFirst("main"));
    See("ticket");
    ASSERT_OK(TurnTo("next/1"));
    ASSERT_OK(TouchFirst("guide"));
    See("guide");
  }
};

TEST_F(AcceptanceTest, F96_F12_EveryTaskFromBookingToTheTicketIsDoneInLargeText) {
  LayDown("visit-now", 1);
  ASSERT_OK(world_->Await("home"));
  const float normal = HeightOf("header");
  InLargeText();
  EXPECT_GT(HeightOf("header"), normal * 1.2F) << "the text is larger";
  DoEverythingInLargeText("待确认");
  const auto tickets = world_->TicketsOf(number_);
  ASSERT_OK(tickets);
  EXPECT_EQ(*tickets, 1);
}

TEST_F(AcceptanceTest, F96_F12_TheSameInEnglish) {
  LayDown("visit-now", 2);
  ASSERT_OK(world_->Await("home"));
  ASSERT_OK(world_->Terminal().Tap("language"));
  ASSERT_OK(world_->Await("home", "Large text"));
  InLargeText();
  DoEverythingInLargeText("to confirm");
}

TEST_F(AcceptanceTest, F28_OneNumberIsOnTheSlipInTheQueueOnTheScreenAndInTheCall) {
  const std::size_t before = Pages();
  LayDown("visit-now", 3);
  ASSERT_OK(world_->Await("home"));
  ASSERT_OK(world_->Terminal().Tap("main"));
  const auto ticket = world_->Await("ticket", "小票已打印");
  ASSERT_OK(ticket);
  const std::string number = LabelOf(*ticket, "number");
  ASSERT_FALSE(number.empty());
  ASSERT_TRUE(rig::WaitUntil([&] { return Pages() == before + 1; }));
  // The hospital's queue has this number.
  ASSERT_OK(world_->RoomOf(number));
  ASSERT_OK(world_->CallUpTo(number));
  const auto call = world_->CallOnScreen(number);
  ASSERT_OK(call);
  // What is announced is made of this very row (tests/web/announce-test.mjs).
  EXPECT_NE((*call)["name"].AsString().find('*'), std::string::npos);
  EXPECT_FALSE((*call)["room"]["zh"].AsString().empty());
  ASSERT_TRUE(rig::WaitUntil([&] { return !world_->Rig().Printed().empty(); }));
  const auto words = printer::WordsIn(world_->Rig().Printed().back().path);
  if (!words) GTEST_SKIP() << "pdftotext (poppler-utils) is absent: the slip is not read";
  EXPECT_NE(words->find(number), std::string::npos) << *words;
}

TEST_F(AcceptanceTest, F14_AUnitsMemberChecksInAndTakesTheCheckUpGuideSheet) {
  const std::size_t before = Pages();
  LayDown("check-up");
  ASSERT_OK(world_->Await("home", "基础体检套餐"));
  ASSERT_OK(TouchFirst("service-2"));
  ASSERT_OK(world_->Await("my-bookings", "基础体检套餐"));
  ASSERT_OK(TouchFirst("booking-0"));
  const auto booking = world_->Await("read-back", "宏达电子有限公司");
  ASSERT_OK(booking);
  for (const char* item : {"血常规", "心电图", "腹部彩超"}) EXPECT_TRUE(Shows(*booking, item));
  EXPECT_FALSE(Shows(*booking, "unit:"));
  CheckPage("read-back");
  ASSERT_OK(world_->Terminal().Tap("back"));
  ASSERT_OK(world_->Await("my-bookings"));
  ASSERT_OK(world_->Terminal().Tap("home"));
  ASSERT_OK(world_->Await("home"));
  ASSERT_OK(TouchFirst("main"));
  ASSERT_OK(world_->Await("ticket", "小票已打印"));
  CheckPage("ticket");
  ASSERT_OK(TouchFirst("guide"));
  const auto sheet = world_->Await("guide", "体检导检单");
  ASSERT_OK(sheet);
  EXPECT_TRUE(Shows(*sheet, "宏达电子有限公司"));
  ASSERT_TRUE(rig::WaitUntil([&] { return Pages() == before + 2; }));
  CheckPage("guide");
  ASSERT_TRUE(rig::WaitUntil([&] { return world_->Rig().Printed().size() >= 2; }));
  const auto words = printer::WordsIn(world_->Rig().Printed().back().path);
  if (!words) GTEST_SKIP() << "pdftotext (poppler-utils) is absent: the sheet is not read";
  for (const char* word : {"体检导检单", "宏达电子有限公司", "血常规", "心电图", "腹部彩超"}) {
    EXPECT_NE(words->find(word), std::string::npos) << word << '\n' << *words;
  }
}

/// Whoever has nothing to do today comes to the home page by way of a booking that is left.
Status AcceptanceTest::ComeHome() {
  std::string page;
  const bool arrived = rig::WaitUntil([&] {
    const auto state = State();
    page = state ? (*state)["page"].AsString() : "";
    return page == "home" || page == "trouble";
  });
  if (!arrived) return Fail(ErrorCode::Timeout, "neither home nor trouble: " + page);
  if (page == "home") return {};
  if (Status tapped = world_->Terminal().Tap("book"); !tapped) return tapped;
  if (const auto days = world_->Await("choose-day"); !days) return tl::unexpected(days.error());
  if (Status tapped = world_->Terminal().Tap("home"); !tapped) return tapped;
  const auto home = world_->Await("home");
  return home ? Status() : Status(tl::unexpected(home.error()));
}

/// How one kind is booked.
struct Kind {
  const char* service;     ///< The control of the home page.
  const char* kind;        ///< Of the page that asks for it; null: none does.
  const char* free_until;  ///< Cancelling is free until then on the day before (F18).
  const char* result;      ///< The page after confirming says so.
};

TEST_F(AcceptanceTest, F11_EachOfTheFourKindsIsBookedListedAndCancelled) {
  LayDown("free", 1);
  // The exams' own limit is 20:00 of the day before (world.cpp), and the terminal says so.
  const Kind kinds[] = {{"service-0", nullptr, "17:00", "凭条已打印"},
                        {"service-1", "kind-0", "20:00", "凭条已打印"},
                        {"service-1", "kind-1", "17:00", "凭条已打印"},
                        {"service-1", "kind-2", "17:00", "待床位中心确认"}};
  for (const Kind& one : kinds) {
    SCOPED_TRACE(one.kind == nullptr ? "clinic" : one.kind);
    ASSERT_OK(ComeHome());
    ASSERT_OK(TouchFirst(one.service));
    if (one.kind != nullptr) {
      ASSERT_OK(world_->Await("choose-kind"));
      ASSERT_OK(TouchFirst(one.kind));
    }
    ASSERT_OK(world_->Await("choose-day"));
    ASSERT_OK(TouchFirst("day-3"));
    const auto department = world_->Await("choose-department");
    ASSERT_OK(department);
    const std::string what = LabelOf(*department, "department-0/label");
    ASSERT_FALSE(what.empty());
    ASSERT_OK(TouchFirst("department-0"));
    if (one.kind == nullptr) {
      ASSERT_OK(world_->Await("choose-doctor"));
      ASSERT_OK(TouchFirst("doctor-0"));
    }
    ASSERT_OK(world_->Await("choose-time"));
    ASSERT_OK(TouchFirst("time-"));
    ASSERT_OK(world_->Await("read-back", what));
    ASSERT_OK(world_->Await("read-back", one.free_until));
    ASSERT_OK(TouchFirst("confirm"));
    ASSERT_OK(world_->Await("booking-result", one.result, seconds(30)));
    ASSERT_OK(TouchFirst("another"));
    ASSERT_OK(world_->Await("home", "我的预约"));
    ASSERT_OK(TouchFirst("service-2"));
    ASSERT_OK(world_->Await("my-bookings", what));
    ASSERT_OK(TouchFirst("booking-0"));
    ASSERT_OK(world_->Await("read-back", what));
    ASSERT_OK(TouchFirst("cancel-it"));
    ASSERT_OK(world_->Await("cancel"));
    ASSERT_OK(TouchFirst("confirm"));
    ASSERT_OK(world_->Await("booking-result", "已取消"));
    const auto held = world_->Get("fhir/Appointment?status=pending,booked&patient.identifier=" +
                                  std::string("urn:yizhan:card-number%7C") + number_);
    ASSERT_OK(held);
    EXPECT_EQ((*held)["entry"].Items().size(), 0U);
    ASSERT_OK(TouchFirst("another"));
  }
}

}  // namespace
}  // namespace yizhan::e2e
