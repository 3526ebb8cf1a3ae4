#include "domain/booking_desk.h"

namespace yizhan::domain {

std::string BookingNumber(const AppointmentId& id) {
  constexpr std::size_t kLongest = 12;
  constexpr std::size_t kEnd = 8;
  const std::string& text = id.Value();
  if (text.size() <= kLongest) return text;
  std::string number = text.substr(text.size() - kEnd);
  for (char& c : number) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return number.insert(kEnd / 2, "-");
}

}  // namespace yizhan::domain
