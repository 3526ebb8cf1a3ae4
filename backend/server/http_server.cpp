#include "backend/server/http_server.h"

#include <openssl/x509.h>

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <thread>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mutex.h"

namespace yizhan::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::chrono::milliseconds kEventInterval{200};
constexpr std::chrono::milliseconds kHandshakeTimeout{10'000};
/// Event streams beyond this would keep connections that others need.
constexpr std::size_t kMaxEventStreams = 256;

/// Who is at the other end, learned once for a connection.
struct Peer {
  std::string address;
  std::string name;
  std::string fingerprint;
  std::string problem;
};

void ReadCertificate(SSL* ssl, Peer& peer) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl),
                                                                &X509_free);
  if (!certificate) return;
  if (const long result = SSL_get_verify_result(ssl); result != X509_V_OK) {
    peer.problem = X509_verify_cert_error_string(result);
    return;
  }
  char name[256] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name,
                            sizeof(name));
  peer.name = name;
  std::array<std::uint8_t, 32> digest{};
  unsigned length = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), digest.data(), &length) == 1) {
    peer.fingerprint = ToHex(digest);
  }
}

/// What all connections share. Outlives them.
struct Shared {
  Shared(HttpServerOptions options_in, HttpHandler handler_in)
      : options(std::move(options_in)),
        handler(std::move(handler_in)),
        pool(options.handler_threads) {}

  const HttpServerOptions options;
  const HttpHandler handler;
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> event_streams = 0;
  std::atomic<bool> stopping = false;

  void Began() {
    MutexLock lock(mutex);
    ++busy;
  }
  void Ended() {
    MutexLock lock(mutex);
    if (--busy == 0) idle.NotifyAll();
  }
  /// Waits until every answer is on its way, at most `timeout`.
  void WaitUntilIdle(std::chrono::milliseconds timeout) {
    const auto deadline = SystemClock().Monotonic() + timeout;
    MutexLock lock(mutex);
    while (busy > 0 && SystemClock().Monotonic() < deadline) {
      idle.WaitFor(mutex, deadline - SystemClock().Monotonic());
    }
  }

  Mutex mutex;
  Condition idle;
  /// Requests between their last byte and their answer's.
  std::size_t busy GUARDED_BY(mutex) = 0;

  asio::thread_pool pool;
  // Last, so that it goes first: it owns the connections, which use everything above.
  asio::io_context io{1};
};

template <typename Fields>
std::string Header(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : std::string(found->value());
}

