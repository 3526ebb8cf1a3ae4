#include <algorithm>
#include <sstream>

#include "backend/fhir/json.h"
#include "kiosk/app/app.h"

namespace yizhan::app {
namespace {

using fhir::Json;
using std::chrono::milliseconds;

constexpr int kMostAwaitMs = 120'000;
// Down, up, what it led to, and one to spare: the display takes one transition a frame.
constexpr int kFramesOfATouch = 4;

const char* NameOf(const screens::Page& page) {
  return std::visit([](const auto& model) { return model.kName; }, page);
}

Json RectOf(const ui::Rect& rect) {
  Json numbers = Json::Array();
  for (const float number : {rect.x, rect.y, rect.w, rect.h}) {
    numbers.Append(Json::Number(std::to_string(number)));
  }
  return numbers;
}

std::string ErrorAnswer(const char* what) {
  return Json::Object({{"error", Json::String(what)}}).Write();
}
std::string OkAnswer() { return Json::Object({{"ok", Json::Boolean(true)}}).Write(); }

}  // namespace

std::string App::DescribeScreen() const {
  Json items = Json::Array();
  for (const ui::Item& item : display_->Items()) {
    Json row;
    row.Set("id", Json::String(item.id))
        .Set("label", Json::String(item.label))
        .Set("role", Json::String(item.role == ui::Item::Role::Button ? "button" : "text"))
        .Set("enabled", Json::Boolean(item.enabled))
        .Set("rect", RectOf(item.rect))
        .Set("dimmed", Json::Boolean(item.dimmed));
    if (item.role == ui::Item::Role::Button) row.Set("focus", Json::Integer(item.focus_order));
    if (item.role == ui::Item::Role::Text) row.Set("text_rect", RectOf(item.text_rect));
    items.Append(std::move(row));
  }
  Json state;
  state.Set("page", Json::String(NameOf(frame_->page)))
      .Set("signed_in", Json::Boolean(frame_->signed_in))
      .Set("offline", Json::Boolean(frame_->offline))
      .Set("warning", Json::Boolean(frame_->warning.has_value()))
      .Set("presented", Json::Integer(static_cast<std::int64_t>(display_->Measure().presented)))
      .Set("items", std::move(items));
  return state.Write();
}

bool App::TapItem(const std::string& id) {
  const auto& items = display_->Items();
  const auto item = std::find_if(items.begin(), items.end(), [&](const ui::Item& candidate) {
    return candidate.id == id && candidate.role == ui::Item::Role::Button && candidate.enabled;
  });
  if (item == items.end()) return false;
  const ui::Rect& rect = item->rect;
  display_->InjectTouch(rect.x + rect.w / 2, rect.y + rect.h / 2, true);
  display_->InjectTouch(rect.x + rect.w / 2, rect.y + rect.h / 2, false);
  return true;
}

std::optional<std::string> App::ObeyTouch(const std::string& verb, std::istream& words,
                                          const AutomationRequest& request) {
  if (verb == "tap") {
    std::string id;
    words >> id;
    if (!TapItem(id)) return ErrorAnswer("no such control");
  } else {
    float x = 0;
    float y = 0;
    if (!(words >> x >> y)) return ErrorAnswer("touch X Y");
    display_->InjectTouch(x, y, verb == "touch");
  }
  touches_.push_back({kFramesOfATouch, request});
  return std::nullopt;
}

std::optional<std::string> App::Obey(const AutomationRequest& request) {
  std::istringstream words(request.line);
  std::string verb;
  words >> verb;
  if (verb == "state") return DescribeScreen();
  if (verb == "tap" || verb == "touch" || verb == "release") {
    return ObeyTouch(verb, words, request);
  }
  if (verb == "screenshot") {
    std::string path;
    words >> path;
    return display_->WritePng(path) ? OkAnswer() : ErrorAnswer("cannot write");
  }
  if (verb == "await") {
    std::string page;
    int wait_ms = 0;
    if (!(words >> page >> wait_ms) || wait_ms < 0 || wait_ms > kMostAwaitMs) {
      return ErrorAnswer("await PAGE MS");
    }
    waiters_.push_back({page, Now().steady + milliseconds(wait_ms), request});
    return std::nullopt;
  }
  return ErrorAnswer("unknown request");
}

void App::ServeAutomation() {
  for (const AutomationRequest& request : automation_requests_.TakeAll()) {
    if (const auto answer = Obey(request)) (*request.answer)(*answer);
  }
}

void App::AnswerWaiters() {
  const MonotonicTime now = Now().steady;
  std::erase_if(touches_, [](Touch& touch) {
    if (--touch.frames_left > 0) return false;
    (*touch.request.answer)(OkAnswer());
    return true;
  });
  std::erase_if(waiters_, [&](const Waiter& waiter) {
    if (waiter.page == NameOf(frame_->page)) {
      (*waiter.request.answer)(DescribeScreen());
      return true;
    }
    if (now < waiter.until) return false;
    (*waiter.request.answer)(ErrorAnswer("timeout"));
    return true;
  });
}

}  // namespace yizhan::app
