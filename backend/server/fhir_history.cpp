#include "backend/server/fhir_history.h"

#include <algorithm>
#include <charconv>

#include "backend/server/fhir_presentation.h"
#include "backend/server/searchset_writer.h"

namespace yizhan::server {
namespace {

using store::StoredResource;

constexpr std::size_t kUsualPage = 100;
constexpr std::size_t kMaxPage = 1000;

/// What a history is asked for, and the parameters that were understood.
struct Asked {
  store::HistoryQuery query;
  Presentation presentation;
  store::SearchParameters used;
};

Result<std::size_t> CountOf(std::string_view text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Fail(ErrorCode::BadData, "_count is no number");
  }
  return std::clamp<std::size_t>(count, 1, kMaxPage);
}

Result<Asked> Understand(const FhirRequest& request) {
  Result<store::SearchParameters> parameters = store::ParseQueryString(request.query);
  if (!parameters) return tl::unexpected<Error>(parameters.error());
  Result<Presentation> presentation = TakePresentation(*parameters);
  if (!presentation) return tl::unexpected<Error>(presentation.error());
  Asked asked;
  asked.presentation = std::move(*presentation);
  asked.query.count = kUsualPage;
  for (auto& [name, value] : *parameters) {
    if (name == "_count") {
      const Result<std::size_t> count = CountOf(value);
      if (!count) return tl::unexpected<Error>(count.error());
      asked.query.count = *count;
    } else if (name == "_since") {
      // An unencoded '+' of a time zone arrives as a space.
      std::ranges::replace(value, ' ', '+');
      asked.query.since = ParseInstant(value);
      if (!asked.query.since) return Fail(ErrorCode::BadData, "_since is no instant");
    } else if (name == "_cursor") {
      asked.query.cursor = value;
      continue;
    } else if (request.handling == store::Handling::Strict) {
      return Fail(ErrorCode::BadData, "history knows _since and _count only");
    } else {
      continue;
    }
    asked.used.emplace_back(name, value);
  }
  asked.used.insert(asked.used.end(), asked.presentation.given.begin(),
                    asked.presentation.given.end());
  return asked;
}

/// One version as an entry of the Bundle. Each change is told as the request that makes the same
/// state elsewhere: under the id that it has here, a creation is a PUT, too.
std::string EntryOf(const StoredResource& stored, const FhirRequest& request,
                    const Presentation& presentation) {
  const std::string url = stored.type + '/' + stored.id;
  std::string entry = "{\"fullUrl\":" + Quoted(request.base + '/' + url);
  if (!stored.deleted) {
    entry += ",\"resource\":";
    entry += presentation.IsWhole() ? stored.text : Present(stored.text, presentation);
  }
  entry += std::string(",\"request\":{\"method\":\"") + (stored.deleted ? "DELETE" : "PUT") +
           "\",\"url\":" + Quoted(url) + "},\"response\":{\"status\":\"";
  entry += stored.deleted ? "204" : stored.version == 1 ? "201" : "200";
  entry += "\",\"etag\":" + Quoted(Etag(stored.version)) +
           ",\"lastModified\":" + Quoted(ToInstant(stored.updated)) + "}}";
  return entry;
}

std::string LinkOf(const char* relation, const std::string& address,
                   const store::SearchParameters& parameters) {
  return std::string("{\"relation\":\"") + relation +
         "\",\"url\":" + Quoted(address + QueryText(parameters)) + '}';
}

}  // namespace

FhirAnswer History(store::ReadView& view, const FhirRequest& request, const std::string& type,
                   const std::string& id) {
  const Interaction interaction = id.empty() ? Interaction::Search : Interaction::Read;
  if (!type.empty() && !request.May(interaction, type)) return Forbidden(type);
  Result<Asked> asked = Understand(request);
  if (!asked) return Failure(asked.error());
  asked->query.type = type;
  asked->query.id = id;
  // Counting everything that ever happened costs too much to be done unasked.
  asked->query.want_total = !id.empty();
  const Result<store::HistoryPage> page = view.History(asked->query);
  if (!page) return Failure(page.error());

  std::string address = request.base;
  if (!type.empty()) address += '/' + type;
  if (!id.empty()) address += '/' + id;
  address += "/_history";
  std::string body = R"({"resourceType":"Bundle","type":"history")";
  if (page->total) body += ",\"total\":" + std::to_string(*page->total);
  store::SearchParameters here = asked->used;
  if (!asked->query.cursor.empty()) here.emplace_back("_cursor", asked->query.cursor);
  body += ",\"link\":[" + LinkOf("self", address, here);
  if (!page->next_cursor.empty()) {
    asked->used.emplace_back("_cursor", page->next_cursor);
    body += ',' + LinkOf("next", address, asked->used);
  }
  body += ']';
  std::string entries;
  for (const StoredResource& stored : page->versions) {
    if (!request.May(interaction, stored.type)) continue;
    entries += entries.empty() ? "" : ",";
    entries += EntryOf(stored, request, asked->presentation);
  }
  if (!entries.empty()) body += ",\"entry\":[" + entries + ']';
  FhirAnswer answer;
  answer.body = body + '}';
  return answer;
}

}  // namespace yizhan::server
