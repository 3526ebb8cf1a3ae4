#include "printer/documents/slip_parts.h"

#include <algorithm>

namespace yizhan::printer {
namespace {

using domain::Language;
using domain::LocalText;

namespace words {
const LocalText kNobody{"前面没有人，请留意叫号", "Nobody: listen for your number"};
const LocalText kPeople{" 人", " waiting"};
const LocalText kAbout{"，约 ", ", about "};
const LocalText kMinutes{" 分钟", " min"};
const LocalText kPrinted{"打印 ", "Printed "};
const LocalText kFirstPrint{"第1次", "copy 1"};
}  // namespace words

TextStyle Centred(double points, bool bold, int lines) {
  return {.points = points, .bold = bold, .align = Align::Centre, .max_lines = lines};
}

}  // namespace

Status FitsSlip(const std::vector<const std::string*>& texts, std::size_t most) {
  const bool fits =
      std::ranges::all_of(texts, [&](const std::string* text) { return text->size() <= most; });
  return fits ? Status() : Status(Fail(ErrorCode::BadData, "text too long for a slip"));
}

TextStyle LeftText(double points, bool bold, int lines) {
  return {.points = points, .bold = bold, .align = Align::Left, .max_lines = lines};
}

void PutSlipHead(Paper& paper, const LocalText& hospital, const LocalText& title,
                 Language language) {
  paper.Space(3);
  paper.Text(hospital.In(language), Centred(language == Language::En ? 11.5 : 14, true, 2));
  paper.Space(0.6);
  paper.Text(title.In(language), Centred(11, false, 1));
  paper.Space(1.5);
  paper.Rule(Stroke::Thick);
  paper.Space(1.5);
}

void PutSlipNumber(Paper& paper, const std::string& label, const std::string& number,
                   double points) {
  paper.Text(label, Centred(9.5, false, 1));
  paper.Space(1.4);
  paper.Headline(number, points);
  paper.Space(2.2);
}

void PutSlipFoot(Paper& paper, const CodeMatrix& code, double code_mm,
                 const std::vector<std::string>& lines) {
  paper.Rule(Stroke::Dashed);
  paper.Space(1);
  paper.CodeWithText(code, code_mm, lines, LeftText(8.5, false));
  // The cutter stands above the head: without this the last line would be cut.
  paper.Space(4);
}

std::string AheadText(const domain::Ticket& ticket, Language language) {
  if (*ticket.ahead <= 0) return words::kNobody.In(language);
  std::string text = std::to_string(*ticket.ahead) + words::kPeople.In(language);
  if (!ticket.wait) return text;
  const auto first = ticket.wait->first.count();
  const auto last = ticket.wait->last.count();
  text += words::kAbout.In(language) + std::to_string(first);
  if (last > first) text += "–" + std::to_string(last);
  return text + words::kMinutes.In(language);
}

std::string CopyText(int copy, Language language) {
  if (copy <= 1) return words::kFirstPrint.In(language);
  const std::string nth = std::to_string(copy - 1);
  return language == Language::En ? "reprint " + nth : "补打第" + nth + "次";
}

std::string PrintedText(WallTime at, TimeZone zone, Language language) {
  return words::kPrinted.In(language) + ToLocalDate(at, zone) + " " + ToLocalHourMinute(at, zone);
}

}  // namespace yizhan::printer
