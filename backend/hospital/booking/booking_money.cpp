// What a booking's new state means for its money: the invoice of the prepaid fee, and what goes
// back.
#include "backend/fhir/resources.h"
#include "backend/hospital/booking/booking_job.h"
#include "backend/hospital/booking/fee_invoice.h"
#include "backend/hospital/refunds/refund_book.h"
#include "domain/money.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

Result<Json> InvoiceOf(store::Transaction& transaction, const std::string& id) {
  const Result<store::StoredResource> stored = transaction.Read("Invoice", id);
  if (!stored) return Failed(stored);
  if (stored->deleted) return Fail(ErrorCode::NotFound, "Invoice was deleted");
  return Json::Parse(stored->text);
}

/// What the invoice of a booking in this state says; null: as it is.
const char* InvoiceStatusOf(const BookingRecord& record) {
  const std::int64_t paid = record.booking.prepaid_minor;
  const bool is_end = domain::IsEnd(record.booking.state);
  if (is_end && record.refund_minor == paid) return "cancelled";  // Nothing is kept or asked for.
  return paid > 0 ? "balanced" : nullptr;
}

}  // namespace

Result<std::string> CreateFeeInvoice(store::Transaction& transaction, const std::string& patient_id,
                                     const char* what, std::int64_t fee_minor, WallTime now) {
  const Json money = Json::Object(
      {{"value", Json::Number(domain::ToDecimal(fee_minor))}, {"currency", Json::String("CNY")}});
  const Result<store::StoredResource> stored =
      transaction.Create(Json::Object({{"resourceType", Json::String("Invoice")},
                                       {"status", Json::String("issued")},
                                       {"type", fhir::Concept(kInvoiceType, what)},
                                       {"subject", fhir::Reference("Patient", patient_id)},
                                       {"date", Json::String(ToInstant(now))},
                                       {"totalNet", money},
                                       {"totalGross", money}}));
  if (!stored) return Failed(stored);
  return stored->id;
}

Status Bookings::Job::CheckPrice(const BookingRecord& record) {
  if (record.invoice_id.empty()) return {};
  const Result<Json> invoice = InvoiceOf(transaction_, record.invoice_id);
  if (!invoice && invoice.error().code != ErrorCode::NotFound) return Failed(invoice);
  const auto price =
      invoice ? domain::ParseYuan((*invoice)["totalNet"]["value"].AsNumberText()) : std::nullopt;
  if (price && *price != record.booking.prepaid_minor) return RefuseBooking("not-paid");
  return {};
}

Status Bookings::Job::SetInvoice(const std::string& id, const char* status) {
  Result<Json> invoice = InvoiceOf(transaction_, id);
  if (!invoice) return invoice.error().code == ErrorCode::NotFound ? Status() : Failed(invoice);
  if ((*invoice)["status"].AsString() == status) return {};
  invoice->Set("status", Json::String(status));
  const auto stored = transaction_.Update(std::move(*invoice));
  return stored ? Status() : Failed(stored);
}

Status Bookings::Job::FollowMoney(const BookingRecord& record,
                                  const std::optional<BookingRecord>& before) {
  const bool guaranteed = record.booking.kind == domain::BookingKind::Guaranteed;
  if (guaranteed && before && !record.invoice_id.empty()) {
    const char* const status = InvoiceStatusOf(record);
    if (status != nullptr) {
      if (Status set = SetInvoice(record.invoice_id, status); !set) return set;
    }
  }
  if (record.refund_minor <= 0) return {};
  return OweRefund(transaction_, record.id, record.refund_minor, now_);
}

}  // namespace yizhan::hospital
