#pragma once

#include <string>
#include <vector>

#include "domain/print_job.h"
#include "offline-store/database.h"

namespace yizhan::offline {

/// The print ledger in the store. Thread-safe. Borrows the database. Beyond PrintLedger: Add gives
/// Conflict for a known id (print another copy under a new one), Update refuses to change a final
/// record with Conflict.
class PrintLedgerTable final : public domain::PrintLedger {
 public:
  explicit PrintLedgerTable(Database& database) : database_(database) {}

  Status Add(const domain::PrintRecord& record, const std::string& document) override;
  Status Update(const domain::PrintRecord& record) override;
  Result<std::vector<domain::PrintRecord>> Open() override;
  Result<domain::PrintRecord> Find(const std::string& id) override;
  Result<std::string> Document(const std::string& id) override;

  /// Forgets final records that changed before `before`.
  [[nodiscard]] Status PruneFinal(WallTime before);

 private:
  Database& database_;
};

}  // namespace yizhan::offline
