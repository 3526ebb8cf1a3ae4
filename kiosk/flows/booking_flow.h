#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kiosk/flows/booking_facts.h"
#include "kiosk/flows/sub_flow.h"
#include "kiosk/flows/terminal.h"

namespace yizhan::flows {

/// What the patient wants to book.
struct BookingAim {
  domain::ResourceKind kind = domain::ResourceKind::Clinic;
  bool ask_kind = false;  ///< Something else than a clinic: ask what.
  /// Cancelled when the new one is booked.
  std::optional<domain::OwnBooking> replaces;
  /// The hospital stopped it or gave it to a substitute: the new one takes its place for nothing,
  /// in the same department (F20).
  std::optional<domain::OwnBooking> in_place_of;
  /// A follow-up suggests it: only day and time remain to be chosen (F27).
  std::optional<domain::SuggestedVisit> suggested;
};

/// Booking by touch alone (F12): day -> department -> doctor or any -> time -> read-back -> booked
/// and slip; six touches from the home page, fewer where there is nothing to choose. When nothing
/// is left: something near, or the waiting list (F23). Where the aim says which department or which
/// doctor, that is not asked.
///
/// States by page: [ChooseKind ->] ChooseDay -> [ChooseDepartment -> ChooseDoctor ->] ChooseTime |
/// Full -> ReadBack -> Working -> [Pay ->] BookingResult | BookingTrouble.
class BookingFlow final : public SubFlow {
 public:
  BookingFlow(const Terminal& terminal, PatientFacts& facts, BookingAim aim);

  [[nodiscard]] Effects Start(Moment now, domain::Language language) override;
  [[nodiscard]] Effects Handle(const Event& event, Moment now, domain::Language language) override;
  [[nodiscard]] const screens::Page& Page() const override { return page_; }
  [[nodiscard]] bool Finished() const override { return finished_; }
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const override;

 private:
  /// Pages that Back leads through.
  enum class Step { Kind, Day, Department, Doctor, Time, Full, ReadBack };

  Effects Ask(domain::BookingQuestion question);
  Effects AskAgain();
  Effects OnReply(const domain::BookingReply& reply, Moment now, domain::Language language);
  Effects OnDone(const domain::OwnBooking& booking, domain::Language language);
  Effects OnRefused(domain::BookingRefusal why, domain::Language language);
  Effects OnFailed(const domain::BookingFailed& failed, domain::Language language);
  /// The earlier booking is being cancelled, because the new one stands.
  [[nodiscard]] bool CancelsOld() const;
  Effects OnIntent(const screens::Intent& intent, Moment now, domain::Language language);
  Effects OnBack(Moment now);
  Effects OnChoose(std::size_t index, Moment now);
  Effects OnConfirm(Moment now, bool prepay);
  void OnPrint(screens::TicketModel::Print print);
  Effects OnPayment(const PaymentProgress& progress, Moment now, domain::Language language);
  Effects OnBackFromPaying(Moment now);
  Effects StartOver(Moment now);
  void OnTick(Moment now);

  Effects AskDays(Moment now);
  /// The days on which the suggested doctor, or anybody of the department, has a free seat.
  Effects AskSuggestedDays(Moment now);
  Effects ShowSuggestedDays(Moment now);
  Effects ChooseDepartment(std::size_t index, Moment now);
  Effects EnterDepartment(Moment now);
  Effects ChooseDoctor(std::size_t index, Moment now);
  Effects LookElsewhere(bool just_taken);
  void Take(const domain::BookableSession& session, const domain::FreeSeat& seat);
  Effects ShowResult(const domain::OwnBooking& booking, screens::BookingResultModel::What what,
                     domain::Language language);
  Effects Print(bool invitation, bool again, domain::Language language);

  void Go(Step step, Moment now);
  void Show(Step step, Moment now);
  void ShowDays(Moment now);
  void ShowDepartments(Moment now);
  void ShowDoctors(Moment now);
  void ShowTimes(Moment now);
  void ShowFull(Moment now);
  void ShowReadBack(Moment now);
  void ShowTrouble(screens::BookingTroubleModel::What what,
                   domain::BookingRefusal refusal = domain::BookingRefusal::WrongState);
  /// Facts of what is chosen so far.
  [[nodiscard]] screens::BookingFacts FactsSoFar() const;
  [[nodiscard]] bool HasFree(const domain::ServiceId& service, const std::string& doctor_id,
                             Moment now) const;
  [[nodiscard]] bool CanWait(Moment now) const;
  [[nodiscard]] domain::JoinWaitingList WaitingWish(Moment now) const;

  const Terminal& terminal_;
  PatientFacts& facts_;
  BookingAim aim_;
  screens::Page page_ = screens::WorkingModel{screens::WorkingModel::Task::LookingForSeats};
  bool finished_ = false;
  Moment now_;               ///< Of the event that is being handled.
  std::vector<Step> trail_;  ///< The last one is shown, unless something is under way.

  int question_ = 0;  ///< Numbers the questions; the last one is waited for.
  bool waiting_ = false;
  domain::BookingQuestion asked_;

  domain::ResourceKind kind_;
  std::optional<domain::ServiceId> fixed_service_;  ///< Not to be asked.
  bool as_suggested_ = false;  ///< Days and times are those of the suggestion: `coming_`.
  std::vector<domain::BookableSession> coming_;
  std::vector<domain::BookableDay> days_;
  std::chrono::local_days day_{};
  std::vector<domain::BookableSession> sessions_;  ///< Of that day.
  std::vector<domain::ServiceId> services_;        ///< Rows of the department page.
  domain::ServiceId service_;
  std::vector<std::string> doctors_;  ///< Rows of the doctor page; "" any.
  std::string doctor_id_;             ///< "" any.
  std::vector<TimeChoice> times_;     ///< Rows of the time page.
  bool just_taken_ = false;
  std::vector<domain::BookableSession> elsewhere_;  ///< The same doctor on later days.
  /// Rows of the Full page: a session and one seat of it.
  std::vector<domain::BookableSession> alternatives_;

  bool joins_list_ = false;  ///< What the read-back is about: the waiting list, or a seat.
  std::optional<domain::BookableSession> session_;
  domain::FreeSeat seat_;
  bool prepay_ = false;
  std::optional<domain::OwnBooking> made_;  ///< What was booked.
  std::optional<MonotonicTime> pay_until_;
};

}  // namespace yizhan::flows
