/// \file
/// The reading half of ReadView and ResourceStore over the tables described in sqlite/schema.h, for
/// every engine. The caller holds a read transaction when the answer must be of one moment.
#pragma once

#include "backend/store/resource_store.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// As ReadView::Read.
[[nodiscard]] Result<StoredResource> ReadCurrent(SqlReader& reader, const std::string& type,
                                                 const std::string& id);
/// As ReadView::ReadVersion.
[[nodiscard]] Result<StoredResource> ReadOldVersion(SqlReader& reader, const std::string& type,
                                                    const std::string& id, std::int64_t version);
/// As ReadView::History.
[[nodiscard]] Result<HistoryPage> ReadHistory(SqlReader& reader, const HistoryQuery& query);
/// As ReadView::FindRecord and Records, at the moment `now`.
[[nodiscard]] Result<std::optional<Record>> ReadRecord(SqlReader& reader, const std::string& kind,
                                                       const std::string& key, WallTime now);
[[nodiscard]] Result<std::vector<Record>> ReadRecords(SqlReader& reader, const std::string& kind,
                                                      const std::string& after_key,
                                                      std::size_t limit, WallTime now);
/// As ResourceStore::Count.
[[nodiscard]] Result<std::int64_t> CountOf(SqlReader& reader, const std::string& type);
/// As ResourceStore::VerifyAudit.
[[nodiscard]] Result<AuditReport> VerifyAuditChain(SqlReader& reader,
                                                   std::span<const AuditHead> known);
/// The last link of a lane as a head; number 0 when the lane is empty.
[[nodiscard]] Result<AuditHead> HeadOfLane(SqlReader& reader, std::int64_t lane);

}  // namespace yizhan::store
