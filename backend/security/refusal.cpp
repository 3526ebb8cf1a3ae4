#include "backend/security/refusal.h"

namespace yizhan::security {

const char* Name(Reason reason) {
  switch (reason) {
#define YIZHAN_X(name, wire, status, meaning) \
  case Reason::name: return wire;
    YIZHAN_REFUSALS(YIZHAN_X)
#undef YIZHAN_X
  }
  return "";
}

int StatusOf(Reason reason) {
  switch (reason) {
#define YIZHAN_X(name, wire, status, meaning) \
  case Reason::name: return status;
    YIZHAN_REFUSALS(YIZHAN_X)
#undef YIZHAN_X
  }
  return 500;
}

const char* Meaning(Reason reason) {
  switch (reason) {
#define YIZHAN_X(name, wire, status, meaning) \
  case Reason::name: return meaning;
    YIZHAN_REFUSALS(YIZHAN_X)
#undef YIZHAN_X
  }
  return "";
}

}  // namespace yizhan::security
