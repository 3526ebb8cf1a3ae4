#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "kiosk/flows/booking_flow.h"
#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// The patient's own bookings: confirm one that waits for it (F19), answer an offer (F23), say
/// what now when the hospital stopped one or gave it to a substitute (F20), change, cancel with
/// what it costs said before, say that one will be late (F18), leave the waiting list.
///
/// States by page: [MyBookings ->] ReadBack -> [Cancel | ChooseArrival ->] Working ->
/// BookingResult | BookingTrouble; [MyBookings ->] BookingChanged -> ReadBack | Cancel -> Working
/// and so on; or the pages of BookingFlow, for another booking in place of one.
class MyBookingsFlow final : public SubFlow {
 public:
  enum class Which { All, ToConfirm, Offers, Changed };

  /// All of them, or those that wait for an answer; a single one of those is shown without a list.
  MyBookingsFlow(const Terminal& terminal, PatientFacts& facts, Which which);

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
  Effects OnChoose(std::size_t index);
  Effects OnChange(Moment now, domain::Language language);
  void OnCancel(Moment now);
  Effects OnReply(const domain::BookingReply& reply, Moment now, domain::Language language);
  void OnPrint(screens::TicketModel::Print print);
  Effects Do(domain::BookingAct act);
  Effects Ask(domain::BookingQuestion question);
  /// What became of the booking by what was asked.
  [[nodiscard]] screens::BookingResultModel::What ResultOfAsked() const;
  Effects Print(bool invitation, bool again, domain::Language language);
  void ShowList();
  void ShowOne();
  void ShowTrouble(screens::BookingTroubleModel::What what,
                   domain::BookingRefusal refusal = domain::BookingRefusal::WrongState);

  const Terminal& terminal_;
  PatientFacts& facts_;
  screens::Page page_ = screens::MyBookingsModel{};
  bool finished_ = false;
  const Which which_;
  Moment now_;                                ///< Of the event that is being handled.
  std::vector<domain::OwnBooking> bookings_;  ///< Rows of the list.
  bool has_list_ = true;
  std::optional<domain::OwnBooking> one_;
  std::unique_ptr<BookingFlow> change_;
  int question_ = 0;
  bool waiting_ = false;
  domain::BookingQuestion asked_;
};

}  // namespace yizhan::flows
