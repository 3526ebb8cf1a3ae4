#include "tests/rig/sms_gateway.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backend/fhir/json.h"

namespace yizhan::rig {
namespace {

using fhir::Json;

constexpr std::pair<std::string_view, SmsFault> kFaults[] = {
    {"refuse", SmsFault::Refuse},
    {"busy", SmsFault::Busy},
    {"lose-answer", SmsFault::LoseAnswer},
    {"hang", SmsFault::Hang},
};

HttpReply Reply(int status, std::string body = "{}") {
  HttpReply reply;
  reply.status = status;
  reply.type = "application/json";
  reply.body = std::move(body);
  return reply;
}

}  // namespace

std::optional<SmsFault> SmsFaultOf(std::string_view name) {
  for (const auto& [word, fault] : kFaults) {
    if (word == name) return fault;
  }
  return std::nullopt;
}

Result<std::unique_ptr<VirtualSmsGateway>> VirtualSmsGateway::Start(std::string token) {
  std::unique_ptr<VirtualSmsGateway> gateway(new VirtualSmsGateway(std::move(token)));
  auto server =
      SmallHttp::Start([raw = gateway.get()](const HttpAsk& ask) { return raw->Handle(ask); });
  if (!server) return tl::unexpected<Error>(server.error());
  gateway->server_ = std::move(*server);
  return gateway;
}

void VirtualSmsGateway::FailNext(SmsFault fault, int count) {
  MutexLock lock(mutex_);
  for (int i = 0; i < count; ++i) faults_.push_back(fault);
}

void VirtualSmsGateway::LoseOnTheAir(bool loses) {
  MutexLock lock(mutex_);
  loses_ = loses;
}

std::vector<SentSms> VirtualSmsGateway::Sent() const {
  MutexLock lock(mutex_);
  return sent_;
}

int VirtualSmsGateway::Asked() const {
  MutexLock lock(mutex_);
  return asked_;
}

HttpReply VirtualSmsGateway::Handle(const HttpAsk& ask) {
  MutexLock lock(mutex_);
  if (!token_.empty() && ask.authorization != "Bearer " + token_) return Reply(401);
  if (ask.method == "POST" && ask.path == "/messages") return Take(ask);
  if (ask.method == "GET" && ask.path.starts_with("/receipts")) return Receipts(ask);
  return Reply(404);
}

HttpReply VirtualSmsGateway::Take(const HttpAsk& ask) {
  ++asked_;
  std::optional<SmsFault> fault;
  if (!faults_.empty()) {
    fault = faults_.front();
    faults_.pop_front();
  }
  if (fault == SmsFault::Busy) return Reply(503);
  if (fault == SmsFault::Refuse) return Reply(422);
  const Result<Json> body = Json::Parse(ask.body);
  if (!body || (*body)["id"].AsString().empty() || (*body)["to"].AsString().empty()) {
    return Reply(400);
  }
  const std::string& id = (*body)["id"].AsString();
  const bool repeated = std::ranges::find(sent_, id, &SentSms::id) != sent_.end();
  if (!repeated) {
    sent_.push_back({id, (*body)["to"].AsString(), (*body)["text"].AsString()});
    const Json receipt = Json::Object(
        {{"id", Json::String(id)}, {"state", Json::String(loses_ ? "failed" : "delivered")}});
    receipts_.push_back(receipt.Write());
    receipts_.push_back(receipt.Write());
  }
  HttpReply reply = Reply(repeated ? 409 : 202);
  if (fault == SmsFault::LoseAnswer) reply.how = HttpReply::How::Drop;
  if (fault == SmsFault::Hang) reply.how = HttpReply::How::Hang;
  return reply;
}

HttpReply VirtualSmsGateway::Receipts(const HttpAsk& ask) {
  const std::size_t equals = ask.path.find("after=");
  std::size_t after = 0;
  if (equals != std::string::npos) {
    const char* const from = ask.path.data() + equals + 6;
    std::from_chars(from, ask.path.data() + ask.path.size(), after);
  }
  std::string lines;
  for (std::size_t i = std::min(after, receipts_.size()); i < receipts_.size(); ++i) {
    lines += (lines.empty() ? "" : ",") + receipts_[i];
  }
  return Reply(
      200, R"({"next":")" + std::to_string(receipts_.size()) + R"(","receipts":[)" + lines + "]}");
}

}  // namespace yizhan::rig
