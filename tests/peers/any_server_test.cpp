/// \file
/// "Works against any conformant FHIR R4 server", proven with one that this project did not write:
/// the kiosk's own gateway over HTTP, by the standard path, with the network failing in between.
#include <gtest/gtest.h>

#include "backend/fhir/client.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "kiosk/sync/gateway.h"
#include "kiosk/sync/records.h"
#include "offline-store/outbox.h"
#include "tests/offline-store/store_fixture.h"
#include "tests/peers/peer_server.h"
#include "tests/support/running_clock.h"
#include "tests/support/tcp_proxy.h"
#include "tests/sync/news_box.h"
#include "tests/sync/small_hospital.h"

namespace yizhan::sync {
namespace {

using fhir::Json;
using std::chrono::milliseconds;
using test::NewsBox;
using yizhan::test::PeerServer;
using yizhan::test::RunningClock;
using yizhan::test::TcpProxy;

std::unique_ptr<fhir::Client> ClientOf(const std::string& base) {
  return fhir::Client::Open({.base_url = base}).value();
}

/// A terminal's gateway and store behind a network of its own.
class Terminal {
 public:
  Terminal(const PeerServer& server, const std::string& name, const Clock& clock)
      : proxy_(server.Port()) {
    GatewayOptions options;
    options.client.base_url = "http://127.0.0.1:" + std::to_string(proxy_.Port()) + "/fhir";
    options.client.timeout = milliseconds(1500);
    options.station = test::kStation;
    options.station.terminal = domain::TerminalId(name);
    options.visits_every = milliseconds(100);
    options.probe_first = milliseconds(20);
    options.probe_most = milliseconds(100);
    gateway_ = Gateway::Open(options, *database_, clock, news_.Teller()).value();
    gateway_->Start();
  }

  NewsBox& News() { return news_; }
  TcpProxy& Network() { return proxy_; }

  /// True once directory and visitors were read.
  [[nodiscard]] bool WaitReady() {
    const auto complete = [](const ListsChanged& news) {
      return !news.lists.doctors.empty() && news.lists.departments.at(0).waiting.has_value();
    };
    return news_.WaitReachable(true) && news_.Wait<ListsChanged>(complete).has_value();
  }
  Result<PatientToday> LookUp() {
    EXPECT_TRUE(gateway_->Post(AskLookUp{1, test::Card()}));
    auto news = news_.Wait<LookUpAnswered>();
    return news ? std::move(news->answer) : Fail(ErrorCode::Cancelled, "no answer");
  }
  void AskToCheckIn(const domain::Visit& visit) {
    EXPECT_TRUE(gateway_->Post(AskCheckIn{1, visit, "张*三"}));
  }
  CheckedIn CheckedInNow() {
    auto news = news_.Wait<CheckInAnswered>();
    const bool answered = news && news->answer;
    const auto* done = answered ? std::get_if<CheckedIn>(&*news->answer) : nullptr;
    if (done == nullptr) ADD_FAILURE() << "not checked in";
    return done == nullptr ? CheckedIn() : *done;
  }
  CheckedIn CheckIn(const domain::Visit& visit) {
    AskToCheckIn(visit);
    return CheckedInNow();
  }
  /// Waits until every promise is delivered, at most half a minute.
  [[nodiscard]] bool WaitDelivered() {
    for (int round = 0; round < 300; ++round) {
      const auto counts = offline::Outbox(*database_).Counts();
      if (counts && counts->pending == 0) return counts->parked == 0;
      // Each round of its duties tells the lists anew; an act is delivered before.
      static_cast<void>(news_.Wait<ListsChanged>());
    }
    return false;
  }
  [[nodiscard]] bool WaitRounds(int rounds) {
    for (int round = 0; round < rounds; ++round) {
      if (!news_.Wait<ListsChanged>()) return false;
    }
    return true;
  }

