#include "backend/r4/table.h"

#include <algorithm>
#include <charconv>

#include "base/assert.h"

namespace yizhan::r4 {
namespace {

using Kind = TypeDefinition::Kind;

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::uint16_t NumberOf(std::string_view text) {
  std::uint16_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  YIZHAN_ASSERT(read.ec == std::errc() && read.ptr == text.data() + text.size());
  return number;
}

Kind KindOf(std::string_view letter) {
  YIZHAN_ASSERT(letter.size() == 1);
  switch (letter[0]) {
    case 'p': return Kind::Primitive;
    case 'c': return Kind::Complex;
    case 'b': return Kind::Backbone;
    case 'r': return Kind::Resource;
    default: YIZHAN_ASSERT(letter[0] == 'a'); return Kind::Abstract;
  }
}

ParamKind ParamKindOf(std::string_view name) {
  for (const ParamKind kind :
       {ParamKind::Token, ParamKind::Reference, ParamKind::Date, ParamKind::String,
        ParamKind::Number, ParamKind::Quantity, ParamKind::Uri, ParamKind::Composite}) {
    if (name == Name(kind)) return kind;
  }
  YIZHAN_ASSERT(name == Name(ParamKind::Special));
  return ParamKind::Special;
}

std::uint64_t Mixed(std::uint64_t mark, std::string_view text) {
  for (const char c : text) {
    mark ^= static_cast<unsigned char>(c);
    mark *= 1099511628211ULL;  // FNV-1a
  }
  return mark;
}

/// Reads the lines in their order; types refer to each other, so that their elements wait for all.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Table Read() {
    // No vector may move what others point to.
    table_.code_sets.reserve(Count('V'));
    table_.invariants.reserve(Count('I'));
    table_.types.reserve(Count('T'));
    table_.params.reserve(Count('P'));
    ForEachLine([this](std::string_view line) { First(line); });
    ForEachLine([this](std::string_view line) { Second(line); });
    for (TypeDefinition& type : table_.types) Inherit(type);
    std::sort(table_.resource_types.begin(), table_.resource_types.end());
    for (const auto& [number, text] : components_) ReadComponents(table_.params[number], text);
    return std::move(table_);
  }

