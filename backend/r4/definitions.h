#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace yizhan::r4 {

// FHIR R4 (4.0.1) as data: its types, elements, codes, invariants and search parameters, from the
// table definitions/r4.txt that is part of the program. The table is read at first use (a few
// milliseconds); everything here is immutable after that, lives until the program ends and may be
// used from any thread. A table that cannot be read is a bug and stops the program.

struct TypeDefinition;

/// The codes a required binding allows.
struct CodeSet {
  struct System {
    std::string_view uri;
    std::vector<std::string_view> codes;  ///< Sorted. Empty: every code of the system.
  };
  std::string_view name;
  std::vector<System> systems;

  /// Whether a bare code (an element of type code) is in the set.
  [[nodiscard]] bool HasCode(std::string_view code) const;
  [[nodiscard]] bool HasCoding(std::string_view system, std::string_view code) const;
};

enum class Severity { Error, Warning };

/// A rule that FHIR writes in FHIRPath.
struct Invariant {
  std::string_view key;  ///< "app-3". Not unique: several types have an inv-1.
  Severity severity = Severity::Error;
  std::string_view expression;
  std::string_view human;
  std::uint16_t number = 0;  ///< Its place in Invariants().
};

/// One type an element may have, with what a Reference may point to (empty: anything).
struct ElementType {
  const TypeDefinition* type = nullptr;
  std::vector<std::string_view> targets;
};

constexpr std::uint16_t kUnbounded = 0xFFFF;

struct Element {
  std::string_view name;  ///< As FHIRPath knows it: "deceased" of deceased[x].
  std::uint16_t min = 0;
  std::uint16_t max = 1;  ///< kUnbounded: any number. More than 1: a JSON array.
  bool choice = false;    ///< Several types, each with its own JSON member.
  bool summary = false;   ///< Shown by _summary=true.
  bool modifier = false;
  std::vector<ElementType> types;
  const CodeSet* codes = nullptr;  ///< Null: no required binding, or one that cannot be listed.
  std::vector<const Invariant*> invariants;

  [[nodiscard]] bool IsList() const { return max > 1; }
};

/// A name that may stand in the JSON object of a type.
struct Member {
  std::string_view name;  ///< "deceasedDateTime"
  const Element* element = nullptr;
  const ElementType* type = nullptr;
};

struct TypeDefinition {
  enum class Kind { Primitive, Complex, Backbone, Resource, Abstract };

  std::string_view name;  ///< "Patient", "HumanName", "Patient.contact" for a nested element.
  Kind kind = Kind::Complex;
  const TypeDefinition* base = nullptr;
  std::vector<const Element*> elements;  ///< In the specification's order, inherited ones first.
  std::vector<Member> members;           ///< Of `elements`, sorted by name.
  std::vector<const Invariant*> invariants;  ///< Inherited ones first.

  /// Null: the JSON object of this type has no such member. Not for "_birthDate".
  [[nodiscard]] const Member* FindMember(std::string_view name) const;
  /// By its FHIRPath name ("deceased"). Null: no such element.
  [[nodiscard]] const Element* FindElement(std::string_view name) const;
  /// Whether this is `name` or derived from it.
  [[nodiscard]] bool Is(std::string_view name) const;
};

/// Null: R4 has no such type. Knows nested types, too ("Patient.contact").
[[nodiscard]] const TypeDefinition* FindType(std::string_view name);
[[nodiscard]] std::span<const TypeDefinition> Types();
[[nodiscard]] std::span<const Invariant> Invariants();

/// The resource types that can be stored, sorted: all of R4 without Parameters.
[[nodiscard]] std::span<const std::string_view> ResourceTypes();
[[nodiscard]] bool IsResourceType(std::string_view type);

enum class ParamKind { Token, Reference, Date, String, Number, Quantity, Uri, Composite, Special };
/// "token", as SearchParameter.type and the CapabilityStatement have it.
[[nodiscard]] const char* Name(ParamKind kind);

struct SearchParam {
  /// A part of a composite parameter; `expression` starts at what the composite picks out.
  struct Component {
    const SearchParam* param = nullptr;
    std::string_view expression;
  };
  std::string_view type;  ///< "Resource" for what every type has (_id, _lastUpdated, _tag...).
  std::string_view name;
  ParamKind kind = ParamKind::Token;
  std::string_view expression;            ///< Empty: full text (_text, _content).
  std::vector<std::string_view> targets;  ///< Types a reference may point to. Empty: anything.
  std::vector<Component> components;
  std::uint16_t number = 0;  ///< Its place in SearchParams().
};

/// All of them, ordered by type and name.
[[nodiscard]] std::span<const SearchParam> SearchParams();
/// Those of one type, without the ones of "Resource".
[[nodiscard]] std::span<const SearchParam> SearchParamsOf(std::string_view type);
/// Also finds what every type has. Null: the type has no such parameter.
[[nodiscard]] const SearchParam* FindParam(std::string_view type, std::string_view name);
/// Changes when parameters get other numbers or expressions: who stores numbers or indexes made by
/// Select() stores this, too, and builds them anew when it differs.
[[nodiscard]] std::uint64_t SearchParamsMark();

/// The reference parameters through which a resource of `type` belongs to a patient ("subject",
/// "performer"...). Empty: the type is not in the patient compartment.
[[nodiscard]] std::span<const std::string_view> PatientCompartment(std::string_view type);

}  // namespace yizhan::r4
