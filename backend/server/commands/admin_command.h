#pragma once

#include <string>

#include "backend/fhir/json.h"
#include "backend/server/commands/place.h"

namespace yizhan::server {

/// Carries out an administrator's command (security::RunAdmin): on the store itself, or, while a
/// server has it open, through that server, so that it counts at once. Adds "by", the user of this
/// machine. The answer; errors are the store's, the channel's, or the command's own words.
[[nodiscard]] Result<fhir::Json> RunAdminCommand(const PlaceOptions& place, fhir::Json command);
/// The same, and prints its text. An exit code.
int RunAndTell(const PlaceOptions& place, fhir::Json command);

/// Refused: the folder belongs to another user, who is named, and could not read what is made
/// there.
[[nodiscard]] Status CheckOwner(const std::string& folder);

/// A password: from the terminal twice without showing it, or the first line of standard input when
/// that is no terminal. BadData: both differ, or there is none.
[[nodiscard]] Result<std::string> AskPassword();
/// A whole file of at most 256 KiB; "-" is standard input.
[[nodiscard]] Result<std::string> ReadWhole(const std::string& path);

/// {"command": name, "id": id}
[[nodiscard]] fhir::Json AdminCommand(const char* name, const std::string& id);

}  // namespace yizhan::server
