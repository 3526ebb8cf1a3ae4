#include "base/curl_transfer.h"

#include <algorithm>
#include <mutex>

#include "base/assert.h"

namespace yizhan {
namespace {

/// Longest sleep without looking at the cancel flag; Cancel() itself wakes at once.
constexpr int kPollMs = 500;

CURL* NewEasy() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return curl_easy_init();
}

std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<CurlText*>(user);
  const std::size_t bytes = size * count;
  if (bytes > body.most - body.text.size()) {
    body.too_large = true;
    return 0;
  }
  body.text.append(data, bytes);
  return bytes;
}

}  // namespace

CurlTransfer::CurlTransfer() : easy_(NewEasy()) {
  multi_.reset(curl_multi_init());
  YIZHAN_ASSERT(easy_ && multi_);
}

CURL* CurlTransfer::Fresh(const CurlLimits& limits) {
  CURL* easy = easy_.get();
  curl_easy_reset(easy);  // Keeps the connections.
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  // We talk to our partner and to nobody between, whatever the environment says.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(limits.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.timeout.count()));
  if (!limits.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, limits.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  return easy;
}

void CurlTransfer::Collect(CurlText& body) {
  curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &body);
}

Result<CURLcode> CurlTransfer::Perform() {
  if (cancelled_) return Fail(ErrorCode::Cancelled, "client was cancelled");
  curl_multi_add_handle(multi_.get(), easy_.get());
  Result<CURLcode> result = Fail(ErrorCode::Internal, "curl_multi failed");
  int running = 1;
  while (running > 0) {
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) break;
    if (cancelled_) {
      result = Fail(ErrorCode::Cancelled, "client was cancelled");
      break;
    }
    if (running > 0) curl_multi_poll(multi_.get(), nullptr, 0, kPollMs, nullptr);
  }
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  curl_multi_remove_handle(multi_.get(), easy_.get());
  return result;
}

int CurlTransfer::HttpStatus() const {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

bool CurlTransfer::NothingWasSent() const {
  // Only a connection that never came up is certain to have done nothing.
  curl_off_t before_request_us = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &before_request_us);
  return before_request_us == 0;
}

void CurlTransfer::Cancel() noexcept {
  cancelled_ = true;
  curl_multi_wakeup(multi_.get());
}

bool IsHttpBase(const std::string& url) {
  const bool is_http = url.starts_with("http://") || url.starts_with("https://");
  return is_http && !url.ends_with('/') &&
         std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace yizhan
