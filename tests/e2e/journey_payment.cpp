#include "tests/e2e/journey_payment.h"

namespace yizhan::e2e {
namespace {

template <typename T>
Status ToStatus(const Result<T>& result) {
  if (!result) return tl::unexpected<Error>(result.error());
  return {};
}

Status Tap(World& world, const char* item, const char* page, const char* text = "") {
  if (Status tapped = world.Terminal().Tap(item); !tapped) return tapped;
  return ToStatus(world.Await(page, text));
}

/// From the lobby to the read-back of a seat on the next day.
Status ToReadBack(World& world) {
  const auto number = PersonaCard("free", 3);
  if (!number) return ToStatus(number);
  const auto card = world.CardOf(*number);
  if (!card) return ToStatus(card);
  Status status = world.Present(*card);
  if (status) status = ToStatus(world.Await("trouble"));
  if (status) status = Tap(world, "book", "choose-day");
  if (status) status = Tap(world, "day-1", "choose-department");
  if (status) status = Tap(world, "department-0", "choose-doctor");
  if (status) status = Tap(world, "doctor-0", "choose-time");
  if (status) status = world.Terminal().TapFirst("time-");
  if (status) status = ToStatus(world.Await("read-back"));
  return status;
}

}  // namespace

void TellOfPaying(World& world, const StepRunner& step) {
  step("paying-read-back", "somebody else books and may pay at once",
       [&] { return ToReadBack(world); });
  step("paying-code", "a code to scan, the sum in large letters, and how long the place is held",
       [&] { return Tap(world, "prepay", "pay", "微信"); });
  step("paying-paid", "paid by phone: the place is guaranteed and the slip comes out", [&] {
    const std::size_t before = world.Rig().Pages().size();
    if (const auto paid = world.Rig().Ask("payment pay"); !paid) return ToStatus(paid);
    if (const auto told = world.Await("booking-result", "凭条已打印"); !told) return ToStatus(told);
    const bool printed = rig::WaitUntil([&] { return world.Rig().Pages().size() == before + 1; });
    return printed ? Status() : Status(Fail(ErrorCode::BadData, "not one slip came out"));
  });
  step("paying-cancel", "cancelled in time, and what goes back is said before", [&] {
    Status status = Tap(world, "another", "home", "我的预约");
    if (status) status = Tap(world, "service-2", "my-bookings");
    if (status) status = Tap(world, "booking-0", "read-back");
    if (status) status = Tap(world, "cancel-it", "cancel", "退");
    return status;
  });
  step("paying-back", "the hospital gives the money back at the platform by itself", [&] {
    if (Status told = Tap(world, "confirm", "booking-result", "已取消"); !told) return told;
    const bool back = rig::WaitUntil([&] {
      const auto list = world.Rig().Ask("payment list");
      return list && list->find(" 0 paid refunds 1") != std::string::npos;
    });
    return back ? Status() : Status(Fail(ErrorCode::Timeout, "the money never came back"));
  });
  step("paying-end", "the lobby is empty again", [&] {
    if (Status removed = world.RemoveCard(); !removed) return removed;
    return ToStatus(world.Await("idle"));
  });
}

}  // namespace yizhan::e2e
