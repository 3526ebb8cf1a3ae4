/// \file
/// The same questions to our FHIR API and to a server that this project did not write: what that
/// one does as R4 says, ours must answer alike. Where it does not (see README.md), it is not asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "backend/fhir/client.h"
#include "backend/fhir/json_patch.h"
#include "tests/backend/fhir_fixture.h"
#include "tests/peers/peer_server.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using yizhan::test::PeerServer;

/// One question. "{name}" in a path or body stands for the id that an earlier answer had on that
/// side; a name at the end keeps the id of this answer.
struct Step {
  const char* method;
  std::string path;
  std::string body = {};
  std::string keep_as = {};
  std::string if_match = {};
  std::string if_none_exist = {};
};

/// One of the two servers, with the ids that it gave.
struct Side {
  std::function<fhir::Response(const fhir::Request&)> ask;
  std::map<std::string, std::string> ids;

  std::string Filled(std::string text) const {
    for (const auto& [name, id] : ids) {
      const std::string mark = '{' + name + '}';
      for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        text.replace(at, mark.size(), id);
      }
    }
    return text;
  }
  std::string Named(std::string text) const {
    for (const auto& [name, id] : ids) {
      for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id)) {
        text.replace(at, id.size(), '{' + name + '}');
      }
    }
    return text;
  }
  fhir::Response Do(const Step& step) {
    fhir::Request request;
    request.method = step.method;
    request.path = Filled(step.path);
    if (!step.body.empty()) request.body = test::Parse(Filled(step.body));
    request.if_match = step.if_match;
    request.if_none_exist = Filled(step.if_none_exist);
    fhir::Response response = ask(request);
    if (!step.keep_as.empty()) {
      EXPECT_NE(response.body["id"].AsString(), "") << step.path << ' ' << response.body.Write();
      ids[step.keep_as] = response.body["id"].AsString();
    }
    return response;
  }
  /// A resource as both sides can tell it.
  Json Plain(Json resource) const {
    resource.Remove("meta");
    return test::Parse(Named(resource.Write()));
  }
};

/// The entries of a Bundle: for a search what was found, for a response the statuses.
std::vector<std::string> EntriesOf(const Side& side, const Json& bundle) {
  std::vector<std::string> entries;
  for (const Json& entry : bundle["entry"].Items()) {
    std::string line = entry["response"]["status"].AsString().substr(0, 3);
    const Json& resource = entry["resource"];
    if (line.empty()) {
      line = resource["resourceType"].AsString() + '/' + side.Named(resource["id"].AsString()) +
             ' ' + entry["search"]["mode"].AsString();
    }
    entries.push_back(line);
  }
  if (bundle["type"].AsString() == "searchset") std::ranges::sort(entries);
  return entries;
}

class FhirDifferentialTest : public test::FhirFixture {
 protected:
  void SetUp() override {
    if (!PeerServer::WhyNot().empty()) GTEST_SKIP() << PeerServer::WhyNot();
    peer = PeerServer::Start();
    ASSERT_TRUE(peer);
    client = fhir::Client::Open({.base_url = peer->Base()}).value();
    theirs.ask = [this](const fhir::Request& request) { return client->Send(request).value(); };
    ours.ask = [this](const fhir::Request& request) { return AskOurs(request); };
  }

  fhir::Response AskOurs(const fhir::Request& asked) {
    HttpRequest request;
    request.method = asked.method;
    const std::size_t question = asked.path.find('?');
    request.path = "/fhir/" + asked.path.substr(0, question);
    if (question != std::string::npos) request.query = asked.path.substr(question + 1);
    if (asked.body) request.body = asked.body->Write();
    request.content_type =
        asked.method == "PATCH" ? "application/json-patch+json" : "application/fhir+json";
    request.if_match = asked.if_match;
    request.if_none_exist = asked.if_none_exist;
    const HttpResponse answer = Http(request);
    fhir::Response response;
    response.status = answer.status;
    if (!answer.body.empty()) response.body = test::Parse(answer.body);
    return response;
  }

  void Same(const Step& step) {
    SCOPED_TRACE(std::string(step.method) + ' ' + step.path);
    const fhir::Response mine = ours.Do(step);
    const fhir::Response other = theirs.Do(step);
    ASSERT_EQ(mine.status, other.status)
        << "ours: " << mine.body.Write() << "\ntheirs: " << other.body.Write();
    if (mine.status >= 400) return;
    const std::string& type = mine.body["resourceType"].AsString();
    EXPECT_EQ(type, other.body["resourceType"].AsString());
    if (type == "Bundle") {
      EXPECT_EQ(EntriesOf(ours, mine.body), EntriesOf(theirs, other.body));
    } else {
      EXPECT_TRUE(fhir::AreEqual(ours.Plain(mine.body), theirs.Plain(other.body)))
          << "ours: " << ours.Plain(mine.body).Write()
          << "\ntheirs: " << theirs.Plain(other.body).Write();
    }
  }

