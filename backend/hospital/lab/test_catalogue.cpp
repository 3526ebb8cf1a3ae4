#include "backend/hospital/lab/test_catalogue.h"

#include <algorithm>

#include "backend/hospital/care/care_request.h"

namespace yizhan::hospital {
namespace {

using domain::TubeKind;
using fhir::Json;

struct TubeWords {
  TubeKind kind;
  const char* name;
  domain::LocalText colour;
};
const TubeWords kTubes[] = {{TubeKind::BloodCulture, "culture", {"培养瓶", "culture bottle"}},
                            {TubeKind::Citrate, "citrate", {"浅蓝", "light blue"}},
                            {TubeKind::CitrateEsr, "citrate-esr", {"黑", "black"}},
                            {TubeKind::Serum, "serum", {"黄", "gold"}},
                            {TubeKind::Heparin, "heparin", {"绿", "green"}},
                            {TubeKind::Edta, "edta", {"紫", "lavender"}},
                            {TubeKind::Fluoride, "fluoride", {"灰", "grey"}}};

constexpr int kMostFasting = 24;
constexpr std::size_t kMostTests = 5000;
constexpr std::size_t kLongestCode = 40;
/// What a record of a test may hold (see ReadLabTest).
constexpr const char* kMembers[] = {"code",         "name",        "nameEn",   "short",
                                    "tube",         "section",     "volumeUl", "fastingHours",
                                    "ownTube",      "series",      "batches",  "at",
                                    "afterMinutes", "workingDays", "place",    "placeEn"};
constexpr int kMostVolume = 50'000;

/// Codes of orders: letters, digits, '-', '.' and '_'.
bool IsCode(std::string_view text) {
  return !text.empty() && text.size() <= kLongestCode && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

/// "08:30"
std::optional<std::chrono::minutes> ParseTimeOfDay(const std::string& text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return std::chrono::hours(hours) + std::chrono::minutes(minutes);
}

domain::LocalText TextIn(const Json& text, std::string_view zh, std::string_view en) {
  return {text[zh].AsString(), text[en].AsString()};
}

Result<int> NumberIn(const Json& text, std::string_view member, int most, int otherwise) {
  if (!text.Has(member)) return otherwise;
  const auto number = text[member].AsInteger();
  if (!number || *number < 0 || *number > most) {
    return Fail(ErrorCode::BadData, std::string(member) + " is wrong");
  }
  return static_cast<int>(*number);
}

Status ReadTurnAround(const Json& text, domain::TurnAround& rule) {
  const Result<int> after = NumberIn(text, "afterMinutes", 60 * 24 * 30, 60);
  const Result<int> days = NumberIn(text, "workingDays", 60, 0);
  if (!after) return Failed(after);
  if (!days) return Failed(days);
  rule.after = std::chrono::minutes(*after);
  rule.working_days = *days;
  if (text.Has("at")) {
    const auto at = ParseTimeOfDay(text["at"].AsString());
    if (!at) return Fail(ErrorCode::BadData, "at is wrong");
    rule.at = *at;
  }
  for (const Json& one : text["batches"].Items()) {
    const auto until = ParseTimeOfDay(one["until"].AsString());
    const auto ready = ParseTimeOfDay(one["ready"].AsString());
    const bool fits =
        until && ready && (rule.batches.empty() || rule.batches.back().until < *until);
    if (!fits) return Fail(ErrorCode::BadData, "batches is wrong");
    rule.batches.push_back({*until, *ready});
  }
  return {};
}

int LuhnSum(std::string_view digits, bool doubled) {
  int sum = 0;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    const int value = (*digit - '0') * (doubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    doubled = !doubled;
  }
  return sum;
}

}  // namespace

Result<LabTest> ReadLabTest(const Json& text) {
  LabTest test;
  test.code = text["code"].AsString();
  test.name = TextIn(text, "name", "nameEn");
  test.short_name = text["short"].AsString();
  test.section = text["section"].AsString();
  test.own_tube = text["ownTube"].AsBoolean();
  test.report_place = TextIn(text, "place", "placeEn");
  if (test.code.empty() || test.name.zh.empty()) {
    return Fail(ErrorCode::BadData, "code or name is missing");
  }
  if (test.short_name.empty()) test.short_name = test.name.zh;
  const auto tube = ParseTubeKind(text["tube"].AsString());
  if (!tube) return Fail(ErrorCode::BadData, "tube is wrong");
  test.tube = *tube;
  const Result<int> volume = NumberIn(text, "volumeUl", kMostVolume, 0);
  const Result<int> fasting = NumberIn(text, "fastingHours", kMostFasting, 0);
  if (!volume) return Failed(volume);
  if (!fasting) return Failed(fasting);
  test.volume_ul = *volume;
  test.fasting_hours = *fasting;
  for (const Json& minutes : text["series"].Items()) {
    const auto value = minutes.AsInteger();
    const bool grows = value && *value >= 0 && *value <= 24 * 60 &&
                       (test.series.empty() || test.series.back() < *value);
    if (!grows) return Fail(ErrorCode::BadData, "series is wrong");
    test.series.push_back(static_cast<int>(*value));
  }
  if (Status read = ReadTurnAround(text, test.turn_around); !read) return Failed(read);
  return test;
}

Result<LabSettings> ReadLabSettings(const Json& text) {
  LabSettings settings;
  settings.draw_service = text["drawService"].AsString();
  settings.pay_at = TextIn(text, "payAt", "payAtEn");
  if (settings.draw_service.empty()) return Fail(ErrorCode::BadData, "drawService is missing");
  for (const Json& day : text["holidays"].Items()) {
    const auto date = ParseDate(day.AsString());
    if (!date) return Fail(ErrorCode::BadData, "holidays is wrong");
    settings.holidays.push_back(*date);
  }
  const Result<int> most = NumberIn(text, "testsOnALabel", 20, settings.limits.tests_on_a_label);
  if (!most) return Failed(most);
  settings.limits.tests_on_a_label = *most;
  return settings;
}

Result<std::vector<Json>> LabTests(store::ReadView& view) {
  const auto records = view.Records(kLabTests, "", kMostTests);
  if (!records) return Failed(records);
  std::vector<Json> all;
  for (const store::Record& record : *records) {
    Result<Json> text = Json::Parse(record.text);
    if (!text) return Failed(text);
    text->Set("code", Json::String(record.key));
    all.push_back(std::move(*text));
  }
  return all;
}

Status PutLabTest(store::ResourceStore& store, const Json& text, const Editor& by) {
  const Result<LabTest> test = ReadLabTest(text);
  if (!test) return Failed(test);
  if (!IsCode(test->code)) return Fail(ErrorCode::BadData, "code is wrong");
  Json kept = Json::Object();
  for (const char* member : kMembers) {
    if (text.Has(member)) kept.Set(member, text[member]);
  }
  return store.Write([&](store::Transaction& transaction) -> Status {
    const auto audited = transaction.Create(ToAuditEvent(EditOf("put-lab-test", by, test->code)));
    if (!audited) return Failed(audited);
    return transaction.PutRecord({kLabTests, test->code, kept.Write(), {}});
  });
}

Status RemoveLabTest(store::ResourceStore& store, const std::string& code, const Editor& by) {
  return store.Write([&](store::Transaction& transaction) -> Status {
    const auto known = transaction.FindRecord(kLabTests, code);
    if (!known) return Failed(known);
    if (!*known) return Fail(ErrorCode::NotFound, "no such test");
    const auto audited = transaction.Create(ToAuditEvent(EditOf("remove-lab-test", by, code)));
    if (!audited) return Failed(audited);
    return transaction.RemoveRecord(kLabTests, code);
  });
}

Result<std::optional<LabTest>> FindLabTest(store::ReadView& view, const std::string& code) {
  if (code.empty()) return std::optional<LabTest>();
  const auto record = view.FindRecord(kLabTests, code);
  if (!record) return Failed(record);
  if (!*record) return std::optional<LabTest>();
  const Result<Json> text = Json::Parse((*record)->text);
  if (!text) return Failed(text);
  Result<LabTest> test = ReadLabTest(*text);
  if (!test) return Failed(test);
  return std::optional(std::move(*test));
}

Result<LabSettings> FindLabSettings(store::ReadView& view) {
  const auto record = view.FindRecord(kLabSettings, "hospital");
  if (!record) return Failed(record);
  if (!*record) return Fail(ErrorCode::NotFound, "the laboratory is not set up");
  const Result<Json> text = Json::Parse((*record)->text);
  if (!text) return Failed(text);
  return ReadLabSettings(*text);
}

const char* Name(TubeKind kind) { return kTubes[static_cast<std::size_t>(kind)].name; }

std::optional<TubeKind> ParseTubeKind(std::string_view name) {
  const auto* found = std::ranges::find(kTubes, name, &TubeWords::name);
  if (found == std::ranges::end(kTubes)) return std::nullopt;
  return found->kind;
}

const domain::LocalText& ColourOf(TubeKind kind) {
  return kTubes[static_cast<std::size_t>(kind)].colour;
}

Result<std::string> NextBarcode(store::Transaction& transaction, WallTime now, TimeZone zone) {
  const std::string year = ToLocalDate(now, zone).substr(2, 2);
  const Result<std::int64_t> number = transaction.NextNumber("specimen|" + year);
  if (!number) return Failed(number);
  if (*number > 999'999'999) return Fail(ErrorCode::StoreFull, "this year's labels are used up");
  const std::string digits = std::to_string(*number);
  std::string barcode = year + std::string(9 - digits.size(), '0') + digits;
  barcode += static_cast<char>('0' + (10 - LuhnSum(barcode, true) % 10) % 10);
  return barcode;
}

bool IsBarcode(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) &&
         LuhnSum(text, false) % 10 == 0;
}

}  // namespace yizhan::hospital
