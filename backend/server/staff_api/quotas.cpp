// Quotas of units, hospitals of the group and agencies, and lists of their members.
#include "backend/hospital/booking/contracts.h"
#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::Contract;
using hospital::ContractUse;
using security::Ability;

constexpr std::size_t kLongestList = 200 * 1024;

Json ContractView(const hospital::DirectorySnapshot& directory, const ContractUse& use) {
  const Contract& contract = use.contract;
  return Json::Object({{"id", TextView(contract.id)},
                       {"organisation", LocalView(contract.organisation)},
                       {"quota", Json::Integer(contract.quota)},
                       {"used", Json::Integer(use.used)},
                       {"service", TextView(contract.service_id)},
                       {"serviceName", LocalView(directory.ServiceOf(contract.service_id).name)},
                       {"from", TextView(contract.from)},
                       {"until", TextView(contract.until)}});
}

Json QuotasView(StaffContext& context, const Query& /*query*/) {
  const auto contracts = hospital::Contracts(context.store);
  if (!contracts) return {};
  const auto directory = context.hospital.Places();
  Json list = Json::Array();
  for (const ContractUse& use : *contracts) list.Append(ContractView(*directory, use));
  Json view;
  view.Set("contracts", std::move(list));
  return view;
}

/// {"id", "organisation", "quota", "service", "from", "until"}; BadData: the detail names the
/// member.
Result<Json> PutQuota(StaffContext& context, const Json& body, const security::Principal& who) {
  Contract contract;
  contract.id = body["id"].AsString();
  contract.organisation = {body["organisation"].AsString(), ""};
  const auto quota = body["quota"].AsInteger();
  if (!quota || *quota < 1 || *quota > 100000) return Fail(ErrorCode::BadData, "quota");
  contract.quota = static_cast<int>(*quota);
  contract.service_id = body["service"].AsString();
  contract.from = body["from"].AsString();
  contract.until = body["until"].AsString();
  const Status done =
      hospital::PutContract(context.store, contract, who.id, context.hospital.Now());
  if (!done) return tl::unexpected(done.error());
  return Json::Object();
}

/// {"contract", "operation", "list"} -> {"booked": n, "errors": [{"row", "code"}]}. The same
/// operation again goes on where it was.
Result<Json> Import(StaffContext& context, const Json& body, const security::Principal& who) {
  const std::string& list = body["list"].AsString();
  if (list.empty() || list.size() > kLongestList) return Fail(ErrorCode::BadData, "list");
  const auto done =
      hospital::ImportMembers(context.store, context.hospital.Booking(),
                              {body["operation"].AsString(), body["contract"].AsString(), who.id,
                               hospital::ParseMembers(list)});
  if (!done) return tl::unexpected(done.error());
  Json errors = Json::Array();
  for (const hospital::ImportError& error : done->errors) {
    errors.Append(
        Json::Object({{"row", Json::Integer(error.row)}, {"code", TextView(error.code)}}));
  }
  return Json::Object({{"booked", CountView(done->booked.size())}, {"errors", std::move(errors)}});
}

constexpr StaffView kViews[] = {{"quotas", Ability::ManageBooking, QuotasView}};

constexpr StaffAct kActs[] = {
    {"quotas/put", Ability::ManageBooking, PutQuota},
    {"quotas/import", Ability::ManageBooking, Import},
};

}  // namespace

std::span<const StaffView> QuotasViews() { return kViews; }

std::span<const StaffAct> QuotasActs() { return kActs; }

}  // namespace yizhan::server
