#include "kiosk/app/hospital_seats.h"

#include "base/crypto.h"
#include "kiosk/sync/booking_desk.h"
#include "kiosk/sync/hospital.h"

namespace yizhan::app {
namespace {

using domain::ActOnBooking;
using domain::BookingAct;

class HospitalSeats final : public SeatOwner {
 public:
  HospitalSeats(std::unique_ptr<fhir::Client> client, sync::Station station, const Clock& clock)
      : client_(std::move(client)),
        station_(std::move(station)),
        clock_(clock),
        hospital_(*client_, station_),
        desk_(hospital_, station_) {}

  Result<Taken> Take(const domain::OperationId& operation,
                     const drivers::OpenPayment& payment) override {
    const auto reply = Ask({operation, domain::AppointmentId(payment.booking), BookingAct::Take,
                            payment.amount_minor, payment.number});
    // A booking that the hospital does not have (any more) was never taken.
    const bool unknown =
        !reply && reply.error().code == ErrorCode::Refused &&
        (reply.error().detail == "status 404" || reply.error().detail == "status 410");
    if (unknown) return Taken::Never;
    if (!reply) return tl::unexpected<Error>(reply.error());
    if (const auto* done = std::get_if<domain::BookingDone>(&*reply)) {
      const bool stands = domain::HoldsSeat(done->booking.booking.state) ||
                          done->booking.booking.state == domain::BookingState::Done;
      return stands ? Taken::Kept : Taken::Ended;
    }
    return Taken::Never;
  }

  Status Release(const domain::AppointmentId& appointment) override {
    const auto reply =
        Ask({domain::OperationId(RandomUuid()), appointment, BookingAct::Cancel, 0, {}});
    return reply ? Status() : Status(tl::unexpected<Error>(reply.error()));
  }

  void Cancel() noexcept override { client_->Cancel(); }

 private:
  [[nodiscard]] Result<domain::BookingReply> Ask(const ActOnBooking& act) {
    sync::Abilities abilities;
    abilities.booking = true;  // Who can hold a seat for money has the operations.
    return desk_.Answer(act, clock_.Now(), abilities, directory_);
  }

  const std::unique_ptr<fhir::Client> client_;
  const sync::Station station_;
  const Clock& clock_;
  const sync::Directory directory_;
  sync::Hospital hospital_;
  sync::BookingDesk desk_;
};

}  // namespace

Result<std::unique_ptr<SeatOwner>> OpenHospitalSeats(fhir::ClientOptions client,
                                                     sync::Station station, const Clock& clock) {
  auto opened = fhir::Client::Open(std::move(client));
  if (!opened) return tl::unexpected<Error>(opened.error());
  return std::unique_ptr<SeatOwner>(
      std::make_unique<HospitalSeats>(std::move(*opened), std::move(station), clock));
}

}  // namespace yizhan::app
