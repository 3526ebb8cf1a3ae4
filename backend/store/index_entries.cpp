#include "backend/store/index_entries.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "backend/fhir/resources.h"
#include "backend/r4/select.h"
#include "backend/store/decimal.h"
#include "backend/store/full_text.h"
#include "backend/store/position.h"
#include "base/bytes.h"
#include "base/crypto.h"

namespace yizhan::store {
namespace {

using fhir::Json;

/// Raised when this file makes other entries of the same parameters.
constexpr int kEntriesVersion = 3;
constexpr std::size_t kMaxEntries = 50'000;
constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max() / 2;
/// Numbers of a parameter in the index: itself and up to seven components.
constexpr std::int32_t kNumbersEach = 8;
constexpr const char* kCurrencies = "urn:iso:std:iso:4217";

/// What usually tells when a resource happens, in the order of preference.
constexpr std::array<std::string_view, 12> kMoments = {
    "date",     "start",   "authored-on", "authored",  "authoredon", "occurrence",
    "recorded", "created", "sent",        "collected", "issued",     "period"};

std::string Cut(std::string_view text) { return std::string(IndexedPart(text)); }

/// The texts by which people and places are found, of a HumanName or an Address.
constexpr std::array<std::string_view, 12> kTextMembers = {
    "text", "family", "given",    "prefix",     "suffix",  "line",
    "city", "state",  "district", "postalCode", "country", "display"};

/// Turns the values of one parameter into entries.
class Collector {
 public:
  Collector(ParamKind kind, std::int32_t param, std::int32_t group, TimeZone zone,
            std::vector<IndexEntry>& out)
      : kind_(kind), param_(param), group_(group), zone_(zone), out_(out) {}

  void Add(const r4::Selected& selected) {
    const Json& value = *selected.value;
    if (out_.size() >= kMaxEntries) return;
    switch (kind_) {
      case ParamKind::Token: return AddToken(value);
      case ParamKind::Reference: return AddReference(value);
      case ParamKind::String: return AddString(value);
      case ParamKind::Date: return AddDate(value);
      case ParamKind::Number: return AddNumber(value);
      case ParamKind::Quantity: return AddQuantity(value);
      case ParamKind::Uri: return AddPlain(ParamKind::Uri, value.AsString());
      case ParamKind::Special: return AddPosition(value);
      case ParamKind::Composite: return;
    }
  }

 private:
  IndexEntry Entry(ParamKind kind) const {
    IndexEntry entry;
    entry.kind = kind;
    entry.param = param_;
    entry.group = group_;
    return entry;
  }
  void AddPlain(ParamKind kind, std::string_view text, std::string_view system = {}) {
    if (text.empty()) return;
    IndexEntry entry = Entry(kind);
    entry.text = Cut(text);
    entry.system = Cut(system);
    out_.push_back(std::move(entry));
  }
  void AddText(std::string_view text) {
    // Folded before it is cut: the beginning of a search must fold to the same.
    AddPlain(ParamKind::String, FoldText(IndexedPart(text)), text);
  }

  void AddCoding(const Json& coding) {
    AddPlain(ParamKind::Token, coding["code"].AsString(), coding["system"].AsString());
    if (group_ == 0) AddText(coding["display"].AsString());
  }
  void AddToken(const Json& value) {
    if (value.IsString()) return AddPlain(ParamKind::Token, value.AsString());
    if (value.Type() == Json::Kind::Boolean) {
      return AddPlain(ParamKind::Token, value.AsBoolean() ? "true" : "false");
    }
    if (value.Type() == Json::Kind::Number) {
      return AddPlain(ParamKind::Token, value.AsNumberText());
    }
    for (const Json& coding : value["coding"].Items()) AddCoding(coding);
    AddCoding(value);
    AddPlain(ParamKind::Token, value["value"].AsString(), value["system"].AsString());
    if (group_ != 0) return;
    AddText(value["text"].AsString());
    const Json& identifier_type = value["type"];
    AddText(identifier_type["text"].AsString());
    for (const Json& coding : identifier_type["coding"].Items()) {
      AddText(coding["display"].AsString());
      AddTyped(coding, value["value"].AsString());
    }
  }

  /// An identifier under its type, for :of-type.
  void AddTyped(const Json& type, std::string_view value) {
    const std::string& code = type["code"].AsString();
    if (code.empty() || value.empty()) return;
    IndexEntry entry = Entry(ParamKind::Token);
    entry.param += 1;  // Component 0, which no token has otherwise.
    entry.text = Cut(code + '|' + std::string(value));
    entry.system = Cut(type["system"].AsString());
    out_.push_back(std::move(entry));
  }

