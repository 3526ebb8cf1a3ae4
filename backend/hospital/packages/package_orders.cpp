#include "backend/hospital/packages/package_orders.h"

#include <algorithm>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/booking/contracts.h"
#include "backend/hospital/booking/fee_invoice.h"
#include "backend/hospital/care/care_request.h"
#include "backend/hospital/exam/scanned_order.h"
#include "backend/hospital/packages/package_plan.h"
#include "backend/hospital/visit_of.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

/// Of the bill for a package that nobody had paid for before.
constexpr const char* kPackageFee = "package-fee";
constexpr std::size_t kMostOrders = 100;
constexpr std::size_t kNumberDigits = 8;

/// Orders of an earlier check-in to the appointment.
Result<std::vector<Json>> OrdersOf(store::ReadView& view, const std::string& appointment_id,
                                   TimeZone zone) {
  return FindBodies(view, "ServiceRequest",
                    {{"requisition", std::string(systems::kPackageVisit) + '|' + appointment_id}},
                    zone, kMostOrders);
}

std::int64_t VersionOf(const Json& resource) {
  return std::strtoll(resource["meta"]["versionId"].AsString().c_str(), nullptr, 10);
}

/// "26031000000017": the day and a series of its own, two digits longer than other numbers.
Result<std::string> NextOrderNumber(store::Transaction& transaction, const std::string& today) {
  const Result<std::int64_t> next = transaction.NextNumber("package-order|" + today);
  if (!next) return Failed(next);
  std::string day = today.substr(2);
  std::erase(day, '-');
  const std::string number = std::to_string(*next);
  return day + std::string(kNumberDigits - std::min(kNumberDigits, number.size()), '0') + number;
}

/// Whether nobody asks the patient for money: it goes by a contract, or was prepaid.
Result<bool> IsSettled(store::ReadView& view, const BookingRecord& booking) {
  if (booking.booking.prepaid_minor > 0) return true;
  if (booking.quota.empty()) return false;
  const auto contract = FindContract(view, booking.quota);
  if (contract) return true;
  // Seats may be kept for a word that is no contract's.
  if (contract.error().code == ErrorCode::NotFound) return false;
  return Failed(contract);
}

/// What is to be paid before the orders are carried out: the bills of the booking that count, else
/// a new one of the package's price. Empty: nothing.
Result<std::vector<std::string>> BillsFor(store::Transaction& transaction,
                                          const QueueContext& context, Json& appointment) {
  std::vector<std::string> bills;
  for (const std::string& id : InvoicesOf(appointment)) {
    const Result<Json> invoice = ReadBody(transaction, "Invoice", id);
    if (!invoice && invoice.error().code != ErrorCode::NotFound) return Failed(invoice);
    const bool counts = invoice && (*invoice)["status"].AsString() == "balanced";
    if (counts) bills.push_back(id);
  }
  const auto booking = FromAppointment(appointment);
  if (!bills.empty() || !booking || booking->slot_id.empty()) return bills;
  const Result<bool> settled = IsSettled(transaction, *booking);
  if (!settled) return Failed(settled);
  if (*settled) return bills;
  const Result<Seat> seat = ReadSeat(transaction, booking->slot_id);
  // A seat of another program has no price that we know.
  const bool unknown = !seat && (seat.error().code == ErrorCode::NotFound ||
                                 seat.error().code == ErrorCode::BadData);
  if (!seat && !unknown) return Failed(seat);
  if (unknown || seat->fee_minor <= 0) return bills;
  Result<std::string> bill = CreateFeeInvoice(transaction, booking->patient_id, kPackageFee,
                                              seat->fee_minor, context.clock.Now());
  if (!bill) return Failed(bill);
  Json information = appointment["supportingInformation"];
  if (!information.IsArray()) information = Json::Array();
  information.Append(fhir::Reference("Invoice", *bill));
  appointment.Set("supportingInformation", std::move(information));
  bills.push_back(std::move(*bill));
  return bills;
}

Json SupportOf(const std::vector<std::string>& bills, const std::string& appointment_id) {
  Json support = Json::Array({fhir::Reference("Appointment", appointment_id)});
  for (const std::string& id : bills) support.Append(fhir::Reference("Invoice", id));
  return support;
}

Json CategoryOf(const PackageOrder& order) {
  const bool exam = !order.service_id.empty();
  const Json word = Json::String(exam ? "imaging" : "laboratory");
  Json category =
      fhir::Concept("http://terminology.hl7.org/CodeSystem/observation-category", word.AsString());
  category.Set("text", word);
  return category;
}

