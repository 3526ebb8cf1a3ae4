/// \file
/// One FHIR interaction as plain values, and the small rules that all of them share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"
#include "base/result.h"

namespace yizhan::server {

/// What somebody may be allowed to do with resources of one type. History of one resource and of
/// its versions is Read; history of a type or of everything is Search; Patch is Update.
enum class Interaction { Read, Create, Update, Delete, Search };

/// Answers whether the asking party may do that with that type. Called for every type that an
/// interaction touches: entries of a Bundle, the ends of chained parameters, what _include brings.
/// Empty: everything is allowed. May be called on the store's writer thread, so it must be quick
/// and must not use the store.
using Access = std::function<bool(Interaction, std::string_view type)>;

/// What the client wants to see of what it changed (Prefer: return=...).
enum class Return { Representation, Minimal, Outcome };

/// One FHIR interaction, however it arrived: as an HTTP request or as an entry of a Bundle.
struct FhirRequest {
  std::string method;
  std::string path;   ///< Below the base, decoded: "Patient/1", "Appointment/1/$check-in".
  std::string query;  ///< As sent.
  fhir::Json body;    ///< null: none. PATCH: the JSON Patch.
  std::string if_match;
  std::string if_none_match;
  std::string if_none_exist;
  std::string if_modified_since;  ///< HTTP date, or an instant from an entry of a Bundle.
  store::Handling handling = store::Handling::Lenient;
  Return wanted = Return::Representation;
  std::string base;  ///< "http://127.0.0.1:8080/fhir"
  Access access;

  [[nodiscard]] bool May(Interaction interaction, std::string_view type) const {
    return !access || access(interaction, type);
  }
};

struct FhirAnswer {
  int status = 200;
  std::string body = {};  ///< JSON; may be empty.
  std::string etag = {};
  std::string location = {};
  std::optional<WallTime> last_modified = {};
  std::string allow = {};  ///< With 405: the methods that would do.
  [[nodiscard]] bool Good() const { return status < 400; }
};

/// The answer for a failure: an OperationOutcome with the status that belongs to it.
[[nodiscard]] FhirAnswer Failure(const Error& error);
/// `code` is an IssueType. `expression` names the element ("Patient.name[0]"), when one is meant.
[[nodiscard]] FhirAnswer Refusal(int status, std::string_view code, std::string_view diagnostics,
                                 std::string_view expression = {});
/// 403: the asking party may not do that with `type`.
[[nodiscard]] FhirAnswer Forbidden(std::string_view type);
/// 405, naming what is possible instead ("GET, HEAD").
[[nodiscard]] FhirAnswer NotAllowed(std::string_view allow);
/// A stored version as the answer; with 201 also its Location.
[[nodiscard]] FhirAnswer AnswerOf(store::StoredResource stored, const FhirRequest& request,
                                  int status);

/// W/"3"
[[nodiscard]] std::string Etag(std::int64_t version);
/// Reads W/"3" or "3". Empty: it is no version of ours.
[[nodiscard]] std::optional<std::int64_t> ParseEtag(std::string_view text);
/// True when a header like `W/"1", W/"2"` or `*` names that version.
[[nodiscard]] bool NamesVersion(std::string_view header, std::int64_t version);

/// The parts of "Patient/1/_history/2".
[[nodiscard]] std::vector<std::string> SplitPath(std::string_view path);
/// Percent decoding of a path. Empty optional: broken, or a zero byte.
[[nodiscard]] std::optional<std::string> DecodePath(std::string_view path);
/// True for a type that this server stores.
[[nodiscard]] bool IsType(std::string_view type);
/// A JSON string, quoted and escaped.
[[nodiscard]] std::string Quoted(std::string text);

}  // namespace yizhan::server
