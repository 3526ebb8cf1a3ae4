#include "backend/server/fhir_search.h"

#include <algorithm>

#include "backend/server/fhir_presentation.h"
#include "backend/server/searchset_writer.h"
#include "backend/store/value_set.h"

namespace yizhan::server {
namespace {

using store::StoredResource;

/// A type that the criterion looks into without being allowed to; "" when there is none. Whoever
/// could chain into a type would learn what is in it.
std::string ForbiddenType(const store::Criterion& criterion, const FhirRequest& request) {
  for (const store::Criterion::Link& link : criterion.links) {
    if (!request.May(Interaction::Search, link.type)) return link.type;
    std::string behind = ForbiddenType(link.criterion, request);
    if (!behind.empty()) return behind;
  }
  return {};
}

std::string ForbiddenType(const std::vector<store::Criterion>& criteria,
                          const FhirRequest& request) {
  if (!request.May(Interaction::Read, "ValueSet") &&
      std::ranges::any_of(criteria, store::AsksForValueSet)) {
    return "ValueSet";
  }
  for (const store::Criterion& criterion : criteria) {
    std::string behind = ForbiddenType(criterion, request);
    if (!behind.empty()) return behind;
  }
  return {};
}

}  // namespace

FhirAnswer Search(store::ReadView& view, const FhirRequest& request, TimeZone zone,
                  const std::string& type, const std::string& query) {
  if (!request.May(Interaction::Search, type)) return Forbidden(type);
  Result<store::SearchParameters> parameters = store::ParseQueryString(query);
  if (!parameters) return Failure(parameters.error());
  const Result<Presentation> presentation = TakePresentation(*parameters);
  if (!presentation) return Failure(presentation.error());
  Result<store::SearchQuery> parsed =
      store::ParseSearch(type, *parameters, zone, request.handling, request.base);
  if (!parsed) return Failure(parsed.error());
  if (const auto forbidden = ForbiddenType(parsed->all_of, request); !forbidden.empty()) {
    return Forbidden(forbidden);
  }
  if (presentation->summary == Summary::Count) parsed->only_total = true;
  Result<store::SearchResult> found = view.Search(*parsed);
  if (!found) return Failure(found.error());

  SearchsetWriter writer(request.base, *presentation);
  const std::string address = request.base + '/' + type;
  store::SearchParameters used = parsed->used;
  used.insert(used.end(), presentation->given.begin(), presentation->given.end());
  writer.Link("self", address, used);
  if (!found->next_cursor.empty()) {
    used.emplace_back("_cursor", found->next_cursor);
    writer.Link("next", address, used);
  }
  for (const StoredResource& match : found->matches) writer.Entry(match, "match");
  bool is_all = true;
  for (const StoredResource& included : found->included) {
    if (request.May(Interaction::Read, included.type)) {
      writer.Entry(included, "include");
    } else {
      is_all = false;
    }
  }
  if (!is_all) writer.Remark("included resources of types that are not allowed were left out");
  FhirAnswer answer;
  answer.body = writer.Finish(found->total);
  return answer;
}

Result<std::vector<StoredResource>> Matches(store::ReadView& view, const FhirRequest& request,
                                            TimeZone zone, const std::string& type,
                                            const std::string& condition) {
  Result<store::SearchParameters> parameters = store::ParseQueryString(condition);
  if (!parameters) return tl::unexpected<Error>(parameters.error());
  if (const auto rest = TakePresentation(*parameters); !rest) {
    return tl::unexpected<Error>(rest.error());
  }
  // Strict: a condition half understood would speak of the wrong resources.
  Result<store::SearchQuery> parsed =
      store::ParseSearch(type, *parameters, zone, store::Handling::Strict, request.base);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  if (parsed->all_of.empty()) {
    return Fail(ErrorCode::BadData, "condition is empty");
  }
  if (!request.May(Interaction::Search, type) || !ForbiddenType(parsed->all_of, request).empty()) {
    return Fail(ErrorCode::Refused, "not allowed to search by that condition");
  }
  parsed->count = 2;
  parsed->cursor.clear();
  parsed->inclusions.clear();
  Result<store::SearchResult> found = view.Search(*parsed);
  if (!found) return tl::unexpected<Error>(found.error());
  return std::move(found->matches);
}

}  // namespace yizhan::server
