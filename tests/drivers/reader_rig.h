#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "drivers/reader/reader_link.h"
#include "tests/rig/rig_client.h"

namespace yizhan::drivers {

/// The events a link delivered, oldest first. Thread-safe.
class EventLog {
 public:
  void Add(CardEvent event) {
    MutexLock lock(mutex_);
    events_.push_back(std::move(event));
    arrived_.NotifyAll();
  }
  void Clear() {
    MutexLock lock(mutex_);
    events_.clear();
  }
  [[nodiscard]] std::vector<CardEvent> All() const {
    MutexLock lock(mutex_);
    return events_;
  }
  /// Waits until `done` holds for the events so far. False: it never did.
  [[nodiscard]] bool Wait(const std::function<bool(const std::vector<CardEvent>&)>& done,
                          std::chrono::milliseconds timeout = std::chrono::seconds(20)) const {
    const auto deadline = SystemClock().Monotonic() + timeout;
    MutexLock lock(mutex_);
    while (!done(events_)) {
      const auto left = deadline - SystemClock().Monotonic();
      if (left.count() <= 0) return false;
      arrived_.WaitFor(mutex_, left);
    }
    return true;
  }

 private:
  mutable Mutex mutex_;
  mutable Condition arrived_;
  std::vector<CardEvent> events_ GUARDED_BY(mutex_);
};

/// One word per event: "ready gone removed 2026000123 legacy forged ...".
[[nodiscard]] std::string Word(const CardEvent& event);
[[nodiscard]] std::string Words(const std::vector<CardEvent>& events);

/// A rig without a printer, an issuer, and a link to a real yizhan-reader on the rig's chip.
class ReaderRig : public ::testing::Test {
 protected:
  void SetUp() override;

  /// Puts a card of number `number` into the wallet as `name`.
  void MakeCard(const std::string& name, const std::string& number,
                const std::vector<std::string>& more = {});
  void MakeCardOf(const std::string& issuer, const std::string& name, const std::string& number,
                  const std::vector<std::string>& more = {});
  void Do(const std::string& request);
  [[nodiscard]] ReaderLinkOptions Options() const;
  /// Starts the link and waits until the reader is ready.
  void Connect(ReaderLinkOptions options);
  void Connect() { Connect(Options()); }
  /// Waits until the words of all events so far are exactly these.
  [[nodiscard]] ::testing::AssertionResult Told(const std::string& words);
  /// Waits until the words of all events so far end with these.
  [[nodiscard]] ::testing::AssertionResult ToldLast(const std::string& words);

  std::optional<rig::RigProcess> rig_;
  std::string public_key_;
  EventLog log_;
  std::unique_ptr<ReaderLink> link_;
};

}  // namespace yizhan::drivers
