#include "backend/server/fhir_read.h"

#include "backend/server/fhir_presentation.h"
#include "backend/server/http_date.h"

namespace yizhan::server {
namespace {

using store::StoredResource;

/// True when the client has this version already. If-None-Match outranks If-Modified-Since.
bool IsKnown(const FhirRequest& request, const StoredResource& stored) {
  if (!request.if_none_match.empty()) return NamesVersion(request.if_none_match, stored.version);
  if (request.if_modified_since.empty()) return false;
  // An HTTP date has whole seconds; a date that is none is ignored.
  const std::optional<WallTime> since = ParseHttpDate(request.if_modified_since);
  return since && std::chrono::floor<std::chrono::seconds>(stored.updated) <= *since;
}

FhirAnswer AnswerTo(const FhirRequest& request, StoredResource stored) {
  if (!request.May(Interaction::Read, stored.type)) return Forbidden(stored.type);
  if (stored.deleted) {
    FhirAnswer gone = Refusal(410, "deleted", stored.type + " was deleted");
    gone.etag = Etag(stored.version);
    gone.last_modified = stored.updated;
    return gone;
  }
  if (IsKnown(request, stored)) {
    stored.text.clear();
    return AnswerOf(std::move(stored), request, 304);
  }
  if (request.query.empty()) return AnswerOf(std::move(stored), request, 200);
  Result<store::SearchParameters> parameters = store::ParseQueryString(request.query);
  if (!parameters) return Failure(parameters.error());
  const Result<Presentation> presentation = TakePresentation(*parameters);
  if (!presentation) return Failure(presentation.error());
  if (!parameters->empty() && request.handling == store::Handling::Strict) {
    return Refusal(400, "not-supported", "a read takes no such parameter");
  }
  if (!presentation->IsWhole()) stored.text = Present(stored.text, *presentation);
  return AnswerOf(std::move(stored), request, 200);
}

}  // namespace

FhirAnswer Read(store::ReadView& view, const FhirRequest& request, const std::string& type,
                const std::string& id) {
  if (!request.May(Interaction::Read, type)) return Forbidden(type);
  Result<StoredResource> stored = view.Read(type, id);
  if (!stored) return Failure(stored.error());
  return AnswerTo(request, std::move(*stored));
}

FhirAnswer ReadVersion(store::ReadView& view, const FhirRequest& request, const std::string& type,
                       const std::string& id, const std::string& version) {
  if (!request.May(Interaction::Read, type)) return Forbidden(type);
  const std::optional<std::int64_t> number = ParseEtag('"' + version + '"');
  if (!number) return Refusal(404, "not-found", "no such version");
  Result<StoredResource> stored = view.ReadVersion(type, id, *number);
  if (!stored) return Failure(stored.error());
  return AnswerTo(request, std::move(*stored));
}

}  // namespace yizhan::server
