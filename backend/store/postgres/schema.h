/// \file
/// The tables of the hospital's store in PostgreSQL: those of sqlite/schema.h under the same names,
/// in a schema of their own ("yizhan"), so that the SQL of backend/store fits both engines.
///
/// What differs: `history` also knows the transaction (`xid`) and the server process (`origin`) of
/// each version, which is how other processes learn of it; its UNIQUE (key, version) is what makes
/// two writers of one resource collide; texts compare by bytes.
#pragma once

#include "backend/store/postgres/connection.h"

namespace yizhan::store {

/// Makes the tables, or brings those of an older version up to date; several processes may try at
/// once. BadData: made by a newer version. Otherwise as Connection::Send.
[[nodiscard]] Status PreparePostgresSchema(Connection& connection);

}  // namespace yizhan::store
