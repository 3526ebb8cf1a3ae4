#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "kiosk/flows/booking_flow.h"
#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// The patient's own bookings: confirm one that waits for it (F19), answer an offer (F23), change,
/// cancel with what it costs said before, leave the waiting list.
///
/// States by page: [MyBookings ->] ReadBack -> [Cancel ->] Working -> BookingResult |
/// BookingTrouble; or the pages of BookingFlow, for another booking in place of one.
class MyBookingsFlow final : public SubFlow {
 public:
  /// `only`: all of them, or those in one state; a single one is shown without a list.
  MyBookingsFlow(const Terminal& terminal, PatientFacts& facts,
                 std::optional<domain::BookingState> only);

  [[nodiscard]] Effects Start(Moment now, domain::Language language) override;
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language) override;
  [[nodiscard]] const screens::Page& Page() const override {
    return change_ ? change_->Page() : page_;
  }
  [[nodiscard]] bool Finished() const override { return finished_; }
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override {
    return change_ ? change_->NextDeadline() : std::nullopt;
  }

 private:
  Effects OnIntent(const screens::Intent& intent, Moment now, domain::Language language);
  void OnBack();
  Effects OnConfirm();
  Effects OnChange(Moment now, domain::Language language);
  void OnCancel(Moment now);
  Effects OnReply(const domain::BookingReply& reply, Moment now, domain::Language language);
  void OnPrint(screens::TicketModel::Print print);
  Effects Do(domain::BookingAct act, domain::OperationId operation = {});
  Effects Print(bool invitation, bool again, domain::Language language);
  void ShowList();
  void ShowOne();
  void ShowTrouble(screens::BookingTroubleModel::What what,
                   domain::BookingRefusal refusal = domain::BookingRefusal::WrongState);

  const Terminal& terminal_;
  PatientFacts& facts_;
  screens::Page page_ = screens::MyBookingsModel{};
  bool finished_ = false;
  std::vector<domain::OwnBooking> bookings_;  ///< Rows of the list.
  bool has_list_ = true;
  std::optional<domain::OwnBooking> one_;
  std::unique_ptr<BookingFlow> change_;
  int question_ = 0;
  bool waiting_ = false;
  domain::ActOnBooking asked_;
};

}  // namespace yizhan::flows
