/// \file
/// Messages that did not get through, for a person to decide: tried until the rules gave up, or
/// refused by the gateway; and those that are still tried again.
#pragma once

#include <string>
#include <vector>

#include "backend/hospital/audit.h"
#include "backend/hospital/messages/outbox.h"

namespace yizhan::hospital {

/// Records of messages that were given up by the rules; key and text as in the outbox, the text
/// with one word more: why.
inline constexpr const char* kStuckMessages = "stuck-message";

struct StuckMessage {
  enum class Why {
    Trying,    ///< Failed more than once; goes on by itself at `message.due`.
    NoAnswer,  ///< As often as the rules allow.
    Refused,   ///< The gateway will never take it: a wrong number, for instance.
  } why = Why::Trying;
  std::string key;
  Outgoing message;
};

/// Puts a message that will not be tried again where a person finds it.
[[nodiscard]] Status KeepStuck(store::Transaction& transaction, const Outgoing& message,
                               StuckMessage::Why why);
/// Those that need a person first; at most 500.
[[nodiscard]] Result<std::vector<StuckMessage>> StuckMessages(store::ReadView& view);
/// Sent again at once, if it is still true of its booking; the telephone number is read anew.
/// NotFound: it is not stuck any more. Audited.
[[nodiscard]] Status RetryMessage(store::ResourceStore& store, const std::string& key,
                                  const Editor& by);
/// Nobody tries it again; the patient's inbox at the terminals has it all the same. Refused without
/// a reason. NotFound: as above. Audited.
[[nodiscard]] Status GiveUpMessage(store::ResourceStore& store, const std::string& key,
                                   const std::string& reason, const Editor& by);

}  // namespace yizhan::hospital
