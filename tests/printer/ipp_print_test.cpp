/// \file
/// The whole way of a page against a real IPP printer program with scripted trouble. The rig's
/// pile is the truth about paper.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "base/unique_fd.h"
#include "offline-store/print_ledger_table.h"
#include "printer/ipp/ipp_device.h"
#include "printer/printer.h"
#include "tests/offline-store/store_fixture.h"
#include "tests/printer/recorded_events.h"
#include "tests/rig/rig_client.h"

namespace yizhan::printer {
namespace {

using domain::PrintState;
using rig::WaitUntil;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::RecordedEvents;
using testing::Contains;
using testing::Not;
using Kind = PrintEvent::Kind;

PrintOrder Order(const std::string& id, int pages = 1) {
  std::string pdf = "%PDF-1.4\n";
  for (int i = 0; i < pages; ++i) pdf += "<</Type /Page>>\n";
  return {
      .record_id = id,
      .copy = 1,
      .document = {
          .pdf = pdf, .pages = pages, .width_hundredths_mm = 8000, .height_hundredths_mm = 9123}};
}

class IppPrintTest : public testing::Test {
 protected:
  void SetUp() override {
    auto rig = rig::RigProcess::Start();
    ASSERT_TRUE(rig) << rig.error().detail;
    rig_.emplace(std::move(*rig));
    options_.name = "slips";
    options_.limits.poll = milliseconds(20);
    options_.limits.first_back_off = milliseconds(20);
    options_.limits.abandon_limit = seconds(2);
    options_.health_poll = milliseconds(50);
  }

  void StartService() {
    auto device = OpenIppDevice({.uri = rig_->PrinterUri(), .certificate_sha256 = ""});
    ASSERT_TRUE(device);
    service_ = std::make_unique<PrintService>(options_, std::move(*device), ledger_, SystemClock(),
                                              events_.Listener());
  }
  void Ask(const std::string& what) {
    const auto answer = rig_->Ask("printer " + what);
    ASSERT_TRUE(answer) << answer.error().detail;
  }
  PrintState StateOf(const std::string& id) {
    const auto record = ledger_.Find(id);
    return record ? record->state : PrintState::Ready;
  }

  const offline::test::TemporaryDirectory directory_;
  const std::unique_ptr<offline::Database> database_ =
      offline::test::OpenStore(directory_.File("store.db"));
  offline::PrintLedgerTable ledger_{*database_};
  RecordedEvents events_;
  PrintServiceOptions options_;
  std::optional<rig::RigProcess> rig_;
  std::unique_ptr<PrintService> service_;
};

TEST_F(IppPrintTest, APageComesOutOnceUnderANameThatSaysNothing) {
  StartService();
  ASSERT_TRUE(service_->Submit(Order("f47ac10b-58cc")));
  ASSERT_TRUE(events_.WaitFor("f47ac10b-58cc", Kind::Printed));
  const auto printed = rig_->Printed();
  ASSERT_EQ(printed.size(), 1U);
  EXPECT_EQ(printed[0].name, "YZ-f47ac10b-a1");
  EXPECT_EQ(offline::test::ReadFile(printed[0].path), Order("x").document.pdf);
  EXPECT_EQ(StateOf("f47ac10b-58cc"), PrintState::Printed);
}

TEST_F(IppPrintTest, AnEmptyRollIsToldAndRefillingItPrintsOnce) {
  Ask("paper-out");
  StartService();
  ASSERT_TRUE(service_->Submit(Order("page-1")));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::PaperOut));
  EXPECT_TRUE(rig_->Pages().empty());
  Ask("ok");
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Printed));
  EXPECT_EQ(rig_->Pages().size(), 1U);
}

TEST_F(IppPrintTest, AJamIsToldAndClearingItPrintsOnce) {
  Ask("jam");
  StartService();
  ASSERT_TRUE(service_->Submit(Order("page-1", 2)));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Jam));
  Ask("ok");
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Printed));
  EXPECT_EQ(rig_->Pages().size(), 2U);
}

TEST_F(IppPrintTest, AnAbortIsTriedAgainAFewTimesAndThenToldAsFailed) {
  Ask("abort");
  StartService();
  ASSERT_TRUE(service_->Submit(Order("page-1")));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Failed));
  EXPECT_EQ(ledger_.Find("page-1")->attempt, 3);
  Ask("ok");
  ASSERT_TRUE(service_->Submit(Order("page-2")));
  ASSERT_TRUE(events_.WaitFor("page-2", Kind::Printed));
  EXPECT_EQ(rig_->Pages().size(), 1U);
}

TEST_F(IppPrintTest, APowerCutInMidPageMakesItUncertainAndPrintsNothingMore) {
  Ask("jam");
  StartService();
  ASSERT_TRUE(service_->Submit(Order("page-1")));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Jam));
  Ask("off");
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::PrinterAway));
  Ask("ok");
  Ask("on");
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Uncertain));
  // The next page gets the same job id and is not mistaken for the lost one.
  ASSERT_TRUE(service_->Submit(Order("page-2")));
  ASSERT_TRUE(events_.WaitFor("page-2", Kind::Printed));
  EXPECT_EQ(rig_->Pages().size(), 1U);
  EXPECT_EQ(ledger_.Find("page-1")->job_id, ledger_.Find("page-2")->job_id);
}

TEST_F(IppPrintTest, APrinterSwitchedOffIsToldAndPrintsOnceWhenItIsBack) {
  Ask("off");
  StartService();
  ASSERT_TRUE(service_->Submit(Order("page-1")));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::PrinterAway));
  Ask("on");
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Printed));
  EXPECT_EQ(rig_->Pages().size(), 1U);
}

