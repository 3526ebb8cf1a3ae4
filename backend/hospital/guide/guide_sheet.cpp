#include "backend/hospital/guide/guide_sheet.h"

#include <algorithm>
#include <map>
#include <set>

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "backend/hospital/booking/booking_record.h"
#include "backend/hospital/day_search.h"
#include "backend/hospital/exam/exam_check_in.h"
#include "backend/hospital/exam/scanned_order.h"
#include "backend/hospital/lab/test_catalogue.h"
#include "backend/hospital/messages/message_text.h"
#include "backend/hospital/packages/package_orders.h"
#include "backend/hospital/queue_ticket.h"
#include "backend/hospital/visit_of.h"
#include "domain/money.h"
#include "domain/name.h"

namespace yizhan::hospital {
namespace {

using domain::GuideItem;
using domain::GuideKind;
using domain::GuideNeed;
using domain::LocalText;
using fhir::Json;
namespace systems = fhir::systems;

constexpr std::size_t kMost = 200;

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

Result<std::vector<Json>> Search(const GuideContext& context, const char* type,
                                 const store::SearchParameters& parameters) {
  auto query = store::ParseSearch(type, parameters, context.zone);
  if (!query) return Failed(query);
  query->count = kMost;
  const auto found = context.view.Search(*query);
  if (!found) return Failed(found);
  std::vector<Json> all;
  for (const store::StoredResource& one : found->matches) {
    Result<Json> body = Json::Parse(one.text);
    if (!body) return Failed(body);
    all.push_back(std::move(*body));
  }
  return all;
}

/// "3 层 B 区 5 诊室"
LocalText PlaceOf(const DirectorySnapshot& directory, const std::string& room_id,
                  const std::string& service_id) {
  const LocalText& room = directory.PlaceOf(room_id).name;
  const std::string area_id = service_id.empty() ? directory.PlaceOf(room_id).part_of
                                                 : directory.ServiceOf(service_id).area_id;
  const LocalText& area = directory.PlaceOf(area_id).name;
  const auto join = [](const std::string& a, const std::string& b) {
    return a.empty() || b.empty() || a == b ? (a.empty() ? b : a) : a + ' ' + b;
  };
  const auto in = [](const LocalText& text) { return text.en.empty() ? text.zh : text.en; };
  return {join(area.zh, room.zh), join(in(area), in(room))};
}

/// One line of the sheet before it has its place in the order.
struct Draft {
  GuideItem item;
  LocalText what;
  LocalText where;
  LocalText note;
  std::string focus;
  std::vector<std::string> order_numbers;
  /// Of a check-up whose ticket is held until its orders are done: the Appointment.
  std::string check_up = {};
};

/// Collects what is open for one patient.
class Collector {
 public:
  Collector(const GuideContext& context, std::string patient_id)
      : context_(context),
        patient_("Patient/" + patient_id),
        today_(ToDate(LocalDay(context.now, context.zone))) {}

  Status Collect() {
    Status status = Tickets();
    if (status) status = Invoices();
    if (status) status = Visits();
    if (status) status = Orders();
    if (status) PlaceCheckUps();
    if (status) status = Medicines();
    if (status) Results();
    return status;
  }

  [[nodiscard]] std::vector<GuideLine> Lines() {
    std::vector<GuideItem> items;
    items.reserve(drafts_.size());
    for (const Draft& draft : drafts_) items.push_back(draft.item);
    std::vector<GuideLine> lines;
    for (domain::GuideStep& step : domain::PlanGuide(items)) {
      GuideLine line;
      const auto draft =
          std::ranges::find(drafts_, step.id, [](const Draft& one) { return one.item.id; });
      if (step.kind == GuideKind::Meal) {
        line.what = {"可以进食", "You may eat now"};
      } else if (draft != drafts_.end()) {
        line.what = draft->what;
        line.where = draft->where;
        line.note = draft->note;
        line.focus = draft->focus;
        line.ahead = draft->item.ahead;
        line.order_numbers = draft->order_numbers;
      }
      line.step = std::move(step);
      lines.push_back(std::move(line));
    }
    return lines;
  }

 private:
  void Add(Draft draft) {
    draft.item.id = std::to_string(drafts_.size() + 1);
    drafts_.push_back(std::move(draft));
  }

  Status Tickets() {
    const auto tasks = Search(
        context_, "Task",
        OnDay({{"patient", patient_}, {"code", std::string(systems::kTaskCode) + "|queue-ticket"}},
              "authored-on", today_, context_.zone));
    if (!tasks) return Failed(tasks);
    for (const Json& task : *tasks) {
      auto ticket = FromTask(task);
      const std::string& focus = task["focus"]["reference"].AsString();
      if (ticket && !focus.empty()) tickets_[focus] = std::move(*ticket);
    }
    return {};
  }

