#include "backend/server/fhir_search.h"

#include <algorithm>

#include "backend/fhir/client.h"
#include "backend/fhir/resources.h"
#include "backend/server/fhir_presentation.h"

namespace yizhan::server {
namespace {

using store::StoredResource;

/// A Bundle of type searchset, put together from stored texts without parsing them again.
class SearchsetWriter {
 public:
  explicit SearchsetWriter(const std::string& base) : base_(base) {}

  void Link(const char* relation, const std::string& url) {
    links_ += links_.empty() ? "" : ",";
    links_ += std::string("{\"relation\":\"") + relation + "\",\"url\":" + Quoted(url) + '}';
  }
  void Entry(const StoredResource& resource, const Presentation& presentation, const char* mode) {
    Begin();
    entries_ += "{\"fullUrl\":" + Quoted(base_ + '/' + resource.type + '/' + resource.id) +
                ",\"resource\":";
    entries_ += presentation.IsWhole() ? resource.text : Present(resource.text, presentation);
    End(mode);
  }
  /// Something that the client should know about the search.
  void Remark(std::string_view diagnostics) {
    Begin();
    fhir::Json outcome = fhir::Outcome("suppressed", diagnostics);
    outcome.At("issue").MutableItems().at(0).Set("severity", fhir::Json::String("warning"));
    entries_ += "{\"resource\":" + outcome.Write();
    End("outcome");
  }
  std::string Finish(std::optional<std::int64_t> total) {
    std::string out = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"";
    if (total) out += ",\"total\":" + std::to_string(*total);
    out += ",\"link\":[" + links_ + ']';
    if (!entries_.empty()) out += ",\"entry\":[" + entries_ + ']';
    return out + '}';
  }

 private:
  void Begin() { entries_ += entries_.empty() ? "" : ","; }
  void End(const char* mode) {
    entries_ += std::string(",\"search\":{\"mode\":\"") + mode + "\"}}";
  }

  const std::string& base_;
  std::string links_;
  std::string entries_;
};

std::string QueryText(const store::SearchParameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += (text.empty() ? "?" : "&") + fhir::EncodeQuery(name) + '=' + fhir::EncodeQuery(value);
  }
  return text;
}

/// A type that the search looks into without being allowed to; "" when there is none. Whoever
/// could chain into a type would learn what is in it.
std::string_view ForbiddenType(const std::vector<store::Criterion>& criteria,
                               const FhirRequest& request) {
  for (const store::Criterion& criterion : criteria) {
    if (!request.May(Interaction::Search, criterion.param->type)) return criterion.param->type;
    const std::string_view behind = ForbiddenType(criterion.chained, request);
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
  Result<store::SearchQuery> parsed = store::ParseSearch(type, *parameters, zone, request.handling);
  if (!parsed) return Failure(parsed.error());
  if (const auto forbidden = ForbiddenType(parsed->all_of, request); !forbidden.empty()) {
    return Forbidden(forbidden);
  }
  parsed->only_total = presentation->summary == Summary::Count;
  Result<store::SearchResult> found = view.Search(*parsed);
  if (!found) return Failure(found.error());

  SearchsetWriter writer(request.base);
  const std::string address = request.base + '/' + type;
  store::SearchParameters used = parsed->used;
  used.insert(used.end(), presentation->given.begin(), presentation->given.end());
  writer.Link("self", address + QueryText(used));
  if (!found->next_cursor.empty()) {
    used.emplace_back("_cursor", found->next_cursor);
    writer.Link("next", address + QueryText(used));
  }
  for (const StoredResource& match : found->matches) writer.Entry(match, *presentation, "match");
  bool is_all = true;
  for (const StoredResource& included : found->included) {
    if (request.May(Interaction::Read, included.type)) {
      writer.Entry(included, *presentation, "include");
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
      store::ParseSearch(type, *parameters, zone, store::Handling::Strict);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  if (parsed->all_of.empty() && parsed->ids.empty()) {
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
