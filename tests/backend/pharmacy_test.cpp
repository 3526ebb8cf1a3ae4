// The pharmacy: bags, both modes, the window (domain.md F33, F34, F35; F10).
#include <gmock/gmock.h>

#include <deque>
#include <random>
#include <set>

#include "backend/hospital/care/identity_check.h"
#include "backend/hospital/pharmacy/pharmacy_clock.h"
#include "backend/r4/validate.h"
#include "tests/backend/care_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::PharmacyMode;
using fhir::Json;
using testing::ElementsAre;
using testing::IsEmpty;

class PharmacyTest : public test::CareFixture {
 protected:
  void Sweep() {
    const auto made = SweepPharmacy(*hospital, *store);
    ASSERT_TRUE(made) << made.error().detail;
  }
  /// A paid prescription, in its bag.
  std::string Paid(const std::string& number, const std::string& patient,
                   const std::vector<std::string>& packages = {"690A", "690B"}) {
    Bill("bill-" + number, "balanced");
    Prescribe(number, patient, "bill-" + number, packages, ToLocalDateTime(clock.Now(), zone));
    Sweep();
    return BagIdOf(number);
  }
  Bag BagOf(const std::string& number) {
    const auto bag = ReadBag(*store, BagIdOf(number));
    EXPECT_TRUE(bag) << number;
    return bag.value_or(Bag{});
  }
  static PharmacyAct At(const std::string& window, const std::string& bag = "",
                        const std::string& card = "", const std::string& item = "",
                        const std::string& reason = "") {
    return {"ma", window, bag, card, item, reason};
  }
  template <typename T>
  static std::string Why(const Result<T>& result) {
    return result ? "done" : result.error().detail;
  }
  void Mode(const std::optional<PharmacyMode>& mode) {
    ASSERT_EQ(Why(SetPharmacyMode(*hospital, mode, At("", "", "", "", "busy"))), "done");
  }
  std::vector<std::string> OpenOf(const std::string& patient = "") {
    std::vector<std::string> numbers;
    const std::vector<Bag> bags = OpenBags(*store, "pharmacy", patient, zone).value();
    for (const Bag& bag : bags) {
      numbers.push_back(bag.prescription);
    }
    return numbers;
  }
};

TEST_F(PharmacyTest, F33_APaidPrescriptionIsPickedAtOnceAndReadyBeforeThePatientComes) {
  Bill("b", "issued");
  Prescribe("R1", "zhang", "b", {"690A"});
  Sweep();
  EXPECT_THAT(OpenOf(), IsEmpty()) << "nothing is picked that is not paid";
  Bill("b", "balanced");
  Sweep();
  const Bag bag = BagOf("R1");
  EXPECT_EQ(bag.state, BagState::Picking);
  EXPECT_EQ(bag.window_id, "window1");
  EXPECT_EQ(bag.masked_name, "张*三");
  EXPECT_FALSE(bag.checked_in);
  EXPECT_EQ(Why(TakeNextBag(*hospital, At("window1"))), "done");
  EXPECT_EQ(Why(BagIsReady(*hospital, At("window1", bag.id))), "done");
  EXPECT_EQ(BagOf("R1").state, BagState::Ready);
  Sweep();
  EXPECT_THAT(OpenOf(), ElementsAre("R1")) << "one bag for a prescription, however often one looks";
}

TEST_F(PharmacyTest, F33_PickingBeginsWithinASecondOfThePayment) {
  Bill("b", "issued");
  Prescribe("R1", "zhang", "b", {"690A"});
  PharmacyClock watch(*hospital, *store);
  const MonotonicTime paid = SystemClock().Monotonic();
  Bill("b", "balanced");
  while (OpenOf().empty()) {
    ASSERT_LT(SystemClock().Monotonic() - paid, std::chrono::seconds(30));
  }
  const auto took = SystemClock().Monotonic() - paid;
  EXPECT_EQ(BagOf("R1").state, BagState::Picking);
  RecordProperty("ms", static_cast<int>(took / std::chrono::milliseconds(1)));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(took, std::chrono::seconds(1));
#endif
}

TEST_F(PharmacyTest, F33_TheSamePatientsBagsGoToOneWindowAndOthersToTheEmptiest) {
  Paid("R1", "zhang");
  Paid("R2", "li");
  Paid("R3", "zhang");
  Paid("R4", "zhang");
  Person("wang", "王五", "C3");
  Paid("R5", "wang");
  EXPECT_EQ(BagOf("R1").window_id, "window1");
  EXPECT_EQ(BagOf("R2").window_id, "window2");
  EXPECT_EQ(BagOf("R3").window_id, "window1");
  EXPECT_EQ(BagOf("R4").window_id, "window1");
  EXPECT_EQ(BagOf("R5").window_id, "window2");
}

