#include "backend/fhir/client.h"
#include "backend/hospital/messages/sms_gateway.h"

namespace yizhan::hospital {
namespace {

using fhir::Json;

constexpr std::size_t kMostCursorBytes = 200;
constexpr std::size_t kMostAnswerBytes = 1U << 20U;
constexpr std::size_t kIdBytes = 32;

bool IsId(const std::string& text) {
  return text.size() == kIdBytes && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

class HttpSmsGateway final : public SmsGateway {
 public:
  explicit HttpSmsGateway(std::unique_ptr<fhir::Client> client) : client_(std::move(client)) {}

  Status Send(const Sms& sms) override {
    fhir::Request request;
    request.method = "POST";
    request.path = "messages";
    request.body = Json::Object({{"id", Json::String(sms.id)},
                                 {"to", Json::String(sms.phone)},
                                 {"text", Json::String(sms.text)}});
    const Result<fhir::Response> answer = client_->Send(request);
    if (!answer) return tl::unexpected<Error>(answer.error());
    switch (answer->status) {
      case 200:
      case 201:
      case 202:
      case 409: return {};
      case 400:
      case 403:
      case 404:
      case 422: return Fail(ErrorCode::Refused, "gateway refused");
      default: return Fail(ErrorCode::Busy, "gateway is busy");
    }
  }

  Result<std::vector<SmsReceipt>> Receipts(std::string& cursor) override {
    fhir::Request request;
    request.path = "receipts?after=" + fhir::EncodeQuery(cursor);
    const Result<fhir::Response> answer = client_->Send(request);
    if (!answer) return tl::unexpected<Error>(answer.error());
    if (answer->status != 200) return Fail(ErrorCode::Busy, "gateway has no receipts");
    const std::string& next = answer->body["next"].AsString();
    if (next.size() > kMostCursorBytes) return Fail(ErrorCode::BadData, "cursor is too long");
    std::vector<SmsReceipt> receipts;
    for (const Json& one : answer->body["receipts"].Items()) {
      const std::string& state = one["state"].AsString();
      const std::string& id = one["id"].AsString();
      const bool known = IsId(id) && (state == "delivered" || state == "failed");
      if (known) receipts.push_back({id, state == "delivered"});
    }
    if (!next.empty()) cursor = next;
    return receipts;
  }

  void Cancel() noexcept override { client_->Cancel(); }

 private:
  const std::unique_ptr<fhir::Client> client_;
};

}  // namespace

Result<std::unique_ptr<SmsGateway>> OpenHttpSmsGateway(const HttpSmsOptions& options) {
  fhir::ClientOptions client;
  client.base_url = options.url;
  client.ca_file = options.ca_file;
  client.media_type = "application/json";
  client.bearer_token = options.token;
  client.response_bytes = kMostAnswerBytes;
  Result<std::unique_ptr<fhir::Client>> opened = fhir::Client::Open(std::move(client));
  if (!opened) return tl::unexpected<Error>(opened.error());
  return std::unique_ptr<SmsGateway>(std::make_unique<HttpSmsGateway>(std::move(*opened)));
}

}  // namespace yizhan::hospital