 private:
  template <typename Each>
  void ForEachLine(const Each& each) const {
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = text_.find('\n', at);
      YIZHAN_ASSERT(end != std::string_view::npos);
      if (end > at && text_[at] != '#') each(text_.substr(at, end - at));
      at = end + 1;
    }
  }

  [[nodiscard]] std::size_t Count(char kind) const {
    std::size_t count = 0;
    ForEachLine([&](std::string_view line) { count += line[0] == kind ? 1 : 0; });
    return count;
  }

  /// Whatever others refer to.
  void First(std::string_view line) {
    fields_ = Split(line.substr(2), '\t');
    switch (line[0]) {
      case 'V': table_.code_sets.push_back({Field(0), {}}); return;
      case 'S': ReadSystem(); return;
      case 'I': ReadInvariant(); return;
      case 'T': ReadType(); return;
      case 'P':
        table_.params_mark = Mixed(table_.params_mark, line);
        ReadParam();
        return;
      case 'C': table_.patient_compartment[Field(0)] = Split(Field(1), ' '); return;
      default: YIZHAN_ASSERT(line[0] == 'E'); return;
    }
  }

  void Second(std::string_view line) {
    if (line[0] == 'T') {
      current_ = current_ == nullptr ? table_.types.data() : current_ + 1;
      YIZHAN_ASSERT(current_->name == line.substr(2, line.find('\t', 2) - 2));
    }
    if (line[0] != 'E') return;
    fields_ = Split(line.substr(2), '\t');
    ReadElement();
  }

  [[nodiscard]] std::string_view Field(std::size_t number) const {
    return number < fields_.size() ? fields_[number] : std::string_view();
  }

  [[nodiscard]] const TypeDefinition* TypeNamed(std::string_view name) const {
    const auto found = table_.types_by_name.find(name);
    YIZHAN_ASSERT(found != table_.types_by_name.end());
    return found->second;
  }

  [[nodiscard]] std::vector<const Invariant*> InvariantsNumbered(std::string_view numbers) const {
    std::vector<const Invariant*> found;
    for (const std::string_view number : Split(numbers, ' ')) {
      found.push_back(&table_.invariants.at(NumberOf(number)));
    }
    return found;
  }

  void ReadSystem() {
    CodeSet::System system{Field(0), {fields_.begin() + 1, fields_.end()}};
    std::sort(system.codes.begin(), system.codes.end());
    table_.code_sets.back().systems.push_back(std::move(system));
  }

  void ReadInvariant() {
    const auto number = static_cast<std::uint16_t>(table_.invariants.size());
    const auto severity = Field(0) == "E" ? Severity::Error : Severity::Warning;
    table_.invariants.push_back({Field(1), severity, Field(2), Field(3), number});
  }

  void ReadType() {
    TypeDefinition type;
    type.name = Field(0);
    type.kind = KindOf(Field(1));
    if (Field(2) != "-") type.base = TypeNamed(Field(2));
    type.invariants = InvariantsNumbered(Field(3));
    table_.types.push_back(std::move(type));
    table_.types_by_name.emplace(Field(0), &table_.types.back());
    if (table_.types.back().kind == Kind::Resource && Field(0) != "Parameters") {
      table_.resource_types.push_back(Field(0));
    }
  }

  void ReadElement() {
    Element element;
    element.name = Field(0);
    element.choice = element.name.ends_with("[x]");
    if (element.choice) element.name.remove_suffix(3);
    element.min = NumberOf(Field(1));
    element.max = Field(2) == "*" ? kUnbounded : NumberOf(Field(2));
    for (const std::string_view text : Split(Field(3), ' ')) {
      const std::size_t open = std::min(text.find('('), text.size());
      ElementType type{TypeNamed(text.substr(0, open)), {}};
      if (open < text.size()) {
        type.targets = Split(text.substr(open + 1, text.size() - open - 2), ',');
      }
      element.types.push_back(std::move(type));
    }
    element.summary = Field(4).find('s') != std::string_view::npos;
    element.modifier = Field(4).find('m') != std::string_view::npos;
    if (Field(5) != "-") element.codes = &table_.code_sets.at(NumberOf(Field(5)));
    element.invariants = InvariantsNumbered(Field(6));
    table_.elements.push_back(std::move(element));
    current_->elements.push_back(&table_.elements.back());
  }

  void ReadParam() {
    SearchParam param;
    param.type = Field(0);
    param.name = Field(1);
    param.kind = ParamKindOf(Field(2));
    param.expression = Field(3);
    param.targets = Split(Field(4), ' ');
    param.number = static_cast<std::uint16_t>(table_.params.size());
    if (!Field(5).empty()) components_.emplace_back(param.number, Field(5));
    const bool in_order =
        table_.params.empty() || std::pair(table_.params.back().type, table_.params.back().name) <
                                     std::pair(param.type, param.name);
    YIZHAN_ASSERT(in_order);
    table_.params.push_back(std::move(param));
  }

  void ReadComponents(SearchParam& param, std::string_view text) {
    for (const std::string_view part : Split(text, ';')) {
      const std::size_t equals = part.find('=');
      YIZHAN_ASSERT(equals != std::string_view::npos);
      const auto found = std::find_if(
          table_.params.begin(), table_.params.end(), [&](const SearchParam& candidate) {
            return candidate.type == param.type && candidate.name == part.substr(0, equals);
          });
      YIZHAN_ASSERT(found != table_.params.end());
      param.components.push_back({&*found, part.substr(equals + 1)});
    }
  }

  /// Bases stand before what derives from them, so theirs is complete already.
  void Inherit(TypeDefinition& type) {
    if (type.base != nullptr) {
      const TypeDefinition& base = *type.base;
      type.elements.insert(type.elements.begin(), base.elements.begin(), base.elements.end());
      type.invariants.insert(type.invariants.begin(), base.invariants.begin(),
                             base.invariants.end());
    }
    for (const Element* element : type.elements) {
      for (const ElementType& allowed : element->types) {
        type.members.push_back({MemberName(*element, allowed), element, &allowed});
      }
    }
    std::sort(type.members.begin(), type.members.end(),
              [](const Member& a, const Member& b) { return a.name < b.name; });
  }

  std::string_view MemberName(const Element& element, const ElementType& type) {
    if (!element.choice) return element.name;
    std::string name = std::string(element.name) + std::string(type.type->name);
    char& first = name[element.name.size()];
    if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
    return table_.names.emplace_back(std::move(name));
  }

  std::string_view text_;
  Table table_;
  std::vector<std::string_view> fields_;
  TypeDefinition* current_ = nullptr;
  std::vector<std::pair<std::uint16_t, std::string_view>> components_;
};

}  // namespace

Table ReadTable(std::string_view text) { return Reader(text).Read(); }

const Table& TheTable() {
  static const Table table = ReadTable(TableText());
  return table;
}

}  // namespace yizhan::r4
