#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "tests/rig/small_http.h"

namespace yizhan::rig {

/// What goes wrong with one message.
enum class SmsFault {
  Refuse,      ///< Never: 422.
  Busy,        ///< 503, not taken.
  LoseAnswer,  ///< Taken, but the line breaks before the answer.
  Hang,        ///< Taken, and no answer until the caller gives up.
};

struct SentSms {
  std::string id;
  std::string to;
  std::string text;
};

/// An SMS gateway as backend/hospital/messages/sms_gateway.h describes it. Sends one message for an
/// id, and tells every receipt twice, as real ones do. Thread-safe.
class VirtualSmsGateway {
 public:
  /// `token` "": whoever asks is served.
  [[nodiscard]] static Result<std::unique_ptr<VirtualSmsGateway>> Start(std::string token = "");

  [[nodiscard]] std::string Url() const { return server_->Url(); }
  void FailNext(SmsFault fault, int count = 1);
  /// From now on receipts say failed.
  void LoseOnTheAir(bool loses);
  /// What went out, oldest first.
  [[nodiscard]] std::vector<SentSms> Sent() const;
  /// How often it was asked to send.
  [[nodiscard]] int Asked() const;

 private:
  explicit VirtualSmsGateway(std::string token) : token_(std::move(token)) {}
  HttpReply Handle(const HttpAsk& ask);
  HttpReply Take(const HttpAsk& ask) REQUIRES(mutex_);
  HttpReply Receipts(const HttpAsk& ask) REQUIRES(mutex_);

  const std::string token_;
  mutable Mutex mutex_;
  std::vector<SentSms> sent_ GUARDED_BY(mutex_);
  std::vector<std::string> receipts_ GUARDED_BY(mutex_);  ///< JSON objects.
  std::deque<SmsFault> faults_ GUARDED_BY(mutex_);
  int asked_ GUARDED_BY(mutex_) = 0;
  bool loses_ GUARDED_BY(mutex_) = false;
  std::unique_ptr<SmallHttp> server_;  // Last: its threads use everything above.
};

/// "refuse", "busy", "lose-answer", "hang". Empty: no such fault.
[[nodiscard]] std::optional<SmsFault> SmsFaultOf(std::string_view name);

}  // namespace yizhan::rig