  void AddPosition(const Json& value) {
    const auto position = PositionOf(value);
    if (!position) return;
    IndexEntry entry = Entry(ParamKind::Special);
    entry.low = position->first;
    entry.high = position->second;
    out_.push_back(std::move(entry));
  }

  void AddReference(const Json& value) {
    const std::string& text = value.IsString() ? value.AsString() : value["reference"].AsString();
    if (const auto target = fhir::ParseReference(text)) {
      AddTarget(target->type + '/' + target->id);
    } else if (!text.empty() && text.front() != '#') {
      AddTarget(text);
      // Of a canonical with a version its address alone is a name, too.
      if (const std::size_t bar = text.find('|'); bar != std::string::npos) {
        AddTarget(text.substr(0, bar));
      }
    }
    const Json& identifier = value["identifier"];
    AddPlain(ParamKind::Token, identifier["value"].AsString(), identifier["system"].AsString());
  }
  void AddTarget(std::string_view text) {
    if (text.empty()) return;
    IndexEntry entry = Entry(ParamKind::Reference);
    entry.text = Cut(text);
    entry.low = kUnknownMoment;
    entry.high = kUnknownMoment;
    out_.push_back(std::move(entry));
  }

  void AddString(const Json& value) {
    if (value.IsString()) return AddText(value.AsString());
    for (const std::string_view member : kTextMembers) {
      const Json& part = value[member];
      if (part.IsString()) AddText(part.AsString());
      for (const Json& item : part.Items()) AddText(item.AsString());
    }
    AddWholeName(value);
  }
  /// Family and given name together, as people type them.
  void AddWholeName(const Json& name) {
    const std::string& family = name["family"].AsString();
    if (family.empty() || name["given"].Items().empty()) return;
    std::string given;
    for (const Json& part : name["given"].Items()) {
      given += (given.empty() ? "" : " ") + part.AsString();
    }
    const bool is_latin = static_cast<unsigned char>(family.front()) < 0x80;
    AddText(is_latin ? given + ' ' + family : family + given);
    if (is_latin) AddText(family + ' ' + given);
  }

  void AddDate(const Json& value) {
    if (value.IsString()) return AddSpan(SpanOf(value.AsString(), zone_));
    if (value.Has("event") || value.Has("repeat")) {  // Timing
      for (const Json& event : value["event"].Items()) AddSpan(SpanOf(event.AsString(), zone_));
      return AddPeriod(value["repeat"]["boundsPeriod"]);
    }
    AddPeriod(value);
  }
  void AddPeriod(const Json& period) {
    if (!period.Has("start") && !period.Has("end")) return;
    const TimeSpan start = SpanOf(period["start"].AsString(), zone_);
    const TimeSpan end = SpanOf(period["end"].AsString(), zone_);
    AddSpan({start == TimeSpan{} ? -kForever : start.low, end == TimeSpan{} ? kForever : end.high});
  }
  void AddSpan(TimeSpan span) {
    // A period that ends before it starts is at no time.
    if (span == TimeSpan{} || span.low > span.high) return;
    IndexEntry entry = Entry(ParamKind::Date);
    entry.low = span.low;
    entry.high = span.high;
    out_.push_back(std::move(entry));
  }

  void AddNumber(const Json& value) {
    if (value.IsObject()) return AddRange(ParamKind::Number, value);
    AddDecimal(Entry(ParamKind::Number), value.AsNumberText());
  }
  void AddDecimal(IndexEntry entry, const std::string& number, std::string_view comparator = {}) {
    std::optional<std::string> key = DecimalKey(number);
    if (!key) return;
    entry.low_number = comparator.starts_with('<') ? kLowestDecimal : *key;
    entry.high_number = comparator.starts_with('>') ? kHighestDecimal : std::move(*key);
    out_.push_back(std::move(entry));
  }
  void AddRange(ParamKind kind, const Json& range) {
    const Json& low = range["low"];
    const Json& high = range["high"];
    const auto low_key = DecimalKey(low["value"].AsNumberText());
    const auto high_key = DecimalKey(high["value"].AsNumberText());
    if (!low_key && !high_key) return;
    IndexEntry entry = WithUnit(Entry(kind), low_key ? low : high);
    entry.low_number = low_key.value_or(kLowestDecimal);
    entry.high_number = high_key.value_or(kHighestDecimal);
    if (entry.low_number <= entry.high_number) out_.push_back(std::move(entry));
  }
  static IndexEntry WithUnit(IndexEntry entry, const Json& quantity) {
    if (entry.kind != ParamKind::Quantity) return entry;
    entry.text = Cut(quantity["code"].AsString());
    entry.system = Cut(quantity["system"].AsString());
    entry.unit = Cut(quantity["unit"].AsString());
    return entry;
  }
  void AddQuantity(const Json& value) {
    if (value.Has("low") || value.Has("high")) return AddRange(ParamKind::Quantity, value);
    IndexEntry entry = WithUnit(Entry(ParamKind::Quantity), value);
    if (const std::string& currency = value["currency"].AsString(); !currency.empty()) {
      entry.text = Cut(currency);
      entry.system = kCurrencies;
    }
    AddDecimal(std::move(entry), value["value"].AsNumberText(), value["comparator"].AsString());
  }

