// The services behind a hospital that are simulated here: payment platform and SMS gateway.
#include <algorithm>
#include <charconv>

#include "tests/rig/files.h"
#include "tests/rig/rig.h"

namespace yizhan::rig {
namespace {

/// What a kiosk's and a server's configuration for the rig say.
constexpr const char* kMerchant = "rig";
constexpr const char* kPaymentKey = "the rig's payment key";
constexpr int kMostFaults = 1000;

int CountOf(const std::vector<std::string>& words, std::size_t at) {
  int count = 1;
  if (words.size() > at) {
    std::from_chars(words[at].data(), words[at].data() + words[at].size(), count);
  }
  return std::clamp(count, 1, kMostFaults);
}

}  // namespace

Status Rig::StartServices() {
  auto payment = PaymentPlatform::Start(kMerchant, kPaymentKey);
  if (!payment) return tl::unexpected(payment.error());
  payment_ = std::move(*payment);
  auto sms = VirtualSmsGateway::Start();
  if (!sms) return tl::unexpected(sms.error());
  sms_ = std::move(*sms);
  Status written = WriteFile(options_.dir + "/payment.url", payment_->Url() + '\n');
  if (written) written = WriteFile(options_.dir + "/sms.url", sms_->Url() + '\n');
  return written;
}

Result<std::string> Rig::HandlePayment(const std::vector<std::string>& words) {
  const std::string verb = words.size() > 1 ? words[1] : "";
  if (verb == "pay") {
    const std::string number = words.size() > 2 ? words[2] : payment_->Latest();
    if (payment_->Pay(number)) return number;
    return Fail(ErrorCode::Refused, "that order cannot be paid");
  }
  if (verb == "list") {
    std::string text;
    for (const auto& [number, order] : payment_->Orders()) {
      const char* const unpaid = order.paid ? "paid" : "open";
      text += number + ' ' + std::to_string(order.amount_minor) + ' ' +
              std::to_string(order.taken_minor) + ' ' + (order.closed ? "closed" : unpaid) +
              " refunds " + std::to_string(order.refunds.size()) + "; ";
    }
    return text;
  }
  if (verb == "fault" && words.size() > 2) {
    const auto fault = PlatformFaultOf(words[2]);
    if (!fault) return Fail(ErrorCode::Refused, "no such fault");
    payment_->FailNext(*fault, CountOf(words, 3));
    return std::string();
  }
  return Fail(ErrorCode::Refused, "payment pay [NUMBER] | list | fault NAME [COUNT]");
}

Result<std::string> Rig::HandleSms(const std::vector<std::string>& words) {
  const std::string verb = words.size() > 1 ? words[1] : "";
  if (verb == "list") {
    std::string text;
    for (const SentSms& one : sms_->Sent()) text += one.to + ' ' + one.text + "; ";
    return text;
  }
  if (verb == "fault" && words.size() > 2) {
    const auto fault = SmsFaultOf(words[2]);
    if (!fault) return Fail(ErrorCode::Refused, "no such fault");
    sms_->FailNext(*fault, CountOf(words, 3));
    return std::string();
  }
  return Fail(ErrorCode::Refused, "sms list | fault NAME [COUNT]");
}

}  // namespace yizhan::rig
