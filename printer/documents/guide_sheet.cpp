#include "printer/documents/guide_sheet.h"

#include <algorithm>

#include "printer/documents/slip_parts.h"

namespace yizhan::printer {
namespace {

using domain::GuideLine;
using domain::GuideState;
using domain::Language;
using domain::LocalText;

constexpr double kCodeMm = 22;
constexpr std::size_t kMaxText = 600;
constexpr std::size_t kMostLines = 40;
constexpr std::size_t kMostOrders = 60;
/// Two and a half dots of a head of 8 dots a millimetre would blur; three are read at arm's length.
constexpr double kModuleMm = 0.375;
constexpr double kBarsMm = 8;
constexpr std::size_t kQuietModules = 10;

namespace words {
const LocalText kTitle{"导诊单", "Where to Go Next"};
const LocalText kCheckUpTitle{"体检导检单", "Check-up Guide Sheet"};
const LocalText kPackage{"套餐", "For"};
const LocalText kPayer{"单位", "Paid by"};
const LocalText kHandIn{"全部做完后，请将本单交回体检中心。",
                        "When all is done, hand this sheet in at the check-up centre."};
const LocalText kName{"姓名", "Name"};
const LocalText kNow{"现在请到", "Go now to"};
const LocalText kWait{"正在等候", "You are waiting for"};
const LocalText kNothing{"今天的项目都已完成，请取走就诊卡。",
                         "Everything for today is done. Please take your card."};
const LocalText kSteps{"步骤", "Steps"};
const LocalText kNext{"下一步", "next"};
const LocalText kWaiting{"等候中", "waiting"};
const LocalText kDone{"已完成项目：", "Steps done: "};
const LocalText kPeople{"排队人数：", "People waiting: "};
const LocalText kAsk{"排队人数随时变化；每做完一步可再刷卡查看。",
                     "Queues change: tap your card again after each step."};
const LocalText kToday{"仅当日有效", "Valid today only"};
}  // namespace words

bool IsOpen(const GuideLine& line) { return line.state != GuideState::Done; }

Status CheckTexts(const GuideSheet& sheet) {
  if (sheet.sheet.lines.size() > kMostLines) {
    return Fail(ErrorCode::BadData, "too much for a slip");
  }
  std::vector<const std::string*> texts = {&sheet.hospital.zh, &sheet.hospital.en, &sheet.terminal,
                                           &sheet.masked_name};
  if (sheet.sheet.check_up) {
    const domain::CheckUpToday& check_up = *sheet.sheet.check_up;
    texts.insert(texts.end(), {&check_up.package.zh, &check_up.package.en, &check_up.payer.zh,
                               &check_up.payer.en});
  }
  std::size_t orders = 0;
  for (const GuideLine& line : sheet.sheet.lines) {
    orders += line.order_numbers.size();
    if (orders > kMostOrders) return Fail(ErrorCode::BadData, "too much for a slip");
    for (const std::string& number : line.order_numbers) texts.push_back(&number);
    texts.insert(texts.end(), {&line.what.zh, &line.what.en, &line.where.zh, &line.where.en,
                               &line.note.zh, &line.note.en});
  }
  return FitsSlip(texts, kMaxText);
}

std::string PeopleText(const GuideLine& line, Language language) {
  if (!line.ahead) return {};
  return words::kPeople.In(language) + std::to_string(*line.ahead);
}

/// What is to be done now, to be read while walking.
void PutNow(Paper& paper, const GuideSheet& sheet, Language language) {
  const auto now = std::ranges::find_if(sheet.sheet.lines, [](const GuideLine& line) {
    return line.state == GuideState::Next || line.state == GuideState::Waiting;
  });
  if (now == sheet.sheet.lines.end()) {
    const bool open = std::ranges::any_of(sheet.sheet.lines, IsOpen);
    if (!open) paper.Text(words::kNothing.In(language), LeftText(12, true, 3));
    return;
  }
  const bool waits = now->state == GuideState::Waiting;
  paper.Text((waits ? words::kWait : words::kNow).In(language), LeftText(9.5, false, 1));
  paper.Space(0.6);
  const std::string& where = now->where.In(language);
  paper.Text(paper.Printable(where.empty() ? now->what.In(language) : where),
             LeftText(15, true, 3));
  if (!where.empty()) {
    paper.Text(paper.Printable(now->what.In(language)), LeftText(12, true, 3));
  }
  paper.Space(1.6);
}

/// Whose sheet it is, and of a check-up what for and at whose expense.
void PutWhose(Paper& paper, const GuideSheet& sheet, Language language) {
  const auto row = [&](const LocalText& label, const std::string& value) {
    if (value.empty()) return;
    paper.Row(label.In(language), paper.Printable(value), LeftText(10.5, false));
    paper.Space(1.2);
  };
  row(words::kName, sheet.masked_name);
  if (!sheet.sheet.check_up) return;
  row(words::kPackage, sheet.sheet.check_up->package.In(language));
  row(words::kPayer, sheet.sheet.check_up->payer.In(language));
}

void PutStep(Paper& paper, const GuideLine& line, int number, Language language) {
  std::string title = std::to_string(number) + ". " + paper.Printable(line.what.In(language));
  if (line.state == GuideState::Next) title += " · " + words::kNext.In(language);
  if (line.state == GuideState::Waiting) title += " · " + words::kWaiting.In(language);
  paper.Space(1.2);
  paper.Text(title, LeftText(11.5, true, 3));
  const auto more = [&](const std::string& text) {
    if (!text.empty()) paper.Text(paper.Printable(text), LeftText(9.5, false, 4));
  };
  more(line.where.In(language));
  more(line.note.In(language));
  more(PeopleText(line, language));
  for (const std::string& number : line.order_numbers) {
    const auto bars = Code128(number);
    const bool fits =
        bars && static_cast<double>(bars->black.size() + 2 * kQuietModules) * kModuleMm <=
                    kRollMm - 2 * kMarginMm;
    paper.Space(1);
    // A number too long for the roll can still be typed.
    if (fits) paper.Bars(*bars, kModuleMm, kBarsMm);
    paper.Text(paper.Printable(number),
               TextStyle{.points = 9.5, .align = Align::Centre, .max_lines = 1});
  }
}

}  // namespace

Result<Document> RenderGuideSheet(const GuideSheet& sheet, Language language) {
  if (Status fits = CheckTexts(sheet); !fits) return tl::unexpected<Error>(fits.error());
  const auto code = QrCode(sheet.sheet.sheet.Value());
  if (!code) return tl::unexpected<Error>(code.error());
  Paper paper(kRollMm, kMarginMm, language);
  PutSlipHead(paper, sheet.hospital, sheet.sheet.check_up ? words::kCheckUpTitle : words::kTitle,
              language);
  PutWhose(paper, sheet, language);
  PutNow(paper, sheet, language);
  paper.Rule(Stroke::Dashed);
  paper.Space(1.2);
  paper.Text(words::kSteps.In(language), LeftText(9.5, false, 1));
  int number = 0;
  for (const GuideLine& line : sheet.sheet.lines) {
    if (IsOpen(line)) PutStep(paper, line, ++number, language);
  }
  const auto done = static_cast<int>(sheet.sheet.lines.size()) - number;
  paper.Space(1.4);
  if (done > 0) {
    paper.Text(words::kDone.In(language) + std::to_string(done), LeftText(9.5, false, 1));
  }
  paper.Text(words::kAsk.In(language), LeftText(9, false, 3));
  if (sheet.sheet.check_up) paper.Text(words::kHandIn.In(language), LeftText(9, false, 3));
  paper.Space(1.2);
  PutSlipFoot(paper, *code, kCodeMm,
              {PrintedText(sheet.printed_at, sheet.zone, language),
               sheet.terminal + "  " + CopyText(sheet.copy, language), words::kToday.In(language)});
  return paper.Finish();
}

}  // namespace yizhan::printer
