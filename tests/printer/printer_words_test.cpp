#include "printer/ipp/printer_words.h"

#include <gtest/gtest.h>

#include <memory>

namespace yizhan::printer {
namespace {

struct DeleteIpp {
  void operator()(ipp_t* message) const { ippDelete(message); }
};
using Message = std::unique_ptr<ipp_t, DeleteIpp>;

DeviceStatus With(std::string_view reason) {
  DeviceStatus status;
  AddReason(status, reason);
  return status;
}

TEST(PrinterWordsTest, EverySeverityOfATroubleIsTheSameTrouble) {
  for (const char* suffix : {"", "-error", "-warning", "-report"}) {
    EXPECT_TRUE(With(std::string("media-empty") + suffix).paper_out);
    EXPECT_TRUE(With(std::string("media-needed") + suffix).paper_out);
    EXPECT_TRUE(With(std::string("media-jam") + suffix).jam);
    EXPECT_TRUE(With(std::string("cover-open") + suffix).cover_open);
    EXPECT_TRUE(With(std::string("door-open") + suffix).cover_open);
    EXPECT_TRUE(With(std::string("offline") + suffix).other_trouble);
  }
}

TEST(PrinterWordsTest, LowSuppliesDoNotStopAPrinter) {
  EXPECT_TRUE(With("media-low-warning").paper_low);
  EXPECT_TRUE(With("toner-low-report").toner_low);
  EXPECT_TRUE(With("marker-supply-low-warning").toner_low);
  EXPECT_FALSE(With("toner-low-report").StandsStill());
}

TEST(PrinterWordsTest, UnknownWordsStopItOnlyWhenTheyAreErrors) {
  EXPECT_EQ(With("none"), DeviceStatus{});
  EXPECT_EQ(With("cups-waiting-for-job-completed"), DeviceStatus{});
  EXPECT_EQ(With("fuser-warming-report"), DeviceStatus{});
  EXPECT_TRUE(With("lamp-failure-error").other_trouble);
  EXPECT_EQ(With(""), DeviceStatus{});
}

TEST(PrinterWordsTest, AStoppedPrinterStandsStillWhateverItSays) {
  const Message answer(ippNew());
  ippAddInteger(answer.get(), IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state", IPP_PSTATE_STOPPED);
  EXPECT_TRUE(ReadDeviceStatus(answer.get()).StandsStill());
}

TEST(PrinterWordsTest, APrinterThatTakesNoJobsIsBusy) {
  const Message answer(ippNew());
  ippAddInteger(answer.get(), IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state", IPP_PSTATE_IDLE);
  EXPECT_FALSE(ReadDeviceStatus(answer.get()).busy);
  ippAddBoolean(answer.get(), IPP_TAG_PRINTER, "printer-is-accepting-jobs", 0);
  EXPECT_TRUE(ReadDeviceStatus(answer.get()).busy);
}

TEST(PrinterWordsTest, ImpressionsThatAreNotTheirOwnNumberAreUnknown) {
  const Message answer(ippNew());
  EXPECT_EQ(ReadJobStatus(answer.get()).impressions, -1);
  ippAddOutOfBand(answer.get(), IPP_TAG_JOB, IPP_TAG_NOVALUE, "job-impressions-completed");
  EXPECT_EQ(ReadJobStatus(answer.get()).impressions, -1);
  EXPECT_EQ(ReadJobStatus(answer.get()).name, "");
}

TEST(PrinterWordsTest, AJobThatWaitsForItsDocumentIsIncomplete) {
  for (const char* reason : {"job-incoming", "job-data-insufficient"}) {
    const Message answer(ippNew());
    ippAddInteger(answer.get(), IPP_TAG_JOB, IPP_TAG_ENUM, "job-state", IPP_JSTATE_HELD);
    ippAddString(answer.get(), IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-state-reasons", nullptr, reason);
    const JobStatus status = ReadJobStatus(answer.get());
    EXPECT_TRUE(status.incomplete);
    EXPECT_EQ(status.state, JobStatus::State::Waiting);
  }
}

void AddJob(ipp_t* answer, int id, const char* name, bool name_first) {
  if (ippFirstAttribute(answer) != nullptr) ippAddSeparator(answer);
  if (name_first) ippAddString(answer, IPP_TAG_JOB, IPP_TAG_NAME, "job-name", nullptr, name);
  ippAddInteger(answer, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-id", id);
  if (!name_first) ippAddString(answer, IPP_TAG_JOB, IPP_TAG_NAME, "job-name", nullptr, name);
}

TEST(PrinterWordsTest, AJobIsFoundByItsNameInAnyOrderOfAttributes) {
  for (const bool name_first : {false, true}) {
    const Message answer(ippNew());
    AddJob(answer.get(), 3, "YZ-a-a1", name_first);
    AddJob(answer.get(), 4, "YZ-b-a1", name_first);
    AddJob(answer.get(), 5, "YZ-c-a1", name_first);
    EXPECT_EQ(FindJobNamed(answer.get(), "YZ-a-a1"), 3);
    EXPECT_EQ(FindJobNamed(answer.get(), "YZ-b-a1"), 4);
    EXPECT_EQ(FindJobNamed(answer.get(), "YZ-c-a1"), 5);
    EXPECT_EQ(FindJobNamed(answer.get(), "YZ-b"), std::nullopt);
  }
  const Message empty(ippNew());
  EXPECT_EQ(FindJobNamed(empty.get(), "YZ-a-a1"), std::nullopt);
}

TEST(PrinterWordsTest, RefusalsSayWhetherWaitingHelps) {
  EXPECT_EQ(RefusalOf(IPP_STATUS_ERROR_BUSY).code, ErrorCode::Busy);
  EXPECT_EQ(RefusalOf(IPP_STATUS_ERROR_NOT_FOUND).code, ErrorCode::NotFound);
  EXPECT_EQ(RefusalOf(IPP_STATUS_ERROR_INTERNAL).code, ErrorCode::Timeout);
  EXPECT_EQ(RefusalOf(IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES).code, ErrorCode::Refused);
}

}  // namespace
}  // namespace yizhan::printer
