#include "domain/queue_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace yizhan::domain {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Insert = QueueRules::Insert;

constexpr TimeZone kZone{minutes(480)};
const WallTime kNine = ParseInstant("2026-03-10T09:00:00+08:00").value();

QueueEntry Entry(const std::string& number, int minute, QueueWay way = QueueWay::Normal) {
  QueueEntry entry;
  entry.number = number;
  entry.arrived = kNine + minutes(minute);
  entry.entered = entry.arrived;
  entry.way = way;
  return entry;
}

std::string Line(const std::vector<QueueEntry>& entries) {
  std::string line;
  for (const QueueEntry& entry : entries) line += (line.empty() ? "" : " ") + entry.number;
  return line;
}

std::vector<QueueEntry> SixNormalTwoLate() {
  std::vector<QueueEntry> entries;
  for (int i = 1; i <= 6; ++i) entries.push_back(Entry("N" + std::to_string(i), i));
  entries.push_back(Entry("L1", 10, QueueWay::Late));
  entries.push_back(Entry("L2", 11, QueueWay::Late));
  return entries;
}

TEST(QueueOrderTest, F29_LateTicketsAreInsertedAtIntervalsAsInTheGoldenRow) {
  EXPECT_EQ(Line(OrderQueue(SixNormalTwoLate(), QueueRules{}, kZone)), "N1 N2 L1 N3 N4 L2 N5 N6");
}

TEST(QueueOrderTest, F29_EachWayOfTreatingLateTicketsHasItsOrder) {
  const auto line = [](Insert late, int interval) {
    QueueRules rules;
    rules.late = late;
    rules.late_interval = interval;
    return Line(OrderQueue(SixNormalTwoLate(), rules, kZone));
  };
  EXPECT_EQ(line(Insert::Interval, 1), "N1 L1 N2 L2 N3 N4 N5 N6");
  EXPECT_EQ(line(Insert::Interval, 4), "N1 N2 N3 N4 L1 N5 N6 L2");
  EXPECT_EQ(line(Insert::EndOfPeriod, 2), "N1 N2 N3 N4 N5 N6 L1 L2");
  EXPECT_EQ(line(Insert::AsNormal, 2), "N1 N2 N3 N4 N5 N6 L1 L2");
}

TEST(QueueOrderTest, ANormalTicketThatComesLaterStandsBehindThoseThatWerePutIn) {
  auto line = OrderQueue(SixNormalTwoLate(), QueueRules{}, kZone);
  QueueEntry late = Entry("N7", 20);
  late.place = PlaceFor(late, line, QueueRules{}, kZone);
  EXPECT_TRUE(IsBefore(line.back(), late));
}

TEST(QueueOrderTest, IntervalsCountFromTheHeadThatIsLeft) {
  auto line = OrderQueue(SixNormalTwoLate(), QueueRules{}, kZone);
  // N1 N2 L1 were called meanwhile.
  line.erase(line.begin(), line.begin() + 3);
  QueueEntry recalled = Entry("R1", 30, QueueWay::Recalled);
  recalled.place = PlaceFor(recalled, line, QueueRules{}, kZone);
  line.insert(std::upper_bound(line.begin(), line.end(), recalled, IsBefore), recalled);
  EXPECT_EQ(Line(line), "N3 N4 L2 N5 N6 R1");
}

TEST(QueueOrderTest, WhoIsPutIntoAnEmptyLineIsNext) {
  QueueEntry recalled = Entry("R1", 30, QueueWay::Recalled);
  recalled.place = PlaceFor(recalled, {}, QueueRules{}, kZone);
  QueueEntry next = Entry("N1", 31);
  next.place = PlaceFor(next, {}, QueueRules{}, kZone);
  EXPECT_TRUE(IsBefore(recalled, next));
}

