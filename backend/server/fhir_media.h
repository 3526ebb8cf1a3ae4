/// \file
/// Which form of a resource a request has, and which it wants. This server speaks JSON.
#pragma once

#include <string_view>

namespace yizhan::server {

/// True for application/fhir+json and its kin in R4; empty counts as that, too.
[[nodiscard]] bool IsFhirJson(std::string_view content_type);
[[nodiscard]] bool IsJsonPatch(std::string_view content_type);
[[nodiscard]] bool IsForm(std::string_view content_type);

enum class Wanted { Fhir, Anything, Other };
/// What an Accept header wants: Fhir when it names FHIR JSON, Anything when it is empty or has
/// "*/*", Other when neither will do.
[[nodiscard]] Wanted WantedBy(std::string_view accept);
/// True when an Accept header takes that media type ("image/png").
[[nodiscard]] bool Accepts(std::string_view accept, std::string_view media_type);
/// True for the values of _format that mean JSON.
[[nodiscard]] bool IsJsonFormat(std::string_view format);

}  // namespace yizhan::server
