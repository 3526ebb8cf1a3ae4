#include "backend/security/principal.h"

#include <algorithm>

namespace yizhan::security {
namespace {

constexpr std::uint32_t Bits(std::initializer_list<Ability> abilities) {
  std::uint32_t bits = 0;
  for (const Ability ability : abilities) bits |= static_cast<std::uint32_t>(ability);
  return bits;
}

/// Whoever works at a desk.
constexpr std::uint32_t kCalls =
    Bits({Ability::SeeScreen, Ability::SeeDesk, Ability::CallQueue, Ability::AnswerCalls});
/// An open server lets everybody do everything.
constexpr std::uint32_t kEverything = ~0U;

#define YIZHAN_DIRECTORY                                                                      \
  "user/Location.rs user/HealthcareService.rs user/Practitioner.rs user/PractitionerRole.rs " \
  "user/Organization.rs user/Schedule.rs user/Slot.rs user/OperationDefinition.rs "           \
  "user/PlanDefinition.rs "

// A person keeps the directory and the devices, or sees patients; the administrator does not.
constexpr Role kRoles[] = {
    {"admin", false,
     Bits({Ability::SeeScreen, Ability::SeeDesk, Ability::AnswerCalls, Ability::EditRules,
           Ability::ManageBooking, Ability::Administer}),
     "user/Location.cruds user/HealthcareService.cruds user/Practitioner.cruds "
     "user/PractitionerRole.cruds user/Organization.cruds user/Schedule.cruds user/Slot.cruds "
     "user/PlanDefinition.cruds user/Device.cruds user/OperationDefinition.rs user/AuditEvent.rs"},
    // 门诊办公室: the number source and the rules of queues.
    {"office", false,
     Bits({Ability::SeeScreen, Ability::SeeDesk, Ability::EditRules, Ability::ManageBooking}),
     YIZHAN_DIRECTORY "user/Schedule.crus user/Slot.crus user/PlanDefinition.crus user/Patient.rs "
                      "user/Appointment.crus"},
    // 导诊台: who is lost or stuck.
    {"guide", false,
     Bits({Ability::SeeScreen, Ability::SeeDesk, Ability::AnswerCalls, Ability::Guide}),
     YIZHAN_DIRECTORY "user/Patient.rs user/Appointment.rs user/Task.rs user/ServiceRequest.rs"},
    {"triage", false, kCalls | Bits({Ability::Triage, Ability::Guide}),
     YIZHAN_DIRECTORY
     "user/Slot.u user/Patient.rs user/Appointment.crus user/Task.crus user/Coverage.rs"},
    {"doctor", false, kCalls | Bits({Ability::Examine}),
     YIZHAN_DIRECTORY
     "user/Patient.rs user/Appointment.crus user/Task.crus user/Encounter.crus "
     "user/Observation.crus user/Condition.crus user/AllergyIntolerance.crus "
     "user/ServiceRequest.crus user/DiagnosticReport.rs user/MedicationRequest.crus "
     "user/DocumentReference.rs user/Binary.r"},
    {"nurse", false, kCalls | Bits({Ability::Triage}),
     YIZHAN_DIRECTORY "user/Patient.rs user/Appointment.rsu user/Task.crus user/Encounter.rs "
                      "user/Observation.crus user/AllergyIntolerance.rs user/ServiceRequest.rs "
                      "user/MedicationRequest.rs"},
    {"pharmacist", false, kCalls | Bits({Ability::Dispense}),
     YIZHAN_DIRECTORY
     "user/Patient.rs user/Task.rus user/AllergyIntolerance.rs user/MedicationRequest.rus "
     "user/MedicationDispense.crus"},
    {"cashier", false, kCalls,
     YIZHAN_DIRECTORY
     "user/Patient.rs user/Appointment.rs user/Task.rus user/Invoice.crus user/ChargeItem.crus "
     "user/Coverage.rs"},
    {"lab", false, kCalls | Bits({Ability::Draw}),
     YIZHAN_DIRECTORY "user/Patient.rs user/Task.rus user/ServiceRequest.rus user/Specimen.crus "
                      "user/Observation.crus user/DiagnosticReport.crus"},
    // 检查科室: who works in an exam room without being the doctor.
    {"technician", false, kCalls | Bits({Ability::Examine}),
     YIZHAN_DIRECTORY "user/Patient.rs user/Appointment.rus user/Task.rus user/ServiceRequest.rus "
                      "user/Observation.crus user/DiagnosticReport.crus"},
    {"operator", false, Bits({Ability::SeeScreen, Ability::AnswerCalls}),
     "user/Device.rs user/Location.rs"},
    {"kiosk", true, Bits({Ability::SeeScreen}),
     YIZHAN_DIRECTORY
     "user/Slot.u user/Patient.crus user/Appointment.crus user/Task.crus user/Coverage.rs "
     "user/Invoice.rus user/ServiceRequest.rs user/DiagnosticReport.rs user/Observation.rs "
     "user/MedicationRequest.rs user/DocumentReference.rs user/Binary.r user/Device.crus "
     "user/Questionnaire.rs user/QuestionnaireResponse.c user/Communication.crus "
     "user/Consent.crs"},
    {"screen", true, Bits({Ability::SeeScreen}), ""},
};

}  // namespace

const Role* FindRole(std::string_view name, bool is_device) {
  const auto* role = std::ranges::find_if(
      kRoles, [&](const Role& one) { return one.name == name && one.is_device == is_device; });
  return role == std::ranges::end(kRoles) ? nullptr : role;
}

std::string RoleNames(bool is_device) {
  std::string names;
  for (const Role& role : kRoles) {
    if (role.is_device != is_device) continue;
    names += (names.empty() ? "" : ", ") + std::string(role.name);
  }
  return names;
}

std::vector<std::string> StaffRoles() {
  std::vector<std::string> names;
  for (const Role& role : kRoles) {
    if (!role.is_device) names.emplace_back(role.name);
  }
  return names;
}

void Principal::AddRole(const std::string& role_name, bool is_device) {
  const Role* role = FindRole(role_name, is_device);
  if (role == nullptr) return;
  roles.push_back(role_name);
  abilities |= role->abilities;
  grant = grant.Or(Grant::Parse(role->scopes, "user"));
}

Principal Principal::OfOpenServer() {
  Principal open;
  open.id = "open";
  open.abilities = kEverything;
  open.grant = Grant::All();
  return open;
}

}  // namespace yizhan::security
