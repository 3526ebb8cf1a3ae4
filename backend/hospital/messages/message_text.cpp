#include "backend/hospital/messages/message_text.h"

#include <map>
#include <utility>

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/fields.h"
#include "domain/name.h"

namespace yizhan::hospital {
namespace {

using domain::LocalText;
using fhir::Json;

struct Standard {
  MessageKind kind;
  bool urgent;
  const char* zh;
  const char* en;
};

// Words in braces are filled in. A hospital's own texts are records (kTemplates).
constexpr const char* kVersion = "2026-11.3";
constexpr Standard kStandards[] = {
    {MessageKind::Booked, true,
     "{name}您好:已预约{date} {from}-{until} {service} "
     "{doctor},{place}。建议{advised}到院。{confirm}"
     "如需取消请于{cancel}前办理。{preparation}{phone}",
     "{name}: booked {date} {from}-{until}, {service} {doctor}, {place}. Please come at {advised}. "
     "{confirm}To cancel, tell us by {cancel}. {preparation}{phone}"},
    {MessageKind::ConfirmSoon, false,
     "{name}您好:您{date} {from} "
     "{service}的预约尚未确认,请于{confirm_by}前确认,逾期号源将释放。{phone}",
     "{name}: your appointment on {date} at {from}, {service}, is not confirmed. Please confirm by "
     "{confirm_by}, or it will be given to others. {phone}"},
    {MessageKind::DayBefore, false,
     "{name}您好:提醒您明天{date} {from} {service} "
     "{doctor},{place}。建议{advised}到院,请带身份证和就诊卡。"
     "免费取消截至{cancel},{lapses}后号源不再保留。{preparation}{phone}",
     "{name}: tomorrow {date} at {from}, {service} {doctor}, {place}. Please come at {advised} and "
     "bring your identity card and patient card. Cancelling is free until {cancel}; your number is "
     "kept until {lapses}. {preparation}{phone}"},
    {MessageKind::SameDay, false,
     "{name}您好:您今天{from} {service} "
     "{doctor},{place}。建议{advised}到院,免费取消截至{cancel},{lapses}后号源不再保留。"
     "{preparation}",
     "{name}: today at {from}, {service} {doctor}, {place}. Please come at {advised}. Cancelling "
     "is "
     "free until {cancel}; your number is kept until {lapses}. {preparation}"},
    {MessageKind::Changed, true,
     "{name}您好:您的预约已更改为{date} {from}-{until} {service} {doctor},{place}。{phone}",
     "{name}: your appointment is now on {date} {from}-{until}, {service} {doctor}, {place}. "
     "{phone}"},
    {MessageKind::Offer, true,
     "{name}您好:您登记等待的{service}有号源了:{date} "
     "{from}。请于{held_until}前接受,过时将转给下一位。{phone}",
     "{name}: a place in {service} became free: {date} at {from}. Please accept it by "
     "{held_until}; "
     "then the next person is asked. {phone}"},
    {MessageKind::Stopped, true,
     "{name}您好:很抱歉,{date} {from} "
     "{service}停诊。预付费用已全额退还;您可于{rebook_until}前免费改约,"
     "自助机刷卡即可选择其他时间。{phone}",
     "{name}: we are sorry, {service} on {date} at {from} cannot take place. Everything you "
     "prepaid "
     "goes back to you; until {rebook_until} you may choose another time at any terminal. {phone}"},
    {MessageKind::Substituted, true,
     "{name}您好:{date} {from} "
     "{service}由{doctor}替诊,时间不变,地点:{place},不另收费。如不接受,就诊前可免费取消。{phone}",
     "{name}: on {date} at {from}, {service}, {doctor} will see you instead at the same time, "
     "{place}; nothing is charged. You may cancel at no cost before it begins. {phone}"},
    {MessageKind::NoShow, false,
     "{name}您好:您{date} {from} "
     "{service}的预约未到诊,号源已释放。如仍需就诊,请到现场挂号。{phone}",
     "{name}: you did not come on {date} at {from}, {service}; the number was given to others. You "
     "can still register on site. {phone}"},
    {MessageKind::Unconfirmed, false,
     "{name}您好:您{date} {from} {service}的预约逾期未确认,号源已释放。{phone}",
     "{name}: your appointment on {date} at {from}, {service}, was not confirmed in time and was "
     "given to others. {phone}"},
};

struct Preparation {
  const char* code;
  const char* zh;
  const char* en;
};
constexpr Preparation kStandardPreparations[] = {
    {"fasting-glucose", "空腹血糖:检查前禁食8小时以上(不超过16小时),可少量饮水。",
     "Fasting glucose: nothing to eat for 8 hours before (not over 16); a little water is fine."},
    {"lipids", "血脂:检查前禁食12小时为宜(不超过16小时),可少量饮水。",
     "Lipids: preferably nothing to eat for 12 hours before (not over 16); a little water is "
     "fine."},
    {"ultrasound-abdomen", "腹部超声:检查前禁食8小时以上。",
     "Abdominal ultrasound: nothing to eat for 8 hours before."},
    {"ultrasound-pelvis", "盆腔超声:检查前饮水憋尿。",
     "Pelvic ultrasound: drink water and come with a full bladder."},
};

Result<std::optional<ApprovedText>> OwnText(store::ReadView& view, const char* kind,
                                            const std::string& key) {
  const auto record = view.FindRecord(kind, key);
  if (!record) return tl::unexpected<Error>(record.error());
  if (!*record) return std::optional<ApprovedText>();
  const Result<Json> body = Json::Parse((*record)->text);
  if (!body) return std::optional<ApprovedText>();
  const auto text = [&](const char* member) { return (*body)[member].AsString(); };
  return std::optional(ApprovedText{LocalText{text("zh"), text("en")}, text("version")});
}

std::string TimeOfDay(WallTime when, TimeZone zone) { return ToLocalHourMinute(when, zone); }

std::string Moment(WallTime when, TimeZone zone) {
  return ToLocalDate(when, zone) + ' ' + TimeOfDay(when, zone);
}

/// Replaces each "{word}"; a word that is not known becomes nothing.
std::string Fill(const std::string& text, const std::map<std::string, std::string>& words) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string::npos;
    if (end == std::string::npos) {
      out += text[at];
      continue;
    }
    const auto word = words.find(text.substr(at + 1, end - at - 1));
    if (word != words.end()) out += word->second;
    at = end;
  }
  return out;
}

