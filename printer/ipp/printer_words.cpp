#include "printer/ipp/printer_words.h"

#include <cstring>

namespace yizhan::printer {
namespace {

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  for (const std::string_view candidate : words) {
    if (word == candidate) return true;
  }
  return false;
}

int Integer(ipp_t* answer, const char* name, int otherwise) {
  ipp_attribute_t* attribute = ippFindAttribute(answer, name, IPP_TAG_ZERO);
  if (attribute == nullptr) return otherwise;
  const ipp_tag_t tag = ippGetValueTag(attribute);
  // Out-of-band values ("unknown", "no-value") are no numbers.
  if (tag != IPP_TAG_INTEGER && tag != IPP_TAG_ENUM) return otherwise;
  return ippGetInteger(attribute, 0);
}

const char* Text(ipp_attribute_t* attribute, int index) {
  const char* text = attribute == nullptr ? nullptr : ippGetString(attribute, index, nullptr);
  return text == nullptr ? "" : text;
}

JobStatus::State StateOf(int ipp_state) {
  switch (ipp_state) {
    case IPP_JSTATE_PROCESSING: return JobStatus::State::Printing;
    case IPP_JSTATE_STOPPED: return JobStatus::State::Stopped;
    case IPP_JSTATE_CANCELED: return JobStatus::State::Cancelled;
    case IPP_JSTATE_ABORTED: return JobStatus::State::Aborted;
    case IPP_JSTATE_COMPLETED: return JobStatus::State::Completed;
    default: return JobStatus::State::Waiting;
  }
}

}  // namespace

std::string_view WithoutSeverity(std::string_view reason) {
  for (const std::string_view suffix : {"-error", "-warning", "-report"}) {
    if (reason.ends_with(suffix)) return reason.substr(0, reason.size() - suffix.size());
  }
  return reason;
}

void AddReason(DeviceStatus& status, std::string_view reason) {
  const std::string_view word = WithoutSeverity(reason);
  if (IsOneOf(word, {"media-empty", "media-needed", "input-tray-missing"})) {
    status.paper_out = true;
  } else if (word == "media-jam") {
    status.jam = true;
  } else if (IsOneOf(word, {"cover-open", "door-open", "interlock-open"})) {
    status.cover_open = true;
  } else if (word == "media-low") {
    status.paper_low = true;
  } else if (IsOneOf(word, {"toner-low", "marker-supply-low"})) {
    status.toner_low = true;
  } else if (IsOneOf(word, {"toner-empty", "marker-supply-empty", "output-area-full", "offline",
                            "shutdown", "paused", "stopped-partly", "marker-waste-full"}) ||
             (reason.ends_with("-error") && word != "none")) {
    status.other_trouble = true;
  }
}

DeviceStatus ReadDeviceStatus(ipp_t* answer) {
  DeviceStatus status;
  const int state = Integer(answer, "printer-state", IPP_PSTATE_IDLE);
  ipp_attribute_t* accepting =
      ippFindAttribute(answer, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);
  status.busy =
      state == IPP_PSTATE_PROCESSING || (accepting != nullptr && ippGetBoolean(accepting, 0) == 0);
  ipp_attribute_t* reasons = ippFindAttribute(answer, "printer-state-reasons", IPP_TAG_ZERO);
  for (int i = 0; i < ippGetCount(reasons); ++i) AddReason(status, Text(reasons, i));
  // Stopped without a reason we know is still stopped.
  if (state == IPP_PSTATE_STOPPED && !status.StandsStill()) status.other_trouble = true;
  return status;
}

JobStatus ReadJobStatus(ipp_t* answer) {
  JobStatus status;
  status.name = Text(ippFindAttribute(answer, "job-name", IPP_TAG_ZERO), 0);
  status.state = StateOf(Integer(answer, "job-state", 0));
  status.impressions = Integer(answer, "job-impressions-completed", -1);
  ipp_attribute_t* reasons = ippFindAttribute(answer, "job-state-reasons", IPP_TAG_ZERO);
  for (int i = 0; i < ippGetCount(reasons); ++i) {
    if (IsOneOf(Text(reasons, i), {"job-incoming", "job-data-insufficient"})) {
      status.incomplete = true;
    }
  }
  return status;
}

std::optional<int> FindJobNamed(ipp_t* answer, const std::string& name) {
  // Jobs are groups of attributes, separated by a nameless one; the order inside is free.
  int id = 0;
  bool named = false;
  for (ipp_attribute_t* attribute = ippFirstAttribute(answer);;
       attribute = ippNextAttribute(answer)) {
    const char* word = attribute == nullptr ? nullptr : ippGetName(attribute);
    if (word == nullptr) {
      if (named && id > 0) return id;
      if (attribute == nullptr) return std::nullopt;
      id = 0;
      named = false;
    } else if (std::strcmp(word, "job-id") == 0) {
      id = ippGetInteger(attribute, 0);
    } else if (std::strcmp(word, "job-name") == 0) {
      named = name == Text(attribute, 0);
    }
  }
}

Error RefusalOf(ipp_status_t status) {
  std::string detail = "printer: ipp status " + std::to_string(static_cast<int>(status));
  switch (status) {
    case IPP_STATUS_ERROR_BUSY:
    case IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS:
    case IPP_STATUS_ERROR_SERVICE_UNAVAILABLE:
    case IPP_STATUS_ERROR_TOO_MANY_JOBS: return {ErrorCode::Busy, std::move(detail)};
    case IPP_STATUS_ERROR_NOT_FOUND:
    case IPP_STATUS_ERROR_GONE: return {ErrorCode::NotFound, std::move(detail)};
    case IPP_STATUS_ERROR_INTERNAL:
    case IPP_STATUS_ERROR_DEVICE:
    case IPP_STATUS_ERROR_TEMPORARY:
    case IPP_STATUS_ERROR_JOB_CANCELED: return {ErrorCode::Timeout, std::move(detail)};
    default: return {ErrorCode::Refused, std::move(detail)};
  }
}

}  // namespace yizhan::printer
