#include "backend/hospital/booking/contracts.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/audit.h"
#include "backend/hospital/booking/booking_job.h"
#include "backend/hospital/booking/bookings.h"
#include "base/utf8.h"
#include "domain/id_number.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;
namespace systems = fhir::systems;

constexpr const char* kContracts = "contract";
constexpr const char* kUse = "contract-use";
constexpr std::size_t kPage = 200;
constexpr std::size_t kMostName = 100;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

bool IsContractId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '-';
  });
}

Json ToJson(const Contract& contract) {
  return Json::Object({{"zh", Json::String(contract.organisation.zh)},
                       {"en", Json::String(contract.organisation.en)},
                       {"quota", Json::Integer(contract.quota)},
                       {"service", Json::String(contract.service_id)},
                       {"from", Json::String(contract.from)},
                       {"until", Json::String(contract.until)}});
}

Result<Contract> FromRecord(const store::Record& record) {
  const Result<Json> body = Json::Parse(record.text);
  if (!body) return Failed(body);
  Contract contract;
  contract.id = record.key;
  contract.organisation = {(*body)["zh"].AsString(), (*body)["en"].AsString()};
  contract.quota = static_cast<int>((*body)["quota"].AsInteger().value_or(0));
  contract.service_id = (*body)["service"].AsString();
  contract.from = (*body)["from"].AsString();
  contract.until = (*body)["until"].AsString();
  return contract;
}

Result<int> UsedOf(store::ReadView& view, const std::string& id) {
  const auto record = view.FindRecord(kUse, id);
  if (!record) return Failed(record);
  int used = 0;
  if (*record) {
    const std::string& text = (*record)->text;
    std::from_chars(text.data(), text.data() + text.size(), used);
  }
  return used;
}

std::string Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \r\t");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \r\t") - first + 1));
}

/// The Patient with that identity number; made when there is none. Refused: name-differs.
Result<std::string> PatientOf(store::Transaction& transaction, const Member& member) {
  const auto query = store::ParseSearch(
      "Patient", {{"identifier", std::string(systems::kIdCardNumber) + '|' + member.id_number}},
      TimeZone{});
  if (!query) return Failed(query);
  const Result<store::SearchResult> found = transaction.Search(*query);
  if (!found) return Failed(found);
  for (const store::StoredResource& one : found->matches) {
    const Result<Json> patient = Json::Parse(one.text);
    if (!patient) return Failed(patient);
    if (fhir::PersonName(*patient) != member.name) return RefuseBooking("name-differs");
    return one.id;
  }
  Json patient = Json::Object(
      {{"resourceType", Json::String("Patient")},
       {"active", Json::Boolean(true)},
       {"identifier", Json::Array({fhir::Identifier(systems::kIdCardNumber, member.id_number)})},
       {"name", Json::Array({Json::Object({{"text", Json::String(member.name)}})})},
       {"birthDate",
        Json::String(member.id_number.substr(6, 4) + '-' + member.id_number.substr(10, 2) + '-' +
                     member.id_number.substr(12, 2))},
       {"gender", Json::String((member.id_number[16] - '0') % 2 == 1 ? "male" : "female")}});
  if (!member.phone.empty()) {
    patient.Set("telecom", Json::Array({Json::Object({{"system", Json::String("phone")},
                                                      {"value", Json::String(member.phone)}})}));
  }
  const Result<store::StoredResource> stored = transaction.Create(std::move(patient));
  if (!stored) return Failed(stored);
  return stored->id;
}

/// Free seats that are kept for the contract, by time.
Result<std::vector<Seat>> SeatsOf(store::ReadView& view, const Contract& contract, TimeZone zone) {
  Result<store::SearchQuery> query = store::ParseSearch("Slot",
                                                        {{"status", "free"},
                                                         {"start", "ge" + contract.from},
                                                         {"start", "le" + contract.until},
                                                         {"_sort", "start"}},
                                                        zone);
  if (!query) return Failed(query);
  query->count = kPage;
  std::vector<Seat> seats;
  do {
    const Result<store::SearchResult> page = view.Search(*query);
    if (!page) return Failed(page);
    for (const store::StoredResource& one : page->matches) {
      Result<Seat> seat = ReadSeat(view, one.id);
      if (!seat) continue;  // A Slot of another program.
      const bool ours = seat->quota == contract.id && !seat->stopped;
      const bool fits = contract.service_id.empty() || seat->service_id == contract.service_id;
      if (ours && fits) seats.push_back(std::move(*seat));
    }
    query->cursor = page->next_cursor;
  } while (!query->cursor.empty());
  return seats;
}

std::string ChannelOf(const std::string& contract_id) {
  if (contract_id.starts_with("group:")) return "group-hospital";
  return contract_id.starts_with("agency:") ? "agency" : "unit-contract";
}

}  // namespace

Status PutContract(store::ResourceStore& store, const Contract& contract, const std::string& who,
                   WallTime now) {
  return store.Write([&](store::Transaction& transaction) {
    return PutContract(transaction, contract, who, now);
  });
}

