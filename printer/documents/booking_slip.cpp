#include "printer/documents/booking_slip.h"

#include "domain/money.h"
#include "printer/documents/slip_parts.h"

namespace yizhan::printer {
namespace {

using domain::BookingKind;
using domain::BookingState;
using domain::Language;
using domain::LocalText;
using domain::OwnBooking;
using domain::ResourceKind;

constexpr double kCodeMm = 24;
constexpr std::size_t kMaxText = 400;

/// The words of both slips. One table for all languages, so that a new one is one more column.
namespace words {
const LocalText kTitle{"预约凭条", "Booking Slip"};
const LocalText kWaitTitle{"等待登记凭条", "Waiting List Slip"};
const LocalText kInvitation{"陪诊提示", "For a companion"};
const LocalText kNumber{"预约号", "Number"};
const LocalText kKind{"类别", "Kind"};
const LocalText kTemporary{"临时预约", "Same-day booking"};
const LocalText kConfirmed{"确认类预约", "Confirmed booking"};
const LocalText kToConfirm{"确认类预约 · 待确认", "To be confirmed"};
const LocalText kGuaranteed{"保证类预约 · 已付", "Guaranteed, paid"};
const LocalText kWaiting{"等待登记", "On the waiting list"};
const LocalText kBed{"待床位中心确认", "Bed centre will confirm"};
const LocalText kName{"姓名", "Name"};
const LocalText kService{"科室", "Clinic"};
const LocalText kExam{"项目", "Item"};
const LocalText kDoctor{"医生", "Doctor"};
const LocalText kAnyDoctor{"轮值医生", "Any doctor"};
const LocalText kDate{"日期", "Date"};
const LocalText kSlot{"时段", "Slot"};
const LocalText kPlace{"地点", "Place"};
const LocalText kRoom{"诊室", "Room"};
const LocalText kArrive{"建议到院", "Arrive by"};
const LocalText kFee{"费用", "Fee"};
const LocalText kPaid{" 已付", " paid"};
const LocalText kUnpaid{" 未付，请先缴费再报到", " unpaid: pay before check-in"};
const LocalText kConfirmBy{"请在此前确认", "Confirm by"};
const LocalText kCancelBy{"免费取消截止", "Free to cancel by"};
const LocalText kLapses{"逾时", "Lapses"};
const LocalText kKept{"（已付保留到时段结束）", " (kept to the end of the slot)"};
const LocalText kLate{
    "逾时未报到，号源自动取消；要迟到请先来电。",
    "Not checked in by then: the number is given to others. Call if you are late."};
const LocalText kBring{"请带：就诊卡、身份证或医保卡、以往检查资料。",
                       "Bring: patient card, identity or insurance card, earlier results."};
const LocalText kPrepare{"就诊前：", "Before the visit: "};
const LocalText kHowToCancel{"取消或改约：在自助机刷卡、登录网站或来电。",
                             "To cancel or change: tap your card here, use the website or call."};
const LocalText kWaitRule{"有人取消时按登记先后通知您，请留意短信，限时答复。",
                          "When somebody cancels you get a message in order of the list. "
                          "Please answer in time."};
const LocalText kPhone{"电话", "Phone"};
const LocalText kWay{"路线", "The way"};
const LocalText kAccompany{"请陪同", "With"};
const LocalText kInviteText{"请在约定时间前到院，带好就诊卡。",
                            "Please be there before the time and bring the patient card."};
const LocalText kPrinted{"打印 ", "Printed "};
const LocalText kNoReceipt{"此凭条不作报销凭证", "Not a receipt"};
}  // namespace words

Status CheckTexts(const BookingSlip& slip) {
  const OwnBooking& b = slip.booking;
  if (b.id.Empty()) return Fail(ErrorCode::BadData, "a slip of no booking");
  return FitsSlip(
      {&slip.hospital.zh, &slip.hospital.en, &slip.terminal, &slip.masked_name, &b.service.zh,
       &b.service.en, &b.doctor, &b.doctor_title.zh, &b.doctor_title.en, &b.where.site.zh,
       &b.where.area.zh, &b.where.area.en, &b.where.room.zh, &b.where.room.en, &b.where.way.zh,
       &b.where.way.en, &b.where.phone, &b.where.preparation.zh, &b.where.preparation.en},
      kMaxText);
}

bool Waits(const OwnBooking& booking) {
  return booking.booking.state == BookingState::Waiting ||
         booking.booking.state == BookingState::Offered;
}

std::string KindOf(const OwnBooking& booking, Language language) {
  if (Waits(booking)) return words::kWaiting.In(language);
  if (booking.kind == ResourceKind::Bed) return words::kBed.In(language);
  if (booking.booking.state == BookingState::PendingConfirm) {
    return words::kToConfirm.In(language);
  }
  switch (booking.booking.kind) {
    case BookingKind::Temporary: return words::kTemporary.In(language);
    case BookingKind::Guaranteed: return words::kGuaranteed.In(language);
    default: return words::kConfirmed.In(language);
  }
}

/// Puts rows that say something.
class Rows {
 public:
  Rows(Paper& paper, Language language) : paper_(paper), language_(language) {}

