/// \file
/// What the laboratory can do, as the hospital's own data: records of kind "lab-test" and
/// "lab-settings" in the store (JSON; ReadLabTest and ReadLabSettings tell the members).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/hospital/audit.h"
#include "backend/store/resource_store.h"
#include "domain/local_text.h"
#include "domain/tubes.h"
#include "domain/turn_around.h"

namespace yizhan::hospital {

inline constexpr const char* kLabTests = "lab-test";         ///< Key: the code of the order.
inline constexpr const char* kLabSettings = "lab-settings";  ///< Key: "hospital".

struct LabTest {
  std::string code;
  domain::LocalText name;
  std::string short_name;  ///< For the label.
  domain::TubeKind tube = domain::TubeKind::Serum;
  std::string section;
  int volume_ul = 0;
  int fasting_hours = 0;  ///< 0: eat as you like.
  bool own_tube = false;
  std::vector<int> series;  ///< Minutes after the first tube; empty: one tube at once.
  domain::TurnAround turn_around;
  domain::LocalText report_place;
};

struct LabSettings {
  std::string draw_service;  ///< HealthcareService of the draw queue.
  domain::LocalText pay_at;  ///< Where unpaid orders are paid.
  std::vector<std::chrono::local_days> holidays;
  domain::TubeLimits limits;
};

/// {"code", "name", "nameEn", "short", "tube", "section", "volumeUl", "fastingHours", "ownTube",
/// "series": [0, 30], "afterMinutes" | "batches": [{"until": "08:30", "ready": "10:30"}] |
/// "workingDays" and "at", "place", "placeEn"}. BadData names the member.
[[nodiscard]] Result<LabTest> ReadLabTest(const fhir::Json& text);
/// {"drawService", "payAt", "payAtEn", "holidays": ["2026-10-01"], "testsOnALabel"}
[[nodiscard]] Result<LabSettings> ReadLabSettings(const fhir::Json& text);

/// The whole catalogue in the form above, by code.
[[nodiscard]] Result<std::vector<fhir::Json>> LabTests(store::ReadView& view);
/// Keeps one in place of the one with its code, audited. BadData: see ReadLabTest().
[[nodiscard]] Status PutLabTest(store::ResourceStore& store, const fhir::Json& text,
                                const Editor& by);
/// Orders of it are then for a person. NotFound: the catalogue does not have it.
[[nodiscard]] Status RemoveLabTest(store::ResourceStore& store, const std::string& code,
                                   const Editor& by);

/// Empty optional: the catalogue does not have it.
[[nodiscard]] Result<std::optional<LabTest>> FindLabTest(store::ReadView& view,
                                                         const std::string& code);
/// NotFound: nobody set up the laboratory.
[[nodiscard]] Result<LabSettings> FindLabSettings(store::ReadView& view);

/// "edta"
[[nodiscard]] const char* Name(domain::TubeKind kind);
[[nodiscard]] std::optional<domain::TubeKind> ParseTubeKind(std::string_view name);
/// 紫 / lavender
[[nodiscard]] const domain::LocalText& ColourOf(domain::TubeKind kind);

/// Twelve digits, unique for a hundred years: two of the year, nine of its series, a check digit
/// that finds every single wrong digit and every swap of neighbours but 09 and 90 (Luhn).
[[nodiscard]] Result<std::string> NextBarcode(store::Transaction& transaction, WallTime now,
                                              TimeZone zone);
[[nodiscard]] bool IsBarcode(std::string_view text);

}  // namespace yizhan::hospital
