#include <gmock/gmock.h>

#include <future>

#include "backend/fhir/client.h"
#include "tests/backend/scripted_http.h"

namespace yizhan::fhir {
namespace {

using test::ScriptedHttp;
using testing::HasSubstr;

std::unique_ptr<Client> Connect(
    const std::string& base, std::chrono::milliseconds timeout = std::chrono::milliseconds(5000)) {
  ClientOptions options;
  options.base_url = base;
  options.timeout = timeout;
  options.response_bytes = 1000;
  Result<std::unique_ptr<Client>> client = Client::Open(std::move(options));
  return client ? std::move(*client) : nullptr;
}

/// One exchange against a server that answers `answer` and closes.
Result<Response> Ask(const std::string& answer, const Request& request = {},
                     std::string* seen = nullptr) {
  ScriptedHttp server([&](int connection) {
    const std::string text = ScriptedHttp::ReadRequest(connection);
    if (seen != nullptr) *seen = text;
    ScriptedHttp::Write(connection, answer);
  });
  return Connect(server.Base())->Send(request);
}

TEST(ClientTest, ServerThatIsNotThereIsUnreachable) {
  std::string base;
  {
    const ScriptedHttp gone([](int) {});
    ASSERT_TRUE(gone.Ready());
    base = gone.Base();
  }
  const Result<Response> response = Connect(base)->Send({});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::Unreachable);
}

TEST(ClientTest, ServerThatHangsUpLeavesTheOutcomeUnknown) {
  const Result<Response> response = Ask("");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::Timeout);
}

TEST(ClientTest, HalfAnAnswerLeavesTheOutcomeUnknown) {
  const Result<Response> response =
      Ask("HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 90\r\n\r\n{");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::Timeout);
}

TEST(ClientTest, SilentServerTimesOut) {
  ScriptedHttp server([](int connection) {
    static_cast<void>(ScriptedHttp::ReadRequest(connection));
    ScriptedHttp::WaitForClose(connection);
  });
  const Result<Response> response =
      Connect(server.Base(), std::chrono::milliseconds(50))->Send({.path = "metadata"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::Timeout);
}

TEST(ClientTest, AnswersThatAreNoFhirAreBadData) {
  const std::string html =
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n";
  for (const std::string& answer :
       {ScriptedHttp::Answer("200 OK", "{\"a\":"), html + "<ok>", std::string("nonsense\r\n\r\n"),
        ScriptedHttp::Answer("200 OK", '"' + std::string(1001, 'x') + '"')}) {
    const Result<Response> response = Ask(answer);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::BadData) << answer.substr(0, 40);
  }
}

TEST(ClientTest, GatewaysHtmlStillTellsItsStatus) {
  const Result<Response> response =
      Ask("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<no>");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 502);
  EXPECT_TRUE(response->body.IsNull());
}

TEST(ClientTest, SendsConditionsAndReadsEtagAndLocation) {
  Request request{.method = "PUT", .path = "Slot/1?a=" + EncodeQuery("a|b 㛃")};
  request.body = Json::Object({{"resourceType", Json::String("Slot")}});
  request.if_match = "W/\"3\"";
  request.if_none_exist = "identifier=a|b";
  std::string seen;
  const Result<Response> response =
      Ask(ScriptedHttp::Answer("201 Created", "{}", "ETag: W/\"4\"\r\nLOCATION: Slot/1\r\n"),
          request, &seen);
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->etag, "W/\"4\"");
  EXPECT_EQ(response->location, "Slot/1");
  EXPECT_THAT(seen, HasSubstr("PUT /fhir/Slot/1?a=a%7Cb%20%E3%9B%83 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("If-Match: W/\"3\"\r\n"));
  EXPECT_THAT(seen, HasSubstr("If-None-Exist: identifier=a|b\r\n"));
  EXPECT_THAT(seen, HasSubstr("Content-Type: application/fhir+json\r\n"));
  EXPECT_THAT(seen, HasSubstr("{\"resourceType\":\"Slot\"}"));
}

