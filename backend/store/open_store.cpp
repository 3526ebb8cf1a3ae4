#include "backend/store/open_store.h"

#include "backend/store/postgres/postgres_store.h"
#include "backend/store/sqlite/sqlite_store.h"

namespace yizhan::store {

Result<std::unique_ptr<ResourceStore>> OpenStore(const StoreOptions& options, const Clock& clock) {
  if (options.postgres.empty()) return OpenSqliteStore({options.folder, options.zone}, clock);
  PostgresStoreOptions postgres;
  postgres.address = options.postgres;
  postgres.folder = options.folder;
  postgres.zone = options.zone;
  return OpenPostgresStore(postgres, clock);
}

}  // namespace yizhan::store
