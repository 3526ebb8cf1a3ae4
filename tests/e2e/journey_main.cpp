// yizhan-journey: the scripted patient of deploy/demo. Real processes do the main job three times
// (as always; without the hospital; without paper) and leave pictures, pages and journey.json.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "base/clock.h"
#include "tests/e2e/journey_care.h"
#include "tests/e2e/journey_payment.h"
#include "tests/e2e/world.h"

namespace yizhan::e2e {
namespace {

using fhir::Json;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

/// Runs named steps, times them, takes a picture after each, and remembers what happened.
class Journey {
 public:
  Journey(World& world, fs::path out) : world_(world), out_(std::move(out)) {}

  /// After the first step that fails the rest is left out.
  void Step(const std::string& name, const std::string& what, const std::function<Status()>& act) {
    if (failed_) return;
    const MonotonicTime begun = SystemClock().Monotonic();
    const Status done = act();
    const auto took =
        std::chrono::duration_cast<milliseconds>(SystemClock().Monotonic() - begun).count();
    ++count_;
    std::string picture = (count_ < 10 ? "0" : "") + std::to_string(count_) + "-" + name + ".png";
    if (!world_.Terminal().Screenshot((out_ / "screens" / picture).string())) picture.clear();
    Json step;
    step.Set("step", Json::String(name))
        .Set("what", Json::String(what))
        .Set("ok", Json::Boolean(done.has_value()))
        .Set("ms", Json::Integer(took))
        .Set("screen", Json::String(picture));
    if (!done) step.Set("error", Json::String(done.error().detail));
    steps_.Append(std::move(step));
    std::printf("  %s %s (%lld ms)\n", done ? "ok  " : "FAIL", what.c_str(),
                static_cast<long long>(took));
    std::fflush(stdout);
    if (!done) {
      std::fprintf(stderr, "%s\n", done.error().detail.c_str());
      failed_ = true;
      return;
    }
    Look(picture.substr(0, picture.rfind('.')));
  }

  [[nodiscard]] bool Finish(Json result) {
    Json report;
    report.Set("ok", Json::Boolean(!failed_)).Set("steps", std::move(steps_));
    report.Set("result", std::move(result));
    std::ofstream file(out_ / "journey.json");
    file << report.Write(true) << '\n';
    return !failed_ && file.good();
  }

 private:
  /// A page that is shown for the first time: in English, in English and large, in Chinese and
  /// large; then as it was.
  void Look(const std::string& picture) {
    AutomationClient& terminal = world_.Terminal();
    const auto state = terminal.State();
    if (!state || !seen_.insert((*state)["page"].AsString()).second) return;
    const std::pair<const char*, const char*> ways[] = {
        {"language", "-en"}, {"text-size", "-en-large"}, {"language", "-large"}, {"text-size", ""}};
    for (const auto& [item, suffix] : ways) {
      if (!terminal.Tap(item)) return;
      const auto file = out_ / "screens" / (picture + suffix + ".png");
      if (*suffix != '\0') static_cast<void>(terminal.Screenshot(file.string()));
    }
  }

  World& world_;
  const fs::path out_;
  std::set<std::string> seen_;  ///< Pages.
  Json steps_ = Json::Array();
  int count_ = 0;
  bool failed_ = false;
};

template <typename T>
Status ToStatus(const Result<T>& result) {
  if (!result) return tl::unexpected<Error>(result.error());
  return {};
}

Status Demand(bool true_thing, const char* what) {
  return true_thing ? Status() : Status(Fail(ErrorCode::BadData, what));
}

/// The three patients and what became of them.
class Story {
 public:
  Story(World& world, Journey& journey, fs::path out)
      : world_(world), journey_(journey), out_(std::move(out)) {}