TEST_F(PharmacyTest, F33_OnePatientsPrescriptionsAreFetchedTogetherByWhoHasTheFirst) {
  Paid("R1", "zhang");
  clock.Set("2026-03-10T08:01:00+08:00");
  Paid("R2", "li");
  clock.Set("2026-03-10T08:02:00+08:00");
  Paid("R3", "zhang");
  EXPECT_EQ(TakeNextBag(*hospital, At("window1"))->prescription, "R1");
  EXPECT_EQ(TakeNextBag(*hospital, At("window1"))->prescription, "R3") << "zhang's other one";
  EXPECT_EQ(TakeNextBag(*hospital, At("window1"))->prescription, "R2");
  EXPECT_EQ(Why(TakeNextBag(*hospital, At("window1"))), "nothing is to be picked");
}

TEST_F(PharmacyTest, F33_APrescriptionThatNoDoctorHasSignedIsRefused) {
  Bill("b", "balanced");
  Prescribe("R1", "zhang", "b", {"690A"}, "", "");
  Sweep();
  EXPECT_THAT(OpenOf(), IsEmpty());
  EXPECT_EQ(RefusedWith(PharmacyCheckIn(*hospital, "zhang", Asked("op-1"))), "not-signed");
  Prescribe("R1", "zhang", "b", {"690A"});
  Sweep();
  EXPECT_THAT(OpenOf(), ElementsAre("R1"));
  // A draft among signed lines: the whole prescription waits.
  Prescribe("R2", "li", "b", {"690A", "690B"});
  Json draft = test::Parse(store->Read("MedicationRequest", "R2-2")->text);
  draft.Set("status", Json::String("draft"));
  Put(draft.Write());
  Sweep();
  EXPECT_EQ(RefusedWith(PharmacyCheckIn(*hospital, "li", Asked("op-2"))), "not-signed");
}

TEST_F(PharmacyTest, F34_InMode2PickingBeginsWithTheCheckInFirstComeFirstServed) {
  Mode(PharmacyMode::OnArrival);
  Paid("R1", "zhang");
  clock.Set("2026-03-10T08:01:00+08:00");
  Paid("R2", "li");
  EXPECT_EQ(Why(TakeNextBag(*hospital, At("window1"))), "nothing is to be picked");
  clock.Set("2026-03-10T08:10:00+08:00");
  const OperationAnswer first = PharmacyCheckIn(*hospital, "li", Asked("op-li"));
  ASSERT_EQ(first.status, 200) << first.body.Write();
  EXPECT_EQ(fhir::ParameterOf(first.body, "window").AsString(), "window2");
  EXPECT_EQ(PharmacyCheckIn(*hospital, "li", Asked("op-li")).body.Write(), first.body.Write());
  EXPECT_EQ(PharmacyCheckIn(*hospital, "zhang", Asked("op-li")).status, 409);
  clock.Set("2026-03-10T08:11:00+08:00");
  ASSERT_EQ(PharmacyCheckIn(*hospital, "zhang", Asked("op-zhang")).status, 200);
  EXPECT_EQ(TakeNextBag(*hospital, At("window1"))->prescription, "R2");
  EXPECT_EQ(TakeNextBag(*hospital, At("window1"))->prescription, "R1");
  EXPECT_EQ(RefusedWith(PharmacyCheckIn(*hospital, "nobody", Asked("op-x"))), "nothing-to-do");
}

TEST_F(PharmacyTest, F34_WhatWasBegunIsFinishedInItsMode) {
  Paid("R1", "zhang");
  Mode(PharmacyMode::OnArrival);
  Paid("R2", "li");
  Mode(PharmacyMode::Ahead);
  EXPECT_EQ(BagOf("R1").mode, PharmacyMode::Ahead);
  EXPECT_EQ(BagOf("R1").state, BagState::Picking);
  EXPECT_EQ(BagOf("R2").mode, PharmacyMode::OnArrival);
  EXPECT_EQ(BagOf("R2").state, BagState::Paid) << "it still waits for its patient";
}

