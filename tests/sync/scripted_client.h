#pragma once

#include <deque>
#include <map>
#include <mutex>
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

  Answer Send(const fhir::Request& request) override {
    const std::lock_guard lock(mutex_);
    if (cancelled_) return Fails(ErrorCode::Cancelled);
    sent_.push_back(request);
    const std::string line = request.method + " " + request.path;
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
  }

  /// What was sent and begins like this, oldest first.
  [[nodiscard]] std::vector<fhir::Request> Sent(const std::string& beginning = "") const {
    const std::lock_guard lock(mutex_);
    std::vector<fhir::Request> found;
    for (const fhir::Request& request : sent_) {
      if ((request.method + " " + request.path).starts_with(beginning)) found.push_back(request);
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;
  bool cancelled_ = false;
  std::map<std::string, std::deque<Answer>> answers_;
  std::vector<fhir::Request> sent_;
};

}  // namespace yizhan::sync::test
