#include "backend/server/configuration.h"

#include <gtest/gtest.h>

#include "tests/support/documented_file.h"

namespace yizhan::server {
namespace {

constexpr const char* kDocumented = "deploy/hospital.toml";

std::string Documented() { return test::WholeFile(kDocumented); }

std::string With(const std::string& from, const std::string& to) {
  return test::WholeFileWith(kDocumented, from, to);
}

TEST(ConfigurationTest, TheDocumentedFileIsAccepted) {
  auto configuration = ParseConfiguration(Documented(), "hospital.toml");
  ASSERT_TRUE(configuration) << configuration.error().detail;
  EXPECT_TRUE(Settle(*configuration)) << Settle(*configuration).error().detail;
  EXPECT_EQ(configuration->http.address, "0.0.0.0");
  EXPECT_EQ(configuration->http.port, 8443);
  EXPECT_EQ(configuration->http.max_connections_per_address, 256U);
  EXPECT_EQ(configuration->metrics.listen, "127.0.0.1:9464");
  EXPECT_EQ(configuration->http.certificate_file, "/var/lib/yizhan-hospital/security/server.pem");
  EXPECT_EQ(configuration->http.client_certificate, ClientCertificate::Optional);
}

TEST(ConfigurationTest, AnEmptyFileHasTheDocumentedDefaults) {
  const auto empty = ParseConfiguration("", "hospital.toml");
  const auto documented = ParseConfiguration(Documented(), "hospital.toml");
  ASSERT_TRUE(empty && documented);
  EXPECT_EQ(empty->http.max_connections, documented->http.max_connections);
  EXPECT_EQ(empty->http.max_body_bytes, documented->http.max_body_bytes);
  EXPECT_EQ(empty->http.max_header_bytes, documented->http.max_header_bytes);
  EXPECT_EQ(empty->http.head_timeout, documented->http.head_timeout);
  EXPECT_EQ(empty->http.handler_threads, documented->http.handler_threads);
  EXPECT_EQ(empty->rules.queues.order.recall_interval,
            documented->rules.queues.order.recall_interval);
  EXPECT_EQ(empty->rules.check_in.late_after_start, documented->rules.check_in.late_after_start);
  EXPECT_FALSE(empty->open);
}

struct BadCase {
  const char* from;
  const char* to;
  const char* says;
};

class BadConfigurationTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadConfigurationTest, IsRefusedAndTheKeyIsNamed) {
  const auto [from, to, says] = GetParam();
  auto configuration = ParseConfiguration(With(from, to), "hospital.toml");
  Status status;
  if (configuration) {
    status = Settle(*configuration);
  } else {
    status = tl::unexpected<Error>(configuration.error());
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::BadData);
  EXPECT_NE(status.error().detail.find(says), std::string::npos) << status.error().detail;
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Keys, BadConfigurationTest, testing::Values(
    BadCase{"open = false", "opened = false", "server.opened is not known"},
    BadCase{"open = false", "open = 0", "server.open must be true or false"},
    BadCase{"open = false", "open = true", "loopback"},
    BadCase{"listen = \"0.0.0.0:8443\"", "listen = \"8443\"", "listen address must be ADDRESS:PORT"},
    BadCase{"listen = \"0.0.0.0:8443\"", "listen = \"0.0.0.0:84430\"", "ADDRESS:PORT"},
    BadCase{"listen = \"0.0.0.0:8443\"", "listen = \"0.0.0.0:84x\"", "ADDRESS:PORT"},
    BadCase{"max_connections = 4096", "max_connections = 4", "server.max_connections must be a whole number from 16"},
    BadCase{"max_body_mib = 8", "max_body_mib = 1e9", "server.max_body_mib"},
    BadCase{"key_file = \"\"", "key_fil = \"\"", "tls.key_fil is not known"},
    BadCase{"key_file = \"\"", "key_file = \"/etc/yizhan/hospital.key\"", "belong together"},
    BadCase{"public_url = \"\"", "public_url = \"http://h.example\"", "access.public_url must begin"},
    BadCase{"idle_minutes = 30", "idle_minutes = 0", "access.idle_minutes"},
    BadCase{"folder = \"/var/lib/yizhan-hospital\"", "folder = \"\"", "store.folder"},
    BadCase{"utc_offset_minutes = 480", "utc_offset_minutes = \"+8\"", "hospital.utc_offset_minutes"},
    BadCase{"[metrics]\nlisten = \"127.0.0.1:9464\"", "[metrics]\nlisten = \"0.0.0.0:9464\"", "metrics.listen must be a loopback"},
    BadCase{"# [booking.department.cardiology]", "[booking.department.eye]\nmost_per_day = 1", "booking.department.eye.most_per_day is not known"},
    BadCase{"added_numbers_per_session = 5", "department = 5", "booking.department must be a table"},
    BadCase{"added_numbers_per_session = 5", "department.eye = 5", "booking.department.eye must be a table"},
    BadCase{"resell_after_most_minutes = 120", "resell_after_most_minutes = 30", "resell_after_most_minutes must not be less"},
    BadCase{"[metrics]", "[figures]", "figures is not known"},
    BadCase{"\nurl = \"\"", "\nurl = \"pay.example\"", "payment.url must be http(s)"},
    BadCase{"\nurl = \"\"", "\nurl = \"https://pay.example\"", "payment.merchant is missing"},
    BadCase{"[store]", "[store", "hospital.toml:"}));
// clang-format on

TEST(ConfigurationTest, F22_TheDemonstrationHasAPenaltyAndAPublicHospitalHasNone) {
  const auto percent = [](const std::string& text) {
    const auto read = ParseConfiguration(text, "hospital.toml");
    return read ? read->rules.booking.policy.penalty_percent : -1;
  };
  EXPECT_EQ(percent(""), 20);
  EXPECT_EQ(percent("[booking]\nprofile = \"public\""), 0);
  EXPECT_EQ(percent("[booking]\nprofile = \"public\"\npenalty_percent = 5"), 5);
  EXPECT_EQ(percent("[booking]\nprofile = \"private\""), -1);
  EXPECT_EQ(percent("[messages]\nsms_gateway = \"sms.example\""), -1);
}

TEST(ConfigurationTest, F18_ADepartmentsOwnNumbersTakeThePlaceOfTheHospitals) {
  using std::chrono::minutes;
  const auto read = ParseConfiguration(
      "[check_in]\nlate_after_minutes = 25\n[booking]\nlock_minutes = 8\nlapses_at_minute = 660\n"
      "[booking.department.eye]\nlate_after_minutes = 40\narrive_before_minutes = 10\n"
      "penalty_percent = 7\nlapses_at_minute = -1\n[booking.department.ent]\noffer_minutes = 3\n",
      "hospital.toml");
  ASSERT_TRUE(read) << read.error().detail;
  const auto& departments = read->rules.booking.by_service;
  ASSERT_EQ(departments.size(), 2U);
  const domain::BookingPolicy& eye = departments.at("eye");
  EXPECT_EQ(eye.check_in.late_after_start, minutes(40));
  EXPECT_EQ(eye.check_in.arrive_before_start, minutes(10));
  EXPECT_EQ(eye.penalty_percent, 7);
  EXPECT_EQ(eye.lock_for, minutes(8)) << "the hospital's";
  EXPECT_FALSE(eye.lapses_at_time_of_day);
  const domain::BookingPolicy& ent = departments.at("ent");
  EXPECT_EQ(ent.offer_for, minutes(3));
  EXPECT_EQ(ent.check_in.late_after_start, minutes(25));
  EXPECT_EQ(ent.lapses_at_time_of_day, minutes(660));
  EXPECT_EQ(read->rules.booking.policy.penalty_percent, 20);
}

TEST(ConfigurationTest, AFileThatIsMissingIsRefused) {
  EXPECT_EQ(LoadConfiguration("no/such/file.toml").error().code, ErrorCode::NotFound);
}

TEST(ConfigurationTest, AddressesOfBothKindsAreRead) {
  EXPECT_EQ(ParseEndpoint("[::1]:80", "x")->address, "::1");
  EXPECT_EQ(ParseEndpoint("[::1]:80", "x")->Text(), "[::1]:80");
  EXPECT_TRUE(ParseEndpoint("[::1]:80", "x")->IsLoopback());
  EXPECT_FALSE(ParseEndpoint("10.0.0.1:0", "x")->IsLoopback());
  for (const char* bad : {"", ":80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:-1", "1.2.3.4: 1"}) {
    EXPECT_FALSE(ParseEndpoint(bad, "x")) << bad;
  }
}

}  // namespace
}  // namespace yizhan::server
