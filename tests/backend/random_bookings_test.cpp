// 100,000 random acts of eight channels, with time going on: no seat is sold twice, nobody has more
// than the rules allow, and the money adds up (F13, F23, F26, F96).
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "backend/hospital/booking/bookings.h"
#include "backend/hospital/booking/contracts.h"
#include "backend/hospital/booking/reports.h"
#include "tests/backend/store_fixture.h"

namespace yizhan::hospital {
namespace {

using domain::BookingAct;
using fhir::Json;
using test::Parse;
using State = domain::BookingState;

constexpr int kChannels = 8;
constexpr int kPatients = 400;
constexpr int kDoctors = 12;
constexpr int kSeats = 10;  ///< Of a session.
constexpr const char* kDays[] = {"2026-03-10", "2026-03-11", "2026-03-12"};
constexpr const char* kNames[] = {"phone-agent", "ivr",   "desk",        "web",
                                  "wechat",      "kiosk", "doctor-room", "unit-contract"};
constexpr std::int64_t kFee = 5000;

/// The whole number in an optimised build; elsewhere as many as a minute has room for.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kActs = 3'000;
#elif defined(NDEBUG)
constexpr int kActs = 100'000;
#else
constexpr int kActs = 16'000;
#endif

class RandomBookingsTest : public test::StoreFixture {
 protected:
  RandomBookingsTest() {
    if (store == nullptr) return;
    clock.Set("2026-03-10T06:00:00+08:00");
    const Status made = store->Write([](store::Transaction& transaction) -> Status {
      const auto put = [&](const std::string& text) {
        return static_cast<bool>(transaction.Update(Parse(text)));
      };
      bool good = true;
      for (int i = 0; i < kPatients; ++i) {
        good = good && put(R"({"resourceType":"Patient","id":"p)" + std::to_string(i) + "\"}");
      }
      for (int i = 0; i < kDoctors; ++i) {
        const std::string doctor = "d" + std::to_string(i);
        good = good && put(R"({"resourceType":"Practitioner","id":")" + doctor + "\"}") &&
               put(R"({"resourceType":"PractitionerRole","id":"r-)" + doctor +
                   R"(","practitioner":{"reference":"Practitioner/)" + doctor +
                   R"("},"code":[{"text":"主任医师"}]})");
        for (const char* day : kDays) good = good && Session(put, i, day);
      }
      return good ? Status() : Fail(ErrorCode::Internal, "no hospital");
    });
    EXPECT_TRUE(made);
    EXPECT_TRUE(PutContract(*store,
                            {"unit:acme", {"某单位", ""}, 25, "", "2026-03-01", "2026-03-31"},
                            "admin", clock.Now()));
  }

  template <typename Put>
  static bool Session(const Put& put, int doctor, const std::string& day) {
    const std::string id = "s" + std::to_string(doctor) + day.substr(8);
    bool good =
        put(R"({"resourceType":"Schedule","id":")" + id +
            R"(","active":true,"actor":[{"reference":"Practitioner/d)" + std::to_string(doctor) +
            R"("},{"reference":"HealthcareService/h)" + std::to_string(doctor % 3) +
            R"("}],"extension":[{"url":"urn:yizhan:session","valueCode":"am"},)"
            R"({"url":"urn:yizhan:fee","valueMoney":{"value":50.00,"currency":"CNY"}}]})");
    for (int seat = 0; seat < kSeats; ++seat) {
      const auto time = [&](int half) {
        const std::string hour = std::to_string(8 + half / 2);
        return day + "T" + (hour.size() < 2 ? "0" : "") + hour + (half % 2 == 0 ? ":00" : ":30") +
               ":00+08:00";
      };
      good = good && put(R"({"resourceType":"Slot","id":")" + id + "-" + std::to_string(seat) +
                         R"(","schedule":{"reference":"Schedule/)" + id +
                         R"("},"status":"free","start":")" + time(seat) + R"(","end":")" +
                         time(seat + 1) + "\"}");
    }
    return good;
  }

  Bookings desk{*store, clock, BookingRules{}};
};

/// One channel: what it does next, and what it knows of its bookings.
class Channel {
 public:
  Channel(Bookings& desk, const Clock& clock, unsigned number, std::atomic<std::int64_t>& paid)
      : desk_(desk), clock_(clock), number_(number), random_(number + 1), paid_(paid) {}

