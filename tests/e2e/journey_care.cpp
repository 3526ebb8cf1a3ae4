#include "tests/e2e/journey_care.h"

#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"

namespace yizhan::e2e {
namespace {

using fhir::Json;

constexpr int kMostParts = 6;

template <typename T>
Status ToStatus(const Result<T>& result) {
  if (!result) return tl::unexpected<Error>(result.error());
  return {};
}

Status Demand(bool true_thing, const char* what) {
  return true_thing ? Status() : Status(Fail(ErrorCode::BadData, what));
}

class WholeDay {
 public:
  WholeDay(World& world, const StepRunner& step, std::filesystem::path pages)
      : world_(world), step_(step), pages_(std::move(pages)) {}

  void Tell() {
    Arrive();
    BookAndConfirm();
    CheckInAndBeCalled();
    Guide();
    Queues();
    Messages();
    CheckUp();
    Laboratory();
  }

 private:
  /// The page after a touch.
  Status Tap(const std::string& item, const char* page, const char* text = "") {
    if (Status tapped = world_.Terminal().Tap(item); !tapped) return tapped;
    return ToStatus(world_.Await(page, text));
  }
  /// The page behind the row of the home page that says so, on whichever part of it.
  Status Open(const char* row, const char* page, const char* text = "") {
    for (int part = 0; part < kMostParts; ++part) {
      const auto home = world_.Await("home");
      if (!home) return ToStatus(home);
      const std::string button = ButtonOf(*home, row);
      if (!button.empty()) return Tap(button, page, text);
      if (Status turned = world_.Terminal().Tap("next-part"); !turned) break;
    }
    return Status(Fail(ErrorCode::NotFound, row));
  }
  /// Exactly one page came out since the last time, by the printer's own count.
  Status OneMorePage() {
    ++printed_;
    const bool there = rig::WaitUntil([&] { return world_.Rig().Pages().size() >= printed_; });
    const std::size_t out = world_.Rig().Pages().size();
    if (there && out == printed_) return {};
    return Fail(ErrorCode::BadData,
                std::to_string(out) + " pages came out, not " + std::to_string(printed_));
  }
  /// From a page with a number to the home page.
  Status HomeByGuide() {
    if (Status guide = Tap("guide", "guide"); !guide) return guide;
    return Tap("back", "home");
  }
  void Arrive() {
    step_("day-home", "somebody with a whole day before them lays down a card", [&] {
      const auto number = PersonaCard("whole-day");
      if (!number) return ToStatus(number);
      const auto card = world_.CardOf(*number);
      if (!card) return ToStatus(card);
      card_ = *card;
      number_ = *number;
      if (Status laid = world_.Present(card_); !laid) return laid;
      return ToStatus(world_.Await("home", "接下来去哪"));
    });
  }

  void BookAndConfirm() {
    step_("day-book", "the next visit: which day?", [&] { return Open("预约挂号", "choose-day"); });
    step_("day-department", "which department?",
          [&] { return Tap("day-3", "choose-department", "心血管内科"); });
    step_("day-doctor", "which doctor?", [&] { return Tap("department-0", "choose-doctor"); });
    step_("day-time", "what time?", [&] { return Tap("doctor-0", "choose-time"); });
    step_("day-read-back", "everything once more", [&] {
      if (Status tapped = world_.Terminal().TapFirst("time-"); !tapped) return tapped;
      return ToStatus(world_.Await("read-back"));
    });
    step_("day-booked", "booked; to be confirmed until a time that is said", [&] {
      printed_ = world_.Rig().Pages().size();
      if (Status told = Tap("confirm", "booking-result", "凭条已打印"); !told) return told;
      return OneMorePage();
    });
    step_("day-to-confirm", "the home page asks for the confirmation", [&] {
      if (Status home = Tap("another", "home"); !home) return home;
      return Open("待确认", "read-back");
    });
    step_("day-confirmed", "confirmed, and a slip that says so", [&] {
      if (Status told = Tap("confirm", "booking-result", "已确认"); !told) return told;
      return OneMorePage();
    });
  }

  void CheckInAndBeCalled() {
    step_("day-check-in", "today's visit: one touch gives a number", [&] {
      if (Status home = Tap("another", "home"); !home) return home;
      if (Status tapped = world_.Terminal().Tap("main"); !tapped) return tapped;
      const auto state = world_.Await("ticket", "小票已打印");
      if (!state) return ToStatus(state);
      ticket_ = LabelOf(*state, "number");
      if (ticket_.empty()) return Status(Fail(ErrorCode::BadData, "no number on the page"));
      return OneMorePage();
    });
    step_("day-called", "the doctor calls, sees and dismisses the patient", [&] {
      if (Status called = world_.CallUpTo(ticket_); !called) return called;
      const auto room = world_.RoomOf(ticket_);
      if (!room) return ToStatus(room);
      Json act;
      act.Set("room", Json::String(*room));
      return ToStatus(world_.Post("api/desk/finish", std::move(act)));
    });
  }

  void Guide() {
    step_("day-guide", "where to go next: in the best order, with place and preparation",
          [&] { return Tap("guide", "guide", "采血室"); });
    step_("day-guide-printed", "the guide sheet on paper", [&] {
      if (Status printed = Tap("print", "guide", "已打印"); !printed) return printed;
      return OneMorePage();
    });
  }

