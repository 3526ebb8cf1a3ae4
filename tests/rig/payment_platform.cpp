#include "tests/rig/payment_platform.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backend/payment/platform_client.h"

namespace yizhan::rig {
namespace {

using payment::ReadSigned;
using payment::ValueOf;
using payment::WriteSigned;

constexpr std::pair<std::string_view, PlatformFault> kFaults[] = {
    {"drop", PlatformFault::Drop},       {"hang", PlatformFault::Hang},
    {"garbage", PlatformFault::Garbage}, {"wrong-sign", PlatformFault::WrongSign},
    {"replay", PlatformFault::Replay},   {"huge", PlatformFault::Huge},
    {"busy", PlatformFault::Busy},       {"failed", PlatformFault::Failed},
};
constexpr std::size_t kHugeBytes = 1U << 20U;

}  // namespace

std::optional<PlatformFault> PlatformFaultOf(std::string_view name) {
  for (const auto& [word, fault] : kFaults) {
    if (word == name) return fault;
  }
  return std::nullopt;
}

Result<std::unique_ptr<PaymentPlatform>> PaymentPlatform::Start(std::string merchant,
                                                                std::string key) {
  std::unique_ptr<PaymentPlatform> platform(
      new PaymentPlatform(std::move(merchant), std::move(key)));
  auto server =
      SmallHttp::Start([raw = platform.get()](const HttpAsk& ask) { return raw->Handle(ask); });
  if (!server) return tl::unexpected<Error>(server.error());
  platform->server_ = std::move(*server);
  return platform;
}

bool PaymentPlatform::Pay(const std::string& number) {
  MutexLock lock(mutex_);
  const auto found = orders_.find(number);
  if (found == orders_.end() || found->second.closed || found->second.paid) return false;
  found->second.paid = true;
  found->second.taken_minor = found->second.amount_minor;
  return true;
}

void PaymentPlatform::FailNext(PlatformFault fault, int count, const std::string& act) {
  MutexLock lock(mutex_);
  for (int i = 0; i < count; ++i) faults_.push_back({fault, act});
}

std::map<std::string, PlatformOrder> PaymentPlatform::Orders() const {
  MutexLock lock(mutex_);
  return orders_;
}

std::string PaymentPlatform::Latest() const {
  MutexLock lock(mutex_);
  return latest_;
}

void PaymentPlatform::HoldRefunds(bool hold) {
  MutexLock lock(mutex_);
  hold_refunds_ = hold;
}

const char* PaymentPlatform::Refund(const Form& question, PlatformOrder& order, Form& answer) {
  const std::string number = ValueOf(question, "refund-number");
  const auto known = order.refunds.find(number);
  answer["state"] = hold_refunds_ ? "pending" : "done";
  if (ValueOf(question, "act") == "refund-query") {
    if (known == order.refunds.end()) return "unknown-refund";
    answer["amount"] = std::to_string(known->second);
    return "ok";
  }
  const auto amount = payment::AmountOf(ValueOf(question, "amount"));
  if (!payment::IsNumber(number) || !amount || *amount == 0) return "bad-refund";
  if (known != order.refunds.end()) return known->second == *amount ? "ok" : "number-in-use";
  if (order.closed) return "already-reversed";
  if (!order.paid) return "not-paid";
  if (*amount > order.taken_minor) return "too-much";
  order.refunds[number] = *amount;
  order.taken_minor -= *amount;
  return "ok";
}

PaymentPlatform::Form PaymentPlatform::Answer(const Form& question) {
  const std::string act = ValueOf(question, "act");
  const std::string number = ValueOf(question, "number");
  Form answer = {{"act", act}, {"number", number}, {"nonce", ValueOf(question, "nonce")}};
  const auto say = [&](const char* result) {
    answer["result"] = result;
    return answer;
  };
  const auto found = orders_.find(number);
  if (act == "create") {
    const std::string amount = ValueOf(question, "amount");
    PlatformOrder order;
    std::from_chars(amount.data(), amount.data() + amount.size(), order.amount_minor);
    if (found != orders_.end() && found->second.amount_minor != order.amount_minor) {
      return say("number-in-use");
    }
    if (found == orders_.end()) orders_[number] = order;
    latest_ = number;
    answer["qr"] = "https://pay.invalid/q/" + number;
    return say("ok");
  }
  if (act == "reverse") {
    // Also one it never heard of: its creation may still be on the way.
    PlatformOrder& order = orders_[number];
    if (!order.closed) ++order.reversals;
    order.closed = true;
    order.taken_minor = 0;
    answer["state"] = "closed";
    return say("ok");
  }
  const bool refund = act == "refund" || act == "refund-query";
  if (act != "query" && !refund) return say("unknown-act");
  if (found == orders_.end()) return say("unknown-order");
  if (refund) return say(Refund(question, found->second, answer));
  const PlatformOrder& order = found->second;
  const char* const unpaid = order.paid ? "paid" : "open";
  answer["state"] = order.closed ? "closed" : unpaid;
  // What was paid; what went back since is the refunds' business.
  answer["amount"] = std::to_string(order.paid ? order.amount_minor : 0);
  answer["reference"] =
      "P" + number.substr(number.size() - std::min<std::size_t>(8, number.size()));
  return say("ok");
}

HttpReply PaymentPlatform::Spoil(PlatformFault fault, const std::string& text) {
  HttpReply reply;
  reply.body = text;
  switch (fault) {
    case PlatformFault::Drop: reply.how = HttpReply::How::Drop; break;
    case PlatformFault::Hang: reply.how = HttpReply::How::Hang; break;
    case PlatformFault::Garbage: reply.body = "<html>\xFF\x00 it works </html>"; break;
    case PlatformFault::WrongSign: reply.body.back() = reply.body.back() == '0' ? '1' : '0'; break;
    case PlatformFault::Replay: reply.body = former_answer_; break;
    case PlatformFault::Huge: reply.body = text + std::string(kHugeBytes, 'A'); break;
    case PlatformFault::Busy: break;
    case PlatformFault::Failed: reply.status = 500; break;
  }
  return reply;
}

HttpReply PaymentPlatform::Handle(const HttpAsk& ask) {
  MutexLock lock(mutex_);
  HttpReply reply;
  const auto question = ReadSigned(ask.body, key_);
  const bool known = question && ValueOf(*question, "merchant") == merchant_ &&
                     ask.path == '/' + ValueOf(*question, "act");
  if (!known) {
    reply.status = 403;
    return reply;
  }
  std::optional<PlatformFault> fault;
  if (!faults_.empty() &&
      (faults_.front().act.empty() || faults_.front().act == ValueOf(*question, "act"))) {
    fault = faults_.front().fault;
    faults_.pop_front();
  }
  if (fault == PlatformFault::Busy) {
    reply.body = WriteSigned({{"act", ValueOf(*question, "act")},
                              {"number", ValueOf(*question, "number")},
                              {"nonce", ValueOf(*question, "nonce")},
                              {"result", "busy"}},
                             key_);
    return reply;
  }
  reply.body = WriteSigned(Answer(*question), key_);
  if (fault) return Spoil(*fault, reply.body);
  former_answer_ = reply.body;
  return reply;
}

}  // namespace yizhan::rig
