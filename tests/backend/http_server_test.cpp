#include "backend/server/http_server.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "base/mutex.h"
#include "tests/backend/raw_http.h"

namespace yizhan::server {
namespace {

using std::chrono::milliseconds;
using test::RawConnection;
using testing::HasSubstr;
using testing::Not;
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

TEST_F(HttpServerTest, TwoReadingsOfWhereARequestEndsAreRefused) {
  Open();
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string smuggled = "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const char* both :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 6\r\n", "Content-Length: +5\r\n", "Content-Length: 0x5\r\n",
        "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, x\r\n",
        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding : chunked\r\n",
        "Content-Length : 5\r\n", "Host: y\r\n"}) {
    const std::string answer = Ask(head + both + smuggled);
    EXPECT_THAT(answer, testing::AnyOf(StartsWith("HTTP/1.1 400"), StartsWith("HTTP/1.1 413"),
                                       StartsWith("HTTP/1.1 501")))
        << both;
    EXPECT_THAT(answer, Not(HasSubstr("smuggled"))) << both;
  }
  EXPECT_THAT(Ask("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + smuggled),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400")) << "no Host";
}

TEST_F(HttpServerTest, ChunkedBodyIsPutTogetherAndABrokenOneRefused) {
  Open();
  const std::string head = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n";
  const std::string end = "Connection: close\r\n\r\n";
  EXPECT_THAT(Ask(head + end + "3;name=value\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
              HasSubstr("POST /c? abcde"));
  for (const char* chunks : {"x\r\nabc\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\nabc\r\n",
                             "-3\r\nabc\r\n", "ffffffffffffffff\r\nabc\r\n"}) {
    EXPECT_THAT(Ask(head + end + chunks),
                testing::AnyOf(StartsWith("HTTP/1.1 400"), StartsWith("HTTP/1.1 413")))
        << chunks;
  }
}

TEST_F(HttpServerTest, FieldsBehindAChunkedBodyChangeNothing) {
  Open({}, [](const HttpRequest& request) {
    HttpResponse response;
    response.body = '<' + request.authorization + '|' + request.host + '>';
    return response;
  });
  EXPECT_THAT(Ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
                  "close\r\n\r\n1\r\na\r\n0\r\nAuthorization: Bearer late\r\nHost: y\r\n\r\n"),
              HasSubstr("<|x>"));
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  std::atomic<int> quick = 0;
  HttpServerOptions options;
  options.quick = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (!request.path.starts_with("/quick")) return std::nullopt;
    ++quick;
    return Echo(request);
  };
  Open(options);
  std::string requests;
  std::string expected;
  for (int i = 0; i < 500; ++i) {
    // Some from the network thread, some through the pool, some with bodies.
    const std::string path = (i % 3 == 0 ? "/slow" : "/quick") + std::to_string(i);
    const std::string body = i % 5 == 0 ? "body" + std::to_string(i) : "";
    requests += (body.empty() ? "GET " : "POST ") + path + " HTTP/1.1\r\nHost: x\r\n" +
                (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
                (i == 499 ? "Connection: close\r\n" : "") + "\r\n" + body;
    expected += (body.empty() ? "GET " : "POST ") + path + "? " + body + '\n';
  }
  RawConnection connection(server->Port());
  connection.Send(requests);
  const std::string all = connection.ReadAll();
  std::string got;
  for (std::size_t at = 0; (at = all.find("\r\n\r\n", at)) != std::string::npos;) {
    at += 4;
    got += all.substr(at, std::min(all.find("HTTP/1.1", at), all.size()) - at) + '\n';
  }
  EXPECT_EQ(got, expected);
  EXPECT_EQ(quick, 333);
  server->Stop();  // Before what its handler uses is gone.
}

TEST_F(HttpServerTest, RequestThatComesByteByByteIsUnderstood) {
  Open();
  RawConnection connection(server->Port());
  const std::string text =
      "POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const char byte : text) connection.Send(std::string(1, byte));
  EXPECT_THAT(connection.ReadUntil("GET /next"), HasSubstr("POST /slow? abc"));
}

