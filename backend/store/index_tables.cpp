#include "backend/store/index_tables.h"

#include "base/bytes.h"
#include "base/crypto.h"

namespace yizhan::store {

std::span<const IndexTable> IndexTables() {
  static const std::vector<IndexTable> tables = {
      {"token", {{"param", false}, {"text", true}, {"key", false}, {"system", true}}},
      {"reference", {{"param", false}, {"text", true}, {"key", false}}},
      {"string", {{"param", false}, {"text", true}, {"key", false}, {"original", true}}},
      {"date",
       {{"param", false}, {"is_long", false}, {"low", false}, {"high", false}, {"key", false}}},
  };
  return tables;
}

std::size_t IndexTableOf(ParamKind kind) {
  switch (kind) {
    case ParamKind::Token: return 0;
    case ParamKind::Reference: return 1;
    case ParamKind::String: return 2;
    case ParamKind::Date: return 3;
  }
  return 0;
}

std::string IndexFingerprint(TimeZone zone) {
  std::string text = std::to_string(zone.offset_from_utc.count());
  for (const SearchParam& param : SearchParams()) {
    for (const char* part : {param.type, param.name, param.path, param.targets}) {
      text += part;
      text += '\n';
    }
    text += std::to_string(static_cast<int>(param.kind));
  }
  return ToHex(Sha256(AsBytes(text)));
}

}  // namespace yizhan::store
