// The terminal as a patient meets it, with real processes on both sides. One lobby serves all
// tests of this file, in their order.
#include <signal.h>

#include <algorithm>
#include <random>

#include "tests/e2e/lobby.h"
#include "tests/e2e/process_memory.h"

namespace yizhan::e2e {
namespace {

using fhir::Json;
using std::chrono::milliseconds;
using std::chrono::seconds;

class KioskTest : public LobbyTest {};

TEST_F(KioskTest, EveryPersonWhoCannotCheckInMeetsTheirOwnSentence) {
  const std::pair<const char*, const char*> cases[] = {
      {"too-early", "还没"},  {"late", "已过"},        {"tomorrow", "预约"},
      {"other-site", "院区"}, {"payment-due", "缴费"}, {"nothing", "没有"}};
  for (const auto& [kind, sentence] : cases) {
    LayDown(kind);
    const auto state = world_->Await("trouble");
    ASSERT_OK(state);
    EXPECT_TRUE(Shows(*state, sentence)) << kind << "\n" << state->Write(true);
    EXPECT_TRUE(Shows(*state, "呼叫工作人员")) << kind;
    ASSERT_OK(world_->RemoveCard());
    ASSERT_OK(world_->Await("idle"));
  }
}

TEST_F(KioskTest, OneCardShowsExactlyTheFiveThingsToDoAndOneTouchGivesATicket) {
  LayDown("visit-now");
  const auto home = world_->Await("home");
  ASSERT_OK(home);
  for (const char* task : {"心血管内科", "缴费 2 项", "检验采样 1 项", "报告已出 1 份"}) {
    EXPECT_TRUE(Shows(*home, task)) << task << "\n" << home->Write(true);
  }
  const std::size_t before = Pages();
  ASSERT_OK(world_->Terminal().Tap("main"));
  const auto ticket = world_->Await("ticket", "小票已打印");
  ASSERT_OK(ticket);
  EXPECT_TRUE(rig::WaitUntil([&] { return Pages() == before + 1; }));
  const auto tickets = world_->TicketsOf(number_);
  ASSERT_OK(tickets);
  EXPECT_EQ(*tickets, 1);
}

TEST_F(KioskTest, WhoCheckedInBeforeSeesTheirNumberAgainAndNothingIsPrinted) {
  const std::size_t before = Pages();
  LayDown("visit-now");
  const auto home = world_->Await("home");
  ASSERT_OK(home);
  ASSERT_OK(world_->Terminal().Tap("main"));
  const auto ticket = world_->Await("ticket", "您之前已经报到过");
  ASSERT_OK(ticket);
  EXPECT_FALSE(LabelOf(*ticket, "number").empty());
  EXPECT_EQ(Pages(), before);
}

TEST_F(KioskTest, ACardThatIsNotGenuineOpensNothingAndSaysWhy) {
  const auto number = PersonaCard("visit-now", 7);
  ASSERT_OK(number);
  for (const char* flaw :
       {"forged", "truncated", "oversize", "foreign", "wrong-uid", "unknown-key"}) {
    const std::string name = std::string("bad-") + flaw;
    ASSERT_OK(world_->Rig().RunTool({"make-card", "--name", name, "--key",
                                     world_->Rig().Dir() + "/private.pem", "--issuer", "YZ01",
                                     "--number", *number, "--flaw", flaw}));
    ASSERT_OK(world_->Present(name));
    bool told = rig::WaitUntil([&] {
      const auto state = world_->Terminal().State();
      return state && !LabelOf(*state, "card-problem").empty();
    });
    const auto state = world_->Terminal().State();
    ASSERT_OK(state);
    told = told || Shows(*state, "卡");
    EXPECT_TRUE(told) << flaw << "\n" << state->Write(true);
    EXPECT_FALSE((*state)["signed_in"].AsBoolean()) << flaw;
    ASSERT_OK(world_->RemoveCard());
  }
}

TEST_F(KioskTest, ALegacyCardNeedsTheBirthDate) {
  const auto personas = Personas();
  ASSERT_OK(personas);
  const auto legacy = std::find_if(personas->begin(), personas->end(),
                                   [](const Persona& persona) { return !persona.uid.empty(); });
  ASSERT_NE(legacy, personas->end());
  ASSERT_OK(world_->Rig().Ask("present classic:" + legacy->uid));
  const auto page = world_->Await("birth-date");
  ASSERT_OK(page);
  EXPECT_FALSE(Shows(*page, "*"));
}

TEST_F(KioskTest, TouchesWithoutACardLeadNowhere) {
  std::mt19937 random(20260310);
  std::uniform_real_distribution<float> x(0, 1079);
  std::uniform_real_distribution<float> y(0, 1919);
  for (int i = 0; i < 300; ++i) {
    const std::string at = std::to_string(x(random)) + " " + std::to_string(y(random));
    ASSERT_OK(world_->Terminal().Ask("touch " + at, seconds(5)));
    ASSERT_OK(world_->Terminal().Ask("release " + at, seconds(5)));
    const auto state = world_->Terminal().State();
    ASSERT_OK(state);
    ASSERT_FALSE((*state)["signed_in"].AsBoolean());
    const std::string page = (*state)["page"].AsString();
    ASSERT_TRUE(page == "idle" || page == "directory") << page;
  }
  // Back to the hospital's language and the idle page for the next test, as a minute would do.
  world_->StopKiosk();
  ASSERT_OK(world_->StartKiosk());
}

TEST_F(KioskTest, NothingOfThePatientStaysInMemoryAfterTheCardWasTaken) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's own allocator keeps freed memory as it was";
#endif
  LayDown("visit-now", 5);
  ASSERT_OK(world_->Await("home"));
  const auto person = world_->Get("fhir/Patient?identifier=" +
                                  fhir::EncodeQuery("urn:yizhan:card-number|" + number_));
  ASSERT_OK(person);
  const std::string name = (*person)["entry"][0]["resource"]["name"][0]["text"].AsString();
  ASSERT_FALSE(name.empty());
  ASSERT_OK(world_->RemoveCard());
  ASSERT_OK(world_->Await("idle"));
  const pid_t kiosk = world_->KioskPid();
  const auto holds_name = MemoryHolds(kiosk, name);
  ASSERT_OK(holds_name);
  EXPECT_EQ(*holds_name, "") << "the name";
  const auto holds_number = MemoryHolds(kiosk, number_);
  ASSERT_OK(holds_number);
  EXPECT_EQ(*holds_number, "") << "the card's number";
}

TEST_F(KioskTest, AKilledReaderProcessComesBackByItself) {
  const std::vector<pid_t> children = ChildrenOf(world_->KioskPid());
  ASSERT_EQ(children.size(), 1U);
  ASSERT_EQ(::kill(children[0], SIGKILL), 0);
  ASSERT_TRUE(rig::WaitUntil([&] {
    const auto now = ChildrenOf(world_->KioskPid());
    return now.size() == 1 && now[0] != children[0];
  }));
  LayDown("visit-now", 6);
  ASSERT_OK(world_->Await("home"));
}

TEST_F(KioskTest, AnUnpluggedReaderIsShownAndComesBack) {
  ASSERT_OK(world_->Rig().Ask("reader unplug"));
  ASSERT_OK(world_->Await("idle", "读卡器"));
  ASSERT_OK(world_->Rig().Ask("reader plug"));
  ASSERT_OK(world_->Await("idle", "请刷就诊卡"));
}

TEST_F(KioskTest, APrinterThatLosesPowerLeavesADoubtThatOnlyThePatientResolves) {
  // A jam holds the page inside, so that the power goes while the printer has it.
  ASSERT_OK(world_->Rig().Ask("printer jam"));
  LayDown("visit-now", 8);
  ASSERT_OK(world_->Await("home"));
  const std::size_t before = Pages();
  ASSERT_OK(world_->Terminal().Tap("main"));
  ASSERT_OK(world_->Await("ticket", "卡纸", seconds(30)));
  ASSERT_OK(world_->Rig().Ask("printer off"));
  ASSERT_OK(world_->Rig().Ask("printer on"));
  ASSERT_OK(world_->Rig().Ask("printer ok"));
  const auto doubt = world_->Await("ticket", "补打小票", seconds(60));
  ASSERT_OK(doubt);
  EXPECT_LE(Pages(), before + 1);
  const std::size_t known = Pages();
  ASSERT_OK(world_->Terminal().Tap("reprint"));
  ASSERT_OK(world_->Await("ticket", "小票已打印", seconds(60)));
  EXPECT_TRUE(rig::WaitUntil([&] { return Pages() == known + 1; }));
}

TEST_F(KioskTest, AJamIsToldAndTheSlipComesOnceWhenItIsCleared) {
  ASSERT_OK(world_->Rig().Ask("printer jam"));
  LayDown("visit-now", 9);
  ASSERT_OK(world_->Await("home"));
  const std::size_t before = Pages();
  ASSERT_OK(world_->Terminal().Tap("main"));
  ASSERT_OK(world_->Await("ticket", "卡纸", seconds(30)));
  ASSERT_OK(world_->Rig().Ask("printer ok"));
  ASSERT_OK(world_->Await("ticket", "小票已打印", seconds(30)));
  EXPECT_EQ(Pages(), before + 1);
}

TEST_F(KioskTest, AnOfflinePromiseSurvivesAPowerCutOfTheTerminal) {
  ASSERT_OK(world_->AwaitEvent("visitors-known"));
  world_->StopHospital();
  ASSERT_OK(world_->AwaitOffline(true));
  LayDown("visit-now", 10);
  ASSERT_OK(world_->Await("home"));
  ASSERT_OK(world_->Terminal().Tap("main"));
  const auto ticket = world_->Await("ticket");
  ASSERT_OK(ticket);
  const std::string number = LabelOf(*ticket, "number");
  EXPECT_NE(number.find("-K3-"), std::string::npos);
  world_->StopKiosk();
  ASSERT_OK(world_->RemoveCard());
  ASSERT_OK(world_->StartKiosk());
  ASSERT_OK(world_->StartHospital());
  ASSERT_OK(world_->AwaitOffline(false));
  ASSERT_TRUE(rig::WaitUntil([&] {
    const auto tickets = world_->TicketsOf(number_);
    return tickets && *tickets == 1;
  }));
  // And once only, also after one more start.
  world_->StopKiosk();
  ASSERT_OK(world_->StartKiosk());
  ASSERT_OK(world_->AwaitOffline(false));
  const auto tickets = world_->TicketsOf(number_);
  ASSERT_OK(tickets);
  EXPECT_EQ(*tickets, 1);
}

TEST_F(KioskTest, ASilentPatientIsWarnedAndThenTheSessionEnds) {
  world_->StopKiosk();
  ASSERT_OK(world_->StartKiosk(30));
  LayDown("visit-now", 11);
  ASSERT_OK(world_->Await("home"));
  ASSERT_TRUE(rig::WaitUntil(
      [&] {
        const auto state = world_->Terminal().State();
        return state && (*state)["warning"].AsBoolean();
      },
      seconds(60)));
  const auto idle = world_->Await("idle", "取走", seconds(60));
  ASSERT_OK(idle);
  EXPECT_FALSE((*idle)["signed_in"].AsBoolean());
}

TEST_F(KioskTest, F12_ABookingIsMadeByTouchesAloneAndItsSlipComesOut) {
  LayDown("free");
  ASSERT_OK(world_->Await("trouble", "没有"));
  const std::size_t before = Pages();
  // From the first page of the patient: book, day, department, any doctor, time, confirm.
  ASSERT_OK(world_->Terminal().Tap("book"));
  ASSERT_OK(world_->Await("choose-day", "请选择日期"));
  ASSERT_OK(world_->Terminal().Tap("day-3"));
  ASSERT_OK(world_->Await("choose-department", "心血管内科"));
  ASSERT_OK(world_->Terminal().Tap("department-0"));
  ASSERT_OK(world_->Await("choose-doctor", "王建国"));
  ASSERT_OK(world_->Terminal().Tap("doctor-0"));
  ASSERT_OK(world_->Await("choose-time"));
  ASSERT_OK(world_->Terminal().TapFirst("time-"));
  ASSERT_OK(world_->Await("read-back", "请核对"));
  ASSERT_OK(world_->Terminal().Tap("confirm"));
  const auto booked = world_->Await("booking-result", "凭条已打印");
  ASSERT_OK(booked);
  EXPECT_FALSE(LabelOf(*booked, "number").empty());
  EXPECT_TRUE(rig::WaitUntil([&] { return Pages() == before + 1; }));
  const auto held = world_->Get("fhir/Appointment?status=pending,booked&patient.identifier=" +
                                std::string("urn:yizhan:card-number%7C") + number_);
  ASSERT_OK(held);
  EXPECT_EQ((*held)["entry"].Items().size(), 1U) << held->Write(true);
  // And cancelled again, with what it costs said before.
  ASSERT_OK(world_->Terminal().Tap("another"));
  ASSERT_OK(world_->Await("home", "我的预约"));
  ASSERT_OK(world_->Terminal().Tap("service-2"));
  ASSERT_OK(world_->Await("my-bookings"));
  ASSERT_OK(world_->Terminal().Tap("booking-0"));
  ASSERT_OK(world_->Await("read-back"));
  ASSERT_OK(world_->Terminal().Tap("cancel-it"));
  ASSERT_OK(world_->Await("cancel", "不收费"));
  ASSERT_OK(world_->Terminal().Tap("confirm"));
  ASSERT_OK(world_->Await("booking-result", "已取消"));
}

TEST_F(KioskTest, F19_ASwipeShowsTheBookingToConfirmAndOneTouchConfirmsIt) {
  LayDown("to-confirm");
  ASSERT_OK(world_->Await("home", "待确认"));
  ASSERT_OK(world_->Terminal().Tap("main"));
  ASSERT_OK(world_->Await("read-back", "王建国"));
  ASSERT_OK(world_->Terminal().Tap("confirm"));
  ASSERT_OK(world_->Await("booking-result", "已确认"));
}

TEST_F(KioskTest, F23_AnOfferIsTakenByTheOneItWasMadeTo) {
  LayDown("offer");
  ASSERT_OK(world_->Await("home", "等待的号有了"));
  ASSERT_OK(world_->Terminal().Tap("main"));
  ASSERT_OK(world_->Await("read-back", "11:40"));
  ASSERT_OK(world_->Terminal().Tap("confirm"));
  ASSERT_OK(world_->Await("booking-result", "预约成功"));
}

TEST_F(KioskTest, BookingWithoutTheHospitalSaysSo) {
  LayDown("visit-now", 12);
  ASSERT_OK(world_->Await("home"));
  world_->StopHospital();
  ASSERT_OK(world_->Terminal().Tap("service-0"));
  const auto away = world_->Await("booking-trouble", "需要联网");
  // Before the hospital is back: starting it may take longer than a page waits for its patient.
  const auto touched = world_->Terminal().Tap("home");
  const auto home = world_->Await("home");
  ASSERT_OK(world_->StartHospital());
  ASSERT_OK(away);
  ASSERT_OK(touched);
  ASSERT_OK(home);
}

TEST_F(KioskTest, TheLogNamesNobody) {
  const auto person = world_->Get("fhir/Patient?_count=50");
  ASSERT_OK(person);
  const std::string log = world_->KioskLog();
  ASSERT_FALSE(log.empty());
  for (const Json& entry : (*person)["entry"].Items()) {
    const std::string name = entry["resource"]["name"][0]["text"].AsString();
    if (name.size() >= 6) {
      EXPECT_EQ(log.find(name), std::string::npos);
    }
  }
  EXPECT_EQ(log.find("8801"), std::string::npos) << "a card number";
}

}  // namespace
}  // namespace yizhan::e2e
