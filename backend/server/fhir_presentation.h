#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/store/search_query.h"
#include "base/result.h"

namespace yizhan::server {

enum class Summary { Whole, Elements, Text, WithoutText, Count };

/// How much of each resource the client wants to see (_summary, _elements).
struct Presentation {
  Summary summary = Summary::Whole;
  std::vector<std::string> elements;  ///< "name", or "Patient.name" for that type only.
  /// The parameters as they were given, for links that go on in the same way.
  store::SearchParameters given;

  [[nodiscard]] bool IsWhole() const {
    return elements.empty() && (summary == Summary::Whole || summary == Summary::Count);
  }
};

/// Takes the parameters that are about presentation (_summary, _elements, _format, _pretty) out of
/// `parameters`; what remains is about which resources are meant. BadData: a value of _summary
/// that R4 does not know.
[[nodiscard]] Result<Presentation> TakePresentation(store::SearchParameters& parameters);

/// A stored text as the client wants it. A shortened one is tagged SUBSETTED, keeps id and meta,
/// and the elements that its type requires.
[[nodiscard]] std::string Present(const std::string& text, const Presentation& presentation);

}  // namespace yizhan::server
