#include "backend/fhir/systems.h"
#include "backend/server/fhir_operations/operation.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// The contract with the terminals is in fhir/systems.h.
FhirAnswer CheckIn(const OperationCall& call) {
  if (!call.request.May(Interaction::Update, "Appointment")) return Forbidden("Appointment");
  return AnswerOf(call.hospital.CheckIn(call.id, call.request.body));
}

Json Parameters() {
  const auto in = [](const char* name, int min, const char* type, const char* documentation) {
    return OperationParameter(name, "in", min, "1", type, documentation);
  };
  const auto out = [](const char* name, int min, const char* type, const char* documentation) {
    return OperationParameter(name, "out", min, "1", type, documentation);
  };
  return Json::Array({in("operation-id", 1, "string", "UUID; repeating it has no second effect"),
                      in("terminal", 1, "string", "Short name of the terminal"),
                      in("site", 1, "Reference", "Location of the site the terminal stands in"),
                      in("patient", 0, "Reference", "Whose card it is; another's is refused"),
                      in("serial", 0, "string", "Serial number on the terminal's slip"),
                      in("arrived", 0, "instant", "When the patient came; default: now"),
                      in("provisional-number", 0, "string", "Number given while offline"),
                      out("ticket", 1, "Task", "The place in the queue"),
                      out("appointment", 1, "Appointment", "The appointment as changed"),
                      out("ahead", 1, "integer", "People before this one"),
                      out("wait-low", 0, "integer", "Expected wait in minutes, at least"),
                      out("wait-high", 0, "integer", "Expected wait in minutes, at most")});
}

}  // namespace

const Operation kCheckIn = {
    .name = fhir::systems::kCheckInOperation,
    .title = "CheckIn",
    .description = "Gives the patient of a booked appointment a place in the queue",
    .type = "Appointment",
    .standard = "",
    .on_type = false,
    .on_instance = true,
    .affects_state = true,
    .run = CheckIn,
    .parameters = Parameters};

}  // namespace yizhan::server