  void DoOne() {
    ++count_;
    const unsigned dice = Roll(100);
    if (dice < 45 || mine_.empty()) {
      Book();
    } else if (dice < 55) {
      Wait();
    } else if (dice < 57) {
      Add();
    } else if (dice < 60) {
      Late();
    } else {
      Act();
    }
    if (number_ == 0 && count_ % 900 == 0) Session();
  }
  [[nodiscard]] const std::map<std::string, int>& Trouble() const { return trouble_; }

 private:
  unsigned Roll(std::size_t sides) { return static_cast<unsigned>(random_() % sides); }
  std::string Operation() { return std::to_string(number_) + "-" + std::to_string(count_); }
  std::string Patient() { return "p" + std::to_string(Roll(kPatients)); }
  std::string Schedule() {
    return "s" + std::to_string(Roll(kDoctors)) + std::string(kDays[Roll(3)]).substr(8);
  }
  /// Everything but a refusal, a lost race and what is not there is trouble.
  template <typename Answer>
  bool Good(const Answer& answer) {
    if (answer) return true;
    const ErrorCode code = answer.error().code;
    const bool expected = code == ErrorCode::Refused || code == ErrorCode::Conflict ||
                          code == ErrorCode::NotFound || code == ErrorCode::Busy;
    if (!expected) ++trouble_[answer.error().detail];
    return false;
  }
  void Keep(const Result<BookingAnswer>& answer) {
    if (Good(answer)) mine_.push_back(answer->record.id);
  }
  void Book() {
    BookRequest request;
    request.operation_id = Operation();
    request.channel = kNames[number_];
    request.who = "c";
    request.patient_id = Patient();
    request.slot_id = Schedule() + "-" + std::to_string(Roll(kSeats));
    request.prepay = Roll(3) == 0;
    if (number_ == 7 && Roll(2) == 0) request.quota = "unit:acme";
    Keep(desk_.Book(request));
    // A line that broke: the same again has no second effect.
    if (Roll(10) == 0) Good(desk_.Book(request));
  }
  void Wait() {
    const WallTime from = *ParseInstant(std::string(kDays[Roll(3)]) + "T08:00:00+08:00");
    Keep(desk_.Wait({Operation(), kNames[number_], "c", Patient(), "h" + std::to_string(Roll(3)),
                     "", from, from + std::chrono::hours(5)}));
  }
  void Add() {
    Keep(desk_.AddNumber({Operation(), "doctor-room", "c", Schedule(), Patient(), {}}));
  }
  void Late() {
    Good(desk_.NoticeLate(
        {Mine(), "phone-agent", "c", clock_.Now() + std::chrono::minutes(Roll(90))}));
  }
  const std::string& Mine() { return mine_[Roll(mine_.size())]; }
  void Act() {
    const BookingAct acts[] = {BookingAct::Cancel,  BookingAct::Take,   BookingAct::Take,
                               BookingAct::Confirm, BookingAct::Accept, BookingAct::Decline,
                               BookingAct::CheckIn, BookingAct::Begin,  BookingAct::Finish,
                               BookingAct::Withdraw};
    const BookingAct act = acts[Roll(std::size(acts))];
    const std::string id = Mine();
    const std::int64_t money = act == BookingAct::Take ? kFee : 0;
    const auto answer = desk_.Act({Operation(), id, act, "c", "", money});
    if (!Good(answer)) return;
    if (act == BookingAct::Take) paid_ += money;
    if (Roll(10) == 0) Good(desk_.Act({Operation(), id, act, "c", "", money}));
  }
  /// What the hospital does: stops a session, or lets a colleague take it over.
  void Session() {
    if (Roll(2) == 0) {
      Good(desk_.StopSchedule({Schedule(), "admin", "停诊"}));
    } else {
      Good(desk_.Substitute({Schedule(), "d" + std::to_string(Roll(kDoctors)), "admin", "替诊"}));
    }
    if (!mine_.empty()) {
      Keep(desk_.Rebook({Operation() + "r", "desk", "c", Mine(),
                         Schedule() + "-" + std::to_string(Roll(kSeats))}));
      Good(desk_.Waive(Mine(), "admin", "地铁停运"));
    }
  }

  Bookings& desk_;
  const Clock& clock_;
  const unsigned number_;
  std::mt19937 random_;
  std::atomic<std::int64_t>& paid_;
  int count_ = 0;
  std::vector<std::string> mine_;
  std::map<std::string, int> trouble_;
};

