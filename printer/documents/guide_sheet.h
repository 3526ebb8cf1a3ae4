#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "domain/care_desk.h"
#include "domain/local_text.h"
#include "printer/document.h"

namespace yizhan::printer {

/// The guide sheet (导诊单, F36): what is left to do today, in the best order; of a check-up the
/// 体检导检单 (F14) with package and unit. The name is masked already.
struct GuideSheet {
  domain::LocalText hospital;
  domain::GuideFound sheet;
  std::string masked_name;
  std::string terminal;  ///< "K3"
  int copy = 1;          ///< 2: 补打第 1 次, and so on.
  WallTime printed_at{};
  TimeZone zone{};
};

/// One page for an 80 mm roll: what comes next in large letters, then the numbered steps with
/// place, preparation and people waiting; what is done only counts. Thread-safe. BadData: a text is
/// no UTF-8 or too long for a slip (600 bytes each), or there are more than 40 lines. Internal: no
/// fonts.
[[nodiscard]] Result<Document> RenderGuideSheet(const GuideSheet& sheet, domain::Language language);

}  // namespace yizhan::printer
