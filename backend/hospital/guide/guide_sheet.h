/// \file
/// What a patient still has to do today, in the best order, with place and preparation (导诊单,
/// F36), and who got stuck on the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/json.h"
#include "backend/hospital/directory.h"
#include "backend/hospital/queue_board.h"
#include "backend/store/resource_store.h"
#include "domain/care_desk.h"
#include "domain/guide.h"
#include "domain/local_text.h"

namespace yizhan::hospital {

struct GuideLine {
  domain::GuideStep step;
  domain::LocalText what;   ///< "心血管内科", "血常规、空腹血糖"
  domain::LocalText where;  ///< "门诊楼 3 层 B 区 5 诊室"; empty: not known.
  domain::LocalText note;   ///< Preparation, ticket number; may be empty.
  std::string focus;        ///< "Appointment/x", "ServiceRequest/y", "Invoice/z"; "" for a meal.
  std::optional<int> ahead;
  std::vector<std::string> order_numbers;  ///< Of the orders that the line stands for.
};

/// What the guide works with. Borrows everything for the call.
struct GuideContext {
  store::ReadView& view;
  const QueueBoard& board;
  const DirectorySnapshot& directory;
  TimeZone zone;
  WallTime now{};
  std::chrono::minutes check_in_opens{30};  ///< Before the slot.
};

/// The sheet of one patient for today. NotFound: no such patient.
[[nodiscard]] Result<std::vector<GuideLine>> GuideSheetOf(const GuideContext& context,
                                                          const std::string& patient_id);

/// Somebody who paid and did not go on.
struct StuckPatient {
  std::string patient_id;
  std::string masked_name;
  domain::LocalText what;
  domain::LocalText where;
  WallTime since{};
};
/// Who paid for something of today more than `longer_than` ago and is in no queue for it, and who
/// prepaid a visit whose slot began so long ago; the longest first.
[[nodiscard]] Result<std::vector<StuckPatient>> StuckPatients(const GuideContext& context,
                                                              std::chrono::minutes longer_than);

/// The check-up package that the patient has checked in for today (F14); empty: none.
[[nodiscard]] Result<std::optional<domain::CheckUpToday>> CheckUpTodayOf(
    const GuideContext& context, const std::string& patient_id);

/// GET Patient/{id}/$guide as Parameters (fhir::systems::kGuideOperation).
[[nodiscard]] fhir::Json ToParameters(const std::vector<GuideLine>& lines,
                                      const std::optional<domain::CheckUpToday>& check_up = {});

}  // namespace yizhan::hospital
