#pragma once

#include <string>

#include "ui/flow.h"
#include "ui/screens/words.h"
#include "ui/ui.h"

namespace yizhan::ui {

/// The filled card of the one thing to do next, with its main action. `pressed` is set when the
/// patient presses it; it must live until the flow was drawn.
void AddHeroTask(Flow& flow, Ui& ui, const std::string& id, const TaskWords& words, bool& pressed);

/// One row of the list of further things.
void AddTaskRow(Flow& flow, Ui& ui, const std::string& id, const TaskWords& words, bool& pressed);

}  // namespace yizhan::ui
