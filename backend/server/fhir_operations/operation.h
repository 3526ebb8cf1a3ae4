/// \file
/// FHIR operations ("$name"). One file each beside this one; operations.cpp lists them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "backend/hospital/hospital.h"
#include "backend/server/fhir_request.h"

namespace yizhan::server {

/// One call. Everything in it outlives the call only.
struct OperationCall {
  store::ResourceStore& store;
  hospital::Hospital& hospital;
  const FhirRequest& request;
  std::string type;  ///< "" at the base.
  std::string id;    ///< "" on a type.
};

struct Operation {
  std::string_view name;         ///< "check-in", without the '$'.
  std::string_view title;        ///< Name of its OperationDefinition: "CheckIn".
  std::string_view description;  ///< One sentence for people.
  std::string_view type;         ///< The resource type it belongs to; "Resource": every one.
  std::string_view standard;     ///< Canonical of the operation in R4 that this is; "": our own.
  bool on_type = false;
  bool on_instance = false;
  bool affects_state = false;  ///< False: may be called by GET, too.
  FhirAnswer (*run)(const OperationCall& call) = nullptr;
  /// OperationDefinition.parameter
  fhir::Json (*parameters)() = nullptr;
};

/// Every operation of this server.
[[nodiscard]] std::span<const Operation* const> Operations();
/// The operation that a path means. Null: there is none at that level. `id` empty: on the type.
[[nodiscard]] const Operation* FindOperation(std::string_view name, std::string_view type,
                                             std::string_view id);
/// Its OperationDefinition; the id is the operation's name.
[[nodiscard]] fhir::Json DefinitionOf(const Operation& operation);
/// True for the OperationDefinitions that this program publishes: nobody else may change them.
[[nodiscard]] bool IsPublished(std::string_view type, std::string_view id);
/// Stores the definitions that are missing or of another version of the program. Call at start.
[[nodiscard]] Status PublishOperations(store::ResourceStore& store);

/// What the hospital answers, over HTTP.
[[nodiscard]] FhirAnswer AnswerOf(const hospital::OperationAnswer& done);
/// An operation of ours on one resource of a type.
[[nodiscard]] constexpr Operation OnInstance(std::string_view type, std::string_view name,
                                             std::string_view title, std::string_view description,
                                             bool affects_state,
                                             FhirAnswer (*run)(const OperationCall&),
                                             fhir::Json (*parameters)()) {
  return {.name = name,
          .title = title,
          .description = description,
          .type = type,
          .standard = "",
          .on_type = false,
          .on_instance = true,
          .affects_state = affects_state,
          .run = run,
          .parameters = parameters};
}

/// One OperationDefinition.parameter. `most` is "1" or "*".
[[nodiscard]] fhir::Json OperationParameter(const char* name, const char* use, int min,
                                            const char* most, const char* type,
                                            const char* documentation);

/// Of Appointment: $book, $wait, $confirm and the others.
[[nodiscard]] std::span<const Operation* const> BookingOperations();
/// Of Schedule and Appointment: $stop, $substitute, $add-number, $rebook, $alternatives,
/// $invitation.
[[nodiscard]] std::span<const Operation* const> SessionOperations();
/// Of Patient: $lab-check-in, $exam-check-in, $pharmacy-check-in, $centre-check-in.
[[nodiscard]] std::span<const Operation* const> CareOperations();
extern const Operation kBookingTerms;
extern const Operation kCheckIn;
extern const Operation kGuide;
extern const Operation kValidate;
extern const Operation kEverything;

}  // namespace yizhan::server
