#include "domain/print_job.h"

#include <array>

namespace yizhan::domain {
namespace {

constexpr std::array kStates = {PrintState::Ready,     PrintState::Creating, PrintState::Created,
                                PrintState::Sending,   PrintState::Sent,     PrintState::Printed,
                                PrintState::Uncertain, PrintState::Cancelled};

}  // namespace

const char* Name(PrintState state) {
  switch (state) {
    case PrintState::Ready: return "ready";
    case PrintState::Creating: return "creating";
    case PrintState::Created: return "created";
    case PrintState::Sending: return "sending";
    case PrintState::Sent: return "sent";
    case PrintState::Printed: return "printed";
    case PrintState::Uncertain: return "uncertain";
    case PrintState::Cancelled: return "cancelled";
  }
  return "unknown";
}

std::optional<PrintState> ParsePrintState(std::string_view name) {
  for (const PrintState state : kStates) {
    if (name == Name(state)) return state;
  }
  return std::nullopt;
}

bool IsFinal(PrintState state) {
  return state == PrintState::Printed || state == PrintState::Uncertain ||
         state == PrintState::Cancelled;
}

}  // namespace yizhan::domain