  const ParamKind kind_;
  const std::int32_t param_;
  const std::int32_t group_;
  const TimeZone zone_;
  std::vector<IndexEntry>& out_;
};

void AddComposite(const Json& resource, const SearchParam& param, TimeZone zone,
                  std::vector<IndexEntry>& entries) {
  std::int32_t group = 0;
  for (const r4::SelectedGroup& selected : r4::SelectGroups(resource, param)) {
    ++group;
    for (std::size_t i = 0; i < selected.components.size(); ++i) {
      Collector collector(param.components[i].param->kind, IndexNumber(param, static_cast<int>(i)),
                          group, zone, entries);
      for (const r4::Selected& value : selected.components[i]) collector.Add(value);
    }
  }
}

void AddFullText(const Json& resource, const SearchParam& param, std::vector<IndexEntry>& entries) {
  // Most resources have no narrative and pay nothing for it.
  if (param.name == "_text" && resource["text"].IsNull()) return;
  if (!HasFullText(resource["resourceType"].AsString(), param)) return;
  for (std::string& word : WordsOf(resource, param)) {
    IndexEntry entry;
    entry.kind = ParamKind::Uri;
    entry.param = IndexNumber(param);
    entry.text = std::move(word);
    entries.push_back(std::move(entry));
  }
}

void AddParam(const Json& resource, const SearchParam& param, TimeZone zone,
              std::vector<IndexEntry>& entries) {
  if (param.kind == ParamKind::Composite) return AddComposite(resource, param, zone, entries);
  if (IsFullText(param)) return AddFullText(resource, param, entries);
  Collector collector(param.kind, IndexNumber(param), 0, zone, entries);
  for (const r4::Selected& value : r4::Select(resource, param)) collector.Add(value);
}

/// Gives every reference the moment of the resource, when it has exactly one short one.
void SetMoments(std::string_view type, std::vector<IndexEntry>& entries) {
  const SearchParam* moment = MomentOf(type);
  if (moment == nullptr) return;
  const IndexEntry* only = nullptr;
  for (const IndexEntry& entry : entries) {
    if (entry.kind != ParamKind::Date || entry.param != IndexNumber(*moment)) continue;
    if (only != nullptr) return;
    only = &entry;
  }
  if (only == nullptr || only->high - only->low > kShortSpanMs) return;
  const std::int64_t low = only->low;
  const std::int64_t high = only->high;
  for (IndexEntry& entry : entries) {
    if (entry.kind != ParamKind::Reference) continue;
    entry.low = low;
    entry.high = high;
  }
}

}  // namespace

const SearchParam* MomentOf(std::string_view type) {
  static const auto moments = [] {
    std::map<std::string_view, const SearchParam*> found;
    for (const std::string_view each : r4::ResourceTypes()) {
      for (const std::string_view name : kMoments) {
        const SearchParam* param = r4::FindParam(each, name);
        if (param == nullptr || param->kind != ParamKind::Date) continue;
        found[each] = param;
        break;
      }
    }
    return found;
  }();
  const auto found = moments.find(type);
  return found == moments.end() ? nullptr : found->second;
}

std::int32_t IndexNumber(const SearchParam& param, int component) {
  return param.number * kNumbersEach + 1 + component;
}

std::vector<IndexEntry> IndexEntries(const Json& resource, TimeZone zone) {
  std::vector<IndexEntry> entries;
  const std::string& type = resource["resourceType"].AsString();
  for (const SearchParam& param : r4::SearchParamsOf(type)) {
    AddParam(resource, param, zone, entries);
  }
  if (resource["meta"].IsObject()) {
    for (const SearchParam& param : r4::SearchParamsOf("Resource")) {
      // These two are columns of the resource's own row.
      if (param.name == "_id" || param.name == "_lastUpdated") continue;
      AddParam(resource, param, zone, entries);
    }
  }
  SetMoments(type, entries);
  std::ranges::sort(entries);
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

std::string IndexFingerprint(TimeZone zone) {
  const std::string text = std::to_string(kEntriesVersion) + ' ' +
                           std::to_string(r4::SearchParamsMark()) + ' ' +
                           std::to_string(zone.offset_from_utc.count());
  return ToHex(Sha256(AsBytes(text)));
}

}  // namespace yizhan::store
