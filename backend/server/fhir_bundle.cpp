#include <algorithm>
#include <map>
#include <set>

#include "backend/fhir/resources.h"
#include "backend/server/fhir_api.h"
#include "base/crypto.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using store::StoredResource;

/// A batch of a terminal has about six entries; this bounds what one request may cost.
constexpr std::size_t kMaxEntries = 5000;

FhirRequest RequestOf(const Json& entry, const FhirRequest& bundle) {
  const Json& asked = entry["request"];
  FhirRequest request;
  request.method = asked["method"].AsString();
  const std::string& url = asked["url"].AsString();
  const std::size_t question = url.find('?');
  request.path = url.substr(0, question);
  if (request.path.starts_with('/')) request.path.erase(0, 1);
  if (question != std::string::npos) request.query = url.substr(question + 1);
  request.body = entry["resource"];
  request.if_match = asked["ifMatch"].AsString();
  request.if_none_match = asked["ifNoneMatch"].AsString();
  request.if_none_exist = asked["ifNoneExist"].AsString();
  request.handling = bundle.handling;
  request.base = bundle.base;
  return request;
}

/// One entry of a response Bundle; resources are spliced in as they are.
std::string EntryOf(const FhirAnswer& answer) {
  const auto quoted = [](const std::string& text) { return Json::String(text).Write(); };
  std::string entry = "{";
  if (answer.Good() && !answer.body.empty()) entry += "\"resource\":" + answer.body + ',';
  entry += "\"response\":{\"status\":\"" + std::to_string(answer.status) + '"';
  if (!answer.location.empty()) entry += ",\"location\":" + quoted(answer.location);
  if (!answer.etag.empty()) entry += ",\"etag\":" + quoted(answer.etag);
  if (!answer.last_modified.empty()) entry += ",\"lastModified\":" + quoted(answer.last_modified);
  if (!answer.Good()) entry += ",\"outcome\":" + answer.body;
  return entry + "}}";
}

std::string BundleOf(const char* type, const std::vector<std::string>& entries) {
  std::string out = std::string(R"({"resourceType":"Bundle","type":")") + type + '"';
  for (std::size_t i = 0; i < entries.size(); ++i) {
    out += i == 0 ? ",\"entry\":[" : ",";
    out += entries[i];
  }
  return out + (entries.empty() ? "}" : "]}");
}

/// The order in which R4 wants a transaction's entries done.
int Turn(const std::string& method) {
  if (method == "DELETE") return 0;
  if (method == "POST") return 1;
  if (method == "PUT") return 2;
  return 3;
}

}  // namespace

/// A transaction Bundle inside the store's transaction.
class TransactionBundle {
 public:
  TransactionBundle(FhirApi& api, store::Transaction& transaction, const FhirRequest& bundle)
      : api_(api), transaction_(transaction), entries_(bundle.body["entry"].Items()) {
    for (const Json& entry : entries_) requests_.push_back(RequestOf(entry, bundle));
    answers_.resize(entries_.size());
  }

