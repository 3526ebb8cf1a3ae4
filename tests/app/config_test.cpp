#include "kiosk/app/config.h"

#include <gtest/gtest.h>

#include "tests/support/documented_file.h"

namespace yizhan::app {
namespace {

constexpr const char* kDocumented = "deploy/kiosk.toml";

std::string Documented() { return test::WholeFile(kDocumented); }

std::string With(const std::string& from, const std::string& to) {
  return test::WholeFileWith(kDocumented, from, to);
}

TEST(ConfigTest, TheDocumentedFileIsAccepted) {
  const auto config = ParseConfig(Documented(), "kiosk.toml");
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->identity.terminal.Value(), "K3");
  EXPECT_EQ(config->terminal.cashier_place.en, "the cashier, floor 1");
  EXPECT_EQ(config->times.idle, std::chrono::seconds(120));
  EXPECT_FALSE(config->reader.legacy_uid);
  EXPECT_EQ(config->reader.keys.size(), 1U);
  EXPECT_TRUE(config->automation_socket.empty());
}

TEST(ConfigTest, PayingIsOfferedOnlyWhereAPlatformIsNamed) {
  const auto without = ParseConfig(Documented(), "kiosk.toml");
  ASSERT_TRUE(without) << without.error().detail;
  EXPECT_FALSE(without->terminal.can_pay);
  std::string text = With("url = \"\"   ", "url = \"https://pay.example/v1\"   ");
  const std::string nobody = "merchant = \"\"";
  text.replace(text.find(nobody), nobody.size(), "merchant = \"H001\"");
  const auto with = ParseConfig(text, "kiosk.toml");
  ASSERT_TRUE(with) << with.error().detail;
  EXPECT_TRUE(with->terminal.can_pay);
  EXPECT_EQ(with->payment.journal, "/var/lib/yizhan/payments.journal");
  EXPECT_TRUE(with->payment.platform.key.empty()) << "the secret is in no configuration";
}

struct BadCase {
  const char* from;
  const char* to;
  const char* says;
};

class BadConfigTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadConfigTest, IsRefusedAndTheKeyIsNamed) {
  const auto config = ParseConfig(With(GetParam().from, GetParam().to), "kiosk.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::BadData);
  EXPECT_NE(config.error().detail.find(GetParam().says), std::string::npos)
      << config.error().detail;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Keys, BadConfigTest, testing::Values(
    BadCase{"legacy_uid = false", "legacy_uids = true", "reader.legacy_uids is not known"},
    BadCase{"legacy_uid = false", "legacy_uid = \"no\"", "reader.legacy_uid must be true or false"},
    BadCase{"idle_seconds = 120", "idle_seconds = 5", "times.idle_seconds must be a whole number from 30"},
    BadCase{"idle_seconds = 120", "idle_seconds = 12.5", "times.idle_seconds"},
    BadCase{"warning_seconds = 20", "warning_seconds = 60\nidle_second = 1", "times.idle_second is not known"},
    BadCase{"url = \"\" ", "url = \"pay.example\" ", "payment.url must begin with https://"},
    BadCase{"url = \"\" ", "url = \"https://pay.example\" ", "payment.merchant is missing"},
    BadCase{"timeout_ms = 5000 ", "timeout_ms = 50 ", "payment.timeout_ms must be a whole number from 500"},
    BadCase{"merchant = \"\"", "secret = \"\"", "payment.secret is not known"},
    BadCase{"station = \"lobby\"", "station = \"roof\"", "terminal.station must be"},
    BadCase{"id = \"K3\"", "id = \"K 3\"", "terminal.id"},
    BadCase{"id = \"K3\"", "", "terminal.id is missing"},
    BadCase{"url = \"https", "url = \"ftp", "hospital.url"},
    BadCase{"8443/fhir\"", "8443/fhir/\"", "hospital.url must not end"},
    BadCase{"1 = \"d75a", "1 = \"", "reader.keys"},
    BadCase{"1 = \"d75a", "one = \"d75a", "reader.keys"},
    BadCase{"renderer = \"software\"", "renderer = \"vulkan\"", "display.renderer"},
    BadCase{"[automation]", "[remote]\nx = 1\n[automation]", "remote is not known"},
    BadCase{"diagonal_inches = 21.5", "diagonal_inches = nan", "display.diagonal_inches"},
    BadCase{"[store]", "[store", "kiosk.toml:"}));
// clang-format on

TEST(ConfigTest, AFileThatIsMissingOrHugeIsRefused) {
  EXPECT_EQ(LoadConfig("no/such/file.toml").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace yizhan::app
