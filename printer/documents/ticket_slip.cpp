#include "printer/documents/ticket_slip.h"

#include "printer/documents/slip_parts.h"

namespace yizhan::printer {
namespace {

using domain::Language;
using domain::LocalText;

constexpr double kCodeMm = 24;
constexpr std::size_t kMaxText = 200;

/// The words of the slip. One table for all languages, so that a new one is one more column.
namespace words {
const LocalText kTitle{"排队小票", "Queue Ticket"};
const LocalText kProvisional{"离线 · 临时号", "OFFLINE · PROVISIONAL"};
const LocalText kYourNumber{"您的排队号", "Your number"};
const LocalText kName{"姓名", "Name"};
const LocalText kService{"科室", "Clinic"};
const LocalText kDoctor{"医生", "Doctor"};
const LocalText kAnyDoctor{"轮值医生", "Any doctor"};
const LocalText kSlot{"时段", "Slot"};
const LocalText kPlace{"候诊", "Wait at"};
const LocalText kRoom{"诊室", "Room"};
const LocalText kAhead{"前面", "Ahead"};
const LocalText kArrived{"报到", "Arrival"};
const LocalText kNext{"下一步", "Next"};
const LocalText kGoTo{"请到", "Go to "};
const LocalText kWaitThere{"候诊，留意叫号屏。", " and watch the screen for your number."};
const LocalText kWaitAnywhere{"请到候诊区候诊，留意叫号屏。",
                              "Go to the waiting area and watch the screen for your number."};
const LocalText kPackage{"套餐", "For"};
const LocalText kReturn{"交单", "Return to"};
const LocalText kFollowSheet{"请按体检导检单检查，全部做完后交单等候叫号。",
                             "Follow the check-up guide sheet; hand it in at the end, then you are "
                             "called."};
const LocalText kMissed{"过号请到分诊台重新报到。",
                        "Missed your turn? Check in at the desk again."};
const LocalText kOrderKept{"联网后医院会确认此号，先后按报到时间计算。",
                           "The hospital confirms this number when it is back online. "
                           "Your place counts from your arrival."};
const LocalText kSerial{"流水号 ", "No. "};
const LocalText kNoReceipt{"此凭条不作报销凭证", "Not a receipt"};
const LocalText kTodayOnly{"仅当日有效", "Valid today only"};
}  // namespace words

std::string DoctorText(const domain::Ticket& ticket, Language language) {
  if (ticket.doctor.empty()) return words::kAnyDoctor.In(language);
  const std::string& title = ticket.doctor_title.In(language);
  return title.empty() ? ticket.doctor : ticket.doctor + "  " + title;
}

Status CheckTexts(const TicketSlip& slip) {
  const domain::Ticket& t = slip.ticket;
  return FitsSlip({&slip.hospital.zh, &slip.hospital.en, &slip.serial, &slip.terminal, &t.number,
                   &t.service.zh, &t.service.en, &t.doctor, &t.doctor_title.zh, &t.doctor_title.en,
                   &t.place.zh, &t.place.en, &t.room.zh, &t.room.en, &t.masked_name},
                  kMaxText);
}

void PutHead(Paper& paper, const TicketSlip& slip, Language language) {
  PutSlipHead(paper, slip.hospital, words::kTitle, language);
  PutSlipNumber(paper, words::kYourNumber.In(language), slip.ticket.number, 58);
  if (slip.ticket.provisional) {
    paper.Badge(words::kProvisional.In(language), 10.5);
    paper.Space(1.8);
  }
  paper.Rule(Stroke::Thick);
  paper.Space(1.6);
}

void PutFacts(Paper& paper, const TicketSlip& slip, Language language) {
  const domain::Ticket& ticket = slip.ticket;
  const TextStyle plain = LeftText(10.5, false);
  const TextStyle strong = LeftText(12, true);
  const auto row = [&](const LocalText& label, const std::string& value, const TextStyle& style) {
    if (value.empty()) return;
    paper.Row(label.In(language), value, style);
    paper.Space(1);
  };
  row(words::kName, paper.Printable(ticket.masked_name), plain);
  const LocalText& service = slip.check_up ? words::kPackage : words::kService;
  row(service, ticket.service.In(language), strong);
  if (!slip.check_up) row(words::kDoctor, paper.Printable(DoctorText(ticket, language)), plain);
  if (ticket.slot_end > ticket.slot_start) {
    row(words::kSlot,
        ToLocalDate(ticket.slot_start, slip.zone) + "  " +
            ToLocalHourMinute(ticket.slot_start, slip.zone) + "–" +
            ToLocalHourMinute(ticket.slot_end, slip.zone),
        plain);
  }
  row(slip.check_up ? words::kReturn : words::kPlace, ticket.place.In(language), strong);
  row(words::kRoom, ticket.room.In(language), strong);
  if (ticket.ahead) row(words::kAhead, AheadText(ticket, language), strong);
  row(words::kArrived, ToLocalHourMinute(ticket.arrived_at, slip.zone), plain);
}

void PutNextStep(Paper& paper, const TicketSlip& slip, Language language) {
  const std::string& place = slip.ticket.place.In(language);
  const std::string where =
      slip.check_up   ? words::kFollowSheet.In(language)
      : place.empty() ? words::kWaitAnywhere.In(language)
                      : words::kGoTo.In(language) + place + words::kWaitThere.In(language);
  const TextStyle small = LeftText(9, false, 4);
  paper.Space(0.8);
  paper.Rule(Stroke::Dashed);
  paper.Space(1.6);
  paper.Text(words::kNext.In(language) + (language == Language::En ? ": " : "：") + where,
             LeftText(10.5, true, 4));
  paper.Space(1);
  paper.Text(words::kMissed.In(language), small);
  if (slip.ticket.provisional) paper.Text(words::kOrderKept.In(language), small);
  paper.Space(1.6);
}

void PutFoot(Paper& paper, const TicketSlip& slip, const CodeMatrix& code, Language language) {
  std::vector<std::string> lines;
  if (!slip.serial.empty()) lines.push_back(words::kSerial.In(language) + slip.serial);
  lines.push_back(PrintedText(slip.printed_at, slip.zone, language));
  lines.push_back(slip.terminal + "  " + CopyText(slip.copy, language));
  lines.push_back(words::kTodayOnly.In(language));
  lines.push_back(words::kNoReceipt.In(language));
  PutSlipFoot(paper, code, kCodeMm, lines);
}

}  // namespace

Result<Document> RenderTicketSlip(const TicketSlip& slip, Language language) {
  if (Status fits = CheckTexts(slip); !fits) return tl::unexpected<Error>(fits.error());
  const auto code = QrCode(slip.ticket.operation.Value());
  if (!code) return tl::unexpected<Error>(code.error());
  Paper paper(kRollMm, kMarginMm, language);
  PutHead(paper, slip, language);
  PutFacts(paper, slip, language);
  PutNextStep(paper, slip, language);
  PutFoot(paper, slip, *code, language);
  return paper.Finish();
}

}  // namespace yizhan::printer
