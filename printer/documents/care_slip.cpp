#include "printer/documents/care_slip.h"

#include "printer/documents/slip_parts.h"

namespace yizhan::printer {
namespace {

using domain::CareTickets;
using domain::Language;
using domain::LineKind;
using domain::LocalText;

constexpr double kCodeMm = 22;
constexpr std::size_t kMaxText = 400;
constexpr std::size_t kMostTickets = 12;

namespace words {
const LocalText kTicket{"排队小票", "Queue Ticket"};
const LocalText kMedicine{"取药凭条", "Pharmacy Slip"};
const LocalText kYourNumber{"您的排队号", "Your number"};
const LocalText kYourWindow{"取药窗口", "Your window"};
const LocalText kName{"姓名", "Name"};
const LocalText kPlace{"地点", "Place"};
const LocalText kRoom{"房间", "Room"};
const LocalText kAhead{"前面", "Ahead"};
const LocalText kReady{"药已配好，请到窗口刷卡取药。",
                       "Your medicines are ready. Tap your card at the window."};
const LocalText kPicking{"正在配药，请留意屏幕，显示后到窗口刷卡取药。",
                         "Being prepared. Watch the screen, then tap your card at the window."};
const LocalText kWatch{"请到上述地点等候，留意叫号屏。过号请告诉工作人员。",
                       "Please wait there and watch the screen. Missed your turn? Tell the staff."};
const LocalText kOneAtATime{"多个号不会同时叫，可以先去人少的地方。",
                            "You are not called to two places at once."};
const LocalText kSerial{"流水号 ", "No. "};
const LocalText kToday{"仅当日有效", "Valid today only"};
}  // namespace words

Status CheckTexts(const CareSlip& slip) {
  const std::size_t count = slip.tickets.tickets.size();
  if (count == 0 || count > kMostTickets) return Fail(ErrorCode::BadData, "no slip");
  std::vector<const std::string*> texts = {&slip.hospital.zh, &slip.hospital.en, &slip.terminal};
  for (const CareTickets::One& one : slip.tickets.tickets) {
    const domain::Ticket& t = one.ticket;
    texts.insert(texts.end(),
                 {&t.number, &t.service.zh, &t.service.en, &t.place.zh, &t.place.en, &t.room.zh,
                  &t.room.en, &t.masked_name, &t.serial, &one.hint.zh, &one.hint.en});
  }
  return FitsSlip(texts, kMaxText);
}

void PutTicket(Paper& paper, const CareTickets::One& one, bool medicine, double points,
               Language language) {
  const domain::Ticket& ticket = one.ticket;
  const std::string& room = ticket.room.In(language);
  paper.Text(paper.Printable(ticket.service.In(language)),
             {.points = 13, .bold = true, .align = Align::Centre, .max_lines = 2});
  paper.Space(1);
  const std::string number = medicine ? room : ticket.number;
  if (!number.empty()) {
    PutSlipNumber(paper, (medicine ? words::kYourWindow : words::kYourNumber).In(language),
                  paper.Printable(number), points);
  }
  const auto row = [&](const LocalText& label, const std::string& value, bool bold) {
    if (value.empty()) return;
    paper.Row(label.In(language), paper.Printable(value), LeftText(bold ? 12 : 10.5, bold));
    paper.Space(1);
  };
  row(words::kPlace, ticket.place.In(language), true);
  if (!medicine) row(words::kRoom, room, true);
  if (ticket.ahead) row(words::kAhead, AheadText(ticket, language), true);
  const std::string& hint = one.hint.In(language);
  if (!hint.empty()) paper.Text(paper.Printable(hint), LeftText(11, true, 4));
  if (medicine) {
    paper.Text((one.ready ? words::kReady : words::kPicking).In(language), LeftText(11, true, 3));
  }
  paper.Space(1);
}

}  // namespace

Result<Document> RenderCareSlip(const CareSlip& slip, Language language) {
  if (Status fits = CheckTexts(slip); !fits) return tl::unexpected<Error>(fits.error());
  const std::vector<CareTickets::One>& all = slip.tickets.tickets;
  const domain::Ticket& first = all.front().ticket;
  const auto code = QrCode(first.operation.Value());
  if (!code) return tl::unexpected<Error>(code.error());
  const bool medicine = slip.tickets.line == LineKind::Pharmacy;
  Paper paper(kRollMm, kMarginMm, language);
  PutSlipHead(paper, slip.hospital, medicine ? words::kMedicine : words::kTicket, language);
  if (!first.masked_name.empty()) {
    paper.Row(words::kName.In(language), paper.Printable(first.masked_name), LeftText(10.5, false));
    paper.Space(1);
  }
  for (const CareTickets::One& one : all) {
    if (&one != &all.front()) {
      paper.Rule(Stroke::Dashed);
      paper.Space(1.6);
    }
    PutTicket(paper, one, medicine, medicine ? 34 : all.size() == 1 ? 58 : 42, language);
  }
  paper.Rule(Stroke::Dashed);
  paper.Space(1.2);
  if (!medicine) paper.Text(words::kWatch.In(language), LeftText(9.5, false, 4));
  if (all.size() > 1) paper.Text(words::kOneAtATime.In(language), LeftText(9.5, false, 3));
  paper.Space(1.2);
  std::vector<std::string> lines;
  if (!first.serial.empty()) lines.push_back(words::kSerial.In(language) + first.serial);
  lines.push_back(PrintedText(slip.printed_at, slip.zone, language));
  lines.push_back(slip.terminal + "  " + CopyText(slip.copy, language));
  lines.push_back(words::kToday.In(language));
  PutSlipFoot(paper, *code, kCodeMm, lines);
  return paper.Finish();
}

}  // namespace yizhan::printer