TEST(QueueOrderTest, PriorityClassesGoFirstByLevelAndThenByArrival) {
  std::vector<QueueEntry> entries = {Entry("N1", 1), Entry("N2", 2), Entry("old", 3),
                                     Entry("army", 4), Entry("old2", 5)};
  entries[2].priority = 2;
  entries[3].priority = 1;
  entries[4].priority = 2;
  EXPECT_EQ(Line(OrderQueue(entries, QueueRules{}, kZone)), "army old old2 N1 N2");
}

TEST(QueueOrderTest, NobodyIsPutBeforeAPriorityClassByAnInterval) {
  std::vector<QueueEntry> entries = {Entry("army", 1), Entry("N1", 2),
                                     Entry("L1", 10, QueueWay::Late), Entry("old", 12)};
  entries[0].priority = 1;
  entries[3].priority = 2;
  QueueRules rules;
  rules.late_interval = 1;
  EXPECT_EQ(Line(OrderQueue(entries, rules, kZone)), "army old N1 L1");
}

TEST(QueueOrderTest, BookedPatientsGoFirstWhereTheHospitalSaysSo) {
  std::vector<QueueEntry> entries = {Entry("W1", 1), Entry("B1", 2), Entry("W2", 3),
                                     Entry("B2", 4)};
  entries[1].booked = entries[3].booked = true;
  EXPECT_EQ(Line(OrderQueue(entries, QueueRules{}, kZone)), "W1 B1 W2 B2");
  QueueRules first;
  first.booked_first = true;
  EXPECT_EQ(Line(OrderQueue(entries, first, kZone)), "B1 B2 W1 W2");
}

TEST(QueueOrderTest, PeriodsFollowOneAnotherWhoeverCameFirst) {
  std::vector<QueueEntry> entries = {Entry("later", -20), Entry("walk-in", -5),
                                     Entry("sooner", -1)};
  entries[0].slot_start = kNine + minutes(30);
  entries[2].slot_start = kNine;
  QueueRules rules;
  rules.by_period = true;
  EXPECT_EQ(Line(OrderQueue(entries, rules, kZone)), "walk-in sooner later");
  rules.late = Insert::EndOfHalfDay;
  QueueEntry late = Entry("late", 5, QueueWay::Late);
  late.slot_start = kNine - minutes(30);
  entries.push_back(late);
  EXPECT_EQ(Line(OrderQueue(entries, rules, kZone)), "walk-in sooner later late");
  rules.late = Insert::EndOfPeriod;
  EXPECT_EQ(Line(OrderQueue(entries, rules, kZone)), "late walk-in sooner later");
}

TEST(QueueOrderTest, NumbersDecideWhereTheHospitalCallsByNumber) {
  std::vector<QueueEntry> entries = {Entry("A010", 1), Entry("A002", 2), Entry("A009", 3)};
  entries[0].sequence = 10;
  entries[1].sequence = 2;
  entries[2].sequence = 9;
  QueueRules rules;
  rules.order_by = QueueRules::OrderBy::Number;
  EXPECT_EQ(Line(OrderQueue(entries, rules, kZone)), "A002 A009 A010");
}

TEST(QueueOrderTest, ThoseWhoComeInTheSameInstantAreTakenByTheirNumbers) {
  std::vector<QueueEntry> entries = {Entry("A10", 1), Entry("A9", 1), Entry("A11", 1)};
  EXPECT_EQ(Line(OrderQueue(entries, QueueRules{}, kZone)), "A9 A10 A11");
}