TEST_F(PharmacyTest, F34_AModeByHandStaysWhateverTheLoadUntilItIsGivenBack) {
  EXPECT_EQ(Why(SetPharmacyMode(*hospital, PharmacyMode::OnArrival, At(""))), "reason");
  Mode(PharmacyMode::OnArrival);
  Paid("R1", "zhang");
  EXPECT_EQ(StateOfPharmacy(*store, "pharmacy")->mode, PharmacyMode::OnArrival);
  EXPECT_EQ(StateOfPharmacy(*store, "pharmacy")->manual_by, "ma");
  clock.Set("2026-03-10T09:00:00+08:00");
  Mode(std::nullopt);
  EXPECT_EQ(StateOfPharmacy(*store, "pharmacy")->mode, PharmacyMode::Ahead);
}

// A morning with a rush: payments come faster than patients fetch. What lies ready and uncollected
// stays bounded, the mode does not flap, and in mode 2 bags are picked in the order of check-in.
TEST_F(PharmacyTest, F33_F34_UnderLoadThePileStaysBoundedAndTheModeDoesNotFlap) {
  // A small pharmacy, so that a test's morning is enough.
  Record(kPharmacySettings, "hospital",
         R"({"service":"pharmacy","enterReady":6,"enterPaid":10,"leave":3,"dwellMinutes":10})");
  std::mt19937 random(7);
  const auto between = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  struct Visitor {
    std::string number;
    std::string patient;
    int comes = 0;
    bool came = false;
    bool gone = false;
  };
  std::vector<Visitor> visitors;
  int changes = 0;
  int most_ready_in_mode_2 = 0;
  int ready_before = 0;
  int paid_count = 0;
  PharmacyMode mode = PharmacyMode::Ahead;
  std::vector<int> changed_at;
  std::vector<std::string> check_in_order;
  std::vector<std::string> pick_order;
  const WallTime start = clock.Now();
  for (int minute = 0; minute < 92; ++minute) {
    clock.Set(ToInstant(start + std::chrono::minutes(minute)));
    const bool rush = minute >= 20 && minute < 45;
    const int pays = rush ? 2 : (minute % 3 == 0 ? 1 : 0);
    for (int i = 0; i < pays; ++i) {
      const std::string id = std::to_string(++paid_count);
      Person("p" + id, "王小明", "K" + id);
      Paid("R" + id, "p" + id, {"690A"});
      visitors.push_back({"R" + id, "p" + id, minute + between(6, 16)});
    }
    for (Visitor& one : visitors) {
      if (one.came || one.comes > minute) continue;
      one.came = true;
      const Bag bag = BagOf(one.number);
      // While few people come, drugs are ready before their patient is (F33).
      if (changes == 0) {
        EXPECT_EQ(bag.state, BagState::Ready) << one.number;
        ++ready_before;
      }
      if (bag.state == BagState::Paid) check_in_order.push_back(one.number);
      clock.Set(ToInstant(clock.Now() + std::chrono::seconds(1)));
      ASSERT_EQ(PharmacyCheckIn(*hospital, one.patient, Asked("op" + one.number)).status, 200);
    }
    for (int i = 0; i < 3; ++i) {  // Three pickers, a bag a minute each.
      const auto bag = TakeNextBag(*hospital, At("window1"));
      if (!bag) break;
      if (bag->mode == PharmacyMode::OnArrival) pick_order.push_back(bag->prescription);
      ASSERT_EQ(Why(BagIsReady(*hospital, At("window1", bag->id))), "done");
    }
    int served = 0;
    for (Visitor& one : visitors) {
      if (!one.came || one.gone || served == 2) continue;
      const Bag bag = BagOf(one.number);
      if (bag.state != BagState::Ready) continue;
      const std::string card = "K" + one.patient.substr(1);
      ASSERT_EQ(Why(OpenByCard(*hospital, At(bag.window_id, "", card))), "done");
      ASSERT_EQ(Why(ScanItem(*hospital, At(bag.window_id, bag.id, "", "690A"))), "done");
      ASSERT_EQ(Why(Dispense(*hospital, At(bag.window_id, bag.id))), "done");
      one.gone = true;
      ++served;
    }
    Sweep();
    const PharmacyMode now = StateOfPharmacy(*store, "pharmacy")->mode;
    if (now != mode) {
      ++changes;
      changed_at.push_back(minute);
    }
    mode = now;
    int ready = 0;
    const std::vector<Bag> bags = OpenBags(*store, "pharmacy", "", zone).value();
    for (const Bag& bag : bags) {
      if (bag.state == BagState::Ready) ++ready;
    }
    const bool settled = !changed_at.empty() && minute - changed_at.back() > 15;
    if (mode == PharmacyMode::OnArrival && settled) {
      most_ready_in_mode_2 = std::max(most_ready_in_mode_2, ready);
    }
  }
  EXPECT_GT(ready_before, 2) << "patients of the quiet time";
  EXPECT_GE(changes, 1) << "the rush must be noticed";
  EXPECT_LE(changes, 4);
  for (std::size_t i = 1; i < changed_at.size(); ++i) {
    EXPECT_GE(changed_at[i] - changed_at[i - 1], 10) << "not before the dwell is over";
  }
  EXPECT_LE(most_ready_in_mode_2, 6);
  std::vector<std::string> expected(
      check_in_order.begin(),
      check_in_order.begin() + static_cast<std::ptrdiff_t>(pick_order.size()));
  EXPECT_EQ(pick_order, expected) << "first come, first served";
  EXPECT_GT(pick_order.size(), 5U);
}

