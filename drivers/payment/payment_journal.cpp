#include "drivers/payment/payment_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <sstream>

namespace yizhan::drivers {
namespace {

constexpr const char* kFirstLine = "yizhan-payments 1";
/// Numbers that ended are kept so long that a repeated one is noticed.
constexpr std::size_t kMostEnded = 2000;
constexpr std::size_t kMostBytes = 16U << 20U;

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
}

Result<std::string> ReadAll(int fd) {
  std::string text;
  char buffer[8192];
  while (true) {
    const ssize_t got = ::read(fd, buffer, sizeof(buffer));
    if (got < 0) return Fail(ErrorCode::Internal, "payment journal cannot be read");
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > kMostBytes) return Fail(ErrorCode::BadData, "payment journal is too large");
  }
}

Status WriteDurably(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(fd, text.data(), text.size());
    if (wrote <= 0) return Fail(ErrorCode::StoreFull, "payment journal cannot be written");
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::fdatasync(fd) != 0) return Fail(ErrorCode::StoreFull, "payment journal is not on disk");
  return {};
}

std::string BeginLine(const OpenPayment& payment) {
  return "begin " + payment.number + ' ' + std::to_string(payment.amount_minor) + ' ' +
         payment.booking;
}

}  // namespace

Result<PaymentJournal> PaymentJournal::Open(const std::string& path) {
  PaymentJournal journal(path);
  if (Status loaded = journal.Load(); !loaded) return tl::unexpected<Error>(loaded.error());
  if (Status written = journal.Rewrite(); !written) return tl::unexpected<Error>(written.error());
  return journal;
}

void PaymentJournal::Apply(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  OpenPayment payment;
  words >> verb >> payment.number;
  if (!IsWord(payment.number)) return;
  if (verb == "begin") {
    words >> payment.amount_minor >> payment.booking;
    if (words.fail() || !used_.insert(payment.number).second) return;
    open_.push_back(payment);
  } else if (verb == "booked" || verb == "reversed") {
    std::erase_if(open_, [&](const OpenPayment& one) { return one.number == payment.number; });
    used_.insert(payment.number);
    ended_.push_back(line);
  }
}

Status PaymentJournal::Load() {
  const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {};  // None yet.
  Result<std::string> text = ReadAll(file.Get());
  if (!text) return tl::unexpected<Error>(text.error());
  if (text->empty()) return {};
  if (!text->starts_with(std::string(kFirstLine) + '\n')) {
    return Fail(ErrorCode::BadData, "no payment journal");
  }
  // A line without its end was cut off by a crash: it had not been acknowledged.
  std::size_t at = text->find('\n') + 1;
  for (std::size_t end = text->find('\n', at); end != std::string::npos;
       end = text->find('\n', at)) {
    Apply(text->substr(at, end - at));
    at = end + 1;
  }
  return {};
}

Status PaymentJournal::Rewrite() {
  if (ended_.size() > kMostEnded) {
    ended_.erase(ended_.begin(), ended_.end() - static_cast<std::ptrdiff_t>(kMostEnded));
  }
  std::string text = std::string(kFirstLine) + '\n';
  for (const std::string& line : ended_) text += line + '\n';
  for (const OpenPayment& one : open_) text += BeginLine(one) + '\n';
  const std::string fresh = path_ + ".new";
  UniqueFd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
  if (!file) return Fail(ErrorCode::Internal, "payment journal cannot be made");
  if (Status written = WriteDurably(file.Get(), text); !written) return written;
  if (::rename(fresh.c_str(), path_.c_str()) != 0) {
    return Fail(ErrorCode::Internal, "payment journal cannot be replaced");
  }
  const std::size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash);
  const UniqueFd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.Get()) != 0) {
    return Fail(ErrorCode::Internal, "payment journal's folder is not on disk");
  }
  file_ = std::move(file);
  return {};
}

Status PaymentJournal::Append(const std::string& line) {
  return WriteDurably(file_.Get(), line + '\n');
}

Status PaymentJournal::Begin(const OpenPayment& payment) {
  if (!IsWord(payment.number) || !IsWord(payment.booking)) {
    return Fail(ErrorCode::BadData, "payment is no pair of words");
  }
  if (used_.contains(payment.number)) return Fail(ErrorCode::Conflict, "order number was used");
  if (Status written = Append(BeginLine(payment)); !written) return written;
  used_.insert(payment.number);
  open_.push_back(payment);
  return {};
}

Status PaymentJournal::Finish(const std::string& number, PaymentEnd end) {
  const std::string line = (end == PaymentEnd::Booked ? "booked " : "reversed ") + number;
  if (Status written = Append(line); !written) return written;
  Apply(line);
  return {};
}

}  // namespace yizhan::drivers
