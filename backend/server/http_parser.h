#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "backend/server/http.h"

namespace yizhan::server {

struct HttpLimits {
  std::size_t header_bytes = 16U << 10U;
  std::size_t body_bytes = 8U << 20U;
};

/// Reads one request after the other out of bytes as they come from a peer. Thread-bound.
/// Strict where two readers could disagree about where a request ends: a length and an encoding
/// together, two lengths, an encoding other than "chunked", a second Host are refused.
class HttpParser {
 public:
  enum class State {
    Head,      ///< The head is not complete.
    Body,      ///< The head is, the body is not.
    Complete,  ///< Request() can be handled; Next() begins the one behind it.
    Refused,   ///< Answer with Status() and close: where the next request begins is unknown.
  };

  explicit HttpParser(HttpLimits limits);
  ~HttpParser();
  HttpParser(const HttpParser&) = delete;
  HttpParser& operator=(const HttpParser&) = delete;

  /// Takes bytes of the request and says how many. Call it again with those that were not taken and
  /// more behind them; there are never more than `header_bytes` to keep.
  std::size_t Take(std::string_view bytes);
  [[nodiscard]] State At() const { return state_; }
  [[nodiscard]] HttpRequest& Request() { return request_; }
  /// 400, 413, 431 or 501, when Refused.
  [[nodiscard]] int Status() const { return status_; }
  [[nodiscard]] bool KeepAlive() const;
  /// The peer waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool WantsContinue() const;
  /// Forgets the request. What describes the peer is the caller's to set again.
  void Next();

 private:
  class Reader;

  const HttpLimits limits_;
  HttpRequest request_;
  State state_ = State::Head;
  int status_ = 0;
  std::size_t head_bytes_ = 0;
  std::unique_ptr<Reader> reader_;
};

}  // namespace yizhan::server
