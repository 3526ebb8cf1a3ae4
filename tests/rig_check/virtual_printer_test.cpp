// The virtual printer as a client sees it, with ipptool (of the same package) as the client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/rig/files.h"
#include "tests/rig/print_job.h"
#include "tests/rig/rig_client.h"

namespace yizhan::rig {
namespace {

constexpr std::string_view kTwoPages =
    "%PDF-1.4\n1 0 obj <</Type /Pages /Count 2>>\n2 0 obj <</Type /Page>>\n3 0 obj <</Type/Page >>";

constexpr std::string_view kPrintJob = R"({
  OPERATION Print-Job
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR language attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR name requesting-user-name kiosk
  ATTR name job-name "$name"
  ATTR mimeMediaType document-format application/pdf
  ATTR boolean ipp-attribute-fidelity true
  GROUP job-attributes-tag
  ATTR collection media-col {
    MEMBER collection media-size { MEMBER integer x-dimension $x MEMBER integer y-dimension $y } }
  FILE $filename
  STATUS successful-ok
})";

constexpr std::string_view kStatus = R"({
  OPERATION Get-Printer-Attributes
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR language attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR keyword requested-attributes printer-state,printer-state-reasons
  STATUS successful-ok
}
{
  OPERATION Get-Jobs
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR language attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR keyword which-jobs all
  ATTR keyword requested-attributes job-id,job-name,job-state,job-impressions-completed
})";

class VirtualPrinterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto rig = RigProcess::Start();
    ASSERT_TRUE(rig) << rig.error().detail;
    rig_.emplace(std::move(*rig));
    ASSERT_TRUE(WriteFile(rig_->Dir() + "/two.pdf", kTwoPages));
    ASSERT_TRUE(WriteFile(rig_->Dir() + "/print.test", kPrintJob));
    ASSERT_TRUE(WriteFile(rig_->Dir() + "/status.test", kStatus));
  }

  /// Runs ipptool and returns what it printed; `ok` tells whether the printer was content.
  std::string IppTool(std::vector<std::string> arguments, bool* ok = nullptr) {
    const std::string log = rig_->Dir() + "/ipptool.log";
    std::filesystem::remove(log);
    arguments.insert(arguments.begin(), "ipptool");
    auto tool = ChildProcess::Start(
        {.arguments = std::move(arguments), .environment = {}, .log_path = log});
    EXPECT_TRUE(tool);
    const int status = tool ? tool->Wait() : -1;
    if (ok != nullptr) *ok = status == 0;
    return ReadFile(log, 1U << 20).value_or("");
  }
  bool Print(const std::string& name, int width = 21000, int height = 29700) {
    bool ok = false;
    const std::string output =
        IppTool({"-tv", "-d", "name=" + name, "-d", "x=" + std::to_string(width), "-d",
                 "y=" + std::to_string(height), "-f", rig_->Dir() + "/two.pdf", rig_->PrinterUri(),
                 rig_->Dir() + "/print.test"},
                &ok);
    return ok;
  }
  bool PrinterSays(const std::string& words) {
    return WaitUntil([&] {
      return IppTool({"-tv", rig_->PrinterUri(), rig_->Dir() + "/status.test"}).find(words) !=
             std::string::npos;
    });
  }
  bool PagesAre(std::size_t count) {
    return WaitUntil([&] { return rig_->Pages().size() == count; });
  }

  std::optional<RigProcess> rig_;
};

TEST_F(VirtualPrinterTest, AnA4JobAndAReceiptComeOutOnce) {
  ASSERT_TRUE(Print("K1-a"));
  ASSERT_TRUE(WaitUntil([&] { return rig_->Printed().size() == 1; }));
  // The paper is out a moment before the printer is free for the next job.
  ASSERT_TRUE(PrinterSays("printer-state (enum) = idle"));
  ASSERT_TRUE(Print("K1-b", 8000, 9100));
  ASSERT_TRUE(WaitUntil([&] { return rig_->Printed().size() == 2; }));

  const auto printed = rig_->Printed();
  EXPECT_EQ(printed[0].name, "K1-a");
  EXPECT_EQ(printed[1].name, "K1-b");
  EXPECT_EQ(printed[0].pages, 2);
  EXPECT_EQ(ReadFile(printed[0].path, 1000).value(), kTwoPages);
  EXPECT_EQ(rig_->Pages().size(), 4U);
}

