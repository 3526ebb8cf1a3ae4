/// \file
/// Inside of printer/documents: what the slips of a terminal have in common.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/local_text.h"
#include "domain/ticket.h"
#include "printer/documents/barcode.h"
#include "printer/documents/paper.h"

namespace yizhan::printer {

inline constexpr double kRollMm = 80;
inline constexpr double kMarginMm = 4;

/// BadData: one of them is longer than `most` bytes, which no slip has room for.
[[nodiscard]] Status FitsSlip(const std::vector<const std::string*>& texts, std::size_t most);

/// Text on the left, as wide as the paper.
[[nodiscard]] TextStyle LeftText(double points, bool bold, int lines = 2);

/// Hospital and what kind of paper it is, above a thick line.
void PutSlipHead(Paper& paper, const domain::LocalText& hospital, const domain::LocalText& title,
                 domain::Language language);
/// A number to be read from afar, under what it is.
void PutSlipNumber(Paper& paper, const std::string& label, const std::string& number,
                   double points);
/// A code beside small lines, and room for the cutter.
void PutSlipFoot(Paper& paper, const CodeMatrix& code, double code_mm,
                 const std::vector<std::string>& lines);

/// "7 人，约 25–35 分钟". `ticket.ahead` is known.
[[nodiscard]] std::string AheadText(const domain::Ticket& ticket, domain::Language language);
/// "第1次", "补打第1次"
[[nodiscard]] std::string CopyText(int copy, domain::Language language);
/// "打印 2026-03-10 08:42"
[[nodiscard]] std::string PrintedText(WallTime at, TimeZone zone, domain::Language language);

}  // namespace yizhan::printer
