#include "domain/ticket.h"

#include <string>

#include "base/assert.h"

namespace yizhan::domain {
namespace {

std::string Padded(int number, std::size_t digits) {
  YIZHAN_ASSERT(number > 0);
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

}  // namespace

std::string TicketNumber(const std::string& queue_letter, int number) {
  return queue_letter + Padded(number, 3);
}

std::string ProvisionalTicketNumber(const std::string& queue_letter, const TerminalId& terminal,
                                    int number) {
  return queue_letter + "-" + terminal.Value() + "-" + Padded(number, 2);
}

std::string SerialNumber(const TerminalId& terminal, std::chrono::local_days day, int number) {
  std::string date = ToDate(day);
  std::erase(date, '-');
  return date + "-" + terminal.Value() + "-" + Padded(number, 6);
}

}  // namespace yizhan::domain
