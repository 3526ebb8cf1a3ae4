#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/fhir/client.h"

namespace yizhan::sync::test {

/// A server that plays what the test wrote down: for each "METHOD path-beginning" a list of
/// answers, the last of which repeats; the longest beginning counts. What nobody wrote down is
/// answered 404. Thread-safe.
class ScriptedClient final : public fhir::Client {
 public:
  using Answer = Result<fhir::Response>;

  static Answer Reply(int status, const std::string& body = "", const std::string& etag = "") {
    fhir::Response response;
    response.status = status;
    response.etag = etag;
    if (!body.empty()) response.body = fhir::Json::Parse(body).value();
    return response;
  }
  static Answer Fails(ErrorCode code) { return Fail(code, "scripted"); }

  void On(const std::string& request, std::deque<Answer> answers) {
    const std::lock_guard lock(mutex_);
    answers_[request] = std::move(answers);
  }

  /// From now on every request fails like this; empty: the network is there again.
  void Break(std::optional<ErrorCode> how) {
    const std::lock_guard lock(mutex_);
    broken_ = how;
  }
  /// Requests that begin like this wait, until another beginning is set ("": none waits) or they
  /// are cancelled.
  void HangAt(const std::string& beginning) {
    const std::lock_guard lock(mutex_);
    hang_at_ = beginning;
    changed_.notify_all();
  }
  /// Waits until this many requests that begin like this were sent.
  [[nodiscard]] bool WaitForSent(const std::string& beginning, std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30),
                             [&] { return Find(beginning).size() >= count; });
  }

  Answer Send(const fhir::Request& request) override {
    std::unique_lock lock(mutex_);
    sent_.push_back(request);
    changed_.notify_all();
    const std::string line = request.method + " " + request.path;
    changed_.wait(lock,
                  [&] { return hang_at_.empty() || !line.starts_with(hang_at_) || cancelled_; });
    if (cancelled_) return Fails(ErrorCode::Cancelled);
    if (broken_) return Fails(*broken_);
    std::deque<Answer>* best = nullptr;
    std::size_t length = 0;
    for (auto& [beginning, answers] : answers_) {
      if (line.starts_with(beginning) && beginning.size() >= length && !answers.empty()) {
        best = &answers;
        length = beginning.size();
      }
    }
    if (best == nullptr) return Reply(404);
    Answer answer = best->front();
    if (best->size() > 1) best->pop_front();
    return answer;
  }
  void Cancel() noexcept override {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    changed_.notify_all();
  }

  /// What was sent and begins like this, oldest first.
  [[nodiscard]] std::vector<fhir::Request> Sent(const std::string& beginning = "") const {
    const std::lock_guard lock(mutex_);
    return Find(beginning);
  }

 private:
  [[nodiscard]] std::vector<fhir::Request> Find(const std::string& beginning) const {
    std::vector<fhir::Request> found;
    for (const fhir::Request& request : sent_) {
      if ((request.method + " " + request.path).starts_with(beginning)) found.push_back(request);
    }
    return found;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string hang_at_;
  std::optional<ErrorCode> broken_;
  bool cancelled_ = false;
  std::map<std::string, std::deque<Answer>> answers_;
  std::vector<fhir::Request> sent_;
};

}  // namespace yizhan::sync::test