  FhirAnswer Run() {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      if (auto refusal = Name(i)) return *refusal;
    }
    for (FhirRequest& request : requests_) {
      if (Status replaced = Replace(request.body); !replaced) {
        return Refusal(412, "not-found", replaced.error().detail);
      }
    }
    std::vector<std::size_t> order(requests_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {},
                             [this](std::size_t i) { return Turn(requests_[i].method); });
    for (const std::size_t i : order) {
      answers_[i] = Do(i);
      if (!answers_[i].Good()) return answers_[i];
    }
    std::vector<std::string> entries;
    for (const FhirAnswer& answer : answers_) entries.push_back(EntryOf(answer));
    FhirAnswer answer;
    answer.body = BundleOf("transaction-response", entries);
    return answer;
  }

 private:
  /// Finds out under which id an entry will be stored, so that others can refer to it.
  std::optional<FhirAnswer> Name(std::size_t i) {
    FhirRequest& request = requests_[i];
    const std::string& full_url = entries_[i]["fullUrl"].AsString();
    std::string name;
    if (request.method == "POST") {
      if (!store::IsResourceType(request.path) ||
          request.body["resourceType"].AsString() != request.path) {
        return Refusal(400, "invalid", "entry cannot be created");
      }
      std::string id = RandomUuid();
      if (!request.if_none_exist.empty()) {
        const auto matches = api_.Matches(transaction_, request.path, request.if_none_exist);
        if (!matches) return Failure(matches.error());
        if (matches->size() > 1) {
          return Refusal(412, "multiple-matches", "condition is not selective");
        }
        if (matches->size() == 1) {
          id = matches->front().id;
          existing_[i] = matches->front();
        }
      }
      name = request.path + '/' + id;
    } else if (request.method == "PUT" && request.query.empty()) {
      name = request.path;
    }
    if (name.empty()) return std::nullopt;
    if (!targets_.insert(name).second) {
      return Refusal(400, "duplicate", "two entries change the same resource");
    }
    names_[i] = name;
    if (full_url.starts_with("urn:")) by_full_url_[full_url] = name;
    return std::nullopt;
  }

  /// Puts real references in place of urn:uuid ones and of conditional ones (Patient?...).
  Status Replace(Json& value) {
    if (value.IsArray()) {
      for (Json& item : value.MutableItems()) {
        if (Status done = Replace(item); !done) return done;
      }
      return {};
    }
    for (const Json::Member& member : value.Members()) {
      const std::string key = member.first;
      if (!member.second.IsString()) {
        if (Status done = Replace(value.At(key)); !done) return done;
        continue;
      }
      const std::string& text = member.second.AsString();
      if (const auto found = by_full_url_.find(text); found != by_full_url_.end()) {
        value.Set(key, Json::String(found->second));
      } else if (const std::size_t question = text.find('?');
                 key == "reference" && question != std::string::npos &&
                 store::IsResourceType(text.substr(0, question))) {
        const std::string type = text.substr(0, question);
        const auto matches = api_.Matches(transaction_, type, text.substr(question + 1));
        if (!matches || matches->size() != 1) {
          return Fail(ErrorCode::NotFound, "conditional reference does not name one resource");
        }
        value.Set(key, Json::String(type + '/' + matches->front().id));
      }
    }
    return {};
  }

  FhirAnswer Do(std::size_t i) {
    FhirRequest& request = requests_[i];
    if (request.method == "GET") return api_.Get(transaction_, request);
    if (request.method == "DELETE") return api_.Delete(transaction_, request);
    if (request.method == "PUT") return api_.Update(transaction_, request);
    if (request.method != "POST") return Refusal(400, "not-supported", "method is not supported");
    FhirRequest creation = request;
    creation.method = "PUT";
    creation.path = names_.at(i);
    const std::string id = creation.path.substr(creation.path.find('/') + 1);
    if (const auto existing = existing_.find(i); existing != existing_.end()) {
      return api_.Read(transaction_, creation, existing->second.type, existing->second.id);
    }
    creation.body.Set("id", Json::String(id));
    return api_.Update(transaction_, creation);
  }

  FhirApi& api_;
  store::Transaction& transaction_;
  const std::vector<Json>& entries_;
  std::vector<FhirRequest> requests_;
  std::vector<FhirAnswer> answers_;
  std::map<std::size_t, std::string> names_;        ///< "Patient/1" of an entry.
  std::map<std::size_t, StoredResource> existing_;  ///< Found by ifNoneExist.
  std::map<std::string, std::string> by_full_url_;  ///< "urn:uuid:..." -> "Patient/1"
  std::set<std::string> targets_;
};

FhirAnswer FhirApi::Transaction(const FhirRequest& request) {
  if (request.body["entry"].Items().size() > kMaxEntries) {
    return Refusal(413, "too-costly", "Bundle has too many entries");
  }
  return InTransaction([&](store::Transaction& transaction) {
    return TransactionBundle(*this, transaction, request).Run();
  });
}

FhirAnswer FhirApi::Batch(const FhirRequest& request) {
  if (request.body["entry"].Items().size() > kMaxEntries) {
    return Refusal(413, "too-costly", "Bundle has too many entries");
  }
  std::vector<std::string> entries;
  for (const Json& entry : request.body["entry"].Items()) {
    const FhirRequest one = RequestOf(entry, request);
    // A Bundle inside a Bundle would bring its own entries past the limit.
    const bool is_nested = one.method == "POST" && one.path.empty();
    entries.push_back(
        EntryOf(is_nested ? Refusal(400, "not-supported", "Bundle in a Bundle") : Handle(one)));
  }
  FhirAnswer answer;
  answer.body = BundleOf("batch-response", entries);
  return answer;
}

}  // namespace yizhan::server
