/// \file
/// What $lab-check-in tells the terminal. Private to this folder.
#pragma once

#include <vector>

#include "backend/hospital/lab/specimen.h"
#include "backend/hospital/lab/test_catalogue.h"

namespace yizhan::hospital {

/// What stands on a tube's label besides the tube: a clinical label, it does not leave staff hands.
struct LabelPerson {
  std::string name;    ///< The full name.
  std::string sex;     ///< "male", "female", ...; "": not known.
  std::string number;  ///< 门诊号
  std::optional<int> age;
};
[[nodiscard]] LabelPerson PersonOf(const fhir::Json& patient, std::chrono::local_days today);

/// The parameter "label".
void AddLabel(fhir::Json& parameters, const LabTube& tube, const LabelPerson& person);
/// The parameter "test".
void AddTest(fhir::Json& parameters, const LabTest& test, WallTime ready_at);

}  // namespace yizhan::hospital
