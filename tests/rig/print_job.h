/// \file
/// The paper path of the virtual printer. ippeveprinter runs this program once per document and
/// believes what it says on standard error (STATE:, ATTR:, see ippeveprinter(1)).
///
/// What "came out" is written to the folder `printed`, and only that is the truth about lost or
/// doubled paper:
///   pages.jsonl  one line for each page the moment it left: {"job":4,"page":1,"of":2,"at":"..."}
///   NNN.pdf      each document whose last page left
///   log.jsonl    one line for each of these: {"job":4,"name":"...","pages":2,"file":"001.pdf",...}
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace yizhan::rig {

/// The count of pages of a PDF as its page tree says, or 1 for every other format and for a page
/// tree inside a compressed object stream.
[[nodiscard]] int CountPages(std::string_view document);

/// Prints `document` (a path) for the rig in `dir`: one page after another, obeying the mode.
/// `page_milliseconds` is the pace. Returns the exit status for ippeveprinter: 0 printed, 1 given
/// up. Dies with the printer: no page leaves a printer without power.
[[nodiscard]] int RunPrintJob(const std::string& dir, const std::string& document,
                              int page_milliseconds);

}  // namespace yizhan::rig