/// One connection, from accept to close. Lives on the network thread; only the handler runs
/// elsewhere. Shared: each pending operation holds it.
template <typename Stream>
class Connection : public std::enable_shared_from_this<Connection<Stream>> {
 public:
  template <typename... Arguments>
  Connection(Shared& shared, Arguments&&... arguments)
      : shared_(shared), stream_(std::forward<Arguments>(arguments)...), timer_(shared.io) {
    ++shared_.connections;
  }
  ~Connection() {
    --shared_.connections;
    if (events_) --shared_.event_streams;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start() {
    error_code ignored;
    peer_.address = Lowest().socket().remote_endpoint(ignored).address().to_string();
    if constexpr (kIsTls) {
      Lowest().expires_after(kHandshakeTimeout);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code error) {
                                if (error) return;
                                ReadCertificate(self->stream_.native_handle(), self->peer_);
                                self->ReadHead();
                              });
    } else {
      ReadHead();
    }
  }

 private:
  static constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

  beast::tcp_stream& Lowest() { return beast::get_lowest_layer(stream_); }

  void ReadHead() {
    if (shared_.stopping) return Close();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_.options.max_header_bytes));
    parser_->body_limit(shared_.options.max_body_bytes);
    Lowest().expires_after(shared_.options.head_timeout);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](error_code error, std::size_t) { self->OnHead(error); });
  }

  void OnHead(error_code error) {
    if (error) return OnReadError(error);
    Lowest().expires_after(shared_.options.body_timeout);
    if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return ReadBody();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue),
                      [self = this->shared_from_this()](error_code failed, std::size_t) {
                        if (!failed) self->ReadBody();
                      });
  }

  void ReadBody() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](error_code error, std::size_t) {
                       if (error) return self->OnReadError(error);
                       self->Handle();
                     });
  }

  void OnReadError(error_code error) {
    keep_alive_ = false;
    version_ = 11;
    if (error == http::error::body_limit) return Refuse(413);
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return Refuse(431);
    }
    const bool is_peer_gone =
        error == http::error::end_of_stream || error == beast::error::timeout ||
        error == http::error::partial_message ||
        error.category() != http::make_error_code(http::error::bad_value).category();
    if (is_peer_gone) return Close();
    Refuse(400);
  }

  void Refuse(int status) {
    Log(LogEvent::RequestRefused, {{LogKey::Status, std::int64_t{status}}});
    shared_.Began();
    HttpResponse response;
    response.status = status;
    Answer(std::move(response));
  }

  void Handle() {
    if (shared_.stopping) {
      keep_alive_ = false;
      return Refuse(503);
    }
    shared_.Began();
    keep_alive_ = parser_->get().keep_alive();
    version_ = parser_->get().version();
    HttpRequest request = TakeRequest();
    is_head_ = request.method == "HEAD";
    Lowest().expires_never();  // The handler has its own bounds.
    asio::post(shared_.pool, [self = this->shared_from_this(), request = std::move(request)] {
      auto response = std::make_shared<HttpResponse>(self->shared_.handler(request));
      asio::post(self->shared_.io, [self, response] { self->Answer(std::move(*response)); });
    });
  }

  HttpRequest TakeRequest() {
    auto& message = parser_->get();
    HttpRequest request;
    request.method = std::string(message.method_string());
    std::string target(message.target());
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.content_type = Header(message, "Content-Type");
    request.accept = Header(message, "Accept");
    request.host = Header(message, "Host");
    request.if_match = Header(message, "If-Match");
    request.if_none_match = Header(message, "If-None-Match");
    request.if_modified_since = Header(message, "If-Modified-Since");
    request.if_none_exist = Header(message, "If-None-Exist");
    request.prefer = Header(message, "Prefer");
    request.fetch_site = Header(message, "Sec-Fetch-Site");
    request.authorization = Header(message, "Authorization");
    request.cookie = Header(message, "Cookie");
    request.csrf_token = Header(message, "X-CSRF-Token");
    request.body = std::move(message.body());
    request.remote_address = peer_.address;
    request.client_name = peer_.name;
    request.client_fingerprint = peer_.fingerprint;
    request.client_problem = peer_.problem;
    request.secure = kIsTls;
    return request;
  }

  void Answer(HttpResponse response) {
    if (response.events) return StartEvents(std::move(response));
    if (shared_.stopping) keep_alive_ = false;
    auto message = std::make_shared<http::response<http::string_body>>(
        static_cast<http::status>(response.status), version_);
    message->keep_alive(keep_alive_);
    if (!response.content_type.empty()) {
      message->set(http::field::content_type, response.content_type);
    }
    message->set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers) message->set(name, value);
    message->body() = std::move(response.body);
    message->prepare_payload();
    if (is_head_) message->body().clear();
    Lowest().expires_after(shared_.options.write_timeout);
    http::async_write(stream_, *message,
                      [self = this->shared_from_this(), message](error_code error, std::size_t) {
                        self->shared_.Ended();
                        if (error) return;
                        if (!self->keep_alive_) return self->Close();
                        self->ReadHead();
                      });
  }

  void StartEvents(HttpResponse response) {
    shared_.Ended();
    if (shared_.event_streams >= kMaxEventStreams) {
      keep_alive_ = false;
      return Refuse(503);
    }
    ++shared_.event_streams;
    events_ = std::move(response.events);
    Send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
  }

  void Send(std::string text) {
    outgoing_ = std::move(text);
    Lowest().expires_after(shared_.options.write_timeout);
    asio::async_write(stream_, asio::buffer(outgoing_),
                      [self = this->shared_from_this()](error_code error, std::size_t) {
                        if (!error) self->AskForEvent();
                      });
  }

  void AskForEvent() {
    if (shared_.stopping) return Close();
    Lowest().expires_never();
    asio::post(shared_.pool, [self = this->shared_from_this()] {
      const bool is_over = self->events_->IsOver();
      auto text = std::make_shared<std::optional<std::string>>();
      if (!is_over) *text = self->events_->Next();
      asio::post(self->shared_.io, [self, text, is_over] {
        if (is_over) return self->Close();
        if (*text) return self->Send(std::move(**text));
        self->timer_.expires_after(kEventInterval);
        self->timer_.async_wait([self](error_code error) {
          if (!error) self->AskForEvent();
        });
      });
    });
  }

  void Close() {
    error_code ignored;
    Lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
    Lowest().close();
  }

  Shared& shared_;
  Stream stream_;
  Peer peer_;
  asio::steady_timer timer_;
  beast::flat_buffer buffer_{64U << 10U};
  std::optional<http::request_parser<http::string_body>> parser_;
  bool keep_alive_ = false;
  bool is_head_ = false;
  unsigned version_ = 11;
  std::unique_ptr<EventSource> events_;
  std::string outgoing_;
};

