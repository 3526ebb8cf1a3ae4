#include "backend/server/http_server.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "tests/backend/raw_http.h"

namespace yizhan::server {
namespace {

using std::chrono::milliseconds;
using test::RawConnection;
using testing::HasSubstr;
using testing::StartsWith;

HttpResponse Echo(const HttpRequest& request) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = request.method + ' ' + request.path + '?' + request.query + ' ' + request.body;
  return response;
}

class HttpServerTest : public testing::Test {
 protected:
  void Open(HttpServerOptions options = {}, HttpHandler handler = Echo) {
    auto opened = HttpServer::Open(std::move(options), std::move(handler));
    ASSERT_TRUE(opened) << opened.error().detail;
    server = std::move(*opened);
  }
  std::string Ask(const std::string& text) {
    RawConnection connection(server->Port());
    connection.Send(text);
    return connection.ReadAll();
  }
  std::unique_ptr<HttpServer> server;
};

std::string Get(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  Open();
  RawConnection connection(server->Port());
  connection.Send(Get("/a?b=c"));
  EXPECT_THAT(connection.ReadUntil("GET /a?b=c "), StartsWith("HTTP/1.1 200 OK"));
  connection.Forget();
  connection.Send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_THAT(connection.ReadUntil("POST /p? body"), HasSubstr("nosniff"));
  EXPECT_FALSE(connection.Closed());
}

TEST_F(HttpServerTest, RefusesWhatIsNoHttp) {
  Open();
  EXPECT_THAT(Ask("\x16\x03\x01\x02\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask("GET /\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask("GET / HTTP/1.1\r\nBroken header\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServerTest, RefusesAHugeHead) {
  Open();
  EXPECT_THAT(Ask(Get("/", "X: " + std::string(100'000, 'x') + "\r\n")),
              testing::AnyOf(StartsWith("HTTP/1.1 431"), testing::IsEmpty()));
}

TEST_F(HttpServerTest, RefusesAHugeBodyBeforeReadingIt) {
  HttpServerOptions options;
  options.max_body_bytes = 1000;
  Open(options);
  EXPECT_THAT(Ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  std::string chunks = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_THAT(Ask(chunks + "0\r\n\r\n"), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServerTest, SlowSenderIsCutOffAndOthersAreServedMeanwhile) {
  HttpServerOptions options;
  options.head_timeout = milliseconds(300);
  options.body_timeout = milliseconds(300);
  Open(options);
  RawConnection slow_head(server->Port());
  RawConnection slow_body(server->Port());
  slow_head.Send("GET / HTTP/1.1\r\nX: ");
  slow_body.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  RawConnection other(server->Port());
  other.Send(Get("/quick"));
  EXPECT_THAT(other.ReadUntil("/quick"), HasSubstr("200 OK"));
  slow_head.ReadAll();
  slow_body.ReadAll();
  EXPECT_TRUE(slow_head.Closed());
  EXPECT_TRUE(slow_body.Closed());
}

TEST_F(HttpServerTest, ConnectionsBeyondTheLimitAreClosed) {
  HttpServerOptions options;
  options.max_connections = 2;
  Open(options);
  RawConnection first(server->Port());
  RawConnection second(server->Port());
  first.Send(Get("/1"));
  second.Send(Get("/2"));
  EXPECT_THAT(first.ReadUntil("/1"), HasSubstr("200 OK"));
  EXPECT_THAT(second.ReadUntil("/2"), HasSubstr("200 OK"));
  RawConnection third(server->Port());
  third.Send(Get("/3"));
  EXPECT_EQ(third.ReadAll(), "");
  EXPECT_TRUE(third.Closed());
}

TEST_F(HttpServerTest, BusyHandlersDoNotStopTheOthers) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  Open({}, [&](const HttpRequest& request) {
    if (request.path == "/wait") released.wait();
    return Echo(request);
  });
  RawConnection waiting(server->Port());
  waiting.Send(Get("/wait"));
  RawConnection other(server->Port());
  other.Send(Get("/other"));
  EXPECT_THAT(other.ReadUntil("/other"), HasSubstr("200 OK"));
  release.set_value();
  EXPECT_THAT(waiting.ReadUntil("/wait"), HasSubstr("200 OK"));
}

TEST_F(HttpServerTest, StopLetsARequestUnderWayFinish) {
  std::promise<void> entered;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  Open({}, [&](const HttpRequest& request) {
    entered.set_value();
    released.wait();
    return Echo(request);
  });
  RawConnection connection(server->Port());
  connection.Send(Get("/last"));
  entered.get_future().wait();
  std::thread stopper([&] { server->Stop(); });
  release.set_value();
  EXPECT_THAT(connection.ReadAll(), HasSubstr("GET /last"));
  stopper.join();
}

TEST_F(HttpServerTest, StopClosesConnectionsThatAreIdle) {
  Open();
  RawConnection idle(server->Port());
  idle.Send(Get("/1"));
  EXPECT_THAT(idle.ReadUntil("/1"), HasSubstr("200 OK"));
  server->Stop();
  idle.ReadAll();
  EXPECT_TRUE(idle.Closed());
}

TEST_F(HttpServerTest, ContinueIsSaidToThoseWhoWaitForIt) {
  Open();
  RawConnection connection(server->Port());
  connection.Send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(connection.ReadUntil("100 Continue\r\n\r\n"), HasSubstr("100 Continue"));
  connection.Send("ok");
  EXPECT_THAT(connection.ReadUntil("POST /? ok"), HasSubstr("POST /? ok"));
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  Open();
  const std::string answer = Ask("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
  EXPECT_THAT(answer, HasSubstr("Content-Length: 9"));
}

TEST(HttpServerOpenTest, RefusesWhatItCannotUse) {
  EXPECT_EQ(HttpServer::Open({.address = "localhost"}, Echo).error().code, ErrorCode::BadData);
  EXPECT_EQ(HttpServer::Open({.address = "192.0.2.1"}, Echo).error().code, ErrorCode::Unreachable);
  HttpServerOptions options;
  options.certificate_file = "/no/such.pem";
  options.key_file = "/no/such.key";
  EXPECT_EQ(HttpServer::Open(options, Echo).error().code, ErrorCode::BadData);
}

}  // namespace
}  // namespace yizhan::server
