#pragma once

#include <cstdint>
#include <string>

#include "backend/store/postgres/connection.h"

namespace yizhan::store {

enum class CommitOutcome { Committed, NotCommitted, Unknown };

/// What became of a transaction whose session was lost while it committed: ends the session
/// `name` for sure and looks whether the version `seq`, which it wrote, is there. Tries for some
/// seconds, as long as a server needs to start again. Unknown: the database stayed away.
[[nodiscard]] CommitOutcome OutcomeOf(const ConnectionOptions& options, const std::string& name,
                                      std::int64_t seq);

}  // namespace yizhan::store