  void Plain(const LocalText& label, const std::string& value) { Put(label, value, false); }
  void Strong(const LocalText& label, const std::string& value) { Put(label, value, true); }

 private:
  void Put(const LocalText& label, const std::string& value, bool strong) {
    if (value.empty()) return;
    paper_.Row(
        label.In(language_), paper_.Printable(value),
        {.points = strong ? 12.0 : 10.5, .bold = strong, .align = Align::Left, .max_lines = 3});
    paper_.Space(1);
  }

  Paper& paper_;
  const Language language_;
};

std::string At(WallTime time, TimeZone zone) {
  return ToLocalDate(time, zone) + "  " + ToLocalHourMinute(time, zone);
}

void PutWhen(Rows& rows, const BookingSlip& slip) {
  const domain::Booking& booking = slip.booking.booking;
  rows.Strong(words::kDate, ToLocalDate(booking.start, slip.zone));
  rows.Strong(words::kSlot, ToLocalHourMinute(booking.start, slip.zone) + "–" +
                                ToLocalHourMinute(booking.end, slip.zone));
}

void PutFacts(Paper& paper, const BookingSlip& slip, Language language) {
  const OwnBooking& booking = slip.booking;
  const bool clinic = booking.kind == ResourceKind::Clinic;
  Rows rows(paper, language);
  rows.Strong(words::kNumber, domain::BookingNumber(booking.id));
  rows.Plain(words::kKind, KindOf(booking, language));
  rows.Plain(words::kName, slip.masked_name);
  rows.Strong(clinic ? words::kService : words::kExam, booking.service.In(language));
  if (clinic) {
    const std::string& title = booking.doctor_title.In(language);
    rows.Plain(words::kDoctor, booking.doctor.empty() ? words::kAnyDoctor.In(language)
                                                      : booking.doctor + "  " + title);
  }
  PutWhen(rows, slip);
  rows.Strong(words::kPlace, booking.where.area.In(language));
  rows.Plain(words::kRoom, booking.where.room.In(language));
  if (booking.fee_minor <= 0) return;
  const bool paid = booking.booking.prepaid_minor > 0;
  rows.Plain(words::kFee, domain::FormatYuan(booking.fee_minor) +
                              (paid ? words::kPaid : words::kUnpaid).In(language));
}

void PutLimits(Paper& paper, const BookingSlip& slip, Language language) {
  const OwnBooking& booking = slip.booking;
  const domain::BookingTimes& times = booking.times;
  // Longer names than a row has room for: each line is a sentence of its own.
  const auto line = [&](const LocalText& label, const std::string& value, bool strong) {
    paper.Text(
        label.In(language) + (language == Language::En ? ": " : "：") + value,
        {.points = strong ? 12.0 : 10.0, .bold = strong, .align = Align::Left, .max_lines = 2});
    paper.Space(0.6);
  };
  paper.Rule(Stroke::Dashed);
  paper.Space(1.4);
  line(words::kArrive, ToLocalHourMinute(times.advised_arrival, slip.zone), true);
  const bool confirms =
      booking.booking.state == BookingState::PendingConfirm && booking.kind != ResourceKind::Bed;
  if (confirms) line(words::kConfirmBy, At(times.confirm_by, slip.zone), true);
  line(words::kCancelBy, At(times.cancel_until, slip.zone), false);
  std::string lapses = ToLocalHourMinute(times.lapses, slip.zone);
  if (booking.booking.kind == BookingKind::Guaranteed) lapses += words::kKept.In(language);
  line(words::kLapses, lapses, false);
}

void PutAdvice(Paper& paper, const BookingSlip& slip, Language language) {
  const TextStyle small{.points = 9, .bold = false, .align = Align::Left, .max_lines = 5};
  const std::string& prepare = slip.booking.where.preparation.In(language);
  paper.Space(0.6);
  if (!prepare.empty()) {
    paper.Text(words::kPrepare.In(language) + prepare,
               {.points = 10.5, .bold = true, .align = Align::Left, .max_lines = 5});
    paper.Space(0.8);
  }
  if (Waits(slip.booking)) {
    paper.Text(words::kWaitRule.In(language), small);
  } else {
    paper.Text(words::kLate.In(language), small);
    paper.Text(words::kBring.In(language), small);
  }
  std::string cancel = words::kHowToCancel.In(language);
  if (!slip.booking.where.phone.empty()) cancel += " " + slip.booking.where.phone;
  paper.Text(cancel, small);
  paper.Space(1.4);
}

std::vector<std::string> FootLines(const BookingSlip& slip, Language language) {
  return {words::kPrinted.In(language) + At(slip.printed_at, slip.zone),
          slip.terminal + "  " + CopyText(slip.copy, language), words::kNoReceipt.In(language)};
}

}  // namespace

Result<Document> RenderBookingSlip(const BookingSlip& slip, Language language) {
  if (Status fits = CheckTexts(slip); !fits) return tl::unexpected<Error>(fits.error());
  const auto code = QrCode(slip.booking.id.Value());
  if (!code) return tl::unexpected<Error>(code.error());
  const bool waits = Waits(slip.booking);
  Paper paper(kRollMm, kMarginMm, language);
  PutSlipHead(paper, slip.hospital, waits ? words::kWaitTitle : words::kTitle, language);
  PutFacts(paper, slip, language);
  if (!waits) PutLimits(paper, slip, language);
  PutAdvice(paper, slip, language);
  PutSlipFoot(paper, *code, kCodeMm, FootLines(slip, language));
  return paper.Finish();
}

Result<Document> RenderInvitationSlip(const BookingSlip& slip, Language language) {
  if (Status fits = CheckTexts(slip); !fits) return tl::unexpected<Error>(fits.error());
  const domain::VisitPlace& where = slip.booking.where;
  const auto arrive = slip.booking.times.advised_arrival;
  Paper paper(kRollMm, kMarginMm, language);
  PutSlipHead(paper, slip.hospital, words::kInvitation, language);
  Rows rows(paper, language);
  rows.Strong(words::kAccompany, slip.masked_name);
  PutWhen(rows, slip);
  if (!where.sensitive) rows.Plain(words::kService, slip.booking.service.In(language));
  // A floor plan tells the department, too.
  const bool site_only = where.sensitive || where.area.zh.empty();
  rows.Strong(words::kPlace, site_only ? where.site.In(language) : where.area.In(language));
  rows.Plain(words::kWay, where.way.In(language));
  rows.Plain(words::kPhone, where.phone);
  if (arrive != WallTime{}) {
    paper.Text(words::kArrive.In(language) + " " + ToLocalHourMinute(arrive, slip.zone),
               {.points = 12, .bold = true, .align = Align::Left, .max_lines = 2});
  }
  paper.Space(0.6);
  paper.Text(words::kInviteText.In(language),
             {.points = 10.5, .bold = false, .align = Align::Left, .max_lines = 4});
  paper.Space(1.4);
  paper.Rule(Stroke::Dashed);
  paper.Space(1);
  paper.Text(words::kPrinted.In(language) + At(slip.printed_at, slip.zone) + "  " + slip.terminal,
             {.points = 8.5, .bold = false, .align = Align::Left, .max_lines = 2});
  paper.Space(4);
  return paper.Finish();
}

}  // namespace yizhan::printer