TEST(ClientTest, FollowsANextLinkOnlyBelowItsBase) {
  std::string seen;
  ScriptedHttp server([&](int connection) {
    seen = ScriptedHttp::ReadRequest(connection);
    ScriptedHttp::Write(connection, ScriptedHttp::Answer("200 OK", "{}", "Connection: close\r\n"));
  });
  const auto client = Connect(server.Base());
  Request request;
  request.path = server.Base() + "?_getpages=7";
  EXPECT_TRUE(client->Send(request));
  EXPECT_THAT(seen, HasSubstr("GET /fhir?_getpages=7 HTTP"));
  request.path = "?_getpages=8";
  EXPECT_TRUE(client->Send(request));
  EXPECT_THAT(seen, HasSubstr("GET /fhir?_getpages=8 HTTP"));
  seen.clear();
  for (const std::string& elsewhere :
       {std::string("http://127.0.0.1:1/fhir?page=2"), server.Base() + "-other/Patient",
        std::string("https://evil.example/fhir/Patient")}) {
    request.path = elsewhere;
    EXPECT_EQ(client->Send(request).error().code, ErrorCode::BadData) << elsewhere;
  }
  EXPECT_EQ(seen, "");
}

TEST(ClientTest, RefusalIsAnAnswer) {
  const Result<Response> response =
      Ask(ScriptedHttp::Answer("422 Unprocessable", "{\"resourceType\":\"OperationOutcome\"}"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 422);
  EXPECT_EQ(response->body["resourceType"].AsString(), "OperationOutcome");
}

TEST(ClientTest, KeepsItsConnection) {
  std::atomic<int> connections = 0;
  ScriptedHttp server([&](int connection) {
    ++connections;
    while (!ScriptedHttp::ReadRequest(connection).empty()) {
      ScriptedHttp::Write(connection, ScriptedHttp::Answer("200 OK", "{}"));
    }
  });
  {
    const std::unique_ptr<Client> client = Connect(server.Base());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(client->Send({.path = "metadata"}));
  }
  EXPECT_EQ(connections, 1);
}

TEST(ClientTest, RequestCannotSmuggleAnotherHeader) {
  const std::unique_ptr<Client> client = Connect("http://127.0.0.1:9/fhir");
  EXPECT_EQ(client->Send({.path = "a\r\nX: y"}).error().code, ErrorCode::BadData);
  EXPECT_EQ(client->Send({.path = "a b"}).error().code, ErrorCode::BadData);
  Request request;
  request.if_match = "1\nX: y";
  EXPECT_EQ(client->Send(request).error().code, ErrorCode::BadData);
}

TEST(ClientTest, CancelEndsASendUnderWay) {
  std::promise<void> asked;
  ScriptedHttp server([&](int connection) {
    static_cast<void>(ScriptedHttp::ReadRequest(connection));
    asked.set_value();
    ScriptedHttp::WaitForClose(connection);
  });
  const std::unique_ptr<Client> client = Connect(server.Base(), std::chrono::seconds(60));
  std::future<Result<Response>> sending =
      std::async(std::launch::async, [&] { return client->Send({}); });
  asked.get_future().wait();
  client->Cancel();
  const Result<Response> response = sending.get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::Cancelled);
  EXPECT_EQ(client->Send({}).error().code, ErrorCode::Cancelled);
}

TEST(ClientTest, OpenRefusesOptionsThatCannotWork) {
  for (const char* base : {"", "ftp://x", "http://x/", "http://x y"}) {
    EXPECT_EQ(Connect(base), nullptr) << base;
  }
  ClientOptions half;
  half.base_url = "https://x";
  half.certificate_file = "c.pem";
  EXPECT_FALSE(Client::Open(half));
}

}  // namespace
}  // namespace yizhan::fhir
