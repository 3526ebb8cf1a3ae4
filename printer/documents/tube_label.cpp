#include "printer/documents/tube_label.h"

#include "printer/documents/barcode.h"
#include "printer/documents/paper.h"

namespace yizhan::printer {
namespace {

constexpr double kWidthMm = 50;
constexpr double kHeightMm = 30;
constexpr double kMarginMm = 2;
/// Three dots of 1/8 mm: 101 modules and two quiet zones take 45.4 mm of the 50.
constexpr double kModuleMm = 0.375;
constexpr double kBarsMm = 6.8;
/// Lines of these fonts bring more air than a label of this height has.
constexpr double kTightenMm = -0.8;
constexpr std::size_t kLongName = 18;   ///< Bytes; six Chinese characters.
constexpr std::size_t kLongTests = 40;  ///< More than one line of larger letters.
constexpr std::size_t kMaxText = 200;

Status CheckTexts(const TubeLabel& label) {
  for (const std::string* text :
       {&label.name, &label.number, &label.department, &label.tube, &label.barcode}) {
    if (text->size() > kMaxText) return Fail(ErrorCode::BadData, "text too long for a label");
  }
  for (const std::string& test : label.tests) {
    if (test.size() > kMaxText) return Fail(ErrorCode::BadData, "text too long for a label");
  }
  return {};
}

std::string PersonText(const TubeLabel& label) {
  std::string text;
  if (label.sex == "male") text = "男";
  if (label.sex == "female") text = "女";
  if (label.age) text += (text.empty() ? "" : " ") + std::to_string(*label.age) + "岁";
  return text;
}

std::string TestsText(const TubeLabel& label) {
  std::string text;
  for (const std::string& test : label.tests) text += (text.empty() ? "" : "、") + test;
  return text;
}

/// "紫 2ml"; tenths of a millilitre are enough for who draws.
std::string TubeText(const TubeLabel& label) {
  std::string text = label.tube;
  if (label.volume_ul > 0) {
    const int tenths = (label.volume_ul + 50) / 100;
    text += ' ' + std::to_string(tenths / 10);
    if (tenths % 10 != 0) text += '.' + std::to_string(tenths % 10);
    text += "ml";
  }
  if (label.minutes_after_first > 0) {
    text += " +" + std::to_string(label.minutes_after_first) + "分";
  }
  return text;
}

std::string PlaceText(const TubeLabel& label) {
  std::string text = std::to_string(label.place) + '/' + std::to_string(label.count);
  if (label.reprints > 0) text += " 补" + std::to_string(label.reprints);
  return text;
}

/// The label with everything `scale` times as large as it should be.
Result<Document> Draw(const TubeLabel& label, const BarCode& bars, double scale) {
  Paper paper(kWidthMm, kMarginMm, domain::Language::ZhCn, kHeightMm);
  const auto style = [scale](double points, bool bold, int lines = 1) {
    return TextStyle{
        .points = points * scale, .bold = bold, .align = Align::Left, .max_lines = lines};
  };
  paper.Space(0.3);
  // What stands on the right is never cut: sex, age and number belong to the two identifiers.
  const std::string person = PersonText(label) + (label.urgent ? "  急 " : "  ") + PlaceText(label);
  const std::string department = paper.Printable(label.department);
  const std::string number = paper.Printable(label.number);
  const std::string name = paper.Printable(label.name);
  const TextStyle small = style(7.5, false);
  if (label.name.size() > kLongName) {  // It has the whole width, and the number moves down.
    paper.Text(name, style(8.5, true, 2));
    paper.Split(department, small, person, style(8.5, true));
  } else {
    paper.Split(name, style(11, true), person, style(9.5, true));
    paper.Space(kTightenMm);
    paper.Split(department, small, number, small);
  }
  paper.Space(kTightenMm / 2);
  paper.Bars(bars, kModuleMm, kBarsMm * scale);
  if (label.name.size() > kLongName) {
    paper.Split(number, small, label.barcode, small);
  } else {
    paper.Text(label.barcode,
               {.points = small.points, .bold = false, .align = Align::Centre, .max_lines = 1});
  }
  paper.Space(kTightenMm);
  const std::string tests = TestsText(label);
  paper.Text(paper.Printable(tests), style(tests.size() > kLongTests ? 7 : 9, true, 2));
  paper.Space(kTightenMm);
  paper.Split(paper.Printable(TubeText(label)), style(8.5, true), "采集 ____:____",
              style(7, false));
  return paper.Finish();
}

}  // namespace

Result<Document> RenderTubeLabel(const TubeLabel& label) {
  if (Status fits = CheckTexts(label); !fits) return tl::unexpected<Error>(fits.error());
  const Result<BarCode> bars = Code128(label.barcode);
  if (!bars) return tl::unexpected<Error>(bars.error());
  Result<Document> drawn = Draw(label, *bars, 1);
  // A tube without a label is worse than one with small letters.
  for (const double scale : {0.93, 0.86, 0.8}) {
    if (drawn) break;
    drawn = Draw(label, *bars, scale);
  }
  return drawn;
}

}  // namespace yizhan::printer
