#include "backend/server/commands/command.h"

#include <cstdio>

namespace yizhan::server {

int Complain(const Error& error) {
  std::fprintf(stderr, "yizhan-hospital: %s\n", error.detail.c_str());
  return kExitFailed;
}

int ExitCode(const Status& done) { return done ? kExitDone : Complain(done.error()); }

}  // namespace yizhan::server
