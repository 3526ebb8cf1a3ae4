/// \file
/// Examinations: one check-in for all of them, and the room that carries them out (domain.md F32).
#pragma once

#include <string>

#include "backend/hospital/hospital.h"
#include "domain/local_text.h"

namespace yizhan::hospital {

/// Record of kind "exam", key: the code of the order: {"name", "nameEn", "preparation"
/// ("full-bladder", "fasting", "contrast-consent"; missing: none), "hint", "hintEn", "service" (the
/// HealthcareService whose rooms do it when a check-up package orders it)}.
inline constexpr const char* kExams = "exam";

struct Exam {
  domain::LocalText name;
  std::string preparation;  ///< Its ticket is held until somebody says that it is done; "": none.
  domain::LocalText hint;   ///< What the patient has to do first.
  std::string service_id;   ///< Whose rooms do it; may be "".
};
/// Empty optional: the catalogue does not have it, and it needs no preparation then.
[[nodiscard]] Result<std::optional<Exam>> FindExam(store::ReadView& view, const std::string& code);

/// POST Patient/{id}/$exam-check-in; the contract is at systems::kExamCheckInOperation. A ticket
/// for each paid examination, in one transaction; the mutual lock of the queues lets nobody be
/// called to two rooms at once.
[[nodiscard]] OperationAnswer ExamCheckIn(Hospital& hospital, const std::string& patient_id,
                                          const fhir::Json& parameters);

/// The examination of the patient who is called to `act.room_id` is done: order and ticket are
/// completed. Refused ("identity-doubt"), NotFound (nobody is called), and the errors of Queues.
[[nodiscard]] Result<QueueTicket> FinishExam(Hospital& hospital, store::ResourceStore& store,
                                             const DeskAct& act);

}  // namespace yizhan::hospital