TEST_F(IppPrintTest, AnAbandonedPageInAJamIsNeverCalledPrintedAndTheNextOneWaits) {
  Ask("jam");
  StartService();
  ASSERT_TRUE(service_->Submit(Order("page-1")));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Jam));
  service_->Abandon("page-1");
  ASSERT_TRUE(service_->Submit(Order("page-2")));
  ASSERT_TRUE(events_.WaitFor("page-2", Kind::Jam));
  ASSERT_TRUE(events_.WaitFor("page-1", Kind::Uncertain)) << "the printer does not end the job";
  Ask("ok");
  ASSERT_TRUE(events_.WaitFor("page-2", Kind::Printed));
  EXPECT_THAT(events_.Of("page-1"), Not(Contains(Kind::Printed)));
  EXPECT_LE(rig_->Pages().size(), 2U);
}

TEST_F(IppPrintTest, ManyPagesComeOutInOrderOnceEach) {
  StartService();
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(service_->Submit(Order("page-" + std::to_string(100 + i))));
  }
  ASSERT_TRUE(events_.WaitFor("page-111", Kind::Printed));
  const auto printed = rig_->Printed();
  ASSERT_EQ(printed.size(), 12U);
  for (std::size_t i = 0; i < printed.size(); ++i) {
    EXPECT_EQ(printed[i].name, "YZ-page-" + std::to_string(100 + i) + "-a1");
  }
}

TEST_F(IppPrintTest, APaperSizeThePrinterLacksIsRefusedAndToldAsFailed) {
  StartService();
  PrintOrder order = Order("page-1");
  order.document.width_hundredths_mm = 4321;
  ASSERT_TRUE(service_->Submit(std::move(order)));
  EXPECT_TRUE(events_.WaitFor("page-1", Kind::Failed));
  EXPECT_TRUE(rig_->Pages().empty());
}

TEST_F(IppPrintTest, HealthFollowsThePrinter) {
  StartService();
  EXPECT_TRUE(events_.WaitForHealth([](const PrinterHealth& h) { return h.Ready(); }));
  Ask("off");
  EXPECT_TRUE(events_.WaitForHealth([](const PrinterHealth& h) { return !h.reachable; }));
  Ask("on");
  EXPECT_TRUE(events_.WaitForHealth([](const PrinterHealth& h) { return h.Ready(); }));
}

TEST_F(IppPrintTest, APinnedCertificateKeepsStrangersOut) {
  std::string uri = rig_->PrinterUri();
  uri.replace(0, 3, "ipps");
  auto any = OpenIppDevice({.uri = uri, .certificate_sha256 = ""});
  ASSERT_TRUE(any);
  const auto open = (*any)->Status();
  EXPECT_TRUE(open) << open.error().detail;
  auto pinned = OpenIppDevice({.uri = uri, .certificate_sha256 = std::string(64, '0')});
  ASSERT_TRUE(pinned);
  const auto refused = (*pinned)->Status();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unreachable);
}

TEST(IppDeviceTest, AddressesThatAreNoPrintersAreRefused) {
  for (const char* uri : {"", "printer", "http://host/x", "ipp://", "file:///etc/passwd",
                          "ipp:///path", "socket://host:9100"}) {
    const auto device = OpenIppDevice({.uri = uri, .certificate_sha256 = ""});
    ASSERT_FALSE(device) << uri;
    EXPECT_EQ(device.error().code, ErrorCode::BadData);
  }
  EXPECT_FALSE(OpenIppDevice({.uri = "ipp://h/p", .certificate_sha256 = std::string(64, '0')}));
  EXPECT_FALSE(OpenIppDevice({.uri = "ipps://h/p", .certificate_sha256 = "12"}));
}

/// Accepts connections and never says a word.
class SilentPrinter {
 public:
  SilentPrinter() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_.Get(), generic, length), 0);
    EXPECT_EQ(::listen(socket_.Get(), 8), 0);
    EXPECT_EQ(::getsockname(socket_.Get(), generic, &length), 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::string Uri() const {
    return "ipp://127.0.0.1:" + std::to_string(port_) + "/ipp/print";
  }
  /// Waits for a client and keeps the connection open. False: nobody came.
  [[nodiscard]] bool WaitForClient() {
    client_.Reset(::accept(socket_.Get(), nullptr, nullptr));
    return static_cast<bool>(client_);
  }

 private:
  UniqueFd socket_;
  UniqueFd client_;
  int port_ = 0;
};

TEST(IppDeviceTest, ASilentPrinterDoesNotHoldUpTheStop) {
  SilentPrinter printer;
  const offline::test::TemporaryDirectory directory;
  const auto database = offline::test::OpenStore(directory.File("store.db"));
  offline::PrintLedgerTable ledger(*database);
  auto device = OpenIppDevice({.uri = printer.Uri(), .certificate_sha256 = ""});
  ASSERT_TRUE(device);
  PrintService service({.name = "slips", .limits = {}}, std::move(*device), ledger, SystemClock(),
                       {});
  ASSERT_TRUE(printer.WaitForClient());
  const auto before = SystemClock().Monotonic();
  service.Stop();
  EXPECT_LT(SystemClock().Monotonic() - before, seconds(2));
}

TEST(IppDeviceTest, ASilentPrinterIsAway) {
  SilentPrinter printer;
  auto device = OpenIppDevice(
      {.uri = printer.Uri(), .certificate_sha256 = "", .answer_timeout = milliseconds(600)});
  ASSERT_TRUE(device);
  const auto status = (*device)->Status();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::Unreachable);
}

}  // namespace
}  // namespace yizhan::printer
