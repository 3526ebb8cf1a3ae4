/// \file
/// One tube as the hospital works with it, and its form on the wire (FHIR Specimen).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"
#include "domain/tubes.h"

namespace yizhan::hospital {

enum class TubeState {
  Labelled,  ///< Waits to be drawn.
  Drawn,
  Failed,  ///< Not drawn, or spoilt: another one has taken its place.
};

struct LabTube {
  std::string id;  ///< Specimen id; "" before it is stored.
  std::int64_t version = 0;
  std::string barcode;
  std::string patient_id;
  std::vector<std::string> order_ids;
  std::vector<std::string> short_names;  ///< Same length.
  domain::TubeKind kind = domain::TubeKind::Serum;
  std::string section;
  std::string department;
  int volume_ul = 0;
  bool urgent = false;
  int minutes_after_first = 0;
  int place = 1;  ///< k of
  int count = 1;  ///< n.
  int reprints = 0;
  WallTime report_due{};  ///< Of its slowest test.
  TubeState state = TubeState::Labelled;
  std::optional<WallTime> drawn;
  std::string drawn_by;  ///< Account.
};

/// The whole Specimen. Without id when the tube has none.
[[nodiscard]] fhir::Json ToSpecimen(const LabTube& tube);
/// Empty: not one of our tubes.
[[nodiscard]] std::optional<LabTube> FromSpecimen(const fhir::Json& specimen);
/// NotFound: no tube of this hospital carries that label.
[[nodiscard]] Result<LabTube> FindTube(store::ReadView& view, const std::string& barcode,
                                       TimeZone zone);

}  // namespace yizhan::hospital
