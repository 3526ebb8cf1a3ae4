#include "backend/server/fhir_media.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

namespace yizhan::server {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

/// Calls `each` with the trimmed parts of a list.
void ForEach(std::string_view list, char separator,
             const std::function<void(std::string_view)>& each) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(separator), list.size());
    each(Trimmed(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

/// "application/fhir+json; fhirVersion=4.0; q=0.5"
struct Media {
  std::string type;
  bool is_excluded = false;  ///< q=0
  bool is_ours = true;       ///< No other FHIR version, no other character set.
};

Media MediaOf(std::string_view text) {
  Media media;
  bool first = true;
  ForEach(text, ';', [&](std::string_view part) {
    const std::string lower = Lower(part);
    if (first) {
      media.type = lower;
    } else if (lower.starts_with("fhirversion=")) {
      media.is_ours = media.is_ours && (lower.ends_with("=4.0") || lower.ends_with("=4.0.1"));
    } else if (lower.starts_with("charset=")) {
      const bool is_utf8 = lower.ends_with("utf-8") || lower.ends_with("utf-8\"");
      media.is_ours = media.is_ours && is_utf8;
    } else if (lower.starts_with("q=")) {
      media.is_excluded = lower.find_first_not_of("0.", 2) == std::string::npos;
    }
    first = false;
  });
  return media;
}

bool IsJsonType(std::string_view type) {
  static constexpr std::array<std::string_view, 4> kTypes = {
      "application/fhir+json", "application/json", "application/json+fhir", "text/json"};
  return std::ranges::find(kTypes, type) != kTypes.end();
}

}  // namespace

bool IsFhirJson(std::string_view content_type) {
  if (content_type.empty()) return true;
  const Media media = MediaOf(content_type);
  return IsJsonType(media.type) && media.is_ours;
}

bool IsJsonPatch(std::string_view content_type) {
  return MediaOf(content_type).type == "application/json-patch+json";
}

bool IsForm(std::string_view content_type) {
  return MediaOf(content_type).type == "application/x-www-form-urlencoded";
}

Wanted WantedBy(std::string_view accept) {
  if (Trimmed(accept).empty()) return Wanted::Anything;
  Wanted wanted = Wanted::Other;
  ForEach(accept, ',', [&](std::string_view part) {
    const Media media = MediaOf(part);
    if (media.is_excluded || !media.is_ours) return;
    if (IsJsonType(media.type)) wanted = Wanted::Fhir;
    const bool is_any = media.type == "*/*" || media.type == "application/*";
    if (is_any && wanted == Wanted::Other) wanted = Wanted::Anything;
  });
  return wanted;
}

bool Accepts(std::string_view accept, std::string_view media_type) {
  if (Trimmed(accept).empty()) return true;
  const std::string wanted = MediaOf(media_type).type;
  const std::string family = wanted.substr(0, wanted.find('/')) + "/*";
  bool accepts = false;
  ForEach(accept, ',', [&](std::string_view part) {
    const Media media = MediaOf(part);
    if (media.is_excluded) return;
    accepts = accepts || media.type == "*/*" || media.type == wanted || media.type == family;
  });
  return accepts;
}

bool IsJsonFormat(std::string_view format) {
  std::string type = Lower(Trimmed(format));
  // The '+' of a media type that was not encoded arrives as a space.
  std::ranges::replace(type, ' ', '+');
  return type == "json" || IsFhirJson(type);
}

}  // namespace yizhan::server
