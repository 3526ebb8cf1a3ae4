#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "tests/rig/small_http.h"

namespace yizhan::rig {

/// What goes wrong with one answer. The act itself is done, but for Busy.
enum class PlatformFault {
  Drop,       ///< The line breaks before the answer.
  Hang,       ///< No answer until the caller gives up.
  Garbage,    ///< Bytes of somebody else.
  WrongSign,  ///< A forged answer.
  Replay,     ///< The answer to an earlier question.
  Huge,       ///< More than anybody should read.
  Busy,       ///< Nothing is done; the platform says so.
  Failed,     ///< HTTP 500 of a gateway between.
};

struct PlatformOrder {
  std::int64_t amount_minor = 0;
  std::int64_t taken_minor = 0;  ///< From the patient's account, and not given back.
  bool paid = false;
  bool closed = false;
  int reversals = 0;
  std::map<std::string, std::int64_t> refunds = {};  ///< By their numbers: fen given back.
};

/// A QR payment platform as backend/payment/README.md describes it: keeps orders and refunds,
/// forgets nothing, never charges a closed order, never gives back more than was paid. Patients pay
/// by Pay(). Thread-safe.
class PaymentPlatform {
 public:
  [[nodiscard]] static Result<std::unique_ptr<PaymentPlatform>> Start(std::string merchant,
                                                                      std::string key);

  [[nodiscard]] std::string Url() const { return server_->Url(); }
  /// A patient scans the order's code and agrees. False: it cannot be paid (closed, unknown).
  bool Pay(const std::string& number);
  /// Refunds are only taken note of ("pending") until this is false again.
  void HoldRefunds(bool hold);
  /// The next `count` answers to that act ("create", "query", "reverse", "refund", "" any) go
  /// wrong.
  void FailNext(PlatformFault fault, int count = 1, const std::string& act = "");
  [[nodiscard]] std::map<std::string, PlatformOrder> Orders() const;
  /// The number of the latest order; "" when there is none.
  [[nodiscard]] std::string Latest() const;

 private:
  PaymentPlatform(std::string merchant, std::string key)
      : merchant_(std::move(merchant)), key_(std::move(key)) {}
  HttpReply Handle(const HttpAsk& ask);
  using Form = std::map<std::string, std::string>;
  Form Answer(const Form& question) REQUIRES(mutex_);
  /// The result of a refund, or of the question for one; sets what else `answer` says.
  const char* Refund(const Form& question, PlatformOrder& order, Form& answer) REQUIRES(mutex_);
  HttpReply Spoil(PlatformFault fault, const std::string& text) REQUIRES(mutex_);

  struct Planned {
    PlatformFault fault;
    std::string act;
  };

  const std::string merchant_;
  const std::string key_;
  mutable Mutex mutex_;
  std::map<std::string, PlatformOrder> orders_ GUARDED_BY(mutex_);
  std::deque<Planned> faults_ GUARDED_BY(mutex_);
  std::string latest_ GUARDED_BY(mutex_);
  bool hold_refunds_ GUARDED_BY(mutex_) = false;
  std::string former_answer_ GUARDED_BY(mutex_);
  std::unique_ptr<SmallHttp> server_;  // Last: its threads use everything above.
};

/// "drop", "hang", ... Empty: no such fault.
[[nodiscard]] std::optional<PlatformFault> PlatformFaultOf(std::string_view name);

}  // namespace yizhan::rig
