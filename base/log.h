/// \file
/// Operational log: one JSON object a line on standard error (journald keeps it). The events and
/// their fields are closed lists, so that no patient datum can be written by accident: a field is
/// a number, a fixed word of the program, or the name of a part. There is no free text.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace yizhan {

// clang-format off
/// X(name, wire name, what it means and what staff should do)
#define YIZHAN_LOG_EVENTS(X)                                                                    \
  X(FirstPixels,       "first-pixels",       "A terminal's screen shows its first picture.")    \
  X(Started,           "started",            "A program is ready.")                             \
  X(Stopped,           "stopped",            "A program ended in an orderly way.")              \
  X(ConfigurationBad,  "configuration-bad",  "The configuration was refused; see the message.") \
  X(ReaderUp,          "reader-up",          "The card reader answers.")                        \
  X(ReaderDown,        "reader-down",        "The card reader is away: check its cable.")       \
  X(ReaderRestarted,   "reader-restarted",   "The reader process hung or died; a new one runs.")\
  X(CardRefused,       "card-refused",       "A card could not be accepted; 'reason' says why.")\
  X(SessionStarted,    "session-started",    "A patient's session began.")                      \
  X(SessionEnded,      "session-ended",      "A patient's session ended; 'reason' says how.")   \
  X(HospitalUp,        "hospital-up",        "The hospital answers.")                           \
  X(HospitalDown,      "hospital-down",      "The hospital is away: working offline.")          \
  X(HospitalTrouble,   "hospital-trouble",   "The hospital failed a standing request; see 'code'.")\
  X(VisitorsKnown,     "visitors-known",     "Today's patients can be served offline, too.")    \
  X(CheckedIn,         "checked-in",         "A check-in was recorded.")                        \
  X(OutboxParked,      "outbox-parked",      "The hospital refused a stored act: see the outbox.")\
  X(OutboxDrained,     "outbox-drained",     "Everything stored while offline was delivered.")  \
  X(StoreFailed,       "store-failed",       "The store cannot write: service stops.")          \
  X(PaymentTrouble,    "payment-trouble",    "Nobody knows yet what became of a payment; see 'code'.")\
  X(PrinterTrouble,    "printer-trouble",    "The printer needs a person; 'reason' says why.")  \
  X(PrinterReady,      "printer-ready",      "The printer can print again.")                    \
  X(Printed,           "printed",            "A page came out, reported by the device.")        \
  X(PrintUncertain,    "print-uncertain",    "A page may or may not have come out: ask.")       \
  X(StaffCalled,       "staff-called",       "A patient asked for a person.")                   \
  X(MailboxFull,       "mailbox-full",       "A worker fell behind and an item was dropped.")   \
  X(RequestRefused,    "request-refused",    "A request broke a limit or a rule.")              \
  X(InternalError,     "internal-error",     "A library failed; see 'code'.")
// clang-format on

enum class LogEvent {
#define YIZHAN_X(name, wire, meaning) name,
  YIZHAN_LOG_EVENTS(YIZHAN_X)
#undef YIZHAN_X
};

enum class LogKey { Part, Code, Reason, Count, Milliseconds, Attempt, Version, Status, Port, Pid };

/// A word that is part of the program text. Only string literals convert, so run-time text (which
/// might be a patient's) cannot get in.
class LogWord {
 public:
  template <std::size_t N>
  consteval LogWord(const char (&literal)[N]) : text_(literal, N - 1) {}  // NOLINT(*-explicit-*)
  LogWord(ErrorCode code) : text_(Name(code)) {}                          // NOLINT(*-explicit-*)
  /// For tables of fixed words (names of enum values). Never pass text that came from outside.
  [[nodiscard]] static LogWord OfProgram(const char* text) { return LogWord(text); }
  [[nodiscard]] std::string_view Text() const { return text_; }

 private:
  explicit LogWord(const char* text) : text_(text) {}
  std::string_view text_;
};

struct LogField {
  template <std::integral Number>
  LogField(LogKey field, Number number) : key(field), value(static_cast<std::int64_t>(number)) {}
  LogField(LogKey field, LogWord word) : key(field), value(word) {}

  LogKey key;
  std::variant<std::int64_t, LogWord> value;
};

/// Writes one line. Thread-safe; never fails, never blocks on anything but standard error.
void Log(LogEvent event, std::initializer_list<LogField> fields = {});

}  // namespace yizhan
