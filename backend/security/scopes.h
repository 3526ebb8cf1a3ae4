#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace yizhan::security {

/// What a SMART scope can allow on a resource type. Read covers vread and an instance's history;
/// Search covers the history of a type and of the whole server; patch is Update.
enum class Interaction : std::uint8_t { Create, Read, Update, Delete, Search };

/// Which interactions on which resource types somebody may use. A plain value; empty: none.
class Grant {
 public:
  /// Everything.
  [[nodiscard]] static Grant All();
  /// Reads scopes separated by spaces: SMART v2 ("system/Appointment.cruds", letters in that order)
  /// and v1 ("system/Appointment.read", ".write", ".*"); "*" as type. `context` is "system" or
  /// "user". A scope of another form (another context, a search behind '?', an unknown type name's
  /// form) is left out: what is not understood is not granted. Bounded: 64 scopes, 4 KiB.
  [[nodiscard]] static Grant Parse(std::string_view scopes, std::string_view context = "system");

  /// `type` is a resource type, or "" for an interaction with the whole server, which needs "*".
  [[nodiscard]] bool Allows(Interaction interaction, std::string_view type) const;
  /// What at least one of them allows.
  [[nodiscard]] Grant Or(const Grant& other) const;
  /// What both allow.
  [[nodiscard]] Grant And(const Grant& other) const;
  [[nodiscard]] bool IsEmpty() const { return rules_.empty(); }
  /// SMART v2 form, sorted by type: "system/Appointment.rs system/Patient.r".
  [[nodiscard]] std::string Text(std::string_view context = "system") const;

  friend bool operator==(const Grant&, const Grant&) = default;

 private:
  struct Rule {
    std::string type;
    std::uint8_t allowed = 0;  ///< One bit an interaction.
    friend bool operator==(const Rule&, const Rule&) = default;
  };
  void Add(std::string_view type, std::uint8_t allowed);

  std::vector<Rule> rules_;  ///< Sorted by type, each type once.
};

}  // namespace yizhan::security
