#include "backend/server/http_connection.h"

#include <algorithm>

#include "backend/server/http_network.h"
#include "backend/server/http_response.h"
#include "base/log.h"

namespace yizhan::server {
namespace {

constexpr std::chrono::milliseconds kHandshakeTimeout{10'000};
constexpr std::chrono::milliseconds kLingerTimeout{2'000};
constexpr std::size_t kMostLingering = 1U << 20U;
/// A body up to this size is copied behind its head, so that both leave in one piece.
constexpr std::size_t kSmallBody = 16U << 10U;
/// More than this waits to be sent: no further request of the connection is read.
constexpr std::size_t kMostQueued = 64U << 10U;
/// More than this waits to be sent to a page: it is too slow, and may come again.
constexpr std::size_t kMostStreamQueued = 256U << 10U;
/// Then the other connections of the thread have their turn.
constexpr int kMostTurns = 32;
constexpr MonotonicTime kNever = MonotonicTime::max();

}  // namespace

Connection::Connection(NetworkThread& network, HttpShared& shared, std::uint64_t id,
                       UniqueFd socket, std::string address)
    : network_(network),
      shared_(shared),
      id_(id),
      counted_address_(std::move(address)),
      stream_(std::move(socket), shared.tls.get()),
      deadline_(network.Now() + kHandshakeTimeout),
      write_deadline_(kNever),
      parser_({shared.options.max_header_bytes, shared.options.max_body_bytes}) {
  shared_.metrics.connections.Add(1);
}

Connection::~Connection() {
  --shared_.connections;
  shared_.metrics.connections.Add(-1);
  shared_.addresses.Leave(counted_address_);
}

void Connection::OnReady(bool is_ending) {
  may_read_ = true;
  is_ending_ = is_ending_ || is_ending;
  Advance();
}

void Connection::Advance() {
  if (state_ == State::Closed || (state_ == State::Greeting && !Greet())) return;
  Borrow();
  int turns = 0;
  for (bool moves = true; moves && turns < kMostTurns; ++turns) {
    if (!Flush()) break;
    switch (state_) {
      case State::Reading: moves = ReadSome(); break;
      case State::Streaming:
      case State::Lingering: moves = Discard(); break;
      case State::Finishing:
        stream_.Finish();
        state_ = State::Lingering;
        deadline_ = network_.Now() + kLingerTimeout;
        break;
      default: moves = false;
    }
  }
  if (turns == kMostTurns && state_ != State::Closed) network_.Again(*this);
  if (!HasOutput()) {
    out_.clear();
    out_.swap(network_.Spare());
    out_ = std::string();
    if (in_.empty()) in_ = std::string();
  }
}

/// Most answers leave at once: one buffer does for all connections of the thread.
void Connection::Borrow() {
  if (out_.empty()) out_.swap(network_.Spare());
}

bool Connection::Greet() {
  switch (stream_.Handshake()) {
    case ByteStream::State::WouldBlock: return false;
    case ByteStream::State::Closed: Close(); return false;
    case ByteStream::State::Done: break;
  }
  peer_ = stream_.Who();
  BeginNext();
  return true;
}

void Connection::BeginNext() {
  state_ = State::Reading;
  has_begun_ = false;
  is_starved_ = false;
  deadline_ = network_.Now() + shared_.options.head_timeout;
}

/// Sends what is queued. False: the connection is closed, or the peer takes no more now.
bool Connection::Flush() {
  if (!HasOutput()) return true;
  const std::string_view first(out_);
  const std::string_view second(large_);
  const std::size_t in_first = std::min(sent_, first.size());
  const auto moved = stream_.Write(first.substr(in_first), second.substr(sent_ - in_first));
  sent_ += moved.bytes;
  if (moved.state == ByteStream::State::Closed) {
    Close();
    return false;
  }
  if (HasOutput()) {
    if (write_deadline_ == kNever) write_deadline_ = network_.Now() + shared_.options.write_timeout;
    return false;
  }
  write_deadline_ = kNever;
  sent_ = 0;
  out_.clear();
  large_ = std::string();
  return true;
}

/// Reads once and takes requests out of it. False: nothing to read now.
bool Connection::ReadSome() {
  if (in_.empty() || is_starved_) {
    if (!may_read_) return false;
    const std::span<char> scratch = network_.Scratch();
    const auto moved = stream_.Read(scratch);
    if (moved.state == ByteStream::State::Closed) {
      Close();
      return false;
    }
    // Less than there was room for: the kernel has no more. TLS keeps bytes of its own.
    const bool is_drained = moved.bytes < scratch.size() && !is_ending_ && !stream_.IsSecure();
    if (moved.state == ByteStream::State::WouldBlock || is_drained) may_read_ = false;
    if (moved.bytes == 0) return false;
    if (in_.empty()) {
      const std::string_view bytes(scratch.data(), moved.bytes);
      in_ = bytes.substr(Parse(bytes));
      return true;
    }
    in_.append(scratch.data(), moved.bytes);
  }
  in_.erase(0, Parse(in_));
  return true;
}

/// Takes as many requests as there are, until one must wait for its answer. Says how many bytes.
std::size_t Connection::Parse(std::string_view bytes) {
  std::size_t taken = 0;
  is_starved_ = false;
  while (state_ == State::Reading && taken < bytes.size() && out_.size() < kMostQueued &&
         large_.empty()) {
    if (!has_begun_) {
      has_begun_ = true;
      deadline_ = network_.Now() + shared_.options.head_timeout;
    }
    const bool was_head = parser_.At() == HttpParser::State::Head;
    taken += parser_.Take(bytes.substr(taken));
    switch (parser_.At()) {
      case HttpParser::State::Body:
        if (was_head) {
          deadline_ = network_.Now() + shared_.options.body_timeout;
          if (parser_.WantsContinue()) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        }
        [[fallthrough]];
      case HttpParser::State::Head: is_starved_ = true; return taken;
      case HttpParser::State::Complete: OnRequest(); break;
      case HttpParser::State::Refused: Refuse(parser_.Status()); return bytes.size();
    }
  }
  return taken;
}

void Connection::OnRequest() {
  keep_alive_ = parser_.KeepAlive();
  begun_ = SystemClock().Monotonic();
  HttpRequest& request = parser_.Request();
  is_head_ = request.method == "HEAD";
  request.remote_address = peer_.address;
  request.client_name = peer_.name;
  request.client_fingerprint = peer_.fingerprint;
  request.client_problem = peer_.problem;
  request.secure = stream_.IsSecure();
  if (shared_.stopping) return Refuse(503);
  if (shared_.options.quick) {
    if (std::optional<HttpResponse> response = shared_.options.quick(request)) {
      return Answer(std::move(*response));
    }
  }
  // Set before another thread sees it.
  state_ = State::Handling;
  is_in_pool_ = true;
  deadline_ = kNever;  // The handler has its own bounds.
  if (!shared_.pool.Add(*this)) {
    is_in_pool_ = false;
    return Refuse(503);
  }
  shared_.metrics.handling.Add(1);
}

void Connection::Handle() {
  response_ = shared_.handler(parser_.Request());
  network_.Handled(*this);
}

void Connection::OnHandled() {
  is_in_pool_ = false;
  shared_.metrics.handling.Add(-1);
  if (state_ == State::Closed) return network_.Over(*this);
  Borrow();
  Answer(std::exchange(response_, {}));
  Advance();
}

void Connection::Refuse(int status) {
  Log(LogEvent::RequestRefused, {{LogKey::Status, std::int64_t{status}}});
  shared_.metrics.Refused(status);
  keep_alive_ = false;
  is_head_ = false;
  HttpResponse response;
  response.status = status;
  AppendHead(out_, response, false, network_.Date());
  state_ = State::Finishing;
}

void Connection::Answer(HttpResponse response) {
  const HttpRequest& request = parser_.Request();
  const auto took = SystemClock().Monotonic() - begun_;
  shared_.metrics.Answered(request.method, request.path, response.status, took);
  if (response.events) return StartStream(std::move(*response.events));
  if (shared_.stopping) keep_alive_ = false;
  AppendHead(out_, response, keep_alive_, network_.Date());
  if (!is_head_ && MayHaveBody(response.status)) {
    if (response.body.size() <= kSmallBody) {
      out_ += response.body;
    } else {
      large_ = std::move(response.body);
    }
  }
  parser_.Next();
  if (keep_alive_) return BeginNext();
  state_ = State::Finishing;
}

void Connection::StartStream(EventStream stream) {
  if (++shared_.streams > shared_.options.max_event_streams) {
    --shared_.streams;
    return Refuse(503);
  }
  shared_.metrics.streams.Add(1);
  parser_.Next();
  AppendStreamHead(out_, network_.Date());
  state_ = State::Streaming;
  deadline_ = kNever;
  shared_.events.Add(network_, id_, std::move(stream));
}

void Connection::OnText(const std::shared_ptr<const std::string>& text) {
  if (state_ != State::Streaming) return;
  if (!text || out_.size() - sent_ + text->size() > kMostStreamQueued) return Close();
  Borrow();
  out_ += *text;
  Advance();
}

/// Reads what nobody asked for. False: nothing more now.
bool Connection::Discard() {
  if (!may_read_) return false;
  const auto moved = stream_.Read(network_.Scratch());
  discarded_ += moved.bytes;
  if (moved.state == ByteStream::State::WouldBlock) may_read_ = false;
  if (moved.state == ByteStream::State::Closed || discarded_ > kMostLingering) Close();
  return moved.bytes > 0 && state_ != State::Closed;
}

void Connection::OnTime(MonotonicTime now) {
  if (state_ == State::Closed) return;
  if (now >= write_deadline_) stream_.Abort();
  if (now >= deadline_ || now >= write_deadline_) Close();
}

void Connection::OnStopping() {
  const bool is_waiting = state_ == State::Greeting || state_ == State::Lingering ||
                          state_ == State::Streaming || state_ == State::Reading;
  if (is_waiting && !HasOutput()) return Close();
  if (state_ == State::Reading || state_ == State::Streaming) state_ = State::Finishing;
  Advance();
}

void Connection::Close() {
  if (state_ == State::Closed) return;
  if (state_ == State::Streaming) {
    --shared_.streams;
    shared_.metrics.streams.Add(-1);
    shared_.events.Remove(network_, id_);
  }
  state_ = State::Closed;
  sent_ = 0;
  out_.clear();
  large_.clear();
  stream_.Close();
  if (!is_in_pool_) network_.Over(*this);
}

}  // namespace yizhan::server