// The model of F29: whatever comes and goes, inside one class and one way of coming in nobody
// overtakes anybody, and a normal ticket waits for a bounded number of those that were put in.
TEST(QueueOrderTest, F29_InAnyTraceNobodyOvertakesWithinAClass) {
  std::mt19937 random(20260310);
  for (int trace = 0; trace < 300; ++trace) {
    QueueRules rules;
    rules.late_interval = static_cast<int>(1 + random() % 3);
    rules.recall_interval = rules.late_interval;
    std::vector<QueueEntry> line;
    std::vector<QueueEntry> called;
    for (int step = 0; step < 80; ++step) {
      if (random() % 3 == 0 && !line.empty()) {
        called.push_back(line.front());
        line.erase(line.begin());
        continue;
      }
      QueueEntry entry = Entry("T" + std::to_string(1000 + step), step);
      entry.way = static_cast<QueueWay>(random() % 5 == 0 ? 1 + random() % 3 : 0);
      entry.priority = random() % 8 == 0 ? static_cast<int>(1 + random() % 2) : 0;
      entry.place = PlaceFor(entry, line, rules, kZone);
      line.insert(std::upper_bound(line.begin(), line.end(), entry, IsBefore), entry);
    }
    called.insert(called.end(), line.begin(), line.end());
    std::map<std::pair<int, bool>, WallTime> last;
    for (const QueueEntry& entry : called) {
      WallTime& before = last[{entry.priority, entry.way == QueueWay::Normal}];
      ASSERT_LE(before, entry.entered) << "trace " << trace << ": " << Line(called);
      before = entry.entered;
    }
  }
}

TEST(QueueOrderTest, PlacesSurviveTheirTextAndNothingElseIsAPlace) {
  const QueuePlace place{1'773'100'800'000, 1000, 1'773'104'400'123, 2};
  EXPECT_EQ(ParseQueuePlace(ToText(place)), place);
  for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", "1.-2.3.4", "1.2.3.x",
                           "1.999999.3.4", "1.2.3.99999999999999999999", " 1.2.3.4"}) {
    EXPECT_FALSE(ParseQueuePlace(text)) << text;
  }
}

TEST(RoomTest, F16_SixtyArrivalsSpreadEvenlyOverThreeRooms) {
  std::vector<RoomLoad> rooms = {{"r1", 0, false, {}}, {"r2", 0, false, {}}, {"r3", 0, false, {}}};
  for (int i = 0; i < 60; ++i) {
    const auto chosen = ChooseRoom(rooms, minutes(6));
    ASSERT_TRUE(chosen);
    ++std::find_if(rooms.begin(), rooms.end(), [&](const RoomLoad& one) {
        return one.id == *chosen;
      })->waiting;
    const auto [least, most] = std::minmax_element(
        rooms.begin(), rooms.end(),
        [](const RoomLoad& a, const RoomLoad& b) { return a.waiting < b.waiting; });
    EXPECT_LE(most->waiting - least->waiting, 1);
  }
  EXPECT_EQ(ChooseRoom({}, minutes(6)), std::nullopt);
}

TEST(RoomTest, ARoomThatIsAlmostDoneIsBetterThanOneThatHasJustBegun) {
  const std::vector<RoomLoad> rooms = {{"a", 0, true, minutes(1)}, {"b", 0, true, minutes(5)}};
  EXPECT_EQ(ChooseRoom(rooms, minutes(6)), "b");
}

TEST(PharmacyTest, F34_TheModeFollowsTheLoadAndDoesNotFlap) {
  const PharmacyPolicy policy;
  const WallTime since = kNine;
  const WallTime later = kNine + minutes(10);
  using enum PharmacyMode;
  EXPECT_EQ(NextMode(Ahead, since, {14, 24}, later, policy), Ahead);
  EXPECT_EQ(NextMode(Ahead, since, {15, 0}, later, policy), OnArrival);
  EXPECT_EQ(NextMode(Ahead, since, {0, 25}, later, policy), OnArrival);
  EXPECT_EQ(NextMode(Ahead, since, {99, 99}, later - milliseconds(1), policy), Ahead);
  EXPECT_EQ(NextMode(OnArrival, since, {9, 0}, later, policy), OnArrival);
  EXPECT_EQ(NextMode(OnArrival, since, {8, 8}, later, policy), Ahead);
}

}  // namespace
}  // namespace yizhan::domain
