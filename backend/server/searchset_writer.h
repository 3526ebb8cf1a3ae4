#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/server/fhir_presentation.h"
#include "backend/store/resource_store.h"

namespace yizhan::server {

/// A Bundle of type searchset, put together from stored texts without parsing them again.
/// Thread-bound; borrows what it is made with.
class SearchsetWriter {
 public:
  SearchsetWriter(const std::string& base, const Presentation& presentation)
      : base_(base), presentation_(presentation) {}

  void Link(const char* relation, const std::string& address,
            const store::SearchParameters& parameters);
  /// `mode` is "match" or "include".
  void Entry(const store::StoredResource& resource, const char* mode);
  /// Something that the client should know about the search.
  void Remark(std::string_view diagnostics);
  [[nodiscard]] std::string Finish(std::optional<std::int64_t> total);

 private:
  void Begin() { entries_ += entries_.empty() ? "" : ","; }
  void End(const char* mode);

  const std::string& base_;
  const Presentation& presentation_;
  std::string links_;
  std::string entries_;
};

/// "?a=b&c=d", encoded; "" for none.
[[nodiscard]] std::string QueryText(const store::SearchParameters& parameters);

}  // namespace yizhan::server