  void Tell() {
    Prepare();
    Ordinary();
    WithoutHospital();
    WithoutPaper();
    Booking();
    TellOfPaying(world_,
                 [this](const std::string& name, const std::string& what,
                        const std::function<Status()>& act) { journey_.Step(name, what, act); });
    TellOfWholeDay(
        world_,
        [this](const std::string& name, const std::string& what,
               const std::function<Status()>& act) { journey_.Step(name, what, act); },
        out_ / "pages");
    KeepPages();
  }

  [[nodiscard]] Json Result() const {
    return Json::Object({{"online_number", Json::String(online_)},
                         {"offline_number", Json::String(offline_)},
                         {"paper_number", Json::String(paper_)},
                         {"pages_printed", Json::Integer(pages_)}});
  }

 private:
  void Prepare() {
    journey_.Step("idle", "the lobby is empty, the terminal asks for a card", [&] {
      for (const int nth : {0, 3, 4}) {
        const auto number = PersonaCard("visit-now", nth);
        if (!number) return ToStatus(number);
        const auto card = world_.CardOf(*number);
        if (!card) return ToStatus(card);
        cards_.push_back(*card);
        numbers_.push_back(*number);
      }
      if (Status online = world_.AwaitOffline(false); !online) return online;
      if (const auto lists = world_.Await("idle", "科室"); !lists) return ToStatus(lists);
      return ToStatus(world_.Await("idle", "请刷就诊卡"));
    });
  }

  void Ordinary() {
    journey_.Step("home", "a card is laid down: what can be done now", [&] {
      if (Status laid = world_.Present(cards_[0]); !laid) return laid;
      return ToStatus(world_.Await("home"));
    });
    journey_.Step("ticket", "one touch checks in and gives a number", [&] {
      if (Status tapped = world_.Terminal().Tap("main"); !tapped) return tapped;
      const auto state = world_.Await("ticket");
      if (!state) return ToStatus(state);
      online_ = LabelOf(*state, "number");
      return Demand(!online_.empty(), "no number on the ticket page");
    });
    journey_.Step("printed", "the slip came out, by the printer's own count", [&] {
      if (const auto state = world_.Await("ticket", "小票已打印"); !state) return ToStatus(state);
      return ExpectPages(1);
    });
    journey_.Step("called",
                  "the room calls one after the other, and the call screen shows the number",
                  [&] { return CallUpTo(online_); });
    journey_.Step("away", "the card is taken: the screen is nobody's within a second", [&] {
      const MonotonicTime begun = SystemClock().Monotonic();
      if (Status removed = world_.RemoveCard(); !removed) return removed;
      if (const auto idle = world_.Await("idle"); !idle) return ToStatus(idle);
      return Demand(SystemClock().Monotonic() - begun <= std::chrono::seconds(1),
                    "the screen was blank too late");
    });
  }

  void WithoutHospital() {
    journey_.Step("offline", "the hospital's server is killed; the terminal says so", [&] {
      if (Status known = world_.AwaitEvent("visitors-known"); !known) return known;
      world_.StopHospital();
      return world_.AwaitOffline(true);
    });
    journey_.Step("offline-home", "a card is laid down: this terminal knows today's patients", [&] {
      if (Status laid = world_.Present(cards_[1]); !laid) return laid;
      return ToStatus(world_.Await("home"));
    });
    journey_.Step("offline-ticket", "check-in gives a number of the terminal's own", [&] {
      if (Status tapped = world_.Terminal().Tap("main"); !tapped) return tapped;
      const auto state = world_.Await("ticket", "小票已打印");
      if (!state) return ToStatus(state);
      offline_ = LabelOf(*state, "number");
      if (offline_.find("-K3-") == std::string::npos) {
        return Status(Fail(ErrorCode::BadData, "no provisional number"));
      }
      return ExpectPages(2);
    });
    journey_.Step("back", "the server returns: the check-in arrives there once", [&] {
      if (Status removed = world_.RemoveCard(); !removed) return removed;
      if (Status started = world_.StartHospital(); !started) return started;
      if (Status online = world_.AwaitOffline(false); !online) return online;
      const bool arrived = rig::WaitUntil([&] { return world_.RoomOf(offline_).has_value(); });
      if (!arrived) return ToStatus(world_.RoomOf(offline_));
      if (Status called = CallUpTo(offline_); !called) return called;
      const bool once = rig::WaitUntil([&] {
        const auto tickets = world_.TicketsOf(numbers_[1]);
        return tickets && *tickets == 1;
      });
      return Demand(once, "the offline check-in was not delivered exactly once");
    });
  }

