#include "backend/security/scopes.h"

#include <gtest/gtest.h>

namespace yizhan::security {
namespace {

TEST(ScopesTest, BothVersionsOfSmartAreUnderstood) {
  EXPECT_EQ(Grant::Parse("system/Appointment.cruds").Text(), "system/Appointment.cruds");
  EXPECT_EQ(Grant::Parse("system/Patient.read").Text(), "system/Patient.rs");
  EXPECT_EQ(Grant::Parse("system/Patient.write").Text(), "system/Patient.cud");
  EXPECT_EQ(Grant::Parse("system/*.*").Text(), "system/*.cruds");
  EXPECT_EQ(Grant::Parse("system/Slot.rs  system/Slot.u system/Patient.r").Text(),
            "system/Patient.r system/Slot.rus");
}

TEST(ScopesTest, WhatIsNotUnderstoodGrantsNothing) {
  for (const char* scope : {"",
                            "system",
                            "system/",
                            "system/.rs",
                            "system/Patient",
                            "system/Patient.",
                            "system/Patient.x",
                            "system/Patient.sr",
                            "system/Patient.rr",
                            "system/Patient.READ",
                            "system/patient.rs",
                            "user/Patient.rs",
                            "patient/Patient.rs",
                            "openid",
                            "system/Patient.rs?_id=1",
                            "*/*.*",
                            "system/Pati3nt.rs",
                            "system/Patient/1.rs",
                            "system/**.rs",
                            "System/Patient.rs",
                            "system/*.rs*"}) {
    EXPECT_TRUE(Grant::Parse(scope).IsEmpty()) << scope;
  }
  EXPECT_TRUE(Grant::Parse(std::string(5000, ' ') + "system/*.rs").IsEmpty()) << "bounded";
}

TEST(ScopesTest, EachInteractionNeedsItsLetterAndItsType) {
  const Grant grant = Grant::Parse("system/Appointment.ru system/Slot.s");
  EXPECT_TRUE(grant.Allows(Interaction::Read, "Appointment"));
  EXPECT_TRUE(grant.Allows(Interaction::Update, "Appointment"));
  EXPECT_TRUE(grant.Allows(Interaction::Search, "Slot"));
  EXPECT_FALSE(grant.Allows(Interaction::Search, "Appointment"));
  EXPECT_FALSE(grant.Allows(Interaction::Create, "Appointment"));
  EXPECT_FALSE(grant.Allows(Interaction::Delete, "Appointment"));
  EXPECT_FALSE(grant.Allows(Interaction::Read, "AppointmentResponse"));
  EXPECT_FALSE(grant.Allows(Interaction::Read, "*"));
  EXPECT_FALSE(grant.Allows(Interaction::Search, "")) << "the whole server needs *";
  EXPECT_TRUE(Grant::Parse("system/*.s").Allows(Interaction::Search, ""));
  EXPECT_FALSE(Grant().Allows(Interaction::Read, "Patient"));
}

TEST(ScopesTest, ARequestNeverGetsMoreThanTheRegistration) {
  const Grant registered = Grant::Parse("system/Appointment.rs system/Patient.r");
  EXPECT_EQ(Grant::Parse("system/*.cruds").And(registered), registered);
  EXPECT_EQ(registered.And(Grant::Parse("system/*.s")).Text(), "system/Appointment.s");
  EXPECT_EQ(Grant::Parse("system/Appointment.cud").And(registered).Text(), "");
  EXPECT_EQ(Grant::Parse("system/Slot.rs").And(registered).Text(), "");
  EXPECT_EQ(Grant::All().And(registered), registered);
}

}  // namespace
}  // namespace yizhan::security
