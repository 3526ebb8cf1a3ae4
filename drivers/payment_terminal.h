/// \file
/// A way to be paid, whatever its technology: the patient scans a code with a phone, or holds a
/// bank card to a device.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace yizhan::drivers {

/// What is to be paid. The number is made once, kept durably before anything else happens, and
/// never used for anything else: everything that follows a crash hangs on it.
struct PaymentOrder {
  std::string number;  ///< 8 to 64 of [A-Za-z0-9-]; OrderNumberOf() makes one.
  std::int64_t amount_minor = 0;
  std::string purpose;                  ///< A word of the program ("registration-fee").
  std::chrono::seconds valid_for{600};  ///< Afterwards it can no longer be paid.
};

/// What the patient pays by.
struct PaymentCode {
  std::string qr_text;
};

enum class PaymentState {
  Open,  ///< May still be paid.
  Paid,
  Closed,  ///< Nothing was charged, or all of it was given back; it can never be paid.
};

struct PaymentStatus {
  PaymentState state = PaymentState::Open;
  std::int64_t paid_minor = 0;  ///< Of Paid.
  std::string reference;        ///< The platform's own number, for the slip; may be empty.
};

/// Thread-bound: one worker owns it. Every call ends within the time its driver was given. Errors
/// of all calls: Unreachable: nothing happened. Timeout, and BadData (an answer that is not the
/// platform's): **nobody knows what happened**: Query() until it is known, then Reverse() what
/// should not be. Refused: the platform knows us, but says no; the detail is its word. Cancelled.
class PaymentTerminal {
 public:
  virtual ~PaymentTerminal() = default;

  /// Opens an order. The same order again answers the same. Conflict: the number is in use for
  /// another amount.
  [[nodiscard]] virtual Result<PaymentCode> Create(const PaymentOrder& order) = 0;
  /// NotFound: the platform never heard of it, so nothing was charged.
  [[nodiscard]] virtual Result<PaymentStatus> Query(const std::string& number) = 0;
  /// Closes an open order, gives a paid one back in full. Afterwards it is Closed for ever, and so
  /// is one the platform never heard of. May be repeated.
  [[nodiscard]] virtual Result<PaymentStatus> Reverse(const std::string& number) = 0;
  /// Makes the call under way, and every later one, return Cancelled soon. Thread-safe.
  virtual void Cancel() noexcept = 0;
};

/// The order number that belongs to an operation id (a UUID): always the same one.
[[nodiscard]] inline std::string OrderNumberOf(const std::string& operation_id) {
  std::string number = "YZ";
  for (const char c : operation_id) {
    if (c != '-') number += c;
  }
  return number;
}

}  // namespace yizhan::drivers
