#include "base/log.h"

#include <unistd.h>

#include <string>

#include "base/clock.h"

namespace yizhan {
namespace {

const char* Name(LogEvent event) {
  switch (event) {
#define YIZHAN_X(name, wire, meaning) \
  case LogEvent::name: return wire;
    YIZHAN_LOG_EVENTS(YIZHAN_X)
#undef YIZHAN_X
  }
  return "unknown";
}

const char* Name(LogKey key) {
  switch (key) {
    case LogKey::Part: return "part";
    case LogKey::Code: return "code";
    case LogKey::Reason: return "reason";
    case LogKey::Count: return "count";
    case LogKey::Milliseconds: return "ms";
    case LogKey::Attempt: return "attempt";
    case LogKey::Version: return "version";
    case LogKey::Status: return "status";
    case LogKey::Port: return "port";
    case LogKey::Pid: return "pid";
  }
  return "unknown";
}

}  // namespace

void Log(LogEvent event, std::initializer_list<LogField> fields) {
  std::string line =
      "{\"at\":\"" + ToInstant(SystemClock().Now()) + "\",\"event\":\"" + Name(event) + "\"";
  for (const LogField& field : fields) {
    line += std::string(",\"") + Name(field.key) + "\":";
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      line += std::to_string(*number);
    } else {
      line += '"';
      line += std::get<LogWord>(field.value).Text();
      line += '"';
    }
  }
  line += "}\n";
  // One write, so that lines of several threads and processes do not mix.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace yizhan
