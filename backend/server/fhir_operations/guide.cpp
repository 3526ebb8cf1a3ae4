#include "backend/hospital/guide/guide_sheet.h"
#include "backend/server/fhir_operations/operation.h"

namespace yizhan::server {
namespace {

using fhir::Json;

FhirAnswer Guide(const OperationCall& call) {
  for (const char* type : {"Patient", "Appointment", "ServiceRequest", "Task", "Invoice"}) {
    if (!call.request.May(Interaction::Read, type)) return Forbidden(type);
  }
  const auto places = call.hospital.Places();
  const hospital::HospitalOptions& options = call.hospital.Options();
  const hospital::GuideContext context{
      call.store,   call.hospital.Board(), *places,
      options.zone, call.hospital.Now(),   options.check_in.opens_before_start};
  const auto lines = hospital::GuideSheetOf(context, call.id);
  if (!lines) return Failure(lines.error());
  const auto check_up = hospital::CheckUpTodayOf(context, call.id);
  if (!check_up) return Failure(check_up.error());
  FhirAnswer answer;
  answer.status = 200;
  answer.body = hospital::ToParameters(*lines, *check_up).Write();
  return answer;
}

Json GuideParameters() {
  return Json::Array(
      {OperationParameter("step", "out", 0, "*", "Element",
                          "order, kind, state, what, where, note, ahead, focus as parts"),
       OperationParameter("check-up", "out", 0, "1", "Element",
                          "package and payer of today's check-up as parts")});
}

}  // namespace

const Operation kGuide = {.name = "guide",
                          .title = "Guide",
                          .description = "What a patient still has to do today, in the best order",
                          .type = "Patient",
                          .standard = "",
                          .on_type = false,
                          .on_instance = true,
                          .affects_state = false,
                          .run = Guide,
                          .parameters = GuideParameters};

}  // namespace yizhan::server
