#include "drivers/payment/qr_platform.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <mutex>
#include <optional>

#include "base/assert.h"
#include "base/crypto.h"
#include "drivers/payment/signed_form.h"

namespace yizhan::drivers {
namespace {

constexpr std::size_t kMostAnswerBytes = 16U << 10U;
constexpr std::size_t kMostQrBytes = 512;
constexpr std::size_t kMostReferenceBytes = 64;
constexpr std::int64_t kMostMinor = 100'000'000;  ///< A million yuan: nobody's registration fee.
constexpr int kPollMs = 500;
constexpr long kHttpOk = 200;
constexpr std::size_t kLeastKeyBytes = 16;

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<std::string*>(user);
  const std::size_t bytes = size * count;
  if (bytes > kMostAnswerBytes - body.size()) return 0;
  body.append(data, bytes);
  return bytes;
}

bool IsOrderNumber(std::string_view text) {
  return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

/// What a screen may draw as a code and a slip may print.
bool IsShowable(std::string_view text, std::size_t most) {
  return text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

std::optional<std::int64_t> AmountOf(const std::string& text) {
  std::int64_t amount = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, amount);
  if (read.ec != std::errc() || read.ptr != end || amount < 0 || amount > kMostMinor) {
    return std::nullopt;
  }
  return amount;
}

Result<PaymentStatus> StatusOf(const Form& answer) {
  PaymentStatus status;
  const std::string state = ValueOf(answer, "state");
  if (state == "paid") {
    status.state = PaymentState::Paid;
    const auto amount = AmountOf(ValueOf(answer, "amount"));
    if (!amount || *amount == 0) return Fail(ErrorCode::BadData, "paid without an amount");
    status.paid_minor = *amount;
  } else if (state == "closed") {
    status.state = PaymentState::Closed;
  } else if (state != "open") {
    return Fail(ErrorCode::BadData, "state is not known");
  }
  status.reference = ValueOf(answer, "reference");
  if (!IsShowable(status.reference, kMostReferenceBytes)) {
    return Fail(ErrorCode::BadData, "reference is not showable");
  }
  return status;
}

class QrPlatform final : public PaymentTerminal {
 public:
  explicit QrPlatform(QrPlatformOptions options)
      : options_(std::move(options)), multi_(curl_multi_init()), easy_(curl_easy_init()) {
    YIZHAN_ASSERT(easy_ && multi_);
  }

  Result<PaymentCode> Create(const PaymentOrder& order) override {
    if (order.amount_minor <= 0 || order.amount_minor > kMostMinor) {
      return Fail(ErrorCode::Refused, "amount");
    }
    const Result<Form> answer = Ask(
        "create", order.number,
        {{"amount", std::to_string(order.amount_minor)},
         {"purpose", order.purpose},
         {"valid-seconds", std::to_string(std::max<std::int64_t>(1, order.valid_for.count()))}});
    if (!answer) return tl::unexpected<Error>(answer.error());
    PaymentCode code{ValueOf(*answer, "qr")};
    if (code.qr_text.empty() || !IsShowable(code.qr_text, kMostQrBytes)) {
      return Fail(ErrorCode::BadData, "code is not showable");
    }
    return code;
  }

  Result<PaymentStatus> Query(const std::string& number) override {
    const Result<Form> answer = Ask("query", number, {});
    if (!answer) return tl::unexpected<Error>(answer.error());
    return StatusOf(*answer);
  }

  Result<PaymentStatus> Reverse(const std::string& number) override {
    const Result<Form> answer = Ask("reverse", number, {});
    if (!answer) return tl::unexpected<Error>(answer.error());
    Result<PaymentStatus> status = StatusOf(*answer);
    if (status && status->state != PaymentState::Closed) {
      return Fail(ErrorCode::BadData, "reversed, but not closed");
    }
    return status;
  }

  void Cancel() noexcept override {
    cancelled_ = true;
    curl_multi_wakeup(multi_.get());
  }

 private:
  /// One signed question and its answer, which is proven to be of this platform, this order and
  /// this question.
  Result<Form> Ask(const std::string& what, const std::string& number, Form form) {
    if (!IsOrderNumber(number)) return Fail(ErrorCode::Refused, "number");
    const std::string nonce = RandomUuid();
    form["merchant"] = options_.merchant;
    form["number"] = number;
    form["nonce"] = nonce;
    form["act"] = what;
    const Result<std::string> text = Post(what, WriteSigned(form, options_.key));
    if (!text) return tl::unexpected<Error>(text.error());
    Result<Form> answer = ReadSigned(*text, options_.key);
    if (!answer) return answer;
    if (ValueOf(*answer, "nonce") != nonce || ValueOf(*answer, "number") != number ||
        ValueOf(*answer, "act") != what) {
      return Fail(ErrorCode::BadData, "answer of another question");
    }
    const std::string result = ValueOf(*answer, "result");
    if (result == "ok") return answer;
    if (result == "unknown-order") return Fail(ErrorCode::NotFound, "unknown order");
    if (result == "number-in-use") return Fail(ErrorCode::Conflict, "number is in use");
    if (result == "busy") return Fail(ErrorCode::Timeout, "platform is busy");
    return Fail(ErrorCode::Refused, "platform says no");
  }

  Result<std::string> Post(const std::string& what, const std::string& body) {
    if (cancelled_) return Fail(ErrorCode::Cancelled, "payment was cancelled");
    CURL* easy = easy_.get();
    curl_easy_reset(easy);
    std::string answer;
    const std::string url = options_.base_url + '/' + what;
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, OnBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options_.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
    if (!options_.ca_file.empty()) {
      curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    const Result<CURLcode> code = Perform();
    if (!code) return tl::unexpected<Error>(code.error());
    if (*code != CURLE_OK) return Failure(*code);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    // Whoever stands between says nothing about the money.
    if (status != kHttpOk) return Fail(ErrorCode::Timeout, "platform failed");
    return answer;
  }

  Result<CURLcode> Perform() {
    curl_multi_add_handle(multi_.get(), easy_.get());
    Result<CURLcode> result = Fail(ErrorCode::Internal, "curl_multi failed");
    int running = 1;
    while (running > 0) {
      if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) break;
      if (cancelled_) {
        result = Fail(ErrorCode::Cancelled, "payment was cancelled");
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

  [[nodiscard]] tl::unexpected<Error> Failure(CURLcode code) const {
    const std::string detail = curl_easy_strerror(code);
    if (code == CURLE_WRITE_ERROR) return Fail(ErrorCode::BadData, "answer is too large");
    curl_off_t before_request_us = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &before_request_us);
    // Only a connection that never came up is certain to have done nothing.
    if (before_request_us == 0) return Fail(ErrorCode::Unreachable, detail);
    return Fail(ErrorCode::Timeout, detail);
  }

  const QrPlatformOptions options_;
  const std::unique_ptr<CURLM, MultiDeleter> multi_;  // Outlives easy_, which uses its pool.
  const std::unique_ptr<CURL, EasyDeleter> easy_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace

Result<std::unique_ptr<PaymentTerminal>> OpenQrPlatform(QrPlatformOptions options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::string& url = options.base_url;
  const bool is_http = url.starts_with("http://") || url.starts_with("https://");
  if (!is_http || url.ends_with('/') || !IsShowable(url, 1000)) {
    return Fail(ErrorCode::BadData, "payment address must be http(s) without a slash at the end");
  }
  if (options.key.size() < kLeastKeyBytes || options.merchant.empty()) {
    return Fail(ErrorCode::BadData, "payment needs a merchant and a key of 16 bytes or more");
  }
  return std::unique_ptr<PaymentTerminal>(std::make_unique<QrPlatform>(std::move(options)));
}

}  // namespace yizhan::drivers
