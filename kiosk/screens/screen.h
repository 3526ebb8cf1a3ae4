/// \file
/// What each page shows and what a patient can answer: plain values, complete and already decided.
/// A flow makes a model, ui/ draws it, and the patient's touch comes back as an Intent. Words are
/// chosen by ui/ from the values here (gettext), so one model serves every language. Names in a
/// model are masked; nothing here identifies a patient beyond that. Each model has a kName, by
/// which programs that drive a terminal know its page. One header for each family of pages.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "domain/local_text.h"
#include "kiosk/screens/answers.h"
#include "kiosk/screens/booking_pages.h"
#include "kiosk/screens/care_pages.h"
#include "kiosk/screens/check_in_pages.h"
#include "kiosk/screens/lab_pages.h"
#include "kiosk/screens/patient_pages.h"
#include "kiosk/screens/public_pages.h"

namespace yizhan::screens {

using Page = std::variant<IdleModel, DirectoryModel, WorkingModel, BirthDateModel, HomeModel,
                          ChooseVisitModel, ConfirmModel, TicketModel, LabDrawModel, TroubleModel,
                          ChooseKindModel, ChooseDayModel, ChooseDepartmentModel, ChooseDoctorModel,
                          ChooseTimeModel, FullModel, ReadBackModel, CancelModel,
                          BookingResultModel, MyBookingsModel, PayModel, BookingTroubleModel,
                          BookingChangedModel, ChooseArrivalModel, GuideModel, MessagesModel,
                          CareTicketsModel, ChooseCentreModel>;

// ---- around every page --------------------------------------------------------------------

/// "您还在吗?": drawn over the page, which is dimmed and dead meanwhile.
struct IdleWarning {
  int seconds_left = 0;
  int seconds_total = 20;
};

/// Everything one frame shows.
struct Frame {
  Page page;
  domain::LocalText hospital;
  std::string terminal;  ///< "K3"
  WallTime now{};        ///< Shown in the header to the minute.
  TimeZone zone{};
  domain::Language language = domain::Language::ZhCn;
  TextSize text_size = TextSize::Normal;
  bool signed_in = false;   ///< A session is open: offer "退出".
  std::string masked_name;  ///< Empty when nobody is signed in.
  bool offline = false;     ///< Banner "离线服务中".
  enum class StaffCall { Offered, Calling, Called, Failed } staff_call = StaffCall::Offered;
  std::optional<IdleWarning> warning;
};

}  // namespace yizhan::screens
