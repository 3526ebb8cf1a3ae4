#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "backend/fhir/json.h"
#include "base/result.h"

namespace yizhan::server {

/// Puts real references in place of those that a transaction Bundle makes between its entries
/// (R4 3.1.0.11.2 and 2.36.4.1). Canonicals and plain texts stay as they are.
class ReferenceMap {
 public:
  /// `full_url` is an entry's fullUrl ("urn:uuid:...", "http://elsewhere/Patient/9"), or a name
  /// given before; `name` is what it becomes: "Patient/1".
  void Add(std::string full_url, std::string name);
  [[nodiscard]] bool IsEmpty() const { return names_.empty(); }

  /// Replaces each reference, also with "/_history/2" or "#part" behind, each uri, url, oid and
  /// uuid, and links of the narrative. A relative reference means an entry of the same server:
  /// `own_full_url` is the fullUrl of the resource it is written in.
  void Replace(fhir::Json& resource, std::string_view own_full_url) const;

 private:
  void Walk(fhir::Json& value, std::string_view own_base) const;
  [[nodiscard]] std::string Renamed(std::string_view text, std::string_view own_base) const;
  [[nodiscard]] std::string RenamedLinks(std::string_view narrative,
                                         std::string_view own_base) const;

  std::map<std::string, std::string, std::less<>> names_;
};

/// A conditional reference is a search: "Patient?identifier=a|b".
[[nodiscard]] bool HasConditionalReference(const fhir::Json& resource);
/// Puts what `find` answers ("Patient/1") in place of each. The first failure ends it.
[[nodiscard]] Status ResolveConditionalReferences(
    fhir::Json& resource,
    const std::function<Result<std::string>(const std::string& type, const std::string& query)>&
        find);

}  // namespace yizhan::server
