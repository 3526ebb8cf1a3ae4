/// \file
/// What the check-ins of laboratory, examination rooms and pharmacy have in common.
#pragma once

#include <string>
#include <string_view>

#include "backend/hospital/hospital.h"
#include "backend/store/resource_store.h"

namespace yizhan::hospital {

/// What a terminal says of itself and of the moment.
struct CareRequest {
  std::string operation_id;
  std::string terminal;
  std::string serial;
  WallTime arrived{};
};

/// BadData: a parameter is missing or wrong; the detail names it.
[[nodiscard]] Result<CareRequest> ReadCareRequest(const fhir::Json& parameters, WallTime now);

/// Of an order: what is to be paid before it is carried out.
struct OrderPayment {
  bool paid = true;
  std::vector<std::string> open_invoices;  ///< Ids of those that are still to be paid.
};
/// Reads the Invoices of `order.supportingInfo`, or supportingInformation. An Invoice that is
/// missing or cancelled is not paid, but nobody can pay it either.
[[nodiscard]] Result<OrderPayment> PaymentOf(store::ReadView& view, const fhir::Json& order);
/// Their sum in fen. What cannot be read counts one fen: it is still open.
[[nodiscard]] Result<std::int64_t> SumOf(store::ReadView& view,
                                         const std::vector<std::string>& invoice_ids);

/// NotFound: never existed, or was deleted.
[[nodiscard]] Result<fhir::Json> ReadBody(store::ReadView& view, const std::string& type,
                                          const std::string& id);
/// Every match of a search, as bodies. `most` guards against a search that was not meant.
[[nodiscard]] Result<std::vector<fhir::Json>> FindBodies(store::ReadView& view,
                                                         const std::string& type,
                                                         const store::SearchParameters& parameters,
                                                         TimeZone zone, std::size_t most = 1000);

/// 422 with that code of kCareRefusal.
[[nodiscard]] OperationAnswer CareRefusal(std::string_view code);
/// payment-due.
[[nodiscard]] OperationAnswer PaymentDue(std::int64_t due_minor, const domain::LocalText& pay_at);
/// What went wrong, as HTTP and OperationOutcome.
[[nodiscard]] OperationAnswer CareFailure(const Error& error);
/// valueMoney of an amount.
[[nodiscard]] fhir::Json Money(std::int64_t amount_minor);

/// Full years on a day; empty: the date of birth is not known.
[[nodiscard]] std::optional<int> AgeOn(const fhir::Json& patient, std::chrono::local_days day);

/// Runs one act in a transaction; the engine may run it again.
template <typename T, typename Act>
Result<T> InOneWrite(store::ResourceStore& store, const Act& act) {
  Result<T> answer = Fail(ErrorCode::Internal, "did not run");
  const Status status = store.Write([&](store::Transaction& transaction) -> Status {
    answer = act(transaction);
    return answer ? Status() : tl::unexpected<Error>(answer.error());
  });
  if (!status) return tl::unexpected<Error>(status.error());
  return answer;
}

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

}  // namespace yizhan::hospital
