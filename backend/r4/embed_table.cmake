# Writes OUTPUT, a C++ file with the text of TABLE as one literal. Run by CMake at build time.
file(READ ${TABLE} text)
file(WRITE ${OUTPUT} "#include \"backend/r4/table.h\"

namespace yizhan::r4 {

std::string_view TableText() { return R\"R4(${text})R4\"; }

}  // namespace yizhan::r4
")
