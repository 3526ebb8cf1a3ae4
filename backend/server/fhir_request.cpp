#include "backend/server/fhir_request.h"

#include <algorithm>
#include <charconv>

#include "backend/fhir/resources.h"
#include "backend/r4/definitions.h"

namespace yizhan::server {
namespace {

using fhir::Json;

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

FhirAnswer Refusal(int status, std::string_view code, std::string_view diagnostics,
                   std::string_view expression) {
  FhirAnswer answer;
  answer.status = status;
  Json outcome = fhir::Outcome(code, diagnostics);
  if (!expression.empty()) {
    outcome.At("issue").MutableItems().at(0).Set(
        "expression", Json::Array({Json::String(std::string(expression))}));
  }
  answer.body = outcome.Write();
  return answer;
}

FhirAnswer Failure(const Error& error) {
  switch (error.code) {
    case ErrorCode::NotFound: return Refusal(404, "not-found", error.detail);
    case ErrorCode::BadData: return Refusal(400, "invalid", error.detail);
    case ErrorCode::Conflict: return Refusal(412, "conflict", error.detail);
    case ErrorCode::Refused: return Refusal(422, "business-rule", error.detail);
    case ErrorCode::Busy:
    case ErrorCode::Unreachable:
    case ErrorCode::Cancelled: return Refusal(503, "throttled", error.detail);
    case ErrorCode::Timeout: return Refusal(504, "timeout", error.detail);
    case ErrorCode::StoreFull: return Refusal(507, "no-store", error.detail);
    default: return Refusal(500, "exception", error.detail);
  }
}

FhirAnswer Forbidden(std::string_view type) {
  return Refusal(403, "forbidden", "not allowed for " + std::string(IsType(type) ? type : "this"));
}

FhirAnswer NotAllowed(std::string_view allow) {
  FhirAnswer answer = Refusal(405, "not-supported", "method is not supported here");
  answer.allow = allow;
  return answer;
}

FhirAnswer AnswerOf(store::StoredResource stored, const FhirRequest& request, int status) {
  FhirAnswer answer;
  answer.status = status;
  answer.etag = Etag(stored.version);
  answer.last_modified = stored.updated;
  if (status == 201) {
    answer.location = request.base + '/' + stored.type + '/' + stored.id + "/_history/" +
                      std::to_string(stored.version);
  }
  answer.body = std::move(stored.text);
  return answer;
}

std::string Etag(std::int64_t version) { return "W/\"" + std::to_string(version) + "\""; }

std::optional<std::int64_t> ParseEtag(std::string_view text) {
  text = Trimmed(text);
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return version;
}

bool NamesVersion(std::string_view header, std::int64_t version) {
  if (Trimmed(header) == "*") return true;
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    if (ParseEtag(header.substr(0, comma)) == version) return true;
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  return false;
}

std::vector<std::string> SplitPath(std::string_view path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (from < path.size()) {
    const std::size_t slash = std::min(path.find('/', from), path.size());
    parts.emplace_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  return parts;
}

std::optional<std::string> DecodePath(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      out += path[i];
      continue;
    }
    if (i + 2 >= path.size()) return std::nullopt;
    const std::optional<int> high = HexDigit(path[i + 1]);
    const std::optional<int> low = HexDigit(path[i + 2]);
    if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

bool IsType(std::string_view type) { return r4::IsResourceType(type); }

std::string Quoted(std::string text) { return Json::String(std::move(text)).Write(); }

}  // namespace yizhan::server
