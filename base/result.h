#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace yizhan {

/// Why an operation failed, in the few words the program can act on. Every code has one
/// patient-facing sentence (ui/) and one log name; a test walks the list.
enum class ErrorCode {
  DeviceGone,   ///< A device was unplugged or stopped answering: reopen it.
  Busy,         ///< The other side is occupied: try again later, bounded.
  Timeout,      ///< No answer in time; the outcome is unknown: query, never assume.
  BadData,      ///< Input breaks its format or its limits: refuse it, do not retry.
  NotFound,     ///< The thing asked for does not exist.
  Conflict,     ///< Somebody else changed it first: read again and decide anew.
  Refused,      ///< The other side understood and said no: show the reason.
  StoreFull,    ///< Durable storage is full or failing: stop promising anything.
  Unreachable,  ///< The network or the server is away: work offline.
  Cancelled,    ///< We asked for the operation to stop.
  Internal,     ///< A library failed in a way we cannot act on.
};

/// The code's stable name for logs and the wire ("device-gone").
[[nodiscard]] const char* Name(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string detail;  ///< For staff logs. Never holds patient data.
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> Fail(ErrorCode code, std::string detail) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}

}  // namespace yizhan