  /// Lets an item know of its ticket.
  void TakeTicket(Draft& draft) const { TakeTicket(draft, draft.focus); }
  void TakeTicket(Draft& draft, const std::string& focus) const {
    const auto found = tickets_.find(focus);
    if (found == tickets_.end()) return;
    const QueueTicket& ticket = found->second;
    draft.note.zh += (draft.note.zh.empty() ? "" : ";") + std::string("顺序号 ") + ticket.number;
    draft.note.en += (draft.note.en.empty() ? "" : "; ") + std::string("Number ") + ticket.number;
    if (ticket.status == TicketStatus::Done) {
      draft.item.done = true;
      return;
    }
    draft.item.in_queue = ticket.hold != kCheckUpHold;
    if (draft.item.in_queue) {
      draft.item.ahead = context_.board.Ahead(ticket);
    } else {
      draft.check_up = ticket.appointment_id;
    }
    draft.where = PlaceOf(context_.directory, ticket.room_id, ticket.service_id);
  }

  Status Invoices() {
    const auto invoices =
        Search(context_, "Invoice", {{"subject", patient_}, {"status", "issued"}});
    if (!invoices) return Failed(invoices);
    std::int64_t sum = 0;
    for (const Json& invoice : *invoices) {
      unpaid_.insert(invoice["id"].AsString());
      sum += domain::ParseYuan(invoice["totalNet"]["value"].AsNumberText()).value_or(0);
    }
    if (unpaid_.empty()) return {};
    Draft draft;
    draft.item.kind = GuideKind::Pay;
    draft.what = {"缴费 " + domain::ToDecimal(sum) + " 元",
                  "Pay " + domain::ToDecimal(sum) + " yuan"};
    draft.where = {"自助机或收费窗口", "At a terminal or the cashier"};
    if (unpaid_.size() == 1) draft.focus = "Invoice/" + *unpaid_.begin();
    Add(std::move(draft));
    return {};
  }

  [[nodiscard]] bool IsPaid(const Json& references) const {
    for (const Json& one : references.Items()) {
      if (unpaid_.contains(fhir::ReferencedId(one, "Invoice"))) return false;
    }
    return true;
  }

  Status Visits() {
    const auto appointments = Search(context_, "Appointment",
                                     OnDay({{"patient", patient_}}, "date", today_, context_.zone));
    if (!appointments) return Failed(appointments);
    for (const Json& appointment : *appointments) {
      const auto record = FromAppointment(appointment);
      if (!record) continue;
      using State = domain::BookingState;
      const State state = record->booking.state;
      const bool stands = state == State::Booked || state == State::PendingConfirm ||
                          state == State::CheckedIn || state == State::InVisit;
      if (!stands && state != State::Done) continue;
      Draft draft;
      draft.item.kind = GuideKind::Visit;
      draft.item.done = state == State::Done;
      seen_ = seen_ || draft.item.done;
      draft.item.paid = IsPaid(appointment["supportingInformation"]);
      draft.item.can_begin = context_.now >= record->booking.start - context_.check_in_opens;
      draft.what = context_.directory.ServiceOf(record->service_id).name;
      draft.where = PlaceOf(context_.directory, record->room_id, record->service_id);
      const std::string from = ToLocalHourMinute(record->booking.start, context_.zone);
      draft.note = {from + " 报到", "Check in for " + from};
      draft.focus = "Appointment/" + record->id;
      if (!draft.item.done) TakeTicket(draft);
      seen_ = seen_ || draft.item.done;
      Add(std::move(draft));
    }
    return {};
  }

  /// What an order asks of the body, by its approved text.
  Result<GuideNeed> NeedOf(const Json& order, LocalText& note) const {
    GuideNeed need = GuideNeed::Nothing;
    for (const Json& coding : order["code"]["coding"].Items()) {
      const auto text = PreparationFor(context_.view, coding["code"].AsString());
      if (!text) return Failed(text);
      if (text->version.empty()) continue;
      note = text->text;
      if (note.zh.find("餐后") != std::string::npos) need = GuideNeed::AfterMeal;
      if (note.zh.find("憋尿") != std::string::npos) need = GuideNeed::FullBladder;
      if (note.zh.find("禁食") != std::string::npos) need = GuideNeed::EmptyStomach;
    }
    const std::string& said = order["patientInstruction"].AsString();
    if (!said.empty()) note.zh = said;
    if (said.find("空腹") != std::string::npos || said.find("禁食") != std::string::npos) {
      need = GuideNeed::EmptyStomach;
    }
    return need;
  }

