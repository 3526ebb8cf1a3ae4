/// \file
/// The life of one printed document, and the durable ledger that remembers it. The rules are in
/// findings of this project's printing study: a page is printed at most once without a person
/// asking for another, and "printed" is said only on the device's own proof.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace yizhan::domain {

/// Each state is on disk before the step it allows. Wire words of RFC 8011 (IPP) in brackets.
enum class PrintState {
  Ready,      ///< Wanted; nothing was said to a printer.
  Creating,   ///< About to send Create-Job.
  Created,    ///< The printer gave a job-id; no page data was sent.
  Sending,    ///< About to send the document (Send-Document, last-document true).
  Sent,       ///< The printer has the document.
  Printed,    ///< job-state completed and job-impressions-completed >= pages.
  Uncertain,  ///< A page may or may not have come out: a person decides.
  Cancelled,  ///< Given up before any page could have come out.
};

/// The state's stable name ("ready").
[[nodiscard]] const char* Name(PrintState state);
[[nodiscard]] std::optional<PrintState> ParsePrintState(std::string_view name);
/// True for Printed, Uncertain and Cancelled: the ledger row never changes again.
[[nodiscard]] bool IsFinal(PrintState state);

struct PrintRecord {
  std::string id;  ///< UUID, names the document; no patient data.
  PrintState state = PrintState::Ready;
  std::string printer;  ///< Configured name of the printer.
  int attempt = 0;      ///< Raised at each Create-Job; part of the job-name on the wire.
  int job_id = 0;       ///< IPP job-id; 0: none yet.
  int pages = 0;
  int copy = 1;  ///< 1: first print; 2..: 补打第 n-1 次, each asked for by a person.
  WallTime changed_at{};
};

/// Durable list of print records. Each call returns only after the change is safely on disk.
/// The document itself (PDF) is kept beside the record, encrypted, until the state is final.
/// Thread-safe. Errors: StoreFull (stop printing), Internal.
class PrintLedger {
 public:
  virtual ~PrintLedger() = default;
  virtual Status Add(const PrintRecord& record, const std::string& document) = 0;
  /// Stores state, attempt, job_id, changed_at of an existing record. NotFound: no such id.
  virtual Status Update(const PrintRecord& record) = 0;
  /// Every record that is not final, oldest first: what to recover after a restart.
  virtual Result<std::vector<PrintRecord>> Open() = 0;
  virtual Result<PrintRecord> Find(const std::string& id) = 0;
  /// The document's bytes; NotFound once the record is final.
  virtual Result<std::string> Document(const std::string& id) = 0;
};

}  // namespace yizhan::domain
