/// \file
/// One prescription on its way through the pharmacy, and its form on the wire (FHIR Task).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"
#include "domain/local_text.h"
#include "domain/queue_order.h"

namespace yizhan::hospital {

enum class BagState {
  Paid,       ///< Waits for its patient to check in (mode 2).
  Picking,    ///< 配药中
  Ready,      ///< 请取药
  Dispensed,  ///< Handed over.
  Withdrawn,  ///< Nobody came for it: back on the shelf.
};
/// "picking"
[[nodiscard]] const char* Name(BagState state);

/// What is in it: one line of the prescription.
struct BagItem {
  std::string request_id;  ///< MedicationRequest.
  std::string code;        ///< Of the package, as a scanner reads it.
  domain::LocalText name;
  std::string amount;  ///< "2 盒"
  bool scanned = false;
};

struct Bag {
  std::string id;  ///< Task id; made of the prescription, so that there is one bag for it.
  std::int64_t version = 0;  ///< 0: not stored yet.
  std::string prescription;
  std::string patient_id;
  std::string masked_name;
  std::string pharmacy_id;  ///< HealthcareService.
  std::string window_id;    ///< Location; "": not chosen yet.
  std::vector<BagItem> items;
  BagState state = BagState::Paid;
  /// Of the moment in which it was paid: it is finished that way.
  domain::PharmacyMode mode = domain::PharmacyMode::Ahead;
  WallTime paid{};
  std::optional<WallTime> checked_in;  ///< Arrival of the patient.
  std::optional<WallTime> to_pick;     ///< Its place in the line of those to be picked.
  std::optional<WallTime> ready;
  std::optional<WallTime> dispensed;
  std::string picker;      ///< Account; "": nobody yet.
  std::string opened_at;   ///< Window where its patient's card was swiped; "": nowhere.
  std::string wrong_item;  ///< Code that was scanned and is not in it: blocked until cleared.

  [[nodiscard]] bool Open() const {
    return state != BagState::Dispensed && state != BagState::Withdrawn;
  }
  [[nodiscard]] bool Complete() const;
};

[[nodiscard]] fhir::Json ToTask(const Bag& bag);
/// Empty: no bag, or not one that can be read.
[[nodiscard]] std::optional<Bag> BagFromTask(const fhir::Json& task);

/// The id of the one bag of a prescription.
[[nodiscard]] std::string BagIdOf(const std::string& prescription);
/// NotFound: there is no such bag.
[[nodiscard]] Result<Bag> ReadBag(store::ReadView& view, const std::string& id);
/// Those that are not over, by the place in the line to be picked, then by payment. `patient_id`
/// "": everybody's.
[[nodiscard]] Result<std::vector<Bag>> OpenBags(store::ReadView& view,
                                                const std::string& pharmacy_id,
                                                const std::string& patient_id, TimeZone zone);

}  // namespace yizhan::hospital
