/// \file
/// TLS for the server: the context of all connections, and one connection's bytes, encrypted or
/// not.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "backend/server/http_server.h"
#include "base/unique_fd.h"

struct ssl_ctx_st;
struct ssl_st;

namespace yizhan::server {

/// Certificates, key and who signs clients. Immutable, thread-safe. Outlives its streams.
class TlsContext {
 public:
  /// Null when the options name no certificate. BadData: a file cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<TlsContext>> Open(const HttpServerOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class ByteStream;
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* const context_;
};

/// Who is at the other end, learned once for a connection. See HttpRequest.
struct Peer {
  std::string address;
  std::string name;
  std::string fingerprint;
  std::string problem;
};

/// The bytes of a connection; never blocks. Thread-bound.
class ByteStream {
 public:
  /// Takes over a non-blocking socket. Without a context nothing is encrypted.
  ByteStream(UniqueFd socket, const TlsContext* context);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  enum class State { Done, WouldBlock, Closed };
  struct Moved {
    State state = State::Done;
    std::size_t bytes = 0;
  };

  /// Call until Done before anything else, whenever the socket can be read or written.
  [[nodiscard]] State Handshake();
  /// Reads what has come. WouldBlock: there is nothing (any more). Closed: the peer sends no more.
  [[nodiscard]] Moved Read(std::span<char> into);
  /// Writes as much as fits of the two texts, one behind the other.
  [[nodiscard]] Moved Write(std::string_view first, std::string_view second);
  /// Tells the peer that nothing more will come.
  void Finish();
  void Close();
  /// Closes and forgets what the peer has not taken: the kernel would keep it for minutes.
  void Abort();

  [[nodiscard]] int Socket() const { return socket_.Get(); }
  [[nodiscard]] bool IsSecure() const { return ssl_ != nullptr; }
  /// After the handshake.
  [[nodiscard]] Peer Who() const;

 private:
  UniqueFd socket_;
  ssl_st* ssl_ = nullptr;
};

}  // namespace yizhan::server
