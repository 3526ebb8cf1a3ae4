#include <algorithm>
#include <vector>

#include "backend/server/fhir_operations/operation.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// In one list, made once.
const std::vector<const Operation*>& All() {
  static const std::vector<const Operation*> all = [] {
    std::vector<const Operation*> list = {&kBookingTerms, &kCheckIn, &kEverything, &kGuide,
                                          &kValidate};
    const auto booking = BookingOperations();
    list.insert(list.end(), booking.begin(), booking.end());
    const auto sessions = SessionOperations();
    list.insert(list.end(), sessions.begin(), sessions.end());
    const auto care = CareOperations();
    list.insert(list.end(), care.begin(), care.end());
    return list;
  }();
  return all;
}

Json Text(std::string_view text) { return Json::String(std::string(text)); }

/// True when what is stored says the same, whatever the store added to it.
bool IsStored(store::ReadView& view, const Json& definition) {
  const auto stored = view.Read("OperationDefinition", definition["id"].AsString());
  if (!stored || stored->deleted) return false;
  Result<Json> json = Json::Parse(stored->text);
  if (!json) return false;
  json->Remove("meta");
  return *json == definition;
}

}  // namespace

std::span<const Operation* const> Operations() { return All(); }

const Operation* FindOperation(std::string_view name, std::string_view type, std::string_view id) {
  for (const Operation* operation : All()) {
    const bool is_here = id.empty() ? operation->on_type : operation->on_instance;
    const bool is_for = operation->type == "Resource" || operation->type == type;
    if (operation->name == name && is_here && is_for) return operation;
  }
  return nullptr;
}

FhirAnswer AnswerOf(const hospital::OperationAnswer& done) {
  FhirAnswer answer;
  answer.status = done.status;
  answer.body = done.body.Write();
  return answer;
}

Json OperationParameter(const char* name, const char* use, int min, const char* most,
                        const char* type, const char* documentation) {
  return Json::Object({{"name", Text(name)},
                       {"use", Text(use)},
                       {"min", Json::Integer(min)},
                       {"max", Text(most)},
                       {"documentation", Text(documentation)},
                       {"type", Text(type)}});
}

Json DefinitionOf(const Operation& operation) {
  Json definition = Json::Object({{"resourceType", Text("OperationDefinition")},
                                  {"id", Text(operation.name)},
                                  {"name", Text(operation.title)},
                                  {"status", Text("active")},
                                  {"kind", Text("operation")},
                                  {"description", Text(operation.description)},
                                  {"affectsState", Json::Boolean(operation.affects_state)},
                                  {"code", Text(operation.name)}});
  if (!operation.standard.empty()) definition.Set("base", Text(operation.standard));
  definition.Set("resource", Json::Array({Text(operation.type)}));
  definition.Set("system", Json::Boolean(false));
  definition.Set("type", Json::Boolean(operation.on_type));
  definition.Set("instance", Json::Boolean(operation.on_instance));
  definition.Set("parameter", operation.parameters());
  return definition;
}

bool IsPublished(std::string_view type, std::string_view id) {
  return type == "OperationDefinition" &&
         std::ranges::any_of(All(), [&](const Operation* one) { return one->name == id; });
}

Status PublishOperations(store::ResourceStore& store) {
  for (const Operation* operation : All()) {
    const Json definition = DefinitionOf(*operation);
    if (IsStored(store, definition)) continue;
    const Status stored = store.Write([&](store::Transaction& transaction) -> Status {
      const auto updated = transaction.Update(definition);
      return updated ? Status() : tl::unexpected<Error>(updated.error());
    });
    if (!stored) return stored;
  }
  return {};
}

}  // namespace yizhan::server
