/// \file
/// Full text as an inverted index of our own: the words of a resource are rows like any other, so
/// that every engine finds the same and a change is visible with the resource itself. Letters and
/// digits form words; Chinese, Japanese and Korean, which put no spaces, are taken two characters
/// at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/store/search_query.h"

namespace yizhan::store {

/// Whether the parameter is asked for words: _text (the narrative) and _content (all texts).
[[nodiscard]] bool IsFullText(const SearchParam& param);
/// Whether resources of `type` are found by their words under it. The narrative always, where the
/// type has one. All texts only of types that people read in: every word is a row to be written,
/// and slots, bookings, queues and audit are written all day and found by their codes.
[[nodiscard]] bool HasFullText(std::string_view type, const SearchParam& param);

/// The words under which a resource is found by such a parameter: sorted, none twice, bounded (what
/// comes later in a long text is not found).
[[nodiscard]] std::vector<std::string> WordsOf(const fhir::Json& resource,
                                               const SearchParam& param);

/// What one value asks for: words that must all be there, whatever their order, as parts. False:
/// there is no word in it, or more than twenty.
[[nodiscard]] bool AddWords(std::string_view text, SearchValue& value);

}  // namespace yizhan::store