  void Queues() {
    step_("day-exams", "two examinations: two numbers on one slip", [&] {
      if (Status home = Tap("back", "home"); !home) return home;
      if (Status opened = Open("项检查", "care-tickets"); !opened) return opened;
      return OneMorePage();
    });
    step_("day-pharmacy", "the pharmacy hears that its patient has come", [&] {
      if (Status home = HomeByGuide(); !home) return home;
      if (Status opened = Open("待取药", "care-tickets", "小票已打印"); !opened) return opened;
      return OneMorePage();
    });
    step_("day-centre", "the inpatient service centre: what is it about?", [&] {
      if (Status home = HomeByGuide(); !home) return home;
      return Open("入院服务中心", "choose-centre");
    });
    step_("day-centre-chosen", "two services, one number", [&] {
      if (Status tapped = world_.Terminal().Tap("centre-0"); !tapped) return tapped;
      return Tap("centre-2", "choose-centre", "已选");
    });
    step_("day-centre-number", "one number for both desks", [&] {
      if (Status drawn = Tap("confirm", "care-tickets", "小票已打印"); !drawn) return drawn;
      return OneMorePage();
    });
  }

  void Messages() {
    step_("day-messages", "what the hospital wrote about the booking", [&] {
      const bool written = rig::WaitUntil([&] {
        const auto found =
            world_.Get("fhir/Communication?status=completed&patient.identifier=" +
                       fhir::EncodeQuery(std::string(fhir::systems::kCardNumber) + '|' + number_));
        return found && !(*found)["entry"].Items().empty();
      });
      if (!written) return Status(Fail(ErrorCode::NotFound, "no message was written"));
      if (Status removed = world_.RemoveCard(); !removed) return removed;
      if (const auto idle = world_.Await("idle"); !idle) return ToStatus(idle);
      if (Status laid = world_.Present(card_); !laid) return laid;
      return Open("条新消息", "messages");
    });
    step_("day-messages-read", "what was read is not shown as new again", [&] {
      if (Status home = Tap("back", "home"); !home) return home;
      const auto home = world_.Terminal().State();
      if (!home) return ToStatus(home);
      const bool unread = Shows(*home, "条新消息");
      return Demand(!unread, "the messages are still unread");
    });
  }

  /// Somebody else, who comes by a unit's contract.
  void CheckUp() {
    step_("unit-home", "a unit's member comes for the check-up", [&] {
      if (Status removed = world_.RemoveCard(); !removed) return removed;
      if (const auto idle = world_.Await("idle"); !idle) return ToStatus(idle);
      const auto number = PersonaCard("check-up");
      if (!number) return ToStatus(number);
      const auto card = world_.CardOf(*number);
      if (!card) return ToStatus(card);
      if (Status laid = world_.Present(*card); !laid) return laid;
      return ToStatus(world_.Await("home", "基础体检套餐"));
    });
    step_("unit-package", "what the package contains, and who pays", [&] {
      if (Status opened = Open("我的预约", "my-bookings", "基础体检套餐"); !opened) return opened;
      return Tap("booking-0", "read-back", "宏达电子有限公司");
    });
    step_("unit-check-in", "one touch checks in; the guide sheet is the next step", [&] {
      if (Status back = Tap("back", "my-bookings"); !back) return back;
      if (Status home = Tap("home", "home"); !home) return home;
      if (Status in = Tap("main", "ticket", "小票已打印"); !in) return in;
      return OneMorePage();
    });
    step_("unit-sheet", "the check-up guide sheet, printed at once", [&] {
      if (Status sheet = Tap("guide", "guide", "体检导检单"); !sheet) return sheet;
      if (const auto out = world_.Await("guide", "已打印"); !out) return ToStatus(out);
      return OneMorePage();
    });
  }

  void Laboratory() {
    step_("day-lab-idle", "the laboratory's terminal", [&] {
      if (Status removed = world_.RemoveCard(); !removed) return removed;
      if (const auto idle = world_.Await("idle"); !idle) return ToStatus(idle);
      if (Status started = world_.StartLabTerminal(); !started) return started;
      if (Status online = world_.AwaitOffline(false); !online) return online;
      return ToStatus(world_.Await("idle", "请刷就诊卡"));
    });
    step_("day-lab", "one tap: a number, tubes with labels, and when the reports are ready", [&] {
      if (Status laid = world_.Present(card_); !laid) return laid;
      return ToStatus(world_.Await("lab-draw", "已打印"));
    });
    step_("day-end", "two labels of 50 x 30 mm; the lobby is empty again", [&] {
      const auto labels = world_.Labels();
      for (std::size_t i = 0; i < labels.size(); ++i) {
        std::error_code error;
        std::filesystem::copy_file(labels[i].path,
                                   pages_ / ("label-" + std::to_string(i + 1) + ".pdf"),
                                   std::filesystem::copy_options::overwrite_existing, error);
      }
      if (Status removed = world_.RemoveCard(); !removed) return removed;
      if (const auto idle = world_.Await("idle"); !idle) return ToStatus(idle);
      return Demand(labels.size() == 2, "not two labels came out");
    });
  }

  World& world_;
  const StepRunner& step_;
  const std::filesystem::path pages_;
  std::string card_;
  std::string number_;
  std::string ticket_;
  std::size_t printed_ = 0;
};

}  // namespace

void TellOfWholeDay(World& world, const StepRunner& step, const std::filesystem::path& pages) {
  WholeDay(world, step, pages).Tell();
}

}  // namespace yizhan::e2e
