#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/r4/definitions.h"

namespace yizhan::r4 {

/// definitions/r4.txt as it is part of the program (generated source).
[[nodiscard]] std::string_view TableText();

/// What was read from it. Internal to this folder; definitions.h is its face.
struct Table {
  std::vector<CodeSet> code_sets;
  std::vector<Invariant> invariants;
  std::vector<TypeDefinition> types;
  std::deque<Element> elements;
  std::deque<std::string> names;  ///< JSON names of choice elements, made by the reader.
  std::unordered_map<std::string_view, const TypeDefinition*> types_by_name;
  std::vector<std::string_view> resource_types;
  std::vector<SearchParam> params;
  std::uint64_t params_mark = 0;
  std::unordered_map<std::string_view, std::vector<std::string_view>> patient_compartment;
};

/// Reads a table; `text` must outlive it. Aborts where the text breaks its format: it is written by
/// generate.mjs only, and a test reads it.
[[nodiscard]] Table ReadTable(std::string_view text);

/// The program's own, read at first use. Thread-safe.
[[nodiscard]] const Table& TheTable();

}  // namespace yizhan::r4