 private:
  TcpProxy proxy_;
  const offline::test::TemporaryDirectory directory_;
  const std::unique_ptr<offline::Database> database_ =
      offline::test::OpenStore(directory_.File("store.db"));
  NewsBox news_;
  std::unique_ptr<Gateway> gateway_;
};

class AnyServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = PeerServer::WhyNot(); !why.empty()) GTEST_SKIP() << why;
    server_ = PeerServer::Start();
    ASSERT_TRUE(server_);
    client_ = ClientOf(server_->Base());
    for (const Json& resource : test::DirectoryResources()) Put(resource);
    Put(test::Patient());
    Put(test::Invoice());
    Put(test::Appointment());
  }

  void Put(Json resource) {
    resource.Remove("meta");
    resource.Remove("telecom");  // Without a system it breaks the invariant cpt-2.
    fhir::Request request;
    request.method = "PUT";
    request.path = resource["resourceType"].AsString() + "/" + resource["id"].AsString();
    request.body = std::move(resource);
    const auto response = client_->Send(request);
    ASSERT_TRUE(response) << response.error().detail;
    ASSERT_TRUE(response->status == 200 || response->status == 201) << response->body.Write();
  }
  Json Get(const std::string& path) {
    fhir::Request request;
    request.path = path;
    const auto response = client_->Send(request);
    EXPECT_TRUE(response && response->status == 200) << path;
    return response ? response->body : Json();
  }
  std::vector<Json> Tickets(const std::string& appointment = "a1") {
    std::vector<Json> found;
    const Json bundle = Get("Task?focus=Appointment/" + appointment);
    for (const Json& entry : bundle["entry"].Items()) found.push_back(entry["resource"]);
    return found;
  }
  static domain::Visit Visit(const std::string& appointment = "a1") {
    return ToVisit(test::Appointment(appointment), test::SmallDirectory()).value();
  }
  /// Goes away as `leave` does it, checks in alone, comes back as `come_back` does it: the hospital
  /// has one ticket then, with the number on the paper.
  void PromiseAndDeliver(Terminal& terminal, const std::function<void()>& leave,
                         const std::function<void()>& come_back) {
    ASSERT_TRUE(terminal.WaitReady());
    leave();
    ASSERT_TRUE(terminal.News().WaitReachable(false));
    const auto today = terminal.LookUp();
    ASSERT_TRUE(today) << today.error().detail;
    EXPECT_TRUE(today->offline);
    ASSERT_EQ(today->visits.size(), 1U);
    const CheckedIn done = terminal.CheckIn(today->visits[0]);
    EXPECT_TRUE(done.ticket.provisional);
    EXPECT_EQ(done.ticket.number, "A-K3-01");
    come_back();
    ASSERT_TRUE(terminal.News().WaitReachable(true));
    ASSERT_TRUE(terminal.WaitDelivered());
    ASSERT_TRUE(terminal.WaitRounds(3));
    const auto tickets = Tickets();
    ASSERT_EQ(tickets.size(), 1U);
    EXPECT_EQ(ToTicket(tickets[0], Visit()).number, "A-K3-01");
    EXPECT_EQ(ToTicket(tickets[0], Visit()).operation, done.ticket.operation);
    EXPECT_EQ(ToTicket(tickets[0], Visit()).arrived_at, done.ticket.arrived_at);
    EXPECT_EQ(Get("Appointment/a1")["status"].AsString(), "arrived");
  }

  const RunningClock clock_{test::Now()};
  std::unique_ptr<PeerServer> server_;
  std::unique_ptr<fhir::Client> client_;
};

