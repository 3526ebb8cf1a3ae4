// What the hospital itself writes is held to the rules that it holds others to.
#include <gmock/gmock.h>

#include <map>

#include "backend/hospital/centre/centre_check_in.h"
#include "backend/hospital/demo/demo_hospital.h"
#include "backend/hospital/exam/exam_check_in.h"
#include "backend/r4/validate.h"
#include "tests/backend/hospital_fixture.h"

namespace yizhan::hospital {
namespace {

using OwnResourcesTest = test::HospitalFixture;

TEST_F(OwnResourcesTest, EverythingTheHospitalWritesIsValid) {
  hospital.reset();
  store.reset();
  for (const char* file : {"/hospital.db", "/hospital.db-wal", "/hospital.db-shm"}) {
    std::filesystem::remove_all(folder.Path() + file);
  }
  Reopen();
  ASSERT_TRUE(MakeDemoHospital(*store, {20260310, clock.Now(), zone}));
  Restart();
  // Personas check in, one is called, passed, called again and sent home.
  for (const char* patient : {"p-0001", "p-0009", "p-0010", "p-0030"}) {
    const std::string booked = Find(
        "Appointment", std::string("status=booked&_sort=date&_count=1&patient=Patient/") + patient);
    (void)hospital->CheckIn(booked, Parameters(std::string("op-") + patient, "", "", "site-main"));
  }
  // A unit's member checks in for a package, gives it up, and comes back.
  const QueueTicket member = *FromTask(fhir::ParameterOf(
      hospital->CheckIn("a-persona-38", Parameters("op-member", "", "", "site-main")).body,
      "ticket"));
  EXPECT_TRUE(hospital->Queue().CancelCheckIn({"", "staff", member.id, "mistake"}));
  EXPECT_EQ(
      hospital->CheckIn("a-persona-38", Parameters("op-member-2", "", "", "site-main")).status,
      200);
  // The persona with a whole day goes into every line there is.
  fhir::Json wish = Parameters("op-centre", "");
  fhir::AddParameter(wish, "service", "valueReference",
                     fhir::Reference("HealthcareService", "centre-nursing"));
  EXPECT_EQ(CentreCheckIn(*hospital, "p-0037", wish).status, 200);
  EXPECT_EQ(ExamCheckIn(*hospital, "p-0037", Parameters("op-exams", "")).status, 200);
  const OperationAnswer again = ExamCheckIn(*hospital, "p-0037", Parameters("op-again", ""));
  EXPECT_EQ(again.body["contained"].Items().size(), 2U) << again.body.Write(true);
  const std::string rooms = Find("Location", "_count=400");
  int called = 0;
  for (std::size_t at = 0; at < rooms.size();) {
    const std::size_t end = std::min(rooms.find(' ', at), rooms.size());
    const std::string room = rooms.substr(at, end - at);
    at = end + 1;
    if (!hospital->Call({room, "staff", "", ""})) continue;
    (void)hospital->Pass({room, "staff", "", "absent"});
    (void)hospital->Call({room, "staff", "", ""});
    (void)hospital->Finish({room, "staff", "", ""});
    if (++called == 3) break;
  }
  EXPECT_GT(called, 0);

  std::map<std::string, int> wrong;  // What, and how often: thousands would be the same.
  std::map<std::string, int> types;
  store::HistoryQuery query;
  query.count = 1000;
  do {
    const auto page = store->History(query);
    ASSERT_TRUE(page) << page.error().detail;
    for (const store::StoredResource& version : page->versions) {
      if (version.deleted) continue;
      ++types[version.type];
      for (const r4::Issue& issue : r4::Validate(test::Parse(version.text))) {
        ++wrong[issue.expression + " " + issue.diagnostics];
      }
    }
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty());
  EXPECT_GT(types.size(), 10U);
  EXPECT_THAT(wrong, testing::IsEmpty());
}

}  // namespace
}  // namespace yizhan::hospital
