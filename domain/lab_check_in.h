/// \file
/// What one tap at the laboratory's terminal gives (domain.md F30): a place in the draw queue,
/// tubes with labels, tests with their reports. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/local_text.h"
#include "domain/ticket.h"

namespace yizhan::domain {

/// One tube, and what its label says. The label is the only thing in a terminal that carries a full
/// name: it goes to the printer and nowhere else.
struct LabLabel {
  std::string barcode;
  std::string name;  ///< Full.
  std::string sex;   ///< "male", "female", ...
  std::optional<int> age;
  std::string number;  ///< 门诊号
  std::string department;
  std::vector<std::string> tests;  ///< Short names.
  LocalText colour;                ///< Of the tube.
  int volume_ul = 0;
  int minutes_after_first = 0;
  bool urgent = false;
  int place = 1;  ///< k of
  int count = 1;  ///< n.
  int reprints = 0;
};

struct LabTestNotice {
  LocalText name;
  int fasting_hours = 0;  ///< 0: none.
  WallTime ready_at{};
  LocalText ready_place;
};

struct LabCheckIn {
  Ticket ticket;
  std::vector<LabLabel> labels;  ///< Empty: they were printed before.
  std::vector<LabTestNotice> tests;
  std::int64_t unpaid_minor = 0;  ///< More is ordered and not paid.
  LocalText pay_at;
  bool already = false;  ///< The patient had checked in before.
};

/// Why there is nothing to draw.
struct LabRefusal {
  enum class Why { PaymentDue, NothingToDraw, AskStaff } why = Why::NothingToDraw;
  std::int64_t due_minor = 0;
  LocalText pay_at;
};

}  // namespace yizhan::domain
