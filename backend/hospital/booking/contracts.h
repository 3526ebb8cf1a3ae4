/// \file
/// Numbers that a unit, a hospital of the group or an agency may book (F14): who, how many, of what
/// and when. A contract's id is the quota word of the seats that are kept for it ("unit:acme").
#pragma once

#include <string>
#include <vector>

#include "backend/hospital/booking/booking_record.h"
#include "backend/store/resource_store.h"
#include "domain/local_text.h"

namespace yizhan::hospital {

class Bookings;

struct Contract {
  std::string id;  ///< "unit:acme", "group:east", "agency:x": 1 to 64 of [a-z0-9:-].
  domain::LocalText organisation;
  int quota = 0;           ///< Bookings that stand at once, visits that took place included.
  std::string service_id;  ///< The package or department; "": any.
  std::string from;        ///< "2026-03-01": slots of these days, both included.
  std::string until;
};

/// A contract and how much of it is used.
struct ContractUse {
  Contract contract;
  int used = 0;
};

/// Keeps a contract in place of the one with its id. BadData: the detail names the wrong member.
[[nodiscard]] Status PutContract(store::ResourceStore& store, const Contract& contract,
                                 const std::string& who, WallTime now);
/// The same in a transaction of one's own.
[[nodiscard]] Status PutContract(store::Transaction& transaction, const Contract& contract,
                                 const std::string& who, WallTime now);
[[nodiscard]] Result<std::vector<ContractUse>> Contracts(store::ReadView& view);
/// NotFound: there is none of that id.
[[nodiscard]] Result<ContractUse> FindContract(store::ReadView& view, const std::string& id);

/// One line of an imported list.
struct Member {
  std::string name;
  std::string id_number;
  std::string phone;  ///< May be empty.
};
/// A line that was not booked: a bad-id | no-name | name-differs | full | quota-full |
/// contract-over | a refusal of booking.
struct ImportError {
  int row = 0;  ///< From 1.
  std::string code;
};
struct ImportRequest {
  std::string operation_id;  ///< The same list again: the same bookings, no second ones.
  std::string contract_id;
  std::string who;
  std::vector<Member> members;
};
struct ImportResult {
  std::vector<BookingRecord> booked;
  std::vector<ImportError> errors;
};

/// Lines of "name,id number,phone" (also tabs); a first line without digits is a heading.
[[nodiscard]] std::vector<Member> ParseMembers(std::string_view text);

/// Books the first free seat of the contract for each member, as the person with that identity
/// number (who is registered when new): real names only. Each line for itself: one that fails does
/// not undo the others. NotFound: no such contract; errors of the store end the import, and
/// repeating it goes on.
[[nodiscard]] Result<ImportResult> ImportMembers(store::ResourceStore& store, Bookings& bookings,
                                                 const ImportRequest& request);

// For the steps of booking.

/// Who pays for bookings of that contract; empty: the word is no contract's.
[[nodiscard]] Result<domain::LocalText> PayerOf(store::ReadView& view, const std::string& id);

/// Counts a booking in or out. Refused: quota-full, contract-over, no-quota (another service).
[[nodiscard]] Status CountContract(store::Transaction& transaction, const std::string& id,
                                   int change, const std::string& service_id,
                                   const std::string& day);

}  // namespace yizhan::hospital
