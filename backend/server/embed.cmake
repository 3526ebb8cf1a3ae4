# Writes OUTPUT, a C++ file with the files of FOLDER as constants. Run by CMake at build time:
#   cmake -DFOLDER=... -DOUTPUT=... -DFILES="a.html;b.js" -P embed.cmake
# HTML pages are served by their bare name (/desk), everything else below /web/.
set(arrays "")
set(rows "")
set(number 0)
foreach(file ${FILES})
  file(READ ${FOLDER}/${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(REGEX REPLACE "(('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',)('[^']*',))" "\\1\n" bytes "${bytes}")
  get_filename_component(extension ${file} EXT)
  get_filename_component(name ${file} NAME_WE)
  if(extension STREQUAL ".html")
    set(path "/${name}")
    set(type "text/html; charset=utf-8")
  else()
    set(path "/web/${file}")
    if(extension STREQUAL ".js")
      set(type "text/javascript; charset=utf-8")
    elseif(extension STREQUAL ".svg")
      set(type "image/svg+xml")
    elseif(extension STREQUAL ".css")
      set(type "text/css; charset=utf-8")
    else()
      message(FATAL_ERROR "no content type for ${file}")
    endif()
  endif()
  string(APPEND arrays "constexpr char kFile${number}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${path}\", \"${type}\", {kFile${number}, sizeof(kFile${number})}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"backend/server/web_assets.h\"

namespace yizhan::server {
namespace {

${arrays}
constexpr WebAsset kAssets[] = {
${rows}};

}  // namespace

const WebAsset* FindWebAsset(std::string_view path) {
  for (const WebAsset& asset : kAssets) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace yizhan::server
")
