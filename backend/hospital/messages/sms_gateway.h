#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace yizhan::hospital {

/// One text message. Personal data: logged nowhere.
struct Sms {
  std::string id;  ///< The gateway sends one message for an id, however often it is asked.
  std::string phone;
  std::string text;
};

/// What became of a message after the gateway took it. May be told more than once.
struct SmsReceipt {
  std::string id;
  bool delivered = false;
};

/// The way out to telephones. Thread-bound: the sender's thread owns it. Every call ends in bounded
/// time.
class SmsGateway {
 public:
  virtual ~SmsGateway() = default;

  /// Refused: never (a wrong number, no contract). Busy, Unreachable, Timeout, BadData: try again
  /// later with the same id; it may have been taken. Cancelled.
  [[nodiscard]] virtual Status Send(const Sms& sms) = 0;
  /// Receipts behind `cursor` ("" all), oldest first, and moves it. Errors as Send().
  [[nodiscard]] virtual Result<std::vector<SmsReceipt>> Receipts(std::string& cursor) = 0;
  /// Makes the call under way, and every later one, return Cancelled soon. Thread-safe.
  virtual void Cancel() noexcept = 0;
};

struct HttpSmsOptions {
  std::string url;    ///< "https://sms.example/v1", no slash at the end; empty: no gateway.
  std::string token;  ///< Sent as "Authorization: Bearer ...". Secret.
  std::string ca_file;
};

/// A gateway over HTTP with JSON:
///   POST url/messages {"id","to","text"}  200, 201, 202, 409 (has it already): taken; 400, 403,
///   404, 422: never; everything else: later.
///   GET url/receipts?after=CURSOR  200 {"next","receipts":[{"id","state":"delivered"|"failed"}]}
/// BadData: the address is not one.
[[nodiscard]] Result<std::unique_ptr<SmsGateway>> OpenHttpSmsGateway(const HttpSmsOptions& options);

}  // namespace yizhan::hospital
