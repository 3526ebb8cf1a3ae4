/// \file
/// The door of libcurl: what every HTTP client of ours has in common. Only clients' own .cpp files
/// include it; link yizhan_curl.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"

namespace yizhan {

struct CurlLimits {
  std::string ca_file;  ///< PEM; empty: the system's.
  std::chrono::milliseconds connect_timeout{2000};
  std::chrono::milliseconds timeout{5000};  ///< Of one whole exchange.
};

/// An answer's text that ends the exchange when it grows too large.
struct CurlText {
  std::size_t most = 0;  ///< Bytes.
  std::string text;
  bool too_large = false;
};

/// One exchange after the other over kept connections. Every exchange ends in bounded time and can
/// be cancelled. Thread-bound, but for Cancel().
class CurlTransfer {
 public:
  CurlTransfer();

  /// The handle for the next exchange, with nothing set but the transport: no proxy, no other
  /// schemes, TLS 1.2 or newer, the limits. Owned by this.
  [[nodiscard]] CURL* Fresh(const CurlLimits& limits);
  /// Collects the answer's body there; borrowed until Perform() has returned.
  void Collect(CurlText& body);
  /// Runs the prepared exchange to its end. The error is Cancelled or Internal; libcurl's own word
  /// is the value.
  [[nodiscard]] Result<CURLcode> Perform();
  /// HTTP status of the last exchange.
  [[nodiscard]] int HttpStatus() const;
  /// The last exchange failed before a byte of the question was sent: nothing was done. Else nobody
  /// knows.
  [[nodiscard]] bool NothingWasSent() const;

  /// Makes the exchange under way, and every later one, return Cancelled soon. Thread-safe.
  void Cancel() noexcept;

 private:
  struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  std::unique_ptr<CURLM, MultiDeleter> multi_;  // Outlives easy_, which uses its pool.
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::atomic<bool> cancelled_ = false;
};

/// "http://" or "https://" and no slash at the end, so that a path can be put behind it.
[[nodiscard]] bool IsHttpBase(const std::string& url);

}  // namespace yizhan
