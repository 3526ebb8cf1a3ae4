#include "backend/server/fhir_api.h"

#include <charconv>

#include "backend/fhir/client.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using store::StoredResource;

constexpr std::size_t kMaxHistory = 200;

std::string Etag(std::int64_t version) { return "W/\"" + std::to_string(version) + "\""; }

/// Reads W/"3" or "3". Empty: the version cannot be one of ours.
std::optional<std::int64_t> ParseEtag(std::string_view text) {
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return version;
}

/// The parts of "Patient/1/_history/2".
std::vector<std::string> Split(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (from < path.size()) {
    const std::size_t slash = std::min(path.find('/', from), path.size());
    parts.push_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  return parts;
}

FhirAnswer AnswerOf(const StoredResource& stored, const FhirRequest& request, int status) {
  FhirAnswer answer;
  answer.status = status;
  answer.body = stored.text;
  answer.etag = Etag(stored.version);
  answer.last_modified = ToInstant(stored.updated);
  if (status == 201) {
    answer.location = request.base + '/' + stored.type + '/' + stored.id + "/_history/" +
                      std::to_string(stored.version);
  }
  return answer;
}

std::string Quoted(std::string text) { return Json::String(std::move(text)).Write(); }

/// A Bundle of type searchset, put together from stored texts without parsing them again.
class SearchsetWriter {
 public:
  explicit SearchsetWriter(const std::string& base) : base_(base) {}

  void Link(const char* relation, const std::string& url) {
    links_ += links_.empty() ? "" : ",";
    links_ += std::string("{\"relation\":\"") + relation + "\",\"url\":" + Quoted(url) + '}';
  }
  void Entry(const StoredResource& resource, const char* mode) {
    entries_ += entries_.empty() ? "" : ",";
    entries_ += "{\"fullUrl\":" + Quoted(base_ + '/' + resource.type + '/' + resource.id) +
                ",\"resource\":" + resource.text + ",\"search\":{\"mode\":\"" + mode + "\"}}";
  }
  std::string Finish(std::optional<std::int64_t> total) {
    std::string out = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"";
    if (total) out += ",\"total\":" + std::to_string(*total);
    out += ",\"link\":[" + links_ + ']';
    if (!entries_.empty()) out += ",\"entry\":[" + entries_ + ']';
    return out + '}';
  }

 private:
  const std::string base_;
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

std::optional<FhirAnswer> CheckBody(const FhirRequest& request, const std::string& type) {
  if (!request.body.IsObject()) return Refusal(400, "structure", "body is no resource");
  if (request.body["resourceType"].AsString() != type) {
    return Refusal(400, "invalid", "resourceType differs from the address");
  }
  return std::nullopt;
}

}  // namespace

FhirAnswer Refusal(int status, std::string_view code, std::string_view diagnostics) {
  FhirAnswer answer;
  answer.status = status;
  answer.body = fhir::Outcome(code, diagnostics).Write();
  return answer;
}

FhirAnswer Failure(const Error& error) {
  switch (error.code) {
    case ErrorCode::NotFound: return Refusal(404, "not-found", error.detail);
    case ErrorCode::BadData: return Refusal(400, "invalid", error.detail);
    case ErrorCode::Conflict: return Refusal(412, "conflict", error.detail);
    case ErrorCode::Refused: return Refusal(422, "business-rule", error.detail);
    case ErrorCode::Busy:
    case ErrorCode::Cancelled: return Refusal(503, "throttled", error.detail);
    case ErrorCode::StoreFull: return Refusal(507, "no-store", error.detail);
    default: return Refusal(500, "exception", error.detail);
  }
}

FhirAnswer FhirApi::Handle(const FhirRequest& request) {
  if (request.method == "GET" || request.method == "HEAD") return Get(store_, request);
  if (request.method == "POST") return Post(request);
  if (request.method == "PUT") {
    return InTransaction([&](store::Transaction& t) { return Update(t, request); });
  }
  if (request.method == "DELETE") {
    return InTransaction([&](store::Transaction& t) { return Delete(t, request); });
  }
  return Refusal(405, "not-supported", "method is not supported");
}

FhirAnswer FhirApi::InTransaction(const std::function<FhirAnswer(store::Transaction&)>& change) {
  FhirAnswer answer;
  const Status status = store_.Write([&](store::Transaction& transaction) -> Status {
    answer = change(transaction);
    return answer.Good() ? Status() : Fail(ErrorCode::Refused, "");
  });
  // A refused change has its own answer; everything else is the store's failure.
  if (!status && status.error().code != ErrorCode::Refused) return Failure(status.error());
  return answer;
}

FhirAnswer FhirApi::Get(store::ReadView& view, const FhirRequest& request) {
  const std::vector<std::string> parts = Split(request.path);
  if (parts.size() == 1 && parts[0] == "metadata") {
    FhirAnswer answer;
    answer.body = CapabilityText(request.base);
    return answer;
  }
  if (parts.empty() || !store::IsResourceType(parts[0])) {
    return Refusal(404, "not-supported", "no such resource type");
  }
  if (parts.size() == 1) return Search(view, request, parts[0], request.query);
  if (!fhir::IsId(parts[1])) return Refusal(404, "not-found", "no such resource");
  if (parts.size() == 2) return Read(view, request, parts[0], parts[1]);
  if (parts[2] == "_history" && parts.size() <= 4) {
    return History(request, parts[0], parts[1], parts.size() == 4 ? parts[3] : "");
  }
  return Refusal(404, "not-found", "no such address");
}

FhirAnswer FhirApi::Read(store::ReadView& view, const FhirRequest& request, const std::string& type,
                         const std::string& id) {
  const Result<StoredResource> stored = view.Read(type, id);
  if (!stored) return Failure(stored.error());
  if (stored->deleted) return Refusal(410, "deleted", type + " was deleted");
  FhirAnswer answer = AnswerOf(*stored, request, 200);
  if (!request.if_none_match.empty() && ParseEtag(request.if_none_match) == stored->version) {
    answer.status = 304;
    answer.body.clear();
  }
  return answer;
}

FhirAnswer FhirApi::History(const FhirRequest& request, const std::string& type,
                            const std::string& id, const std::string& version) {
  if (!version.empty()) {
    const std::optional<std::int64_t> number = ParseEtag('"' + version + '"');
    if (!number) return Refusal(404, "not-found", "no such version");
    const Result<StoredResource> stored = store_.ReadVersion(type, id, *number);
    if (!stored) return Failure(stored.error());
    if (stored->deleted) return Refusal(410, "deleted", type + " was deleted");
    return AnswerOf(*stored, request, 200);
  }
  store::HistoryQuery query;
  query.type = type;
  query.id = id;
  query.count = kMaxHistory;
  const Result<store::HistoryPage> page = store_.History(query);
  if (!page) return Failure(page.error());
  std::string entries;
  for (const StoredResource& stored : page->versions) {
    const std::string url = type + '/' + id;
    entries += entries.empty() ? "{" : ",{";
    entries += "\"fullUrl\":" + Quoted(request.base + '/' + url);
    if (!stored.deleted) entries += ",\"resource\":" + stored.text;
    entries += std::string(",\"request\":{\"method\":\"") + (stored.deleted ? "DELETE" : "PUT") +
               "\",\"url\":" + Quoted(url) + "},\"response\":{\"status\":\"" +
               (stored.deleted        ? "204"
                : stored.version == 1 ? "201"
                                      : "200") +
               "\",\"etag\":" + Quoted(Etag(stored.version)) +
               ",\"lastModified\":" + Quoted(ToInstant(stored.updated)) + "}}";
  }
  FhirAnswer answer;
  answer.body = R"({"resourceType":"Bundle","type":"history","total":)" +
                std::to_string(page->versions.size()) + ",\"entry\":[" + entries + "]}";
  return answer;
}

FhirAnswer FhirApi::Search(store::ReadView& view, const FhirRequest& request,
                           const std::string& type, const std::string& query) {
  const Result<store::SearchParameters> parameters = store::ParseQueryString(query);
  if (!parameters) return Failure(parameters.error());
  const Result<store::SearchQuery> parsed =
      store::ParseSearch(type, *parameters, hospital_.Options().zone, request.handling);
  if (!parsed) return Failure(parsed.error());
  const Result<store::SearchResult> found = view.Search(*parsed);
  if (!found) return Failure(found.error());

  SearchsetWriter writer(request.base);
  const std::string address = request.base + '/' + type;
  writer.Link("self", address + QueryText(parsed->used));
  if (!found->next_cursor.empty()) {
    store::SearchParameters next = parsed->used;
    next.emplace_back("_cursor", found->next_cursor);
    writer.Link("next", address + QueryText(next));
  }
  for (const StoredResource& match : found->matches) writer.Entry(match, "match");
  for (const StoredResource& included : found->included) writer.Entry(included, "include");
  FhirAnswer answer;
  answer.body = writer.Finish(found->total);
  return answer;
}

FhirAnswer FhirApi::Post(const FhirRequest& request) {
  const std::vector<std::string> parts = Split(request.path);
  if (parts.empty()) {
    if (request.body["resourceType"].AsString() != "Bundle") {
      return Refusal(400, "structure", "body is no Bundle");
    }
    const std::string& type = request.body["type"].AsString();
    if (type == "batch") return Batch(request);
    if (type == "transaction") return Transaction(request);
    return Refusal(400, "value", "Bundle is neither batch nor transaction");
  }
  if (!store::IsResourceType(parts[0])) {
    return Refusal(404, "not-supported", "no such resource type");
  }
  if (parts.size() == 1) {
    return InTransaction([&](store::Transaction& t) { return Create(t, request); });
  }
  const bool is_check_in = parts.size() == 3 && parts[0] == "Appointment" &&
                           parts[2] == std::string("$") + fhir::systems::kCheckInOperation;
  if (is_check_in) {
    if (!fhir::IsId(parts[1])) return Refusal(404, "not-found", "no such resource");
    hospital::OperationAnswer done = hospital_.CheckIn(parts[1], request.body);
    FhirAnswer answer;
    answer.status = done.status;
    answer.body = done.body.Write();
    return answer;
  }
  return Refusal(404, "not-supported", "no such operation");
}

Result<std::vector<StoredResource>> FhirApi::Matches(store::ReadView& view, const std::string& type,
                                                     const std::string& query) {
  const Result<store::SearchParameters> parameters = store::ParseQueryString(query);
  if (!parameters) return tl::unexpected<Error>(parameters.error());
  // Strict: a condition half understood would speak of the wrong resources.
  Result<store::SearchQuery> parsed =
      store::ParseSearch(type, *parameters, hospital_.Options().zone, store::Handling::Strict);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  if (parsed->all_of.empty() && parsed->ids.empty()) {
    return Fail(ErrorCode::BadData, "condition is empty");
  }
  parsed->count = 2;
  Result<store::SearchResult> found = view.Search(*parsed);
  if (!found) return tl::unexpected<Error>(found.error());
  return std::move(found->matches);
}

FhirAnswer FhirApi::Create(store::Transaction& transaction, const FhirRequest& request) {
  const std::string& type = request.path;
  if (auto refusal = CheckBody(request, type)) return *refusal;
  if (!request.if_none_exist.empty()) {
    std::string condition = request.if_none_exist;
    if (const std::size_t question = condition.find('?'); question != std::string::npos) {
      condition.erase(0, question + 1);
    }
    const auto matches = Matches(transaction, type, condition);
    if (!matches) return Failure(matches.error());
    if (matches->size() > 1) return Refusal(412, "multiple-matches", "condition is not selective");
    if (matches->size() == 1) return AnswerOf(matches->front(), request, 200);
  }
  const Result<StoredResource> stored = transaction.Create(request.body);
  if (!stored) return Failure(stored.error());
  return AnswerOf(*stored, request, 201);
}

FhirAnswer FhirApi::Update(store::Transaction& transaction, const FhirRequest& request) {
  const std::vector<std::string> parts = Split(request.path);
  if (parts.empty() || parts.size() > 2 || !store::IsResourceType(parts[0])) {
    return Refusal(404, "not-supported", "no such resource type");
  }
  if (auto refusal = CheckBody(request, parts[0])) return *refusal;
  Json body = request.body;
  if (parts.size() == 1) {
    const auto matches = Matches(transaction, parts[0], request.query);
    if (!matches) return Failure(matches.error());
    if (matches->size() > 1) return Refusal(412, "multiple-matches", "condition is not selective");
    if (matches->empty() && !body.Has("id")) {
      const Result<StoredResource> created = transaction.Create(std::move(body));
      return created ? AnswerOf(*created, request, 201) : Failure(created.error());
    }
    if (!matches->empty()) body.Set("id", Json::String(matches->front().id));
  } else if (body["id"].AsString() != parts[1]) {
    return Refusal(400, "invalid", "id differs from the address");
  }
  if (!fhir::IsId(body["id"].AsString())) return Refusal(400, "value", "id is no FHIR id");
  std::optional<std::int64_t> expected;
  if (!request.if_match.empty()) {
    expected = ParseEtag(request.if_match);
    if (!expected) return Refusal(412, "conflict", "If-Match is no version of this server");
  }
  const Result<StoredResource> stored = transaction.Update(std::move(body), expected);
  if (!stored) return Failure(stored.error());
  return AnswerOf(*stored, request, stored->version == 1 ? 201 : 200);
}

FhirAnswer FhirApi::Delete(store::Transaction& transaction, const FhirRequest& request) {
  const std::vector<std::string> parts = Split(request.path);
  if (parts.size() != 2 || !store::IsResourceType(parts[0])) {
    return Refusal(404, "not-supported", "no such address");
  }
  std::optional<std::int64_t> expected;
  if (!request.if_match.empty()) {
    expected = ParseEtag(request.if_match);
    if (!expected) return Refusal(412, "conflict", "If-Match is no version of this server");
  }
  const Result<StoredResource> stored = transaction.Delete(parts[0], parts[1], expected);
  if (!stored && stored.error().code != ErrorCode::NotFound) return Failure(stored.error());
  FhirAnswer answer;
  answer.status = 204;
  if (stored) answer.etag = Etag(stored->version);
  return answer;
}

}  // namespace yizhan::server
