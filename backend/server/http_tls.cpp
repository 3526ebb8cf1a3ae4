#include "backend/server/http_tls.h"

#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/bytes.h"

namespace yizhan::server {
namespace {

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

/// The verdict stays in the connection and ByteStream::Who() tells it.
int AcceptAnyCertificate(int, X509_STORE_CTX*) { return 1; }

void AskForCertificates(SSL_CTX* context, ClientCertificate wanted) {
  // Resumed sessions keep what was verified, but only those that this server began.
  static constexpr unsigned char kContext[] = "yizhan";
  SSL_CTX_set_session_id_context(context, kContext, sizeof(kContext) - 1);
  if (wanted == ClientCertificate::Required) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  } else {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, AcceptAnyCertificate);
  }
}

std::string NumericAddress(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::getpeername(socket, generic, &length) != 0) return "";
  char name[NI_MAXHOST] = {};
  const int failed = ::getnameinfo(generic, length, name, sizeof(name), nullptr, 0, NI_NUMERICHOST);
  return failed == 0 ? name : "";
}

/// What OpenSSL says about a call that did not succeed.
ByteStream::State StateOf(const SSL* ssl, int result) {
  switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return ByteStream::State::WouldBlock;
    default: return ByteStream::State::Closed;
  }
}

int Clamp(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, 1U << 30U)); }

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::Open(const HttpServerOptions& options) {
  if (options.certificate_file.empty()) return std::unique_ptr<TlsContext>();
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr) return Fail(ErrorCode::Internal, "OpenSSL has no TLS");
  std::unique_ptr<TlsContext> made(new TlsContext(context));
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // A connection that waits holds no buffers; a write may go on from where the text has moved to.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool has_key =
      SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) == 1 &&
      SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_check_private_key(context) == 1;
  bool has_client_ca = true;
  if (!options.client_ca_file.empty()) {
    has_client_ca =
        SSL_CTX_load_verify_locations(context, options.client_ca_file.c_str(), nullptr) == 1;
    // Tells clients that have several certificates which one is meant.
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options.client_ca_file.c_str()));
    AskForCertificates(context, options.client_certificate);
  }
  ERR_clear_error();
  if (!has_key || !has_client_ca) {
    return Fail(ErrorCode::BadData, "certificate, key or client CA cannot be used");
  }
  return made;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

ByteStream::ByteStream(UniqueFd socket, const TlsContext* context) : socket_(std::move(socket)) {
  if (context == nullptr) return;
  ssl_ = SSL_new(context->context_);
  if (ssl_ == nullptr || SSL_set_fd(ssl_, socket_.Get()) != 1) {
    Close();  // The handshake says so.
  } else {
    SSL_set_accept_state(ssl_);
  }
}

ByteStream::~ByteStream() { SSL_free(ssl_); }

ByteStream::State ByteStream::Handshake() {
  if (!socket_) return State::Closed;
  if (ssl_ == nullptr) return State::Done;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  return result == 1 ? State::Done : StateOf(ssl_, result);
}

ByteStream::Moved ByteStream::Read(std::span<char> into) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    const int got = SSL_read(ssl_, into.data(), Clamp(into.size()));
    if (got > 0) return {State::Done, static_cast<std::size_t>(got)};
    return {StateOf(ssl_, got), 0};
  }
  for (;;) {
    const ssize_t got = ::recv(socket_.Get(), into.data(), into.size(), 0);
    if (got > 0) return {State::Done, static_cast<std::size_t>(got)};
    if (got < 0 && errno == EINTR) continue;
    const bool is_empty = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return {is_empty ? State::WouldBlock : State::Closed, 0};
  }
}

ByteStream::Moved ByteStream::Write(std::string_view first, std::string_view second) {
  if (ssl_ != nullptr) {
    std::size_t written = 0;
    for (std::string_view text : {first, second}) {
      while (!text.empty()) {
        ERR_clear_error();
        const int now = SSL_write(ssl_, text.data(), Clamp(text.size()));
        if (now <= 0) return {StateOf(ssl_, now), written};
        written += static_cast<std::size_t>(now);
        text.remove_prefix(static_cast<std::size_t>(now));
      }
    }
    return {State::Done, written};
  }
  // The kernel only reads through these pointers.
  std::array<iovec, 2> parts = {iovec{const_cast<char*>(first.data()), first.size()},
                                iovec{const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  for (;;) {
    const ssize_t now = ::sendmsg(socket_.Get(), &message, MSG_NOSIGNAL);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) {
      const bool is_full = errno == EAGAIN || errno == EWOULDBLOCK;
      return {is_full ? State::WouldBlock : State::Closed, 0};
    }
    const auto written = static_cast<std::size_t>(now);
    const bool is_all = written == first.size() + second.size();
    return {is_all ? State::Done : State::WouldBlock, written};
  }
}

void ByteStream::Finish() {
  if (!socket_) return;
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_) == 1) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
  }
  ::shutdown(socket_.Get(), SHUT_WR);
}

void ByteStream::Close() { socket_.Reset(); }

void ByteStream::Abort() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.Get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  Close();
}

Peer ByteStream::Who() const {
  Peer peer;
  peer.address = NumericAddress(socket_.Get());
  if (ssl_ == nullptr) return peer;
  const X509Ptr certificate(SSL_get1_peer_certificate(ssl_), &X509_free);
  if (!certificate) return peer;
  if (const long result = SSL_get_verify_result(ssl_); result != X509_V_OK) {
    peer.problem = X509_verify_cert_error_string(result);
    return peer;
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
  return peer;
}

}  // namespace yizhan::server
