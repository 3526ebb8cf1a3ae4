// Bytes as they come from a network. Requests that are understood go through the whole server, on a
// store of their own; how the bytes are cut into pieces changes nothing.
#include "backend/hospital/hospital.h"
#include "backend/server/app.h"
#include "backend/server/http_parser.h"
#include "backend/server/http_response.h"
#include "backend/store/sqlite/sqlite_store.h"
#include "base/assert.h"
#include "tests/backend/temp_folder.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace yizhan;  // NOLINT(google-build-using-namespace)
using server::HttpParser;

constexpr server::HttpLimits kLimits{512, 1024};

/// A server without a network: what is behind the parser.
struct Behind {
  test::TempFolder folder;
  std::unique_ptr<store::ResourceStore> store =
      std::move(*store::OpenSqliteStore({folder.Path()}, SystemClock()));
  hospital::Hospital hospital{*store, SystemClock(), {}};
  server::App app{*store, hospital, SystemClock(), server::App::Access::Open};
  Behind() { YIZHAN_ASSERT(hospital.Start()); }
};

/// What a parser made of the bytes, fed `step` at a time.
std::string Understood(std::string_view bytes, std::size_t step,
                       std::vector<server::HttpRequest>* requests) {
  HttpParser parser(kLimits);
  std::string waiting;
  std::string told;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    waiting += bytes.substr(at, step);
    while (!waiting.empty()) {
      const std::size_t taken = parser.Take(waiting);
      YIZHAN_ASSERT(taken <= waiting.size());
      waiting.erase(0, taken);
      if (parser.At() == HttpParser::State::Refused) {
        YIZHAN_ASSERT(parser.Status() >= 400 && parser.Status() <= 501);
        return told + "refused";
      }
      if (parser.At() != HttpParser::State::Complete) {
        YIZHAN_ASSERT(waiting.size() <= kLimits.header_bytes + step);
        break;
      }
      server::HttpRequest& request = parser.Request();
      YIZHAN_ASSERT(request.body.size() <= kLimits.body_bytes);
      YIZHAN_ASSERT(request.path == "*" || request.path.starts_with('/'));
      for (const std::string* header : {&request.host, &request.cookie, &request.authorization}) {
        YIZHAN_ASSERT(header->find_first_of("\r\n") == std::string::npos);
      }
      told += request.method + ' ' + request.path + '?' + request.query + '|' + request.host + '|' +
              request.cookie + '|' + request.body + (parser.KeepAlive() ? "+" : "-") + '\n';
      if (requests != nullptr) requests->push_back(request);
      if (!parser.KeepAlive()) return told;
      parser.Next();
    }
  }
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Behind behind;
  const std::string_view bytes = AsText({data, size});
  std::vector<server::HttpRequest> requests;
  const std::string whole = Understood(bytes, std::max<std::size_t>(size, 1), &requests);
  if (size <= 1024) {
    const std::string pieces = Understood(bytes, 1, nullptr);
    // Read at once, a request may be refused before its end is missed.
    YIZHAN_ASSERT(pieces.starts_with(whole) || whole.starts_with(pieces) ||
                  whole.ends_with("refused"));
  }
  for (const server::HttpRequest& request : requests) {
    // Writing costs a disk; reading is where most of the surface is.
    if (request.method != "GET" && request.method != "HEAD" && !request.path.ends_with("_search")) {
      continue;
    }
    const server::HttpResponse response = behind.app.Handle(request);
    YIZHAN_ASSERT(response.status >= 200 && response.status < 600);
    std::string head;
    server::AppendHead(head, response, true, "Tue, 10 Mar 2026 00:45:00 GMT");
    YIZHAN_ASSERT(head.find("\r\n\r\n") == head.size() - 4);
  }
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  std::vector<Bytes> seeds;
  for (const std::string_view text :
       {"GET /fhir/Patient/1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /desk HTTP/1.1\r\nHost: "
        "127.0.0.1\r\nCookie: a=b\r\n\r\n",
        "POST /fhir/Patient/_search HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
        "application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nname=\r\n6"
        "\r\n%E5%BC%A0\r\n0\r\nX: y\r\n\r\n",
        "GET /fhir/Appointment?patient.identifier=urn:x%7C1&date=ge2026-03-10&_include=*&_count=2 "
        "HTTP/1.1\r\nHost: localhost\r\nAccept: application/fhir+json\r\nPrefer: "
        "handling=strict\r\n\r\n",
        "HEAD /fhir/metadata?_format=json&_pretty=true HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET http://localhost/fhir/_history?_since=2026-03-10T00:00:00Z HTTP/1.1\r\nHost: "
        "x\r\nIf-None-Match: W/\"1\"\r\n\r\n",
        "GET /api/screen?area=%2e%2e HTTP/1.1\r\nHost: [::1]:80\r\nSec-Fetch-Site: "
        "none\r\nContent-Length: 2\r\n\r\n{}"}) {
    const ByteView bytes = AsBytes(text);
    seeds.emplace_back(bytes.begin(), bytes.end());
  }
  return seeds;
}