  /// What the laboratory's catalogue or that of the examinations says, where nobody said more.
  Status AskCatalogue(const Json& order, Draft& draft) const {
    const std::string& code = fhir::CodeOf(order["code"], systems::kCatalogueCode);
    if (code.empty()) return {};
    GuideNeed need = GuideNeed::Nothing;
    LocalText note;
    if (draft.item.kind == GuideKind::Draw) {
      const auto test = FindLabTest(context_.view, code);
      if (!test) return Failed(test);
      if (*test && (*test)->fasting_hours > 0) {
        const std::string hours = std::to_string((*test)->fasting_hours);
        need = GuideNeed::EmptyStomach;
        note = {"空腹 " + hours + " 小时", "Fasting for " + hours + " hours"};
      }
    } else {
      const auto exam = FindExam(context_.view, code);
      if (!exam) return Failed(exam);
      if (*exam) note = (*exam)->hint;
      if (*exam && (*exam)->preparation == "fasting") need = GuideNeed::EmptyStomach;
      if (*exam && (*exam)->preparation == "full-bladder") need = GuideNeed::FullBladder;
    }
    if (draft.item.need == GuideNeed::Nothing) draft.item.need = need;
    if (draft.note.zh.empty()) draft.note = std::move(note);
    return {};
  }

  static bool IsLaboratory(const Json& order) {
    for (const Json& category : order["category"].Items()) {
      if (category["text"].AsString() == "laboratory") return true;
      for (const Json& coding : category["coding"].Items()) {
        if (coding["code"].AsString() == "laboratory") return true;
      }
    }
    return false;
  }

  static LocalText NameOf(const Json& order) {
    LocalText name = fhir::TextOf(order["code"], "text");
    if (name.zh.empty()) name.zh = order["code"]["coding"][0]["display"].AsString();
    if (name.zh.empty()) name.zh = order["code"]["coding"][0]["code"].AsString();
    return name;
  }

  Status Orders() {
    // Blood is drawn where the laboratory says, unless the order says another place.
    const auto laboratory = FindLabSettings(context_.view);
    if (laboratory) draw_service_ = laboratory->draw_service;
    const auto orders =
        Search(context_, "ServiceRequest", {{"patient", patient_}, {"status", "active,completed"}});
    if (!orders) return Failed(orders);
    for (const Json& order : *orders) {
      const bool done = order["status"].AsString() == "completed";
      const std::string& authored = order["authoredOn"].AsString();
      const auto when = ParseInstant(authored);
      const std::string day =
          when ? ToDate(LocalDay(*when, context_.zone)) : authored.substr(0, 10);
      if (done && day != today_) continue;
      Draft draft;
      draft.item.kind = IsLaboratory(order) ? GuideKind::Draw : GuideKind::Exam;
      draft.item.done = done;
      draft.item.paid = IsPaid(order["supportingInfo"]);
      const auto need = NeedOf(order, draft.note);
      if (!need) return Failed(need);
      draft.item.need = *need;
      if (Status asked = AskCatalogue(order, draft); !asked) return asked;
      draft.what = NameOf(order);
      std::string service;
      for (const Json& performer : order["performer"].Items()) {
        const std::string id = fhir::ReferencedId(performer, "HealthcareService");
        if (!id.empty()) service = id;
      }
      if (service.empty() && draft.item.kind == GuideKind::Draw) service = draw_service_;
      draft.where = PlaceOf(context_.directory,
                            fhir::ReferencedId(order["locationReference"], "Location"), service);
      if (!service.empty()) {
        const auto waiting = context_.board.WaitingByService();
        const auto count = waiting.find(service);
        draft.item.ahead = count == waiting.end() ? 0 : count->second;
      }
      draft.focus = "ServiceRequest/" + order["id"].AsString();
      const Json& requisition = order["requisition"];
      const bool of_package = requisition["system"].AsString() == systems::kPackageVisit;
      if (of_package && !done) open_check_ups_.insert(requisition["value"].AsString());
      if (!done) TakeTicket(draft, order.Has("specimen") ? DrawFocus(draft.focus) : draft.focus);
      if (std::string number = OrderNumberOf(order); !number.empty()) {
        draft.order_numbers.push_back(std::move(number));
      }
      // The check-up centre sums up itself: nobody goes back to a doctor with its results.
      ordered_ = ordered_ || !of_package;
      all_done_ = all_done_ && draft.item.done;
      AddOrder(std::move(draft));
    }
    return {};
  }