Result<Json> ReadBody(store::ReadView& view, const std::string& type, const std::string& id) {
  if (id.empty()) return Json();
  const Result<store::StoredResource> stored = view.Read(type, id);
  if (!stored && stored.error().code != ErrorCode::NotFound) {
    return tl::unexpected<Error>(stored.error());
  }
  if (!stored || stored->deleted) return Json();
  return Json::Parse(stored->text);
}

/// In the language, or in the other where there is none.
const std::string& In(const LocalText& text, bool english) {
  return english && !text.en.empty() ? text.en : text.zh;
}

bool WantsEnglish(const Json& patient) {
  for (const Json& one : patient["communication"].Items()) {
    const std::string& code = one["language"]["coding"][0]["code"].AsString();
    if (code.starts_with("en") && one["preferred"].AsBoolean()) return true;
  }
  return false;
}

struct Where {
  LocalText service;
  LocalText place;
  LocalText open_place;  ///< The same as anybody may read it: a sensitive clinic's is its site.
  LocalText way;
  std::string doctor;
  bool sensitive = false;
};

/// The place of a booking: "门诊楼 3 层 B 区 5 诊室".
Result<Where> WhereOf(store::ReadView& view, const BookingRecord& record) {
  const Result<Json> service = ReadBody(view, "HealthcareService", record.service_id);
  const Result<Json> doctor = ReadBody(view, "Practitioner", record.doctor_id);
  if (!service) return tl::unexpected<Error>(service.error());
  if (!doctor) return tl::unexpected<Error>(doctor.error());
  const std::string area_id = fhir::ReferencedId((*service)["location"], "Location");
  const Result<Json> room = ReadBody(view, "Location", record.room_id);
  const Result<Json> area = ReadBody(view, "Location", area_id);
  if (!room) return tl::unexpected<Error>(room.error());
  if (!area) return tl::unexpected<Error>(area.error());
  Where where;
  where.service = fhir::TextOf(*service, "name");
  where.doctor = fhir::PersonName(*doctor);
  where.sensitive = ExtensionOf(*service, fhir::systems::kSensitive)["valueBoolean"].AsBoolean();
  const LocalText area_name = fhir::TextOf(*area, "name");
  const LocalText room_name = fhir::TextOf(*room, "name");
  const auto join = [](const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? a + b : a + ' ' + b;
  };
  where.place.zh = join(area_name.zh, room_name.zh);
  where.place.en = join(In(area_name, true), In(room_name, true));
  where.open_place = where.place;
  where.way = fhir::TextOf(*area, "description");
  if (where.sensitive) {
    const Result<Json> site =
        ReadBody(view, "Location", fhir::ReferencedId((*area)["partOf"], "Location"));
    if (!site) return tl::unexpected<Error>(site.error());
    where.open_place = fhir::TextOf(*site, "name");
    where.way = fhir::TextOf(*site, "description");
  }
  return where;
}

}  // namespace

