#pragma once

#include <memory>
#include <string>

#include "base/result.h"

struct _FcConfig;  // NOLINT(bugprone-reserved-identifier): fontconfig's own name

namespace yizhan::ui {

struct FontConfigDeleter {
  void operator()(_FcConfig* config) const;
};
/// A private fontconfig configuration that knows the shipped fonts and no others, so that the same
/// text gives the same picture on every machine.
using FontConfig = std::unique_ptr<_FcConfig, FontConfigDeleter>;

/// Opens the fonts below `font_dir` (Debian's fonts-noto-core and fonts-noto-cjk put them in
/// /usr/share/fonts). NotFound names a file that is missing: install the packages.
[[nodiscard]] Result<FontConfig> OpenFonts(const std::string& font_dir);

/// The families in the order in which a character is looked for.
inline constexpr const char* kFontFamilies =
    "Noto Sans,Noto Sans CJK SC,Noto Sans Arabic,Noto Serif Tibetan";

}  // namespace yizhan::ui
