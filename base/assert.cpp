#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace yizhan {

void AssertionFailed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "{\"event\":\"assertion-failed\",\"at\":\"%s:%d\",\"expression\":\"%s\"}\n",
               file, line, expression);
  std::abort();
}

}  // namespace yizhan