Result<ApprovedText> TemplateOf(store::ReadView& view, MessageKind kind) {
  auto own = OwnText(view, kTemplates, Name(kind));
  if (!own) return tl::unexpected<Error>(own.error());
  if (*own) return std::move(**own);
  for (const Standard& standard : kStandards) {
    if (standard.kind == kind) return ApprovedText{{standard.zh, standard.en}, kVersion};
  }
  return Fail(ErrorCode::Internal, "no text for a kind of message");
}

Result<ApprovedText> PreparationFor(store::ReadView& view, const std::string& code) {
  auto own = OwnText(view, kPreparations, code);
  if (!own) return tl::unexpected<Error>(own.error());
  if (*own) return std::move(**own);
  for (const Preparation& standard : kStandardPreparations) {
    if (standard.code == code) return ApprovedText{{standard.zh, standard.en}, kVersion};
  }
  return ApprovedText{};
}

Result<std::vector<ApprovedText>> PreparationsOf(store::ReadView& view, const Json& appointment) {
  std::vector<std::string> codes;
  for (const Json& participant : appointment["participant"].Items()) {
    std::string id = fhir::ReferencedId(participant["actor"], "HealthcareService");
    if (!id.empty()) codes.push_back(std::move(id));
  }
  for (const Json& based_on : appointment["basedOn"].Items()) {
    const Result<Json> order =
        ReadBody(view, "ServiceRequest", fhir::ReferencedId(based_on, "ServiceRequest"));
    if (!order) return tl::unexpected<Error>(order.error());
    for (const Json& coding : (*order)["code"]["coding"].Items()) {
      codes.push_back(coding["code"].AsString());
    }
  }
  std::vector<ApprovedText> texts;
  for (const std::string& code : codes) {
    Result<ApprovedText> text = PreparationFor(view, code);
    if (!text) return tl::unexpected<Error>(text.error());
    if (!text->version.empty()) texts.push_back(std::move(*text));
  }
  return texts;
}

