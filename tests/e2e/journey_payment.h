#pragma once

#include "tests/e2e/journey_care.h"

namespace yizhan::e2e {

/// Somebody books with prepayment, pays by a phone at the rig's platform, and holds the slip; then
/// cancels, and the money goes back.
void TellOfPaying(World& world, const StepRunner& step);

}  // namespace yizhan::e2e
