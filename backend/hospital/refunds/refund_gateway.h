#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace yizhan::hospital {

enum class RefundAnswer {
  Done,
  Pending,  ///< The platform has taken note and does it; ask again.
  Failed,   ///< It took note and could not do it.
};

/// The way money goes back. Thread-bound: the sender's thread owns it. Every call ends in bounded
/// time. Errors of both: Unreachable: nothing happened. Timeout, BadData: nobody knows, Query().
/// Refused: the platform says no, the detail is its word. Conflict: the number is in use for
/// another sum. Cancelled.
class RefundGateway {
 public:
  virtual ~RefundGateway() = default;

  /// Gives back a part of a paid order. The same number again: the same refund, no second one.
  /// NotFound: the platform never heard of the order.
  [[nodiscard]] virtual Result<RefundAnswer> Refund(const std::string& order,
                                                    const std::string& number,
                                                    std::int64_t amount_minor) = 0;
  /// NotFound: it never heard of the refund.
  [[nodiscard]] virtual Result<RefundAnswer> Query(const std::string& order,
                                                   const std::string& number) = 0;
  /// Makes the call under way, and every later one, return Cancelled soon. Thread-safe.
  virtual void Cancel() noexcept = 0;
};

struct PlatformRefundOptions {
  std::string url;       ///< backend/payment/README.md; empty: there is no platform.
  std::string merchant;  ///< The hospital's name there.
  std::string key_file;  ///< Its first line signs both ways.
  std::string ca_file;   ///< PEM; empty: the system's.
};

/// Refunds at the QR payment platform that the terminals are paid by. NotFound, BadData: the key or
/// the address is none.
[[nodiscard]] Result<std::unique_ptr<RefundGateway>> OpenPlatformRefunds(
    const PlatformRefundOptions& options);

}  // namespace yizhan::hospital
