#include <algorithm>
#include <map>
#include <set>

#include "backend/server/fhir_api.h"
#include "backend/server/fhir_bundle.h"
#include "backend/server/fhir_references.h"
#include "backend/server/fhir_search.h"
#include "backend/server/fhir_write.h"
#include "base/crypto.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// The order in which R4 wants a transaction's entries done.
int Turn(const std::string& method) {
  if (method == "DELETE") return 0;
  if (method == "POST") return 1;
  if (method == "PUT" || method == "PATCH") return 2;
  return 3;
}

/// One entry, as far as it can be prepared without the store.
struct Planned {
  FhirRequest request;
  std::string full_url;
  /// "Patient/1": what the entry creates or changes. A condition may still find another one.
  std::string name;
  bool is_conditional = false;
  bool has_conditional_reference = false;
};

std::string NewName(const std::string& type) { return type + '/' + RandomUuid(); }

std::string IdOf(const std::string& name) { return name.substr(name.find('/') + 1); }

/// The answer of an entry as the answer of the whole: it tells which entry is meant.
FhirAnswer EntryFailure(FhirAnswer answer, std::size_t entry) {
  Result<Json> outcome = Json::Parse(answer.body);
  if (!outcome || !(*outcome)["issue"].IsArray()) return answer;
  const std::string where = "Bundle.entry[" + std::to_string(entry) + ']';
  for (Json& issue : outcome->At("issue").MutableItems()) {
    const std::string& inside = issue["expression"][0].AsString();
    const std::size_t dot = inside.find('.');
    std::string expression = where;
    if (!inside.empty()) expression += ".resource";
    if (dot != std::string::npos) expression += inside.substr(dot);
    issue.Set("expression", Json::Array({Json::String(std::move(expression))}));
  }
  answer.body = outcome->Write();
  answer.etag.clear();
  answer.last_modified.reset();
  return answer;
}

/// What can be done before the store is asked: names, references between entries, validation.
class Plan {
 public:
  explicit Plan(const FhirRequest& bundle) {
    for (const Json& entry : bundle.body["entry"].Items()) {
      Planned planned;
      planned.request = RequestOf(entry, bundle);
      planned.full_url = entry["fullUrl"].AsString();
      entries.push_back(std::move(planned));
    }
  }

  [[nodiscard]] std::optional<FhirAnswer> Prepare() {
    ReferenceMap references;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (auto refusal = Name(entries[i])) return EntryFailure(*refusal, i);
      const Planned& entry = entries[i];
      if (entry.full_url.empty() || entry.name.empty()) continue;
      if (!full_urls_.insert(entry.full_url).second) {
        return EntryFailure(Refusal(400, "duplicate", "two entries have the same fullUrl"), i);
      }
      references.Add(entry.full_url, entry.name);
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      Planned& entry = entries[i];
      if (Turn(entry.request.method) == 3) continue;
      if (entry.request.method != "PATCH") references.Replace(entry.request.body, entry.full_url);
      if (auto refusal = RefuseChange(entry.request)) return EntryFailure(*refusal, i);
      entry.has_conditional_reference = HasConditionalReference(entry.request.body);
    }
    return std::nullopt;
  }

  std::vector<Planned> entries;

 private:
  std::optional<FhirAnswer> Name(Planned& entry) {
    FhirRequest& request = entry.request;
    if (Turn(request.method) == 3) {
      if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
      return Refusal(400, "not-supported", "method is not supported in a transaction");
    }
    const std::vector<std::string> parts = SplitPath(request.path);
    if (request.method == "POST") {
      if (parts.size() != 1) {
        return Refusal(400, "not-supported", "an entry cannot be an operation or a Bundle");
      }
      entry.is_conditional = !request.if_none_exist.empty();
      // Two of the same would both find nothing, and both be created.
      if (entry.is_conditional && !conditions_.insert(parts[0] + request.if_none_exist).second) {
        return Refusal(400, "duplicate", "two entries create on the same condition");
      }
      entry.name = NewName(parts[0]);
      if (request.body.IsObject()) request.body.Set("id", Json::String(IdOf(entry.name)));
      return std::nullopt;
    }
    if (parts.size() == 2) {
      entry.name = request.path;
      return std::nullopt;
    }
    entry.is_conditional = true;
    if (request.method == "PUT" && parts.size() == 1) {
      const std::string& own_id = request.body["id"].AsString();
      entry.name = own_id.empty() ? NewName(parts[0]) : parts[0] + '/' + own_id;
    }
    return std::nullopt;
  }

  std::set<std::string> full_urls_;
  std::set<std::string> conditions_;
};