Result<MessageText> ComposeMessage(store::ReadView& view, MessageKind kind,
                                   const BookingRecord& record, const Json& patient, TimeZone zone,
                                   const MessageRules& rules, const domain::BookingTimes& times) {
  const Result<ApprovedText> form = TemplateOf(view, kind);
  if (!form) return tl::unexpected<Error>(form.error());
  const Result<Where> where = WhereOf(view, record);
  if (!where) return tl::unexpected<Error>(where.error());
  const auto preparations = PreparationsOf(view, record.body);
  if (!preparations) return tl::unexpected<Error>(preparations.error());
  const bool english = WantsEnglish(patient);
  MessageText message;
  message.version = form->version;
  std::map<std::string, std::string> words;
  for (const ApprovedText& one : *preparations) {
    words["preparation"] += In(one.text, english);
    message.version += '+' + one.version;
  }
  const domain::Booking& booking = record.booking;
  words["name"] = domain::MaskName(fhir::PersonName(patient));
  words["date"] = ToLocalDate(booking.start, zone);
  words["from"] = TimeOfDay(booking.start, zone);
  words["until"] = TimeOfDay(booking.end, zone);
  words["advised"] = TimeOfDay(times.advised_arrival, zone);
  words["lapses"] = TimeOfDay(times.lapses, zone);
  words["confirm_by"] = Moment(times.confirm_by, zone);
  words["cancel"] = Moment(times.cancel_until, zone);
  words["held_until"] = Moment(booking.held_until, zone);
  words["rebook_until"] =
      record.rebook_until ? ToLocalDate(*record.rebook_until, zone) : words["date"];
  if (booking.state == domain::BookingState::PendingConfirm) {
    words["confirm"] = english ? "Please confirm by " + words["confirm_by"] + ". "
                               : "请于" + words["confirm_by"] + "前确认。";
  }
  words["service"] = In(where->service, english);
  words["doctor"] = where->doctor;
  words["place"] = In(where->place, english);
  if (!rules.phone.empty()) words["phone"] = (english ? "Tel. " : "电话") + rules.phone;
  message.text = Fill(In(form->text, english), words);
  for (const Standard& standard : kStandards) {
    if (standard.kind == kind) message.urgent = standard.urgent;
  }
  return message;
}

Result<LocalText> ComposeInvitation(store::ReadView& view, const std::string& appointment_id,
                                    TimeZone zone, const MessageRules& rules) {
  const Result<store::StoredResource> stored = view.Read("Appointment", appointment_id);
  if (!stored) return tl::unexpected<Error>(stored.error());
  const Result<Json> body = stored->deleted ? Result<Json>(Json()) : Json::Parse(stored->text);
  const auto record = body ? FromAppointment(*body) : std::nullopt;
  if (!record) return Fail(ErrorCode::NotFound, "no such booking");
  const bool stands = domain::HoldsSeat(record->booking.state) && !record->patient_id.empty();
  if (!stands) return Fail(ErrorCode::Refused, "wrong-state");
  const Result<Where> where = WhereOf(view, *record);
  if (!where) return tl::unexpected<Error>(where.error());
  const Result<Json> patient = ReadBody(view, "Patient", record->patient_id);
  if (!patient) return tl::unexpected<Error>(patient.error());
  const std::string name = domain::MaskName(fhir::PersonName(*patient));
  const std::string when = Moment(record->booking.start, zone);
  LocalText text;
  text.zh = "诚邀您陪同" + name + "于" + when + "就诊";
  text.en = "Please accompany " + name + " to the hospital on " + when;
  if (!where->sensitive) {
    text.zh += "(" + where->service.zh + ")";
    text.en += " (" + In(where->service, true) + ")";
  }
  text.zh += "。地点:" + where->open_place.zh;
  text.en += ". Where: " + In(where->open_place, true);
  if (!where->way.zh.empty()) {
    text.zh += "。路线:" + where->way.zh;
    text.en += ". How to get there: " + In(where->way, true);
  }
  if (!rules.phone.empty()) {
    text.zh += "。如需帮助请致电" + rules.phone;
    text.en += ". For help call " + rules.phone;
  }
  text.zh += "。";
  text.en += ".";
  return text;
}

}  // namespace yizhan::hospital
