#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/r4/definitions.h"
#include "backend/r4/pattern.h"

namespace yizhan::r4 {

// A compiled FHIRPath expression. Internal to fhirpath*.cpp.

enum class Op : std::uint8_t {
  // Terms.
  Literal,
  Empty,
  This,
  Index,
  Variable,
  Member,
  Call,
  Invoke,
  At,
  Negate,
  // Operators with two sides.
  Multiply,
  Divide,
  WholeDivide,
  Modulo,
  Add,
  Subtract,
  Concatenate,
  Is,
  As,
  Union,
  Less,
  Greater,
  LessOrEqual,
  GreaterOrEqual,
  Equal,
  NotEqual,
  Equivalent,
  NotEquivalent,
  In,
  Contains,
  And,
  Or,
  Xor,
  Implies
};

enum class Function : std::uint8_t {
  None,
  Empty,
  Exists,
  All,
  AllTrue,
  AnyTrue,
  AllFalse,
  AnyFalse,
  SubsetOf,
  SupersetOf,
  Count,
  Distinct,
  IsDistinct,
  Where,
  Select,
  Repeat,
  OfType,
  As,
  Is,
  Single,
  First,
  Last,
  Tail,
  Skip,
  Take,
  Intersect,
  Exclude,
  Union,
  Combine,
  Iif,
  ToInteger,
  ToDecimal,
  ToString,
  ToBoolean,
  IndexOf,
  Substring,
  StartsWith,
  EndsWith,
  Contains,
  Upper,
  Lower,
  Replace,
  Matches,
  ReplaceMatches,
  Length,
  Children,
  Descendants,
  Trace,
  Not,
  HasValue,
  GetValue,
  Resolve,
  Extension,
  MemberOf,
  HtmlChecks,
  ConformsTo
};

struct Term {
  Op op = Op::Empty;
  Function function = Function::None;
  std::uint32_t index = 0;  ///< Literal: its place in literals. matches(): 1 + place in patterns.
  std::string text;         ///< Member, variable or type name.
  std::vector<std::uint32_t> children;
};

struct Program {
  std::vector<Term> terms;
  std::uint32_t root = 0;
  std::vector<fhir::Json> literals;
  std::vector<const TypeDefinition*> literal_types;
  std::vector<Pattern> patterns;
};

}  // namespace yizhan::r4