  void WithoutPaper() {
    journey_.Step("paper-out", "the paper is out: the number stays, the screen says what to do",
                  [&] {
                    if (const auto empty = world_.Rig().Ask("printer paper-out"); !empty)
                      return ToStatus(empty);
                    if (Status laid = world_.Present(cards_[2]); !laid) return laid;
                    if (const auto home = world_.Await("home"); !home) return ToStatus(home);
                    if (Status tapped = world_.Terminal().Tap("main"); !tapped) return tapped;
                    const auto state = world_.Await("ticket", "缺纸");
                    if (!state) return ToStatus(state);
                    paper_ = LabelOf(*state, "number");
                    return ExpectPages(2);
                  });
    journey_.Step("paper-in", "paper is added: the slip comes out once", [&] {
      if (const auto full = world_.Rig().Ask("printer ok"); !full) return ToStatus(full);
      if (const auto state = world_.Await("ticket", "小票已打印"); !state) return ToStatus(state);
      return ExpectPages(3);
    });
    journey_.Step("end", "the lobby is empty again", [&] {
      if (Status removed = world_.RemoveCard(); !removed) return removed;
      return ToStatus(world_.Await("idle"));
    });
  }

  void Booking() {
    const auto tap = [&](const char* item, const char* page, const char* text) {
      if (Status tapped = world_.Terminal().Tap(item); !tapped) return tapped;
      return ToStatus(world_.Await(page, text));
    };
    journey_.Step("booking-home", "somebody with nothing booked lays down a card", [&] {
      const auto number = PersonaCard("free");
      if (!number) return ToStatus(number);
      const auto card = world_.CardOf(*number);
      if (!card) return ToStatus(card);
      if (Status laid = world_.Present(*card); !laid) return laid;
      return ToStatus(world_.Await("trouble"));
    });
    journey_.Step("booking-day", "which day?", [&] { return tap("book", "choose-day", ""); });
    journey_.Step("booking-department", "which department?",
                  [&] { return tap("day-1", "choose-department", "心血管内科"); });
    journey_.Step("booking-doctor", "which doctor, or any?",
                  [&] { return tap("department-0", "choose-doctor", ""); });
    journey_.Step("booking-time", "what time?", [&] { return tap("doctor-0", "choose-time", ""); });
    journey_.Step("booking-read-back", "everything once more", [&] {
      if (Status tapped = world_.Terminal().TapFirst("time-"); !tapped) return tapped;
      return ToStatus(world_.Await("read-back"));
    });
    journey_.Step("booking-booked", "booked by the sixth touch, and the slip comes out", [&] {
      if (Status told = tap("confirm", "booking-result", "凭条已打印"); !told) return told;
      return ExpectPages(4);
    });
    journey_.Step("booking-mine", "the booking is on the list", [&] {
      if (Status home = tap("another", "home", "我的预约"); !home) return home;
      return tap("service-2", "my-bookings", "");
    });
    journey_.Step("booking-cancel", "what cancelling costs is said before", [&] {
      if (Status shown = tap("booking-0", "read-back", ""); !shown) return shown;
      return tap("cancel-it", "cancel", "");
    });
    journey_.Step("booking-cancelled", "cancelled; the place is for others",
                  [&] { return tap("confirm", "booking-result", "已取消"); });
    journey_.Step("booking-end", "the lobby is empty again", [&] {
      if (Status removed = world_.RemoveCard(); !removed) return removed;
      return ToStatus(world_.Await("idle"));
    });
  }

