#include "printer/documents/draw_receipt.h"

#include <algorithm>

#include "printer/documents/slip_parts.h"

namespace yizhan::printer {
namespace {

using domain::Language;
using domain::LocalText;

constexpr double kCodeMm = 22;
constexpr std::size_t kMaxText = 200;
constexpr std::size_t kMostRows = 40;

namespace words {
const LocalText kTitle{"采血回执", "Blood Draw Receipt"};
const LocalText kYourNumber{"您的采血号", "Your number"};
const LocalText kName{"姓名", "Name"};
const LocalText kPlace{"采血", "Draw at"};
const LocalText kAhead{"前面", "Ahead"};
const LocalText kMinutes{" 分钟", " min"};
const LocalText kTests{"检验项目与取报告时间", "Tests, and when the report is ready"};
const LocalText kFasting{"空腹 ", "fasting "};
const LocalText kHours{" 小时", " h"};
const LocalText kTubes{"标本条码", "Tubes"};
const LocalText kLater{"第一管后 ", "after the first: "};
const LocalText kFastHint{"如已进食，请在采血前告诉护士。",
                          "If you have eaten, tell the nurse before the draw."};
const LocalText kReports{"凭就诊卡在自助机打印报告；此单不作报告凭证。",
                         "Print your reports at a kiosk with your card."};
const LocalText kUnpaid{"另有未缴费项目 ", "Not paid yet: "};
const LocalText kPayAt{"，请到", ". Pay at "};
const LocalText kPayThen{"缴费后再刷卡报到。", ", then tap your card here again."};
const LocalText kSerial{"流水号 ", "No. "};
const LocalText kTodayOnly{"采血号仅当日有效", "Number valid today only"};
}  // namespace words

Status CheckTexts(const DrawReceipt& receipt) {
  std::vector<const std::string*> texts = {
      &receipt.hospital.zh, &receipt.hospital.en,       &receipt.serial,
      &receipt.terminal,    &receipt.ticket.number,     &receipt.ticket.place.zh,
      &receipt.pay_at.zh,   &receipt.ticket.place.en,   &receipt.pay_at.en,
      &receipt.unpaid,      &receipt.ticket.masked_name};
  for (const DrawReceipt::Test& test : receipt.tests) {
    texts.insert(texts.end(),
                 {&test.name.zh, &test.name.en, &test.ready_place.zh, &test.ready_place.en});
  }
  for (const DrawReceipt::Tube& tube : receipt.tubes) texts.push_back(&tube.barcode);
  const bool few = receipt.tests.size() <= kMostRows && receipt.tubes.size() <= kMostRows;
  return few ? FitsSlip(texts, kMaxText) : Status(Fail(ErrorCode::BadData, "too much for a slip"));
}

void PutHead(Paper& paper, const DrawReceipt& receipt, Language language) {
  PutSlipHead(paper, receipt.hospital, words::kTitle, language);
  PutSlipNumber(paper, words::kYourNumber.In(language), receipt.ticket.number, 52);
  paper.Rule(Stroke::Thick);
  paper.Space(1.6);
}

void PutFacts(Paper& paper, const DrawReceipt& receipt, Language language) {
  const auto row = [&](const LocalText& label, const std::string& value, const TextStyle& style) {
    if (value.empty()) return;
    paper.Row(label.In(language), value, style);
    paper.Space(1);
  };
  row(words::kName, paper.Printable(receipt.ticket.masked_name), LeftText(10.5, false));
  row(words::kPlace, receipt.ticket.place.In(language), LeftText(12, true));
  if (receipt.ticket.ahead) {
    row(words::kAhead, AheadText(receipt.ticket, language), LeftText(12, true));
  }
}

/// "03-10 11:40"; the year is on the foot.
std::string When(WallTime time, TimeZone zone) {
  return ToLocalDate(time, zone).substr(5) + ' ' + ToLocalHourMinute(time, zone);
}

void PutTests(Paper& paper, const DrawReceipt& receipt, Language language) {
  paper.Space(0.4);
  paper.Rule(Stroke::Dashed);
  paper.Space(1.4);
  paper.Text(words::kTests.In(language), LeftText(10, true));
  bool fasting = false;
  for (const DrawReceipt::Test& test : receipt.tests) {
    paper.Space(0.8);
    paper.Split(paper.Printable(test.name.In(language)), LeftText(10.5, false, 2),
                When(test.ready_at, receipt.zone), LeftText(10.5, true, 1));
    std::string more = test.ready_place.In(language);
    if (test.fasting_hours > 0) {
      fasting = true;
      more += (more.empty() ? "" : " · ") + words::kFasting.In(language) +
              std::to_string(test.fasting_hours) + words::kHours.In(language);
    }
    if (!more.empty()) paper.Text(paper.Printable(more), LeftText(8.5, false));
  }
  paper.Space(1.2);
  if (fasting) paper.Text(words::kFastHint.In(language), LeftText(9.5, true, 3));
  paper.Text(words::kReports.In(language), LeftText(9, false, 3));
  if (receipt.unpaid.empty()) return;
  paper.Space(1);
  std::string text = words::kUnpaid.In(language) + receipt.unpaid;
  if (!receipt.pay_at.zh.empty()) {
    text += words::kPayAt.In(language) + receipt.pay_at.In(language) + words::kPayThen.In(language);
  }
  paper.Text(text, LeftText(10, true, 4));
}

void PutTubes(Paper& paper, const DrawReceipt& receipt, Language language) {
  paper.Space(0.8);
  paper.Rule(Stroke::Dashed);
  paper.Space(1.2);
  paper.Text(words::kTubes.In(language) + " (" + std::to_string(receipt.tubes.size()) + ")",
             LeftText(9, true));
  for (const DrawReceipt::Tube& tube : receipt.tubes) {
    std::string note = tube.colour.In(language);
    if (tube.minutes_after_first > 0) {
      note += " · " + words::kLater.In(language) + std::to_string(tube.minutes_after_first) +
              words::kMinutes.In(language);
    }
    paper.Split(tube.barcode, LeftText(9, false, 1), paper.Printable(note), LeftText(9, false, 1));
  }
  paper.Space(1.2);
}

void PutFoot(Paper& paper, const DrawReceipt& receipt, const CodeMatrix& code, Language language) {
  std::vector<std::string> lines;
  if (!receipt.serial.empty()) lines.push_back(words::kSerial.In(language) + receipt.serial);
  lines.push_back(PrintedText(receipt.printed_at, receipt.zone, language));
  lines.push_back(receipt.terminal + "  " + CopyText(receipt.copy, language));
  lines.push_back(words::kTodayOnly.In(language));
  PutSlipFoot(paper, code, kCodeMm, lines);
}

}  // namespace

Result<Document> RenderDrawReceipt(const DrawReceipt& receipt, Language language) {
  if (Status fits = CheckTexts(receipt); !fits) return tl::unexpected<Error>(fits.error());
  const auto code = QrCode(receipt.ticket.operation.Value());
  if (!code) return tl::unexpected<Error>(code.error());
  Paper paper(kRollMm, kMarginMm, language);
  PutHead(paper, receipt, language);
  PutFacts(paper, receipt, language);
  PutTests(paper, receipt, language);
  PutTubes(paper, receipt, language);
  PutFoot(paper, receipt, *code, language);
  return paper.Finish();
}

}  // namespace yizhan::printer
