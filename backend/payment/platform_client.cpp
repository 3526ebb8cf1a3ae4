#include "backend/payment/platform_client.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "base/crypto.h"
#include "base/curl_transfer.h"

namespace yizhan::payment {
namespace {

constexpr std::size_t kMostAnswerBytes = 16U << 10U;
constexpr int kHttpOk = 200;
constexpr std::size_t kLeastKeyBytes = 16;

/// The word of a platform that says no, as far as ours to show: nothing of it is trusted.
std::string WordOf(const std::string& text) {
  const bool plain = !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || c == '-';
  });
  return plain ? text : "platform says no";
}

class HttpPlatformClient final : public PlatformClient {
 public:
  explicit HttpPlatformClient(PlatformOptions options) : options_(std::move(options)) {}

  Result<Form> Ask(const std::string& act, const std::string& number, Form form) override {
    if (!IsNumber(number)) return Fail(ErrorCode::Refused, "number");
    const std::string nonce = RandomUuid();
    form["merchant"] = options_.merchant;
    form["number"] = number;
    form["nonce"] = nonce;
    form["act"] = act;
    const Result<std::string> text = Post(act, WriteSigned(form, options_.key));
    if (!text) return tl::unexpected<Error>(text.error());
    Result<Form> answer = ReadSigned(*text, options_.key);
    if (!answer) return answer;
    if (ValueOf(*answer, "nonce") != nonce || ValueOf(*answer, "number") != number ||
        ValueOf(*answer, "act") != act) {
      return Fail(ErrorCode::BadData, "answer of another question");
    }
    const std::string result = ValueOf(*answer, "result");
    if (result == "ok") return answer;
    if (result == "unknown-order" || result == "unknown-refund") {
      return Fail(ErrorCode::NotFound, WordOf(result));
    }
    if (result == "number-in-use") return Fail(ErrorCode::Conflict, "number is in use");
    if (result == "busy") return Fail(ErrorCode::Timeout, "platform is busy");
    return Fail(ErrorCode::Refused, WordOf(result));
  }

  void Cancel() noexcept override { transfer_.Cancel(); }

 private:
  Result<std::string> Post(const std::string& act, const std::string& body) {
    CURL* easy = transfer_.Fresh({options_.ca_file, options_.connect_timeout, options_.timeout});
    const std::string url = options_.base_url + '/' + act;
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
    CurlText answer{.most = kMostAnswerBytes, .text = {}};
    transfer_.Collect(answer);
    const Result<CURLcode> code = transfer_.Perform();
    if (!code) return tl::unexpected<Error>(code.error());
    if (answer.too_large) return Fail(ErrorCode::BadData, "answer is too large");
    if (*code != CURLE_OK) {
      const bool nothing = transfer_.NothingWasSent();
      return Fail(nothing ? ErrorCode::Unreachable : ErrorCode::Timeout, curl_easy_strerror(*code));
    }
    // Whoever stands between says nothing about the money.
    if (transfer_.HttpStatus() != kHttpOk) return Fail(ErrorCode::Timeout, "platform failed");
    return std::move(answer.text);
  }

  const PlatformOptions options_;
  CurlTransfer transfer_;
};

}  // namespace

bool IsNumber(std::string_view text) {
  return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

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

Result<std::string> ReadKey(const std::string& path, const std::string& what) {
  std::ifstream file(path);
  std::string key;
  if (!std::getline(file, key)) return Fail(ErrorCode::NotFound, what + " cannot be read");
  if (key.size() < kLeastKeyBytes) {
    return Fail(ErrorCode::BadData, what + " must hold a key of 16 bytes or more");
  }
  return key;
}

Result<std::unique_ptr<PlatformClient>> PlatformClient::Open(PlatformOptions options) {
  if (!IsHttpBase(options.base_url)) {
    return Fail(ErrorCode::BadData, "payment address must be http(s) without a slash at the end");
  }
  if (options.key.size() < kLeastKeyBytes || options.merchant.empty()) {
    return Fail(ErrorCode::BadData, "payment needs a merchant and a key of 16 bytes or more");
  }
  return std::unique_ptr<PlatformClient>(std::make_unique<HttpPlatformClient>(std::move(options)));
}

}  // namespace yizhan::payment