TEST_F(VirtualPrinterTest, APaperThatIsNotLoadedIsRefused) {
  EXPECT_FALSE(Print("K1-a", 5000, 9100));
  EXPECT_FALSE(Print("K1-a", 8000, 2000));
  EXPECT_TRUE(rig_->Pages().empty());
}

TEST_F(VirtualPrinterTest, AJamHoldsTheJobUntilItIsCleared) {
  ASSERT_TRUE(rig_->Ask("printer jam"));
  ASSERT_TRUE(Print("K1-a"));
  EXPECT_TRUE(PrinterSays("media-jam"));
  EXPECT_TRUE(rig_->Pages().empty());
  ASSERT_TRUE(rig_->Ask("printer paper-out"));
  EXPECT_TRUE(PrinterSays("media-empty"));
  EXPECT_TRUE(rig_->Pages().empty());
  ASSERT_TRUE(rig_->Ask("printer ok"));
  EXPECT_TRUE(PagesAre(2));
  EXPECT_TRUE(PrinterSays("job-state (enum) = completed"));
  EXPECT_TRUE(PrinterSays("printer-state-reasons (keyword) = none"));
}

TEST_F(VirtualPrinterTest, AnAbortedJobIsReportedAndLeavesNoPaper) {
  ASSERT_TRUE(rig_->Ask("printer abort"));
  ASSERT_TRUE(Print("K1-a"));
  EXPECT_TRUE(PrinterSays("job-state (enum) = aborted"));
  EXPECT_TRUE(rig_->Pages().empty());
  EXPECT_TRUE(rig_->Printed().empty());
}

TEST_F(VirtualPrinterTest, APowerCutForgetsTheJobAndNothingMoreComesOut) {
  const std::string uri = rig_->PrinterUri();
  ASSERT_TRUE(rig_->Ask("printer jam"));
  ASSERT_TRUE(Print("K1-a"));
  EXPECT_TRUE(PrinterSays("media-jam"));
  ASSERT_TRUE(rig_->Ask("printer off"));
  bool reachable = true;
  IppTool({"-t", uri, rig_->Dir() + "/status.test"}, &reachable);
  EXPECT_FALSE(reachable);
  ASSERT_TRUE(rig_->Ask("printer ok"));
  ASSERT_TRUE(rig_->Ask("printer on"));
  EXPECT_TRUE(PrinterSays("printer-state (enum) = idle"));
  EXPECT_TRUE(rig_->Pages().empty());

  ASSERT_TRUE(Print("K1-b"));
  EXPECT_TRUE(PagesAre(2));
  ASSERT_TRUE(WaitUntil([&] { return rig_->Printed().size() == 1; }));
  EXPECT_EQ(rig_->Printed()[0].name, "K1-b");
  EXPECT_EQ(rig_->PrinterUri(), uri);
}

TEST_F(VirtualPrinterTest, WordsItDoesNotKnowAreRefused) {
  EXPECT_FALSE(rig_->Ask("printer explode"));
  EXPECT_FALSE(rig_->Ask("printer"));
  EXPECT_FALSE(rig_->Ask(""));
  EXPECT_FALSE(rig_->Ask("dance"));
  EXPECT_THAT(rig_->Ask("printer status").value(), ::testing::HasSubstr("\"power\":\"on\""));
}

TEST(CountPagesTest, PagesAreCountedAndTreesAreNot) {
  EXPECT_EQ(CountPages(kTwoPages), 2);
  EXPECT_EQ(CountPages("%PDF-1.4 nothing"), 1);
  EXPECT_EQ(CountPages(""), 1);
  EXPECT_EQ(CountPages("\xff\xd8 a picture /Type /Page /Type /Page"), 1);
}

}  // namespace
}  // namespace yizhan::rig