  std::unique_ptr<PeerServer> peer;
  std::unique_ptr<fhir::Client> client;
  Side ours;
  Side theirs;
};

std::string Patient(const std::string& number, const std::string& more = "") {
  return R"({"resourceType":"Patient","identifier":[{"system":"urn:card","value":")" + number +
         "\"}]" + more + "}";
}
std::string Slot(const std::string& schedule, const std::string& start, const std::string& status) {
  return R"({"resourceType":"Slot","schedule":{"reference":"Schedule/{)" + schedule +
         R"(}"},"status":")" + status + R"(","start":"2026-03-10T)" + start +
         R"(:00+08:00","end":"2026-03-10T)" + start + R"(:30+08:00"})";
}
std::string Appointment(const std::string& patient, const std::string& status) {
  return R"({"resourceType":"Appointment","status":")" + status +
         R"(","start":"2026-03-10T09:00:00+08:00","end":"2026-03-10T09:30:00+08:00",)"
         R"("participant":[{"status":"accepted","actor":{"reference":"Patient/{)" +
         patient + R"(}"}}]})";
}
std::string Bundle(const std::string& type, const std::string& entries) {
  return R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + entries + "]}";
}

TEST_F(FhirDifferentialTest, InteractionsWithOneResourceAreAnsweredAlike) {
  const std::string male = R"(,"gender":"male","birthDate":"1960-01-02")";
  const Step steps[] = {
      {"POST", "Patient", Patient("1", male), "p"},
      {"GET", "Patient/{p}"},
      {"GET", "Patient/4d8f1f3e-0c5c-4a3c-9a68-5a1a3e8f0b11"},
      {"GET", "Patient/{p}/_history/nonsense"},
      {"PUT", "Patient/{p}", R"({"resourceType":"Patient","id":"{p}","gender":"female"})"},
      {"GET", "Patient/{p}"},
      {"PUT", "Patient/{p}", R"({"resourceType":"Patient","id":"{p}"})", "", "W/\"nonsense\""},
      {"PATCH", "Patient/{p}", R"([{"op":"replace","path":"/gender","value":"other"}])"},
      {"PATCH", "Patient/{p}", R"([{"op":"add","path":"/active","value":true}])"},
      {"GET", "Patient/{p}"},
      {"PATCH", "Patient/{p}", "[]", "", "W/\"nonsense\""},
      {"POST", "Patient", R"({"resourceType":"Patient","gender":7})"},
      {"POST", "Patient", R"({"resourceType":"Patient","colour":"blue"})"},
      {"POST", "Patient", R"({"resourceType":"Patient","birthDate":"yesterday"})"},
      {"POST", "Patient", R"({"resourceType":"Patient","name":{"text":"x"}})"},
      {"POST", "Slot", R"({"resourceType":"Slot","status":"free"})"},
      {"POST", "Patient", R"({"resourceType":"Slot"})"},
      {"DELETE", "Patient/{p}", "", "", "W/\"nonsense\""}};
  for (const Step& step : steps) Same(step);
}

TEST_F(FhirDifferentialTest, ConditionsAreUnderstoodAlike) {
  const Step steps[] = {
      {"POST", "Patient", Patient("1", R"(,"gender":"male")"), "p", "", "identifier=urn:card|1"},
      {"POST", "Patient", Patient("1", R"(,"gender":"female")"), "", "", "identifier=urn:card|1"},
      {"POST", "Patient", Patient("2", R"(,"gender":"male")"), "q"},
      {"POST", "Patient", Patient("3"), "", "", "gender=male"},
      {"PUT", "Patient?identifier=urn:card|1", Patient("1", R"(,"active":true)")},
      {"PUT", "Patient?identifier=urn:card|4", Patient("4"), "r"},
      {"GET", "Patient?identifier=urn:card|4"},
      {"PUT", "Patient?identifier=urn:card|1,urn:card|2", Patient("1")},
      {"PATCH", "Patient?identifier=urn:card|1",
       R"([{"op":"replace","path":"/active","value":false}])"},
      {"PATCH", "Patient?identifier=urn:card|1,urn:card|2", "[]"},
      {"DELETE", "Patient?identifier=urn:card|1,urn:card|2"},
      {"GET", "Patient"}};
  for (const Step& step : steps) Same(step);
}

