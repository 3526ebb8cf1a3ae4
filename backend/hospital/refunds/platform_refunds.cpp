#include "backend/hospital/refunds/refund_gateway.h"
#include "backend/payment/platform_client.h"

namespace yizhan::hospital {
namespace {

using payment::Form;
using payment::PlatformClient;

class PlatformRefunds final : public RefundGateway {
 public:
  explicit PlatformRefunds(std::unique_ptr<PlatformClient> client) : client_(std::move(client)) {}

  Result<RefundAnswer> Refund(const std::string& order, const std::string& number,
                              std::int64_t amount_minor) override {
    return Read(client_->Ask(
        "refund", order, {{"refund-number", number}, {"amount", std::to_string(amount_minor)}}));
  }
  Result<RefundAnswer> Query(const std::string& order, const std::string& number) override {
    return Read(client_->Ask("refund-query", order, {{"refund-number", number}}));
  }
  void Cancel() noexcept override { client_->Cancel(); }

 private:
  static Result<RefundAnswer> Read(const Result<Form>& answer) {
    if (!answer) return tl::unexpected<Error>(answer.error());
    const std::string state = payment::ValueOf(*answer, "state");
    if (state == "done") return RefundAnswer::Done;
    if (state == "pending") return RefundAnswer::Pending;
    if (state == "failed") return RefundAnswer::Failed;
    return Fail(ErrorCode::BadData, "state is not known");
  }

  const std::unique_ptr<PlatformClient> client_;
};

}  // namespace

Result<std::unique_ptr<RefundGateway>> OpenPlatformRefunds(const PlatformRefundOptions& options) {
  payment::PlatformOptions platform;
  platform.base_url = options.url;
  platform.merchant = options.merchant;
  platform.ca_file = options.ca_file;
  Result<std::string> key = payment::ReadKey(options.key_file, "payment.key_file");
  if (!key) return tl::unexpected<Error>(key.error());
  platform.key = std::move(*key);
  Result<std::unique_ptr<PlatformClient>> client = PlatformClient::Open(std::move(platform));
  if (!client) return tl::unexpected<Error>(client.error());
  return std::unique_ptr<RefundGateway>(std::make_unique<PlatformRefunds>(std::move(*client)));
}

}  // namespace yizhan::hospital
