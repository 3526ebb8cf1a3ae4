#include "base/result.h"

namespace yizhan {

const char* Name(ErrorCode code) {
  switch (code) {
    case ErrorCode::DeviceGone: return "device-gone";
    case ErrorCode::Busy: return "busy";
    case ErrorCode::Timeout: return "timeout";
    case ErrorCode::BadData: return "bad-data";
    case ErrorCode::NotFound: return "not-found";
    case ErrorCode::Conflict: return "conflict";
    case ErrorCode::Refused: return "refused";
    case ErrorCode::StoreFull: return "store-full";
    case ErrorCode::Unreachable: return "unreachable";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Internal: return "internal";
  }
  return "unknown";
}

}  // namespace yizhan
