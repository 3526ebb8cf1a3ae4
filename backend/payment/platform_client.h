#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backend/payment/signed_form.h"
#include "base/result.h"

namespace yizhan::payment {

struct PlatformOptions {
  std::string base_url;  ///< "https://pay.example/v1", no slash at the end.
  std::string merchant;  ///< The hospital's name at the platform.
  std::string key;       ///< Signs both ways. Secret; 16 bytes or more.
  std::string ca_file;   ///< PEM; empty: the system's.
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds timeout{5000};  ///< Of one whole exchange.
};

/// Asks a QR payment platform: POST base/ACT with a signed form, answered by one. Thread-bound, but
/// for Cancel(). README.md lists the acts.
class PlatformClient {
 public:
  /// BadData: the address, the merchant or the key is not one.
  [[nodiscard]] static Result<std::unique_ptr<PlatformClient>> Open(PlatformOptions options);
  virtual ~PlatformClient() = default;

  /// One signed question about an order, and its answer, which is proven to be of this platform,
  /// this order and this question: an old answer or another order's proves nothing.
  ///   Unreachable      nothing happened.
  ///   Timeout, BadData nobody knows what happened: ask until it is known.
  ///   NotFound         the platform never heard of the order (or of the refund).
  ///   Conflict         the number is in use for something else.
  ///   Refused          it says no, or the number is none; the detail is its word.
  ///   Cancelled
  [[nodiscard]] virtual Result<Form> Ask(const std::string& act, const std::string& number,
                                         Form form) = 0;
  virtual void Cancel() noexcept = 0;
};

/// 8 to 64 of [A-Za-z0-9-]: of an order, or of a refund.
[[nodiscard]] bool IsNumber(std::string_view text);
/// What a screen may draw as a code and a slip may print.
[[nodiscard]] bool IsShowable(std::string_view text, std::size_t most);
/// A sum in fen, at most a million yuan: nobody's registration fee is more. Empty: it is none.
[[nodiscard]] std::optional<std::int64_t> AmountOf(const std::string& text);
inline constexpr std::int64_t kMostMinor = 100'000'000;

/// The first line of a file: how a key is given to a program. NotFound, BadData: fewer than 16
/// bytes; the detail names `what` only.
[[nodiscard]] Result<std::string> ReadKey(const std::string& path, const std::string& what);

}  // namespace yizhan::payment
