#include "drivers/payment/qr_platform.h"

#include <algorithm>

#include "backend/payment/signed_form.h"

namespace yizhan::drivers {
namespace {

using payment::AmountOf;
using payment::Form;
using payment::IsShowable;
using payment::ValueOf;

constexpr std::size_t kMostQrBytes = 512;
constexpr std::size_t kMostReferenceBytes = 64;

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
  explicit QrPlatform(std::unique_ptr<payment::PlatformClient> client)
      : client_(std::move(client)) {}

  Result<PaymentCode> Create(const PaymentOrder& order) override {
    if (order.amount_minor <= 0 || order.amount_minor > payment::kMostMinor) {
      return Fail(ErrorCode::Refused, "amount");
    }
    const Result<Form> answer = client_->Ask(
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
    const Result<Form> answer = client_->Ask("query", number, {});
    if (!answer) return tl::unexpected<Error>(answer.error());
    return StatusOf(*answer);
  }

  Result<PaymentStatus> Reverse(const std::string& number) override {
    const Result<Form> answer = client_->Ask("reverse", number, {});
    if (!answer) return tl::unexpected<Error>(answer.error());
    Result<PaymentStatus> status = StatusOf(*answer);
    if (status && status->state != PaymentState::Closed) {
      return Fail(ErrorCode::BadData, "reversed, but not closed");
    }
    return status;
  }

  void Cancel() noexcept override { client_->Cancel(); }

 private:
  const std::unique_ptr<payment::PlatformClient> client_;
};

}  // namespace

Result<std::unique_ptr<PaymentTerminal>> OpenQrPlatform(QrPlatformOptions options) {
  auto client = payment::PlatformClient::Open(std::move(options));
  if (!client) return tl::unexpected<Error>(client.error());
  return std::unique_ptr<PaymentTerminal>(std::make_unique<QrPlatform>(std::move(*client)));
}

}  // namespace yizhan::drivers
