#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace yizhan::rig {

struct HttpAsk {
  std::string method;
  std::string path;  ///< With what follows '?'.
  std::string authorization;
  std::string body;
};

struct HttpReply {
  enum class How {
    Answer,
    Drop,  ///< Closes without a word.
    Hang,  ///< Says nothing until the peer gives up.
  };
  How how = How::Answer;
  int status = 200;
  std::string type = "text/plain";
  std::string body;
};

/// A little HTTP/1.1 server on loopback for simulated services: one request a connection, each on a
/// thread of its own. Thread-safe; ends with this value.
class SmallHttp {
 public:
  using Handler = std::function<HttpReply(const HttpAsk&)>;

  /// Internal: no port is free. `port` 0: any.
  [[nodiscard]] static Result<std::unique_ptr<SmallHttp>> Start(Handler handler, int port = 0);
  ~SmallHttp();
  SmallHttp(const SmallHttp&) = delete;
  SmallHttp& operator=(const SmallHttp&) = delete;

  /// "http://127.0.0.1:PORT"
  [[nodiscard]] std::string Url() const;

 private:
  explicit SmallHttp(Handler handler) : handler_(std::move(handler)) {}
  struct Serving {
    std::thread thread;
    std::unique_ptr<std::atomic<bool>> over;  ///< Set last of all by the thread.
  };
  void Accept();
  /// Takes back the threads that have ended.
  void Reap() REQUIRES(mutex_);
  void Serve(int connection);

  const Handler handler_;
  UniqueFd listener_;
  int port_ = 0;
  std::atomic<bool> ending_ = false;
  Mutex mutex_;
  std::vector<Serving> serving_ GUARDED_BY(mutex_);
  std::thread accepting_;
};

}  // namespace yizhan::rig
