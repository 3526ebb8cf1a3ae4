/// \file
/// A lobby in which patients lay down cards: what the tests of the terminal share.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/e2e/world.h"

namespace yizhan::e2e {

#define ASSERT_OK(expression)                                                                      \
  do {                                                                                             \
    const auto& outcome = (expression);                                                            \
    ASSERT_TRUE(outcome.has_value()) << outcome.error().detail << "\n--- the terminal's log ---\n" \
                                     << world_->KioskLog();                                        \
  } while (false)

/// One lobby serves all tests of a file, in their order.
class LobbyTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string dir = std::filesystem::temp_directory_path() / "yizhan-e2e-XXXXXX";
    ASSERT_NE(::mkdtemp(dir.data()), nullptr);
    dir_ = dir;
    auto world = World::Start({.dir = dir_, .legacy_uid = true});
    ASSERT_TRUE(world) << world.error().detail;
    world_ = world->release();
  }
  static void TearDownTestSuite() {
    delete world_;
    std::error_code error;
    std::filesystem::remove_all(dir_, error);
  }

  void SetUp() override {
    ASSERT_NE(world_, nullptr);
    ASSERT_OK(world_->AwaitOffline(false));
    ASSERT_OK(world_->Await("idle", "请刷就诊卡"));
  }
  void TearDown() override {
    static_cast<void>(world_->Rig().Ask("printer ok"));
    static_cast<void>(world_->RemoveCard());
    static_cast<void>(world_->Await("idle"));
  }

  /// Lays down the card of the `nth` person of this kind.
  static void LayDown(const std::string& kind, int nth = 0) {
    const auto number = PersonaCard(kind, nth);
    ASSERT_OK(number);
    number_ = *number;
    const auto card = world_->CardOf(number_);
    ASSERT_OK(card);
    ASSERT_OK(world_->Present(*card));
  }
  static std::size_t Pages() { return world_->Rig().Pages().size(); }

  static inline World* world_ = nullptr;
  static inline std::string dir_;
  static inline std::string number_;  ///< Card number of the last LayDown.
};

}  // namespace yizhan::e2e