TEST_F(HttpServerTest, HeadThatNeverEndsIsRefusedHoweverSmallItsPieces) {
  Open();
  RawConnection connection(server->Port());
  connection.Send("GET / HTTP/1.1\r\nHost: x\r\n");
  bool open = true;
  for (int i = 0; i < 20'000 && open; ++i) open = connection.Send("Cookie: abcdefgh\r\n");
  EXPECT_THAT(connection.ReadAll(), testing::AnyOf(StartsWith("HTTP/1.1 431"), testing::IsEmpty()));
  EXPECT_TRUE(connection.Closed());
}

TEST_F(HttpServerTest, PeerThatHasSentItsLastByteStillGetsItsAnswer) {
  Open();
  RawConnection connection(server->Port());
  connection.Send(Get("/half"));
  connection.Finish();
  EXPECT_THAT(connection.ReadAll(), HasSubstr("GET /half"));
  EXPECT_TRUE(connection.Closed());
}

TEST_F(HttpServerTest, OneAddressCannotTakeAllConnections) {
  HttpServerOptions options;
  options.max_connections_per_address = 1;
  Open(options);
  RawConnection first(server->Port());
  first.Send(Get("/1"));
  EXPECT_THAT(first.ReadUntil("/1"), HasSubstr("200 OK"));
  RawConnection second(server->Port());
  EXPECT_EQ(second.ReadAll(), "");
  RawConnection elsewhere(server->Port(), "127.0.0.2");
  elsewhere.Send(Get("/2"));
  EXPECT_THAT(elsewhere.ReadUntil("/2"), HasSubstr("200 OK"));
}

TEST_F(HttpServerTest, ConnectionThatEndsMakesRoomForAnother) {
  HttpServerOptions options;
  options.max_connections = 1;
  Open(options);
  // That one has ended is noticed soon, but not at once.
  int served = 0;
  for (int i = 0; i < 20'000 && served < 20; ++i) {
    RawConnection connection(server->Port());
    connection.Send(Get("/1", "Connection: close\r\n"));
    if (connection.ReadAll().find("200 OK") != std::string::npos) ++served;
  }
  EXPECT_EQ(served, 20);
}

TEST_F(HttpServerTest, LargeAnswerReachesASlowReaderWholeWhileOthersAreServed) {
  const std::string large(4U << 20U, '#');
  Open({}, [&](const HttpRequest& request) {
    HttpResponse response;
    response.body = request.path == "/large" ? large : "small";
    return response;
  });
  RawConnection slow(server->Port());
  slow.Send(Get("/large") + Get("/large", "Connection: close\r\n"));
  RawConnection other(server->Port());
  other.Send(Get("/"));
  EXPECT_THAT(other.ReadUntil("small"), HasSubstr("200 OK"));
  const std::string& all = slow.ReadAll();
  EXPECT_EQ(std::count(all.begin(), all.end(), '#'), 2 * static_cast<long>(large.size()));
  server->Stop();  // Before what its handler uses is gone.
}

TEST_F(HttpServerTest, ReaderThatTakesNothingIsCutOff) {
  HttpServerOptions options;
  options.write_timeout = milliseconds(300);
  const std::string large(16U << 20U, '#');
  Open(options, [&](const HttpRequest&) {
    HttpResponse response;
    response.body = large;
    return response;
  });
  RawConnection slow(server->Port());
  slow.Send(Get("/"));
  EXPECT_TRUE(slow.WaitForReset()) << "the server closed it, unread";
  server->Stop();  // Before what its handler uses is gone.
}

TEST_F(HttpServerTest, AnswersNameDateAndNeverBreakALine) {
  Open({}, [](const HttpRequest&) {
    HttpResponse response;
    response.headers.emplace_back("Location", "/a\r\nSet-Cookie: b");
    response.headers.emplace_back("ETag", "W/\"1\"");
    return response;
  });
  const std::string answer = Ask(Get("/", "Connection: close\r\n"));
  EXPECT_THAT(answer, testing::ContainsRegex("Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} "
                                             "[0-9:]{8} GMT"));
  EXPECT_THAT(answer, HasSubstr("ETag: W/\"1\""));
  EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
}

/// A feed that tells what a test puts in.
class ScriptedFeed final : public EventFeed {
 public:
  std::shared_ptr<const std::string> Next() override {
    MutexLock lock(mutex_);
    ++asked_;
    return std::exchange(next_, nullptr);
  }
  std::shared_ptr<const std::string> First() override {
    return std::make_shared<const std::string>("data: first\n\n");
  }
  void Say(const std::string& text) {
    MutexLock lock(mutex_);
    next_ = std::make_shared<const std::string>(text);
  }
  int Asked() {
    MutexLock lock(mutex_);
    return asked_;
  }

 private:
  Mutex mutex_;
  std::shared_ptr<const std::string> next_ GUARDED_BY(mutex_);
  int asked_ GUARDED_BY(mutex_) = 0;
};

TEST_F(HttpServerTest, ListenersOfOneFeedHearTheSameAndTheEndOfTheirRightEndsTheirStream) {
  const auto feed = std::make_shared<ScriptedFeed>();
  std::atomic<bool> may_listen = true;
  Open({}, [&](const HttpRequest& request) {
    HttpResponse response;
    response.events = EventStream{feed, {}};
    if (request.path == "/guarded") response.events->is_over = [&] { return !may_listen; };
    return response;
  });
  RawConnection open(server->Port());
  RawConnection guarded(server->Port());
  open.Send(Get("/open"));
  guarded.Send(Get("/guarded"));
  EXPECT_THAT(open.ReadUntil("data: first"), HasSubstr("text/event-stream"));
  EXPECT_THAT(guarded.ReadUntil("data: first"), HasSubstr("data: first"));
  feed->Say("data: news\n\n");
  EXPECT_THAT(open.ReadUntil("data: news"), HasSubstr("data: news"));
  EXPECT_THAT(guarded.ReadUntil("data: news"), HasSubstr("data: news"));
  may_listen = false;
  feed->Say("data: secret\n\n");
  EXPECT_THAT(guarded.ReadAll(), Not(HasSubstr("secret")));
  EXPECT_TRUE(guarded.Closed());
  EXPECT_THAT(open.ReadUntil("data: secret"), HasSubstr("data: secret"));
  server->Stop();  // Before what its handler uses is gone.
}

TEST_F(HttpServerTest, StreamsBeyondTheLimitAreRefusedUntilOneEnds) {
  const auto feed = std::make_shared<ScriptedFeed>();
  HttpServerOptions options;
  options.max_event_streams = 1;
  Open(options, [&](const HttpRequest&) {
    HttpResponse response;
    response.events = EventStream{feed, {}};
    return response;
  });
  {
    RawConnection first(server->Port());
    first.Send(Get("/"));
    EXPECT_THAT(first.ReadUntil("data: first"), HasSubstr("200 OK"));
    EXPECT_THAT(Ask(Get("/")), StartsWith("HTTP/1.1 503"));
  }
  // The end of the first is noticed soon, but not at once.
  std::string answer;
  for (int i = 0; i < 1000 && !answer.starts_with("HTTP/1.1 200"); ++i) {
    RawConnection next(server->Port());
    next.Send(Get("/"));
    answer = next.ReadUntil("\r\n\r\n");
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, StopEndsEventStreams) {
  const auto feed = std::make_shared<ScriptedFeed>();
  Open({}, [&](const HttpRequest&) {
    HttpResponse response;
    response.events = EventStream{feed, {}};
    return response;
  });
  RawConnection listener(server->Port());
  listener.Send(Get("/"));
  EXPECT_THAT(listener.ReadUntil("data: first"), HasSubstr("200 OK"));
  server->Stop();
  listener.ReadAll();
  EXPECT_TRUE(listener.Closed());
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
