/// \file
/// The outpatient pharmacy (domain.md F33-F35): paid prescriptions become bags, bags are picked and
/// handed over. Every function is one transaction, and decides by what the store holds.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backend/hospital/hospital.h"
#include "backend/hospital/pharmacy/bag.h"
#include "domain/queue_order.h"

namespace yizhan::hospital {

/// Record of kind "pharmacy-settings", key "hospital": {"service", "enterReady", "enterPaid",
/// "leave", "dwellMinutes", "validDays"}; all but the first may be missing.
inline constexpr const char* kPharmacySettings = "pharmacy-settings";

struct PharmacySettings {
  std::string service_id;  ///< HealthcareService; its rooms are the windows.
  domain::PharmacyPolicy policy;
  int valid_days = 3;  ///< Older prescriptions are not picked; their bags go back.
};
[[nodiscard]] Result<PharmacySettings> ReadPharmacySettings(const fhir::Json& text);
/// NotFound: nobody set up a pharmacy.
[[nodiscard]] Result<PharmacySettings> FindPharmacySettings(store::ReadView& view);

/// How it works now, and who said so.
struct PharmacyState {
  domain::PharmacyMode mode = domain::PharmacyMode::Ahead;
  WallTime since{};
  std::string manual_by;  ///< Account; "": by load.
};
[[nodiscard]] Result<PharmacyState> StateOfPharmacy(store::ReadView& view,
                                                    const std::string& service_id);

/// A line of a prescription names the doctor who answers for it, and is no draft.
[[nodiscard]] bool IsSigned(const fhir::Json& medication_request);

/// The window for one more bag: that of the patient's other open bags, else the one with the fewest
/// open bags, ties by the order of `windows`. "": there is none.
[[nodiscard]] std::string ChooseWindow(std::span<const std::string> windows,
                                       std::span<const Bag> open, const std::string& patient_id);

/// Makes bags of what was paid since, takes back what nobody fetched, and follows the load. Any
/// server process may do it at any time. How many bags were made.
[[nodiscard]] Result<int> SweepPharmacy(Hospital& hospital, store::ResourceStore& store);

/// POST Patient/{id}/$pharmacy-check-in; the contract is at systems::kPharmacyCheckInOperation.
[[nodiscard]] OperationAnswer PharmacyCheckIn(Hospital& hospital, const std::string& patient_id,
                                              const fhir::Json& parameters);

/// Something done in the pharmacy. Only what the act needs is filled in.
struct PharmacyAct {
  std::string staff;
  std::string window_id;
  std::string bag_id;
  std::string card_number;
  std::string item_code;
  std::string reason;
};

// Errors of every act: NotFound (no such bag or work, "unknown-card", "no-bag"), Refused with a
// word of the program ("state", "blocked", "not-opened", "incomplete", "identity-doubt", "reason"),
// and those of ResourceStore::Write.

/// The next bag of the line is given to who asks (先到先得). NotFound: nothing is to be picked.
[[nodiscard]] Result<Bag> TakeNextBag(Hospital& hospital, const PharmacyAct& act);
/// It is complete and lies at its window.
[[nodiscard]] Result<Bag> BagIsReady(Hospital& hospital, const PharmacyAct& act);
/// A card was swiped at a window: exactly that patient's open bags, the ready ones opened there. A
/// patient of mode 2 who did not check in is checked in by it.
[[nodiscard]] Result<std::vector<Bag>> OpenByCard(Hospital& hospital, const PharmacyAct& act);
/// A package was scanned. One that is not in the bag blocks it (the bag that comes back tells).
[[nodiscard]] Result<Bag> ScanItem(Hospital& hospital, const PharmacyAct& act);
/// The wrong package was put back. Needs a reason.
[[nodiscard]] Result<Bag> ClearWrongItem(Hospital& hospital, const PharmacyAct& act);
/// Handed over: a MedicationDispense for each item; the bag leaves every screen.
[[nodiscard]] Result<Bag> Dispense(Hospital& hospital, const PharmacyAct& act);
/// By hand, or (empty) by load again. Needs a reason. Audited.
[[nodiscard]] Result<PharmacyState> SetPharmacyMode(Hospital& hospital,
                                                    const std::optional<domain::PharmacyMode>& mode,
                                                    const PharmacyAct& act);

}  // namespace yizhan::hospital