Status PutContract(store::Transaction& transaction, const Contract& contract,
                   const std::string& who, WallTime now) {
  if (!IsContractId(contract.id)) return Fail(ErrorCode::BadData, "id");
  const std::string& name = contract.organisation.zh;
  if (name.empty() || name.size() > kMostName) return Fail(ErrorCode::BadData, "organisation");
  if (contract.quota < 0 || contract.quota > 100'000) return Fail(ErrorCode::BadData, "quota");
  if (!ParseDate(contract.from)) return Fail(ErrorCode::BadData, "from");
  if (!ParseDate(contract.until) || contract.until < contract.from) {
    return Fail(ErrorCode::BadData, "until");
  }
  const auto audited = transaction.Create(ToAuditEvent({.act = "put-contract",
                                                        .who = who,
                                                        .where = "",
                                                        .task_id = "",
                                                        .appointment_id = "",
                                                        .reason = "",
                                                        .when = now}));
  if (!audited) return Failed(audited);
  return transaction.PutRecord({kContracts, contract.id, ToJson(contract).Write(), {}});
}

Result<std::vector<ContractUse>> Contracts(store::ReadView& view) {
  std::vector<ContractUse> all;
  const auto records = view.Records(kContracts, "", kPage);
  if (!records) return Failed(records);
  for (const store::Record& record : *records) {
    Result<Contract> contract = FromRecord(record);
    if (!contract) return Failed(contract);
    const Result<int> used = UsedOf(view, record.key);
    if (!used) return Failed(used);
    all.push_back({std::move(*contract), *used});
  }
  return all;
}

Result<ContractUse> FindContract(store::ReadView& view, const std::string& id) {
  const auto record = view.FindRecord(kContracts, id);
  if (!record) return Failed(record);
  if (!*record) return Fail(ErrorCode::NotFound, "no such contract");
  Result<Contract> contract = FromRecord(**record);
  if (!contract) return Failed(contract);
  const Result<int> used = UsedOf(view, id);
  if (!used) return Failed(used);
  return ContractUse{std::move(*contract), *used};
}

Result<domain::LocalText> PayerOf(store::ReadView& view, const std::string& id) {
  if (id.empty()) return domain::LocalText();
  auto found = FindContract(view, id);
  if (found) return std::move(found->contract.organisation);
  if (found.error().code == ErrorCode::NotFound) return domain::LocalText();
  return Failed(found);
}

Status CountContract(store::Transaction& transaction, const std::string& id, int change,
                     const std::string& service_id, const std::string& day) {
  const Result<ContractUse> found = FindContract(transaction, id);
  // Seats may be kept for a word that has no contract: then they are all there is to it.
  if (!found) return found.error().code == ErrorCode::NotFound ? Status() : Failed(found);
  const Contract& contract = found->contract;
  if (change > 0) {
    const bool other = !contract.service_id.empty() && contract.service_id != service_id;
    if (other) return RefuseBooking("no-quota");
    if (day < contract.from || day > contract.until) return RefuseBooking("contract-over");
    if (found->used + change > contract.quota) return RefuseBooking("quota-full");
  }
  return transaction.PutRecord({kUse, id, std::to_string(std::max(0, found->used + change)), {}});
}

std::vector<Member> ParseMembers(std::string_view text) {
  std::vector<Member> members;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool heading = first && line.find_first_of("0123456789") == std::string_view::npos;
    first = false;
    if (heading || Trimmed(line).empty()) continue;
    std::string parts[3];
    for (std::string& part : parts) {
      const std::size_t comma = std::min(line.find_first_of(",\t"), line.size());
      part = Trimmed(line.substr(0, comma));
      line.remove_prefix(std::min(comma + 1, line.size()));
    }
    std::string& id = parts[1];
    if (!id.empty() && id.back() == 'x') id.back() = 'X';
    members.push_back({std::move(parts[0]), std::move(id), std::move(parts[2])});
  }
  return members;
}

Result<ImportResult> ImportMembers(store::ResourceStore& store, Bookings& bookings,
                                   const ImportRequest& request) {
  const Result<ContractUse> contract = FindContract(store, request.contract_id);
  if (!contract) return Failed(contract);
  auto seats = SeatsOf(store, contract->contract, bookings.Rules().zone);
  if (!seats) return Failed(seats);
  ImportResult result;
  std::size_t next = 0;
  for (std::size_t i = 0; i < request.members.size(); ++i) {
    const Member& member = request.members[i];
    const int row = static_cast<int>(i) + 1;
    const auto refuse = [&](std::string code) { result.errors.push_back({row, std::move(code)}); };
    if (member.name.empty() || member.name.size() > kMostName) {
      refuse("no-name");
      continue;
    }
    if (!domain::IsIdNumber(member.id_number)) {
      refuse("bad-id");
      continue;
    }
    std::string patient_id;
    const Status registered = store.Write([&](store::Transaction& transaction) -> Status {
      Result<std::string> id = PatientOf(transaction, member);
      patient_id = id ? *id : "";
      return id ? Status() : Failed(id);
    });
    if (!registered && registered.error().code != ErrorCode::Refused) {
      return tl::unexpected<Error>(registered.error());
    }
    if (!registered) {
      refuse(registered.error().detail);
      continue;
    }
    BookRequest book;
    book.operation_id = request.operation_id + '-' + std::to_string(row);
    book.channel = ChannelOf(request.contract_id);
    book.who = request.who;
    book.patient_id = patient_id;
    book.quota = request.contract_id;
    std::string code = "full";
    bool repeated = true;  // A line of an earlier try needs no seat: any answers it.
    while (code == "full" && (repeated || next < seats->size())) {
      repeated = false;
      book.slot_id = next < seats->size() ? (*seats)[next].slot_id : "none";
      Result<BookingAnswer> booked = bookings.Book(book);
      if (booked) {
        if (next < seats->size() && booked->record.slot_id == book.slot_id) ++next;
        result.booked.push_back(std::move(booked->record));
        code.clear();
        break;
      }
      const ErrorCode why = booked.error().code;
      if (why == ErrorCode::NotFound) break;
      if (why != ErrorCode::Refused) return Failed(booked);
      code = booked.error().detail;
      if (code == "full") ++next;
    }
    if (!code.empty()) refuse(code);
  }
  return result;
}

}  // namespace yizhan::hospital