TEST_F(PharmacyTest, F35_ACardOpensExactlyItsPatientsBag) {
  const std::string mine = Paid("R1", "zhang");
  const std::string others = Paid("R2", "li");
  for (const std::string& bag : {mine, others}) {
    ASSERT_EQ(Why(BagIsReady(*hospital, At("window1", bag))), "done");
  }
  const auto opened = OpenByCard(*hospital, At("window1", "", "C1"));
  ASSERT_TRUE(opened);
  ASSERT_EQ(opened->size(), 1U);
  EXPECT_EQ(opened->front().prescription, "R1");
  EXPECT_EQ(BagOf("R2").opened_at, "");
  EXPECT_EQ(Why(ScanItem(*hospital, At("window1", others, "", "690A"))), "not-opened");
  EXPECT_EQ(Why(Dispense(*hospital, At("window1", others))), "not-opened");
  EXPECT_EQ(Why(ScanItem(*hospital, At("window2", mine, "", "690A"))), "not-opened");
  EXPECT_EQ(Why(OpenByCard(*hospital, At("window1", "", "C9"))), "unknown-card");
  Person("wang", "王五", "C3");
  EXPECT_EQ(Why(OpenByCard(*hospital, At("window1", "", "C3"))), "no-bag");
}

TEST_F(PharmacyTest, F35_AWrongItemBlocksTheBagUntilItIsCleared) {
  const std::string bag = Paid("R1", "zhang");
  ASSERT_EQ(Why(BagIsReady(*hospital, At("window1", bag))), "done");
  ASSERT_EQ(Why(OpenByCard(*hospital, At("window1", "", "C1"))), "done");
  ASSERT_EQ(Why(ScanItem(*hospital, At("window1", bag, "", "690A"))), "done");
  const auto wrong = ScanItem(*hospital, At("window1", bag, "", "690X"));
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->wrong_item, "690X");
  EXPECT_EQ(Why(ScanItem(*hospital, At("window1", bag, "", "690B"))), "blocked");
  EXPECT_EQ(Why(Dispense(*hospital, At("window1", bag))), "blocked");
  EXPECT_EQ(Why(ClearWrongItem(*hospital, At("window1", bag))), "reason");
  ASSERT_EQ(Why(ClearWrongItem(*hospital, At("window1", bag, "", "", "put back"))), "done");
  EXPECT_EQ(Why(Dispense(*hospital, At("window1", bag))), "incomplete");
  ASSERT_EQ(Why(ScanItem(*hospital, At("window1", bag, "", "690B"))), "done");
  EXPECT_EQ(Why(Dispense(*hospital, At("window1", bag))), "done");
  EXPECT_EQ(Audited("wrong-item"), 1);
}

TEST_F(PharmacyTest, F35_DispensingLeavesEveryScreenAndIsOnRecordOnce) {
  const std::string bag = Paid("R1", "zhang");
  ASSERT_EQ(Why(BagIsReady(*hospital, At("window1", bag))), "done");
  ASSERT_EQ(Why(OpenByCard(*hospital, At("window1", "", "C1"))), "done");
  for (const char* item : {"690A", "690B"}) {
    ASSERT_EQ(Why(ScanItem(*hospital, At("window1", bag, "", item))), "done");
  }
  const std::uint64_t before = hospital->Board().Revision();
  ASSERT_EQ(Why(Dispense(*hospital, At("window1", bag))), "done");
  EXPECT_GT(hospital->Board().Revision(), before) << "the screens look again";
  EXPECT_THAT(OpenOf(), IsEmpty());
  EXPECT_EQ(Why(Dispense(*hospital, At("window1", bag))), "state");
  store::SearchResult handed;
  (void)Find("MedicationDispense", "patient=zhang&status=completed", &handed);
  EXPECT_EQ(handed.matches.size(), 2U);
  EXPECT_EQ(Find("MedicationRequest", "patient=zhang&status=active"), "");
  Sweep();
  EXPECT_THAT(OpenOf(), IsEmpty()) << "no second bag of the same prescription";
}