  /// Back to the check-up centre with the sheet, once everything on it is done.
  void PlaceCheckUps() {
    for (Draft& draft : drafts_) {
      if (draft.check_up.empty()) continue;
      draft.item.can_begin = !open_check_ups_.contains(draft.check_up);
      draft.note.zh += ";做完后在此交回本单";
      draft.note.en += "; hand this sheet in here at the end";
    }
  }

  /// One ticket stands for all orders whose tubes were labelled together: what it is for.
  [[nodiscard]] const std::string& DrawFocus(const std::string& own) const {
    if (tickets_.contains(own)) return own;
    const auto draw = std::ranges::find_if(
        tickets_, [&](const auto& known) { return known.second.service_id == draw_service_; });
    return draw == tickets_.end() ? own : draw->first;
  }

  /// All blood of one kind is drawn at once: one line.
  void AddOrder(Draft draft) {
    if (draft.item.kind == GuideKind::Draw) {
      for (Draft& other : drafts_) {
        const bool together =
            (other.item.need == GuideNeed::AfterMeal) == (draft.item.need == GuideNeed::AfterMeal);
        const bool same =
            other.item.kind == GuideKind::Draw && together && other.item.done == draft.item.done &&
            other.item.paid == draft.item.paid && other.item.in_queue == draft.item.in_queue;
        if (!same) continue;
        // The strictest of them holds for the one draw.
        if (other.item.need == GuideNeed::Nothing) other.item.need = draft.item.need;
        other.what.zh += "、" + draft.what.zh;
        other.what.en += ", " + (draft.what.en.empty() ? draft.what.zh : draft.what.en);
        if (other.note.zh.empty()) other.note = draft.note;
        std::ranges::move(draft.order_numbers, std::back_inserter(other.order_numbers));
        return;
      }
    }
    Add(std::move(draft));
  }

  Status Medicines() {
    const auto recipes =
        Search(context_, "MedicationRequest", {{"patient", patient_}, {"status", "active"}});
    if (!recipes) return Failed(recipes);
    Draft draft;
    draft.item.kind = GuideKind::Pharmacy;
    draft.what = {"取药", "Collect medicine"};
    draft.where = {"药房窗口", "Pharmacy window"};
    bool any = false;
    for (const Json& recipe : *recipes) {
      const auto when = ParseInstant(recipe["authoredOn"].AsString());
      const std::string day = when ? ToDate(LocalDay(*when, context_.zone))
                                   : recipe["authoredOn"].AsString().substr(0, 10);
      if (day != today_) continue;
      any = true;
      draft.item.paid = draft.item.paid && IsPaid(recipe["supportingInformation"]);
      if (draft.focus.empty()) draft.focus = "MedicationRequest/" + recipe["id"].AsString();
    }
    if (!any) return {};
    TakeTicket(draft);
    Add(std::move(draft));
    return {};
  }

  /// Who was sent to the laboratory by a doctor comes back with the results.
  void Results() {
    if (!ordered_ || !seen_) return;
    Draft report;
    report.item.kind = GuideKind::Report;
    report.item.can_begin = all_done_;
    report.what = {"取报告", "Collect the results"};
    report.where = {"自助机", "At a terminal"};
    Add(std::move(report));
    Draft back;
    back.item.kind = GuideKind::Return;
    back.item.can_begin = all_done_;
    back.what = {"回诊", "Back to the doctor"};
    for (const Draft& draft : drafts_) {
      if (draft.item.kind == GuideKind::Visit && draft.item.done) back.where = draft.where;
    }
    Add(std::move(back));
  }

  const GuideContext& context_;
  const std::string patient_;
  const std::string today_;
  std::string draw_service_;                    ///< "": the hospital has no laboratory.
  std::map<std::string, QueueTicket> tickets_;  ///< By focus.
  std::set<std::string> unpaid_;                ///< Invoice ids.
  std::set<std::string> open_check_ups_;        ///< Appointments with orders that are not done.
  std::vector<Draft> drafts_;
  bool seen_ = false;
  bool ordered_ = false;
  bool all_done_ = true;
};

}  // namespace

Result<std::vector<GuideLine>> GuideSheetOf(const GuideContext& context,
                                            const std::string& patient_id) {
  const auto patient = context.view.Read("Patient", patient_id);
  if (!patient) return Failed(patient);
  if (patient->deleted) return Fail(ErrorCode::NotFound, "no such patient");
  Collector collector(context, patient_id);
  if (Status collected = collector.Collect(); !collected) {
    return tl::unexpected<Error>(collected.error());
  }
  return collector.Lines();
}

}  // namespace yizhan::hospital
