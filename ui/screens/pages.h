/// \file
/// One drawing function for each page. A page is a free function from a model to an intent: it
/// decides nothing, remembers nothing and touches only the Ui. Body areas exclude header, banner
/// and bottom bar.
#pragma once

#include <optional>

#include "kiosk/screens/screen.h"
#include "ui/strings.h"
#include "ui/ui.h"

namespace yizhan::ui {

using MaybeIntent = std::optional<screens::Intent>;

/// What every page gets: where to draw, in which words, and what is around it.
struct Stage {
  const screens::Frame& frame;
  const Strings& text;
  const Strings& other_text;  ///< The language that is not chosen.
  Ui& ui;
  Rect body;
};

/// The whole screen: header, page, bottom bar, and the question whether somebody is still there.
[[nodiscard]] MaybeIntent DrawFrame(const screens::Frame& frame, const Languages& languages,
                                    Ui& ui);

[[nodiscard]] MaybeIntent DrawPage(const screens::IdleModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::DirectoryModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::WorkingModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::BirthDateModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::HomeModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ChooseVisitModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ConfirmModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::TicketModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::LabDrawModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::TroubleModel& model, const Stage& stage);

// Booking.
[[nodiscard]] MaybeIntent DrawPage(const screens::ChooseKindModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ChooseDayModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ChooseDepartmentModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ChooseDoctorModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ChooseTimeModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::FullModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ReadBackModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::CancelModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::BookingResultModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::MyBookingsModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::PayModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::BookingTroubleModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::BookingChangedModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ChooseArrivalModel& model, const Stage& stage);

// The way through the hospital.
[[nodiscard]] MaybeIntent DrawPage(const screens::GuideModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::MessagesModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::CareTicketsModel& model, const Stage& stage);
[[nodiscard]] MaybeIntent DrawPage(const screens::ChooseCentreModel& model, const Stage& stage);

}  // namespace yizhan::ui
