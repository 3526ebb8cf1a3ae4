#include "kiosk/sync/gateway.h"

#include "base/wipe.h"
#include "kiosk/sync/gateway_work.h"

namespace yizhan::sync {

Result<std::unique_ptr<Gateway>> Gateway::Open(GatewayOptions options, offline::Database& database,
                                               const Clock& clock, std::function<void(News)> tell) {
  auto client = fhir::Client::Open(options.client);
  if (!client) return tl::unexpected<Error>(client.error());
  return Over(std::move(*client), std::move(options), database, clock, std::move(tell));
}

std::unique_ptr<Gateway> Gateway::Over(std::unique_ptr<fhir::Client> client, GatewayOptions options,
                                       offline::Database& database, const Clock& clock,
                                       std::function<void(News)> tell) {
  return std::unique_ptr<Gateway>(
      new Gateway(std::move(options), std::move(client), database, clock, std::move(tell)));
}

Gateway::Gateway(GatewayOptions options, std::unique_ptr<fhir::Client> client,
                 offline::Database& database, const Clock& clock, std::function<void(News)> tell)
    : options_(std::move(options)),
      client_(std::move(client)),
      database_(database),
      clock_(clock),
      tell_(std::move(tell)) {}

Gateway::~Gateway() { Stop(); }

void Gateway::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Gateway::Stop() {
  asks_.Close();
  client_->Cancel();
  if (thread_.joinable()) thread_.join();
}

void Gateway::Run() {
  auto cache = offline::DirectoryCache::Open(database_);
  if (!cache) {
    tell_(StoreBroken{});
    return;
  }
  GatewayWork work(options_, database_, *client_, std::move(*cache), clock_, tell_);
  // The first try to reach the hospital comes before the first patient's question.
  while (!asks_.Closed()) {
    const std::chrono::milliseconds wait = work.DoDuty();
    // Answers and duties both held patients' data.
    WipeStack();
    for (const Ask& ask : asks_.WaitAndTakeAll(wait)) work.Answer(ask);
    WipeStack();
  }
}

}  // namespace yizhan::sync
