#include "backend/fhir/client.h"

#include "base/curl_transfer.h"

namespace yizhan::fhir {
namespace {

/// A kept connection older than this is not used again. Shorter than any server's patience, so
/// that a request is not lost in a connection that the server is just closing.
constexpr long kIdleSeconds = 15;
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

struct Answer {
  CurlText body;
  std::string etag;
  std::string location;
  bool is_json = false;
};

bool TakeHeader(std::string_view line, std::string_view name, std::string& value) {
  if (line.size() <= name.size() || line[name.size()] != ':') return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if ((line[i] | 0x20) != name[i]) return false;
  }
  line.remove_prefix(name.size() + 1);
  const std::size_t first = line.find_first_not_of(" \t");
  const std::size_t last = line.find_last_not_of(" \t\r\n");
  value = first == std::string_view::npos ? "" : line.substr(first, last - first + 1);
  return true;
}

std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* user) {
  auto& answer = *static_cast<Answer*>(user);
  const std::string_view line(data, size * count);
  std::string type;
  if (TakeHeader(line, "content-type", type)) {
    answer.is_json = type.find("json") != std::string::npos;
  } else if (!TakeHeader(line, "etag", answer.etag)) {
    static_cast<void>(TakeHeader(line, "location", answer.location));
  }
  return size * count;
}

bool IsPlain(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F)
      return false;
  }
  return true;
}

/// Header values may hold spaces, never line breaks (which would start another header).
bool IsHeaderValue(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  return true;
}

class CurlClient final : public Client {
 public:
  explicit CurlClient(ClientOptions options) : options_(std::move(options)) {}

  Result<Response> Send(const Request& request) override {
    if (!IsPlain(request.path) || !IsPlain(request.method) || !IsHeaderValue(request.if_match) ||
        !IsHeaderValue(request.if_none_exist)) {
      return Fail(ErrorCode::BadData, "request has characters that HTTP cannot carry");
    }
    if (!IsBelowBase(request.path)) return Fail(ErrorCode::BadData, "URL leads to another server");
    Answer answer;
    answer.body.most = options_.response_bytes;
    const std::string body = request.body ? request.body->Write() : std::string();
    const HeaderList headers = Prepare(request, body, answer);
    const Result<CURLcode> code = transfer_.Perform();
    if (!code) return tl::unexpected<Error>(code.error());
    if (answer.body.too_large) return Fail(ErrorCode::BadData, "answer over the size limit");
    if (*code != CURLE_OK) return Failure(*code);
    return Read(std::move(answer));
  }

  void Cancel() noexcept override { transfer_.Cancel(); }

 private:
  /// A whole URL (the "next" link of a page) only if it stays below the base: the client
  /// certificate and a patient's query go to nobody else.
  [[nodiscard]] bool IsBelowBase(const std::string& path) const {
    const std::string& base = options_.base_url;
    if (!path.starts_with("http://") && !path.starts_with("https://")) return true;
    const char next = path.size() > base.size() ? path[base.size()] : '\0';
    return path.starts_with(base) && (next == '/' || next == '?');
  }

  [[nodiscard]] std::string UrlOf(const std::string& path) const {
    if (path.starts_with("http://") || path.starts_with("https://")) return path;
    if (path.empty() || path.front() == '?') return options_.base_url + path;
    return options_.base_url + '/' + path;
  }

  HeaderList Prepare(const Request& request, const std::string& body, Answer& answer) {
    CURL* easy = transfer_.Fresh({options_.ca_file, options_.connect_timeout, options_.timeout});
    curl_slist* list = nullptr;
    const auto header = [&list](const std::string& line) {
      list = curl_slist_append(list, line.c_str());
    };
    header("Accept: " + options_.media_type);
    header("Expect:");
    if (request.body) header("Content-Type: " + options_.media_type);
    if (!options_.bearer_token.empty()) header("Authorization: Bearer " + options_.bearer_token);
    if (!request.if_match.empty()) header("If-Match: " + request.if_match);
    if (!request.if_none_exist.empty()) header("If-None-Exist: " + request.if_none_exist);

    const std::string url = UrlOf(request.path);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (request.body || request.method == "POST" || request.method == "PUT") {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
    transfer_.Collect(answer.body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, OnHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &answer);
    SetTransport(easy);
    return HeaderList(list);
  }

  void SetTransport(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kIdleSeconds);
    const auto file = [easy](CURLoption option, const std::string& path) {
      if (!path.empty()) curl_easy_setopt(easy, option, path.c_str());
    };
    file(CURLOPT_SSLCERT, options_.certificate_file);
    file(CURLOPT_SSLKEY, options_.key_file);
  }

  /// Tells "nothing was done" from "nobody knows": only a connection that never came up is the
  /// first.
  [[nodiscard]] tl::unexpected<Error> Failure(CURLcode code) const {
    const std::string detail = curl_easy_strerror(code);
    switch (code) {
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_CONNECT:
      case CURLE_SSL_CONNECT_ERROR:
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CERTPROBLEM:
      case CURLE_SSL_CACERT_BADFILE:
      case CURLE_URL_MALFORMAT: return Fail(ErrorCode::Unreachable, detail);
      case CURLE_UNSUPPORTED_PROTOCOL:  // What libcurl calls an answer without a status line.
      case CURLE_WEIRD_SERVER_REPLY: return Fail(ErrorCode::BadData, detail);
      default: break;
    }
    if (transfer_.NothingWasSent()) return Fail(ErrorCode::Unreachable, detail);
    return Fail(ErrorCode::Timeout, detail);
  }

  Result<Response> Read(Answer answer) const {
    Response response;
    response.status = transfer_.HttpStatus();
    response.etag = std::move(answer.etag);
    response.location = std::move(answer.location);
    if (answer.body.text.empty()) return response;
    if (!answer.is_json) {
      // A gateway in between explains its 502 in HTML: the status is the message.
      if (response.status >= 400) return response;
      return Fail(ErrorCode::BadData, "answer is no FHIR JSON");
    }
    JsonLimits limits;
    limits.bytes = options_.response_bytes;
    Result<Json> body = Json::Parse(answer.body.text, limits);
    if (!body) return tl::unexpected<Error>(body.error());
    response.body = std::move(*body);
    return response;
  }

  const ClientOptions options_;
  CurlTransfer transfer_;
};

}  // namespace

Result<std::unique_ptr<Client>> Client::Open(ClientOptions options) {
  if (!IsHttpBase(options.base_url)) {
    return Fail(ErrorCode::BadData, "base URL must be http(s) without a slash at the end");
  }
  if (!IsHeaderValue(options.media_type) || !IsHeaderValue(options.bearer_token)) {
    return Fail(ErrorCode::BadData, "media type or token has characters that HTTP cannot carry");
  }
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return Fail(ErrorCode::BadData, "client certificate and key belong together");
  }
  return std::unique_ptr<Client>(std::make_unique<CurlClient>(std::move(options)));
}

std::string EncodeQuery(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                            (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
                            byte == '_' || byte == '~';
    if (unreserved) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 0xFU];
    }
  }
  return out;
}

}  // namespace yizhan::fhir
