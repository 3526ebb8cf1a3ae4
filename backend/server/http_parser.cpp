#include "backend/server/http_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace yizhan::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

/// What a peer only announces costs no more memory than this.
constexpr std::size_t kMostReserved = 1U << 20U;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

/// Adds a line of a header that may come in several.
void Join(std::string& list, std::string_view value, std::string_view between = ", ") {
  if (!list.empty()) list += between;
  list += value;
}

/// Takes a header that may come once.
bool Once(std::string& header, std::string_view value) {
  if (!header.empty()) return false;
  header = value;
  return true;
}

}  // namespace

/// Beast's parser of one request; keeps the headers that anybody here reads.
class HttpParser::Reader final : public http::basic_parser<true> {
 public:
  Reader(const HttpLimits& limits, HttpRequest& request) : request_(request) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
  }

  [[nodiscard]] bool WantsContinue() const { return wants_continue_; }
  /// The body has an encoding that nobody here can undo.
  [[nodiscard]] bool IsEncoded() const { return is_encoded_; }

 private:
  void on_request_impl(http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code& error) override {
    version_ = version;
    request_.method = View(method);
    if (!SetTarget(View(target))) error = http::error::bad_target;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(http::field name, beast::string_view name_text, beast::string_view value,
                     error_code& error) override {
    // Fields behind a chunked body come too late to say who asks and for what.
    if (is_header_done()) return;
    if (!SetHeader(name, View(name_text), View(value))) error = http::error::bad_value;
  }
  void on_header_impl(error_code& error) override {
    const bool is_old = version_ < 11;
    if ((is_old && chunked()) || (!is_old && !has_host_)) error = http::error::bad_field;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (!length) return;
    request_.body.reserve(std::min<std::size_t>(*length, kMostReserved));
  }
  std::size_t on_body_impl(beast::string_view body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  bool SetTarget(std::string_view target) {
    // The absolute form (RFC 9112, 3.2.2) names the host, and counts more than the header.
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (!target.starts_with(scheme)) continue;
      const std::string_view rest = target.substr(scheme.size());
      const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
      request_.host = rest.substr(0, slash);
      has_target_host_ = true;
      target = rest.substr(slash);
      if (target.empty()) target = "/";
    }
    const bool is_known_form = target == "*" || target.starts_with('/');
    if (!is_known_form || target.find('#') != std::string_view::npos) return false;
    const std::size_t question = target.find('?');
    request_.path = target.substr(0, question);
    if (question != std::string_view::npos) request_.query = target.substr(question + 1);
    return true;
  }

  /// False: the header may not come like this.
  bool SetHeader(http::field name, std::string_view name_text, std::string_view value) {
    switch (name) {
      case http::field::host:
        if (std::exchange(has_host_, true)) return false;
        if (!has_target_host_) request_.host = value;
        return true;
      case http::field::content_length: return !std::exchange(has_length_, true);
      case http::field::transfer_encoding:
        is_encoded_ = !beast::iequals(beast::string_view(value.data(), value.size()), "chunked");
        return !is_encoded_;
      case http::field::expect:
        wants_continue_ =
            beast::iequals(beast::string_view(value.data(), value.size()), "100-continue");
        return true;
      case http::field::content_type: return Once(request_.content_type, value);
      case http::field::authorization: return Once(request_.authorization, value);
      case http::field::if_modified_since: return Once(request_.if_modified_since, value);
      case http::field::accept: Join(request_.accept, value); return true;
      case http::field::if_match: Join(request_.if_match, value); return true;
      case http::field::if_none_match: Join(request_.if_none_match, value); return true;
      case http::field::prefer: Join(request_.prefer, value); return true;
      case http::field::cookie: Join(request_.cookie, value, "; "); return true;
      case http::field::unknown: return SetOwnHeader(name_text, value);
      default: return true;
    }
  }

  bool SetOwnHeader(std::string_view name_text, std::string_view value) {
    const beast::string_view name(name_text.data(), name_text.size());
    if (beast::iequals(name, "If-None-Exist")) return Once(request_.if_none_exist, value);
    if (beast::iequals(name, "Sec-Fetch-Site")) return Once(request_.fetch_site, value);
    if (beast::iequals(name, "X-CSRF-Token")) return Once(request_.csrf_token, value);
    return true;
  }

  HttpRequest& request_;
  int version_ = 11;
  bool has_target_host_ = false;
  bool has_host_ = false;
  bool has_length_ = false;
  bool wants_continue_ = false;
  bool is_encoded_ = false;
};

HttpParser::HttpParser(HttpLimits limits)
    : limits_(limits), reader_(std::make_unique<Reader>(limits_, request_)) {}
HttpParser::~HttpParser() = default;

std::size_t HttpParser::Take(std::string_view bytes) {
  if (state_ == State::Complete || state_ == State::Refused || bytes.empty()) return 0;
  error_code error;
  const std::size_t taken =
      reader_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (state_ == State::Head) head_bytes_ += taken;
  // Beast counts the bytes of one call only; a head may come in many.
  const bool is_head_long = head_bytes_ > limits_.header_bytes && !reader_->is_header_done();
  const bool is_stuck = taken == 0 && bytes.size() >= limits_.header_bytes;
  if (error && error != http::error::need_more) {
    state_ = State::Refused;
    status_ = 400;
    if (error == http::error::header_limit) status_ = 431;
    if (error == http::error::body_limit) status_ = 413;
    if (reader_->IsEncoded()) status_ = 501;
  } else if (is_head_long || is_stuck) {
    state_ = State::Refused;
    status_ = 431;
  } else if (reader_->is_done()) {
    state_ = State::Complete;
  } else if (reader_->is_header_done()) {
    state_ = State::Body;
  }
  return taken;
}

bool HttpParser::KeepAlive() const { return reader_->keep_alive(); }

bool HttpParser::WantsContinue() const { return reader_->WantsContinue(); }

void HttpParser::Next() {
  request_ = HttpRequest();
  state_ = State::Head;
  status_ = 0;
  head_bytes_ = 0;
  reader_ = std::make_unique<Reader>(limits_, request_);
}

}  // namespace yizhan::server