class BeastServer final : public HttpServer {
 public:
  BeastServer(HttpServerOptions options, HttpHandler handler)
      : shared_(std::make_unique<Shared>(std::move(options), std::move(handler))),
        acceptor_(std::in_place, shared_->io),
        retry_(std::in_place, shared_->io),
        work_(asio::make_work_guard(shared_->io)) {}
  ~BeastServer() override { Stop(); }

  Status Start() {
    if (Status tls = LoadCertificates(); !tls) return tls;
    error_code error;
    const asio::ip::address address = asio::ip::make_address(shared_->options.address, error);
    if (error) return Fail(ErrorCode::BadData, "listen address is not numeric");
    const tcp::endpoint endpoint(address, shared_->options.port);
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
    if (error) return Fail(ErrorCode::Unreachable, "cannot listen: " + error.message());
    port_ = acceptor_->local_endpoint(error).port();
    Accept();
    thread_ = std::thread([this] { shared_->io.run(); });
    return {};
  }

  std::uint16_t Port() const override { return port_; }

  void Stop() override {
    if (!thread_.joinable()) return;
    shared_->stopping = true;
    asio::post(shared_->io, [this] { acceptor_->close(); });
    shared_->pool.join();  // Handlers end by themselves: every wait of theirs is bounded.
    shared_->WaitUntilIdle(std::chrono::seconds(2));
    shared_->io.stop();
    thread_.join();
    work_.reset();
    retry_.reset();
    acceptor_.reset();
    shared_.reset();  // Closes the connections that were idle.
  }

 private:
  Status LoadCertificates() {
    const HttpServerOptions& options = shared_->options;
    if (options.certificate_file.empty()) return {};
    error_code error;
    tls_.emplace(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls_->native_handle(), TLS1_2_VERSION);
    tls_->use_certificate_chain_file(options.certificate_file, error);
    if (!error) tls_->use_private_key_file(options.key_file, asio::ssl::context::pem, error);
    if (!error && !options.client_ca_file.empty()) {
      tls_->load_verify_file(options.client_ca_file, error);
      if (!error) AskForCertificates(error);
    }
    if (error) return Fail(ErrorCode::BadData, "certificate, key or client CA cannot be used");
    return {};
  }

  void AskForCertificates(error_code& error) {
    // Resumed sessions keep what was verified, but only those that this server began.
    static constexpr unsigned char kContext[] = "yizhan";
    SSL_CTX_set_session_id_context(tls_->native_handle(), kContext, sizeof(kContext) - 1);
    if (shared_->options.client_certificate == ClientCertificate::Required) {
      tls_->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, error);
      return;
    }
    tls_->set_verify_mode(asio::ssl::verify_peer, error);
    // The verdict stays in the connection and ReadCertificate() acts on it.
    if (!error) {
      tls_->set_verify_callback([](bool, asio::ssl::verify_context&) { return true; }, error);
    }
  }

  void Accept() {
    acceptor_->async_accept([this](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || shared_->stopping) return;
      if (error) return RetryAccept();
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      if (shared_->connections >= shared_->options.max_connections) {
        Log(LogEvent::RequestRefused, {{LogKey::Reason, "connections"}});
      } else if (tls_) {
        std::make_shared<Connection<TlsStream>>(*shared_, std::move(socket), *tls_)->Start();
      } else {
        std::make_shared<Connection<PlainStream>>(*shared_, std::move(socket))->Start();
      }
      Accept();
    });
  }

  /// Out of file descriptors: others must end first, so do not spin.
  void RetryAccept() {
    retry_->expires_after(std::chrono::milliseconds(100));
    retry_->async_wait([this](error_code error) {
      if (!error) Accept();
    });
  }

  std::optional<asio::ssl::context> tls_;  ///< Outlives the connections.
  std::unique_ptr<Shared> shared_;
  std::optional<tcp::acceptor> acceptor_;
  std::optional<asio::steady_timer> retry_;
  /// The network thread has nothing to do at times, while handlers work: it must not end then.
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Open(HttpServerOptions options,
                                                     HttpHandler handler) {
  auto server = std::make_unique<BeastServer>(std::move(options), std::move(handler));
  if (Status started = server->Start(); !started) {
    return tl::unexpected<Error>(started.error());
  }
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace yizhan::server
