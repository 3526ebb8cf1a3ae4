// Real processes: a terminal takes a fee at the rig's payment platform, and loses no money to a
// card that is taken away, to a power cut, or to a platform that is down.
#include <gtest/gtest.h>

#include <filesystem>

#include "backend/fhir/systems.h"
#include "tests/e2e/world.h"

namespace yizhan::e2e {
namespace {

using fhir::Json;

class PayingTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string name = (std::filesystem::temp_directory_path() / "yizhan-pay-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    dir_ = name;
    auto world = World::Start({.dir = dir_});
    ASSERT_TRUE(world) << world.error().detail;
    world_ = world->release();
  }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }

  void SetUp() override { ASSERT_NE(world_, nullptr); }
  void TearDown() override {
    static_cast<void>(world_->RemoveCard());
    static_cast<void>(world_->Await("idle"));
  }

  static void Tap(const char* item, const char* page, const char* text = "") {
    ASSERT_TRUE(world_->Terminal().Tap(item)) << item;
    const auto shown = world_->Await(page, text);
    ASSERT_TRUE(shown) << shown.error().detail;
  }
  /// The next person with nothing booked, up to the code on the screen.
  void ToCode(const char* page = "pay", const char* text = "微信") {
    const auto number = PersonaCard("free", persons_++);
    ASSERT_TRUE(number) << number.error().detail;
    const auto card = world_->CardOf(*number);
    ASSERT_TRUE(card && world_->Present(*card));
    person_ = *number;
    ASSERT_TRUE(world_->Await("trouble"));
    Tap("book", "choose-day");
    Tap("day-1", "choose-department");
    Tap("department-0", "choose-doctor");
    Tap("doctor-0", "choose-time");
    ASSERT_TRUE(world_->Terminal().TapFirst("time-"));
    ASSERT_TRUE(world_->Await("read-back"));
    Tap("prepay", page, text);
  }
  static std::string Ask(const std::string& words) {
    const auto answer = world_->Rig().Ask(words);
    EXPECT_TRUE(answer) << words;
    return answer.value_or("");
  }
  /// Status of this person's only appointment, as the hospital has it.
  std::string Booked() const {
    const auto found =
        world_->Get("fhir/Appointment?patient.identifier=" +
                    fhir::EncodeQuery(std::string(fhir::systems::kCardNumber) + "|" + person_));
    if (!found || (*found)["entry"].Items().size() != 1) return "not one";
    return (*found)["entry"][0]["resource"]["status"].AsString();
  }
  static bool Shows(const std::string& list, const std::string& words) {
    return list.find(words) != std::string::npos;
  }

  static World* world_;
  static std::string dir_;
  static int persons_;
  std::string person_;
};
World* PayingTest::world_ = nullptr;
std::string PayingTest::dir_;
int PayingTest::persons_ = 0;

TEST_F(PayingTest, F21_APatientScansPaysAndHoldsTheSlip) {
  ASSERT_NO_FATAL_FAILURE(ToCode());
  Ask("payment pay");
  const auto result = world_->Await("booking-result", "凭条已打印");
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(Booked(), "booked");
}

TEST_F(PayingTest, F21_WhoTakesTheCardWithoutPayingIsNotChargedAndKeepsNoSeat) {
  ASSERT_NO_FATAL_FAILURE(ToCode());
  ASSERT_TRUE(world_->RemoveCard());
  ASSERT_TRUE(rig::WaitUntil([&] { return Shows(Ask("payment list"), "closed"); }));
  EXPECT_EQ(Booked(), "cancelled");
  EXPECT_FALSE(world_->Rig().Ask("payment pay")) << "the code on the phone is dead";
}

TEST_F(PayingTest, F21_AfterAPowerCutWhatWasPaidIsBooked) {
  ASSERT_NO_FATAL_FAILURE(ToCode());
  world_->StopKiosk();
  Ask("payment pay");
  ASSERT_TRUE(world_->StartKiosk());
  ASSERT_TRUE(rig::WaitUntil([&] { return Booked() == "booked"; }));
}

TEST_F(PayingTest, F21_WithAPlatformThatDoesNotAnswerASentenceSaysThatNothingWasCharged) {
  Ask("payment fault failed 2");
  ASSERT_NO_FATAL_FAILURE(ToCode("pay", "没有扣款"));
  ASSERT_TRUE(world_->Terminal().Tap("home"));
  EXPECT_FALSE(world_->Rig().Ask("payment pay"));
}

}  // namespace
}  // namespace yizhan::e2e
