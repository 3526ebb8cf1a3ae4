#include "drivers/reader/reader_options.h"

#include <algorithm>
#include <charconv>

namespace yizhan::drivers {

Result<CardPolicy> PolicyOf(const ReaderOptions& options) {
  if (options.device.empty()) return Fail(ErrorCode::BadData, "device is missing");
  CardPolicy policy{.keys = {}, .accept_uid_only = options.legacy_uid};
  for (const auto& [id, hex] : options.keys) {
    const auto bytes = FromHex(hex);
    Ed25519PublicKey key{};
    if (id < 0 || id > 0xFF || !bytes || bytes->size() != key.size()) {
      return Fail(ErrorCode::BadData, "key " + std::to_string(id) + " is not 64 hex digits");
    }
    std::ranges::copy(*bytes, key.begin());
    if (auto added = policy.keys.Add(options.issuer, static_cast<std::uint8_t>(id), key); !added) {
      return Fail(ErrorCode::BadData, "issuer is not 1 to 32 printable characters");
    }
  }
  if (policy.keys.Empty() && !policy.accept_uid_only) {
    return Fail(ErrorCode::BadData, "without a key no card could ever be accepted");
  }
  return policy;
}

std::vector<std::string> ArgumentsOf(const ReaderOptions& options) {
  std::vector<std::string> arguments = {"--device", options.device, "--issuer", options.issuer};
  for (const auto& [id, hex] : options.keys) {
    arguments.insert(arguments.end(), {"--key", std::to_string(id) + "=" + hex});
  }
  if (options.legacy_uid) arguments.emplace_back("--legacy-uid");
  return arguments;
}

Result<ReaderOptions> ParseReaderArguments(const std::vector<std::string>& arguments) {
  ReaderOptions options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (name == "--legacy-uid") {
      options.legacy_uid = true;
      continue;
    }
    if (name != "--device" && name != "--issuer" && name != "--key") {
      return Fail(ErrorCode::BadData, "unknown argument " + name);
    }
    if (++i == arguments.size()) return Fail(ErrorCode::BadData, name + " needs a value");
    const std::string& value = arguments[i];
    if (name == "--device") options.device = value;
    if (name == "--issuer") options.issuer = value;
    if (name == "--key") {
      int id = -1;
      const char* end = value.data() + value.size();
      const auto [rest, error] = std::from_chars(value.data(), end, id);
      if (error != std::errc() || rest == end || *rest != '=') {
        return Fail(ErrorCode::BadData, "--key wants ID=HEX");
      }
      options.keys[id] = std::string(rest + 1, end);
    }
  }
  return options;
}

}  // namespace yizhan::drivers
