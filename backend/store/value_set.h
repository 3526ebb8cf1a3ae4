/// \file
/// The codes of a value set that the store itself holds, for :in and :not-in.
#pragma once

#include "backend/store/search_query.h"
#include "backend/store/sql.h"

namespace yizhan::store {

/// Whether a criterion, or one that it chains to, asks for a value set.
[[nodiscard]] bool AsksForValueSet(const Criterion& criterion);

/// Puts the codes of the value sets in the place of their addresses ("http://...", with or without
/// "|version", or "ValueSet/1"). Taken from the expansion where there is one, otherwise from what
/// the set lists or includes of other sets here. A code without a system (an element of type code)
/// counts as of the set's system. BadData: no such value set; it says by a filter what it includes;
/// an incomplete expansion; more than a thousand codes.
[[nodiscard]] Status ResolveValueSets(SqlReader& reader, std::vector<Criterion>& criteria);

}  // namespace yizhan::store
