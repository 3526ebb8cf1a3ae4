#pragma once

#include <string_view>

namespace yizhan::r4 {

/// Why a narrative may not be shown; null: it may. The text must be one <div> in the XHTML
/// namespace, well-formed, of FHIR's list of elements and attributes (no script, no forms, no event
/// handlers, no addresses that run code), and must say something.
[[nodiscard]] const char* NarrativeTrouble(std::string_view div);

}  // namespace yizhan::r4
