#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "backend/server/http_parser.h"
#include "backend/server/http_tls.h"
#include "base/clock.h"

namespace yizhan::server {

class NetworkThread;
struct HttpShared;

/// One connection, from accept to close: reads requests one after the other, has each handled,
/// sends the answers in order. An idle one holds no buffers. Bound to its network thread, except
/// Handle(). What it is given outlives it.
class Connection {
 public:
  /// `address` is where the socket was accepted from, for the count of connections.
  Connection(NetworkThread& network, HttpShared& shared, std::uint64_t id, UniqueFd socket,
             std::string address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int Socket() const { return stream_.Socket(); }
  [[nodiscard]] std::uint64_t Id() const { return id_; }
  /// The socket can be read or written, or its peer is gone (`is_ending`).
  void OnReady(bool is_ending);
  /// Goes on where the last turn ended.
  void Advance();
  /// The handler has answered.
  void OnHandled();
  /// A text of the event stream; null: the stream is over.
  void OnText(const std::shared_ptr<const std::string>& text);
  /// Closes what has waited too long.
  void OnTime(MonotonicTime now);
  /// The server stops: no further request; what is to be sent may still go out.
  void OnStopping();
  void Close();

  /// On a thread of the pool, once for each request.
  void Handle();
  /// Closed, and in nobody else's hands: can be destroyed.
  [[nodiscard]] bool IsOver() const { return state_ == State::Closed && !is_in_pool_; }

 private:
  enum class State {
    Greeting,   ///< TLS handshake.
    Reading,    ///< Waiting for a request, or reading one.
    Handling,   ///< A thread of the pool has it.
    Streaming,  ///< Server-sent events until the peer goes.
    Finishing,  ///< Sends what is left, then ends.
    Lingering,  ///< Everything is sent; reads on a little, so that the peer can read the answer.
    Closed,
  };

  [[nodiscard]] bool Greet();
  void Borrow();
  [[nodiscard]] bool Flush();
  [[nodiscard]] bool ReadSome();
  [[nodiscard]] bool Discard();
  [[nodiscard]] std::size_t Parse(std::string_view bytes);
  void OnRequest();
  void Refuse(int status);
  void Answer(HttpResponse response);
  void StartStream(EventStream stream);
  void BeginNext();
  [[nodiscard]] bool HasOutput() const { return sent_ < out_.size() + large_.size(); }

  NetworkThread& network_;
  HttpShared& shared_;
  const std::uint64_t id_;
  const std::string counted_address_;
  ByteStream stream_;
  Peer peer_;
  State state_ = State::Greeting;
  bool is_in_pool_ = false;
  bool may_read_ = false;
  bool is_ending_ = false;   ///< The peer has sent its last byte, or reset the connection.
  bool has_begun_ = false;   ///< A byte of the request under way has come.
  bool is_starved_ = false;  ///< What is in in_ is not enough; more must be read.
  bool keep_alive_ = false;
  bool is_head_ = false;
  MonotonicTime deadline_;
  MonotonicTime write_deadline_;
  MonotonicTime begun_{};  ///< When the request was complete, for the figures.
  HttpParser parser_;
  HttpResponse response_;  ///< The handler's, while it is on its way back.
  std::string in_;         ///< Bytes that were read and not taken yet.
  std::string out_;
  std::string large_;  ///< Goes out behind out_: a large body, not copied.
  std::size_t sent_ = 0;
  std::size_t discarded_ = 0;
};

}  // namespace yizhan::server
