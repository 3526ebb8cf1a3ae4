#pragma once

#include <string>

#include "domain/care_desk.h"
#include "kiosk/sync/directory.h"
#include "kiosk/sync/hospital.h"

namespace yizhan::sync {

/// One try of a question, or its repetition after a lost answer.
struct CareAct {
  domain::OperationId operation;
  WallTime now{};
  std::string serial;  ///< Of an act; "" else.
};

/// What comes next, messages, examinations, medicines and the service centre at the hospital.
/// Thread-bound. Borrows everything it is given. Errors are Hospital's.
class CareDesk {
 public:
  CareDesk(Hospital& hospital, const Station& station) : hospital_(hospital), station_(station) {}

  /// Whether it draws numbers, so that it needs a serial number of the terminal.
  [[nodiscard]] static bool IsAct(const domain::CareQuestion& question);

  /// Never CareFailed; that is for who asks to make of the error.
  [[nodiscard]] Result<domain::CareReply> Answer(const domain::CareQuestion& question,
                                                 const CareAct& act, const Directory& directory);

 private:
  using Reply = Result<domain::CareReply>;

  Reply Guide(const domain::WhatNext& wish, const CareAct& act);
  Reply Messages(const domain::WhichMessages& wish);
  Reply Seen(const domain::MessagesSeen& wish, const CareAct& act);
  [[nodiscard]] Status MarkReceived(const std::string& id, WallTime now);
  Reply Exams(const domain::CheckInToExams& wish, const CareAct& act, const Directory& directory);
  Reply Pharmacy(const domain::CheckInToPharmacy& wish, const CareAct& act,
                 const Directory& directory);
  Reply Centre(const domain::CheckInToCentre& wish, const CareAct& act, const Directory& directory);

  Hospital& hospital_;
  const Station& station_;
};

}  // namespace yizhan::sync