TEST_F(AnyServerTest, APatientIsFoundPaysAndChecksIn) {
  Terminal terminal(*server_, "K3", clock_);
  ASSERT_TRUE(terminal.WaitReady());
  const auto unpaid = terminal.LookUp();
  ASSERT_TRUE(unpaid) << unpaid.error().detail;
  EXPECT_FALSE(unpaid->offline);
  EXPECT_EQ(unpaid->patient.masked_name, "张*三");
  ASSERT_EQ(unpaid->visits.size(), 1U);
  EXPECT_EQ(unpaid->visits[0].due_minor, 2550);
  EXPECT_EQ(unpaid->visits[0].doctor, "王建国");
  EXPECT_EQ(unpaid->visits[0].service.en, "Cardiology");
  EXPECT_EQ(unpaid->visits[0].site_id, test::kStation.site);
  Put(test::Invoice("balanced"));
  EXPECT_EQ(terminal.LookUp()->visits.at(0).due_minor, 0);

  const CheckedIn done = terminal.CheckIn(unpaid->visits[0]);
  EXPECT_EQ(done.ticket.number, "A-K3-01");
  EXPECT_FALSE(done.ticket.provisional);
  EXPECT_FALSE(done.already);
  EXPECT_EQ(done.ticket.ahead, 0);
  const CheckedIn again = terminal.CheckIn(unpaid->visits[0]);
  EXPECT_TRUE(again.already);
  EXPECT_EQ(again.ticket.number, "A-K3-01");
  const auto today = terminal.LookUp();
  EXPECT_EQ(today->visits.at(0).state, domain::VisitState::CheckedIn);
  EXPECT_EQ(today->visits.at(0).ticket->number, "A-K3-01");
  EXPECT_EQ(Tickets().size(), 1U);
}

TEST_F(AnyServerTest, APromiseMadeWhileConnectionsAreRefusedIsDeliveredOnce) {
  Terminal terminal(*server_, "K3", clock_);
  PromiseAndDeliver(
      terminal, [&] { terminal.Network().Refuse(); }, [&] { terminal.Network().Pass(); });
}

TEST_F(AnyServerTest, APromiseMadeWhileTheServerHangsIsDeliveredOnce) {
  Terminal terminal(*server_, "K3", clock_);
  PromiseAndDeliver(
      terminal, [&] { server_->Freeze(); }, [&] { server_->Thaw(); });
}

TEST_F(AnyServerTest, AnAnswerThatIsLostLeavesOneTicketCalledByThePaper) {
  Terminal terminal(*server_, "K3", clock_);
  ASSERT_TRUE(terminal.WaitReady());
  terminal.Network().LoseAnswersAfter("POST /fhir/Task");
  const CheckedIn done = terminal.CheckIn(Visit());
  EXPECT_TRUE(done.ticket.provisional);
  EXPECT_EQ(done.ticket.number, "A-K3-02");
  const auto unseen = Tickets();
  ASSERT_EQ(unseen.size(), 1U);
  EXPECT_EQ(ToTicket(unseen[0], Visit()).number, "A-K3-01");

  terminal.Network().Pass();
  ASSERT_TRUE(terminal.WaitDelivered());
  const auto tickets = Tickets();
  ASSERT_EQ(tickets.size(), 1U);
  EXPECT_EQ(ToTicket(tickets[0], Visit()).number, "A-K3-02");
  EXPECT_EQ(ToTicket(tickets[0], Visit()).operation, done.ticket.operation);
  const Json& old = tickets[0]["identifier"][1];
  EXPECT_EQ(old["use"].AsString(), "old");
  EXPECT_EQ(old["value"].AsString(), "A-K3-01");
}

TEST_F(AnyServerTest, TwoTerminalsRacingForOneAppointmentMakeOneTicket) {
  Terminal east(*server_, "K3", clock_);
  Terminal west(*server_, "K5", clock_);
  ASSERT_TRUE(east.WaitReady());
  ASSERT_TRUE(west.WaitReady());
  for (int race = 0; race < 10; ++race) {
    const std::string id = "race" + std::to_string(race);
    Put(test::Appointment(id));
    east.AskToCheckIn(Visit(id));
    west.AskToCheckIn(Visit(id));
    const CheckedIn first = east.CheckedInNow();
    const CheckedIn second = west.CheckedInNow();
    EXPECT_EQ(first.ticket.number, second.ticket.number);
    EXPECT_EQ(first.ticket.operation, second.ticket.operation);
    EXPECT_NE(first.already, second.already);
    EXPECT_EQ(Tickets(id).size(), 1U);
  }
}

}  // namespace
}  // namespace yizhan::sync
