#pragma once

#include <memory>
#include <string>

#include "backend/hospital/refunds/refund_book.h"
#include "backend/hospital/refunds/refund_gateway.h"
#include "backend/hospital/regular_look.h"

namespace yizhan::hospital {

/// Gives back what is owed. A refund is leased while the platform is asked, so that several
/// processes do not ask together; after a crash, or an answer that was lost, the platform is asked
/// whether it knows the refund before it is told again, under the same number. Thread-bound;
/// borrows store, clock and gateway.
class RefundSender {
 public:
  RefundSender(store::ResourceStore& store, const Clock& clock, RefundGateway& gateway)
      : store_(store), clock_(clock), gateway_(gateway) {}

  /// Works on what is due, at most `most`, and tells how many it looked at. Errors: those of the
  /// store, and Cancelled; the platform's are retried.
  [[nodiscard]] Result<int> Work(int most = 16);

 private:
  /// Makes it this process's for some minutes; empty: it is somebody else's, or done.
  [[nodiscard]] Result<std::optional<Refund>> Lease(const std::string& key);
  [[nodiscard]] Result<RefundAnswer> Ask(const Refund& refund);
  [[nodiscard]] Status Note(const Refund& leased, const Result<RefundAnswer>& answer);

  store::ResourceStore& store_;
  const Clock& clock_;
  RefundGateway& gateway_;
};

/// The sender's thread in `serve`: looks once a second, from the constructor to the destructor
/// (which ends a call under way). Owns the gateway; borrows the rest.
class RefundClock {
 public:
  RefundClock(store::ResourceStore& store, const Clock& clock,
              std::unique_ptr<RefundGateway> gateway);
  ~RefundClock();
  RefundClock(const RefundClock&) = delete;
  RefundClock& operator=(const RefundClock&) = delete;

 private:
  void Look(const RegularLook& regular);

  const std::unique_ptr<RefundGateway> gateway_;
  RefundSender sender_;
  RegularLook look_;  ///< The last: its thread uses the others.
};

}  // namespace yizhan::hospital