TEST_F(PharmacyTest, F10_NothingIsHandedOutWhileThePersonIsInDoubt) {
  const std::string bag = Paid("R1", "zhang", {"690A"});
  ASSERT_EQ(Why(BagIsReady(*hospital, At("window1", bag))), "done");
  ASSERT_EQ(Why(OpenByCard(*hospital, At("window1", "", "C1"))), "done");
  ASSERT_EQ(Why(ScanItem(*hospital, At("window1", bag, "", "690A"))), "done");
  ASSERT_TRUE(store->Write([&](store::Transaction& transaction) {
    return FlagMismatch(transaction, {"zhang", "ma", "window1", "age", "", clock.Now()});
  }));
  EXPECT_EQ(Why(Dispense(*hospital, At("window1", bag))), "identity-doubt");
  ASSERT_TRUE(store->Write([&](store::Transaction& transaction) {
    return LiftMismatch(transaction, {"zhang", "liu", "window1", "", "passport", clock.Now()});
  }));
  EXPECT_EQ(Why(Dispense(*hospital, At("window1", bag))), "done");
}

TEST_F(PharmacyTest, APrescriptionThatNobodyFetchesGoesBack) {
  Paid("R1", "zhang");
  clock.Set("2026-03-13T08:00:00+08:00");
  Sweep();
  EXPECT_THAT(OpenOf(), IsEmpty());
  EXPECT_EQ(BagOf("R1").state, BagState::Withdrawn);
}

TEST_F(PharmacyTest, ANumberThatTwoPatientsClaimMakesNoBag) {
  Bill("b", "balanced");
  Prescribe("R1", "zhang", "b", {"690A"});
  Put(R"({"resourceType":"MedicationRequest","id":"odd","status":"active","intent":"order",
      "identifier":[{"system":"urn:yizhan:prescription","value":"R1"}],
      "medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/li"},
      "authoredOn":"2026-03-10T07:30:00+08:00"})");
  Sweep();
  EXPECT_THAT(OpenOf(), IsEmpty());
}

TEST_F(PharmacyTest, WhatThePharmacyWritesIsValidAndReadsBackAlike) {
  const std::string bag = Paid("R1", "zhang");
  ASSERT_EQ(Why(TakeNextBag(*hospital, At("window1"))), "done");
  ASSERT_EQ(Why(BagIsReady(*hospital, At("window1", bag))), "done");
  ASSERT_EQ(Why(OpenByCard(*hospital, At("window1", "", "C1"))), "done");
  for (const char* item : {"690A", "690B"}) {
    ASSERT_EQ(Why(ScanItem(*hospital, At("window1", bag, "", item))), "done");
  }
  const Json task = ToTask(BagOf("R1"));
  EXPECT_EQ(ToTask(*BagFromTask(task)).Write(), task.Write());
  ASSERT_EQ(Why(Dispense(*hospital, At("window1", bag))), "done");
  for (const char* type : {"Task", "MedicationDispense", "MedicationRequest", "AuditEvent"}) {
    SearchAll(type, [&](const Json& body) {
      for (const r4::Issue& issue : r4::Validate(body)) {
        ADD_FAILURE() << type << ' ' << issue.expression << ' ' << issue.diagnostics;
      }
    });
  }
}

TEST(PharmacySettingsTest, LimitsThatWouldFlapAreRefused) {
  EXPECT_TRUE(ReadPharmacySettings(test::Parse(R"({"service":"p"})")));
  EXPECT_FALSE(ReadPharmacySettings(test::Parse(R"({})")));
  EXPECT_FALSE(ReadPharmacySettings(test::Parse(R"({"service":"p","enterReady":8,"leave":8})")));
  EXPECT_FALSE(ReadPharmacySettings(test::Parse(R"({"service":"p","leave":-1})")));
}

}  // namespace
}  // namespace yizhan::hospital
