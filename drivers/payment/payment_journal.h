#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace yizhan::drivers {

/// A payment whose end is not known yet.
struct OpenPayment {
  std::string number;
  std::int64_t amount_minor = 0;
  std::string booking;  ///< What is paid for: the Appointment's id.
  friend bool operator==(const OpenPayment&, const OpenPayment&) = default;
};

enum class PaymentEnd { Booked, Reversed };

/// The terminal's memory of order numbers: a file that is only appended to, each line on disk
/// before the call returns. Holds no patient data. Thread-bound; owns the file. What a power cut
/// left half written is dropped at the next start.
class PaymentJournal {
 public:
  /// Reads `path`, or makes it, and leaves out what ended long ago. Internal: the folder cannot be
  /// written. BadData: it is another file.
  [[nodiscard]] static Result<PaymentJournal> Open(const std::string& path);

  /// Before the platform hears of it. Conflict: the number was used before. StoreFull: nothing was
  /// written, do not begin.
  [[nodiscard]] Status Begin(const OpenPayment& payment);
  [[nodiscard]] Status Finish(const std::string& number, PaymentEnd end);
  /// Oldest first.
  [[nodiscard]] const std::vector<OpenPayment>& Unfinished() const { return open_; }

 private:
  explicit PaymentJournal(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] Status Load();
  [[nodiscard]] Status Rewrite();
  [[nodiscard]] Status Append(const std::string& line);
  void Apply(const std::string& line);

  std::string path_;
  UniqueFd file_;
  std::vector<OpenPayment> open_;
  std::vector<std::string> ended_;  ///< The latest, as lines.
  std::set<std::string> used_;
};

}  // namespace yizhan::drivers
