#include <array>

#include "backend/fhir/care_systems.h"
#include "backend/hospital/centre/centre_check_in.h"
#include "backend/hospital/exam/exam_check_in.h"
#include "backend/hospital/lab/lab_check_in.h"
#include "backend/hospital/pharmacy/pharmacy.h"
#include "backend/server/fhir_operations/operation.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// The contracts with the terminals are in fhir/care_systems.h.
template <hospital::OperationAnswer (*run)(hospital::Hospital&, const std::string&, const Json&)>
FhirAnswer ForOrders(const OperationCall& call) {
  if (!call.request.May(Interaction::Create, "Task")) return Forbidden("Task");
  if (!call.request.May(Interaction::Read, "ServiceRequest")) return Forbidden("ServiceRequest");
  if (!call.request.May(Interaction::Read, "Patient")) return Forbidden("Patient");
  return AnswerOf(run(call.hospital, call.id, call.request.body));
}

FhirAnswer ForCentre(const OperationCall& call) {
  if (!call.request.May(Interaction::Create, "Task")) return Forbidden("Task");
  if (!call.request.May(Interaction::Read, "Patient")) return Forbidden("Patient");
  return AnswerOf(hospital::CentreCheckIn(call.hospital, call.id, call.request.body));
}

FhirAnswer ForMedicines(const OperationCall& call) {
  if (!call.request.May(Interaction::Update, "Task")) return Forbidden("Task");
  if (!call.request.May(Interaction::Read, "MedicationRequest")) {
    return Forbidden("MedicationRequest");
  }
  return AnswerOf(hospital::PharmacyCheckIn(call.hospital, call.id, call.request.body));
}

Json Out(const char* name, int min, const char* most, const char* type, const char* documentation) {
  return OperationParameter(name, "out", min, most, type, documentation);
}

/// An outgoing parameter of parts.
Json OutParts(const char* name, const char* documentation,
              std::initializer_list<std::array<const char*, 3>> parts) {
  Json all = Json::Array();
  for (const auto& [part, type, text] : parts) {
    all.Append(OperationParameter(part, "out", 0, "1", type, text));
  }
  Json parameter = OperationParameter(name, "out", 0, "*", "string", documentation);
  parameter.Remove("type");
  parameter.Set("part", std::move(all));
  return parameter;
}

/// Who asks, and what is answered.
Json Parameters(std::vector<Json> own) {
  const auto in = [](const char* name, int min, const char* type, const char* documentation) {
    return OperationParameter(name, "in", min, "1", type, documentation);
  };
  std::vector<Json> all = {
      in("operation-id", 1, "string", "UUID; repeating it has no second effect"),
      in("terminal", 1, "string", "Short name of the terminal"),
      in("arrived", 0, "instant", "When the patient came; default: now"),
      in("serial", 0, "string", "Serial number on the terminal's slip")};
  for (Json& one : own) all.push_back(std::move(one));
  return Json::Array(std::move(all));
}

Json LabParameters() {
  return Parameters(
      {Out("ticket", 1, "1", "Task", "The place in the draw queue"),
       Out("ahead", 1, "1", "integer", "People before this one"),
       Out("wait-low", 0, "1", "integer", "Expected wait in minutes, at least"),
       Out("wait-high", 0, "1", "integer", "Expected wait in minutes, at most"),
       Out("specimen", 1, "*", "Specimen", "A tube to be drawn, in the order of draw"),
       OutParts("label", "What is printed on the label of a tube",
                {{"barcode", "string", "Twelve digits"},
                 {"name", "string", "Full name of the patient"},
                 {"sex", "code", "male | female | other | unknown"},
                 {"age", "integer", "Full years"},
                 {"number", "string", "Outpatient number"},
                 {"department", "string", "That ordered"},
                 {"test", "string", "Short name of a test; repeats"},
                 {"tube", "string", "Colour of the tube"},
                 {"tube-en", "string", "The same in English"},
                 {"volume-ul", "integer", "Microlitres"},
                 {"minutes-after-first", "integer", "Of a timed series"},
                 {"urgent", "boolean", "To be done first"},
                 {"place", "integer", "k of"},
                 {"count", "integer", "n"},
                 {"reprints", "integer", "Labels that were void before"}}),
       OutParts("test", "A test and its report",
                {{"name", "string", "In the hospital's language"},
                 {"name-en", "string", "In English"},
                 {"fasting-hours", "integer", "0: none"},
                 {"ready-at", "instant", "When the report is ready"},
                 {"ready-place", "string", "Where it is fetched"},
                 {"ready-place-en", "string", "The same in English"}}),
       Out("unpaid", 0, "1", "Money", "More is ordered and not paid"),
       Out("pay-at", 0, "1", "string", "Where it is paid"),
       Out("pay-at-en", 0, "1", "string", "The same in English")});
}

Json ExamParameters() {
  return Parameters({Out("ticket", 1, "*", "Task", "A place in the queue of an examination"),
                     OutParts("hold", "What has to be done before a ticket is called",
                              {{"task", "string", "Reference to the ticket"},
                               {"preparation", "code", "full-bladder, fasting, ..."},
                               {"hint", "string", "For the patient"},
                               {"hint-en", "string", "The same in English"}})});
}

Json CentreParameters() {
  return Parameters({OperationParameter("service", "in", 1, "*", "Reference",
                                        "HealthcareService that is wanted at the centre"),
                     Out("ticket", 1, "1", "Task", "The place in the centre's queue"),
                     Out("ahead", 1, "1", "integer", "People before this one"),
                     Out("wait-low", 0, "1", "integer", "Expected wait in minutes, at least"),
                     Out("wait-high", 0, "1", "integer", "Expected wait in minutes, at most")});
}

Json PharmacyParameters() {
  return Parameters({Out("bag", 1, "*", "Task", "A prescription on its way"),
                     Out("window", 0, "1", "string", "Where it is handed over"),
                     Out("window-en", 0, "1", "string", "The same in English")});
}

constexpr Operation kLab =
    OnInstance("Patient", fhir::systems::kLabCheckInOperation, "LabCheckIn",
               "Checks a patient in for every paid laboratory order: tubes, labels, draw queue",
               true, ForOrders<hospital::LabCheckIn>, LabParameters);
constexpr Operation kExam =
    OnInstance("Patient", fhir::systems::kExamCheckInOperation, "ExamCheckIn",
               "Checks a patient in for every paid examination: a ticket for each", true,
               ForOrders<hospital::ExamCheckIn>, ExamParameters);
constexpr Operation kPharmacy =
    OnInstance("Patient", fhir::systems::kPharmacyCheckInOperation, "PharmacyCheckIn",
               "Tells the pharmacy that the patient has come for the medicines", true, ForMedicines,
               PharmacyParameters);
constexpr Operation kCentre =
    OnInstance("Patient", fhir::systems::kCentreCheckInOperation, "CentreCheckIn",
               "One ticket of the inpatient service centre for several of its services", true,
               ForCentre, CentreParameters);
constexpr const Operation* kAll[] = {&kLab, &kExam, &kPharmacy, &kCentre};

}  // namespace

std::span<const Operation* const> CareOperations() { return kAll; }

}  // namespace yizhan::server
