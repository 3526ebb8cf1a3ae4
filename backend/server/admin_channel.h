#pragma once

#include <functional>
#include <memory>
#include <string>

#include "backend/fhir/json.h"
#include "base/result.h"

namespace yizhan::server {

/// How a command reaches the server that has the store open: a Unix socket in the data folder, for
/// the server's own user and root only. One question and one answer a connection. Serves on a
/// thread of its own until it is destroyed.
class AdminChannel {
 public:
  using Handler = std::function<fhir::Json(const fhir::Json& command)>;

  /// StoreFull: the socket cannot be made in `folder`. `handler` is called on the channel's thread.
  [[nodiscard]] static Result<std::unique_ptr<AdminChannel>> Open(const std::string& folder,
                                                                  Handler handler);
  virtual ~AdminChannel() = default;
};

/// Asks the server that uses `folder`. Unreachable: none listens there. Refused: it belongs to
/// another user. BadData: it did not understand.
[[nodiscard]] Result<fhir::Json> AskServer(const std::string& folder, const fhir::Json& command);

}  // namespace yizhan::server