TEST_F(RandomBookingsTest, F13_F26_F96_RandomActsOfEightChannelsMakeNoBookingError) {
  const int acts = engine == test::Engine::Postgres ? kActs / 8 : kActs;
  std::atomic<std::int64_t> paid = 0;
  std::atomic<int> done = 0;
  std::vector<Channel> channels;
  for (unsigned i = 0; i < kChannels; ++i) channels.emplace_back(desk, clock, i, paid);
  // Three days go by while they act; what becomes due is swept now and then, as servers do.
  const WallTime start = clock.Now();
  const auto length = std::chrono::minutes(3 * 24 * 60);
  std::atomic<int> swept = 0;
  const auto let_time_work = [&] {
    clock.Set(ToInstant(start + length * std::min<int>(done, acts) / acts));
    const Result<int> due = desk.Sweep(256);
    EXPECT_TRUE(due) << due.error().detail;
    swept += due.value_or(0);
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int mine = 0; done++ < acts; ++mine) {
        channels[i].DoOne();
        if (i == 0 && mine % 10 == 0) let_time_work();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  clock.Set("2026-03-13T00:00:00+08:00");
  while (desk.Sweep(128).value_or(0) > 0) {
  }
  EXPECT_GT(swept, acts / 200);
  for (const Channel& channel : channels) EXPECT_EQ(channel.Trouble().size(), 0U);

  std::map<std::string, int> holders;
  std::map<std::string, int> added;
  std::map<std::string, int> of_doctor_and_day;
  std::int64_t prepaid = 0;
  std::int64_t settled = 0;
  std::int64_t kept = 0;
  int bookings = 0;
  int in_contract = 0;
  int doubled = 0;
  std::set<std::string> operations;
  SearchAll("Appointment", [&](const Json& appointment) {
    const auto record = FromAppointment(appointment);
    ASSERT_TRUE(record);
    ++bookings;
    doubled += operations.insert(record->operation_id).second ? 0 : 1;
    const State state = record->booking.state;
    prepaid += record->booking.prepaid_minor;
    if (domain::IsEnd(state) && state != State::Done) {
      EXPECT_EQ(record->penalty_minor + record->refund_minor, record->booking.prepaid_minor);
      settled += record->penalty_minor + record->refund_minor;
    } else {
      kept += record->booking.prepaid_minor;
    }
    EXPECT_TRUE(state == State::NoShow || record->penalty_minor == 0);
    const bool counts = domain::HoldsSeat(state) || state == State::Done;
    if (!counts) return;
    if (!record->quota.empty()) ++in_contract;
    if (domain::HoldsSeat(state)) ++holders[record->slot_id];
    if (record->substitute_for.empty() && state != State::Offered) {
      ++of_doctor_and_day[record->patient_id + record->service_id + record->doctor_id +
                          ToLocalDate(record->booking.start, zone)];
    }
    if (record->is_added) ++added[record->slot_id.substr(0, 4)];
  });
  EXPECT_EQ(doubled, 0);
  EXPECT_GT(bookings, acts / 100);
  EXPECT_EQ(prepaid, paid);
  EXPECT_EQ(settled + kept, prepaid) << "money is somewhere, and only once";
  EXPECT_EQ(FindContract(*store, "unit:acme")->used, in_contract);
  EXPECT_LE(in_contract, 25);
  int slots = 0;
  std::map<std::string, int> added_seats;
  SearchAll("Slot", [&](const Json& slot) {
    ++slots;
    const std::string& id = slot["id"].AsString();
    const std::string& status = slot["status"].AsString();
    const int holds = holders.contains(id) ? holders[id] : 0;
    EXPECT_LE(holds, 1) << id;
    const bool is_held = status == "busy" || status == "busy-tentative";
    // A visit that took place leaves its seat busy.
    EXPECT_TRUE(holds == 0 || is_held) << id << " " << status;
    const bool added_one = slot["overbooked"].AsBoolean();
    if (added_one && is_held) ++added_seats[fhir::ReferencedId(slot["schedule"], "Schedule")];
    if (added_one) --slots;
  });
  EXPECT_EQ(slots, kDoctors * 3 * kSeats);
  for (const auto& [schedule, count] : added_seats) EXPECT_LE(count, 5) << schedule;
  for (const auto& [key, count] : of_doctor_and_day) EXPECT_LE(count, 1) << key;
  const auto report =
      ReportChannels(*store, *ParseDate("2026-03-10"), *ParseDate("2026-03-12"), zone);
  ASSERT_TRUE(report);
  int sum = 0;
  for (const ChannelLine& line : report->lines) sum += line.Total();
  EXPECT_EQ(sum, report->total);
}

}  // namespace
}  // namespace yizhan::hospital
