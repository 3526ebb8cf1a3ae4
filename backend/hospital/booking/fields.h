/// \file
/// Reading and writing the extensions of booking resources. Pure; what is missing reads as empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/fhir/json.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// The extension of that url; null if there is none.
[[nodiscard]] const fhir::Json& ExtensionOf(const fhir::Json& owner, std::string_view url);
/// Its valueCode or valueString; "".
[[nodiscard]] const std::string& WordOf(const fhir::Json& owner, std::string_view url);
[[nodiscard]] std::optional<WallTime> InstantOf(const fhir::Json& owner, std::string_view url);
/// Its valueMoney in fen; 0 also when it cannot be read.
[[nodiscard]] std::int64_t MoneyOf(const fhir::Json& owner, std::string_view url);

/// Puts the extension in place of the one of that url; a null value removes it.
void SetExtension(fhir::Json& owner, std::string_view url, std::string_view member,
                  fhir::Json value);
void SetWord(fhir::Json& owner, std::string_view url, std::string_view member,
             const std::string& word);
void SetInstant(fhir::Json& owner, std::string_view url, std::optional<WallTime> time);
/// 0 removes it.
void SetMoney(fhir::Json& owner, std::string_view url, std::int64_t amount_minor);

}  // namespace yizhan::hospital