TEST_F(FhirDifferentialTest, TheSearchesOfAKioskFindTheSame) {
  // Our hospital is not empty: the Patients and Slots are.
  const Step steps[] = {
      {"POST", "Patient",
       Patient("1", R"(,"gender":"male","birthDate":"1960-01-02","name":[{"family":"Zhang"}])"),
       "p"},
      {"POST", "Patient",
       Patient("2", R"(,"gender":"female","birthDate":"1990-05-06","name":[{"family":"Li"}])"),
       "q"},
      {"POST", "Schedule", R"({"resourceType":"Schedule","actor":[{"reference":"Patient/{p}"}]})",
       "s"},
      {"POST", "Slot", Slot("s", "09:00", "free"), "s1"},
      {"POST", "Slot", Slot("s", "09:30", "busy"), "s2"},
      {"POST", "Slot", Slot("s", "14:00", "free"), "s3"},
      {"POST", "Appointment", Appointment("p", "booked"), "a1"},
      {"POST", "Appointment", Appointment("q", "cancelled"), "a2"},
      {"GET", "Patient?identifier=urn:card|1"},
      {"GET", "Patient?identifier=1"},
      {"GET", "Patient?identifier=urn:other|1"},
      {"GET", "Patient?gender=male,female"},
      {"GET", "Patient?gender:not=male"},
      {"GET", "Patient?gender:missing=true"},
      {"GET", "Patient?gender:missing=false"},
      {"GET", "Patient?birthdate=1960-01-02"},
      {"GET", "Patient?birthdate=gt1980-01-01"},
      {"GET", "Patient?birthdate=ge1960-01-02&birthdate=lt1990-05-06"},
      {"GET", "Patient?family=Zhang"},
      {"GET", "Patient?name=zh"},
      {"GET", "Slot?schedule=Schedule/{s}&status=free"},
      {"GET", "Slot?schedule=Schedule/{s}&start=ge2026-03-10T12:00:00%2B08:00"},
      {"GET", "Slot?schedule=Schedule/{s}&start=ge2026-03-10T04:00:00Z"},
      {"GET", "Slot?status=free&start=lt2026-03-10T02:00:00Z"},
      {"GET", "Slot?status=free&_include=Slot:schedule"},
      {"GET", "Appointment?patient=Patient/{p}"},
      {"GET", "Appointment?patient=Patient/{q}&status=booked"},
      {"GET", "Appointment?status=booked,cancelled"},
      {"GET", "Appointment?_include=Appointment:patient"},
      {"GET", "Appointment?patient.gender=female"},
      {"GET", "Patient?_revinclude=Appointment:patient&gender=male"},
      {"GET", "Patient?_id={p}"},
      {"GET", "Patient?_count=1&_sort=birthdate"},
      {"GET", "Patient?_count=1&_sort=-birthdate"},
      {"GET", "Patient?_lastUpdated=gt2001-01-01"}};
  for (const Step& step : steps) Same(step);
}

TEST_F(FhirDifferentialTest, BundlesAreDoneAlike) {
  const std::string patient = Patient("1");
  const Step steps[] = {
      {"POST", "Patient", Patient("9"), "old"},
      {"POST", "",
       Bundle(
           "transaction",
           R"({"fullUrl":"urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11","resource":)" + patient +
               R"(,"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:card|1"}},
       {"resource":{"resourceType":"Basic","code":{"text":"x"},"subject":
         {"reference":"urn:uuid:b5c8f0b3-a30f-4f4f-8d5f-2b0f0e3f6f11"}},
        "request":{"method":"POST","url":"Basic"}},
       {"request":{"method":"GET","url":"Patient/{old}"}})")},
      {"GET", "Basic?subject:Patient.identifier=urn:card|1&_summary=count"},
      {"POST", "", Bundle("batch", R"({"request":{"method":"GET","url":"Patient/{old}"}},
       {"request":{"method":"GET","url":"Patient/4d8f1f3e-0c5c-4a3c-9a68-5a1a3e8f0b11"}},
       {"resource":{"resourceType":"Slot","status":"free"},"request":{"method":"POST","url":"Slot"}},
       {"resource":)" + Patient("6") + R"(,"request":{"method":"POST","url":"Patient"}})")},
      {"POST", "", Bundle("history", "")}};
  for (const Step& step : steps) Same(step);
}

}  // namespace
}  // namespace yizhan::server