/// One run of a plan inside the store's transaction. The plan stays as it is: it may run again.
class Run {
 public:
  Run(FhirApi& api, store::Transaction& transaction, const Plan& plan)
      : api_(api), transaction_(transaction), entries_(plan.entries) {
    names_.resize(entries_.size());
    answers_.resize(entries_.size());
  }

  FhirAnswer Do() {
    std::vector<std::size_t> order(entries_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {},
                             [this](std::size_t i) { return Turn(entries_[i].request.method); });
    bool is_resolved = false;
    for (const std::size_t i : order) {
      if (Turn(entries_[i].request.method) > 0 && !is_resolved) {
        if (auto refusal = ResolveAll()) return *refusal;
        is_resolved = true;
      }
      answers_[i] = DoOne(i);
      if (!answers_[i].Good()) return EntryFailure(answers_[i], i);
    }
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      texts.push_back(ResponseEntry(std::move(answers_[i]), entries_[i].request));
    }
    FhirAnswer answer;
    answer.body = BundleText("transaction-response", texts);
    return answer;
  }

 private:
  using Found = Result<std::vector<store::StoredResource>>;

  Found Find(const FhirRequest& request, const std::string& condition) {
    const std::string type = SplitPath(request.path).at(0);
    const std::size_t question = condition.find('?');
    return Matches(transaction_, request, api_.Zone(), type,
                   question == std::string::npos ? condition : condition.substr(question + 1));
  }

  /// An identity may be changed once. What a condition found and leaves alone does not count.
  bool IsSecond(const std::string& name) { return !targets_.insert(name).second; }

  static FhirAnswer Duplicate() {
    return Refusal(400, "duplicate", "two entries change the same resource");
  }

  /// Finds out what each condition means, now that the deletions are done.
  std::optional<FhirAnswer> ResolveAll() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (auto refusal = Resolve(i)) return EntryFailure(*refusal, i);
    }
    return std::nullopt;
  }

  std::optional<FhirAnswer> Resolve(std::size_t i) {
    const Planned& entry = entries_[i];
    const int turn = Turn(entry.request.method);
    if (turn == 0 || turn == 3) return std::nullopt;
    names_[i] = entry.name;
    if (!entry.is_conditional)
      return IsSecond(names_[i]) ? std::optional(Duplicate()) : std::nullopt;
    const bool is_create = entry.request.method == "POST";
    const Found found =
        Find(entry.request, is_create ? entry.request.if_none_exist : entry.request.query);
    if (!found) {
      const bool is_forbidden = found.error().code == ErrorCode::Refused;
      return is_forbidden ? Refusal(403, "forbidden", found.error().detail)
                          : Failure(found.error());
    }
    if (found->size() > 1) {
      return Refusal(412, "multiple-matches", "the condition does not select one resource");
    }
    if (found->empty()) {
      if (entry.request.method == "PATCH") {
        return Refusal(404, "not-found", "the condition selects no resource");
      }
      if (entry.request.method == "PUT" && Exists(entry)) {
        return Refusal(409, "conflict", "that id exists, but does not meet the condition");
      }
      if (is_create) {
        created_.emplace(entry.request.path + '?' + entry.request.if_none_exist, names_[i]);
      }
      return IsSecond(names_[i]) ? std::optional(Duplicate()) : std::nullopt;
    }
    names_[i] = found->front().type + '/' + found->front().id;
    if (names_[i] != entry.name && !entry.name.empty()) renamed_.Add(entry.name, names_[i]);
    if (is_create) {
      existing_.emplace(i, found->front());
      return std::nullopt;
    }
    return IsSecond(names_[i]) ? std::optional(Duplicate()) : std::nullopt;
  }

  bool Exists(const Planned& entry) {
    const auto stored = transaction_.Read(SplitPath(entry.name).at(0), IdOf(entry.name));
    return stored && !stored->deleted;
  }

  /// What an entry creates on that very condition; "" if none does.
  std::string CreatedOn(const std::string& type, const std::string& condition) const {
    const auto found = created_.find(type + '?' + condition);
    return found == created_.end() ? "" : found->second;
  }

  /// The body with the references that only the store could tell.
  Result<Json> BodyOf(std::size_t i) {
    const Planned& entry = entries_[i];
    Json body = entry.request.body;
    renamed_.Replace(body, "");
    if (!entry.has_conditional_reference) return body;
    const Status resolved = ResolveConditionalReferences(
        body, [&](const std::string& type, const std::string& query) -> Result<std::string> {
          const auto matches = Matches(transaction_, entry.request, api_.Zone(), type, query);
          if (!matches) return tl::unexpected<Error>(matches.error());
          if (matches->empty()) {
            if (std::string name = CreatedOn(type, query); !name.empty()) return name;
          }
          if (matches->size() != 1) {
            return Fail(ErrorCode::NotFound, "a conditional reference does not name one resource");
          }
          return type + '/' + matches->front().id;
        });
    if (!resolved) return tl::unexpected<Error>(resolved.error());
    return body;
  }

  FhirAnswer DoOne(std::size_t i) {
    const FhirRequest& request = entries_[i].request;
    switch (Turn(request.method)) {
      case 0: return Remove(i);
      case 3: return api_.Get(transaction_, request);
      default: break;
    }
    if (const auto existing = existing_.find(i); existing != existing_.end()) {
      return AnswerOf(existing->second, request, 200);
    }
    FhirRequest change = request;
    change.path = names_[i];
    change.query.clear();
    change.if_none_exist.clear();
    if (request.method == "PATCH") return Change(transaction_, change, api_.Zone());
    Result<Json> body = BodyOf(i);
    if (!body && body.error().code == ErrorCode::NotFound) {
      return Refusal(412, "not-found", body.error().detail);
    }
    if (!body && body.error().code == ErrorCode::Refused) {
      return Refusal(403, "forbidden", body.error().detail);
    }
    if (!body) return Failure(body.error());
    change.body = std::move(*body);
    if (request.method == "PUT") {
      const std::string& own_id = request.body["id"].AsString();
      if (!own_id.empty() && own_id != IdOf(names_[i])) {
        return Refusal(400, "invalid", "id differs from the resource that the condition selects");
      }
      change.body.Set("id", Json::String(IdOf(names_[i])));
      return Change(transaction_, change, api_.Zone());
    }
    auto stored = transaction_.Update(std::move(change.body));
    return stored ? AnswerOf(std::move(*stored), request, 201) : Failure(stored.error());
  }

  FhirAnswer Remove(std::size_t i) {
    const Planned& entry = entries_[i];
    FhirRequest removal = entry.request;
    if (entry.is_conditional) {
      const Found found = Find(removal, removal.query);
      if (found && found->empty()) return Change(transaction_, removal, api_.Zone());
      if (found && found->size() == 1) {
        removal.path = found->front().type + '/' + found->front().id;
        removal.query.clear();
      }
    }
    if (SplitPath(removal.path).size() == 2 && IsSecond(removal.path)) return Duplicate();
    return Change(transaction_, removal, api_.Zone());
  }

  FhirApi& api_;
  store::Transaction& transaction_;
  const std::vector<Planned>& entries_;
  std::vector<std::string> names_;  ///< As Planned::name, after the conditions were asked.
  std::vector<FhirAnswer> answers_;
  std::map<std::size_t, store::StoredResource> existing_;  ///< Found by ifNoneExist.
  std::map<std::string, std::string> created_;             ///< By "Patient?identifier=a|b".
  ReferenceMap renamed_;
  std::set<std::string> targets_;
};

}  // namespace

FhirAnswer Transaction(FhirApi& api, const FhirRequest& bundle) {
  if (auto refusal = RefuseSize(bundle)) return *refusal;
  Plan plan(bundle);
  if (auto refusal = plan.Prepare()) return *refusal;
  return api.InTransaction(
      [&](store::Transaction& transaction) { return Run(api, transaction, plan).Do(); });
}

}  // namespace yizhan::server
