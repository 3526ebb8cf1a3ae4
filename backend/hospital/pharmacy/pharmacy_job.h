/// \file
/// The steps of the pharmacy inside one transaction. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/hospital/pharmacy/pharmacy.h"

namespace yizhan::hospital {

/// One act in the pharmacy. Lives as long as the transaction; borrows all it is given.
class PharmacyJob {
 public:
  PharmacyJob(const QueueContext& context, store::Transaction& transaction, const PharmacyAct& act)
      : context_(context), transaction_(transaction), act_(act), now_(context.clock.Now()) {}

  /// Comes first. NotFound: there is no pharmacy.
  [[nodiscard]] Status Begin();

  /// The bag of a prescription. Empty: it has one, is not paid, or a line of it is not signed.
  [[nodiscard]] Result<std::optional<Bag>> MakeBag(const std::string& prescription);
  [[nodiscard]] Result<std::vector<Bag>> CheckIn(const std::string& patient_id, WallTime arrived);
  /// Something was prescribed that no doctor has signed.
  [[nodiscard]] Result<bool> HasUnsigned(const std::string& patient_id);
  [[nodiscard]] Status TakeBackOld();
  [[nodiscard]] Result<Bag> TakeNext();
  [[nodiscard]] Result<Bag> Ready();
  [[nodiscard]] Result<std::vector<Bag>> Open();
  [[nodiscard]] Result<Bag> Scan();
  [[nodiscard]] Result<Bag> Clear();
  [[nodiscard]] Result<Bag> Dispense();
  [[nodiscard]] Result<PharmacyState> SetMode(const std::optional<domain::PharmacyMode>& mode);
  /// The mode from now on, by the load; kept when it changes.
  [[nodiscard]] Result<PharmacyState> FollowLoad();

 private:
  [[nodiscard]] Result<Bag> ThisBag();
  /// A bag that is ready, and whose patient's card was swiped at this window.
  [[nodiscard]] Result<Bag> OpenedHere();
  [[nodiscard]] Result<Bag> Save(Bag bag);
  /// As Save, with its audit row.
  [[nodiscard]] Result<Bag> SaveAs(Bag bag, std::string_view act, const std::string& reason = "");
  [[nodiscard]] Status Keep(const PharmacyState& state);
  [[nodiscard]] Status Audit(std::string_view name, const std::string& task_id,
                             const std::string& reason);
  [[nodiscard]] Status GiveWindow(Bag& bag);
  [[nodiscard]] Status HandOver(const Bag& bag, const BagItem& item);
  [[nodiscard]] Result<std::vector<Bag>> AllOpen(const std::string& patient_id = "");

  const QueueContext& context_;
  store::Transaction& transaction_;
  const PharmacyAct& act_;
  const WallTime now_;
  PharmacySettings settings_;
};

}  // namespace yizhan::hospital