Status Create(store::Transaction& transaction, const QueueContext& context, const PackagePlan& plan,
              const domain::Visit& visit, const Json& support) {
  for (const PackageOrder& order : plan.orders) {
    const Result<std::string> number = NextOrderNumber(transaction, context.Today());
    if (!number) return Failed(number);
    Json code = fhir::Concept(systems::kCatalogueCode, order.code);
    fhir::SetText(code, "text", order.title);
    Json request = Json::Object({{"resourceType", Json::String("ServiceRequest")},
                                 {"status", Json::String("active")},
                                 {"intent", Json::String("order")}});
    request.Set("identifier", Json::Array({fhir::Identifier(systems::kOrderNumber, *number)}));
    request.Set("requisition", fhir::Identifier(systems::kPackageVisit, visit.id.Value()));
    if (!plan.url.empty()) {
      request.Set("instantiatesCanonical", Json::Array({Json::String(plan.url)}));
    }
    request.Set("category", Json::Array({CategoryOf(order)}));
    request.Set("code", std::move(code));
    request.Set("subject", fhir::Reference("Patient", visit.patient.Value()));
    request.Set("authoredOn", Json::String(ToInstant(context.clock.Now())));
    if (!order.service_id.empty()) {
      request.Set("performer",
                  Json::Array({fhir::Reference("HealthcareService", order.service_id)}));
    }
    request.Set("supportingInfo", support);
    if (const auto stored = transaction.Create(std::move(request)); !stored) return Failed(stored);
  }
  return {};
}

/// Lets what was taken back stand again, as of now.
Status Renew(store::Transaction& transaction, const QueueContext& context, std::vector<Json> orders,
             const Json& support) {
  for (Json& order : orders) {
    if (order["status"].AsString() != "revoked") continue;
    order.Set("status", Json::String("active"));
    order.Set("authoredOn", Json::String(ToInstant(context.clock.Now())));
    order.Set("supportingInfo", support);
    const std::int64_t version = VersionOf(order);
    const auto stored = transaction.Update(std::move(order), version);
    if (!stored) return Failed(stored);
  }
  return {};
}

Status Note(store::Transaction& transaction, AuditedAct by, std::string act, std::string reason) {
  by.act = std::move(act);
  by.reason = std::move(reason);
  const auto kept = transaction.Create(ToAuditEvent(by));
  return kept ? Status() : Failed(kept);
}

}  // namespace

Result<PackageOrders> OrderPackage(store::Transaction& transaction, const QueueContext& context,
                                   Json& appointment, const domain::Visit& visit, AuditedAct by) {
  const std::string& service_id = visit.service_id.Value();
  if (visit.patient.Empty() || !IsPackage(*context.directory, service_id)) {
    return PackageOrders::None;
  }
  const auto plan = ReadPackagePlan(transaction, *context.directory, service_id);
  if (!plan && plan.error().code != ErrorCode::BadData) return Failed(plan);
  if (!plan) {
    const Status noted =
        Note(transaction, std::move(by), "package-unreadable", plan.error().detail);
    if (!noted) return tl::unexpected<Error>(noted.error());
    return PackageOrders::Broken;
  }
  auto earlier = OrdersOf(transaction, visit.id.Value(), context.zone);
  if (!earlier) return Failed(earlier);
  const bool stand = std::ranges::any_of(
      *earlier, [](const Json& order) { return order["status"].AsString() != "revoked"; });
  // What stands keeps the bills that it has; a new one would be asked for twice.
  if (stand && std::ranges::none_of(*earlier, [](const Json& order) {
        return order["status"].AsString() == "revoked";
      })) {
    return PackageOrders::Made;
  }
  const auto bills = BillsFor(transaction, context, appointment);
  if (!bills) return Failed(bills);
  const Json support = SupportOf(*bills, visit.id.Value());
  Status done = earlier->empty() ? Create(transaction, context, *plan, visit, support)
                                 : Renew(transaction, context, std::move(*earlier), support);
  if (done) done = Note(transaction, std::move(by), "order-package", "");
  if (!done) return tl::unexpected<Error>(done.error());
  return PackageOrders::Made;
}

Status TakeBackPackage(store::Transaction& transaction, const QueueContext& context,
                       const std::string& appointment_id) {
  auto orders = OrdersOf(transaction, appointment_id, context.zone);
  if (!orders) return Failed(orders);
  std::vector<std::string> bills;
  bool begun = false;
  for (Json& order : *orders) {
    if (order["status"].AsString() == "revoked") continue;
    const auto ticket =
        TicketOfOrder(transaction, order["id"].AsString(), context.Today(), context.zone);
    if (!ticket) return Failed(ticket);
    const bool untouched =
        order["status"].AsString() == "active" && order["specimen"].Items().empty() && !*ticket;
    if (!untouched) {
      begun = true;
      continue;
    }
    for (const Json& one : order["supportingInfo"].Items()) {
      std::string id = fhir::ReferencedId(one, "Invoice");
      if (!id.empty() && std::ranges::find(bills, id) == bills.end()) bills.push_back(id);
    }
    order.Set("status", Json::String("revoked"));
    const std::int64_t version = VersionOf(order);
    const auto stored = transaction.Update(std::move(order), version);
    if (!stored) return Failed(stored);
  }
  if (begun) return {};
  for (const std::string& id : bills) {
    Result<Json> bill = ReadBody(transaction, "Invoice", id);
    if (!bill && bill.error().code == ErrorCode::NotFound) continue;
    if (!bill) return Failed(bill);
    const bool ours = fhir::CodeOf((*bill)["type"], kInvoiceType) == kPackageFee;
    if (!ours || (*bill)["status"].AsString() != "issued") continue;
    bill->Set("status", Json::String("cancelled"));
    if (const auto stored = transaction.Update(std::move(*bill)); !stored) return Failed(stored);
  }
  return {};
}

}  // namespace yizhan::hospital