  void KeepPages() {
    int number = 0;
    for (const rig::PrintedDocument& document : world_.Rig().Printed()) {
      const auto name = "slip-" + std::to_string(++number) + ".pdf";
      std::error_code error;
      fs::copy_file(document.path, out_ / "pages" / name, fs::copy_options::overwrite_existing,
                    error);
    }
    pages_ = number;
  }

  Status ExpectPages(std::size_t count) {
    const bool there = rig::WaitUntil([&] { return world_.Rig().Pages().size() >= count; });
    return Demand(there && world_.Rig().Pages().size() == count, "wrong number of printed pages");
  }

  /// The doctor calls until it is this one's turn, and the public screen shows the number.
  Status CallUpTo(const std::string& number) {
    if (Status called = world_.CallUpTo(number); !called) return called;
    return ToStatus(world_.CallOnScreen(number));
  }

  World& world_;
  Journey& journey_;
  const fs::path out_;
  std::vector<std::string> cards_;
  std::vector<std::string> numbers_;
  std::string online_;
  std::string offline_;
  std::string paper_;
  int pages_ = 0;
};

/// A person plays the patient: the terminal in a window, cards laid down from another shell.
int Play(World& world) {
  for (const char* kind : {"visit-now", "too-early", "late", "tomorrow", "other-site", "checked-in",
                           "payment-due", "two-visits", "nothing", "free", "to-confirm", "offer",
                           "whole-day", "exams", "prescription", "check-up"}) {
    const auto number = PersonaCard(kind);
    const auto card = number ? world.CardOf(*number, "type4", kind) : number;
    if (!card) {
      std::fprintf(stderr, "%s\n", card.error().detail.c_str());
      return 1;
    }
  }
  const std::string rig = std::string(YIZHAN_RIG_PROGRAM) + " --dir " + world.Rig().Dir();
  std::printf(
      "\nThe terminal is on your display. From another shell:\n"
      "  %s present visit-now # lay a card down; also: too-early late tomorrow other-site\n"
      "                       #   checked-in payment-due two-visits nothing free\n"
      "                       #   to-confirm offer whole-day exams prescription check-up\n"
      "  %s remove            # take it away\n"
      "  %s printer paper-out # or jam, abort, off, on, ok\n"
      "Staff pages: %s/desk and %s/screen\nClose the window to end.\n",
      rig.c_str(), rig.c_str(), rig.c_str(), world.ServerUrl().c_str(), world.ServerUrl().c_str());
  std::fflush(stdout);
  return world.Kiosk().Wait();
}

int Run(const fs::path& out, const fs::path& work, bool window) {
  std::error_code error;
  fs::remove_all(work, error);
  fs::create_directories(work, error);
  WorldOptions options;
  options.dir = fs::absolute(work).string();
  options.paced = true;
  options.windowed = window;
  auto world = World::Start(options);
  if (!world) {
    std::fprintf(stderr, "%s\n", world.error().detail.c_str());
    return 1;
  }
  if (window) return Play(**world);
  for (const char* folder : {"screens", "pages"}) {
    fs::remove_all(out / folder, error);
    fs::create_directories(out / folder, error);
  }
  Journey journey(**world, out);
  Story story(**world, journey, out);
  story.Tell();
  return journey.Finish(story.Result()) ? 0 : 1;
}

}  // namespace
}  // namespace yizhan::e2e

int main(int argc, char** argv) {
  CLI::App cli("A scripted patient on virtual hardware and an embedded hospital");
  std::string out = "out/demo";
  std::string work = "out/demo/work";
  cli.add_option("--out", out, "Receives screens/*.png, pages/*.pdf and journey.json");
  cli.add_option("--work", work, "Configuration, stores and logs of this run");
  bool window = false;
  cli.add_flag("--window", window, "No script: the terminal in a window, for a person to try");
  CLI11_PARSE(cli, argc, argv);
  return yizhan::e2e::Run(out, work, window);
}
